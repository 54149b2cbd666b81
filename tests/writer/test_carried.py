"""`tb.save(session, ...)`: archives that begin with a session's state."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.reader.build import assert_same, f32, program
from tracebox.archive.cli import main
from tracebox.reader.program import Runnable
from tracebox.reader.vectors import run_vectors
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.ir import Initial, TensorConst, TensorRef, Value
from tracebox.schema.verify import check_program
from tracebox.writer.carried import carried

Array = Any


class Net(tb.Module):
    def __init__(self) -> None:
        self.w = np.eye(3, dtype=np.float32) / 2
        self.h = tb.field(np.zeros((2, 3), np.float32))
        self.seen = tb.field(np.zeros((0, 3), np.float32), shape=(None, 3))
        self.calls = tb.field(0)

    def forward(self, x: Array) -> Array:
        self.h = np.tanh(x @ self.w + self.h)
        self.calls = self.calls + 1
        self.seen = np.concatenate([self.seen, x])
        return self.h + self.seen.sum()


X = np.ones((2, 3), np.float32)


def advanced(program: Any, calls: int = 3) -> Any:
    session = program.new_session()
    for _ in range(calls):
        session(X)
    return session


def test_an_archive_goes_on_where_the_session_is() -> None:
    traced = tb.trace(Net(), X)
    loaded = tb.load(tb.save(traced, None))
    programs: list[Any] = [traced, loaded]
    for one in programs:
        session = advanced(one)
        data = tb.save(session, None)
        with tb.load(data, verify="full") as again:
            later = again.new_session()
            assert_same(later.state, dict(session.state))
            assert_same(later(X), session(X))
            later.reset()
            assert int(later.state["calls"]) == 3
        assert run_vectors(data) == (1, [])
    assert tb.save(advanced(traced), None) == tb.save(advanced(loaded), None)
    assert int(tb.load(tb.save(loaded, None)).new_session().state["calls"]) == 0


def test_a_saved_session_can_be_loaded_and_saved_again() -> None:
    data = tb.save(tb.trace(Net(), X), None)
    for turn in range(1, 4):
        with tb.load(data) as program:
            session = program.new_session()
            session(X)
            data = tb.save(session.fork(), None, name=f"turn {turn}", compress=turn == 2)
            assert int(session.state["calls"]) == turn
    with tb.load(data) as program:
        assert program.new_session().state["seen"].shape == (6, 3)
        assert program.manifest.metadata["name"] == "turn 3"
        assert {t.name for t in program.manifest.tensors} == {"w", "h", "seen", "calls"}


def test_sources_and_vectors_are_kept_or_left_out() -> None:
    loaded = tb.load(tb.save(tb.trace(Net(), X), None))
    with tb.load(tb.save(advanced(loaded), None)) as program:
        names = program._archive.names
        assert "debug/spans.msgpack" in names and "tests/vectors.msgpack" in names
    with tb.load(tb.save(advanced(loaded), None, vectors=0, debug=False)) as program:
        assert not [name for name in program._archive.names if name.startswith(("debug/", "tests/"))]


def test_inspect_shows_what_the_state_begins_as(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "later.tbox")
    tb.save(advanced(tb.trace(Net(), X)), path)
    assert main(["inspect", path]) == 0
    assert "  seen   f32[?,3]  begins as f32[6,3]\n" in capsys.readouterr().out


def test_fields_of_every_type_are_carried() -> None:
    types = {
        "n": ("int", 1),
        "text": ("str", "a"),
        "maybe": ("optional[f32[?]]", None),
        "pair": ("tuple[int, f32[2]]", Initial("tuple", (1, TensorRef("zero")))),
        "items": ("list[f32[?]]", Initial("list", (TensorRef("zero"), TensorRef("zero")))),
        "table": ("dict[str, f32[?]]", Initial("dict", ("k", TensorConst("f32", (1,), b"\0\0\0\0")))),
        "half": ("bf16[2]", TensorRef("half")),
        "open": ("f32[...]", TensorRef("zero")),
    }

    def make(f: FunctionBuilder) -> Iterable[Value]:
        f.set("n", f.params[0])
        return [f.get(name) for name in types]

    fields: Any = types
    made = program({"n": "int"}, make, fields=fields)
    tensors = {"zero": np.zeros(2, np.float32), "half": np.zeros(2, np.uint16)}
    session = Runnable(made, tensors).new_session()
    session.state = {
        "n": 5,
        "text": "è",
        "maybe": f32(3),
        "pair": (2, f32(2)),
        "items": [f32(1), f32(4)],
        "table": {"x": f32(1), "y": f32(2)},
        "half": np.array([1, 2], np.uint16),
        "open": f32(2, 2),
    }
    new, found = carried(session)
    check_program(new)
    arrays = {name: array for name, (_, array) in found.items()}
    assert found["half"][0] == "bf16"
    again = Runnable(new, arrays).new_session()
    assert_same(dict(again.state), dict(session.state))
    assert_same(again(9), session(9))


def test_names_of_parameters_are_not_taken() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (total,) = f.op("add", f.param("total"), f.get("h"))
        f.set("h", total)
        return [total]

    made = program({}, make, tensors={"total": "f32[2]"}, fields={"h": ("f32[2]", TensorRef("total"))})
    session = Runnable(made, {"total": f32(2)}).new_session()
    session()
    new, found = carried(session)
    assert list(found) == ["h"] and new.root.params == ("total",)
    assert_same(Runnable(new, {"total": f32(2), "h": found["h"][1]})(), session())


def test_only_programs_and_their_sessions_are_saved() -> None:
    session = Runnable(program({"n": "int"}, lambda f: [f.params[0]]), {}).new_session()
    things: list[Any] = [session, 3]
    for thing in things:
        with pytest.raises(TypeError, match="save takes what trace or load gave"):
            tb.save(thing, None)


def test_the_state_is_a_copy_that_is_not_changed() -> None:
    session = advanced(tb.trace(Net(), X))
    state = session.state
    for name in ("__setitem__", "__delitem__", "__ior__", "update", "pop", "popitem", "clear", "setdefault"):
        with pytest.raises(TypeError, match=r"session\.state is a copy"):
            getattr(state, name)("calls", 1)
    session.state = {**state, "calls": np.asarray(9)}
    assert int(session.state["calls"]) == 9 and int(state["calls"]) == 3
    import copy
    import pickle

    assert_same(pickle.loads(pickle.dumps(state)), dict(state))
    assert type(copy.deepcopy(state)) is dict


def test_a_size_of_state_that_is_broadcast_is_reported() -> None:
    class Wide(tb.Module):
        def __init__(self) -> None:
            self.h = tb.field(np.zeros((1, 3), np.float32), shape=(None, 3))

        def forward(self, x: Array) -> Array:
            self.h = self.h + x
            return x

    with pytest.warns(tb.TraceWarning, match="axis 0 of h, which depends on data or state, is frozen as 1"):
        tb.trace(Wide(), X)
    with pytest.raises(tb.TraceError, match=r"trace\.strict"):
        tb.trace(Wide(), X, strict=True)
