"""Sorting in quicker ways gives what the stable sort of the library gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import KERNELS, PREPARE, kernels
from tracebox.reader.kernels.sorting_numpy import FEW_LINES, LONG, PACKED

kernels()


def lines(values: list[float], shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).choice(np.array(values, "f4"), shape)


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("k", [0, 1, 7, LONG // 4, LONG])
@pytest.mark.parametrize(
    "values",
    [
        list(np.random.default_rng(1).standard_normal(500)),
        [1.0, 2.0],
        [0.0, -0.0],
        [np.nan, 1.0, 2.0],
        [np.nan],
        [np.inf, -np.inf, np.nan, 0.0],
    ],
)
def test_a_long_line(values: list[float], k: int, largest: bool) -> None:
    for x, axis in (
        (lines(values, (LONG,)), 0),
        (lines(values, (2, LONG, 2)), 1),
        (lines(values, (3, LONG)), 1),
    ):
        attrs = {"k": k, "axis": axis, "largest": largest}
        found = PREPARE["top_k"](np, attrs, ())
        assert found is not None
        for a, b in zip(found(x), KERNELS["top_k"](np, x, **attrs)):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            np.testing.assert_array_equal(a, b)


def test_few_nans_among_many_numbers() -> None:
    x = lines([1.0, 2.0, 3.0], (LONG * 2,))
    x[[5, 900, 1500]] = np.nan
    for largest in (True, False):
        attrs = {"k": 5, "axis": 0, "largest": largest}
        found = PREPARE["top_k"](np, attrs, ())
        assert found is not None
        np.testing.assert_array_equal(found(x), KERNELS["top_k"](np, x, **attrs))


def test_many_lines_are_sorted() -> None:
    x = lines([1.0, 2.0, 3.0], (FEW_LINES + 1, LONG))
    attrs = {"k": 3, "axis": 1, "largest": True}
    found = PREPARE["top_k"](np, attrs, ())
    assert found is not None
    np.testing.assert_array_equal(found(x), KERNELS["top_k"](np, x, **attrs))


NUMBERS = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 3.5, 100.0]


def everything(dtype: str, shape: tuple[int, ...]) -> Any:
    """Many ties, and of floats zeros of both signs and NaNs."""
    draw = np.random.default_rng(2)
    if dtype[0] == "f":
        return np.where(draw.random(shape) < 0.5, draw.choice(NUMBERS, shape), draw.random(shape)).astype(
            dtype
        )
    limits = np.iinfo(dtype)
    ends = draw.choice(np.array([limits.min, limits.max, 0, 5], dtype), shape)
    return np.where(draw.random(shape) < 0.5, ends, draw.integers(0, 100, shape).astype(dtype))


def same(x: Any, y: Any) -> None:
    """Zeros with their signs; one NaN is as good as another."""
    assert (x.dtype, x.shape) == (y.dtype, y.shape)
    np.testing.assert_array_equal(x, y)
    if x.dtype.kind == "f":
        np.testing.assert_array_equal(np.signbit(x[x == 0]), np.signbit(y[y == 0]))


DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_unstable_sorts_give_the_stable_order(dtype: str, descending: bool) -> None:
    for shape, axis in (
        ((0,), 0),
        ((1,), 0),
        ((PACKED,), 0),
        ((PACKED + 1, 2), 0),
        ((2, 3, 5), 1),
        ((3, 0), 1),
    ):
        x = everything(dtype, shape)
        attrs = {"axis": axis, "descending": descending}
        for op in ("sort", "argsort"):
            found = PREPARE[op](np, attrs, ())
            assert found is not None
            same(found(x), KERNELS[op](np, x, **attrs))


@pytest.mark.parametrize("wanted", [(0,), (0, 1), (0, 2), (0, 3), (0, 2, 3), (0, 1, 2, 3)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_results_of_unique_do_not_depend_on_which_are_wanted(dtype: str, wanted: tuple[int, ...]) -> None:
    for shape in ((0,), (1,), (7, 3), (PACKED, 2)):
        x = everything(dtype, shape)
        flat = x.reshape(-1)
        order = np.argsort(flat, kind="stable")
        starts = [i for i, at in enumerate(order) if not i or flat[at] != flat[order[i - 1]]]
        group = np.zeros(flat.size, np.int64)
        group[starts] = 1
        inverse = np.zeros(flat.size, np.int64)
        inverse[order] = np.cumsum(group) - 1
        firsts = order[starts]
        counts = np.array([b - a for a, b in zip(starts, [*starts[1:], flat.size])], np.int64)
        expected = (flat[firsts], firsts, inverse.reshape(shape), counts)
        found = KERNELS["unique"](np, x, wanted=wanted)
        for position, want in enumerate(expected):
            if position in wanted:
                same(found[position], want)
