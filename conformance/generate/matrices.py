"""Matrices and cases that the generators of linear algebra share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..model import Accept, Case, Fails, Reject, c128, empty, f32, f64
from ..oracle.arrays import Array, make
from .registry import by_oracle
from .sizes import typed
from .values import Random, dtypes_of

Ints = tuple[int, ...]


def seeded(op: str, name: str, dtype: str, shape: Ints, low: float = -4.0, high: float = 4.0) -> Array:
    """Seeded matrices."""
    return Random(f"{op} {name} {dtype}").array(dtype, shape, low, high)


def hermitian(x: Array, shift: float = 0.0) -> Array:
    """Half of the sum of each matrix and its adjoint, plus `shift` on the diagonal."""

    def element(i: Ints) -> Any:
        other = x[(*i[:-2], i[-1], i[-2])]
        turned = other.conjugate() if isinstance(other, complex) else other
        return (x[i] + turned) / 2 + (shift if i[-1] == i[-2] else 0)

    return make(x.dtype, x.shape, element)


def dominant(x: Array, shift: float = 6.0) -> Array:
    """Matrices far from singular: `shift` more on the diagonal."""
    return make(x.dtype, x.shape, lambda i: x[i] + (shift if i[-1] == i[-2] else 0))


def scaled(x: Array, factor: float) -> Array:
    return x.map(lambda item: item * factor)


def unit_matrix(dtype: str, size: int) -> Array:
    return make(dtype, (size, size), lambda i: int(i[0] == i[1]))


def reject_matrix(op: str, attrs: dict[str, Any], *, square: bool = True) -> Iterator[Case]:
    """Wrong dtypes and shapes of one operand."""
    good = "f32[3,3]"
    yield Reject("dtype", "T", ("i32[3,3]",), attrs, twin=(good,))
    yield Reject("half", "T", ("f16[3,3]",), attrs, twin=(good,))
    yield Reject("vector", "C1", ("f32[3]",), attrs, twin=(good,))
    yield Reject("scalar", "C1", ("f32[]",), attrs, twin=(good,))
    yield Reject("unknown-rank", "ir.known", ("f32[...]",), attrs, twin=(good,))
    if square:
        yield Reject("not-square", "C2", ("f32[3,2]",), attrs, twin=(good,))
        yield Reject("stack-not-square", "C2", ("f32[3,3,2]",), attrs, twin=("f32[3,3,3]",))
        wide = f32([[1, 2, 3], [4, 5, 6]])
        yield Fails("not-square-at-run-time", "C2", (wide,), attrs, ("f32[A,B]",))


def fail_not_finite(op: str, label: str, attrs: dict[str, Any]) -> Iterator[Case]:
    """Infinities and NaNs where they are errors."""
    for name, value in (("nan", math.nan), ("infinity", math.inf), ("minus-infinity", -math.inf)):
        yield Fails(name, label, (f64([[2, 0], [0, value]]),), attrs)
    yield Fails("nan-in-stack", label, (f32([[[1, 0], [0, 1]], [[math.nan, 0], [0, 1]]]),), attrs)
    if "c128" in dtypes_of(op):
        yield Fails("nan-of-imaginary", label, (c128([[complex(1, math.nan), 0], [0, 1]]),), attrs)


def shapes(op: str, **attrs: Any) -> Iterator[Accept]:
    """Tall, wide, square, small, and no matrices."""
    for rows, columns in ((4, 3), (3, 4), (3, 3), (1, 1), (1, 4), (4, 1), (7, 2), (0, 3), (3, 0), (0, 0)):
        name = f"{rows}x{columns}"
        yield by_oracle(op, name, seeded(op, name, "f32", (rows, columns)), **attrs)
    yield by_oracle(op, "stack", seeded(op, "stack", "f64", (2, 3, 3, 2)), **attrs)
    yield by_oracle(op, "no-matrix", empty("f32", 0, 3, 2), **attrs)
    yield by_oracle(op, "stack-of-empty", empty("f32", 2, 0, 3), **attrs)
    yield by_oracle(op, "zeros", f64([[0, 0], [0, 0], [0, 0]]), **attrs)
    yield by_oracle(op, "rank-one", f64([[1, 2, 3], [2, 4, 6], [-1, -2, -3]]), **attrs)
    yield by_oracle(op, "identity", unit_matrix("f32", 3), **attrs)


def symmetric(op: str) -> Iterator[Accept]:
    """Matrices that are their own adjoints."""
    for dtype in dtypes_of(op):
        for size in (2, 4):
            x = hermitian(seeded(op, f"{size}", dtype, (size, size)))
            yield by_oracle(op, f"{size}-{dtype}", x)
    yield by_oracle(op, "one", f32([[-3]]))
    yield by_oracle(op, "diagonal", f64([[3, 0, 0], [0, -1, 0], [0, 0, 2]]))
    yield by_oracle(op, "identity", unit_matrix("f32", 3))
    yield by_oracle(op, "zeros", f32([[0, 0], [0, 0]]))
    yield by_oracle(op, "equal-values", f64([[2, 1, 1], [1, 2, 1], [1, 1, 2]]))
    yield by_oracle(op, "singular", f64([[1, 1], [1, 1]]))
    yield by_oracle(op, "phases", c128([[1, 2j], [-2j, 1]]))
    yield by_oracle(op, "stack", hermitian(seeded(op, "stack", "f32", (2, 2, 3, 3))))
    yield by_oracle(op, "large", hermitian(seeded(op, "large", "f32", (8, 8))))
    yield by_oracle(op, "tiny", scaled(hermitian(seeded(op, "tiny", "f64", (3, 3))), 2.0**-300))
    yield by_oracle(op, "huge", scaled(hermitian(seeded(op, "huge", "f64", (3, 3))), 2.0**300))
    yield from hollow(op)
    yield typed(by_oracle(op, "symbols", f32([[[4, 2], [2, 3]]])), "f32[B,N,N]")
    yield typed(by_oracle(op, "unknown", f32([[4, 2], [2, 3]])), "f32[?,?]")


def hollow(op: str, **attrs: Any) -> Iterator[Accept]:
    """Matrices without elements, and no matrices."""
    yield by_oracle(op, "empty", empty("f64", 0, 0), **attrs)
    yield by_oracle(op, "stack-of-empty", empty(dtypes_of(op)[-1], 3, 0, 0), **attrs)
    yield by_oracle(op, "no-matrix", empty("f32", 0, 2, 2), **attrs)


def general(op: str) -> Iterator[Accept]:
    """Square matrices with eigenvalues apart from each other."""
    for dtype in dtypes_of(op):
        for size in (2, 4):
            yield by_oracle(op, f"{size}-{dtype}", seeded(op, f"{size}", dtype, (size, size)))
    yield by_oracle(op, "one", f32([[-3]]))
    yield by_oracle(op, "rotation", f64([[0, -1], [1, 0]]))
    yield by_oracle(op, "diagonal", f64([[3, 0, 0], [0, -1, 0], [0, 0, 2]]))
    yield by_oracle(op, "triangular", f32([[1, 5, 2], [0, 2, 7], [0, 0, 4]]))
    yield by_oracle(op, "symmetric", f32([[2, 1], [1, 3]]))
    yield by_oracle(op, "identity", unit_matrix("f32", 3))
    yield by_oracle(op, "zeros", f64([[0, 0], [0, 0]]))
    yield by_oracle(op, "cycle", f64([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    yield by_oracle(op, "phases", c128([[1, 2j], [3, 4j]]))
    yield by_oracle(op, "stack", seeded(op, "stack", "f32", (2, 2, 3, 3)))
    yield by_oracle(op, "tiny", scaled(seeded(op, "tiny", "f64", (3, 3)), 2.0**-300))
    yield by_oracle(op, "huge", scaled(seeded(op, "huge", "f64", (3, 3)), 2.0**300))
    yield from hollow(op)
    yield typed(by_oracle(op, "symbols", f32([[[4, 2], [1, 3]]])), "f32[B,N,N]")
    yield typed(by_oracle(op, "unknown", f32([[4, 2], [1, 3]])), "f32[?,?]")
