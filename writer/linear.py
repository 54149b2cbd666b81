"""Products of matrices and vectors on traced and plain arrays."""

from __future__ import annotations

from typing import Any

from .apply import apply, shape_of
from .creation import asarray
from .elementwise import elementwise
from .promote import convert, result_type
from .reductions import one_axis
from .shaping import expand_dims, moveaxis, permute_dims, reshape, swapaxes


def matmul(x: Any, y: Any) -> Any:
    """The matrix product; operands of rank 1 are vectors."""
    x, y = asarray(x), asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("matmul: an operand has rank 0; use multiply")
    dtype = result_type(x, y)
    x, y = convert(x, dtype), convert(y, dtype)
    row, column = x.ndim == 1, y.ndim == 1
    x = expand_dims(x, 0) if row else x
    y = expand_dims(y, 1) if column else y
    found = apply("matmul", x, y)
    if row or column:
        shape = shape_of(found)
        kept = shape[:-2] + (() if row else shape[-2:-1]) + (() if column else shape[-1:])
        found = apply("reshape", found, shape=kept)
    return found


def matvec(x: Any, y: Any) -> Any:
    """The products of matrices and vectors, both stacked."""
    found = matmul(x, expand_dims(asarray(y), -1))
    return reshape(found, shape_of(found)[:-1])


def vecmat(x: Any, y: Any) -> Any:
    """The products of conjugated vectors and matrices, both stacked."""
    found = matmul(expand_dims(elementwise("conjugate", asarray(x)), -2), y)
    return reshape(found, (*shape_of(found)[:-2], *shape_of(found)[-1:]))


def matrix_transpose(x: Any) -> Any:
    """`x` with its last two axes exchanged."""
    if x.ndim < 2:
        raise ValueError("matrix transpose of an array of rank below 2")
    return swapaxes(x, -1, -2)


def dot(x: Any, y: Any) -> Any:
    """NumPy's ``dot``."""
    x, y = asarray(x), asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        return elementwise("multiply", x, y)
    if x.ndim <= 2 and y.ndim <= 2:
        return matmul(x, y)
    return tensordot(x, y, axes=((-1,), (-2 if y.ndim > 1 else -1,)))


def _vectors(x: Any, y: Any, axis: int) -> tuple[Any, Any]:
    """The operands in one dtype, with `axis` as their last one."""
    x, y = asarray(x), asarray(y)
    dtype = result_type(x, y)
    return moveaxis(convert(x, dtype), axis, -1), moveaxis(convert(y, dtype), axis, -1)


def vecdot(x: Any, y: Any, axis: int = -1) -> Any:
    """The sum of products along one axis, those of `x` conjugated; the others broadcast."""
    return apply("vecdot", *_vectors(x, y, axis))


def cross(x: Any, y: Any, axis: int = -1) -> Any:
    """The cross products of vectors of three elements along `axis`; the other axes broadcast."""
    return moveaxis(apply("cross", *_vectors(x, y, axis)), -1, axis)


def outer(x: Any, y: Any) -> Any:
    """The products of all pairs of elements."""
    return elementwise("multiply", reshape(x, (-1, 1)), reshape(y, (1, -1)))


def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    """Sums of products over pairs of axes."""
    if isinstance(axes, int):
        left: Any = range(x.ndim - axes, x.ndim)
        right: Any = range(axes)
    else:
        left, right = ((a,) if isinstance(a, int) else a for a in axes)
    left = [one_axis(a, x.ndim) for a in left]
    right = [one_axis(a, y.ndim) for a in right]
    free_x = [a for a in range(x.ndim) if a not in left]
    free_y = [a for a in range(y.ndim) if a not in right]
    common = 1
    for a in left:
        common = common * shape_of(x)[a]
    shape = tuple(shape_of(x)[a] for a in free_x) + tuple(shape_of(y)[a] for a in free_y)
    a = reshape(permute_dims(x, [*free_x, *left]), (_size(x, free_x), common))
    b = reshape(permute_dims(y, [*right, *free_y]), (common, _size(y, free_y)))
    return reshape(matmul(a, b), shape)


def _size(x: Any, axes: list[int]) -> Any:
    total: Any = 1
    for a in axes:
        total = total * shape_of(x)[a]
    return total
