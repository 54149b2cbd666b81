"""Reductions and scans. SPEC 8.3."""

from __future__ import annotations

from ..dtypes import BOOL, NUMERIC, REAL
from ..registry import Accuracy, Arg, AttrDecl, Dot, Exact, Op, Rule, Signature, Ulp, define

_AXES = AttrDecl("axes", "ints", "The axes to reduce, in ascending order; none of them leaves `x` as it is.")
_KEEPDIMS = AttrDecl("keepdims", "bool", "Whether a reduced axis stays, with size 1.", default=False)
_AXIS = AttrDecl("axis", "int", "The axis along which to go.")

_AXES_RULES = (
    Rule("C1", "all(0 <= a and a < rank(x) for a in axes)"),
    Rule("C2", "axes == sorted(axes) and distinct(axes)"),
)
_AXIS_RULE = Rule("C1", "0 <= axis and axis < rank(x)")


def _reduction(
    name: str, section: str, doc: str, dtypes: tuple[str, ...], accuracy: Accuracy, *rules: Rule
) -> None:
    """Declare a reduction over any number of axes that keeps the dtype."""
    signature = Signature(
        (Arg("x", "T"),),
        ("T[[1 if i in axes else shape(x)[i] for i in range(rank(x)) if keepdims or i not in axes]]",),
        typevars={"T": dtypes},
        rules=_AXES_RULES + rules,
    )
    define(
        Op(
            name,
            section=section,
            doc=doc,
            attrs=(_AXES, _KEEPDIMS),
            signatures=(signature,),
            accuracy=accuracy,
        )
    )


def _search(name: str, section: str, doc: str) -> None:
    """Declare a search for the position of an element along one axis."""
    signature = Signature(
        (Arg("x", "T"),),
        ("i64[[1 if i == axis else shape(x)[i] for i in range(rank(x)) if keepdims or i != axis]]",),
        typevars={"T": REAL},
        rules=(_AXIS_RULE, Rule("C2", "shape(x)[axis] >= 1")),
    )
    define(
        Op(
            name,
            section=section,
            doc=doc,
            attrs=(_AXIS, _KEEPDIMS),
            signatures=(signature,),
            accuracy=Exact(),
        )
    )


_ANY_ORDER = (
    " The order of the additions is not stated; where the magnitudes of some of the terms add up to more "
    "than the largest finite value, the result is unpredictable."
)

_FACTORS = (
    " A zero with an infinity, or a NaN, gives NaN; a product of complex numbers that are not all finite is "
    "unpredictable. The order of the multiplications is not stated; where some of the factors by themselves "
    "overflow or underflow, the result is unpredictable."
)

_reduction(
    "sum",
    "8.3.1",
    "The sum of the elements over `axes`, in the dtype of `x`; 0 of no elements. Integers wrap. Infinities "
    "of both signs, or a NaN, give NaN; of complex numbers each part is summed by itself." + _ANY_ORDER,
    NUMERIC,
    Dot(),
)
_reduction(
    "prod",
    "8.3.2",
    "The product of the elements over `axes`, in the dtype of `x`; 1 of no elements. Integers wrap."
    + _FACTORS,
    NUMERIC,
    Dot(),
)

_NOT_EMPTY = Rule("C3", "all(shape(x)[a] >= 1 for a in axes)")
_EXTREME = " A NaN gives NaN; of zeros of both signs, the result is either. There must be at least one."

_reduction("max", "8.3.3", "The greatest of the elements over `axes`." + _EXTREME, REAL, Ulp(0), _NOT_EMPTY)
_reduction("min", "8.3.4", "The smallest of the elements over `axes`." + _EXTREME, REAL, Ulp(0), _NOT_EMPTY)
_reduction("all", "8.3.5", "Whether every element over `axes` is true; true of no elements.", BOOL, Exact())
_reduction("any", "8.3.6", "Whether some element over `axes` is true; false of no elements.", BOOL, Exact())

_search(
    "argmax",
    "8.3.7",
    "The position along `axis` of the greatest element: the first of equal ones, where -0 equals 0. A NaN "
    "counts as greater than every number, so the first NaN wins. There must be at least one element.",
)
_search(
    "argmin",
    "8.3.8",
    "The position along `axis` of the smallest element: the first of equal ones, where -0 equals 0. A NaN "
    "counts as smaller than every number here, so the first NaN wins. There must be at least one element.",
)


def _scan(name: str, section: str, doc: str, initial: int) -> None:
    """Declare a scan along one axis that keeps the dtype."""
    signature = Signature(
        (Arg("x", "T"),),
        ("T[[shape(x)[i] + (1 if include_initial and i == axis else 0) for i in range(rank(x))]]",),
        typevars={"T": NUMERIC},
        rules=(_AXIS_RULE,),
    )
    text = f"Whether the result begins with {initial}."
    define(
        Op(
            name,
            section=section,
            doc=doc,
            attrs=(_AXIS, AttrDecl("include_initial", "bool", text, default=False)),
            signatures=(signature,),
            accuracy=Dot(),
        )
    )


_scan(
    "cumulative_sum",
    "8.3.9",
    "At each position along `axis`, the sum of the elements up to it, itself included, in the dtype of `x`. "
    "With `include_initial` a 0 is put in front, and the size of the axis is one more. Integers wrap. The "
    "accuracy of an element is that of the sum of as many elements." + _ANY_ORDER,
    0,
)
_scan(
    "cumulative_prod",
    "8.3.10",
    "At each position along `axis`, the product of the elements up to it, itself included, in the dtype of "
    "`x`. With `include_initial` a 1 is put in front, and the size of the axis is one more. Integers wrap. "
    "The accuracy of an element is that of the product of as many elements." + _FACTORS,
    1,
)
