"""Functions of complex numbers for oracles: mpmath, exact rationals, and C99's special cases.

A function takes the two parts as Python floats and gives two exact parts. What is finite is
computed with many bits, from the functions of real numbers, so that each part is right by itself;
what is not is written down case by case, for the first quadrant, and reflected. SPEC 8.1, 9.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

from ..formats import exact

Parts = tuple[Any, Any]
Function = Callable[[float, float], Parts]

#: Bits of the computation.
PRECISION = 400
INF, NAN = math.inf, math.nan


def negative(value: float) -> bool:
    """Whether the sign is -, that of a zero included; a NaN counts as positive."""
    return not math.isnan(value) and math.copysign(1.0, value) < 0


def opposite(value: Any) -> Any:
    """-`value`, not rounded; a float zero changes its sign, too."""
    return mpmath.fneg(value, exact=True) if hasattr(value, "_mpf_") else -value


def like(value: Any, sign: float) -> Any:
    """`value`, of no sign of its own, with the sign of `sign`."""
    return opposite(value) if negative(sign) else value


def precise(function: Function) -> Function:
    """`function`, in which mpmath computes with many bits."""

    def call(a: float, b: float) -> Parts:
        with mpmath.workprec(PRECISION):
            return function(a, b)

    return call


def symmetric(function: Function, *, odd: bool = False, even: bool = False) -> Function:
    """`function`, defined for b >= +0 (and a >= +0 where it is odd or even), on the whole plane.

    All of these have f(conj(z)) = conj(f(z)); odd ones have f(-z) = -f(z), even ones f(-z) = f(z).
    """

    def call(a: float, b: float) -> Parts:
        if (odd or even) and negative(a):
            re, im = call(-a, -b)
            return (opposite(re), opposite(im)) if odd else (re, im)
        if negative(b):
            re, im = function(a, -b)
            return re, opposite(im)
        return function(a, b)

    return call


def exact_or(special: Function, finite: Function) -> Function:
    """`special` where a part is infinite or NaN, else `finite`."""

    def call(a: float, b: float) -> Parts:
        return (finite if math.isfinite(a) and math.isfinite(b) else special)(a, b)

    return precise(call)


def rational(value: Fraction) -> Any:
    """A rational number with mpmath's precision."""
    return mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator)


def size(a: float, b: float) -> Any:
    """The magnitude of a finite number."""
    return mpmath.sqrt(rational(Fraction(a) ** 2 + Fraction(b) ** 2))


# --- roots --------------------------------------------------------------------------


def _sqrt_special(a: float, b: float) -> Parts:
    if math.isinf(b):
        return INF, INF
    if math.isnan(a) or math.isfinite(a):
        return NAN, NAN
    if math.isnan(b):
        return (NAN, INF) if a < 0 else (INF, NAN)
    return (0.0, INF) if a < 0 else (INF, 0.0)


def _sqrt_finite(a: float, b: float) -> Parts:
    root = mpmath.sqrt((size(a, b) + abs(mpmath.mpf(a))) / 2)
    if root == 0:
        return 0.0, 0.0
    other = mpmath.mpf(b) / (2 * root) if b else 0.0
    return (other, root) if a < 0 else (root, other)


sqrt = symmetric(exact_or(_sqrt_special, _sqrt_finite))

# --- exponentials -------------------------------------------------------------------


def cis(length: Any, angle: float) -> Parts:
    """`length` in the direction of a finite `angle`; `length` may be 0 or infinite, but not NaN."""
    cos, sin = mpmath.cos(mpmath.mpf(angle)), mpmath.sin(mpmath.mpf(angle))
    if length in (0, INF):
        zero = 0.0 if angle == 0 else math.copysign(float(length), float(mpmath.sign(sin)))
        return math.copysign(float(length), float(mpmath.sign(cos))), zero
    return length * cos, length * sin if angle else 0.0


def _exp_special(a: float, b: float) -> Parts:
    if math.isfinite(b):
        if math.isnan(a):
            return NAN, 0.0 if b == 0 else NAN
        return cis(INF if a > 0 else 0, b)
    if a == -INF:
        return 0.0, 0.0
    return (INF, NAN) if a == INF else (NAN, NAN)


def _exp_finite(a: float, b: float) -> Parts:
    return cis(mpmath.exp(mpmath.mpf(a)), b)


exp = symmetric(exact_or(_exp_special, _exp_finite))


def _expm1_special(a: float, b: float) -> Parts:
    re, im = _exp_special(a, b)
    return re - 1, im


def _expm1_finite(a: float, b: float) -> Parts:
    im = _exp_finite(a, b)[1]
    if b == 0:
        return mpmath.expm1(mpmath.mpf(a)) if a else 0.0, im
    half = mpmath.sin(mpmath.mpf(b) / 2)
    return mpmath.expm1(mpmath.mpf(a)) * mpmath.cos(mpmath.mpf(b)) - 2 * half * half, im


