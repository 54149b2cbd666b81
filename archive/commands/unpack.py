"""``archive unpack``: an archive as a directory that can be edited."""

from __future__ import annotations

import argparse

from ...schema.text.printer import print_program
from .opening import open_file, read_program
from .output import Progress, print_json


def run(args: argparse.Namespace) -> int:
    """Lay the archive out; ``code/`` is printed from the IR."""
    from ..directory import unpack

    with open_file(args.file) as archive, Progress("unpacking") as progress:
        files = print_program(read_program(archive))
        unpack(archive, args.directory, code=files, progress=progress)
    if args.json:
        print_json({"ok": True, "directory": args.directory})
    else:
        print(f"{args.file} unpacked to {args.directory}")
        print(f"edit code/ there, then: archive pack {args.directory} -o NEW.tbox")
    return 0
