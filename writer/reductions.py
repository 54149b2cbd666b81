"""Reductions and scans on traced and plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .apply import apply, shape_of
from .elementwise import elementwise, truth
from .integral import SymbolicInt
from .promote import convert


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """`axis` (None, an int or a tuple) as ascending axes from 0."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    found = sorted(one_axis(a, rank) for a in axes)
    if len(set(found)) != len(found):
        raise ValueError("duplicate value in 'axis'")
    return tuple(found)


def one_axis(axis: Any, rank: int) -> int:
    """`axis` counted from 0; NumPy's error if there is none such."""
    place = int(axis)
    if not -rank <= place < rank:
        raise np.exceptions.AxisError(place, rank)
    return place + rank if place < 0 else place


def _reduce(op: str, x: Any, axis: Any, keepdims: bool) -> Any:
    return apply(op, x, axes=axes_of(axis, x.ndim), keepdims=bool(keepdims))


def _accumulator(x: Any, dtype: Any) -> Any:
    """`x` in the dtype in which NumPy adds up: small integers in 64 bits."""
    if dtype is not None:
        return convert(x, dtype)
    kind, small = x.dtype.kind, x.dtype.itemsize < 8
    if kind == "b" or (kind == "i" and small):
        return convert(x, np.int64)
    if kind == "u" and small:
        return convert(x, np.uint64)
    return x


def sum_(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The sum over `axis`."""
    return _reduce("sum", _accumulator(x, dtype), axis, keepdims)


def prod(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The product over `axis`."""
    return _reduce("prod", _accumulator(x, dtype), axis, keepdims)


prod_ = prod


def max_(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The greatest elements over `axis`."""
    if x.dtype.kind == "b":
        return any_(x, axis, keepdims)
    return _reduce("max", x, axis, keepdims)


def min_(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest elements over `axis`."""
    if x.dtype.kind == "b":
        return all_(x, axis, keepdims)
    return _reduce("min", x, axis, keepdims)


def any_(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether some element is true."""
    return _reduce("any", truth(x), axis, keepdims)


def all_(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether every element is true."""
    return _reduce("all", truth(x), axis, keepdims)


def count(x: Any, axes: tuple[int, ...]) -> Any:
    """How many elements a reduction takes together; symbolic where sizes are."""
    total: Any = 1
    for axis in axes:
        total = total * shape_of(x)[axis]
    return total


def _inexact(x: Any, dtype: Any) -> np.dtype[Any]:
    """The dtype in which NumPy averages: that of floats and complex numbers, else f64."""
    of_x = x.dtype if x.dtype.kind in "fc" else np.float64
    found: np.dtype[Any] = np.dtype(of_x if dtype is None else dtype)
    return found


def mean(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The mean over `axis`; of integers in f64, of f16 by way of f32, as NumPy."""
    target = _inexact(x, dtype)
    work = convert(x, np.float32 if target == np.float16 else target)
    if target != np.float16:
        return _reduce("mean", work, axis, keepdims)
    total = _reduce("sum", work, axis, keepdims)
    found = elementwise("divide", total, count(x, axes_of(axis, x.ndim)))
    return convert(found, target)


def var(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, correction: Any = 0) -> Any:
    """The variance over `axis`, divided by the number of elements less `correction`; real also of complex."""
    target = _inexact(x, dtype)
    if target.kind == "c":
        from .parts import imag, real

        both = [var(part(convert(x, target)), axis, None, keepdims, correction) for part in (real, imag)]
        return elementwise("add", *both)
    work = convert(x, np.float32 if target == np.float16 else target)
    if target != np.float16 and not isinstance(correction, SymbolicInt):
        axes = axes_of(axis, x.ndim)
        return apply("var", work, axes=axes, correction=float(correction), keepdims=bool(keepdims))
    centred = elementwise("subtract", work, mean(work, axis, keepdims=True))
    total = _reduce("sum", elementwise("multiply", centred, centred), axis, keepdims)
    number = count(x, axes_of(axis, x.ndim))
    if correction:
        number = number - (int(correction) if float(correction).is_integer() else correction)
    return convert(elementwise("divide", total, number), target)


def std(x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, correction: float = 0) -> Any:
    """The standard deviation over `axis`."""
    return elementwise("sqrt", var(x, axis, dtype, keepdims, correction))


def _search(op: str, x: Any, axis: Any, keepdims: bool) -> Any:
    if x.dtype.kind == "b":
        x = convert(x, np.uint8)
    if axis is None:
        from .shaping import reshape

        rank = x.ndim
        found = apply(op, reshape(x, (-1,)), axis=0, keepdims=False)
        return reshape(found, (1,) * rank) if keepdims else found
    return apply(op, x, axis=one_axis(axis, x.ndim), keepdims=bool(keepdims))


def argmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The position of the greatest element along `axis`, or of all of them."""
    return _search("argmax", x, axis, keepdims)


def argmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The position of the smallest element along `axis`, or of all of them."""
    return _search("argmin", x, axis, keepdims)


def count_nonzero(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements are not zero."""
    return sum_(truth(x), axis, np.int64, keepdims)


def cumulative_sum(x: Any, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Sums of the elements up to each one along `axis`."""
    return _scan("cumulative_sum", x, axis, dtype, include_initial)


def cumulative_prod(x: Any, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Products of the elements up to each one along `axis`."""
    return _scan("cumulative_prod", x, axis, dtype, include_initial)


def _scan(op: str, x: Any, axis: Any, dtype: Any, include_initial: bool) -> Any:
    x = _accumulator(x, dtype)
    if axis is None:
        from .shaping import reshape

        x, axis = (x if x.ndim == 1 else reshape(x, (-1,))), 0
    return apply(op, x, axis=one_axis(axis, x.ndim), include_initial=bool(include_initial))


def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The range of the elements."""
    return elementwise("subtract", max_(x, axis, keepdims), min_(x, axis, keepdims))


def average(x: Any, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Any:
    """The weighted mean."""
    if weights is None:
        return mean(x, axis, keepdims=keepdims)
    if weights.ndim != x.ndim:
        from .shaping import reshape

        place = one_axis(axis, x.ndim)
        weights = reshape(weights, tuple(-1 if i == place else 1 for i in range(x.ndim)))
    total = sum_(elementwise("multiply", x, weights), axis, keepdims=keepdims)
    spread = elementwise("multiply", elementwise("add", elementwise("multiply", x, 0), 1), weights)
    return elementwise("divide", total, sum_(spread, axis, keepdims=keepdims))
