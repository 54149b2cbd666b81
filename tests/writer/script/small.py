"""All small programs that give two names to lists or arrays and change them in place.

``python -m tests.writer.script.small --kind list`` runs every program of a kind beside CPython.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from tests.writer.fuzzing import Finding, run_small

from .fuzz import judge
from .fuzz_grammar import Made


@dataclass(frozen=True, slots=True)
class Kind:
    """What `a` and `b` are at first, what is done with one of them, and the calls."""

    parameter: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    #: ``X`` and ``Y`` are one and the other, and the other way round.
    statements: tuple[str, ...]
    calls: tuple[tuple[object, ...], ...]
    #: What comes before all of it.
    before: str = ""


KINDS = {
    "list": Kind(
        parameter="p: list[int]",
        first=("a = p", "a = [c, 2]"),
        second=("b = a", "b = [3]", "b = (a, [4])[c > 0]"),
        statements=(
            "X = Y",
            "X = []",
            "X = X + [c]",
            "X.append(7)",
            "X += [8, c]",
            "if X: X.pop()",
            "X = [*Y]",
            "X = Y if c > 1 else X",
        ),
        calls=((3, [5, 6]), (0, [1]), (1, [4, 4, 4])),
    ),
    "array": Kind(
        parameter="p: np.ndarray",
        first=("a = p", "a = np.ones(3)"),
        second=("b = a", "b = a[:]", "b = a * 2", "b = a[::-1]"),
        statements=(
            "X = Y",
            "X = np.zeros(3)",
            "X = X + 1",
            "X[0] = 7",
            "X += 2",
            "X[1:] = Y[:-1]",
            "X = Y[:]",
            "X = X[::-1]",
            "X = Y if c > 1 else X",
        ),
        calls=tuple((c, np.arange(3.0)) for c in (3, 0, 1)),
    ),
    "rows": Kind(
        parameter="p: list[list[int]]",
        first=("a = p", "a = [[c], [2]]", "a = [[k] for k in range(c + 2)]"),
        second=("b = a", "b = [[3], [c]]", "b = a[:]", "b = a[0]", "b = [a[0], [c]]"),
        statements=(
            "X = Y",
            "X[0] = Y[0]",
            "X[0] = [c]",
            "X[0].append(7)",
            "X.append(Y[-1])",
            "X[-1] += [9]",
            "X = X + [[c]]",
            "X.append([c])",
        ),
        calls=((3, [[5], [6]]), (0, [[1], [2, 3], [4]]), (1, [[4]])),
    ),
    "parts": Kind(
        parameter="p: list[int]",
        first=("a = (p, 1)", "a = {'k': p, 'l': [c]}", "a = Plain(p)", "a = [[c], p]"),
        second=("b = p", "b = [3]", "b = p[:]"),
        statements=(
            "b = FIRST",
            "FIRST.append(7)",
            "PUT",
            "b.append(8)",
            "b = [c]",
            "p = b",
            "p += [6]",
            "b = b + [5]",
        ),
        calls=((3, [5, 6]), (0, [1]), (1, [4, 4, 4])),
    ),
    "arrays in parts": Kind(
        parameter="p: np.ndarray",
        first=("a = (p, 1)", "a = {'k': p, 'l': np.ones(2)}", "a = Plain(p)", "a = [np.ones(2), p]"),
        second=("b = p", "b = np.zeros(3)", "b = p[1:]", "b = p.copy()"),
        statements=(
            "b = FIRST",
            "b = FIRST[:2]",
            "FIRST[0] = 7",
            "PUT",
            "b += 8",
            "b = b * 2",
            "p = b",
            "p[:1] += 6",
            "b[c % 2] = c",
        ),
        calls=tuple((c, np.arange(3.0)) for c in (3, 0, 1)),
    ),
    "arrays in lists": Kind(
        parameter="p: list[np.ndarray]",
        first=("a = p", "a = [np.ones(2), np.zeros(2)]", "a = [np.zeros(2) + k for k in range(c + 2)]"),
        second=("b = a", "b = a[:]", "b = [a[0], np.ones(2)]", "b = [np.zeros(2)]"),
        statements=(
            "X = Y",
            "X[0] = Y[-1]",
            "X[0] = X[0] + 1",
            "X[0][0] = 7",
            "X[-1] += 2",
            "X.append(Y[0])",
            "X.append(np.ones(2))",
            "X[0], X[-1] = Y[-1], Y[0]",
            "v = Y[0]; v[1] = c; X = X + [v]",
        ),
        calls=tuple((c, [np.arange(2.0), np.ones(2)]) for c in (3, 0, 1)),
    ),
    "items": Kind(
        parameter="p: list[list[int]]",
        first=("a = [c]", "a = p[0]"),
        second=("b = a", "b = [3]", "b = a[:]", "b = (a, [4])[c > 0]"),
        statements=(
            "X = Y",
            "X.append(7)",
            "p.append(X)",
            "p[0] = X",
            "X = p[-1]",
            "X = Y if c > 1 else X",
            "p[-1].append(8)",
            "X = [c]",
            "p = [*p, X]",
        ),
        calls=((3, [[5], [6]]), (0, [[1], [2, 3], [4]]), (1, [[4]])),
    ),
    "array items": Kind(
        parameter="p: list[np.ndarray]",
        first=("a = np.ones(2)", "a = p[0]"),
        second=("b = a", "b = a * 2", "b = a[::-1]", "b = (a, np.zeros(2))[c > 0]"),
        statements=(
            "X = Y",
            "X[0] = 7",
            "X += c",
            "p.append(X)",
            "p[0] = X",
            "X = p[-1]",
            "X = Y if c > 1 else X",
            "p[-1][1] = 8",
            "X = X * 2",
            "p = [*p, X]",
        ),
        calls=tuple((c, [np.arange(2.0), np.ones(2)]) for c in (3, 0, 1)),
    ),
    "calls": Kind(
        parameter="p: list[int]",
        before="""def grow(v):
    v.append(7)
    return v
