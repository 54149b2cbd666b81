"""Comparison, logic and bits. SPEC 8.2."""

from __future__ import annotations

from ..dtypes import ANY, BOOL, INTEGER, NUMERIC, REAL
from ..registry import Arg, Exact, Op, Rule, Signature, define
from .forms import binary, unary

# --- comparison -----------------------------------------------------------------

_NAN = " A comparison with NaN is false, and -0 equals 0."

binary(
    "equal",
    "8.2.1",
    "Whether `x` equals `y`, element by element; complex numbers are equal if both parts are." + _NAN,
    ANY,
    Exact(),
    result="bool",
)
binary(
    "not_equal",
    "8.2.2",
    "Whether `x` differs from `y`, element by element: the opposite of `equal`, so true where either is NaN.",
    ANY,
    Exact(),
    result="bool",
)
binary("less", "8.2.3", "Whether `x` < `y`, element by element." + _NAN, REAL, Exact(), result="bool")
binary("less_equal", "8.2.4", "Whether `x` <= `y`, element by element." + _NAN, REAL, Exact(), result="bool")
binary("greater", "8.2.5", "Whether `x` > `y`, element by element." + _NAN, REAL, Exact(), result="bool")
binary(
    "greater_equal", "8.2.6", "Whether `x` >= `y`, element by element." + _NAN, REAL, Exact(), result="bool"
)

unary(
    "isnan",
    "8.2.7",
    "Whether each element is NaN; no integer is; a complex number is if a part is.",
    NUMERIC,
    Exact(),
    result="bool",
)
unary(
    "isinf",
    "8.2.8",
    "Whether each element is an infinity; no integer is; a complex number is if a part is, even if the "
    "other is NaN.",
    NUMERIC,
    Exact(),
    result="bool",
)
unary(
    "isfinite",
    "8.2.9",
    "Whether each element is neither NaN nor an infinity; every integer is finite; a complex number is if "
    "both parts are.",
    NUMERIC,
    Exact(),
    result="bool",
)

# --- logic ----------------------------------------------------------------------

binary("logical_and", "8.2.10", "Whether both `x` and `y` are true, element by element.", BOOL, Exact())
binary("logical_or", "8.2.11", "Whether `x` or `y` or both are true, element by element.", BOOL, Exact())
binary(
    "logical_xor", "8.2.12", "Whether exactly one of `x` and `y` is true, element by element.", BOOL, Exact()
)
unary("logical_not", "8.2.13", "Whether each element is false.", BOOL, Exact())

define(
    Op(
        "where",
        section="8.2.14",
        doc="The element of `x` where `condition` is true, else that of `y`, bit for bit. All three "
        "broadcast.",
        signatures=(
            Signature(
                (Arg("condition", "C"), Arg("x", "T"), Arg("y", "T")),
                ("T[broadcast(shape(condition), shape(x), shape(y))]",),
                typevars={"C": BOOL, "T": ANY},
                rules=(Rule("C1", "broadcastable(shape(condition), shape(x), shape(y))"),),
            ),
        ),
        accuracy=Exact(),
    )
)

# --- bits -----------------------------------------------------------------------

_BITS = BOOL + INTEGER

binary("bitwise_and", "8.2.15", "The bits set in both `x` and `y`, in two's complement.", _BITS, Exact())
binary("bitwise_or", "8.2.16", "The bits set in `x` or `y` or both, in two's complement.", _BITS, Exact())
binary(
    "bitwise_xor",
    "8.2.17",
    "The bits set in exactly one of `x` and `y`, in two's complement.",
    _BITS,
    Exact(),
)
unary("bitwise_invert", "8.2.18", "Every bit of `x` inverted; for bool, the opposite.", _BITS, Exact())
binary(
    "bitwise_left_shift",
    "8.2.19",
    "`x` times 2 to the power of `y`, modulo 2 to the power of the width. Where `y` is negative, or not "
    "smaller than the width, no bit is left and the result is 0.",
    INTEGER,
    Exact(),
)
binary(
    "bitwise_right_shift",
    "8.2.20",
    "`x` divided by 2 to the power of `y`, rounded towards minus infinity. Where `y` is negative, or not "
    "smaller than the width, the result is 0, or -1 if `x` is negative.",
    INTEGER,
    Exact(),
)
