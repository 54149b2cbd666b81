"""Kernels of schema/ops/composite.py: the same results as the templates, in fewer passes.

Half precision is computed in single and rounded once. With NumPy, results are built up in
place: `x` is never written to, but what a kernel has made itself is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from math import prod
from typing import Any

import numpy as np

from .elementwise import erf
from .network import is_half, reduce_window_sum
from .registry import Kernel, kernel, prepare

Array = Any
Ints = tuple[int, ...]


def _floating(name: str) -> Callable[[Kernel], Kernel]:
    """Register a kernel of floats, which computes half precision in single precision."""

    def register(function: Kernel) -> Kernel:
        @wraps(function)
        def computed(xp: Any, x: Array, *others: Any, **attrs: Any) -> Any:
            if not is_half(xp, x):
                return function(xp, x, *others, **attrs)
            wide = [xp.astype(y, xp.float32) if y is not None and y.dtype == x.dtype else y for y in others]
            result = function(xp, xp.astype(x, xp.float32), *wide, **attrs)
            if isinstance(result, tuple):
                return tuple([xp.astype(part, x.dtype) for part in result])
            return xp.astype(result, x.dtype)

        def prepared(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
            return None if types[0].dtype == "f16" else partial(function, xp, **attrs)

        prepare(name)(prepared)
        kernel(name)(computed)
        return function

    return register


def _applied(xp: Any, function: Callable[..., Array], x: Array) -> Array:
    """`function` of an array that nobody else needs: in place, where that is possible."""
    return function(x, out=x) if isinstance(x, np.ndarray) else function(x)


def _quotient(one: float, x: Array) -> Array:
    return np.divide(one, x, out=x) if isinstance(x, np.ndarray) else one / x


# --- activations ------------------------------------------------------------------

#: Zeros to compare with, for each dtype: NumPy is three times faster with an array than with a number.
_zeros: dict[str, Array] = {}
_SMALL = 1024


def _relu_numpy(x: Array) -> Array:
    if x.size < _SMALL:
        return np.maximum(x, x.dtype.type(0))
    zeros = _zeros.get(x.dtype.char)
    if zeros is None or zeros.size < x.size:
        zeros = _zeros[x.dtype.char] = np.zeros(x.size, dtype=x.dtype)
    return np.maximum(x, zeros[: x.size].reshape(x.shape))


@kernel("relu")
def relu(xp: Any, x: Array) -> Array:
    return _relu_numpy(x) if xp is np else xp.maximum(x, xp.zeros((), dtype=x.dtype))


@prepare("relu")
def prepare_relu(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    return _relu_numpy if xp is np else None


def _sigmoid(xp: Any, x: Array) -> Array:
    y = _applied(xp, xp.exp, -x)
    y += 1
    return _quotient(1.0, y)


_floating("sigmoid")(_sigmoid)


@_floating("silu")
def silu(xp: Any, x: Array) -> Array:
    y = _sigmoid(xp, x)
    y *= x
    return y


@_floating("softplus")
def softplus(xp: Any, x: Array) -> Array:
    y = _applied(xp, xp.log1p, _applied(xp, xp.exp, -xp.abs(x)))
    y += xp.maximum(x, xp.zeros((), dtype=x.dtype))
    return y


@_floating("gelu")
def gelu(xp: Any, x: Array, *, approximate: str) -> Array:
    if approximate == "tanh":
        y = x * x
        y *= 0.044715
        y += 1
        y *= x
        y *= 0.7978845608028654
        y = _applied(xp, xp.tanh, y)
    else:
        y = erf(xp, x * 0.7071067811865476)
    y += 1
    y *= 0.5  # before x, which may be near the largest number
    y *= x
    return y


# --- along axes -------------------------------------------------------------------


def _softmax(xp: Any, x: Array, axis: int) -> Array:
    y = _applied(xp, xp.exp, x - xp.max(x, axis=axis, keepdims=True))
    y /= xp.sum(y, axis=axis, keepdims=True)
    return y


@_floating("softmax")
def softmax(xp: Any, x: Array, *, axis: int) -> Array:
    return _softmax(xp, x, axis)


@_floating("log_softmax")
def log_softmax(xp: Any, x: Array, *, axis: int) -> Array:
    y = x - xp.max(x, axis=axis, keepdims=True)
    y -= xp.log(xp.sum(xp.exp(y), axis=axis, keepdims=True))
    return y


def _mean(xp: Any, x: Array, axes: Ints, keepdims: bool) -> Array:
    return xp.sum(x, axis=axes, keepdims=keepdims) / float(prod([x.shape[a] for a in axes]))


@_floating("mean")
def mean(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return _mean(xp, x, axes, keepdims)


@_floating("var")
def var(xp: Any, x: Array, *, axes: Ints, correction: float, keepdims: bool) -> Array:
    y = x - _mean(xp, x, axes, True)
    y *= y
    count = prod([x.shape[a] for a in axes]) - correction
    return xp.sum(y, axis=axes, keepdims=keepdims) / max(float(count), 0.0)


# --- normalisation ----------------------------------------------------------------


def _root(xp: Any, squares: Array, axes: Ints, epsilon: float) -> Array:
    """The square root of the mean of `squares`, with `epsilon`."""
    v = _mean(xp, squares, axes, True)
    v += epsilon
    return xp.sqrt(v)


@_floating("layer_norm")
def layer_norm(
    xp: Any, x: Array, scale: Array | None = None, bias: Array | None = None, *, axis: int, epsilon: float
) -> Array:
    axes = tuple(range(axis, x.ndim))
    y = x - _mean(xp, x, axes, True)
    y /= _root(xp, y * y, axes, epsilon)
    if scale is not None:
        y *= scale
    if bias is not None:
        y += bias
    return y


@_floating("rms_norm")
def rms_norm(xp: Any, x: Array, scale: Array, *, axis: int, epsilon: float) -> Array:
    y = x / _root(xp, x * x, tuple(range(axis, x.ndim)), epsilon)
    y *= scale
    return y


@_floating("batch_norm")
def batch_norm(
    xp: Any,
    x: Array,
    average: Array,
    variance: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    epsilon: float,
) -> Array:
    each = (x.shape[1],) + (1,) * (x.ndim - 2)
    root = xp.sqrt(variance + epsilon)
    y = x - xp.reshape(average, each)
    if scale is None or bias is None:
        y /= xp.reshape(root, each)
        return y
    y *= xp.reshape(scale / root, each)
    y += xp.reshape(bias, each)
    return y


# --- layers -----------------------------------------------------------------------


def _linear(xp: Any, x: Array, w: Array, bias: Array | None = None) -> Array:
    # One product of two matrices, where NumPy would do one for each of the leading axes.
    rows = x if x.ndim == 2 else xp.reshape(x, (prod(x.shape[:-1]), x.shape[-1]))
    y = xp.matmul(rows, xp.permute_dims(w, (1, 0)))
    if bias is not None:
        y += bias
    return y if x.ndim == 2 else xp.reshape(y, (*x.shape[:-1], w.shape[0]))


_floating("linear")(_linear)


@_floating("lstm_cell")
def lstm_cell(
    xp: Any, x: Array, h: Array, c: Array, w_ih: Array, w_hh: Array, bias: Array | None
) -> tuple[Array, Array]:
    gates = _linear(xp, x, w_ih, bias)
    gates += _linear(xp, h, w_hh)
    n = h.shape[1]
    keep = _sigmoid(xp, gates[:, : 2 * n])
    after = keep[:, n:] * c
    after += keep[:, :n] * xp.tanh(gates[:, 2 * n : 3 * n])
    hidden = _sigmoid(xp, gates[:, 3 * n :])
    hidden *= xp.tanh(after)
    return hidden, after


@_floating("scaled_dot_product_attention")
def scaled_dot_product_attention(
    xp: Any, q: Array, k: Array, v: Array, mask: Array | None, *, scale: float | None, causal: bool
) -> Array:
    if scale is None:
        # By way of an array, so that no key of size 0 divides by 0 in Python.
        s = xp.matmul(q, xp.matrix_transpose(k))
        s /= xp.sqrt(xp.full((), q.shape[-1], dtype=q.dtype))
    else:
        s = xp.matmul(q, xp.matrix_transpose(k))
        s *= scale
    if causal:
        seen = xp.arange(k.shape[-2]) <= xp.reshape(xp.arange(q.shape[-2]), (-1, 1))
        s = xp.where(seen, s, xp.full((), -xp.inf, dtype=s.dtype))
    if mask is not None:
        if "bool" in str(mask.dtype):
            s = xp.where(mask, s, xp.full((), -xp.inf, dtype=s.dtype))
        else:
            s += mask
    return xp.matmul(_softmax(xp, s, s.ndim - 1), v)


@_floating("avg_pool")
def avg_pool(
    xp: Any, x: Array, *, window: Ints, strides: Ints, low: Ints, high: Ints, count_include_pad: bool
) -> Array:
    near = (1,) * len(window)
    y = reduce_window_sum(xp, x, window=window, strides=strides, low=low, high=high, dilations=near)
    if count_include_pad or not (any(low) or any(high)):
        y /= float(prod(window))
        return y
    ones = xp.ones(x.shape[x.ndim - len(window) :], dtype=x.dtype)
    y /= reduce_window_sum(xp, ones, window=window, strides=strides, low=low, high=high, dilations=near)
    return y


# --- arrangement ------------------------------------------------------------------


@kernel("stack")
def stack(xp: Any, xs: tuple[Array, ...], *, axis: int) -> Array:
    return xp.stack(xs, axis=axis)


@kernel("one_hot")
def one_hot(xp: Any, indices: Array, *, depth: int, dtype: str) -> Array:
    from .creation import astype

    column = xp.reshape(indices, (*indices.shape, 1))
    return astype(xp, column == xp.arange(depth, dtype=indices.dtype), dtype=dtype)


@kernel("tril")
def tril(xp: Any, x: Array, *, offset: int) -> Array:
    return xp.tril(x, k=offset)


@kernel("triu")
def triu(xp: Any, x: Array, *, offset: int) -> Array:
    return xp.triu(x, k=offset)
