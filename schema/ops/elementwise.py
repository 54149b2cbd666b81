"""Elementwise arithmetic and mathematics. SPEC 8.1."""

from __future__ import annotations

from ..dtypes import FLOATING, INEXACT, NUMERIC, REAL
from ..registry import Arg, Dot, Exact, Op, Rounded, Rule, Signature, Ulp, define
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
    "The product of `x` and `y`, element by element. Integers wrap modulo 2 to the power of their width. "
    "The product of a+bi and c+di is (ac-bd) + (ad+bc)i, and where a part is infinite or NaN, what this "
    "formula gives in IEEE arithmetic; where a product of two parts overflows, the result is unpredictable. "
    "Complex: m = 2.",
    NUMERIC,
    Rounded(),
    Dot(),
)

binary(
    "divide",
    "8.1.5",
    "The quotient `x` / `y`, element by element, as in IEEE 754: a number other than 0 divided by a zero "
    "is an infinity with the sign of the quotient; 0/0 and infinity/infinity are NaN. The quotient of a+bi "
    "and c+di is that of (ac+bd) + (bc-ad)i and cc+dd, whose size alone decides whether it overflows. "
    "Special cases are those of C99, G.5.1, in this order: a divisor whose parts are both 0 gives parts "
    "that are an infinity with the sign of c, times a and b; of an infinite dividend and a finite divisor, "
    "the result is the formula's numerator in IEEE arithmetic, and if both parts of that are NaN, the same "
    "with infinite a or b taken as 1 and others as 0, signs kept, times infinity; a finite dividend and an "
    "infinite divisor give the numerator with infinite c or d taken as 1 and others as 0, signs kept, times "
    "0; else, where a part is infinite or NaN, both parts are NaN. Complex: m = 4.",
    INEXACT,
    Rounded(),
    Dot(),
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
    "-0 in the same case. Complex numbers to the power of 0 are 1, too; else the result is "
    "`exp(y * log(x))`, with the product and the special cases that these have, also for `x` 0. Where the "
    "magnitude of the result overflows, its parts are unpredictable. Complex: m is 4 more than 4 times "
    "|y|(1+|log(x)|), rounded up, and B the magnitude of the result.",
    NUMERIC,
    Ulp(16),
    Dot(),
    errors=(Rule("E1", "no exponent of integers is negative"),),
)

unary(
    "negative",
    "8.1.9",
    "-`x`. Integers wrap modulo 2 to the power of their width, unsigned ones too; the sign of a zero "
    "changes, and both parts of complex numbers.",
    NUMERIC,
    Exact(),
)

unary(
    "abs",
    "8.1.10",
    "The magnitude of each element. The smallest value of a signed integer dtype gives itself. That of a "
    "complex number is real: infinite where a part is, even if the other is NaN, else NaN where a part is; "
    "it overflows only where the magnitude itself does.",
    NUMERIC,
    Exact(),
    Ulp(4),
    result="(f32 if T == c64 else f64 if T == c128 else T)",
)

