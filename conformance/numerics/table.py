"""The table of measured errors: printed, kept as rows of Markdown, and read back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path

from ...schema.registry import operators
from .measure import WAYS, Row
from .sampling import float_operators, is_moving

HEAD = """# Numerics

How far each operator of floats is from its oracle, at most: written by `make numerics`, which measures all of
them (`make numerics ARGS="--op tan"` one, and replaces its rows). NumPy's kernels differ with the features of
the processor, so another machine finds other errors; the classes hold on all of them.

- *class*: what the operator promises (SPEC 9.3);
- *error*: the largest one found, in units in the last place of the result (of complex ones, of their
  greater part);
- *of permitted*: the same, or another error that comes nearer to its bound, as a part of what the class
  permits there;
- *samples*: elements compared. Of elementwise operators they are dense over all exponents, with the
  neighbourhoods of zeros, poles, limits, multiples of pi and of one another's values; of the others, the
  operands of the conformance cases, changed at random. Functions of one operand are measured at all 65,536
  numbers of `f16`;
- *way*: composites natively and by their bodies.

"""
COLUMNS = "| operator | dtype | way | class | error | of permitted | kept | samples | at commit | where |"
MOVING = "\nOperators that only move, choose or make elements are exact in every sample too: "
_ROW = re.compile(r"^\| `(.+?)` \| (\S+) \| (\S*) ?\|")

Key = tuple[str, str, str]


def wanted() -> list[Key]:
    """The rows that the table must have, in order."""
    found = []
    for op, dtypes in float_operators().items():
        if not is_moving(op):
            ways = WAYS if operators()[op].composite else ("",)
            found += [(op, dtype, way) for dtype in dtypes for way in ways]
    return found


def number(value: float | None) -> str:
    if value is None:
        return ""
    return "wrong" if math.isinf(value) else f"{value:.3g}"


def line(row: Row, commit: str) -> str:
    """One row of the table."""
    cells = [
        f"`{row.op}`",
        row.dtype,
        row.way,
        row.accuracy,
        number(row.ulp),
        number(row.share),
        "yes" if row.honoured else "**no**",
        f"{row.samples:,}",
        commit,
        row.case.replace("|", "\\|"),
    ]
    return re.sub(r" +\|", " |", f"| {' | '.join(cells)} |")


def read(path: Path) -> dict[Key, str]:
    """The lines of the rows that a table has."""
    text = path.read_text("utf-8") if path.exists() else ""
    found = {}
    for each in text.splitlines():
        if match := _ROW.match(each):
            found[match[1], match[2], match[3]] = each
    return found


def text(rows: Iterable[tuple[Key, str]], moving: Iterable[str]) -> str:
    """The whole page."""
    known = dict(rows)
    lines = [known[key] for key in wanted() if key in known]
    rule = "|" + "---|" * COLUMNS.count(" | ") + "---|"
    names = ", ".join(f"`{op}`" for op in moving)
    return HEAD + "\n".join([COLUMNS, rule, *lines]) + "\n" + (f"{MOVING}{names}.\n" if names else "")
