"""Kernels of schema/ops/sorting.py."""

from __future__ import annotations

from functools import partial
from typing import Any

from .registry import CHOOSY, Kernel, kernel, prepare

Array = Any


def _options(xp: Any) -> dict[str, Any]:
    """How the namespace is asked for a stable sort; CuPy knows `kind` alone."""
    return {"kind": "stable"} if xp.__name__ in ("numpy", "cupy") else {"stable": True}


def _numpy() -> Any:
    """The kernels for NumPy alone, which other namespaces must not import."""
    from . import sorting_numpy

    return sorting_numpy


def _prepare_order(name: str) -> None:
    def prepared(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
        return partial(getattr(_numpy(), name), **attrs) if xp.__name__ == "numpy" else None

    prepare(name)(prepared)


_prepare_order("sort")
_prepare_order("argsort")


@kernel("sort")
def sort(xp: Any, x: Array, *, axis: int, descending: bool) -> Array:
    if not descending:
        return xp.sort(x, axis=axis, **_options(xp))
    # Sorting the reverse and reversing that keeps equal elements in order. SPEC 8.9.1.
    return xp.flip(xp.sort(xp.flip(x, axis=axis), axis=axis, **_options(xp)), axis=axis)


@kernel("argsort")
def argsort(xp: Any, x: Array, *, axis: int, descending: bool) -> Array:
    if not descending:
        order = xp.argsort(x, axis=axis, **_options(xp))
    else:
        order = xp.argsort(xp.flip(x, axis=axis), axis=axis, **_options(xp))
        order = x.shape[axis] - 1 - xp.flip(order, axis=axis)
    return order if order.dtype == xp.int64 else xp.astype(order, xp.int64)


@kernel("top_k")
def top_k(xp: Any, x: Array, *, k: int, axis: int, largest: bool) -> tuple[Array, Array]:
    order = argsort(xp, x, axis=axis, descending=largest)
    first = order[(*(slice(None),) * axis, slice(0, k), ...)]
    return xp.take_along_axis(x, first, axis=axis), first


@prepare("top_k")
def prepare_top_k(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    return _numpy().TopK(**attrs) if xp.__name__ == "numpy" else None


@kernel("searchsorted")
def searchsorted(xp: Any, x: Array, y: Array, *, side: str) -> Array:
    found = xp.searchsorted(x, y, side=side)
    return found if found.dtype == xp.int64 else xp.astype(xp.asarray(found), xp.int64)


# --- different values -------------------------------------------------------------


def _ascending(xp: Any, flat: Array) -> Array:
    """The stable order of a line of any dtype; a complex number with a NaN part is last. SPEC 8.9.5."""
    kind = str(flat.dtype)
    if "complex" not in kind:
        return xp.argsort(xp.astype(flat, xp.uint8) if "bool" in kind else flat, axis=0, **_options(xp))
    invalid = xp.isnan(flat)
    if xp.__name__ == "numpy" and not invalid.any():
        return xp.argsort(flat, axis=0, **_options(xp))  # by the parts, as here
    real, imag = xp.real(flat), xp.imag(flat)
    nan = xp.full_like(real, xp.nan)
    inner = xp.argsort(xp.where(invalid, nan, imag), axis=0, **_options(xp))
    outer = xp.argsort(xp.take(xp.where(invalid, nan, real), inner, axis=0), axis=0, **_options(xp))
    return xp.take(inner, outer, axis=0)


def _restored(xp: Any, ordered: Array, order: Array) -> Array:
    """The array of which `ordered` is what `order` takes."""
    if xp.__name__ not in ("numpy", "cupy"):
        return xp.take(ordered, xp.argsort(order, axis=0), axis=0)
    out = xp.empty_like(ordered)
    out[order] = ordered
    return out


CHOOSY.add("unique")


@kernel("unique")
def unique(
    xp: Any, x: Array, *, wanted: tuple[int, ...] = (0, 1, 2, 3), size: Any = None
) -> tuple[Array | None, ...]:
    if xp.__name__ == "numpy" and x.dtype.kind != "c":
        found: tuple[Array | None, ...] = _numpy().unique(x, wanted)
        return found
    flat = xp.reshape(x, (-1,))
    if flat.shape[0] == 0:
        none = xp.zeros((0,), dtype=xp.int64)
        everywhere = xp.zeros(x.shape, dtype=xp.int64)
        return xp.asarray(flat, copy=True), none, everywhere, xp.asarray(none, copy=True)
    order = _ascending(xp, flat)
    ordered = xp.take(flat, order, axis=0)
    # A NaN differs from a NaN, so that each one begins a value of its own.
    begins = xp.concat([xp.ones((1,), dtype=xp.bool), ordered[1:] != ordered[:-1]])
    starts = xp.astype(xp.nonzero(begins)[0], xp.int64)
    values, firsts, inverse, counts = xp.take(ordered, starts, axis=0), None, None, None
    if 1 in wanted:
        firsts = xp.astype(xp.take(order, starts, axis=0), xp.int64)
    if 2 in wanted:
        group = xp.cumulative_sum(xp.astype(begins, xp.int64), axis=0) - 1
        inverse = xp.reshape(_restored(xp, group, order), x.shape)
    if 3 in wanted:
        stops = xp.concat([starts[1:], xp.full((1,), flat.shape[0], dtype=xp.int64)])
        counts = stops - starts
    return values, firsts, inverse, counts


@kernel("isin")
def isin(xp: Any, x: Array, y: Array, *, invert: bool) -> Array:
    if xp.__name__ in ("numpy", "cupy"):
        return xp.isin(x, y, invert=invert)
    ordered = xp.sort(xp.reshape(y, (-1,)), **_options(xp))
    first, stop = (xp.searchsorted(ordered, x, side=side) for side in ("left", "right"))
    found = xp.logical_and(first < stop, x == x)
    return xp.logical_not(found) if invert else found
