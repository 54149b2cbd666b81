"""NumPy's ufuncs that are several operators.

Each function takes operands of the dtypes of NumPy's loop and records, or runs, operators.
What is not exact here is as accurate as the operators it consists of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .apply import apply
from .promote import convert
from .proxy import Proxy

Lower = Callable[..., Any]


def like(value: float, x: Any) -> Any:
    """`value` in the dtype of `x`."""
    return np.asarray(value, x.dtype)


def same(x: Any) -> Any:
    """The values of `x` in an array of their own, as NumPy's functions give it."""
    return x.copy() if isinstance(x, Proxy) else np.array(x)


# --- powers and quotients -------------------------------------------------------


def _square(x: Any) -> Any:
    return apply("multiply", x, x)


def _reciprocal(x: Any) -> Any:
    if x.dtype.kind in "iu":  # NumPy divides towards 0
        unit = apply("equal", apply("abs", x), like(1, x))
        return apply("where", unit, x, like(0, x))
    return apply("divide", like(1, x), x)


def _floor_divide(x: Any, y: Any) -> Any:
    """As NumPy, unlike the operator: infinity by what is not 0 is NaN, negative by infinity -1."""
    found = apply("floor_divide", x, y)
    if x.dtype.kind != "f":
        return found
    if isinstance(y, Proxy) or np.isinf(y).any():
        negative = apply("less", apply("multiply", x, y), like(0, x))
        below = apply("logical_and", apply("isinf", y), negative)
        found = apply("where", below, like(-1, x), found)
    endless = apply("logical_and", apply("isinf", x), apply("not_equal", y, like(0, y)))
    return apply("where", endless, like(np.nan, x), found)


def _fmod(x: Any, y: Any) -> Any:
    """The remainder with the sign of `x`: exact, as that with the sign of `y` is."""
    if x.dtype.kind == "f":
        return apply("copysign", apply("remainder", apply("abs", x), apply("abs", y)), x)
    found = apply("remainder", x, y)
    if x.dtype.kind == "u":
        return found
    zero = like(0, x)
    differ = apply("not_equal", apply("less", x, zero), apply("less", y, zero))
    back = apply("logical_and", differ, apply("not_equal", found, zero))
    return apply("where", back, apply("subtract", found, y), found)


def _cbrt(x: Any) -> Any:
    """A power, and one step of Newton's method for its rounding of 1/3."""
    root = apply("pow", apply("abs", x), like(1 / 3, x))
    quotient = apply("divide", apply("abs", x), _square(root))
    root = apply("subtract", root, apply("divide", apply("subtract", root, quotient), like(3, x)))
    finite = apply("logical_and", apply("isfinite", x), apply("not_equal", x, like(0, x)))
    return apply("where", finite, apply("copysign", root, x), x)


def _ldexp(x: Any, exponent: Any) -> Any:
    """Half of the power first: neither half overflows where the result does not."""
    half = apply("floor_divide", exponent, like(2, exponent))
    rest = apply("subtract", exponent, half)
    for part in (half, rest):
        x = apply("multiply", x, apply("pow", like(2, x), convert(part, x.dtype)))
    return x


# --- exponentials and logarithms ------------------------------------------------


def _exp2(x: Any) -> Any:
    return apply("pow", like(2, x), x)


def _logaddexp(exponential: Lower, unit: float) -> Lower:
    """The greater operand, and what the other one adds to it; `unit` is the base's logarithm.

    Where the sum of the exponentials is near 1, the error is relative to the operands.
    """

    def lower(x: Any, y: Any) -> Any:
        high = apply("maximum", x, y)
        gap = apply("negative", apply("abs", apply("subtract", x, y)))
        more = apply("log1p", exponential(gap))
        if unit != 1:
            more = apply("multiply", more, like(1 / unit, x))
        # The difference of two equal infinities is NaN.
        more = apply("where", apply("equal", x, y), like(np.log(2) / unit, x), more)
        return apply("add", high, more)

    return lower


# --- parts, signs and bits -------------------------------------------------------------


def conj(x: Any) -> Any:
    """The complex conjugate; of real numbers themselves."""
    return apply("conj", x) if x.dtype.kind == "c" else same(x)


def _signbit(x: Any) -> Any:
    return apply("less", apply("copysign", like(1, x), x), like(0, x))


