"""Symbolic dimensions against plain integer arithmetic. SPEC 4.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tracebox.schema import dims
from tracebox.schema.dims import UNKNOWN, Expr, Known, dim_text, symbol
from tracebox.schema.errors import InvalidError
from tracebox.schema.limits import DIM_DEPTH, DIM_SIZE
from tracebox.schema.types_text import parse_dim

NAMES = ("A", "B", "H", "n1")

#: An expression as a tree: an integer, a name, or an operation on two trees.
Tree = Any

TREES: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(st.integers(-6, 6), st.sampled_from(NAMES)),
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "//", "%", "max", "min"]), inner, inner),
    max_leaves=8,
)
SIZES = st.fixed_dictionaries({name: st.integers(0, 9) for name in NAMES})

OPERATIONS: dict[str, tuple[Callable[[Known, Known], Known], Callable[[int, int], int]]] = {
    "+": (dims.add, lambda a, b: a + b),
    "-": (dims.sub, lambda a, b: a - b),
    "*": (dims.mul, lambda a, b: a * b),
    "//": (dims.floordiv, lambda a, b: a // b),
    "%": (dims.mod, lambda a, b: a % b),
    "max": (dims.maximum, max),
    "min": (dims.minimum, min),
}


def symbolic(tree: Tree) -> Known:
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return symbol(tree)
    operation = OPERATIONS[tree[0]][0]
    return operation(symbolic(tree[1]), symbolic(tree[2]))


def number(tree: Tree, sizes: dict[str, int]) -> int:
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return sizes[tree]
    return OPERATIONS[tree[0]][1](number(tree[1], sizes), number(tree[2], sizes))


@st.composite
def expressions(draw: st.DrawFn) -> Known:
    """A dimension in normal form."""
    try:
        return symbolic(draw(TREES))
    except ZeroDivisionError:
        assume(False)
        raise


def value(dim: Known, sizes: dict[str, int]) -> int | None:
    """The value of `dim`, or None where a divisor is 0."""
    try:
        return dims.evaluate(dim, sizes)
    except ZeroDivisionError:
        return None


@given(TREES, SIZES)
@settings(max_examples=300)
def test_the_normal_form_has_the_value_of_the_expression(tree: Tree, sizes: dict[str, int]) -> None:
    try:
        expected = number(tree, sizes)
        made = symbolic(tree)
    except ZeroDivisionError:
        return
    assert dims.evaluate(made, sizes) == expected


@given(expressions())
@settings(max_examples=200)
def test_the_normal_form_is_its_own_normal_form(dim: Known) -> None:
    assert dims.substitute(dim, symbol) == dim
    assert not isinstance(dim, Expr) or dims.problem_of(dim) is None


@given(expressions(), expressions(), expressions())
@settings(max_examples=150)
def test_laws_of_arithmetic_give_one_normal_form(a: Known, b: Known, c: Known) -> None:
    assert dims.add(a, b) == dims.add(b, a)
    assert dims.mul(a, b) == dims.mul(b, a)
    assert dims.add(dims.add(a, b), c) == dims.add(a, dims.add(b, c))
    assert dims.mul(dims.mul(a, b), c) == dims.mul(a, dims.mul(b, c))
    assert dims.mul(a, dims.add(b, c)) == dims.add(dims.mul(a, b), dims.mul(a, c))
    assert dims.sub(a, a) == 0
    assert dims.maximum(a, b) == dims.maximum(b, a)
    assert dims.minimum(a, b) == dims.minimum(b, a)


@given(expressions(), expressions(), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=150)
def test_divisions_by_integers_are_joined(a: Known, b: Known, m: int, n: int) -> None:
    assert dims.floordiv(dims.add(a, dims.mul(b, m)), m) == dims.add(dims.floordiv(a, m), b)
    assert dims.floordiv(dims.mul(a, m), m) == a
    assert dims.floordiv(dims.neg(a), -m) == dims.floordiv(a, m)
    assert dims.floordiv(dims.mul(a, m), m * n) == dims.floordiv(a, n)


@given(st.sampled_from(NAMES), st.integers(0, 9), st.integers(1, 6), st.integers(1, 6))
def test_a_division_of_a_division_is_one_division(name: str, offset: int, m: int, n: int) -> None:
    inner = dims.add(symbol(name), offset)
    assert dims.floordiv(dims.floordiv(inner, m), n) == dims.floordiv(inner, m * n)


@given(expressions(), expressions(), st.lists(SIZES, min_size=5, max_size=5))
@settings(max_examples=300)
def test_equality_and_order_hold_for_all_values(a: Known, b: Known, all_sizes: list[dict[str, int]]) -> None:
    equal, less_equal = dims.equal(a, b), dims.less_equal(a, b)
    for sizes in all_sizes:
        left, right = value(a, sizes), value(b, sizes)
        if left is None or right is None:
            continue
        assert equal is None or equal == (left == right)
        assert less_equal is None or less_equal == (left <= right)


@given(expressions(), SIZES)
@settings(max_examples=200)
def test_what_is_seen_to_be_nonnegative_is(dim: Known, sizes: dict[str, int]) -> None:
    found = value(dim, sizes)
    if dims.nonnegative(dim) and found is not None:
        assert found >= 0


@given(expressions(), st.fixed_dictionaries({name: expressions() for name in NAMES}), SIZES)
@settings(max_examples=150)
def test_substitution_agrees_with_evaluation(
    dim: Known, replace: dict[str, Known], sizes: dict[str, int]
) -> None:
    inner = {name: value(part, sizes) for name, part in replace.items()}
    if None in inner.values():
        return
    expected = value(dim, {name: part for name, part in inner.items() if part is not None})
    made = dims.substitute(dim, lambda name: replace[name])
    if isinstance(made, dims.Unknown) or expected is None:
        return
    assert dims.evaluate(made, sizes) == expected


@given(expressions())
@settings(max_examples=300)
def test_the_text_is_read_back(dim: Known) -> None:
    assume(not isinstance(dim, int) or dim >= 0)
    assert parse_dim(dim_text(dim)) == dim


@given(expressions(), expressions())
@settings(max_examples=150)
def test_texts_are_equal_only_for_equal_dimensions(a: Known, b: Known) -> None:
    assert (dim_text(a) == dim_text(b)) == (a == b)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("B+B", "2*B"),
        ("1+2*B-1", "2*B"),
        ("(B+1)*(B-1)", "B*B-1"),
        ("(H-3)//2+1", "(H+1)//2-1"),
        ("(2*H+5)//2", "H+2"),
        ("(4*H+6)//8", "(2*H+3)//4"),
        ("((H+1)//2+1)//2", "(H+3)//4"),
        ("H-H//2", "H-H//2"),
        ("-(H//2)", "-(H//2)"),
        ("2*(H//3)", "2*(H//3)"),
        ("B*(H//(W+1))", "B*(H//(W+1))"),
        ("max(B,0)", "B"),
        ("max(W,B)", "max(B,W)"),
        ("min(B,B+1)", "B"),
        ("B%4", "B-4*(B//4)"),
        ("7//2", "3"),
        ("-7//2+9", "5"),
    ],
)
def test_examples_of_normal_forms(text: str, normal: str) -> None:
    assert parse_dim(text) == parse_dim(normal)


def test_terms_stand_by_degree_then_by_text() -> None:
    assert dim_text(parse_dim("1+C+A*B+B//2+max(A,C)")) == "A*B+B//2+C+max(A,C)+1"


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("B", "B", True),
        ("B", "C", None),
        ("B", "3", None),
        ("B+1", "B", False),
        ("B+1", "0", False),
        ("2*B+1", "2*B", False),
        ("B+C+1", "C", False),
        ("H//2", "H//2", True),
    ],
)
def test_equality_has_three_values(a: str, b: str, answer: bool | None) -> None:
    assert dims.equal(parse_dim(a), parse_dim(b)) is answer
    assert dims.equal(parse_dim(b), parse_dim(a)) is answer


def test_the_unknown_equals_nothing_not_even_itself() -> None:
    assert dims.equal(UNKNOWN, UNKNOWN) is None
    assert dims.equal(UNKNOWN, 3) is None
    assert dims.less_equal(0, UNKNOWN) is None


# --- bounds --------------------------------------------------------------------------------


def refused(make: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        make()
    assert caught.value.code == "type.dim-size"


def test_numbers_are_of_64_bits() -> None:
    refused(lambda: dims.mul(2**62, 2))
    refused(lambda: dims.mul(dims.mul(2**62, symbol("B")), 2))
    refused(lambda: dims.add(2**62, 2**62))
    assert dims.mul(2**31, 2**31) == 2**62
    refused(lambda: dims.floordiv(dims.floordiv(symbol("H"), 2**40), 2**40))


def test_a_sum_of_many_symbols_is_bounded() -> None:
    total: Known = 0
    count = DIM_SIZE // 2
    for index in range(count):
        total = dims.add(total, symbol(f"s{index}"))
    refused(lambda: dims.add(total, symbol("one_more")))


def test_products_do_not_blow_up() -> None:
    def power() -> None:
        total: Known = dims.add(dims.add(symbol("A"), symbol("B")), symbol("C"))
        for _ in range(40):
            total = dims.mul(total, total)

    refused(power)


def test_atoms_inside_atoms_are_bounded() -> None:
    def nest(depth: int) -> Known:
        dim: Known = symbol("B")
        for index in range(depth):
            dim = dims.maximum(symbol(f"s{index}"), dims.mul(dims.floordiv(symbol(f"t{index}"), 2), dim))
        return dim

    assert isinstance(nest(DIM_DEPTH - 1), Expr)
    refused(lambda: nest(DIM_DEPTH + 1))
