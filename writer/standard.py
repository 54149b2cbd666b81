"""Functions of the array API with the standard's signatures, where NumPy's functions have others.

The modules that they call take NumPy's arguments, which more may be given by position.
"""

from __future__ import annotations

from typing import Any

from . import creation, elementwise, indexing, linear, ordering, shaping
from .apply import traced
from .creation import operand

# --- creation -------------------------------------------------------------------


def asarray(obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Any:
    """`obj` as an array: while a function is traced a traced one, else NumPy's."""
    creation.on_cpu(device)
    return traced(creation.asarray(obj, dtype, copy))


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Any:
    """The array of another library, shared by DLPack; a traced array as it is."""
    creation.on_cpu(device)
    return creation.from_dlpack(x, copy)


def zeros(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """An array of zeros."""
    return creation.zeros(shape, dtype, device)


def ones(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """An array of ones."""
    return creation.ones(shape, dtype, device)


def empty(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """An array of zeros: no program reads memory that nothing was written to."""
    return creation.zeros(shape, dtype, device)


def full(shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """An array filled with `fill_value`."""
    return creation.full(shape, fill_value, dtype, device)


def zeros_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Zeros of the shape of `x`, and of its dtype unless another one is given."""
    return creation.full_like(operand(x), 0, dtype, device)


def ones_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Ones of the shape of `x`, and of its dtype unless another one is given."""
    return creation.full_like(operand(x), 1, dtype, device)


def empty_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Zeros of the shape of `x`, and of its dtype unless another one is given."""
    return creation.full_like(operand(x), 0, dtype, device)


def full_like(x: Any, /, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """An array of the shape of `x`, filled with `fill_value`."""
    return creation.full_like(operand(x), fill_value, dtype, device)


def meshgrid(*arrays: Any, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinate arrays of a grid; `indexing` is ``"xy"`` or ``"ij"``."""
    return tuple(creation.meshgrid(*map(operand, arrays), indexing=indexing))


def tril(x: Any, /, *, k: int = 0) -> Any:
    """The lower triangle of `x`: the elements at and below the diagonal `k`, zeros elsewhere."""
    return shaping.tril(operand(x), k)


def triu(x: Any, /, *, k: int = 0) -> Any:
    """The upper triangle of `x`: the elements at and above the diagonal `k`, zeros elsewhere."""
    return shaping.triu(operand(x), k)


# --- manipulation ---------------------------------------------------------------


def reshape(x: Any, /, shape: Any, *, copy: bool | None = None) -> Any:
    """`x` in another shape; one size may be -1."""
    return shaping.reshape(operand(x), shape, copy)


def permute_dims(x: Any, /, axes: Any) -> Any:
    """`x` with its axes in another order."""
    return shaping.permute_dims(operand(x), axes)


def expand_dims(x: Any, /, axis: Any) -> Any:
    """`x` with new axes of size 1 at the places `axis`."""
    return shaping.expand_dims(operand(x), axis)


def squeeze(x: Any, /, axis: Any) -> Any:
    """`x` without the axes `axis`, which have size 1."""
    return shaping.squeeze(operand(x), axis)


def flip(x: Any, /, *, axis: Any = None) -> Any:
    """`x` reversed along `axis`, or along all axes."""
    return shaping.flip(operand(x), axis)


def roll(x: Any, /, shift: Any, *, axis: Any = None) -> Any:
    """`x` with its elements moved around along `axis`."""
    return shaping.roll(operand(x), shift, axis)


def repeat(x: Any, repeats: Any, /, *, axis: int | None = None) -> Any:
    """Each element `repeats` times along `axis`."""
    return shaping.repeat(operand(x), repeats, axis)


def tile(x: Any, repetitions: Any, /) -> Any:
    """`x` repeated as a whole."""
    return shaping.tile(operand(x), repetitions)


def moveaxis(x: Any, source: Any, destination: Any, /) -> Any:
    """`x` with axes moved to other places."""
    return shaping.moveaxis(operand(x), source, destination)


def concat(arrays: Any, /, *, axis: int | None = 0) -> Any:
    """The arrays one after another along `axis`."""
    return shaping.concat(arrays, axis)


def stack(arrays: Any, /, *, axis: int = 0) -> Any:
    """The arrays joined along a new axis."""
    return shaping.stack(arrays, axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The parts of `x` along `axis`."""
    return shaping.unstack(operand(x), axis)


def broadcast_to(x: Any, /, shape: Any) -> Any:
    """`x` repeated to `shape`."""
    return shaping.broadcast_to(operand(x), shape)


def broadcast_arrays(*arrays: Any) -> tuple[Any, ...]:
    """The arrays, each repeated to their common shape."""
    return tuple(shaping.broadcast_arrays(*map(operand, arrays)))


def broadcast_shapes(*shapes: Any) -> tuple[Any, ...]:
    """The shape that arrays of the given shapes broadcast to."""
    return shaping.broadcast_shape([shaping.int_tuple(shape) for shape in shapes])


# --- products, order, search ----------------------------------------------------


def matmul(x1: Any, x2: Any, /) -> Any:
    """The matrix product; operands of rank 1 are vectors."""
    return linear.matmul(x1, x2)


def matrix_transpose(x: Any, /) -> Any:
    """`x` with its last two axes exchanged."""
    return linear.matrix_transpose(operand(x))


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """Sums of products over pairs of axes."""
    return linear.tensordot(operand(x1), operand(x2), axes)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The sum of products along one axis, those of `x1` conjugated; the others broadcast."""
    return linear.vecdot(operand(x1), operand(x2), axis)


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The elements of `x` in order along `axis`."""
    return ordering.sort(operand(x), axis, descending)


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The positions that put `x` in order along `axis`."""
    return ordering.argsort(operand(x), axis, descending)


def take(x: Any, indices: Any, /, *, axis: int | None = None) -> Any:
    """The slices of `x` along `axis` at `indices`."""
    return ordering.take(operand(x), indices, axis)


def take_along_axis(x: Any, indices: Any, /, *, axis: int = -1) -> Any:
    """For each place, the element of `x` at the index that `indices` holds there."""
    return ordering.take_along_axis(operand(x), operand(indices), axis)


def searchsorted(x1: Any, x2: Any, /, *, side: str = "left", sorter: Any = None) -> Any:
    """Where the elements of `x2` would go in the sorted `x1`."""
    return ordering.searchsorted(operand(x1), operand(x2, like=x1), side, sorter)


def nonzero(x: Any, /) -> tuple[Any, ...]:
    """For each axis, the indices of the elements that are not zero."""
    return tuple(indexing.nonzero(operand(x)))


def diff(x: Any, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along `axis`."""
    return ordering.diff(operand(x), n, axis, prepend, append)


def where(condition: Any, x1: Any, x2: Any, /) -> Any:
    """The elements of `x1` where `condition` is true, else those of `x2`."""
    return elementwise.where(condition, x1, x2)
