"""Cases of schema/ops/sorting.py."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from ..model import Accept, Case, Fails, Reject, boolean, empty, f32, i64
from ..oracle.registry import oracles
from .registry import by_oracle, cases
from .values import Random, dtypes_of, reject_unary, specials, vector

_TIES = f32([3, 1, -0.0, 3, 0.0, math.nan, 1, -math.inf, math.nan, 0.0, math.inf, 0.0])


def _sorts(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"specials-{dtype}", vector(dtype, specials(dtype)), axis=0)
        yield by_oracle(
            op, f"values-{dtype}", Random(f"{op} {dtype}").array(dtype, (2, 9)), axis=1, descending=True
        )
    yield by_oracle(op, "ties", _TIES, axis=0)
    yield by_oracle(op, "ties-descending", _TIES, axis=0, descending=True)
    seeded = Random(op)
    x = seeded.array("f32", (3, 4, 2))
    for axis in range(3):
        yield by_oracle(op, f"axis-{axis}", x, axis=axis)
        yield by_oracle(op, f"axis-{axis}-descending", x, axis=axis, descending=True)
    many = vector("i32", [seeded.small(0, 9) for _ in range(200)])
    yield by_oracle(op, "many-ties", many, axis=0)
    yield by_oracle(op, "many-ties-descending", many, axis=0, descending=True)
    yield by_oracle(op, "empty", empty("f32", 2, 0), axis=1)
    yield by_oracle(op, "no-lines", empty("f32", 0, 2), axis=1, descending=True)
    attrs: dict[str, Any] = {"axis": 0, "descending": False}
    yield from reject_unary(op, attrs)
    yield from _wrong_axis(attrs)


def _wrong_axis(attrs: dict[str, Any]) -> Iterator[Case]:
    yield Reject("axis-too-large", "C1", ("f32[3]",), {**attrs, "axis": 1}, twin_attrs=attrs)
    yield Reject("axis-negative", "C1", ("f32[3]",), {**attrs, "axis": -1}, twin_attrs=attrs)
    yield Reject("scalar", "C1", ("f32[]",), attrs, twin=("f32[3]",))


@cases("sort")
def sort() -> Iterator[Case]:
    yield from _sorts("sort")


@cases("argsort")
def argsort() -> Iterator[Case]:
    attrs = {"axis": 0, "descending": True}
    yield Accept("stable-descending", (f32([1, 2, 2, 1]),), (i64([1, 2, 0, 3]),), attrs)
    yield from _sorts("argsort")


@cases("top_k")
def top_k() -> Iterator[Case]:
    op = "top_k"
    attrs: dict[str, Any] = {"k": 2, "axis": 0, "largest": True}
    yield Accept("literal", (f32([1, 3, 2, 3]),), (f32([3, 3]), i64([1, 3])), attrs)
    for dtype in dtypes_of(op):
        x = Random(f"{op} {dtype}").array(dtype, (2, 9))
        yield by_oracle(op, f"largest-{dtype}", x, k=3, axis=1)
        yield by_oracle(op, f"smallest-{dtype}", x, k=4, axis=1, largest=False)
    yield by_oracle(op, "ties", _TIES, k=7, axis=0)
    yield by_oracle(op, "ties-smallest", _TIES, k=7, axis=0, largest=False)
    x = Random(op).array("f32", (3, 4, 2))
    for axis in range(3):
        yield by_oracle(op, f"axis-{axis}", x, k=2, axis=axis)
    yield by_oracle(op, "none", f32([1, 2]), k=0, axis=0)
    yield by_oracle(op, "all", f32([1, 3, 2]), k=3, axis=0)
    yield by_oracle(op, "none-of-none", empty("f32", 0), k=0, axis=0)
    symbolic = by_oracle(op, "symbol", f32([1, 3, 2]), k=2, axis=0)
    yield dataclasses.replace(symbolic, operands=("f32[N]",))
    yield from reject_unary(op, attrs)
    yield from _wrong_axis(attrs)
    yield Reject("k-too-large", "C2", ("f32[1]",), attrs, twin=("f32[2]",))
    yield Reject("k-negative", "C2", ("f32[3]",), {**attrs, "k": -1}, twin_attrs=attrs)
    yield Fails("k-too-large", "C2", (f32([1]),), attrs, operands=("f32[N]",))


@cases("searchsorted")
def searchsorted() -> Iterator[Case]:
    op = "searchsorted"
    yield Accept("left", (i64([1, 3, 3, 5]), i64([0, 3, 4, 6])), (i64([0, 1, 3, 4]),), {"side": "left"})
    yield Accept("right", (i64([1, 3, 3, 5]), i64([0, 3, 4, 6])), (i64([0, 3, 3, 4]),), {"side": "right"})
    for dtype in dtypes_of(op):
        seeded = Random(f"{op} {dtype}")
        values = [*specials(dtype), *seeded.array(dtype, (6,)).items]
        line = oracles()["sort"](vector(dtype, values), axis=0, descending=False)
        for side in ("left", "right"):
            yield by_oracle(op, f"{side}-{dtype}", line, vector(dtype, values[::2]), side=side)
    zeros, nans = f32([-0.0, 0.0, -0.0, 1]), f32([1, math.inf, math.nan, math.nan])
    for side in ("left", "right"):
        yield by_oracle(op, f"zeros-{side}", zeros, f32([0.0, -0.0]), side=side)
        yield by_oracle(op, f"nans-{side}", nans, f32([math.nan, math.inf, -math.inf, 2]), side=side)
        yield by_oracle(op, f"in-nothing-{side}", empty("f32", 0), f32([[1, 2], [math.nan, 0]]), side=side)
    many = vector("i32", sorted(Random(op).small(0, 40) for _ in range(100)))
    yield by_oracle(op, "many", many, Random(f"{op} many").array("i32", (3, 2, 4)), side="right")
    yield by_oracle(op, "within", many, vector("i32", range(41)))
    yield by_oracle(op, "scalar", f32([1, 2]), f32(1.5))
    yield by_oracle(op, "nothing", f32([1, 2]), empty("f32", 2, 0))
    symbolic = by_oracle(op, "symbols", f32([1, 2, 4]), f32([[2, 3]]))
    yield dataclasses.replace(symbolic, operands=("f32[N]", "f32[B,?]"))
    attrs = {"side": "left"}
    fine = ("f32[3]", "f32[2]")
    yield Reject("dtype", "T", ("bool[3]", "f32[2]"), attrs, twin=fine)
    yield Reject("complex", "T", ("c64[3]", "f32[2]"), attrs, twin=fine)
    yield Reject("promotion", "T", ("f32[3]", "f64[2]"), attrs, twin=fine)
    yield Reject("matrix", "C1", ("f32[3,3]", "f32[2]"), attrs, twin=fine)
    yield Reject("scalar", "C1", ("f32[]", "f32[2]"), attrs, twin=fine)
    yield Reject("side", "C2", fine, {"side": "middle"}, twin_attrs=attrs)
    yield Reject("unknown-rank", "ir.known", ("f32[...]", "f32[2]"), attrs, twin=fine)


@cases("unique")
def unique() -> Iterator[Case]:
    op = "unique"
    n = {"size": "n"}
    literal = (i64([1, 2, 3]), i64([1, 3, 0]), i64([[2, 0], [2, 1]]), i64([1, 1, 2]))
    yield Accept("literal", (i64([[3, 1], [3, 2]]),), literal, n)
    for dtype in dtypes_of(op):
        values = specials(dtype)
        yield by_oracle(op, f"specials-{dtype}", vector(dtype, [*values, *values[::-2]]), **n)
        few_values = Random(f"{op} {dtype}").array(dtype, (3,)).items
        order = Random(f"{op} order {dtype}")
        drawn = vector(dtype, [few_values[order.small(0, 2)] for _ in range(12)])
        yield by_oracle(op, f"repeated-{dtype}", drawn.reshape((3, 4)), **n)
    yield by_oracle(op, "zeros", f32([0.0, -0.0, 1]), **n)
    yield by_oracle(op, "zeros-negative-first", f32([1, -0.0, 0.0, -0.0]), **n)
    yield by_oracle(op, "nans", f32([math.nan, 1, math.nan, -math.inf, math.nan, math.inf]), **n)
    yield by_oracle(op, "nans-alone", f32([math.nan, math.nan]), **n)
    parts = [complex(1, math.nan), 2 - 1j, complex(math.nan, 0), 2 - 3j, complex(-0.0, 1), complex(0.0, 1)]
    yield by_oracle(op, "complex", vector("c64", [*parts, *parts[::-1], 1 + 5j]), **n)
    signs = [complex(a, b) for a in (0.0, -0.0) for b in (-0.0, 0.0)]
    yield by_oracle(op, "complex-zeros", vector("c128", signs), **n)
    yield by_oracle(op, "alike", i64([[7, 7], [7, 7]]), **n)
    yield by_oracle(op, "box", vector("i32", [5, -1, 5, 3]).reshape((1, 2, 2)), **n)
    yield by_oracle(op, "many", vector("i16", [(i * i) % 101 for i in range(150)]), **n)
    yield by_oracle(op, "scalar", f32(2), **n)
    yield by_oracle(op, "empty", empty("f32", 2, 0), **n)
    yield by_oracle(op, "empty-complex", empty("c64", 0), **n)
    symbolic = by_oracle(op, "symbols", f32([[1, 2], [2, 1]]), **n)
    yield dataclasses.replace(symbolic, operands=("f32[B,?]",))
    yield Reject("dtype", "T", ("bf16[2]",), n, twin=("f32[2]",))
    yield Reject("unknown-rank", "ir.known", ("f32[...]",), n, twin=("f32[2]",))
    yield Reject("size", "ir.attr", ("f32[2]",), {"size": 2}, twin_attrs=n)


@cases("isin")
def isin() -> Iterator[Case]:
    op = "isin"
    attrs = {"invert": False}
    literal = boolean([[False, True], [False, True]])
    yield Accept("literal", (i64([[1, 2], [3, 4]]), i64([2, 4, 9])), (literal,), attrs)
    for dtype in dtypes_of(op):
        values = specials(dtype)
        yield by_oracle(op, f"specials-{dtype}", vector(dtype, values), vector(dtype, values[::3]))
        drawn = Random(f"{op} {dtype}").array(dtype, (9,))
        table = vector(dtype, drawn.items[4:])
        yield by_oracle(op, f"values-{dtype}", drawn.reshape((3, 3)), table, invert=True)
    zeros = f32([0.0, -0.0, 1, math.nan])
    for invert in (False, True):
        yield by_oracle(op, f"zeros-{invert}", zeros, f32([-0.0, math.nan, 2]), invert=invert)
        yield by_oracle(op, f"in-nothing-{invert}", zeros, empty("f32", 0, 3), invert=invert)
        yield by_oracle(op, f"one-{invert}", zeros, f32(1), invert=invert)
        yield by_oracle(op, f"scalar-{invert}", i64(5), i64([[4], [5]]), invert=invert)
    yield by_oracle(op, "nothing", empty("f32", 2, 0), f32([1, 2]))
    yield by_oracle(op, "many", vector("i32", range(-20, 80)), vector("i32", [n * n for n in range(9)]))
    symbolic = by_oracle(op, "symbols", f32([[1, 2]]), f32([[2], [7]]))
    yield dataclasses.replace(symbolic, operands=("f32[A,?]", "f32[B,N]"))
    fine = ("f32[3]", "f32[2]")
    yield Reject("dtype", "T", ("bool[3]", "f32[2]"), attrs, twin=fine)
    yield Reject("promotion", "T", ("f32[3]", "i32[2]"), attrs, twin=fine)
    yield Reject("unknown-rank", "ir.known", ("f32[3]", "f32[...]"), attrs, twin=fine)
