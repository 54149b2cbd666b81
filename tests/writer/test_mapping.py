"""`tb.map`: on plain arrays, in traces, and as NumPy's `stack` of calls says it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any


def stacked(function: Callable[..., Any], *xs: Array) -> Any:
    """What `tb.map` is to give."""
    return np.stack([function(*items) for items in zip(*xs)])


def loaded(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return tb.load(tb.save(tb.trace(function, *args, **options), None))


ROWS = np.arange(12.0).reshape(4, 3)


def test_plain_arrays() -> None:
    np.testing.assert_array_equal(tb.map(np.sum, ROWS), ROWS.sum(1))
    np.testing.assert_array_equal(tb.map(lambda a, b: a * b, ROWS, ROWS[:, 0]), ROWS * ROWS[:, :1])
    first, second = tb.map(lambda a: (a[0], {"n": 2}), ROWS)
    np.testing.assert_array_equal(first, ROWS[:, 0])
    np.testing.assert_array_equal(second["n"], np.full(4, 2))


def test_no_items_give_empty_arrays_of_the_right_type() -> None:
    found = tb.map(lambda row: (row.astype(np.float32), 1 / row.sum()), np.zeros((0, 3)))
    assert [(part.shape, part.dtype.name) for part in found] == [((0, 3), "float32"), ((0,), "float64")]


def test_a_trace_is_a_loop_of_any_length() -> None:
    def f(x: Array, y: Array) -> Array:
        return tb.map(lambda row, scale: np.tanh(row) * scale + row.sum(), x, y)

    program = loaded(f, ROWS, ROWS[:, 0])
    for n in (4, 1, 9, 0):
        x, y = np.linspace(-1, 1, 3 * n).reshape(n, 3), np.arange(float(n))
        np.testing.assert_array_equal(program(x, y), f(x, y))


def test_several_results_and_containers_of_arrays() -> None:
    def f(x: Array, y: Array) -> Any:
        return tb.map(lambda pair, z: {"a": pair[0] + pair[1], "b": (z > 2, 1)}, (x, y), x[:, 0])

    program = loaded(f, ROWS, ROWS * 2)
    want, have = f(ROWS, -ROWS), program(ROWS, -ROWS)
    np.testing.assert_array_equal(want["a"], have["a"])
    for a, b in zip(want["b"], have["b"]):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype


def test_modules_and_branches_are_called_for_each_item() -> None:
    class Clip(tb.Module):
        def __init__(self) -> None:
            self.high = np.full(3, 5.0)

        def forward(self, row: Array) -> Array:
            if row.sum() > 12:
                return np.minimum(row, self.high)
            return row

    class All(tb.Module):
        def __init__(self) -> None:
            self.clip = Clip()

        def forward(self, x: Array) -> Array:
            return tb.map(self.clip, x) + 1

    module = All()
    program = loaded(module, ROWS, branches="explore")
    for x in (ROWS, -ROWS, ROWS[:1]):
        np.testing.assert_array_equal(program(x), stacked(module.clip, x) + 1)


def test_what_cannot_be_stacked_is_named() -> None:
    with pytest.raises(ValueError, match="lengths 4, 3"):
        tb.map(np.add, ROWS, ROWS[:3])
    with pytest.raises(ValueError, match="shape \\(\\) has none"):
        tb.map(np.add, np.ones(()))
    with pytest.raises(ValueError, match="of one dtype"):
        tb.map(lambda row: row if row[0] else row.astype(np.float32), ROWS)
    with pytest.raises(tb.TraceError, match="sizes that no item decides"):
        tb.trace(lambda x: tb.map(lambda row: row[row > 1], x), ROWS)
    with pytest.raises(tb.TraceError, match="an empty axis"):
        tb.trace(lambda x: tb.map(np.sum, x), ROWS[:0])
