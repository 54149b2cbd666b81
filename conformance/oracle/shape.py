"""Oracles of schema/ops/shape.py: where each element of a result comes from."""

from __future__ import annotations

from .arrays import Array, make
from .registry import oracle

Ints = tuple[int, ...]


@oracle("reshape")
def reshape(x: Array, shape: Ints) -> Array:
    return x.reshape(shape)


@oracle("permute_dims")
def permute_dims(x: Array, axes: Ints) -> Array:
    shape = tuple(x.shape[a] for a in axes)
    return make(x.dtype, shape, lambda index: x[tuple(index[axes.index(a)] for a in range(x.rank))])


@oracle("broadcast_to")
def broadcast_to(x: Array, shape: Ints) -> Array:
    return x.broadcast_to(shape)


@oracle("concat")
def concat(xs: tuple[Array, ...], axis: int) -> Array:
    def element(index: Ints) -> object:
        at = index[axis]
        for x in xs:
            if at < x.shape[axis]:
                return x[(*index[:axis], at, *index[axis + 1 :])]
            at -= x.shape[axis]
        raise IndexError(index)

    first = xs[0].shape
    total = sum(x.shape[axis] for x in xs)
    return make(xs[0].dtype, (*first[:axis], total, *first[axis + 1 :]), element)


@oracle("pad")
def pad(x: Array, value: Array | None, low: Ints, high: Ints, mode: str) -> Array:
    def source(at: int, size: int) -> int | None:
        if 0 <= at < size:
            return at
        if mode == "edge":
            return 0 if at < 0 else size - 1
        if mode == "reflect":
            return -at if at < 0 else 2 * (size - 1) - at
        return None

    def element(index: Ints) -> object:
        places = [source(i - before, n) for i, before, n in zip(index, low, x.shape)]
        if any(place is None for place in places):
            assert value is not None
            return value.items[0]
        return x[tuple(place for place in places if place is not None)]

    return make(x.dtype, [n + a + b for n, a, b in zip(x.shape, low, high)], element)


def slice_places(starts: Ints, stops: Ints, steps: Ints) -> list[list[int]]:
    """For each axis, the indices that a slice reads."""
    return [list(range(b, e, s)) for b, e, s in zip(starts, stops, steps)]


@oracle("slice")
def slice_(x: Array, starts: Ints, stops: Ints, steps: Ints) -> Array:
    places = slice_places(starts, stops, steps)
    shape = [len(axis) for axis in places]
    return make(x.dtype, shape, lambda index: x[tuple(axis[i] for axis, i in zip(places, index))])


@oracle("flip")
def flip(x: Array, axes: Ints) -> Array:
    def element(index: Ints) -> object:
        return x[tuple(x.shape[a] - 1 - i if a in axes else i for a, i in enumerate(index))]

    return make(x.dtype, x.shape, element)
