"""Oracles of schema/ops/functions.py: mpmath for functions, steps between floats by their bytes."""

from __future__ import annotations

import math
from typing import Any

import mpmath

from ...schema.dtypes import BY_NAME
from ..formats import from_bytes, part, to_bytes
from . import inverse_functions as inverse
from .arrays import Array, elementwise
from .complex_functions import circular, cosh, sinh, tanh
from .elementwise import PRECISION, function_oracle
from .registry import oracle

_INF, _NAN = math.inf, math.nan


def _everywhere(value: float) -> bool:
    return True


def _inside(value: float) -> bool:
    return abs(value) <= 1


def _atanh(a: Any) -> Any:
    return mpmath.atanh(a) if abs(a) < 1 else mpmath.sign(a) * mpmath.inf


def _logarithm(base: int) -> Any:
    return lambda a: mpmath.log(a) / mpmath.log(base) if a else -mpmath.inf


function_oracle(
    "tan", mpmath.tan, above=_NAN, below=_NAN, defined=_everywhere, plane=circular(tanh, back=True)
)
function_oracle("asin", mpmath.asin, above=_NAN, below=_NAN, defined=_inside, plane=inverse.asin)
function_oracle("acos", mpmath.acos, above=_NAN, below=_NAN, defined=_inside, plane=inverse.acos)
function_oracle(
    "atan", mpmath.atan, above=math.pi / 2, below=-math.pi / 2, defined=_everywhere, plane=inverse.atan
)
function_oracle("sinh", mpmath.sinh, above=_INF, below=-_INF, defined=_everywhere, plane=sinh)
function_oracle("cosh", mpmath.cosh, above=_INF, below=_INF, defined=_everywhere, plane=cosh)
function_oracle("asinh", mpmath.asinh, above=_INF, below=-_INF, defined=_everywhere, plane=inverse.asinh)
function_oracle("acosh", mpmath.acosh, above=_INF, below=_NAN, defined=lambda a: a >= 1, plane=inverse.acosh)
function_oracle("atanh", _atanh, above=_NAN, below=_NAN, defined=_inside, plane=inverse.atanh)
function_oracle(
    "log2", _logarithm(2), above=_INF, below=_NAN, defined=lambda a: a >= 0, plane=inverse.logarithm(2)
)
function_oracle(
    "log10", _logarithm(10), above=_INF, below=_NAN, defined=lambda a: a >= 0, plane=inverse.logarithm(10)
)


def _hypot(a: float, b: float) -> Any:
    if math.isinf(a) or math.isinf(b):
        return _INF
    if math.isnan(a) or math.isnan(b):
        return _NAN
    with mpmath.workprec(PRECISION):
        # The sum of two exact squares needs more bits than that, where they differ much in size.
        return mpmath.sqrt(mpmath.fadd(mpmath.mpf(a) ** 2, mpmath.mpf(b) ** 2, exact=True))


@oracle("hypot")
def hypot(x: Array, y: Array) -> Array:
    return elementwise(_hypot, x, y)


@oracle("copysign")
def copysign(x: Array, y: Array) -> Array:
    return elementwise(lambda a, b: -abs(a) if to_bytes(b, y.dtype)[-1] & 0x80 else abs(a), x, y)


def _step(dtype: str) -> Any:
    """Floats of one sign are in the order of their bits, read as integers."""
    size = BY_NAME[dtype].itemsize

    def element(a: float, b: float) -> float:
        if a != a or b != b:
            return _NAN
        if a == b:
            return b
        if a == 0:
            smallest: float = from_bytes((1).to_bytes(size, "little"), dtype)
            return smallest if b > 0 else -smallest
        away = (a < b) == (a > 0)
        bits = int.from_bytes(to_bytes(a, dtype), "little") + (1 if away else -1)
        found: float = from_bytes(bits.to_bytes(size, "little"), dtype)
        return found

    return element


@oracle("nextafter")
def nextafter(x: Array, y: Array) -> Array:
    return elementwise(_step(x.dtype), x, y)


# --- parts of complex numbers -----------------------------------------------------


@oracle("real")
def real(x: Array) -> Array:
    return x.map(lambda a: a.real, part(x.dtype))


@oracle("imag")
def imag(x: Array) -> Array:
    return x.map(lambda a: a.imag, part(x.dtype))


@oracle("conj")
def conj(x: Array) -> Array:
    return x.map(lambda a: complex(a.real, -a.imag))


@oracle("make_complex")
def make_complex(x: Array, y: Array) -> Array:
    return elementwise(complex, x, y, dtype="c64" if x.dtype == "f32" else "c128")
