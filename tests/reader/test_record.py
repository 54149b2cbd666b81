"""Recording every value of a call, and measuring where its time goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.reader.limits import Limits
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.ir import Value

from .build import f32, function, loop, program


def double(f: FunctionBuilder) -> Value:
    (x,) = f.params
    return f.op("add", x, x)[0]


def with_calls(f: FunctionBuilder) -> Iterable[Value]:
    """Three calls of one function, the last two in a loop."""
    x, n = f.params
    first = f.call("net.double", x)[0]
    return loop(f, n, [first], lambda i, y: f.call("net.double", y))


def calls() -> Runnable:
    def functions(builder: ProgramBuilder) -> None:
        function(builder, "net.double", {"x": "f32[2]"}, lambda f: [double(f)])

    return Runnable(program({"x": "f32[2]", "n": "int"}, with_calls, functions=functions), {})


def test_values_come_in_order_of_execution_with_unique_names() -> None:
    session = calls().new_session()
    with session.trace_values() as values:
        result = session(np.ones(2, np.float32), 2)
    np.testing.assert_array_equal(result, [8, 8])
    assert len(set(values.names)) == len(values)
    sums = [value for value in values if value.what == "add"]
    assert [value.value.tolist() for value in sums] == [[2, 2], [4, 4], [8, 8]]
    assert [value.name.partition("/")[2].rpartition("/")[0] for value in sums] == [
        "net.double",
        "net.double[0]",
        "net.double[1]",
    ]
    assert {value.function for value in sums} == {"net.double"}
    assert [value.name for value in values][:2] == ["forward/x", "forward/n"]
    turns = [value.turns for value in values if value.what == "call net.double"]
    assert turns == [(), (0,), (1,)] == [value.turns for value in sums]


def test_a_value_names_the_values_that_it_was_made_from() -> None:
    session = calls().new_session()
    with session.trace_values() as values:
        session(np.ones(2, np.float32), 1)
    last = values[len(values) - 1]
    assert last.what == "loop"
    chain = []
    while last.operands:
        place = last.operands[0]
        assert place is not None
        last = values[place]
        chain.append(last.what)
    assert chain == ["call net.double", "add", "call net.double", "add", "argument"]


def test_a_second_call_in_one_recording_has_names_of_its_own() -> None:
    session = calls().new_session()
    with session.trace_values() as values:
        session(np.ones(2, np.float32), 0)
        session(np.zeros(2, np.float32), 0)
    assert "forward/x" in values and "forward#2/x" in values
    assert values["forward#2/x"].value.tolist() == [0, 0]
    assert "nothing" not in values


def test_values_are_as_they_were_though_memory_is_used_again() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (x,) = f.params
        y = f.op("exp", x)[0]
        z = f.op("negative", y)[0]
        return f.op("add", z, z)

    session = Runnable(program({"x": "f32[4]"}, make), {}).new_session()
    x = f32(4)
    with session.trace_values() as values:
        session(x)
    found = {value.what: value.value for value in values}
    np.testing.assert_allclose(found["exp"], np.exp(x), rtol=1e-6)
    np.testing.assert_array_equal(found["negative"], -found["exp"])
    np.testing.assert_array_equal(found["add"], -2 * found["exp"])


class Counter(tb.Module):
    def __init__(self) -> None:
        self.h = tb.field(np.zeros(2, np.float32))

    def forward(self, x: Any) -> Any:
        self.h = self.h + x
        return tb.cond(x.sum() > 0, lambda: [self.h, x], lambda: [-x, x])


def test_fields_branches_and_source_lines_are_said(tmp_path: Path) -> None:
    tb.save(tb.trace(Counter(), np.ones(2, np.float32)), tmp_path / "counter.tbox")
    session = tb.load(tmp_path / "counter.tbox").new_session()
    with session.trace_values() as values:
        session(np.full(2, -1, np.float32))
    written = values["forward/self.h"]
    assert written.what == "set h" and written.value.tolist() == [-1, -1]
    assert written.line == "self.h = self.h + x"
    assert written.span is not None and written.span.file.endswith("test_record.py")
    negated = next(value for value in values if value.what == "negative")
    assert negated.branches == ("else",)
    assert session.state["h"].tolist() == [-1, -1]


def test_a_session_runs_as_before_when_the_block_ends() -> None:
    session = calls().new_session()
    x = np.ones(2, np.float32)
    held = session.entry("forward")
    with session.trace_values() as values, pytest.raises(tb.ArgumentError):
        held("no array", 1)
    with session.trace_values() as values:
        held(x, 1)
    count = len(values)
    assert count
    session(x, 1)
    assert len(values) == count


def test_limits_hold_while_values_are_recorded() -> None:
    def functions(builder: ProgramBuilder) -> None:
        function(builder, "net.double", {"x": "f32[2]"}, lambda f: [double(f)])

    made = program({"x": "f32[2]", "n": "int"}, with_calls, functions=functions)
    session = Runnable(made, {}, limits=Limits(steps=20)).new_session()
    with session.trace_values() as values, pytest.raises(tb.LimitError):
        session(np.ones(2, np.float32), 1000)
    assert 1 < sum(value.what == "add" for value in values) < 20


def test_nested_watches_end_one_by_one() -> None:
    session = calls().new_session()
    x = np.ones(2, np.float32)
    with session.profile() as profile:
        with session.trace_values() as values:
            session(x, 1)
        session(x, 1)
    session(x, 1)
    adds = [row for row in profile.nodes() if row.what == "add"]
    assert adds[0].calls == 4 and sum(value.what == "add" for value in values) == 2


# --- profiles -------------------------------------------------------------------


def profiled(trips: int) -> Any:
    session = calls().new_session()
    with session.profile() as profile:
        session(np.ones(2, np.float32), trips)
    return profile


def test_a_profile_counts_calls_times_and_bytes() -> None:
    profile = profiled(5)
    rows = {(row.what, row.function): row for row in profile.nodes()}
    add, whole = rows["add", "net.double"], rows["loop", "forward"]
    assert add.calls == 6 and add.bytes == 6 * 8 and add.types == "f32[2]"
    assert 0 < add.least <= add.self / 6 and whole.least == whole.self
    assert whole.calls == 1 and whole.total >= whole.self > 0
    assert sum(row.calls for row in profile.nodes() if row.what == "call net.double") == 6
    assert sum(row.self for row in profile.modules()) == pytest.approx(profile.seconds)
    assert sum(row.share for row in profile.modules()) == pytest.approx(1)


def test_calls_count_for_the_module_whose_method_it_is() -> None:
    class Inner(tb.Module):
        def forward(self, x: Any) -> Any:
            return x * 2

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.inner = Inner()

        def forward(self, x: Any) -> Any:
            return self.inner(self.inner(x)) + 1

    session = tb.trace(Outer(), np.ones(3)).new_session()
    with session.profile() as profile:
        session(np.ones(3))
    rows = {row.module: row for row in profile.modules()}
    assert rows["inner"].calls == 2 and rows[""].calls == 1
    assert rows[""].total >= rows["inner"].total
    assert rows[""].total == pytest.approx(profile.seconds)


def test_slices_of_a_trace_file_lie_inside_one_another(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    profiled(3).save_trace(str(path))
    events = json.loads(path.read_text())["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    names = [event["name"] for event in slices]
    assert names[0] == "forward" and names.count("add") == 4 and "turn 2" in names
    open_: list[Any] = []
    for event in slices:
        while open_ and open_[-1]["ts"] + open_[-1]["dur"] <= event["ts"] + 1e-6:
            open_.pop()
        if open_:
            assert event["ts"] + event["dur"] <= open_[-1]["ts"] + open_[-1]["dur"] + 1e-6
        open_.append(event)
    tracks = [event for event in events if event["name"] == "thread_name"]
    assert {event["tid"] for event in slices} == {event["tid"] for event in tracks}


def test_a_profile_without_events_has_the_same_rows() -> None:
    session = calls().new_session()
    with session.profile(events=False) as profile:
        session(np.ones(2, np.float32), 2)
    assert not profile.events
    assert {row.what for row in profile.nodes()} == {"add", "loop", "call net.double"}


def test_a_traced_program_knows_its_source_lines_in_memory() -> None:
    def f(x: Any) -> Any:
        return x.reshape(3, -1)  # not of any size

    program = tb.trace(f, np.ones(6), inputs="x: f64[n]")
    assert "return x.reshape(3, -1)  # not of any size" in program.graph
    session = program.new_session()
    with session.trace_values() as values:
        session(np.ones(6))
    assert "x.reshape(3, -1)" in values[len(values) - 1].line
    with pytest.raises(tb.TraceboxError) as caught:
        program(np.ones(7))
    assert "return x.reshape(3, -1)" in str(caught.value) + "".join(caught.value.__notes__)
