"""Relations between operands and results: what holds, and what shows."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tracebox.conformance.model import Value, c128, empty, f32, f64
from tracebox.conformance.oracle.arrays import Array
from tracebox.conformance.relations import compare_results, problems
from tracebox.schema.registry import find

U = 2.0**-53


def holds(text: str, inputs: tuple[Value, ...], *outputs: Value, factor: float = 16) -> bool:
    return not list(problems([text], factor, ["x", "y"], inputs, outputs))


def test_products_are_compared_within_the_bound() -> None:
    x, q = f64([[2, 0], [0, 3]]), f64([[1, 0], [0, 1]])
    assert holds("r0 r1 ~ x", (x,), q, x)
    assert holds("r0 r1 ~ x", (x,), q, f64([[2 + 64 * U, 0], [0, 3]]))
    assert not holds("r0 r1 ~ x", (x,), q, f64([[2 + 1024 * U, 0], [0, 3]]))
    assert not holds("r0 r1 ~ x", (x,), q, f64([[0, 0], [0, 0]]))


def test_an_adjoint_is_conjugated() -> None:
    turn = c128([[0, 1j], [1j, 0]])
    assert holds("r0^H r0 ~ I", (), turn)
    assert not holds("r0 r0 ~ I", (), turn)


def test_a_diagonal_takes_the_size_that_its_neighbours_ask_for() -> None:
    x = f64([[2, 0], [0, 3], [0, 0]])
    u, s, vh = f64([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), f64([2, 3]), f64([[1, 0], [0, 1]])
    assert holds("r0 diag(r1) r2 ~ x", (x,), u, s, vh)
    assert not holds("r0 diag(r1) r2 ~ x", (x,), u, f64([3, 2]), vh)


def test_every_matrix_of_a_stack_counts() -> None:
    ones, x = f64([[1, 0], [0, 1]]), f64([[[1, 0], [0, 1]], [[2, 0], [0, 2]]])
    assert holds("x r0 ~ y", (x, ones), f64([[[1, 0], [0, 1]], [[0.5, 0], [0, 0.5]]]))
    assert not holds("x r0 ~ y", (x, ones), f64([[[1, 0], [0, 1]], [[1, 0], [0, 1]]]))


def test_matrices_without_elements_are_in_every_relation() -> None:
    assert holds("r0 r1 ~ x", (empty("f32", 0, 3),), empty("f32", 0, 0), empty("f32", 0, 3))
    assert holds("r0^H r0 ~ I", (), empty("f32", 2, 0, 0))


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("upper(r0)", f32([[1, 2], [0, 3]]), f32([[1, 2], [1e-30, 3]])),
        ("lower(r0)", f32([[1, 0], [2, 3]]), f32([[1, 1e-30], [2, 3]])),
        ("positive(r0)", f32([[1, -1], [0, 2]]), f32([[1, 0], [0, -2]])),
        ("positive(r0)", c128([[1, 1j], [0, 2]]), c128([[1, 0], [0, 2 + 1j]])),
        ("ascending(r0)", f32([-1, 2, 2]), f32([2, -1])),
        ("descending(r0)", f32([2, 2, 0]), f32([0, 2])),
        ("descending(r0)", f32([2, 1, 0]), f32([2, 1, -1])),
        ("normal(r0)", f64([[0.6, 0], [0.8, 1]]), f64([[0.6, 0], [0.8, 2]])),
    ],
)
def test_words(text: str, right: Array, wrong: Array) -> None:
    assert holds(text, (), right)
    assert not holds(text, (), wrong)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_results_are_finite(value: float) -> None:
    assert not holds("upper(r0)", (), f64([[value]]))


def _call(
    op: str, x: Array, got: tuple[Array, ...], expected: tuple[Array, ...], bounds: Any, **attrs: Any
) -> str:
    found = find(op)
    assert found is not None
    return compare_results(found, attrs, (x,), got, expected, bounds)


def test_other_factors_are_as_good_as_the_expected_ones() -> None:
    x = f64([[3, 0], [0, 2]])
    expected = (f64([[1, 0], [0, 1]]), x)
    other = (f64([[-1, 0], [0, 1]]), f64([[-3, 0], [0, 2]]))
    assert _call("qr", x, other, expected, (), mode="reduced") == ""
    assert "r0 r1 ~ x" in _call("qr", x, (other[0], x), expected, (), mode="reduced")
    assert "expected f64[2,2]" in _call("qr", x, (f32([[1, 0], [0, 1]]), x), expected, (), mode="reduced")


def test_a_relation_holds_where_its_formula_does() -> None:
    lower, upper = f64([[2, 0], [1, 3]]), f64([[2, 1], [0, 3]])
    x = f64([[4, 2], [2, 10]])
    assert _call("cholesky", x, (lower,), (lower,), (), upper=False) == ""
    assert _call("cholesky", x, (upper,), (lower,), (), upper=True) == ""
    assert _call("cholesky", x, (upper,), (lower,), (), upper=False) != ""


def test_eigenvalues_come_in_any_order_but_each_once() -> None:
    x, bound = f64([[1, 0], [0, 2]]), f64([1e-15, 1e-15])
    expected = c128([1, 2])
    assert _call("eigvals", x, (c128([2, 1]),), (expected,), (bound,)) == ""
    assert _call("eigvals", x, (c128([1, 1]),), (expected,), (bound,)) != ""
    assert _call("eigvals", x, (c128([2, 1.1]),), (expected,), (bound,)) != ""
