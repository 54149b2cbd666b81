"""`tb.trace(..., branches="explore")`: branches that depend on data become branches of the program."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.schema.ir import Node, walk
from tracebox.writer import operators

Array = Any

ONES = np.ones(3)
MIXED = np.array([1.0, -2.0, 8.0])


def explored(function: Callable[..., Any], *args: Any, **options: Any) -> tb.TracedProgram:
    """The program of an explored trace that froze nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return tb.trace(function, *args, branches="explore", **options)


def nodes(program: tb.TracedProgram, kind: str) -> list[Node]:
    name = program.program.exports[0]
    return [node for node in walk(program.program.export(name).body) if node.kind == kind]


def agrees(function: Callable[..., Any], program: tb.TracedProgram, *inputs: Any) -> None:
    """Both give the same, bit for bit, or raise the same; the program is read from its archive."""
    loaded = tb.load(tb.save(program, None))
    for given in inputs:
        args = given if isinstance(given, tuple) else (given,)
        try:
            want = function(*args)
        except Exception as error:  # noqa: BLE001 - whatever it raises
            with pytest.raises(tb.ProgramError, match=type(error).__name__):
                loaded(*args)
            continue
        have = loaded(*args)
        pairs = zip(want, have) if isinstance(want, tuple) else [(want, have)]
        for a, b in pairs:
            np.testing.assert_array_equal(a, b)
            assert np.asarray(a).dtype == np.asarray(b).dtype


def check(function: Callable[..., Any], *inputs: Any, **options: Any) -> tb.TracedProgram:
    first = inputs[0] if isinstance(inputs[0], tuple) else (inputs[0],)
    program = explored(function, *first, **options)
    agrees(function, program, *inputs)
    return program


# --- branches and tails ---------------------------------------------------------


def test_a_branch_becomes_a_small_if_and_the_tail_is_recorded_once() -> None:
    def f(x: Array) -> Array:
        if x.sum() > 0:
            x = x * 2
        else:
            x = -x
        y = np.tanh(x) + 1
        return y * y - 3

    program = check(f, ONES, -ONES, MIXED)
    (branch,) = nodes(program, "if")
    assert [[node.name for node in block.nodes] for block in branch.blocks] == [["multiply"], ["negative"]]
    names = [node.name for node in nodes(program, "op")]
    assert names.count("tanh") == 1
    assert names.count("subtract") == 1


def test_branches_in_a_row_do_not_repeat_what_stands_between_them() -> None:
    def f(x: Array) -> Array:
        if x.sum() > 0:
            x = x * 2
        x = np.sin(x)
        if x[0] > 0.5:
            x = x + 1
        x = np.cos(x)
        if x[1] > 0.25:
            x = x * x
        return np.tanh(x)

    program = check(f, ONES, -ONES, MIXED, ONES * 0.1)
    names = [node.name for node in nodes(program, "op")]
    assert len(nodes(program, "if")) == 3
    assert [names.count(name) for name in ("sin", "cos", "tanh")] == [1, 1, 1]


def test_early_returns_and_nested_branches() -> None:
    def f(x: Array) -> Array:
        if x.sum() > 3:
            return x + 1
        y = x * 2
        if y.max() < 0:
            if y.min() < -100:
                return y * 0
            return y
        return -y

    check(f, ONES, -ONES, ONES * 5, ONES * -90)


def test_and_or_not_and_max_decide_as_python_does() -> None:
    def f(x: Array) -> Array:
        if (x[0] > 0 and x[1] > 0) or not x[2] < 5:
            return max(x[0], x[1]) * x
        return min(x[0], x[1], x[2]) * x

    check(f, ONES, -ONES, MIXED, np.array([-1.0, -2.0, 8.0]), np.array([3.0, -2.0, 1.0]))


def test_a_condition_is_decided_once_however_often_it_is_asked() -> None:
    def f(x: Array) -> Array:
        start, positive = x, x.sum() > 0
        if positive:
            x = x + 1
        x = x * 3
        if positive:
            x = x - 1
        if not start.sum() > 0:
            x = x * 7
        return x

    program = check(f, ONES, -ONES)
    assert {branch.reached for branch in program.branches} == {(True, False)}


