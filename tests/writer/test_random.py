"""Random numbers: what a key gives, whether it looks random, and that sizes stay symbolic."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
draw = tb.xp.random
KEY = draw.key(2026)
MANY = 200_000


def chi_square(counts: Array, expected: Array) -> float:
    """How far counts are from the expected ones, in standard deviations of the statistic."""
    statistic = float(((counts - expected) ** 2 / expected).sum())
    freedom = len(counts) - 1
    return (statistic - freedom) / math.sqrt(2 * freedom)


def greatest_gap(x: Array, distribution: Callable[[float], float]) -> float:
    """Kolmogorov and Smirnov's statistic times the root of the number of elements."""
    ordered = np.sort(x.ravel())
    want = np.array([distribution(float(v)) for v in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    gap = max(np.max(steps[1:] - want), np.max(want - steps[:-1]))
    return float(gap * math.sqrt(len(ordered)))


def normal_distribution(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def test_bits_are_zero_and_one_alike_and_independent_of_each_other() -> None:
    words = draw.bits(KEY, (MANY,))
    ones = np.array([(words >> b & 1).sum() for b in range(32)])
    assert np.all(abs(ones - MANY / 2) < 4.5 * math.sqrt(MANY) / 2)
    for shift in (1, 2, 3):
        same = np.array([(~(words[shift:] ^ words[:-shift]) >> b & 1).sum() for b in range(32)])
        assert np.all(abs(same - (MANY - shift) / 2) < 4.5 * math.sqrt(MANY) / 2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_uniform_numbers_are_uniform(dtype: type) -> None:
    x = draw.uniform(KEY, (MANY,), dtype=dtype)
    counts = np.bincount((x.astype(np.float64) * 64).astype(int), minlength=64)
    assert abs(chi_square(counts, np.full(64, MANY / 64))) < 4
    assert greatest_gap(x[:20_000].astype(np.float64), lambda v: v) < (3 if dtype is np.float16 else 1.7)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [(0, 10, np.int64), (-7, 6, np.int8), (0, 1 << 32, np.uint32), (-9, 2**62, np.int64)],
)
def test_integers_are_uniform_between_their_bounds(low: int, high: int, dtype: type) -> None:
    x = draw.integers(KEY, low, high, (MANY,), dtype=dtype)
    assert x.dtype == dtype and int(x.min()) >= low and int(x.max()) < high
    cells = min(high - low, 50)
    counts = np.bincount([(int(v) - low) * cells // (high - low) for v in x], minlength=cells)
    edges = np.array([-(-k * (high - low) // cells) for k in range(cells + 1)], object)
    share = np.array([float(b - a) / (high - low) for a, b in pairwise(edges)])
    assert abs(chi_square(counts, MANY * share)) < 4


def test_integers_without_a_second_bound_begin_at_0() -> None:
    np.testing.assert_array_equal(draw.integers(KEY, 6, shape=(9,)), draw.integers(KEY, 0, 6, (9,)))
    for low, high in ((0, 300), (-129, 0), (3, 3), (5, 2)):
        with pytest.raises(ValueError, match="no range of int8"):
            draw.integers(KEY, low, high, dtype=np.int8)


def test_permutations_are_equally_likely() -> None:
    keys = draw.split(KEY, 6_000)
    found = [tuple(draw.permutation(k, 4).tolist()) for k in keys]
    assert all(sorted(p) == [0, 1, 2, 3] for p in found)
    kinds = sorted(set(found))
    assert len(kinds) == 24
    counts = np.array([found.count(p) for p in kinds])
    assert abs(chi_square(counts, np.full(24, 250.0))) < 4


def test_a_permuted_array_holds_what_it_held() -> None:
    x = np.arange(12).reshape(3, 4)
    for axis in (0, 1, -1):
        order = draw.permutation(KEY, x.shape[axis])
        np.testing.assert_array_equal(draw.permutation(KEY, x, axis=axis), np.take(x, order, axis))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normal_numbers_are_normal(dtype: type) -> None:
    x = draw.normal(KEY, (MANY,), dtype=dtype)
    assert greatest_gap(x[:40_000].astype(np.float64), normal_distribution) < 1.7
    z = x.astype(np.float64)
    for power, moment, spread in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - moment) < 4.5 * math.sqrt(spread / MANY)
    beyond = (abs(z) > 3).sum()
    assert abs(beyond - MANY * 2 * normal_distribution(-3)) < 4.5 * math.sqrt(beyond)


def test_bernoulli_and_categorical_follow_their_probabilities() -> None:
    p = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    share = draw.bernoulli(KEY, p, (40_000, 5)).mean(0)
    assert np.all(abs(share - p) <= 4.5 * np.sqrt(p * (1 - p) / 40_000))
    assert draw.bernoulli(KEY, 0.25, (1000,)).dtype == np.bool_
    weights = np.array([0.5, 0.2, 0.0, 0.3])
    with np.errstate(divide="ignore"):
        logits = np.broadcast_to(np.log(weights), (40_000, 4)).astype(np.float32)
    counts = np.bincount(draw.categorical(KEY, logits), minlength=4)
    assert counts[2] == 0
    assert abs(chi_square(counts[[0, 1, 3]], 40_000 * weights[[0, 1, 3]])) < 4


def test_streams_of_split_keys_are_unlike() -> None:
    first, second = (draw.normal(k, (MANY,), dtype=np.float64) for k in draw.split(KEY))
    base = draw.normal(KEY, (MANY,), dtype=np.float64)
    for a, b in ((first, second), (first, base), (second, base)):
        assert abs((a * b).mean()) < 4.5 / math.sqrt(MANY)


def test_what_is_drawn_in_a_trace_keeps_sizes_symbolic() -> None:
    def sample(key: Array, x: Array) -> Any:
        keys = draw.split(key, 5)
        n = x.shape[0]
        return (
            draw.normal(keys[0], (n, 2)),
            draw.integers(keys[1], n, shape=(3,)),
            draw.permutation(keys[2], n),
            draw.permutation(keys[2], x),
            draw.bernoulli(keys[3], x),
            draw.categorical(keys[4], x, axis=0),
        )

    program = tb.trace(sample, KEY, np.linspace(0, 1, 5))
    for n in (3, 5, 8):
        x = np.linspace(0, 1, n)
        for got, expected in zip(program(KEY, x), sample(KEY, x), strict=True):
            np.testing.assert_array_equal(got, expected)
