"""Oracles of schema/ops/elementwise.py: exact integers and rationals, mpmath for functions.

Floats are Python's, which hold every value of f16, f32 and f64; what is not finite is
told apart by hand, from the rules of SPEC 8.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

from ..formats import exact, largest, part
from . import complex_functions as cf
from .arrays import Array, elementwise
from .registry import Bounded, dot_bound, oracle

#: Bits that mpmath computes with: far beyond what rounding to f64 needs.
PRECISION = 240


def _negative(value: float) -> bool:
    return math.copysign(1.0, value) < 0


def _zero(negative: bool) -> float:
    return -0.0 if negative else 0.0


def _infinity(negative: bool) -> float:
    return -math.inf if negative else math.inf


def _binary(name: str, integers: Callable[[int, int], Any], floats: Callable[[float, float], Any]) -> None:
    """Register an oracle from the meaning on integers and on floats."""

    def element(a: Any, b: Any) -> Any:
        return floats(a, b) if isinstance(a, float) else integers(a, b)

    oracle(name)(lambda x, y: elementwise(element, x, y))


# --- arithmetic -----------------------------------------------------------------


def _add(a: Any, b: Any) -> Any:
    if isinstance(a, int):
        return a + b
    if not (math.isfinite(a) and math.isfinite(b)):
        return a + b
    return Fraction(a) + Fraction(b) or (_zero(_negative(a) and _negative(b)))


def _multiply(a: float, b: float) -> Any:
    negative = _negative(a) != _negative(b)
    if math.isnan(a) or math.isnan(b) or (math.isinf(a) and b == 0) or (a == 0 and math.isinf(b)):
        return math.nan
    if math.isinf(a) or math.isinf(b):
        return _infinity(negative)
    return Fraction(a) * Fraction(b) or _zero(negative)


def _divide(a: float, b: float) -> Any:
    negative = _negative(a) != _negative(b)
    if math.isnan(a) or math.isnan(b) or (math.isinf(a) and math.isinf(b)) or (a == 0 and b == 0):
        return math.nan
    if math.isinf(a) or b == 0:
        return _infinity(negative)
    if math.isinf(b) or a == 0:
        return _zero(negative)
    return Fraction(a) / Fraction(b)


def _parts(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`function`, on the parts of complex numbers each for itself."""

    def element(a: Any, b: Any) -> Any:
        if isinstance(a, complex):
            return function(a.real, b.real), function(a.imag, b.imag)
        return function(a, b)

    return element


@oracle("add")
def add(x: Array, y: Array) -> Array:
    return elementwise(_parts(_add), x, y)


@oracle("subtract")
def subtract(x: Array, y: Array) -> Array:
    return elementwise(_parts(lambda a, b: _add(a, -b)), x, y)


def _bounded(
    x: Array,
    y: Array,
    function: Callable[[complex, complex], cf.Parts],
    bound: Callable[[complex, complex], tuple[int, Fraction]],
) -> Bounded:
    """Complex numbers of accuracy ``dot``: `bound` gives m and B of finite numbers. SPEC 9.3."""

    def permitted(a: complex, b: complex) -> float:
        if not (cf.is_finite(a) and cf.is_finite(b)) or (b == 0 and function is cf.divide):
            return 0.0
        terms, size = bound(a, b)
        # One part of the result may overflow and the other not.
        return dot_bound(terms, min(size, largest("f64")), part(x.dtype))

    return Bounded(elementwise(function, x, y), elementwise(permitted, x, y, dtype="f64"))


def _product_bound(x: complex, y: complex) -> tuple[int, Fraction]:
    return 2, cf.modulus(x) * cf.modulus(y)


def _quotient_bound(x: complex, y: complex) -> tuple[int, Fraction]:
    return 4, cf.modulus(x) / cf.modulus(y)


@oracle("multiply")
def multiply(x: Array, y: Array) -> Array | Bounded:
    if x.kind == "complex":
        return _bounded(x, y, cf.multiply, _product_bound)
    return elementwise(lambda a, b: _multiply(a, b) if isinstance(a, float) else a * b, x, y)