def test_a_python_number_that_differs_becomes_a_value() -> None:
    def f(x: Array) -> Array:
        factor = 3 if x.sum() > 0 else 2
        return np.sin(x * factor)

    program = check(f, ONES, -ONES)
    assert [node.name for node in nodes(program, "op")].count("sin") == 1


def test_a_branch_without_any_effect_leaves_no_node() -> None:
    def f(x: Array) -> Array:
        if x.sum() > 0:
            pass
        return x + 1

    assert nodes(check(f, ONES, -ONES), "if") == []


def test_what_is_in_an_array_decides() -> None:
    check(lambda x: x + 1 if 12.5 in x else x, ONES, ONES * 12.5, examples=[ONES * 12.5])


def test_lists_hold_the_results_of_branches() -> None:
    def f(x: Array) -> Array:
        kept = []
        for i in range(3):
            if x[i] > 0:
                kept.append(x[i] * 2)
            else:
                kept.append(x[i])
        return np.stack(kept)

    check(f, ONES, -ONES, MIXED)


# --- sizes ----------------------------------------------------------------------


def test_branches_may_give_other_sizes() -> None:
    def f(x: Array) -> Any:
        y = np.concatenate([x, x]) if x.sum() > 0 else x[:2]
        return y * 2, y.shape[0]

    check(f, np.ones(5), -np.ones(4), np.ones(7))


def test_comparisons_of_sizes_are_branches() -> None:
    def f(x: Array) -> Array:
        if x.shape[0] > 3:
            return x[:3] * 2
        return x

    program = check(f, ONES, np.ones(5), np.ones(1), np.ones(0))
    assert nodes(program, "guard") == []


# --- exceptions -----------------------------------------------------------------


def test_paths_that_raise_become_raise_nodes() -> None:
    def f(x: Array) -> Array:
        if x.sum() < 0:
            raise ValueError("negative")
        assert x[0] < 10, "too large"
        if x[1] > 5:
            raise KeyError("one")
        return x * 2

    program = check(f, ONES, -ONES, ONES * 20, ONES * 6)
    assert [node.name for node in nodes(program, "raise")] == ["ValueError", "AssertionError", "KeyError"]


def test_an_example_that_raises_is_no_example() -> None:
    def f(x: Array) -> Array:
        if x.sum() < 0:
            raise ValueError("negative")
        return x

    with pytest.raises(ValueError, match="negative"):
        tb.trace(f, -ONES, branches="explore")


# --- modules --------------------------------------------------------------------


class Gate(tb.Module):
    def __init__(self, threshold: float) -> None:
        self.threshold = np.full(3, threshold)

    def forward(self, x: Array) -> Array:
        if x.sum() > self.threshold[0]:
            return x * self.threshold
        return x - self.threshold


class Net(tb.Module):
    def __init__(self) -> None:
        self.first, self.second = Gate(1.0), Gate(2.0)

    def forward(self, x: Array) -> Array:
        y = self.first(x)
        if y[0] > 0:
            y = self.second(y)
        return self.first(y) + 1


def test_methods_are_explored_by_themselves_and_stay_methods() -> None:
    net = Net()
    for example in (ONES, -ONES, ONES * 5):
        program = explored(net, example)
        agrees(net, program, ONES, -ONES, ONES * 2, MIXED)
        assert [cls.name.rpartition(".")[2] for cls in program.program.classes] == ["Gate", "Net"]
        assert [len(cls.methods) for cls in program.program.classes] == [1, 1]


def test_fields_written_in_branches() -> None:
    class Leaky(tb.Module):
        def __init__(self) -> None:
            self.h = tb.field(np.zeros(3))

        def forward(self, x: Array) -> Array:
            if x.sum() > 0:
                self.h = self.h + x
            elif x[0] < -5:
                self.h = self.h * 0
            return self.h + 1

    module = Leaky()
    program = explored(module, ONES)
    session = tb.load(tb.save(program, None)).new_session()
    module.reset()
    for x in (ONES, MIXED, -ONES, ONES, -ONES * 9, ONES):
        np.testing.assert_array_equal(module(x), session(x))


