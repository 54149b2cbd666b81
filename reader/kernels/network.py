"""Kernels of schema/ops/network.py."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from .registry import Kernel, kernel, prepare
from .shape import pad_constant

Array = Any
Ints = tuple[int, ...]


def is_half(xp: Any, x: Array) -> bool:
    """Whether `x` is of half precision, which NumPy computes slowly and coarsely."""
    return hasattr(xp, "float16") and bool(x.dtype == xp.float16)


def window_counts(sizes: Ints, window: Ints, strides: Ints, dilations: Ints) -> Ints:
    """How many places the window has along each axis of the padded sizes."""
    return tuple([(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(sizes, window, strides, dilations)])


def taps(x: Array, window: Ints, strides: Ints, dilations: Ints) -> list[Array]:
    """For each offset in the window, in row-major order, the elements of the padded `x` that it meets."""
    k = len(window)
    counts = window_counts(x.shape[x.ndim - k :], window, strides, dilations)
    lead = (slice(None),) * (x.ndim - k)
    found = []
    for offsets in product(*map(range, window)):
        bounds = zip(offsets, dilations, strides, counts)
        found.append(x[lead + tuple([slice(o * d, o * d + (n - 1) * s + 1, s) for o, d, s, n in bounds])])
    return found


def _padded(xp: Any, x: Array, value: Any, low: Ints, high: Ints) -> Array:
    if not any(low) and not any(high):
        return x
    front = (0,) * (x.ndim - len(low))
    return pad_constant(xp, x, value, front + low, front + high)


@kernel("conv")
def conv(
    xp: Any,
    x: Array,
    w: Array,
    bias: Array | None,
    *,
    strides: Ints,
    low: Ints,
    high: Ints,
    dilations: Ints,
    groups: int,
) -> Array:
    dtype = x.dtype
    if is_half(xp, x):
        # Half precision is summed in single.
        x, w = xp.astype(x, xp.float32), xp.astype(w, xp.float32)
        bias = None if bias is None else xp.astype(bias, xp.float32)
    batch, filters, window = x.shape[0], w.shape[0], w.shape[2:]
    columns = taps(_padded(xp, x, 0, low, high), window, strides, dilations)
    spatial = columns[0].shape[2:]
    per_group, depth = w.shape[1], w.shape[1] * prod(window)
    stacked = xp.reshape(xp.stack(columns, axis=2), (batch, groups, depth, prod(spatial)))
    matrix = xp.reshape(w, (groups, filters // groups, depth))
    if per_group == 0 or batch == 0 or filters == 0:
        out = xp.zeros((batch, filters, *spatial), dtype=x.dtype)
    else:
        out = xp.reshape(xp.matmul(matrix, stacked), (batch, filters, *spatial))
    if bias is not None:
        out = out + xp.reshape(bias, (filters,) + (1,) * len(window))
    return xp.astype(out, dtype, copy=False)


@prepare("conv")
def prepare_conv(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    if xp is not np or types[0].dtype == "f16":
        return None
    from .conv_numpy import prepared

    return prepared(attrs, types)


# --- windows ----------------------------------------------------------------------


def least(xp: Any, dtype: Any) -> Any:
    """What is less than or equal to every value of the dtype."""
    return -xp.inf if "float" in str(dtype) else xp.iinfo(dtype).min


@kernel("reduce_window_max")
def reduce_window_max(
    xp: Any, x: Array, *, window: Ints, strides: Ints, low: Ints, high: Ints, dilations: Ints
) -> Array:
    x = _padded(xp, x, least(xp, x.dtype) if any(low) or any(high) else 0, low, high)
    for axis in range(len(window)):
        # One axis after another: the maximum of a box is the maximum of its rows' maxima.
        x = _along(xp, x, xp.maximum, axis - len(window), window[axis], strides[axis], dilations[axis])
    return x


@kernel("reduce_window_sum")
def reduce_window_sum(
    xp: Any, x: Array, *, window: Ints, strides: Ints, low: Ints, high: Ints, dilations: Ints
) -> Array:
    dtype = x.dtype
    if is_half(xp, x):
        x = xp.astype(x, xp.float32)
    x = _padded(xp, x, 0, low, high)
    for axis in range(len(window)):
        x = _along(xp, x, xp.add, axis - len(window), window[axis], strides[axis], dilations[axis])
    return xp.astype(x, dtype, copy=False)


def _along(xp: Any, x: Array, combine: Any, axis: int, size: int, stride: int, dilation: int) -> Array:
    """Combine the elements of each window along one axis (counted from the end), in order."""
    behind = (slice(None),) * (-axis - 1)
    lead = (slice(None),) * (x.ndim + axis)
    last = (x.shape[axis] - dilation * (size - 1) - 1) // stride * stride

    def tap(number: int) -> Array:
        start = number * dilation
        return x[(*lead, slice(start, start + last + 1, stride), *behind)]

    if size == 1:
        return xp.asarray(tap(0), copy=True)
    out = combine(tap(0), tap(1))
    for number in range(2, size):
        out = combine(out, tap(number), out=out) if xp is np else combine(out, tap(number))
    return out
