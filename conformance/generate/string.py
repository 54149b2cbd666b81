"""Cases of schema/ops/string.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import product

from ...schema.registry import operators
from ..model import Case, Fails, Reject
from .registry import by_oracle, cases
from .scalar import HIGH, LOW

#: ASCII, Latin, a letter with a combining mark, one outside of 16 bits, a joined emoji, a null.
TEXTS = (
    *("", "a", "b", "ab", "aab", "\xe9", "e\u0301"),
    *("\U0001d11e", "\U0001f469\u200d\U0001f680", "\0", "\uffff"),
)


def _pairs(op: str) -> Iterator[Case]:
    for number, (x, y) in enumerate(product(TEXTS, TEXTS)):
        yield by_oracle(op, f"{number}", x, y)
    yield from _wrong(op)


def _wrong(op: str) -> Iterator[Reject]:
    """Each operand of another type, and one too few."""
    args = operators()[op].signatures[0].args
    good = tuple(arg.pattern for arg in args)
    for place, arg in enumerate(args):
        bad = "int" if arg.pattern != "int" else "str"
        yield Reject(f"{arg.name}-{bad}", "ir.operand", (*good[:place], bad, *good[place + 1 :]), twin=good)
    yield Reject("too-few", "ir.arity", good[:-1], twin=good)


for _name in ("concat", "equal", "less"):
    cases(f"str.{_name}")(partial(_pairs, f"str.{_name}"))


@cases("str.len")
def str_len() -> Iterator[Case]:
    for number, x in enumerate(TEXTS):
        yield by_oracle("str.len", f"{number}", x)
    yield from _wrong("str.len")


@cases("str.get")
def str_get() -> Iterator[Case]:
    for number, x in enumerate(TEXTS):
        for index in range(len(x)):
            yield by_oracle("str.get", f"{number}-{index}", x, index)
    for name, x, index in (("empty", "", 0), ("above", "ab", 2), ("negative", "ab", -1), ("far", "ab", HIGH)):
        yield Fails(name, "E1", (x, index))
    yield from _wrong("str.get")


@cases("str.slice")
def str_slice() -> Iterator[Case]:
    x = "a\xe9\U0001d11eb"
    for start in range(5):
        for stop in range(start, 5):
            yield by_oracle("str.slice", f"{start}-{stop}", x, start, stop)
    for name, start, stop in (("negative", -1, 2), ("above", 0, 5), ("crossed", 3, 2), ("far", HIGH, HIGH)):
        yield Fails(name, "E1", (x, start, stop))
    yield from _wrong("str.slice")


PARTS = (
    *(("", ""), ("abc", ""), ("", "a"), ("abc", "c"), ("abc", "bc"), ("abc", "ac"), ("aab", "ab")),
    *(("\U0001d11eab", "b"), ("e\u0301", "\xe9"), ("ab", "abc"), ("a\0b", "\0"), ("ABC", "b")),
)


def _search(op: str) -> Iterator[Case]:
    for number, (x, part) in enumerate(PARTS):
        yield by_oracle(op, f"{number}", x, part)
    yield from _wrong(op)


for _name in ("contains", "find"):
    cases(f"str.{_name}")(partial(_search, f"str.{_name}"))


@cases("str.join")
def str_join() -> Iterator[Case]:
    yield by_oracle("str.join", "none", [], ", ", operands=("list[str]", "str"))
    yield by_oracle("str.join", "one", ["a"], ", ")
    yield by_oracle("str.join", "three", ["a", "", "\U0001d11e"], ", ")
    yield by_oracle("str.join", "by-nothing", ["a", "b"], "")
    yield Reject("items", "ir.operand", ("list[int]", "str"), twin=("list[str]", "str"))
    yield from _wrong("str.join")


# --- numbers ----------------------------------------------------------------------

#: Numbers whose shortest form is hard to find, or where the form changes.
FLOATS = (
    *(0.0, -0.0, 1.0, -1.0, 0.1, 0.2 + 0.1, 1 / 3, 100.0, 123456.789, 1e15, 1e16, 9999999999999998.0),
    *(1e17, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.0001, 0.00001),
    *(0.00012345, 9.5e-05, 2.0**-1074 * 3, 9007199254740993.0, 2.0**70, 4.35, 0.3, 2.675, 1.5e300, 1e-7),
    *(math.inf, -math.inf, math.nan, -1.5e-10, 8.41e21, 2.0**-44, 5e-05, 4.5035996273704955e15),
)


@cases("int.to_str")
def int_to_str() -> Iterator[Case]:
    for number, x in enumerate((0, 7, -7, 10, -10, 1234567890, LOW, HIGH)):
        yield by_oracle("int.to_str", f"{number}", x)
    yield from _wrong("int.to_str")


@cases("float.to_str")
def float_to_str() -> Iterator[Case]:
    for number, x in enumerate(FLOATS):
        yield by_oracle("float.to_str", f"{number}", x)
    yield from _wrong("float.to_str")


@cases("bool.to_str")
def bool_to_str() -> Iterator[Case]:
    for x in (False, True):
        yield by_oracle("bool.to_str", f"{x}", x)
    yield from _wrong("bool.to_str")
