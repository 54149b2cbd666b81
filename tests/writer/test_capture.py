"""Arrays that the traced code holds become parameters; everything is put back afterwards."""

from __future__ import annotations

import functools
import threading
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy import asarray

import tracebox as tb

Array = Any
GLOBAL = np.arange(6.0).reshape(3, 2)
KEPT: list[Any] = []


def uses_global(x: Array) -> Array:
    return x @ GLOBAL


def helper(x: Array) -> Array:
    return asarray([x[0], x[1]]) + GLOBAL[0]


def test_a_global_becomes_a_parameter_and_stays_itself() -> None:
    before = GLOBAL
    program = tb.trace(uses_global, np.ones((2, 3)))
    assert GLOBAL is before and type(GLOBAL) is np.ndarray
    assert list(program.tensors) == ["GLOBAL"] and program.tensors["GLOBAL"] is not None
    np.testing.assert_array_equal(program(np.ones((4, 3))), uses_global(np.ones((4, 3))))


def test_helpers_of_the_traced_function_are_looked_into() -> None:
    program = tb.trace(lambda x: helper(x) * 2, np.ones(2))
    np.testing.assert_array_equal(program(np.array([3.0, 4.0])), helper(np.array([3.0, 4.0])) * 2)
    assert "GLOBAL" in program.tensors


def test_closures_defaults_partials_and_containers_are_looked_into() -> None:
    weights = [np.full(2, 2.0), (np.full(2, 3.0), {"deep": np.full(2, 5.0)})]

    def scaled(x: Array, by: Array = np.full(2, 7.0), *, more: Array = np.full(2, 11.0)) -> Array:  # noqa: B008
        return x * weights[0] * weights[1][0] * weights[1][1]["deep"] * by * more  # type: ignore[index]

    def with_first(w: Array, x: Array) -> Array:
        return scaled(x) * w

    fn = functools.partial(with_first, np.full(2, 13.0))
    program = tb.trace(fn, np.ones(2))
    assert len(program.tensors) == 6
    assert type(weights[0]) is np.ndarray and type(weights[1][1]["deep"]) is np.ndarray  # type: ignore[index]
    assert type(fn.args[0]) is np.ndarray
    np.testing.assert_array_equal(program(np.ones(2)), np.full(2, 2.0 * 3 * 5 * 7 * 11 * 13))


def test_objects_of_plain_classes_are_looked_into() -> None:
    class Slots:
        __slots__ = ("offset",)

        def __init__(self) -> None:
            self.offset = np.full(2, 4.0)

    class Model:
        shared = np.full(2, 10.0)

        def __init__(self) -> None:
            self.weight = np.full(2, 3.0)
            self.slots = Slots()

        def __call__(self, x: Array) -> Array:
            return x * self.weight + self.slots.offset + self.shared

    model = Model()
    program = tb.trace(model, np.ones(2))
    assert sorted(program.tensors) == ["offset", "shared", "weight"]
    assert type(model.weight) is np.ndarray and type(Model.shared) is np.ndarray
    np.testing.assert_array_equal(program(np.ones(2)), model(np.ones(2)))


def test_everything_is_put_back_after_an_error() -> None:
    class Model:
        def __init__(self) -> None:
            self.weight = np.ones(2)

    model = Model()

    def fails(x: Array) -> Array:
        raise ValueError(f"on purpose {model.weight is not None}")

    with pytest.raises(ValueError, match="on purpose True"):
        tb.trace(fails, np.ones(2))
    assert type(model.weight) is np.ndarray
    assert asarray.__module__ == "numpy"
    assert np.zeros(2).sum() == 0


def test_only_what_is_used_is_stored() -> None:
    class Model:
        def __init__(self) -> None:
            self.used, self.unused = np.ones(2), np.ones(3)

        def __call__(self, x: Array) -> Array:
            _ = self.unused * 2
            return x + self.used

    assert list(tb.trace(Model(), np.ones(2)).tensors) == ["used"]


def test_small_literals_are_constants_and_no_parameters() -> None:
    program = tb.trace(lambda x: x * np.array([1.0, 2.0]) + 0.5, np.ones(2))
    assert not program.tensors
    assert program.graph.count("= const") == 2


def test_a_mask_or_index_on_a_captured_array_is_seen() -> None:
    program = tb.trace(lambda i: GLOBAL[i] + GLOBAL[i % 2 == 0].sum(), np.array([0, 2, 1]))
    np.testing.assert_array_equal(program(np.array([1, 1, 2])), GLOBAL[[1, 1, 2]] + GLOBAL[2].sum())


def test_adding_to_a_plain_local_array_rebinds_it() -> None:
    def accumulate(x: Array) -> Array:
        total = np.ones(3)
        total += x
        total *= 2
        return total

    program = tb.trace(accumulate, np.zeros(3))
    np.testing.assert_array_equal(program(np.array([1.0, 2.0, 3.0])), [4, 6, 8])


def test_isinstance_of_ndarray_holds_for_traced_arrays() -> None:
    def typed(x: Array) -> Array:
        assert isinstance(x, np.ndarray)
        return x + 1

    assert tb.trace(typed, np.ones(2))(np.zeros(2)).tolist() == [1, 1]


def test_named_tuples_go_in_and_come_out_as_tuples() -> None:
    class Point(NamedTuple):
        x: Array
        y: Array

    def swap(p: Point) -> Point:
        return Point(p.y, p.x)

    program = tb.trace(swap, Point(np.ones(2), np.zeros(3)))
    first, second = program((np.ones(2), np.zeros(4)))
    assert first.shape == (4,) and second.shape == (2,)


def test_two_threads_trace_at_once() -> None:
    results: dict[int, Any] = {}

    def work(number: int) -> None:
        scale = np.full(2, float(number))

        def fn(x: Array) -> Array:
            return np.asarray(x) * scale + GLOBAL[0]

        results[number] = tb.trace(fn, np.ones(2))(np.ones(2))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(6):
        np.testing.assert_array_equal(results[number], np.full(2, float(number)) + GLOBAL[0])


def test_other_threads_see_plain_numpy_while_a_trace_runs() -> None:
    seen: list[Any] = []

    def other() -> None:
        seen.append(type(np.asarray([1, 2])))

    def fn(x: Array) -> Array:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return x + 1

    tb.trace(fn, np.ones(2))
    assert seen == [np.ndarray]


def test_a_traced_array_in_another_thread_is_refused() -> None:
    errors: list[str] = []

    def fn(x: Array) -> Array:
        def other() -> None:
            try:
                x + 1
            except tb.TraceError as error:
                errors.append(error.code)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return x

    tb.trace(fn, np.ones(2))
    assert errors == ["trace.thread"]
