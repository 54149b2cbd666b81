"""Archives that load, but that ``archive verify --run`` refuses: ``cases/verify/``. SPEC 7.10, 10.7.

Run ``python -m tracebox.conformance.generate.checks`` to write the files; a test compares them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from msgpack import packb

from ...archive.entries import entry_points
from ...archive.program import encode_program
from ...archive.write import write_archive
from ...schema.text.printer import print_program
from ..programs import call_program
from .folder import command

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "verify"
TYPE = "f32[2]"


def archive(
    *, operator: str = "add", format: str = "tracebox-vectors", sum_: float = 4.0, free: int = 0
) -> bytes:
    """An archive that adds two vectors; each argument is one thing that may be wrong.

    Parameters
    ----------
    operator
        What the program text says in place of ``add``.
    format
        The format that the recorded vectors name.
    sum_
        The recorded result of 1 + 3.
    free
        If not 0, the size that is recorded of a free result.
    """
    program = call_program("add", {}, (TYPE, TYPE))
    text = {name: code.replace("add(", f"{operator}(") for name, code in print_program(program).items()}
    result = ["f32", [free], None] if free else _tensor(sum_, 6)
    call = ["forward", True, [_tensor(1, 2), _tensor(3, 4)], [result]]
    return write_archive(
        None,
        program=encode_program(program),
        entry_points=entry_points(program),
        code=text,
        tests={"tests/vectors.msgpack": packb([format, 1, [call]])},
        producer={"name": "tracebox-conformance", "version": "1"},
    )


def _tensor(*values: float) -> list[Any]:
    return ["f32", [len(values)], np.array(values, "<f4").tobytes()]


CASES: tuple[tuple[str, str | None, str, dict[str, Any]], ...] = (
    ("sound", None, "", {}),
    ("other-text", "ir.code", "the text calls subtract, the program add", {"operator": "subtract"}),
    ("other-format", "vectors.form", "the recorded vectors name another format", {"format": "vectors"}),
    ("free-result", None, "", {"free": 2}),
    ("other-size", "vectors.result", "the recorded size of a free result is 3", {"free": 3}),
    ("other-result", "vectors.result", "the recorded result of 1 + 3 is 5", {"sum_": 5.0}),
)


def files() -> dict[str, bytes]:
    """The content of every file by its name."""
    found: dict[str, bytes] = {}
    rows = []
    for name, label, changed, change in CASES:
        found[f"{name}.tbox"] = archive(**change)
        row: dict[str, Any] = {"name": name, "file": f"{name}.tbox", "label": label}
        rows.append(row | ({"twin": "sound", "changed": changed} if label else {}))
    found["index.json"] = (json.dumps({"version": 1, "archives": rows}, indent=1) + "\n").encode()
    return found


if __name__ == "__main__":
    sys.exit(command(__doc__, DIRECTORY, files))
