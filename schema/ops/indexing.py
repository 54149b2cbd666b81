"""Indexing: reading and writing elements at computed places. SPEC 8.6.

A negative index counts from the end of its axis, as `-1` for the last place. Indices are
never clamped; one outside of its axis is an error. All tensors are values: what is "written"
is a new tensor.
"""

from __future__ import annotations

from ..dtypes import ANY, INDEX, NUMERIC, REAL, STORED
from ..registry import Accuracy, Arg, AttrDecl, Dot, Exact, Op, Rule, Signature, Ulp, define
from .shape import SLICE_ATTRS, SLICE_RULES, SLICE_SIZES

OUTSIDE = Rule("E1", "every index is from -n to n - 1, where n is the size of the axis that it indexes")

define(
    Op(
        "take",
        section="8.6.1",
        doc=(
            "The slices of `x` along `axis` at `indices`: the result's shape is that of `x` with the axis "
            "replaced by the shape of `indices`. An index tensor of shape `[]` so removes the axis. A "
            "negative index counts from the end of its axis, here and in all operators of this section."
        ),
        attrs=(AttrDecl("axis", "int", "From 0 to the rank less one."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Rank at least 1."), Arg("indices", "I", "Any shape.")),
                ("T[shape(x)[:axis] + shape(indices) + shape(x)[axis + 1:]]",),
                typevars={"T": STORED, "I": INDEX},
                rules=(Rule("C1", "0 <= axis < rank(x)"),),
            ),
        ),
        accuracy=Exact(),
        errors=(OUTSIDE,),
    )
)

define(
    Op(
        "take_along_axis",
        section="8.6.2",
        doc=(
            "For each place of the result, the element of `x` whose index along `axis` is what `indices` "
            "holds at that place, and whose other indices are the place's own."
        ),
        attrs=(AttrDecl("axis", "int", "From 0 to the rank less one."),),
        signatures=(
            Signature(
                (
                    Arg("x", "T", "Rank at least 1."),
                    Arg("indices", "I", "The shape of `x`, but for any size along `axis`."),
                ),
                ("T[shape(indices)]",),
                typevars={"T": STORED, "I": INDEX},
                rules=(
                    Rule("C1", "0 <= axis < rank(x)"),
                    Rule("C2", "rank(indices) == rank(x)"),
                    Rule("C3", "all(i == axis or shape(indices)[i] == shape(x)[i] for i in range(rank(x)))"),
                ),
            ),
        ),
        accuracy=Exact(),
        errors=(OUTSIDE,),
    )
)

define(
    Op(
        "gather",
        section="8.6.3",
        doc=(
            "The parts of `x` at places that `indices` name: with `k` index tensors, the part at place `p` "
            "is `x[indices[0][p], ..., indices[k-1][p]]`, a tensor of the remaining axes of `x`. Front "
            "ends move the indexed axes to the front and broadcast the index tensors to one shape."
        ),
        signatures=(
            Signature(
                (
                    Arg("x", "T", "Rank at least the number of index tensors."),
                    Arg("indices", "I", "One tensor for each leading axis; all of one shape.", variadic=True),
                ),
                ("T[shape(indices[0]) + shape(x)[len(indices):]]",),
                typevars={"T": STORED, "I": INDEX},
                rules=(
                    Rule("C1", "len(indices) <= rank(x)"),
                    Rule("C2", "all(shape(i) == shape(indices[0]) for i in indices)"),
                ),
            ),
        ),
        accuracy=Exact(),
        errors=(OUTSIDE,),
    )
)

define(
    Op(
        "update_slice",
        section="8.6.4",
        doc=(
            "The tensor `x` with the elements that `slice` would read at the same bounds replaced by those "
            "of `update`. `update` is not broadcast."
        ),
        attrs=SLICE_ATTRS,
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."), Arg("update", "T", "The shape of the slice.")),
                ("T[shape(x)]",),
                typevars={"T": STORED},
                rules=(*SLICE_RULES, Rule("C4", f"shape(update) == {SLICE_SIZES}")),
            ),
        ),
        accuracy=Exact(),
    )
)


