"""Matrices of mpmath numbers, for the oracles of linear algebra."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from ..formats import FLOATS, part
from .arrays import Array, indices
from .registry import Bounded, oracle

#: Bits that mpmath computes with.
PRECISION = 260
#: The factor of the operators' accuracy. SPEC 8.15.
FACTOR = 16

Rows = list[list[Any]]


def matrices(x: Array) -> list[Rows]:
    """The matrices of a stack as mpmath numbers."""
    rows, columns = x.shape[-2:]
    found = []
    for index in indices(x.shape[:-2]):
        found.append([[number(x[(*index, i, j)]) for j in range(columns)] for i in range(rows)])
    return found


def number(item: Any) -> Any:
    return mpmath.mpc(item) if isinstance(item, complex) else mpmath.mpf(item)


def flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [item for row in rows for item in row]


def adjoint(a: Rows, columns: int) -> Rows:
    return [[mpmath.conj(row[j]) for row in a] for j in range(columns)]


def unit(dtype: str) -> Fraction:
    """The ``u`` of SPEC 8.15."""
    return Fraction(1, 2 ** FLOATS[part(dtype)][0])


def norm(a: Rows) -> Any:
    """The Frobenius norm."""
    return mpmath.sqrt(mpmath.fsum(abs(item) ** 2 for row in a for item in row))


def bound(value: Any) -> float:
    """An error bound, rounded up to f64."""
    found = float(value)
    return math.nextafter(found, math.inf) if found else 0.0


def precise(function: Callable[..., Any]) -> Callable[..., Any]:
    def computed(*args: Any, **attrs: Any) -> Any:
        with mpmath.workprec(PRECISION):
            return function(*args, **attrs)

    return computed


def stacked(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an oracle that is given a list of matrices beside the operand."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        oracle(name)(precise(lambda x, *others, **attrs: function(x, matrices(x), *others, **attrs)))
        return function

    return register


def orthonormal(columns: list[list[Any]], rows: int, count: int) -> list[list[Any]]:
    """`count` orthonormal columns of which the first ones span those of `columns`, one by one."""
    found: list[list[Any]] = []
    spare = ([mpmath.mpf(i == j) for i in range(rows)] for j in range(rows))
    small = mpmath.mpf(2) ** (-PRECISION // 2)

    def rest_of(column: list[Any]) -> list[Any]:
        for _ in range(2):
            for q in found:
                along = mpmath.fsum(mpmath.conj(a) * b for a, b in zip(q, column))
                column = [b - along * a for a, b in zip(q, column)]
        return column

    for at in range(count):
        column = rest_of(columns[at]) if at < len(columns) else []
        while not column or norm([column]) <= small:
            column = rest_of(next(spare))
        length = norm([column])
        found.append([item / length for item in column])
    return found


def singular(a: Rows, rows: int, columns: int, full: bool) -> tuple[Rows, list[Any], Rows]:
    """The factors of one matrix."""
    inner = min(rows, columns)
    if not inner:
        left = [[mpmath.mpf(i == j) for j in range(rows if full else 0)] for i in range(rows)]
        right = [[mpmath.mpf(i == j) for j in range(columns)] for i in range(columns if full else 0)]
        return left, [], right
    if rows < columns:
        v, values, uh = singular(adjoint(a, columns), columns, rows, full)
        return adjoint(uh, rows), values, adjoint(v, columns if full else inner)
    u, s, vh = mpmath.svd(mpmath.matrix(a))
    left_columns = [[u[i, j] for i in range(rows)] for j in range(inner)]
    found = orthonormal(left_columns, rows, rows if full else inner)
    left = [[found[j][i] for j in range(len(found))] for i in range(rows)]
    return left, list(s), [[vh[i, j] for j in range(columns)] for i in range(inner)]


def condition(columns: Rows) -> Any:
    """The condition number of the matrix of the eigenvectors: how much eigenvalues move with the matrix."""
    _, s, _ = singular(adjoint(columns, len(columns)), len(columns), len(columns), False)
    return s[0] / s[-1] if s[-1] > mpmath.mpf(2) ** (-PRECISION // 4) else mpmath.inf


def values_of(x: Array, each: list[Rows], values: list[list[Any]], dtype: str, times: Any = 1) -> Bounded:
    """Lists of values, one a matrix, each with the bound that follows from the matrix's norm."""
    size = len(values[0]) if values else min(x.shape[-2:])
    shape = (*x.shape[:-2], size)
    scale = FACTOR * max(1, *x.shape[-2:]) * mpmath.mpf(float(unit(x.dtype))) * times
    bounds = [bound(scale * norm(a)) for a in each for _ in range(size)]
    return Bounded(Array(dtype, shape, [v for line in values for v in line]), Array("f64", shape, bounds))
