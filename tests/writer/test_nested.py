"""What stays one node inside a trace: traced programs, custom operators; several entry points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
SCALE = np.full(3, 2.0)


@tb.custom_operator("com.acme.soft_threshold")
def soft_threshold(x: Array, bound: Array) -> Array:
    """Shrink towards zero."""
    return np.sign(x) * np.maximum(np.abs(x) - bound, 0)


@tb.custom_operator("com.acme.scaled")
def scaled(x: Array) -> tuple[Array, Array]:
    return x * SCALE, x.sum()


def inner(x: Array) -> Array:
    """Doubles."""
    return x * SCALE


def test_a_custom_operator_is_one_node_with_a_body() -> None:
    program = tb.trace(lambda x: soft_threshold(x, np.float64(0.5)) + 1, np.array([-2.0, 0.1, 3.0]))
    assert program.graph.count("com.acme.soft_threshold") == 1
    assert [body.op for body in program.program.bodies] == ["com.acme.soft_threshold"]
    x = np.array([-5.0, 5.0])
    np.testing.assert_array_equal(program(x), soft_threshold(x, 0.5) + 1)


def test_custom_operators_take_captured_arrays_as_operands() -> None:
    program = tb.trace(scaled, np.ones(3))
    total, count = program(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(total, [2, 4, 6])
    assert count == 6


def test_an_archive_with_custom_operators_says_so(tmp_path: Any) -> None:
    program = tb.trace(scaled, np.ones(3))
    tb.save(program, tmp_path / "m.tbox")
    loaded = tb.load(tmp_path / "m.tbox")
    assert loaded.manifest.features == ("custom-operators",)
    np.testing.assert_array_equal(loaded(np.ones(3))[0], SCALE)


def test_equal_bodies_are_stored_once() -> None:
    program = tb.trace(lambda x: soft_threshold(soft_threshold(x, 1.0), 2.0), np.ones(3))
    assert len(program.program.bodies) == 1
    assert program.graph.count("com.acme.soft_threshold") == 2


@pytest.mark.parametrize("name", ["add", "smooth", "com.acme.", "com.acme.1x", "int.x"])
def test_a_custom_operator_needs_a_dotted_name(name: str) -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.custom_operator(name)
    assert caught.value.code == "trace.custom"


def test_modules_and_fields_do_not_go_into_custom_operators() -> None:
    class Counter(tb.Module):
        def __init__(self) -> None:
            self.n = tb.field(np.zeros(2))

        def forward(self, x: Array) -> Array:
            @tb.custom_operator("com.acme.counting")
            def count(y: Array) -> Array:
                self.n = self.n + y
                return y

            return count(x)

    with pytest.raises(tb.TraceError) as caught:
        tb.trace(Counter(), np.ones(2))
    assert caught.value.code == "trace.custom"


def test_a_traced_program_in_a_trace_stays_a_call() -> None:
    double = tb.trace(inner, np.ones(3))

    def outer(x: Array) -> Array:
        return double(x) + double(x + 1)

    program = tb.trace(outer, np.ones(3))
    assert program.graph.count("call self.inner.inner") == 2
    assert len(program.program.classes) == 2 and len(program.tensors) == 1
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(program(x), outer(x))


def test_a_traced_module_in_a_trace_stays_a_call_with_its_state() -> None:
    class Sum(tb.Module):
        def __init__(self) -> None:
            self.total = tb.field(np.zeros(2))

        def forward(self, x: Array) -> Array:
            self.total = self.total + x
            return self.total

    running = tb.trace(Sum(), np.ones(2))
    program = tb.trace(lambda x: running(x) * 10, np.ones(2))
    session = program.new_session()
    assert session(np.ones(2)).tolist() == [10, 10]
    assert session(np.ones(2)).tolist() == [20, 20]


def test_several_methods_become_entry_points_of_one_program(tmp_path: Any) -> None:
    class Coder(tb.Module):
        def __init__(self) -> None:
            self.key = np.array([3.0, 5.0])
            self.calls = tb.field(np.int64(0))

        def forward(self, x: Array) -> Array:
            return self.decode(self.encode(x))

        @tb.export
        def encode(self, x: Array) -> Array:
            self.calls += 1
            return x * self.key

        @tb.export
        def decode(self, x: Array, offset: float = 0.0) -> Array:
            return x / self.key + offset

    coder = Coder()
    x = np.array([[1.0, 2.0]])
    program = tb.trace_methods(coder, forward=x, encode=(x,), decode={"x": x, "offset": 0.0})
    assert [entry.name for entry in program.entry_points] == ["forward", "encode", "decode"]
    tb.save(program, tmp_path / "coder.tbox")
    loaded = tb.load(tmp_path / "coder.tbox")
    session = loaded.new_session()
    np.testing.assert_allclose(session.encode(x), [[3, 10]])
    np.testing.assert_allclose(session.decode(x), x / coder.key)
    np.testing.assert_allclose(session(x), x)
    assert session.state["calls"] == 2


def test_a_trace_inside_a_trace_is_refused() -> None:
    with pytest.raises(tb.TraceError, match="call the function itself"):
        tb.trace(lambda x: tb.trace(inner, x)(x), np.ones(3))
