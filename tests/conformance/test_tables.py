"""The tables that are keyed by operator hold the same operators, and every rule has its case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reader.kernels.harness import cases_of
from tracebox.conformance.generate.__main__ import DIRECTORY, files, main
from tracebox.conformance.generate.registry import generated, generators
from tracebox.conformance.json_form import dump, load
from tracebox.conformance.model import Accept, Reject, full_label
from tracebox.conformance.oracle.arrays import Array
from tracebox.conformance.oracle.registry import oracles
from tracebox.reader.kernels.registry import DIRECT, PREPARE, VIEWS, kernels
from tracebox.schema.registry import FAMILIES, OPSET, label_rules, operators
from tracebox.schema.rules import RULES

OPERATORS = tuple(operators())
LARGEST_FILE = 60 * 1024


def test_every_operator_has_an_oracle_and_cases() -> None:
    assert set(oracles()) == set(generators()) == set(OPERATORS)


def test_every_primitive_has_a_kernel() -> None:
    primitives = {op.name for op in operators().values() if not op.composite}
    assert primitives <= set(kernels()) <= set(OPERATORS)


def test_special_kernels_are_of_operators() -> None:
    assert DIRECT.keys() | PREPARE.keys() | VIEWS <= set(OPERATORS)


@pytest.mark.parametrize("op", OPERATORS)
def test_every_rule_of_an_operator_has_a_case_that_breaks_it(op: str) -> None:
    broken = {full_label(op, case.label) for case in generated(op) if not isinstance(case, Accept)}
    assert sorted(set(operators()[op].labels) - broken) == []


@pytest.mark.parametrize("op", OPERATORS)
def test_cases_name_labels_that_exist(op: str) -> None:
    known = set(label_rules()) | set(RULES)  # a composite's error may be one that its body names
    labels = {full_label(op, case.label) for case in generated(op) if not isinstance(case, Accept)}
    assert sorted(labels - known) == []


@pytest.mark.parametrize("op", OPERATORS)
def test_cases_of_an_operator_have_names_of_their_own(op: str) -> None:
    names = [(type(case), case.name) for case in generated(op)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("op", OPERATORS)
def test_every_dtype_of_an_operator_is_accepted_in_some_case(op: str) -> None:
    signature = operators()[op].signatures[0]
    allowed = {dtype for dtypes in signature.typevars.values() if dtypes != "type" for dtype in dtypes}
    used = {
        value.dtype
        for case in generated(op)
        if isinstance(case, Accept)
        for value in case.inputs
        if isinstance(value, Array)
    }
    assert sorted(allowed - used) == []


def test_case_files_are_up_to_date() -> None:
    have = {path.name: path.read_text(encoding="utf-8") for path in DIRECTORY.glob("*.json")}
    assert have == files(), "run python -m tracebox.conformance.generate"


def test_case_files_are_small() -> None:
    assert [path.name for path in DIRECTORY.glob("*.json") if path.stat().st_size > LARGEST_FILE] == []


@pytest.mark.parametrize("op", OPERATORS)
def test_a_case_file_reads_back(op: str) -> None:
    wanted = generated(op)
    text = dump(op, OPSET, wanted)
    name, opset, found = load(text)
    assert (name, opset, len(found)) == (op, OPSET, len(wanted))
    for a, b in zip(found, wanted):
        assert (a.name, type(a), a.operands, dict(a.attrs)) == (b.name, type(b), b.operands, dict(b.attrs))
        if isinstance(a, Reject) and isinstance(b, Reject):
            assert (a.label, a.valid_operands) == (full_label(op, b.label), b.valid_operands)
    # Values by their text: a NaN is not equal to itself.
    assert dump(name, opset, found) == text


def test_the_generator_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gone.json").write_text("{}")
    assert main([str(tmp_path), "--check"]) == 1
    assert main([str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files())
    assert main([str(tmp_path), "--check"]) == 0
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_cases(family: str) -> None:
    assert cases_of(family)
