"""Oracles of schema/ops/scalar.py: Python's integers and Fractions; floats as tensors without axes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..formats import round_float
from . import comparison as _comparison  # noqa: F401 (registers the oracles used below)
from . import elementwise as _elementwise  # noqa: F401
from .arrays import Array
from .registry import ORACLES, oracle


def _of(name: str, function: Callable[..., Any]) -> None:
    oracle(name)(function)


def _floor(number: Fraction) -> int:
    return number.numerator // number.denominator


def _int_power(x: int, y: int) -> int:
    result = 1
    for _ in range(y):
        result *= x
    return result


_of("int.add", lambda x, y: x - -y)
_of("int.subtract", lambda x, y: x + -y)
_of("int.multiply", lambda x, y: int(Fraction(x) * Fraction(y)))
_of("int.floor_divide", lambda x, y: _floor(Fraction(x, y)))
_of("int.remainder", lambda x, y: x - y * _floor(Fraction(x, y)))
_of("int.divide", lambda x, y: -0.0 if x == 0 and y < 0 else round_float(Fraction(x, y), "f64"))
_of("int.power", _int_power)
_of("int.negative", lambda x: 0 - x)
_of("int.abs", lambda x: x if x > 0 else 0 - x)
_of("int.min", lambda x, y: x if x < y else y)
_of("int.max", lambda x, y: y if x < y else x)
_of("int.equal", lambda x, y: not (x < y or y < x))
_of("int.less", lambda x, y: y - x > 0)
_of("int.less_equal", lambda x, y: y - x >= 0)
_of("int.to_float", lambda x: round_float(Fraction(x), "f64"))
_of("int.to_bool", lambda x: x < 0 or x > 0)


def _bits(x: int) -> list[int]:
    """The 64 bits of `x` in two's complement, the lowest first."""
    return [_floor(Fraction(x, 2**place)) % 2 for place in range(64)]


def _number(bits: list[int]) -> int:
    return sum(bit << place for place, bit in enumerate(bits[:63])) - (bits[63] << 63)


_of("int.and", lambda x, y: _number([a * b for a, b in zip(_bits(x), _bits(y))]))
_of("int.or", lambda x, y: _number([max(a, b) for a, b in zip(_bits(x), _bits(y))]))
_of("int.xor", lambda x, y: _number([(a + b) % 2 for a, b in zip(_bits(x), _bits(y))]))
_of("int.invert", lambda x: _number([1 - a for a in _bits(x)]))
_of("int.left_shift", lambda x, y: x * 2**y if x else 0)
_of("int.right_shift", lambda x, y: _floor(Fraction(x, 2 ** min(y, 64))))


def _as_tensors(name: str, tensor_operator: str) -> None:
    """The oracle of a tensor operator, on tensors of one f64."""

    @oracle(name)
    def scalar(*operands: float) -> Any:
        return ORACLES[tensor_operator](*[Array("f64", (), [value]) for value in operands]).items[0]


for _name in ("add", "subtract", "multiply", "divide", "floor_divide", "remainder", "negative", "abs"):
    _as_tensors(f"float.{_name}", _name)
for _name in ("equal", "less", "less_equal"):
    _as_tensors(f"float.{_name}", _name)
_as_tensors("float.power", "pow")


def _nearest_even(number: Fraction) -> int:
    below = _floor(number)
    rest = number - below
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
    return below + 1 if up else below


_of("float.floor", lambda x: _floor(Fraction(x)))
_of("float.ceil", lambda x: -_floor(-Fraction(x)))
_of("float.round", lambda x: _nearest_even(Fraction(x)))
_of("float.to_int", lambda x: _floor(Fraction(x)) if x >= 0 else -_floor(-Fraction(x)))
_of("float.to_bool", lambda x: not -0.0 <= x <= 0.0)

_of("bool.and", lambda x, y: {x, y} == {True})
_of("bool.or", lambda x, y: True in {x, y})
_of("bool.not", lambda x: {True: False, False: True}[x])
_of("bool.equal", lambda x, y: len({x, y}) == 1)
_of("bool.to_int", lambda x: {True: 1, False: 0}[x])
_of("complex.new", lambda real, imag: complex(real, imag))
_of("complex.real", lambda x: x.real)
_of("complex.imag", lambda x: x.imag)

_of("size", lambda dim: dim)
_of("rank", lambda x: len(x.shape))
_of("shape", lambda x: list(x.shape))
_of("dtype", lambda x: x.dtype)
