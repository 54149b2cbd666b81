"""Kernels of schema/ops/sorting.py."""

from __future__ import annotations

from typing import Any

from .registry import Kernel, kernel, prepare

Array = Any


def _options(xp: Any) -> dict[str, Any]:
    """How the namespace is asked for a stable sort; CuPy knows `kind` alone."""
    return {"kind": "stable"} if xp.__name__ in ("numpy", "cupy") else {"stable": True}


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
    if xp.__name__ != "numpy":
        return None
    from .sorting_numpy import TopK

    return TopK(**attrs)
