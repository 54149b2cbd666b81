"""Write the case files: ``python -m tracebox.conformance.generate [DIRECTORY] [--check]``.

``cases/ops/<operator>.json`` follows from the generators alone, the same on every run.
"""

from __future__ import annotations

import argparse
import functools
import sys
from pathlib import Path

from ...schema.registry import OPSET
from ..json_form import dump
from .registry import generated, generators

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "ops"


@functools.cache
def files() -> dict[str, str]:
    """The text of every case file by its name."""
    return {f"{op}.json": dump(op, OPSET, generated(op)) for op in generators()}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tracebox.conformance.generate", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=DIRECTORY)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a file would change")
    args = parser.parse_args(argv)
    args.directory.mkdir(parents=True, exist_ok=True)
    have = {path.name: path.read_text(encoding="utf-8") for path in args.directory.glob("*.json")}
    want = files()
    stale = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
    if args.check:
        print("\n".join(stale) or f"{len(want)} case files are up to date")
        return 1 if stale else 0
    for name in stale:
        path = args.directory / name
        if name in want:
            path.write_text(want[name], encoding="utf-8")
        else:
            path.unlink()
    print(f"wrote {len(stale)} of {len(want)} case files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
