"""Sorting and searching on traced and plain arrays."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .apply import apply
from .elementwise import elementwise
from .promote import convert, result_type
from .reductions import one_axis
from .shaping import ravel


def _sortable(x: Any) -> Any:
    return convert(x, np.uint8) if x.dtype.kind == "b" else x


def sort(x: Any, axis: Any = -1, descending: bool = False, stable: bool = True) -> Any:
    """The elements of `x` in order along `axis`."""
    if axis is None:
        x, axis = ravel(x), 0
    made = apply("sort", _sortable(x), axis=one_axis(axis, x.ndim), descending=bool(descending))
    return convert(made, x.dtype)


def argsort(x: Any, axis: Any = -1, descending: bool = False, stable: bool = True) -> Any:
    """The positions that put `x` in order along `axis`."""
    if axis is None:
        x, axis = ravel(x), 0
    return apply("argsort", _sortable(x), axis=one_axis(axis, x.ndim), descending=bool(descending))


def top_k(x: Any, k: Any, axis: int = -1, largest: bool = True) -> tuple[Any, Any]:
    """The `k` greatest elements along `axis`, in descending order, and their positions."""
    found: tuple[Any, Any] = apply("top_k", x, k=k, axis=one_axis(axis, x.ndim), largest=bool(largest))
    return found


def take(x: Any, indices: Any, axis: Any = None) -> Any:
    """The slices of `x` along `axis` at `indices`."""
    from .creation import asarray
    from .indexing import index_array

    if axis is None:
        x, axis = ravel(x), 0
    place = one_axis(axis, x.ndim)
    chosen = index_array(asarray(indices))
    return apply("take", x, chosen, axis=place)


def take_along_axis(x: Any, indices: Any, axis: Any = -1) -> Any:
    """For each place, the element of `x` at the index that `indices` holds there."""
    from .indexing import index_array

    if axis is None:
        x, axis = ravel(x), 0
    place = one_axis(axis, x.ndim)
    return apply("take_along_axis", x, index_array(indices), axis=place)


def searchsorted(x1: Any, x2: Any, side: str = "left", sorter: Any = None) -> Any:
    """Where the elements of `x2` would go in the sorted `x1`."""
    if sorter is not None:
        x1 = take(x1, sorter)
    common = result_type(x1, x2)
    if common.kind == "b":
        common = np.dtype(np.uint8)
    return apply("searchsorted", convert(x1, common), convert(x2, common), side=side)


def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along `axis`, `n` times; of `prepend`, `x` and `append` joined."""
    place = one_axis(axis, x.ndim)
    parts = [part for part in (prepend, x, append) if part is not None]
    if len(parts) > 1 and n:
        from .shaping import concat

        x = concat(parts, place)
    key = (slice(None),) * place
    for _ in range(operator.index(n)):
        name = "not_equal" if x.dtype.kind == "b" else "subtract"
        x = elementwise(name, x[(*key, slice(1, None))], x[(*key, slice(None, -1))])
    return x
