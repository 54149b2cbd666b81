"""What calls, branches and loops give may be what they were given: no change in place is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb


class Inner(tb.Module):
    """A field, and methods that give it, a part of it, or what they get."""

    def __init__(self) -> None:
        self.h = tb.field(np.zeros(3))

    @tb.export
    def getter(self) -> Any:
        return self.h

    @tb.export
    def part(self) -> Any:
        return self.h[1:]

    @tb.export
    def keep(self, x: Any) -> Any:
        self.h = x
        return x


class Same(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        return x


class View(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        return x[1:]


class Changes(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        x[0] += 4
        return z


class ChangesBoth(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        x[0] += 4
        z[1] += 2
        return x


class Picks(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        if x[0] > 0:
            return x
        return z


class Field(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        return self.h


class ChangesAndReads(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        x[0] = 3
        return self.h * 1


class ReadsAndChanges(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        h = self.h
        x[0] = 3
        return h * 1


class ReadsAPartAndChanges(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        h = self.h[1:]
        x[1] = 3
        return h * 1


class ReadsAndCalls(Inner):
    @tb.export
    def change(self, x: Any) -> None:
        x[0] = 3

    def forward(self, x: Any, z: Any) -> Any:
        h = self.h
        self.change(x)
        return h * 1


class CallsWhatReads(Inner):
    @tb.export
    def change(self, x: Any) -> Any:
        h = self.h
        x[0] = 3
        return h * 1

    def forward(self, x: Any, z: Any) -> Any:
        return self.change(x)


class Sets(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        self.h = x
        self.h[1] = 5
        return x


class SetsOnOnePath(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        h = self.h[::-1]
        if x[0] > 0:
            self.h = z * 1
        return h


class ChangesWhatItMayBe(Inner):
    @tb.export
    def same(self, x: Any) -> Any:
        return x

    def forward(self, x: Any, z: Any) -> Any:
        h = self.same(x)
        h[2] = 9
        return self.h


class ChangesItsOwn(Inner):
    def forward(self, x: Any, z: Any) -> Any:
        self.h[0] = 3
        return x * 1


class Outer(tb.Module):
    """Copies its arguments, which are not the caller's to change, and calls a module."""

    def __init__(self, inner: Inner) -> None:
        self.inner = inner


