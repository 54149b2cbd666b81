"""The cases on disk, read as things that a runtime is asked. SPEC 14.5.

Every `Question` is one request to load an archive and, unless the archive is to be
refused, one to run it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..schema.registry import find
from ..schema.rules import RULES
from .json_form import load, value_json
from .model import Accept, Fails, Reject, Value
from .oracle.arrays import Array
from .programs import ENTRY, archive_of, broken_program, call_program

CASES = Path(__file__).parent / "cases"

#: The phase in which an error of a class is found. SPEC 11.1.
PHASES = {
    "MalformedError": "malformed",
    "InvalidError": "invalid",
    "UnsupportedError": "unsupported",
    "ArgumentError": "argument",
    "GuardError": "guard",
    "ProgramError": "program",
    "StateError": "state",
    "LimitError": "limit",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One case: the archive to load, what to run, and what must come of it.

    `outcome` is ``accept``, ``reject`` or ``fail``; `phase` and `label` say how it is
    rejected or fails. `operator` is the operator that the case is about, or "".
    """

    name: str
    operator: str
    needs: str
    archive: bytes
    outcome: str
    phase: str = ""
    label: str = ""
    inputs: tuple[Any, ...] | None = None
    outputs: tuple[Value, ...] = ()
    bounds: tuple[Array | None, ...] = ()


def questions(select: tuple[str, ...] = ()) -> Iterator[Question]:
    """All cases, or those in whose name one of the texts of `select` occurs."""
    yield from container_questions(select)
    yield from program_questions(select)
    for path in sorted((CASES / "ops").glob("*.json")):
        op, _, cases = load(path.read_text("utf-8"))
        for case in cases:
            name = f"ops/{op}/{case.name}"
            if _selected(name, select):
                yield from operator_questions(name, op, case)


def _selected(name: str, select: tuple[str, ...]) -> bool:
    return not select or any(text in name for text in select)


def needs_of(op: str) -> str:
    """The least profile that has the operator. SPEC 14.1."""
    found = find(op)
    return "full" if found is not None and found.family in ("string", "container") else "primitives"


def operator_questions(name: str, op: str, case: Accept | Reject | Fails) -> Iterator[Question]:
    """The questions of one operator case; a rejected call's twin is one of its own."""
    needs = needs_of(op)
    if isinstance(case, Reject):
        twin = (case.valid_attrs, case.valid_operands)
        yield Question(f"{name}:twin", op, needs, archive_of(call_program(op, *twin)), "accept")
        broken = broken_program(op, twin, case.attrs, case.operands)
        phase = phase_of(case.label)
        yield Question(name, op, needs, archive_of(broken), "reject", phase, case.label)
        return
    archive = archive_of(call_program(op, case.attrs, case.operands))
    inputs = tuple(map(value_json, case.inputs))
    if isinstance(case, Fails):
        yield Question(name, op, needs, archive, "fail", "program", case.label, inputs)
    else:
        yield Question(name, op, needs, archive, "accept", "", "", inputs, case.outputs, case.bounds)


def phase_of(label: str) -> str:
    """The phase in which a breach of the rule is found."""
    rule = RULES.get(label)
    return PHASES[rule.error.__name__] if rule is not None else "invalid"


def container_questions(select: tuple[str, ...]) -> Iterator[Question]:
    """The hostile archives and their valid twins."""
    folder = CASES / "container"
    for entry in json.loads((folder / "index.json").read_text("utf-8"))["archives"]:
        name = f"container/{entry['name']}"
        if not _selected(name, select):
            continue
        data = (folder / entry["file"]).read_bytes()
        label = entry.get("label") or ""
        if label:
            yield Question(name, "", "container", data, "reject", phase_of(label), label)
        else:
            yield Question(name, "", "container", data, "accept")


def program_questions(select: tuple[str, ...]) -> Iterator[Question]:
    """Invalid programs and their valid twins."""
    from ..archive.program import pack_plain
    from ..archive.write import write_archive

    for path in sorted((CASES / "program").glob("*.json")):
        for entry in json.loads(path.read_text("utf-8"))["cases"]:
            name = f"program/{entry['name']}"
            if not _selected(name, select):
                continue
            program = pack_plain(_with_bytes(entry["program"]))
            data = write_archive(None, program=program)
            label = entry.get("label") or ""
            if label:
                yield Question(name, "", "primitives", data, "reject", phase_of(label), label)
            else:
                yield Question(name, "", "primitives", data, "accept")


def _with_bytes(plain: Any) -> Any:
    """JSON with ``{"bytes": base64}`` as the plain form that it stands for."""
    if isinstance(plain, dict):
        return base64.b64decode(plain["bytes"])
    return [_with_bytes(item) for item in plain] if isinstance(plain, list) else plain


__all__ = ["ENTRY", "Question", "questions"]