def _scatter(name: str, section: str, doc: str, dtypes: tuple[str, ...], accuracy: Accuracy) -> None:
    define(
        Op(
            name,
            section=section,
            doc=doc,
            signatures=(
                Signature(
                    (
                        Arg("x", "T", "Rank at least the number of index tensors."),
                        Arg("updates", "T", "The shape that `gather` would give at the same indices."),
                        Arg(
                            "indices",
                            "I",
                            "One tensor for each leading axis; all of one shape.",
                            variadic=True,
                        ),
                    ),
                    ("T[shape(x)]",),
                    typevars={"T": dtypes, "I": INDEX},
                    rules=(
                        Rule("C1", "len(indices) <= rank(x)"),
                        Rule("C2", "all(shape(i) == shape(indices[0]) for i in indices)"),
                        Rule("C3", "shape(updates) == shape(indices[0]) + shape(x)[len(indices):]"),
                    ),
                ),
            ),
            accuracy=accuracy,
            errors=(OUTSIDE,),
        )
    )


_scatter(
    "scatter",
    "8.6.5",
    "The tensor `x` with the parts that `gather` would read at `indices` replaced by those of `updates`. "
    "Where a place occurs several times, the last of its updates in row-major order of the index tensors "
    "stays.",
    STORED,
    Exact(),
)
_scatter(
    "scatter_add",
    "8.6.6",
    "The tensor `x` with `updates` added to the parts that `gather` would read at `indices`. Where a place "
    "occurs several times, all its updates are added, in any order. Integers wrap modulo 2 to the power of "
    "their width.",
    NUMERIC,
    Dot(),
)
_scatter(
    "scatter_max",
    "8.6.7",
    "The tensor `x` with each part that `gather` would read at `indices` replaced by the maximum of it and "
    "of all updates for its place, element by element. A NaN on either side gives NaN; 0 counts as greater "
    "than -0, or as equal to it.",
    REAL,
    Ulp(0),
)
_scatter(
    "scatter_min",
    "8.6.8",
    "The tensor `x` with each part that `gather` would read at `indices` replaced by the minimum of it and "
    "of all updates for its place, element by element. A NaN on either side gives NaN; -0 counts as less "
    "than 0, or as equal to it.",
    REAL,
    Ulp(0),
)

define(
    Op(
        "nonzero",
        section="8.6.9",
        doc=(
            "The places of the elements of `x` that are not zero, in row-major order: one tensor of "
            "indices for each axis. Their common size, known at run time alone, is bound to the symbol "
            "`size`. A NaN is not zero; -0 is; of bool, false is."
        ),
        attrs=(AttrDecl("size", "symbol", "A fresh symbol: how many elements are not zero."),),
        signatures=(
            Signature(
                (Arg("x", "T", "Rank at least 1."),),
                "[i64[symbol(size)] for a in range(rank(x))]",
                typevars={"T": ANY},
                rules=(Rule("C1", "1 <= rank(x)"),),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "repeat",
        section="8.6.10",
        doc=(
            "The slices of `x` along `axis`, each as many times, one after another, as the element of "
            "`counts` at its place says. The sum of the counts, known at run time alone, is bound to the "
            "symbol `size`."
        ),
        attrs=(
            AttrDecl("axis", "int", "From 0 to the rank less one."),
            AttrDecl("size", "symbol", "A fresh symbol: the sum of the counts."),
        ),
        signatures=(
            Signature(
                (Arg("x", "T", "Rank at least 1."), Arg("counts", "I", "Rank 1: a count for each slice.")),
                ("T[shape(x)[:axis] + [symbol(size)] + shape(x)[axis + 1:]]",),
                typevars={"T": STORED, "I": INDEX},
                rules=(
                    Rule("C1", "0 <= axis < rank(x)"),
                    Rule("C2", "rank(counts) == 1"),
                    Rule("C3", "shape(counts)[0] == shape(x)[axis]"),
                ),
            ),
        ),
        accuracy=Exact(),
        errors=(Rule("E1", "every count is at least 0"),),
    )
)
