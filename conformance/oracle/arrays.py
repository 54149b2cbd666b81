"""Arrays in plain Python, for oracles: a dtype, a shape and a flat list. SPEC 4.1.

Elements are bool, int, float or complex. Exact values (Fraction, mpmath numbers, long
integers) are rounded, or wrapped, to the dtype once, when the array is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ...schema.dtypes import BY_NAME
from ...schema.types import TensorType
from ..formats import from_bytes, normalise, to_bytes

Shape = tuple[int, ...]


class Array:
    """A tensor value: `items` in row-major order, each an element of `dtype`.

    >>> a = Array("f32", (2, 2), [1, 2, 3, 0.1])
    >>> a[1, 0], a.type
    (3.0, f32[2,2])
    """

    __slots__ = ("dtype", "shape", "items")

    def __init__(self, dtype: str, shape: Iterable[int], items: Iterable[Any]) -> None:
        self.dtype = dtype
        self.shape: Shape = tuple(shape)
        self.items: list[Any] = [normalise(item, dtype) for item in items]
        if len(self.items) != math.prod(self.shape):
            raise ValueError(f"{len(self.items)} elements for {dtype}{list(self.shape)}")

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def kind(self) -> str:
        """``bool``, ``int``, ``uint``, ``float`` or ``complex``."""
        return BY_NAME[self.dtype].kind

    @property
    def type(self) -> TensorType:
        return TensorType(self.dtype, self.shape)

    def __getitem__(self, index: int | tuple[int, ...]) -> Any:
        return self.items[self._offset(index if isinstance(index, tuple) else (index,))]

    def _offset(self, index: Sequence[int]) -> int:
        offset = 0
        for position, size in zip(index, self.shape, strict=True):
            if not 0 <= position < size:
                raise IndexError(f"{tuple(index)} in {self.type}")
            offset = offset * size + position
        return offset

    def __eq__(self, other: object) -> bool:
        """Same dtype, shape and bytes (a NaN equals a NaN, 0 does not equal -0)."""
        return (
            isinstance(other, Array)
            and (self.dtype, self.shape) == (other.dtype, other.shape)
            and self.to_bytes() == other.to_bytes()
        )

    def __hash__(self) -> int:
        return hash((self.dtype, self.shape))

    def __repr__(self) -> str:
        return f"Array({self.dtype!r}, {self.shape}, {self.items})"

    def to_bytes(self) -> bytes:
        """Little-endian, row-major."""
        return b"".join(to_bytes(item, self.dtype) for item in self.items)

    @staticmethod
    def from_bytes(dtype: str, shape: Iterable[int], data: bytes) -> Array:
        size = BY_NAME[dtype].itemsize
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        return Array(dtype, shape, [from_bytes(piece, dtype) for piece in pieces])

    def map(self, function: Callable[[Any], Any], dtype: str | None = None) -> Array:
        """`function` of each element."""
        return Array(dtype or self.dtype, self.shape, map(function, self.items))

    def reshape(self, shape: Iterable[int]) -> Array:
        return Array(self.dtype, shape, self.items)

    def broadcast_to(self, shape: Iterable[int]) -> Array:
        """As the array API standard says: sizes 1 are repeated, axes are added in front."""
        target = tuple(shape)
        padded = (1,) * (len(target) - self.rank) + self.shape
        source = self.reshape(padded)
        items = [source[tuple(i if n > 1 else 0 for i, n in zip(index, padded))] for index in indices(target)]
        return Array(self.dtype, target, items)


def indices(shape: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Every index of an array of this shape, in row-major order."""
    return itertools.product(*map(range, shape))


def make(dtype: str, shape: Iterable[int], element: Callable[[tuple[int, ...]], Any]) -> Array:
    """The array whose element at each index is ``element(index)``."""
    shape = tuple(shape)
    return Array(dtype, shape, [element(index) for index in indices(shape)])


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape that arrays of these shapes broadcast to."""
    rank = max(map(len, shapes))
    result = []
    for sizes in zip(*((1,) * (rank - len(shape)) + shape for shape in shapes)):
        others = {size for size in sizes if size != 1}
        if len(others) > 1:
            raise ValueError(f"{shapes} do not broadcast")
        result.append(others.pop() if others else 1)
    return tuple(result)


def elementwise(function: Callable[..., Any], *arrays: Array, dtype: str | None = None) -> Array:
    """`function` of the elements of the arrays, broadcast against each other."""
    shape = broadcast_shapes(*(array.shape for array in arrays))
    columns = [array.broadcast_to(shape).items for array in arrays]
    return Array(dtype or arrays[0].dtype, shape, [function(*row) for row in zip(*columns)])


def reduced_shape(shape: Shape, axes: Iterable[int], keepdims: bool) -> Shape:
    """The shape of a reduction over `axes`."""
    gone = set(axes)
    return tuple(1 if i in gone else n for i, n in enumerate(shape) if keepdims or i not in gone)


def reduce(
    x: Array,
    axes: Iterable[int],
    keepdims: bool,
    function: Callable[[list[Any]], Any],
    dtype: str | None = None,
) -> Array:
    """`function` of the list of the elements over `axes`, in row-major order, for each other index."""
    gone = sorted(axes)
    kept = [axis for axis in range(x.rank) if axis not in gone]

    def element(outer: tuple[int, ...]) -> Any:
        where = dict(zip(kept, outer))
        group = []
        for inner in indices(x.shape[axis] for axis in gone):
            where.update(zip(gone, inner))
            group.append(x[tuple(where[axis] for axis in range(x.rank))])
        return function(group)

    found = make(dtype or x.dtype, (x.shape[axis] for axis in kept), element)
    return found.reshape(reduced_shape(x.shape, gone, keepdims))


def along(
    x: Array, axis: int, function: Callable[[list[Any]], Sequence[Any]], dtype: str | None = None
) -> Array:
    """`function` of each line of elements along `axis`; it gives the line of the result."""
    other = [i for i in range(x.rank) if i != axis]
    lines: dict[tuple[int, ...], Sequence[Any]] = {}
    for outer in indices(x.shape[i] for i in other):
        line = [x[(*outer[:axis], at, *outer[axis:])] for at in range(x.shape[axis])]
        lines[outer] = function(line)
    size = len(next(iter(lines.values()))) if lines else len(function([0] * x.shape[axis]))
    shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
    return make(
        dtype or x.dtype, shape, lambda index: lines[(*index[:axis], *index[axis + 1 :])][index[axis]]
    )


def nested(dtype: str, value: Any) -> Array:
    """An array from nested lists; a number is an array of rank 0.

    >>> nested("i8", [[1, 2], [3, 4]]).shape
    (2, 2)
    """
    shape: list[int] = []
    level: list[Any] = [value]
    while level and isinstance(level[0], (list, tuple)):
        size = len(level[0])
        if any(not isinstance(item, (list, tuple)) or len(item) != size for item in level):
            raise ValueError(f"ragged literal {value!r}")
        shape.append(size)
        level = [inner for item in level for inner in item]
        if not level:
            break
    return Array(dtype, shape, level)
