"""Arrays that are made: filled, counted, and put together from others."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from .apply import apply, made
from .attributes import dtype_name
from .context import active
from .integral import SymbolicInt
from .promote import convert, result_type
from .proxy import Proxy

_ALWAYS: Any = np._CopyMode.ALWAYS  # what libraries give as copy= that go round NumPy 1


def _name(dtype: Any) -> str:
    trace = active()
    return dtype_name(np.dtype(dtype), trace.where if trace else "")


def symbolic(value: Any) -> bool:
    """Whether a traced array or a symbolic size is in `value`."""
    if isinstance(value, (Proxy, SymbolicInt)):
        return True
    return isinstance(value, (list, tuple)) and any(map(symbolic, value))


def asarray(obj: Any, dtype: Any = None, copy: bool | None = None, device: Any = None) -> Any:
    """`obj` as an array: traced if anything in it is, else NumPy's."""
    if isinstance(obj, Proxy):
        if dtype is not None and np.dtype(dtype) != obj.dtype:
            return convert(obj, dtype)
        return obj.copy() if copy is True or copy is _ALWAYS else _strong(obj)
    if isinstance(obj, SymbolicInt):
        return convert(_strong(obj._tensor()), dtype or np.int64)
    if isinstance(obj, (list, tuple)) and symbolic(obj):
        from .shaping import expand_dims, reshape, stack

        items = [asarray(item) for item in obj]
        common = np.dtype(dtype) if dtype is not None else result_type(*items)
        items = [convert(item, common) for item in items]
        if all(item.ndim == 0 for item in items):
            from .shaping import concat

            return (
                concat([reshape(item, (1,)) for item in items])
                if len(items) > 1
                else expand_dims(items[0], 0)
            )
        return stack(items)
    return np.asarray(obj, dtype=dtype, copy=copy)


def operand(value: Any, like: Any = None) -> Any:
    """`value` as an array; a Python number gets the dtype that it has beside `like`."""
    if isinstance(value, (Proxy, np.ndarray)):
        return value
    if like is not None and isinstance(value, (numbers.Number, SymbolicInt)):
        return convert(value, result_type(value, like))
    return asarray(value)


def from_dlpack(x: Any, copy: bool | None = None) -> Any:
    """The array of another library, shared by DLPack; a traced array as it is."""
    if isinstance(x, Proxy):
        return asarray(x, copy=copy)
    return np.from_dlpack(x, copy=copy)


def _strong(x: Proxy) -> Proxy:
    return Proxy(x._trace, x._source) if x._weak else x


def full(shape: Any, fill_value: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of `shape` filled with `fill_value`."""
    from .shaping import int_tuple

    on_cpu(device)
    sizes = int_tuple(shape)
    value = asarray(fill_value, dtype) if symbolic(fill_value) else np.asarray(fill_value, dtype)
    if value.ndim:
        from .shaping import broadcast_to

        return broadcast_to(value, sizes).copy()
    if any(n < 0 for n in sizes if not isinstance(n, SymbolicInt)):
        raise ValueError("negative dimensions are not allowed")
    return made("full", value, shape=sizes)


def on_cpu(device: Any) -> None:
    """Refuse a device other than the one that there is while tracing."""
    if device not in (None, "cpu"):
        hint = "the engine that runs a program chooses its device"
        raise ValueError(f"unknown device {device!r}; a trace has 'cpu', and {hint}")


def zeros(shape: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of zeros."""
    return full(shape, 0, np.float64 if dtype is None else dtype, device)


def ones(shape: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of ones."""
    return full(shape, 1, np.float64 if dtype is None else dtype, device)


empty = zeros


def full_like(x: Any, fill_value: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of the shape and dtype of `x`, filled with `fill_value`."""
    return full(x.shape, fill_value, x.dtype if dtype is None else dtype, device)


def zeros_like(x: Any, dtype: Any = None, device: Any = None) -> Any:
    """Zeros of the shape and dtype of `x`."""
    return full_like(x, 0, dtype, device)


def ones_like(x: Any, dtype: Any = None, device: Any = None) -> Any:
    """Ones of the shape and dtype of `x`."""
    return full_like(x, 1, dtype, device)


empty_like = zeros_like


def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Any:
    """Evenly spaced numbers from `start` to before `stop`."""
    on_cpu(device)
    if stop is None:
        start, stop = 0, start
    if all(isinstance(v, numbers.Integral) for v in (start, stop)) and isinstance(step, (int, np.integer)):
        chosen = np.dtype(np.int64 if dtype is None else dtype)
        if step == 0:
            raise ZeroDivisionError("arange with a step of 0")
        if not symbolic((start, stop)) and (stop - start) * step < 0:
            stop = start
        if chosen.kind in "iuf":
            return made("arange", start=start, stop=stop, step=int(step), dtype=_name(chosen))
        return convert(arange(start, stop, step), chosen)
    if symbolic((start, stop, step)):
        from .suggest import unsupported

        raise unsupported("arange of symbolic sizes with a step that is no int", "arange(n) * step")
    first, last, by = (np.asarray(v, np.float64) for v in (start, stop, step))
    places = made("arange", start=0, stop=max(math.ceil((last - first) / by), 0), step=1, dtype="f64")
    found = apply("add", apply("multiply", places, by), first)
    return convert(found, np.float64 if dtype is None else dtype)


def eye(n_rows: Any, n_cols: Any = None, /, *, k: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Ones on a diagonal, zeros elsewhere."""
    on_cpu(device)
    columns = n_rows if n_cols is None else n_cols
    name = _name(np.float64 if dtype is None else dtype)
    return made("eye", rows=n_rows, columns=columns, offset=k, dtype=name)


def linspace(
    start: Any, stop: Any, /, num: Any, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, which is the last one if `endpoint` is true."""
    from .elementwise import elementwise, where

    on_cpu(device)
    exact = np.result_type(result_type(start, stop), np.float64)
    chosen = exact if dtype is None else np.dtype(dtype)
    parts = num - 1 if endpoint else num
    first, last = convert(start, exact), convert(stop, exact)
    places = convert(arange(num), exact)
    if max(first.ndim, last.ndim):
        from .shaping import expand_dims

        places = expand_dims(places, tuple(range(1, 1 + max(first.ndim, last.ndim))))
    gap = elementwise("subtract", last, first)
    if not symbolic(parts):
        gap = elementwise("divide", gap, max(parts, 1))
    else:
        gap = elementwise("divide", gap, parts)
    found = elementwise("add", elementwise("multiply", places, gap), first)
    if endpoint and (symbolic(parts) or parts > 0):
        found = where(elementwise("equal", places, parts), last, found)
    if chosen.kind in "iu":
        found = elementwise("floor", found)
    return convert(found, chosen)


def meshgrid(*arrays: Any, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinate arrays of a grid."""
    from .shaping import broadcast_to, reshape

    rank = len(arrays)
    order = list(range(rank))
    if indexing == "xy" and rank > 1:
        order[0], order[1] = 1, 0
    shape: list[Any] = [1] * rank
    for place, x in zip(order, arrays):
        shape[place] = x.shape[0] if x.ndim else 1
    lines = [
        reshape(x, tuple(-1 if i == place else 1 for i in range(rank))) for place, x in zip(order, arrays)
    ]
    return tuple([broadcast_to(line, tuple(shape)) for line in lines])


def tri(n: Any, m: Any = None, k: int = 0, dtype: Any = float) -> Any:
    """Ones at and below a diagonal, zeros elsewhere."""
    from .shaping import tril

    return tril(ones((n, n if m is None else m), dtype), k)