def test_arrays_changed_in_branches() -> None:
    def f(x: Array) -> Array:
        y = x * 1
        if y[0] > 0:
            y[1] = 5
        else:
            y += 2
        return y

    def helper(y: Array) -> None:
        if y[0] > 0:
            y[1:] = 0

    def g(x: Array) -> Array:
        y = x * 1
        helper(y)
        return y + 1

    check(f, ONES, -ONES)
    check(g, ONES, -ONES)


# --- within recorded control flow -----------------------------------------------


def test_turns_of_loops_and_branches_of_cond_are_explored_by_themselves() -> None:
    def body(i: Any, total: Array, x: Array) -> tuple[Array, Array]:
        if x[i] > 0:
            return total + x[i], x
        return total - 1.0, x

    def f(x: Array) -> Array:
        total, x = tb.for_loop(x.shape[0], body, x.sum() * 0, x)
        return tb.cond(total > 1, lambda: total if total > 5 else -total, lambda: total * 2)

    check(f, ONES, -ONES, MIXED, np.ones(9))


# --- calls of other sorts -------------------------------------------------------


def part(x: Array) -> Array:
    if x.sum() > 0:
        return np.tanh(x)
    return x * 2


def test_forked_calls_are_explored_by_themselves() -> None:
    def f(x: Array) -> Array:
        task, other = tb.fork(part, x), tb.fork(part, -x)
        if x[0] > 0:
            return tb.wait(task) + tb.wait(other) + part(x + 1)
        return tb.wait(task) - 1

    program = check(f, ONES, -ONES, MIXED)
    assert len(nodes(program, "fork")) == 2


def test_a_call_whose_results_do_not_fit_together_is_explored_with_its_caller() -> None:
    class Maybe(tb.Module):
        def forward(self, x: Array) -> Array | None:
            return x * 2 if x[0] > 0 else None

    class Caller(tb.Module):
        def __init__(self) -> None:
            self.maybe = Maybe()

        def forward(self, x: Array) -> Array:
            found = self.maybe(x)
            return x - 1 if found is None else found

    check(Caller(), ONES, -ONES)


def test_scripts_programs_and_custom_operators_keep_their_branches() -> None:
    scripted, inner = tb.script(part), explored(part, ONES)

    @tb.custom_operator("com.acme.gate")
    def gate(x: Array) -> Array:
        return x * 3 if x.sum() > 0 else x

    def f(x: Array) -> Array:
        y = gate(inner(scripted(x)))
        if y[0] > 0.5:
            y = scripted(-inner(y))
        return y

    check(f, ONES, -ONES, MIXED)


