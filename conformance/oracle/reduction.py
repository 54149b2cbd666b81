"""Oracles of schema/ops/reduction.py: exact integers and rationals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from ..formats import FLOATS, part, round_float
from .arrays import Array, along, reduce
from .elementwise import greater, smaller
from .registry import Bounded, dot_bound, oracle

Axes = tuple[int, ...]

#: The dtypes of complex numbers.
PARTS = ("c64", "c128")


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


def _rounded(re: Any, im: Any, dtype: str) -> complex:
    """A complex number whose parts are rounded once."""
    return complex(round_float(re, part(dtype)), round_float(im, part(dtype)))


def _total(terms: Sequence[Any], dtype: str) -> tuple[Any, float]:
    """The sum of some elements, and its permitted error."""
    if dtype not in PARTS:
        total = exact_sum(terms)
        return total, bound_of(terms, total, magnitude(terms), dtype) if dtype in FLOATS else 0.0
    re, im = exact_sum(t.real for t in terms), exact_sum(t.imag for t in terms)
    if not (_finite(re) and _finite(im)):
        return _rounded(re, im, dtype), 0.0
    size = sum((_modulus(t) for t in terms), Fraction(0))
    return _rounded(re, im, dtype), bound_of(terms, re, size, part(dtype))


def _product(factors: Sequence[Any], dtype: str) -> tuple[Any, float]:
    """The product of some elements, and its permitted error."""
    if dtype not in PARTS:
        total = _exact_product(factors)
        size = abs(total) if isinstance(total, Fraction) else Fraction(0)
        return total, bound_of(factors, total, size, dtype) if dtype in FLOATS else 0.0
    re, im, size = Fraction(1), Fraction(0), Fraction(1)
    for z in factors:
        a, b = Fraction(z.real), Fraction(z.imag)
        re, im, size = re * a - im * b, re * b + im * a, size * _modulus(z)
    return _rounded(re, im, dtype), bound_of(factors, re, size, part(dtype))


def _modulus(z: complex) -> Fraction:
    """The absolute value, rounded up."""
    return Fraction(math.nextafter(math.hypot(z.real, z.imag), math.inf)) if z else Fraction(0)


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


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
