"""Cases say what they assert, and refuse to say it badly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.conformance.json_form import (
    attr_from_json,
    attr_json,
    case_from_json,
    case_json,
    value_from_json,
    value_json,
)
from tracebox.conformance.model import (
    Accept,
    Fails,
    Record,
    Reject,
    bf16,
    c64,
    f32,
    full_label,
    i64,
    type_of,
    u8,
)
from tracebox.schema import dims
from tracebox.schema.ir import DTypeAttr, TensorConst
from tracebox.schema.types_text import parse_type

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(value=VALUES)
def test_a_value_reads_back(value: object) -> None:
    assert value_from_json(value_json(value)) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [f32([[1.5, -0.0]]), c64(1 + 2j), bf16([0.5]), u8([]), Record("p.Q", (1, f32(2)))]
)
def test_a_tensor_or_record_reads_back(value: object) -> None:
    assert value_from_json(value_json(value)) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "attr",
    [
        dims.add(dims.mul(2, dims.symbol("B")), 1),
        DTypeAttr("f32"),
        parse_type("list[f32[B,?]]"),
        TensorConst("i8", (2,), b"\1\2"),
        (1, dims.symbol("N")),
        ("a", "b"),
        2.5,
        None,
    ],
)
def test_an_attribute_reads_back(attr: object) -> None:
    assert attr_from_json(attr_json(attr)) == attr  # type: ignore[arg-type]


def test_a_case_reads_back_with_its_full_label() -> None:
    reject = Reject("a", "C1", ("f32[3]",), {"k": 2}, twin_attrs={"k": 1})
    again = case_from_json(case_json("top_k", reject))
    assert isinstance(again, Reject)
    assert (again.label, again.valid_attrs, again.valid_operands) == ("top_k.C1", {"k": 1}, ("f32[3]",))
    fails = case_from_json(case_json("pow", Fails("b", "E1", (i64(2), i64(-1)))))
    assert isinstance(fails, Fails)
    assert fails.label == full_label("pow", "E1") == full_label("add", "pow.E1")


def test_operands_are_the_values_own_types() -> None:
    assert Accept("a", (f32([1, 2]), 3, [1.5], {"a": None}, (True, 1j)), ()).operands == (
        "f32[2]",
        "int",
        "list[float]",
        "dict[str,none]",
        "tuple[bool,complex]",
    )
    assert type_of(Record("p.Q", ())) == "p.Q"


def test_a_twin_differs_in_one_place() -> None:
    with pytest.raises(ValueError, match="2 places"):
        Reject("a", "C1", ("f32[3]", "f32[2]"), twin=("f32[2]", "f32[3]"))
    with pytest.raises(ValueError, match="0 places"):
        Reject("a", "C1", ("f32[3]",), twin=("f32[3]",))
    with pytest.raises(ValueError, match="2 places"):
        Reject("a", "C1", (), {"k": 1, "l": 1}, twin_attrs={"k": 2, "l": 2})
    with pytest.raises(ValueError, match="either"):
        Reject("a", "C1", ("f32[3]",))


def test_a_ragged_literal_is_an_error() -> None:
    with pytest.raises(ValueError, match="ragged"):
        f32([[1, 2], [3]])
