"""Strings: sequences of Unicode code points; texts of numbers. SPEC 8.12.

Nothing here depends on a language, a locale or a version of Unicode: comparison is by
code point, and case is changed of ASCII letters alone.
"""

from __future__ import annotations

from ..dtypes import ANY
from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, define

_count = 0


def _string(
    name: str,
    operands: str,
    result: str,
    doc: str,
    errors: tuple[Rule, ...] = (),
    *,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[str, ...] = (),
    typevars: dict[str, tuple[str, ...] | str] | None = None,
) -> None:
    """Declare an operator; `operands` are ``name: type`` pairs, `rules` the texts of C1, C2, ..."""
    global _count
    _count += 1
    pairs = [pair.split(": ") for pair in operands.split(", ")]
    args = tuple(Arg(name.rstrip("?"), pattern, optional="?" in name) for name, pattern in pairs)
    labelled = tuple(Rule(f"C{number}", text) for number, text in enumerate(rules, 1))
    define(
        Op(
            name,
            section=f"8.12.{_count}",
            doc=doc,
            attrs=attrs,
            signatures=(Signature(args, (result,), rules=labelled, typevars=typevars),),
            accuracy=Exact(),
            errors=errors,
        )
    )


_string("str.concat", "x: str, y: str", "str", "The code points of `x`, then those of `y`.")
_string("str.equal", "x: str, y: str", "bool", "Whether `x` and `y` are the same code points.")
_string(
    "str.less",
    "x: str, y: str",
    "bool",
    "Whether `x` comes before `y`: at the first place where they differ, its code point is the smaller "
    "one, or it ends there.",
)
_string("str.len", "x: str", "int", "How many code points `x` has.")
_string(
    "str.get",
    "x: str, index: int",
    "str",
    "The code point of `x` at `index`, counted from 0, as a string of one.",
    (Rule("E1", "the index is at least 0 and less than the length"),),
)
_string(
    "str.slice",
    "x: str, start: int, stop: int",
    "str",
    "The code points of `x` from `start` to `stop`, which is left out.",
    (Rule("E1", "0 <= start <= stop <= the length"),),
)
_string(
    "str.contains", "x: str, part: str", "bool", "Whether `part` occurs in `x`. The empty string always does."
)
_string(
    "str.find",
    "x: str, part: str",
    "int",
    "The least index at which `part` occurs in `x`, or -1. The empty string occurs at 0.",
)
_string(
    "str.rfind",
    "x: str, part: str",
    "int",
    "The greatest index at which `part` occurs in `x`, or -1. The empty string occurs at the length of `x`.",
)
_string(
    "str.join",
    "items: list[str], separator: str",
    "str",
    "The strings of `items`, one after another, with `separator` between them; of no items, the empty "
    "string.",
)
_string(
    "str.split",
    "x: str, separator: str, limit: int",
    "list[str]",
    "The parts of `x` between occurrences of `separator`, which are found from the left and do not overlap; "
    "one part more than there are occurrences, and parts may be empty. If `limit` is at least 0, only the "
    "first `limit` occurrences count.",
    (Rule("E1", "the separator is not empty"),),
)
_string(
    "str.words",
    "x: str, limit: int",
    "list[str]",
    "The longest parts of `x` without whitespace (9.5), none of them empty. If `limit` is at least 0, and "
    "there are more than `limit` of them, the one after the first `limit` goes on to the end of `x`, "
    "whitespace included.",
)
_string(
    "str.replace",
    "x: str, old: str, new: str, limit: int",
    "str",
    "The string `x` with `new` in place of each occurrence of `old`; they are found from the left and do not "
    "overlap. The empty string occurs before each code point and at the end. If `limit` is at least 0, only "
    "the first `limit` occurrences count.",
)
_string(
    "str.strip",
    "x: str, chars?: str",
    "str",
    "The string `x` without the code points at its beginning and its end that occur in `chars`, or, where "
    'that is left out, are whitespace (9.5). With `sides="left"` at its beginning alone, with "right" at '
    "its end alone.",
    attrs=(AttrDecl("sides", "str", 'One of "left", "right" and "both".', default="both"),),
    rules=('sides in ["left", "right", "both"]',),
)
_string(
    "str.repeat",
    "x: str, count: int",
    "str",
    "The code points of `x`, `count` times; none if that is less than 1.",
    (Rule("E1", "the result has at most 2**24 code points"),),
)
_ASCII = Rule("E1", "every code point is less than 128")
_string(
    "str.lower",
    "x: str",
    "str",
    "The string `x` with `a` to `z` in place of `A` to `Z`. What it would be of other letters depends on the "
    "version of Unicode, so that a string with code points from 128 is an error.",
    (_ASCII,),
)
_string(
    "str.upper",
    "x: str",
    "str",
    "The string `x` with `A` to `Z` in place of `a` to `z`. A string with code points from 128 is an error.",
    (_ASCII,),
)
_string(
    "str.to_int",
    "x: str",
    "int",
    "The number that `x` is the decimal numeral of: without whitespace (9.5) around it, `+`, `-` or nothing, "
    "then digits `0` to `9`, between which single `_` may stand.",
    (
        Rule("E1", "the string is a decimal numeral"),
        Rule("E2", "the number is in the range of int, from -2**63 to 2**63 - 1"),
    ),
)
_string(
    "str.to_float",
    "x: str",
    "float",
    "The number that `x` is the decimal numeral of, rounded to the nearest float, ties to even: without "
    "whitespace (9.5) around it, `+`, `-` or nothing, then `inf`, `infinity` or `nan`, or digits with a "
    "point before, between or behind them, or without one; and behind the digits an exponent of ten or "
    "nothing: `e`, then `+`, `-` or nothing, then digits. Digits are `0` to `9`; between two digits a single "
    "`_` may stand; letters may be of either case. -0 is kept.",
    (Rule("E1", "the string is a decimal numeral"),),
)
_string("int.to_str", "x: int", "str", "`x` in decimal digits, with `-` in front if it is negative.")
_string(
    "float.to_str",
    "x: float",
    "str",
    "The decimal number with the fewest significant digits that rounds to `x`, the nearest to `x` if there "
    "are several, of two that are equally near the one whose last digit is even. With `e` the exponent of "
    "its first digit: for -4 <= e < 16 it is written without an exponent, with at least one digit on each "
    "side of the point (`0.001`, `100.0`); else with the point after the first digit, left out if no digit "
    "follows, `e`, the sign `+` or `-`, and at least two digits of the exponent (`1e-05`, `1.5e+16`). `nan` "
    "for every NaN, `inf`, `-inf`; -0 is `-0.0`.",
)
_string("bool.to_str", "x: bool", "str", "`True` or `False`.")
_string(
    "to_str",
    "x: T",
    "str",
    "The element of the tensor `x` as text. An integer is written as by `int.to_str`, a bool as by "
    "`bool.to_str`. A floating number is written as by `float.to_str`, but with the fewest digits that "
    "round to it in its own dtype, and without an exponent if it is 0 or its magnitude is at least 1e-4 and "
    "less than 1e3 in `f16`, 1e6 in `f32`, 1e16 in `f64`: 0.1 in `f32` is `0.1`. Of a complex number each "
    "part is written so, but without `.0` at the end, and the imaginary part with `j` behind it; if the real "
    "part is +0, this is all; else both stand in round brackets, the imaginary part with a sign, which is "
    "`+` for a NaN: `(-0+1.5j)`.",
    rules=("rank(x) == 0",),
    typevars={"T": ANY},
)


