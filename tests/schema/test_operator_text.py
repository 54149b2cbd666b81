"""Every operator's calls, as the conformance cases have them, survive encoding and text. SPEC 6, 7."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tracebox.archive.program import decode_program, encode_program
from tracebox.conformance.json_form import load
from tracebox.conformance.model import Accept
from tracebox.conformance.programs import call_program
from tracebox.conformance.suite import CASES
from tracebox.schema.encoding import programs_equal
from tracebox.schema.expand import check_bodies
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program

FILES = sorted((CASES / "ops").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_calls_of_an_operator_are_encoded_and_printed(path: Path) -> None:
    op, _, cases = load(path.read_text("utf-8"))
    seen: set[str] = set()
    for case in cases:
        form = f"{case.attrs} {case.operands}"
        if not isinstance(case, Accept) or form in seen:
            continue
        seen.add(form)
        program = call_program(op, case.attrs, case.operands)
        assert not check_bodies(program)
        assert programs_equal(decode_program(encode_program(program)), program)
        files = print_program(program)
        for text in files.values():
            ast.parse(text)
        assert programs_equal(parse_program(files), program)
    assert seen