def test_an_explored_program_keeps_its_branches_in_a_plain_trace() -> None:
    inner = explored(part, ONES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace(lambda x: inner(x) + 1, ONES)
    agrees(lambda x: part(x) + 1, program, ONES, -ONES)


# --- what cannot be explored ----------------------------------------------------


def explored_error(function: Callable[..., Any], *args: Any, **options: Any) -> str:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(function, *args, branches="explore", **options)
    return str(caught.value)


def test_a_loop_that_data_drives_is_refused_with_its_line() -> None:
    def f(x: Array) -> Array:
        while x.max() > 1:
            x = x / 2
        return x

    text = explored_error(f, ONES * 8, max_paths=20)
    assert "[trace.explore]" in text
    assert "at most 20 paths" in text
    assert "test_explore.py" in text
    assert "tb.while_loop" in text


def test_too_many_branches_are_refused_with_advice() -> None:
    def f(x: Array) -> Array:
        for i in range(3):
            x = x + 1 if x[i] > 0 else x * 2
        return x

    assert "raise max_paths=" in explored_error(f, ONES, max_paths=4)
    check(f, ONES, -ONES, max_paths=8)


def test_results_that_do_not_fit_together_are_named_with_their_lines() -> None:
    text = explored_error(lambda x: x.astype(np.float32) if x.sum() > 0 else x, ONES)
    assert "[trace.branches]" in text
    assert "expected f32[x_0]" in text
    assert "got f64[x_0]" in text
    text = explored_error(lambda x: (x, x) if x.sum() > 0 else x, ONES)
    assert "expected result as in the other branch, a tuple of 2" in text


def test_a_number_of_a_path_that_no_example_runs_is_not_frozen() -> None:
    def f(x: Array, i: Array) -> Array:
        if i < 3:
            return x * int(np.take(x, i) > 0)
        return x * 2

    text = explored_error(f, ONES, np.asarray(7))
    assert "[trace.explore]" in text
    assert "is True runs on the example" in text
    assert "examples=" in text
    with pytest.warns(tb.TraceWarning, match="frozen as"):
        tb.trace(f, ONES, np.asarray(7), branches="explore", examples=[(ONES, np.asarray(1))])


def test_examples_must_be_of_the_types_of_the_first() -> None:
    with pytest.raises(tb.TraceError, match=r"trace\.input"):
        tb.trace(lambda x: x, ONES, branches="explore", examples=[np.ones((2, 2))])


def test_a_function_that_does_not_repeat_itself_is_refused() -> None:
    count = [0]

    def f(x: Array) -> Array:
        count[0] += 1
        x = x * count[0]
        return x if x.sum() > 0 else -x

    assert "does the same when it is run again" in explored_error(f, ONES)


def test_an_attribute_that_branches_leave_different_is_refused() -> None:
    class Mode(tb.Module):
        def __init__(self) -> None:
            self.mode = "none"

        def forward(self, x: Array) -> Array:
            self.mode = "up" if x.sum() > 0 else "down"
            return x * (2 if self.mode == "up" else 3)

    module = Mode()
    assert "the attribute 'mode'" in explored_error(module, ONES)


# --- evidence -------------------------------------------------------------------


def test_branches_that_no_input_reached_are_reported() -> None:
    def f(x: Array) -> Array:
        return x + 1 if x.sum() == 12345.678 else x

    with pytest.warns(tb.TraceWarning, match="no input that was tried takes this branch for True"):
        program = tb.trace(f, ONES, branches="explore")
    assert [branch.reached for branch in program.branches] == [(False,)]


def test_other_freezes_keep_their_guards() -> None:
    def f(x: Array, k: Array) -> Array:
        return x * int(k) if x.sum() > 0 else x

    with pytest.warns(tb.TraceWarning, match="the int of k"):
        program = tb.trace(f, ONES, np.asarray(2), branches="explore")
    with pytest.raises(tb.GuardError):
        program(ONES, np.asarray(3))
    np.testing.assert_array_equal(program(-ONES, np.asarray(3)), -ONES)


def test_a_size_that_is_known_late_is_not_shared_by_what_a_branch_needs() -> None:
    def masked(x: Any) -> Any:
        first = bool(x.sum() > 0)
        w = x[x > 0.5]
        z = np.broadcast_to(x[0], w.shape) if first else np.broadcast_to(x[1], w.shape) * 2
        return w.sum(), z.sum()

    program = explored(masked, ONES)
    agrees(masked, program, ONES, MIXED, -MIXED, np.array([-5.0, 1.0, 1.0]))


def test_a_number_is_true_unless_it_is_0() -> None:
    def numbers(x: Any, n: Any) -> Any:
        y = (x[0] and x[1]) or x[2]
        if n.sum() % 2:
            y = y + 1
        return y if not n[0] else -y

    n = np.array([0, 3])
    program = explored(numbers, MIXED, n)
    nan = np.array([np.nan, 0.0, -0.0])
    agrees(numbers, program, (MIXED, n), (MIXED * 0, n), (nan, n + 1), (np.array([1.0, 0.0, 3.0]), n * 2))


# --- runs that begin alike ---------------------------------------------------------


@pytest.mark.parametrize("examples", [[], [(-np.ones(3),), (np.arange(3.0) - 1,)]])
def test_what_an_earlier_run_found_is_not_evaluated_again(
    monkeypatch: pytest.MonkeyPatch, examples: list[Any]
) -> None:
    names: list[str] = []
    evaluate = operators.__dict__["evaluate"]

    def noted(name: str, *rest: Any) -> Any:
        names.append(name)
        return evaluate(name, *rest)

    def chained(x: Any) -> Any:
        y = np.sinh(x)
        if y[0] > 0:
            y = np.cosh(y)
        if y[1] > 0:
            y = np.tanh(y)
        return y

    monkeypatch.setattr(operators, "evaluate", noted)
    tb.trace(chained, np.ones(3), branches="explore", examples=examples)
    assert names.count("sinh") == 1 + len(examples)  # once for each example
    assert names.count("cosh") <= 1 + len(examples)
