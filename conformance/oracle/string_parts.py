"""Oracles of the parts of strings and of numerals: searches place by place, numerals as fractions."""

from __future__ import annotations

import math
from fractions import Fraction

from ..formats import round_float
from .registry import oracle

#: SPEC 9.5: the code points that are whitespace.
WHITESPACE = frozenset((*range(0x9, 0xE), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B))) | {
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
}


def _places(x: str, part: str, limit: int) -> list[int]:
    """Where `part`, which is not empty, occurs in `x`: from the left, not overlapping, at most `limit`."""
    found: list[int] = []
    place = 0
    while place + len(part) <= len(x) and (limit < 0 or len(found) < limit):
        if all(x[place + k] == part[k] for k in range(len(part))):
            found.append(place)
            place += len(part)
        else:
            place += 1
    return found


@oracle("str.rfind")
def rfind(x: str, part: str) -> int:
    places = [k for k in range(len(x) - len(part) + 1) if x[k : k + len(part)] == part]
    return max(places, default=-1)


@oracle("str.split")
def split(x: str, separator: str, limit: int) -> list[str]:
    starts = _places(x, separator, limit)
    ends = [*starts, len(x)]
    return [x[a:b] for a, b in zip([0, *(k + len(separator) for k in starts)], ends)]


@oracle("str.words")
def words(x: str, limit: int) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(x):
        if ord(x[place]) in WHITESPACE:
            place += 1
            continue
        end = place
        while end < len(x) and (ord(x[end]) not in WHITESPACE or len(found) == limit):
            end += 1
        found.append(x[place:end])
        place = end
    return found


@oracle("str.replace")
def replace(x: str, old: str, new: str, limit: int) -> str:
    places = _places(x, old, limit) if old else list(range(len(x) + 1))[: None if limit < 0 else limit]
    made, place = "", 0
    for start in places:
        made += x[place:start] + new
        place = start + len(old)
    return made + x[place:]


@oracle("str.strip")
def strip(x: str, chars: str | None = None, *, sides: str) -> str:
    unwanted = WHITESPACE if chars is None else {ord(c) for c in chars}
    kept = [k for k, c in enumerate(x) if ord(c) not in unwanted]
    start = (kept[0] if kept else len(x)) if sides != "right" else 0
    stop = (kept[-1] + 1 if kept else 0) if sides != "left" else len(x)
    return "".join(c for k, c in enumerate(x) if start <= k < stop)


@oracle("str.repeat")
def repeat(x: str, count: int) -> str:
    return "".join(x for _ in range(count if x else 0))


def _moved(x: str, first: str, last: str, by: int) -> str:
    return "".join(chr(ord(c) + by) if first <= c <= last else c for c in x)


oracle("str.lower")(lambda x: _moved(x, "A", "Z", 32))
oracle("str.upper")(lambda x: _moved(x, "a", "z", -32))


# --- numerals ---------------------------------------------------------------------


def _sign(x: str) -> tuple[int, str]:
    text = strip(x, sides="both")
    return (-1 if text[0] == "-" else 1), (text[1:] if text[0] in "+-" else text)


def _integer(digits: str) -> int:
    value = 0
    for c in digits:
        if c != "_":
            value = 10 * value + "0123456789".index(c)
    return value


@oracle("str.to_int")
def to_int(x: str) -> int:
    sign, digits = _sign(x)
    return sign * _integer(digits)


@oracle("str.to_float")
def to_float(x: str) -> float:
    sign, text = _sign(_moved(x, "A", "Z", 32))
    if text in ("inf", "infinity"):
        return sign * math.inf
    if text == "nan":
        return math.nan
    digits, _, power = text.partition("e")
    whole, _, part = digits.partition(".")
    exponent = _sign(power)[0] * _integer(_sign(power)[1]) if power else 0
    part = part.replace("_", "")
    significand = _integer(whole + part)
    # Beyond these powers the number is 0 or infinite whatever its digits, of which there are few.
    exponent = max(-5000, min(5000, exponent - len(part)))
    return math.copysign(round_float(significand * Fraction(10) ** exponent, "f64"), sign)
