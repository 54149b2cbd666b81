"""Format specifications as calls of operators: the texts, and the refusals, are Python's."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracebox.reader.kernels.registry import kernels
from tracebox.writer.format_spec import LARGEST, format_call

MAYBE_SPECS = st.tuples(
    st.sampled_from(["", "<", ">", "^", "=", "0<", "*=", "é^", "=>", "<<", "0="]),
    st.sampled_from(["", "", "+", "-", " "]),
    st.sampled_from(["", "", "z"]),
    st.sampled_from(["", "", "#"]),
    st.sampled_from(["", "", "0"]),
    st.sampled_from(["", "1", "5", "12", "23"]),
    st.sampled_from(["", "", ",", "_"]),
    st.sampled_from(["", "", ".0", ".1", ".3", ".17", "."]),
    st.sampled_from([*"bdoxXeEfFgG%s", "", "q", "dd"]),
).map("".join)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.sampled_from([0.5, 2.5, 99.5, 999999.5, 1e16, 1e-5, -0.0, 1234567.0]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


def formatted(x: Any, spec: str) -> str:
    call = format_call(type(x).__name__, spec)
    for op in call.conversions:
        x = kernels()[op](None, x)
    return str(kernels()[call.op](None, x, **call.attrs)) if call.op else str(x)


@given(VALUES, MAYBE_SPECS)
@example(-0.0, "z.0f")
@example(1234, "08,")
@example(math.inf, "010,")
@example(True, ".1f")
@example("ab", "05")
def test_a_value_is_formatted_as_python_does_it_or_refused_as_python_does(x: Any, spec: str) -> None:
    try:
        wanted = format(x, spec)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            format_call(type(x).__name__, spec)
    else:
        assert formatted(x, spec) == wanted


@pytest.mark.parametrize("kind", ["bool", "int", "float", "str"])
def test_the_empty_specification_is_the_plain_text(kind: str) -> None:
    call = format_call(kind, "")
    assert (call.conversions, call.op, call.attrs) == ((), "" if kind == "str" else f"{kind}.to_str", {})


@pytest.mark.parametrize(
    ("kind", "spec", "said"),
    [
        ("int", "c", "'c'"),
        ("float", "n", "'n'"),
        ("float", f"{LARGEST + 1}f", "width"),
        ("float", f".{LARGEST + 1}f", "precision"),
        ("str", ",", "numbers"),
        ("int", ",x", "',' with 'x'"),
        ("int", ".2", "precision"),
        ("float", "%H:%M", "no format specification"),
    ],
)
def test_a_refusal_says_what_of_the_specification_it_is(kind: str, spec: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        format_call(kind, spec)


def test_the_attributes_are_those_that_the_operators_take_at_most() -> None:
    assert formatted(1.5, f"{LARGEST}.{LARGEST}f") == f"{1.5:{LARGEST}.{LARGEST}f}"
