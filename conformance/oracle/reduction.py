"""Oracles of schema/ops/reduction.py: exact integers and rationals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from .arrays import Array, along, reduce
from .elementwise import greater, smaller
from .registry import Bounded, dot_bound, oracle

Axes = tuple[int, ...]


def exact_sum(terms: Iterable[Any]) -> Any:
    """The sum of exact numbers (ints, Fractions) and of floats that are not finite."""
    total: Any = 0
    special = 0.0
    for term in terms:
        if isinstance(term, float) and not math.isfinite(term):
            special += term
        else:
            total += Fraction(term)
    return special if special != 0 else total


def _exact_product(factors: Iterable[Any]) -> Any:
    total = Fraction(1)
    special = 1.0
    for factor in factors:
        if isinstance(factor, float) and not math.isfinite(factor):
            special *= factor
        else:
            total *= Fraction(factor)
    if special == 1.0:
        return total
    if math.isnan(special) or total == 0:
        return math.nan
    return special if total > 0 else -special


def magnitude(terms: Iterable[Any]) -> Fraction:
    """The sum of the magnitudes of the finite terms."""
    return sum((abs(Fraction(t)) for t in terms if not isinstance(t, float) or math.isfinite(t)), Fraction(0))


def bound_of(terms: Sequence[Any], total: Any, size: Fraction, dtype: str) -> float:
    """The permitted error of a sum or product of `terms`; none where it is not finite."""
    if not terms or (isinstance(total, float) and not math.isfinite(total)):
        return 0.0
    return dot_bound(len(terms), size, dtype)


@oracle("sum")
def sum_(x: Array, axes: Axes, keepdims: bool) -> Array | Bounded:
    value = reduce(x, axes, keepdims, exact_sum)
    if x.kind != "float":
        return value

    def bound(terms: list[Any]) -> float:
        return bound_of(terms, exact_sum(terms), magnitude(terms), x.dtype)

    return Bounded(value, reduce(x, axes, keepdims, bound, "f64"))


@oracle("prod")
def prod(x: Array, axes: Axes, keepdims: bool) -> Array | Bounded:
    value = reduce(x, axes, keepdims, _exact_product)
    if x.kind != "float":
        return value

    def bound(factors: list[Any]) -> float:
        total = _exact_product(factors)
        return bound_of(factors, total, abs(total) if isinstance(total, Fraction) else Fraction(0), x.dtype)

    return Bounded(value, reduce(x, axes, keepdims, bound, "f64"))


def _fold(pick: Callable[[Any, Any], Any]) -> Callable[[list[Any]], Any]:
    def fold(items: list[Any]) -> Any:
        found = items[0]
        for item in items[1:]:
            found = pick(found, item)
        return found

    return fold


@oracle("max")
def max_(x: Array, axes: Axes, keepdims: bool) -> Array:
    return reduce(x, axes, keepdims, _fold(greater))


@oracle("min")
def min_(x: Array, axes: Axes, keepdims: bool) -> Array:
    return reduce(x, axes, keepdims, _fold(smaller))


@oracle("all")
def all_(x: Array, axes: Axes, keepdims: bool) -> Array:
    return reduce(x, axes, keepdims, all)


@oracle("any")
def any_(x: Array, axes: Axes, keepdims: bool) -> Array:
    return reduce(x, axes, keepdims, any)


def _first(wins: Callable[[Any, Any], bool]) -> Callable[[list[Any]], int]:
    def search(items: list[Any]) -> int:
        best = 0
        for at, item in enumerate(items):
            if items[best] != items[best]:
                return best
            if item != item or wins(item, items[best]):
                best = at
        return best

    return search


@oracle("argmax")
def argmax(x: Array, axis: int, keepdims: bool) -> Array:
    return reduce(x, (axis,), keepdims, _first(lambda a, b: a > b), "i64")


@oracle("argmin")
def argmin(x: Array, axis: int, keepdims: bool) -> Array:
    return reduce(x, (axis,), keepdims, _first(lambda a, b: a < b), "i64")


@oracle("cumulative_sum")
def cumulative_sum(x: Array, axis: int, include_initial: bool) -> Array | Bounded:
    first = 0 if include_initial else 1

    def prefixes(line: list[Any]) -> list[list[Any]]:
        return [line[:end] for end in range(first, len(line) + 1)]

    value = along(x, axis, lambda line: list(map(exact_sum, prefixes(line))))
    if x.kind != "float":
        return value

    def bounds(line: list[Any]) -> list[float]:
        return [bound_of(t, exact_sum(t), magnitude(t), x.dtype) for t in prefixes(line)]

    return Bounded(value, along(x, axis, bounds, "f64"))
