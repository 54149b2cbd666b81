"""Oracles of the texts of numbers: digits of exact fractions, put together as SPEC 9.7 says."""

from __future__ import annotations

import math
from fractions import Fraction

from ..formats import part as part_of
from ..formats import round_float
from .arrays import Array
from .registry import oracle


def _decimal(x: int) -> str:
    return ("-" if x < 0 else "") + digits_of(abs(x), 10)


def digits_of(number: int, base: int) -> str:
    digits = "0123456789abcdef"[number % base]
    while number := number // base:
        digits = "0123456789abcdef"[number % base] + digits
    return digits


oracle("int.to_str")(_decimal)


@oracle("float.to_str")
def float_to_str(x: float) -> str:
    return _shortest_text(x, "f64", 16)


def _shortest_text(x: float, dtype: str, top: int) -> str:
    if math.isnan(x):
        return "nan"
    sign = "-" if math.copysign(1, x) < 0 else ""
    if math.isinf(x):
        return sign + "inf"
    if x == 0:
        return sign + "0.0"
    digits, e = _shortest(abs(x), dtype)
    if Fraction(1, 10000) <= abs(Fraction(x)) < Fraction(10) ** top:
        return sign + _plain(digits, e, max(1, len(digits) - 1 - e))
    return sign + _scientific(digits, e)


def _shortest(x: float, dtype: str) -> tuple[str, int]:
    """The fewest digits that round to `x`, nearest to it, and the exponent of the first one."""
    number = Fraction(x)
    for count in range(1, 18):
        e = _decimal_exponent(number)
        unit = Fraction(10) ** (e - count + 1)
        below = number // unit
        found = [n for n in (below, below + 1) if round_float(n * unit, dtype) == x]
        if found:
            best = min(found, key=lambda n: (abs(n * unit - number), n % 2))
            return str(best).rstrip("0"), e + len(str(best)) - count
    raise AssertionError("17 digits tell every double from every other")


def _decimal_exponent(number: Fraction) -> int:
    e = math.floor(math.log10(number)) if number > Fraction(1, 10**300) else -324
    while Fraction(10) ** (e + 1) <= number:
        e += 1
    while Fraction(10) ** e > number:
        e -= 1
    return e


def _plain(digits: str, e: int, places: int) -> str:
    """``digits`` times a power of ten, `places` of them behind the point."""
    text = "0" * -e + digits if e < 0 else digits.ljust(e + 1, "0")
    whole = max(e, 0) + 1
    return f"{text[:whole]}.{text[whole : whole + places].ljust(places, '0')}"


def _scientific(digits: str, e: int) -> str:
    point = "." if digits[1:] else ""
    return f"{digits[0]}{point}{digits[1:]}e{'-' if e < 0 else '+'}{abs(e):02d}"


@oracle("to_str")
def to_str(x: Array) -> str:
    (value,) = x.items
    if isinstance(value, bool):
        return ("False", "True")[value]
    if isinstance(value, int):
        return _decimal(value)
    top = {"f16": 3, "f32": 6, "f64": 16}[part_of(x.dtype)]
    if isinstance(value, float):
        return _shortest_text(value, x.dtype, top)
    real, imag = (
        text[:-2] if text.endswith(".0") else text
        for text in (_shortest_text(v, part_of(x.dtype), top) for v in (value.real, value.imag))
    )
    if real == "0":
        return imag + "j"
    return f"({real}{'' if imag.startswith('-') else '+'}{imag}j)"


# --- formats ----------------------------------------------------------------------


@oracle("int.format")
def int_format(
    x: int, type: str, fill: str, align: str, sign: str, alternate: bool, width: int, grouping: str
) -> str:
    digits = digits_of(abs(x), {"d": 10, "b": 2, "o": 8}.get(type, 16))
    prefix = "0" + type if alternate and type != "d" else ""
    size = 3 if type == "d" else 4
    digits = digits.upper() if type == "X" else digits
    return _arranged(x < 0, sign, prefix, digits, "", size, grouping, fill, align, width)


