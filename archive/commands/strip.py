"""``archive strip``: remove what is not needed to run; what runs stays the same."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ...schema.ir import Program, all_functions, walk
from ..program import encode_program
from ..read import Archive
from ..rewrite import copy_archive
from .opening import open_file, read_program
from .output import print_json, size_text


def run(args: argparse.Namespace) -> int:
    """Write the stripped archive and say what it saved."""
    output = args.output or args.file
    with open_file(args.file) as archive:
        before = archive.size
        removed = strip(archive, output, code=args.code, names=args.names, tests=args.tests)
    after = os.stat(output).st_size
    if args.json:
        print_json({"ok": True, "output": output, "removed": removed, "before": before, "after": after})
    else:
        what = ", ".join(removed) or "nothing"
        print(f"{output}: {size_text(after)}, before {size_text(before)}; removed {what}")
    return 0


def strip(
    archive: Archive, output: str, *, code: bool = False, names: bool = False, tests: bool = False
) -> list[str]:
    """Write `archive` without its debug information, and give the names of what was left out.

    Parameters
    ----------
    archive
        The archive to read.
    output
        The path to write; may be the archive's own.
    code
        Leave the program text out, too.
    names
        Give the program's values the names ``v0``, ``v1``, ...; the program's bytes, and so the
        root digest, change with them, but not what it computes.
    tests
        Leave the recorded vectors out, too.
    """
    prefixes = ("debug/",) + (("code/",) if code else ()) + (("tests/",) if tests else ())
    removed = [name for name in archive.names if name.startswith(prefixes)]
    changes: dict[str, Any] = {}
    if names:
        program = _rename(read_program(archive, spans=False))
        changes["program"] = encode_program(program)
        if archive.code and not code:
            from ...schema.text.printer import print_program

            changes["code"] = print_program(program)
            prefixes += ("code/",)
        removed.append("the names of values")
    copy_archive(archive, output, drop=lambda name: name.startswith(prefixes), **changes)
    return removed


def _rename(program: Program) -> Program:
    """The same program, which was decoded for this, with its values numbered."""
    for _, _, function in all_functions(program):
        values = list(function.params)
        for node in walk(function.body):
            for block in node.blocks:
                values += block.params
            values += node.results
        for number, value in enumerate(dict.fromkeys(values)):
            value.name = f"v{number}"
    return program
