"""Operators of neural networks, and the other operators that the array API has no name for; `tracebox.xp.nn`.

They run on plain NumPy arrays as well. Operands are promoted to one dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .activations import celu as celu
from .activations import elu as elu
from .activations import floats as _floats
from .activations import floats_given as _given
from .activations import gelu as gelu
from .activations import glu as glu
from .activations import hard_sigmoid as hard_sigmoid
from .activations import hard_swish as hard_swish
from .activations import hard_tanh as hard_tanh
from .activations import leaky_relu as leaky_relu
from .activations import log_sigmoid as log_sigmoid
from .activations import log_softmax as log_softmax
from .activations import mish as mish
from .activations import prelu as prelu
from .activations import relu as relu
from .activations import relu6 as relu6
from .activations import selu as selu
from .activations import sigmoid as sigmoid
from .activations import silu as silu
from .activations import softmax as softmax
from .activations import softplus as softplus
from .activations import softsign as softsign
from .apply import apply, shape_of
from .creation import asarray
from .elementwise import elementwise
from .pooling import adaptive_avg_pool as adaptive_avg_pool
from .pooling import adaptive_max_pool as adaptive_max_pool
from .pooling import avg_pool as avg_pool
from .pooling import conv as conv
from .pooling import conv_transpose as conv_transpose
from .pooling import global_avg_pool as global_avg_pool
from .pooling import global_max_pool as global_max_pool
from .pooling import max_pool as max_pool
from .pooling import sum_pool as sum_pool
from .promote import convert
from .reductions import one_axis
from .resizing import channel_shuffle as channel_shuffle
from .resizing import interpolate as interpolate
from .resizing import pixel_shuffle as pixel_shuffle
from .resizing import pixel_unshuffle as pixel_unshuffle
from .shaping import repeat, reshape


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


def group_norm(x: Any, scale: Any = None, bias: Any = None, /, *, groups: int, epsilon: float = 1e-5) -> Any:
    """`x` normalised over each group of channels and all places, scaled and shifted channel by channel."""
    return apply("group_norm", *_given(x, scale, bias), groups=int(groups), epsilon=float(epsilon))


def instance_norm(x: Any, scale: Any = None, bias: Any = None, /, *, epsilon: float = 1e-5) -> Any:
    """`x` normalised over the places of each channel, scaled and shifted channel by channel."""
    x, scale, bias = _floats(x, scale, bias)
    y = layer_norm(x, axis=2, epsilon=epsilon)
    each = (-1,) + (1,) * (x.ndim - 2)
    if scale is not None:
        y = elementwise("multiply", y, reshape(scale, each))
    return y if bias is None else elementwise("add", y, reshape(bias, each))


def linear(x: Any, weight: Any, bias: Any = None, /) -> Any:
    """``x @ weight.T + bias``."""
    return apply("linear", *_given(x, weight, bias))


def lstm_cell(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, bias: Any = None, /) -> tuple[Any, Any]:
    """One step of an LSTM: the next hidden and cell state."""
    found: tuple[Any, Any] = apply("lstm_cell", *_given(x, h, c, w_ih, w_hh, bias))
    return found


def gru_cell(
    x: Any,
    h: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    /,
    *,
    reset_after: bool = True,
) -> Any:
    """One step of a GRU: the next hidden state."""
    if b_ih is None and b_hh is not None:
        b_ih = np.zeros(b_hh.shape, b_hh.dtype)
    if b_hh is None and b_ih is not None:
        b_hh = np.zeros(b_ih.shape, b_ih.dtype)
    return apply("gru_cell", *_given(x, h, w_ih, w_hh, b_ih, b_hh), reset_after=bool(reset_after))


def embedding(weight: Any, indices: Any, /) -> Any:
    """The rows of `weight` at `indices`; negative ones count from the end."""
    from .indexing import index_array

    return apply("take", weight, index_array(asarray(indices)), axis=0)


def scaled_dot_product_attention(
    q: Any,
    k: Any,
    v: Any,
    mask: Any = None,
    /,
    *,
    scale: float | None = None,
    causal: bool = False,
    enable_gqa: bool = False,
) -> Any:
    """Attention; a mask is added to the scores, or is boolean, false where a key is not seen.

    With `enable_gqa`, each head of `k` and `v` (axis -3) serves as many neighbouring heads of `q`.
    """
    if enable_gqa:
        times = shape_of(q)[-3] // shape_of(k)[-3]
        k, v = repeat(k, times, -3), repeat(v, times, -3)
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
    from .indexing import index_array
    from .shaping import moveaxis

    place = one_axis(axis, x.ndim)
    chosen = index_array(asarray(indices))
    values = convert(asarray(updates), x.dtype)
    rank = chosen.ndim
    if place:
        values = moveaxis(values, tuple(range(place, place + rank)), tuple(range(rank)))
    return moveaxis(apply(op, moveaxis(x, place, 0), values, chosen), 0, place)
