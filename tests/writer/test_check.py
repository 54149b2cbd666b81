"""The checker: it runs function and program on other inputs, and says what it tried."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main

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
        assert not report.ok and {trial.outcome for trial in report.trials} == {"differs", "equal"}
        assert {trial.inputs[:5] for trial in report.trials if trial.outcome == "equal"} == {"x_0=0"}
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


def test_sizes_are_primes_near_those_of_the_example_one_and_none() -> None:
    program = tb.trace(lambda x, y: x + y, np.ones((4, 3)), np.ones((4, 3)))
    report = tb.check(program, tries=40)
    assert report.ok
    seen = [[int(n) for n in re.findall(r"=(\d+)", trial.inputs)] for trial in report.trials]
    assert {len(sizes) for sizes in seen} == {2}  # x and y have the same symbols
    for axis, example in enumerate((4, 3)):
        assert {0, 1, example - 1, example, example + 1, 7} <= {sizes[axis] for sizes in seen} | {7}
    assert seen[0] == [7, 11] and seen[4] == [1, 1] and seen[5] == [0, 0]
    assert any(len(set(map(bool, sizes))) == 2 for sizes in seen)  # one of them empty


def test_the_evidence_is_kept_in_the_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Net(tb.Module):
        def __init__(self) -> None:
            self.h = tb.field(np.zeros(()))

        def forward(self, x: Array) -> Array:
            self.h = self.h + np.exp(x).sum()
            return self.h

    program = tb.trace(Net(), np.ones(3))
    tb.check(program, seed=5, calls=3)
    tb.check(program, None, (np.ones(2),))
    path = str(tmp_path / "net.tbox")
    tb.save(program, path)
    first, second = tb.load(path).manifest.metadata["checks"]
    assert (first["entry"], first["seed"], first["calls"], len(first["trials"])) == ("forward", 5, 3, 8)
    assert first["trials"][0]["inputs"] == "x_0=7 (seed 5.0)"
    assert {trial["outcome"] for trial in first["trials"]} == {"equal"}
    assert all(float(trial["worst"]) < 1e-12 for trial in first["trials"])
    assert (second["seed"], len(second["trials"])) == (None, 1)
    assert main(["inspect", path]) == 0
    printed = capsys.readouterr().out
    assert "  checked      forward: 8 equal; largest difference " in printed
    assert "float64[2]" in printed
    assert main(["verify", path]) == 0
    # It says nothing of another program.
    assert "checks" not in tb.optimize(tb.load(path)).manifest.metadata
    session = tb.load(path).new_session()
    assert tb.load(tb.save(session, None)).manifest.metadata["checks"] == [first, second]


def test_a_loop_that_does_not_end_counts_as_refused_at_a_limit() -> None:
    def halved(x: Array) -> Array:
        while x.sum() > 1:
            x = x / 2 if x[0] < 100 else x
        return x

    called: list[float] = []

    def noted(x: Array) -> Array:
        called.append(float(x[0]))
        return halved(x)

    program = tb.script(halved, np.ones(1))
    endless = np.array([100.0])
    report = tb.check(program, noted, (np.ones(1),), (endless,), limits=tb.Limits(steps=1000))
    assert [trial.outcome for trial in report.trials] == ["equal", "refused"]
    assert "run.steps" in report.trials[1].message
    assert called == [1.0]


class Scale(tb.Module):
    def forward(self, x: Array) -> Array:
        return x * MODE["scale"]

    @tb.export
    def inverse(self, y: Array) -> Array:
        return y / MODE["scale"]


def test_an_entry_point_is_checked_by_its_name() -> None:
    program = tb.trace_methods(Scale(), forward=(np.ones(3),), inverse=(np.ones(3),))
    MODE["scale"] = 4.0
    try:
        report = tb.check(program, None, (np.ones(3),), entry="inverse", raises=False)
    finally:
        MODE["scale"] = 2.0
    assert report.entry == "inverse" and [trial.outcome for trial in report.trials] == ["differs"]
    with pytest.raises(tb.TraceError, match="one of forward, inverse; got 'backward'"):
        tb.check(program, entry="backward")
