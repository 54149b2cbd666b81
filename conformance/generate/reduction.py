"""Cases of schema/ops/reduction.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..model import Accept, Case, Fails, Reject, boolean, c64, c128, empty, f32, i8, i64
from ..oracle.arrays import Array
from .registry import by_oracle, cases
from .sizes import typed
from .values import Random, dtypes_of, reject_unary, vector, wrong_dtype

_NAN, _INF = math.nan, math.inf


def _values(op: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """Seeded values; factors near 1, so that no product of some of them overflows."""
    seeded = Random(f"{op} {dtype}")
    if dtype[0] not in "fc":
        return seeded.array(dtype, shape)
    return seeded.array(dtype, shape, 0.5, 1.5) if "prod" in op else seeded.array(dtype, shape)


def _axes_cases(op: str) -> Iterator[Case]:
    """Every choice of axes, and what the rules refuse."""
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"values-{dtype}", _values(op, dtype, (3, 7)), axes=(1,))
        yield by_oracle(op, f"all-{dtype}", _values(op, dtype, (2, 3, 2)), axes=(0, 1, 2))
    dtype = "f64" if "f64" in dtypes_of(op) else dtypes_of(op)[-1]
    x = _values(op, dtype, (2, 3, 4))
    for axes in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        name = "-".join(map(str, axes)) or "none"
        yield by_oracle(op, f"axes-{name}", x, axes=axes)
        yield by_oracle(op, f"axes-{name}-kept", x, axes=axes, keepdims=True)
    yield by_oracle(op, "scalar", _values(op, dtype, ()), axes=())
    yield by_oracle(op, "no-results", empty(dtype, 0, 3), axes=(1,))
    yield by_oracle(op, "long", _values(op, dtype, (300,)), axes=(0,))
    attrs: dict[str, Any] = {"axes": (0,), "keepdims": False}
    yield from reject_unary(op, attrs, "2,3")
    given = (f"{dtype}[2,3]",)
    for name, wrong in (("axis-too-large", (2,)), ("axis-negative", (-1,))):
        yield Reject(name, "C1", given, {**attrs, "axes": wrong}, twin_attrs=attrs)
    yield Reject("axes-order", "C2", given, {**attrs, "axes": (1, 0)}, twin_attrs={**attrs, "axes": (0, 1)})
    yield Reject("axes-twice", "C2", given, {**attrs, "axes": (1, 1)}, twin_attrs={**attrs, "axes": (1,)})


@cases("sum")
def sum_() -> Iterator[Case]:
    yield Accept("literal", (i8([[1, 2], [3, 4]]),), (i8([3, 7]),), {"axes": (1,), "keepdims": False})
    yield by_oracle("sum", "wraps", i8([100, 100, 100]), axes=(0,))
    yield by_oracle("sum", "of-none", empty("f32", 2, 0), axes=(1,))
    specials = f32([[_INF, 1, 2], [_INF, -_INF, 0], [_NAN, 0, 1], [-_INF, 5, -_INF]])
    yield by_oracle("sum", "specials", specials, axes=(1,))
    yield by_oracle("sum", "cancels", f32([1e8, 1, -1e8, 0.5]), axes=(0,))
    yield by_oracle("sum", "complex-specials", c64([complex(_INF, 1), complex(2, _NAN), 3 - 1j]), axes=(0,))
    yield by_oracle("sum", "complex-cancels", c128([1e16 + 1j, 1 - 1e16j, -1e16 + 2j]), axes=(0,))
    yield from _axes_cases("sum")


@cases("prod")
def prod() -> Iterator[Case]:
    yield by_oracle("prod", "wraps", i8([100, 3, -5]), axes=(0,))
    yield by_oracle("prod", "of-none", empty("f32", 2, 0), axes=(1,))
    specials = f32([[_INF, -1, 2], [_INF, 0, 3], [_NAN, 0, 1], [-2, 0, 5]])
    yield by_oracle("prod", "specials", specials, axes=(1,))
    yield by_oracle("prod", "complex-turns", c64([1j] * 7), axes=(0,))
    yield by_oracle("prod", "complex-zero", c64([[1 + 2j, 0], [3j, 0.5 - 1j]]), axes=(1,))
    yield from _axes_cases("prod")


def _extreme(op: str) -> Iterator[Case]:
    specials = f32([[_INF, 1, -_INF], [_NAN, _INF, 0], [1, 2, _NAN], [-3, -3, -3]])
    yield by_oracle(op, "specials", specials, axes=(1,))
    yield by_oracle(op, "specials-down", specials, axes=(0,))
    yield by_oracle(op, "zeros", f32([0.0, -0.0]), axes=(0,))
    yield from _axes_cases(op)
    attrs: dict[str, Any] = {"axes": (0,), "keepdims": False}
    yield Reject("of-none", "C3", ("f32[0,3]",), attrs, twin=("f32[1,3]",))
    yield Fails("of-none", "C3", (empty("f32", 0, 3),), attrs, operands=("f32[N,3]",))
    yield Fails(
        "of-none-unknown", "C3", (empty("f32", 2, 0),), {**attrs, "axes": (0, 1)}, operands=("f32[2,?]",)
    )


@cases("max")
def max_() -> Iterator[Case]:
    yield from _extreme("max")


@cases("min")
def min_() -> Iterator[Case]:
    yield from _extreme("min")


def _logical(op: str) -> Iterator[Case]:
    yield by_oracle(op, "table", boolean([[True, True], [True, False], [False, False]]), axes=(1,))
    yield by_oracle(op, "of-none", empty("bool", 2, 0), axes=(1,))
    yield from _axes_cases(op)


@cases("all")
def all_() -> Iterator[Case]:
    yield from _logical("all")


@cases("any")
def any_() -> Iterator[Case]:
    yield from _logical("any")


def _search(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"values-{dtype}", _values(op, dtype, (2, 9)), axis=1)
    lines = f32(
        [
            [1, 3, 3, 1, 2],
            [0.0, -0.0, 0.0, -0.0, 0],
            [1, _NAN, _INF, _NAN, -_INF],
            [2, 2, 2, 2, 2],
            [-1, -2, -_INF, -2, 7],
        ]
    )
    for axis in (0, 1):
        yield by_oracle(op, f"specials-{axis}", lines, axis=axis)
        yield by_oracle(op, f"specials-{axis}-kept", lines, axis=axis, keepdims=True)
    x = _values(op, "f32", (2, 3, 4))
    for axis in range(3):
        yield by_oracle(op, f"axis-{axis}", x, axis=axis)
    yield by_oracle(op, "no-results", empty("f32", 0, 3), axis=1)
    attrs: dict[str, Any] = {"axis": 0, "keepdims": False}
    yield from reject_unary(op, attrs, "2,3")
    yield from _wrong_axis(attrs)
    yield Reject("scalar", "C1", ("f32[]",), attrs, twin=("f32[1]",))
    yield Reject("of-none", "C2", ("f32[0]",), attrs, twin=("f32[1]",))
    yield Fails("of-none", "C2", (empty("f32", 0),), attrs, operands=("f32[N]",))


def _wrong_axis(attrs: dict[str, Any], operand: str = "f32[2,3]") -> Iterator[Case]:
    for name, wrong in (("axis-too-large", 2), ("axis-negative", -1)):
        yield Reject(name, "C1", (operand,), {**attrs, "axis": wrong}, twin_attrs=attrs)


@cases("argmax")
def argmax() -> Iterator[Case]:
    attrs = {"axis": 0, "keepdims": False}
    yield Accept("ties", (f32([1, 5, 5]),), (i64(1),), attrs)
    yield from _search("argmax")


@cases("argmin")
def argmin() -> Iterator[Case]:
    attrs = {"axis": 0, "keepdims": False}
    yield Accept("ties", (f32([3, 1, 1]),), (i64(1),), attrs)
    yield from _search("argmin")


def _scan(op: str) -> Iterator[Case]:
    attrs: dict[str, Any] = {"axis": 0, "include_initial": False}
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"values-{dtype}", _values(op, dtype, (2, 9)), axis=1)
    x = _values(op, "f32", (2, 3, 4))
    for axis in range(3):
        yield by_oracle(op, f"axis-{axis}", x, axis=axis)
        yield by_oracle(op, f"axis-{axis}-initial", x, axis=axis, include_initial=True)
    yield by_oracle(op, "complex-initial", _values(op, "c64", (5,)), axis=0, include_initial=True)
    yield by_oracle(op, "specials", f32([1, _INF, 2, -_INF, 3, _NAN, 0]), axis=0)
    yield by_oracle(op, "one", f32([[5], [-0.0]]), axis=1)
    yield by_oracle(op, "empty", empty("f32", 0), axis=0)
    yield by_oracle(op, "empty-initial", empty("f32", 2, 0), axis=1, include_initial=True)
    yield by_oracle(op, "wraps", vector("u8", [200, 100, 1]), axis=0)
    yield by_oracle(op, "long", _values(op, "f32", (120,)), axis=0)
    yield typed(by_oracle(op, "symbols", x, axis=1, include_initial=True), "f32[B,N,?]")
    yield Reject("dtype", "T", (f"{wrong_dtype(op)}[2,3]",), attrs, twin=("f32[2,3]",))
    yield Reject("scalar", "C1", ("f32[]",), attrs, twin=("f32[1]",))
    yield from _wrong_axis(attrs)


@cases("cumulative_sum")
def cumulative_sum() -> Iterator[Case]:
    attrs: dict[str, Any] = {"axis": 0, "include_initial": False}
    yield Accept("literal", (i64([1, 2, 3]),), (i64([1, 3, 6]),), attrs)
    yield Accept("initial", (i64([1, 2]),), (i64([0, 1, 3]),), {**attrs, "include_initial": True})
    yield from _scan("cumulative_sum")


@cases("cumulative_prod")
def cumulative_prod() -> Iterator[Case]:
    attrs: dict[str, Any] = {"axis": 0, "include_initial": False}
    yield Accept("literal", (i64([3, 2, -2]),), (i64([3, 6, -12]),), attrs)
    yield Accept("initial", (i64([2, 5]),), (i64([1, 2, 10]),), {**attrs, "include_initial": True})
    yield by_oracle("cumulative_prod", "zero", f32([2, -0.0, 5]), axis=0)
    yield from _scan("cumulative_prod")
