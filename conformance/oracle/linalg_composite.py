"""Oracles of schema/ops/linalg_composite.py: exact sums of products, and mpmath for the rest."""

from __future__ import annotations

import math
from typing import Any

import mpmath

from ..formats import part
from .arrays import Array, broadcast_shapes, indices, make, reduce
from .linear import exact_product
from .matrices import FACTOR, Rows, bound, matrices, norm, number, precise, singular, stacked, unit, values_of
from .reduction import bound_of, exact_sum, magnitude
from .registry import Bounded, oracle, oracles

Ints = tuple[int, ...]


def _identity(size: int) -> Rows:
    return [[mpmath.mpf(i == j) for j in range(size)] for i in range(size)]


def inverse(a: Rows) -> Rows:
    size = len(a)
    columns = [mpmath.lu_solve(mpmath.matrix(a), row) for row in _identity(size)]
    return [[columns[j][i] for j in range(size)] for i in range(size)]


@stacked("inv")
def inv(x: Array, each: list[Rows]) -> Array:
    return Array(x.dtype, x.shape, [item for a in each for row in inverse(a) for item in row])


def values(a: Rows, rows: int, columns: int) -> list[Any]:
    """The singular values."""
    return singular(a, rows, columns, False)[1]


@stacked("svdvals")
def svdvals(x: Array, each: list[Rows]) -> Bounded:
    return values_of(x, each, [values(a, *x.shape[-2:]) for a in each], part(x.dtype))


@oracle("eigvalsh")
def eigvalsh(x: Array) -> Bounded:
    found: Bounded = oracles()["eigh"](x)[0]
    return found


@oracle("eigvals")
def eigvals(x: Array) -> Bounded:
    found: Bounded = oracles()["eig"](x)[0]
    return found


def _limits(x: Array, each: list[Rows], rtol: Array | None) -> list[tuple[Rows, list[Any], Rows, Any]]:
    """For each matrix its factors, and the limit below which its singular values count as 0."""
    rows, columns = x.shape[-2:]
    factors = [singular(a, rows, columns, False) for a in each]
    default = max(rows, columns) * 2 * number(float(unit(x.dtype)))
    shares = [default] * len(each)
    if rtol is not None:
        shares = [number(item) for item in rtol.broadcast_to(x.shape[:-2]).items]
    return [(u, s, v, max([mpmath.mpf(0), *s]) * t) for (u, s, v), t in zip(factors, shares)]


@stacked("pinv")
def pinv(x: Array, each: list[Rows], rtol: Array | None = None) -> Bounded:
    rows, columns = x.shape[-2:]
    items: list[Any] = []
    bounds: list[float] = []
    for u, s, vh, limit in _limits(x, each, rtol):
        kept = [i for i, value in enumerate(s) if value > limit]
        for i in range(columns):
            for j in range(rows):
                items.append(mpmath.fsum(mpmath.conj(vh[k][i]) * mpmath.conj(u[j][k]) / s[k] for k in kept))
        share = 64 * rows * columns * number(float(unit(x.dtype)))
        size = share * max(s) / min(s[k] for k in kept) ** 2 if kept else 0
        bounds += [bound(size)] * (rows * columns)
    shape = (*x.shape[:-2], columns, rows)
    return Bounded(Array(x.dtype, shape, items), Array("f64", shape, bounds))


@stacked("matrix_rank")
def matrix_rank(x: Array, each: list[Rows], rtol: Array | None = None) -> Array:
    found = [sum(value > limit for value in s) for _, s, _, limit in _limits(x, each, rtol)]
    return Array("i64", x.shape[:-2], found)


@stacked("matrix_power")
def matrix_power(x: Array, each: list[Rows], n: int) -> Bounded:
    size = x.shape[-1]
    items: list[Any] = []
    bounds: list[float] = []
    for a in each:
        z = inverse(a) if n < 0 else a
        y = _identity(size)
        for _ in range(abs(n)):
            y = [[mpmath.fsum(p * q for p, q in zip(row, column)) for column in zip(*z)] for row in y]
        items += [item for row in y for item in row]
        share = FACTOR * size * abs(n) * number(float(unit(x.dtype))) * norm(z) ** abs(n)
        bounds += [bound(share * (norm(a) * norm(z) if n < 0 else 1))] * size**2
    return Bounded(Array(x.dtype, x.shape, items), Array("f64", x.shape, bounds))


# --- sums of products ----------------------------------------------------------------


def summed(dtype: str, shape: Ints, terms: Any) -> Array | Bounded:
    """At each index the sum of ``terms(index)``."""
    value = make(dtype, shape, lambda index: exact_sum(terms(index)))
    if value.kind not in ("float", "complex"):
        return value

    def limit(index: Ints) -> float:
        found = terms(index)
        return bound_of(found, exact_sum(found), magnitude(found), dtype)

    return Bounded(value, make("f64", shape, limit))


