"""Arrays that are made: filled, counted, and put together from others."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from .apply import apply
from .attributes import dtype_name
from .context import active
from .integral import SymbolicInt
from .promote import convert, result_type
from .proxy import Proxy


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
        return obj.copy() if copy else _strong(obj)
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


def _strong(x: Proxy) -> Proxy:
    return Proxy(x._trace, x._source) if x._weak else x


def full(shape: Any, fill_value: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of `shape` filled with `fill_value`."""
    from .shaping import int_tuple

    sizes = int_tuple(shape)
    if not symbolic(sizes) and not symbolic(fill_value):
        return np.full(sizes, fill_value, dtype)
    value = asarray(fill_value, dtype) if symbolic(fill_value) else np.asarray(fill_value, dtype)
    if value.ndim:
        from .shaping import broadcast_to

        return broadcast_to(value, sizes)
    return apply("full", value, shape=sizes)


def zeros(shape: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of zeros."""
    return full(shape, np.zeros((), dtype or float)[()], dtype or np.float64)


def ones(shape: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of ones."""
    return full(shape, np.ones((), dtype or float)[()], dtype or np.float64)


empty = zeros


def full_like(x: Any, fill_value: Any, dtype: Any = None, device: Any = None) -> Any:
    """An array of the shape and dtype of `x`, filled with `fill_value`."""
    return full(x.shape, fill_value, dtype or x.dtype)


def zeros_like(x: Any, dtype: Any = None, device: Any = None) -> Any:
    """Zeros of the shape and dtype of `x`."""
    return full(x.shape, 0, dtype or x.dtype)


def ones_like(x: Any, dtype: Any = None, device: Any = None) -> Any:
    """Ones of the shape and dtype of `x`."""
    return full(x.shape, 1, dtype or x.dtype)


empty_like = zeros_like


def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Any:
    """Evenly spaced numbers from `start` to before `stop`."""
    if stop is None:
        start, stop = 0, start
    if not symbolic((start, stop, step)):
        return np.arange(start, stop, step, dtype=dtype)
    if not isinstance(step, int) or not all(isinstance(v, numbers.Integral) for v in (start, stop)):
        from .suggest import unsupported

        raise unsupported("arange of symbolic sizes with a step that is no int", "arange(n) * step")
    chosen = np.dtype(dtype) if dtype is not None else np.dtype(np.int64)
    return apply("arange", start=start, stop=stop, step=step, dtype=_name(chosen))


def eye(n_rows: Any, n_cols: Any = None, /, *, k: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Ones on a diagonal, zeros elsewhere."""
    columns = n_rows if n_cols is None else n_cols
    if not symbolic((n_rows, columns)):
        return np.eye(n_rows, columns, k, dtype=dtype or float)
    return apply("eye", rows=n_rows, columns=columns, offset=k, dtype=_name(dtype or np.float64))


def linspace(
    start: Any, stop: Any, /, num: Any, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`."""
    if not symbolic((start, stop, num)):
        return np.linspace(start, stop, num, dtype=dtype, endpoint=endpoint)
    from .elementwise import elementwise

    chosen = np.dtype(dtype) if dtype is not None else np.dtype(np.float64)
    places = convert(arange(num), chosen)
    gap = elementwise("divide", stop - start, num - 1 if endpoint else num)
    return convert(elementwise("add", elementwise("multiply", places, gap), start), chosen)


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
    if not symbolic((n, m, k)):
        return np.tri(n, m, k, dtype)
    from .shaping import tril

    return tril(ones((n, n if m is None else m), dtype), k)
