"""Oracles of schema/ops/indexing.py: one place at a time, in dicts of elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .arrays import Array, along, indices, make
from .reduction import bound_of, exact_sum, magnitude
from .registry import Bounded, oracle
from .shape import slice_places

Ints = tuple[int, ...]


@oracle("take")
def take(x: Array, indices: Array, axis: int) -> Array:
    rank = indices.rank
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])

    def element(index: Ints) -> Any:
        at = _place(indices[index[axis : axis + rank]], x.shape[axis])
        return x[(*index[:axis], at, *index[axis + rank :])]

    return make(x.dtype, shape, element)


@oracle("take_along_axis")
def take_along_axis(x: Array, indices: Array, axis: int) -> Array:
    def element(p: Ints) -> Any:
        return x[(*p[:axis], _place(indices[p], x.shape[axis]), *p[axis + 1 :])]

    return make(x.dtype, indices.shape, element)


@oracle("gather")
def gather(x: Array, indices: tuple[Array, ...]) -> Array:
    rank = indices[0].rank
    shape = indices[0].shape + x.shape[len(indices) :]
    return make(x.dtype, shape, lambda p: x[(*_leading(x, indices, p[:rank]), *p[rank:])])


def _place(index: int, size: int) -> int:
    """An index counted from the start of an axis."""
    return range(size)[index]


def _leading(x: Array, where: tuple[Array, ...], at: Ints) -> list[int]:
    return [_place(axis[at], size) for axis, size in zip(where, x.shape)]


@oracle("update_slice")
def update_slice(x: Array, update: Array, starts: Ints, stops: Ints, steps: Ints) -> Array:
    found = {index: x[index] for index in indices(x.shape)}
    places = slice_places(starts, stops, steps)
    for index in indices(update.shape):
        found[tuple(axis[i] for axis, i in zip(places, index))] = update[index]
    return make(x.dtype, x.shape, found.__getitem__)


# --- scatter ----------------------------------------------------------------------


def _targets(x: Array, updates: Array, where: tuple[Array, ...]) -> Iterator[tuple[Ints, Any]]:
    """Each update, in row-major order, with the place that it is for."""
    rank = where[0].rank
    for index in indices(updates.shape):
        yield (*_leading(x, where, index[:rank]), *index[rank:]), updates[index]


@oracle("scatter")
def scatter(x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
    found = _elements(x)
    for place, update in _targets(x, updates, indices):
        found[place] = update
    return make(x.dtype, x.shape, found.__getitem__)


def _elements(x: Array) -> dict[Ints, Any]:
    return {index: x[index] for index in indices(x.shape)}


@oracle("scatter_add")
def scatter_add(x: Array, updates: Array, indices: tuple[Array, ...]) -> Array | Bounded:
    terms: dict[Ints, list[Any]] = {index: [item] for index, item in _elements(x).items()}
    for place, update in _targets(x, updates, indices):
        terms[place].append(update)
    value = make(x.dtype, x.shape, lambda index: _sum(terms[index]))
    if x.kind not in ("float", "complex"):
        return value

    def bound(index: Ints) -> float:
        found = terms[index]
        return 0.0 if len(found) == 1 else bound_of(found, exact_sum(found), magnitude(found), x.dtype)

    return Bounded(value, make("f64", x.shape, bound))


def _sum(terms: list[Any]) -> Any:
    return terms[0] if len(terms) == 1 else exact_sum(terms)


def _pick(name: str, better: Callable[[Any, Any], bool]) -> None:
    """Register a scatter that keeps the better of two elements, or a NaN."""

    @oracle(name)
    def scatter_best(x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
        found = _elements(x)
        for place, update in _targets(x, updates, indices):
            old = found[place]
            if old == old and (update != update or better(update, old)):
                found[place] = update
        return make(x.dtype, x.shape, found.__getitem__)


_pick("scatter_max", lambda new, old: new > old)
_pick("scatter_min", lambda new, old: new < old)


@oracle("nonzero")
def nonzero(x: Array, size: Any = None) -> Any:
    places = [index for index in indices(x.shape) if x[index] != 0]
    found = tuple(Array("i64", (len(places),), [p[axis] for p in places]) for axis in range(x.rank))
    return found[0] if len(found) == 1 else found


@oracle("repeat")
def repeat(x: Array, counts: Array, axis: int, size: Any = None) -> Array:
    def often(line: list[Any]) -> list[Any]:
        return [item for item, count in zip(line, counts.items) for _ in range(count)]

    return along(x, axis, often)