expm1 = symmetric(exact_or(_expm1_special, _expm1_finite))

# --- logarithms ---------------------------------------------------------------------


def _angle(a: float, b: float) -> Any:
    """The angle of a point with b >= +0, infinite parts included; NaN of NaN."""
    if math.isnan(a) or math.isnan(b):
        return NAN
    if math.isinf(b):
        quarter = mpmath.pi / 4
        return 2 * quarter if math.isfinite(a) else (quarter if a > 0 else 3 * quarter)
    if math.isinf(a) or b == 0:
        return mpmath.pi + 0 if negative(a) else 0.0
    return mpmath.atan2(mpmath.mpf(b), mpmath.mpf(a))


def _log_special(a: float, b: float) -> Parts:
    if math.isinf(a) or math.isinf(b):
        return INF, _angle(a, b)
    return NAN, NAN


def _log_exact(a: Fraction, b: Fraction) -> Any:
    """The logarithm of the magnitude."""
    square = a * a + b * b
    if square == 0:
        return -INF
    if abs(square - 1) < Fraction(1, 2):
        return mpmath.log1p(rational(square - 1)) / 2
    return mpmath.log(rational(square)) / 2


def _log_finite(a: float, b: float) -> Parts:
    return _log_exact(Fraction(a), Fraction(b)), _angle(a, b)


log = symmetric(exact_or(_log_special, _log_finite))


def _log1p_finite(a: float, b: float) -> Parts:
    above = Fraction(a) + 1
    if b == 0:
        angle: Any = mpmath.pi + 0 if above < 0 else 0.0
    else:
        angle = mpmath.atan2(mpmath.mpf(b), rational(above))
    return _log_exact(above, Fraction(b)), angle


log1p = symmetric(exact_or(_log_special, _log1p_finite))

# --- hyperbolic and circular functions --------------------------------------------------


def product(*factors: Any) -> Any:
    """The product of numbers of which one may be a signed zero."""
    if all(factors):
        found: Any = 1
        for factor in factors:
            found = found * factor
        return found
    signs = (math.copysign(1.0, f) if isinstance(f, float) else float(mpmath.sign(f)) for f in factors)
    return math.copysign(0.0, math.prod(sign or 1.0 for sign in signs))


def _sinh_special(a: float, b: float) -> Parts:
    if math.isnan(a):
        return NAN, 0.0 if b == 0 else NAN
    if math.isfinite(b):
        return cis(INF, b)
    if a == 0:
        return 0.0, NAN
    return (INF, NAN) if math.isinf(a) else (NAN, NAN)


def _sinh_finite(a: float, b: float) -> Parts:
    x, y = mpmath.mpf(a), mpmath.mpf(b)
    sinh: Any = mpmath.sinh(x) if a else 0.0
    sin: Any = mpmath.sin(y) if b else 0.0
    return product(sinh, mpmath.cos(y)), product(mpmath.cosh(x), sin)


sinh = symmetric(exact_or(_sinh_special, _sinh_finite), odd=True)


def _cosh_special(a: float, b: float) -> Parts:
    if math.isnan(a):
        return NAN, 0.0 if b == 0 else NAN
    if math.isfinite(b):
        return cis(INF, b)
    if a == 0:
        return NAN, 0.0
    return (INF, NAN) if math.isinf(a) else (NAN, NAN)


def _cosh_finite(a: float, b: float) -> Parts:
    x, y = mpmath.mpf(a), mpmath.mpf(b)
    sinh: Any = mpmath.sinh(x) if a else 0.0
    sin: Any = mpmath.sin(y) if b else 0.0
    return mpmath.cosh(x) * mpmath.cos(y), product(sinh, sin)


cosh = symmetric(exact_or(_cosh_special, _cosh_finite), even=True)


def _tanh_special(a: float, b: float) -> Parts:
    if math.isinf(a):
        return 1.0, 0.0
    if math.isnan(a):
        return NAN, 0.0 if b == 0 else NAN
    return (0.0 if a == 0 else NAN), NAN


def _tanh_finite(a: float, b: float) -> Parts:
    x, y = mpmath.mpf(a), mpmath.mpf(b)
    sinh, cosh, sin, cos = mpmath.sinh(x), mpmath.cosh(x), mpmath.sin(y), mpmath.cos(y)
    below = sinh * sinh + cos * cos
    return (sinh * cosh / below if a else 0.0), (sin * cos / below if b else 0.0)


tanh = symmetric(exact_or(_tanh_special, _tanh_finite), odd=True)


def circular(hyperbolic: Function, *, back: bool) -> Function:
    """f(z) = -i g(iz) with `back`, else g(iz)."""

    def call(a: float, b: float) -> Parts:
        re, im = hyperbolic(-b, a)
        return (im, opposite(re)) if back else (re, im)

    return call


