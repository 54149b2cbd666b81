"""Operators beyond the array API: on plain arrays and traced, against plain NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(5)
xp = tb.xp


def normal(*shape: int) -> Array:
    return RNG.standard_normal(shape).astype(np.float32)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def convolved(x: Array, w: Array) -> Array:
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    out = np.zeros((n, f, h - kh + 1, width - kw + 1), np.float64)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = np.einsum(
                "ncij,fcij->nf", x[:, :, i : i + kh, j : j + kw].astype(np.float64), w
            )
    return out


def attended(q: Array, k: Array, v: Array) -> Array:
    return softmax(q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])) @ v


CASES: list[tuple[str, Callable[..., Any], tuple[Any, ...], Callable[..., Any]]] = [
    ("relu", xp.nn.relu, (normal(3, 4),), lambda x: np.maximum(x, 0)),
    ("sigmoid", xp.nn.sigmoid, (normal(3, 4),), lambda x: 1 / (1 + np.exp(-x))),
    ("silu", xp.nn.silu, (normal(3, 4),), lambda x: x / (1 + np.exp(-x))),
    ("softplus", xp.nn.softplus, (normal(3, 4),), lambda x: np.log1p(np.exp(x))),
    ("gelu", xp.nn.gelu, (normal(5),), lambda x: np.array([v * (1 + math.erf(v / 2**0.5)) / 2 for v in x])),
    ("softmax", xp.nn.softmax, (normal(3, 4),), softmax),
    ("log_softmax", xp.nn.log_softmax, (normal(3, 4),), lambda x: np.log(softmax(x))),
    (
        "layer_norm",
        xp.nn.layer_norm,
        (normal(3, 4), normal(4), normal(4)),
        lambda x, s, b: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * s + b,
    ),
    (
        "layer_norm without scale",
        lambda x: xp.nn.layer_norm(x, axis=0),
        (normal(3, 4),),
        lambda x: (x - x.mean()) / np.sqrt(x.var() + 1e-5),
    ),
    (
        "rms_norm",
        xp.nn.rms_norm,
        (normal(3, 4), normal(4)),
        lambda x, s: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * s,
    ),
    (
        "batch_norm",
        xp.nn.batch_norm,
        (normal(2, 3, 4), normal(3), abs(normal(3)), normal(3), normal(3)),
        lambda x, m, v, s, b: (x - m[:, None]) / np.sqrt(v[:, None] + 1e-5) * s[:, None] + b[:, None],
    ),
    ("linear", xp.nn.linear, (normal(2, 3), normal(4, 3), normal(4)), lambda x, w, b: x @ w.T + b),
    ("linear without bias", xp.nn.linear, (normal(2, 3), normal(4, 3)), lambda x, w: x @ w.T),
    (
        "attention",
        xp.nn.scaled_dot_product_attention,
        (normal(2, 5, 4), normal(2, 6, 4), normal(2, 6, 3)),
        attended,
    ),
    ("conv", xp.nn.conv, (normal(2, 3, 6, 5), normal(4, 3, 2, 3)), convolved),
    (
        "strided conv with padding",
        lambda x, w: xp.nn.conv(x, w, strides=2, padding=1),
        (normal(1, 2, 5, 5), normal(3, 2, 3, 3)),
        lambda x, w: convolved(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), w)[:, :, ::2, ::2],
    ),
    (
        "max_pool",
        lambda x: xp.nn.max_pool(x, (2,)),
        (normal(2, 6),),
        lambda x: x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2).max(-1),
    ),
    (
        "avg_pool",
        lambda x: xp.nn.avg_pool(x, (2,)),
        (normal(2, 6),),
        lambda x: x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2).mean(-1),
    ),
    (
        "scatter_add",
        lambda x, i: xp.nn.scatter_add(x, i, np.ones((3, 2)), axis=0),
        (normal(4, 2), np.array([0, 2, 0])),
        lambda x, i: x + np.array([[2, 2], [0, 0], [1, 1], [0, 0]]),
    ),
]


@pytest.mark.parametrize(("name", "fn", "args", "expected"), CASES, ids=[c[0] for c in CASES])
def test_an_operator_gives_what_numpy_gives_plain_and_traced(
    name: str, fn: Callable[..., Any], args: tuple[Any, ...], expected: Callable[..., Any]
) -> None:
    want = expected(*args)
    np.testing.assert_allclose(fn(*args), want, rtol=1e-4, atol=1e-5)
    program = tb.trace(fn, *args)
    np.testing.assert_allclose(program(*args), want, rtol=1e-4, atol=1e-5)


def test_a_composite_is_one_node_whose_body_the_archive_carries() -> None:
    program = tb.trace(lambda x: xp.nn.softmax(x), normal(3, 4))
    assert [body.op for body in program.program.bodies] == ["softmax"]
    assert tb.check(program).ok


def test_lstm_cell_and_one_hot() -> None:
    x, h, c = normal(2, 3), normal(2, 4), normal(2, 4)
    w_ih, w_hh, bias = normal(16, 3), normal(16, 4), normal(16)
    i, f, g, o = np.split(x @ w_ih.T + h @ w_hh.T + bias, 4, axis=1)
    cell = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    program = tb.trace(xp.nn.lstm_cell, x, h, c, w_ih, w_hh, bias)
    for got in (xp.nn.lstm_cell(x, h, c, w_ih, w_hh, bias), program(x, h, c, w_ih, w_hh, bias)):
        np.testing.assert_allclose(got[1], cell, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(got[0], np.tanh(cell) / (1 + np.exp(-o)), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(xp.nn.one_hot(np.array([0, 2]), 3), np.eye(3, dtype=np.float32)[[0, 2]])


def test_random_numbers_follow_the_key() -> None:
    def draw(key: Array, n: Array) -> Any:
        first, second = xp.random.split(key)
        return xp.random.uniform(first, (n.shape[0], 2)), xp.random.bits(second, (3,))

    key = xp.random.key(7)
    program = tb.trace(draw, key, np.zeros(3))
    for size in (2, 5):
        for got, expected in zip(program(key, np.zeros(size)), draw(key, np.zeros(size))):
            np.testing.assert_array_equal(got, expected)
    numbers = xp.random.uniform(key, (10000,))
    assert numbers.min() >= 0 and numbers.max() < 1 and abs(float(numbers.mean()) - 0.5) < 0.02


def test_a_key_in_a_field_goes_on() -> None:
    class Noise(tb.Module):
        def __init__(self) -> None:
            self.key = tb.field(xp.random.key(1))

        def forward(self, x: Array) -> Array:
            keys = xp.random.split(self.key, 2)
            self.key = keys[0]
            return x + xp.random.uniform(keys[1], x.shape)

    noise = Noise()
    session = tb.trace(noise, normal(3)).new_session()
    first, second = session(np.zeros(3, np.float32)), session(np.zeros(3, np.float32))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(noise(np.zeros(3, np.float32)), first)