# --- formats ----------------------------------------------------------------------

_WIDTH = AttrDecl("width", "int", "At least so many code points.", default=0)
_FILL = AttrDecl("fill", "str", "What is put in for the width.", default=" ")
_PRECISION = AttrDecl("precision", "int?", "How many digits or code points.", default=None)
_FILL_RULE = "len(fill) == 1"
_WIDTH_RULE = "0 <= width <= 10000"
_PRECISION_RULE = "precision is None or 0 <= precision <= 10000"
_ALIGN_RULE = 'align in ["<", ">", "^", "="]'
_SIGN_RULE = 'sign in ["-", "+", " "]'


def _number(*middle: AttrDecl) -> tuple[AttrDecl, ...]:
    """The attributes of a number's format; `middle` go before `width`."""
    return (
        *middle[:1],
        *(_FILL, AttrDecl("align", "str", "Where the text stands in the width.", default=">")),
        AttrDecl("sign", "str", "What stands before a number that is not negative.", default="-"),
        AttrDecl("alternate", "bool", "Whether the form is the alternate one.", default=False),
        *middle[1:],
        _WIDTH,
        AttrDecl("grouping", "str", "What stands between groups of digits.", default=""),
    )


_string(
    "int.format",
    "x: int",
    "str",
    "The number `x` written as 9.7 says, in decimal digits (`d`), binary (`b`), octal (`o`) or hexadecimal "
    "ones with small (`x`) or capital letters (`X`).",
    attrs=_number(AttrDecl("type", "str", "The form.", default="d")),
    rules=(
        'type in ["d", "b", "o", "x", "X"]',
        *(_FILL_RULE, _ALIGN_RULE, _SIGN_RULE, _WIDTH_RULE),
        'grouping in ["", "_"] or grouping == "," and type == "d"',
    ),
)
_string(
    "float.format",
    "x: float",
    "str",
    "The number `x` written as 9.7 says: with an exponent (`e`, `E`), without one (`f`, `F`), whichever "
    "suits (`g`, `G`), in percent (`%`), or as `float.to_str` does (the empty string).",
    attrs=(
        *_number(
            AttrDecl("type", "str", "The form.", default=""),
            AttrDecl(
                "positive_zero", "bool", "Whether a negative number of zeros loses its sign.", default=False
            ),
        ),
        _PRECISION,
    ),
    rules=(
        'type in ["", "e", "E", "f", "F", "g", "G", "%"]',
        *(_FILL_RULE, _ALIGN_RULE, _SIGN_RULE, _WIDTH_RULE),
        'grouping in ["", ",", "_"]',
        _PRECISION_RULE,
    ),
)
_string(
    "str.format",
    "x: str",
    "str",
    "The first `precision` code points of `x`, or all, and then `fill` up to `width` code points: behind "
    'them (`align="<"`), before them (">"), or half before and half behind ("^"), and if the number is odd, '
    "one more behind.",
    attrs=(
        _FILL,
        AttrDecl("align", "str", "Where the text stands in the width.", default="<"),
        _WIDTH,
        _PRECISION,
    ),
    rules=(_FILL_RULE, 'align in ["<", ">", "^"]', _WIDTH_RULE, _PRECISION_RULE),
)
