"""The array API namespace over tracebox's operators; `tracebox.xp`.

The functions take traced arrays while a function is traced, and plain NumPy arrays at any
time, on which the operators are run at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from . import elementwise as ew
from . import fft as fft
from . import linalg as linalg
from . import methods as _methods
from . import nn as nn
from . import ordering, parts, reductions, sets
from . import random as random
from . import special as special
from .creation import arange as arange
from .creation import eye as eye
from .creation import linspace as linspace
from .inspection import __array_namespace_info__ as __array_namespace_info__
from .inspection import astype as astype
from .inspection import can_cast as can_cast
from .inspection import finfo as finfo
from .inspection import iinfo as iinfo
from .inspection import isdtype as isdtype
from .inspection import result_type as result_type
from .standard import argsort as argsort
from .standard import asarray as asarray
from .standard import broadcast_arrays as broadcast_arrays
from .standard import broadcast_shapes as broadcast_shapes
from .standard import broadcast_to as broadcast_to
from .standard import concat as concat
from .standard import diff as diff
from .standard import empty as empty
from .standard import empty_like as empty_like
from .standard import expand_dims as expand_dims
from .standard import flip as flip
from .standard import from_dlpack as from_dlpack
from .standard import full as full
from .standard import full_like as full_like
from .standard import matmul as matmul
from .standard import matrix_transpose as matrix_transpose
from .standard import meshgrid as meshgrid
from .standard import moveaxis as moveaxis
from .standard import nonzero as nonzero
from .standard import ones as ones
from .standard import ones_like as ones_like
from .standard import permute_dims as permute_dims
from .standard import repeat as repeat
from .standard import reshape as reshape
from .standard import roll as roll
from .standard import searchsorted as searchsorted
from .standard import sort as sort
from .standard import squeeze as squeeze
from .standard import stack as stack
from .standard import take as take
from .standard import take_along_axis as take_along_axis
from .standard import tensordot as tensordot
from .standard import tile as tile
from .standard import tril as tril
from .standard import triu as triu
from .standard import unstack as unstack
from .standard import vecdot as vecdot
from .standard import where as where
from .standard import zeros as zeros
from .standard import zeros_like as zeros_like

__array_api_version__ = "2025.12"

bool = np.dtype(np.bool_)
int8, int16, int32, int64 = (np.dtype(f"int{n}") for n in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (np.dtype(f"uint{n}") for n in (8, 16, 32, 64))
float32, float64 = np.dtype(np.float32), np.dtype(np.float64)
complex64, complex128 = np.dtype(np.complex64), np.dtype(np.complex128)
e, pi, inf, nan, newaxis = np.e, np.pi, np.inf, np.nan, None

#: The standard's elementwise functions, by NumPy's names for them.
_UFUNCS: dict[str, str] = {
    name: name
    for name in (
        "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "negative", "positive", "sign",
        "square", "maximum", "minimum", "floor", "ceil", "trunc", "sqrt", "exp", "expm1", "log", "log1p",
        "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "hypot", "logaddexp", "equal",
        "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan", "isinf", "isfinite",
        "logical_and", "logical_or", "logical_xor", "logical_not", "bitwise_and", "bitwise_or", "bitwise_xor",
        "reciprocal", "signbit", "copysign", "nextafter",
    )
} | {
    "abs": "absolute",
    "pow": "power",
    "atan2": "arctan2",
    "atan": "arctan",
    "asin": "arcsin",
    "acos": "arccos",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "bitwise_invert": "invert",
    "bitwise_left_shift": "left_shift",
    "bitwise_right_shift": "right_shift",
}  # fmt: skip


def _elementwise(name: str, ufunc: str) -> Callable[..., Any]:
    def unary(x: Any, /) -> Any:
        return ew.elementwise(ufunc, x)

    def binary(x1: Any, x2: Any, /) -> Any:
        return ew.elementwise(ufunc, x1, x2)

    function: Callable[..., Any] = unary if getattr(np, ufunc).nin == 1 else binary
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The array API's ``{name}``; promoted as ``np.{ufunc}``."
    return function


globals().update({name: _elementwise(name, ufunc) for name, ufunc in _UFUNCS.items()})


def round(x: Any, /) -> Any:
    """The nearest integers, of two the even one; integers as they are."""
    return ew.elementwise("rint", x) if x.dtype.kind in "fc" else x.copy()


def erf(x: Any, /) -> Any:
    """The error function, element by element."""
    from .apply import apply
    from .promote import convert

    return apply("erf", convert(x, x.dtype if x.dtype.kind == "f" else np.float64))


floor_divide = ew.floor_divide
real, imag, make_complex = parts.real, parts.imag, parts.make_complex


def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """The elements of `x`, limited to the interval from `min` to `max`."""
    return ew.clip(x, min, max)


def conj(x: Any, /) -> Any:
    """The complex conjugate; of real numbers themselves."""
    return ew.elementwise("conjugate", x)


top_k = ordering.top_k
unique_all, unique_counts, unique_inverse, unique_values = (
    sets.unique_all, sets.unique_counts, sets.unique_inverse, sets.unique_values,
)  # fmt: skip
isin = sets.isin


# --- reductions -----------------------------------------------------------------


def sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
    """The sum over `axis`."""
    return reductions.sum_(x, axis, dtype, keepdims)


def prod(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
    """The product over `axis`."""
    return reductions.prod(x, axis, dtype, keepdims)


def max(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """The greatest elements over `axis`."""
    return reductions.max_(x, axis, keepdims)


def min(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """The smallest elements over `axis`."""
    return reductions.min_(x, axis, keepdims)


def any(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """Whether some element over `axis` is true."""
    return reductions.any_(x, axis, keepdims)


def all(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """Whether every element over `axis` is true."""
    return reductions.all_(x, axis, keepdims)


def mean(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """The mean over `axis`."""
    return reductions.mean(x, axis, keepdims=keepdims)


def var(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: Any = False) -> Any:
    """The variance over `axis`."""
    return reductions.var(x, axis, None, keepdims, correction)


def std(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: Any = False) -> Any:
    """The standard deviation over `axis`."""
    return reductions.std(x, axis, None, keepdims, correction)


def argmax(x: Any, /, *, axis: int | None = None, keepdims: Any = False) -> Any:
    """The position of the greatest element."""
    return reductions.argmax(x, axis, keepdims)


def argmin(x: Any, /, *, axis: int | None = None, keepdims: Any = False) -> Any:
    """The position of the smallest element."""
    return reductions.argmin(x, axis, keepdims)


def count_nonzero(x: Any, /, *, axis: Any = None, keepdims: Any = False) -> Any:
    """How many elements are not zero."""
    return reductions.count_nonzero(x, axis, keepdims)


def cumulative_sum(
    x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Sums of the elements up to each one along `axis`."""
    return reductions.cumulative_sum(x, axis, dtype, include_initial)


def cumulative_prod(
    x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Products of the elements up to each one along `axis`."""
    return reductions.cumulative_prod(x, axis, dtype, include_initial)


_LOADED = _methods


def __getattr__(name: str) -> Any:
    """An operator that has no function here is called by its own name."""
    from .plain import operator_function

    found = operator_function(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


#: The namespace by the name that `tracebox` gives it.
xp = sys.modules[__name__]

#: What is the namespace's own, not the modules that it is made of.
_PUBLIC = sorted(
    name
    for name, value in globals().items()
    if name in ("newaxis", "fft", "linalg", "nn", "random", "special")
    or (isinstance(value, (FunctionType, np.dtype, float)) and not name.startswith("_"))
)


def __dir__() -> list[str]:
    return [*_PUBLIC, "__array_api_version__", "__array_namespace_info__"]
