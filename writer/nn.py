"""Operators of neural networks, and the other operators that the array API has no name for; `tracebox.xp.nn`.

They run on plain NumPy arrays as well. Operands are promoted to one dtype.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .apply import apply, shape_of
from .creation import asarray
from .promote import convert, result_type
from .reductions import one_axis


def _floats(*operands: Any) -> list[Any]:
    """The operands as arrays of one floating-point dtype; None stays None."""
    given = [x for x in operands if x is not None]
    dtype = result_type(*given)
    if dtype.kind != "f":
        dtype = np.result_type(dtype, np.float64)
    return [
        None if x is None else convert(asarray(x) if isinstance(x, (list, tuple)) else x, dtype)
        for x in operands
    ]


def relu(x: Any, /) -> Any:
    """The greater of `x` and 0."""
    return apply("relu", x)


def sigmoid(x: Any, /) -> Any:
    """The logistic function."""
    return apply("sigmoid", *_floats(x))


def silu(x: Any, /) -> Any:
    """`x` times its logistic function."""
    return apply("silu", *_floats(x))


def softplus(x: Any, /) -> Any:
    """The logarithm of 1 + exp(`x`)."""
    return apply("softplus", *_floats(x))


def gelu(x: Any, /, *, approximate: str = "none") -> Any:
    """The Gaussian error linear unit; `approximate` is ``none`` or ``tanh``."""
    return apply("gelu", *_floats(x), approximate=approximate)


def softmax(x: Any, /, *, axis: int = -1) -> Any:
    """Exponentials that sum to 1 along `axis`."""
    return apply("softmax", *_floats(x), axis=one_axis(axis, x.ndim))


def log_softmax(x: Any, /, *, axis: int = -1) -> Any:
    """The logarithm of `softmax`."""
    return apply("log_softmax", *_floats(x), axis=one_axis(axis, x.ndim))


def layer_norm(
    x: Any, scale: Any = None, bias: Any = None, /, *, axis: int = -1, epsilon: float = 1e-5
) -> Any:
    """`x` normalised over `axis` and the axes after it, scaled and shifted."""
    return apply("layer_norm", *_given(x, scale, bias), axis=one_axis(axis, x.ndim), epsilon=float(epsilon))


def rms_norm(x: Any, scale: Any, /, *, axis: int = -1, epsilon: float = 1e-5) -> Any:
    """`x` divided by the root of its mean square over `axis` and the axes after it, scaled."""
    return apply("rms_norm", *_floats(x, scale), axis=one_axis(axis, x.ndim), epsilon=float(epsilon))


def batch_norm(
    x: Any, average: Any, variance: Any, scale: Any, bias: Any, /, *, epsilon: float = 1e-5
) -> Any:
    """`x` normalised channel by channel with given averages and variances, scaled and shifted."""
    return apply("batch_norm", *_floats(x, average, variance, scale, bias), epsilon=float(epsilon))


def linear(x: Any, weight: Any, bias: Any = None, /) -> Any:
    """``x @ weight.T + bias``."""
    return apply("linear", *_given(x, weight, bias))


def lstm_cell(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, bias: Any = None, /) -> tuple[Any, Any]:
    """One step of an LSTM: the next hidden and cell state."""
    found: tuple[Any, Any] = apply("lstm_cell", *_given(x, h, c, w_ih, w_hh, bias))
    return found


def scaled_dot_product_attention(
    q: Any, k: Any, v: Any, mask: Any = None, /, *, scale: float | None = None, causal: bool = False
) -> Any:
    """Attention; a mask is added to the scores, or is boolean, false where a key is not seen."""
    if mask is not None and asarray(mask).dtype.kind == "b":
        operands = [*_floats(q, k, v), asarray(mask)]
    else:
        operands = _given(q, k, v, mask)
    return apply(
        "scaled_dot_product_attention",
        *operands,
        scale=None if scale is None else float(scale),
        causal=bool(causal),
    )


def one_hot(indices: Any, depth: Any, /, *, dtype: Any = np.float32) -> Any:
    """1 at the index along a new last axis of size `depth`, 0 elsewhere."""
    from .creation import _name

    return apply("one_hot", indices, depth=depth, dtype=_name(dtype))


def _given(*operands: Any) -> list[Any]:
    """`_floats` of the operands, those left out at the end dropped."""
    found = _floats(*operands)
    while found and found[-1] is None:
        found.pop()
    return found


# --- windows --------------------------------------------------------------------


def _spread(value: int | Sequence[int], count: int) -> tuple[int, ...]:
    return (int(value),) * count if isinstance(value, int) else tuple(map(int, value))


def _padding(padding: Any, count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """An int, one int an axis, or pairs of before and after."""
    if isinstance(padding, int):
        return (padding,) * count, (padding,) * count
    pairs = [(p, p) if isinstance(p, int) else tuple(p) for p in padding]
    return tuple(int(p[0]) for p in pairs), tuple(int(p[1]) for p in pairs)


def conv(
    x: Any,
    w: Any,
    bias: Any = None,
    /,
    *,
    strides: Any = 1,
    padding: Any = 0,
    dilations: Any = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation of ``(batch, channel, ...)`` with filters ``(filter, channel, ...)``."""
    count = x.ndim - 2
    low, high = _padding(padding, count)
    return apply(
        "conv",
        *_given(x, w, bias),
        strides=_spread(strides, count),
        low=low,
        high=high,
        dilations=_spread(dilations, count),
        groups=int(groups),
    )


