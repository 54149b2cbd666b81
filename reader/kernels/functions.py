"""Kernels of schema/ops/functions.py."""

from __future__ import annotations

from typing import Any

from .registry import Kernel, direct, kernel, prepare

Array = Any

for _name in ("tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "log2", "log10"):
    direct(_name, _name, mended="inverse_functions")
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


# --- parts of complex numbers -----------------------------------------------------

direct("conj", "conj")


@kernel("real", view=True)
def real(xp: Any, x: Array) -> Array:
    return xp.real(x)


@kernel("imag", view=True)
def imag(xp: Any, x: Array) -> Array:
    return xp.imag(x)


@kernel("make_complex")
def make_complex(xp: Any, x: Array, y: Array) -> Array:
    """Sums with multiples of the imaginary unit would lose zeros, and NaN where a part is infinite."""
    x, y = xp.broadcast_arrays(xp.asarray(x), xp.asarray(y))
    found = xp.empty(x.shape, dtype=xp.complex64 if "32" in str(x.dtype) else xp.complex128)
    xp.real(found)[...] = x
    xp.imag(found)[...] = y
    return found
