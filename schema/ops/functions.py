"""More functions of elements: trigonometry, logarithms, signs and neighbours of floats. SPEC 8.17."""

from __future__ import annotations

from ..dtypes import COMPLEX, FLOATING, INEXACT
from ..registry import Accuracy, Arg, Exact, Op, Signature, Ulp, define
from . import forms

_count = 0


def _section() -> str:
    global _count
    _count += 1
    return f"8.17.{_count}"


def _unary(name: str, doc: str, accuracy: Accuracy, cut: str, rows: str) -> None:
    """`cut` and `rows` are about complex numbers; the rows are special cases as in SPEC 9.2."""
    doc = f"{doc} Of a complex number a+bi: {cut} {rows}."
    forms.unary(name, _section(), doc, INEXACT, accuracy, Ulp(8))


def _binary(name: str, doc: str, accuracy: Accuracy) -> None:
    forms.binary(name, _section(), doc, FLOATING, accuracy)


_ROWS = "Special cases for b not negative (9.2): "

# --- trigonometry -----------------------------------------------------------------

_unary(
    "tan",
    "The tangent of `x` in radians. A zero gives itself, an infinity NaN.",
    Ulp(5),
    "No cuts.",
    "-i tanh(ix), special cases included",
)
_unary(
    "asin",
    "The angle in radians, from -pi/2 to pi/2, whose sine is `x`. A zero gives itself; beyond -1 and 1 "
    "the result is NaN.",
    Ulp(4),
    "Cuts: the real axis beyond -1 and 1.",
    "-i asinh(ix), special cases included",
)
_unary(
    "acos",
    "The angle in radians, from 0 to pi, whose cosine is `x`. 1 gives +0; beyond -1 and 1 the result is NaN.",
    Ulp(4),
    "Cuts: the real axis beyond -1 and 1.",
    _ROWS + "+0 or -0, 0 -> pi/2, -0; 1, 0 -> 0, -0; +0 or -0, NaN -> pi/2, NaN; finite, infinity -> pi/2, "
    "-infinity; finite, NaN -> NaN, NaN; -infinity, finite -> pi, -infinity; infinity, finite -> 0, "
    "-infinity; -infinity, infinity -> 3pi/4, -infinity; infinity, infinity -> pi/4, -infinity; either "
    "infinity, NaN -> NaN, -infinity; NaN, infinity -> NaN, -infinity; NaN, finite or NaN -> NaN, NaN",
)
_unary(
    "atan",
    "The angle in radians, from -pi/2 to pi/2, whose tangent is `x`. A zero gives itself, an infinity "
    "pi/2 with its sign.",
    Ulp(5),
    "Cuts: the imaginary axis beyond -i and i.",
    "-i atanh(ix), special cases included",
)

# --- hyperbolic functions ---------------------------------------------------------

