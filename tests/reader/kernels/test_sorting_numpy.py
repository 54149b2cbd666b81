"""Finding the greatest elements without sorting gives what sorting gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import KERNELS, PREPARE, kernels
from tracebox.reader.kernels.sorting_numpy import FEW_LINES, LONG

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