@oracle("divide")
def divide(x: Array, y: Array) -> Array | Bounded:
    if x.kind == "complex":
        return _bounded(x, y, cf.divide, _quotient_bound)
    return elementwise(_divide, x, y)


def _floor_divide(a: float, b: float) -> Any:
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or b == 0:
        return _divide(a, b)
    negative = _negative(a) != _negative(b)
    if a == 0 or math.isinf(b):
        return _zero(negative)
    return math.floor(Fraction(a) / Fraction(b))


def _remainder(a: float, b: float) -> Any:
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or b == 0:
        return math.nan
    if a == 0:
        return _zero(_negative(b))
    if math.isinf(b):
        return a if _negative(a) == _negative(b) else b
    exact = Fraction(a) - math.floor(Fraction(a) / Fraction(b)) * Fraction(b)
    return exact or _zero(_negative(b))


_binary("floor_divide", lambda a, b: a // b, _floor_divide)
_binary("remainder", lambda a, b: a % b, _remainder)


def _odd(value: float) -> bool:
    return value.is_integer() and int(value) % 2 == 1


def _pow(a: float, b: float) -> Any:
    if b == 0 or a == 1 or (a == -1 and math.isinf(b)):
        return 1
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if math.isinf(b):
        return math.inf if (abs(a) > 1) == (b > 0) else 0.0
    negative = _negative(a) and _odd(b)
    if a == 0 or math.isinf(a):
        return _infinity(negative) if (a == 0) == (b < 0) else _zero(negative)
    if a < 0 and not b.is_integer():
        return math.nan
    with mpmath.workprec(PRECISION):
        power = mpmath.power(mpmath.mpf(abs(a)), mpmath.mpf(b))
        return -power if negative else power


def _power_bound(x: complex, y: complex) -> tuple[int, Fraction]:
    if x == 0 or y == 0:
        return 0, Fraction(0)
    with mpmath.workprec(PRECISION):
        size = mpmath.hypot(*cf.power(x, y))
        turns = mpmath.hypot(y.real, y.imag) * (1 + mpmath.hypot(*cf.log(x.real, x.imag)))
        # Far below or above any dtype; as a rational it could fill the memory.
        small, most = size < mpmath.mpf(2) ** -2000, mpmath.mpf(2) ** 2000
        return 4 + 4 * int(mpmath.ceil(turns)), Fraction(0) if small else exact(min(size, most))


@oracle("pow")
def pow_(x: Array, y: Array) -> Array | Bounded:
    if x.kind == "complex":
        return _bounded(x, y, cf.power, _power_bound)
    return elementwise(lambda a, b: _pow(a, b) if isinstance(a, float) else pow(a, b, 2**64), x, y)


@oracle("negative")
def negative(x: Array) -> Array:
    if x.kind == "complex":
        return x.map(lambda a: complex(-a.real, -a.imag))
    return x.map(lambda a: math.copysign(a, -math.copysign(1.0, a)) if isinstance(a, float) else -a)


@oracle("abs")
def abs_(x: Array) -> Array:
    if x.kind == "complex":
        return x.map(lambda z: cf.magnitude(z.real, z.imag), part(x.dtype))
    return x.map(abs)


@oracle("sign")
def sign(x: Array) -> Array:
    if x.kind == "complex":
        return x.map(cf.element("sign"))
    return x.map(lambda a: a if a != a else (a > 0) - (a < 0))


# --- bounds and rounding --------------------------------------------------------


def greater(a: Any, b: Any) -> Any:
    """The greater of two numbers; a NaN wins."""
    if a != a or b != b:
        return math.nan
    return a if a >= b else b


def smaller(a: Any, b: Any) -> Any:
    """The smaller of two numbers; a NaN wins."""
    if a != a or b != b:
        return math.nan
    return a if a <= b else b


@oracle("maximum")
def maximum(x: Array, y: Array) -> Array:
    return elementwise(greater, x, y)


@oracle("minimum")
def minimum(x: Array, y: Array) -> Array:
    return elementwise(smaller, x, y)


@oracle("clip")
def clip(x: Array, lo: Array, hi: Array) -> Array:
    return elementwise(lambda a, b, c: smaller(c, greater(b, a)), x, lo, hi)


def _rounding(name: str, function: Callable[[Fraction], int]) -> None:
    def element(a: Any) -> Any:
        if isinstance(a, complex):
            return element(a.real), element(a.imag)
        if not isinstance(a, float) or not math.isfinite(a):
            return a
        return function(Fraction(a)) or _zero(_negative(a))

    oracle(name)(lambda x: x.map(element))


_rounding("floor", math.floor)
_rounding("ceil", math.ceil)
_rounding("trunc", math.trunc)
_rounding("round", round)


# --- functions ------------------------------------------------------------------


def function_oracle(
    name: str,
    function: Callable[[Any], Any],
    *,
    above: float,
    below: float,
    defined: Callable[[float], bool],
    plane: cf.Function | None = None,
) -> None:
    """Register an oracle from mpmath's function and its values at the infinities.

    Outside of its domain the result is NaN. A zero that goes to 0 keeps its sign. Of complex
    numbers it is `plane`, or the function of that name in complex_functions.
    """
    of_parts = plane or cf.FUNCTIONS.get(name)

    def element(a: float) -> Any:
        if math.isinf(a):
            return above if a > 0 else below
        if math.isnan(a) or not defined(a):
            return math.nan
        with mpmath.workprec(PRECISION):
            value = function(mpmath.mpf(a))
        return value if value != 0 or a != 0 else a

    def call(x: Array) -> Array:
        if x.kind == "complex":
            assert of_parts is not None
            return x.map(lambda z: of_parts(z.real, z.imag))
        return x.map(element)

    oracle(name)(call)


_INF, _NAN = math.inf, math.nan
function_oracle("sqrt", mpmath.sqrt, above=_INF, below=_NAN, defined=lambda a: a >= 0)
function_oracle("exp", mpmath.exp, above=_INF, below=0.0, defined=lambda a: True)
function_oracle("expm1", mpmath.expm1, above=_INF, below=-1.0, defined=lambda a: True)
function_oracle(
    "log", lambda a: mpmath.log(a) if a else -_INF, above=_INF, below=_NAN, defined=lambda a: a >= 0
)
function_oracle(
    "log1p",
    lambda a: mpmath.log1p(a) if a != -1 else -_INF,
    above=_INF,
    below=_NAN,
    defined=lambda a: a >= -1,
)
function_oracle("sin", mpmath.sin, above=_NAN, below=_NAN, defined=lambda a: True)
function_oracle("cos", mpmath.cos, above=_NAN, below=_NAN, defined=lambda a: True)
function_oracle("tanh", mpmath.tanh, above=1.0, below=-1.0, defined=lambda a: True)
function_oracle("erf", mpmath.erf, above=1.0, below=-1.0, defined=lambda a: True)


def _atan2(y: float, x: float) -> Any:
    if math.isnan(y) or math.isnan(x):
        return math.nan
    with mpmath.workprec(PRECISION):
        if math.isinf(y):
            quarters = mpmath.mpf(2) if not math.isinf(x) else mpmath.mpf(1 if x > 0 else 3)
            angle = quarters * mpmath.pi / 4
        elif math.isinf(x) or y == 0:
            angle = mpmath.pi if _negative(x) else mpmath.mpf(0)
        elif x == 0:
            angle = mpmath.pi / 2
        else:
            angle = mpmath.atan2(mpmath.mpf(abs(y)), mpmath.mpf(x))
        if angle == 0:
            return _zero(_negative(y))
        return -angle if _negative(y) else angle


@oracle("atan2")
def atan2(x: Array, y: Array) -> Array:
    return elementwise(_atan2, x, y)
