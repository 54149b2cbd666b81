"""``archive strip``: remove what is not needed to run; what runs stays the same."""

from __future__ import annotations

import argparse
import os

from ...schema.ir import Program, all_functions, walk
from ..content import TensorData
from ..pack import Kept
from ..program import decode_program, encode_program
from ..read import Archive
from ..write import write_archive
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
    members = [
        name for name in archive.names if not name.startswith(("params/", "ir/")) and name != "chunks.bin"
    ]
    removed = [name for name in members if name.startswith(prefixes)]
    kept_members = {name: archive.read(name) for name in members if name not in removed}
    program, text = archive.program, archive.code
    if names:
        read_program(archive, spans=False)  # refuses what is not sound
        renamed = _rename(decode_program(program))
        program = encode_program(renamed)
        if text and not code:
            from ...schema.text.printer import print_program

            text = print_program(renamed)
        removed.append("names of values")
    manifest = archive.manifest
    write_archive(
        output,
        program=program,
        code={} if code else text,
        tests={name: data for name, data in kept_members.items() if name.startswith("tests/")},
        extra_members={n: d for n, d in kept_members.items() if not n.startswith(("tests/", "code/"))},
        tensors={t.name: TensorData(t.dtype, t.shape, archive.tensor(t.name)) for t in manifest.tensors},
        entry_points=manifest.entry_points,
        state=manifest.state,
        metadata=manifest.metadata,
        producer=manifest.producer,
        features=manifest.features,
        opsets=manifest.opsets,
        version=manifest.version,
        kept=_compressed(archive),
    )
    return removed


def _compressed(archive: Archive) -> dict[str, Kept]:
    found = {}
    for name in {tensor.member for tensor in archive.manifest.tensors}:
        stored = archive.stored(name)
        if stored.codec != "raw":
            found[name] = Kept(stored.codec, stored.rows, archive.stored_bytes(name))
    return found


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
