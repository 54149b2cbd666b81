"""Modules: parameters, fields, submodules, exports, and how classes are merged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(3)


def normal(*shape: int) -> Array:
    return RNG.standard_normal(shape).astype(np.float32)


class Linear(tb.Module):
    """A dense layer."""

    def __init__(self, inputs: int, outputs: int) -> None:
        self.weight = normal(outputs, inputs)
        self.bias = normal(outputs)

    def forward(self, x: Array) -> Array:
        return x @ self.weight.T + self.bias


class Residual(tb.Module):
    def __init__(self, width: int) -> None:
        self.inner = Linear(width, width)

    def forward(self, x: Array) -> Array:
        return x + np.tanh(self.inner(x))


class Tower(tb.Module):
    def __init__(self, width: int, depth: int) -> None:
        self.layers = [Residual(width) for _ in range(depth)]
        self.head = Linear(width, 2)

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class Cell(tb.Module):
    def __init__(self, width: int) -> None:
        self.recurrent = normal(width, width)
        self.h = tb.field(np.zeros((1, width), np.float32))
        self.steps = tb.field(np.int64(0))

    def forward(self, x: Array) -> Array:
        self.h = np.tanh(self.h @ self.recurrent + x)
        self.steps += 1
        return self.h * 2


class Pair(tb.Module):
    def __init__(self) -> None:
        self.first = Cell(3)
        self.second = Cell(3)

    def forward(self, x: Array) -> Array:
        return self.second(self.first(x)) + self.first.h


class Cache(tb.Module):
    """Keeps all that it has seen."""

    def __init__(self) -> None:
        self.seen = tb.field(np.zeros((0, 3), np.float32), shape=(None, 3))

    def forward(self, x: Array) -> Array:
        self.seen = np.concatenate([self.seen, x], axis=0)
        return self.seen.sum(axis=0)


def test_equal_layers_become_one_class_and_keep_their_own_parameters() -> None:
    tower = Tower(4, 12)
    program = tb.trace(tower, normal(2, 4))
    names = [cls.name.rpartition(".")[2] for cls in program.program.classes]
    assert names == ["Linear", "Residual", "Linear_1", "Tower"]
    assert len(program.program.instances) == 12 * 2 + 2
    assert "layers_11.inner.weight" in program.tensors
    x = normal(7, 4)
    np.testing.assert_allclose(program(x), tower(x), rtol=1e-5, atol=1e-6)


def test_calls_keep_the_names_of_submodules() -> None:
    graph = tb.trace(Tower(4, 2), normal(2, 4)).graph
    assert "call self.layers_0.forward" in graph and "call self.head.forward" in graph


def test_a_module_runs_without_a_trace_and_resets() -> None:
    cell = Cell(2)
    first = cell(np.ones((1, 2), np.float32))
    second = cell(np.ones((1, 2), np.float32))
    assert not np.array_equal(first, second) and cell.steps == 2
    cell.reset()
    assert np.array_equal(cell(np.ones((1, 2), np.float32)), first)


def test_state_is_carried_in_a_session_and_the_module_is_left_alone() -> None:
    pair = Pair()
    chunks = [normal(1, 3) for _ in range(4)]
    program = tb.trace(pair, chunks[0])
    assert np.array_equal(pair.first.h, np.zeros((1, 3)))
    assert {field.path: field.type for field in program.state} == {
        "first.h": "f32[1,3]",
        "first.steps": "i64[]",
        "second.h": "f32[1,3]",
        "second.steps": "i64[]",
    }
    session = program.new_session()
    for chunk in chunks:
        np.testing.assert_allclose(session(chunk), pair(chunk), rtol=1e-5, atol=1e-6)
    assert int(session.state["first.steps"]) == 4


def test_siblings_with_fields_are_merged_too() -> None:
    program = tb.trace(Pair(), normal(1, 3))
    assert [cls.name.rpartition(".")[2] for cls in program.program.classes] == ["Cell", "Pair"]


def test_fields_of_varying_size_grow() -> None:
    cache = Cache()
    program = tb.trace(cache, normal(2, 3))
    session = program.new_session()
    for rows in (2, 1, 4):
        x = normal(rows, 3)
        np.testing.assert_allclose(session(x), cache(x), rtol=1e-5, atol=1e-6)


def test_a_field_refuses_another_dtype_or_size() -> None:
    class Wrong(tb.Module):
        def __init__(self) -> None:
            self.h = tb.field(np.zeros(2, np.float32))

        def forward(self, x: Array) -> Array:
            self.h = x.astype(np.float64)
            return x

    with pytest.raises(tb.TraceError) as caught:
        tb.trace(Wrong(), normal(2))
    assert caught.value.code == "trace.field"
    assert "expected Wrong.h: f32[2]" in str(caught.value)


def test_tied_arrays_are_stored_once() -> None:
    class Tied(tb.Module):
        def __init__(self) -> None:
            self.embedding = normal(5, 3)
            self.output = self.embedding

        def forward(self, tokens: Array) -> Array:
            return self.embedding[tokens] @ self.output.T

    tied = Tied()
    program = tb.trace(tied, np.array([1, 2]))
    assert len(program.tensors) == 1
    np.testing.assert_allclose(program(np.array([4])), tied(np.array([4])), rtol=1e-5)


def test_a_shared_module_stays_shared() -> None:
    class Shared(tb.Module):
        def __init__(self) -> None:
            self.a = Linear(3, 3)
            self.b = self.a

        def forward(self, x: Array) -> Array:
            return self.b(self.a(x))

    program = tb.trace(Shared(), normal(2, 3))
    assert len(program.program.instances) == 2
    x = normal(4, 3)
    assert program(x).shape == (4, 3)


def test_one_module_called_on_other_ranks_has_two_methods() -> None:
    class Twice(tb.Module):
        def __init__(self) -> None:
            self.dense = Linear(3, 3)

        def forward(self, x: Array) -> Array:
            return self.dense(x).sum() + self.dense(x[0])

    twice = Twice()
    program = tb.trace(twice, normal(2, 3))
    dense = program.program.module_class(program.program.classes[0].name)
    assert [method.name for method in dense.methods] == ["forward", "forward1"]
    x = normal(5, 3)
    np.testing.assert_allclose(program(x), twice(x), rtol=1e-5)


def test_exported_methods_are_calls_and_can_be_traced_alone() -> None:
    class Coder(tb.Module):
        def __init__(self) -> None:
            self.scale = np.float32(3) * np.ones(2, np.float32)

        @tb.export
        def encode(self, x: Array) -> Array:
            return x * self.scale

        @tb.export
        def decode(self, x: Array) -> Array:
            return x / self.scale

        def forward(self, x: Array) -> Array:
            return self.decode(self.encode(x))

    coder = Coder()
    x = normal(2)
    whole = tb.trace(coder, x)
    assert [m.name for m in whole.program.classes[0].methods] == ["encode", "decode", "forward"]
    np.testing.assert_allclose(whole(x), x, rtol=1e-6)
    alone = tb.trace(coder.encode, x)
    assert alone.program.exports == ("encode",)
    np.testing.assert_allclose(alone(x), coder.encode(x))


def test_modules_in_dicts_and_outside_of_the_tree_are_found() -> None:
    loose = Linear(2, 2)

    class Heads(tb.Module):
        def __init__(self) -> None:
            self.heads = {"left": Linear(2, 1), "right": Linear(2, 1)}

        def forward(self, x: Array) -> dict[str, Array]:
            return {name: head(loose(x)) for name, head in self.heads.items()}

    heads = Heads()
    program = tb.trace(heads, normal(3, 2))
    assert "self.heads_left.forward" in program.graph and "self.linear.forward" in program.graph
    x = normal(4, 2)
    for name, value in heads(x).items():
        np.testing.assert_allclose(program(x)[name], value, rtol=1e-5)


def test_a_parameter_of_another_module_is_tied_to_it() -> None:
    class Reader(tb.Module):
        def __init__(self) -> None:
            self.dense = Linear(3, 3)

        def forward(self, x: Array) -> Array:
            return self.dense(x) * self.dense.bias

    reader = Reader()
    program = tb.trace(reader, normal(2, 3))
    assert sorted(program.tensors) == ["dense.bias", "dense.weight"]
    x = normal(5, 3)
    np.testing.assert_allclose(program(x), reader(x), rtol=1e-5)


def test_a_value_from_a_caller_reaches_a_method_as_a_further_argument() -> None:
    class Inner(tb.Module):
        def forward(self, x: Array) -> Array:
            return x + self.offset

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.inner = Inner()

        def forward(self, x: Array) -> Array:
            self.inner.offset = x.sum()
            try:
                return self.inner(x)
            finally:
                del self.inner.offset

    outer = Outer()
    program = tb.trace(outer, normal(3))
    x = normal(6)
    np.testing.assert_allclose(program(x), outer(x), rtol=1e-5)


def test_what_a_method_does_to_its_argument_in_place_is_seen_by_its_caller() -> None:
    class Zero(tb.Module):
        def forward(self, x: Array) -> None:
            x[0] = 0

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.zero = Zero()

        def forward(self, x: Array) -> Array:
            y = x * 2
            self.zero(y)
            return y

    outer = Outer()
    program = tb.trace(outer, normal(3))
    x = normal(4)
    np.testing.assert_allclose(program(x), outer(x))


def test_a_field_is_written_through_item_assignment() -> None:
    class Ring(tb.Module):
        def __init__(self) -> None:
            self.buffer = tb.field(np.zeros((3, 2), np.float32))

        def forward(self, x: Array) -> Array:
            self.buffer[1:] = self.buffer[:-1].copy()
            self.buffer[0] = x
            return self.buffer.sum(axis=0)

    ring = Ring()
    program = tb.trace(ring, normal(2))
    session = program.new_session()
    for _ in range(4):
        x = normal(2)
        np.testing.assert_allclose(session(x), ring(x), rtol=1e-5, atol=1e-6)


def test_a_module_inside_itself_is_refused() -> None:
    class Circle(tb.Module):
        def forward(self, x: Array) -> Array:
            return self.other(x[0]) if x.ndim > 1 else x

    a, b = Circle(), Circle()
    a.other, b.other = b, a

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.a = a

        def forward(self, x: Array) -> Array:
            return self.a(x[None, None])

    with pytest.raises(tb.TraceError) as caught:
        tb.trace(Outer(), normal(2))
    assert caught.value.code == "trace.module"
    Outer().reset()


def test_check_carries_state_over_several_calls() -> None:
    report = tb.check(tb.trace(Pair(), normal(1, 3)), calls=3)
    assert report.ok and report.worst < 1e-5