sin = circular(sinh, back=True)
cos = circular(cosh, back=False)

# --- magnitude and sign -----------------------------------------------------------------


def magnitude(a: float, b: float) -> Any:
    """The absolute value: exact, infinite where a part is, else NaN where a part is."""
    if math.isinf(a) or math.isinf(b):
        return INF
    if math.isnan(a) or math.isnan(b):
        return NAN
    with mpmath.workprec(PRECISION):
        return size(a, b)


def sign(a: float, b: float) -> Parts:
    """The number over its magnitude."""
    if math.isnan(a) or math.isnan(b) or (math.isinf(a) and math.isinf(b)):
        return NAN, NAN
    if math.isinf(a) or math.isinf(b):
        return like(1.0 if math.isinf(a) else 0.0, a), like(1.0 if math.isinf(b) else 0.0, b)
    if a == 0 and b == 0:
        return 0.0, 0.0
    with mpmath.workprec(PRECISION):
        length = size(a, b)
        return (mpmath.mpf(a) / length if a else a), (mpmath.mpf(b) / length if b else b)


# --- products, quotients, powers --------------------------------------------------------


def is_finite(z: complex) -> bool:
    """Whether both parts are."""
    return math.isfinite(z.real) and math.isfinite(z.imag)


def modulus(z: complex) -> Fraction:
    """The absolute value of a finite number, to more bits than any dtype has."""
    with mpmath.workprec(PRECISION):
        found: Fraction = exact(size(z.real, z.imag))
    return found


def fractions(z: complex) -> tuple[Fraction, Fraction]:
    """The parts as rationals."""
    return Fraction(z.real), Fraction(z.imag)


def multiply(x: complex, y: complex) -> Parts:
    """The product; of numbers that are not finite, what the formula gives in IEEE arithmetic."""
    if is_finite(x) and is_finite(y):
        (a, b), (c, d) = fractions(x), fractions(y)
        return a * c - b * d, a * d + b * c
    return x.real * y.real - x.imag * y.imag, x.real * y.imag + x.imag * y.real


def _unit(z: complex) -> tuple[float, float]:
    """The direction of an infinite number: 1 for an infinite part, 0 for another, signs kept."""
    return (
        math.copysign(float(math.isinf(z.real)), z.real),
        math.copysign(float(math.isinf(z.imag)), z.imag),
    )


def divide(x: complex, y: complex) -> Parts:
    """The quotient; of numbers that are not finite, and by 0, as C99 G.5.1 has it."""
    infinite_x = math.isinf(x.real) or math.isinf(x.imag)
    infinite_y = math.isinf(y.real) or math.isinf(y.imag)
    a, b, c, d = x.real, x.imag, y.real, y.imag
    if y == 0:
        if x == 0:
            return NAN, NAN
        endless = math.copysign(INF, c)
        return endless * a, endless * b
    if is_finite(x) and is_finite(y):
        (p, q), (r, s) = fractions(x), fractions(y)
        below = r * r + s * s
        return (p * r + q * s) / below, (q * r - p * s) / below
    if infinite_x and is_finite(y):
        re, im = (a * c + b * d, b * c - a * d)
        if math.isnan(re) and math.isnan(im):
            a, b = _unit(x)
            return INF * (a * c + b * d), INF * (b * c - a * d)
        return re, im
    if infinite_y and is_finite(x):
        c, d = _unit(y)
        return 0.0 * (a * c + b * d), 0.0 * (b * c - a * d)
    return NAN, NAN


def power(x: complex, y: complex) -> Parts:
    """exp(y log(x)); anything to the power of 0 is 1."""
    if y == 0:
        return 1.0, 0.0
    with mpmath.workprec(PRECISION):
        if is_finite(x) and is_finite(y) and x != 0:
            a, b = log(x.real, x.imag)
            c, d = mpmath.mpf(y.real), mpmath.mpf(y.imag)
            angle = c * b + d * a
            length = mpmath.exp(c * a - d * b)
            return length * mpmath.cos(angle), length * mpmath.sin(angle)
        a, b = (float(part) for part in log(x.real, x.imag))
    c, d = y.real, y.imag
    return exp(c * a - d * b, c * b + d * a)


#: The functions of one number that oracles of operators are made of.
FUNCTIONS: dict[str, Function] = {
    "sqrt": sqrt,
    "exp": exp,
    "expm1": expm1,
    "log": log,
    "log1p": log1p,
    "sin": sin,
    "cos": cos,
    "tanh": tanh,
    "sinh": sinh,
    "cosh": cosh,
    "sign": sign,
}


def element(name: str) -> Callable[[complex], Parts]:
    """The function called `name`, of one complex number."""
    function = FUNCTIONS[name]
    return lambda z: function(z.real, z.imag)
