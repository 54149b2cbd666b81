"""Scripted methods of modules: state, several entry points, forks."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import pytest

import tracebox as tb


class Counter(tb.Module):
    def __init__(self) -> None:
        self.total = tb.field(np.zeros(2))
        self.count = tb.field(0)

    def forward(self, x: Any) -> Any:
        self.total = self.total + x
        if x.sum() > 0:
            self.count = self.count + 1
        return self.total

    def mean(self) -> Any:
        if self.count == 0:
            return self.total
        return self.total / self.count

    @tb.script
    def bump(self, n: int) -> Any:
        for _ in range(n):
            self.count += 1
        return self.count


def test_scripted_methods_share_state() -> None:
    plain = Counter()
    session = tb.script_methods(Counter(), forward=(np.ones(2),), mean=(), bump=()).new_session()
    for x in (np.ones(2), -np.ones(2), np.array([2.0, 1.0])):
        assert np.array_equal(plain(x), session(x))
    assert np.array_equal(plain.mean(), session.mean())
    assert plain.bump(3) == session.bump(3) == 5
    session.reset()
    assert session.bump(0) == 0


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_traced_and_scripted_methods_share_state() -> None:
    session = tb.trace_methods(Counter(), forward=(np.ones(2),), bump=(2,)).new_session()
    session(np.ones(2))
    assert session.bump(4) == 5
    assert session.state["count"] == 5


def test_sessions_of_scripted_programs_are_apart() -> None:
    program = tb.script_methods(Counter(), forward=(np.ones(2),), bump=())
    one, two = program.new_session(), program.new_session()
    one.bump(7)
    assert two.bump(1) == 1


class Kernel(tb.Module):
    def __init__(self) -> None:
        self.w = np.arange(3.0)

    def weighted(self, x: f64[n, 3], weight: Optional[f64[3]] = None) -> f64[n, 3]:  # type: ignore[name-defined] # noqa: F821, UP045
        if weight is None:
            return x * self.w
        return x * weight


def test_an_argument_may_be_left_out() -> None:
    session = tb.script_methods(Kernel(), weighted=()).new_session()
    x = np.ones((2, 3))
    assert np.array_equal(session.weighted(x), x * [0, 1, 2])
    assert np.array_equal(session.weighted(x, np.full(3, 5.0)), x * 5)
    assert np.array_equal(session.weighted(x, weight=None), x * [0, 1, 2])


def test_a_fork_in_a_script_is_a_fork_of_the_program() -> None:
    def both(x: Any) -> Any:
        task = tb.fork(lambda v: v * 2, x)
        return tb.wait(task) + x

    program = tb.script(both, np.ones(2))
    assert "fork(" in program.code and np.array_equal(program(np.arange(3.0)), np.arange(3.0) * 3)


def test_the_error_of_a_fork_surfaces_where_it_is_waited_for() -> None:
    def fails(n: int) -> int:
        if n > 3:
            raise ValueError(f"{n} is too much")
        return n

    def run(n: int) -> Any:
        task = tb.fork(fails, n)
        if n < 0:
            raise TypeError("first")
        return tb.wait(task) + 1

    program = tb.script(run)
    assert program(3) == 4
    with pytest.raises(tb.ProgramError, match="5 is too much") as caught:
        program(5)
    assert caught.value.exception == "ValueError"
    with pytest.raises(tb.ProgramError, match="first"):
        program(-1)


class Gate(tb.Module):
    def forward(self, x: Any) -> Any:
        if x.sum() > 0:
            return x
        return -x


def test_explored_programs_keep_their_branches_in_scripts() -> None:
    def bend(x: Any) -> Any:
        if x.max() > 1:
            return x * 2
        return x - 1

    gate, bent = (tb.trace(f, np.ones(3), branches="explore") for f in (Gate(), bend))

    def rows(xs: Any) -> Any:
        outs = []
        for x in xs:
            outs.append(gate(x) + bent(x))
        return np.stack(outs)

    xs = np.array([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0], [0.5, -1.0, 1.0]])
    program = tb.script(rows, xs)
    assert not program.warnings
    assert np.array_equal(program(xs), np.stack([Gate()(x) + bend(x) for x in xs]))


class Kept(tb.Module):
    def __init__(self) -> None:
        self.row = tb.field(np.zeros(3))

    def forward(self, x: Any) -> Any:
        self.row = [x * i for i in range(x.ndim + 1)][-1]
        return self.row.sum()


def test_a_field_gives_the_items_of_a_list_their_size() -> None:
    session = tb.script(Kept(), np.ones(3)).new_session()
    assert session(np.array([1.0, 2.0, 4.0])) == 7
    assert np.array_equal(session.state["row"], [1, 2, 4])
