"""What networks are made of, lowered or not: plain and traced, against plain NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.schema.errors import TraceError

Array = Any
RNG = np.random.default_rng(8)
nn = tb.xp.nn


def normal(*shape: int) -> Array:
    return RNG.standard_normal(shape).astype(np.float32)


def logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def scattered(x: Array, w: Array, strides: int, low: int, high: int, extra: int) -> Array:
    """A transposed convolution in the plane, as sums of shifted filters."""
    n, _, rows, columns = x.shape
    out = np.zeros((n, w.shape[1], (rows - 1) * strides + 9, (columns - 1) * strides + 9), np.float64)
    for i, j in product(range(rows), range(columns)):
        part = np.einsum("nc,cfij->nfij", x[:, :, i, j].astype(np.float64), w)
        out[:, :, i * strides : i * strides + w.shape[2], j * strides : j * strides + w.shape[3]] += part
    ends = [(m - 1) * strides + k + extra - high for m, k in zip((rows, columns), w.shape[2:])]
    return out[:, :, low : ends[0], low : ends[1]]


def pooled(x: Array, k: int, s: int, low: int, high: int, how: Callable[[Array], Any], ceil: bool) -> Array:
    """Windows along the last axis, one at a time; `how` is given those elements that there are."""
    n = x.shape[-1]
    count = (n + low + high - k) / s
    places = (math.ceil(count) if ceil else math.floor(count)) + 1
    if ceil and (places - 1) * s >= n + low:
        places -= 1
    found = [how(x[..., max(0, p * s - low) : max(0, p * s - low + k)]) for p in range(places)]
    return np.stack(found, axis=-1)


def resized(x: Array, m: int, corners: bool) -> Array:
    """Linear interpolation along the last axis, by ``np.interp``."""
    n = x.shape[-1]
    at = np.arange(m) * (n - 1) / max(m - 1, 1) if corners else (np.arange(m) + 0.5) * n / m - 0.5
    flat = [np.interp(at, np.arange(n), row) for row in x.reshape(-1, n)]
    return np.array(flat).reshape(*x.shape[:-1], m)


def gru(x: Array, h: Array, w: Array, u: Array, b: Array, c: Array, after: bool) -> Array:
    rx, zx, nx = np.split(x @ w.T + b, 3, axis=1)
    ru, zu, nu = np.split(u, 3)
    rc, zc, nc = np.split(c, 3)
    r, z = logistic(rx + h @ ru.T + rc), logistic(zx + h @ zu.T + zc)
    new = np.tanh(nx + (r * (h @ nu.T + nc) if after else (r * h) @ nu.T + nc))
    return (1 - z) * new + z * h


def grouped(x: Array, groups: int) -> Array:
    rows = x.reshape(x.shape[0], groups, -1)
    return ((rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + 1e-5)).reshape(
        x.shape
    )


def shuffled(x: Array) -> Array:
    n, c, h, w = x.shape
    out = np.empty((n, c // 4, 2 * h, 2 * w), x.dtype)
    for i, j in product(range(2), range(2)):
        out[:, :, i::2, j::2] = x[:, 2 * i + j :: 4]
    return out


def each(values: Array) -> Array:
    return values[:, None, None]


HEADS = normal(1, 4, 3, 2), normal(1, 2, 5, 2), normal(1, 2, 5, 3)
IMAGE = (normal(2, 4, 5, 6),)
LINE = (normal(2, 3, 7),)
GRU: tuple[Array, ...] = normal(2, 3), normal(2, 4), normal(12, 3), normal(12, 4), normal(12), normal(12)

CASES: list[tuple[str, Callable[..., Any], tuple[Any, ...], Callable[..., Any]]] = [
    ("leaky_relu", nn.leaky_relu, (normal(5),), lambda x: np.where(x < 0, x * 0.01, x)),
    ("elu", lambda x: nn.elu(x, alpha=0.5), (normal(5),), lambda x: np.where(x < 0, 0.5 * np.expm1(x), x)),
    ("celu", lambda x: nn.celu(x, alpha=2), (normal(5),), lambda x: np.where(x < 0, 2 * np.expm1(x / 2), x)),
    (
        "selu",
        nn.selu,
        (normal(5),),
        lambda x: 1.0507009873554805 * np.where(x < 0, 1.6732632423543772 * np.expm1(x), x),
    ),
    ("relu6", nn.relu6, (normal(5) * 5,), lambda x: np.clip(x, 0, 6)),
    ("hard_tanh", nn.hard_tanh, (normal(5),), lambda x: np.clip(x, -1, 1)),
    ("hard_sigmoid", nn.hard_sigmoid, (normal(5) * 3,), lambda x: np.clip(x + 3, 0, 6) / 6),
    ("hard_swish", nn.hard_swish, (normal(5) * 3,), lambda x: x * np.clip(x + 3, 0, 6) / 6),
    ("mish", nn.mish, (normal(5),), lambda x: x * np.tanh(np.log1p(np.exp(x)))),
    ("softsign", nn.softsign, (normal(5),), lambda x: x / (1 + abs(x))),
    ("log_sigmoid", nn.log_sigmoid, (normal(5),), lambda x: np.log(logistic(x))),
    ("prelu", nn.prelu, (*IMAGE, normal(4)), lambda x, a: np.where(x < 0, x * each(a), x)),
    ("prelu of one slope", nn.prelu, (*IMAGE, normal(1)), lambda x, a: np.where(x < 0, x * a, x)),
    ("glu", nn.glu, (normal(3, 4),), lambda x: x[:, :2] * logistic(x[:, 2:])),
    (
        "group_norm",
        lambda x, s, b: nn.group_norm(x, s, b, groups=2),
        (*IMAGE, normal(4), normal(4)),
        lambda x, s, b: grouped(x, 2) * each(s) + each(b),
    ),
    (
        "instance_norm",
        nn.instance_norm,
        (*IMAGE, normal(4), normal(4)),
        lambda x, s, b: grouped(x, 4) * each(s) + each(b),
    ),
    ("instance_norm without scale", nn.instance_norm, IMAGE, lambda x: grouped(x, 4)),
    ("gru_cell", nn.gru_cell, GRU, partial(gru, after=True)),
    (
        "gru_cell resetting before",
        lambda *a: nn.gru_cell(*a, reset_after=False),
        GRU,
        partial(gru, after=False),
    ),
    (
        "gru_cell without biases",
        nn.gru_cell,
        GRU[:4],
        partial(gru, b=np.zeros(12), c=np.zeros(12), after=True),
    ),
    (
        "gru_cell with one bias",
        lambda x, h, w, u: nn.gru_cell(x, h, w, u, None, np.ones(12, np.float32)),
        GRU[:4],
        partial(gru, b=np.zeros(12), c=np.ones(12), after=True),
    ),
    ("embedding", nn.embedding, (normal(5, 3), np.array([[0, 4], [2, 2]], np.uint8)), lambda w, i: w[i]),
    (
        "attention of grouped queries",
        lambda q, k, v: nn.scaled_dot_product_attention(q, k, v, enable_gqa=True),
        HEADS,
        lambda q, k, v: nn.scaled_dot_product_attention(q, np.repeat(k, 2, 1), np.repeat(v, 2, 1)),
    ),
    (
        "conv_transpose",
        lambda x, w: nn.conv_transpose(x, w, strides=2, padding=1, output_padding=1),
        (normal(1, 2, 3, 4), normal(2, 3, 3, 3)),
        lambda x, w: scattered(x, w, 2, 1, 1, 1),
    ),
    (
        "conv_transpose with bias",
        lambda x, w, b: nn.conv_transpose(x, w, b, strides=3),
        (normal(1, 2, 3, 4), normal(2, 3, 2, 2), normal(3)),
        lambda x, w, b: scattered(x, w, 3, 0, 0, 0) + each(b),
    ),
    (
        "sum_pool",
        lambda x: nn.sum_pool(x, (2,)),
        LINE,
        lambda x: pooled(x, 2, 2, 0, 0, lambda w: w.sum(-1), False),
    ),
    ("global_avg_pool", nn.global_avg_pool, IMAGE, lambda x: x.mean((2, 3), keepdims=True)),
    ("global_max_pool", lambda x: nn.global_max_pool(x, keepdims=False), IMAGE, lambda x: x.max((2, 3))),
    (
        "adaptive_avg_pool to 1",
        lambda x: nn.adaptive_avg_pool(x, 1),
        IMAGE,
        lambda x: x.mean((2, 3), keepdims=True),
    ),
    (
        "nearest",
        lambda x: nn.interpolate(x, scale=2),
        IMAGE,
        lambda x: x.repeat(2, 2).repeat(2, 3),
    ),
    (
        "linear, edges on edges",
        lambda x: nn.interpolate(x, scale=2, mode="linear"),
        LINE,
        lambda x: resized(x, 2 * x.shape[-1], False),
    ),
    (
        "linear, corners on corners",
        lambda x: nn.interpolate(x, scale=3, mode="linear", align_corners=True),
        LINE,
        lambda x: resized(x, 3 * x.shape[-1], True),
    ),
    (
        "linear in the plane",
        lambda x: nn.interpolate(x, scale=2, mode="linear"),
        IMAGE,
        lambda x: np.swapaxes(
            resized(np.swapaxes(resized(x, 2 * x.shape[3], False), 2, 3), 2 * x.shape[2], False), 2, 3
        ),
    ),
    (
        "pixel_shuffle",
        lambda x: nn.pixel_shuffle(x, 2),
        IMAGE,
        shuffled,
    ),
    ("pixel_unshuffle", lambda x: nn.pixel_unshuffle(nn.pixel_shuffle(x, 2), 2), IMAGE, lambda x: x),
    ("channel_shuffle", lambda x: nn.channel_shuffle(x, 2), IMAGE, lambda x: x[:, [0, 2, 1, 3]]),
]


@pytest.mark.parametrize(("name", "fn", "args", "expected"), CASES, ids=[c[0] for c in CASES])
def test_a_layer_gives_what_numpy_gives_plain_and_traced(
    name: str, fn: Callable[..., Any], args: tuple[Any, ...], expected: Callable[..., Any]
) -> None:
    want = expected(*args)
    np.testing.assert_allclose(fn(*args), want, rtol=1e-4, atol=1e-5)
    program = tb.trace(fn, *args)
    np.testing.assert_allclose(program(*args), want, rtol=1e-4, atol=1e-5)
    assert tb.check(program).ok


# --- pooling --------------------------------------------------------------------

POOLS = [(3, 2, 1, 1), (2, 3, 0, 0), (3, 3, 1, 0), (2, 2, 1, 1), (4, 3, 2, 2), (1, 3, 0, 0), (2, 5, 1, 1)]


@pytest.mark.parametrize(("k", "s", "low", "high"), POOLS)
@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_pooling_rounds_the_number_of_windows_either_way(
    k: int, s: int, low: int, high: int, ceil: bool, n: int
) -> None:
    x = normal(2, n)
    given: dict[str, Any] = {"strides": s, "padding": [(low, high)], "ceil_mode": ceil}
    want = pooled(x, k, s, low, high, lambda window: window.max(-1), ceil)
    np.testing.assert_array_equal(nn.max_pool(x, (k,), **given), want)
    if low < k and high < k:  # every window has an element
        want = pooled(x, k, s, low, high, lambda window: window.mean(-1), ceil)
        with np.errstate(invalid="ignore"):
            found = nn.avg_pool(x, (k,), count_include_pad=False, **given)
        np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)
        padded = np.pad(x, ((0, 0), (low, high)))
        places = want.shape[-1]
        whole = [padded[:, p * s : p * s + k].mean(-1) for p in range(places)]
        with np.errstate(invalid="ignore"):
            found = nn.avg_pool(x, (k,), **given)
        np.testing.assert_allclose(found, np.stack(whole, -1), rtol=1e-5, atol=1e-6)


def test_rounding_up_keeps_sizes_symbolic() -> None:
    program = tb.trace(lambda x: nn.max_pool(x, (2,), strides=3, padding=1, ceil_mode=True), normal(2, 7))
    for n in (4, 5, 6, 7, 8, 9):
        x = normal(2, n)
        np.testing.assert_array_equal(program(x), pooled(x, 2, 3, 1, 1, lambda w: w.max(-1), True))


@pytest.mark.parametrize("m", [1, 2, 3, 4, 6, 7, 9])
def test_adaptive_pooling_covers_the_input(m: int) -> None:
    x = normal(2, 3, 6)
    spans = [(math.floor(i * 6 / m), math.ceil((i + 1) * 6 / m)) for i in range(m)]
    want = np.stack([x[..., a:b].mean(-1) for a, b in spans], -1)
    np.testing.assert_allclose(nn.adaptive_avg_pool(x, m), want, rtol=1e-5, atol=1e-6)
    want = np.stack([x[..., a:b].max(-1) for a, b in spans], -1)
    np.testing.assert_array_equal(nn.adaptive_max_pool(x, m), want)
    image = normal(2, 3, 6, 5)
    found = nn.adaptive_avg_pool(image, (m, None))
    want = np.stack([image[:, :, a:b].mean(2) for a, b in spans], 2)
    np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)


def test_adaptive_pooling_of_a_symbolic_size_is_refused() -> None:
    with pytest.raises(TraceError, match="adaptive pooling of a symbolic size"):
        tb.trace(lambda x: nn.adaptive_avg_pool(x, 2), normal(2, 3, 6))


# --- interpolation --------------------------------------------------------------


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, 7, 10, 11])
@pytest.mark.parametrize("n", [1, 3, 5, 8])
def test_interpolation_to_any_size(n: int, m: int) -> None:
    x = normal(2, 3, n)
    nearest = [math.floor(i * n / m) for i in range(m)]
    np.testing.assert_array_equal(nn.interpolate(x, m), x[..., nearest])
    for corners in (False, True):
        found = nn.interpolate(x, [m], mode="linear", align_corners=corners)
        np.testing.assert_allclose(found, resized(x, m, corners), rtol=1e-4, atol=1e-5)


def test_interpolation_by_a_factor_that_is_no_int_rounds_sizes_down() -> None:
    assert nn.interpolate(normal(1, 1, 5), scale=1.5).shape == (1, 1, 7)
    assert nn.interpolate(normal(1, 1, 5, 6), scale=(0.5, 2)).shape == (1, 1, 2, 12)


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_a_symbolic_size_is_interpolated_to_a_fixed_one(mode: str) -> None:
    program = tb.trace(lambda x: nn.interpolate(x, 6, mode=mode), normal(1, 2, 4))
    for n in (2, 4, 5, 9):
        x = normal(1, 2, n)
        np.testing.assert_allclose(program(x), nn.interpolate(x, 6, mode=mode), rtol=1e-5, atol=1e-6)


def test_what_interpolation_does_not_know_is_refused() -> None:
    x = normal(1, 1, 4)
    with pytest.raises(ValueError, match="mode"):
        nn.interpolate(x, 3, mode="cubic")
    with pytest.raises(ValueError, match="either size or scale"):
        nn.interpolate(x)
    with pytest.raises(ValueError, match="2 sizes for 1 axes"):
        nn.interpolate(x, (3, 3))
    with pytest.raises(TraceError, match="no int"):
        tb.trace(lambda x: nn.interpolate(x, scale=1.5), x)


def test_convolutions_keep_sizes_symbolic() -> None:
    w = normal(2, 2, 4, 4)
    program = tb.trace(lambda x: nn.conv_transpose(x, w, strides=2, padding=1), normal(1, 2, 3, 5))
    assert program(normal(2, 2, 4, 7)).shape == (2, 2, 8, 14)
