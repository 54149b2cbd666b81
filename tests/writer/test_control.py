"""Conditions and loops that a trace records: `tb.cond`, `tb.while_loop`, `tb.for_loop`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracebox as tb

Array = Any


def f32(*shape: int, start: float = 1.0) -> Array:
    return np.arange(start, start + np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)


def loaded(function: Callable[..., Any], *args: Array) -> Any:
    """The program of a trace that froze nothing, read back from its archive."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return tb.load(tb.save(tb.trace(function, *args), None))


def agrees(function: Callable[..., Any], program: Any, *args: Array) -> None:
    want, have = function(*args), program(*args)
    if not isinstance(want, tuple):
        want, have = (want,), (have,)
    for a, b in zip(want, have):
        np.testing.assert_array_equal(a, b)
        assert np.asarray(a).dtype == b.dtype


# --- without a trace ------------------------------------------------------------


def test_plain_arrays_need_no_trace() -> None:
    assert tb.cond(True, lambda: 1, lambda: 2) == 1
    assert tb.cond(np.asarray(False), lambda x: x, lambda x: -x, 3) == -3
    assert tb.while_loop(lambda a, b: a < 10, lambda a, b: (a + b, a), 1, 1) == (13, 8)
    assert tb.for_loop(3, lambda i, x: [*x, i], []) == [0, 1, 2]
    assert tb.for_loop(0, lambda i, x: x + 1, 5) == 5
    with pytest.raises(tb.TraceError, match=r"trace\.carried"):
        tb.for_loop(1, lambda i, a, b: a, 1, 2)


# --- conditions -----------------------------------------------------------------


def gate(x: Array, h: Array) -> Array:
    return np.tanh(tb.cond(x.sum() > 0, lambda: x + h, lambda: (x * 2)[:, ::-1]))


def test_either_branch_is_taken() -> None:
    program = loaded(gate, f32(2, 3), f32(2, 3))
    for x in (f32(2, 3), -f32(2, 3), -f32(5, 3)):
        agrees(gate, program, x, np.ones_like(x))


