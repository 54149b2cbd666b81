"""What is changed in place shows under all its names, or the change is refused with the place."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.writer.script import source as sources

from .fuzz import same

#: Items of lists and dicts that are changed where they stand, and have no other name.
TAKEN = [
    """def program(n: int):
    table = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            table[i][j] = i * j + (table[i - 1][j] if i > 0 else 0)
    return table
""",
    """def program(n: int):
    groups = {}
    for k in range(n):
        groups[k] = [0]
    for k in range(n):
        groups[k].append(k)
    return groups
""",
    """def program(n: int):
    rows = [np.zeros(3) for k in range(n)]
    for i in range(n):
        rows[i][0] = i
        rows[i] += 1
    return rows
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    rows.insert(0, [8])
    rows[0].append(99)
    rows.extend([[4], [5]])
    rows[1].append(3)
    return rows
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    for r in rows:
        n += r[0]
    rows[0][0] = 5
    return rows, n
""",
]
#: Items that have other names, or may have them.
SHARED = [
    """def helper(rows: list[list[int]]):
    rows[0][0] = 99

def program(n: int):
    rows = [[k, k] for k in range(n)]
    r = rows[0]
    helper(rows)
    return r
""",
    """def program(n: int):
    rows = [[k, k] for k in range(n)]
    r = rows[0]
    t = (r, 1)
    r = [5]
    rows[0][0] = 99
    return t
""",
    """def program(n: int):
    rows = [[k, k] for k in range(n)]
    d = {'a': rows[0]}
    rows[0][0] = 99
    return d['a']
""",
    """def program(n: int):
    rows = [[k, k] for k in range(n)]
    r = rows[0]
    other = rows
    other[0][0] = 99
    return r
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    r = rows[0]
    rows[0][0] = 99
    return r
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    r = rows[0][:1]
    rows[0][0] = 99
    return r
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    r = rows[0] if n > 1 else rows[1 - n]
    rows[0][0] = 99
    return r
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    for r in rows:
        r += 1
    return rows
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    s = [rows[0]]
    rows[0][0] = 99
    return s
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    s = rows.copy()
    rows[0][0] = 99
    return s
""",
    """def program(n: int):
    rows = [np.zeros(2) for k in range(n)]
    s = rows + rows
    s[0][0] = 99
    return s, rows
""",
    """def program(n: int):
    rows = [np.zeros(2)] * n
    rows[0][0] = 99
    return rows
""",
    """def program(n: int):
    rows = [[0]] * n
    rows[0][0] = 99
    return rows
""",
    """def program(n: int):
    a = np.zeros(2)
    rows = [a, a + 1]
    if n > 1:
        rows.append(a)
    rows[0][0] = 99
    return rows, a
""",
    """def program(n: int):
    d = {}
    for k in range(n):
        d[k] = np.zeros(2)
    r = d[0]
    d[0][0] = 99
    return r
""",
    """def program(n: int):
    rows = [np.zeros(3) for k in range(n)]
    for i in range(n):
        rows[i][0] = i + 1
        rows[0] = rows[1]
    return rows
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    last = rows.pop()
    last.append(5)
    rows[0].append(6)
    return rows, last
""",
    """def program(n: int):
    rows = [[[k, 0]] for k in range(n)]
    r = rows[0][0]
    rows[0][0][1] = 9
    return rows, r[1]
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    if n > 2:
        other = rows
    else:
        other = [[3]]
    r = other[0]
    rows[0][0] = 5
    return r
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    i = 0
    r = [1]
    while i < n:
        r = rows[i]
        i += 1
    rows[n - 1][0] = 5
    return r
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    out = []
    for r in rows:
        out.append(r)
    rows[0][0] = 5
    return rows, out
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    def change():
        rows[0][0] = 77
        return 1
    t = (rows[0], change())
    return t
""",
    """def program(n: int):
    a = [0, 0]
    rows = [a for k in range(n)]
    rows[0][0] = 5
    return rows
""",
    """def program(n: int):
    a = [0, 0]
    rows = []
    for k in range(n):
        rows.append(a)
    rows[0][0] = 5
    return rows
""",
    """def program(n: int):
    rows = []
    for k in range(n):
        a = [0, 0]
        rows.append(a)
        a.append(k)
    return rows
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    best = rows[0]
    for r in rows:
        if r[0] > best[0]:
            best = r
    best[0] = 100
    return rows
""",
    """def program(n: int):
    rows = [[k] for k in range(n)]
    rows[0], rows[1] = rows[1], rows[0]
    rows[0].append(3)
    return rows
