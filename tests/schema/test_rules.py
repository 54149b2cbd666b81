"""Rules: one label, one section, one class of error. SPEC 11."""

from __future__ import annotations

import re

import pytest

from tracebox.schema.errors import MAX_PROBLEMS, InvalidError, Problem, TraceboxError
from tracebox.schema.registry import label_rules, operators
from tracebox.schema.rules import RULES, Rule

LABEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.([a-z0-9-]+|[A-Z][A-Za-z0-9]*)")


def test_a_label_is_declared_once() -> None:
    known = next(iter(RULES))
    with pytest.raises(ValueError, match="declared twice"):
        Rule(known, "1", InvalidError, "again")


def test_labels_of_operators_are_registered_once_and_stay_the_same() -> None:
    first = label_rules()
    assert label_rules() == first
    assert {label for op in operators().values() for label in op.labels} == set(first)


def test_labels_have_one_form() -> None:
    label_rules()
    assert [code for code in RULES if not LABEL.fullmatch(code)] == []


def test_rules_name_a_section_and_state_themselves_in_a_sentence() -> None:
    label_rules()
    wrong = [r.code for r in RULES.values() if not re.fullmatch(r"\d+(\.\d+)*", r.section) or not r.text]
    assert wrong == []


def test_a_message_says_where_which_rule_what_and_what_to_do() -> None:
    rule = RULES["ir.result"]
    text = str(rule.problem("m.forward", expected="f32[B]", got="f32[C]", hint="refine it"))
    assert text == f"m.forward: [ir.result] {rule.text}; expected f32[B]; got f32[C]; refine it"


def test_an_error_is_of_its_rules_class_and_carries_the_problem() -> None:
    error = RULES["ir.result"].fail("here")
    assert isinstance(error, InvalidError) and error.code == "ir.result"
    assert error.problems[0].as_json() == {
        "where": "here",
        "code": "ir.result",
        "rule": RULES["ir.result"].text,
    }


def test_an_error_reports_at_most_a_hundred_problems() -> None:
    error = TraceboxError([Problem("", "a.b", str(i)) for i in range(500)])
    assert len(error.problems) == MAX_PROBLEMS
