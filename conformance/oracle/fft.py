"""Oracles of schema/ops/fft.py: the sums of their definitions, with mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath

from ..formats import FLOATS, part, round_float, smallest_normal
from .arrays import Array, along
from .registry import Bounded, oracle

#: Bits that mpmath computes with: far beyond what rounding to f64 needs.
PRECISION = 200

#: The figure of the accuracy class. SPEC 8.18.
FIGURE = 4

#: The power of n by which a forward sum is multiplied; forward and inverse multiply to 1 / n.
POWERS = {"backward": 0.0, "ortho": -0.5, "forward": -1.0}

Line = list[Any]


def _sums(line: Line, norm: str, sign: int) -> Line:
    """The transform of a line of complex numbers."""
    n = len(line)
    factor = mpmath.mpf(n) ** (POWERS[norm] if sign < 0 else -1 - POWERS[norm])
    turns = [mpmath.expjpi(mpmath.mpf(2 * sign * at) / n) for at in range(n)]
    values = [mpmath.mpc(z) for z in line]
    return [factor * mpmath.fsum(z * turns[j * k % n] for j, z in enumerate(values)) for k in range(n)]


def _bound(line: Line, dtype: str) -> float:
    """The permitted error of the elements of an exact result, rounded up."""
    norm = mpmath.sqrt(mpmath.fsum(abs(z) ** 2 for z in line))
    unit = mpmath.mpf(2) ** -FLOATS[dtype][0]
    least = mpmath.mpf(smallest_normal(dtype).numerator) / smallest_normal(dtype).denominator
    bound = max(FIGURE * mpmath.log(2 * len(line), 2) * unit * norm, least)
    return math.nextafter(float(bound), math.inf)


def _complex(z: Any, dtype: str) -> complex:
    return complex(round_float(z.real, part(dtype)), round_float(z.imag, part(dtype)))


def _lines(
    x: Array, axis: int, dtype: str, whole: Callable[[Line], Line], kept: Callable[[int], int]
) -> Bounded:
    """The transform `whole` of each line, of which the first ``kept(size)`` elements are the result."""
    half = part(dtype) if dtype[0] == "c" else dtype

    def result(line: Line) -> Line:
        exact = whole(line)[: kept(len(line))]
        return [_complex(z, dtype) if dtype[0] == "c" else z.real for z in exact]

    def bounds(line: Line) -> Line:
        exact = whole(line)[: kept(len(line))]
        return [_bound(exact, half)] * len(exact)

    with mpmath.workprec(PRECISION):
        return Bounded(along(x, axis, result, dtype), along(x, axis, bounds, "f64"))


@oracle("fft")
def fft(x: Array, axis: int, norm: str) -> Bounded:
    return _lines(x, axis, x.dtype, lambda line: _sums(line, norm, -1), lambda n: n)


@oracle("ifft")
def ifft(x: Array, axis: int, norm: str) -> Bounded:
    return _lines(x, axis, x.dtype, lambda line: _sums(line, norm, 1), lambda n: n)


@oracle("rfft")
def rfft(x: Array, axis: int, norm: str) -> Bounded:
    dtype = "c64" if x.dtype == "f32" else "c128"
    return _lines(x, axis, dtype, lambda line: _sums(line, norm, -1), lambda n: n // 2 + 1)


@oracle("irfft")
def irfft(x: Array, axis: int, n: int, norm: str) -> Bounded:
    def whole(line: Line) -> Line:
        first, last = [line[0].real], [line[-1].real] if n % 2 == 0 else []
        inner = [complex(z) for z in line[1 : (n + 1) // 2]]
        return _sums([*first, *inner, *last, *[z.conjugate() for z in reversed(inner)]], norm, 1)

    return _lines(x, axis, "f32" if x.dtype == "c64" else "f64", whole, lambda size: n)
