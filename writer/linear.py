"""Products of matrices and vectors on traced and plain arrays."""

from __future__ import annotations

from typing import Any

from .apply import apply, shape_of
from .creation import asarray
from .elementwise import elementwise
from .promote import convert, result_type
from .reductions import axes_of, one_axis, sum_
from .shaping import expand_dims, permute_dims, reshape, swapaxes


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


def vecdot(x: Any, y: Any, axis: int = -1) -> Any:
    """The sum of products along one axis; the others broadcast."""
    return sum_(elementwise("multiply", x, y), axis)


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


def trace(x: Any) -> Any:
    """The sum of the diagonal of a matrix of fixed size."""
    from .shaping import diagonal

    return sum_(diagonal(x), axes_of(-1, x.ndim - 1))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The Euclidean norm of all elements, or along `axis`; `ord` 1, 2 or infinity along one axis."""
    import numpy as np

    from .reductions import max_
    from .suggest import unsupported

    if (
        ord in (None, 2)
        and (axis is not None or x.ndim == 1 or ord is None)
        and not (ord == 2 and isinstance(axis, tuple) and len(axis) > 1)
    ):
        return elementwise("sqrt", sum_(elementwise("multiply", x, x), axis, keepdims=keepdims))
    if ord == 1 and isinstance(axis, int):
        return sum_(elementwise("absolute", x), axis, keepdims=keepdims)
    if ord == np.inf and isinstance(axis, int):
        return max_(elementwise("absolute", x), axis, keepdims=keepdims)
    raise unsupported(f"np.linalg.norm with ord={ord!r}", "np.sqrt(np.sum(x * x))")


def einsum(subscripts: str, *operands: Any) -> Any:
    """Sums of products by subscripts, for two operands at most and no repeated index within one."""
    from .suggest import unsupported

    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if not arrow:
        letters = sorted(c for c in set(inputs) if c.isalpha() and inputs.count(c) == 1)
        output = "".join(letters)
    if "." in text or len(terms) != len(operands) or any(len(set(t)) != len(t) for t in terms):
        raise unsupported(f"np.einsum({subscripts!r})", "matmul, permute_dims and sum")
    arrays = [asarray(x) for x in operands]
    while len(arrays) > 1:
        keep = set(output) | set("".join(terms[2:]))
        terms[:2], arrays[:2] = _contract(terms[0], arrays[0], terms[1], arrays[1], keep)
    (x,), (term,) = arrays, terms
    gone = tuple(i for i, c in enumerate(term) if c not in output)
    if gone:
        x, term = sum_(x, gone), "".join(c for c in term if c in output)
    return permute_dims(x, [term.index(c) for c in output])


def _contract(left: str, x: Any, right: str, y: Any, keep: set[str]) -> tuple[list[str], list[Any]]:
    """Two operands of an einsum as one, by a product of matrices."""
    lonely_x = tuple(i for i, c in enumerate(left) if c not in right and c not in keep)
    lonely_y = tuple(i for i, c in enumerate(right) if c not in left and c not in keep)
    if lonely_x:
        x, left = sum_(x, lonely_x), "".join(c for i, c in enumerate(left) if i not in lonely_x)
    if lonely_y:
        y, right = sum_(y, lonely_y), "".join(c for i, c in enumerate(right) if i not in lonely_y)
    batch = [c for c in left if c in right and c in keep]
    inner = [c for c in left if c in right and c not in keep]
    free_x = [c for c in left if c not in right]
    free_y = [c for c in right if c not in left]
    shape = dict(zip(left, shape_of(x))) | {c: n for c, n in zip(right, shape_of(y)) if c in free_y}
    lead = tuple(shape[c] for c in batch)
    a = permute_dims(x, [left.index(c) for c in (*batch, *free_x, *inner)])
    b = permute_dims(y, [right.index(c) for c in (*batch, *inner, *free_y)])
    rows, middle, columns = (_product(shape, names) for names in (free_x, inner, free_y))
    made = matmul(reshape(a, (*lead, rows, middle)), reshape(b, (*lead, middle, columns)))
    term = "".join((*batch, *free_x, *free_y))
    return [term], [reshape(made, tuple(shape[c] for c in term))]


def _product(shape: dict[str, Any], names: list[str]) -> Any:
    total: Any = 1
    for c in names:
        total = total * shape[c]
    return total
