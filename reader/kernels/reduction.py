"""Kernels of schema/ops/reduction.py."""

from __future__ import annotations

from functools import partial
from typing import Any

from .registry import Kernel, kernel, prepare

Array = Any
Ints = tuple[int, ...]


@kernel("sum")
def sum_(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.sum(x, axis=axes, dtype=x.dtype, keepdims=keepdims)


@kernel("prod")
def prod(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.prod(x, axis=axes, dtype=x.dtype, keepdims=keepdims)


@kernel("max")
def max_(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.max(x, axis=axes, keepdims=keepdims)


@kernel("min")
def min_(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.min(x, axis=axes, keepdims=keepdims)


@kernel("all")
def all_(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.all(x, axis=axes, keepdims=keepdims)


@kernel("any")
def any_(xp: Any, x: Array, *, axes: Ints, keepdims: bool) -> Array:
    return xp.any(x, axis=axes, keepdims=keepdims)


def _prepare_reduction(name: str, function: str) -> None:
    """Bind NumPy's ufunc reduction itself: `np.sum` and its like look for overrides first."""

    def prepared(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
        if xp.__name__ != "numpy":
            return None
        axes = attrs["axes"]
        options: dict[str, Any] = {"axis": axes[0] if len(axes) == 1 else axes, "keepdims": attrs["keepdims"]}
        if name in ("sum", "prod"):
            options["dtype"] = xp.dtype(_numpy_name(types[0].dtype))
        return partial(getattr(xp, function).reduce, **options)

    prepare(name)(prepared)


def _numpy_name(dtype: str) -> str:
    from ...schema.dtypes import BY_NAME

    return BY_NAME[dtype].numpy or ""


for _name, _function in (
    ("sum", "add"),
    ("prod", "multiply"),
    ("max", "maximum"),
    ("min", "minimum"),
    ("all", "logical_and"),
    ("any", "logical_or"),
):
    _prepare_reduction(_name, _function)


def _positions(xp: Any, found: Array) -> Array:
    return found if found.dtype == xp.int64 else xp.astype(xp.asarray(found), xp.int64)


@kernel("argmax")
def argmax(xp: Any, x: Array, *, axis: int, keepdims: bool) -> Array:
    return _positions(xp, xp.argmax(x, axis=axis, keepdims=keepdims))


@kernel("argmin")
def argmin(xp: Any, x: Array, *, axis: int, keepdims: bool) -> Array:
    return _positions(xp, xp.argmin(x, axis=axis, keepdims=keepdims))


@kernel("cumulative_sum")
def cumulative_sum(xp: Any, x: Array, *, axis: int, include_initial: bool) -> Array:
    return xp.cumulative_sum(x, axis=axis, dtype=x.dtype, include_initial=include_initial)


@kernel("cumulative_prod")
def cumulative_prod(xp: Any, x: Array, *, axis: int, include_initial: bool) -> Array:
    return xp.cumulative_prod(x, axis=axis, dtype=x.dtype, include_initial=include_initial)
