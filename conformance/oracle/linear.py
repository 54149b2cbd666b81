"""Oracles of schema/ops/linear.py: exact integers and rationals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from . import complex_functions as cf
from .arrays import Array, broadcast_shapes, make
from .reduction import bound_of, exact_sum, magnitude
from .registry import Bounded, oracle


def exact_product(a: Any, b: Any) -> Any:
    """The product of two: exact, or the float that it is if not finite; of complex ones the parts."""
    if isinstance(a, complex):
        return cf.multiply(a, b)
    if isinstance(a, float) and not (math.isfinite(a) and math.isfinite(b)):
        return a * b
    return Fraction(a) * Fraction(b)


@oracle("matmul")
def matmul(x: Array, y: Array) -> Array | Bounded:
    batch = broadcast_shapes(x.shape[:-2], y.shape[:-2])
    left = x.broadcast_to((*batch, *x.shape[-2:]))
    right = y.broadcast_to((*batch, *y.shape[-2:]))
    shape = (*batch, x.shape[-2], y.shape[-1])

    def terms(index: tuple[int, ...]) -> list[Any]:
        *outer, row, column = index
        return [exact_product(left[(*outer, row, k)], right[(*outer, k, column)]) for k in range(x.shape[-1])]

    value = make(x.dtype, shape, lambda index: exact_sum(terms(index)))
    if x.kind not in ("float", "complex"):
        return value

    def bound(index: tuple[int, ...]) -> float:
        products = terms(index)
        return bound_of(products, exact_sum(products), magnitude(products), x.dtype)

    return Bounded(value, make("f64", shape, bound))
