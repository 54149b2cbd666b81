"""Elementwise kernels on NumPy where its own functions are slow. Same results as in elementwise.py.

Callables with `nin`, `nout` and `signature` as ufuncs have them take an output as their last
argument, and may write into an operand of the result's type.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any

#: From this many elements on, what a trick costs is less than what it saves.
LARGE = 4096
#: Elements that are worked on at once, so that intermediate values stay in the cache.
BLOCK = 32768


class _Elementwise:
    """What the planner asks of a function that may write into an operand."""

    __slots__ = ()
    nout = 1
    signature = None


class Extreme(_Elementwise):
    """`np.maximum` or `np.minimum`; against a scalar it is three times slower than against a row."""

    __slots__ = ("function",)
    nin = 2

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, x: Array, y: Array, out: Array | None = None) -> Array:
        if y.ndim == 0 and x.size > LARGE:
            y = _repeated(y, x.shape)
        elif x.ndim == 0 and y.size > LARGE:
            x = _repeated(x, y.shape)
        return self.function(x, y, out=out)


def _repeated(value: Array, shape: tuple[int, ...]) -> Array:
    """`value` over as many of the last axes as make a row that is long enough."""
    axis, size = len(shape), 1
    while axis and size < 512:
        axis -= 1
        size *= shape[axis]
    return np.full(shape[axis:], value)


class Clip(_Elementwise):
    """The minimum of `hi` and the maximum of `lo` and `x`, in one pass where that pays."""

    __slots__ = ()
    nin = 3

    def __call__(self, x: Array, lo: Array, hi: Array, out: Array | None = None) -> Array:
        if x.size > LARGE and lo.ndim == 0 and hi.ndim == 0:
            return np.clip(x, lo, hi, out=out)
        return np.minimum(np.maximum(x, lo), hi, out=out)


class ScalarPower(_Elementwise):
    """Floats to the power of a scalar: squares and cubes as products, 45 times faster."""

    __slots__ = ()
    nin = 2

    def __call__(self, x: Array, y: Array, out: Array | None = None) -> Array:
        if y == 2:
            return np.multiply(x, x, out=out)
        if y == 3:
            return np.multiply(x * x, x, out=out)
        return np.power(x, y, out=out)


class Erf(_Elementwise):
    """`edge`, `above` and `below` as in elementwise.py, for one dtype: NumPy's numbers save conversions."""

    __slots__ = ("edge", "above", "below")
    nin = 1

    def __init__(self, dtype: Any, edge: float, above: tuple[float, ...], below: tuple[float, ...]) -> None:
        self.edge = np.array(edge, dtype)
        self.above = [np.array(c, dtype) for c in above]
        self.below = [np.array(c, dtype) for c in below]

    def __call__(self, x: Array, out: Array | None = None) -> Array:
        x = np.asarray(x)
        if out is None or not out.flags.c_contiguous:
            result = np.empty(x.shape, x.dtype)
        else:
            result = out
        source, target = x.reshape(-1), result.reshape(-1)
        size = min(source.size, BLOCK)
        scratch = np.empty((3, size), x.dtype)
        for start in range(0, source.size, BLOCK):
            piece = source[start : start + BLOCK]
            self._piece(piece, target[start : start + BLOCK], scratch[:, : piece.size])
        if out is not None and result is not out:
            out[...] = result
            return out
        return result

    def _piece(self, x: Array, out: Array, scratch: Array) -> None:
        limited, square, below = scratch
        np.clip(x, -self.edge, self.edge, out=limited)
        np.multiply(limited, limited, out=square)
        _polynomial(square, self.below, below)
        _polynomial(square, self.above, out)
        np.divide(out, below, out=out)
        np.multiply(out, limited, out=out)
        np.clip(out, -1.0, 1.0, out=out)


def _polynomial(x: Array, coefficients: list[Array], out: Array) -> None:
    np.multiply(x, coefficients[0], out=out)
    for coefficient in coefficients[1:-1]:
        np.add(out, coefficient, out=out)
        np.multiply(out, x, out=out)
    np.add(out, coefficients[-1], out=out)
