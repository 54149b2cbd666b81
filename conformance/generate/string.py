"""Cases of schema/ops/string.py."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from ..model import Case, Fails, Reject
from . import string_numbers as _string_numbers  # noqa: F401 (registers its cases)
from . import string_parts as _string_parts  # noqa: F401
from .registry import by_oracle, cases
from .scalar import HIGH
from .wrong import wrong

#: ASCII, Latin, a letter with a combining mark, one outside of 16 bits, a joined emoji, a null.
TEXTS = (
    *("", "a", "b", "ab", "aab", "\xe9", "e\u0301"),
    *("\U0001d11e", "\U0001f469\u200d\U0001f680", "\0", "\uffff", "\U0010ffff\0"),
)


def _pairs(op: str) -> Iterator[Case]:
    for number, (x, y) in enumerate(product(TEXTS, TEXTS)):
        yield by_oracle(op, f"{number}", x, y)
    yield from wrong(op)


for _name in ("concat", "equal", "less"):
    cases(f"str.{_name}")(partial(_pairs, f"str.{_name}"))


@cases("str.len")
def str_len() -> Iterator[Case]:
    more = (
        "a" * 255,
        "\xe9" * 256,
        "\U0001d11e" * 70,
        " \t\n",
        "\r\n",
        "\u2028",
        "\ufeff",
        "\xa0",
        '"\\',
        "1e5",
        "-0",
    )
    for number, x in enumerate((*TEXTS, *more)):
        yield by_oracle("str.len", f"{number}", x)
    yield from wrong("str.len")


@cases("str.get")
def str_get() -> Iterator[Case]:
    for number, x in enumerate(TEXTS):
        for index in range(len(x)):
            yield by_oracle("str.get", f"{number}-{index}", x, index)
    for name, x, index in (("empty", "", 0), ("above", "ab", 2), ("negative", "ab", -1), ("far", "ab", HIGH)):
        yield Fails(name, "E1", (x, index))
    yield from wrong("str.get")


@cases("str.slice")
def str_slice() -> Iterator[Case]:
    x = "a\xe9\U0001d11eb"
    for start in range(5):
        for stop in range(start, 5):
            yield by_oracle("str.slice", f"{start}-{stop}", x, start, stop)
    yield by_oracle("str.slice", "of-empty", "", 0, 0)
    yield by_oracle("str.slice", "parts-of-a-mark", "e\u0301", 1, 2)
    for name, start, stop in (("negative", -1, 2), ("above", 0, 5), ("crossed", 3, 2), ("far", HIGH, HIGH)):
        yield Fails(name, "E1", (x, start, stop))
    yield from wrong("str.slice")


PARTS = (
    *(("", ""), ("abc", ""), ("", "a"), ("abc", "c"), ("abc", "bc"), ("abc", "ac"), ("aab", "ab")),
    *(("\U0001d11eab", "b"), ("e\u0301", "\xe9"), ("ab", "abc"), ("a\0b", "\0"), ("ABC", "b")),
    *(("aaaa", "aa"), ("abab", "ba"), ("aabaaab", "aaab"), ("a\0", "a\0\0"), ("\0", ""), ("a b", " ")),
    *(("\U0001f469\u200d\U0001f680", "\u200d"), ("\xe9\xe9", "\xe9"), ("\uffff", "\U0010ffff"), ("ab", "ab")),
)


def _search(op: str) -> Iterator[Case]:
    for number, (x, part) in enumerate(PARTS):
        yield by_oracle(op, f"{number}", x, part)
    yield from wrong(op)


for _name in ("contains", "find"):
    cases(f"str.{_name}")(partial(_search, f"str.{_name}"))


@cases("str.join")
def str_join() -> Iterator[Case]:
    yield by_oracle("str.join", "none", [], ", ", operands=("list[str]", "str"))
    yield by_oracle("str.join", "one", ["a"], ", ")
    yield by_oracle("str.join", "three", ["a", "", "\U0001d11e"], ", ")
    yield by_oracle("str.join", "by-nothing", ["a", "b"], "")
    for number, between in enumerate(TEXTS):
        yield by_oracle("str.join", f"by-{number}", ["", "b", "\xe9"], between)
    for count in (4, 8, 16, 40):
        yield by_oracle("str.join", f"of-{count}", ["a\0"] * count, "\U0001d11e")
    yield by_oracle("str.join", "empty-ones", ["", "", ""], "")
    yield Reject("items", "ir.operand", ("list[int]", "str"), twin=("list[str]", "str"))
    yield from wrong("str.join")
