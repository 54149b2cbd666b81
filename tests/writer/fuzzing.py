"""Runs of many generated programs: counts that are kept, what was found, and programs made small."""

from __future__ import annotations

import argparse
import ast
import gc
import json
import re
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tracebox.archive.program import decode_program, encode_program
from tracebox.schema.encoding import programs_equal
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program


class Generated(Protocol):
    """A program that was made: at least its text."""

    source: str


P = TypeVar("P", bound=Generated)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a program: ``same``, ``refused``, ``mismatch`` or ``internal``, and why."""

    kind: str
    why: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzz(Generic[P]):
    """How programs are made and judged.

    `changed` gives a program another text, `shown` prints it, `constructs` counts what it is made
    of, and `names` gives all that programs may be made of.
    """

    made_of: Callable[[str], P]
    judge: Callable[[P], Finding]
    changed: Callable[[P, str], P]
    shown: Callable[[P], str]
    constructs: Callable[[P], Counter[str]]
    names: Callable[[], list[str]]


# --- what is judged of every program --------------------------------------------------


def round_trip(program: Any) -> Finding | None:
    """Whether text and bytes of a program give it again."""
    try:
        if not programs_equal(parse_program(print_program(program)), program):
            return Finding("mismatch", "parse(print(p)) != p")
        if not programs_equal(decode_program(encode_program(program)), program):
            return Finding("mismatch", "decode(encode(p)) != p")
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", "round trip: " + signature(error), traceback.format_exc(limit=-6))
    return None


def label(error: BaseException) -> str:
    """The code of an error, or its class."""
    problems = getattr(error, "problems", ())
    return str(problems[0].code) if problems and hasattr(problems[0], "code") else type(error).__name__


def signature(error: BaseException) -> str:
    """An error in short, with the function that raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {label(error) if hasattr(error, 'problems') else ''} in {frame.name}"


# --- small programs that show the same ----------------------------------------------


def shrunk(fuzz: Fuzz[P], made: P, finding: Finding, *, seconds: float = 60) -> P:
    """A smaller program of which the same is found."""
    best, end = made, time.process_time() + seconds
    while True:
        for source in _smaller(best.source):
            if time.process_time() > end:
                return best
            try:
                ast.parse(source)
                candidate = fuzz.changed(best, source)
                with _seconds(5):
                    found = fuzz.judge(candidate)
            except Exception:  # noqa: BLE001 - what is left may be no program, or have no end
                continue
            if (found.kind, found.why) == (finding.kind, finding.why):
                best = candidate
                break
        else:
            return best


@contextmanager
def _seconds(limit: int) -> Iterator[None]:
    """Inside, a program that takes longer ends in an error."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _smaller(source: str) -> list[str]:
    """The source without a statement or a part of an expression, the shortest first."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and not (isinstance(node, ast.FunctionDef) and node.lineno == 1):
            first, last = node.lineno - 1, node.end_lineno or node.lineno
            margin = " " * node.col_offset
            found.add("".join([*lines[:first], *lines[last:]]))
            found.add("".join([*lines[:first], f"{margin}pass\n", *lines[last:]]))
            inner = getattr(node, "body", None)
            if isinstance(inner, list):
                body = lines[inner[0].lineno - 1 : inner[-1].end_lineno]
                cut = [margin + line[inner[0].col_offset :] for line in body]
                found.add("".join([*lines[:first], *cut, *lines[last:]]))
        elif isinstance(node, ast.expr) and node.lineno == node.end_lineno:
            start, stop = (starts[node.lineno - 1] + c for c in (node.col_offset, node.end_col_offset or 0))
            parts = ["1", "0.5", "[]"]
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    parts.append(ast.get_source_segment(source, child) or "")
            found.update(source[:start] + part + source[stop:] for part in parts)
    return sorted((f for f in found if len(f) < len(source)), key=len)


# --- the run -------------------------------------------------------------------------


