"""Each kernel beside the bare NumPy call, and torch's; ``python -m benchmarks.kernels`` writes the page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from operator import attrgetter
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from tracebox.reader.kernels.registry import (
    CHOOSY,
    DIRECT,
    KERNELS,
    MENDED,
    PREPARE,
    complex_function,
    kernels,
)
from tracebox.schema.dtypes import BY_NAME
from tracebox.schema.infer import with_defaults
from tracebox.schema.registry import operators
from tracebox.schema.types import tensor

from .array_calls import arrays
from .calls import Call, elements
from .harness import Row, rounds_of

SIZES = (1_000, 100_000, 1_000_000)
BOUND = 1.1
#: Seconds that all rounds of one call at one size take together.
PATIENCE = 0.4
ROOT = Path(__file__).resolve().parent.parent

Run = Callable[[], object]


def rows() -> Iterator[Row]:
    """The ratio of every kernel to NumPy's own call at each size, on one thread as torch is."""
    for call in chain(elements(), arrays()):
        if call.numpy is not None:
            for size in SIZES:
                times = ratios(call, size)
                yield Row(
                    what=f"{call.op} of {size:,} {call.kind}",
                    value=times["numpy"],
                    unit="x",
                    bound=BOUND if size >= 100_000 else None,
                    note=f"of {call.note}" if call.note else "",
                )


def ratios(call: Call, size: int) -> dict[str, float]:
    """The kernel's time over that of NumPy and of torch, medians over rounds."""
    operands = call.make(size)
    with np.errstate(all="ignore"):
        runs: dict[str, Run] = {"ours": partial(_kernel(call, operands), *operands)}
        if call.numpy is not None:
            runs["numpy"] = partial(call.numpy, *operands)
        if call.torch is not None and find_spec("torch"):
            runs["torch"] = _torch(call, operands)
        start = perf_counter()
        for run in runs.values():
            run()
        taken = perf_counter() - start
        repeat = max(1, min(100, int(PATIENCE / 60 / taken)))
        rounds = max(7, min(61, int(PATIENCE / repeat / taken)))
        times = rounds_of(runs, rounds, repeat, clock=thread_time)
    return {
        name: median(a / b for a, b in zip(times["ours"], times[name]))
        for name in ("numpy", "torch")
        if name in times
    }


def is_same(call: Call) -> bool:
    """Whether the kernel is NumPy's function itself."""
    mended = call.op in MENDED and call.kind in ("c64", "c128")
    return call.op in DIRECT and call.op not in PREPARE and not mended


def _kernel(call: Call, operands: tuple[Any, ...]) -> Callable[..., Any]:
    """What the reader calls for a node of these operands."""
    kernels()
    declared = operators()[call.op]
    attrs = {d.name: None for d in declared.attrs} | with_defaults(declared, call.attrs)
    attrs = {name: attrs[name] for name in (d.name for d in declared.attrs) if name != "size"}
    types = tuple(_type(x) for x in _flat(operands))
    if call.op in PREPARE and (found := PREPARE[call.op](np, attrs, types)):
        return found
    if is_same(call):
        return getattr(np, DIRECT[call.op])  # type: ignore[no-any-return]
    if call.op in MENDED and call.kind in ("c64", "c128"):
        return partial(complex_function(call.op), np)
    if call.op in CHOOSY and call.results:
        attrs["wanted"] = call.results
    return partial(KERNELS[call.op], np, **attrs)


def _flat(operands: tuple[Any, ...]) -> Iterator[Any]:
    for x in operands:
        if isinstance(x, tuple):
            yield from _flat(x)
        elif x is not None:
            yield x


def _type(x: Any) -> Any:
    name = next(d.name for d in BY_NAME.values() if d.numpy == x.dtype.name)
    return tensor(name, x.shape)


def _torch(call: Call, operands: tuple[Any, ...]) -> Run:
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    tensors = [_tensor(torch, x) for x in operands]
    if isinstance(call.torch, str):
        return partial(attrgetter(call.torch)(torch), *tensors)
    assert call.torch is not None
    return partial(call.torch, torch, *tensors)


def _tensor(torch: Any, x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple([_tensor(torch, y) for y in x])
    return x if x is None else torch.from_numpy(np.array(x))


# --- the page ---------------------------------------------------------------------

HEAD = """# Kernels

Each kernel's processor time over that of the bare NumPy call, and over torch's, on so many elements:
medians over interleaved rounds, `OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernels` at commit {commit},
NumPy {numpy}{torch}, on one thread of a shared virtual machine. From 100,000 elements on, the
former shall be 1.1 at most. Where the kernel is NumPy's function itself (*same*), a ratio that is
not 1 shows the noise. Where the bare call is not one of the operator's name, or that one gives other
results, *NumPy's* says what it is; an operator without any is compared with torch's alone.

"""


def page(selected: list[Call]) -> str:
    """The table by operator."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    torch = f", torch {import_module('torch').__version__}" if find_spec("torch") else ", without torch"
    sizes = " | ".join(f"{size:,}" for size in SIZES)
    columns = f"| operator | dtype | {sizes} | torch: {sizes} | NumPy's | |"
    lines = [columns, "|---" * (columns.count(" | ") + 1) + "|"]
    for call in selected:
        found = [ratios(call, size) for size in SIZES]
        missed = any(each.get("numpy", 0) > BOUND for each, size in zip(found, SIZES) if size >= 100_000)
        remark = "same" if is_same(call) else "missed" if missed else ""
        cells = [f"{each[by]:.2f}" if by in each else "" for by in ("numpy", "torch") for each in found]
        line = f"| `{call.op}` | {call.kind} | {' | '.join(cells)} | {call.note} | {remark} |"
        print(line, flush=True)
        lines.append(line)
    return HEAD.format(commit=commit, numpy=np.__version__, torch=torch) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    text = page([call for call in chain(elements(), arrays()) if not wanted or call.op in wanted])
    if not wanted:
        (ROOT / "docs" / "kernels.md").write_text(text, "utf-8")
