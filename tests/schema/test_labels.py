"""Every rule stands in the specification, is used in the code, and is broken by a case."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.schema.provoked import PROVOKED
from tracebox.schema.errors import TraceboxError
from tracebox.schema.generate import RULES_MARK, load_rules, rule_table
from tracebox.schema.registry import label_rules
from tracebox.schema.rules import RULES

load_rules()
ROOT = Path(__file__).resolve().parents[2]
OPERATORS = set(label_rules())
#: Rules of writing: no archive breaks them, so that chapter 11 has them, and `provoked` breaks them.
WRITING = ("trace.", "check.", "save.", "script.")
LABELS = sorted(RULES)
ARCHIVE_LABELS = [label for label in LABELS if not label.startswith(WRITING)]


def prose() -> str:
    """SPEC.md without chapter 11's table."""
    text = (ROOT / "SPEC.md").read_text(encoding="utf-8")
    assert rule_table() in text and RULES_MARK not in text
    return text.replace(rule_table(), "")


def test_every_rule_of_the_format_is_stated_in_the_specification() -> None:
    text = prose()
    lacking = [label for label in ARCHIVE_LABELS if f"[{label}]" not in text and f"`{label}`" not in text]
    assert lacking == [], f"{len(lacking)} rules that no section states"


def test_every_label_in_the_specification_is_a_rule() -> None:
    text = (ROOT / "SPEC.md").read_text(encoding="utf-8")
    cited = set(re.findall(r"\[((?:[a-z_0-9]+\.)+(?:[a-z][a-z0-9-]*|[A-Z][A-Za-z0-9]*))\]", text))
    assert sorted(cited - set(RULES)) == []


# --- code ------------------------------------------------------------------------------------


def rule_constants() -> dict[str, str]:
    """The name that each rule outside of the operators is bound to, by label."""
    found: dict[str, str] = {}
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
                label = node.value.args[0]
                if (
                    isinstance(label, ast.Constant)
                    and label.value in RULES
                    and isinstance(node.targets[0], ast.Name)
                ):
                    found[str(label.value)] = node.targets[0].id
    return found


def _sources() -> list[Path]:
    return [
        path for folder in ("schema", "archive", "reader", "writer") for path in (ROOT / folder).rglob("*.py")
    ]


def test_every_rule_is_used_by_the_code() -> None:
    used: set[str] = set()
    for path in _sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        targets = {id(t) for node in ast.walk(tree) if isinstance(node, ast.Assign) for t in node.targets}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and id(node) not in targets:
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    constants = rule_constants()
    own = [label for label in LABELS if label not in OPERATORS]
    assert sorted(set(own) - set(constants)) == [], "rules that are bound to no name"
    assert [label for label in own if constants[label] not in used] == []


# --- cases -----------------------------------------------------------------------------------


def labels_in(value: Any) -> set[str]:
    """All values of keys ``label`` in plain data."""
    if isinstance(value, dict):
        own = {value["label"]} if isinstance(value.get("label"), str) else set()
        return own.union(*map(labels_in, value.values()))
    return set().union(*map(labels_in, value)) if isinstance(value, list) else set()


@cache
def case_labels() -> frozenset[str]:
    """The labels that the cases on disk break: in JSON files, and in the table of hostile archives."""
    found: set[str] = set()
    for path in (ROOT / "conformance" / "cases").rglob("*.json"):
        found |= labels_in(json.loads(path.read_text(encoding="utf-8")))
    return frozenset(found)


@pytest.mark.parametrize(
    "family", sorted({label.split(".")[0] for label in ARCHIVE_LABELS if label not in OPERATORS})
)
def test_every_rule_of_the_format_has_a_case_that_breaks_it(family: str) -> None:
    labels = [label for label in ARCHIVE_LABELS if label.split(".")[0] == family and label not in OPERATORS]
    lacking = sorted(set(labels) - case_labels() - not_asked())
    assert lacking == [], f"{len(lacking)} of {len(labels)} rules have no case"


def test_every_rule_of_an_operator_has_a_case_that_breaks_it() -> None:
    lacking = sorted(OPERATORS - case_labels())
    assert lacking == [], f"{len(lacking)} of {len(OPERATORS)} rules have no case"


def test_every_label_of_a_case_is_a_rule() -> None:
    assert sorted(case_labels() - set(RULES)) == []


def not_asked() -> set[str]:
    """The rules of which the specification says that no case asks for them. SPEC 14.5."""
    text = (ROOT / "docs" / "spec" / "14-conformance.md").read_text(encoding="utf-8")
    (sentence,) = (
        line for line in text.split("\n") if line.startswith("The following labels are asked for by no case")
    )
    return set(re.findall(r"\[([a-z.]+)\]", sentence))


def test_only_what_embeds_a_runtime_breaks_the_rules_that_no_case_asks_for() -> None:
    assert not_asked() == {"run.native", "run.operator", "run.engine", "text.template"}


def test_rules_that_no_case_breaks_are_provoked() -> None:
    wanted = {label for label in LABELS if label not in case_labels()}
    assert wanted == set(PROVOKED), "break each in tests/schema/provoked.py, or in a case"
    assert all(label.startswith(WRITING) or label in not_asked() for label in wanted)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("label", PROVOKED)
def test_a_rule_that_no_case_breaks_is_broken(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TraceboxError) as caught:
        PROVOKED[label](monkeypatch)
    assert caught.value.code == label
