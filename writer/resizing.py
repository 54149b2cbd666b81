"""Images and signals of other sizes, lowered to indexing: interpolation and pixel shuffles."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from .activations import floats
from .apply import apply, shape_of
from .creation import arange
from .elementwise import elementwise
from .promote import convert
from .shaping import known, permute_dims, repeat, reshape


def interpolate(
    x: Any,
    /,
    size: Any = None,
    *,
    scale: Any = None,
    mode: str = "nearest",
    align_corners: bool = False,
) -> Any:
    """`x` at other sizes of its axes from 2 on; give `size` or `scale`, one number or one an axis.

    Parameters
    ----------
    x
        Shape ``(batch, channel, ...)``.
    size
        The new sizes.
    scale
        Or the factors; the new sizes are rounded down. For a symbolic size a factor is an int.
    mode
        ``nearest``: place ``i`` of ``m`` is place ``i * n // m`` of ``n``. ``linear``: between the
        two nearest places, along one axis after another.
    align_corners
        For ``linear``, whether the first and last places of both lie on each other; otherwise the
        outer edges of the first and last elements do.

    Notes
    -----
    Places follow from the sizes alone, in exact integers. Frameworks that are given a factor which
    is no ratio of the sizes may use the factor instead.
    """
    if mode not in ("nearest", "linear"):
        raise ValueError(f"interpolate: mode is nearest or linear, not {mode!r}")
    if (size is None) == (scale is None):
        raise ValueError("interpolate: give either size or scale")
    given = size if size is not None else scale
    values = tuple(given) if isinstance(given, Sequence) else (given,) * (x.ndim - 2)
    if len(values) != x.ndim - 2:
        raise ValueError(f"interpolate: {len(values)} sizes for {x.ndim - 2} axes")
    if mode == "linear":
        (x,) = floats(x)
    for axis, value in enumerate(values, start=2):
        n = shape_of(x)[axis]
        m = value if size is not None else _scaled(n, value)
        whole = value if scale is not None else None
        if mode == "linear":
            x = _linear(x, axis, n, m, align_corners)
        else:
            x = _nearest(x, axis, n, m, whole)
    return x


def _scaled(n: Any, factor: Any) -> Any:
    if isinstance(factor, numbers.Integral) or float(factor).is_integer():
        return n * int(factor)
    if not known(n):
        from .suggest import unsupported

        raise unsupported(
            "interpolate of a symbolic size by a factor that is no int", "interpolate with size"
        )
    return int(n * factor)


def _nearest(x: Any, axis: int, n: Any, m: Any, factor: Any) -> Any:
    if known(n) and known(m) and m % n == 0:
        factor = m // n
    if factor is not None and float(factor).is_integer():
        return x if factor == 1 else repeat(x, int(factor), axis)
    return apply("take", x, _places(elementwise("floor_divide", arange(m) * n, m)), axis=axis)


def _linear(x: Any, axis: int, n: Any, m: Any, align_corners: bool) -> Any:
    """Between the elements before and after the exact place, which is ``above / below``."""
    if known(n) and known(m) and n == m:
        return x
    steps = arange(m)
    if align_corners:
        above, below = steps * (n - 1), _at_least(m - 1, 1)
    else:
        above, below = elementwise("maximum", (steps * 2 + 1) * n - m, 0), m * 2
    first = elementwise("floor_divide", above, below)
    second = elementwise("minimum", first + 1, n - 1)
    rest = elementwise("divide", above - first * below, below)
    share = reshape(convert(rest, x.dtype), (-1,) + (1,) * (x.ndim - axis - 1))
    low = apply("take", x, _places(first), axis=axis)
    high = apply("take", x, _places(second), axis=axis)
    return elementwise("add", low * (1 - share), high * share)


def _places(x: Any) -> Any:
    return convert(x, np.int64)


def _at_least(n: Any, low: int) -> Any:
    if known(n):
        return max(n, low)
    from .indexing import extreme

    return extreme("max", n, low)


# --- channels and places --------------------------------------------------------


def pixel_shuffle(x: Any, factor: int, /) -> Any:
    """Channels become places: ``(N, C * r * r, H, W)`` to ``(N, C, H * r, W * r)``."""
    n, c, h, w = shape_of(x)
    channels = c // (factor * factor)
    x = reshape(x, (n, channels, factor, factor, h, w))
    return reshape(permute_dims(x, (0, 1, 4, 2, 5, 3)), (n, channels, h * factor, w * factor))


def pixel_unshuffle(x: Any, factor: int, /) -> Any:
    """Places become channels: ``(N, C, H * r, W * r)`` to ``(N, C * r * r, H, W)``."""
    n, c, h, w = shape_of(x)
    rows, columns = h // factor, w // factor
    x = reshape(x, (n, c, rows, factor, columns, factor))
    return reshape(permute_dims(x, (0, 1, 3, 5, 2, 4)), (n, c * factor * factor, rows, columns))


def channel_shuffle(x: Any, groups: int, /) -> Any:
    """Channels dealt out anew: the first of each group, then the second of each, and so on."""
    n, c, *places = shape_of(x)
    split = reshape(x, (n, groups, c // groups, *places))
    return reshape(permute_dims(split, (0, 2, 1, *range(3, x.ndim + 1))), (n, c, *places))
