"""Convolution and pooling on traced and plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .activations import floats, floats_given
from .apply import apply, shape_of
from .integral import SymbolicInt
from .reductions import max_, mean
from .shaping import concat, known, moveaxis, pad


def _spread(value: int | Sequence[int], count: int) -> tuple[int, ...]:
    return (int(value),) * count if isinstance(value, int) else tuple(map(int, value))


def _padding(padding: Any, count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """An int, one int an axis, or pairs of before and after."""
    if isinstance(padding, int):
        return (padding,) * count, (padding,) * count
    pairs = [(p, p) if isinstance(p, int) else tuple(p) for p in padding]
    return tuple(int(p[0]) for p in pairs), tuple(int(p[1]) for p in pairs)


# --- convolution ----------------------------------------------------------------


def conv(
    x: Any,
    w: Any,
    bias: Any = None,
    /,
    *,
    strides: Any = 1,
    padding: Any = 0,
    dilations: Any = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation of ``(batch, channel, ...)`` with filters ``(filter, channel, ...)``."""
    count = x.ndim - 2
    low, high = _padding(padding, count)
    return apply(
        "conv",
        *floats_given(x, w, bias),
        strides=_spread(strides, count),
        low=low,
        high=high,
        dilations=_spread(dilations, count),
        groups=int(groups),
    )


def conv_transpose(
    x: Any,
    w: Any,
    bias: Any = None,
    /,
    *,
    strides: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilations: Any = 1,
    groups: int = 1,
) -> Any:
    """The transpose of `conv`: ``(batch, channel, ...)`` with filters ``(channel, filter, ...)``.

    `padding` is taken off the result, `output_padding` added at its end.
    """
    count = x.ndim - 2
    low, high = _padding(padding, count)
    return apply(
        "conv_transpose",
        *floats_given(x, w, bias),
        strides=_spread(strides, count),
        low=low,
        high=high,
        output_padding=_spread(output_padding, count),
        dilations=_spread(dilations, count),
        groups=int(groups),
    )


# --- pooling --------------------------------------------------------------------


