"""Cases of schema/ops/indexing.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ...schema.dims import add
from ...schema.dtypes import INDEX
from ..model import Accept, Case, Fails, Reject, empty, f32, i32, i64, tensor
from .registry import by_oracle, cases
from .shape import BOUNDS, counted
from .sizes import B, by_oracle_at, typed
from .values import dtypes_of, extremes, specials, vector


def _every_dtype(op: str, *others: Any, **attrs: Any) -> Iterator[Accept]:
    """A vector of four special values of each dtype, and other operands."""
    for dtype in dtypes_of(op):
        values = specials(dtype)
        x = vector(dtype, [values[i * (len(values) - 1) // 3] for i in range(4)])
        yield by_oracle(op, f"dtype-{dtype}", x, *others, **attrs)


def _outside(op: str, *before: Any, size: int, **attrs: Any) -> Iterator[Fails]:
    """Indices just outside of an axis, and far outside, in both dtypes."""
    for dtype in INDEX:
        low, high = extremes(dtype)
        for name, bad in (("below", -size - 1), ("above", size), ("least", low), ("greatest", high)):
            yield Fails(f"{name}-{dtype}", "E1", (*before, tensor(dtype, [0, bad])), attrs)


@cases("take")
def take() -> Iterator[Case]:
    yield from _every_dtype("take", i64([3, 0, 0]), axis=0)
    x = counted(2, 3)
    yield by_oracle("take", "rows", x, i32([1, 1, 0]), axis=0)
    yield by_oracle("take", "columns", x, i64([2, 0]), axis=1)
    yield by_oracle("take", "one", x, i64(1), axis=0)
    yield by_oracle("take", "one-column", x, i32(2), axis=1)
    yield by_oracle("take", "matrix-of-indices", x, i64([[0, 2], [1, 1]]), axis=1)
    yield by_oracle("take", "middle", counted(2, 3, 2), i64([[2], [0]]), axis=1)
    yield by_oracle("take", "from-the-end", x, i32([-1, -2, 0]), axis=0)
    yield by_oracle("take", "last-column", x, i64(-1), axis=1)
    yield by_oracle("take", "middle-from-the-end", counted(2, 3, 2), i64([[-1, 1], [-3, 0]]), axis=1)
    yield by_oracle("take", "none", x, empty("i64", 0), axis=0)
    yield by_oracle("take", "none-of-nothing", empty("f32", 0, 2), empty("i64", 3, 0), axis=0)
    yield typed(by_oracle("take", "symbols", x, i64([1, 0, 1]), axis=0), "f32[B,3]", "i64[N]")
    yield typed(by_oracle("take", "unknown", x, i64([1]), axis=0), "f32[?,?]", "i64[?]")
    axis = {"axis": 0}
    fine = ("f32[2,3]", "i64[2]")
    yield Reject("index-dtype", "I", ("f32[2,3]", "u8[2]"), axis, twin=fine)
    yield Reject("index-float", "I", ("f32[2,3]", "f32[2]"), axis, twin=fine)
    yield Reject("axis", "C1", fine, {"axis": 2}, twin_attrs=axis)
    yield Reject("axis-negative", "C1", fine, {"axis": -1}, twin_attrs=axis)
    yield Reject("scalar", "C1", ("f32[]", "i64[2]"), axis, twin=fine)
    yield from _outside("take", counted(3), size=3, axis=0)
    yield Fails("of-nothing", "E1", (empty("f32", 0), i64(0)), axis)


@cases("take_along_axis")
def take_along_axis() -> Iterator[Case]:
    yield from _every_dtype("take_along_axis", i64([3, 0, 0]), axis=0)
    x = counted(2, 3)
    yield by_oracle("take_along_axis", "rows", x, i32([[1, 0, 1]]), axis=0)
    yield by_oracle("take_along_axis", "columns", x, i64([[2, 2, 0, 1], [0, 1, 2, 0]]), axis=1)
    yield by_oracle("take_along_axis", "middle", counted(2, 2, 2), i64([[[1, 0]], [[0, 0]]]), axis=1)
    yield by_oracle("take_along_axis", "from-the-end", x, i32([[-1, 0], [2, -3]]), axis=1)
    yield by_oracle("take_along_axis", "vector-from-the-end", counted(3), i64([-1, -3, 0, 2]), axis=0)
    yield by_oracle("take_along_axis", "none", x, empty("i64", 2, 0), axis=1)
    yield by_oracle("take_along_axis", "empty", empty("f32", 0, 3), empty("i64", 0, 2), axis=1)
    there = by_oracle("take_along_axis", "symbols", x, i64([[0], [2]]), axis=1)
    yield typed(there, "f32[B,3]", "i64[B,1]")
    axis = {"axis": 1}
    fine = ("f32[2,3]", "i64[2,1]")
    yield Reject("index-dtype", "I", ("f32[2,3]", "i16[2,1]"), axis, twin=fine)
    yield Reject("axis", "C1", fine, {"axis": 2}, twin_attrs=axis)
    yield Reject("rank", "C2", ("f32[2,3]", "i64[2]"), axis, twin=fine)
    yield Reject("shape", "C3", ("f32[2,3]", "i64[1,1]"), axis, twin=fine)
    yield from _outside("take_along_axis", counted(3), size=3, axis=0)
    unequal = ("f32[A,3]", "i64[B,1]")
    yield Fails("shape-at-run-time", "C3", (x, i64([[0]])), axis, unequal)


@cases("gather")
def gather() -> Iterator[Case]:
    yield from _every_dtype("gather", i64([3, 0, 0]))
    x = counted(2, 3)
    yield by_oracle("gather", "elements", x, i64([1, 0, 1]), i64([2, 2, 0]))
    yield by_oracle("gather", "rows", x, i32([[1], [0]]))
    yield by_oracle("gather", "matrix", x, i64([[0, 1], [1, 0]]), i64([[2, 1], [0, 0]]))
    yield by_oracle("gather", "one", x, i64(1), i64(0))
    yield by_oracle("gather", "one-row", x, i32(1))
    yield by_oracle("gather", "box", counted(2, 2, 3), i64([1, 0]), i64([0, 1]))
    yield by_oracle("gather", "from-the-end", x, i64([-1, 0, -2]), i64([2, -1, -3]))
    yield by_oracle("gather", "last-row", x, i32(-1))
    yield by_oracle("gather", "rows-from-the-end", x, i64([-1, 0]))
    yield by_oracle("gather", "none", x, empty("i64", 0), empty("i64", 0))
    yield typed(by_oracle("gather", "symbols", x, i64([1, 0]), i64([2, 1])), "f32[B,3]", "i64[N]", "i64[N]")
    fine = ("f32[2,3]", "i64[2]", "i64[2]")
    yield Reject("index-dtype", "I", ("f32[2,3]", "u32[2]", "i64[2]"), twin=fine)
    yield Reject("index-mixed", "I", ("f32[2,3]", "i64[2]", "i32[2]"), twin=fine)
    yield Reject("too-many", "C1", ("f32[2]", "i64[2]", "i64[2]"), twin=fine)
    yield Reject("shapes", "C2", ("f32[2,3]", "i64[2]", "i64[1]"), twin=fine)
    yield Reject("no-index", "ir.arity", ("f32[2]",), twin=("f32[2]", "i64[1]"))
    yield from _outside("gather", counted(3), size=3)
    yield Fails("second", "E1", (x, i64([0, 1]), i64([0, 3])))
    yield Fails("shapes-at-run-time", "C2", (x, i64([0]), i64([0, 1])), {}, ("f32[2,3]", "i64[A]", "i64[B]"))


def _slice(start: Any, stop: Any, step: int = 1) -> dict[str, Any]:
    return {"starts": (start,), "stops": (stop,), "steps": (step,)}


@cases("update_slice")
def update_slice() -> Iterator[Case]:
    for dtype in dtypes_of("update_slice"):
        values = specials(dtype)
        x, new = vector(dtype, values[:2] * 2), vector(dtype, values[-2:])
        yield by_oracle("update_slice", f"dtype-{dtype}", x, new, **_slice(1, 4, 2))
    for b, e, s in BOUNDS:
        name = f"from-{b}-to-{e}-by-{s}".replace("--", "-minus-")
        new = vector("f32", [-n for n in range(len(range(b, e, s)))])
        yield by_oracle("update_slice", name, counted(5), new, **_slice(b, e, s))
    yield by_oracle("update_slice", "scalar", f32(1), f32(2), starts=(), stops=(), steps=())
    box = {"starts": (1, 2), "stops": (3, 0), "steps": (1, -1)}
    yield by_oracle("update_slice", "box", counted(3, 3), f32([[-1, -2], [-3, -4]]), **box)
    yield by_oracle("update_slice", "nothing", counted(3), empty("f32", 0), **_slice(2, 2))
    three = (counted(3), f32([8, 9]))
    last = _slice(add(B, -2), B)
    yield by_oracle_at("update_slice", "last-two", ("f32[B]", "f32[2]"), three, {"B": 3}, **last)
    fine = ("f32[5]", "f32[2]")
    yield Reject("promotion", "T", ("f32[5]", "f64[2]"), _slice(1, 3), twin=fine)
    yield Reject("too-few", "C1", fine, {**_slice(1, 3), "stops": ()}, twin_attrs=_slice(1, 3))
    yield Reject("step-zero", "C2", ("f32[5]", "f32[0]"), _slice(2, 2, 0), twin_attrs=_slice(2, 2))
    yield Reject("outside", "C3", ("f32[2]", "f32[2]"), _slice(1, 3), twin=fine)
    yield Reject("shape", "C4", ("f32[5]", "f32[3]"), _slice(1, 3), twin=fine)
    yield Reject("no-broadcast", "C4", ("f32[5]", "f32[1]"), _slice(1, 3), twin=fine)
    yield Reject("rank", "C4", ("f32[5]", "f32[1,2]"), _slice(1, 3), twin=fine)
    yield Fails("shape-at-run-time", "C4", (counted(5), counted(3)), _slice(1, 3), ("f32[5]", "f32[B]"))
    yield Fails("outside-at-run-time", "C3", (counted(2), counted(2)), _slice(1, 3), ("f32[B]", "f32[2]"))


# --- scatter ----------------------------------------------------------------------


def _scatter_cases(op: str, other: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        values = specials(dtype)
        x = vector(dtype, [values[i * (len(values) - 1) // 3] for i in range(4)])
        yield by_oracle(op, f"dtype-{dtype}", x, vector(dtype, [values[1], values[-2]]), i64([3, 1]))
    x, new = counted(2, 3), f32([[-1, 20, -3], [40, 5, 6]])
    yield by_oracle(op, "rows", x, new, i32([1, 0]))
    yield by_oracle(op, "elements", x, f32([7, -8]), i64([1, 0]), i64([2, 2]))
    yield by_oracle(op, "one", x, f32(9), i64(1), i64(0))
    yield by_oracle(op, "last", x, f32(9), i64(-1), i64(-1))
    yield by_oracle(op, "from-the-end", x, f32([7, -8, 30]), i64([-1, 0, -2]), i64([-3, -1, 1]))
    yield by_oracle(op, "rows-from-the-end", x, new, i32([-1, -2]))
    yield by_oracle(op, "one-place-from-both-ends", counted(3), f32([5, -6, 7, -8]), i64([2, -1, -3, 0]))
    yield by_oracle(op, "one-row", x, f32([7, 8, -9]), i64(1))
    yield by_oracle(op, "matrix", x, f32([[7, -8], [9, 2]]), i64([[0, 1], [1, 0]]), i64([[2, 1], [0, 0]]))
    yield by_oracle(op, "duplicates", f32([1, 2, 3]), f32([10, -20, 30, 5]), i64([1, 1, 2, 1]))
    same = i64([[1, 0], [1, 1]])
    yield by_oracle(op, "duplicate-rows", counted(2, 2), f32([[[1, -2], [3, 4]], [[-5, 6], [7, 0]]]), same)
    yield by_oracle(op, "none", x, empty("f32", 0, 3), empty("i64", 0))
    yield by_oracle(op, "empty", empty("f32", 2, 0), empty("f32", 3, 0), i64([0, 1, 1]))
    there = by_oracle(op, "symbols", x, new, i64([1, 0]))
    yield typed(there, "f32[B,3]", "f32[N,3]", "i64[N]")
    fine = ("f32[2,3]", "f32[2]", "i64[2]", "i64[2]")
    yield Reject("promotion", "T", ("f32[2,3]", f"{other}[2]", *fine[2:]), twin=fine)
    yield Reject("index-dtype", "I", (*fine[:3], "u64[2]"), twin=fine)
    yield Reject("too-many", "C1", ("f32[2]", *fine[1:]), twin=fine)
    yield Reject("index-shapes", "C2", (*fine[:3], "i64[1]"), twin=fine)
    yield Reject("updates-shape", "C3", (fine[0], "f32[3]", *fine[2:]), twin=fine)
    yield Reject("updates-rank", "C3", (fine[0], "f32[2,3]", *fine[2:]), twin=fine)
    yield from _outside(op, counted(3), f32([1, 2]), size=3)
    yield Fails("second", "E1", (x, f32([1, 2]), i64([0, 1]), i64([0, 3])))
    unequal = ("f32[2]", "f32[A]", "i64[B]")
    yield Fails("updates-at-run-time", "C3", (counted(2), counted(2), i64([0])), {}, unequal)


def _extreme_cases(op: str) -> Iterator[Case]:
    nan, inf = math.nan, math.inf
    x, new = f32([nan, 1, -inf, inf, 2]), f32([3, nan, -inf, -inf, inf])
    yield by_oracle(op, "not-finite", x, new, i64([0, 1, 2, 3, 4]))
    yield by_oracle(op, "nan-among-duplicates", f32([1]), f32([5, nan, 7]), i64([0, 0, 0]))


@cases("scatter")
def scatter() -> Iterator[Case]:
    yield from _scatter_cases("scatter", "f64")


@cases("scatter_add")
def scatter_add() -> Iterator[Case]:
    yield from _scatter_cases("scatter_add", "f64")
    nan, inf = math.nan, math.inf
    x, new = f32([nan, inf, inf]), f32([1, 1, -inf])
    yield by_oracle("scatter_add", "not-finite", x, new, i64([0, 1, 2]))
    top = extremes("i32")[1]
    yield by_oracle("scatter_add", "wraps", i32([top]), i32([1, top, 5]), i64([0, 0, 0]))
    tenths = vector("f32", [0.1] * 20)
    yield by_oracle("scatter_add", "many", f32([0.1, 0]), tenths, i64([n % 2 for n in range(20)]))
    fine = ("f32[2]", "f32[1]", "i64[1]")
    yield Reject("mixed", "T", ("i32[2]", "f32[1]", "i64[1]"), twin=fine)


@cases("scatter_max")
def scatter_max() -> Iterator[Case]:
    yield from _scatter_cases("scatter_max", "f64")
    yield from _extreme_cases("scatter_max")


@cases("scatter_min")
def scatter_min() -> Iterator[Case]:
    yield from _scatter_cases("scatter_min", "f64")
    yield from _extreme_cases("scatter_min")


@cases("nonzero")
def nonzero() -> Iterator[Case]:
    for dtype in dtypes_of("nonzero"):
        yield by_oracle("nonzero", f"dtype-{dtype}", vector(dtype, specials(dtype)), size="n")
    yield by_oracle("nonzero", "matrix", f32([[0, 1], [-0.0, math.nan], [2, 3]]), size="n")
    yield by_oracle("nonzero", "box", f32([[[0, 1]], [[1, 0]]]), size="n")
    yield by_oracle("nonzero", "none", f32([0, 0]), size="n")
    yield by_oracle("nonzero", "one", f32([2]), size="n")
    yield by_oracle("nonzero", "all", f32([[1, 2, 3], [4, 5, 6]]), size="n")
    yield by_oracle("nonzero", "rank-4", f32([[[[0, 1, 0]], [[1, 0, 5]]]]), size="n")
    yield by_oracle("nonzero", "empty", empty("f32", 0, 3), size="n")
    yield typed(by_oracle("nonzero", "symbols", f32([[0, 1], [1, 1]]), size="n"), "f32[B,?]")
    n = {"size": "n"}
    yield Reject("dtype", "T", ("bf16[2]",), n, twin=("f32[2]",))
    yield Reject("scalar", "C1", ("f32[]",), n, twin=("f32[1]",))
    yield Reject("size", "ir.attr", ("f32[2]",), {"size": 2}, twin_attrs=n)


@cases("repeat")
def repeat() -> Iterator[Case]:
    op = "repeat"
    n: dict[str, Any] = {"axis": 0, "size": "n"}
    yield Accept("literal", (f32([1, 2, 3]), i64([2, 0, 1])), (f32([1, 1, 3]),), n)
    yield from _every_dtype(op, i64([1, 0, 3, 2]), **n)
    x = counted(2, 3, 2)
    yield by_oracle(op, "first", x, i32([2, 3]), **n)
    yield by_oracle(op, "middle", x, i64([1, 0, 2]), axis=1, size="n")
    yield by_oracle(op, "last", x, i32([0, 4]), axis=2, size="n")
    yield by_oracle(op, "never", x, i64([0, 0, 0]), axis=1, size="n")
    yield by_oracle(op, "of-nothing", empty("f32", 0, 2), empty("i64", 0), **n)
    yield by_oracle(op, "empty-slices", empty("f32", 2, 0), i64([2, 1]), **n)
    yield by_oracle(op, "one", f32([[7]]), i64([5]), axis=1, size="n")
    yield by_oracle(op, "many", f32([1, 2]), i64([40, 60]), **n)
    yield typed(by_oracle(op, "symbols", f32([[1, 2]]), i64([3]), **n), "f32[B,?]", "i64[B]")
    yield typed(by_oracle(op, "unknown", f32([[1, 2]]), i32([1, 2]), axis=1, size="n"), "f32[?,?]", "i32[N]")
    fine = ("f32[2,3]", "i64[2]")
    yield Reject("count-dtype", "I", ("f32[2,3]", "u8[2]"), n, twin=fine)
    yield Reject("count-float", "I", ("f32[2,3]", "f32[2]"), n, twin=fine)
    yield Reject("axis", "C1", fine, {**n, "axis": 2}, twin_attrs=n)
    yield Reject("axis-negative", "C1", fine, {**n, "axis": -1}, twin_attrs=n)
    yield Reject("scalar", "C1", ("f32[]", "i64[2]"), n, twin=fine)
    yield Reject("count-rank", "C2", ("f32[2,3]", "i64[2,1]"), n, twin=fine)
    yield Reject("count-scalar", "C2", ("f32[2,3]", "i64[]"), n, twin=fine)
    yield Reject("counts", "C3", ("f32[2,3]", "i64[3]"), n, twin=fine)
    yield Reject("size", "ir.attr", fine, {**n, "size": 2}, twin_attrs=n)
    yield Fails("counts-at-run-time", "C3", (f32([1, 2]), i64([1])), n, operands=("f32[A]", "i64[B]"))
    for dtype in INDEX:
        bad = tensor(dtype, [1, -1])
        yield Fails(f"negative-{dtype}", "E1", (f32([1, 2]), bad), n)
        yield Fails(f"least-{dtype}", "E1", (f32([1, 2]), tensor(dtype, [extremes(dtype)[0], 0])), n)
