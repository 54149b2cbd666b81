"""Types of results: NumPy 2's promotion, in which Python scalars give way. SPEC 8 has none:
operators take one dtype, so every conversion becomes a node."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from . import rules
from .attributes import dtype_name, is_stored
from .context import active
from .integral import SymbolicInt
from .proxy import Proxy

#: What may stand where an array is asked.
SCALARS = (bool, int, float, complex, np.generic)


def is_operand(value: object) -> bool:
    """Whether `value` can be an operand: an array, a number, a symbolic size."""
    return isinstance(value, (Proxy, np.ndarray, SymbolicInt, *SCALARS))


def weak_type(value: object) -> Any:
    """What promotion sees of `value`: a dtype, or a Python type that gives way."""
    if isinstance(value, Proxy):
        dtype = value.dtype
        return _PYTHON[dtype.kind] if value._weak else dtype
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype
    if isinstance(value, bool):
        return np.dtype(bool)
    if isinstance(value, (int, SymbolicInt)):
        return int
    if isinstance(value, float):
        return float
    if isinstance(value, complex):
        return complex
    where = getattr(active(), "where", "")
    raise rules.OPERAND.fail(where, got=type(value).__name__)


_PYTHON = {"b": np.dtype(bool), "i": int, "u": int, "f": float, "c": complex}
_EXAMPLE = {int: 0, float: 0.0, complex: 0j}


def result_type(*values: object) -> np.dtype[Any]:
    """The common dtype of `values`, as ``np.result_type`` gives it."""
    types = [weak_type(value) for value in values]
    return np.result_type(*[_EXAMPLE.get(t, t) if isinstance(t, type) else t for t in types])


def convert(value: Any, dtype: Any) -> Any:
    """`value` as an array of `dtype`; a Python number must fit."""
    dtype = np.dtype(dtype)
    if isinstance(value, SymbolicInt):
        value = value._tensor()
    if isinstance(value, Proxy):
        return value if value.dtype == dtype else cast(value, dtype)
    if isinstance(value, np.ndarray):
        if is_stored(dtype) and value.dtype != dtype:  # ml_dtypes would round twice
            return cast(value, dtype)
        return value if value.dtype == dtype else value.astype(dtype)
    if isinstance(value, np.generic):
        return np.asarray(value).astype(dtype)
    if isinstance(value, numbers.Number):
        return np.asarray(value, dtype)
    where = getattr(active(), "where", "")
    raise rules.OPERAND.fail(where, got=type(value).__name__)


def cast(value: Any, dtype: Any) -> Any:
    """`value` converted by an ``astype`` node."""
    from .apply import apply

    name = dtype_name(np.dtype(dtype), getattr(active(), "where", ""))
    if value.dtype.kind == "c" and np.dtype(dtype).kind not in "cb":
        raise rules.FUNCTION.fail(
            getattr(active(), "where", ""),
            got=f"astype from {value.dtype} to {dtype}",
            hint="take x.real first",
        )
    return apply("astype", value, dtype=name)