def max_pool(
    x: Any,
    window: Any,
    /,
    *,
    strides: Any = None,
    padding: Any = 0,
    dilations: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """The maximum of each window over the last axes; `window` is one int an axis.

    With `ceil_mode` a last window that begins inside the input, or the padding before it, may
    reach beyond its end.
    """
    sizes = tuple(map(int, window))
    steps = sizes if strides is None else _spread(strides, len(sizes))
    low, high = _padding(padding, len(sizes))
    found = apply(
        "reduce_window_max",
        x,
        window=sizes,
        strides=steps,
        low=low,
        high=_reaching(high, steps) if ceil_mode else high,
        dilations=_spread(dilations, len(sizes)),
    )
    return _begun(found, x, steps, low) if ceil_mode else found


def sum_pool(x: Any, window: Any, /, *, strides: Any = None, padding: Any = 0, dilations: Any = 1) -> Any:
    """The sum of each window over the last axes."""
    sizes = tuple(map(int, window))
    low, high = _padding(padding, len(sizes))
    return apply(
        "reduce_window_sum",
        x,
        window=sizes,
        strides=sizes if strides is None else _spread(strides, len(sizes)),
        low=low,
        high=high,
        dilations=_spread(dilations, len(sizes)),
    )


def avg_pool(
    x: Any,
    window: Any,
    /,
    *,
    strides: Any = None,
    padding: Any = 0,
    count_include_pad: bool = True,
    ceil_mode: bool = False,
) -> Any:
    """The mean of each window over the last axes; what `ceil_mode` adds beyond the padding never counts."""
    (x,) = floats(x)
    sizes = tuple(map(int, window))
    steps = sizes if strides is None else _spread(strides, len(sizes))
    low, high = _padding(padding, len(sizes))
    before = low
    if ceil_mode:
        if count_include_pad and (any(low) or any(high)):
            x = pad(x, [(0, 0)] * (x.ndim - len(sizes)) + list(zip(low, high)))
            # A window in the padding after the input is not one that begins inside.
            before = tuple([-h for h in high])
            low = high = (0,) * len(sizes)
        count_include_pad = False
    found = apply(
        "avg_pool",
        x,
        window=sizes,
        strides=steps,
        low=low,
        high=_reaching(high, steps) if ceil_mode else high,
        count_include_pad=bool(count_include_pad),
    )
    return _begun(found, x, steps, before) if ceil_mode else found


def _reaching(high: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """Padding after the input by which the number of windows is rounded up, whatever the sizes."""
    return tuple([h + s - 1 for h, s in zip(high, strides)])


def _begun(found: Any, x: Any, strides: tuple[int, ...], before: tuple[int, ...]) -> Any:
    """The windows that begin before the end of the input, `before` places having been added in front."""
    lead = (slice(None),) * (x.ndim - len(strides))
    sizes = shape_of(x)[x.ndim - len(strides) :]
    return found[(*lead, *[slice(0, (n + b - 1) // s + 1) for n, b, s in zip(sizes, before, strides)])]


def global_avg_pool(x: Any, /, *, keepdims: bool = True) -> Any:
    """The mean over the axes from 2 on."""
    (x,) = floats(x)
    return mean(x, tuple(range(2, x.ndim)), keepdims=keepdims)


def global_max_pool(x: Any, /, *, keepdims: bool = True) -> Any:
    """The maximum over the axes from 2 on."""
    return max_(x, tuple(range(2, x.ndim)), keepdims=keepdims)


def adaptive_avg_pool(x: Any, output_size: Any, /) -> Any:
    """The mean of windows that cover the last axes and give `output_size`: one int an axis, None to keep it.

    Window `i` of `m` over `n` elements goes from ``i * n // m`` to before ``-(-(i + 1) * n // m)``.
    An axis of symbolic size is averaged to 1, or kept.
    """
    (x,) = floats(x)
    for axis, m in _targets(x, output_size):
        x = mean(x, axis, keepdims=True) if m == 1 else _mean_along(x, axis, m)
    return x


def adaptive_max_pool(x: Any, output_size: Any, /) -> Any:
    """The maximum of windows that cover the last axes and give `output_size`, as `adaptive_avg_pool`."""
    for axis, m in _targets(x, output_size):
        if m == 1:
            x = max_(x, axis, keepdims=True)
            continue
        lead = (slice(None),) * axis
        spans = _spans(shape_of(x)[axis], m)
        x = concat([max_(x[(*lead, slice(*span))], axis, keepdims=True) for span in spans], axis)
    return x


def _targets(x: Any, output_size: Any) -> list[tuple[int, int]]:
    """The axes to pool, with the sizes that they get."""
    from .suggest import unsupported

    sizes = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * (x.ndim - 2)
    first = x.ndim - len(sizes)
    found = []
    for axis, m in enumerate(sizes, start=first):
        n = shape_of(x)[axis]
        if m is None or (known(n) and m == n):
            continue
        if isinstance(m, SymbolicInt) or (m != 1 and not known(n)):
            raise unsupported("adaptive pooling of a symbolic size to more than 1", "avg_pool or max_pool")
        found.append((axis, int(m)))
    return found


def _spans(n: int, m: int) -> list[tuple[int, int]]:
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


def _mean_along(x: Any, axis: int, m: int) -> Any:
    n = shape_of(x)[axis]
    if n % m == 0:
        window = (n // m,) + (1,) * (x.ndim - axis - 1)
        return avg_pool(x, window)
    weights = np.zeros((n, m), x.dtype)
    for place, (start, stop) in enumerate(_spans(n, m)):
        weights[start:stop, place] = 1 / (stop - start)
    return moveaxis(moveaxis(x, axis, -1) @ weights, -1, axis)
