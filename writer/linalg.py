"""Linear algebra of traced and plain arrays: the array API's ``linalg`` extension.

Integers and bools become f64, as in NumPy; f16 is refused, as there.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from . import linear, shaping
from .apply import apply, shape_of
from .creation import operand
from .promote import convert, result_type
from .reductions import _accumulator, axes_of
from .shaping import expand_dims, reshape, viewed
from .standard import matmul as matmul
from .standard import matrix_transpose as matrix_transpose
from .standard import tensordot as tensordot
from .standard import vecdot as vecdot

__all__ = [
    *("cholesky", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh", "inv", "matmul"),
    *("matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose", "outer", "pinv", "qr", "slogdet"),
    *("solve", "svd", "svdvals", "tensordot", "trace", "vecdot", "vector_norm"),
]


class QRResult(NamedTuple):
    """What `qr` gives."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """What `svd` gives."""

    U: Any
    S: Any
    Vh: Any


class EighResult(NamedTuple):
    """What `eigh` gives."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """What `eig` gives."""

    eigenvalues: Any
    eigenvectors: Any


class SlogdetResult(NamedTuple):
    """What `slogdet` gives."""

    sign: Any
    logabsdet: Any


def floating(*arrays: Any) -> list[Any]:
    """The operands in the one dtype that factorisations work on."""
    made = [operand(x) for x in arrays]
    dtype = result_type(*made)
    if dtype == np.float16:
        raise TypeError("array type float16 is unsupported in linalg")
    wide = dtype if dtype.kind in "fc" else np.dtype(np.float64)
    return [convert(x, wide) for x in made]


def matrices(x: Any) -> Any:
    """One operand, which holds matrices."""
    (made,) = floating(x)
    if made.ndim < 2:
        raise np.linalg.LinAlgError(
            f"{made.ndim}-dimensional array given. Array must be at least two-dimensional"
        )
    return made


def real_dtype(dtype: Any) -> np.dtype[Any]:
    """The dtype of the parts."""
    return np.dtype(np.float32 if dtype in (np.float32, np.complex64) else np.float64)


# --- factorisations ------------------------------------------------------------------


def cholesky(x: Any, /, *, upper: bool = False) -> Any:
    """The triangular matrix whose product with its adjoint is `x`."""
    return apply("cholesky", matrices(x), upper=bool(upper))


def qr(x: Any, /, *, mode: str = "reduced") -> QRResult:
    """An orthonormal and an upper triangular matrix whose product is `x`."""
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr: mode is reduced or complete, not {mode!r}")
    return QRResult(*apply("qr", matrices(x), mode=mode))


def svd(x: Any, /, *, full_matrices: bool = True) -> SVDResult:
    """The singular values of `x` in descending order, between its singular vectors."""
    return SVDResult(*apply("svd", matrices(x), full_matrices=bool(full_matrices)))


def svdvals(x: Any, /) -> Any:
    """The singular values of `x` in descending order."""
    return apply("svdvals", matrices(x))


def eigh(x: Any, /) -> EighResult:
    """The eigenvalues, ascending, and eigenvectors of matrices that are their own adjoints."""
    return EighResult(*apply("eigh", matrices(x)))


def eigvalsh(x: Any, /) -> Any:
    """The eigenvalues, ascending, of matrices that are their own adjoints."""
    return apply("eigvalsh", matrices(x))


def eig(x: Any, /) -> EigResult:
    """The eigenvalues and eigenvectors of any square matrices; both are complex."""
    return EigResult(*apply("eig", matrices(x)))


def eigvals(x: Any, /) -> Any:
    """The eigenvalues of any square matrices; they are complex."""
    return apply("eigvals", matrices(x))


# --- systems -------------------------------------------------------------------------


def solve(x1: Any, x2: Any, /) -> Any:
    """What `x1` has to be multiplied with to give `x2`; of rank 1, `x2` is one column."""
    x1, x2 = floating(x1, x2)
    if x1.ndim < 2:
        matrices(x1)
    if x2.ndim != 1:
        return apply("solve", x1, x2)
    found = apply("solve", x1, expand_dims(x2, -1))
    return reshape(found, shape_of(found)[:-1])


def inv(x: Any, /) -> Any:
    """The inverses."""
    return apply("inv", matrices(x))


def det(x: Any, /) -> Any:
    """The determinants."""
    return apply("det", matrices(x))


def slogdet(x: Any, /) -> SlogdetResult:
    """The signs of the determinants, and the logarithms of their magnitudes."""
    return SlogdetResult(*apply("slogdet", matrices(x)))


def _tolerance(rtol: Any, x: Any) -> tuple[Any, ...]:
    return () if rtol is None else (convert(operand(rtol), real_dtype(x.dtype)),)


def pinv(x: Any, /, *, rtol: Any = None) -> Any:
    """The Moore-Penrose inverses; singular values up to `rtol` times the greatest count as 0."""
    x = matrices(x)
    return apply("pinv", x, *_tolerance(rtol, x))


def matrix_rank(x: Any, /, *, rtol: Any = None) -> Any:
    """How many singular values are more than `rtol` times the greatest one."""
    x = matrices(x)
    return apply("matrix_rank", x, *_tolerance(rtol, x))


# --- products ------------------------------------------------------------------------


def matrix_power(x: Any, n: int, /) -> Any:
    """The product of `n` times each matrix."""
    made = apply("matrix_power", matrices(x), n=int(n))
    return viewed(x, made, lambda p: p, None) if n == 1 else made  # NumPy gives the matrix itself


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The cross products of vectors of three elements along `axis`."""
    return linear.cross(x1, x2, axis)


def outer(x1: Any, x2: Any, /) -> Any:
    """The products of all pairs of elements of two vectors."""
    x1, x2 = operand(x1), operand(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError("outer: operands have rank 1")
    return linear.outer(x1, x2)


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of matrices, in the last axis."""
    return shaping.diagonal(operand(x), offset)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sums of the diagonals of matrices."""
    return apply("trace", _accumulator(operand(x), dtype), offset=int(offset))


# --- norms ---------------------------------------------------------------------------


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norms of the vectors along `axis`, of all elements without it."""
    x = operand(x)
    if math.isnan(ord):
        raise ValueError("vector_norm: ord is NaN")
    half = x.dtype == np.float16
    (x,) = floating(convert(x, np.float32) if half else x)
    found = apply("vector_norm", x, axes=axes_of(axis, x.ndim), ord=float(ord), keepdims=bool(keepdims))
    return convert(found, np.float16) if half else found


#: The names of the orders of `matrix_norm`.
_ORDERS = {"fro": "fro", "nuc": "nuc", 1: "1", -1: "-1", 2: "2", -2: "-2", math.inf: "inf", -math.inf: "-inf"}


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norms of matrices."""
    named = _ORDERS.get("fro" if ord is None else ord)
    if named is None:
        raise ValueError(f"matrix_norm: ord is one of {', '.join(map(repr, _ORDERS))}; got {ord!r}")
    x = operand(x)
    half = x.dtype == np.float16
    found = apply(
        "matrix_norm", matrices(convert(x, np.float32) if half else x), ord=named, keepdims=bool(keepdims)
    )
    return convert(found, np.float16) if half else found
