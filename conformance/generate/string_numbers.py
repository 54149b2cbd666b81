"""Cases of the texts of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

from ...schema.dtypes import COMPLEX, FLOATING, INTEGER
from ..model import Case, Reject, tensor
from .registry import by_oracle, cases
from .scalar import HIGH, LOW
from .wrong import wrong, wrong_attrs

#: Numbers whose shortest form is hard to find, or where the form changes.
FLOATS = (
    *(0.0, -0.0, 1.0, -1.0, 0.1, 0.2 + 0.1, 1 / 3, 100.0, 123456.789, 1e15, 1e16, 9999999999999998.0),
    *(1e17, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.0001, 0.00001),
    *(0.00012345, 9.5e-05, 2.0**-1074 * 3, 9007199254740993.0, 2.0**70, 4.35, 0.3, 2.675, 1.5e300, 1e-7),
    *(math.inf, -math.inf, math.nan, -1.5e-10, 8.41e21, 2.0**-44, 5e-05, 4.5035996273704955e15),
    *(188044180421461.875, 188044180421461.625, -188044180421461.125),
)


@cases("int.to_str")
def int_to_str() -> Iterator[Case]:
    ends = [sign * 10**power + more for power in (1, 3, 9, 18) for sign in (1, -1) for more in (-1, 0)]
    for number, x in enumerate((0, 7, -7, 10, -10, 1234567890, LOW, HIGH, *ends, LOW + 1, 2**53 + 1)):
        yield by_oracle("int.to_str", f"{number}", x)
    yield from wrong("int.to_str")


@cases("float.to_str")
def float_to_str() -> Iterator[Case]:
    for number, x in enumerate(FLOATS):
        yield by_oracle("float.to_str", f"{number}", x)
    yield from wrong("float.to_str")


@cases("bool.to_str")
def bool_to_str() -> Iterator[Case]:
    for x in (False, True):
        yield by_oracle("bool.to_str", f"{x}", x)
    yield from wrong("bool.to_str")


_SMALL = (*(0.1, -0.5, 348.75, 31.375, 9.9e-5, 1e-4, 1.0, 999.5, 1000.0, 65504.0, 6e-8), -math.inf, math.nan)
_WIDE = (16777216.0, 0.3, 2807423.75, 999999.9, 1e6, 1e9, 3.4e38, 1.2e-38, 1e-45, 9.999999e-5)
_PARTS = (0.0, -0.0, 1.5, -2.0, 1e6, 1e-5, math.inf, math.nan)


@cases("to_str")
def to_str() -> Iterator[Case]:
    for dtype in FLOATING:
        values = FLOATS if dtype == "f64" else (0.0, -0.0, *_SMALL, *(_WIDE if dtype == "f32" else ()))
        for number, x in enumerate(values):
            yield by_oracle("to_str", f"{dtype}-{number}", tensor(dtype, x))
    for dtype in COMPLEX:
        for number, (real, imag) in enumerate(product(_PARTS, (*_PARTS, -0.1))):
            yield by_oracle("to_str", f"{dtype}-{number}", tensor(dtype, complex(real, imag)))
    for dtype in INTEGER:
        for x in (0, 100) if dtype[0] == "u" else (0, -128, 127):
            yield by_oracle("to_str", f"{dtype}-{x}", tensor(dtype, x))
    yield by_oracle("to_str", "i64-least", tensor("i64", LOW))
    yield by_oracle("to_str", "u64-most", tensor("u64", 2**64 - 1))
    for truth in (False, True):
        yield by_oracle("to_str", f"bool-{truth}", tensor("bool", truth))
    for shape in ("1", "2,3", "B"):
        yield Reject(f"shape-{shape}", "C1", (f"f32[{shape}]",), twin=("f32[]",))
    yield Reject("storage", "T", ("bf16[]",), twin=("f32[]",))
    yield Reject("unknown", "ir.known", ("?[...]",), twin=("f32[]",))
    yield Reject("float", "ir.operand", ("float",), twin=("f64[]",))


# --- formats ----------------------------------------------------------------------

_FILLED: tuple[dict[str, Any], ...] = (
    *({"width": 12, "align": align} for align in "<>^="),
    *({"width": 13, "align": align, "fill": "0", "grouping": "_"} for align in "<>^="),
    {"width": 9, "align": "=", "fill": "\U0001d11e", "sign": "+"},
    {"width": 2, "sign": " "},
)


def _number_rules(op: str) -> Iterator[Case]:
    """What breaks the rules that both formats have."""
    yield from wrong_attrs(op, "C2", "fill", "*", "", "ab", "e\u0301")
    yield from wrong_attrs(op, "C3", "align", "<", "", "left", "<>")
    yield from wrong_attrs(op, "C4", "sign", "+", "", "+-", "always")
    yield from wrong_attrs(op, "C5", "width", 10000, -1, 10001, LOW)
    yield from wrong(op)


@cases("int.format")
def int_format() -> Iterator[Case]:
    op = "int.format"
    for number, (x, type) in enumerate(product((0, 7, -10, 1234567, LOW, HIGH), "dboxX")):
        yield by_oracle(op, f"{number}", x, type=type)
        yield by_oracle(op, f"alternate-{number}", x, type=type, alternate=True, sign="+", grouping="_")
    for number, (x, attrs) in enumerate(product((0, 5, -1234567), _FILLED)):
        yield by_oracle(op, f"filled-{number}", x, **attrs)
        yield by_oracle(op, f"filled-hex-{number}", x, type="x", alternate=True, **attrs)
    for width in range(4, 12):
        yield by_oracle(op, f"zeros-{width}", -1234, fill="0", align="=", width=width, grouping=",")
        yield by_oracle(op, f"zeros-b-{width}", 21, type="b", fill="0", align="=", width=width, grouping="_")
    yield by_oracle(op, "wide", -1, width=10000, fill="0", align="=")
    yield from wrong_attrs(op, "C1", "type", "x", "", "c", "n", "D", "f", "dd")
    yield from _number_rules(op)
    yield from wrong_attrs(op, "C6", "grouping", "_", ",", " ", ".", "__", type="x")


#: Where rounding decides, ties among them; where the form of `g` changes; what is not finite.
_ROUNDED = (
    *(0.0, -0.5, 2.5, 2.675, 1e22, 123456789.125, 999999.5, -0.0004, 1e-5, 0.0001, 1e16),
    *(4503599627370497.5, -math.inf, math.nan),
)


@cases("float.format")
def float_format() -> Iterator[Case]:
    op = "float.format"
    for number, (x, type) in enumerate(product(_ROUNDED, ("", "e", "f", "g", "%"))):
        precision = (None, 0, 3)[(number + number // 5) % 3]
        yield by_oracle(op, f"{number}", x, type=type, precision=precision)
    for type in "EFGe":
        yield by_oracle(op, f"alternate-{type}", 1e-7, type=type, precision=0, alternate=True)
        yield by_oracle(op, f"six-{type}", math.nan if type == "E" else 100.0, type=type, alternate=True)
    for number, (x, precision) in enumerate(product((1.0, 100.0, 1e16), (None, 1, 3))):
        yield by_oracle(op, f"few-{number}", x, precision=precision)
        yield by_oracle(op, f"few-alternate-{number}", x, precision=precision, alternate=True)
    for attrs in _FILLED:
        x = (1234567.891, -12.5)[attrs["width"] % 2]
        name = "-".join(f"{value}" for value in attrs.values() if value != "\U0001d11e")
        yield by_oracle(op, f"filled-{name}", x, type="f", precision=2, **attrs)
        yield by_oracle(op, f"infinite-{name}", -math.inf, **attrs)
    for width in range(7, 12):
        zeros: dict[str, Any] = {"fill": "0", "align": "=", "grouping": ",", "width": width}
        yield by_oracle(op, f"zeros-{width}", 1234.5, type="f", precision=1, **zeros)
    for number, (x, type) in enumerate(product((-0.0, -0.005, -0.006), ("f", "e", ""))):
        yield by_oracle(op, f"zero-{number}", x, type=type, precision=2, positive_zero=True)
    yield by_oracle(op, "percent-above", 1e307, type="%")
    yield by_oracle(op, "every-digit", 5e-324, type="f", precision=1074)
    yield by_oracle(op, "all-digits", 5e-324, type="e", precision=760)
    yield by_oracle(op, "more", 0.1, type="g", precision=800, alternate=True)
    yield from wrong_attrs(op, "C1", "type", "g", "d", "n", "s", "ee", "x")
    yield from _number_rules(op)
    yield from wrong_attrs(op, "C6", "grouping", ",", ".", "__", " ")
    yield from wrong_attrs(op, "C7", "precision", None, -1, 10001, HIGH)


@cases("str.format")
def str_format() -> Iterator[Case]:
    op = "str.format"
    texts = ("", "a", "hello", "\U0001d11e\xe9")
    for number, (x, align, width) in enumerate(product(texts, "<>^", (0, 1, 4, 7))):
        yield by_oracle(op, f"{number}", x, align=align, width=width, fill="*" if number % 2 else " ")
    for number, (x, precision) in enumerate(product(texts, (0, 1, 3, 10000))):
        yield by_oracle(op, f"cut-{number}", x, precision=precision)
        yield by_oracle(op, f"both-{number}", x, precision=precision, width=6, align="^", fill="\u3000")
    yield from wrong_attrs(op, "C1", "fill", "*", "", "ab")
    yield from wrong_attrs(op, "C2", "align", "^", "=", "", "center")
    yield from wrong_attrs(op, "C3", "width", 10000, -1, 10001)
    yield from wrong_attrs(op, "C4", "precision", 10000, -1, 10001)
    yield from wrong(op)
