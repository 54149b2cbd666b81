"""Cases of schema/ops/linalg_composite.py. A runtime passes them natively and by the bodies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..model import Case, Fails, Reject, empty, f32, f64, i8, i32, tensor
from ..oracle.arrays import Array
from .matrices import (
    dominant,
    fail_not_finite,
    general,
    hollow,
    reject_matrix,
    scaled,
    seeded,
    shapes,
    symmetric,
    unit_matrix,
)
from .registry import by_oracle, cases
from .sizes import typed
from .values import Random, dtypes_of, specials

INF, NAN = math.inf, math.nan

# --- parts of factorisations ---------------------------------------------------------


@cases("inv")
def inv() -> Iterator[Case]:
    op = "inv"
    for dtype in dtypes_of(op):
        for size in (1, 3, 5):
            yield by_oracle(op, f"{size}-{dtype}", dominant(seeded(op, f"{size}", dtype, (size, size))))
        yield by_oracle(op, f"any-{dtype}", seeded(op, "any", dtype, (4, 4)))
    yield by_oracle(op, "literal", f64([[2, 1], [1, 1]]))
    yield by_oracle(op, "swap", f64([[0, 2], [4, 0]]))
    yield by_oracle(op, "graded", f64([[1e8, 1], [1, 1e-4]]))
    yield by_oracle(op, "stack", dominant(seeded(op, "stack", "f32", (2, 2, 3, 3))))
    yield by_oracle(op, "tiny", scaled(f64([[2, 1], [1, 3]]), 2.0**-300))
    yield by_oracle(op, "huge", scaled(f64([[2, 1], [1, 3]]), 2.0**300))
    yield from hollow(op)
    yield typed(by_oracle(op, "symbols", f32([[[4, 2], [1, 3]]])), "f32[B,N,N]")
    yield typed(by_oracle(op, "two-symbols", f32([[4, 2], [1, 3]])), "f32[M,N]")
    yield from reject_matrix(op, {})
    yield Fails("zeros", "solve.E1", (f32([[0, 0], [0, 0]]),))
    yield Fails("column-of-zeros", "solve.E1", (f32([[1, 0], [2, 0]]),))
    yield Fails("row-of-zeros-in-stack", "solve.E1", (f64([[[1, 0], [0, 1]], [[1, 2], [0, 0]]]),))


@cases("svdvals")
def svdvals() -> Iterator[Case]:
    op = "svdvals"
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"tall-{dtype}", seeded(op, "tall", dtype, (4, 3)))
        yield by_oracle(op, f"wide-{dtype}", seeded(op, "wide", dtype, (2, 4)))
    yield from shapes(op)
    yield by_oracle(op, "diagonal", f64([[0, 0, 3], [0, -5, 0], [1, 0, 0]]))
    yield typed(by_oracle(op, "symbols", seeded(op, "symbols", "f32", (2, 4, 3))), "f32[B,M,N]")
    yield typed(by_oracle(op, "unknown", f32([[1, 2], [3, 4], [5, 6]])), "f32[?,?]")
    yield from reject_matrix(op, {}, square=False)
    yield from fail_not_finite(op, "svd.E1", {})


@cases("eigvalsh")
def eigvalsh() -> Iterator[Case]:
    yield from symmetric("eigvalsh")
    yield from reject_matrix("eigvalsh", {})
    yield from fail_not_finite("eigvalsh", "eigh.E1", {})


@cases("eigvals")
def eigvals() -> Iterator[Case]:
    yield from general("eigvals")
    yield from reject_matrix("eigvals", {})
    yield from fail_not_finite("eigvals", "eig.E1", {})


# --- with a tolerance ----------------------------------------------------------------

#: Far from any limit by default: values 10, 1, 0.01 and 0.
GRADED = [[0, 10, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0.01], [0, 0, 0, 0]]


def _tolerant(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        real = "f32" if dtype in ("f32", "c64") else "f64"
        yield by_oracle(op, f"tall-{dtype}", seeded(op, "tall", dtype, (4, 3)))
        yield by_oracle(op, f"wide-{dtype}", seeded(op, "wide", dtype, (2, 4)))
        for rtol in (0.0, 0.01, 0.5, 2.0):
            name = f"rtol-{rtol:g}-{dtype}"
            yield by_oracle(op, name, tensor(dtype, GRADED), tensor(real, rtol))
        several = tensor(dtype, [GRADED, GRADED, GRADED])
        yield by_oracle(op, f"rtols-{dtype}", several, tensor(real, [0.5, 0.01, 0.0]))
        yield by_oracle(op, f"graded-{dtype}", tensor(dtype, GRADED))
    yield by_oracle(op, "zeros", f32([[0, 0, 0], [0, 0, 0]]))
    yield by_oracle(op, "rank-one", f64([[1, 2, 3], [2, 4, 6], [-1, -2, -3]]))
    yield by_oracle(op, "identity", unit_matrix("f32", 3))
    yield by_oracle(op, "row", f32([[3, 4]]))
    yield by_oracle(op, "column", f32([[3], [4]]))
    for rows, columns in ((0, 3), (3, 0), (0, 0)):
        yield by_oracle(op, f"{rows}x{columns}", empty("f32", rows, columns))
    yield by_oracle(op, "no-matrix", empty("f32", 0, 3, 2))
    yield by_oracle(op, "stack", seeded(op, "stack", "f32", (2, 2, 3, 2)))
    last = f64([[0.5], [0.01]])
    yield by_oracle(op, "rtol-broadcasts", tensor("f64", [[GRADED, GRADED], [GRADED, GRADED]]), last)
    there = seeded(op, "symbols", "f32", (2, 4, 3))
    yield typed(by_oracle(op, "symbols", there), "f32[B,M,N]")
    yield typed(by_oracle(op, "symbols-and-rtol", there, f32([0, 0])), "f32[B,M,N]", "f32[B]")
    yield from reject_matrix(op, {}, square=False)
    x = "f32[3,3]"
    yield Reject("rtol-integer", "R", (x, "i32[]"), twin=(x, "f32[]"))
    yield Reject("rtol-precision", "C2", (x, "f64[]"), twin=(x, "f32[]"))
    yield Reject("rtol-shape", "C3", (x, "f32[1]"), twin=(x, "f32[]"))
    yield Reject("rtol-stack", "C3", ("f32[2,3,3]", "f32[3]"), twin=("f32[2,3,3]", "f32[2]"))
    yield Fails("rtol-stack-at-run-time", "C3", (there, f32([0, 0, 0])), operands=("f32[B,M,N]", "f32[C]"))
    yield from fail_not_finite(op, "svd.E1", {})


@cases("pinv")
def pinv() -> Iterator[Case]:
    yield from _tolerant("pinv")


@cases("matrix_rank")
def matrix_rank() -> Iterator[Case]:
    yield from _tolerant("matrix_rank")


# --- products ------------------------------------------------------------------------


@cases("matrix_power")
def matrix_power() -> Iterator[Case]:
    op = "matrix_power"
    for dtype in dtypes_of(op):
        x = dominant(seeded(op, "x", dtype, (3, 3), -1.0, 1.0), 2.0)
        for n in (0, 1, 2, 3, 6, -1, -3):
            yield by_oracle(op, f"{n}-{dtype}".replace("--", "-minus-"), x, n=n)
    turn = f64([[0, -1], [1, 0]])
    for n in (7, 8, 100, -2, -5):
        yield by_oracle(op, f"turn-{n}".replace("--", "-minus-"), turn, n=n)
    stack = dominant(seeded(op, "stack", "f32", (2, 2, 2, 2), -1.0, 1.0), 2.0)
    for n in (0, 3, -2):
        yield by_oracle(op, f"stack-{n}".replace("--", "-minus-"), stack, n=n)
        for case in hollow(op, n=n):
            yield by_oracle(op, f"{case.name}-{n}".replace("--", "-minus-"), *case.inputs, n=n)
    yield by_oracle(op, "one", f32([[0.5]]), n=-4)
    yield by_oracle(op, "singular", f32([[1, 1], [1, 1]]), n=4)
    for n in (0, 2, -1):
        there = by_oracle(op, f"symbols-{n}".replace("--", "-minus-"), f32([[[4, 2], [1, 3]]]), n=n)
        yield typed(there, "f32[B,N,N]")
    yield typed(by_oracle(op, "unknown", f32([[4, 2], [1, 3]]), n=3), "f32[?,?]")
    yield from reject_matrix(op, {"n": 2})
    yield Fails("zeros", "solve.E1", (f32([[0, 0], [0, 0]]),), {"n": -1})


def _pairs(op: str, size: int) -> Iterator[Case]:
    """Stacks of vectors that broadcast."""
    for name, left, right in (
        ("stack", (2, 3), (2, 3)),
        ("stack-left", (2, 4), ()),
        ("stack-right", (), (3,)),
        ("stack-both", (2, 1), (3,)),
        ("none", (0,), (1,)),
        ("none-at-all", (0, 2), (0, 2)),
    ):
        random = Random(f"{op} {name}")
        x, y = random.array("f32", (*left, size)), random.array("f32", (*right, size))
        yield by_oracle(op, name, x, y)
    x, y = Random(op).array("f32", (2, 1, size)), Random(f"{op} y").array("f32", (3, size))
    yield typed(by_oracle(op, "symbols", x, y), f"f32[B,1,{size}]", f"f32[N,{size}]")
    good = f"f32[2,{size}]"
    yield Reject("dtype", "T", (f"bool[2,{size}]", good), twin=(good, good))
    yield Reject("promotion", "T", (good, f"f64[2,{size}]"), twin=(good, good))
    yield Reject("scalar", "C1", ("f32[]", good), twin=(good, good))
    yield Reject("unequal", "C2", (good, f"f32[2,{size + 1}]"), twin=(good, good))
    yield Reject("one", "C2", (good, "f32[2,1]"), twin=(good, good))
    yield Reject("stacks", "C3", (good, f"f32[3,{size}]"), twin=(good, f"f32[1,{size}]"))
    a, b = Random(op).array("f32", (2, size)), Random(op).array("f32", (3, size))
    yield Fails("stacks-at-run-time", "C3", (a, b), operands=(f"f32[A,{size}]", f"f32[B,{size}]"))


@cases("vecdot")
def vecdot() -> Iterator[Case]:
    op = "vecdot"
    for dtype in dtypes_of(op):
        random = Random(f"{op} {dtype}")
        yield by_oracle(op, f"values-{dtype}", random.array(dtype, (3, 5)), random.array(dtype, (3, 5)))
    yield by_oracle(op, "vectors", f32([1, 2, 3]), f32([4, 5, 6]))
    yield by_oracle(op, "wraps", i8([100, 100]), i8([2, 1]))
    yield by_oracle(op, "cancels", f32([1e6, 1, -1e6]), f32([1e2, 1, 1e2]))
    yield by_oracle(op, "of-nothing", empty("f32", 2, 0), empty("f32", 0))
    rows = f32([[INF, 1], [INF, -INF], [NAN, 0], [0, 2]])
    yield by_oracle(op, "specials", rows, f32([0, 1]))
    long = Random(f"{op} long")
    yield by_oracle(op, "long", long.array("f32", (200,)), long.array("f32", (200,)))
    lengths = by_oracle(op, "symbolic-length", f32([[1, 2]]), f32([[3, 4]]))
    yield typed(lengths, "f32[B,N]", "f32[B,N]")
    yield Fails("unequal-at-run-time", "C2", (f32([1]), f32([1, 2])), operands=("f32[M]", "f32[N]"))
    yield from _pairs(op, 3)


@cases("cross")
def cross() -> Iterator[Case]:
    op = "cross"
    for dtype in dtypes_of(op):
        random = Random(f"{op} {dtype}")
        yield by_oracle(op, f"values-{dtype}", random.array(dtype, (4, 3)), random.array(dtype, (4, 3)))
    yield by_oracle(
        op, "axes", i32([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), i32([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    )
    yield by_oracle(op, "itself", f32([1, 2, 3]), f32([1, 2, 3]))
    yield by_oracle(op, "wraps", i8([100, 100, 1]), i8([2, 1, 100]))
    yield by_oracle(op, "specials", f32([[INF, 1, 0], [NAN, 0, 1]]), f32([1, 2, 3]))
    yield Fails("length-at-run-time", "C2", (f32([1, 2]), f32([1, 2])), operands=("f32[N]", "f32[N]"))
    yield from _pairs(op, 3)


# --- diagonals -----------------------------------------------------------------------


def _diagonals(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        values = (specials(dtype) * 3)[:6] if op == "diagonal" else None
        x = Array(dtype, (2, 3), values) if values else Random(f"{op} {dtype}").array(dtype, (2, 3))
        yield by_oracle(op, f"dtype-{dtype}", x)
    box = Array("f32", (3, 4), range(12))
    for offset in (1, 2, 3, 4, -1, -2, -3, 2**40, -(2**40)):
        yield by_oracle(op, f"offset-{offset}".replace("--", "-minus-"), box, offset=offset)
    tall = Array("i64", (4, 2), range(8))
    for offset in (0, 1, -1, -2, -3):
        yield by_oracle(op, f"tall-{offset}".replace("--", "-minus-"), tall, offset=offset)
    yield by_oracle(op, "one", f32([[3]]))
    yield by_oracle(op, "stack", Array("f32", (2, 2, 2, 3), range(24)), offset=1)
    for rows, columns in ((0, 3), (3, 0), (0, 0)):
        yield by_oracle(op, f"{rows}x{columns}", empty("f32", rows, columns))
        yield by_oracle(op, f"{rows}x{columns}-below", empty("f32", rows, columns), offset=-1)
    yield by_oracle(op, "no-matrix", empty("f32", 0, 2, 2))
    for offset in (0, 1, -1):
        there = by_oracle(op, f"symbols-{offset}".replace("--", "-minus-"), box, offset=offset)
        yield typed(there, "f32[M,N]")
    good = {"offset": 0}
    yield Reject("vector", "C1", ("f32[3]",), good, twin=("f32[3,3]",))
    yield Reject("unknown-rank", "ir.known", ("f32[...]",), good, twin=("f32[3,3]",))


@cases("diagonal")
def diagonal() -> Iterator[Case]:
    yield from _diagonals("diagonal")
    yield Reject("type", "ir.operand", ("int",), {"offset": 0}, twin=("f32[3,3]",))


@cases("trace")
def trace() -> Iterator[Case]:
    yield from _diagonals("trace")
    yield by_oracle("trace", "wraps", i8([[100, 0], [0, 100]]))
    yield by_oracle("trace", "not-finite", f32([[[INF, 0], [0, -INF]], [[1, NAN], [0, INF]]]))
    yield by_oracle("trace", "cancels", f64([[1e16, 0, 0], [0, 1, 0], [0, 0, -1e16]]))
    yield Reject("dtype", "T", ("bool[3,3]",), {"offset": 0}, twin=("f32[3,3]",))


# --- norms ---------------------------------------------------------------------------

ORDERS = (0.0, 1.0, 2.0, 3.0, 0.5, 2.5, -1.0, -2.0, -0.5, INF, -INF)


@cases("vector_norm")
def vector_norm() -> Iterator[Case]:
    op = "vector_norm"

    def named(ord: float) -> str:
        return f"{ord:g}".replace("-", "minus-")

    for dtype in dtypes_of(op):
        x = seeded(op, "x", dtype, (3, 5))
        for ord in ORDERS:
            yield by_oracle(op, f"{named(ord)}-{dtype}", x, axes=(1,), ord=ord)
    x = seeded(op, "axes", "f32", (2, 3, 4))
    for axes in ((0,), (1,), (0, 2), (0, 1, 2)):
        name = "-".join(map(str, axes))
        yield by_oracle(op, f"axes-{name}", x, axes=axes)
        yield by_oracle(op, f"kept-{name}", x, axes=axes, keepdims=True)
    for ord in ORDERS:
        yield by_oracle(op, f"no-axes-{named(ord)}", f32([1, -2, 0]), axes=(), ord=ord)
        special = f32([[0, 0], [0, 2], [INF, 1], [-INF, INF], [NAN, 0], [NAN, INF], [-3, -0.0]])
        yield by_oracle(op, f"specials-{named(ord)}", special, axes=(1,), ord=ord)
    for ord in (0.0, 1.0, 2.0, 3.0, -1.0):
        yield by_oracle(op, f"of-nothing-{named(ord)}", empty("f32", 2, 0), axes=(1,), ord=ord)
    yield by_oracle(op, "empty", empty("f32", 0, 2), axes=(1,), ord=INF)
    yield by_oracle(op, "scalar", f64(-3), axes=())
    yield by_oracle(op, "first", f64([[3, 4], [4, 3]]), axes=(0,))
    yield typed(by_oracle(op, "symbols", x, axes=(0, 2), ord=3.0), "f32[B,?,N]")
    yield typed(by_oracle(op, "symbols-infinity", x, axes=(0, 2), ord=INF), "f32[B,?,N]")
    good: dict[str, Any] = {"axes": (0,), "ord": 2.0, "keepdims": False}
    yield Reject("dtype", "T", ("i32[2]",), good, twin=("f32[2]",))
    yield Reject("unknown-rank", "ir.known", ("f32[...]",), good, twin=("f32[2]",))
    yield Reject("outside", "C1", ("f32[2]",), {**good, "axes": (1,)}, twin_attrs=good)
    yield Reject("negative", "C1", ("f32[2]",), {**good, "axes": (-1,)}, twin_attrs=good)
    both = {**good, "axes": (0, 1)}
    yield Reject("order", "C2", ("f32[2,2]",), {**good, "axes": (1, 0)}, twin_attrs=both)
    yield Reject("twice", "C2", ("f32[2,2]",), {**good, "axes": (1, 1)}, twin_attrs=both)
    for ord in (INF, -INF):
        at = {**good, "ord": ord}
        yield Reject(f"of-nothing-{named(ord)}", "C3", ("f32[0]",), at, twin=("f32[1]",))
        yield Fails(f"of-nothing-at-run-time-{named(ord)}", "C3", (empty("f32", 0),), at, ("f32[N]",))


NORMS = ("fro", "nuc", "1", "-1", "2", "-2", "inf", "-inf")


@cases("matrix_norm")
def matrix_norm() -> Iterator[Case]:
    op = "matrix_norm"

    def named(ord: str) -> str:
        return ord.replace("-", "minus-")

    for ord in NORMS:
        for dtype in dtypes_of(op):
            yield by_oracle(op, f"{named(ord)}-{dtype}", seeded(op, "x", dtype, (3, 4)), ord=ord)
        yield by_oracle(op, f"{named(ord)}-tall", seeded(op, "tall", "f64", (4, 2)), ord=ord)
        stack = seeded(op, "stack", "f32", (2, 2, 2, 3))
        yield by_oracle(op, f"{named(ord)}-stack", stack, ord=ord)
        yield by_oracle(op, f"{named(ord)}-kept", stack, ord=ord, keepdims=True)
        yield by_oracle(op, f"{named(ord)}-literal", f64([[3, 0], [0, -4]]), ord=ord)
        yield by_oracle(op, f"{named(ord)}-zeros", f32([[0, 0], [0, 0]]), ord=ord)
        yield by_oracle(op, f"{named(ord)}-no-matrix", empty("f32", 0, 2, 2), ord=ord)
        symbols = by_oracle(op, f"{named(ord)}-symbols", seeded(op, "x", "f32", (2, 3)), ord=ord)
        yield typed(symbols, "f32[M,N]")
        if ord in ("fro", "nuc"):
            for rows, columns in ((0, 3), (3, 0), (0, 0)):
                yield by_oracle(op, f"{ord}-{rows}x{columns}", empty("f32", rows, columns), ord=ord)
        if ord not in ("nuc", "2", "-2"):
            special = f32([[[NAN, 1], [2, 3]], [[INF, 1], [2, 3]], [[1, INF], [-INF, NAN]]])
            yield by_oracle(op, f"{named(ord)}-specials", special, ord=ord)
    good: dict[str, Any] = {"ord": "fro", "keepdims": False}
    yield from reject_matrix(op, good, square=False)
    yield Reject("name", "C2", ("f32[2,2]",), {**good, "ord": "max"}, twin_attrs=good)
    most = {**good, "ord": "2"}
    yield Reject("of-nothing", "C3", ("f32[0,2]",), most, twin=("f32[1,2]",))
    yield Fails("of-nothing-at-run-time", "C3", (empty("f32", 2, 0),), most, ("f32[2,N]",))
    yield from fail_not_finite(op, "svd.E1", most)
