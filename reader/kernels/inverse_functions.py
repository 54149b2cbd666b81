"""More functions of complex numbers: those of complex_functions turned, their inverses, logarithms.

Libraries agree on finite numbers; on others each leaves out some of C99's special cases.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .complex_functions import COMPLEX as ELEMENTARY
from .complex_functions import (
    Parts,
    blocked,
    cosh_special,
    join,
    mended,
    of_angle,
    parts,
    signed,
    sinh_special,
    tanh_special,
    turned,
)

Array = Any


def _full(xp: Any, value: float, like: Array) -> Array:
    return value + xp.zeros_like(like)


def asinh_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.2.2."""
    inf, nan = _full(xp, xp.inf, a), _full(xp, xp.nan, a)
    wide, high = xp.isinf(a), xp.isinf(b)
    angle = xp.where(wide, _full(xp, math.pi / 4, a), _full(xp, math.pi / 2, a))
    flat = (b == 0) | wide & xp.isfinite(b)
    imag = xp.where(xp.isnan(a) | ~high, xp.where(flat, xp.zeros_like(a), nan), angle)
    return signed(xp, xp.where(wide | high, inf, nan), a), signed(xp, imag, b)


def acos_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.1.1."""
    inf, nan = _full(xp, xp.inf, a), _full(xp, xp.nan, a)
    wide, high = xp.isinf(a), xp.isinf(b)
    turn = xp.where(a < 0, _full(xp, math.pi, a), xp.zeros_like(a))
    slope = _full(xp, math.pi / 2, a)
    slant = xp.where(a < 0, _full(xp, 3 * math.pi / 4, a), _full(xp, math.pi / 4, a))
    above = xp.where(wide, slant, xp.where(xp.isnan(a), nan, slope))
    beside = xp.where(wide & xp.isfinite(b), turn, xp.where(a == 0, slope, nan))
    return xp.where(high, above, beside), -signed(xp, xp.where(wide | high, inf, nan), b)


def acosh_special(xp: Any, a: Array, b: Array) -> Parts:
    """i times `acos` of the upper half plane."""
    angle, size = acos_special(xp, a, xp.abs(b))
    return xp.abs(size), signed(xp, angle, b)


def atanh_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.2.3."""
    nan, nought = _full(xp, xp.nan, a), xp.zeros_like(a)
    wide, high = xp.isinf(a), xp.isinf(b)
    real = xp.where(wide | high | (a == 0), nought, nan)
    imag = xp.where(high | wide & xp.isfinite(b), _full(xp, math.pi / 2, a), nan)
    return signed(xp, real, a), signed(xp, imag, b)


def _logarithm(base: int) -> Callable[[Any, Array], Array]:
    unit = 1 / math.log(base)

    def call(xp: Any, x: Array) -> Array:
        real, imag = parts(xp, ELEMENTARY["log"](xp, x))
        return join(xp, real * unit, imag * unit)

    return blocked(call)


#: The functions of operators on complex numbers, called with the namespace and the operands.
COMPLEX: dict[str, Callable[..., Array]] = {
    "tan": of_angle("tan", turned(tanh_special, back=True)),
    "asin": mended("asin", "asin", turned(asinh_special, back=True)),
    "acos": mended("acos", "acos", acos_special),
    "atan": mended("atan", "atan", turned(atanh_special, back=True)),
    "sinh": of_angle("sinh", sinh_special),
    "cosh": of_angle("cosh", cosh_special),
    "asinh": mended("asinh", "asinh", asinh_special),
    "acosh": mended("acosh", "acosh", acosh_special),
    "atanh": mended("atanh", "atanh", atanh_special),
    "log2": _logarithm(2),
    "log10": _logarithm(10),
}
