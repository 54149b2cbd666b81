"""Loops over lists and dicts that they change, views of dicts, and iterators: as in CPython, or refused."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

import tracebox as tb
from tracebox.writer.script import source as sources

#: What each is called with; the errors are those of CPython.
DICTS: list[tuple[Any, ...]] = [({"a": 1, "b": 2},), ({"a": 1},), ({},), ({"b": 1, "c": 2, "d": 3},)]
LISTS: list[tuple[Any, ...]] = [([1, 2, 3],), ([4],), ([5, 1],)]

TAKEN = [
    "for k in d: d.popitem()",
    "for k in d: d['q'] = 1",
    "for k in d.keys(): d.clear()",
    "for k in d: d.update({'z': 3})",
    "for k in d: d.setdefault('z', 3)",
    "for k in d: d['a'] = 1",
    "for k in d: d[k] *= 2",
    "for k in d: del d[k]",
    "for k in list(d): del d[k]",
    "for k in sorted(d.keys()): d.pop(k)",
    "for k in d:\n        if d[k] > 1:\n            del d[k]\n            break",
    "for k in d:\n        if d[k] > 1:\n            del d[k]\n            return 5, d",
    "for k in d:\n        if d[k] == 1:\n            continue\n        d.pop(k)\n        return 5, d",
    "for k, v in d.items(): d[k] = v + 1",
    "for k, v in d.items():\n        n = n * 10 + v\n        d['b'] = 7",
    "for v in d.values():\n        n = n * 10 + v\n        d['b'] = 7",
    "for i, (k, v) in enumerate(d.items()):\n        n += i * v\n        d['a'] = n",
    "e = d\n    for k in d: e.popitem()",
    "e = {'p': 1, 'q': 2}\n    for k in e: e['r'] = 1",
    "e = {'p': 1, 'q': 2}\n    for k, v in e.items():\n        e['q'] = 5\n        n = n * 10 + v",
    "n = [d.setdefault('q', 1) for k in d]",
    "n = sum(d.pop(k) for k in d)",
    "e = d\n    d |= {'q': 1}\n    n = e",
    "n = d.keys()\n    n = list(n)\n    d['z'] = 1",
]
TAKEN_LISTS = [
    "e = d\n    d *= 2\n    n = e",
    "e = [[1], d]\n    e *= 2\n    e[1].append(5)\n    n = e",
    "e = zip(d, d)\n    d[0] = 50\n    n = sum([a * b for a, b in e])",
    "e = reversed(d)\n    d[0] = 50\n    n = [x for x in e]",
    "for x in sorted(d): d.append(x)",
    "for i, x in enumerate(d):\n        if x > 2:\n            d[i] = 0",
]


def compiled(body: str, example: tuple[Any, ...]) -> tuple[Any, tb.TracedProgram]:
    text = f"def program(d):\n    n = 0\n    {body}\n    return n, d\n"
    function = sources.function_of(text, {})
    return function, tb.script(function, *copy.deepcopy(example))


def agrees(body: str, calls: list[tuple[Any, ...]]) -> None:
    function, program = compiled(body, calls[0])
    for call in calls:
        try:
            want = function(*copy.deepcopy(call))
        except RuntimeError as error:
            with pytest.raises(tb.ProgramError, match=f"RuntimeError: {error}"):
                program(*copy.deepcopy(call))
        else:
            assert program(*copy.deepcopy(call)) == want


@pytest.mark.parametrize("body", TAKEN)
def test_a_dict_that_is_changed_while_it_is_run_over(body: str) -> None:
    agrees(body, DICTS)


@pytest.mark.parametrize("body", TAKEN_LISTS)
def test_a_list_that_is_changed(body: str) -> None:
    agrees(body, LISTS)


REFUSED = [
    ("n = d.keys()\n    d['z'] = 1\n    n = len(n)", "n = list(n)"),
    ("n = d.values()\n    d['a'] = 9\n    n = sum(n)", "n = list(n)"),
    ("e = d.items()\n    d['a'] = 5\n    for k, v in e: n += v", "e = list(e)"),
    ("e = d.keys()\n    for k in e: d['new'] = 1", "what a loop runs over"),
    (
        "for k in d:\n        d.pop(k)\n        d['z' + k] = 1",
        "another length of a dict that a loop runs over",
    ),
    ("for k, m in zip(d, [1, 2]): d.popitem()", "another length of a dict that a loop runs over"),
]
REFUSED_LISTS = [
    (
        "e = enumerate(d)\n    d.append(5)\n    for i, x in e: n += i * x",
        "another length of a list that e runs over",
    ),
    ("e = zip(d, d)\n    for a, b in e: n += a\n    for a, b in e: n += b", "run over before"),
    ("e = zip(d, d)\n    for i in range(2):\n        for a, b in e: n += a", "run over before"),
    ("e = (x * 2 for x in d)\n    d.append(4)\n    n = sum(e)", "computes its items later"),
    ("f = lambda g: sum(g) + sum(g)\n    n = f(x * 2 for x in d)", "an argument, an iterator"),
    ("f = lambda g: sum(g) + sum(g)\n    n = f(g=map(abs, d))", "an argument, an iterator"),
    ("e = map(lambda x: x + 1, d)\n    d.append(4)\n    n = sum(e)", "computes its items later"),
]


@pytest.mark.parametrize(("body", "said"), REFUSED)
def test_what_a_dict_no_longer_shows_is_refused(body: str, said: str) -> None:
    with pytest.raises(tb.ScriptError, match=re.escape(said)):
        compiled(body, DICTS[0])


@pytest.mark.parametrize(("body", "said"), REFUSED_LISTS)
def test_iterators_that_would_end_elsewhere_are_refused(body: str, said: str) -> None:
    with pytest.raises(tb.ScriptError, match=said):
        compiled(body, LISTS[0])
