"""Cases of the parts of strings and of numerals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ..model import Case, Fails
from ..oracle.string_parts import WHITESPACE
from .registry import by_oracle, cases
from .scalar import HIGH, LOW
from .wrong import wrong, wrong_attrs

_LIMITS = (-1, 0, 1, 2, HIGH, LOW)
_ALL_WHITESPACE = "".join(map(chr, sorted(WHITESPACE)))
#: Near to whitespace, and none: zero width space, word joiner, byte order mark, and others.
_NO_WHITESPACE = "\0\x08\x0e\x1b\x7f\u180e\u200b\u2060\ufeff"


@cases("str.rfind")
def rfind() -> Iterator[Case]:
    pairs = (
        *(("", ""), ("abc", ""), ("", "a"), ("abc", "a"), ("abcabc", "bc"), ("abc", "ac"), ("aaa", "aa")),
        *(("\U0001d11eab", "b"), ("\U0001d11ea\U0001d11e", "\U0001d11e"), ("e\u0301", "\xe9"), ("ab", "abc")),
        *(("a\0b\0", "\0"), ("ABC", "b"), ("aab", "ab"), ("abab", "abab"), ("babab", "bab"), ("b", "b")),
        *(("\0", ""), ("a b a", " "), ("aabaaab", "aab"), ("\xe9\xe9a", "\xe9"), ("\uffff", "\U0010ffff")),
    )
    for number, (x, part) in enumerate(pairs):
        yield by_oracle("str.rfind", f"{number}", x, part)
    yield from wrong("str.rfind")


@cases("str.split")
def split() -> Iterator[Case]:
    pairs = (
        *(("", ","), ("a", ","), ("a,b,c", ","), (",a,,b,", ","), ("aaaa", "aa"), ("aaaaa", "aa")),
        *(("a--b---c", "--"), ("\U0001d11ea\U0001d11e", "\U0001d11e"), ("a b\tc", " "), ("abc", "abc")),
    )
    for number, (x, separator) in enumerate(pairs):
        for limit in _LIMITS if number in (2, 3, 4) else (-1,):
            yield by_oracle("str.split", f"{number}-{limit}", x, separator, limit)
    yield Fails("empty-separator", "E1", ("abc", "", -1))
    yield Fails("empty", "E1", ("", "", 0))
    yield from wrong("str.split")


@cases("str.words")
def words() -> Iterator[Case]:
    texts = ("a b c", "  a  b  ", "a\t\n b\x1cc\u3000", "abc")
    for number, (x, limit) in enumerate(product(texts, _LIMITS)):
        yield by_oracle("str.words", f"{number}", x, limit)
    for x in ("", "\u2003\n"):
        yield by_oracle("str.words", f"none-{len(x)}", x, -1)
    yield by_oracle("str.words", "all", "a".join(_ALL_WHITESPACE), -1)
    yield by_oracle("str.words", "others", "a".join(_NO_WHITESPACE), -1)
    yield from wrong("str.words")


@cases("str.replace")
def replace() -> Iterator[Case]:
    texts = (
        *(("abcabc", "b", "xy"), ("aaaaa", "aa", "b"), ("abc", "", "-"), ("", "", "ab"), ("", "a", "b")),
        *(
            ("abc", "abc", ""),
            ("a\U0001d11eb", "\U0001d11e", "\xe9"),
            ("abab", "ab", "ab"),
            ("abc", "d", "e"),
        ),
    )
    for number, (x, old, new) in enumerate(texts):
        for limit in _LIMITS if number in (0, 1, 2) else (-1, 1):
            yield by_oracle("str.replace", f"{number}-{limit}", x, old, new, limit)
    yield from wrong("str.replace")


@cases("str.strip")
def strip() -> Iterator[Case]:
    sides = ("left", "right", "both")
    texts = ("", "a", "  a b\t\n", " \u3000", "\x1fa\x85")
    for number, (x, side) in enumerate(product(texts, sides)):
        yield by_oracle("str.strip", f"{side}-{number}", x, sides=side)
    pairs = (("xxaxbyx", "xy"), ("aaa", "a"), (" a ", ""), ("", "ab"), ("\U0001d11ea\xe9", "\xe9\U0001d11e"))
    for number, ((x, chars), side) in enumerate(product(pairs, sides)):
        yield by_oracle("str.strip", f"chars-{side}-{number}", x, chars, sides=side)
    yield by_oracle("str.strip", "all", f"{_ALL_WHITESPACE}a{_ALL_WHITESPACE[::-1]}", sides="both")
    yield by_oracle("str.strip", "others", _NO_WHITESPACE, sides="both")
    yield from wrong_attrs("str.strip", "C1", "sides", "both", "", "Left", "leftright")
    yield from wrong("str.strip")


@cases("str.repeat")
def repeat() -> Iterator[Case]:
    for number, (x, count) in enumerate(product(("", "a", "ab", "\U0001d11e"), (0, 1, 3, 17, -1, LOW))):
        yield by_oracle("str.repeat", f"{number}", x, count)
    for name, x, count in (("above", "a", 2**24 + 1), ("longer", "abc", 2**23), ("far", "ab", HIGH)):
        yield Fails(name, "E1", (x, count))
    yield from wrong("str.repeat")


def _case(op: str) -> Iterator[Case]:
    texts = (
        *(
            "",
            "a",
            "z",
            "A",
            "Z",
            "aZ",
            "Hello, World!",
            "@[`{",
            "0123456789",
            "\0\t\n\x7f",
            "ABC abc XYZ xyz",
        ),
        *("aA" * 20, "x_Y", "I", "i", "K", "ss"),
    )
    for number, x in enumerate(texts):
        yield by_oracle(op, f"{number}", x)
    bad = ("\x80", "\xe9", "a\xdf", "\u0130", "\u03c3", "\u212a", "\U0001d11e", "ab\u3000")
    for number, x in enumerate(bad):
        yield Fails(f"other-{number}", "E1", (x,))
    yield from wrong(op)


cases("str.lower")(lambda: _case("str.lower"))
cases("str.upper")(lambda: _case("str.upper"))


# --- numerals ---------------------------------------------------------------------


@cases("str.to_int")
def to_int() -> Iterator[Case]:
    good = (
        *("0", "-0", "+7", "-12", "007", " 42\n", "\u3000-5\x1c", "1_000", "1_2_3", f"{HIGH}", f"{LOW}"),
        *("0" * 60 + "1", "-" + "0" * 5000 + "9", "0_0"),
    )
    for number, x in enumerate(good):
        yield by_oracle("str.to_int", f"{number}", x)
    bad = (
        *(
            "",
            " ",
            "-",
            "+-1",
            "- 1",
            "1 2",
            "1.0",
            "1e3",
            "0x10",
            "_1",
            "1_",
            "1__0",
            "-_1",
            "one",
            "\u0663",
        ),
        *("\xb2", "1\0", "\u200b1", "True", "\uff11"),
    )
    for number, x in enumerate(bad):
        yield Fails(f"none-{number}", "E1", (x,))
    for name, x in (("above", f"{HIGH + 1}"), ("below", f"{LOW - 1}"), ("far", "1" + "0" * 5000)):
        yield Fails(name, "E2", (x,))
    yield from wrong("str.to_int")


@cases("str.to_float")
def to_float() -> Iterator[Case]:
    good = (
        *(
            "0",
            "-0",
            "-0.0",
            "1.5",
            ".5",
            "5.",
            "+1e3",
            "1E-3",
            "1e+03",
            " 2.5\t",
            "\u2003-1\u2003",
            "1_0.0_1e1_0",
        ),
        *(
            "inf",
            "-Infinity",
            "+INF",
            "nan",
            "-NaN",
            "1e400",
            "-1e400",
            "1e-400",
            "-1e-400",
            "5e-324",
            "2e-324",
        ),
        *(
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
        ),
        *("9007199254740993", "9007199254740993.0000000000000001", "0.1", "1e23", "8.41e21", "0e99999999999"),
        *(
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "0" * 400 + ".1",
            "1" * 400,
            "0." + "0" * 400 + "1",
        ),
    )
    for number, x in enumerate(good):
        yield by_oracle("str.to_float", f"{number}", x)
    bad = (
        *(
            "",
            " ",
            ".",
            "e5",
            "1e",
            "1e+",
            "1.e5.",
            "1 e5",
            "0x1p3",
            "_1",
            "1_",
            "1__0",
            "1_.5",
            "1._5",
            "1e_5",
        ),
        *("infin", "in f", "1f", "+-1", "--1", "1,5", "\u0663", "nan(1)", "1\0"),
    )
    for number, x in enumerate(bad):
        yield Fails(f"none-{number}", "E1", (x,))
    yield from wrong("str.to_float")
