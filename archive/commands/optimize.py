"""``archive optimize``: passes over the program, which computes the same afterwards."""

from __future__ import annotations

import argparse
import os

from .opening import open_file
from .output import print_json, print_table, size_text


def run(args: argparse.Namespace) -> int:
    """Write the archive with the new program, and say what changed."""
    from ...writer.optimize import optimize_archive, write_optimized

    output = args.output or args.file
    with open_file(args.file) as archive:
        size = archive.size
        made = optimize_archive(archive, args.passes)
        write_optimized(archive, output, made)
    before, after = made.before, made.after
    if args.json:
        sizes = {"before": size, "after": os.stat(output).st_size}
        figures = {"before": before.as_json(), "after": after.as_json()}
        print_json({"ok": True, "output": output, "size": sizes, **figures})
        return 0
    rows = [("", "before", "after")]
    for kind in sorted(before.nodes.keys() | after.nodes.keys()):
        rows.append((f"nodes: {kind}", str(before.nodes.get(kind, 0)), str(after.nodes.get(kind, 0))))
    rows.append(("nodes", str(before.total), str(after.total)))
    rows.append(("functions", str(before.functions), str(after.functions)))
    rows.append(("parameters", size_text(before.parameter_bytes), size_text(after.parameter_bytes)))
    rows.append(("peak memory, symbols 1", size_text(before.peak_bytes), size_text(after.peak_bytes)))
    rows.append(("file", size_text(size), size_text(os.stat(output).st_size)))
    print(f"{output}:")
    print_table(rows)
    return 0