_unary(
    "sinh",
    "The hyperbolic sine of `x`, (exp(x) - exp(-x)) / 2. Zeros and infinities give themselves.",
    Ulp(4),
    "It is odd.",
    _ROWS + "those of sinh in the entry of `sin`",
)
_unary(
    "cosh",
    "The hyperbolic cosine of `x`, (exp(x) + exp(-x)) / 2. Infinities give infinity.",
    Ulp(4),
    "It is even.",
    _ROWS + "those of cosh in the entry of `cos`",
)
_unary(
    "asinh",
    "The number whose hyperbolic sine is `x`. Zeros and infinities give themselves.",
    Ulp(4),
    "It is odd. Cuts: the imaginary axis beyond -i and i.",
    _ROWS + "0, 0 -> 0, 0; finite, infinity -> infinity, pi/2; finite, NaN -> NaN, NaN; infinity, finite -> "
    "infinity, 0; infinity, infinity -> infinity, pi/4; infinity, NaN -> infinity, NaN; NaN, 0 -> NaN, 0; "
    "NaN, infinity -> infinity, NaN; NaN, other -> NaN, NaN",
)
_unary(
    "acosh",
    "The number that is not negative and whose hyperbolic cosine is `x`: +0 at 1, infinity at infinity, "
    "NaN below 1.",
    Ulp(4),
    "The real part is not negative. Cut: the real axis below 1.",
    _ROWS + "+0 or -0, 0 -> 0, pi/2; +0 or -0, NaN -> NaN, pi/2; finite, infinity -> infinity, pi/2; finite, "
    "NaN -> NaN, NaN; -infinity, finite -> infinity, pi; infinity, finite -> infinity, 0; -infinity, "
    "infinity -> infinity, 3pi/4; infinity, infinity -> infinity, pi/4; either infinity, NaN -> infinity, "
    "NaN; NaN, infinity -> infinity, NaN; NaN, finite or NaN -> NaN, NaN",
)
_unary(
    "atanh",
    "The number whose hyperbolic tangent is `x`. A zero gives itself, 1 infinity and -1 minus infinity; "
    "beyond them the result is NaN.",
    Ulp(5),
    "It is odd. Cuts: the real axis beyond -1 and 1.",
    _ROWS + "0, 0 -> 0, 0; 0, NaN -> 0, NaN; 1, 0 -> infinity, 0; any, infinity -> 0, pi/2 (for a NaN, too); "
    "finite, NaN -> NaN, NaN; infinity, finite -> 0, pi/2; infinity, NaN -> 0, NaN; NaN, finite or NaN -> "
    "NaN, NaN",
)

# --- logarithms -------------------------------------------------------------------

_LOG = ": minus infinity at both zeros, +0 at 1, infinity at infinity, NaN below 0."
for _name, _base in (("log2", 2), ("log10", 10)):
    _unary(
        _name,
        f"The logarithm of `x` to the base {_base}" + _LOG,
        Ulp(4),
        "Cut: the negative real axis.",
        f"Both parts of `log`, divided by the natural logarithm of {_base}, special cases included",
    )

# --- lengths, signs, neighbours ---------------------------------------------------

_binary(
    "hypot",
    "The square root of x*x + y*y, without overflow or underflow on the way. Where `x` or `y` is an "
    "infinity the result is infinity, even if the other one is NaN.",
    Ulp(4),
)
_binary(
    "copysign",
    "The magnitude of `x` with the sign of `y`, that of a zero included. Where `y` is NaN, the sign of "
    "the result is *unpredictable*.",
    Exact(),
)
_binary(
    "nextafter",
    "The number of the dtype next to `x` in the direction of `y`. Where `x` and `y` are equal, `y`, so "
    "that two zeros give the second one. From a zero, the smallest subnormal number with the sign of "
    "`y`; from the largest finite number up, infinity; from infinity down, the largest finite number.",
    Exact(),
)

# --- parts of complex numbers -----------------------------------------------------

_PART = "(f32 if T == c64 else f64)"
forms.unary("real", _section(), "The real part of `x`.", COMPLEX, Exact(), result=_PART)
forms.unary("imag", _section(), "The imaginary part of `x`.", COMPLEX, Exact(), result=_PART)
forms.unary(
    "conj",
    _section(),
    "The complex conjugate of `x`: its imaginary part negated, that is with the other sign even if it is 0.",
    COMPLEX,
    Exact(),
)
define(
    Op(
        "make_complex",
        section=_section(),
        doc="The complex numbers with the real parts `x` and the imaginary parts `y`, element by element; "
        "each part is kept as it is, a NaN, an infinity or a -0 beside any other value too.",
        signatures=(
            Signature(
                (Arg("x", "T"), Arg("y", "T")),
                ("(c64 if T == f32 else c128)[broadcast(shape(x), shape(y))]",),
                typevars={"T": ("f32", "f64")},
                rules=(forms.BROADCASTABLE,),
            ),
        ),
        accuracy=Exact(),
    )
)
