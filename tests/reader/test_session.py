"""State between calls. SPEC 10.5."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import ArgumentError, ProgramError, StateError
from tracebox.schema.ir import Initial, Instance, TensorRef, Value
from tracebox.schema.types_text import parse_type

from .build import assert_same, f32, method, program


def accumulator() -> Runnable:
    """``total += x; return total``, with ``peek`` and a ``divide`` that writes before it fails."""
    builder = ProgramBuilder()
    cls = builder.module_class(
        "net.Sum", fields=[("total", parse_type("f32[2]")), ("calls", parse_type("int"))]
    )

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        (total,) = f.op("add", f.get("total"), f.params[0])
        f.set("total", total)
        f.set("calls", *f.op("int.add", f.get("calls"), f.const(1)))
        return [total]

    def divide(f: FunctionBuilder) -> Iterable[Value]:
        f.set("calls", f.params[0])
        return f.op("int.floor_divide", f.get("calls"), f.const(0))

    method(cls, "forward", {"x": "f32[2]"}, forward)
    method(cls, "peek", {}, lambda f: [f.get("total")])
    method(cls, "divide", {"n": "int"}, divide)
    cls.finish()
    builder.instance(Instance("net.Sum", (), (TensorRef("zeros"), 0), ()))
    return Runnable(builder.finish(["forward", "peek", "divide"]), {"zeros": np.zeros(2, np.float32)})


def test_a_session_keeps_its_state_and_the_program_has_none() -> None:
    run = accumulator()
    session = run.new_session()
    for n in (1, 2, 3):
        assert_same(session(f32(2)), n * f32(2))
        assert_same(run(f32(2)), f32(2))
    assert_same(session.peek(), 3 * f32(2))
    assert_same(session.state, {"total": 3 * f32(2), "calls": 3})


def test_reset_fork_and_load_state() -> None:
    session = accumulator().new_session()
    session(f32(2))
    other = session.fork()
    other(f32(2))
    assert (session.state["calls"], other.state["calls"]) == (1, 2)
    saved = other.state
    other.reset()
    assert_same(other.state, {"total": np.zeros(2, np.float32), "calls": 0})
    other.load_state(saved)
    assert_same(other(f32(2)), 3 * f32(2))


def test_a_call_that_fails_leaves_the_state_as_it_was() -> None:
    session = accumulator().new_session()
    session(f32(2))
    for _ in range(3):
        with pytest.raises(ProgramError):
            session.divide(9)
        assert session.state["calls"] == 1


def test_callers_cannot_reach_the_state_through_arrays() -> None:
    session = accumulator().new_session()
    result = session(f32(2, start=1))
    result[:] = 7
    session.peek()[:] = 7
    session.state["total"][:] = 7
    assert_same(session.peek(), f32(2, start=1))


def test_callers_cannot_reach_the_state_through_an_argument() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (tail,) = f.op("slice", f.params[0], starts=(1,), stops=(3,), steps=(1,))
        last = f.get("tail")
        f.set("tail", tail)
        f.set("whole", f.params[0])
        f.set("items", *f.op("list.new", f.params[0], item=parse_type("f32[3]")))
        return [last, f.get("whole")]

    fields: dict[str, Any] = {
        "tail": ("f32[2]", TensorRef("t")),
        "whole": ("f32[?]", TensorRef("t")),
        "items": ("list[f32[3]]", Initial("list", ())),
    }
    made = program({"x": "f32[3]"}, make, fields=fields)
    session = Runnable(made, {"t": np.zeros(2, np.float32)}).new_session()
    chunk = f32(3)
    for _ in range(3):
        chunk[:] = f32(3)
        session(chunk)
        chunk[:] = 9
        state = session.state
        assert_same([state["tail"], state["whole"], state["items"]], [f32(2, start=1), f32(3), [f32(3)]])


def test_a_state_of_other_fields_or_types_is_refused_whole() -> None:
    session = accumulator().new_session()
    state = session.state
    for wrong, code in (
        ({"total": state["total"]}, "state.path"),
        ({**state, "more": 1}, "state.path"),
        ({**state, "calls": 1.5}, "state.type"),
        ({**state, "total": f32(3)}, "state.type"),
        ({"total": f32(2), "calls": "x"}, "state.type"),
    ):
        with pytest.raises(StateError) as caught:
            session.load_state(wrong)
        assert caught.value.code == code
        assert_same(session.state, state)


def test_a_session_runs_one_call_at_a_time() -> None:
    builder = ProgramBuilder()
    f = builder.function("com.acme.back", [("x", parse_type("int"))])
    body = builder.body("com.acme.back", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.back"]
    cls = builder.module_class("net.Net", fields=[("n", parse_type("int"))])
    method(cls, "forward", {"x": "int"}, lambda f: f.op("com.acme.back", f.params[0], body=body))
    cls.finish()
    builder.instance(Instance("net.Net", (), (0,), ()))

    def back(x: int) -> int:
        result: int = session(x)
        return result

    run = Runnable(builder.finish(["forward"]), {}, operators={"com.acme.back": back})
    session = run.new_session()
    with pytest.raises(StateError) as caught:
        session(1)
    assert caught.value.code == "state.busy"


def test_fields_of_modules_inside_have_paths_and_shared_modules_one_state() -> None:
    builder = ProgramBuilder()
    cell = builder.module_class("net.Cell", fields=[("h", parse_type("int"))])

    def step(f: FunctionBuilder) -> Iterable[Value]:
        (h,) = f.op("int.add", f.get("h"), f.params[0])
        f.set("h", h)
        return [h]

    method(cell, "forward", {"x": "int"}, step)
    cell.finish()
    net = builder.module_class(
        "net.Net", submodules=[("a", "net.Cell"), ("b", "net.Cell"), ("c", "net.Cell")]
    )

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        found = [f.call(f"self.{name}.forward", f.params[0])[0] for name in "abc"]
        return [*found, f.get("c.h")]

    method(net, "forward", {"x": "int"}, forward)
    net.finish()
    builder.instance(Instance("net.Cell", (), (0,), ()))
    builder.instance(Instance("net.Cell", (), (10,), ()))
    builder.instance(Instance("net.Net", (), (), (0, 1, 0)))
    session = Runnable(builder.finish(["forward"]), {}).new_session()
    assert session(1) == (1, 11, 2, 2)
    assert session.state == {"a.h": 2, "b.h": 11}


def test_a_field_whose_shape_changes_grows() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (longer,) = f.op("concat", f.get("seen"), f.params[0], axis=0)
        f.set("seen", longer)
        return [longer]

    made = program({"x": "f32[2]"}, make, fields={"seen": ("f32[?]", TensorRef("none"))})
    session = Runnable(made, {"none": np.zeros(0, np.float32)}).new_session()
    for n in (1, 2, 3):
        assert session(f32(2)).shape == (2 * n,)


def test_unknown_entry_points_are_attribute_errors() -> None:
    run = accumulator()
    for thing in (run, run.new_session()):
        with pytest.raises(AttributeError, match="forward, peek, divide"):
            thing.nothing()
    assert run.entry_points == ("forward", "peek", "divide")


def test_results_share_memory_with_nothing() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x = f.params[0]
        (y,) = f.op("add", x, x)
        (flat,) = f.op("reshape", y, shape=(4,))
        (turned,) = f.op("permute_dims", x, axes=(1, 0))
        (items,) = f.op("list.new", y, x, item=x.type)
        return [y, flat, turned, x, items]

    run = Runnable(program({"x": "f32[2,2]"}, make), {})
    session = run.new_session()
    for call in (run, run, run, session, session):
        x = f32(2, 2)
        y, flat, turned, same, items = call(x)
        arrays = [x, y, flat, turned, same, *items]
        for array in arrays:
            assert not any(np.shares_memory(array, other) for other in arrays if other is not array)
            array[...] = 7
        assert_same(call(f32(2, 2))[2], f32(2, 2).T)


def test_entry_points_called_like_our_own_names_are_reached_by_name() -> None:
    builder = ProgramBuilder()
    cls = builder.module_class("net.Net", fields=[("n", parse_type("int"))])
    for name in ("reset", "new_session"):

        def make(f: FunctionBuilder) -> Iterable[Value]:
            f.set("n", f.params[0])
            return [f.get("n")]

        method(cls, name, {"n": "int"}, make)
    cls.finish()
    builder.instance(Instance("net.Net", (), (0,), ()))
    run = Runnable(builder.finish(["reset", "new_session"]), {})
    session = run.new_session()
    assert (session.entry("reset")(4), session.state) == (4, {"n": 4})
    session.reset()
    assert session.state == {"n": 0}
    assert run.entry("new_session")(5) == 5
    for thing in (run, session):
        with pytest.raises(ArgumentError, match=r"\[bind.entry\]"):
            thing.entry("forward")


def test_a_session_in_two_threads_is_refused_by_name_and_goes_on_afterwards() -> None:
    builder = ProgramBuilder()
    f = builder.function("com.acme.stop", [("x", parse_type("int"))])
    body = builder.body("com.acme.stop", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.stop"]
    cls = builder.module_class("net.Net", fields=[("n", parse_type("int"))])

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        f.set("n", *f.op("int.add", f.get("n"), *f.op("com.acme.stop", f.params[0], body=body)))
        return [f.get("n")]

    method(cls, "forward", {"x": "int"}, forward)
    cls.finish()
    builder.instance(Instance("net.Net", (), (0,), ()))
    inside, go = threading.Event(), threading.Event()

    def stop(x: int) -> int:
        inside.set()
        assert go.wait(60)
        return x

    session = Runnable(builder.finish(["forward"]), {}, operators={"com.acme.stop": stop}).new_session()
    got: list[int] = []
    other = threading.Thread(target=lambda: got.append(session(4)))
    other.start()
    assert inside.wait(60) and session.busy
    for use in (lambda: session(1), session.reset, lambda: session.load_state({"n": 9})):
        with pytest.raises(StateError, match=r"\[state.busy\].*new_session\(\) or fork\(\)"):
            use()
    assert session.state == {"n": 0} == session.fork().state  # as it was before the call
    go.set()
    other.join()
    assert (got, session.state, session.busy) == ([4], {"n": 4}, False)
    assert session(1) == 5
