"""Each call traced, saved, run by a process with the reader alone, and compared with the library."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import types
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import tracebox as tb

from . import calls, estimators
from .child import leaves

REPOSITORY = Path(__file__).parents[3]

#: The largest difference that counts as equal, relative to the element or to 1.
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library: its calls, the arrays that they are made on, and what is refused, with why.

    `explored` says whether the branches of its calls are traced as branches.
    """

    name: str
    distribution: str
    names: dict[str, Any]
    calls: tuple[str, ...]
    refused: dict[str, str]
    arrays: dict[str, Any]
    others: dict[str, Any]
    explored: bool = False


@dataclass(slots=True, kw_only=True)
class Row:
    """What came of one call.

    `outcome` is ``symbolic`` or ``frozen`` (equal; on other sizes equal or refused by a guard),
    ``refused`` or ``wrong``. `why` says of a call that is expected to be refused what stands in the way.
    """

    library: str
    call: str
    how: str
    why: str = ""
    outcome: str = ""
    guards: str = ""
    difference: float = 0.0
    text: str = ""


def libraries() -> list[Library]:
    """The libraries in the order of the page."""
    sklearn = Library(
        name="scikit-learn",
        distribution="scikit-learn",
        names=estimators.fitted(),
        calls=_lines(estimators.CALLS),
        refused=estimators.REFUSED,
        arrays=estimators.ARRAYS,
        others=estimators.OTHERS,
        explored=True,
    )
    return [
        _library("SciPy", calls.SCIPY, calls.SCIPY_REFUSED),
        sklearn,
        _library("einops", calls.EINOPS, {}),
        _library("array-api-extra", calls.EXTRA, {}),
    ]


def _library(name: str, text: str, refused: dict[str, str]) -> Library:
    return Library(
        name=name,
        distribution=name.lower(),
        names=calls.NAMES,
        calls=_lines(text),
        refused=refused,
        arrays=calls.ARRAYS,
        others=calls.OTHERS,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip().split("\n"))


def examine() -> list[Row]:
    """All rows."""
    with tempfile.TemporaryDirectory() as name, np.errstate(all="ignore"):
        folder = Path(name)
        rows: list[Row] = []
        wanted: dict[int, list[Any]] = {}
        for library in libraries():
            for call in (*library.calls, *library.refused):
                how = "explored" if library.explored else "traced"
                row = Row(library=library.name, call=call, how=how, why=library.refused.get(call, ""))
                wanted[len(rows)] = _record(row, library, folder / f"{len(rows):03}.tbox")
                rows.append(row)
        command = [sys.executable, "-m", "tests.peers.third_party.child", name]
        subprocess.run(command, cwd=REPOSITORY, check=True)
        for number, row in enumerate(rows):
            if not row.outcome:
                _compare(row, wanted[number], folder / f"{number:03}.tbox")
        return rows


def _record(row: Row, library: Library, path: Path) -> list[Any]:
    """Trace and save a call, with its arguments; the library's own results on both sizes."""
    function, names = _function(row.call, library)
    first = [library.arrays[name] for name in names]
    second = [library.others[name] for name in names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = [leaves(function(*[x.copy() for x in given])) for given in (first, second)]
        try:
            program = tb.trace(function, *first, branches="explore" if library.explored else "freeze")
        except (tb.TraceError, TypeError, ValueError) as error:
            row.outcome = "refused"
            row.text = f"{type(error).__name__}: {error}"
            return wanted
        tb.save(program, path, vectors=0)
    row.guards = ", ".join(f"{n} {reason}" for reason, n in sorted(_guards(program).items()))
    for turn, given in enumerate((first, second)):
        np.savez(path.with_suffix(f".{turn}.npz"), *given)
    return wanted


def _function(call: str, library: Library) -> tuple[Callable[..., Any], list[str]]:
    code = compile(call, "<call>", "eval")
    used = set(_names(code))
    names = [name for name in library.arrays if name in used]
    function: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {call}", dict(library.names))
    return function, names


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _guards(program: tb.TracedProgram) -> Counter[str]:
    nodes = [
        node
        for cls in program.program.classes
        for method in cls.methods
        for node in method.body.nodes
        if node.kind == "guard"
    ]
    return Counter(str(node.attrs["reason"]) for node in nodes)


def _compare(row: Row, wanted: list[Any], path: Path) -> None:
    for turn, outcome in enumerate(("frozen", "symbolic")):
        error = path.with_suffix(f".{turn}.txt")
        if error.exists():
            row.text = error.read_text(encoding="utf-8")
            refused = row.text.startswith(("GuardError", "ArgumentError"))
            if turn == 0 or not refused:
                row.outcome = "wrong"
            return
        with np.load(path.with_suffix(f".{turn}.out.npz")) as found:
            results = [found[f"arr_{i}"] for i in range(len(found.files))]
        difference = _difference(wanted[turn], results)
        row.difference = max(row.difference, difference)
        row.outcome = outcome
        if not difference <= TOLERANCE:
            row.outcome, row.text = "wrong", f"differs by {difference}"
            return


def _difference(wanted: list[Any], found: list[Any]) -> float:
    """The largest difference; infinite where the number, shapes or dtypes of the results differ."""
    if len(wanted) != len(found):
        return float("inf")
    worst = 0.0
    for a, b in zip(wanted, found):
        if a.shape != b.shape or a.dtype != b.dtype:
            return float("inf")
        if a.size and a.dtype.kind in "fc":
            with np.errstate(all="ignore"):
                off = np.abs(a - b) / np.maximum(1, np.abs(a))
            off = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, off)
            worst = max(worst, float(np.max(np.nan_to_num(off, nan=np.inf))))
        elif not np.array_equal(a, b):
            return float("inf")
    return worst
