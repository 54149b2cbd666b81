"""Indexing of traced arrays: NumPy's basic and advanced indices, read and written.

Operators count from 0 and never clamp; what NumPy does to bounds is written out here, as
arithmetic of sizes.
"""

from __future__ import annotations

import numbers
import operator
from typing import Any

import numpy as np

from ..schema import dims
from . import rules
from .apply import apply, shape_of
from .context import active
from .integral import SymbolicInt, size
from .promote import convert
from .proxy import Proxy
from .shaping import broadcast_arrays, expand_dims, known, permute_dims, reshape, same, viewed


class Basic:
    """The part of an index that is ints, slices and None, resolved against a shape."""

    __slots__ = ("starts", "stops", "steps", "shape", "kept", "flips")

    def __init__(self) -> None:
        self.starts: list[Any] = []
        self.stops: list[Any] = []
        self.steps: list[int] = []
        #: The result's shape, and for each of its axes whether it is one of the array's.
        self.shape: list[Any] = []
        self.kept: list[bool] = []
        #: Axes of symbolic size that are reversed first, so that all steps on them are positive.
        self.flips: list[int] = []


def get(x: Proxy, key: Any) -> Any:
    """``x[key]``."""
    x, key = with_truths(x, key)
    items = expand(x, key)
    if not any(is_array(item) for item in items):
        made = _get_basic(x, items)
        if not made.ndim and not any(
            item is Ellipsis for item in (key if isinstance(key, tuple) else (key,))
        ):
            return made  # NumPy gives a number, not a view
        return viewed(
            x, made, lambda p: _get_basic(p, expand(p, key)), lambda p, v: _updated(p, key, v), key=key
        )
    return _get_arrays(x, items)


def with_truths(x: Any, key: Any) -> tuple[Any, Any]:
    """`x` and `key` with each boolean of shape () as a mask of a new axis of size 1."""
    raw = list(key) if isinstance(key, tuple) else [key]
    truths = [i for i, item in enumerate(raw) if _is_truth(item)]
    if not truths:
        return x, key
    dots = next((i for i, item in enumerate(raw) if item is Ellipsis), len(raw))
    for i in truths:
        before = [item for item in (raw[:i] if i < dots else raw[i + 1 :]) if item is not Ellipsis]
        used = sum(_axes_used(_item(item)) for item in before)
        x = expand_dims(x, used if i < dots else x.ndim - used)
        raw[i] = reshape(asarray_of(raw[i]), (1,))
    return x, tuple(raw)


def _is_truth(item: Any) -> bool:
    if isinstance(item, (bool, np.bool_)):
        return True
    return is_array(item) and item.ndim == 0 and item.dtype.kind == "b"


def asarray_of(value: Any) -> Any:
    return value if isinstance(value, Proxy) else np.asarray(value)


def _updated(x: Any, key: Any, value: Any) -> Any:
    from .assigning import updated

    return updated(x, key, value)


def expand(x: Any, key: Any) -> list[Any]:
    """The index as one item for each axis, and None for each new axis; masks become integers."""
    raw = list(key) if isinstance(key, tuple) else [key]
    raw = [_item(item) for item in raw]
    used = sum(_axes_used(item) for item in raw)
    if used > x.ndim:
        raise IndexError(
            f"too many indices for array: array is {x.ndim}-dimensional, but {used} were indexed"
        )
    dots = [i for i, item in enumerate(raw) if item is Ellipsis]
    if len(dots) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    at = dots[0] if dots else len(raw)
    rest: list[Any] = [slice(None)] * (x.ndim - used)
    raw[at : at + 1] = rest
    found: list[Any] = []
    axis = 0
    for item in raw:
        if is_array(item) and item.dtype.kind == "b":
            found += _nonzero(item)
        else:
            found.append(item)
        axis += _axes_used(item)
    return found


def _item(item: Any) -> Any:
    plain = isinstance(item, (list, np.ndarray)) and not isinstance(item, Proxy)
    if plain or (isinstance(item, np.generic) and item.dtype.kind == "b"):
        from .creation import asarray

        made = asarray(item)
        if made.size == 0 and not isinstance(made, Proxy):
            made = made.astype(np.int64)
        if made.dtype.kind in "iub":
            return made
        item = made
    if item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if isinstance(item, Proxy) and item.dtype.kind in "iub":
        return item
    if isinstance(item, (bool, np.bool_)):
        return np.asarray(item)
    if isinstance(item, SymbolicInt):
        return item
    if isinstance(item, numbers.Integral):
        return int(item)
    trace = active()
    got = getattr(item, "dtype", type(item).__name__)
    raise rules.INDEX.fail(trace.where if trace else "", got=f"an index of {got}")


