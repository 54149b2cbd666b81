"""Lists and dicts that a recorded call was given: what it does to them is seen by the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Method = Callable[..., Any]


def _outer(method: Method, use: Method) -> Any:
    """A module whose part has `method`; `use` calls the part."""
    part = type("Part", (tb.Module,), {"forward": method})()
    net = type("Net", (tb.Module,), {"forward": lambda self, x: use(self.part, x)})()
    net.part = part
    return net


def _append(self: Any, kept: list[Any], x: Any) -> Any:
    kept.append(x.sum())
    return x * 2


def _append_larger(self: Any, kept: list[Any], x: Any) -> Any:
    if x[0] > 0:
        kept.append(x[0])
    kept[0] = x[1]
    return x * 2


def _rename(self: Any, named: dict[str, Any], x: Any) -> Any:
    named["b"] = named.pop("a") + x[0]
    return x


def _inner(self: Any, rows: tuple[list[Any], ...], x: Any) -> Any:
    rows[0].append(x[0])
    rows[1][0] = x[1]
    return x


def _seen(self: Any, seen: set[str], x: Any) -> Any:
    if x[0] > 0:
        seen.add("positive")
    return x * 2


def _set(part: Any, x: Any) -> Any:
    seen = {"called"}
    return part(seen, x) + len(seen), dict.fromkeys(sorted(seen), x[0])


def _list(part: Any, x: Any) -> Any:
    kept = [x[0]]
    y = part(kept, x)
    return y, np.stack(kept)


def _dict(part: Any, x: Any) -> Any:
    named = {"a": x[1]}
    return part(named, x), named


def _nested(part: Any, x: Any) -> Any:
    rows: tuple[list[Any], list[Any]] = ([], [x[0], x[0]])
    return part(rows, x), np.stack(rows[0] + rows[1])


CASES = [(_append, _list), (_append_larger, _list), (_rename, _dict), (_inner, _nested), (_seen, _set)]


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(np.array_equal(a[key], b[key]) for key in a)
    return np.array_equal(a, b)


@pytest.mark.parametrize("method, use", CASES)
def test_a_traced_call_changes_what_it_was_given(method: Method, use: Method) -> None:
    x = np.array([1.0, 2.0])
    found = tb.trace(_outer(method, use), x)(x)
    assert all(map(_equal, found, _outer(method, use)(x)))


@pytest.mark.parametrize("method, use", CASES[:-1])
def test_an_explored_call_changes_what_it_was_given(method: Method, use: Method) -> None:
    program = tb.trace(_outer(method, use), np.array([1.0, 2.0]), branches="explore")
    for x in (np.array([1.0, 2.0]), np.array([-1.0, 3.0])):
        assert all(map(_equal, program(x), _outer(method, use)(x)))


def test_an_explored_call_changes_a_set() -> None:
    def use(part: Any, x: Any) -> Any:
        seen = {"called"}
        return part(seen, x) + len(seen)

    program = tb.trace(_outer(_seen, use), np.array([1.0, 2.0]), branches="explore")
    for x in (np.array([1.0, 2.0]), np.array([-1.0, 3.0])):
        assert np.array_equal(program(x), _outer(_seen, use)(x))


def test_a_list_that_a_call_returns_is_the_one_that_it_was_given() -> None:
    def same(self: Any, kept: list[Any], x: Any) -> Any:
        kept.append(x)
        return kept

    def use(part: Any, x: Any) -> Any:
        kept = [x]
        found = part(kept, x)
        found.append(x + 1)
        return np.stack(kept)

    x = np.ones(2)
    assert np.array_equal(tb.trace(_outer(same, use), x)(x), _outer(same, use)(x))


def test_a_list_that_is_given_twice_is_one_list() -> None:
    def both(self: Any, first: list[Any], second: list[Any], x: Any) -> Any:
        first.append(x)
        return np.stack(second)

    def use(part: Any, x: Any) -> Any:
        kept = [x]
        return part(kept, kept, x + 1)

    x = np.ones(2)
    assert np.array_equal(tb.trace(_outer(both, use), x)(x), _outer(both, use)(x))


def test_a_forked_call_changes_no_list() -> None:
    def use(part: Any, x: Any) -> Any:
        kept = [x[0]]
        return tb.wait(tb.fork(part, kept, x)), np.stack(kept)

    with pytest.raises(tb.TraceError, match=r"trace\.fork.*a list or dict"):
        tb.trace(_outer(_append, use), np.ones(2))
