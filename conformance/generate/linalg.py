"""Cases of schema/ops/linalg.py."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Accept, Case, Fails, Reject, c128, empty, f32, f64, tensor
from . import linalg_composite
from .matrices import (
    dominant,
    fail_not_finite,
    general,
    hermitian,
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
from .values import dtypes_of

__all__ = ["linalg_composite"]

# --- factorisations ------------------------------------------------------------------


@cases("cholesky")
def cholesky() -> Iterator[Case]:
    op = "cholesky"
    for upper in (False, True):
        side = "upper" if upper else "lower"
        for dtype in dtypes_of(op):
            x = hermitian(seeded(op, side, dtype, (4, 4), -1.0, 1.0), 4.0)
            yield by_oracle(op, f"{side}-{dtype}", x, upper=upper)
        yield by_oracle(op, f"{side}-literal", f64([[4, 2], [2, 10]]), upper=upper)
        yield by_oracle(op, f"{side}-one", f32([[9]]), upper=upper)
        stack = hermitian(seeded(op, f"{side}-stack", "f32", (2, 1, 3, 3), -1.0, 1.0), 3.0)
        yield by_oracle(op, f"{side}-stack", stack, upper=upper)
        yield by_oracle(op, f"{side}-empty", empty("f64", 0, 0), upper=upper)
    yield by_oracle(op, "phases", c128([[2, 1j], [-1j, 2]]), upper=False)
    yield by_oracle(op, "no-matrix", empty("f32", 0, 2, 2))
    yield by_oracle(op, "stack-of-empty", empty("c64", 3, 0, 0))
    large = hermitian(seeded(op, "large", "f32", (9, 9), -1.0, 1.0), 6.0)
    yield by_oracle(op, "large", large)
    yield by_oracle(op, "tiny", scaled(hermitian(seeded(op, "tiny", "f64", (3, 3)), 9.0), 2.0**-300))
    yield by_oracle(op, "huge", scaled(hermitian(seeded(op, "huge", "f64", (3, 3)), 9.0), 2.0**300))
    yield typed(by_oracle(op, "symbols", f32([[[4, 2], [2, 3]]])), "f32[B,N,N]")
    yield typed(by_oracle(op, "unknown", f32([[4, 2], [2, 3]])), "f32[?,?]")
    good = {"upper": False}
    yield from reject_matrix(op, good)
    yield Fails("negative", "E1", (f64([[-1]]),), good)
    yield Fails("zero", "E1", (f32([[0, 0], [0, 0]]),), good)
    yield Fails("indefinite", "E1", (f64([[1, 2], [2, 1]]),), good)
    yield Fails("indefinite-upper", "E1", (f64([[1, 2], [2, 1]]),), {"upper": True})
    yield Fails("indefinite-in-stack", "E1", (f64([[[2, 0], [0, 2]], [[1, 2], [2, 1]]]),), good)
    yield Fails("indefinite-complex", "E1", (c128([[1, 2j], [-2j, 1]]),), good)
    yield from fail_not_finite(op, "E1", good)


@cases("qr")
def qr() -> Iterator[Case]:
    op = "qr"
    for mode in ("reduced", "complete"):
        for dtype in dtypes_of(op):
            yield by_oracle(op, f"{mode}-{dtype}", seeded(op, mode, dtype, (4, 3)), mode=mode)
            yield by_oracle(op, f"{mode}-wide-{dtype}", seeded(op, mode, dtype, (2, 4)), mode=mode)
    for mode in ("reduced", "complete"):
        for case in shapes(op, mode=mode):
            yield Accept(f"{mode}-{case.name}", case.inputs, case.outputs, case.attrs, case.operands)
    for scale in (2.0**-300, 2.0**300):
        name = "tiny" if scale < 1 else "huge"
        yield by_oracle(op, name, scaled(seeded(op, name, "f64", (3, 2)), scale), mode="reduced")
    there = by_oracle(op, "symbols", seeded(op, "symbols", "f32", (2, 4, 3)))
    yield typed(there, "f32[B,M,N]")
    yield typed(by_oracle(op, "unknown", f32([[1, 2], [3, 4], [5, 6]])), "f32[?,?]")
    good = {"mode": "reduced"}
    yield from reject_matrix(op, good, square=False)
    yield Reject("mode", "C2", ("f32[3,3]",), {"mode": "raw"}, twin_attrs=good)


@cases("svd")
def svd() -> Iterator[Case]:
    op = "svd"
    for full in (True, False):
        word = "full" if full else "reduced"
        for dtype in dtypes_of(op):
            yield by_oracle(op, f"{word}-{dtype}", seeded(op, word, dtype, (3, 2)), full_matrices=full)
            wide = seeded(op, f"{word} wide", dtype, (2, 4))
            yield by_oracle(op, f"{word}-wide-{dtype}", wide, full_matrices=full)
        for case in shapes(op, full_matrices=full):
            yield Accept(
                f"{word}-{case.name}", case.inputs, case.outputs, case.attrs, case.operands, case.bounds
            )
    yield by_oracle(op, "diagonal", f64([[0, 0, 3], [0, -5, 0], [1, 0, 0]]))
    yield by_oracle(op, "graded", f32([[1e6, 1], [1, 1e-6]]))
    for scale in (2.0**-300, 2.0**300):
        name = "tiny" if scale < 1 else "huge"
        yield by_oracle(op, name, scaled(seeded(op, name, "f64", (3, 2)), scale), full_matrices=False)
    there = by_oracle(op, "symbols", seeded(op, "symbols", "f32", (2, 3, 2)), full_matrices=False)
    yield typed(there, "f32[B,M,N]")
    yield typed(by_oracle(op, "unknown", f32([[1, 2], [3, 4], [5, 6]])), "f32[?,?]")
    good = {"full_matrices": True}
    yield from reject_matrix(op, good, square=False)
    yield from fail_not_finite(op, "E1", good)


@cases("eigh")
def eigh() -> Iterator[Case]:
    op = "eigh"
    yield from symmetric(op)
    yield from reject_matrix(op, {})
    yield from fail_not_finite(op, "E1", {})


@cases("eig")
def eig() -> Iterator[Case]:
    op = "eig"
    yield from general(op)
    yield from reject_matrix(op, {})
    yield from fail_not_finite(op, "E1", {})


# --- systems and determinants ----------------------------------------------------------


@cases("solve")
def solve() -> Iterator[Case]:
    op = "solve"
    for dtype in dtypes_of(op):
        for columns in (1, 3):
            x, y = seeded(op, "x", dtype, (4, 4)), seeded(op, "y", dtype, (4, columns))
            yield by_oracle(op, f"{columns}-{dtype}", dominant(x), y)
        yield by_oracle(op, f"any-{dtype}", seeded(op, "any", dtype, (3, 3)), seeded(op, "b", dtype, (3, 2)))
    yield by_oracle(op, "literal", f64([[2, 1], [1, 3]]), f64([[3], [5]]))
    yield by_oracle(op, "one", f32([[4]]), f32([[2, -6]]))
    yield by_oracle(op, "swap", f64([[0, 2], [3, 0]]), f64([[4], [9]]))
    for name, left, right in (
        ("stack", (2, 3, 3), (2, 3, 2)),
        ("stack-left", (2, 3, 3), (3, 2)),
        ("stack-right", (3, 3), (2, 3, 1)),
        ("stack-both", (2, 1, 2, 2), (3, 2, 1)),
    ):
        x, y = seeded(op, f"{name} x", "f32", left), seeded(op, f"{name} y", "f32", right)
        yield by_oracle(op, name, dominant(x), y)
    yield by_oracle(op, "no-column", unit_matrix("f32", 2), empty("f32", 2, 0))
    yield by_oracle(op, "empty", empty("f64", 0, 0), empty("f64", 0, 3))
    yield by_oracle(op, "no-matrix", empty("c64", 0, 2, 2), tensor("c64", [[1], [2]]))
    yield by_oracle(op, "zeros-on-the-right", f32([[1, 2], [3, 4]]), f32([[0], [0]]))
    large = dominant(seeded(op, "large", "f32", (9, 9)), 12.0)
    yield by_oracle(op, "large", large, seeded(op, "large y", "f32", (9, 1)))
    yield by_oracle(op, "graded", f64([[1e8, 1], [1, 1e-4]]), f64([[1], [1]]))
    for scale in (2.0**-300, 2.0**300):
        name = "tiny" if scale < 1 else "huge"
        yield by_oracle(op, name, scaled(f64([[2, 1], [1, 3]]), scale), f64([[3], [5]]))
    x, y = f32([[2, 1], [1, 3]]), f32([[3], [5]])
    yield typed(
        by_oracle(op, "symbols", tensor("f32", [x.items[:2], x.items[2:]]), y), "f32[N,N]", "f32[N,1]"
    )
    yield typed(by_oracle(op, "unknown", x, y), "f32[?,?]", "f32[?,?]")
    good, other = "f32[3,3]", "f32[3,2]"
    fine = (good, other)
    yield Reject("dtype", "T", ("i32[3,3]", other), twin=fine)
    yield Reject("promotion", "T", (good, "f64[3,2]"), twin=fine)
    yield Reject("vector", "C1", ("f32[3]", other), twin=fine)
    yield Reject("not-square", "C2", ("f32[2,3]", other), twin=fine)
    yield Reject("right-vector", "C3", (good, "f32[3]"), twin=fine)
    yield Reject("unequal", "C4", (good, "f32[2,2]"), twin=fine)
    yield Reject("unequal-one", "C4", (good, "f32[1,2]"), twin=fine)
    yield Reject("stack", "C5", ("f32[2,3,3]", "f32[3,3,2]"), twin=("f32[2,3,3]", "f32[2,3,2]"))
    yield Fails("not-square-at-run-time", "C2", (f32([[1, 2]]), y), operands=("f32[A,B]", "f32[B,1]"))
    yield Fails("unequal-at-run-time", "C4", (x, f32([[1]])), operands=("f32[N,N]", "f32[M,1]"))
    yield Fails("zeros", "E1", (f32([[0, 0], [0, 0]]), y))
    yield Fails("column-of-zeros", "E1", (f32([[1, 0], [2, 0]]), y))
    yield Fails("row-of-zeros", "E1", (f32([[1, 3], [0, 0]]), y))
    yield Fails("zero-in-stack", "E1", (f32([[[2, 1], [1, 3]], [[0, 0], [0, 1]]]), y))
    yield Fails("zero-complex", "E1", (c128([[0]]), c128([[1j]])))


def determined(op: str) -> Iterator[Accept]:
    """Square matrices far from singular, and singular beyond doubt."""
    for dtype in dtypes_of(op):
        for size in (2, 3, 5):
            x = dominant(seeded(op, f"{size}", dtype, (size, size), -2.0, 2.0), 4.0)
            yield by_oracle(op, f"{size}-{dtype}", x)
        yield by_oracle(op, f"zeros-{dtype}", tensor(dtype, [[0, 0], [0, 0]]))
    yield by_oracle(op, "one", f32([[-3]]))
    yield by_oracle(op, "swap", f64([[0, 1], [1, 0]]))
    yield by_oracle(op, "cycle", f64([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    yield by_oracle(op, "negative", f32([[1, 2], [3, 4]]))
    yield by_oracle(op, "identity", unit_matrix("f32", 4))
    yield by_oracle(op, "column-of-zeros", f64([[1, 0], [2, 0]]))
    yield by_oracle(op, "row-of-zeros", f64([[0, 0], [1, 2]]))
    yield by_oracle(op, "phases", c128([[1, 2j], [3, 4]]))
    stack = dominant(seeded(op, "stack", "f32", (2, 2, 3, 3), -1.0, 1.0), 3.0)
    yield by_oracle(op, "stack", stack)
    yield by_oracle(op, "stack-of-one", f32([[[[2, 0], [0, 3]]]]))
    yield from hollow(op)
    yield typed(by_oracle(op, "symbols", f32([[[4, 2], [1, 3]]])), "f32[B,N,N]")
    yield typed(by_oracle(op, "unknown", f32([[4, 2], [1, 3]])), "f32[?,?]")


@cases("det")
def det() -> Iterator[Case]:
    yield from determined("det")
    yield by_oracle("det", "overflows", f32([[1e30, 0], [0, 1e30]]))
    yield by_oracle("det", "cancels", f64([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    yield from reject_matrix("det", {})


@cases("slogdet")
def slogdet() -> Iterator[Case]:
    yield from determined("slogdet")
    for dtype, size in (("f32", 1e30), ("f64", 1e300), ("f32", 1e-30), ("f64", -1e-300)):
        name = f"beyond-{dtype}-{size:g}".replace("--", "-minus-")
        yield by_oracle("slogdet", name, tensor(dtype, [[size, 0], [0, 1 / size]]))
        yield by_oracle("slogdet", f"{name}-squared", tensor(dtype, [[size, 0], [0, 2 * size]]))
    yield from reject_matrix("slogdet", {})
