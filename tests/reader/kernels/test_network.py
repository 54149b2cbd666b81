"""Kernels of schema/ops/network.py on their conformance cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import KERNELS, PREPARE
from tracebox.schema.types import tensor


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