@oracle("float.format")
def float_format(
    x: float,
    type: str,
    fill: str,
    align: str,
    sign: str,
    alternate: bool,
    positive_zero: bool,
    width: int,
    grouping: str,
    precision: int | None,
) -> str:
    negative = not math.isnan(x) and math.copysign(1, x) < 0
    if type == "%":
        x = round_float(Fraction(x) * 100, "f64") if math.isfinite(x) else x
    percent = "%" if type == "%" else ""
    if not math.isfinite(x):
        text = "nan" if math.isnan(x) else "inf"
        text = (text.upper() if type in "EFG" and type else text) + percent
        return _arranged(negative, sign, "", "", text, 3, "", fill, align, width)
    text = _digits(abs(Fraction(x)), abs(x), type.lower(), alternate, precision)
    if positive_zero and not any(c in "123456789" for c in text.partition("e")[0]):
        negative = False
    whole = next((k for k, c in enumerate(text) if c not in "0123456789"), len(text))
    rest = (text[whole:].upper() if type in ("E", "G") else text[whole:]) + percent
    return _arranged(negative, sign, "", text[:whole], rest, 3, grouping, fill, align, width)


def _digits(number: Fraction, x: float, type: str, alternate: bool, precision: int | None) -> str:
    """The digits of a number that is not negative, with point and exponent."""
    if type in ("f", "%"):
        text = _rounded_plain(number, 6 if precision is None else precision)
        return text if alternate or text[-1] != "." else text[:-1]
    if type == "e":
        return _rounded_scientific(number, 6 if precision is None else precision, alternate)
    if type == "" and precision is None:
        text = _shortest_text(x, "f64", 16)
        return text.replace("e", ".e") if alternate and "." not in text else text
    count = 6 if precision is None else max(precision, 1)
    digits, e = _significant(number, count)
    if not alternate:
        digits = digits.rstrip("0") or "0"
    if e < -4 or e >= (count if type == "g" else count - 1):
        text = _scientific(digits, e)
        return text.replace("e", ".e") if alternate and "." not in text else text
    places = len(digits) - 1 - e
    text = _plain(digits, e, max(places, 1 if type == "" else 0))
    return text if alternate or text[-1] != "." else text[:-1]


def _nearest(number: Fraction) -> int:
    """The nearest integer, the even one of two."""
    below = number.numerator // number.denominator
    rest = number - below
    return below + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1))


def _rounded_plain(number: Fraction, places: int) -> str:
    digits = digits_of(_nearest(number * 10**places), 10).rjust(places + 1, "0")
    return f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}"


def _significant(number: Fraction, count: int) -> tuple[str, int]:
    """`count` digits, and the exponent of the first one; of 0 it is 0."""
    if number == 0:
        return "0" * count, 0
    e = _decimal_exponent(number)
    digits = digits_of(_nearest(number * Fraction(10) ** (count - 1 - e)), 10)
    return digits[:count], e + len(digits) - count


def _rounded_scientific(number: Fraction, places: int, alternate: bool) -> str:
    digits, e = _significant(number, places + 1)
    text = _scientific(digits, e)
    return text.replace("e", ".e") if alternate and places == 0 else text


def _arranged(
    negative: bool,
    sign: str,
    prefix: str,
    digits: str,
    rest: str,
    size: int,
    grouping: str,
    fill: str,
    align: str,
    width: int,
) -> str:
    """Sign, prefix, digits in groups of `size`, the rest, and what fills the width."""
    front = ("-" if negative else sign.replace("-", "")) + prefix
    if digits and fill == "0" and align == "=":
        while len(front + _grouped(digits, size, grouping) + rest) < width:
            digits = "0" + digits
    body = _grouped(digits, size, grouping) + rest
    missing = fill * max(0, width - len(front + body))
    return front + missing + body if align == "=" else _placed(front + body, missing, align)


def _placed(text: str, missing: str, align: str) -> str:
    before = {"<": 0, ">": len(missing), "^": len(missing) // 2}[align]
    return missing[:before] + text + missing[before:]


def _grouped(digits: str, size: int, grouping: str) -> str:
    if not grouping:
        return digits
    first = len(digits) % size
    groups = [digits[:first]] if first else []
    groups += [digits[k : k + size] for k in range(first, len(digits), size)]
    return grouping.join(groups)


@oracle("str.format")
def str_format(x: str, fill: str, align: str, width: int, precision: int | None) -> str:
    text = x if precision is None else "".join(c for k, c in enumerate(x) if k < precision)
    missing = fill * max(0, width - len(text))
    return _placed(text, missing, align)
