"""Explored methods: what their callers catch, and several that are traced into one program."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.writer.test_explore import MIXED, ONES, agrees, explored, nodes


class Strict(tb.Module):
    def forward(self, x: Any) -> Any:
        if x[1] < 0:
            raise ValueError("negative")
        return x * 2


class Between(tb.Module):
    def __init__(self) -> None:
        self.inner = Strict()

    def forward(self, x: Any) -> Any:
        return self.inner(x) + 1 if x[2] > 0 else x


class Careful(tb.Module):
    def __init__(self) -> None:
        self.inner = Between()

    def forward(self, x: Any) -> Any:
        try:
            y = self.inner(x)
        except ValueError:
            y = x * 0 - 1
        return y + x[0]


@pytest.mark.parametrize("example", [ONES, MIXED, -ONES])
def test_an_exception_of_a_method_is_caught_by_its_caller(example: Any) -> None:
    inputs = [ONES, MIXED, -ONES, np.array([3.0, 1.0, -2.0])]
    program = explored(Careful(), example, examples=inputs)
    agrees(Careful(), program, *inputs)
    assert nodes(program, "raise") == []


def test_an_exception_of_a_turn_that_is_caught_around_the_loop_is_refused() -> None:
    def looped(x: Any) -> Any:
        def turn(i: Any, total: Any) -> Any:
            if x[1] < i:
                raise ValueError("small")
            return total + 1

        try:
            return tb.for_loop(3, turn, x[0])
        except ValueError:
            return x[0] - 1

    with pytest.raises(tb.TraceError, match="ValueError, which the caller may catch"):
        tb.trace(looped, ONES, branches="explore")


# --- several methods ----------------------------------------------------------------


class Switch(tb.Module):
    def __init__(self) -> None:
        self.n = tb.field(np.zeros(()))

    def forward(self, x: Any) -> Any:
        if x.sum() > 0:
            self.n = self.n + 1
            return x * 2
        return x - self.n

    @tb.export
    def inverse(self, y: Any, k: Any) -> Any:
        return y / 2 if y[0] > k else y + self.n


def test_all_paths_of_several_methods_are_recorded() -> None:
    gate, k = Switch(), np.array(2.0)
    examples = {"inverse": [(MIXED + 9, k)]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace_methods(
            gate, branches="explore", examples=examples, forward=(ONES,), inverse=(ONES, k)
        )
    assert [branch.reached for branch in program.branches] == [(True, False)] * 2
    assert {check["entry"] for check in program.checks} == {"forward", "inverse"}
    session = tb.load(tb.save(program, None)).new_session()
    for x in (ONES, -ONES, MIXED + 9, MIXED):
        assert np.array_equal(session(x), gate(x))
        assert np.array_equal(session.inverse(x, k), gate.inverse(x, k))


def test_methods_have_a_limit_of_paths_and_examples_of_their_own() -> None:
    with pytest.raises(tb.TraceError, match="at most 1 paths"):
        tb.trace_methods(Switch(), branches="explore", max_paths=1, forward=(ONES,))
    with pytest.raises(tb.TraceError, match="examples of the methods; got inverse"):
        tb.trace_methods(Switch(), branches="explore", examples={"inverse": []}, forward=(ONES,))
    with pytest.raises(ValueError, match="'freeze' or 'explore'"):
        tb.trace_methods(Switch(), branches="both", forward=(ONES,))
