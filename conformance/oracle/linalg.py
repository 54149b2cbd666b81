"""Oracles of schema/ops/linalg.py: exact determinants, and mpmath far beyond what rounding needs.

Factorisations are not unique: what stands here is one that is right, and `relations` judges others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath

from ..formats import FLOATS, part
from .arrays import Array, broadcast_shapes, indices
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
        oracle(name)(precise(lambda x, **attrs: function(x, matrices(x), **attrs)))
        return function

    return register


@stacked("cholesky")
def cholesky(x: Array, each: list[Rows], upper: bool) -> Array:
    size = x.shape[-1]

    def factor(a: Rows) -> Rows:
        lower = [[mpmath.mpf(0)] * size for _ in range(size)]
        for i in range(size):
            for j in range(i + 1):
                rest = a[i][j] - mpmath.fsum(lower[i][k] * mpmath.conj(lower[j][k]) for k in range(j))
                lower[i][j] = mpmath.sqrt(mpmath.re(rest)) if i == j else rest / lower[j][j]
        return adjoint(lower, size) if upper else lower

    return Array(x.dtype, x.shape, [item for a in each for item in flat(factor(a))])


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


@stacked("qr")
def qr(x: Array, each: list[Rows], mode: str) -> tuple[Array, Array]:
    rows, columns = x.shape[-2:]
    inner = rows if mode == "complete" else min(rows, columns)
    left: list[Any] = []
    right: list[Any] = []
    for a in each:
        given = [[row[j] for row in a] for j in range(columns)]
        found = orthonormal(given, rows, inner)
        left += [found[j][i] for i in range(rows) for j in range(inner)]
        for i, q in enumerate(found):
            for j, column in enumerate(given):
                along = mpmath.fsum(mpmath.conj(u) * v for u, v in zip(q, column))
                right.append(along if j >= i else 0)
    stack = x.shape[:-2]
    return Array(x.dtype, (*stack, rows, inner), left), Array(x.dtype, (*stack, inner, columns), right)


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


@stacked("svd")
def svd(x: Array, each: list[Rows], full_matrices: bool) -> tuple[Array, Bounded, Array]:
    rows, columns = x.shape[-2:]
    inner, stack = min(rows, columns), x.shape[:-2]
    found = [singular(a, rows, columns, full_matrices) for a in each]
    left = Array(
        x.dtype,
        (*stack, rows, rows if full_matrices else inner),
        [item for u, _, _ in found for item in flat(u)],
    )
    right = Array(
        x.dtype,
        (*stack, columns if full_matrices else inner, columns),
        [item for _, _, vh in found for item in flat(vh)],
    )
    return left, values_of(x, each, [s for _, s, _ in found], part(x.dtype)), right


def values_of(x: Array, each: list[Rows], values: list[list[Any]], dtype: str, times: Any = 1) -> Bounded:
    """Lists of values, one a matrix, each with the bound that follows from the matrix's norm."""
    size = len(values[0]) if values else min(x.shape[-2:])
    shape = (*x.shape[:-2], size)
    scale = FACTOR * max(1, *x.shape[-2:]) * mpmath.mpf(float(unit(x.dtype))) * times
    bounds = [bound(scale * norm(a)) for a in each for _ in range(size)]
    return Bounded(Array(dtype, shape, [v for line in values for v in line]), Array("f64", shape, bounds))


@stacked("eigh")
def eigh(x: Array, each: list[Rows]) -> tuple[Bounded, Array]:
    size = x.shape[-1]
    found = [mpmath.eigh(mpmath.matrix(a)) if size else ([], []) for a in each]
    vectors = [q[i, j] for _, q in found for i in range(size) for j in range(size)]
    return values_of(x, each, [list(e) for e, _ in found], part(x.dtype)), Array(x.dtype, x.shape, vectors)


