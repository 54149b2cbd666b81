"""Oracles of schema/ops/comparison.py."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from ...schema.dtypes import BY_NAME
from .arrays import Array, elementwise
from .registry import oracle


def _compare(name: str, function: Callable[[Any, Any], Any]) -> None:
    oracle(name)(lambda x, y: elementwise(function, x, y, dtype="bool"))


# Python's comparisons of floats are those of IEEE 754.
_compare("equal", operator.eq)
_compare("not_equal", operator.ne)
_compare("less", operator.lt)
_compare("less_equal", operator.le)
_compare("greater", operator.gt)
_compare("greater_equal", operator.ge)
_compare("logical_and", lambda a, b: a and b)
_compare("logical_or", lambda a, b: a or b)
_compare("logical_xor", operator.ne)


@oracle("logical_not")
def logical_not(x: Array) -> Array:
    return x.map(operator.not_)


def _floats(item: Any) -> tuple[float, ...]:
    """The floats that an element is made of: none of an integer."""
    if isinstance(item, complex):
        return item.real, item.imag
    return (item,) if isinstance(item, float) else ()


@oracle("isnan")
def isnan(x: Array) -> Array:
    return x.map(lambda a: a != a, "bool")


@oracle("isinf")
def isinf(x: Array) -> Array:
    return x.map(lambda a: any(map(math.isinf, _floats(a))), "bool")


@oracle("isfinite")
def isfinite(x: Array) -> Array:
    return x.map(lambda a: all(map(math.isfinite, _floats(a))), "bool")


@oracle("where")
def where(condition: Array, x: Array, y: Array) -> Array:
    return elementwise(lambda c, a, b: a if c else b, condition, x, y, dtype=x.dtype)


# --- bits: Python's integers are two's complement of any width --------------------


def _bits(name: str, function: Callable[[int, int], int]) -> None:
    oracle(name)(lambda x, y: elementwise(function, x, y))


_bits("bitwise_and", operator.and_)
_bits("bitwise_or", operator.or_)
_bits("bitwise_xor", operator.xor)


@oracle("bitwise_invert")
def bitwise_invert(x: Array) -> Array:
    return x.map(operator.not_ if x.dtype == "bool" else operator.invert)


@oracle("bitwise_left_shift")
def bitwise_left_shift(x: Array, y: Array) -> Array:
    width = 8 * BY_NAME[x.dtype].itemsize
    return elementwise(lambda a, n: a * 2**n if 0 <= n < width else 0, x, y)


@oracle("bitwise_right_shift")
def bitwise_right_shift(x: Array, y: Array) -> Array:
    width = 8 * BY_NAME[x.dtype].itemsize
    return elementwise(lambda a, n: a // 2 ** (n if 0 <= n < width else width), x, y)
