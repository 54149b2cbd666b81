"""NumPy's statistics of sorted elements: medians, quantiles, and counts in intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import reductions
from .apply import apply, shape_of
from .creation import asarray, linspace, symbolic
from .elementwise import elementwise, where
from .ordering import searchsorted, sort
from .promote import convert, result_type
from .reductions import axes_of
from .shaping import concat, moveaxis, product, ravel, reshape
from .suggest import unsupported


def _lines(x: Any, axis: Any) -> tuple[Any, tuple[Any, ...]]:
    """`x` sorted along `axis`, which comes first, as floats; and the shape of a result that keeps axes."""
    axes = axes_of(axis, x.ndim)
    shape = shape_of(x)
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    x = moveaxis(x, axes, tuple(range(len(axes))))
    rest = tuple(n for i, n in enumerate(shape) if i not in axes)
    line = reshape(x, (product([shape[i] for i in axes]), *rest))
    return sort(convert(line, x.dtype if x.dtype.kind == "f" else np.float64), 0), kept


def _at(x: Any, place: Any) -> Any:
    return apply("take", x, convert(place, np.int64), axis=0)


def _unless_nan(x: Any, found: Any) -> Any:
    """`found`, or NaN where a sorted line of `x` has one: it is at the end."""
    last = _at(x, asarray(shape_of(x)[0]) - 1)
    return where(elementwise("isnan", last), np.asarray(np.nan, x.dtype), found)


def median(x: Any, axis: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The middle element along `axis`, or the mean of the two in the middle."""
    x = asarray(x)
    line, kept = _lines(x, axis)
    size = asarray(shape_of(line)[0])
    low, high = _at(line, (size - 1) // 2), _at(line, size // 2)
    both = reductions.mean(concat([reshape(part, (1, *shape_of(part))) for part in (low, high)]), axis=0)
    found = _unless_nan(line, where(elementwise("equal", low, high), low, both))
    return reshape(found, kept) if keepdims else found


def quantile(
    x: Any,
    q: Any,
    axis: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    """The elements below which the parts `q` of the others lie, with linear interpolation."""
    if weights is not None or method not in ("linear", "lower", "higher"):
        raise unsupported("np.quantile with weights or another method", "method='linear'")
    x, weak = asarray(x), isinstance(q, (int, float)) and not isinstance(q, np.generic)
    q = asarray(q)
    if not symbolic(q) and not np.all((q >= 0) & (q <= 1)):
        raise ValueError("Quantiles must be in the range [0, 1]")
    line, kept = _lines(x, axis)
    place = elementwise("multiply", convert(q, np.float64), asarray(shape_of(line)[0]) - 1)
    below, above = elementwise("floor", place), elementwise("ceil", place)
    low, high = _at(line, below), _at(line, above)
    if method != "linear":
        found = low if method == "lower" else high
    else:
        share = elementwise("subtract", place, below)
        share = convert(share, line.dtype if weak else result_type(q, np.float16(0)))
        share = reshape(share, (*shape_of(q), *(1,) * (line.ndim - 1)))
        found = _between(low, high, share)
    found = _unless_nan(line, found)
    return reshape(found, (*shape_of(q), *kept)) if keepdims else found


def _between(low: Any, high: Any, share: Any) -> Any:
    """From `low` to `high`, computed from the nearer end."""
    gap = elementwise("subtract", high, low)
    up = elementwise("add", low, elementwise("multiply", gap, share))
    down = elementwise("subtract", high, elementwise("multiply", gap, elementwise("subtract", 1, share)))
    return where(elementwise("less", share, 0.5), up, down)


def percentile(x: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
    """`quantile` of percents."""
    part = q / 100 if isinstance(q, (int, float)) else elementwise("divide", asarray(q), 100)
    return quantile(x, part, *args, **kwargs)


# --- counts -----------------------------------------------------------------------


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """The interval of ascending `bins` that each element is in."""
    bins = asarray(bins)
    if symbolic(bins) or bool(np.all(bins[1:] >= bins[:-1])):
        return searchsorted(bins, x, side="left" if right else "right")
    raise unsupported("np.digitize with bins that do not ascend", "bins[::-1]")


def bincount(x: Any, /, weights: Any = None, minlength: Any = 0) -> Any:
    """How often each integer from 0 occurs, or the sum of its weights."""
    x = convert(asarray(x), np.int64)
    dtype = np.dtype(np.int64 if weights is None else np.float64)
    # With a -1 in front, so that no elements have a maximum, too.
    size = elementwise("add", reductions.max_(concat([np.full(1, -1), x])), 1)
    size = elementwise("maximum", size, asarray(minlength))
    zeros = apply("repeat", np.zeros(1, dtype), reshape(size, (1,)), axis=0)
    each = np.ones(1, dtype) if weights is None else convert(asarray(weights), dtype)
    each = apply("broadcast_to", each, shape=shape_of(x)) if weights is None else each
    # Not from the end: NumPy refuses negative numbers, as the program does a place that there is not.
    return apply("scatter_add", zeros, each, where(elementwise("less", x, 0), size, x))


def histogram_bin_edges(x: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """The ends of intervals of equal size from the smallest to the greatest element."""
    if isinstance(bins, str):
        raise unsupported(f"np.histogram with bins={bins!r}", "a number of bins")
    x = ravel(asarray(x))
    if not isinstance(bins, int):
        return asarray(bins)
    if range is not None:
        low, high = range
        return np.histogram_bin_edges(np.zeros(0), bins, (low, high))
    common = result_type(x, np.float32(0)) if x.dtype.kind == "f" else np.dtype(np.float64)
    low, high = convert(reductions.min_(x), common), convert(reductions.max_(x), common)
    alone = convert(elementwise("equal", low, high), common)
    half = elementwise("multiply", alone, 0.5)
    ends = elementwise("subtract", low, half), elementwise("add", high, half)
    return linspace(*ends, bins + 1, dtype=common)


def histogram(x: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """How many elements are in each interval, and the ends of the intervals; the last one is closed."""
    if weights is not None:
        raise unsupported("np.histogram with weights", "np.digitize and np.bincount")
    x = ravel(asarray(x))
    edges = histogram_bin_edges(x, bins, range)
    line = sort(x)
    below = concat([searchsorted(line, edges[:-1]), searchsorted(line, edges[-1:], side="right")])
    counts = elementwise("subtract", below[1:], below[:-1])
    if not density:
        return counts, edges
    widths = convert(elementwise("subtract", edges[1:], edges[:-1]), np.float64)
    total = reductions.sum_(counts)
    return elementwise("divide", elementwise("divide", counts, widths), total), edges


#: NumPy's functions by name.
NUMPY: dict[str, Any] = {
    "median": median,
    "quantile": quantile,
    "percentile": percentile,
    "digitize": digitize,
    "bincount": bincount,
    "histogram": histogram,
    "histogram_bin_edges": histogram_bin_edges,
}
