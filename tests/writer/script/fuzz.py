"""Generated programs, compiled and run, against CPython's own run of them.

``python -m tests.writer.script.fuzz --count 1000 --seed 1 --state fuzz.json``
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import gc
import io
import json
import linecache
import math
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np

import tracebox as tb
from tracebox.archive.program import decode_program, encode_program
from tracebox.schema.encoding import programs_equal
from tracebox.schema.errors import ScriptError, TraceboxError
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program
from tracebox.writer.script import source as sources
from tracebox.writer.script.mathematics import REFUSED
from tracebox.writer.script.tables import EXPRESSIONS, FUNCTIONS, METHODS, STATEMENTS

from .fuzz_grammar import Grammar, Made
from .fuzz_things import INSIDE, SPACE, Net

LOW, HIGH = -(2**63), 2**63
#: What the CPython run of a generated program may raise.
PYTHON_ERRORS = (
    AttributeError,
    ArithmeticError,
    LookupError,
    ValueError,
    TypeError,
    RuntimeError,
    AssertionError,
    NameError,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a program: ``same``, ``refused``, ``mismatch`` or ``internal``, and why."""

    kind: str
    why: str = ""
    detail: str = ""


def made_of(seed: int | str | Random) -> Made:
    """The program of a seed."""
    return Grammar(seed if isinstance(seed, Random) else Random(seed)).program()


# --- running ------------------------------------------------------------------------


def _function(source: str) -> Any:
    return sources.function_of(source, dict(SPACE))


def _module(function: Any) -> Net:
    made: Net = type("Net", (Net,), {"forward": function, "__module__": Net.__module__})()
    return made


def run(
    call: Callable[..., Any], calls: list[tuple[Any, ...]], errors: tuple[type[Exception], ...]
) -> list[Any]:
    """What each call gives and prints, or its error."""
    found: list[Any] = []
    for args in calls:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                result = call(*copy.deepcopy(args))
            except errors as error:
                found.append(error)
                continue
        found.append((result, out.getvalue()))
    return found


def same(want: Any, got: Any) -> bool:
    """Whether two results are equal: types, dtypes and shapes exactly, floats but for the last digits."""
    if isinstance(want, (tuple, list)):
        return (
            isinstance(got, type(want) if type(want) in (tuple, list) else tuple)
            and len(want) == len(got)
            and all(map(same, want, got))
        )
    if isinstance(want, dict):
        return isinstance(got, dict) and list(want) == list(got) and all(same(want[k], got[k]) for k in want)
    if isinstance(want, (np.ndarray, np.generic)):
        a, b = np.asarray(want), np.asarray(got)
        return a.dtype == b.dtype and a.shape == b.shape and np.allclose(a, b, 1e-9, 1e-12, equal_nan=True)
    if type(want) is not type(got):
        return False
    if isinstance(want, float):
        return bool(np.isclose(want, got, 1e-9, 1e-12, equal_nan=True)) and (
            want != 0 or np.signbit(want) == np.signbit(got)
        )
    if isinstance(want, str):
        return want == got or _rounded(want) == _rounded(got)
    return bool(want == got)


def _rounded(text: str) -> str:
    """A text whose floats have 9 digits: functions of `math` and of NumPy differ in the last one."""
    return re.sub(r"-?\d+\.\d{9,}(e[-+]?\d+)?", lambda m: f"{float(m[0]):.9g}", text)


class _Watched(ast.NodeTransformer):
    """Hands every number that is computed to a function."""

    def visit(self, node: ast.AST) -> Any:
        self.generic_visit(node)
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Call)) and not isinstance(
            getattr(node, "op", None), ast.Not
        ):
            return ast.copy_location(_call(node), node)
        if isinstance(node, ast.AugAssign):
            target = copy.deepcopy(node.target)
            for part in ast.walk(target):
                if hasattr(part, "ctx"):
                    part.ctx = ast.Load()
            target.ctx = ast.Load()
            look = ast.copy_location(ast.Expr(_call(target)), node)
            return [node, look]
        return node


def _call(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("_watch", ast.Load()), [node], [])


def outside(made: Made) -> list[bool]:
    """Of each call, whether CPython's run of it has an int beyond 64 bits, or a str beyond ASCII."""
    seen: list[bool] = []

    def watch(value: Any) -> Any:
        if isinstance(value, int) and not LOW <= value < HIGH:
            seen[-1] = True
        if isinstance(value, str) and not value.isascii():
            seen[-1] = True
        return value

    tree = ast.fix_missing_locations(_Watched().visit(ast.parse(made.source)))
    space = {"_watch": watch}
    for name in ("clamp", "digits", "total_of", "maybe", "extend_by"):
        space[name] = _big(SPACE[name], watch)
    call = _call_of(made, _exec(tree, space))
    for args in made.calls:
        seen.append(False)
        run(call, [args], PYTHON_ERRORS)
    return seen


