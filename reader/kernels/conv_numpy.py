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

#: Of a batch, as many images are taken at once as fit into this; of a larger one, half as much.
_COLUMN_BYTES = 1 << 22

#: Of a convolution channel by channel, as many channels are taken at once as fit into this.
_PLANE_ELEMENTS = 1 << 16
#: Up to how many elements of a plane, and how many taps, these are gathered for a product of matrices.
_GATHERED, _GATHERED_TAPS = 1 << 10, 32

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
            if w.shape[0] == groups and x.shape[0]:
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
        every = (slice(None),) * (1 + len(window))
        line = groups * depth * (length // spatial[0])  # the columns of one place along the first axis
        lines, most = spatial[0], 1
        if lines * line * x.itemsize > _COLUMN_BYTES:
            lines = max(1, _COLUMN_BYTES // (2 * line * x.itemsize))
        else:
            most = min(batch, _COLUMN_BYTES // (lines * line * x.itemsize))
        block = _take(most * lines * line, x.dtype)
        for start in range(0, batch, most):
            for top in range(0, spatial[0], lines):
                part = view[(slice(start, start + most), *every, slice(top, top + lines))]
                columns = block[: part.size].reshape(part.shape)
                np.copyto(columns, part)
                columns = columns.reshape(part.shape[0], groups, depth, -1)
                first = top * (length // spatial[0])
                place = found[start : start + most, :, :, first : first + columns.shape[-1]]
                np.matmul(matrix, columns, out=place)
        _give(block)
    else:
        out[...] = 0
    if frame is not None:
        _give(frame)
    if bias is not None:
        out += bias.reshape(filters, *(1,) * len(window))
    return out


def _phases(x: Array, out: Array, strides: Ints, low: Ints) -> None:
    """Deal the places of `x`, with zeros around it, out to planes by their remainders modulo `strides`.

    Place ``s * i + p`` of the padded axis becomes place ``i`` of the plane ``p``.
    """
    out[...] = 0
    for phase in np.ndindex(*strides):
        source, target = [slice(None), slice(None)], [slice(None), slice(None)]
        for p, n, s, before in zip(phase, x.shape[2:], strides, low):
            first = max(0, -((p - before) // s))
            start = p + s * first - before
            source.append(slice(start, None, s))
            target.append(slice(first, first + max(0, (n - start + s - 1) // s)))
        out[(*phase, *target)] = x[tuple(source)]


def _depthwise(
    x: Array, w: Array, bias: Array | None, strides: Ints, low: Ints, high: Ints, dilations: Ints
) -> Array:
    """Each channel has a filter of its own: a multiplication and an addition for each tap, or, of small
    planes, a product of its filter with all taps side by side.

    A tap is a shift of a flat plane, so that NumPy's inner loops are long; with strides it is one of
    several planes (`_phases`). Places that a filter does not fit at are computed and left out. So
    many channels are taken at once that what is worked on stays in the processor's cache.
    """
    batch, channels = x.shape[:2]
    window = w.shape[2:]
    padded = [n + a + b for n, a, b in zip(x.shape[2:], low, high)]
    places = [(n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(padded, dilations, window, strides)]
    sizes = [-(-n // s) for n, s in zip(padded, strides)]
    steps = [prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
    taps: list[tuple[Ints, int]] = []
    for offsets in np.ndindex(*window):
        reach = [o * d for o, d in zip(offsets, dilations)]
        shift = sum(r // s * step for r, s, step in zip(reach, strides, steps))
        taps.append((tuple([r % s for r, s in zip(reach, strides)]), shift))
    plane, length = prod(sizes), prod(sizes) - max(shift for _, shift in taps)
    most = max(1, min(channels, _PLANE_ELEMENTS // plane))
    planes = (*strides, 1, most, *sizes)
    gathers = length <= _GATHERED and len(taps) <= _GATHERED_TAPS and x.dtype in (np.float32, np.float64)
    kept = len(taps) if gathers else 1
    block = _take(prod(planes) + (1 + kept) * most * length, x.dtype)
    dealt = block[: prod(planes)].reshape(planes)
    sums = block[prod(planes) : prod(planes) + most * length].reshape(most, length)
    products = block[prod(planes) + most * length :].reshape(most, kept, length)
    weights = w.reshape(channels, -1)
    out = np.empty((batch, channels, *places), dtype=x.dtype)
    moves = tuple([step * x.itemsize for step in steps])
    for image, first in np.ndindex(batch, -(-channels // most)):
        some = slice(first * most, min((first + 1) * most, channels))
        count = some.stop - some.start
        part, total = dealt[(slice(None),) * (len(strides) + 1) + (slice(count),)], sums[:count]
        _phases(x[image : image + 1, some], part, strides, low)
        for number, (phase, shift) in enumerate(taps):
            flat = part[phase].reshape(count, plane)[:, shift : shift + length]
            if gathers:
                products[:count, number] = flat
                continue
            partial = products[:count, 0]
            np.multiply(flat, weights[some, number, None], out=partial if number else total)
            if number:
                np.add(total, partial, out=total)
        if gathers:
            np.matmul(weights[some, None], products[:count], out=total[:, None])
        found = as_strided(total, (count, *places), (total.strides[0], *moves), writeable=False)
        if bias is None:
            out[image, some] = found
        else:
            np.add(found, bias[some].reshape(-1, *(1,) * len(window)), out=out[image, some])
    _give(block)
    return out
