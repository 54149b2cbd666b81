"""Kernels of schema/ops/creation.py."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...schema.dtypes import BY_NAME, STORAGE
from .registry import Kernel, OperatorError, item, kernel, prepare

Array = Any


def namespace_dtype(xp: Any, name: str) -> Any:
    """The namespace's dtype for a dtype of the IR that is not a storage type."""
    numpy_name = BY_NAME[name].numpy
    assert numpy_name is not None
    return getattr(xp, numpy_name)


#: Elements of a tensor that no machine holds; the namespaces have errors of their own for these.
_TOO_MANY = 1 << 46


def require_room(*sizes: int) -> None:
    """Refuse a tensor that no machine holds."""
    if prod(max(1, size) for size in sizes) > _TOO_MANY:
        raise MemoryError(f"a tensor of shape {list(sizes)}")


@kernel("full")
def full(xp: Any, value: Array, *, shape: tuple[int, ...]) -> Array:
    require_room(*shape)
    out = xp.empty(shape, dtype=value.dtype)
    out[...] = value
    return out


@kernel("arange")
def arange(xp: Any, *, start: int, stop: int, step: int, dtype: str) -> Array:
    require_room((stop - start) // step)
    exact = xp.arange(start, stop, step, dtype=xp.int64)
    return exact if dtype == "i64" else xp.astype(exact, namespace_dtype(xp, dtype))


@kernel("eye")
def eye(xp: Any, *, rows: int, columns: int, offset: int, dtype: str) -> Array:
    require_room(rows, columns)
    # No diagonal is further away than the matrix is wide; the bound keeps NumPy from overflowing.
    k = max(-rows, min(offset, columns))
    return xp.eye(rows, columns, k=k, dtype=namespace_dtype(xp, dtype))


# --- conversion -------------------------------------------------------------------


@kernel("astype")
def astype(xp: Any, x: Array, *, dtype: str) -> Array:
    """Conversion from any dtype but a storage type; those are known to `prepare` alone."""
    if dtype in STORAGE:
        from .storage import encode

        return encode(xp, x, dtype)
    target = namespace_dtype(xp, dtype)
    if xp is np:
        return x.astype(target)
    if "complex" in str(x.dtype) and dtype == "bool":
        return x != 0
    return xp.astype(x, target)


@prepare("astype")
def prepare_astype(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
    source, dtype = types[0].dtype, attrs["dtype"]
    if source in STORAGE:
        from .storage import decode

        if source == dtype:
            return lambda x: xp.asarray(x, copy=True)
        if dtype == "f32":
            return lambda x: decode(xp, x, source)
        return lambda x: astype(xp, decode(xp, x, source), dtype=dtype)
    if xp is np and dtype not in STORAGE:
        target = np.dtype(BY_NAME[dtype].numpy)
        return lambda x: x.astype(target)
    return lambda x: astype(xp, x, dtype=dtype)


@kernel("from_scalar")
def from_scalar(xp: Any, value: Any, *, dtype: str) -> Array:
    target = namespace_dtype(xp, dtype)
    if type(value) is not int:
        if xp is np:
            return target(value)
        return xp.astype(xp.asarray(value, dtype=xp.complex128 if type(value) is complex else None), target)
    known = BY_NAME[dtype]
    if known.kind in ("int", "uint"):
        width = 8 * known.itemsize
        low, high = (0, 2**width) if known.kind == "uint" else (-(2 ** (width - 1)), 2 ** (width - 1))
        if not low <= value < high:
            raise OperatorError("E1", f"{value} for {dtype}")
        return xp.asarray(value, dtype=target)
    # By way of i64, so that large integers are rounded once.
    exact = xp.asarray(value, dtype=xp.int64)
    if known.kind == "complex":
        exact = xp.astype(exact, xp.float32 if dtype == "c64" else xp.float64)
    return xp.astype(exact, target)


@kernel("item")
def item_(xp: Any, x: Array) -> Any:
    value = item(x)
    if type(value) is int and value >= 2**63:
        raise OperatorError("E1", str(value))
    return value