class ChangesTheResult(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x, z = x + 0.0, z + 0.0
        y = self.inner(x, z)
        y[0] = 5
        return x, z, y, self.inner.h


class GivesOneTwice(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        y = self.inner(x, x)
        return x, y


class GivesAView(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        y = self.inner(x, x[::-1])
        return x, y


class CallsTwice(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        y = self.inner(x, z)
        w = self.inner(x, z)
        y[1] = 6
        return w, y


class KeepsInALambda(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        kept: Callable[[], Any] = lambda: x  # noqa: E731
        y = self.inner(x, z)
        y[1] = 6
        return kept(), y


class KeepsInAList(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        kept = [x]
        y = self.inner(kept[0], z)
        y[1] = 6
        return kept[0], y


class Gets(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner.getter()
        y[0] = 7
        return y, self.inner.h


class GetsAPart(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner.part()
        y[0] = 7
        return y, self.inner.h


class Keeps(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        y = self.inner.keep(x)
        y[0] = 7
        return y, x, self.inner.h


class PassesAField(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner.h
        y = self.inner(y, z)
        y[0] = 7
        return y, self.inner.h


class PassesAFieldOnly(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner(self.inner.h, z)
        return y * 1, self.inner.h * 1


class PassesAFieldUnderAName(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        h = self.inner.h
        y = self.inner(h, z) * 1
        k = h * 1
        self.inner.h[1] = 4
        return y, h, k, self.inner.h


class PassesAFieldOn(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner(self.inner(self.inner.h, z), z)
        y[0] = 7
        return y, self.inner.h


INNER = [
    Same,
    View,
    Changes,
    ChangesBoth,
    Picks,
    Field,
    ChangesAndReads,
    ReadsAndChanges,
    ReadsAPartAndChanges,
    ReadsAndCalls,
    CallsWhatReads,
    Sets,
    SetsOnOnePath,
    ChangesWhatItMayBe,
    ChangesItsOwn,
]


class PassesAFieldAndUsesIt(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        return self.inner(self.inner.h, z), self.inner.h


class SetsTheField(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        y = self.inner(x + 0.0, z)
        if x[1] > 0:
            self.inner.h = z * 2
        self.inner.h[0] += 8
        return y, self.inner.h


class CallsForTheChange(Outer):
    def forward(self, x: Any, z: Any) -> Any:
        x = x + 0.0
        y = x * 2
        self.inner(x, y)
        return x, y


OUTER = [
    ChangesTheResult,
    PassesAFieldAndUsesIt,
    SetsTheField,
    CallsForTheChange,
    GivesOneTwice,
    GivesAView,
    CallsTwice,
    KeepsInALambda,
    KeepsInAList,
    PassesAField,
    PassesAFieldOn,
]
PAIRS = [(outer, inner) for outer in OUTER for inner in INNER] + [
    (outer, Same) for outer in (Gets, GetsAPart, Keeps)
]


def given(mode: str, function: Any, *args: Any) -> Any:
    """The program, or None if it is refused for names that cannot be followed."""
    try:
        if mode == "script":
            return tb.script(function, *args)
        if mode == "explore":
            other = (-args[0], *args[1:])
            return tb.trace(function, *args, branches="explore", examples=[other])
        return tb.trace(function, *args)
    except (tb.ScriptError, tb.TraceError) as error:
        explored = error.code == "trace.explore" and "changed in place" in str(error)
        assert explored or error.code in ("script.alias", "trace.alias"), error
        return None


@pytest.mark.parametrize("mode", ["freeze", "explore", "script"])
@pytest.mark.parametrize(("outer", "inner"), PAIRS)
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_a_change_of_what_a_module_gives_is_not_lost(
    outer: Callable[[Inner], Any], inner: type[Inner], mode: str
) -> None:
    program = given(mode, outer(inner()), np.ones(3), np.zeros(3))
    if program is None:
        return
    model, session = outer(inner()), program.new_session()
    for x in (np.ones(3), np.ones(3) if mode == "freeze" else -np.ones(3)):
        for want, got in zip(model(x.copy(), np.zeros(3)), session(x.copy(), np.zeros(3)), strict=True):
            np.testing.assert_array_equal(want, got)


#: What every way of making a program can follow.
TAKEN = [
    (ChangesTheResult, Field),
    (ChangesTheResult, ChangesItsOwn),
    (GivesOneTwice, ChangesBoth),
    (PassesAFieldAndUsesIt, Changes),
    (PassesAFieldAndUsesIt, SetsOnOnePath),
    (SetsTheField, ReadsAndChanges),
    (SetsTheField, Sets),
    (CallsForTheChange, ReadsAndCalls),
    (CallsForTheChange, ChangesBoth),
    (GivesOneTwice, Picks),
    (GivesAView, View),
    (KeepsInALambda, Changes),
    (KeepsInAList, Changes),
    (PassesAField, Changes),
    (PassesAFieldOn, Field),
    (Gets, Same),
]


@pytest.mark.parametrize("mode", ["freeze", "explore", "script"])
@pytest.mark.parametrize(("outer", "inner"), TAKEN)
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_what_can_be_followed_is_not_refused(
    outer: Callable[[Inner], Any], inner: type[Inner], mode: str
) -> None:
    assert given(mode, outer(inner()), np.ones(3), np.zeros(3)) is not None


def _cond(x: Any) -> Any:
    x = x + 0.0
    y = tb.cond(x[0] > 0, lambda v: v[1:], lambda v: v[:-1], x)
    x[1] = 8
    return x, y


def _both(x: Any) -> Any:
    x = x + 0.0
    a, b = tb.cond(x[0] > 0, lambda v: (v, v), lambda v: (v, v * 2), x)
    a[1] = 8
    return a, b


def _for(x: Any) -> Any:
    x = x + 0.0
    y = tb.for_loop(2, lambda i, v: v, x)
    y[0] = 5
    return x, y


def _turns(x: Any) -> Any:
    x = x + 0.0

    def turn(i: Any, a: Any, b: Any) -> Any:
        a[0] += 1
        return b, a

    return tb.for_loop(3, turn, x, x * 2)


def _meet_later(x: Any) -> Any:
    def turn(i: Any, a: Any, b: Any) -> Any:
        a[0] += 1
        return b, b

    return tb.for_loop(x.shape[0], turn, x + 0.0, x * 2)


def _meet_later_still(x: Any) -> Any:
    def turn(i: Any, a: Any, b: Any, c: Any) -> Any:
        b[0] += 1
        return b, c, c

    return tb.for_loop(x.shape[0], turn, x + 0.0, x * 2, x * 3)


def _become_one_outside(x: Any) -> Any:
    w = x * 3

    def turn(i: Any, a: Any) -> Any:
        a[0] += 1
        return w

    return tb.for_loop(x.shape[0], turn, x + 0.0), w


def _change_what_was_given(x: Any) -> Any:
    y = x * 2

    def turn(i: Any, a: Any, b: Any) -> Any:
        a[0] += 1
        return b, a

    a, b = tb.for_loop(x.shape[0], turn, x + 0.0, y)
    return a, b, y


def _swap(x: Any) -> Any:
    def turn(i: Any, a: Any, b: Any) -> Any:
        a[0] += 1
        return b, a

    return tb.for_loop(x.shape[0], turn, x + 0.0, x * 2)


def _while(x: Any) -> Any:
    x = x + 0.0
    y = tb.while_loop(lambda v: v.sum() > 100, lambda v: v * 0.5, x)
    y[0] = 5
    return x, y


def _fork(x: Any) -> Any:
    x = x + 0.0
    y = tb.wait(tb.fork(lambda v: v, x))
    y[0] = 5
    return x, y


@pytest.mark.parametrize("mode", ["freeze", "explore", "script"])
@pytest.mark.parametrize("function", [_cond, _both, _for, _turns, _while, _fork])
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_a_change_of_what_a_branch_or_loop_gives_is_not_lost(function: Any, mode: str) -> None:
    program = given(mode, function, np.ones(3))
    if program is not None:
        for x in (np.ones(3), -np.ones(3)):
            for want, got in zip(function(x.copy()), program(x.copy()), strict=True):
                np.testing.assert_array_equal(want, got)


LATER = [_meet_later, _meet_later_still, _become_one_outside, _change_what_was_given, _swap]


@pytest.mark.parametrize("mode", ["freeze", "explore", "script"])
@pytest.mark.parametrize("function", LATER)
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_arrays_that_become_one_in_a_later_turn_than_the_example_has(function: Any, mode: str) -> None:
    program = given(mode, function, np.ones(1))
    assert program is not None or mode == "script" or function is not _swap
    for size in (1, 2, 3, 4) if program is not None else ():
        for want, got in zip(function(np.ones(size)), program(np.ones(size)), strict=True):
            np.testing.assert_array_equal(want, got)


def test_the_error_says_which_array_and_what_to_do() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(_for, np.ones(3))
    assert caught.value.code == "trace.alias"
    assert "x: f64[x_0], which may be one with an array that was changed in place since" in str(caught.value)
    assert "y = y.copy()" in str(caught.value)


@pytest.mark.parametrize("mode", ["freeze", "explore", "script"])
def test_what_is_not_read_again_may_be_changed(mode: str) -> None:
    def function(x: Any) -> Any:
        y = tb.cond(x[0] > 0, lambda v: v, lambda v: -v, x + 1)
        y[0] = 5
        return y

    program = tb.script(function, np.ones(3)) if mode == "script" else given(mode, function, np.ones(3))
    np.testing.assert_array_equal(program(np.ones(3)), [5, 2, 2])
