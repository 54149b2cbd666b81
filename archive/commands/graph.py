"""``archive graph``: the program as a graph."""

from __future__ import annotations

import argparse

from ...schema.graph import graph_dot, graph_text
from .opening import open_file, read_program, source_lines
from .output import print_json


def run(args: argparse.Namespace) -> int:
    """Print the graph as text or in Graphviz's dot language."""
    with open_file(args.file) as archive:
        program = read_program(archive)
        lines = None if args.no_source else source_lines(archive)
    if args.format == "dot":
        text = graph_dot(program, bodies=args.bodies, lines=lines)
    else:
        text = graph_text(program, bodies=args.bodies, lines=lines)
    if args.json:
        print_json({"ok": True, "format": args.format, "graph": text})
    else:
        print(text, end="")
    return 0
