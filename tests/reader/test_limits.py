"""Limits of execution. SPEC 13.3."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tracebox.reader.limits import CancelToken, Limits
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import LimitError
from tracebox.schema.ir import DTypeAttr, Program, Value

from .build import f32, function, loop, program


def code_of(made: Program, limits: Limits, *args: object) -> str:
    with pytest.raises(LimitError) as caught:
        Runnable(made, {}, limits=limits)(*args)
    return caught.value.code


def endless() -> Program:
    return program({"n": "int"}, lambda f: loop(f, None, list(f.params), lambda i, n: [n]))


def test_an_endless_loop_ends_at_the_limit_of_steps() -> None:
    assert code_of(endless(), Limits(steps=10_000), 1) == "run.steps"


def test_an_endless_loop_is_cancelled_from_another_thread() -> None:
    token = CancelToken()
    timer = threading.Timer(0.05, token.cancel)
    timer.start()
    assert code_of(endless(), Limits(cancel=token), 1) == "run.cancelled"
    timer.join()
    assert code_of(endless(), Limits(cancel=token, steps=10**6), 1) == "run.cancelled"
    token.reset()
    assert code_of(endless(), Limits(cancel=token, steps=1000), 1) == "run.steps"


def test_a_result_too_large_is_refused_before_it_is_made() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        size = f.bind(f.params[0])
        (zero,) = f.op("from_scalar", f.const(0.0), dtype=DTypeAttr("f64"))
        return f.op("full", zero, shape=(size, 1 << 20))

    made = program({"n": "int"}, make)
    assert code_of(made, Limits(bytes=1 << 20), 1 << 30) == "run.bytes"
    assert Runnable(made, {}, limits=Limits(bytes=1 << 24))(1).shape == (1, 1 << 20)


def test_what_is_freed_does_not_count() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return loop(f, f.params[1], [f.params[0]], lambda i, x: f.op("exp", *f.op("negative", x)))

    made = program({"x": "f32[1000]", "n": "int"}, make)
    run = Runnable(made, {}, limits=Limits(bytes=20_000))
    assert run(f32(1000), 100).shape == (1000,)


def test_a_list_that_grows_for_ever_meets_the_limit_of_bytes() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return loop(f, None, list(f.params), lambda i, items: f.op("list.append", items, i))

    assert code_of(program({"x": "list[int]"}, make), Limits(bytes=100_000), []) == "run.bytes"


def test_a_text_that_doubles_meets_the_limit_of_bytes() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return loop(f, None, list(f.params), lambda i, text: f.op("str.concat", text, text))

    assert code_of(program({"x": "str"}, make), Limits(bytes=100_000), "ab") == "run.bytes"


def test_calls_inside_calls_meet_the_limit_of_nesting() -> None:
    def declare(builder: ProgramBuilder) -> None:
        function(builder, "net.f0", {"n": "int"}, lambda f: [f.params[0]])
        for k in range(1, 20):
            function(builder, f"net.f{k}", {"n": "int"}, lambda f, k=k: f.call(f"net.f{k - 1}", f.params[0]))  # type: ignore[misc]

    made = program({"n": "int"}, lambda f: f.call("net.f19", f.params[0]), functions=declare)
    assert code_of(made, Limits(nesting=20), 1) == "run.nesting"
    assert Runnable(made, {}, limits=Limits(nesting=21))(1) == 1


def test_each_call_has_the_whole_limit() -> None:
    run = Runnable(program({"x": "f32[2]"}, lambda f: f.op("exp", *f.params)), {}, limits=Limits(steps=3))
    for _ in range(5):
        np.testing.assert_array_equal(run(f32(2)), np.exp(f32(2)))


def test_limits_say_where() -> None:
    with pytest.raises(LimitError, match=r"^forward: .*\[run.steps\].*at most 5"):
        Runnable(endless(), {}, limits=Limits(steps=5))(1)


def test_calls_that_python_s_stack_does_not_hold_are_refused_by_name() -> None:
    def declare(builder: ProgramBuilder) -> None:
        function(builder, "net.f0", {"n": "int"}, lambda f: [f.params[0]])
        for k in range(1, 3000):
            function(builder, f"net.f{k}", {"n": "int"}, lambda f, k=k: f.call(f"net.f{k - 1}", f.params[0]))  # type: ignore[misc]

    run = Runnable(program({"n": "int"}, lambda f: f.call("net.f2999", f.params[0]), functions=declare), {})
    for _ in range(3):
        with pytest.raises(LimitError, match=r"\[run.nesting\]"):
            run(1)


@pytest.mark.parametrize("bound", [-1, True, 1.5])
def test_a_bound_is_a_natural_number(bound: Any) -> None:
    for name in ("steps", "bytes", "nesting"):
        with pytest.raises(ValueError, match=f"{name} is None or an int of at least 0"):
            Limits(**{name: bound})
