"""Shape: rearranging, joining and cutting tensors. SPEC 8.5.

None of these operators looks at the elements that it moves, so all of them take every
dtype, the storage types included.
"""

from __future__ import annotations

from ..dtypes import STORED
from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, define

#: The size of the slice ``b:e:s``, for bounds that fit (rule C3 of ``slice``).
SLICE_SIZES = (
    "[(e - b + s - 1) // s if s > 0 else (e - b + s + 1) // s for b, e, s in zip(starts, stops, steps)]"
)

SLICE_ATTRS = (
    AttrDecl("starts", "dims", "For each axis, the index of the first element."),
    AttrDecl("stops", "dims", "For each axis, the index at which to stop, itself left out."),
    AttrDecl("steps", "ints", "For each axis, the distance from one element to the next; not 0."),
)

SLICE_RULES = (
    Rule("C1", "len(starts) == rank(x) and len(stops) == rank(x) and len(steps) == rank(x)"),
    Rule("C2", "all(s != 0 for s in steps)"),
    Rule(
        "C3",
        "all(0 <= b <= e <= n if s > 0 else -1 <= e <= b <= n - 1"
        " for b, e, s, n in zip(starts, stops, steps, shape(x)))",
    ),
)

define(
    Op(
        "reshape",
        section="8.5.1",
        doc=(
            "The elements of `x` in row-major order, in a tensor of shape `shape`. A size of -1 has no "
            "special meaning: sizes are written out, as expressions of symbols where they vary."
        ),
        attrs=(AttrDecl("shape", "dims", "The shape of the result."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("T[shape]",),
                typevars={"T": STORED},
                rules=(
                    Rule("C1", "all(0 <= d for d in shape)"),
                    Rule("C2", "product(shape(x)) == product(shape)"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "permute_dims",
        section="8.5.2",
        doc="The tensor `x` with its axes in another order: axis `i` of the result is axis `axes[i]` of `x`.",
        attrs=(AttrDecl("axes", "ints", "Every axis of `x`, once."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("T[[shape(x)[a] for a in axes]]",),
                typevars={"T": STORED},
                rules=(Rule("C1", "sorted(axes) == range(rank(x))"),),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "broadcast_to",
        section="8.5.3",
        doc=(
            "The tensor `x`, repeated along its axes of size 1 and along new leading axes until its shape is "
            "`shape`. Only an axis whose size is the integer 1 is repeated (4.2.6); any other axis has the "
            "size that `shape` gives it already."
        ),
        attrs=(AttrDecl("shape", "dims", "The shape of the result."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("T[shape]",),
                typevars={"T": STORED},
                rules=(
                    Rule("C1", "all(0 <= d for d in shape)"),
                    Rule("C2", "rank(x) <= len(shape)"),
                    Rule("C3", "broadcastable(shape(x), shape) and broadcast(shape(x), shape) == shape"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "concat",
        section="8.5.4",
        doc=(
            "The tensors `xs`, one after another along `axis`. Their other axes have equal sizes. "
            "A tensor of size 0 along `axis` adds nothing."
        ),
        attrs=(AttrDecl("axis", "int", "From 0 to the rank less one."),),
        signatures=(
            Signature(
                (Arg("xs", "T", "Tensors of one rank, which is at least 1.", variadic=True),),
                (
                    "T[[sum([shape(x)[axis] for x in xs]) if i == axis else shape(xs[0])[i]"
                    " for i in range(rank(xs[0]))]]",
                ),
                typevars={"T": STORED},
                rules=(
                    Rule("C1", "all(rank(x) == rank(xs[0]) for x in xs)"),
                    Rule("C2", "0 <= axis < rank(xs[0])"),
                    Rule(
                        "C3",
                        "all(all(i == axis or shape(x)[i] == shape(xs[0])[i] for i in range(rank(x))) for "
                        "x in xs)",
                    ),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "pad",
        section="8.5.5",
        doc=(
            "The tensor `x` with `low[i]` elements added before it and `high[i]` after it along each axis "
            '`i`. With `mode` "constant" they are `value`. With "edge" they repeat the nearest element of '
            '`x`. With "reflect" they mirror `x` about its first and last element, which are not repeated: '
            "padding `[1, 2, 3]` by 2 and 1 gives `[3, 2, 1, 2, 3, 2]`. For the last two modes, the axes "
            "are padded one after another, so that corners are edges of edges."
        ),
        attrs=(
            AttrDecl("low", "dims", "For each axis, how many elements are added before."),
            AttrDecl("high", "dims", "For each axis, how many elements are added after."),
            AttrDecl("mode", "str", 'One of "constant", "edge" and "reflect".', default="constant"),
        ),
        signatures=(
            Signature(
                (
                    Arg("x", "T", "Any shape."),
                    Arg(
                        "value", "T", 'Shape `[]`; given if and only if `mode` is "constant".', optional=True
                    ),
                ),
                ("T[[n + l + h for n, l, h in zip(shape(x), low, high)]]",),
                typevars={"T": STORED},
                rules=(
                    Rule("C1", 'mode in ["constant", "edge", "reflect"]'),
                    Rule("C2", '(value is not None) == (mode == "constant")'),
                    Rule("C3", "value is None or rank(value) == 0"),
                    Rule("C4", "len(low) == rank(x) and len(high) == rank(x)"),
                    Rule("C5", "all(0 <= l and 0 <= h for l, h in zip(low, high))"),
                    Rule(
                        "C6",
                        'mode != "edge" or'
                        " all(1 <= n or l == 0 and h == 0 for n, l, h in zip(shape(x), low, high))",
                    ),
                    Rule(
                        "C7",
                        'mode != "reflect" or all((l == 0 or l < n) and (h == 0 or h < n) for n, l, h in '
                        "zip(shape(x), low, high))",
                    ),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "slice",
        section="8.5.6",
        doc=(
            "The elements of `x` whose index along each axis `i` is `starts[i]`, `starts[i] + steps[i]`, "
            "and so on, before `stops[i]`. With a negative step the indices fall, and `stops[i]` may be "
            "-1, which is the place before the first element. Bounds are not counted from the end and not "
            "clamped: front ends do that, and a bound outside of `x` is an error."
        ),
        attrs=SLICE_ATTRS,
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                (f"T[{SLICE_SIZES}]",),
                typevars={"T": STORED},
                rules=SLICE_RULES,
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "flip",
        section="8.5.7",
        doc="The tensor `x` with the order of its elements reversed along each of `axes`.",
        attrs=(AttrDecl("axes", "ints", "Axes of `x`, each at most once."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("T[shape(x)]",),
                typevars={"T": STORED},
                rules=(
                    Rule("C1", "all(0 <= a < rank(x) for a in axes)"),
                    Rule("C2", "distinct(axes)"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)