def is_array(item: Any) -> bool:
    return isinstance(item, (Proxy, np.ndarray))


def _axes_used(item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    return item.ndim if is_array(item) and item.dtype.kind == "b" else 1


def _nonzero(mask: Any) -> list[Any]:
    return nonzero(mask)


def nonzero(x: Any) -> list[Any]:
    """For each axis, the indices of the elements that are not zero."""
    if not isinstance(x, Proxy):
        return list(np.nonzero(x))
    trace, value = x._now()
    keys = [(value, axis) for axis in range(x.ndim)]
    seen = trace.scope.sizes
    if keys and all(key in seen for key in keys):  # so that x[m] and y[m] are of one size
        return [Proxy(trace, seen[key]) for key in keys]
    found = apply("nonzero", x)
    places = list(found) if isinstance(found, tuple) else [found]
    seen.update({key: place._value(trace) for key, place in zip(keys, places)})
    return places


# --- basic indices --------------------------------------------------------------


def resolve(x: Any, items: list[Any]) -> Basic:
    """Ints, slices and None against the shape of `x`."""
    found = Basic()
    shape = shape_of(x)
    examples = x._example.shape if isinstance(x, Proxy) else shape
    axis = 0
    for item in items:
        if item is None:
            found.shape.append(1)
            found.kept.append(False)
            continue
        n = shape[axis]
        if isinstance(item, slice):
            start, stop, step, length = slice_bounds(n, item)
            if step < 0 and not (known(start) and known(stop) and known(n)):
                found.flips.append(axis)
                start, stop, step = n - 1 - start, n - 1 - stop, -step
            found.shape.append(length)
            found.kept.append(True)
        else:
            start = _one_index(n, item, int(examples[axis]), axis)
            stop, step = start + 1, 1
        found.starts.append(start)
        found.stops.append(stop)
        found.steps.append(step)
        axis += 1
    return found


def _example_of(n: Any) -> int:
    return n._example() if isinstance(n, SymbolicInt) else int(n)


def _one_index(n: Any, index: Any, example: int, axis: int) -> Any:
    value = _example_of(index)
    trace = active()
    if not -example <= value < example and (known(n) or trace is None or not trace.make_up()):
        raise IndexError(f"index {value} is out of bounds for axis {axis} with size {example}")
    if isinstance(index, SymbolicInt):
        return n + index if index < 0 else index
    return n + index if index < 0 else index


def slice_bounds(n: Any, part: slice) -> tuple[Any, Any, int, Any]:
    """Start, stop and step for the operator ``slice``, and the number of elements."""
    step = 1 if part.step is None else operator.index(part.step)
    if step == 0:
        raise ValueError("slice step cannot be zero")
    if known(n) and all(v is None or known(v) for v in (part.start, part.stop)):
        start, stop, step = slice(_plain(part.start), _plain(part.stop), step).indices(n)
        length = len(range(start, stop, step))
        return start, start if not length else max(stop, -1), step, length
    if step > 0:
        start = 0 if part.start is None else _clamped(n, part.start, 0, n)
        stop = n if part.stop is None else _clamped(n, part.stop, 0, n)
        stop = _ordered(n, part, start, stop)
        return start, stop, step, (stop - start + (step - 1)) // step
    start = n - 1 if part.start is None else _clamped(n, part.start, -1, n - 1)
    stop = -1 if part.stop is None else _clamped(n, part.stop, -1, n - 1)
    stop = extreme("min", start, stop)
    return start, stop, step, (stop - start + (step + 1)) // step


def _ordered(n: Any, part: slice, start: Any, stop: Any) -> Any:
    """`stop`, or `start` where that is greater: the slice is empty then.

    ``x[a:-b]`` is written so that its size is ``max(n - a - b, 0)``, as that of ``x[a + b:]``.
    """
    if part.start is None or part.stop is None:
        return stop
    if not (known(part.start) and known(part.stop)):
        return extreme("max", start, stop)
    if (part.start < 0) == (part.stop < 0) and part.start <= part.stop:
        return stop
    if part.start >= 0 > part.stop:
        return start + extreme("max", n - part.start + part.stop, 0)
    return extreme("max", start, stop)


def _plain(bound: Any) -> int | None:
    return None if bound is None else operator.index(bound)


def _clamped(n: Any, bound: Any, low: int, high: Any) -> Any:
    """A slice's bound counted from 0 and kept within `low` and `high`.

    ``min(b, n)`` is written ``n - max(n - b, 0)``, so that the sizes of ``x[k:]`` and
    ``x[:-k]`` come out as one expression.
    """
    if not known(bound) or not isinstance(bound, int):
        if isinstance(bound, Proxy):
            bound = operator.index(bound)
        negative = bound < 0
    else:
        negative = bound < 0
    if negative:
        return extreme("max", n + bound, low)
    return high - extreme("max", high - bound, 0)


def extreme(kind: str, a: Any, b: Any) -> Any:
    """The maximum ("max") or minimum ("min") of two sizes, symbolic ones too."""
    if known(a) and known(b):
        return max(a, b) if kind == "max" else min(a, b)
    trace = active()
    assert trace is not None
    left, right = trace.dim(a), trace.dim(b)
    assert not isinstance(left, dims.Unknown) and not isinstance(right, dims.Unknown)
    return size(trace, dims.maximum(left, right) if kind == "max" else dims.minimum(left, right))


def _get_basic(x: Any, items: list[Any]) -> Any:
    found = resolve(x, items)
    made = _cut(x, found)
    lengths = iter(found.shape)
    if len(found.shape) == x.ndim and all(found.kept):
        return made
    return apply("reshape", made, shape=tuple(lengths))


def _cut(x: Any, found: Basic) -> Any:
    turned = apply("flip", x, axes=tuple(found.flips)) if found.flips else x
    if is_whole(x, found):
        return turned.copy() if isinstance(turned, Proxy) else turned
    shape = shape_of(x)
    reversed_ = [
        step == -1 and same(a, n - 1) and known(b) and b == -1
        for a, b, step, n in zip(found.starts, found.stops, found.steps, shape)
    ]
    if all(a or b for a, b in zip(_whole_axes(x, found), reversed_)):
        return apply("flip", turned, axes=tuple(i for i, yes in enumerate(reversed_) if yes))
    return apply("slice", turned, **bounds(found))


def bounds(found: Basic) -> dict[str, Any]:
    return {"starts": tuple(found.starts), "stops": tuple(found.stops), "steps": tuple(found.steps)}


def _whole_axes(x: Any, found: Basic) -> list[bool]:
    return [
        _zero(a) and step == 1 and same(b, n)
        for a, b, step, n in zip(found.starts, found.stops, found.steps, shape_of(x))
    ]


def is_whole(x: Any, found: Basic) -> bool:
    return all(_whole_axes(x, found))


def _zero(n: Any) -> bool:
    return known(n) and bool(n == 0)


# --- index arrays ---------------------------------------------------------------


def _get_arrays(x: Any, items: list[Any]) -> Any:
    x, _, arrays, place = prepare(x, items)
    if len(arrays) == 1:
        ((axis, indices),) = arrays.items()
        return apply("take", x, indices, axis=axis)
    axes = list(arrays)
    rest = [a for a in range(x.ndim) if a not in arrays]
    indices = broadcast_arrays(*arrays.values())
    found = apply("gather", permute_dims(x, [*axes, *rest]), *indices)
    if place:
        rank = indices[0].ndim
        order = [*range(rank, rank + place), *range(rank), *range(rank + place, found.ndim)]
        found = permute_dims(found, order)
    return found


def prepare(x: Any, items: list[Any]) -> tuple[Any, list[Any], dict[int, Any], int]:
    """`x` after its slices and new axes, these, the index arrays by axis, and where their axes go."""
    several = sum(map(is_array, items)) > 1 or any(isinstance(i, numbers.Integral) for i in items)
    items = [np.asarray(i) if several and isinstance(i, int) else i for i in items]
    items = [i._tensor() if isinstance(i, SymbolicInt) else i for i in items]
    basic = [slice(None) if is_array(item) else item for item in items]
    cut = _get_basic(x, basic)
    arrays: dict[int, Any] = {}
    for axis, item in enumerate(items):
        if is_array(item):
            arrays[axis] = index_array(item)
    if len({item.dtype for item in arrays.values()}) > 1:
        arrays = {axis: convert(item, np.int64) for axis, item in arrays.items()}
    axes = list(arrays)
    adjacent = axes == list(range(axes[0], axes[0] + len(axes)))
    return cut, basic, arrays, axes[0] if adjacent else 0


def index_array(indices: Any) -> Any:
    """Indices as the operators want them, of i32 or i64."""
    return indices if indices.dtype in (np.int32, np.int64) else convert(indices, np.int64)
