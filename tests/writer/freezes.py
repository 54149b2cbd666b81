"""Every way in which a trace may freeze something, with what comes of it: the table of docs/tracing.md.

``python -m tests.writer.freezes`` writes the table anew; `test_freezes` runs each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
I = np.asarray(2)  # noqa: E741
SQUARE = np.ones((3, 3))
BEGIN, END = "<!-- freezes: begin -->\n", "<!-- freezes: end -->\n"
PAGE = Path(__file__).parents[2] / "docs" / "tracing.md"

#: What a row says: a guard of that reason, or one of these.
SYMBOLIC, TOLD, REFUSED, BOUND = "nothing", "a warning", "an error", "the signature"


@dataclass(frozen=True, slots=True)
class Row:
    """`code` is an expression of the arrays x and i; `outcome` a reason, or one of the above.

    With `other` for x or i the guard fires, or the same comes out as of the function.
    """

    code: str
    outcome: str
    other: dict[str, Any]


def _rows(outcome: str, other: dict[str, Any], *codes: str) -> list[Row]:
    return [Row(code, outcome, other) for code in codes]


NEGATIVE = {"x": -X}
THREE = {"i": np.asarray(3)}
LONGER = {"x": np.ones((7, 3))}

ROWS: list[Row] = [
    *_rows(
        "branch", NEGATIVE,
        "x if x.sum() > 0 else -x", "x if x[0, 0] > 0 and x[0, 1] > 0 else -x",
        "x if not x.max() > 0 else -x",
        "x * bool(x[0, 0] > 0)", "x if all([x[0, 0] > 0, x[0, 1] > 0]) else -x", "x * (2.0 in x)",
        "x * (x[0, 0] in [1.0, 2.0])", "x * [1.0, 2.0].index(x[0, 0])", "max(x[0, 0], x[0, 1]) * x",
        "sorted([x[0, 0], x[0, 1]])[0] * x", "x if np.allclose(x[0], np.arange(1.0, 4.0)) else -x",
    ),
    *_rows(
        "int", THREE,
        "x * int(i)", "x * i.item()", "sum([x for _ in range(i)])", "x * [1, 2, 3, 4][i]", "x[:i]",
        "x * len('abcdef'[:i])", "np.zeros(i) + 1", "x.reshape(i, -1)", "np.tile(x, i)", "x * len('%d' % i)",
        "x * len(bin(i))", "x * operator.index(i)", "np.roll(x, i)",
    ),
    *_rows("int", {"i": np.asarray(1)}, "x.sum(axis=i - 1)", "np.eye(i) + 1"),
    *_rows("int", NEGATIVE, "x * round(x[0, 0])", "x * math.floor(x[0, 0])", "x * math.ceil(x[0, 0])"),
    *_rows(
        "float", NEGATIVE,
        "x * float(x[0, 0])", "x * x[0, 0].item()", "x * math.sin(x[0, 0])", "x * np.float64(x[0, 0])",
    ),
    *_rows("value", NEGATIVE, "x * complex(x[0, 0]).real", "x * len(f'{x[0, 0]:.2f}')"),
    *_rows(
        "length", LONGER,
        "x * len(x)", "sum([row.sum() for row in x])", "list(x)[0]", "next(iter(x))", "list(reversed(x))[0]",
        "sum([a * b for a, b in zip(x, x)])", "sum([x for _ in range(x.shape[0])])", "x * int(x.shape[0])",
        "x * float(x.shape[0])", "x * len([0] * x.shape[0])", "x * len(f'{x.shape[0]:>3}')",
        "x * {'2': 1, '7': 2}[str(x.shape[0])]", "x * {2: 1, 7: 2}[x.shape[0]]",
        "x * (x.shape[0] in {2, 5})", "x * math.gcd(x.shape[0], 4)", "x if x.shape[0] > 2.5 else -x",
    ),
    *_rows(
        "dim", LONGER,
        "x if x.shape[0] > 2 else -x", "x if x.shape[0] == 2 else -x", "x if x.shape == (2, 3) else -x",
        "x * (x.shape[0] in (2, 5))", "x * min(x.shape[0], 5)", "x * sorted(x.shape)[0]",
    ),
    *_rows("dim", {"x": SQUARE}, "x if x.shape[0] == x.shape[1] else -x"),
    *_rows("dim", {"x": np.ones((0, 3))}, "x if x.size else -x"),
    *_rows("an error: trace.float", {}, "x * float(x.mean())", "x * math.exp(x.std())"),
    *_rows(
        "an error: trace.method", {}, "x * len(x.tolist())", "x * len(x.tobytes())", "x * len(x.dumps())"
    ),
    *_rows("an error: trace.convert", {}, "x * np.int64(i)"),
    *_rows("an error: TypeError", {}, "{x[0, 0]: 1}", "x * hash(x)", "x * len(memoryview(x))"),
    *_rows(TOLD, {}, "x * len(str(x))", "x * len(f'{x}')", "x * np.random.rand()"),
    *_rows(BOUND, {"x": SQUARE}, "x + np.ones((2, 3))", "x if np.array_equal(x, np.ones((2, 3))) else -x"),
    *_rows(
        SYMBOLIC, LONGER,
        "x * x.shape[0]", "np.zeros(x.shape[0]) + 1", "np.arange(x.shape[0]) * 2", "x[: x.shape[0] // 2]",
        "x * divmod(x.shape[0], 2)[0]", "x * sum(x.shape)", "x * math.prod(x.shape)",
        "x * math.sqrt(x.shape[0])",
        "x * x.ndim", "x * len(x.shape)", "x.reshape(x.shape[0] * 3)", "np.array([x.shape[0], 2])",
        "x if isinstance(x.shape[0], int) else -x", "x if isinstance(x, np.ndarray) else -x",
        "x if isinstance(x[0, 0], float) else -x", "x if type(x) is np.ndarray else -x",
        "x if x is not None else -x", "x if x.dtype == np.float64 else -x", "x[i - 1]",
    ),
    *_rows(SYMBOLIC, THREE, "np.repeat(x, i)", "np.take(x, i - 2, axis=0)", "x * i"),
]  # fmt: skip


def table() -> str:
    """The rows as a table of Markdown, those of one outcome together."""
    lines = ["| in the function | what checks it |", "|---|---|"]
    for outcome in dict.fromkeys(row.outcome for row in ROWS):
        codes = ", ".join(f"`{row.code}`".replace("|", "\\|") for row in ROWS if row.outcome == outcome)
        lines.append(f"| {codes} | {_said(outcome)} |")
    return "\n".join(lines) + "\n"


def _said(outcome: str) -> str:
    known = {
        SYMBOLIC: "nothing is frozen",
        TOLD: "a warning, or an error with `strict=True`: no guard can check it",
        BOUND: "the signature: a size is fixed",
    }
    if outcome in known:
        return known[outcome]
    kind, _, label = outcome.partition(": ")
    return f"an error: `{label}`" if kind == REFUSED else f"a guard, `{outcome}`"


def page() -> str:
    """The page with the table in its place."""
    text = PAGE.read_text()
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page())