def _exec(source: Any, space: dict[str, Any]) -> Any:
    space = dict(SPACE) | space
    exec(compile(source, "<watched>", "exec"), space)
    return space["program"]


def _call_of(made: Made, function: Any) -> Any:
    return _module(function).forward if made.module else function


def _rounded_as_numpy(name: str) -> Any:
    """A function of `math` whose result is NumPy's, which may differ in the last digit."""
    function, other = getattr(math, name), getattr(np, name, None)

    def called(*args: Any) -> Any:
        found = function(*args)  # which raises where NumPy gives NaN
        return float(other(*args)) if isinstance(found, float) and isinstance(other, np.ufunc) else found

    return called


#: `math` with the last digits of NumPy's functions, of which ``sin(1e300 * x)`` makes much.
ROUNDED = SimpleNamespace(
    **{name: _rounded_as_numpy(name) for name in dir(math) if callable(getattr(math, name))},
    **{name: getattr(math, name) for name in ("pi", "e", "tau", "inf", "nan")},
)


def _big(function: Any, watch: Any) -> Any:
    def called(*args: Any, **kwargs: Any) -> Any:
        return watch(function(*map(watch, args), **kwargs))

    return called


def judge(made: Made) -> Finding:
    """Compile and run a program, print and parse it, encode and decode it."""
    function = _function(made.source)
    try:
        with np.errstate(all="ignore"):
            return _judge(made, function)
    finally:
        file = function.__code__.co_filename
        linecache.cache.pop(file, None)
        for code in [code for code in sources._CACHE if code.co_filename == file]:
            del sources._CACHE[code]


def _judge(made: Made, function: Any) -> Finding:
    wanted = run(_call_of(made, function), made.calls, PYTHON_ERRORS)
    example = copy.deepcopy(made.calls[0])
    try:
        program = tb.script(_module(function) if made.module else function, *example)
    except ScriptError as error:
        return Finding("refused", _label(error), str(error))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", _signature(error), traceback.format_exc(limit=-6))
    try:
        call = program.new_session() if made.module else program
        given = run(call, made.calls, (TraceboxError,))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", "at run time: " + _signature(error), traceback.format_exc(limit=-6))
    found = _compared(made, wanted, given)
    if found is not None:
        return found
    return round_trip(program.program) or Finding("same")


def _compared(made: Made, wanted: list[Any], given: list[Any]) -> Finding | None:
    large: list[bool] | None = None
    rounded: list[Any] | None = None
    for i, (want, got) in enumerate(zip(wanted, given)):
        failed = isinstance(want, Exception), isinstance(got, Exception)
        if all(failed) or (not any(failed) and same(want[0], got[0]) and want[1] == got[1]):
            continue
        if large is None:
            large = outside(made)
        if large[i] and failed[1]:
            continue
        if made.module and any(large[:i]):
            continue  # the state is another one since then
        if rounded is None:
            rounded = run(_call_of(made, _exec(made.source, {"math": ROUNDED})), made.calls, PYTHON_ERRORS)
        if not any(failed) and not isinstance(rounded[i], Exception) and same(rounded[i], got):
            continue
        detail = f"call {i}: {made.calls[i]}\nCPython: {_shown(want)}\nprogram: {_shown(got)}"
        why = "value"
        if failed[0]:
            why = f"CPython raises {type(want).__name__}"
        elif failed[1]:
            why = f"program raises {_label(got)}"
        return Finding("mismatch", why, detail)
    return None


def _shown(outcome: Any) -> str:
    return f"{type(outcome).__name__}: {outcome}" if isinstance(outcome, Exception) else repr(outcome)


def round_trip(program: Any) -> Finding | None:
    """Whether text and bytes of a program give it again."""
    try:
        if not programs_equal(parse_program(print_program(program)), program):
            return Finding("mismatch", "parse(print(p)) != p")
        if not programs_equal(decode_program(encode_program(program)), program):
            return Finding("mismatch", "decode(encode(p)) != p")
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", "round trip: " + _signature(error), traceback.format_exc(limit=-6))
    return None


def _label(error: Exception) -> str:
    problems = getattr(error, "problems", ())
    return str(problems[0].code) if problems and hasattr(problems[0], "code") else type(error).__name__