def _heaviside(x: Any, y: Any) -> Any:
    zero, one = like(0, x), like(1, x)
    stepped = apply("where", apply("less", x, zero), zero, apply("where", apply("greater", x, zero), one, y))
    return apply("where", apply("isnan", x), x, stepped)


def _fmax(op: str) -> Lower:
    """The extreme of what is not NaN."""

    def lower(x: Any, y: Any) -> Any:
        if x.dtype.kind in "iub":
            return apply(op if x.dtype.kind != "b" else _LOGIC[op], x, y)
        other = apply("where", apply("isnan", x), y, x)
        return apply(op, other, apply("where", apply("isnan", y), other, y))

    return lower


_LOGIC = {"maximum": "logical_or", "minimum": "logical_and"}


def _spacing(x: Any) -> Any:
    """The distance to the next float away from 0, with the sign of `x`."""
    size = apply("abs", x)
    gap = apply("subtract", apply("nextafter", size, like(np.inf, x)), size)
    return apply("where", apply("less", x, like(0, x)), apply("negative", gap), gap)


def _bitwise_count(x: Any) -> Any:
    """The ones of the magnitude: sums over pairs of bits, then fours, then bytes."""
    width = 8 * x.dtype.itemsize
    if x.dtype.kind == "i":
        x = apply("abs", x)
    x = convert(x, np.dtype(f"u{width // 8}"))

    def every(byte: int) -> Any:
        return like(int.from_bytes(bytes([byte]) * (width // 8), "little"), x)

    def shifted(by: int) -> Any:
        return apply("bitwise_right_shift", x, like(by, x))

    x = apply("subtract", x, apply("bitwise_and", shifted(1), every(0x55)))
    x = apply("add", apply("bitwise_and", x, every(0x33)), apply("bitwise_and", shifted(2), every(0x33)))
    x = apply("bitwise_and", apply("add", x, shifted(4)), every(0x0F))
    return convert(
        apply("bitwise_right_shift", apply("multiply", x, every(0x01)), like(width - 8, x)), np.uint8
    )


# --- the order of complex numbers -----------------------------------------------


def _before(op: str) -> Lower:
    """NumPy's order: by the real parts, equal ones by the imaginary parts; a NaN stands nowhere."""
    strict = op.removesuffix("_equal")

    def lower(x: Any, y: Any) -> Any:
        (a, b), (c, d) = ((apply("real", z), apply("imag", z)) for z in (x, y))
        clear = apply("logical_not", apply("logical_or", apply("isnan", b), apply("isnan", d)))
        first = apply("logical_and", apply(strict, a, c), clear)
        return apply("logical_or", first, apply("logical_and", apply("equal", a, c), apply(op, b, d)))

    return lower


def _extreme(op: str, *, skip: bool) -> Lower:
    """The extreme in that order; a NaN is one, or with `skip` the other operand is."""
    before = _before(op)

    def lower(x: Any, y: Any) -> Any:
        nan = apply("isnan", y if skip else x)
        return apply("where", apply("logical_or", nan, before(x, y)), x, y)

    return lower


#: Ufuncs of complex numbers for which the operators of their names are of real ones.
COMPLEX: dict[str, Lower] = {
    **{name: _before(name) for name in ("less", "less_equal", "greater", "greater_equal")},
    "maximum": _extreme("greater_equal", skip=False),
    "minimum": _extreme("less_equal", skip=False),
    "fmax": _extreme("greater_equal", skip=True),
    "fmin": _extreme("less_equal", skip=True),
}


def _factor(value: float) -> Lower:
    return lambda x: apply("multiply", x, like(value, x))


#: By NumPy's names.
SPECIAL: dict[str, Lower] = {
    "square": _square,
    "reciprocal": _reciprocal,
    "positive": same,
    "conjugate": conj,
    "floor_divide": _floor_divide,
    "fmod": _fmod,
    "cbrt": _cbrt,
    "ldexp": _ldexp,
    "exp2": _exp2,
    "logaddexp": _logaddexp(lambda x: apply("exp", x), 1.0),
    "logaddexp2": _logaddexp(_exp2, float(np.log(2))),
    "signbit": _signbit,
    "fmax": _fmax("maximum"),
    "fmin": _fmax("minimum"),
    "heaviside": _heaviside,
    "spacing": _spacing,
    "bitwise_count": _bitwise_count,
    "deg2rad": _factor(np.pi / 180),
    "radians": _factor(np.pi / 180),
    "rad2deg": _factor(180 / np.pi),
    "degrees": _factor(180 / np.pi),
}
