"""How long a function of 1,000 lines takes to compile, and where the time goes."""

from __future__ import annotations

import cProfile
import linecache
import pstats
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import tracebox as tb

from .harness import Row

LINES = 1000
FILE = "<long>"

_HELPERS = """
import math

import numpy as np


def soften(value, by):
    if value > by:
        return by + math.log1p(value - by)
    return value


def mix(x, y, t):
    return x * (1.0 - t) + y * t


"""

#: Parts that follow one another; {i} is a number of their own.
_PARTS = (
    """
    a{i} = x * {k}.5 + y
    b{i} = np.tanh(a{i}) - a{i}.mean()
    y = mix(a{i}, b{i}, 0.25)
""",
    """
    if total > {k}.0:
        y = y + x
        total = total - {k}.0
    elif total < -{k}.0:
        y = y - x
        total = total + {k}.0
    else:
        y = y * 0.5
""",
    """
    for j{i} in range(n):
        if j{i} % 3 == {k} % 3:
            continue
        total += j{i} * 0.5
        steps += 1
""",
    """
    total = soften(total + float(y.sum()) * 0.125, {k}.0)
""",
    """
    found.append(total)
    label = f"step {{steps}}: {{total:.2f}}"
    if len(label) > {k} + 40:
        names.append(label)
""",
    """
    m{i} = y[:, None] * x[None, :]
    z{i} = m{i}.sum(axis=0) / (1.0 + np.abs(m{i}).max())
    y = np.where(z{i} > 0, z{i}, y)
""",
    """
    k{i} = 0
    while k{i} < n and total > -{k}00.0:
        k{i} += 1
        total -= 0.25
""",
)


def source(lines: int = LINES) -> str:
    """The text of a module whose last function has so many lines."""
    text = ['def long(x: "f64[n]", n: int):', "    y = x", "    total = 0.0", "    steps = 0"]
    text += ["    found: list[float] = []", "    names: list[str] = []"]
    i = 0
    while len(text) < lines - 2:
        part = _PARTS[i % len(_PARTS)].format(i=i, k=i % 7 + 1).strip("\n")
        text += part.split("\n")
        i += 1
    text.append("    return y, total, steps, len(found), len(names)")
    return _HELPERS + "\n".join(text) + "\n"


def rows() -> Iterable[Row]:
    """The seconds that compiling takes; below the table, what takes most of them."""
    text = source()
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    space: dict[str, Any] = {"__name__": "long"}
    exec(compile(text, FILE, "exec"), space)
    function = space["long"]
    tb.script(space["mix"], np.ones(3), np.ones(3), 0.5)  # what is loaded once
    program = tb.script(function)
    x = np.linspace(-1.0, 1.0, 4)
    want, got = function(x, 5), program(x, 5)
    assert np.allclose(want[0], got[0]) and want[1:] == tuple(got[1:])
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        tb.script(function)
        seconds.append(time.perf_counter() - start)
    yield Row(what=f"compile a function of {LINES} lines", value=median(seconds), unit="s", bound=3.0)
    profile = cProfile.Profile()
    profile.runcall(tb.script, function)
    entries = sorted(pstats.Stats(profile).stats.items(), key=lambda item: -item[1][2])  # type: ignore[attr-defined]
    total = sum(entry[1][2] for entry in entries)
    for (file, line, name), (_, calls, own, _, _) in entries[:8]:
        place = f"{Path(file).name}:{line} {name}" if line else name
        yield Row(what=f"  of it {place[:40]}", value=100 * own / total, unit="%", note=f"{calls} calls")
