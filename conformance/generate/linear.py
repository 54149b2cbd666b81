"""Cases of schema/ops/linear.py."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

from ..model import Accept, Case, Fails, Reject, empty, f32, i8, i32
from .registry import by_oracle, cases
from .values import Random, dtypes_of


@cases("matmul")
def matmul() -> Iterator[Case]:
    op, inf, nan = "matmul", math.inf, math.nan
    yield Accept("literal", (i32([[1, 2], [3, 4]]), i32([[5, 6], [7, 8]])), (i32([[19, 22], [43, 50]]),))
    for dtype in dtypes_of(op):
        seeded = Random(f"{op} {dtype}")
        yield by_oracle(op, f"values-{dtype}", seeded.array(dtype, (3, 4)), seeded.array(dtype, (4, 2)))
    yield by_oracle(op, "wraps", i8([[100, 100]]), i8([[2], [1]]))
    seeded = Random(op)
    for name, left, right in (
        ("row-column", (1, 5), (5, 1)),
        ("column-row", (3, 1), (1, 2)),
        ("batch", (2, 3, 4), (2, 4, 2)),
        ("batch-left", (2, 3, 4), (4, 2)),
        ("batch-right", (3, 4), (2, 4, 2)),
        ("batch-both", (2, 1, 2, 3), (3, 3, 2)),
        ("batch-empty", (0, 2, 3), (1, 3, 2)),
        ("long", (2, 200), (200, 2)),
        ("square", (9, 9), (9, 9)),
    ):
        yield by_oracle(op, name, seeded.array("f32", left), seeded.array("f32", right))
    yield by_oracle(op, "inner-empty", empty("f32", 2, 0), empty("f32", 0, 3))
    yield by_oracle(op, "rows-empty", empty("f32", 0, 2), f32([[1], [2]]))
    yield by_oracle(op, "cancels", f32([[1e6, 1, -1e6]]), f32([[1e2], [1], [1e2]]))
    rows = f32([[inf, 1], [inf, -inf], [nan, 0], [0, 2]])
    yield by_oracle(op, "specials", rows, f32([[1, 0, -1], [1, 1, 1]]))
    symbolic = by_oracle(op, "symbols", seeded.array("f32", (2, 3, 4)), seeded.array("f32", (4, 5)))
    yield dataclasses.replace(symbolic, operands=("f32[B,3,K]", "f32[K,5]"))
    x, y = "f32[3,4]", "f32[4,2]"
    yield Reject("dtype", "T", ("bool[3,4]", y), twin=(x, y))
    yield Reject("promotion", "T", (x, "f64[4,2]"), twin=(x, y))
    yield Reject("left-rank", "C1", ("f32[4]", y), twin=(x, y))
    yield Reject("right-rank", "C2", (x, "f32[4]"), twin=(x, y))
    yield Reject("inner", "C3", (x, "f32[3,2]"), twin=(x, y))
    yield Reject("inner-one", "C3", (x, "f32[1,2]"), twin=(x, y))
    yield Reject("batch", "C4", ("f32[2,3,4]", "f32[3,4,2]"), twin=("f32[2,3,4]", "f32[2,4,2]"))
    ones = f32([[1, 1]])
    yield Fails("inner-unknown", "C3", (ones, f32([[1], [1], [1]])), operands=("f32[1,?]", "f32[3,1]"))
    batch = f32([[[1, 1]], [[1, 1]]])
    column = f32([[[1], [1]]] * 3)
    yield Fails("batch-unknown", "C4", (batch, column), operands=("f32[B,1,2]", "f32[3,2,1]"))
