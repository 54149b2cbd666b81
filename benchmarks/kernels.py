"""Each kernel beside the bare NumPy call, at three sizes; ``--write FILE`` puts the table into a page."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tracebox.reader.kernels.registry import DIRECT, KERNELS, PREPARE, kernels
from tracebox.schema.infer import with_defaults
from tracebox.schema.registry import operators
from tracebox.schema.types import tensor

from .harness import Row, interleave

SIZES = (100, 10_000, 1_000_000)
BOUND = 1.1
ROOT = Path(__file__).resolve().parent.parent

Bare = Callable[..., Any]

#: NumPy's function for an operator, where it is not registered as the kernel itself; and attributes.
BARE: dict[str, tuple[Bare, dict[str, Any]]] = {
    "clip": (np.clip, {}),
    "floor_divide": (np.floor_divide, {}),
    "remainder": (np.remainder, {}),
    "pow": (np.power, {}),
    "floor": (np.floor, {}),
    "ceil": (np.ceil, {}),
    "trunc": (np.trunc, {}),
    "round": (np.rint, {}),
    "sum": (np.sum, {"axes": (0,)}),
    "prod": (np.prod, {"axes": (0,)}),
    "max": (np.max, {"axes": (0,)}),
    "min": (np.min, {"axes": (0,)}),
    "argmax": (np.argmax, {"axis": 0}),
    "argmin": (np.argmin, {"axis": 0}),
    "cumulative_sum": (np.cumsum, {"axis": 0}),
    "sort": (np.sort, {"axis": 0}),
    "argsort": (lambda x: np.argsort(x, stable=True), {"axis": 0}),
    "flip": (np.flip, {"axes": (0,)}),
    "mean": (np.mean, {"axes": (0,)}),
    "var": (np.var, {"axes": (0,), "correction": 0.0}),
    "relu": (lambda x: np.maximum(x, 0), {}),
}


def rows() -> Iterator[Row]:
    """The ratio of every kernel to NumPy's own call at each size, in f32."""
    kernels()
    for op in operators():
        if op in BARE:
            bare, attrs = BARE[op]
        elif op in DIRECT:
            bare, attrs = getattr(np, DIRECT[op]), {}
        else:
            continue
        if op != "matmul" and "f32" in operators()[op].signatures[0].typevars.get("T", ()):
            yield from (_row(op, bare, attrs, size) for size in SIZES)


def _row(op: str, bare: Bare, attrs: dict[str, Any], size: int) -> Row:
    declared = operators()[op]
    count = len(declared.signatures[0].args)
    draw = np.random.default_rng(0).uniform
    operands: list[Any] = [draw(0.5, 1.5, size).astype(np.float32) for _ in range(count)]
    if op == "where":
        operands[0] = operands[0] > 1
    if op == "clip":
        operands[1:] = [np.float32(0.7), np.float32(1.2)]
    full = with_defaults(declared, attrs)
    types = tuple(tensor("bool" if x.dtype == bool else "f32", x.shape) for x in operands)
    ours = PREPARE[op](np, full, types) if op in PREPARE else None
    if ours is None:
        ours = bare if op in DIRECT and op not in PREPARE else partial(KERNELS[op], np, **full)
    call, kernel = ours, (lambda: call(*operands))
    times = interleave(
        {"ours": kernel, "numpy": lambda: bare(*operands)},
        rounds=31 if size > 10_000 else 101,
        repeat=max(1, 200 // (size // 100)),
    )
    return Row(
        what=f"{op} of {size:,}",
        value=times["ours"] / times["numpy"],
        unit="x",
        bound=BOUND if size >= 100_000 else None,
        note=f"{times['ours'] * 1e6:.3g} us, NumPy {times['numpy'] * 1e6:.3g} us",
    )


def write(path: Path) -> None:
    """The table by operator, a column a size."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    lines = [
        "# Kernels",
        "",
        "Each kernel's time over that of the bare NumPy call on float32, medians of interleaved runs:",
        f"`python -m benchmarks.kernels` at commit {commit}, NumPy {np.__version__}, on a shared virtual",
        "machine of 2 cores. Where the kernel is NumPy's function itself (*same*), a ratio that is",
        "not 1 shows the noise.",
        "",
        "| operator | " + " | ".join(f"{size:,}" for size in SIZES) + " | |",
        "|---|" + "---|" * (len(SIZES) + 1),
    ]
    found: dict[str, list[Row]] = {}
    for row in rows():
        found.setdefault(row.what.split()[0], []).append(row)
        print(f"{row.what:<32} {row.value:.2f} {row.verdict:<7}{row.note}", flush=True)
    for op, group in found.items():
        same = "same" if op in DIRECT and op not in PREPARE else ""
        missed = "missed" if any(row.verdict == "MISSED" for row in group) and not same else same
        lines.append(f"| `{op}` | {' | '.join(f'{row.value:.2f}' for row in group)} | {missed} |")
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write(ROOT / "docs" / "kernels.md")
