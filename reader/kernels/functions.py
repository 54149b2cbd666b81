"""Kernels of schema/ops/functions.py."""

from __future__ import annotations

from typing import Any

from .registry import Kernel, direct, kernel, prepare

Array = Any

for _name in ("tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "log2", "log10"):
    direct(_name, _name)
for _name in ("hypot", "copysign"):
    direct(_name, _name)


@kernel("nextafter")
def nextafter(xp: Any, x: Array, y: Array) -> Array:
    # NumPy's step between halves gives the first of two zeros, that of wider floats the second.
    found = xp.nextafter(x, y)
    return xp.where(x == y, y, found) if "16" in str(x.dtype) else found


@prepare("nextafter")
def prepare_nextafter(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    found: Kernel = xp.nextafter
    return None if types[0].dtype == "f16" else found
