"""Sorting and searching. SPEC 8.9."""

from __future__ import annotations

from ..dtypes import ANY, REAL
from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, define

_AXIS = AttrDecl("axis", "int", "The axis along which to sort.")
_DESCENDING = AttrDecl("descending", "bool", "Whether greater elements come first.", default=False)
_AXIS_RULE = Rule("C1", "0 <= axis and axis < rank(x)")
_ORDER = (
    " A NaN counts as greater than every number and as equal to a NaN; -0 equals 0; equal elements keep "
    "their order, descending or not."
)

define(
    Op(
        "sort",
        section="8.9.1",
        doc="The elements of `x` in ascending or descending order along `axis`." + _ORDER,
        attrs=(_AXIS, _DESCENDING),
        signatures=(
            Signature((Arg("x", "T"),), ("T[shape(x)]",), typevars={"T": REAL}, rules=(_AXIS_RULE,)),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "argsort",
        section="8.9.2",
        doc="The positions along `axis` that put the elements of `x` in ascending or descending order."
        + _ORDER,
        attrs=(_AXIS, _DESCENDING),
        signatures=(
            Signature((Arg("x", "T"),), ("i64[shape(x)]",), typevars={"T": REAL}, rules=(_AXIS_RULE,)),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "top_k",
        section="8.9.3",
        doc="The `k` greatest elements of `x` along `axis` in descending order, and their positions; or, "
        "if `largest` is false, the `k` smallest in ascending order. These are the first `k` of `sort` "
        "and `argsort`, so of equal elements the one with the lower position comes first." + _ORDER,
        attrs=(
            AttrDecl("k", "dim", "How many elements to take."),
            _AXIS,
            AttrDecl("largest", "bool", "Whether to take the greatest elements.", default=True),
        ),
        signatures=(
            Signature(
                (Arg("x", "T"),),
                (
                    "T[[k if i == axis else shape(x)[i] for i in range(rank(x))]]",
                    "i64[[k if i == axis else shape(x)[i] for i in range(rank(x))]]",
                ),
                typevars={"T": REAL},
                rules=(_AXIS_RULE, Rule("C2", "0 <= k and k <= shape(x)[axis]")),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "searchsorted",
        section="8.9.4",
        doc='For each element of `y`, its place in the ascending `x`: with `side` "left" how many elements '
        'of `x` are less than it, with "right" how many are not greater. A NaN counts as greater than every '
        "number and as equal to a NaN, as in `sort`; -0 equals 0. Where `x` is not in the order of `sort`, "
        "the result is unpredictable, but from 0 to the size of `x`.",
        attrs=(AttrDecl("side", "str", 'Either "left" or "right".', default="left"),),
        signatures=(
            Signature(
                (Arg("x", "T", "Rank 1, ascending."), Arg("y", "T", "Any shape.")),
                ("i64[shape(y)]",),
                typevars={"T": REAL},
                rules=(Rule("C1", "rank(x) == 1"), Rule("C2", 'side in ["left", "right"]')),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "unique",
        section="8.9.5",
        doc="The different elements of `x` in ascending order; the position in row-major order at which each "
        "occurs first; for each element of `x`, the position of its value in the first result; and how often "
        "each value occurs. The number of values, known at run time alone, is bound to the symbol `size`. "
        "False is less than true. Complex numbers are in the order of their real parts, equal ones of those "
        "in the order of their imaginary parts. -0 equals 0, in a part as well; the value is that which "
        "occurs first. Each NaN, and each complex number with a NaN part, is a value by itself; they stand "
        "at the end, in the order in which they occur.",
        attrs=(AttrDecl("size", "symbol", "A fresh symbol: how many values there are."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("T[symbol(size)]", "i64[symbol(size)]", "i64[shape(x)]", "i64[symbol(size)]"),
                typevars={"T": ANY},
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "isin",
        section="8.9.6",
        doc="Whether each element of `x` equals some element of `y`, or, if `invert` is true, whether it "
        "equals none. -0 equals 0; a NaN equals nothing.",
        attrs=(AttrDecl("invert", "bool", "Whether to negate the result.", default=False),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."), Arg("y", "T", "Any shape.")),
                ("bool[shape(x)]",),
                typevars={"T": REAL},
                template="""
def isin(x, y, *, invert):
    s = sort(reshape(y, shape=[product(shape(y))]), axis=0, descending=False)
    found = less(searchsorted(s, x, side="left"), searchsorted(s, x, side="right"))
    if kind(T) == "float":
        found = logical_and(found, equal(x, x))
    if invert:
        found = logical_not(found)
    return found
""",
            ),
        ),
        accuracy=Exact(),
    )
)
