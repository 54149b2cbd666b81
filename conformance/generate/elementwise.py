"""Cases of schema/ops/elementwise.py."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from ...schema.dtypes import COMPLEX
from ...schema.infer import with_defaults
from ...schema.registry import operators
from ..formats import largest, part, smallest_normal
from ..model import Accept, Case, Fails, Reject, c64, empty, f32, i32, tensor, u8
from ..oracle.arrays import Array
from .registry import by_oracle, cases
from .values import (
    Random,
    complex_few,
    dtypes_of,
    extremes,
    fail_broadcast,
    few,
    pairs,
    plane,
    reject_binary,
    reject_unary,
    specials,
    vector,
)

Range = tuple[float, float]


def unary_cases(op: str, ranges: Iterable[Range] = ((-4.0, 4.0),)) -> Iterator[Case]:
    """Special values, seeded values, every rank, and wrong operands of a function of one element."""
    for dtype in dtypes_of(op):
        special = plane(dtype) if dtype in COMPLEX else specials(dtype)
        yield by_oracle(op, f"specials-{dtype}", vector(dtype, special))
        seeded = Random(f"{op} {dtype}")
        values = [seeded.item(dtype, low, high) for low, high in ranges for _ in range(24)]
        yield by_oracle(op, f"values-{dtype}", vector(dtype, values))
    last = dtypes_of(op)[-1]
    yield by_oracle(op, "scalar", tensor(last, 1))
    yield by_oracle(op, "empty", empty(last, 2, 0, 3))
    yield by_oracle(op, "rank-3", Random(op).array(last, (2, 1, 3), *next(iter(ranges))))
    yield from reject_unary(op)


def unary_forms(op: str, low: float, high: float, **attrs: Any) -> Iterator[Case]:
    """Counts beside the widths of vector units, shapes, static types, and wrong operands."""
    dtypes = dtypes_of(op)
    for dtype in dict.fromkeys((dtypes[0], dtypes[-1])):
        for count in (1, 5, 8, 17, 33):
            seeded = Random(f"{op} {dtype} {count}")
            yield by_oracle(op, f"count-{count}-{dtype}", seeded.array(dtype, (count,), low, high), **attrs)
    good = dtypes[-1]
    shapes: dict[str, tuple[int, ...]] = {
        "ones": (1, 1, 1, 1),
        "no-elements": (0,),
        "box": (2, 3, 2),
        "column": (3, 1),
    }
    for name, shape in shapes.items():
        yield by_oracle(op, f"shape-{name}", Random(f"{op} {name}").array(good, shape, low, high), **attrs)
    x = Random(f"{op} sizes").array(good, (2, 3), low, high)
    for name, text in (("symbols", "A,B"), ("same-symbol-twice", "A,A+1"), ("unknown", "?,3")):
        there = by_oracle(op, f"static-{name}", x, **attrs)
        yield dataclasses.replace(there, operands=(f"{good}[{text}]",))
    fine = (f"{good}[3]",)
    given = with_defaults(operators()[op], attrs)
    yield Reject("no-operand", "ir.arity", (), given, twin=fine)
    yield Reject("operands", "ir.arity", (*fine, *fine), given, twin=fine)
    yield Reject("no-tensor", "ir.operand", ("float",), given, twin=fine)


def binary_shapes(op: str, low: float = -4.0, high: float = 4.0) -> Iterator[Case]:
    """How two operands broadcast."""
    dtype = dtypes_of(op)[-1]
    seeded = Random(f"{op} shapes")
    for name, left, right in (
        ("scalars", (), ()),
        ("scalar-left", (), (2, 3)),
        ("scalar-right", (2, 3), ()),
        ("row", (2, 3), (3,)),
        ("both", (2, 1, 3), (4, 1)),
        ("empty", (0, 3), (1, 3)),
        ("one-and-empty", (1,), (2, 0)),
    ):
        x, y = seeded.array(dtype, left, low, high), seeded.array(dtype, right, low, high)
        yield by_oracle(op, f"broadcast-{name}", x, y)
    one, three = seeded.array(dtype, (1,), low, high), seeded.array(dtype, (3,), low, high)
    known = by_oracle(op, "unknown-is-one", one, three)
    yield dataclasses.replace(known, operands=(f"{dtype}[?]", f"{dtype}[3]"))
    same = by_oracle(op, "symbols", three, three)
    yield dataclasses.replace(same, operands=(f"{dtype}[A]", f"{dtype}[A]"))


def few_of(dtype: str) -> list[Any]:
    """Special values for pairs of all with all."""
    return complex_few() if dtype in COMPLEX else few(dtype)


def binary_cases(op: str, low: float = -4.0, high: float = 4.0) -> Iterator[Case]:
    """Special values in all pairs, seeded values, broadcasting, and wrong operands."""
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"specials-{dtype}", *pairs(dtype, few_of(dtype)))
        seeded = Random(f"{op} {dtype}")
        x, y = seeded.array(dtype, (24,), low, high), seeded.array(dtype, (24,), low, high)
        yield by_oracle(op, f"values-{dtype}", x, y)
    yield from binary_shapes(op, low, high)
    yield from reject_binary(op)
    yield from fail_broadcast(op)


def _register_unary(op: str, *ranges: Range) -> None:
    cases(op)(lambda: unary_cases(op, ranges or ((-4.0, 4.0),)))


#: Multiples of pi/2, all but 1e-17: angles of which most libraries keep too few digits.
_NEAR_TURNS = (1.1656933725740315e283, 6.426511099577231e173, -1.2853022199154463e174, 1.5986289000543612e74)


def far_angles(op: str) -> Case:
    """Angles far from 0 of complex numbers whose other part is about the size of the result."""
    across = [complex(angle, beside) for angle in _NEAR_TURNS for beside in (1 / angle, -0.5, 30.0)]
    turned = [complex(z.imag, z.real) for z in across]
    return by_oracle(op, "far-angles", vector("c128", turned if op.endswith("h") else across))


def _register_function(op: str, *ranges: Range) -> None:
    def both() -> Iterator[Case]:
        yield from unary_cases(op, ranges)
        yield from unary_forms(op, *ranges[0])
        if op in ("sin", "cos", "tanh"):
            yield far_angles(op)

    cases(op)(both)


def _register_binary(op: str) -> None:
    cases(op)(lambda: binary_cases(op))


for _op in ("multiply", "maximum", "minimum"):
    _register_binary(_op)


@cases("atan2")
def atan2() -> Iterator[Case]:
    yield from binary_cases("atan2")
    for dtype in dtypes_of("atan2"):
        tiny, top = (float(end(dtype)) for end in (smallest_normal, largest))
        ends = vector(dtype, [tiny, -tiny, top, -top, 1, -3])
        yield by_oracle("atan2", f"ends-{dtype}", ends.reshape((6, 1)), ends)


def _sums(op: str) -> Iterator[Case]:
    yield from binary_cases(op)
    for dtype in COMPLEX:
        top = float(largest(part(dtype)))
        one, other = [complex(top, 1), complex(2, -top)], [complex(top, -1), complex(-2, -top)]
        signed = one if op == "add" else [-z for z in one]
        yield by_oracle(op, f"overflow-{dtype}", vector(dtype, other), vector(dtype, signed))


for _op in ("add", "subtract"):
    cases(_op)(partial(_sums, _op))
for _op in ("negative", "abs", "sign"):
    _register_unary(_op)
for _op in ("floor", "ceil", "trunc", "round"):
    _register_unary(_op, (-4.0, 4.0), (-3000.0, 3000.0))
_register_function("sqrt", (0.0, 4.0), (0.0, 60000.0))
_register_function("exp", (-1.0, 1.0), (-10.0, 11.0), (-120.0, 100.0))
_register_function("expm1", (-0.01, 0.01), (-1.0, 1.0), (-20.0, 11.0))
_register_function("sin", (-4.0, 4.0), (-100.0, 100.0), (-60000.0, 60000.0))
_register_function("cos", (-4.0, 4.0), (-100.0, 100.0), (-60000.0, 60000.0))
_register_function("tanh", (-0.1, 0.1), (-1.0, 1.0), (-10.0, 10.0))
_register_function("erf", (-0.1, 0.1), (-1.0, 1.0), (-3.0, 3.0), (-6.0, 6.0))


# --- logarithms -----------------------------------------------------------------


def _logarithm(op: str, *ranges: Range) -> Iterator[Case]:
    """Complex numbers near the circle where the real part is 0, too."""
    yield from unary_cases(op, ranges)
    yield from unary_forms(op, *ranges[0])
    centre = -1 if op == "log1p" else 0
    for dtype in COMPLEX:
        seeded = Random(f"{op} circle {dtype}")
        values = []
        for scale in (1e-1, 1e-3, 1e-6, 1e-9):
            for turn in (0, 1, 2, 3, 0.3, 2.2, 5.9):
                size = 1 + scale * seeded.item("f64", -1.0, 1.0)
                angle = turn * math.pi / 2 + scale * seeded.item("f64", -1.0, 1.0)
                values.append(complex(size * math.cos(angle) + centre, size * math.sin(angle)))
        yield by_oracle(op, f"circle-{dtype}", vector(dtype, values))


cases("log")(lambda: _logarithm("log", (0.0, 2.0), (0.9, 1.1), (0.0, 60000.0)))
cases("log1p")(lambda: _logarithm("log1p", (-0.01, 0.01), (-1.0, 1.0), (0.0, 60000.0)))


# --- division -------------------------------------------------------------------


@cases("divide")
def divide() -> Iterator[Case]:
    yield from binary_cases("divide")
    yield Accept("complex", (c64([2 + 4j, 1]), c64([2, 1j])), (c64([1 + 2j, -1j]),))
    for dtype in COMPLEX:
        tiny, top = (float(end(part(dtype))) for end in (smallest_normal, largest))
        sizes = [(top, top), (top / 2, 0.0), (1.0, tiny), (tiny, -tiny), (tiny / 2, tiny / 8), (3.0, -1.0)]
        values = [complex(re, im) for re, im in sizes]
        # No quotient is beyond the largest number, and none so small that its bound says nothing.
        sized = [(z, max(abs(z.real), abs(z.imag))) for z in values]
        found = [(x, y) for x, m in sized for y, n in sized if tiny < m / n < 8]
        left, right = (vector(dtype, column) for column in zip(*found))
        yield by_oracle("divide", f"sizes-{dtype}", left, right)


def _nonzero(array: Array) -> Array:
    return array.map(lambda item: item or 3)


def _division(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        x, y = pairs(dtype, few(dtype))
        seeded = Random(f"{op} {dtype}")
        left, right = seeded.array(dtype, (24,)), seeded.array(dtype, (24,))
        if x.kind != "float":
            y, right = _nonzero(y), _nonzero(right)
            yield Fails(f"zero-{dtype}", "E1", (vector(dtype, [1, 2]), vector(dtype, [3, 0])))
        yield by_oracle(op, f"specials-{dtype}", x, y)
        yield by_oracle(op, f"values-{dtype}", left, right)
    yield by_oracle(op, "nearly-integer", f32([1, 0.3, 6, -1, 0.7]), f32([0.1, 0.1, 0.1, 0.1, -0.1]))
    yield by_oracle(op, "signs", i32([7, -7, 7, -7]), i32([2, 2, -2, -2]))
    yield by_oracle(op, "wrap", i32([extremes("i32")[0]]), i32([-1]))
    yield by_oracle(op, "no-divisors", empty("i32", 0), empty("i32", 0))
    yield from binary_shapes(op)
    yield from reject_binary(op)
    yield from fail_broadcast(op)


@cases("floor_divide")
def floor_divide() -> Iterator[Case]:
    inf = math.inf
    yield Accept(
        "infinite", (f32([inf, -inf, inf, -inf]), f32([2, 2, -2, -2])), (f32([inf, -inf, -inf, inf]),)
    )
    finite, infinite = f32([3, -3, 3, -3]), f32([inf, inf, -inf, -inf])
    yield Accept("by-infinity", (finite, infinite), (f32([0.0, -0.0, -0.0, 0.0]),))
    yield from _division("floor_divide")


@cases("remainder")
def remainder() -> Iterator[Case]:
    inf, nan = math.inf, math.nan
    yield Accept(
        "infinite",
        (f32([inf, 1, -1, 1, -1]), f32([2, inf, inf, -inf, -inf])),
        (f32([nan, 1, inf, -inf, -1]),),
    )
    yield from _division("remainder")


# --- powers ---------------------------------------------------------------------


@cases("pow")
def pow_() -> Iterator[Case]:
    op, nan = "pow", math.nan
    yield Accept("to-zero", (f32([nan, 0, -3]), f32(0)), (f32([1, 1, 1]),))
    yield Accept("integers", (i32([2, -3, 0, 7]), i32([10, 3, 0, 1])), (i32([1024, -27, 1, 7]),))
    yield Accept("wraps", (u8([2, 3, 255]), u8([8, 6, 3])), (u8([0, 217, 255]),))
    for dtype in dtypes_of(op):
        seeded = Random(f"{op} {dtype}")
        if dtype in COMPLEX:
            yield by_oracle(op, f"specials-{dtype}", *pairs(dtype, complex_few()))
            bases = seeded.array(dtype, (48,))
            yield by_oracle(op, f"values-{dtype}", bases, seeded.array(dtype, (48,)))
            whole = vector(dtype, [0, 1, 2, 3, -1, -2, 7, 20, 0.5])
            yield by_oracle(op, f"whole-{dtype}", seeded.array(dtype, (6, 1), -2.0, 2.0), whole)
            wide = [complex(1.7e38, math.inf), complex(-1.7e38, -math.inf), complex(math.inf, 3e38)]
            yield by_oracle(op, f"wide-{dtype}", vector(dtype, [86j, 0.5 - 3j, -7]), vector(dtype, wide))
            continue
        if dtype[0] == "f":
            yield by_oracle(op, f"specials-{dtype}", *pairs(dtype, few(dtype)))
            bases = seeded.array(dtype, (48,), 0.0, 8.0)
            yield by_oracle(op, f"values-{dtype}", bases, seeded.array(dtype, (48,), -4.0, 4.0))
            continue
        exponents = [0, 1, 2, 3, 5, 31, 64, 100]
        column = pairs(dtype, specials(dtype))[0]
        yield by_oracle(op, f"specials-{dtype}", column, Array(dtype, (1, len(exponents)), exponents))
        if dtype[0] == "i":
            yield Fails(f"negative-{dtype}", "E1", (vector(dtype, [2, 1]), vector(dtype, [3, -1])))
    yield from binary_shapes(op, 0.5, 4.0)
    yield from reject_binary(op)
    yield from fail_broadcast(op)


# --- clip -----------------------------------------------------------------------


@cases("clip")
def clip() -> Iterator[Case]:
    op, nan, inf = "clip", math.nan, math.inf
    yield Accept("edges", (f32([-1, 0.5, 2]), f32(0), f32(1)), (f32([0, 0.5, 1]),))
    yield Accept("lo-above-hi", (f32([0, 2, 4]), f32(3), f32(1)), (f32([1, 1, 1]),))
    yield Accept("nan", (f32([nan, 1]), f32(0), f32(1)), (f32([nan, 1]),))
    yield Accept("nan-bounds", (f32([1, 2]), f32([nan, 0]), f32([3, nan])), (f32([nan, nan]),))
    yield Accept("infinite", (f32([-inf, inf, 5]), f32(-inf), f32(inf)), (f32([-inf, inf, 5]),))
    for dtype in dtypes_of(op):
        x = vector(dtype, specials(dtype))
        yield by_oracle(op, f"specials-{dtype}", x, tensor(dtype, 1), tensor(dtype, 3))
        seeded = Random(f"{op} {dtype}")
        yield by_oracle(op, f"values-{dtype}", *(seeded.array(dtype, (2, 6)) for _ in range(3)))
    yield by_oracle(op, "scalar", f32(4), f32(0), f32(1))
    yield by_oracle(op, "empty", empty("f32", 0, 2), f32(0), f32(1))
    three, two, one = "f32[3]", "f32[2]", "f32[]"
    yield Reject("dtype", "T", ("bool[3]", one, one), twin=(three, one, one))
    yield Reject("promotion", "T", (three, "f64[]", one), twin=(three, one, one))
    yield Reject("lo-shape", "C1", (three, two, one), twin=(three, three, one))
    yield Reject("hi-shape", "C2", (three, one, two), twin=(three, one, three))
    yield Reject("lo-broadcasts", "C1", (three, "f32[1]", one), twin=(three, one, one))
    x = f32([1, 2, 3])
    yield Fails("lo-size", "C1", (x, f32([1, 2]), f32(9)), operands=(three, "f32[?]", one))
    yield Fails("hi-size", "C2", (x, f32(0), f32([1, 2])), operands=(three, one, "f32[?]"))