def test_branches_may_differ_in_size() -> None:
    def halves(x: Array) -> Array:
        return tb.cond(x[0] > 0, lambda: x[: x.shape[0] // 2], lambda: np.concatenate([x, x])) * 2

    program = loaded(halves, f32(6))
    agrees(halves, program, f32(6))
    agrees(halves, program, -f32(7))


def test_branches_nest_and_give_containers() -> None:
    def classify(x: Array) -> dict[str, Array]:
        def positive() -> dict[str, Array]:
            return {"sign": 1, "big": tb.cond(x > 10, lambda: np.asarray(True), lambda: np.asarray(False))}

        return tb.cond(x > 0, positive, lambda: {"sign": -1, "big": np.asarray(False)})  # type: ignore[no-any-return]

    program = loaded(classify, np.asarray(3.0))
    for value in (3.0, 30.0, -3.0):
        want, have = classify(np.asarray(value)), program(np.asarray(value))
        assert (want["sign"], want["big"]) == (have["sign"], have["big"])


def test_a_branch_calls_modules_and_uses_parameters() -> None:
    class Layer(tb.Module):
        def __init__(self, seed: int) -> None:
            self.w = np.random.default_rng(seed).standard_normal((3, 3)).astype(np.float32)

        def forward(self, x: Array) -> Array:
            return x @ self.w

    class Switch(tb.Module):
        def __init__(self) -> None:
            self.a, self.b = Layer(0), Layer(1)

        def forward(self, x: Array) -> Array:
            return tb.cond(x.sum() > 0, self.a, self.b, x) + self.a(x)

    switch = Switch()
    program = loaded(switch, f32(2, 3))
    agrees(switch, program, f32(2, 3))
    agrees(switch, program, -f32(4, 3))


def test_only_the_branch_that_is_taken_writes_fields() -> None:
    class Counter(tb.Module):
        def __init__(self) -> None:
            self.count = tb.field(np.asarray(0))

        def up(self, x: Array) -> Array:
            self.count = self.count + 1
            return x

        def forward(self, x: Array) -> Array:
            y = tb.cond(x > 0, lambda: self.up(x), lambda: x)
            return y + self.count

    session = tb.load(tb.save(tb.trace(Counter(), np.asarray(1)), None)).new_session()
    assert [int(session(np.asarray(x))) for x in (5, 5, -5, 5)] == [6, 7, -3, 8]


def test_a_guard_in_a_branch_is_the_branch_s() -> None:
    def root(x: Array) -> Array:
        def positive() -> Array:
            if x.max() > 100:
                return x * 0
            return x

        return tb.cond(x.min() > 0, positive, lambda: -x)

    with pytest.warns(tb.TraceWarning):
        program = tb.trace(root, f32(3))
    np.testing.assert_array_equal(program(f32(3)), f32(3))
    np.testing.assert_array_equal(program(-200 * f32(3)), 200 * f32(3))
    with pytest.raises(tb.GuardError):
        program(200 * f32(3))


@pytest.mark.parametrize(
    ("if_true", "if_false"),
    [
        (lambda x: x, lambda x: (x, x)),
        (lambda x: x, lambda x: x.astype(np.float64)),
        (lambda x: x, lambda x: x.sum()),
        (lambda x: {"a": x}, lambda x: {"b": x}),
        (lambda x: None, lambda x: x),
    ],
)
def test_results_that_do_not_fit_are_refused(if_true: Any, if_false: Any) -> None:
    with pytest.raises(tb.TraceError, match=r"trace\.branches"):
        tb.trace(lambda x: tb.cond(x.sum() > 0, if_true, if_false, x), f32(3))


def test_a_branch_changes_no_array_around_it() -> None:
    def write(x: Array) -> Array:
        y = x * 1

        def change() -> Array:
            y[0] = 5
            return y

        return tb.cond(x.sum() > 0, change, lambda: y)

    with pytest.raises(tb.TraceError, match=r"trace\.block.*change of y"):
        tb.trace(write, f32(3))


def test_what_a_branch_made_is_not_used_after_it() -> None:
    def smuggle(x: Array) -> Array:
        kept = []

        def keep() -> Array:
            kept.append(x * 3)
            return x

        y = tb.cond(x.sum() > 0, keep, lambda: x)
        return y + kept[0]

    with pytest.raises(tb.TraceError, match=r"trace\.block"):
        tb.trace(smuggle, f32(3))


def test_a_condition_is_one_bool() -> None:
    with pytest.raises(tb.TraceError, match=r"bool of shape \(\)"):
        tb.trace(lambda x: tb.cond(x > 0, lambda: x, lambda: -x), f32(3))


# --- loops ----------------------------------------------------------------------


def collatz(n: Array) -> tuple[Array, Array]:
    return tb.while_loop(  # type: ignore[no-any-return]
        lambda n, steps: n != 1,
        lambda n, steps: (tb.cond(n % 2 == 0, lambda: n // 2, lambda: 3 * n + 1), steps + 1),
        n,
        0,
    )


@given(st.integers(1, 1000))
def test_a_while_loop_ends_when_its_condition_fails(n: int) -> None:
    have = COLLATZ(np.asarray(n))
    steps = 0
    while n != 1:
        n, steps = (n // 2 if n % 2 == 0 else 3 * n + 1), steps + 1
    assert (int(have[0]), int(have[1])) == (1, steps)


COLLATZ = loaded(collatz, np.asarray(6))

W = np.random.default_rng(0).standard_normal((4, 4)).astype(np.float32)


def rnn(xs: Array, h: Array) -> Array:
    return tb.for_loop(xs.shape[0], lambda i, h: np.tanh(xs[i] @ W + h @ W), h)


def test_a_counted_loop_runs_as_often_as_a_size_says() -> None:
    program = loaded(rnn, f32(5, 2, 4), f32(2, 4))
    for length, batch in ((5, 2), (1, 3), (9, 1), (0, 2)):
        xs = np.random.default_rng(length).standard_normal((length, batch, 4)).astype(np.float32)
        agrees(rnn, program, xs, np.zeros((batch, 4), np.float32))


def test_a_count_may_be_an_array() -> None:
    def power(x: Array, n: Array) -> Array:
        return tb.for_loop(n, lambda i, y: y * x, np.ones_like(x))

    program = loaded(power, f32(2), np.asarray(3))
    for n in (3, 0, 10, -2):
        agrees(lambda x, n: x ** max(int(n), 0), program, f32(2), np.asarray(n))


def test_what_is_carried_may_grow() -> None:
    def grow(x: Array) -> Array:
        return tb.for_loop(x.shape[0], lambda i, y: np.concatenate([y, x * i]), x) + 1

    program = loaded(grow, f32(2))
    agrees(grow, program, f32(2))
    agrees(grow, program, f32(4))


def test_loops_nest_and_carry_containers() -> None:
    def table(x: Array) -> Any:
        def row(i: Array, state: dict[str, Array]) -> dict[str, Array]:
            total = tb.for_loop(i + 1, lambda j, t: t + x[j], np.zeros((), np.float32))
            return {"sum": state["sum"] + total, "last": total}

        zero = np.zeros((), np.float32)
        return tb.for_loop(x.shape[0], row, {"sum": zero, "last": zero})

    program = loaded(table, f32(3))
    for n in (3, 6):
        want, have = table(f32(n)), program(f32(n))
        assert want["sum"] == have["sum"] and want["last"] == have["last"]


def test_a_loop_of_no_turns_is_recorded_all_the_same() -> None:
    def skip(x: Array) -> Array:
        return tb.while_loop(lambda y: y.sum() < 0, lambda y: y + 1, x)

    program = loaded(skip, f32(2))
    agrees(skip, program, f32(2))
    agrees(skip, program, -10 * f32(2))


def test_fields_change_from_turn_to_turn() -> None:
    class Leaky(tb.Module):
        def __init__(self) -> None:
            self.level = tb.field(np.zeros((), np.float32))

        def step(self, x: Array) -> Array:
            self.level = self.level * np.float32(0.5) + x
            return self.level

        def forward(self, xs: Array) -> Array:
            zero = np.zeros((), np.float32)
            return tb.for_loop(xs.shape[0], lambda i, best: np.maximum(best, self.step(xs[i])), zero)

    program = tb.load(tb.save(tb.trace(Leaky(), f32(3)), None))
    session = program.new_session()
    for xs in (f32(4), f32(2), -f32(3)):
        level = float(session.state["level"])
        best = 0.0
        for x in xs:
            level = level * 0.5 + float(x)
            best = max(best, level)
        assert float(session(xs)) == best
        assert float(session.state["level"]) == level


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (lambda i, y: y.astype(np.float64), f32(3)),
        (lambda i, y: y[0], f32(3)),
        (lambda i, y: (y, y), f32(3)),
        (lambda i, y: None, f32(3)),
    ],
)
def test_what_is_carried_keeps_its_type(body: Any, start: Array) -> None:
    with pytest.raises(tb.TraceError, match=r"trace\.carried"):
        tb.trace(lambda x: tb.for_loop(3, body, x), start)


def test_a_turn_changes_no_array_around_it() -> None:
    def write(x: Array) -> Array:
        y = x * 1

        def body(i: Array, t: Array) -> Array:
            y[0] = t
            return t + 1

        return tb.for_loop(3, body, x[0]) + y

    with pytest.raises(tb.TraceError, match=r"trace\.block"):
        tb.trace(write, f32(3))


def test_the_checker_varies_sizes_and_takes_other_branches() -> None:
    report = tb.check(tb.trace(gate, f32(2, 3), f32(2, 3)))
    assert report.ok, report
