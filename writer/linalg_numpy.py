"""``np.linalg`` on traced arrays: NumPy's arguments and promotion, on the standard's functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from . import linalg, linear, parts, shaping
from .apply import apply, shape_of
from .creation import operand
from .elementwise import elementwise
from .promote import convert
from .reductions import all_, axes_of, one_axis, sum_
from .shaping import expand_dims, moveaxis, permute_dims, ravel, reshape, tril, triu
from .suggest import unsupported

Function = Callable[..., Any]


def _hermitian(x: Any, upper: bool) -> Any:
    """The matrices that are their own adjoints and have that triangle of `x`: NumPy reads one alone."""
    x = linalg.matrices(x)
    kept, other = (triu(x), triu(x, k=1)) if upper else (tril(x), tril(x, k=-1))
    return elementwise("add", kept, elementwise("conjugate", linear.matrix_transpose(other)))


def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return linalg.cholesky(_hermitian(a, upper), upper=upper)


def _eigh(a: Any, UPLO: str = "L") -> Any:
    return linalg.eigh(_hermitian(a, UPLO.upper() == "U"))


def _eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return linalg.eigvalsh(_hermitian(a, UPLO.upper() == "U"))


def _is_real(values: Any) -> bool:
    """Whether no eigenvalue has an imaginary part: NumPy's results are real then. What holds is guarded."""
    return bool(all_(elementwise("equal", parts.imag(values), 0)))


def _eig(a: Any) -> Any:
    values, vectors = linalg.eig(a)
    if operand(a).dtype.kind != "c" and _is_real(values):
        return linalg.EigResult(apply("real", values), apply("real", vectors))
    return linalg.EigResult(values, vectors)


def _eigvals(a: Any) -> Any:
    values = linalg.eigvals(a)
    return apply("real", values) if operand(a).dtype.kind != "c" and _is_real(values) else values


def _qr(a: Any, mode: str = "reduced") -> Any:
    if mode == "r":
        return linalg.qr(a).R
    if mode not in ("reduced", "complete"):
        raise unsupported(f"np.linalg.qr with mode={mode!r}", "mode='reduced'")
    return linalg.qr(a, mode=mode)


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    x = _hermitian(a, False) if hermitian else a
    return linalg.svd(x, full_matrices=full_matrices) if compute_uv else linalg.svdvals(x)


def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    if rcond is None:
        rcond = 1e-15 if rtol is np._NoValue else rtol
    return linalg.pinv(_hermitian(a, False) if hermitian else a, rtol=rcond)


def _matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    A = operand(A)
    if A.ndim < 2:
        return elementwise("logical_not", all_(elementwise("equal", A, 0)))
    x = _hermitian(A, False) if hermitian else A
    if tol is None:
        return linalg.matrix_rank(x, rtol=rtol)
    s = linalg.svdvals(x)
    limit = expand_dims(operand(tol), -1) if getattr(tol, "ndim", 0) else tol
    return sum_(convert(elementwise("greater", s, limit), np.int64), -1)


def _matrix_power(a: Any, n: int) -> Any:
    a = operand(a)
    if a.dtype.kind not in "iu" or n < 1:
        return linalg.matrix_power(a, n)
    return reduce(linear.matmul, [a] * n)


def _cond(x: Any, p: Any = None) -> Any:
    if p not in (None, 2, -2):
        instead = f"np.linalg.norm(x, {p!r}) * np.linalg.norm(np.linalg.inv(x), {p!r})"
        raise unsupported(f"np.linalg.cond with p={p!r}", instead)
    s = linalg.svdvals(x)
    first, last = s[..., 0], s[..., -1]
    return elementwise("divide", last, first) if p == -2 else elementwise("divide", first, last)


def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    a, b = linalg.floating(a, b)
    rows, columns = shape_of(a)
    values = linalg.svdvals(a)
    eps = float(np.finfo(values.dtype).eps)
    rtol = None if rcond is None else eps if rcond == -1 else rcond
    rank = linalg.matrix_rank(a, rtol=rtol)
    x = linear.matmul(linalg.pinv(a, rtol=rtol), b)
    left = elementwise("absolute", elementwise("subtract", b, linear.matmul(a, x)))
    # Only a tall matrix of full rank has residuals; the branch that was taken is guarded.
    if rows > columns and bool(elementwise("equal", rank, columns)):
        found = sum_(elementwise("multiply", left, left), 0)
        residuals = found if b.ndim > 1 else expand_dims(found, 0)
    else:
        residuals = np.empty(0, values.dtype)
    return x, residuals, convert(rank, np.int32), values


def _multi_dot(arrays: Any) -> Any:
    return reduce(linear.matmul, list(arrays))


def _product(sizes: Any) -> Any:
    return reduce(lambda a, b: a * b, sizes, 1)


