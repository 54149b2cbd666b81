"""Elementwise arithmetic and mathematics. SPEC 8.1."""

from __future__ import annotations

from ..dtypes import FLOATING, NUMERIC, REAL
from ..registry import Arg, Exact, Op, Rounded, Rule, Signature, Ulp, define
from .forms import binary, unary

# --- arithmetic -----------------------------------------------------------------

binary(
    "add",
    "8.1.1",
    "The sum of `x` and `y`, element by element. Integers wrap modulo 2 to the power of their width; the "
    "parts of complex numbers are added each for itself.",
    NUMERIC,
    Rounded(),
)

define(
    Op(
        "clip",
        section="8.1.2",
        doc="Limit each element of `x` to the interval [`lo`, `hi`]: the minimum of `hi` and the maximum "
        "of `lo` and `x`. So `hi` wins where `lo` is greater, and a NaN in any operand gives NaN. "
        "Where a zero is compared with a zero of the other sign, the result is either.",
        signatures=(
            Signature(
                (Arg("x", "T"), Arg("lo", "T"), Arg("hi", "T")),
                ("T[shape(x)]",),
                typevars={"T": REAL},
                rules=(
                    Rule("C1", "rank(lo) == 0 or shape(lo) == shape(x)"),
                    Rule("C2", "rank(hi) == 0 or shape(hi) == shape(x)"),
                ),
            ),
        ),
        accuracy=Ulp(0),
    )
)

binary(
    "subtract",
    "8.1.3",
    "The difference `x` - `y`, element by element. Integers wrap modulo 2 to the power of their width; the "
    "parts of complex numbers are subtracted each for itself.",
    NUMERIC,
    Rounded(),
)

binary(
    "multiply",
    "8.1.4",
    "The product of `x` and `y`, element by element. Integers wrap modulo 2 to the power of their width.",
    REAL,
    Rounded(),
)

binary(
    "divide",
    "8.1.5",
    "The quotient `x` / `y`, element by element, as in IEEE 754: a number other than 0 divided by a zero "
    "is an infinity with the sign of the quotient; 0/0 and infinity/infinity are NaN.",
    FLOATING,
    Rounded(),
)

binary(
    "floor_divide",
    "8.1.6",
    "The greatest integer that is not greater than the exact quotient `x / y`, rounded to the dtype. For "
    "integers, the smallest value divided by -1 wraps to itself, and dividing by 0 is an error. For "
    "floats: 0 divided by a number that is not 0 is a zero with the sign of the quotient; where `y` is a "
    "zero, or either operand an infinity, the result is what `divide` gives, so that a finite number "
    "divided by an infinity is a zero with the sign of the quotient; a NaN gives NaN.",
    REAL,
    Ulp(2),
    errors=(Rule("E1", "no divisor of integers is 0"),),
)

binary(
    "remainder",
    "8.1.7",
    "The exact `x - y * floor(x / y)`, rounded to the dtype: it has the sign of `y`, and so has a "
    "result of 0. For integers, dividing by 0 is an error. For floats: an infinite `x`, a `y` of 0 and a "
    "NaN give NaN; where `y` is infinite and `x` finite, the result is `x` if `x` is not 0 and the signs "
    "are equal, `y` if they differ, and 0 with the sign of `y` if `x` is 0.",
    REAL,
    Rounded(),
    errors=(Rule("E1", "no divisor of integers is 0"),),
)

binary(
    "pow",
    "8.1.8",
    "`x` to the power of `y`, element by element. Integers wrap modulo 2 to the power of their width, 0 to "
    "the power of 0 is 1, and a negative exponent is an error. Floats are as `pow` of IEEE 754: anything, "
    "NaN included, to the power of 0 is 1; 1 to any power is 1; -1 to the power of an infinity is 1; a "
    "negative number to a finite power that is no integer is NaN; a zero to a negative power is an "
    "infinity, negative if the zero is and the power is an odd integer; a zero to a positive power is 0, "
    "-0 in the same case.",
    REAL,
    Ulp(16),
    errors=(Rule("E1", "no exponent of integers is negative"),),
)

