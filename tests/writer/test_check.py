"""The checker: it runs function and program on other inputs, and says what it tried."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
MODE = {"scale": 2.0}


def test_the_report_lists_what_was_tried() -> None:
    report = tb.check(tb.trace(lambda x: x * 2, np.ones((2, 3))), tries=4, seed=7)
    assert report.ok and report.worst == 0
    assert [trial.outcome for trial in report.trials] == ["equal"] * 4
    assert report.trials[0].inputs == "x_0=7, x_1=11 (seed 7.0)"
    assert report.trials[3].inputs == "x_0=2, x_1=3 (seed 7.3)"


def test_a_frozen_global_number_is_found() -> None:
    def scaled(x: Array) -> Array:
        return x * MODE["scale"]

    program = tb.trace(scaled, np.ones(2))
    MODE["scale"] = 3.0
    try:
        report = tb.check(program, raises=False)
        assert not report.ok and {trial.outcome for trial in report.trials} == {"differs"}
        with pytest.raises(tb.TraceError) as caught:
            tb.check(program)
        assert caught.value.code == "check.differs"
        assert "of the largest magnitude" in str(caught.value)
    finally:
        MODE["scale"] = 2.0


def test_a_call_count_that_was_frozen_is_found_by_the_second_call() -> None:
    class Forgetful(tb.Module):
        def __init__(self) -> None:
            self.calls = 0

        def forward(self, x: Array) -> Array:
            self.calls += 1
            return x * self.calls

    forgetful = Forgetful()
    program = tb.trace(forgetful, np.ones(2))
    assert not tb.check(program, raises=False).ok


def test_given_inputs_are_used() -> None:
    program = tb.trace(lambda x, *, y: x + y, np.ones(2), y=np.ones(2))
    report = tb.check(program, None, {"x": np.ones(3), "y": np.zeros(3)})
    assert report.trials[0].inputs == "x=float64[3], y=float64[3]" and report.ok


def test_inputs_that_a_guard_refuses_are_no_difference() -> None:
    def choose(x: Array) -> Array:
        return x if x.sum() > 0 else -x

    with pytest.warns(tb.TraceWarning):
        program = tb.trace(choose, np.ones(2))
    report = tb.check(program, None, (np.ones(2),), (-np.ones(2),))
    assert [trial.outcome for trial in report.trials] == ["equal", "refused"]
    assert "ir.guard" in report.trials[1].message or "branch" in report.trials[1].message


def test_both_sides_raising_is_agreement() -> None:
    program = tb.trace(lambda x: x.reshape(-1, 2), np.ones(4))
    report = tb.check(program, None, (np.ones(5),), (np.ones(6),))
    assert [trial.outcome for trial in report.trials] == ["raised", "equal"]


def test_state_is_put_back() -> None:
    class Running(tb.Module):
        def __init__(self) -> None:
            self.total = tb.field(np.zeros(2))

        def forward(self, x: Array) -> Array:
            self.total = self.total + x
            return self.total

    running = Running()
    running(np.ones(2))
    assert tb.check(tb.trace(running, np.ones(2))).ok
    np.testing.assert_array_equal(running.total, [1, 1])
