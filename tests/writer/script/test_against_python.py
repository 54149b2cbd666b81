"""Strings, floats, `math` and sorting in scripts give what Python gives, for drawn arguments."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracebox as tb
from tracebox.schema.errors import TraceboxError

from .test_programs import same

TEXT = st.text(alphabet="ab -+A1\n\r\t\x1c", max_size=8)
PART = st.text(alphabet="ab -", max_size=2)
SMALL = st.integers(-9, 9)
FLOAT = st.one_of(
    st.floats(width=64), st.sampled_from([0.0, -0.0, math.inf, -math.inf, 2.0**53, 1e300, 1e-310, 2.675])
)


def searched(s: str, t: str, a: int, b: int) -> Any:
    found = s.find(t, a, b), s.rfind(t, a, b), s.find(t), s.count(t, a, b), s.count(t)
    return (*found, s.startswith(t, a, b), s.endswith(t, a, b), s.startswith((t, "a")), s.endswith(("b", t)))


def changed(s: str, t: str, a: int, b: int) -> Any:
    filled = s.center(a + 3), s.zfill(b), s.ljust(a, "x"), s.rjust(b, "-"), s.strip(t), s.replace(t, "q", a)
    cased = s.title(), s.swapcase(), s.capitalize(), s.casefold()
    return (
        filled,
        cased,
        s.removeprefix(t),
        s.removesuffix(t),
        s.rsplit(None, a),
        s.splitlines(),
        s.splitlines(True),
    )


def asked(s: str) -> Any:
    return s.isupper(), s.islower(), s.isalnum(), s.isalpha(), s.isdigit(), s.isspace(), s.isascii()


def parted(s: str, t: str, a: int) -> Any:
    return s.partition(t), s.rpartition(t), s.rsplit(t, a), s.split(t, a)


def divided(x: float, y: float) -> Any:
    return x // y, x % y, divmod(x, y)


def split(x: float, y: float) -> Any:
    return math.fmod(x, y), math.modf(x), math.isclose(x, y), math.copysign(x, y)


def rounded(x: float, n: int) -> Any:
    return round(x, 2), round(x, 0), round(x, 5), round(n, -1), round(n, -2)


def counted(n: int, k: int) -> Any:
    few = abs(n) % 30, abs(k) % 12
    return (
        math.gcd(n, k),
        math.lcm(n, k),
        math.isqrt(abs(n)),
        math.comb(*few),
        math.perm(*few),
        bin(n),
        hex(k),
    )


def ordered(xs: list[int], n: int, step: int) -> Any:
    keyed = sorted(xs, key=lambda v: v % 5), sorted(xs, key=lambda v: v % 5, reverse=True)
    best = max(xs, key=lambda v: -abs(v)), min(xs, key=lambda v: v % 3), min(xs), max(xs)
    return sorted(xs), sorted(xs, reverse=True), keyed, best, list(range(n, 20, 3)), list(range(n, -n, step))


LONG = st.integers(-(2**31), 2**31)
ARGUMENTS: dict[Callable[..., Any], Any] = {
    searched: st.tuples(TEXT, PART, SMALL, SMALL),
    changed: st.tuples(TEXT, PART, SMALL, SMALL),
    asked: st.tuples(TEXT),
    parted: st.tuples(TEXT, PART, SMALL),
    divided: st.tuples(FLOAT, FLOAT),
    split: st.tuples(FLOAT, FLOAT),
    rounded: st.tuples(st.floats(-1e12, 1e12), LONG),
    counted: st.tuples(LONG, LONG),
    ordered: st.tuples(st.lists(SMALL, min_size=1, max_size=8), SMALL, SMALL),
}


@functools.cache
def program(function: Callable[..., Any]) -> Any:
    return tb.script(function)


@pytest.mark.parametrize("function", ARGUMENTS, ids=lambda f: f.__name__)
@given(data=st.data())
def test_a_script_gives_what_python_gives(function: Callable[..., Any], data: st.DataObject) -> None:
    args = data.draw(ARGUMENTS[function])
    compiled = program(function)
    try:
        want = function(*copy.deepcopy(args))
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        with pytest.raises(TraceboxError, match=f"{type(error).__name__}|\\.E[0-9]"):
            compiled(*copy.deepcopy(args))
        return
    assert same(want, compiled(*copy.deepcopy(args)))
