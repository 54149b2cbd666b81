"""Sizes: symbols from the start, unified where operators need it, named by the caller."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any


def signature(program: tb.TracedProgram) -> tuple[tuple[str, ...], tuple[str, ...]]:
    entry = program.entry_points[0]
    return entry.inputs, entry.outputs


def ones(*shape: int) -> Array:
    return np.ones(shape, np.float32)


def test_every_size_is_a_symbol_of_its_own() -> None:
    program = tb.trace(lambda x, y: (x.sum(), y.sum()), ones(2, 3), ones(2, 3))
    assert signature(program) == (("f32[x_0,x_1]", "f32[y_0,y_1]"), ("f32[]", "f32[]"))


def test_sizes_that_an_operator_needs_equal_become_one() -> None:
    program = tb.trace(lambda x, y: x + y, ones(2, 3), ones(2, 3))
    assert signature(program) == (("f32[x_0,x_1]", "f32[x_0,x_1]"), ("f32[x_0,x_1]",))
    with pytest.raises(tb.ArgumentError):
        program(ones(2, 3), ones(2, 4))


def test_a_size_of_one_that_is_stretched_becomes_the_number() -> None:
    program = tb.trace(lambda x, y: x * y, ones(4, 1), ones(4, 3))
    assert signature(program)[0] == ("f32[x_0,1]", "f32[x_0,y_1]")
    with pytest.raises(tb.ArgumentError):
        program(ones(4, 3), ones(4, 3))


def test_an_expression_that_is_one_and_stretched_is_checked_to_be_one() -> None:
    program = tb.trace(lambda x: x - x[:1], ones(4, 3))
    assert signature(program) == (("f32[x_0,x_1]",), ("f32[x_0,x_1]",))
    assert "f32[1,x_1]" in program.code
    np.testing.assert_array_equal(tb.load(tb.save(program, None))(ones(5, 3)), np.zeros((5, 3)))


def test_two_sizes_of_one_that_meet_stay_symbols() -> None:
    program = tb.trace(lambda x, y: x * y, ones(1), ones(1))
    assert signature(program)[0] == ("f32[x_0]", "f32[x_0]")
    assert program(ones(5), ones(5)).shape == (5,)


def test_a_product_of_matrices_unifies_the_inner_sizes_alone() -> None:
    program = tb.trace(lambda x, y: x @ y, ones(3, 3), ones(3, 3))
    assert signature(program) == (("f32[x_0,x_1]", "f32[x_1,y_1]"), ("f32[x_0,y_1]",))


def test_concatenation_keeps_the_sizes_along_its_axis_apart() -> None:
    program = tb.trace(lambda x, y: np.concatenate([x, y]), ones(3, 3), ones(3, 3))
    assert signature(program) == (("f32[x_0,x_1]", "f32[y_0,x_1]"), ("f32[x_0+y_0,x_1]",))


def test_a_parameter_fixes_the_sizes_that_it_meets() -> None:
    weight = ones(4, 2)
    program = tb.trace(lambda x: x @ weight, ones(5, 4))
    assert signature(program) == (("f32[x_0,4]",), ("f32[x_0,2]",))


def test_a_size_can_be_an_expression_of_another() -> None:
    program = tb.trace(lambda x, y: x[1:] + y, ones(5), ones(4))
    (first, second), (result,) = signature(program)
    assert first == "f32[x_0]" and second == result == "f32[max(0,x_0-1)]"
    assert program(ones(9), ones(8)).shape == (8,)
    with pytest.raises(tb.ArgumentError):
        program(ones(9), ones(9))


def test_neighbouring_slices_have_one_size() -> None:
    program = tb.trace(lambda x: (x[1:] - x[:-1], x[2:] - 2 * x[1:-1] + x[:-2]), ones(5))
    assert signature(program)[1] == ("f32[max(0,x_0-1)]", "f32[max(0,x_0-2)]")
    assert [v.shape for v in program(ones(1))] == [(0,), (0,)]


def test_reshape_and_stride_keep_expressions() -> None:
    program = tb.trace(lambda x: (x.reshape(x.shape[0] * x.shape[1], -1), x[:, ::2]), ones(4, 6, 2))
    assert signature(program)[1][1] == "f32[x_0,(x_1+1)//2,x_2]"
    assert program(ones(3, 5, 7))[0].shape == (15, 7)


def test_sizes_that_depend_on_data_are_symbols_of_their_node() -> None:
    def positive(x: Array) -> tuple[Array, Array]:
        kept = x[x > 0]
        return kept * 2, kept.shape[0]

    program = tb.trace(positive, np.array([1.0, -1.0, 2.0]))
    assert signature(program)[1] == ("f64[n]", "int")
    values, count = program(np.array([-1.0, -1.0, 3.0, 4.0, 5.0]))
    np.testing.assert_array_equal(values, [6, 8, 10])
    assert count == 3


def test_the_caller_names_sizes_and_fixes_them() -> None:
    program = tb.trace(lambda x, h: x @ h, ones(2, 4), ones(4, 8), inputs="x: f32[B,4]; h: f32[4,D]")
    assert signature(program) == (("f32[B,4]", "f32[4,D]"), ("f32[B,D]",))


def test_one_name_is_one_size() -> None:
    program = tb.trace(lambda x, y: (x, y), ones(2), ones(2), inputs={"x": "f32[T]", "y": "f32[T]"})
    with pytest.raises(tb.ArgumentError):
        program(ones(2), ones(3))


def test_arguments_left_out_are_made_up() -> None:
    program = tb.trace(lambda x, y: x * y.sum(), inputs="x: f32[B,4]; y: f64[B]")
    assert signature(program) == (("f32[B,4]", "f64[B]"), ("f64[B,4]",))


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("x: f32[B,5]", "trace.spec"),
        ("x: f64[B,4]", "trace.spec"),
        ("x: f32[B]", "trace.spec"),
        ("x: f32[B,?]", "trace.spec"),
        ("y: f32[B,4]", "trace.spec"),
        ("x: f32[B", "type.syntax"),
        ("x: f32[2*B,4]", "trace.spec"),
    ],
)
def test_a_type_that_does_not_fit_is_refused(spec: str, code: str) -> None:
    with pytest.raises((tb.TraceError, tb.InvalidError)) as caught:
        tb.trace(lambda x: x, ones(2, 4), inputs=spec)
    assert caught.value.code == code


def test_a_submodule_has_symbols_of_its_own_and_its_findings_reach_the_caller() -> None:
    class Inner(tb.Module):
        def __init__(self) -> None:
            self.weight = ones(4, 4)

        def forward(self, x: Array) -> Array:
            return x @ self.weight

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.inner = Inner()

        def forward(self, x: Array) -> Array:
            n = x.shape[0]
            return self.inner(x)[: n // 2] * n

    program = tb.trace(Outer(), ones(6, 4))
    assert signature(program)[0] == ("f32[x_0,4]",)
    assert program(ones(9, 4)).shape == (4, 4)


def test_a_size_that_only_a_method_knows_reaches_its_caller() -> None:
    class Count(tb.Module):
        def forward(self, x: Array) -> Any:
            return x[x > 0].shape[0]

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.count = Count()

        def forward(self, x: Array) -> Any:
            n = self.count(x)
            return np.zeros(n), x * n, n + 1

    outer = Outer()
    program = tb.trace(outer, np.array([1.0, -1.0]))
    zeros, scaled, following = program(np.array([1.0, 2.0, -3.0]))
    assert zeros.shape == (2,) and scaled.tolist() == [2, 4, -6] and following == 3


def test_a_size_from_a_caller_is_used_inside_a_method() -> None:
    class Inner(tb.Module):
        def forward(self, x: Array, n: int) -> Array:
            return x * n + np.zeros(n, np.float32).sum()

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.inner = Inner()

        def forward(self, x: Array, y: Array) -> Array:
            return self.inner(x, y.shape[0] + x.shape[0])

    outer = Outer()
    program = tb.trace(outer, ones(2), ones(3))
    np.testing.assert_array_equal(program(ones(4), ones(7)), outer(ones(4), ones(7)))
