"""Convolution on NumPy: the ways that are chosen while planning agree with the plain one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels import conv_numpy
from tracebox.reader.kernels.registry import KERNELS, PREPARE, load_family
from tracebox.schema.types import tensor

load_family("network")


def prepared(x: Any, w: Any, **attrs: Any) -> Any:
    rank = x.ndim - 2
    one, zero = (1,) * rank, (0,) * rank
    full = {"strides": one, "low": zero, "high": zero, "dilations": one, "groups": 1, **attrs}
    fast = PREPARE["conv"](np, full, (tensor("f64", x.shape), tensor("f64", w.shape)))
    assert fast is not None
    return fast, full


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("strides", [(1, 1), (2, 1)])
@pytest.mark.parametrize("dilations", [(1, 1), (1, 2)])
@pytest.mark.parametrize("window", [(1, 1), (3, 2)])
@pytest.mark.parametrize("low", [(0, 0), (2, 1)])
def test_the_fast_way_agrees_with_the_plain_one(
    groups: int, strides: Any, dilations: Any, window: Any, low: Any
) -> None:
    random = np.random.default_rng(1)
    x, w = random.normal(size=(2, 4, 6, 7)), random.normal(size=(4, 4 // groups, *window))
    bias = random.normal(size=4)
    given = {"strides": strides, "dilations": dilations, "low": low, "groups": groups}
    fast, full = prepared(x, w, **given)
    np.testing.assert_allclose(
        fast(x, w, bias), KERNELS["conv"](np, x, w, bias, **full), rtol=1e-12, atol=1e-12
    )


def test_memory_that_is_used_again_does_not_show() -> None:
    random = np.random.default_rng(2)
    inputs = [random.normal(size=(1, 3, 8, 8)) for _ in range(3)]
    for w, groups in ((random.normal(size=(3, 1, 1, 1)), 3), (random.normal(size=(2, 3, 3, 3)), 1)):
        fast, full = prepared(inputs[0], w, groups=groups)
        kept = [fast(x, w) for x in inputs]
        for x, result in zip(inputs, kept):
            np.testing.assert_allclose(
                result, KERNELS["conv"](np, x, w, None, **full), rtol=1e-12, atol=1e-12
            )


def test_threads_convolve_at_once() -> None:
    random = np.random.default_rng(3)
    w = random.normal(size=(4, 4, 3, 3))
    inputs = [random.normal(size=(1, 4, 8 + n, 9)) for n in range(8)]
    fast, full = prepared(inputs[0], w, low=(1, 1))
    expected = [KERNELS["conv"](np, x, w, None, **full) for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            for result, want in zip(pool.map(lambda x: fast(x, w), inputs), expected):
                np.testing.assert_allclose(result, want, rtol=1e-12, atol=1e-12)


def test_a_large_batch_is_convolved_in_parts() -> None:
    random = np.random.default_rng(4)
    x, w = random.normal(size=(5, 8, 90, 90)), random.normal(size=(2, 8, 3, 3))
    fast, full = prepared(x, w)
    expected = np.concatenate([KERNELS["conv"](np, x[n : n + 1], w, None, **full) for n in range(5)])
    np.testing.assert_allclose(fast(x, w), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("at_once", [1, 3000, 9000])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("size", [(9,), (6, 7), (3, 4, 5)])
def test_columns_are_made_in_parts(
    size: Any, groups: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conv_numpy, "_COLUMN_BYTES", at_once)
    random = np.random.default_rng(6)
    x, w = random.normal(size=(3, 4, *size)), random.normal(size=(4, 4 // groups, *(2,) * len(size)))
    fast, full = prepared(x, w, groups=groups, low=(1,) * len(size))
    np.testing.assert_allclose(fast(x, w), KERNELS["conv"](np, x, w, None, **full), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("gathered", [0, 32])
@pytest.mark.parametrize("at_once", [1, 60, 1 << 16])
@pytest.mark.parametrize(
    ("size", "window", "strides", "dilations", "low", "high"),
    [
        ((9,), (3,), (2,), (1,), (1,), (0,)),
        ((9,), (2,), (3,), (4,), (0,), (2,)),
        ((1,), (1,), (4,), (1,), (3,), (3,)),
        ((7, 6), (3, 2), (2, 3), (1, 2), (1, 1), (1, 0)),
        ((5, 5), (3, 3), (1, 2), (2, 1), (2, 0), (2, 3)),
        ((4, 3, 5), (2, 1, 3), (2, 1, 2), (1, 1, 1), (0, 1, 1), (1, 0, 1)),
    ],
)
def test_channels_with_a_filter_each(
    size: Any,
    window: Any,
    strides: Any,
    dilations: Any,
    low: Any,
    high: Any,
    at_once: int,
    gathered: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conv_numpy, "_GATHERED_TAPS", gathered)
    monkeypatch.setattr(conv_numpy, "_PLANE_ELEMENTS", at_once)
    random = np.random.default_rng(5)
    x, w, bias = (random.normal(size=shape) for shape in ((2, 5, *size), (5, 1, *window), (5,)))
    given = {"strides": strides, "dilations": dilations, "low": low, "high": high, "groups": 5}
    fast, full = prepared(x, w, **given)
    for b in (bias, None):
        expected = KERNELS["conv"](np, x, w, b, **full)
        np.testing.assert_allclose(fast(x, w, b), expected, rtol=1e-12, atol=1e-12)
