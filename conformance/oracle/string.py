"""Oracles of schema/ops/string.py: strings as lists of code points, numbers as exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..formats import round_float
from .registry import oracle


def _points(x: str) -> list[int]:
    return [ord(c) for c in x]


def _text(points: list[int]) -> str:
    return "".join(map(chr, points))


def _of(name: str, function: Callable[..., Any]) -> None:
    oracle(name)(function)


def _find(x: str, part: str) -> int:
    whole, piece = _points(x), _points(part)
    for start in range(len(whole) - len(piece) + 1):
        if whole[start : start + len(piece)] == piece:
            return start
    return -1


def _join(items: list[str], separator: str) -> str:
    points: list[int] = []
    for number, item in enumerate(items):
        points += (_points(separator) if number else []) + _points(item)
    return _text(points)


_of("str.concat", lambda x, y: _text(_points(x) + _points(y)))
_of("str.equal", lambda x, y: _points(x) == _points(y))
_of("str.less", lambda x, y: _points(x) < _points(y))
_of("str.len", lambda x: len(_points(x)))
_of("str.get", lambda x, index: _text([_points(x)[index]]))
_of("str.slice", lambda x, start, stop: _text(_points(x)[start:stop]))
_of("str.contains", lambda x, part: _find(x, part) >= 0)
_of("str.find", _find)
_of("str.join", _join)
_of("bool.to_str", lambda x: ("False", "True")[x])


@oracle("int.to_str")
def int_to_str(x: int) -> str:
    digits = [48 + x % 10] if x >= 0 else [48 + -x % 10]
    rest = abs(x) // 10
    while rest:
        digits.insert(0, 48 + rest % 10)
        rest //= 10
    return ("-" if x < 0 else "") + _text(digits)


@oracle("float.to_str")
def float_to_str(x: float) -> str:
    if math.isnan(x):
        return "nan"
    sign = "-" if math.copysign(1, x) < 0 else ""
    if math.isinf(x):
        return sign + "inf"
    if x == 0:
        return sign + "0.0"
    digits, e = _shortest(abs(x))
    if -4 <= e < 16:
        if e < 0:
            return f"{sign}0.{'0' * (-e - 1)}{digits}"
        whole = digits[: e + 1].ljust(e + 1, "0")
        return f"{sign}{whole}.{digits[e + 1 :] or '0'}"
    point = "." if digits[1:] else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{'-' if e < 0 else '+'}{abs(e):02d}"


def _shortest(x: float) -> tuple[str, int]:
    """The fewest digits that round to `x`, nearest to it, and the exponent of the first one."""
    number = Fraction(x)
    for count in range(1, 18):
        e = _decimal_exponent(number)
        unit = Fraction(10) ** (e - count + 1)
        below = number // unit
        found = [n for n in (below, below + 1) if round_float(n * unit, "f64") == x]
        if found:
            best = min(found, key=lambda n: abs(n * unit - number))
            return str(best).rstrip("0"), e + len(str(best)) - count
    raise AssertionError("17 digits tell every double from every other")


def _decimal_exponent(number: Fraction) -> int:
    e = math.floor(math.log10(number)) if number > Fraction(1, 10**300) else -324
    while Fraction(10) ** (e + 1) <= number:
        e += 1
    while Fraction(10) ** e > number:
        e -= 1
    return e