def _rows(x: Array, y: Array) -> tuple[Ints, Array, Array]:
    stack = broadcast_shapes(x.shape[:-1], y.shape[:-1])
    return stack, x.broadcast_to((*stack, x.shape[-1])), y.broadcast_to((*stack, y.shape[-1]))


@oracle("vecdot")
def vecdot(x: Array, y: Array) -> Array | Bounded:
    stack, left, right = _rows(x.map(lambda v: v.conjugate()), y)

    def terms(index: Ints) -> list[Any]:
        return [exact_product(left[(*index, k)], right[(*index, k)]) for k in range(x.shape[-1])]

    return summed(x.dtype, stack, terms)


@oracle("cross")
def cross(x: Array, y: Array) -> Array | Bounded:
    stack, left, right = _rows(x, y)

    def terms(index: Ints) -> list[Any]:
        *outer, i = index
        j, k = (i + 1) % 3, (i + 2) % 3
        found = exact_product(left[(*outer, k)], right[(*outer, j)])
        minus = (-found[0], -found[1]) if isinstance(found, tuple) else -found
        return [exact_product(left[(*outer, j)], right[(*outer, k)]), minus]

    return summed(x.dtype, (*stack, 3), terms)


def _diagonal(x: Array, offset: int) -> tuple[Ints, list[tuple[int, int]]]:
    places = [(i, i + offset) for i in range(x.shape[-2]) if 0 <= i + offset < x.shape[-1]]
    return x.shape[:-2], places


@oracle("diagonal")
def diagonal(x: Array, offset: int) -> Array:
    stack, places = _diagonal(x, offset)
    return make(x.dtype, (*stack, len(places)), lambda index: x[(*index[:-1], *places[index[-1]])])


@oracle("trace")
def trace(x: Array, offset: int) -> Array | Bounded:
    stack, places = _diagonal(x, offset)
    return summed(x.dtype, stack, lambda index: [x[(*index, *place)] for place in places])


# --- norms ---------------------------------------------------------------------------


@oracle("vector_norm")
@precise
def vector_norm(x: Array, axes: Ints, ord: float, keepdims: bool) -> Bounded:
    dtype = part(x.dtype)

    def size(items: list[Any]) -> Any:
        if ord == 0:
            return sum(item != 0 for item in items)
        m = [abs(number(item)) for item in items]
        if any(mpmath.isnan(item) for item in m):
            return math.nan
        if math.isinf(ord):
            return max(m) if ord > 0 else min(m)
        if ord < 0 and 0 in m:
            return 0.0
        if ord < 0 and all(map(mpmath.isinf, m)):
            return math.inf
        if ord < 0:
            return mpmath.fsum(item**ord for item in m if not mpmath.isinf(item)) ** (1 / mpmath.mpf(ord))
        return math.inf if mpmath.inf in m else mpmath.fsum(item**ord for item in m) ** (1 / mpmath.mpf(ord))

    def limit(items: list[Any]) -> float:
        found = size(items)
        if ord == 0 or not mpmath.isfinite(found):
            return 0.0
        if math.isinf(ord):
            return bound(8 * number(float(unit(x.dtype))) * found) if x.kind == "complex" else 0.0
        logs = [abs(mpmath.log(abs(number(v)))) for v in items if v and mpmath.isfinite(number(v))]
        share = FACTOR * (len(items) + 4 + max(logs, default=0)) / min(1, abs(ord))
        return bound(share * number(float(unit(x.dtype))) * found)

    return Bounded(reduce(x, axes, keepdims, size, dtype), reduce(x, axes, keepdims, limit, "f64"))


@oracle("matrix_norm")
@precise
def matrix_norm(x: Array, ord: str, keepdims: bool) -> Bounded:
    rows, columns = x.shape[-2:]

    def size(index: Ints) -> Any:
        m = [[abs(number(x[(*index, i, j)])) for j in range(columns)] for i in range(rows)]
        if any(mpmath.isnan(item) for row in m for item in row):
            return math.nan
        if ord == "fro":
            return norm(m)
        if ord in ("nuc", "2", "-2"):
            (a,) = matrices(Array(x.dtype, (rows, columns), [x[(*index, *i)] for i in indices(x.shape[-2:])]))
            s = values(a, rows, columns)
            return mpmath.fsum(s) if ord == "nuc" else max(s) if ord == "2" else min(s)
        sums = [mpmath.fsum(line) for line in (zip(*m) if ord in ("1", "-1") else m)]
        return max(sums) if ord in ("1", "inf") else min(sums)

    def limit(index: Ints) -> float:
        m = [abs(number(x[(*index, *i)])) for i in indices(x.shape[-2:])]
        if not all(map(mpmath.isfinite, m)):
            return 0.0
        share = FACTOR * (rows * columns + rows + columns) * number(float(unit(x.dtype)))
        return bound(share * max(norm([m]), size(index)))

    shape = (*x.shape[:-2], *((1, 1) if keepdims else ()))
    stack = len(x.shape) - 2
    return Bounded(
        make(part(x.dtype), shape, lambda index: size(index[:stack])),
        make("f64", shape, lambda index: limit(index[:stack])),
    )
