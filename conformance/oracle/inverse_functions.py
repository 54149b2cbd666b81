"""Inverse circular and hyperbolic functions of complex numbers for oracles.

As in complex_functions: the first quadrant or the upper half plane, on and off the cuts, written
down case by case, and reflected. SPEC 9.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath

from .complex_functions import (
    INF,
    NAN,
    Function,
    Parts,
    circular,
    exact_or,
    log,
    opposite,
    precise,
    symmetric,
)

#: Bits of the computation, beyond those between the exponents of the parts.
PRECISION = 400


def _wide(function: Function) -> Function:
    """`function`, computed with so many bits that neither part gets lost beside the other."""

    def call(a: float, b: float) -> Parts:
        span = max((abs(math.frexp(part)[1]) for part in (a, b) if part), default=0)
        with mpmath.workprec(PRECISION + 3 * span):
            return function(a, b)

    return call


def _complex(function: Callable[[object], object], a: float, b: float) -> Parts:
    found = function(mpmath.mpc(a, b))
    return found.real, found.imag  # type: ignore[attr-defined]


def _asinh_special(a: float, b: float) -> Parts:
    if math.isnan(a):
        return (INF if math.isinf(b) else NAN), (b if b == 0 else NAN)
    if math.isinf(b):
        return INF, mpmath.pi / (4 if math.isinf(a) else 2)
    return (INF if math.isinf(a) else NAN), (NAN if math.isnan(b) else 0.0)


@_wide
def _asinh_finite(a: float, b: float) -> Parts:
    if b == 0:
        return (mpmath.asinh(mpmath.mpf(a)) if a else 0.0), 0.0
    if a == 0:
        side = mpmath.mpf(b)
        return (mpmath.acosh(side), mpmath.pi / 2) if b > 1 else (0.0, mpmath.asin(side))
    return _complex(mpmath.asinh, a, b)


asinh = symmetric(exact_or(_asinh_special, _asinh_finite), odd=True)
asin = circular(asinh, back=True)


def _acos_special(a: float, b: float) -> Parts:
    if math.isinf(b):
        quarters = 2 if math.isfinite(a) else 1 if a > 0 else 3
        return (NAN if math.isnan(a) else mpmath.pi * quarters / 4), -INF
    if math.isinf(a):
        angle = mpmath.pi + 0 if a < 0 else 0.0
        return (NAN if math.isnan(b) else angle), -INF
    return (mpmath.pi / 2 if a == 0 else NAN), NAN


@_wide
def _acos_finite(a: float, b: float) -> Parts:
    if b == 0:
        side = mpmath.mpf(a)
        if abs(a) <= 1:
            return (mpmath.acos(side) if a != 1 else 0.0), -0.0
        return (0.0 if a > 0 else mpmath.pi + 0), -mpmath.acosh(abs(side))
    if a == 0:
        return mpmath.pi / 2, -mpmath.asinh(mpmath.mpf(b))
    return _complex(mpmath.acos, a, b)


acos = symmetric(exact_or(_acos_special, _acos_finite))


def _upper_acosh(a: float, b: float) -> Parts:
    """i times `acos`; where that has an infinite part, the real one is positive."""
    re, im = acos(a, b)
    return (INF if math.isinf(a) and math.isnan(b) else opposite(im)), re


acosh = symmetric(precise(_upper_acosh))


def _atanh_special(a: float, b: float) -> Parts:
    if math.isinf(b):
        return 0.0, mpmath.pi / 2
    if math.isinf(a):
        return 0.0, (NAN if math.isnan(b) else mpmath.pi / 2)
    return (0.0 if a == 0 else NAN), NAN


@_wide
def _atanh_finite(a: float, b: float) -> Parts:
    side = mpmath.mpf(a)
    if a == 0:
        return 0.0, (mpmath.atan(mpmath.mpf(b)) if b else 0.0)
    if b == 0:
        if a > 1:
            return mpmath.atanh(1 / side), mpmath.pi / 2
        return (mpmath.atanh(side) if a < 1 else INF), 0.0
    return _complex(mpmath.atanh, a, b)


atanh = symmetric(exact_or(_atanh_special, _atanh_finite), odd=True)
atan = circular(atanh, back=True)


def logarithm(base: int) -> Function:
    """The logarithm to an integer base."""

    def call(a: float, b: float) -> Parts:
        with mpmath.workprec(PRECISION):
            re, im = log(a, b)
            unit = mpmath.log(base)
            return tuple(part / unit if part and part == part else part for part in (re, im))

    return call
