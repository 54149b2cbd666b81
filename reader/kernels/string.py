"""Kernels of schema/ops/string.py: Python's strings are sequences of code points."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Literal

from .registry import OperatorError, item, kernel, prepare


def _plain(name: str, function: Callable[..., Any]) -> None:
    kernel(name)(lambda xp, *operands: function(*operands))
    prepare(name)(lambda xp, attrs, types: function)


def _get(x: str, index: int) -> str:
    if 0 <= index < len(x):
        return x[index]
    raise OperatorError("E1", f"{index} for a length of {len(x)}")


def _slice(x: str, start: int, stop: int) -> str:
    if 0 <= start <= stop <= len(x):
        return x[start:stop]
    raise OperatorError("E1", f"{start} to {stop} for a length of {len(x)}")


_plain("str.concat", operator.add)
_plain("str.equal", operator.eq)
_plain("str.less", operator.lt)
_plain("str.len", len)
_plain("str.get", _get)
_plain("str.slice", _slice)
_plain("str.contains", operator.contains)
_plain("str.find", str.find)
_plain("str.rfind", str.rfind)
_plain("str.join", lambda items, separator: separator.join(items))
_plain("int.to_str", str)
_plain("float.to_str", repr)
_plain("bool.to_str", str)


# --- parts ------------------------------------------------------------------------


def _split(x: str, separator: str, limit: int) -> list[str]:
    if separator:
        return x.split(separator, limit)
    raise OperatorError("E1", "the empty string")


_STRIP = {"both": str.strip, "left": str.lstrip, "right": str.rstrip}


@kernel("str.strip")
def strip(xp: Any, x: str, chars: str | None = None, *, sides: str) -> str:
    return _STRIP[sides](x, chars)


def _repeat(x: str, count: int) -> str:
    if len(x) * count > 2**24:
        raise OperatorError("E1", f"{count} times {len(x)}")
    return x * min(count, 2**24)  # of the empty string any number


def _ascii(function: Callable[[str], str]) -> Callable[[str], str]:
    def change(x: str) -> str:
        if x.isascii():
            return function(x)
        raise OperatorError("E1", ascii(next(c for c in x if c >= "\x80")))

    return change


_plain("str.split", _split)
_plain("str.words", lambda x, limit: x.split(None, limit))
_plain("str.replace", str.replace)
_plain("str.repeat", _repeat)
_plain("str.lower", _ascii(str.lower))
_plain("str.upper", _ascii(str.upper))


# --- numerals ---------------------------------------------------------------------


def _numeral(x: str) -> str:
    """`x` without whitespace around it. Python would take digits of other scripts, too."""
    text = x.strip()
    if text.isascii():
        return text
    raise OperatorError("E1", _shown(x))


def _shown(x: str) -> str:
    return ascii(x if len(x) < 40 else x[:37] + "...")


def _to_int(x: str) -> int:
    text = _numeral(x)
    sign, digits = (text[:1], text[1:]) if text[:1] in ("+", "-") else ("", text)
    plain = digits.replace("_", "")
    if not plain.isdigit() or "__" in digits or "_" in (digits[0], digits[-1]):
        raise OperatorError("E1", _shown(x))
    # 20 digits that count are too many; Python would refuse to read thousands.
    value = int(sign + (plain.lstrip("0")[:20] or "0"))
    if -(2**63) <= value < 2**63:
        return value
    raise OperatorError("E2", _shown(x))


def _to_float(x: str) -> float:
    try:
        return float(_numeral(x))
    except ValueError:
        raise OperatorError("E1", _shown(x)) from None


_plain("str.to_int", _to_int)
_plain("str.to_float", _to_float)


# --- texts of numbers -------------------------------------------------------------


#: From which magnitude on a number of the dtype is written with an exponent.
_TOP = {"float16": 1e3, "float32": 1e6, "float64": 1e16, "complex64": 1e6, "complex128": 1e16}
_PART = {"complex64": "float32", "complex128": "float64"}


@kernel("to_str")
def to_str(xp: Any, x: Any) -> str:
    name, value = str(x.dtype).rpartition(".")[2], item(x)
    if name not in _TOP:
        return str(value)
    if not isinstance(value, complex):
        return _shortest(value, name, _TOP[name], "0")
    part = _PART[name]
    imag = _shortest(value.imag, part, _TOP[name], "-") + "j"
    if value.real == 0 and math.copysign(1, value.real) > 0:
        return imag
    plus = "" if imag[0] == "-" else "+"
    return f"({_shortest(value.real, part, _TOP[name], '-')}{plus}{imag})"


def _shortest(value: float, dtype: str, top: float, trim: Literal["0", "-"]) -> str:
    """The fewest digits that round to `value` in `dtype`. What str() gives depends on NumPy's version."""
    import numpy

    if not math.isfinite(value):
        return repr(value)
    number = numpy.dtype(dtype).type(value)
    if value == 0 or 1e-4 <= abs(value) < top:
        return numpy.format_float_positional(number, trim=trim)
    return numpy.format_float_scientific(number, trim="-", exp_digits=2)


def _format(function: Callable[..., Callable[[Any], str]], name: str) -> None:
    """Register a kernel whose attributes become a text of Python's, which is made once while planning."""
    kernel(name)(lambda xp, x, **attrs: function(**attrs)(x))
    prepare(name)(lambda xp, attrs, types: function(**attrs))


def _spec(
    type: str,
    fill: str,
    align: str,
    sign: str,
    alternate: bool,
    width: int,
    grouping: str,
    positive_zero: bool = False,
    precision: int | None = None,
) -> Callable[[Any], str]:
    point = "" if precision is None else f".{precision}"
    flags = f"{sign}{'z' if positive_zero else ''}{'#' if alternate else ''}"
    # A width of 0 would be read as the flag for zeros.
    spec = f"{fill}{align}{flags}{width or ''}{grouping}{point}{type}"
    return lambda x: format(x, spec)


def _text(fill: str, align: str, width: int, precision: int | None) -> Callable[[str], str]:
    spec = f"{fill}{align}{width or ''}{'' if precision is None else f'.{precision}'}"
    return lambda x: format(x, spec)


_format(_spec, "int.format")
_format(_spec, "float.format")
_format(_text, "str.format")
