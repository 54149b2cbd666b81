"""Creation and conversion of tensors. SPEC 8.7. Tensors known beforehand are ``const`` nodes."""

from __future__ import annotations

from ..dtypes import ANY, STORED
from ..registry import Arg, AttrDecl, Exact, Op, Rounded, Rule, Signature, define

_REAL = "[i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64]"
_DTYPE = AttrDecl("dtype", "dtype", "The dtype of the result.")

define(
    Op(
        "full",
        section="8.7.1",
        doc="A tensor of shape `shape` in which every element is `value`.",
        attrs=(AttrDecl("shape", "dims", "The shape of the result."),),
        signatures=(
            Signature(
                (Arg("value", "T", "Shape `[]`."),),
                ("T[shape]",),
                typevars={"T": STORED},
                rules=(Rule("C1", "rank(value) == 0"), Rule("C2", "all(0 <= d for d in shape)")),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "arange",
        section="8.7.2",
        doc=(
            "The integers `start`, `start + step` and so on, before `stop`; a negative `step` counts down. "
            "Each is computed exactly and then converted to `dtype` as `astype` does from i64: integers "
            "wrap modulo 2 to the power of their width, floats are rounded to the nearest."
        ),
        attrs=(
            AttrDecl("start", "dim", "The first element."),
            AttrDecl("stop", "dim", "Where to stop, itself left out."),
            AttrDecl("step", "int", "The distance from one element to the next; not 0.", default=1),
            _DTYPE,
        ),
        signatures=(
            Signature(
                (),
                (
                    "dtype[(stop - start + step - 1) // step if step > 0 else (stop - start + step + 1) // "
                    "step]",
                ),
                rules=(
                    Rule("C1", f"dtype in {_REAL}"),
                    Rule("C2", "step != 0"),
                    Rule("C3", "start <= stop if step > 0 else stop <= start"),
                ),
            ),
        ),
        accuracy=Rounded(),
    )
)

define(
    Op(
        "eye",
        section="8.7.3",
        doc=(
            "A matrix of `rows` by `columns` elements: 1 where the column's index less the row's is "
            "`offset`, 0 elsewhere. Of bool, true and false."
        ),
        attrs=(
            AttrDecl("rows", "dim", "How many rows."),
            AttrDecl("columns", "dim", "How many columns."),
            AttrDecl("offset", "int", "Which diagonal: 0 the main one, 1 the one above it.", default=0),
            _DTYPE,
        ),
        signatures=(
            Signature(
                (),
                ("dtype[rows, columns]",),
                rules=(
                    Rule("C1", f"dtype in {_REAL} or dtype in [bool, c64, c128]"),
                    Rule("C2", "0 <= rows and 0 <= columns"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "astype",
        section="8.7.4",
        doc=(
            "The elements of `x` converted to `dtype`. From bool, true is 1 and false is 0. To bool, what "
            "is not zero is true, NaN included. Integers to integers wrap modulo 2 to the power of the "
            "width. Integers and floats to floats round to the nearest, ties to the even significand, in "
            "one step; what rounds beyond the largest finite value becomes an infinity, in f8e4m3fn, which "
            "has none, NaN; a NaN stays NaN, a -0 stays -0. Floats to integers round towards zero; a NaN, "
            "an infinity, or a value that is then out of range gives an unpredictable integer. Real "
            "numbers to complex ones have an imaginary part of 0. Complex numbers are converted to complex "
            "ones and to bool only."
        ),
        attrs=(_DTYPE,),
        signatures=(
            Signature(
                (Arg("x", "T", "Any shape."),),
                ("dtype[shape(x)]",),
                typevars={"T": STORED},
                rules=(Rule("C1", 'kind(T) != "complex" or kind(dtype) in ["complex", "bool"]'),),
            ),
        ),
        accuracy=Rounded(),
    )
)

define(
    Op(
        "from_scalar",
        section="8.7.5",
        doc=(
            "The tensor of shape `[]` that holds the scalar `value`. An int becomes an integer, which must "
            "be in range, or is rounded to a float to the nearest, ties to even. A float is rounded "
            "likewise, to an infinity if it is too large. The storage types are not made from scalars: "
            "convert by `astype`."
        ),
        attrs=(_DTYPE,),
        signatures=(
            Signature(
                (Arg("value", "bool"),),
                ("dtype[()]",),
                rules=(Rule("C1", "dtype == bool"),),
            ),
            Signature(
                (Arg("value", "int"),),
                ("dtype[()]",),
                rules=(Rule("C2", f"dtype in {_REAL} or dtype in [c64, c128]"),),
            ),
            Signature(
                (Arg("value", "float"),),
                ("dtype[()]",),
                rules=(Rule("C3", "dtype in [f16, f32, f64, c64, c128]"),),
            ),
            Signature(
                (Arg("value", "complex"),),
                ("dtype[()]",),
                rules=(Rule("C4", "dtype in [c64, c128]"),),
            ),
        ),
        accuracy=Rounded(),
        errors=(Rule("E1", "an int that becomes an integer is in the range of dtype"),),
    )
)

define(
    Op(
        "item",
        section="8.7.6",
        doc=(
            "The only element of `x` as a scalar: a bool, an int, a float or a complex, after the kind of "
            "its dtype. The value does not change; a u64 beyond the largest int is an error."
        ),
        signatures=(
            Signature(
                (Arg("x", "T", "Shape `[]`."),),
                (
                    'bool if T == bool else int if kind(T) in ["int", "uint"]'
                    ' else float if kind(T) == "float" else complex',
                ),
                typevars={"T": ANY},
                rules=(Rule("C1", "rank(x) == 0"),),
            ),
        ),
        accuracy=Exact(),
        errors=(Rule("E1", "the element is at most 2**63 - 1"),),
    )
)