def _signature(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {_label(error) if hasattr(error, 'problems') else ''} in {frame.name}"  # type: ignore[arg-type]


# --- constructs ---------------------------------------------------------------------


def _function_name(function: Any) -> str:
    return str(getattr(function, "__name__", function))


def subset() -> list[str]:
    """The names of all constructs that the compiler's tables hold."""
    names = [kind.__name__ for kind in (*STATEMENTS, *EXPRESSIONS)]
    names += [f"{sort}.{name}" for sort, name in METHODS]
    functions = [function for function in FUNCTIONS if function not in REFUSED]
    return sorted({*names, *(f"{_function_name(function)}()" for function in functions)})


def constructs(made: Made) -> Counter[str]:
    """How often each construct stands in a program."""
    found = Counter(made.tags)
    for node in ast.walk(ast.parse(made.source)):
        found[type(node).__name__] += 1
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            found[f"{name}()"] += 1
    for name, inside in INSIDE.items():
        found[inside] += made.source.count(name)
    return found


# --- small programs that show the same ----------------------------------------------


def shrunk(made: Made, finding: Finding, *, seconds: float = 60) -> Made:
    """A smaller program of which the same is found."""
    best, end = made, time.process_time() + seconds
    while True:
        for source in _smaller(best.source):
            if time.process_time() > end:
                return best
            candidate = Made(source, best.calls, best.tags, best.module)
            try:
                ast.parse(source)
                found = judge(candidate)
            except Exception:  # noqa: BLE001 - what is left may be no program
                continue
            if (found.kind, found.why) == (finding.kind, finding.why):
                best = candidate
                break
        else:
            return best


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


class State:
    """Counts of a run, kept in a file so that it can go on later."""

    def __init__(self, path: Path | None, seed: int, first: int = 0) -> None:
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

    def add(self, number: int, made: Made, finding: Finding) -> None:
        """Count one program."""
        self.kinds[finding.kind] += 1
        self.constructs.update(constructs(made))
        if finding.kind == "refused":
            got = re.search(r"got ([^\n;]*)", finding.detail)
            self.refusals[f"{finding.why}: {_plain(got[1] if got else '')}"] += 1
        elif finding.kind != "same":
            self.bad.append({"number": number, "kind": finding.kind, "why": finding.why})
        self.done = number + 1

    def join(self, other: State) -> None:
        """Count what another run of the same seed has done, too."""
        self.seconds += other.seconds
        self.bad += other.bad
        for name in ("kinds", "refusals", "constructs"):
            getattr(self, name).update(getattr(other, name))

    def save(self) -> None:
        """Write the file."""
        if self.path is not None:
            held = {name: getattr(self, name) for name in vars(self) if name != "path"}
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps(held))
            part.replace(self.path)

    def again(self) -> None:
        """Judge what was bad by the compiler as it is now."""
        bad, self.bad = self.bad, []
        for entry in bad:
            made = made_of(f"{self.seed}/{entry['number']}")
            finding = judge(made)
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
            names = subset()
            lines += ["constructs:"] + [f"  {self.constructs[name]:8d} {name}" for name in names]
            lines += [f"  none: {', '.join(n for n in names if not self.constructs[n]) or '-'}"]
        return "\n".join(lines)


def _plain(text: str) -> str:
    """A message without names and numbers."""
    return re.sub(r"\b[a-z]?\d+(\.\d+)?\b", "#", text)[:70]


def main(argv: list[str] | None = None) -> int:
    """Run; the result is 1 if something does not match."""
    parser = argparse.ArgumentParser(description="Compile and run generated programs.")
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
        made = made_of(f"{options.seed}/{options.show}")
        finding = judge(made)
        small = shrunk(made, finding) if finding.kind != "same" else made
        finding = judge(small)
        print(small.source, small.calls, finding.kind, finding.why, finding.detail, sep="\n")
        return 0
    warnings.simplefilter("ignore")
    gc.set_threshold(200_000, 20, 1000)
    state = State(options.state, options.seed, options.first)
    if options.again:
        state.again()
        state.save()
    last = time.perf_counter()
    while not options.report and state.done < options.count:
        number = state.done
        made = made_of(f"{options.seed}/{number}")
        try:
            state.add(number, made, judge(made))
        except Exception:
            print(f"program {number}:\n{made.source}")
            raise
        if number % 200 == 199:
            now = time.perf_counter()
            state.seconds, last = state.seconds + now - last, now
            state.save()
    if not options.report:
        state.seconds += time.perf_counter() - last
        state.save()
    for path in options.join:
        state.join(State(path, options.seed))
    print(state.report())
    return 1 if state.bad else 0


if __name__ == "__main__":
    sys.exit(main())
