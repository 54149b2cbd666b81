"""Write the case files: ``python -m tracebox.conformance.generate [DIRECTORY] [--check]``.

``cases/ops/<operator>.json`` follows from the generators alone, the same on every run.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

from ...schema.registry import OPSET
from ..json_form import dump
from .folder import command
from .registry import generated, generators

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "ops"


@functools.cache
def files() -> dict[str, str]:
    """The text of every case file by its name."""
    return {f"{op}.json": dump(op, OPSET, generated(op)) for op in generators()}


def main(argv: list[str] | None = None) -> int:
    return command(__doc__, DIRECTORY, lambda: {name: text.encode() for name, text in files().items()}, argv)


if __name__ == "__main__":
    sys.exit(main())
