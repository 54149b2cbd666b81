"""Kernels of schema/ops/shape.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from .registry import Kernel, kernel, prepare

Array = Any
Ints = tuple[int, ...]


@kernel("reshape", view=True)
def reshape(xp: Any, x: Array, *, shape: Ints) -> Array:
    return xp.reshape(x, shape)


@kernel("permute_dims", view=True)
def permute_dims(xp: Any, x: Array, *, axes: Ints) -> Array:
    return xp.permute_dims(x, axes)


@kernel("broadcast_to", view=True)
def broadcast_to(xp: Any, x: Array, *, shape: Ints) -> Array:
    return xp.broadcast_to(x, shape)


@kernel("concat")
def concat(xp: Any, xs: tuple[Array, ...], *, axis: int) -> Array:
    return xp.concat(xs, axis=axis)


_NOTHING = slice(0, 0)


def slices(starts: Ints, stops: Ints, steps: Ints) -> tuple[slice, ...]:
    """The bounds of SPEC 8.5.6 as Python's: a stop of -1 is written None; a start of -1 reads nothing."""
    bounds = zip(starts, stops, steps)
    return tuple([slice(b, None if e < 0 else e, s) if b >= 0 else _NOTHING for b, e, s in bounds])


@kernel("slice", view=True)
def slice_(xp: Any, x: Array, *, starts: Ints, stops: Ints, steps: Ints) -> Array:
    return x[slices(starts, stops, steps)]


@kernel("flip", view=True)
def flip(xp: Any, x: Array, *, axes: Ints) -> Array:
    return xp.flip(x, axis=axes) if axes else x


@kernel("pad")
def pad(xp: Any, x: Array, value: Array | None, *, low: Ints, high: Ints, mode: str) -> Array:
    if mode == "constant":
        return pad_constant(xp, x, value, low, high)
    padded = x
    for axis in range(x.ndim):
        pieces = _border(padded, axis, low[axis], high[axis], mode)
        if len(pieces) > 1:
            padded = xp.concat(pieces, axis=axis)
    return xp.asarray(x, copy=True) if padded is x else padded


#: For more elements than this, writing the frame alone is quicker than writing all.
_MUCH = 10_000


def pad_constant(xp: Any, x: Array, value: Any, low: Ints, high: Ints) -> Array:
    """`x` in a frame of `value`, an array of rank 0 or a Python number."""
    shape = tuple([n + a + b for n, a, b in zip(x.shape, low, high)])
    out = xp.empty(shape, dtype=x.dtype)
    inside = tuple([slice(a, a + n) for n, a in zip(x.shape, low)])
    if xp is np and x.size > _MUCH:
        for axis, (part, size) in enumerate(zip(inside, shape)):
            for border in (slice(0, part.start), slice(part.stop, size)):
                if border.start < border.stop:
                    out[(*inside[:axis], border)] = value
    else:
        out[...] = value
    out[inside] = x
    return out


def _border(x: Array, axis: int, low: int, high: int, mode: str) -> list[Array]:
    def part(*bounds: int | None) -> Array:
        return x[(*(slice(None),) * axis, slice(*bounds), ...)]

    n = x.shape[axis]
    if not low and not high:
        return [x]
    if mode == "edge":
        return [part(0, 1)] * low + [x] + [part(n - 1, n)] * high
    before = [part(low, 0, -1)] if low else []
    after = [part(n - 2, n - 2 - high if n - 2 - high >= 0 else None, -1)] if high else []
    return [*before, x, *after]


# --- NumPy: constants computed ahead ----------------------------------------------


def _static(*lists: Any) -> bool:
    return all(isinstance(value, int) for values in lists for value in values)


@prepare("slice")
def prepare_slice(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    if not _static(attrs["starts"], attrs["stops"]):
        return None
    key = slices(attrs["starts"], attrs["stops"], attrs["steps"])
    return lambda x: x[key]


@prepare("flip")
def prepare_flip(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    axes = attrs["axes"]
    key = tuple([slice(None, None, -1 if axis in axes else 1) for axis in range(max(axes, default=-1) + 1)])
    return (lambda x: x[key]) if xp is np else None


@prepare("permute_dims")
def prepare_permute_dims(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    axes = attrs["axes"]
    return (lambda x: x.transpose(axes)) if xp is np else None


@prepare("reshape")
def prepare_reshape(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    shape = attrs["shape"]
    return (lambda x: x.reshape(shape)) if xp is np and _static(shape) else None


@prepare("concat")
def prepare_concat(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    axis = attrs["axis"]
    return (lambda xs: np.concatenate(xs, axis)) if xp is np else None
