"""Convolution on NumPy: a matrix product over columns cut from the input, chosen while planning.

Columns are the expensive part: large, short-lived, and slow to allocate anew, so their
memory is kept between calls.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array = Any
Ints = tuple[int, ...]

#: Memory for columns that no call uses at the moment. `pop` and `append` are atomic, so
#: that threads share the list without a lock; it holds at most one block a thread.
_free: list[Array] = []

#: Of a batch, as many images are taken at once as fit into this, or one.
_COLUMN_BYTES = 1 << 23

#: Larger blocks are given back to the system.
_KEEP_BYTES = 1 << 26


def _take(size: int, dtype: Any) -> Array:
    """A block of at least `size` elements, as a flat array of exactly `size`."""
    wanted = size * dtype.itemsize
    try:
        block = _free.pop()
    except IndexError:
        block = np.empty(wanted, dtype=np.uint8)
    if block.nbytes < wanted:
        block = np.empty(wanted, dtype=np.uint8)
    return block[:wanted].view(dtype)


def _give(array: Array) -> None:
    block = array if array.base is None else array.base
    if block.nbytes <= _KEEP_BYTES and len(_free) < 32:
        _free.append(block)


def prepared(attrs: dict[str, Any], types: tuple[Any, ...]) -> Callable[..., Array]:
    """The convolution for these attributes; sizes are read at each call."""
    strides, low, high = attrs["strides"], attrs["low"], attrs["high"]
    dilations, groups = attrs["dilations"], attrs["groups"]
    window = types[1].shape[2:]
    plain = not any(low) and not any(high)
    if plain and groups == 1 and all(isinstance(k, int) and k == 1 for k in window):
        return lambda x, w, bias=None: _pointwise(x, w, bias, strides)
    if isinstance(types[1].shape[1], int) and types[1].shape[1] == 1 and groups > 1:

        def depthwise(x: Array, w: Array, bias: Array | None = None) -> Array:
            if w.shape[0] == groups and max(strides) == 1:
                return _depthwise_rows(x, w, bias, low, high, dilations)
            if w.shape[0] == groups:
                return _depthwise(x, w, bias, strides, low, high, dilations)
            return _by_columns(x, w, bias, strides, low, high, dilations, groups)

        return depthwise
    return lambda x, w, bias=None: _by_columns(x, w, bias, strides, low, high, dilations, groups)


def _pointwise(x: Array, w: Array, bias: Array | None, strides: Ints) -> Array:
    """Filters of one tap: a matrix product over channels."""
    if any(s > 1 for s in strides):
        x = x[(slice(None), slice(None), *[slice(None, None, s) for s in strides])]
    batch, channels = x.shape[:2]
    spatial = x.shape[2:]
    filters = w.shape[0]
    out = np.matmul(w.reshape(filters, channels), x.reshape(batch, channels, prod(spatial)))
    if bias is not None:
        out += bias[:, None]
    return out.reshape(batch, filters, *spatial)


def _frame(x: Array, low: Ints, high: Ints) -> tuple[Array, Array | None]:
    """`x` padded with zeros, and the block to give back."""
    if not any(low) and not any(high):
        return x, None
    shape = x.shape[:2] + tuple([n + a + b for n, a, b in zip(x.shape[2:], low, high)])
    block = _take(prod(shape), x.dtype)
    out = block.reshape(shape)
    for axis, (n, first, last) in enumerate(zip(x.shape[2:], low, high), start=2):
        before = (slice(None),) * axis
        if first:
            out[(*before, slice(0, first))] = 0
        if last:
            out[(*before, slice(first + n, None))] = 0
    out[(slice(None), slice(None), *[slice(a, a + n) for n, a in zip(x.shape[2:], low)])] = x
    return out, block


def _windows(x: Array, window: Ints, strides: Ints, dilations: Ints) -> Array:
    """A view of shape ``(N, C, *window, *places)``."""
    sizes, steps = x.shape[2:], x.strides[2:]
    places = tuple([(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(sizes, window, strides, dilations)])
    shape = x.shape[:2] + tuple(window) + places
    moves = tuple([b * d for b, d in zip(steps, dilations)]) + tuple([b * s for b, s in zip(steps, strides)])
    return as_strided(x, shape, x.strides[:2] + moves, writeable=False)


def _by_columns(
    x: Array,
    w: Array,
    bias: Array | None,
    strides: Ints,
    low: Ints,
    high: Ints,
    dilations: Ints,
    groups: int,
) -> Array:
    batch, filters, window = x.shape[0], w.shape[0], w.shape[2:]
    framed, frame = _frame(x, low, high)
    view = _windows(framed, window, strides, dilations)
    spatial = view.shape[2 + len(window) :]
    length, depth = prod(spatial), w.shape[1] * prod(window)
    out = np.empty((batch, filters, *spatial), dtype=x.dtype)
    if out.size and depth:
        matrix = w.reshape(groups, filters // groups, depth)
        found = out.reshape(batch, groups, filters // groups, length)
        one = groups * depth * length
        most = max(1, _COLUMN_BYTES // (one * x.itemsize))
        block = _take(min(most, batch) * one, x.dtype)
        for start in range(0, batch, most):
            part = view[start : start + most]
            columns = block[: part.shape[0] * one]
            np.copyto(columns.reshape(part.shape), part)
            columns = columns.reshape(part.shape[0], groups, depth, length)
            np.matmul(matrix, columns, out=found[start : start + most])
        _give(block)
    else:
        out[...] = 0
    if frame is not None:
        _give(frame)
    if bias is not None:
        out += bias.reshape(filters, *(1,) * len(window))
    return out


def _depthwise(
    x: Array, w: Array, bias: Array | None, strides: Ints, low: Ints, high: Ints, dilations: Ints
) -> Array:
    """Each channel has a filter of its own: a multiplication and an addition for each tap."""
    framed, frame = _frame(x, low, high)
    window = w.shape[2:]
    view = _windows(framed, window, strides, dilations)
    rank = len(window)
    spatial = view.shape[2 + rank :]
    out = np.empty((*x.shape[:2], *spatial), dtype=x.dtype)
    block = _take(out.size, x.dtype)
    partial = block.reshape(out.shape)
    taps = w.reshape(w.shape[0], -1)
    for number, offsets in enumerate(np.ndindex(*window)):
        weight = taps[:, number].reshape(-1, *(1,) * rank)
        part = view[(slice(None), slice(None), *offsets)]
        if number == 0:
            np.multiply(part, weight, out=out)
        else:
            np.multiply(part, weight, out=partial)
            np.add(out, partial, out=out)
    _give(block)
    if frame is not None:
        _give(frame)
    if bias is not None:
        out += bias.reshape(-1, *(1,) * rank)
    return out


def _depthwise_rows(x: Array, w: Array, bias: Array | None, low: Ints, high: Ints, dilations: Ints) -> Array:
    """As `_depthwise` with strides of 1, over whole padded planes: NumPy's inner loops are then long.

    A tap is a shift of the flat plane. Places that a filter does not fit at are computed and left out.
    """
    framed, frame = _frame(x, low, high)
    batch, channels = x.shape[:2]
    window = w.shape[2:]
    sizes = framed.shape[2:]
    steps = [prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
    places = tuple([n - d * (k - 1) for n, k, d in zip(sizes, window, dilations)])
    far = sum((k - 1) * d * step for k, d, step in zip(window, dilations, steps))
    length = prod(sizes) - far
    flat = framed.reshape(batch, channels, prod(sizes))
    block = _take(2 * batch * channels * length, x.dtype)
    total, partial = block.reshape(2, batch, channels, length)
    taps = w.reshape(channels, -1)
    for number, offsets in enumerate(np.ndindex(*window)):
        start = sum(o * d * step for o, d, step in zip(offsets, dilations, steps))
        part = flat[:, :, start : start + length]
        if number == 0:
            np.multiply(part, taps[:, number, None], out=total)
        else:
            np.multiply(part, taps[:, number, None], out=partial)
            np.add(total, partial, out=total)
    moves = tuple([step * total.itemsize for step in steps])
    found = as_strided(total, (batch, channels, *places), total.strides[:2] + moves, writeable=False)
    if bias is None:
        out = found.copy()
    else:
        out = np.add(found, bias.reshape(-1, *(1,) * len(window)))
    _give(block)
    if frame is not None:
        _give(frame)
    return out
