"""Programs written by hand for the tests of passes, and what is asked of them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from tracebox.reader.program import Runnable
from tracebox.schema.ir import Node, Program, walk
from tracebox.schema.text.parser import parse_program
from tracebox.schema.verify import verify_program
from tracebox.writer.passes import run_passes

TENSORS = {"w": np.arange(3, dtype=np.float32), "u": np.ones(4, np.float32)}
HEAD = """__module__ = "m"


class Net(Module):
    w: Param[f32[3]]
    u: Param[f32[4]]
    h: Field["i64[]"]

"""
MAIN = """opset = 1

m0 = m.Net(w="w", u="u", h=i64(0))  # the root

exports = ["forward"]
"""


def program(*methods: str, functions: str = "") -> Program:
    """A program whose class has these methods."""
    bodies = "\n\n".join("    " + method.strip().replace("\n", "\n    ") for method in methods)
    text = HEAD.replace("\n\nclass", f"\n\n{functions.strip()}\n\n\nclass") if functions else HEAD
    bodies = re.sub(r"(\w+)\[\(\)\]", r'"\1[]"', bodies)  # a rank of 0, as the text has it
    made = parse_program({"code/m.py": text + bodies + "\n", "code/__program__.py": MAIN})
    assert verify_program(made) == []
    return made


def after(given: Program, *passes: str) -> Program:
    return run_passes(given, TENSORS, passes).program


def nodes(given: Program, name: str = "forward") -> list[Node]:
    return list(walk(given.export(name).body))


def names(given: Program) -> list[str]:
    """The kinds of the nodes of ``forward``, of operators their names."""
    return [node.name if node.kind == "op" else node.kind for node in nodes(given)]


def call(given: Program, *arguments: Any) -> Any:
    return Runnable(given, TENSORS)(*arguments)


X = np.array([-0.0, 1.5, np.inf], np.float32)