class State(Generic[P]):
    """Counts of a run, kept in a file so that it can go on later."""

    def __init__(self, fuzz: Fuzz[P], path: Path | None, seed: int, first: int = 0) -> None:
        self.fuzz = fuzz
        self.path = path
        self.seed = seed
        self.done = first
        self.seconds = 0.0
        self.kinds: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.constructs: Counter[str] = Counter()
        self.bad: list[dict[str, Any]] = []
        if path is not None and path.exists():
            held = json.loads(path.read_text())
            if held["seed"] != seed:
                raise SystemExit(f"{path} is of seed {held['seed']}")
            self.done, self.seconds, self.bad = held["done"], held["seconds"], held["bad"]
            self.kinds, self.refusals = Counter(held["kinds"]), Counter(held["refusals"])
            self.constructs = Counter(held["constructs"])

    def add(self, number: int, made: P, finding: Finding) -> None:
        """Count one program."""
        self.kinds[finding.kind] += 1
        self.constructs.update(self.fuzz.constructs(made))
        if finding.kind == "refused":
            got = re.search(r"got ([^\n;]*)", finding.detail)
            self.refusals[f"{finding.why}: {_plain(got[1] if got else '')}"] += 1
        elif finding.kind != "same":
            self.bad.append({"number": number, "kind": finding.kind, "why": finding.why})
        self.done = number + 1

    def join(self, other: State[P]) -> None:
        """Count what another run of the same seed has done, too."""
        self.seconds += other.seconds
        self.bad += other.bad
        for name in ("kinds", "refusals", "constructs"):
            getattr(self, name).update(getattr(other, name))

    def save(self) -> None:
        """Write the file."""
        if self.path is not None:
            held = {name: getattr(self, name) for name in vars(self) if name not in ("path", "fuzz")}
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps(held))
            part.replace(self.path)

    def again(self) -> None:
        """Judge what was bad by the compiler as it is now."""
        bad, self.bad = self.bad, []
        for entry in bad:
            made = self.fuzz.made_of(f"{self.seed}/{entry['number']}")
            finding = self.fuzz.judge(made)
            self.kinds[entry["kind"]] -= 1
            self.kinds[finding.kind] += 1
            if finding.kind in ("mismatch", "internal"):
                self.bad.append({"number": entry["number"], "kind": finding.kind, "why": finding.why})

    def report(self, *, whole: bool = True) -> str:
        """What was found, as text."""
        total = max(1, sum(self.kinds.values()))
        lines = [f"{total} programs of seed {self.seed} in {self.seconds:.0f} s"]
        lines += [f"  {kind}: {n} ({100 * n / total:.2f} %)" for kind, n in self.kinds.most_common() if n]
        if self.bad:
            whys = Counter(f"{b['kind']}: {b['why']}" for b in self.bad)
            firsts = {f"{b['kind']}: {b['why']}": b["number"] for b in reversed(self.bad)}
            lines += [f"  {n} x {why}, first {firsts[why]}" for why, n in whys.most_common()]
        lines += ["refusals:"] + [f"  {n:6d} {why}" for why, n in self.refusals.most_common(40)]
        if whole:
            names = self.fuzz.names()
            lines += ["constructs:"] + [f"  {self.constructs[name]:8d} {name}" for name in names]
            lines += [f"  none: {', '.join(n for n in names if not self.constructs[n]) or '-'}"]
        return "\n".join(lines)


def _plain(text: str) -> str:
    """A message without names and numbers."""
    return re.sub(r"\b[a-z]?\d+(\.\d+)?\b", "#", text)[:70]


def run(fuzz: Fuzz[P], about: str, argv: list[str] | None = None) -> int:
    """Make and judge programs, as the options of the command line say; 1 if something does not match."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--join", type=Path, nargs="*", default=[], help="states of other runs, reported too")
    parser.add_argument("--show", type=int, help="show one program, made small")
    parser.add_argument("--again", action="store_true", help="judge again what was bad")
    parser.add_argument("--report", action="store_true", help="only print what the state holds")
    options = parser.parse_args(argv)
    if options.show is not None:
        made = fuzz.made_of(f"{options.seed}/{options.show}")
        finding = fuzz.judge(made)
        small = shrunk(fuzz, made, finding) if finding.kind != "same" else made
        finding = fuzz.judge(small)
        print(fuzz.shown(small), finding.kind, finding.why, finding.detail, sep="\n")
        return 0
    warnings.simplefilter("ignore")
    gc.set_threshold(200_000, 20, 1000)
    state = State(fuzz, options.state, options.seed, options.first)
    if options.again:
        state.again()
        state.save()
    last = time.perf_counter()
    while not options.report and state.done < options.count:
        number = state.done
        made = fuzz.made_of(f"{options.seed}/{number}")
        try:
            state.add(number, made, fuzz.judge(made))
        except Exception:
            print(f"program {number}:\n{fuzz.shown(made)}")
            raise
        if number % 200 == 199:
            now = time.perf_counter()
            state.seconds, last = state.seconds + now - last, now
            state.save()
            gc.collect()
    if not options.report:
        state.seconds += time.perf_counter() - last
        state.save()
    for path in options.join:
        state.join(State(fuzz, path, options.seed))
    print(state.report())
    return 1 if state.bad else 0


def run_small(
    kinds: Iterable[str],
    judged: Callable[[str, int, int], Iterable[tuple[str, Finding, str]]],
    description: str,
) -> int:
    """The command that runs every so many small programs of a kind, and prints those that differ.

    `judged` gives of each its name (a number, and perhaps in which way it was run), the finding and its text.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--kind", choices=list(kinds), required=True, help="of what sort")
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--step", type=int, default=1, help="every so many programs")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for name, finding, text in judged(options.kind, options.first, options.step):
        way = name.partition(", ")[2]
        counts[f"{way} {finding.kind}".strip()] += 1
        if finding.kind not in ("same", "refused"):
            print(f"--- {name}: {finding.kind}, {finding.why}\n{text}{finding.detail}", flush=True)
    for what, count in sorted(counts.items()):
        print(f"{what:18} {count:7,}")
    return 0 if all(what.endswith(("same", "refused")) for what in counts) else 1
