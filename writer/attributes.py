"""Attributes and constants: the forms that steps hold them in, and NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import dtypes
from ..schema.dims import Dim, Expr
from ..schema.ir import Attr, TensorConst
from ..schema.registry import Op
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
    return value


def dtype_name(dtype: Any, where: str) -> str:
    """The format's name of a NumPy dtype."""
    known = dtypes.BY_NUMPY.get(np.dtype(dtype).newbyteorder("=").name)
    if known is None:
        raise rules.DTYPE.fail(where, expected=", ".join(dtypes.BY_NUMPY), got=str(np.dtype(dtype)))
    return known.name


def little_endian(array: np.ndarray[Any, Any]) -> bytes:
    """The array's elements as the format stores them."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def const_array(value: TensorConst) -> np.ndarray[Any, Any]:
    numpy = dtypes.BY_NAME[value.dtype].numpy
    if numpy is None:
        numpy = f"uint{dtypes.BY_NAME[value.dtype].itemsize * 8}"
    made = np.frombuffer(value.data, np.dtype(numpy).newbyteorder("<")).reshape(value.shape)
    return made.astype(numpy)
