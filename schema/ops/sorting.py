"""Sorting and searching. SPEC 8.9."""

from __future__ import annotations

from ..dtypes import REAL
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
