"""Ordinary NumPy programs, traced: what they give equals NumPy, on other sizes and values, too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(0)
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {}


def normal(*shape: int) -> Array:
    return RNG.standard_normal(shape).astype(np.float32)


WEIGHT = normal(4, 4)
TABLE = np.arange(12.0).reshape(6, 2)


def case(*args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(fn: Callable[..., Any]) -> Callable[..., Any]:
        CASES[fn.__name__] = (fn, args, kwargs)
        return fn

    return register


@case(normal(3, 4))
def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@case(normal(2, 5, 8))
def causal_attention(x: Array) -> Array:
    batch, length, width = x.shape
    heads = x.reshape(batch, length, 2, width // 2).transpose(0, 2, 1, 3)
    scores = heads @ heads.transpose(0, 1, 3, 2) * (width // 2) ** -0.5
    mask = np.triu(np.full((length, length), -np.inf, dtype=np.float32), k=1)
    return (softmax(scores + mask) @ heads).transpose(0, 2, 1, 3).reshape(batch, length, width)


@case(normal(3, 6))
def layer_norm(x: Array) -> Array:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


@case(normal(2, 3, 8, 8))
def im2col(x: Array) -> Array:
    taps, (n, c, h, w) = 3, x.shape
    columns = [x[:, :, i : i + h - taps + 1, j : j + w - taps + 1] for i in range(taps) for j in range(taps)]
    return np.stack(columns, axis=2).reshape(n, c * taps * taps, -1).sum(axis=1)


@case(normal(4, 3))
def unrolled_recurrence(x: Array) -> Array:
    h = np.zeros(3, np.float32)
    for t in range(4):
        h = np.tanh(h + x[t])
    return h


@case(normal(3, 4))
def with_globals(x: Array) -> Array:
    return x @ WEIGHT + WEIGHT[0]


@case(np.array([1, 3, -1]))
def lookup(i: Array) -> Any:
    return TABLE[i], np.take(TABLE, i, axis=0), TABLE[i, 0], TABLE[:, i % 2], TABLE[[0, 2]]


@case(normal(7))
def slices(x: Array) -> Any:
    return x[1:], x[:-1], x[::2], x[::-1], x[-3:], x[:-3], x[2:5], x[5:2:-1], x[-2::-2], x[1:-1], x[-4:3]


@case(normal(5, 3))
def axes(x: Array) -> Any:
    return x[:, None] - x[None, :], x[..., 0], x[0, ...], x[-1, -1], x[1:, None, ::2], x.T, x.mT


@case(normal(6))
def masks(x: Array) -> Any:
    cut = x.copy()
    cut[cut < 0] = 0
    return x[x > 0].sum(), cut, np.where(x > 0, x, -x), x[np.nonzero(x > 0)], np.flatnonzero(x > 0)


@case(normal(4, 5))
def item_assignment(x: Array) -> Array:
    y = x.copy()
    y[0] = 1
    y[:, 1] = y[:, 0] * 2
    y[1:3, 2:4] = 0
    y[..., -1] += 3
    y[::2] *= 2
    return y


@case(normal(4, 5), np.array([0, 2]))
def index_assignment(x: Array, i: Array) -> Any:
    y, z, w = x.copy(), np.zeros_like(x), x.copy()
    y[i] = 0
    z[i, 1] = 5.0
    w[:, i] = 1
    return y, z, w


@case(normal(4, 4), np.array(2))
def indexed_by_arrays(x: Array, i: Array) -> Any:
    return x[i], x[:, i], x[i, i], x[i, 1:], x[[0, 1], [1, 0]], x[np.array([[0], [1]]), np.array([0, 1])]


@case(normal(3, 4))
def views(x: Array) -> Any:
    y = x * 1
    row, turned, flat = y[1], y.T, y.reshape(-1)
    row += 5
    turned[0] = 7
    flat[:2] *= 3
    every = y[:, ::2]
    y += 1
    return y, row, turned, flat, every


@case(normal(3, 4))
def in_place(x: Array) -> Any:
    y = x * 1
    y += 1
    y *= x
    z = np.zeros(4, np.float32)
    z += x[0]
    np.add(y, 1, out=y)
    return y, z


@case(normal(3, 4), scale=2.0)
def keywords(x: Array, *, scale: float = 1.0, flag: bool = True) -> Array:
    return x * scale if flag else x


@case({"a": normal(3), "b": [normal(3), normal(2, 2)]}, None, "text")
def containers(d: Any, nothing: None, text: str) -> Any:
    return {
        "sum": d["a"] + d["b"][0],
        "list": [d["b"][1].T, None],
        "tuple": (1, text, 2.5),
        3: d["a"].shape[0],
    }


@case(normal(3, 4))
def creation(x: Array) -> Any:
    n, m = x.shape
    return (
        np.asarray(x) * 2,
        np.array([x[0], x[1]]),
        np.array([x[0, 0], 1.0]),
        np.zeros(n) + x[:, 0],
        np.ones((2, m), np.float32),
        np.arange(n),
        np.arange(1, n, dtype=np.float32),
        np.eye(m),
        np.full((m,), x[0, 0]),
        np.zeros_like(x),
        np.linspace(0, 1, 5),
        np.linspace(0.0, 1.0, m),
        np.meshgrid(x[0], x[:, 0]),
        np.tri(n),
    )


@case(normal(3, 4))
def joins(x: Array) -> Any:
    return (
        np.concatenate([x, x], axis=1),
        np.concatenate([x.astype(np.float64), x], axis=None),
        np.stack([x, x]),
        np.vstack([x, x]),
        np.hstack([x, x]),
        np.column_stack([x[:, 0], x[:, 1]]),
        np.dstack([x, x]),
        np.append(x, x, axis=0),
        np.array_split(np.arange(7), 3),
        np.tile(x, (2, 1)),
        np.repeat(x, 2, axis=0),
        np.roll(x, 1, axis=1),
        np.roll(x, -2),
        np.pad(x, 1),
        np.pad(x, ((1, 0), (0, 2)), mode="edge"),
        np.pad(x, ((0, 0), (1, 1)), constant_values=3),
        np.flip(x),
        np.rot90(x),
        np.tril(x),
        np.triu(x, 1),
        np.squeeze(x[None]),
        np.expand_dims(x, (0, 2)),
        np.broadcast_to(x, (2, *x.shape)),
        np.moveaxis(x[None], 0, -1),
        np.swapaxes(x, 0, 1),
        np.atleast_3d(x),
    )


@case(normal(3, 4))
def products(x: Array) -> Any:
    return (
        np.dot(x, x.T),
        x[0] @ x[1],
        x @ x[0],
        np.outer(x[0], x[1]),
        np.inner(x, x),
        np.tensordot(x, x, axes=([1], [1])),
        np.einsum("ij,kj->ik", x, x),
        np.einsum("ij,ij->i", x, x),
        np.einsum("bij,bjk->bik", x[None], x.T[None]),
        np.einsum("ij->ji", x),
        np.linalg.norm(x),
        np.linalg.norm(x, axis=1),
        np.vdot(x, x),
    )


@case(normal(3, 4))
def reductions(x: Array) -> Any:
    return (
        x.sum(), x.sum(axis=0), x.prod(axis=1), x.max(), x.min(axis=1), x.mean(), x.var(axis=0),
        x.std(ddof=1),
        x.argmax(), x.argmin(axis=1), (x > 0).any(), (x > 0).all(axis=0), np.count_nonzero(x > 0), np.ptp(x),
        np.cumsum(x, axis=0), np.cumsum(x), np.average(x, axis=0, weights=np.arange(x.shape[0]) + 1),
        np.maximum.reduce(x, axis=1), np.add.reduce(x), np.diff(x),
        np.sort(x, axis=1), np.argsort(x, axis=0), np.sum(x, initial=2.0), np.mean(x, axis=(0, 1),
        keepdims=True),
    )  # fmt: skip


@case(normal(3, 4))
def ufuncs(x: Array) -> Any:
    a = np.abs(x) + 0.5
    return [
        np.exp(x), np.log(a), np.log2(a), np.log10(a), np.sqrt(a), np.tanh(x), np.sin(x), np.cos(x),
        np.arctan(x),
        np.arcsin(x / 10), np.arccos(x / 10), np.sinh(x), np.cosh(x), np.square(x), np.reciprocal(a),
        np.sign(x),
        np.floor(x), np.ceil(x), np.rint(x), np.trunc(x), np.expm1(x), np.log1p(a), np.hypot(x, a),
        np.arctan2(x, a), np.power(a, x), x**2, x**3, a**0.5, 2**x, x // a, x % a, divmod(x, a), -x, +x,
        abs(x),
        np.logaddexp(x, a), np.isnan(x), np.signbit(x), np.copysign(a, x), np.fmax(x, a), np.minimum(x, 0),
        x > 0,
        x == x, ~(x > 0), (x > 0) & (x < 1), np.float32(2) * x, 2 * x, 1 / a, 3 - x, x / 2, np.clip(x, -1, 1),
        np.clip(x, x * 0, a), np.nan_to_num(x), np.round(x, 2), np.isclose(x, x), np.deg2rad(x),
        np.heaviside(x, 0.5), np.arcsinh(x * 1000), np.arccosh(a + 1),
        np.arctanh(x / 10), np.cbrt(x), np.modf(x), np.fmin(x, a),
    ]  # fmt: skip


@case(np.array([5, 7, -3]), np.array([2, 3, 4]))
def integers(a: Array, b: Array) -> Any:
    return (
        a + b, a * b, a // b, a % b, a / b, a**2, b**b, a << 1, a >> 1, a & b, a | b, a ^ b, ~a, np.sqrt(b),
        a.mean(), a.sum(), np.exp(b), a.astype(np.float32) * 1.5, a * 1.5, a > 2.5, np.maximum(a, 3), abs(a),
    )  # fmt: skip


@case(np.array([1, 2, 3], np.int8), np.array([1, 2, 3], np.uint16))
def small_integers(a: Array, b: Array) -> Any:
    return a + 1, a * 2.0, a.sum(), np.sqrt(a), a / 2, a == 1, a.mean(), b.sum(), a + b, b - 1, a.max(), -a


@case(np.array([True, False]))
def booleans(a: Array) -> Any:
    return (
        a + a, a * a, a & a, a | True, a.sum(), a.any(), a.all(), a * 2, a.astype(int), np.where(a, 1, 2), ~a,
        np.maximum(a, a), a.mean(), a < True, np.logical_xor(a, 1), a.argmax(),
    )  # fmt: skip


@case(normal(3).astype(np.float16))
def halves(a: Array) -> Any:
    return a + 1, a * np.float32(2), a.mean(), a / 3, np.sqrt(np.abs(a))


@case(normal(2, 6))
def array_api(x: Array) -> Any:
    xp = x.__array_namespace__()
    return (
        xp.mean(x, axis=1),
        xp.concat([x, x], axis=0),
        xp.var(x),
        xp.permute_dims(x, (1, 0)),
        xp.where(x > 0, x, xp.asarray(0.0, dtype=x.dtype)),
        xp.argmax(x),
        xp.linspace(0, 1, 4),
        xp.matmul(x, xp.matrix_transpose(x)),
        xp.sum(x, axis=(0, 1)),
        xp.any(x > 0),
        xp.take(x, xp.asarray([0, 1]), axis=1),
        xp.astype(x, xp.float64),
        xp.zeros(x.shape[0], dtype=xp.int32),
        xp.unstack(x[:2]),
        xp.cumulative_sum(x, axis=1, include_initial=True),
        xp.pow(xp.abs(x), 2),
        xp.std(x, correction=1),
    )


@case(normal(3, 4))
def fortran_order(x: Array) -> Any:
    return (
        x.flatten("F"), x.ravel("F"), x.ravel(order="C"), np.ravel(x, order="F"),
        np.reshape(x, (x.shape[1], -1), "F"),
        x.T.reshape(-1, order="F"), np.reshape(x, (2, -1, 2), order="F"),
    )  # fmt: skip


@case(normal(3, 4))
def positional_and_renamed_parameters(x: Array) -> Any:
    return (
        np.sum(x, 0, np.float64), x.sum(1, None, None, True), np.max(x, 1, None, True),
        x.clip(min=0), np.clip(x, a_min=None, a_max=0.5), np.clip(x, min=0, max=1),
    )  # fmt: skip


@case(normal(3, 4))
def one_hot(x: Array) -> Array:
    return np.take(np.eye(4), x.argmax(axis=1), axis=0)


@case(normal(4, 6))
def stretched_slices(x: Array) -> Any:
    return x - x[:1], x * x[-1:], x + x[:, :1], np.where(x > 0, x, x[:, -1:]), np.broadcast_to(x[:1], (3, 6))


@pytest.mark.parametrize("name", list(CASES))
def test_a_traced_program_gives_what_numpy_gives(name: str) -> None:
    fn, args, kwargs = CASES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tb.TraceWarning)
        program = tb.trace(fn, *args, **kwargs)
    report = tb.check(program, tries=4)
    assert report.ok, report
    assert any(trial.outcome == "equal" for trial in report.trials), report


def test_the_namespace_works_on_plain_arrays() -> None:
    xp = tb.xp
    x = normal(3, 4)
    np.testing.assert_array_equal(xp.sum(x, axis=0), np.sum(x, axis=0))
    np.testing.assert_allclose(xp.std(x, correction=1), np.std(x, ddof=1), rtol=1e-6)
    np.testing.assert_array_equal(xp.concat([x, x], axis=1), np.concatenate([x, x], axis=1))
    np.testing.assert_array_equal(xp.add(x, 1), x + np.float32(1))
    values, places = xp.top_k(x, 2)
    np.testing.assert_array_equal(values, -np.sort(-x, axis=1)[:, :2])
    np.testing.assert_array_equal(np.take_along_axis(x, places, axis=1), values)
    assert xp.result_type(x, xp.float64) == np.float64
    assert xp.isdtype(x.dtype, "real floating") and xp.finfo(x.dtype).bits == 32


def test_arrays_without_axes_are_assigned_to() -> None:
    def fn(x: Array) -> Any:
        y, z = x.copy(), x.copy()
        y[()] = 2
        z[...] = 5
        return y, z, x

    found = tb.trace(fn, np.array(3.0))(np.array(4.0))
    assert [(part.shape, float(part)) for part in found] == [((), 2.0), ((), 5.0), ((), 4.0)]


def test_squeeze_without_axes_takes_away_sizes_of_1_and_guards_the_others() -> None:
    program = tb.trace(lambda x: np.squeeze(x), np.ones((1, 4)))
    assert program(np.ones((1, 3))).shape == (3,)
    with pytest.raises(tb.TraceboxError):
        program(np.ones((2, 3)))
    with pytest.raises(tb.GuardError):
        program(np.ones((1, 1)))