unary(
    "negative",
    "8.1.9",
    "-`x`. Integers wrap modulo 2 to the power of their width, unsigned ones too; the sign of a zero "
    "changes.",
    NUMERIC,
    Exact(),
)

unary(
    "abs",
    "8.1.10",
    "The magnitude of each element. The smallest value of a signed integer dtype gives itself.",
    REAL,
    Exact(),
)

unary(
    "sign",
    "8.1.11",
    "-1, 0 or 1 with the sign of each element. Both zeros give 0; a NaN gives NaN.",
    REAL,
    Exact(),
)

# --- bounds and rounding --------------------------------------------------------

binary(
    "maximum",
    "8.1.12",
    "The greater of `x` and `y`, element by element. A NaN in either gives NaN; of two zeros of different "
    "sign, the result is either.",
    REAL,
    Ulp(0),
)

binary(
    "minimum",
    "8.1.13",
    "The smaller of `x` and `y`, element by element. A NaN in either gives NaN; of two zeros of different "
    "sign, the result is either.",
    REAL,
    Ulp(0),
)

_ROUNDING = (
    " Infinities, NaN and zeros give themselves, a result of 0 has the sign of `x`, and integers stay "
    "as they are."
)

unary("floor", "8.1.14", "The greatest integer that is not greater than `x`." + _ROUNDING, REAL, Exact())
unary("ceil", "8.1.15", "The smallest integer that is not smaller than `x`." + _ROUNDING, REAL, Exact())
unary(
    "trunc",
    "8.1.16",
    "The integer nearest to `x` that is not greater in magnitude." + _ROUNDING,
    REAL,
    Exact(),
)
unary("round", "8.1.17", "The integer nearest to `x`; of two, the even one." + _ROUNDING, REAL, Exact())

# --- functions ------------------------------------------------------------------

unary(
    "sqrt",
    "8.1.18",
    "The square root of `x`. The root of a negative number is NaN, that of -0 is -0.",
    FLOATING,
    Rounded(),
)

unary(
    "exp",
    "8.1.19",
    "e to the power of `x`: 1 at 0, infinity at infinity, 0 at minus infinity.",
    FLOATING,
    Ulp(3),
)

unary(
    "expm1",
    "8.1.20",
    "e to the power of `x`, minus 1, without loss of accuracy near 0: infinity at infinity, -1 at minus "
    "infinity.",
    FLOATING,
    Ulp(3),
)

unary(
    "log",
    "8.1.21",
    "The natural logarithm of `x`: minus infinity at both zeros, infinity at infinity, NaN below 0.",
    FLOATING,
    Ulp(4),
)

unary(
    "log1p",
    "8.1.22",
    "The natural logarithm of 1 + `x`, without loss of accuracy near 0: minus infinity at -1, infinity at "
    "infinity, NaN below -1.",
    FLOATING,
    Ulp(3),
)

unary("sin", "8.1.23", "The sine of `x` in radians. An infinity gives NaN.", FLOATING, Ulp(4))
unary("cos", "8.1.24", "The cosine of `x` in radians. An infinity gives NaN.", FLOATING, Ulp(4))
unary(
    "tanh", "8.1.25", "The hyperbolic tangent of `x`: 1 at infinity, -1 at minus infinity.", FLOATING, Ulp(5)
)

binary(
    "atan2",
    "8.1.26",
    "The angle in radians, from -pi to pi, of the point with the coordinates (`y`, `x`): `x` is the "
    "opposite and `y` the adjacent side. Signs of zeros and infinite operands mean what `atan2` of IEEE "
    "754 says: with `x` a zero, the result is a zero where `y` is positive or +0, and pi where `y` is "
    "negative or -0, each with the sign of `x`; two infinities give an odd multiple of pi/4.",
    FLOATING,
    Ulp(6),
)

unary(
    "erf",
    "8.1.27",
    "The error function, 2/sqrt(pi) times the integral of exp(-t*t) from 0 to `x`: 1 at infinity, -1 at "
    "minus infinity. No result is greater than 1 in magnitude.",
    FLOATING,
    Ulp(16),
)