unary(
    "sign",
    "8.1.11",
    "-1, 0 or 1 with the sign of each element. Both zeros give 0; a NaN gives NaN. A complex number is "
    "divided by its magnitude: 0+0i where both parts are 0; where one part alone is infinite and the other "
    "is no NaN, that is 1 and the other 0, signs kept; two infinite parts, or a NaN, give two NaN.",
    NUMERIC,
    Exact(),
    Ulp(4),
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
unary(
    "round",
    "8.1.17",
    "The integer nearest to `x`; of two, the even one. The parts of complex numbers are rounded each for "
    "itself." + _ROUNDING,
    NUMERIC,
    Exact(),
)

# --- functions ------------------------------------------------------------------


def _plane(what: str, cases: str, function: str = "the function") -> str:
    """What there is to say of complex numbers, with their special cases: a, b -> re, im."""
    lead = f"{what} " if what else ""
    return f"Of a complex number a+bi: {lead}Special cases of {function} for b not negative (9.2): {cases}."


_EXP = (
    "+0 or -0, 0 -> 1, 0; finite, infinity or NaN -> NaN, NaN; infinity, 0 -> infinity, 0; infinity, finite "
    "-> infinity in the direction b; -infinity, finite -> 0 in the direction b; -infinity, infinity or NaN "
    "-> 0, 0; infinity, infinity or NaN -> infinity, NaN; NaN, 0 -> NaN, 0; NaN, other -> NaN, NaN"
)
_LOG = (
    "finite, infinity -> infinity, pi/2; finite, NaN -> NaN, NaN; -infinity, finite -> infinity, pi; "
    "infinity, finite -> infinity, 0; -infinity, infinity -> infinity, 3pi/4; infinity, infinity -> "
    "infinity, pi/4; either infinity, NaN -> infinity, NaN; NaN, finite or NaN -> NaN, NaN; NaN, infinity -> "
    "infinity, NaN"
)
_SINH = (
    "0, 0 -> 0, 0; 0, infinity or NaN -> 0, NaN; other finite, infinity or NaN -> NaN, NaN; infinity, 0 -> "
    "infinity, 0; infinity, finite -> infinity in the direction b; infinity, infinity or NaN -> infinity, "
    "NaN; NaN, 0 -> NaN, 0; NaN, other -> NaN, NaN"
)
_COSH = (
    "0, 0 -> 1, 0; 0, infinity or NaN -> NaN, 0; other finite, infinity or NaN -> NaN, NaN; infinity, 0 -> "
    "infinity, 0; infinity, finite -> infinity in the direction b; infinity, infinity or NaN -> infinity, "
    "NaN; NaN, 0 -> NaN, 0; NaN, other -> NaN, NaN"
)

unary(
    "sqrt",
    "8.1.18",
    "The square root of `x`. The root of a negative number is NaN, that of -0 is -0. "
    + _plane(
        "The real part is not negative, the imaginary part has the sign of b. Cut: the negative real axis.",
        "+0 or -0, 0 -> 0, 0; a, infinity -> infinity, infinity (for a NaN, too); finite, NaN -> NaN, NaN; "
        "-infinity, finite -> 0, infinity; infinity, finite -> infinity, 0; -infinity, NaN -> NaN, "
        "infinity; infinity, NaN -> infinity, NaN; NaN, b -> NaN, NaN",
    ),
    INEXACT,
    Rounded(),
    Ulp(4),
)

unary(
    "exp",
    "8.1.19",
    "e to the power of `x`: 1 at 0, infinity at infinity, 0 at minus infinity. " + _plane("", _EXP),
    INEXACT,
    Ulp(3),
    Ulp(8),
)

unary(
    "expm1",
    "8.1.20",
    "e to the power of `x`, minus 1, without loss of accuracy near 0: infinity at infinity, -1 at minus "
    "infinity. " + _plane("", "as `exp`, with 1 subtracted from the real part, +0 or -0, 0 -> 0, 0"),
    INEXACT,
    Ulp(3),
    Ulp(8),
)

unary(
    "log",
    "8.1.21",
    "The natural logarithm of `x`: minus infinity at both zeros, infinity at infinity, NaN below 0. "
    + _plane(
        "The real part is the logarithm of the magnitude, the imaginary part `atan2(b, a)`. Cut: the "
        "negative real axis.",
        "-0, 0 -> -infinity, pi; +0, 0 -> -infinity, 0; " + _LOG,
    ),
    INEXACT,
    Ulp(4),
    Ulp(8),
)

unary(
    "log1p",
    "8.1.22",
    "The natural logarithm of 1 + `x`, without loss of accuracy near 0: minus infinity at -1, infinity at "
    "infinity, NaN below -1. "
    + _plane("Cut: the real axis below -1.", "-1, 0 -> -infinity, 0; +0 or -0, 0 -> 0, 0; " + _LOG),
    INEXACT,
    Ulp(3),
    Ulp(8),
)

unary(
    "sin",
    "8.1.23",
    "The sine of `x` in radians. An infinity gives NaN. That of a complex number is -i sinh(ix), where sinh "
    "is odd. " + _plane("", _SINH, "sinh"),
    INEXACT,
    Ulp(4),
    Ulp(8),
)
unary(
    "cos",
    "8.1.24",
    "The cosine of `x` in radians. An infinity gives NaN. That of a complex number is cosh(ix), where cosh "
    "is even. " + _plane("", _COSH, "cosh"),
    INEXACT,
    Ulp(4),
    Ulp(8),
)
unary(
    "tanh",
    "8.1.25",
    "The hyperbolic tangent of `x`: 1 at infinity, -1 at minus infinity. "
    + _plane(
        "It is odd.",
        "0, 0 -> 0, 0; 0, infinity or NaN -> 0, NaN; other finite, infinity or NaN -> NaN, NaN; infinity, "
        "b -> 1, 0 (for b NaN, too); NaN, 0 -> NaN, 0; NaN, b -> NaN, NaN",
    ),
    INEXACT,
    Ulp(5),
    Ulp(8),
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
