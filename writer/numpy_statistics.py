"""NumPy's statistics and calculus on traced arrays: orders, means without NaN, covariance, interpolation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import creation, linear, ordering, parts, reductions, shaping
from . import elementwise as ew
from .apply import shape_of
from .elementwise import elementwise, where
from .promote import convert
from .reductions import one_axis
from .suggest import unsupported

Function = Callable[..., Any]


def _float(x: Any) -> Any:
    return x if x.dtype.kind in "fc" else convert(x, np.float64)


# --- without NaN ----------------------------------------------------------------


def _counted(x: Any, axis: Any, keepdims: Any) -> Any:
    present = elementwise("logical_not", elementwise("isnan", x))
    return convert(reductions.sum_(present, axis, np.int64, keepdims), x.dtype)


def _without(x: Any, filler: float) -> Any:
    return where(elementwise("isnan", x), np.asarray(filler, x.dtype), x)


def nanmean(x: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
    """The mean of the elements that are numbers."""
    x = _float(x) if dtype is None else convert(x, dtype)
    total = reductions.sum_(_without(x, 0), axis, keepdims=keepdims)
    return elementwise("divide", total, _counted(x, axis, keepdims))


def nanvar(x: Any, axis: Any = None, dtype: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    """The variance of the elements that are numbers."""
    x = _float(x) if dtype is None else convert(x, dtype)
    centred = elementwise("subtract", x, nanmean(x, axis, keepdims=True))
    squares = where(elementwise("isnan", x), np.zeros((), x.dtype), elementwise("multiply", centred, centred))
    total = reductions.sum_(squares, axis, keepdims=keepdims)
    number = elementwise("subtract", _counted(x, axis, keepdims), ddof)
    return where(elementwise("greater", number, 0), elementwise("divide", total, number), np.nan)


def nanstd(x: Any, axis: Any = None, dtype: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    """The standard deviation of the elements that are numbers."""
    return elementwise("sqrt", nanvar(x, axis, dtype, ddof, keepdims))


def _nan_search(op: Function, filler: float) -> Function:
    def search(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
        return op(_without(x, filler) if x.dtype.kind == "f" else x, axis, keepdims)

    return search


def _nan_scan(op: Function, filler: float) -> Function:
    def scan(x: Any, axis: Any = None, dtype: Any = None) -> Any:
        return op(_without(x, filler) if x.dtype.kind in "fc" else x, axis, dtype)

    return scan


# --- covariance -----------------------------------------------------------------


def _rows(x: Any, rowvar: bool) -> Any:
    x = creation.asarray(x)
    if x.ndim < 2:
        return shaping.reshape(x, (1, -1))
    return x if rowvar else shaping.transpose(x)


def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None, *, dtype: Any = None
) -> Any:
    """The covariances of the rows of `m`, or of its columns."""
    rows = [_rows(part, rowvar) for part in ((m,) if y is None else (m, y))]
    x = _float(shaping.concat(rows, 0) if len(rows) > 1 else rows[0])
    x = x if dtype is None else convert(x, dtype)
    less = (0 if bias else 1) if ddof is None else ddof
    centred = elementwise("subtract", x, reductions.mean(x, 1, keepdims=True))
    total = linear.matmul(centred, elementwise("conjugate", shaping.transpose(centred)))
    found = elementwise("divide", total, shape_of(x)[1] - less)
    return shaping.reshape(found, ()) if len(rows) == 1 and rows[0].shape[0] == 1 else found


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The correlations of the rows of `x`, or of its columns."""
    found = cov(x, y, rowvar, dtype=dtype)
    if not found.ndim:
        return elementwise("divide", found, found)
    scale = elementwise("sqrt", parts.real(shaping.diagonal(found)))
    found = elementwise("divide", found, shaping.expand_dims(scale, 1))
    return ew.clip(elementwise("divide", found, shaping.expand_dims(scale, 0)), -1, 1)


