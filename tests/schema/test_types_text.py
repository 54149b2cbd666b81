"""Types and dimensions as text: what is printed is read, everything else is refused by name. SPEC 4."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import random_dim, random_type
from tracebox.schema import dims
from tracebox.schema.dims import dim_text
from tracebox.schema.errors import InvalidError
from tracebox.schema.types import INT, STR, ClassType, dict_of, list_of, optional, tensor, tuple_of, type_text
from tracebox.schema.types_text import parse_dim, parse_type

B, H = dims.symbol("B"), dims.symbol("H")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f32[B,3]", tensor("f32", [B, 3])),
        (" f32 [ B , 2*B + 1 ] ", tensor("f32", [B, dims.add(dims.mul(2, B), 1)])),
        ("?[...]", tensor(None, None)),
        ("f32[?]", tensor("f32", [dims.UNKNOWN])),
        ("bf16[]", tensor("bf16", [])),
        ("bool", parse_type("bool")),
        ("bool[2]", tensor("bool", [2])),
        ("list[tuple[int,str]]", list_of(tuple_of(INT, STR))),
        ("dict[str,optional[int]]", dict_of(STR, optional(INT))),
        ("tuple[]", tuple_of()),
        ("pkg.mod.Point", ClassType("pkg.mod.Point")),
        ("list.Point", ClassType("list.Point")),
        ("f32[max(B,H)]", tensor("f32", [dims.maximum(B, H)])),
        ("f32[-(H//2)+B]", tensor("f32", [dims.sub(B, dims.floordiv(H, 2))])),
        ("f32[7%4]", tensor("f32", [3])),
    ],
)
def test_a_type_is_read(text: str, expected: object) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "type.syntax"),
        ("f32", "type.syntax"),
        ("f32[B", "type.syntax"),
        ("f32[B] x", "type.syntax"),
        ("f32[for]", "type.syntax"),
        ("f32[é]", "type.syntax"),
        ("f32[3B]", "type.syntax"),
        ("f32[\x00]", "type.syntax"),
        ("list[" * 40 + "int" + "]" * 40, "type.syntax"),
        ("f33[2]", "type.dtype"),
        ("f32[-1]", "type.dim"),
        ("f32[1//0]", "type.dim"),
        ("f32[9223372036854775808]", "type.dim"),
        ("f32[" + "(" * 50 + "1" + ")" * 50 + "]", "type.dim"),
        ("f32[" + "*".join(["(a+b+c+d+e+f+g+h)"] * 8) + "]", "type.dim-size"),
        ("f32[" + "1," * 40 + "1]", "type.size"),
        ("f32[3,]", "type.syntax"),
        ("f32[,]", "type.syntax"),
        ("list[int,]", "type.syntax"),
        ("list[int,int]", "type.items"),
        ("optional[]", "type.items"),
        ("dict[f32[],int]", "type.key"),
        ("optional[optional[int]]", "type.optional"),
        ("optional[none]", "type.optional"),
    ],
)
def test_what_is_no_type_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_type(text)
    assert caught.value.code == code


@given(st.randoms(use_true_random=False))
def test_a_printed_type_reads_back(r: Random) -> None:
    t = random_type(r, ("B", "H"), ("pkg.Point",))
    assert parse_type(type_text(t)) == t


@given(st.randoms(use_true_random=False))
def test_a_printed_dimension_reads_back_in_normal_form(r: Random) -> None:
    dim = random_dim(r, ("B", "H", "max"), 4)
    if not (isinstance(dim, int) and dim < 0):
        assert parse_dim(dim_text(dim)) == dim


@given(st.text(alphabet="f32BH[](),.?+-*/%1290 maxlist", max_size=40))
def test_no_text_ends_in_another_error(text: str) -> None:
    try:
        parse_type(text)
    except InvalidError as error:
        assert error.code.startswith("type.")
