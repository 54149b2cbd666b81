"""Kernels of schema/ops/layers.py: the same results as the templates, in fewer passes."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from .composite import _applied as applied
from .composite import _floating as floating
from .composite import _linear as linear
from .composite import _sigmoid as sigmoid

Array = Any
Ints = tuple[int, ...]


# --- activations ------------------------------------------------------------------


@floating("leaky_relu")
def leaky_relu(xp: Any, x: Array, *, slope: float) -> Array:
    if xp is np and 0 < slope <= 1:
        return np.maximum(x, x * x.dtype.type(slope))
    return xp.where(x < 0, x * slope, x)


@floating("elu")
def elu(xp: Any, x: Array, *, alpha: float) -> Array:
    y = applied(xp, xp.expm1, xp.minimum(x, xp.zeros((), dtype=x.dtype)))
    y *= alpha
    return xp.where(x < 0, y, x)


def _hard_sigmoid(xp: Any, x: Array) -> Array:
    y = x + 3
    if xp is np:
        out = y if isinstance(y, np.ndarray) else None
        y = np.maximum(y, y.dtype.type(0), out=out)
        y = np.minimum(y, y.dtype.type(6), out=out)
    else:
        y = xp.clip(y, 0, 6)
    y /= 6
    return y


@floating("hard_sigmoid")
def hard_sigmoid(xp: Any, x: Array) -> Array:
    return _hard_sigmoid(xp, x)


@floating("hard_swish")
def hard_swish(xp: Any, x: Array) -> Array:
    y = _hard_sigmoid(xp, x)
    y *= x
    return y


@floating("mish")
def mish(xp: Any, x: Array) -> Array:
    # tanh(log1p(e)) is t / (t + 2) with t = e * (e + 2); beyond 20 it is 1 in every dtype.
    e = applied(xp, xp.exp, xp.minimum(x, xp.full((), 20.0, dtype=x.dtype)))
    t = e * (e + 2)
    y = t / (t + 2)
    y *= x
    return y


# --- groups of channels -----------------------------------------------------------


@floating("group_norm")
def group_norm(
    xp: Any, x: Array, scale: Array | None = None, bias: Array | None = None, *, groups: int, epsilon: float
) -> Array:
    batch, channels = x.shape[:2]
    inside = channels // groups * prod(x.shape[2:])
    rows = xp.reshape(x, (batch, groups, inside))
    y = rows - xp.sum(rows, axis=2, keepdims=True) / float(inside or 1)
    v = xp.sum(y * y, axis=2, keepdims=True)
    v /= float(inside or 1)
    v += epsilon
    y /= xp.sqrt(v)
    y = xp.reshape(y, x.shape)
    each = (channels,) + (1,) * (x.ndim - 2)
    if scale is not None:
        y *= xp.reshape(scale, each)
    if bias is not None:
        y += xp.reshape(bias, each)
    return y


# --- transposed convolution -------------------------------------------------------


@floating("conv_transpose")
def conv_transpose(
    xp: Any,
    x: Array,
    w: Array,
    bias: Array | None,
    *,
    strides: Ints,
    low: Ints,
    high: Ints,
    output_padding: Ints,
    dilations: Ints,
    groups: int,
) -> Array:
    batch, channels, *sizes = x.shape
    each, window = w.shape[1], w.shape[2:]
    filters = each * groups
    reach = [
        (n - 1) * s + d * (k - 1) + 1 + o
        for n, s, d, k, o in zip(sizes, strides, dilations, window, output_padding)
    ]
    out = xp.zeros((batch, filters, *reach), dtype=x.dtype)
    if out.size and channels:
        # What every element adds to every tap, by one product of matrices; then a sum for each tap.
        matrix = xp.reshape(w, (groups, channels // groups, each * prod(window)))
        rows = xp.reshape(x, (batch, groups, channels // groups, prod(sizes)))
        terms = xp.matmul(xp.permute_dims(matrix, (0, 2, 1)), rows)
        terms = xp.reshape(terms, (batch, filters, prod(window), *sizes))
        for number, offsets in enumerate(product(*map(range, window))):
            spots = zip(offsets, dilations, sizes, strides)
            place = tuple([slice(q * d, q * d + (n - 1) * s + 1, s) for q, d, n, s in spots])
            out[(slice(None), slice(None), *place)] += terms[:, :, number, ...]
    ends = [n - b for n, b in zip(reach, high)]
    out = out[(slice(None), slice(None), *[slice(a, b) for a, b in zip(low, ends)])]
    if bias is not None:
        return out + xp.reshape(bias, (filters,) + (1,) * len(window))
    return xp.asarray(out, copy=True) if any(low) or any(high) else out


# --- recurrent cells --------------------------------------------------------------


@floating("gru_cell")
def gru_cell(
    xp: Any,
    x: Array,
    h: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    *,
    reset_after: bool,
) -> Array:
    n = h.shape[1]
    now = linear(xp, x, w_ih, b_ih)
    if reset_after:
        past = linear(xp, h, w_hh, b_hh)
        gates = sigmoid(xp, now[:, : 2 * n] + past[:, : 2 * n])
        kept = gates[:, :n] * past[:, 2 * n :]
    else:
        near, far = (None, None) if b_hh is None else (b_hh[: 2 * n], b_hh[2 * n :])
        gates = sigmoid(xp, now[:, : 2 * n] + linear(xp, h, w_hh[: 2 * n, :], near))
        kept = linear(xp, gates[:, :n] * h, w_hh[2 * n :, :], far)
    kept += now[:, 2 * n :]
    new = applied(xp, xp.tanh, kept)
    z = gates[:, n:]
    # z * h + (1 - z) * new, with one product less.
    return new + z * (h - new)
