"""Kernels of schema/ops/linalg_composite.py: the same results as the templates, in fewer passes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from . import linalg_factors as factors
from .registry import kernel

Array = Any
Ints = tuple[int, ...]


def _real(xp: Any, x: Array) -> Any:
    """The dtype of magnitudes."""
    return xp.float32 if x.dtype in (xp.float32, xp.complex64) else xp.float64


# --- parts of factorisations ---------------------------------------------------------


@kernel("inv")
def inv(xp: Any, x: Array) -> Array:
    return factors.call(xp, "solve.E1", xp.linalg.inv, x)


@kernel("svdvals")
def svdvals(xp: Any, x: Array) -> Array:
    factors.finite(xp, "svd.E1", x)
    if hasattr(xp.linalg, "svdvals"):
        return factors.call(xp, "svd.E1", xp.linalg.svdvals, x)
    return factors.call(xp, "svd.E1", xp.linalg.svd, x, compute_uv=False)


@kernel("eigvalsh")
def eigvalsh(xp: Any, x: Array) -> Array:
    factors.finite(xp, "eigh.E1", x)
    return factors.call(xp, "eigh.E1", xp.linalg.eigvalsh, x)


@kernel("eigvals")
def eigvals(xp: Any, x: Array) -> Array:
    factors.finite(xp, "eig.E1", x)
    wanted = xp.complex64 if _real(xp, x) == xp.float32 else xp.complex128
    if hasattr(xp.linalg, "eigvals"):
        found = factors.call(xp, "eig.E1", xp.linalg.eigvals, x)
    else:
        found = xp.asarray(factors.call(xp, "eig.E1", np.linalg.eigvals, x.get()))
    return xp.astype(found, wanted, copy=False)


# --- with a tolerance ----------------------------------------------------------------


def _limit(xp: Any, x: Array, s: Array, rtol: Array | None) -> Array:
    """The limit below which singular values count as 0, one a matrix, as a last axis of size 1."""
    if rtol is None:
        t: Any = max(x.shape[-2:]) * float(xp.finfo(s.dtype).eps)
    else:
        t = xp.reshape(rtol, (*rtol.shape, 1))
    zero = xp.zeros((*s.shape[:-1], 1), dtype=s.dtype)
    return xp.max(xp.concat((s, zero), axis=-1), axis=-1, keepdims=True) * t


@kernel("pinv")
def pinv(xp: Any, x: Array, rtol: Array | None) -> Array:
    u, s, vh = factors.svd(xp, x, full_matrices=False, code="svd.E1")
    kept = s > _limit(xp, x, s, rtol)
    one = xp.ones_like(s)
    inverse = xp.where(kept, one / xp.where(kept, s, one), xp.zeros_like(s))
    inverse = xp.astype(xp.expand_dims(inverse, -2), x.dtype, copy=False)
    return xp.matmul(factors.adjoint(xp, vh) * inverse, factors.adjoint(xp, u))


@kernel("matrix_rank")
def matrix_rank(xp: Any, x: Array, rtol: Array | None) -> Array:
    s = svdvals(xp, x)
    return xp.sum(xp.astype(s > _limit(xp, x, s, rtol), xp.int64), axis=-1)


# --- products ------------------------------------------------------------------------


@kernel("matrix_power", view=True)
def matrix_power(xp: Any, x: Array, *, n: int) -> Array:
    if n == 0:
        return xp.broadcast_to(xp.eye(x.shape[-1], dtype=x.dtype), x.shape)
    z = inv(xp, x) if n < 0 else x
    left, y = abs(n), None
    while left:
        if left & 1:
            y = z if y is None else xp.matmul(y, z)
        left >>= 1
        if left:
            z = xp.matmul(z, z)
    return y


@kernel("vecdot")
def vecdot(xp: Any, x: Array, y: Array) -> Array:
    if hasattr(xp, "vecdot"):
        return xp.vecdot(x, y)
    x = xp.conj(x) if "complex" in str(x.dtype) else x
    return xp.matmul(x[..., None, :], y[..., None])[..., 0, 0]


@kernel("cross")
def cross(xp: Any, x: Array, y: Array) -> Array:
    a, b, c = x[..., 0], x[..., 1], x[..., 2]
    d, e, f = y[..., 0], y[..., 1], y[..., 2]
    return xp.stack((b * f - c * e, c * d - a * f, a * e - b * d), axis=-1)


# --- diagonals -----------------------------------------------------------------------


@kernel("diagonal", view=True)
def diagonal(xp: Any, x: Array, *, offset: int) -> Array:
    rows, columns = x.shape[-2:]
    offset = max(-rows, min(offset, columns))
    if hasattr(xp, "diagonal"):
        return xp.diagonal(x, offset, -2, -1)
    return xp.linalg.diagonal(x, offset=offset)


@kernel("trace")
def trace(xp: Any, x: Array, *, offset: int) -> Array:
    if xp is np:
        rows, columns = x.shape[-2:]
        return x.trace(max(-rows, min(offset, columns)), -2, -1, x.dtype)
    return xp.sum(diagonal(xp, x, offset=offset), axis=-1, dtype=x.dtype)


# --- norms ---------------------------------------------------------------------------


def _euclidean(xp: Any, x: Array, axes: Ints, keepdims: bool) -> Array:
    """The root of the sum of the squares of the magnitudes."""
    lead = x.ndim - len(axes)
    if xp is np and x.dtype.kind == "f" and x.flags.c_contiguous and axes == (*range(lead, x.ndim),) != ():
        rows = x.reshape(*x.shape[:lead], prod(x.shape[lead:]))
        found = np.sqrt(np.vecdot(rows, rows))
        return found.reshape(*x.shape[:lead], *(1,) * len(axes)) if keepdims else found
    m = xp.abs(x) if "complex" in str(x.dtype) else x
    return xp.sqrt(xp.sum(m * m, axis=axes, keepdims=keepdims))


@kernel("vector_norm")
def vector_norm(xp: Any, x: Array, *, axes: Ints, ord: float, keepdims: bool) -> Array:
    reduced: dict[str, Any] = {"axis": axes, "keepdims": keepdims}
    dtype = _real(xp, x)
    if ord == 0:
        return xp.sum(xp.astype(x != 0, dtype), **reduced)
    if ord == 2:
        return _euclidean(xp, x, axes, keepdims)
    m = xp.abs(x)
    if abs(ord) == np.inf:
        return xp.max(m, **reduced) if ord > 0 else xp.min(m, **reduced)
    if ord == 1:
        return xp.sum(m, **reduced)
    p = xp.asarray(ord, dtype=dtype)
    return xp.sum(m**p, **reduced) ** (1 / p)


@kernel("matrix_norm")
def matrix_norm(xp: Any, x: Array, *, ord: str, keepdims: bool) -> Array:
    reduced: dict[str, Any] = {"axis": (-2, -1), "keepdims": keepdims}
    if ord == "fro":
        return _euclidean(xp, x, (x.ndim - 2, x.ndim - 1), keepdims)
    if ord in ("nuc", "2", "-2"):
        fold = {"nuc": xp.sum, "2": xp.max, "-2": xp.min}[ord]
        found = fold(svdvals(xp, x), axis=-1)
        return xp.reshape(found, (*found.shape, 1, 1)) if keepdims else found
    sums = xp.sum(xp.abs(x), axis=-2 if ord in ("1", "-1") else -1, keepdims=True)
    return xp.max(sums, **reduced) if ord in ("1", "inf") else xp.min(sums, **reduced)