def _tensorinv(a: Any, ind: int = 2) -> Any:
    a = operand(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    shape = shape_of(a)
    size = _product(shape[ind:])
    return reshape(linalg.inv(reshape(a, (size, size))), (*shape[ind:], *shape[:ind]))


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = operand(a), operand(b)
    if axes is not None:
        moved = [one_axis(axis, a.ndim) for axis in axes]
        a = permute_dims(a, [*(axis for axis in range(a.ndim) if axis not in moved), *moved])
    shape = shape_of(a)[b.ndim :]
    size = _product(shape)
    return reshape(linalg.solve(reshape(a, (size, size)), ravel(b)), shape)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """NumPy's ``norm``: of all elements, of vectors along one axis, or of matrices along two."""
    x = operand(x)
    if axis is None:
        if ord is None or (ord == 2 and x.ndim == 1) or (ord == "fro" and x.ndim == 2):
            return linalg.vector_norm(x, keepdims=keepdims)
        if x.ndim not in (1, 2):
            raise ValueError("Improper number of dimensions to norm.")
        axis = tuple(range(x.ndim))
    axes = axes_of(axis, x.ndim)
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ValueError(f"Invalid norm order '{ord}' for vectors")
        return linalg.vector_norm(x, axis=axes, keepdims=keepdims, ord=2 if ord is None else ord)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    order = [axis[0], axis[1]]  # rows and columns, in the order that was given
    found = linalg.matrix_norm(moveaxis(x, order, (-2, -1)), ord=ord)
    for place in axes if keepdims else ():
        found = expand_dims(found, place)
    return found


def _trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None
) -> Any:
    _no_out("trace", out)
    return linalg.trace(moveaxis(operand(a), (axis1, axis2), (-2, -1)), offset=offset, dtype=dtype)


def _outer(a: Any, b: Any, out: None = None) -> Any:
    _no_out("outer", out)
    return linear.outer(operand(a), operand(b))


def _no_out(name: str, out: Any) -> None:
    if out is not None:
        raise unsupported(f"np.{name} with out as a positional argument", "out=")


def _diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return shaping.diagonal(moveaxis(operand(x), (axis1, axis2), (-2, -1)), offset)


def _vdot(a: Any, b: Any) -> Any:
    return linear.vecdot(ravel(operand(a)), ravel(operand(b)))


def _inner(a: Any, b: Any) -> Any:
    a, b = operand(a), operand(b)
    return linear.tensordot(a, b, axes=((-1,), (-1,))) if a.ndim and b.ndim else elementwise("multiply", a, b)


def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    a, b = operand(a), operand(b)
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    if 2 in (shape_of(a)[-1], shape_of(b)[-1]):
        raise unsupported(
            "np.cross of vectors of two elements", "a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]"
        )
    return moveaxis(linear.cross(a, b, -1), -1, axisc)


#: NumPy's functions by name, each with NumPy's arguments.
NUMPY: dict[str, Function] = {
    "dot": linear.dot,
    "matmul": linear.matmul,
    "vdot": _vdot,
    "inner": _inner,
    "outer": _outer,
    "cross": _cross,
    "tensordot": lambda a, b, axes=2: linear.tensordot(operand(a), operand(b), axes),
    "trace": _trace,
    "diagonal": _diagonal,
    "linalg.cholesky": _cholesky,
    "linalg.cond": _cond,
    "linalg.cross": linalg.cross,
    "linalg.det": linalg.det,
    "linalg.diagonal": linalg.diagonal,
    "linalg.eig": _eig,
    "linalg.eigh": _eigh,
    "linalg.eigvals": _eigvals,
    "linalg.eigvalsh": _eigvalsh,
    "linalg.inv": linalg.inv,
    "linalg.lstsq": _lstsq,
    "linalg.matmul": linalg.matmul,
    "linalg.matrix_norm": linalg.matrix_norm,
    "linalg.matrix_power": _matrix_power,
    "linalg.matrix_rank": _matrix_rank,
    "linalg.matrix_transpose": linalg.matrix_transpose,
    "linalg.multi_dot": _multi_dot,
    "linalg.norm": norm,
    "linalg.outer": linalg.outer,
    "linalg.pinv": _pinv,
    "linalg.qr": _qr,
    "linalg.slogdet": linalg.slogdet,
    "linalg.solve": linalg.solve,
    "linalg.svd": _svd,
    "linalg.svdvals": linalg.svdvals,
    "linalg.tensordot": linalg.tensordot,
    "linalg.tensorinv": _tensorinv,
    "linalg.tensorsolve": _tensorsolve,
    "linalg.trace": linalg.trace,
    "linalg.vecdot": linalg.vecdot,
    "linalg.vector_norm": linalg.vector_norm,
}
