"""Attributes and constants: the forms that steps hold them in, and NumPy's."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..archive.chunks import ML_DTYPES
from ..archive.read import numpy_dtype
from ..schema import dtypes
from ..schema.dims import Dim, Expr
from ..schema.ir import Attr, TensorConst
from ..schema.registry import Op
from ..schema.types import ContainerType, TensorType, Type
from . import rules


def varies(value: Attr) -> bool:
    """Whether an attribute depends on sizes of the arguments."""
    return isinstance(value, Expr) or (isinstance(value, tuple) and any(map(varies, value)))


def is_exact(op: Op) -> bool:
    """Whether the operator has one right result, the same in every runtime."""
    return op.accuracy.kind in ("exact", "rounded") or (op.accuracy.kind == "ulp" and op.accuracy.ulp == 0)


def resolve_attr(symbols: Any, value: Attr) -> Attr:
    """An attribute without solved symbols."""
    if isinstance(value, Expr):
        resolved: Dim = symbols.resolve(value)
        return resolved
    if isinstance(value, tuple):
        return tuple(resolve_attr(symbols, item) for item in value)
    if isinstance(value, (TensorType, ContainerType)):
        found: Type = symbols.resolve_type(value)
        return found
    return value


def frozen(value: Any) -> Any:
    """An attribute as part of a key: 1, 1.0 and True differ, and so do 0.0 and -0.0."""
    if isinstance(value, float):
        return ("float", value.hex())
    if isinstance(value, tuple):
        return tuple(map(frozen, value))
    return (type(value).__name__, value)


#: Ours for the names that ml_dtypes gives the storage dtypes.
_STORED = {theirs: ours for ours, theirs in ML_DTYPES.items()}


def is_stored(dtype: Any) -> bool:
    """Whether it is a dtype of ml_dtypes that the format stores."""
    return dtype.name in _STORED


def has_name(dtype: Any) -> bool:
    """Whether the format has the dtype of NumPy or ml_dtypes."""
    return dtype.name in dtypes.BY_NUMPY or is_stored(dtype)


def dtype_name(dtype: Any, where: str) -> str:
    """The format's name of a dtype of NumPy or ml_dtypes."""
    found = np.dtype(dtype)
    name = format_name(found)
    if name is None:
        raise rules.DTYPE.fail(where, expected=", ".join([*dtypes.BY_NUMPY, *_STORED]), got=str(found))
    return name


@functools.lru_cache(maxsize=256)
def format_name(dtype: Any) -> str | None:
    """The format's name of a dtype, if it has one; NumPy takes long to give a dtype's own name."""
    if dtype.name in _STORED:
        return _STORED[dtype.name]
    known = dtypes.BY_NUMPY.get(dtype.newbyteorder("=").name)
    return known.name if known is not None else None


@functools.lru_cache(maxsize=256)
def dtype_of(name: str) -> np.dtype[Any]:
    """The dtype of arrays that are called `name` in the format; for storage dtypes ml_dtypes'."""
    return numpy_dtype(name).newbyteorder("=") if name not in dtypes.STORAGE else numpy_dtype(name)


def little_endian(array: np.ndarray[Any, Any]) -> bytes:
    """The array's elements as the format stores them."""
    if array.dtype.name in _STORED:
        array = np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def const_array(value: TensorConst) -> np.ndarray[Any, Any]:
    """The array of a constant."""
    if value.dtype in dtypes.STORAGE:
        bits = np.frombuffer(value.data, f"<u{dtypes.BY_NAME[value.dtype].itemsize}")
        return bits.astype(bits.dtype.newbyteorder("=")).view(dtype_of(value.dtype)).reshape(value.shape)
    made = np.frombuffer(value.data, numpy_dtype(value.dtype)).reshape(value.shape)
    return made.astype(dtype_of(value.dtype))
