"""``archive code``: the program as text, printed from the IR."""

from __future__ import annotations

import argparse

from ..cli import UsageError
from .opening import open_file, read_program
from .output import print_json

OPERATORS = "code/__operators__.py"


def run(args: argparse.Namespace) -> int:
    """Print every file of the program text, or one."""
    from ...schema.text.printer import print_program

    with open_file(args.file) as archive:
        files = print_program(read_program(archive))
    if args.member is not None:
        if args.member not in files:
            raise UsageError(f"there is no {args.member!r}; the files are {', '.join(files)}")
        files = {args.member: files[args.member]}
    elif not args.operators:
        files.pop(OPERATORS, None)
    if args.json:
        print_json({"ok": True, "files": files})
        return 0
    for index, (name, text) in enumerate(files.items()):
        if args.member is None:
            print(("\n" if index else "") + f"# ---- {name}")
        print(text, end="" if text.endswith("\n") else "\n")
    return 0
