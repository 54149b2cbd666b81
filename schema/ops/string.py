"""Strings: sequences of Unicode code points. SPEC 8.12.

Nothing here depends on a language, a locale or a version of Unicode: comparison is by
code point, and there is no change of case.
"""

from __future__ import annotations

from ..registry import Arg, Exact, Op, Rule, Signature, define

_count = 0


def _string(name: str, operands: str, result: str, doc: str, errors: tuple[Rule, ...] = ()) -> None:
    """Declare an operator on strings; `operands` are ``name: type`` pairs."""
    global _count
    _count += 1
    pairs = [pair.split(": ") for pair in operands.split(", ")]
    define(
        Op(
            name,
            section=f"8.12.{_count}",
            doc=doc,
            signatures=(Signature(tuple(Arg(pair[0], pair[1]) for pair in pairs), (result,)),),
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
    "str.join",
    "items: list[str], separator: str",
    "str",
    "The strings of `items`, one after another, with `separator` between them; of no items, the empty "
    "string.",
)
_string("int.to_str", "x: int", "str", "`x` in decimal digits, with `-` in front if it is negative.")
_string(
    "float.to_str",
    "x: float",
    "str",
    "The decimal number with the fewest significant digits that rounds to `x`, the nearest to `x` if there "
    "are several. With `e` the exponent of its first digit: for -4 <= e < 16 it is written without an "
    "exponent, with at least one digit on each side of the point (`0.001`, `100.0`); else with the point "
    "after the first digit, left out if no digit follows, `e`, the sign `+` or `-`, and at least two "
    "digits of the exponent (`1e-05`, `1.5e+16`). `nan` for every NaN, `inf`, `-inf`; -0 is `-0.0`.",
)
_string("bool.to_str", "x: bool", "str", "`True` or `False`.")