# --- calculus -------------------------------------------------------------------


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of `y` along `axis` by the trapezoidal rule."""
    y = shaping.moveaxis(creation.asarray(y), axis, -1)
    if x is not None:
        x = creation.asarray(x)
        dx = ordering.diff(x if x.ndim == 1 else shaping.moveaxis(x, axis, -1), 1, -1)
    pairs = elementwise("divide", elementwise("add", y[..., 1:], y[..., :-1]), 2.0)
    return reductions.sum_(elementwise("multiply", pairs, dx), -1)


def gradient(f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Differences of neighbours on both sides, one side at the ends; for even spacing."""
    f = _float(f)
    axes = range(f.ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    steps = list(spacing) * (len(axes) if len(spacing) == 1 else 1) or [1.0] * len(axes)
    if edge_order != 1 or any(getattr(step, "ndim", 0) for step in steps):
        raise unsupported("np.gradient with uneven spacing or edge_order=2", "differences of slices")
    found = []
    for place, step in zip(axes, steps):
        x = shaping.moveaxis(f, place, -1)
        inner = elementwise("divide", elementwise("subtract", x[..., 2:], x[..., :-2]), 2.0 * step)
        ends = [elementwise("subtract", x[..., b], x[..., a]) for a, b in ((0, 1), (-2, -1))]
        first, last = (shaping.expand_dims(elementwise("divide", end, step), -1) for end in ends)
        found.append(shaping.moveaxis(shaping.concat([first, inner, last], -1), -1, place))
    return found[0] if len(found) == 1 else tuple(found)


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours in one row, between `to_begin` and `to_end`."""
    parts = [to_begin, ordering.diff(shaping.ravel(x)), to_end]
    return shaping.concat([shaping.ravel(creation.asarray(p, x.dtype)) for p in parts if p is not None])


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Values between the points (`xp`, `fp`), by straight lines."""
    if period is not None:
        raise unsupported("np.interp with period=", "np.remainder before")
    x, xp, fp = (convert(creation.asarray(v), np.float64) for v in (x, xp, fp))
    number = shape_of(xp)[0]
    after = ew.clip(ordering.searchsorted(xp, x, "right"), 1, number - 1)
    before = elementwise("subtract", after, 1)
    x0, x1, y0, y1 = (ordering.take(v, at, 0) for v in (xp, fp) for at in (before, after))
    slope = elementwise("divide", elementwise("subtract", y1, y0), elementwise("subtract", x1, x0))
    found = elementwise("add", elementwise("multiply", slope, elementwise("subtract", x, x0)), y0)
    found = where(elementwise("equal", x, x1), y1, found)
    found = where(elementwise("less", x, xp[0]), fp[0] if left is None else left, found)
    return where(elementwise("greater", x, xp[-1]), fp[-1] if right is None else right, found)


def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 6.283185307179586) -> Any:
    """Angles made continuous: no step of `p` along `axis` is greater than half a period."""
    p = _float(creation.asarray(p))
    place = one_axis(axis, p.ndim)
    step = ordering.diff(p, 1, place)
    half = period / 2
    wrapped = elementwise("subtract", elementwise("remainder", elementwise("add", step, half), period), half)
    edge = elementwise("logical_and", elementwise("equal", wrapped, -half), elementwise("greater", step, 0))
    wrapped = where(edge, half, wrapped)
    change = elementwise("subtract", wrapped, step)
    least = half if discont is None else max(discont, half)
    small = elementwise("less", elementwise("absolute", step), least)
    change = reductions.cumulative_sum(where(small, 0.0, change), place)
    key = (slice(None),) * place
    rest = elementwise("add", p[(*key, slice(1, None))], change)
    return convert(shaping.concat([p[(*key, slice(None, 1))], rest], place), p.dtype)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The sums of products of `a` and the reversed `v` at every shift of the two."""
    a, v = (shaping.ravel(creation.asarray(x)) for x in (a, v))
    n, m = shape_of(a)[0], shape_of(v)[0]
    if mode != "full" and shaping.example_of(n) < shaping.example_of(m):
        a, v, n, m = v, a, m, n
    padded = shaping.pad(a, (m - 1, m - 1))
    rows = shaping.expand_dims(creation.arange(n + m - 1), 1)
    places = elementwise("add", rows, creation.arange(m))
    found = linear.matmul(ordering.take(padded, places, 0), shaping.flip(v))
    if mode == "full":
        return found
    if mode == "same":
        return found[(m - 1) // 2 : (m - 1) // 2 + n]
    if mode == "valid":
        return found[m - 1 : n]
    raise ValueError(f"mode is full, same or valid, not {mode!r}")


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The sums of products of `a` and the conjugated `v` at every shift of the two."""
    if mode != "full" and a.shape[0] < v.shape[0]:
        raise unsupported("np.correlate with a longer second operand", "the operands exchanged")
    return convolve(a, shaping.flip(elementwise("conjugate", creation.asarray(v))), mode)


FUNCTIONS: dict[str, Function] = {
    "nanmean": nanmean,
    "nanvar": nanvar,
    "nanstd": nanstd,
    "nanargmax": _nan_search(reductions.argmax, -np.inf),
    "nanargmin": _nan_search(reductions.argmin, np.inf),
    "nancumsum": _nan_scan(reductions.cumulative_sum, 0),
    "nancumprod": _nan_scan(reductions.cumulative_prod, 1),
    "cov": cov,
    "corrcoef": corrcoef,
    "trapezoid": trapezoid,
    "gradient": gradient,
    "ediff1d": ediff1d,
    "interp": interp,
    "unwrap": unwrap,
    "convolve": convolve,
    "correlate": correlate,
}