def pick(v, w):
    return w if len(v) > 2 else v
def keep(v):
    return lambda k: v + [k]
""",
        first=("a = p", "a = [c, 2]"),
        second=("b = a", "b = [3]"),
        statements=(
            "X = grow(Y)",
            "X = pick(X, Y)",
            "grow(X)",
            "X, Y = Y, X",
            "X = Y or X",
            "f = keep(X); grow(X); X = f(c)",
            "for v in (X, Y): v.append(c)",
            "grow(X if c > 1 else Y)",
            "X = [*X, c]",
        ),
        calls=((3, [5, 6]), (0, [1]), (1, [])),
    ),
    "moves": Kind(
        parameter="p: np.ndarray",
        before="""def double(v):
    v *= 2
    return v
def pick(v, w):
    return w if v[0] > 2 else v
""",
        first=("a = p", "a = np.ones((2, 2))"),
        second=("b = a", "b = a.T", "b = np.zeros((2, 2))"),
        statements=(
            "X = double(Y)",
            "X = pick(X[0], Y[1])[None] + X",
            "double(X[0])",
            "X, Y = Y, X",
            "X = X.reshape(2, 2)",
            "X = np.where(X > 1, X, Y)",
            "X[c % 2] += 1",
            "X = X.T",
            "for v in (X, Y): v[0] += c",
            "X[0], X[1] = Y[1], Y[0]",
        ),
        calls=tuple((c, np.arange(4.0).reshape(2, 2)) for c in (3, 0, 1)),
    ),
    "dicts": Kind(
        parameter="p: dict[str, int]",
        first=("a = p", "a = {'u': c, 'v': 2}"),
        second=("b = a", "b = {'v': 3}", "b = dict(a)"),
        statements=(
            "X = Y",
            "X['w'] = c",
            "X.pop('u', 0)",
            "X |= {'v': 7}",
            "for k in X: Y[k] = c",
            "for k in X.keys(): Y.update(w=1)",
            "for k, n in X.items(): Y['v'] = n + 1",
            "for k, n in X.items(): Y['t'] = n + 1; break",
            "for n in X.values(): Y.popitem(); break",
            "for n in X.values(): Y.clear()",
            "for k in list(X): Y.pop(k, 0)",
            "X = {k: n + c for k, n in Y.items()}",
            "n = X.values(); Y['v'] = 5; X['s'] = sum(n)",
        ),
        calls=((3, {"u": 1, "w": 2}), (0, {}), (1, {"v": 4})),
    ),
    "loops": Kind(
        parameter="p: list[int]",
        first=("a = p", "a = [c, 2]"),
        second=("b = a", "b = [3]", "b = a[:]"),
        statements=(
            "X = Y",
            "X *= 2",
            "for v in X: Y[0] = v",
            "for v in X: Y.append(v); break",
            "for v in list(X): Y.append(v)",
            "for i, v in enumerate(X): X[i] = v + c",
            "for v, w in zip(X, Y): X[-1] = w",
            "for v in reversed(X): Y[0] += v",
            "z = enumerate(X); Y[0] = 8; X = [i * v for i, v in z]",
            "X = [v + len(Y) for v in X]",
            "X.extend(Y)",
        ),
        calls=((3, [5, 6]), (0, [1]), (1, [4, 4, 4])),
    ),
}
#: What a container of the kinds with parts has, and how it gets another.
_PARTS = {
    "(": ("a[0]", "a = (b, 1)"),
    "{": ("a['k']", "a['k'] = b"),
    "P": ("a.value", "a.value = b"),
    "[": ("a[1]", "a[1] = b"),
}
#: Two statements S and T between the first lines and the last statement.
FORMS = (
    "if c > 0:\n    S\n    T",
    "if c > 0:\n    S\nelse:\n    T",
    "S\nif c > 0:\n    T",
    "for i in range(2):\n    S\n    T",
    "for i in range(c):\n    S\n    T",
    "while c > 0:\n    c -= 1\n    S\n    T",
    "for i in range(2):\n    if c > 0:\n        S\n        continue\n    T",
    "for i in range(3):\n    S\n    if c > i:\n        break\n    T",
    "for i in range(c):\n    if i > 1:\n        S\n    else:\n        T",
    "for i in range(c):\n    S\n    for j in range(2):\n        T",
    "if c > 0:\n    for i in range(2):\n        S\n    T",
    "for i in range(2):\n    S\n    if c > i:\n        T\n        return a, b, p",
)


def both(statements: tuple[str, ...]) -> list[str]:
    """Each statement, and with the names the other way round."""
    turned = [s.translate(str.maketrans("XY", "ba")) for s in statements]
    return list(dict.fromkeys([s.translate(str.maketrans("XY", "ab")) for s in statements] + turned))


def programs(kind: str, first: int = 0, step: int = 1) -> Iterator[tuple[int, Made]]:
    """The programs of a kind, numbered: every so many, from one on."""
    made = KINDS[kind]
    each = both(made.statements)
    chosen = enumerate(product(FORMS, made.first, made.second, each, each, each))
    for number, (form, first_line, second, s, t, last) in islice(chosen, first, None, step):
        middle = "\n".join(_put(line, s, t) for line in form.split("\n"))
        body = made.before + "\n".join([first_line, second, middle, last, "return a, b, p"])
        if "Plain" in first_line:  # no program returns an object
            body = body.replace("return a,", "return a.value, a.seen,")
        if "parts" in kind:
            part, put = _PARTS[first_line[4]]
            body = body.replace("FIRST", part).replace("PUT", put)
        source = f"def program(c: int, {made.parameter}):\n{textwrap.indent(body, '    ')}\n"
        yield number, Made(source, list(made.calls))


def _put(line: str, s: str, t: str) -> str:
    return line[:-1] + {"S": s, "T": t}[line[-1]] if line.lstrip() in ("S", "T") else line


def judged(kind: str, first: int, step: int) -> Iterator[tuple[str, Finding, str]]:
    """The programs of a kind, compiled and run."""
    for number, made in programs(kind, first, step):
        yield str(number), judge(made), made.source


if __name__ == "__main__":
    sys.exit(run_small(KINDS, judged, "Run small programs beside CPython."))
