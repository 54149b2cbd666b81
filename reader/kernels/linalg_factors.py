"""Kernels of schema/ops/linalg.py: the namespace's own routines, their errors translated."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

import numpy as np

from .registry import OperatorError, item, kernel

Array = Any


def _strict(xp: Any) -> AbstractContextManager[Any]:
    """CuPy says that a matrix is singular only if asked to."""
    if xp.__name__ != "cupy":
        return nullcontext()
    made: AbstractContextManager[Any] = import_module("cupyx").errstate(linalg="raise")
    return made


def call(xp: Any, code: str, function: Callable[..., Any], *operands: Array, **options: Any) -> Any:
    """A routine's result, or the operator's error `code`."""
    try:
        with _strict(xp):
            return function(*operands, **options)
    except np.linalg.LinAlgError as error:
        raise OperatorError(code, str(error)) from None


def finite(xp: Any, code: str, x: Array) -> None:
    if not item(xp.all(xp.isfinite(x))):
        raise OperatorError(code, "an infinity or a NaN")


def adjoint(xp: Any, x: Array) -> Array:
    """The transpose of the last two axes, conjugated if complex."""
    turned = xp.matrix_transpose(x)
    return xp.conj(turned) if "complex" in str(x.dtype) else turned


@kernel("cholesky")
def cholesky(xp: Any, x: Array, *, upper: bool, code: str = "E1") -> Array:
    finite(xp, code, x)
    found = call(xp, code, xp.linalg.cholesky, x)
    return adjoint(xp, found) if upper else found


@kernel("qr")
def qr(xp: Any, x: Array, *, mode: str) -> tuple[Array, Array]:
    q, r = xp.linalg.qr(x, mode=mode)
    return q, r


@kernel("svd")
def svd(xp: Any, x: Array, *, full_matrices: bool, code: str = "E1") -> tuple[Array, Array, Array]:
    finite(xp, code, x)
    u, s, vh = call(xp, code, xp.linalg.svd, x, full_matrices=full_matrices)
    return u, s, vh


@kernel("eigh")
def eigh(xp: Any, x: Array, *, code: str = "E1") -> tuple[Array, Array]:
    finite(xp, code, x)
    values, vectors = call(xp, code, xp.linalg.eigh, x)
    return values, vectors


@kernel("eig")
def eig(xp: Any, x: Array, *, code: str = "E1") -> tuple[Array, Array]:
    finite(xp, code, x)
    wanted = xp.complex64 if x.dtype in (xp.float32, xp.complex64) else xp.complex128
    if hasattr(xp.linalg, "eig"):
        values, vectors = call(xp, code, xp.linalg.eig, x)
    else:  # CuPy has had it only of late
        values, vectors = map(xp.asarray, call(xp, code, np.linalg.eig, x.get()))
    return xp.astype(values, wanted, copy=False), xp.astype(vectors, wanted, copy=False)


@kernel("solve")
def solve(xp: Any, x: Array, y: Array, *, code: str = "E1") -> Array:
    found = call(xp, code, xp.linalg.solve, x, y)
    return found


@kernel("det")
def det(xp: Any, x: Array) -> Array:
    return xp.linalg.det(x)


@kernel("slogdet")
def slogdet(xp: Any, x: Array) -> tuple[Array, Array]:
    sign, logarithm = xp.linalg.slogdet(x)
    return sign, logarithm
