"""Functions of angles in double precision on NumPy, where the machine's library misses their accuracy.

Far from 0 a number may lie so near to a multiple of pi/2 that few libraries keep enough digits of it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .elementwise_numpy import _Elementwise
from .registry import item

Array = Any

#: From here on arguments are reduced exactly; below, libraries do well.
FAR = 2.0**26
_SQUARE = FAR * FAR
#: Fewer numbers than any library shares out among threads.
_FEW = 4096
#: 2/pi, times 2 to the power of `_BITS`.
_BITS = 1200
_TWO_OVER_PI = int(
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0"
    "06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4"
    "9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d"
    "7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b",
    16,
)


class Circular(_Elementwise):
    """`np.sin` (`turn` 0) or `np.cos` (`turn` 1)."""

    __slots__ = ("function", "turn")
    nin = 1

    def __init__(self, function: Any, turn: int) -> None:
        self.function = function
        self.turn = turn

    def __call__(self, x: Array, out: Array | None = None) -> Array:
        # Of few numbers the sum of squares is the quickest to ask; NaN or too large, it says nothing.
        size = x.size
        if size < _FEW and (x.dot(x) if x.ndim == 1 else np.vdot(x, x)) < _SQUARE:
            return self.function(x, out=out)
        if not size or (np.max(x) < FAR and np.min(x) > -FAR):
            return self.function(x, out=out)
        far = np.isfinite(x) & (np.abs(x) >= FAR)
        exact = [reduced(value, self.turn) for value in np.asarray(x)[far].tolist()]
        result = np.asarray(self.function(x, out=out))
        result[far] = exact
        return result if out is None else out


def mend_far(xp: Any, name: str, x: Array, found: Array) -> Array:
    """`found`, the function `name` of the complex numbers `x`, exact where its angle is far from 0."""
    hyperbolic = name.endswith("h")
    size = xp.abs(xp.imag(x) if hyperbolic else xp.real(x))
    if not item(xp.any(size >= FAR)):
        return found
    flat, result = xp.reshape(xp.asarray(x), (-1,)), xp.reshape(xp.asarray(found), (-1,))
    far = xp.reshape(size >= FAR, (-1,)) & xp.isfinite(flat)
    # One by one, as the standard has it; there are few such numbers.
    for i in range(flat.shape[0]):
        if item(far[i]):
            z = item(flat[i])
            w = _hyperbolic(name, z) if hyperbolic else _hyperbolic(f"{name}h", complex(-z.imag, z.real))
            result[i] = w if hyperbolic or name == "cos" else complex(w.imag, -w.real)
    return xp.reshape(result, x.shape)


def _hyperbolic(name: str, z: complex) -> complex:
    a, sin, cos = z.real, reduced(z.imag, 0), reduced(z.imag, 1)
    if name == "tanh":
        if abs(a) > 20:
            return complex(math.copysign(1.0, a), 4 * sin * cos * math.exp(-2 * abs(a)))
        size = math.sinh(a) ** 2 + cos**2
        return complex(math.sinh(a) * math.cosh(a) / size, sin * cos / size)
    first, second = (math.sinh, math.cosh) if name == "sinh" else (math.cosh, math.sinh)
    if abs(a) < 700:
        return complex(first(a) * cos, second(a) * sin)
    # In two halves, so that it overflows only where the result does.
    half, sign = math.exp(min(abs(a), 1400.0) / 2), math.copysign(0.5, a)
    left, right = (sign, 0.5) if name == "sinh" else (0.5, sign)
    return complex(half * cos * left * half, half * sin * right * half)


def reduced(x: float, turn: int) -> float:
    """The sine of `x` plus `turn` quarters of a circle."""
    numerator, denominator = x.as_integer_ratio()
    scale = denominator << _BITS
    quarters = numerator * _TWO_OVER_PI
    nearest = (2 * quarters + scale) // (2 * scale)
    angle = (quarters - nearest * scale) / scale * (math.pi / 2)
    quadrant = (nearest + turn) % 4
    found = math.cos(angle) if quadrant % 2 else math.sin(angle)
    return -found if quadrant > 1 else found
