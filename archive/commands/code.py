"""``archive code``: the program as text, printed from the IR."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ...schema.ir import Node, Span
from ..cli import UsageError
from .opening import open_file, read_program, source_lines
from .output import print_json

OPERATORS = "code/__operators__.py"


def run(args: argparse.Namespace) -> int:
    """Print every file of the program text, or one."""
    from ...schema.text.printer import print_program

    with open_file(args.file) as archive:
        lines = source_lines(archive) if args.source else None
        files = print_program(read_program(archive), _comment(lines) if args.source else None)
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


def _comment(lines: Callable[[Span], str] | None) -> Callable[[Node], str]:
    """What to say above a node: its place in the source, and the line where the file has it."""

    def comment(node: Node) -> str:
        if node.span is None:
            return ""
        return f"{node.span!r}  {lines(node.span) if lines is not None else ''}".rstrip()

    return comment
