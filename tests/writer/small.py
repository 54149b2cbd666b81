"""All small modules that give several names to a field's array, or to arrays in branches and loops.

``python -m tests.writer.small --kind modules`` runs every such module beside itself in plain NumPy, as
a trace of one path, of all paths, and as a script.
"""

from __future__ import annotations

import linecache
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

import tracebox as tb

from .fuzz_explore import compiled
from .fuzzing import Finding, label, run_small, signature

MODES = ("freeze", "explore", "script")
CALLS = tuple((np.asarray(c), np.arange(3.0)) for c in (1, -1, 2))

#: What `h` and `y` are at first, what is done, and what the method gives.
INNER_FIRST = ("h = x", "h = self.h", "h = self.h * 1")
INNER = (
    "h = self.h",
    "h = x",
    "h = self.h[::-1]",
    "h = x[1:]",
    "x = h",
    "self.h = x",
    "self.h = h",
    "self.h = h * 1",
    "x[0] += 3",
    "h[0] = 4",
    "self.h[1] += 5",
    "h = h * 2",
    "h = self.same(x)",
    "self.other(h)",
)
GIVES = ("x", "h", "self.h", "h * 1")
OUTER_FIRST = ("y = self.inner.h", "y = x", "y = x * 2")
OUTER = (
    "y = self.inner.m(x)",
    "y = self.inner.m(y)",
    "y = self.inner.m(self.inner.h)",
    "self.inner.m(y)",
    "self.inner.m(self.inner.h)",
    "y = self.inner.other(y)",
    "y[0] += 6",
    "x[-1] += 7",
    "self.inner.h[0] += 8",
    "self.inner.h = y * 1",
    "self.inner.h = x",
    "self.inner.h = y",
    "y = tb.cond(c > 0, lambda v: v, lambda v: v * 2, y)",
    "y = tb.for_loop(c + 1, lambda i, v: v * 2, y)",
    "y = self.inner.h",
    "y = x",
    "x = y",
    "y = y[::-1]",
)
FORMS = (
    "U\nV\nW",
    "U\nif c > 0:\n    V\nW",
    "if c > 0:\n    U\nelse:\n    V\nW",
    "for i in range(2):\n    U\n    V\nW",
    "if c > 0:\n    U\n    V\nW",
)
TEXT = """\
import numpy as np
import tracebox as tb

class Inner(tb.Module):
    def __init__(self):
        self.h = tb.field(np.array([-1.0, 0.5, 2.0]))

    @tb.export
    def same(self, v):
        return v

    @tb.export
    def other(self, v):
        v[-1] += 9
        return self.h

    @tb.export
    def m(self, {parameter}):
{inner}

class Net(tb.Module):
    def __init__(self):
        self.inner = Inner()

    def forward(self, c, x):
        x = x + 0.0
{outer}
        return {results}
"""

#: Two arrays, what is done with them in blocks, before and after; ``X`` and ``Y`` are one and the other.
ARRAYS_FIRST = ("b = a", "b = a * 2", "b = a[::-1]")
ARRAYS = (
    "X = Y",
    "X = X + 1",
    "X[0] = 7",
    "X += 2",
    "X[1:] = Y[:-1]",
    "X = Y[:]",
    "X = X[::-1]",
    "X = given",
    "X = same(Y)",
    "X = np.where(c > 1, X, Y)",
)
BLOCKS = (
    "if c > 0:\n    S\n    T",
    "if c > 0:\n    S\nelse:\n    T",
    "for i in range(2):\n    S\n    T",
    "def turn(i, a, b):\n    S\n    T\n    return a, b\na, b = tb.for_loop(n, turn, a, b)",
    "def turn(i, a):\n    b = given\n    S\n    T\n    return a\na = tb.for_loop(n, turn, a)",
    "def turn(a, b, n):\n    S\n    T\n    return a, b, n - 1\n"
    "a, b, n = tb.while_loop(lambda a, b, n: n > 0, turn, a, b, n)",
    "def turn(i, a, b):\n    if a[0] > 2:\n        S\n    else:\n        T\n    return a, b\n"
    "a, b = tb.for_loop(n, turn, a, b)",
    "def yes(a, b):\n    S\n    return a, b\ndef no(a, b):\n    T\n    return b, a\n"
    "a, b = tb.cond(c > 0, yes, no, a, b)",
    "def task(a, b):\n    S\n    T\n    return a, b\na, b = tb.wait(tb.fork(task, a, b))",
    "def turn(i, a):\n    def inner(k, a, b):\n        S\n        T\n        return a, b\n"
    "    return tb.for_loop(2, inner, a, given)[1]\na = tb.for_loop(n, turn, a)",
)
BLOCKS_TEXT = """\
import numpy as np
import tracebox as tb

def same(v):
    return v

class Net(tb.Module):
    def forward(self, c, x):
        n = c + 1
        given = x * 3.0
        a = x + 0.0
{body}
        return a, b, given
"""

