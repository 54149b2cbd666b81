"""The array API namespace over tracebox's operators; `tracebox.xp`.

The functions take traced arrays while a function is traced, and plain NumPy arrays at any
time, on which the operators are run at once.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import creation, indexing, linear, ordering, parts, reductions, sets, shaping
from . import elementwise as ew
from . import fft as fft
from . import methods as _methods
from . import nn as nn
from . import random as random
from .promote import convert
from .proxy import Proxy

__array_api_version__ = "2024.12"

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
    "round": "rint",
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


def erf(x: Any) -> Any:
    """The error function, element by element."""
    from .apply import apply

    return apply("erf", convert(x, x.dtype if x.dtype.kind == "f" else np.float64))


floor_divide = ew.floor_divide
where = ew.where
real, imag, make_complex = parts.real, parts.imag, parts.make_complex


def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """The elements of `x`, limited to the interval from `min` to `max`."""
    return ew.clip(x, min, max)


def conj(x: Any) -> Any:
    """The complex conjugate; of real numbers themselves."""
    return ew.elementwise("conjugate", x)


# --- creation, manipulation, linear algebra -------------------------------------

asarray = creation.asarray
arange, linspace, eye, meshgrid = creation.arange, creation.linspace, creation.eye, creation.meshgrid
zeros, ones, empty, full = creation.zeros, creation.ones, creation.empty, creation.full
zeros_like, ones_like = creation.zeros_like, creation.ones_like
empty_like, full_like = creation.empty_like, creation.full_like
tril, triu = shaping.tril, shaping.triu
reshape, permute_dims, expand_dims, squeeze = (
    shaping.reshape, shaping.permute_dims, shaping.expand_dims, shaping.squeeze,
)  # fmt: skip
flip, roll, repeat, tile, moveaxis = (
    shaping.flip,
    shaping.roll,
    shaping.repeat,
    shaping.tile,
    shaping.moveaxis,
)
broadcast_to = shaping.broadcast_to
unique_all, unique_counts, unique_inverse, unique_values = (
    sets.unique_all, sets.unique_counts, sets.unique_inverse, sets.unique_values,
)  # fmt: skip
isin = sets.isin
matmul, matrix_transpose = linear.matmul, linear.matrix_transpose
tensordot, vecdot = linear.tensordot, linear.vecdot
sort, argsort, take, take_along_axis = (
    ordering.sort,
    ordering.argsort,
    ordering.take,
    ordering.take_along_axis,
)
searchsorted, top_k = ordering.searchsorted, ordering.top_k


def concat(arrays: Any, /, *, axis: int | None = 0) -> Any:
    """The arrays one after another along `axis`."""
    return shaping.concat(arrays, axis)


def stack(arrays: Any, /, *, axis: int = 0) -> Any:
    """The arrays joined along a new axis."""
    return shaping.stack(arrays, axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The parts of `x` along `axis`."""
    return shaping.unstack(x, axis)


def broadcast_arrays(*arrays: Any) -> tuple[Any, ...]:
    """The arrays, each repeated to their common shape."""
    return tuple(shaping.broadcast_arrays(*arrays))


def broadcast_shapes(*shapes: Any) -> tuple[Any, ...]:
    """The shape that arrays of these shapes broadcast to."""
    return shaping.broadcast_shape([shaping.int_tuple(s) for s in shapes])


def from_dlpack(x: Any, /, *, device: Any = None, copy: Any = None) -> Any:
    """An array of another library as one of NumPy's; a traced array as it is."""
    return x if isinstance(x, Proxy) else np.from_dlpack(x, copy=copy)


def nonzero(x: Any, /) -> tuple[Any, ...]:
    """For each axis, the indices of the elements that are not zero."""
    return tuple(indexing.nonzero(x))


def diff(x: Any, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along `axis`."""
    return ordering.diff(x, n, axis, prepend, append)


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


# --- dtypes ---------------------------------------------------------------------


def astype(x: Any, dtype: Any, /, *, copy: Any = True, device: Any = None) -> Any:
    """`x` converted to `dtype`."""
    return convert(x, dtype)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype that the operands promote to."""
    from .promote import result_type as of_values

    values = list(arrays_and_dtypes)
    if not values:
        raise ValueError("at least one array or dtype is required")
    marks = [v if not isinstance(v, (np.dtype, type)) else np.empty((), v) for v in values]
    return of_values(*marks) if builtins.any(isinstance(v, Proxy) for v in marks) else np.result_type(*marks)


def can_cast(from_: Any, to: Any, /) -> Any:
    """Whether a conversion keeps every value."""
    return np.can_cast(getattr(from_, "dtype", from_), to)


def finfo(type: Any, /) -> Any:
    """The limits of a floating-point dtype, as Python numbers."""
    found = np.finfo(getattr(type, "dtype", type))
    limits = {name: float(getattr(found, name)) for name in ("eps", "max", "min", "smallest_normal")}
    return SimpleNamespace(bits=int(found.bits), dtype=found.dtype, **limits)


def iinfo(type: Any, /) -> Any:
    """The limits of an integer dtype."""
    return np.iinfo(getattr(type, "dtype", type))


def isdtype(dtype: Any, kind: Any) -> Any:
    """Whether `dtype` is of `kind`."""
    return np.isdtype(dtype, kind)


def __array_namespace_info__() -> Any:
    """What the namespace has; NumPy's answer."""
    return np.__array_namespace_info__()


_LOADED = _methods

if TYPE_CHECKING:  # the elementwise functions are made from a table

    def __getattr__(name: str) -> Any: ...


#: The namespace by the name that `tracebox` gives it.
xp = sys.modules[__name__]
