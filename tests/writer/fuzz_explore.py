"""Explored traces of drawn programs against CPython and NumPy, in any number.

``python -m tests.writer.fuzz_explore --count 1000 --seed 1 --state fuzz.json``

The text of a program runs as it is, and as an explored trace, saved and loaded: results must be
equal bit for bit, and so must errors with their messages, and the state after each call.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import linecache
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np

import tracebox as tb
from tests.writer.branching import CONSTRUCTS, Draw, Source
from tests.writer.fuzzing import Finding, Fuzz, label, round_trip, run, signature
from tracebox.writer.explore import evidence

#: More paths are refused.
MAX_PATHS = 128
#: How often the tracer itself makes up inputs for branches that it has not reached: ours are compared anyway.
TRIES = 5
#: What the programs raise.
ERRORS = (ValueError, RuntimeError, AssertionError, KeyError)


def made_of(seed: str) -> Source:
    """The program of a seed."""
    return dataclasses.replace(Draw(Random(seed)).program(), seed=seed)


def compiled(text: str, name: str) -> Callable[[], Any]:
    """The class `Net` of a program; tracebacks and spans know its lines as those of the file `name`."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(text, name, "exec"), space)  # our own text
    made: Callable[[], Any] = space["Net"]
    return made


def inputs(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    """Halves and small whole numbers, of several sizes; sums and products of them are exact."""
    for size in (3, 3, 3, 4, 2, 6, 3, 5, 3, 3):
        scale = rng.choice([1, 1, 4, 0.25])
        yield rng.integers(-6, 7, size) * 0.5 * scale, rng.integers(-5, 6, 4)


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gives, or the class and the message of what it raises; and the fields after it."""

    result: Any
    error: tuple[str, str] | None
    fields: dict[str, Any]


def plainly(net: Any, args: tuple[Any, ...]) -> Outcome:
    """A call of the module itself; one that raises leaves its fields as they were."""
    before = [copy.deepcopy(part.__dict__.setdefault("_tb_state", {})) for part in (net, net.part)]
    result, error = None, None
    try:
        result = net(*(np.array(a) for a in args))
    except ERRORS as raised:
        only = raised.args[0] if isinstance(raised, KeyError) else raised
        error = type(raised).__name__, str(only)
        for part, held in zip((net, net.part), before):
            part.__dict__["_tb_state"].clear()
            part.__dict__["_tb_state"].update(held)
    fields = {"last": net.last, "rows": net.rows, "part.h": net.part.h}
    return Outcome(result, error, {name: np.array(value) for name, value in fields.items()})


def traced(session: Any, args: tuple[Any, ...]) -> Outcome:
    """A call of a session of the traced program."""
    result, error = None, None
    try:
        result = session(*(np.array(a) for a in args))
    except tb.ProgramError as raised:
        error = raised.exception, raised.problems[0].got.partition(": ")[2]
    return Outcome(result, error, dict(session.state))


def same(want: Outcome, have: Outcome) -> bool:
    """Whether two calls did the same, bit for bit."""
    if want.error != have.error or (want.result is None) is not (have.result is None):
        return False
    pairs = [(want.fields[name], value) for name, value in have.fields.items()]
    if want.result is not None:
        pairs += zip(want.result, have.result, strict=True)
    return all(identical(np.asarray(a), np.asarray(b)) for a, b in pairs)


def identical(a: Any, b: Any) -> bool:
    """Whether two arrays are equal in dtype, shape and every bit; a NaN is a NaN."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    signs = a.dtype.kind != "f" or bool(np.all((np.signbit(a) == np.signbit(b)) | np.isnan(a)))
    return signs and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def judge(source: Source) -> Finding:
    """Trace a program along all its paths and run it beside the program itself."""
    name = f"<drawn {source.seed}>"
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), patch.object(evidence, "TRIES", TRIES):
            warnings.simplefilter("ignore")
            return _judge(source, compiled(source.source, name))
    finally:
        linecache.cache.pop(name, None)


def _judge(source: Source, make: Callable[[], Any]) -> Finding:
    given = list(inputs(np.random.default_rng(list(source.seed.encode()))))
    good = [args for args in given if plainly(make(), args).error is None]
    if not good:
        return _raises(make, given[0])
    examples = given[: source.examples]
    try:
        program = tb.trace(make(), *good[0], branches="explore", examples=examples, max_paths=MAX_PATHS)
    except tb.TraceError as error:
        kind = "mismatch" if error.code == "check.differs" else "refused"
        return Finding(kind, error.code, str(error))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", signature(error), traceback.format_exc(limit=-6))
    plain = make()
    try:
        session = tb.load(tb.save(program, None)).new_session()
        for args in given:
            want, have = plainly(plain, args), traced(session, args)
            if not same(want, have):
                return Finding("mismatch", _why(want, have), f"for {args}:\nexpected {want}\ngot {have}")
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", "at run time: " + signature(error), traceback.format_exc(limit=-6))
    return round_trip(program.program) or Finding("same")


def _raises(make: Callable[[], Any], args: tuple[Any, ...]) -> Finding:
    """A program that raises on each of the inputs: so does its trace."""
    want = plainly(make(), args).error
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            tb.trace(make(), *args, branches="explore", max_paths=MAX_PATHS)
    except tb.TraceboxError as error:
        return Finding("refused", label(error), str(error))
    except ERRORS as error:
        only = error.args[0] if isinstance(error, KeyError) else error
        if (type(error).__name__, str(only)) == want:
            return Finding("same")
    return Finding("mismatch", "a program that always raises", str(want))


def _why(want: Outcome, have: Outcome) -> str:
    if want.error != have.error:
        return f"{want.error and want.error[0]} expected, {have.error and have.error[0]} raised"
    return "value"


FUZZ = Fuzz(
    made_of=made_of,
    judge=judge,
    changed=lambda source, text: dataclasses.replace(source, source=text),
    shown=lambda source: f"{source.source}\nexamples: {source.examples}",
    constructs=lambda source: Counter(source.used),
    names=lambda: list(CONSTRUCTS),
)


if __name__ == "__main__":
    sys.exit(run(FUZZ, "Trace generated programs along all paths, and run them."))