def max_pool(x: Any, window: Any, /, *, strides: Any = None, padding: Any = 0, dilations: Any = 1) -> Any:
    """The maximum of each window over the last axes; `window` is one int an axis."""
    sizes = tuple(map(int, window))
    low, high = _padding(padding, len(sizes))
    return apply(
        "reduce_window_max",
        x,
        window=sizes,
        strides=sizes if strides is None else _spread(strides, len(sizes)),
        low=low,
        high=high,
        dilations=_spread(dilations, len(sizes)),
    )


def avg_pool(
    x: Any, window: Any, /, *, strides: Any = None, padding: Any = 0, count_include_pad: bool = True
) -> Any:
    """The mean of each window over the last axes."""
    sizes = tuple(map(int, window))
    low, high = _padding(padding, len(sizes))
    return apply(
        "avg_pool",
        *_floats(x),
        window=sizes,
        strides=sizes if strides is None else _spread(strides, len(sizes)),
        low=low,
        high=high,
        count_include_pad=bool(count_include_pad),
    )


# --- scattering -----------------------------------------------------------------


def scatter_add(x: Any, indices: Any, updates: Any, /, *, axis: int = 0) -> Any:
    """`x` with `updates` added at `indices` along `axis`; repeated indices add up."""
    return _scattered("scatter_add", x, indices, updates, axis)


def scatter_max(x: Any, indices: Any, updates: Any, /, *, axis: int = 0) -> Any:
    """`x` with the maximum of it and of `updates` at `indices` along `axis`."""
    return _scattered("scatter_max", x, indices, updates, axis)


def scatter_min(x: Any, indices: Any, updates: Any, /, *, axis: int = 0) -> Any:
    """`x` with the minimum of it and of `updates` at `indices` along `axis`."""
    return _scattered("scatter_min", x, indices, updates, axis)


def _scattered(op: str, x: Any, indices: Any, updates: Any, axis: int) -> Any:
    from .indexing import counted
    from .shaping import moveaxis

    place = one_axis(axis, x.ndim)
    chosen = counted(asarray(indices), shape_of(x)[place])
    values = convert(asarray(updates), x.dtype)
    rank = chosen.ndim
    if place:
        values = moveaxis(values, tuple(range(place, place + rank)), tuple(range(rank)))
    return moveaxis(apply(op, moveaxis(x, place, 0), values, chosen), 0, place)
