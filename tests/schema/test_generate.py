"""Generated files are those that the declarations give. SPEC 8 and 11."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tracebox.schema import generate
from tracebox.schema.operator_text import accuracy_text, operator_chapter, signature_text
from tracebox.schema.registry import FAMILIES, find, operators

CHAPTER = operator_chapter()


@pytest.mark.parametrize("path", list(generate.files()), ids=lambda path: path.name)
def test_a_generated_file_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generate.files()[path]


def test_sections_of_operators_are_numbered_in_order() -> None:
    for number, family in enumerate(FAMILIES, 1):
        sections = [op.section for op in operators().values() if op.family == family]
        assert sections == [f"8.{number}.{i}" for i in range(1, len(sections) + 1)], family


@pytest.mark.parametrize("name", list(operators()))
def test_an_operators_entry_has_its_labels_and_its_meaning(name: str) -> None:
    op = operators()[name]
    entry = CHAPTER[CHAPTER.index(f"#### {op.section} `{name}`\n") :]
    entry = entry[: entry.find("\n#### ", 5)]
    assert op.doc in entry
    assert all(f"[{label}]" in entry for label in op.labels)
    assert all(f"`{decl.name}`" in entry for decl in op.attrs)


def test_documentation_is_written_in_sentences() -> None:
    wrong = [op.name for op in operators().values() if not op.doc.endswith(".")]
    assert wrong == []


def test_a_signature_shows_operands_attributes_and_results() -> None:
    op = find("sum")
    assert op is not None
    assert signature_text(op, op.signatures[0]).startswith("sum(x: T; axes, keepdims=false) -> T[")


def test_accuracy_is_written_in_the_words_of_the_specification() -> None:
    texts = {accuracy_text(op.accuracy).split(":")[0] for op in operators().values()}
    words = r"exact|correctly rounded|\d+(\.\d+)? ulp|dot|body|stable \d+"
    assert all(re.fullmatch(words, text) for text in texts)


def test_ops_json_is_plain_data_with_every_operator() -> None:
    found = json.loads(json.dumps(generate.operators_json()))
    assert [op["name"] for op in found["operators"]] == list(operators())
    assert {label for op in found["operators"] for label in op["labels"]} == {
        label for op in operators().values() for label in op.labels
    }


def test_the_table_of_rules_has_every_other_rule_once() -> None:
    table = generate.rule_table()
    labels = re.findall(r"^\| \[([^\]]+)\]", table, flags=re.M)
    assert len(labels) == len(set(labels))
    assert {"ir.ssa", "zip.magic", "run.guard", "enc.form", "manifest.version"} <= set(labels)
