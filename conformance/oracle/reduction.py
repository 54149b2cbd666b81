"""Oracles of schema/ops/reduction.py: exact integers and rationals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from ...schema.dtypes import COMPLEX
from ..formats import FLOATS, exact, part
from . import complex_functions as cf
from .arrays import Array, along, reduce
from .elementwise import greater, smaller
from .registry import Bounded, dot_bound, oracle

Axes = tuple[int, ...]


def exact_sum(terms: Iterable[Any]) -> Any:
    """The sum of exact numbers (ints, Fractions) and of floats that are not finite.

    Of complex numbers, or pairs of such, the pair of the sums of the parts.
    """
    terms = list(terms)
    if terms and isinstance(terms[0], (complex, tuple)):
        return tuple(map(exact_sum, zip(*map(_pair, terms))))
    total: Any = 0
    special = 0.0
    for term in terms:
        if isinstance(term, float) and not math.isfinite(term):
            special += term
        else:
            total += Fraction(term)
    return special if special != 0 else total


def _pair(number: Any) -> tuple[Any, Any]:
    return (number.real, number.imag) if isinstance(number, complex) else number


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
    return sum((modulus(t) for t in terms if _known(t)), Fraction(0))


def bound_of(terms: Sequence[Any], total: Any, size: Fraction, dtype: str) -> float:
    """The permitted error of a sum or product of `terms`, for both parts; none where it is not finite."""
    if not terms or not _known(total):
        return 0.0
    return dot_bound(len(terms), size, part(dtype))


def _total(terms: Sequence[Any], dtype: str) -> tuple[Any, float]:
    """The sum of some elements, and its permitted error."""
    total = exact_sum(terms)
    return total, bound_of(terms, total, magnitude(terms), dtype) if _inexact(dtype) else 0.0


def _product(factors: Sequence[Any], dtype: str) -> tuple[Any, float]:
    """The product of some elements, and its permitted error."""
    if dtype not in COMPLEX:
        total = _exact_product(factors)
        size = abs(total) if isinstance(total, Fraction) else Fraction(0)
        return total, bound_of(factors, total, size, dtype) if _inexact(dtype) else 0.0
    re, im, size = Fraction(1), Fraction(0), Fraction(1)
    for z in factors:
        a, b = cf.fractions(z)
        re, im, size = re * a - im * b, re * b + im * a, size * modulus(z)
    return (re, im), bound_of(factors, (re, im), size, dtype)


def _inexact(dtype: str) -> bool:
    return dtype in FLOATS or dtype in COMPLEX


def modulus(number: Any) -> Fraction:
    """The absolute value of a finite number, or of one given by its parts."""
    if not isinstance(number, (complex, tuple)):
        return abs(Fraction(number))
    with mpmath.workprec(128):
        found: Fraction = exact(cf.size(*_pair(number)))
    return found


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _known(number: Any) -> bool:
    """Whether all parts are finite."""
    return all(map(_finite, _pair(number))) if isinstance(number, (complex, tuple)) else _finite(number)


def _reduction(name: str, combine: Callable[[Sequence[Any], str], tuple[Any, float]]) -> None:
    """Register the reduction and the scan of an operation."""

    @oracle(name)
    def over(x: Array, axes: Axes, keepdims: bool) -> Array | Bounded:
        value = reduce(x, axes, keepdims, lambda terms: combine(terms, x.dtype)[0])
        if x.kind not in ("float", "complex"):
            return value
        return Bounded(value, reduce(x, axes, keepdims, lambda terms: combine(terms, x.dtype)[1], "f64"))

    @oracle(f"cumulative_{name}")
    def scan(x: Array, axis: int, include_initial: bool) -> Array | Bounded:
        first = 0 if include_initial else 1

        def each(which: int) -> Callable[[list[Any]], list[Any]]:
            return lambda line: [combine(line[:end], x.dtype)[which] for end in range(first, len(line) + 1)]

        value = along(x, axis, each(0))
        if x.kind not in ("float", "complex"):
            return value
        return Bounded(value, along(x, axis, each(1), "f64"))


_reduction("sum", _total)
_reduction("prod", _product)


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