#: Lists of arrays that a method is given, changes, and gives back.
LISTS_INNER_FIRST = ("w = v", "w = [v[0]]", "w = v[::-1]")
LISTS_INNER = (
    "v.append(v[0] * 2)",
    "v[0][0] = 7",
    "v[0] = v[-1]",
    "v[0] = v[0] + 1",
    "w = v",
    "w = v[:]",
    "w[0][1] = 5",
    "w[-1] += 3",
    "v.reverse()",
    "w = [a * 1 for a in v]",
    "self.h = v[0]",
    "v[0] = self.h",
    "w = self.same(v)",
)
LISTS_GIVES = ("v", "w", "[v[0], self.h]", "[*w, v[0]]")
LISTS_FIRST = ("y = [x, x * 2]", "y = [x, x]", "y = [x]")
LISTS = (
    "r = self.inner.m(y)",
    "self.inner.m(r)",
    "r = self.inner.m([x])",
    "y[0][0] += 4",
    "x[1] = 9",
    "y[-1] = x",
    "r[0][2] -= 6",
    "r.append(x)",
    "y = r",
    "r = [*y]",
    "self.inner.h[0] = 8",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What the modules of a kind are made of: all choices of one out of each, and the text of a choice."""

    choices: tuple[tuple[str, ...], ...]
    text: Callable[..., str]


def _module(parameter: str, results: str, between: str = "") -> Callable[..., str]:
    def made(form: str, y: str, u: str, v: str, w: str, gives: str, h: str, s: str, t: str) -> str:
        inner = [h, s, t, f"return {gives}"]
        outer = [y, between, form.replace("U", u).replace("V", v).replace("W", w)]
        return TEXT.format(inner=_body(inner), outer=_body(outer), parameter=parameter, results=results)

    return made


def _block(form: str, b: str, s: str, t: str, last: str) -> str:
    lines = form.split("\n")
    body = [line[:-1] + {"S": s, "T": t}[line[-1]] if line[-1] in "ST" else line for line in lines]
    return BLOCKS_TEXT.format(body=_body([b, *body, last]))


def _body(lines: list[str]) -> str:
    return textwrap.indent("\n".join(lines), " " * 8)


_EACH = tuple(line.translate(str.maketrans("XY", names)) for names in ("ab", "ba") for line in ARRAYS)
KINDS = {
    "modules": Kind(
        (FORMS, OUTER_FIRST, *[OUTER] * 3, GIVES, INNER_FIRST, INNER, INNER), _module("x", "x, y")
    ),
    "blocks": Kind((BLOCKS, ARRAYS_FIRST, *[_EACH] * 3), _block),
    "lists": Kind(
        (FORMS, LISTS_FIRST, *[LISTS] * 3, LISTS_GIVES, LISTS_INNER_FIRST, LISTS_INNER, LISTS_INNER),
        _module("v", "x, y[0], y[-1], r[0], r[-1]", "r = y"),
    ),
}


def programs(kind: str, first: int = 0, step: int = 1) -> Iterator[tuple[int, str]]:
    """The modules of a kind, numbered: every so many, from one on."""
    chosen = KINDS[kind]
    for number in range(first, prod(map(len, chosen.choices)), step):
        rest, parts = number, []
        for choices in reversed(chosen.choices):
            rest, i = divmod(rest, len(choices))
            parts.append(choices[i])
        yield number, chosen.text(*reversed(parts))


def judge(text: str, mode: str) -> Finding:
    """Make a program of a module in one way and run both."""
    name = "<small module>"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _judge(compiled(text, name), mode)
    finally:
        linecache.cache.pop(name, None)


def _judge(make: Any, mode: str) -> Finding:
    try:
        if mode == "script":
            program = tb.script(make(), *CALLS[0])
        elif mode == "explore":
            program = tb.trace(make(), *CALLS[0], branches="explore", examples=CALLS[1:])
        else:
            program = tb.trace(make(), *CALLS[0])
    except (tb.ScriptError, tb.TraceError) as error:
        kind = "mismatch" if error.code == "check.differs" else "refused"
        return Finding(kind, label(error), str(error))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", signature(error), str(error))
    plain, session = make(), program.new_session()
    for args in CALLS:
        try:
            have = session(*args)
        except tb.GuardError as error:
            if mode == "freeze":
                continue  # another branch than the trace has; neither was run
            return Finding("mismatch", label(error), str(error))
        want = plain(*args)
        pairs = [*zip(want, have)]
        if hasattr(plain, "inner"):
            pairs.append((plain.inner.h, session.state.get("inner.h", make().inner.h)))
        if not all(np.array_equal(a, b) for a, b in pairs):
            return Finding("mismatch", "value", f"{mode}, for {args}:\n{pairs}")
    return Finding("same")


def judged(kind: str, first: int, step: int) -> Iterator[tuple[str, Finding, str]]:
    """The modules of a kind, made into programs in each way."""
    for number, text in programs(kind, first, step):
        for mode in MODES:
            yield f"{number}, {mode}", judge(text, mode), text


if __name__ == "__main__":
    sys.exit(run_small(KINDS, judged, "Run small modules beside NumPy."))
