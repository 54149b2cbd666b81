"""Generated programs, compiled and run, against CPython's own run of them.

``python -m tests.writer.script.fuzz --count 1000 --seed 1 --state fuzz.json``
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import linecache
import math
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Container, Iterator
from itertools import combinations
from random import Random
from typing import Any

import numpy as np

import tracebox as tb
from tests.writer.fuzzing import Finding, Fuzz, label, round_trip, signature
from tests.writer.fuzzing import run as run_programs
from tracebox.schema.errors import ScriptError, TraceboxError
from tracebox.writer.script import source as sources
from tracebox.writer.script.mathematics import REFUSED
from tracebox.writer.script.tables import EXPRESSIONS, FUNCTIONS, METHODS, STATEMENTS

from .fuzz_grammar import Grammar, Made
from .fuzz_things import INSIDE, SPACE, Net

LOW, HIGH = -(2**63), 2**63
#: Of how many calls of `math` every choice of their last digits is tried.
MOST_ROUNDED = 10
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
    """What each call gives and prints, or its error.

    A call of a plain module that fails is undone, as in a session: SPEC 10.5.
    """
    found: list[Any] = []
    owner = getattr(call, "__self__", None)
    for args in calls:
        out = io.StringIO()
        state = copy.deepcopy(owner._tb_state) if isinstance(owner, tb.Module) else {}
        with contextlib.redirect_stdout(out):
            try:
                result = call(*copy.deepcopy(args))
            except errors as error:
                found.append(error)
                if isinstance(owner, tb.Module):
                    owner._tb_state = state
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


class Rounded:
    """`math`, whose functions round as those of arrays do in chosen calls.

    What a script knows is folded by `math`, the rest is computed by functions of arrays: the last
    digits may differ, of which ``sin(1e300 * x)`` makes much. Without `chosen` all calls are.
    """

    def __init__(self, chosen: Container[int] | None = None) -> None:
        self.chosen = chosen
        #: How many calls had another last digit.
        self.count = 0

    def __getattr__(self, name: str) -> Any:
        function, other = getattr(math, name), getattr(np, name, None)
        if not callable(function):
            return function
        places = other.nin if isinstance(other, np.ufunc) else 0
        if name == "erf":
            other, places = tb.xp.special.erf, 1

        def called(*args: Any) -> Any:
            found = function(*args)  # which raises where NumPy gives NaN
            if not isinstance(found, float) or len(args) != places:
                return found
            assert other is not None
            last = float(other(*map(np.float64, args)))
            if last == found or not math.isclose(last, found, rel_tol=1e-14):
                return found
            self.count += 1
            return last if self.chosen is None or self.count - 1 in self.chosen else found

        return called


def roundings(made: Made, i: int) -> Iterator[Any]:
    """What CPython gives in one call with the last digits of functions of arrays: all of them, then some."""
    calls = made.calls[: i + 1] if made.module else [made.calls[i]]

    def rounded(here: Rounded) -> Any:
        return run(_call_of(made, _exec(made.source, {"math": here})), calls, PYTHON_ERRORS)[-1]

    yield rounded(everywhere := Rounded())
    few = range(min(everywhere.count, MOST_ROUNDED))
    for n in range(len(few)):
        for chosen in combinations(few, n):
            yield rounded(Rounded(chosen))


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
    example = copy.deepcopy(made.calls[0])
    try:
        program = tb.script(_module(function) if made.module else function, *example)
    except ScriptError as error:
        return Finding("refused", label(error), str(error))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", signature(error), traceback.format_exc(limit=-6))
    wanted = run(_call_of(made, function), made.calls, PYTHON_ERRORS)  # some that are refused would never end
    try:
        call = program.new_session() if made.module else program
        given = run(call, made.calls, (TraceboxError,))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", "at run time: " + signature(error), traceback.format_exc(limit=-6))
    found = compared(made, wanted, given)
    if found is not None:
        return found
    return round_trip(program.program) or Finding("same")


def compared(made: Made, wanted: list[Any], given: list[Any]) -> Finding | None:
    large: list[bool] | None = None
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
        if not any(failed) and any(
            not isinstance(rounded, Exception) and same(rounded, got) for rounded in roundings(made, i)
        ):
            continue
        detail = f"call {i}: {made.calls[i]}\nCPython: {_shown(want)}\nprogram: {_shown(got)}"
        why = "value"
        if failed[0]:
            why = f"CPython raises {type(want).__name__}"
        elif failed[1]:
            why = f"program raises {label(got)}"
        return Finding("mismatch", why, detail)
    return None


def _shown(outcome: Any) -> str:
    return f"{type(outcome).__name__}: {outcome}" if isinstance(outcome, Exception) else repr(outcome)


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


# --- the run -------------------------------------------------------------------------


FUZZ = Fuzz(
    made_of=made_of,
    judge=judge,
    changed=lambda made, source: Made(source, made.calls, made.tags, made.module),
    shown=lambda made: f"{made.source}\n{made.calls}",
    constructs=constructs,
    names=subset,
)


if __name__ == "__main__":
    sys.exit(run_programs(FUZZ, "Compile and run generated programs."))
