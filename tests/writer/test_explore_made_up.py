"""Paths on which an operator fails for every example: they are recorded with made-up values."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.writer.test_explore import agrees, explored_error

UP, DOWN = np.array([1.0, 2.0]), np.array([-1.0, -2.0])


def rows(n: int) -> Any:
    return np.arange(n) * 1.5


def made_up(function: Any, *inputs: Any, **options: Any) -> tb.TracedProgram:
    """The program of the first inputs agrees on all of them."""
    first = inputs[0] if isinstance(inputs[0], tuple) else (inputs[0],)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a path that no input reached
        program = tb.trace(function, *first, branches="explore", **options)
    agrees(function, program, *inputs)
    return program


def least_of_sign(x: Any) -> Any:
    return x[x > 0].max() if x.sum() > 0 else x[x < 0].min()


def test_an_operator_that_fails_on_the_example() -> None:
    made_up(least_of_sign, UP, DOWN)
    made_up(least_of_sign, DOWN, UP)


def test_an_index_outside_of_the_example() -> None:
    def f(x: Any) -> Any:
        if x.shape[0] > 3:
            return x[3] * 2 + x[-4]
        return x.sum()

    def g(x: Any) -> Any:
        return x[3] * 2 if x.sum() > 3 else x.sum()

    for n in (2, 5):
        made_up(f, *map(rows, (n, 1, 3, 4, 9)), inputs={"x": "f64[N]"})
        made_up(g, *map(rows, (n, 1, 4, 9)), inputs={"x": "f64[N]"})


def test_what_takes_up_a_made_up_value_goes_on() -> None:
    def f(x: Any) -> Any:
        good = x[x > 3]
        if good.shape[0] == 0:
            return x * 0.5
        low, high = good.min(), good[0]
        if low < high:
            return (x - low) / (high - low)
        return x * low

    made_up(f, *map(rows, (2, 3, 4, 9)), inputs={"x": "f64[N]"})


def test_a_method() -> None:
    class Part(tb.Module):
        def forward(self, x: Any) -> Any:
            return least_of_sign(x)

    class Net(tb.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = Part()

        def forward(self, x: Any) -> Any:
            return self.part(x) * 2

    made_up(Net(), UP, DOWN)


class Tracker(tb.Module):
    """Numbers the points that come: a near one has the number of the one that it is near to."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = tb.field(np.zeros((0, 2)), shape=(None, 2))

    def forward(self, p: Any) -> Any:
        if self.seen.shape[0] == 0:
            self.seen = p[None]
            return np.asarray(0)
        d = ((self.seen - p) ** 2).sum(1)
        i = d.argmin()
        if d[i] < 0.1:
            return i
        self.seen = np.concatenate([self.seen, p[None]])
        return np.asarray(self.seen.shape[0] - 1)


def test_a_field_that_is_empty_at_first() -> None:
    points = [np.array(p) for p in ((0.0, 0.0), (0.0, 0.1), (5.0, 5.0), (5.0, 5.1), (9.0, 9.0))]
    with pytest.warns(tb.TraceWarning, match="no input that was tried takes this branch for False"):
        session = tb.trace(Tracker(), points[0], branches="explore").new_session()
    plain = Tracker()
    for p in points:
        np.testing.assert_array_equal(session(p), plain(p))
    assert session.state["seen"].shape == (3, 2)


def test_a_loop_that_would_not_end_on_made_up_values() -> None:
    def f(x: Any) -> Any:
        if x.sum() > 3:
            factor = x[x > 3].min()
            return tb.while_loop(lambda t: t < 50, lambda t: t * factor, np.asarray(1.0))
        return x.sum()

    made_up(f, *map(rows, (2, 4, 6)), inputs={"x": "f64[N]"})


def test_a_known_operator_that_always_fails_is_no_number() -> None:
    def f(x: Any) -> Any:
        return x * int(np.argmax(x[:0])) if x.sum() > 3 else x

    assert "argmax" in explored_error(f, UP)


def test_a_path_that_no_input_takes_is_said() -> None:
    def f(x: Any) -> Any:
        return x[x > 1e9].min() if (x > 1e9).sum() == 2 else x.sum()

    with pytest.warns(tb.TraceWarning, match="no input that was tried takes this branch for True"):
        program = tb.trace(f, UP, branches="explore")
    agrees(f, program, UP, UP * 1e10)
