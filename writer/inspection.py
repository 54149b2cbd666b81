"""The array API's data type functions and inspection: answers about dtypes, never recorded."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from ..schema import dtypes
from ..schema.types import MAX_RANK
from .creation import on_cpu, operand
from .promote import convert
from .promote import result_type as of_values
from .proxy import Proxy


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """`x` converted to `dtype`."""
    on_cpu(device)
    x = operand(x)
    if np.dtype(dtype) != x.dtype:
        return convert(x, dtype)
    return x.copy() if copy else x


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype that arrays, dtypes and Python numbers promote to."""
    if not any(isinstance(v, (np.dtype, type)) or hasattr(v, "dtype") for v in arrays_and_dtypes):
        raise ValueError("at least one array or dtype is required")
    return of_values(*[np.empty((), v) if isinstance(v, (np.dtype, type)) else v for v in arrays_and_dtypes])


def can_cast(from_: Any, to: Any, /) -> bool:
    """Whether a conversion keeps every value."""
    return bool(np.can_cast(_dtype(from_), to))


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether `dtype` is of `kind`: a dtype, ``"integral"``, ``"real floating"`` ..., or a tuple of them."""
    return bool(np.isdtype(dtype, kind))


def finfo(type: Any, /) -> Any:
    """The limits of a floating-point dtype, as Python numbers."""
    found = np.finfo(_dtype(type))
    limits = {name: float(getattr(found, name)) for name in ("eps", "max", "min", "smallest_normal")}
    return SimpleNamespace(bits=int(found.bits), dtype=found.dtype, **limits)


def iinfo(type: Any, /) -> Any:
    """The limits of an integer dtype."""
    found = np.iinfo(_dtype(type))
    return SimpleNamespace(bits=int(found.bits), max=int(found.max), min=int(found.min), dtype=found.dtype)


def _dtype(value: Any) -> np.dtype[Any]:
    found: Any = value.dtype if isinstance(value, (Proxy, np.ndarray, np.generic)) else value
    made: np.dtype[Any] = np.dtype(found)
    return made


class Info:
    """What the namespace has, as the array API's inspection functions tell it."""

    def capabilities(self) -> dict[str, Any]:
        """Boolean indexing, shapes that depend on data, and the greatest rank."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": MAX_RANK}

    def default_device(self) -> str:
        """Where a trace runs."""
        return "cpu"

    def devices(self) -> tuple[str, ...]:
        """Where a trace can run. Programs hold no devices: the reader's engine is one."""
        return ("cpu",)

    def default_dtypes(self, *, device: Any = None) -> dict[str, Any]:
        """The dtypes of arrays that are made without one."""
        on_cpu(device)
        f64, c128, i64 = np.dtype(np.float64), np.dtype(np.complex128), np.dtype(np.int64)
        return {"real floating": f64, "complex floating": c128, "integral": i64, "indexing": i64}

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, Any]:
        """The dtypes by name, all of them or those of `kind`."""
        on_cpu(device)
        return {name: dtype for name, dtype in DTYPES.items() if kind is None or isdtype(dtype, kind)}


def __array_namespace_info__() -> Info:
    """What the namespace has."""
    return Info()


#: The standard's dtypes.
DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(name) for name in dtypes.BY_NUMPY if name not in ("float16", "bfloat16")
}
