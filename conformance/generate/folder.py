"""A folder of generated files, and the command that writes or compares it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path


def command(
    doc: str | None,
    folder: Path,
    make: Callable[[], Mapping[str, bytes]],
    argv: list[str] | None = None,
) -> int:
    """Make `folder` hold exactly the files of `make`; with ``--check`` say which differ, and exit 1."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("folder", nargs="?", type=Path, default=folder)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a file would change")
    args = parser.parse_args(argv)
    args.folder.mkdir(parents=True, exist_ok=True)
    have = {path.name: path.read_bytes() for path in args.folder.iterdir()}
    want = make()
    stale = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
    if args.check:
        print("\n".join(stale) or f"{len(want)} files are up to date")
        return 1 if stale else 0
    for name in stale:
        if name in want:
            (args.folder / name).write_bytes(want[name])
        else:
            (args.folder / name).unlink()
    print(f"wrote {len(stale)} of {len(want)} files")
    return 0