""",
    """def program(n: int):
    d = {k: np.zeros(2) for k in range(n)}
    for k, v in d.items():
        v += 1
    return d
""",
    """def program(n: int):
    d = {k: np.zeros(2) for k in range(n)}
    e = dict(d)
    d[0] += 1
    return e
""",
    """def program(n: int):
    d = {k: np.zeros(2) for k in range(n)}
    e = d.get(0, np.ones(2))
    d[0] += 1
    return e
""",
    """def program(n: int):
    x = np.zeros((n, 2))
    rows = [x[i] for i in range(n)]
    x[0, 0] = 5
    return rows
""",
    """def program(n: int):
    x = np.zeros((n, 2))
    rows = [x[i] for i in range(n)]
    rows[0][0] = 5
    return x
""",
]
#: Lists and arrays for which a variable may stand that branches or loops set.
LOOPS = [
    """def program(c: bool, ks: list[int]):
    v = [2]
    for i in range(len(ks) * c):
        if v:
            del v[-1]
        v = v[:12]
    return v
""",
    """def program(c: bool, ks: list[int]):
    v = [2]
    for i in range(len(ks) * c):
        if v:
            v.append(i)
        v = v[:12]
    return v
""",
    """def program(c: bool, x):
    v = x
    if not c:
        v[...] = 1
        v = v.reshape(-1)
    return v.sum(), x.sum()
""",
    """def program(c: bool, x):
    v = x
    if c:
        v = x[1:]
        w = (x[:1], v)
        x[...] = 5
    else:
        w = (x, x)
    return v.sum(), w[0].sum(), w[1].sum()
""",
    """def program(c: bool, ks: list[int]):
    v1 = ks
    if c: v1 = []
    ks.append(1)
    return v1
""",
    """def program(c: bool, ks: list[int]):
    v1 = ks
    while c:
        v1 = [1]
        c = False
    ks.append(1)
    return v1
""",
    """def program(c: bool, ks: list[int]):
    t = (ks, 1)
    v1 = ks
    ks = [2]
    while c:
        v1 = [1]
        c = False
    t[0].append(1)
    return v1
""",
    """def program(c: bool, ks: list[int]):
    t = (ks, 1)
    v1 = ks
    ks = [2]
    if c:
        v1 = [1]
    t[0].append(1)
    return v1
""",
    """def program(c: bool, ks: list[int]):
    v1 = ks
    while c:
        v1 = [1]
        c = False
        ks.append(2)
    v1 = ks
    ks.append(4)
    return v1
""",
    """def program(c: bool, x):
    v1 = x
    while c:
        v1 = x + 1
        c = False
    x += 1
    return v1
""",
    """def program(c: bool, x):
    t = (x, 1)
    v1 = x
    x = x * 2
    while c:
        v1 = x + 1
        c = False
    t[0][:] = 7
    return v1
""",
    """def program(c: bool, ks: list[int]):
    d = {'a': ks}
    v1 = ks
    ks = [2]
    while c:
        v1 = [1]
        c = False
    d['a'].append(1)
    return v1
""",
]


def outcomes(text: str, calls: list[tuple[Any, ...]]) -> None:
    """Compare with CPython's own run, if the program is not refused for an alias."""
    function = sources.function_of(text, {"np": np})
    program = tb.script(function, *copy.deepcopy(calls[0]))
    for args in calls:
        want, got = function(*copy.deepcopy(args)), program(*copy.deepcopy(args))
        assert same(want, got), (want, got)


@pytest.mark.parametrize("text", TAKEN)
def test_items_are_changed_where_they_stand(text: str) -> None:
    outcomes(text, [(3,), (2,), (4,)])


@pytest.mark.parametrize("text", SHARED)
def test_items_with_several_names_are_refused(text: str) -> None:
    with pytest.raises(tb.ScriptError) as caught:
        outcomes(text, [(3,), (2,)])
    assert caught.value.code == "script.alias"
    assert "<script" in str(caught.value)
    assert "prelude" not in str(caught.value)


@pytest.mark.parametrize("text", LOOPS)
@pytest.mark.parametrize("flag", [True, False])
def test_what_loops_and_branches_may_stand_for_is_followed_or_refused(text: str, flag: bool) -> None:
    second = [3, 4] if "ks: list" in text else np.ones(2)
    try:
        outcomes(text, [(flag, second), (not flag, second)])
    except tb.ScriptError as error:
        assert error.code == "script.alias"
