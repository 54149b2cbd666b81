"""Cases of schema/ops/comparison.py."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..model import Accept, Case, Fails, Reject, boolean, empty, f32, i8, i32, u8
from .elementwise import binary_cases, binary_shapes, unary_cases, unary_forms
from .registry import by_oracle, cases
from .values import Random, dtypes_of, fail_broadcast, few, pairs, reject_binary, specials, vector, width


def _register_unary(op: str) -> None:
    cases(op)(lambda: unary_cases(op))


def _register_binary(op: str) -> None:
    cases(op)(lambda: binary_cases(op))


for _op in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
    _register_binary(_op)


def _logical(op: str) -> Iterator[Case]:
    """Counts beside the widths of vector units, and operands of several ranks."""
    yield from binary_cases(op)
    for count in (1, 5, 8, 17, 33, 64):
        seeded = Random(f"{op} {count}")
        yield by_oracle(op, f"count-{count}", seeded.array("bool", (count,)), seeded.array("bool", (count,)))
    seeded = Random(op)
    yield by_oracle(op, "box", seeded.array("bool", (2, 3, 2)), seeded.array("bool", (2, 3, 2)))


for _op in ("logical_and", "logical_or", "logical_xor"):
    cases(_op)(partial(_logical, _op))
for _op in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    _register_binary(_op)
for _op in ("isnan", "isinf", "isfinite"):
    _register_unary(_op)


def _invert(op: str) -> Iterator[Case]:
    yield from unary_cases(op)
    yield from unary_forms(op, -4.0, 4.0)


@cases("logical_not")
def logical_not() -> Iterator[Case]:
    yield from _invert("logical_not")
    for shape in ((2, 3, 2), (0, 3), (1, 1, 1, 1)):
        name = "x".join(map(str, shape))
        values = Random(f"logical_not {name}").array("bool", shape)
        yield by_oracle("logical_not", f"shape-{name}", values)


cases("bitwise_invert")(partial(_invert, "bitwise_invert"))


@cases("where")
def where() -> Iterator[Case]:
    op = "where"
    yield Accept("literal", (boolean([True, False]), f32([1, 2]), f32([3, 4])), (f32([1, 4]),))
    for dtype in dtypes_of(op):
        x = vector(dtype, specials(dtype)[:10])
        seeded = Random(f"{op} {dtype}")
        condition = seeded.array("bool", x.shape)
        yield by_oracle(op, f"specials-{dtype}", condition, x, vector(dtype, reversed(x.items)))
    seeded = Random(op)
    for name, c, left, right in (
        ("scalars", (), (), ()),
        ("condition-scalar", (), (2, 3), (3,)),
        ("condition-column", (2, 1), (3,), ()),
        ("operands-scalar", (2, 3), (), ()),
        ("all-axes", (2, 1, 1), (1, 3, 1), (1, 1, 2)),
        ("empty", (0,), (1,), ()),
    ):
        operands = seeded.array("bool", c), seeded.array("f32", left), seeded.array("f32", right)
        yield by_oracle(op, f"broadcast-{name}", *operands)
    good = ("bool[3]", "f32[3]", "f32[3]")
    yield Reject("condition", "C", ("i32[3]", *good[1:]), twin=good)
    yield Reject("dtype", "T", (*good[:2], "f64[3]"), twin=good)
    yield Reject("storage", "T", ("bool[3]", "bf16[3]", "f32[3]"), twin=good)
    yield Reject("condition-shape", "C1", ("bool[2]", *good[1:]), twin=good)
    yield Reject("operand-shape", "C1", (*good[:2], "f32[2]"), twin=good)
    inputs = (boolean([True]), f32([1, 2, 3]), f32(0))
    yield Fails("symbol-is-one", "C1", inputs, operands=("bool[A]", "f32[3]", "f32[]"))
    yield Fails(
        "unknown-unequal",
        "C1",
        (boolean([True, False]), *inputs[1:]),
        operands=("bool[?]", "f32[3]", "f32[]"),
    )


def _shifts(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        bits = width(dtype)
        counts = [0, 1, 2, bits - 2, bits - 1, bits, bits + 1] + ([-1, -bits] if dtype[0] == "i" else [255])
        x = pairs(dtype, few(dtype))[0]
        yield by_oracle(op, f"specials-{dtype}", x, pairs(dtype, counts)[1])
    seeded = Random(op)
    x = seeded.array("i32", (24,))
    yield by_oracle(op, "values", x, x.map(lambda _: seeded.small(0, 31)))
    yield by_oracle(op, "empty", empty("u8", 0), u8([1]))
    yield from binary_shapes(op)
    yield from reject_binary(op)
    yield from fail_broadcast(op)


@cases("bitwise_left_shift")
def bitwise_left_shift() -> Iterator[Case]:
    yield Accept("literal", (i8([1, -1, 64, 1, 1]), i8([3, 1, 1, 8, -1])), (i8([8, -2, -128, 0, 0]),))
    yield from _shifts("bitwise_left_shift")


@cases("bitwise_right_shift")
def bitwise_right_shift() -> Iterator[Case]:
    yield Accept("literal", (i32([8, -8, -1, 5, -5]), i32([2, 2, 31, 32, -1])), (i32([2, -2, -1, 0, -1]),))
    yield from _shifts("bitwise_right_shift")
