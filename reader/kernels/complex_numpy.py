"""Functions of complex numbers on NumPy, quick where all of them are of ordinary size.

Same results as in complex_functions.py, within the accuracy promised. Quotients and exponentials
give None for operands that do not lie in a row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.complexfloating]

#: Numbers that are worked on at once, so that intermediate values stay in the cache.
BLOCK = 16384

#: Between these squares of a divisor's magnitude nothing overflows, nor is lost to underflow.
_SQUARES = {"f": (2.0**-100, 2.0**100), "d": (2.0**-900, 2.0**900)}
#: Up to this real part an exponential is far from overflowing, and from vanishing.
_MODERATE = {"f": 80.0, "d": 600.0}


def real_parts(x: Array) -> NDArray[np.floating] | None:
    """All parts in a row, if they lie so."""
    if not isinstance(x, np.ndarray) or not x.flags.c_contiguous or not x.ndim:
        return None
    return x.reshape(-1).view("f" if x.dtype.itemsize == 8 else "d")


def in_blocks(function: Callable[[Array], Array], x: Array) -> Array:
    """`function` of so many elements at once."""
    if real_parts(x) is None or x.size <= BLOCK:
        return function(x)
    found = np.empty(x.shape, x.dtype)
    source, target = x.reshape(-1), found.reshape(-1)
    for start in range(0, x.size, BLOCK):
        target[start : start + BLOCK] = function(source[start : start + BLOCK])
    return found


def divide(x: Array, y: Array, careful: Callable[[Array, Array], Array]) -> Array | None:
    """The product with the divisor's inverse, its conjugate over its square.

    `careful` where a square may not be accurate. The inverse first: the conjugate's product with a
    tiny number would lose digits to underflow that the quotient has.
    """
    left, right = real_parts(x), real_parts(y)
    if left is None or right is None or x.shape != y.shape or x.dtype != y.dtype:
        return None
    found = np.empty(x.shape, x.dtype)
    result = found.reshape(-1)
    t = right.dtype
    low, high = _SQUARES[t.char]
    size = min(result.size, BLOCK)
    inverses, squares, scratch = (np.empty(n, t) for n in (2 * size, 2 * size, size))
    for start in range(0, result.size, BLOCK):
        piece = slice(start, start + BLOCK)
        out = result[piece]
        n = out.size
        parts = right[2 * start : 2 * (start + n)]
        both, inverse = squares[: 2 * n], inverses[: 2 * n]
        np.multiply(parts, parts, out=both)
        square = np.add(both[::2], both[1::2], out=scratch[:n])
        if square.min() > low and square.max() < high:
            np.divide(1.0, square, out=square)
            np.multiply(parts[::2], square, out=inverse[::2])
            np.negative(square, out=square)
            np.multiply(parts[1::2], square, out=inverse[1::2])
            np.multiply(x.reshape(-1)[piece], inverse.view(x.dtype), out=out)
            if np.isfinite(out.view(t)).all():
                continue
        out[...] = careful(x.reshape(-1)[piece], y.reshape(-1)[piece])
    return found


def expm1(x: Array, careful: Callable[[Array], Array]) -> Array | None:
    """expm1(a) - 2 sin(b / 2)**2 exp(a), and exp(a) sin(b); `careful` where these may not be accurate."""
    parts = real_parts(x)
    if parts is None:
        return None
    found = np.empty(x.shape, x.dtype)
    result = found.reshape(-1)
    scratch = np.empty((3, min(result.size, BLOCK)), parts.dtype)
    for start in range(0, result.size, BLOCK):
        out = result[start : start + BLOCK]
        a, b = (
            parts[2 * start : 2 * (start + out.size) : 2],
            parts[2 * start + 1 : 2 * (start + out.size) : 2],
        )
        size, grown, rest = scratch[:, : out.size]
        np.abs(a, out=size)
        # A real part of 0 has signs to keep, and so has what is left of a tiny imaginary one.
        if not (size.min() > 0 and size.max() < _MODERATE[parts.dtype.char] and np.isfinite(b).all()):
            out[...] = careful(x.reshape(-1)[start : start + BLOCK])
            continue
        np.exp(a, out=grown)
        np.multiply(b, 0.5, out=rest)
        np.sin(rest, out=rest)
        np.multiply(rest, rest, out=rest)
        np.multiply(rest, -2.0, out=rest)
        np.multiply(rest, grown, out=rest)
        np.expm1(a, out=size)
        np.add(size, rest, out=out.real)
        np.sin(b, out=rest)
        np.multiply(rest, grown, out=out.imag)
    return found
