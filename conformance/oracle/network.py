"""Oracles of schema/ops/network.py: sums and maxima of explicit lists of terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from ...schema.dtypes import BY_NAME
from .arrays import Array, make
from .linear import exact_product
from .reduction import bound_of, exact_sum, magnitude
from .registry import Bounded, oracle

Ints = tuple[int, ...]


def _counts(sizes: Ints, low: Ints, high: Ints, dilations: Ints, window: Ints, strides: Ints) -> Ints:
    """How often a window fits into each padded axis, found by trying."""
    counts = []
    for n, a, b, d, k, s in zip(sizes, low, high, dilations, window, strides):
        counts.append(sum(1 for start in range(0, n + a + b, s) if start + d * (k - 1) < n + a + b))
    return tuple(counts)


def _cells(
    place: Ints, window: Ints, strides: Ints, low: Ints, dilations: Ints
) -> Iterator[tuple[Ints, Ints]]:
    """For each offset in the window at `place`, the offset and the index in the unpadded axes."""
    for offset in product(*map(range, window)):
        yield (
            offset,
            tuple(p * s + o * d - a for p, s, o, d, a in zip(place, strides, offset, dilations, low)),
        )


def _inside(index: Ints, sizes: Ints) -> bool:
    return all(0 <= i < n for i, n in zip(index, sizes))


def _bounded(dtype: str, shape: Ints, terms: Callable[[Ints], list[Any]]) -> Array | Bounded:
    value = make(dtype, shape, lambda index: exact_sum(terms(index)))
    if BY_NAME[dtype].kind not in ("float", "complex"):
        return value

    def bound(index: Ints) -> float:
        found = terms(index)
        return bound_of(found, exact_sum(found), magnitude(found), dtype)

    return Bounded(value, make("f64", shape, bound))


@oracle("conv")
def conv(
    x: Array,
    w: Array,
    bias: Array | None,
    strides: Ints,
    low: Ints,
    high: Ints,
    dilations: Ints,
    groups: int,
) -> Array | Bounded:
    sizes, window = x.shape[2:], w.shape[2:]
    filters, channels = w.shape[:2]

    def terms(index: Ints) -> list[Any]:
        batch, number, *place = index
        first = number // (filters // groups) * channels
        found: list[Any] = [] if bias is None else [bias[number]]
        for offset, at in _cells(tuple(place), window, strides, low, dilations):
            for c in range(channels):
                value = x[(batch, first + c, *at)] if _inside(at, sizes) else 0.0
                found.append(exact_product(value, w[(number, c, *offset)]))
        return found

    counts = _counts(sizes, low, high, dilations, window, strides)
    return _bounded(x.dtype, (x.shape[0], filters, *counts), terms)


def windowed(
    x: Array, window: Ints, strides: Ints, low: Ints, high: Ints, dilations: Ints, padding: Any
) -> Any:
    """The shape of a result, and the elements that its element at an index is made of."""
    lead = x.rank - len(window)
    sizes = x.shape[lead:]
    counts = _counts(sizes, low, high, dilations, window, strides)

    def cells(index: Ints) -> list[Any]:
        found = []
        for _, at in _cells(index[lead:], window, strides, low, dilations):
            found.append(x[(*index[:lead], *at)] if _inside(at, sizes) else padding)
        return found

    return (*x.shape[:lead], *counts), cells


@oracle("reduce_window_max")
def reduce_window_max(x: Array, window: Ints, strides: Ints, low: Ints, high: Ints, dilations: Ints) -> Array:
    kind, bits = BY_NAME[x.dtype].kind, 8 * BY_NAME[x.dtype].itemsize
    least = float("-inf") if kind == "float" else 0 if kind == "uint" else -(2 ** (bits - 1))
    shape, cells = windowed(x, window, strides, low, high, dilations, least)

    def largest(index: Ints) -> Any:
        found = cells(index)
        return next((value for value in found if value != value), max(found))

    return make(x.dtype, shape, largest)


@oracle("reduce_window_sum")
def reduce_window_sum(
    x: Array, window: Ints, strides: Ints, low: Ints, high: Ints, dilations: Ints
) -> Array | Bounded:
    zero = {"float": 0.0, "complex": 0j}.get(x.kind, 0)
    shape, cells = windowed(x, window, strides, low, high, dilations, zero)
    return _bounded(x.dtype, shape, cells)
