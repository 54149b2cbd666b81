"""The parameters of generated programs, and arguments of several calls."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .fuzz_grammar import Grammar

_WORDS = ("", "a", "ab", "b", "12", "hello")
_FLOATS = (0.0, 0.5, -1.5, 3.0, 2.25, -0.0, 10.0)


def array(r: Random, *shape: int) -> Any:
    """An array of small numbers that are exact in binary."""
    flat = [r.choice((0.0, 1.0, -2.0, 0.5, 3.0, -0.25, 7.0)) for _ in range(int(np.prod(shape)))]
    return np.array(flat).reshape(shape)


def _value(r: Random, t: str, n: int, m: int) -> Any:
    if t == "int":
        return r.choice([r.randrange(-5, 12), r.randrange(0, 5), r.choice([0, 1, -1])])
    if t == "float":
        return r.choice(_FLOATS)
    if t == "bool":
        return r.random() < 0.5
    if t == "str":
        return r.choice(_WORDS)
    if t == "vec":
        return array(r, n)
    if t == "mat":
        return array(r, m, n)
    if t == "ivec":
        return np.array([r.randrange(-3, 9) for _ in range(n)], dtype=np.int64)
    if t == "opt":
        return None if r.random() < 0.4 else r.choice(_FLOATS)
    if t == "tuple":
        return r.randrange(-3, 9), r.choice(_FLOATS)
    if t == "dict[str,int]":
        return {key: r.randrange(-3, 9) for key in ("a", "b", "c")[: r.randrange(1, 4)]}
    if t == "list[float]":
        return [r.choice(_FLOATS) for _ in range(r.randrange(1, 5))]
    assert t == "list[int]", t
    return [r.randrange(-3, 9) for _ in range(r.randrange(1, 5))]


_NAMES = {
    "n": "int", "m": "int", "a": "float", "b": "float", "flag": "bool", "s": "str", "x": "vec", "y": "vec",
    "z": "mat", "k": "ivec", "o": "opt", "t": "tuple", "d": "dict[str,int]", "ks": "list[int]",
    "fs": "list[float]",
}  # fmt: skip


def parameters(g: Grammar) -> tuple[list[str], dict[str, str], list[tuple[Any, ...]]]:
    """Names, annotations, and the arguments of three calls; `g` gets the variables."""
    r = g.r
    names = ["n", *(name for name in _NAMES if name != "n" and r.random() < 0.4)]
    if "y" in names and "x" not in names:
        names.insert(1, "x")
    if g.module and "x" not in names:
        names.insert(1, "x")
    notes: dict[str, str] = {}
    for name in names:
        t = _NAMES[name]
        if t == "opt":
            notes[name] = "float | None"
        elif t in ("int", "float", "bool", "str") and r.random() < 0.3:
            notes[name] = t
        elif t == "vec" and (r.random() < 0.5 or "z" in names or ("y" in names)) and not g.module:
            notes[name] = "'f64[N]'"
        elif t == "mat":
            notes[name] = "'f64[M, 3]'" if g.module else "'f64[M, N]'"
        elif t == "ivec" and r.random() < 0.5 and not g.module:
            notes[name] = "'i64[N]'"
        elif t in ("list[int]", "list[float]", "dict[str,int]") and r.random() < 0.3:
            notes[name] = t
        elif t == "tuple" and r.random() < 0.3:
            notes[name] = "tuple[int, float]"
    if any(notes.get(name) == "'f64[N]'" for name in names):
        for name in names:
            if _NAMES[name] == "vec":
                notes[name] = "'f64[N]'"
            if _NAMES[name] == "ivec":
                notes[name] = "'i64[N]'"
    calls = []
    for _ in range(3):
        n, m = (3, r.randrange(0, 4)) if g.module else (r.randrange(0, 5), r.randrange(0, 4))
        calls.append(tuple(_value(r, _NAMES[name], n, m) for name in names))
    g.vars |= {name: _NAMES[name] for name in names}
    return names, notes, calls
