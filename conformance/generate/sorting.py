"""Cases of schema/ops/sorting.py."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from ..model import Accept, Case, Fails, Reject, empty, f32, i64
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
