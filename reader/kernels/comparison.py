"""Kernels of schema/ops/comparison.py."""

from __future__ import annotations

from typing import Any

from .registry import Kernel, direct, kernel, prepare

Array = Any

for _name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
    direct(_name, _name)
for _name in ("isnan", "isinf", "isfinite", "where"):
    direct(_name, _name)
for _name in ("logical_and", "logical_or", "logical_xor", "logical_not"):
    direct(_name, _name)
for _name in ("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_invert"):
    direct(_name, _name)


def _inside(xp: Any, x: Array, y: Array) -> tuple[Array, Array]:
    """Where a count shifts by less than the width, and the counts with 0 elsewhere."""
    inside = (y >= 0) & (y < xp.iinfo(x.dtype).bits)
    return inside, xp.where(inside, y, xp.zeros_like(y))


@kernel("bitwise_left_shift")
def bitwise_left_shift(xp: Any, x: Array, y: Array) -> Array:
    inside, count = _inside(xp, x, y)
    return xp.where(inside, xp.bitwise_left_shift(x, count), xp.zeros_like(x))


@kernel("bitwise_right_shift")
def bitwise_right_shift(xp: Any, x: Array, y: Array) -> Array:
    inside, count = _inside(xp, x, y)
    sign = xp.zeros_like(x) - xp.astype(xp.asarray(x < 0), x.dtype)
    return xp.where(inside, xp.bitwise_right_shift(x, count), sign)


@prepare("bitwise_left_shift")
def prepare_left_shift(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    # NumPy's own shifts have the meaning of SPEC 8.2.19 and 8.2.20 for every count.
    return xp.bitwise_left_shift if xp.__name__ == "numpy" else None


@prepare("bitwise_right_shift")
def prepare_right_shift(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    return xp.bitwise_right_shift if xp.__name__ == "numpy" else None