@stacked("eig")
def eig(x: Array, each: list[Rows]) -> tuple[Bounded, Array]:
    size = x.shape[-1]
    dtype = "c64" if part(x.dtype) == "f32" else "c128"
    found = [mpmath.eig(mpmath.matrix(a)) if size else ([], []) for a in each]
    vectors: list[Any] = []
    sensitivity = mpmath.mpf(1)
    for _, v in found:
        columns = [[v[i, j] for i in range(size)] for j in range(size)]
        units = [[item / norm([column]) for item in column] for column in columns]
        vectors += [mpmath.mpc(units[j][i]) for i in range(size) for j in range(size)]
        if size:
            sensitivity = max(sensitivity, condition(units))
    lines = [[mpmath.mpc(v) for v in values] for values, _ in found]
    return values_of(x, each, lines, dtype, sensitivity), Array(dtype, x.shape, vectors)


def condition(columns: Rows) -> Any:
    """The condition number of the matrix of the eigenvectors: how much eigenvalues move with the matrix."""
    _, s, _ = singular(adjoint(columns, len(columns)), len(columns), len(columns), False)
    return s[0] / s[-1] if s[-1] > mpmath.mpf(2) ** (-PRECISION // 4) else mpmath.inf


@oracle("solve")
@precise
def solve(x: Array, y: Array) -> Array:
    size, columns = y.shape[-2:]
    stack = broadcast_shapes(x.shape[:-2], y.shape[:-2])
    left = matrices(x.broadcast_to((*stack, size, size)))
    right = matrices(y.broadcast_to((*stack, size, columns)))
    items: list[Any] = []
    for a, b in zip(left, right):
        found = [
            mpmath.lu_solve(mpmath.matrix(a), [row[j] for row in b]) for j in range(columns if size else 0)
        ]
        items += [found[j][i] for i in range(size) for j in range(columns)]
    return Array(x.dtype, (*stack, size, columns), items)


# --- determinants ------------------------------------------------------------------


def determinant(a: Rows) -> Any:
    """The determinant, by minors: exact for the numbers of a case, which have few bits."""
    size = len(a)

    @cache
    def minor(row: int, columns: frozenset[int]) -> Any:
        if row == size:
            return mpmath.mpf(1)
        total, sign = mpmath.mpf(0), 1
        for j in sorted(columns):
            if a[row][j]:
                total += sign * a[row][j] * minor(row + 1, columns - {j})
            sign = -sign
        return total

    with mpmath.workprec(4000):
        return minor(0, frozenset(range(size)))


def _lengths(a: Rows) -> list[Any]:
    return [norm([row]) for row in a]


def _error(x: Array, a: Rows) -> Any:
    return FACTOR * max(1, len(a)) * mpmath.mpf(float(unit(x.dtype))) * mpmath.fprod(_lengths(a))


@stacked("det")
def det(x: Array, each: list[Rows]) -> Bounded:
    shape = x.shape[:-2]
    return Bounded(
        Array(x.dtype, shape, [determinant(a) for a in each]),
        Array("f64", shape, [bound(_error(x, a)) for a in each]),
    )


@stacked("slogdet")
def slogdet(x: Array, each: list[Rows]) -> tuple[Bounded, Bounded]:
    shape = x.shape[:-2]
    signs, logarithms, sign_bounds, log_bounds = [], [], [], []
    u = mpmath.mpf(float(unit(x.dtype)))
    for a in each:
        found = determinant(a)
        if not found:
            signs.append(found)
            logarithms.append(-mpmath.inf)
            sign_bounds.append(0.0)
            log_bounds.append(0.0)
            continue
        share = _error(x, a) / abs(found)
        if share > mpmath.mpf("0.1"):
            raise ValueError("too near to singular for a bound on the logarithm")
        signs.append(found / abs(found))
        logarithms.append(mpmath.log(abs(found)))
        sign_bounds.append(bound(2 * share + FACTOR * u) if isinstance(found, mpmath.mpc) else 0.0)
        largest = max([mpmath.mpf(1), *(abs(mpmath.log(n)) for n in _lengths(a))])
        log_bounds.append(bound(2 * share + FACTOR * max(1, len(a)) * u * largest))
    return (
        Bounded(Array(x.dtype, shape, signs), Array("f64", shape, sign_bounds)),
        Bounded(Array(part(x.dtype), shape, logarithms), Array("f64", shape, log_bounds)),
    )
