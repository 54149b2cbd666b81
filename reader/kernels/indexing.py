"""Kernels of schema/ops/indexing.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from .creation import require_room
from .registry import OperatorError, inplace, item, kernel
from .shape import slices

Array = Any
Ints = tuple[int, ...]


def from_start(xp: Any, indices: Array, size: int) -> Array:
    """Indices of an axis, negative ones counted from its start.

    Raises
    ------
    OperatorError
        ``E1``: one is outside of the axis.
    """
    if prod(indices.shape) == 0:
        return indices
    if xp is np:
        indices = np.asarray(indices)
        if _greatest(indices) < size:  # one pass finds what is too large and what is negative
            return indices
        low, high = int(indices.min()), int(indices.max())
    else:
        low, high = item(xp.min(indices)), item(xp.max(indices))
    if low < -size or high >= size:
        raise OperatorError("E1", f"{low if low < -size else high} for an axis of size {size}")
    if low >= 0:
        return indices
    wide = xp.astype(indices, xp.int64)  # the size may be beyond 32 bits
    return xp.where(wide < 0, wide + size, wide)


@kernel("take")
def take(xp: Any, x: Array, indices: Array, *, axis: int) -> Array:
    if xp is np:
        try:
            return x.take(indices, axis)
        except IndexError:
            from_start(np, indices, x.shape[axis])
            raise
    indices = from_start(xp, indices, x.shape[axis])
    flat = xp.take(x, xp.reshape(indices, (-1,)), axis=axis)
    return xp.reshape(flat, x.shape[:axis] + indices.shape + x.shape[axis + 1 :])


@kernel("take_along_axis")
def take_along_axis(xp: Any, x: Array, indices: Array, *, axis: int) -> Array:
    indices = from_start(xp, indices, x.shape[axis])
    if xp is not np or not x.flags.c_contiguous or not indices.ndim:
        return xp.take_along_axis(x, indices, axis=axis)
    if x.ndim == 1:
        return x.take(indices, mode="clip")
    # At places in the line of all elements: NumPy else makes an index for each axis.
    lead, count, rest = prod(x.shape[:axis]), x.shape[axis], prod(x.shape[axis + 1 :])
    places = indices.reshape(lead, indices.shape[axis], rest)
    first = np.arange(lead).reshape(lead, 1, 1) * (count * rest)
    if rest > 1:
        places, first = places * np.int64(rest), first + np.arange(rest)
    return x.take(places + first, mode="clip").reshape(indices.shape)


@kernel("gather")
def gather(xp: Any, x: Array, indices: tuple[Array, ...]) -> Array:
    if xp is np:
        if len(indices) == 1 and indices[0].ndim:
            return take(np, x, indices[0], axis=0)
        try:
            # At NumPy scalars indexing gives a view, at arrays without axes a copy.
            return x[indices if isinstance(indices[0], np.ndarray) else tuple(map(np.asarray, indices))]
        except IndexError:
            _places(np, x, indices)
            raise
    indices = _places(xp, x, indices)
    lead, rest = prod(x.shape[: len(indices)]), x.shape[len(indices) :]
    rows = xp.reshape(x, (lead, *rest))
    return xp.reshape(xp.take(rows, _flat(xp, x.shape, indices), axis=0), indices[0].shape + rest)


def _flat(xp: Any, shape: Ints, indices: tuple[Array, ...]) -> Array:
    """The row of each place, if the leading axes of `shape` were one."""
    total = None
    for size, index in zip(shape, indices):
        index = xp.astype(xp.reshape(index, (-1,)), xp.int64)
        total = index if total is None else total * size + index
    return total


@kernel("update_slice")
def update_slice(xp: Any, x: Array, update: Array, *, starts: Ints, stops: Ints, steps: Ints) -> Array:
    out = xp.asarray(x, copy=True)
    out[slices(starts, stops, steps)] = update
    return out


@inplace("update_slice")
def update_slice_in_place(
    xp: Any, x: Array, update: Array, *, starts: Ints, stops: Ints, steps: Ints
) -> Array:
    if xp is np and not isinstance(x, np.ndarray):
        return update_slice(xp, x, update, starts=starts, stops=stops, steps=steps)
    x[slices(starts, stops, steps)] = update
    return x


# --- scatter ----------------------------------------------------------------------


@kernel("scatter")
def scatter(xp: Any, x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
    if xp is not np:
        return _scatter_rounds(xp, x, updates, indices, None)
    return _written(_assign, x.copy(), updates, indices)


def _assign(out: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
    if len(indices) == 1 and indices[0].ndim == 1:
        out[indices[0]] = updates
        return out
    if not indices[0].shape:
        out[tuple(map(int, indices))] = updates
        return out
    # One axis of places, in row-major order: NumPy then assigns in that order, so that the last one stays.
    places = tuple([index.ravel() for index in indices])
    out[places] = updates.reshape(places[0].shape + out.shape[len(indices) :])
    return out


@inplace("scatter")
def scatter_in_place(xp: Any, x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
    if xp is not np:
        return scatter(xp, x, updates, indices)
    return _written(_assign, x, updates, indices)


def _combining(name: str, combine: str) -> None:
    """Register the kernels of an operator that combines updates with what is there."""

    def combined(out: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
        getattr(np, combine).at(out, indices, updates)
        return out

    def scatter_with(xp: Any, x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
        if xp is not np:
            return _scatter_rounds(xp, x, updates, indices, getattr(xp, combine))
        return _written(combined, x.copy(), updates, indices)

    def in_place(xp: Any, x: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
        if xp is not np:
            return scatter_with(xp, x, updates, indices)
        return _written(combined, x, updates, indices)

    kernel(name)(scatter_with)
    inplace(name)(in_place)


_combining("scatter_add", "add")
_combining("scatter_max", "maximum")
_combining("scatter_min", "minimum")


def _places(xp: Any, x: Array, indices: tuple[Array, ...]) -> tuple[Array, ...]:
    """Indices of the leading axes, counted from their starts."""
    return tuple([from_start(xp, index, size) for index, size in zip(indices, x.shape)])


def _written(write: Callable[..., Array], out: Array, updates: Array, indices: tuple[Array, ...]) -> Array:
    """What `write` makes of `out`; where it finds an index outside it has written nothing."""
    try:
        return write(out, updates, indices)
    except IndexError:
        _places(np, out, indices)
        raise


def _scatter_rounds(
    xp: Any, x: Array, updates: Array, indices: tuple[Array, ...], combine: Callable[..., Array] | None
) -> Array:
    """Scatter without writing to places: in each round, every row takes at most one update.

    The array API has no assignment at integer indices, and CuPy's has no order.
    """
    indices = _places(xp, x, indices)
    lead, rest = prod(x.shape[: len(indices)]), x.shape[len(indices) :]
    if prod(updates.shape) == 0:
        return xp.asarray(x, copy=True)
    out = xp.reshape(x, (lead, *rest))
    rows = xp.reshape(updates, (-1, *rest))
    for hit, place in _rounds(xp, _flat(xp, x.shape, indices), lead, last_only=combine is None):
        chosen = xp.take(rows, place, axis=0)
        new = chosen if combine is None else combine(out, chosen)
        out = xp.where(xp.reshape(hit, (lead,) + (1,) * len(rest)), new, out)
    return xp.reshape(out, x.shape)


def _rounds(xp: Any, flat: Array, lead: int, *, last_only: bool) -> Iterator[tuple[Array, Array]]:
    """For each round, which rows take an update, and the place of the update that they take."""
    order = xp.argsort(flat, stable=True)
    ordered = xp.take(flat, order, axis=0)
    every = xp.arange(lead, dtype=ordered.dtype)
    first = xp.searchsorted(ordered, every, side="left")
    stop = xp.searchsorted(ordered, every, side="right")
    count = stop - first
    last = flat.shape[0] - 1
    if last_only:
        yield count > 0, xp.take(order, xp.maximum(stop - 1, xp.zeros_like(stop)), axis=0)
        return
    for number in range(item(xp.max(count))):
        position = xp.minimum(first + number, xp.full_like(first, last))
        yield count > number, xp.take(order, position, axis=0)


@kernel("nonzero")
def nonzero(xp: Any, x: Array, *, size: Any = None) -> Any:
    found = xp.nonzero(x)
    if xp is np:
        # NumPy gives columns of one matrix.
        found = tuple([np.ascontiguousarray(index) for index in found])
    else:
        found = tuple([xp.astype(index, xp.int64) for index in found])
    return found[0] if len(found) == 1 else found


#: So few elements are made however the counts are distributed.
_FEW = 1 << 46


#: By how many bytes they take.
_UNSIGNED = {4: np.uint32, 8: np.uint64}


def _greatest(counts: Array) -> int:
    """The greatest of some integers read as unsigned: a negative one is larger than all others."""
    found = np.asarray(counts)
    return int(np.maximum.reduce(found.view(_UNSIGNED[found.itemsize]), None, initial=0))


@kernel("repeat")
def repeat(xp: Any, x: Array, counts: Array, *, axis: int, size: Any = None) -> Array:
    if xp is np and _greatest(counts) < min(2**31, _FEW // (counts.size * x.size + 1)):
        return np.repeat(x, counts, axis=axis)
    if counts.shape[0] and item(xp.min(counts)) < 0:
        raise OperatorError("E1", f"a count of {item(xp.min(counts))}")
    # In floats, which do not wrap.
    total = float(item(xp.sum(counts, dtype=xp.float64)))
    require_room(int(total), *x.shape[:axis], *x.shape[axis + 1 :])
    if xp is np:
        return np.repeat(x, counts, axis=axis)
    stops = xp.cumulative_sum(counts, axis=0, dtype=xp.int64)
    places = xp.arange(int(total), dtype=xp.int64)
    return xp.take(x, xp.searchsorted(stops, places, side="right"), axis=axis)
