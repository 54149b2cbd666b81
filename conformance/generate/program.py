"""Cases of the verifier: ``cases/program/*.json``. SPEC 14.5.

Each invalid program differs from a valid twin in one place. Run
``python -m tracebox.conformance.generate.program`` to write the files; a test compares them.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...schema.encoding import Plain, to_plain
from ...schema.ir import Program
from ...schema.verify import verify_program
from ..json_form import value_json
from .folder import command
from .program_breaks import BREAKS
from .program_bytes import Case as Encoding
from .program_bytes import cases as encodings
from .program_cases import BASES
from .program_runs import Run, phase, runs, unfinished
from .program_types import TYPES

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "program"


@dataclass(frozen=True, slots=True)
class Break:
    """A change of the valid program `base` that breaks the rule `label`."""

    base: str
    name: str
    label: str
    change: Callable[[Program], None]


def breaks() -> Iterator[Break]:
    """All invalid programs, as changes of valid ones."""
    for base, found in BREAKS.items():
        for name, label, change in found:
            yield Break(base, name, label, change)


def broken(case: Break) -> Program:
    """The program that `case` describes."""
    program = BASES[case.base]()
    case.change(program)
    return program


def too_deep() -> Plain:
    """The plain form of ``nested`` with one more block inside the innermost ones, which no encoder writes."""
    plain: Any = to_plain(BASES["nested"]())
    node = plain[7][0][5][0][4][1][0]
    while node[4][0][1]:
        node = node[4][0][1][0]
    node[4][0][1].append([*node[:4], [[[], [], []], [[], [], []]], *node[5:]])
    found: Plain = plain
    return found


def files() -> dict[str, str]:
    """The text of every case file by its name."""
    found = {"types.json": _lines("types", [{"name": n, "label": label, "type": t} for n, label, t in TYPES])}
    found["run.json"] = _lines("run", [case for run in (*runs(), *unfinished()) for case in _run_cases(run)])
    found["encoding.json"] = _lines("encoding", list(map(_encoded, encodings())))
    for base, build in BASES.items():
        cases: list[dict[str, Any]] = [{"name": base, "label": None, "program": to_json(to_plain(build()))}]
        for case in breaks():
            if case.base == base:
                cases.append(_invalid(case))
        if base == "nested":
            program = to_json(too_deep())
            labels = {"label": "limit.nesting", "also": ["enc.limit"]}
            cases.append({"name": "too-deep", **labels, "twin": base, "program": program})
        found[f"{base}.json"] = _lines("program", cases)
    return found


def _invalid(case: Break) -> dict[str, Any]:
    changed = broken(case)
    also = sorted({problem.code for problem in verify_program(changed)} - {case.label})
    labels = {"name": case.name, "label": case.label, "also": also, "twin": case.base}
    return {**labels, "program": to_json(to_plain(changed))}


def _encoded(case: Encoding) -> dict[str, Any]:
    name, label, data, spans = case
    found: dict[str, Any] = {"name": name, "label": label, "bytes": b64encode(data).decode("ascii")}
    return found if spans is None else {**found, "spans": b64encode(spans).decode("ascii")}


def _run_cases(run: Run) -> list[dict[str, Any]]:
    program = to_json(to_plain(run.program))
    found: list[dict[str, Any]] = []
    if run.outputs:
        inputs, outputs = (list(map(value_json, values)) for values in (run.inputs, run.outputs))
        found = [{"name": run.name, "label": None, "inputs": inputs, "outputs": outputs, "program": program}]
    for name, (label, values) in run.failing.items():
        inputs = list(map(value_json, values))
        twin = {"twin": run.name} if run.outputs else {}
        case = {"name": f"{run.name}-{name}", "label": label, "phase": phase(label), **twin}
        found.append({**case, "inputs": inputs, "program": program})
    return found


def to_json(plain: Plain) -> Any:
    """A plain form as JSON; bytes become ``{"base64": ...}``."""
    if isinstance(plain, bytes):
        return {"base64": b64encode(plain).decode("ascii")}
    return [to_json(item) for item in plain] if isinstance(plain, list) else plain


def _lines(kind: str, cases: list[dict[str, Any]]) -> str:
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in cases)
    return f'{{"kind":"{kind}","cases":[\n{lines}\n]}}\n'


if __name__ == "__main__":
    sys.exit(command(__doc__, DIRECTORY, lambda: {name: text.encode() for name, text in files().items()}))
