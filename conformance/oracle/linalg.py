"""Oracles of schema/ops/linalg.py: exact determinants, and mpmath far beyond what rounding needs.

Factorisations are not unique: what stands here is one that is right, and `relations` judges others.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath

from ..formats import part
from . import linalg_composite
from .arrays import Array, broadcast_shapes
from .matrices import (
    FACTOR,
    Rows,
    adjoint,
    bound,
    condition,
    flat,
    matrices,
    norm,
    orthonormal,
    precise,
    singular,
    stacked,
    unit,
    values_of,
)
from .registry import Bounded, oracle

__all__ = ["linalg_composite"]


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
