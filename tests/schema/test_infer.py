"""Inference of operator calls. SPEC 5.4."""

from __future__ import annotations

from typing import Any

import pytest

from tracebox.schema.infer import check_attrs, fits, infer, with_defaults
from tracebox.schema.ir import DTypeAttr, TensorConst
from tracebox.schema.registry import (
    REQUIRED,
    Accuracy,
    Arg,
    AttrDecl,
    Op,
    Rule,
    Signature,
    find,
    operators,
)
from tracebox.schema.types_text import parse_dim, parse_type

OP = Op(
    "test.op",
    section="8.1.99",
    doc="For these tests.",
    attrs=(AttrDecl("axis", "int"), AttrDecl("scale", "float", default=1.0)),
    signatures=(
        Signature(
            (Arg("x", "T"), Arg("y", "T"), Arg("rest", "T", variadic=True)),
            ("T[shape(x)]", "i64[axis]"),
            typevars={"T": ("f32", "f64")},
            rules=(Rule("C1", "shape(x) == shape(y)"), Rule("C2", "0 <= axis")),
        ),
        Signature((Arg("xs", "list[A]"), Arg("n", "int", optional=True)), ("A",), typevars={"A": "type"}),
    ),
    accuracy=Accuracy("exact"),
)


def call(*operands: str, **attrs: Any) -> Any:
    full = with_defaults(OP, {"axis": 2, **attrs})
    return infer(OP, full, [parse_type(text) for text in operands], {}, "here")


def codes(found: Any) -> list[str]:
    return [problem.code for problem in found.problems]


def test_the_first_signature_that_fits_is_taken() -> None:
    assert call("f32[B]", "f32[B]", "f32[]").signature is OP.signatures[0]
    assert call("list[int]", "int").signature is OP.signatures[1]
    assert call("list[int]").results == (parse_type("int"),)


def test_results_follow_from_the_formulas() -> None:
    assert call("f64[B,2]", "f64[B,2]", "f64[]", axis=5).results == (
        parse_type("f64[B,2]"),
        parse_type("i64[5]"),
    )


def test_rules_that_are_unknown_are_given_back() -> None:
    found = call("f32[B]", "f32[C]", "f32[]")
    assert [rule.code for rule in found.unknown] == ["C1"]
    assert found.problems == ()


def test_the_first_broken_rule_is_the_problem() -> None:
    found = call("f32[2]", "f32[3]", "f32[]", axis=-1)
    assert codes(found) == ["test.op.C1"]
    (problem,) = found.problems
    assert problem.where == "here"
    assert problem.rule == "shape(x) == shape(y)"
    assert "x: f32[2]" in problem.got and "axis: -1" in problem.got


@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        ((), ["ir.arity"]),
        (("list[int]", "int", "int"), ["ir.operand"] * 3),
        (("i32[2]", "i32[2]", "i32[]"), ["test.op.T", "test.op.T", "test.op.T"]),
        (("f32[2]", "f64[2]", "f32[]"), ["test.op.T"]),
        (("f32[2]", "f32[...]", "f32[]"), ["ir.known"]),
        (("f32[2]", "?[2]", "f32[]"), ["ir.known"]),
        (("list[int]", "float"), ["ir.arity"]),
    ],
)
def test_operands_that_fit_no_signature(operands: tuple[str, ...], expected: list[str]) -> None:
    found = call(*operands)
    assert codes(found) == expected
    assert found.results == ()


@pytest.mark.parametrize(
    ("attrs", "expected"),
    [
        ({}, 1),
        ({"axis": 1, "scale": 1.0}, 0),
        ({"axis": 1, "scale": 1}, 1),
        ({"axis": True, "scale": 1.0}, 1),
        ({"axis": 2**63, "scale": 1.0}, 1),
        ({"axis": 1, "scale": 1.0, "other": 1}, 1),
        ({"scale": 1.0, "axis": 1}, 1),
    ],
)
def test_attributes_are_the_declared_ones_in_order(attrs: dict[str, Any], expected: int) -> None:
    problems = check_attrs(OP, attrs, "")
    if attrs:
        assert len(problems) == expected
    else:
        assert len(problems) == 2
    assert {problem.code for problem in problems} <= {"ir.attr"}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", 3, 3.0),
        ("float", 3.0, 3),
        ("bool", True, 1),
        ("str", "a", None),
        ("str?", None, 3),
        ("dtype", DTypeAttr("f32"), "f32"),
        ("dim", parse_dim("2*B"), parse_dim("?")),
        ("type", parse_type("f32[B]"), "f32[B]"),
        ("symbol", "n", "2n"),
        ("ints", (1, 2), (1, 2.0)),
        ("ints", (), [1]),
        ("dims", (1, parse_dim("B")), (1, None)),
        ("strs", ("a",), (1,)),
        ("const", TensorConst("f32", (), bytes(4)), (1,)),
    ],
)
def test_kinds_of_attributes(kind: str, good: Any, bad: Any) -> None:
    assert fits(AttrDecl("a", kind), good)
    assert not fits(AttrDecl("a", kind), bad)


def test_defaults_are_filled_in_and_the_rest_kept() -> None:
    assert list(with_defaults(OP, {"axis": 1, "odd": 2}).items()) == [("axis", 1), ("scale", 1.0), ("odd", 2)]
    assert AttrDecl("a", "int").default is REQUIRED


@pytest.mark.parametrize("op", list(operators().values()), ids=lambda op: op.name)
def test_declared_defaults_are_of_their_kind(op: Op) -> None:
    wrong = [d.name for d in op.attrs if d.default is not REQUIRED and not fits(d, d.default)]  # type: ignore[arg-type]
    assert wrong == []
    assert find(op.name) is op
