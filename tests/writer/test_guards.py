"""What a trace freezes: each leaves a guard that fails loudly, and a warning that says where."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any


def f32(*values: float) -> Array:
    return np.array(values, np.float32)


def traced(fn: Callable[..., Any], *args: Any) -> tuple[tb.TracedProgram, list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        program = tb.trace(fn, *args)
    return program, [w for w in caught if w.category is tb.TraceWarning]


def guards(program: tb.TracedProgram) -> list[tuple[str, str]]:
    (cls,) = program.program.classes
    nodes = cls.methods[0].body.nodes
    return [(str(n.attrs["reason"]), str(n.attrs["message"])) for n in nodes if n.kind == "guard"]


def branch(x: Array) -> Array:
    if x.sum() > 0:
        return x * 2
    return -x


def test_a_branch_is_guarded_and_the_other_one_refused() -> None:
    program, caught = traced(branch, f32(1, 2))
    assert guards(program) == [("branch", "the trace took the branch for True here")]
    assert len(caught) == 1 and "is frozen as True" in str(caught[0].message)
    assert caught[0].filename == __file__ and caught[0].lineno == branch.__code__.co_firstlineno + 1
    np.testing.assert_array_equal(program(f32(5, 6, 7)), f32(10, 12, 14))
    with pytest.raises(tb.GuardError, match="branch for True"):
        program(f32(-1, -2))


def test_the_branch_that_was_not_taken_is_guarded_by_its_opposite() -> None:
    program, _ = traced(branch, f32(-1, -2))
    np.testing.assert_array_equal(program(f32(-3)), f32(3))
    with pytest.raises(tb.GuardError, match="branch for False"):
        program(f32(1))


def test_an_int_of_an_array_is_guarded() -> None:
    def repeat(x: Array, n: Array) -> Array:
        for _ in range(int(n)):
            x = x + 1
        return x

    program, caught = traced(repeat, f32(0), np.array(3))
    assert [reason for reason, _ in guards(program)] == ["int"] and len(caught) == 1
    np.testing.assert_array_equal(program(f32(1), np.array(3)), f32(4))
    with pytest.raises(tb.GuardError):
        program(f32(1), np.array(4))


def test_a_float_of_an_exact_operator_is_guarded() -> None:
    def scaled(x: Array) -> Array:
        return x / float(x.max())

    program, _ = traced(scaled, f32(1, 4))
    assert [reason for reason, _ in guards(program)] == ["float"]
    np.testing.assert_array_equal(program(f32(2, 4)), f32(0.5, 1))
    with pytest.raises(tb.GuardError):
        program(f32(1, 3))


def test_a_float_of_an_inexact_operator_is_refused() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(lambda x: x / float(np.exp(x).sum()), f32(1, 4))
    assert caught.value.code == "trace.float"
    assert "its last bits differ between machines" in str(caught.value)


def test_item_and_nan_are_guarded() -> None:
    program, _ = traced(lambda x, n: x * n.item(), f32(1), np.array(np.nan, np.float32))
    with pytest.raises(tb.GuardError):
        program(f32(1), np.array(1, np.float32))
    assert np.isnan(program(f32(1), np.array(np.nan, np.float32)))[0]


def test_len_and_iteration_freeze_the_length() -> None:
    def total(x: Array) -> Array:
        found = 0
        for row in x:
            found = found + row
        return found * len(x)

    program, caught = traced(total, np.ones((3, 2), np.float32))
    assert [reason for reason, _ in guards(program)] == ["length"]  # once, though it is asked for twice
    assert len(caught) == 2
    np.testing.assert_array_equal(program(np.ones((3, 5), np.float32)), np.full(5, 9, np.float32))
    with pytest.raises(tb.GuardError, match="was 3 when the program was traced"):
        program(np.ones((4, 2), np.float32))


def test_a_fixed_size_that_the_caller_names_needs_no_guard() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace(lambda x: sum(row for row in x), np.ones((3, 2), np.float32), inputs="x: f32[3,n]")
    assert guards(program) == []
    with pytest.raises(tb.ArgumentError):
        program(np.ones((4, 2), np.float32))


def test_sizes_used_as_plain_ints_are_guarded() -> None:
    def rows(x: Array) -> Array:
        return sum(x[i] for i in range(x.shape[0]))

    program, caught = traced(rows, np.ones((3, 2), np.float32))
    assert [reason for reason, _ in guards(program)] == ["length"]
    assert "was used as a plain int and is frozen as 3" in str(caught[0].message)


def test_comparisons_of_sizes_are_decided_or_guarded() -> None:
    def choose(x: Array) -> Array:
        n = x.shape[0]
        assert n >= 0 and n + 1 > n and n == x.shape[0]  # known without asking
        return x[:2] if n > 3 else x

    program, caught = traced(choose, np.arange(5.0))
    assert [reason for reason, _ in guards(program)] == ["dim"] and len(caught) == 1
    np.testing.assert_array_equal(program(np.arange(9.0)), [0, 1])
    with pytest.raises(tb.GuardError):
        program(np.arange(2.0))


def test_arithmetic_of_sizes_freezes_nothing() -> None:
    def blocks(x: Array) -> Array:
        n = x.shape[0]
        padded = np.pad(x, (0, (-n) % 4))
        scale = math.sqrt(n) + math.log(math.prod(x.shape) + 1)
        wide = np.broadcast_shapes(x.shape, (1,))
        return (
            padded.reshape(-1, 4).sum(axis=1) * n / np.sqrt(n) + n**0.5,
            np.arange(n) / scale,
            np.zeros(wide),
        )

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace(blocks, np.arange(6.0))
    for n in (1, 4, 9):
        for got, expected in zip(program(np.arange(float(n))), blocks(np.arange(float(n)))):
            assert got.dtype == expected.dtype
            np.testing.assert_allclose(got, expected)


def test_what_parameters_alone_decide_needs_no_guard() -> None:
    weight = f32(1, -2)

    def scaled(x: Array) -> Array:
        if (np.abs(weight) > 0).all() and float(np.exp(weight).sum()) > 0:
            return x * weight * int(weight[0])
        return x

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace(scaled, f32(3, 4), strict=True)
    assert guards(program) == []
    np.testing.assert_array_equal(program(f32(5, 6)), f32(5, -12))


def test_strict_makes_each_freeze_an_error() -> None:
    for fn in (branch, lambda x: x[: len(x)], lambda x: x * int(x[0]), lambda x: x * x.shape[0].__index__()):
        with pytest.raises(tb.TraceError) as caught:
            tb.trace(fn, f32(1, 2), strict=True)
        assert caught.value.code == "trace.strict"


def test_a_truth_of_many_elements_is_refused_as_numpy_does() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(lambda x: x if x > 0 else -x, f32(1, 2))
    assert caught.value.code == "trace.freeze" and "use .any(), .all() or where" in str(caught.value)


def test_everything_frozen_is_listed() -> None:
    program, _ = traced(branch, f32(1, 2))
    (found,) = program.warnings
    assert found.reason == "branch" and found.guarded
    assert found.place == f"{__file__}:{branch.__code__.co_firstlineno + 1}"


def test_arrays_that_turn_up_in_mid_trace_are_reported() -> None:
    def noisy(x: Array) -> Array:
        return x + np.frombuffer(b"\0" * 8, np.float32)

    program, caught = traced(noisy, f32(1, 2))
    assert [f.reason for f in program.warnings] == ["constant"] and not caught
    assert not program.warnings[0].guarded


def test_random_numbers_drawn_in_a_trace_are_reported() -> None:
    program, caught = traced(lambda x: x + np.random.rand(2).astype(np.float32), f32(1, 2))
    assert "np.random.rand is called once" in str(caught[0].message)
    assert np.array_equal(program(f32(0, 0)), program(f32(0, 0)))


def test_large_arrays_that_turn_up_become_parameters_with_a_warning() -> None:
    program, caught = traced(
        lambda x: x + np.ones((60, 60)).sum(axis=0, keepdims=True)[:, :1] + np.tile(np.eye(60), 1),
        np.ones(60),
    )
    assert len(program.tensors) == 1 and len(caught) == 1
    assert "is frozen" in str(caught[0].message)
