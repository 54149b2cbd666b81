"""The array API namespace over tracebox's operators.

The functions take traced arrays while a function is traced, and plain NumPy arrays at any time.
Written by `make generate`.
"""

from builtins import bool as _bool
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from .writer import fft as fft
from .writer import linalg as linalg
from .writer import nn as nn
from .writer import random as random
from .writer import special as special
from .writer.inspection import Info
from .writer.sets import UniqueAll, UniqueCounts, UniqueInverse

#: A traced array, or one of NumPy's.
Array: TypeAlias = Any
#: An array, or a Python number, which gives way in promotion.
Operand: TypeAlias = Any
DType: TypeAlias = np.dtype[Any] | type[Any]
Axes: TypeAlias = int | tuple[int, ...]
#: Sizes may be symbolic.
Shape: TypeAlias = Any
Device: TypeAlias = Literal["cpu"]

__array_api_version__: str
bool: np.dtype[Any]
complex128: np.dtype[Any]
complex64: np.dtype[Any]
float32: np.dtype[Any]
float64: np.dtype[Any]
int16: np.dtype[Any]
int32: np.dtype[Any]
int64: np.dtype[Any]
int8: np.dtype[Any]
uint16: np.dtype[Any]
uint32: np.dtype[Any]
uint64: np.dtype[Any]
uint8: np.dtype[Any]
e: float
inf: float
nan: float
pi: float
newaxis: None

def __array_namespace_info__() -> Info:
    """What the namespace has."""

def abs(x: Array, /) -> Array:
    """The magnitude of each element."""

def acos(x: Array, /) -> Array:
    """The angle in radians, from 0 to pi, whose cosine is `x`."""

def acosh(x: Array, /) -> Array:
    """The number that is not negative and whose hyperbolic cosine is `x`: +0 at 1, infinity at infinity, NaN below 1."""

def add(x1: Operand, x2: Operand, /) -> Array:
    """The sum of `x` and `y`, element by element."""

def all(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """Whether every element over `axis` is true."""

def any(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """Whether some element over `axis` is true."""

def arange(
    start: Operand,
    /,
    stop: Operand | None = None,
    step: Operand = 1,
    *,
    dtype: DType | None = None,
    device: Device | None = None,
) -> Array:
    """Evenly spaced numbers from `start` to before `stop`."""

def argmax(x: Array, /, *, axis: int | None = None, keepdims: _bool = False) -> Array:
    """The position of the greatest element."""

def argmin(x: Array, /, *, axis: int | None = None, keepdims: _bool = False) -> Array:
    """The position of the smallest element."""

def argsort(x: Array, /, *, axis: int = -1, descending: _bool = False, stable: _bool = True) -> Array:
    """The positions that put `x` in order along `axis`."""

def asarray(
    obj: Any,
    /,
    *,
    dtype: DType | None = None,
    device: Device | None = None,
    copy: _bool | None = None,
) -> Array:
    """`obj` as an array: while a function is traced a traced one, else NumPy's."""

def asin(x: Array, /) -> Array:
    """The angle in radians, from -pi/2 to pi/2, whose sine is `x`."""

def asinh(x: Array, /) -> Array:
    """The number whose hyperbolic sine is `x`."""

def astype(x: Array, dtype: DType, /, *, copy: _bool = True, device: Device | None = None) -> Array:
    """`x` converted to `dtype`."""

def atan(x: Array, /) -> Array:
    """The angle in radians, from -pi/2 to pi/2, whose tangent is `x`."""

def atan2(x1: Operand, x2: Operand, /) -> Array:
    """The angle in radians, from -pi to pi, of the point with the coordinates (`y`, `x`): `x` is the opposite and `y` the adjacent side."""

def atanh(x: Array, /) -> Array:
    """The number whose hyperbolic tangent is `x`."""

def bitwise_and(x1: Operand, x2: Operand, /) -> Array:
    """The bits set in both `x` and `y`, in two's complement."""

def bitwise_invert(x: Array, /) -> Array:
    """Every bit of `x` inverted; for bool, the opposite."""

def bitwise_left_shift(x1: Operand, x2: Operand, /) -> Array:
    """`x` times 2 to the power of `y`, modulo 2 to the power of the width."""

def bitwise_or(x1: Operand, x2: Operand, /) -> Array:
    """The bits set in `x` or `y` or both, in two's complement."""

def bitwise_right_shift(x1: Operand, x2: Operand, /) -> Array:
    """`x` divided by 2 to the power of `y`, rounded towards minus infinity."""

def bitwise_xor(x1: Operand, x2: Operand, /) -> Array:
    """The bits set in exactly one of `x` and `y`, in two's complement."""

def broadcast_arrays(*arrays: Array) -> tuple[Array, ...]:
    """The arrays, each repeated to their common shape."""

def broadcast_shapes(*shapes: Any) -> tuple[Array, ...]:
    """The shape that arrays of the given shapes broadcast to."""

def broadcast_to(x: Array, /, shape: Shape) -> Array:
    """`x` repeated to `shape`."""

def can_cast(from_: Any, to: DType, /) -> _bool:
    """Whether a conversion keeps every value."""

def ceil(x: Array, /) -> Array:
    """The smallest integer that is not smaller than `x`."""

def clip(x: Array, /, min: Operand | None = None, max: Operand | None = None) -> Array:
    """The elements of `x`, limited to the interval from `min` to `max`."""

def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> Array:
    """The arrays one after another along `axis`."""

def conj(x: Array, /) -> Array:
    """The complex conjugate; of real numbers themselves."""

def copysign(x1: Operand, x2: Operand, /) -> Array:
    """The magnitude of `x` with the sign of `y`, that of a zero included."""

def cos(x: Array, /) -> Array:
    """The cosine of `x` in radians."""

def cosh(x: Array, /) -> Array:
    """The hyperbolic cosine of `x`, (exp(x) + exp(-x)) / 2."""

def count_nonzero(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """How many elements are not zero."""

def cumulative_prod(
    x: Array,
    /,
    *,
    axis: int | None = None,
    dtype: DType | None = None,
    include_initial: _bool = False,
) -> Array:
    """Products of the elements up to each one along `axis`."""

def cumulative_sum(
    x: Array,
    /,
    *,
    axis: int | None = None,
    dtype: DType | None = None,
    include_initial: _bool = False,
) -> Array:
    """Sums of the elements up to each one along `axis`."""

def diff(
    x: Array,
    /,
    *,
    axis: int = -1,
    n: int = 1,
    prepend: Array | None = None,
    append: Array | None = None,
) -> Array:
    """Differences of neighbours along `axis`."""

def divide(x1: Operand, x2: Operand, /) -> Array:
    """The quotient `x` / `y`, element by element, as in IEEE 754: a number other than 0 divided by a zero is an infinity with the sign of the quotient; 0/0 and infinity/infinity are NaN."""

def empty(shape: Shape, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """An array of zeros: no program reads memory that nothing was written to."""

def empty_like(x: Array, /, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """Zeros of the shape of `x`, and of its dtype unless another one is given."""

def equal(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` equals `y`, element by element; complex numbers are equal if both parts are."""

def erf(x: Array, /) -> Array:
    """The error function, element by element."""

def exp(x: Array, /) -> Array:
    """e to the power of `x`: 1 at 0, infinity at infinity, 0 at minus infinity."""

def expand_dims(x: Array, /, axis: Axes) -> Array:
    """`x` with new axes of size 1 at the places `axis`."""

def expm1(x: Array, /) -> Array:
    """e to the power of `x`, minus 1, without loss of accuracy near 0: infinity at infinity, -1 at minus infinity."""

def eye(
    n_rows: Shape,
    n_cols: Shape | None = None,
    /,
    *,
    k: int = 0,
    dtype: DType | None = None,
    device: Device | None = None,
) -> Array:
    """Ones on a diagonal, zeros elsewhere."""

def finfo(type: Any, /) -> Any:
    """The limits of a floating-point dtype, as Python numbers."""

def flip(x: Array, /, *, axis: Axes | None = None) -> Array:
    """`x` reversed along `axis`, or along all axes."""

def floor(x: Array, /) -> Array:
    """The greatest integer that is not greater than `x`."""

def floor_divide(x1: Operand, x2: Operand, /) -> Array:
    """As the array API standard has it: an infinite dividend gives an infinity."""

def from_dlpack(x: Array, /, *, device: Device | None = None, copy: _bool | None = None) -> Array:
    """The array of another library, shared by DLPack; a traced array as it is."""

def full(
    shape: Shape,
    fill_value: Operand,
    *,
    dtype: DType | None = None,
    device: Device | None = None,
) -> Array:
    """An array filled with `fill_value`."""

def full_like(
    x: Array,
    /,
    fill_value: Operand,
    *,
    dtype: DType | None = None,
    device: Device | None = None,
) -> Array:
    """An array of the shape of `x`, filled with `fill_value`."""

def greater(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` > `y`, element by element."""

def greater_equal(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` >= `y`, element by element."""

def hypot(x1: Operand, x2: Operand, /) -> Array:
    """The square root of x*x + y*y, without overflow or underflow on the way."""

def iinfo(type: Any, /) -> Any:
    """The limits of an integer dtype."""

def imag(x: Array, /) -> Array:
    """The imaginary part; of real numbers zeros. Of a complex array it is a view, as in NumPy."""

def isdtype(dtype: DType, kind: DType | str | tuple[DType | str, ...]) -> _bool:
    """Whether `dtype` is of `kind`: a dtype, ``"integral"``, ``"real floating"`` ..., or a tuple of them."""

def isfinite(x: Array, /) -> Array:
    """Whether each element is neither NaN nor an infinity; every integer is finite; a complex number is if both parts are."""

def isin(x1: Operand, x2: Operand, /, *, invert: _bool = False) -> Array:
    """Whether each element of `x1` is in `x2`."""

def isinf(x: Array, /) -> Array:
    """Whether each element is an infinity; no integer is; a complex number is if a part is, even if the other is NaN."""

def isnan(x: Array, /) -> Array:
    """Whether each element is NaN; no integer is; a complex number is if a part is."""

def less(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` < `y`, element by element."""

def less_equal(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` <= `y`, element by element."""

def linspace(
    start: Operand,
    stop: Operand | None,
    /,
    num: Shape,
    *,
    dtype: DType | None = None,
    device: Device | None = None,
    endpoint: _bool = True,
) -> Array:
    """`num` evenly spaced numbers from `start` to `stop`, which is the last one if `endpoint` is true."""

def log(x: Array, /) -> Array:
    """The natural logarithm of `x`: minus infinity at both zeros, infinity at infinity, NaN below 0."""

def log10(x: Array, /) -> Array:
    """The logarithm of `x` to the base 10: minus infinity at both zeros, +0 at 1, infinity at infinity, NaN below 0."""

def log1p(x: Array, /) -> Array:
    """The natural logarithm of 1 + `x`, without loss of accuracy near 0: minus infinity at -1, infinity at infinity, NaN below -1."""

def log2(x: Array, /) -> Array:
    """The logarithm of `x` to the base 2: minus infinity at both zeros, +0 at 1, infinity at infinity, NaN below 0."""

def logaddexp(x1: Operand, x2: Operand, /) -> Array:
    """The array API's ``logaddexp``; promoted as ``np.logaddexp``."""

def logical_and(x1: Operand, x2: Operand, /) -> Array:
    """Whether both `x` and `y` are true, element by element."""

def logical_not(x: Array, /) -> Array:
    """Whether each element is false."""

def logical_or(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` or `y` or both are true, element by element."""

def logical_xor(x1: Operand, x2: Operand, /) -> Array:
    """Whether exactly one of `x` and `y` is true, element by element."""

def make_complex(x: Array, y: Any, /) -> Array:
    """The complex numbers with the real parts `x` and the imaginary parts `y`, each part as it is."""

def matmul(x1: Operand, x2: Operand, /) -> Array:
    """The matrix product; operands of rank 1 are vectors."""

def matrix_transpose(x: Array, /) -> Array:
    """`x` with its last two axes exchanged."""

def max(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """The greatest elements over `axis`."""

def maximum(x1: Operand, x2: Operand, /) -> Array:
    """The greater of `x` and `y`, element by element."""

def mean(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """The mean over `axis`."""

def meshgrid(*arrays: Array, indexing: str = 'xy') -> tuple[Array, ...]:
    """Coordinate arrays of a grid; `indexing` is ``"xy"`` or ``"ij"``."""

def min(x: Array, /, *, axis: Axes | None = None, keepdims: _bool = False) -> Array:
    """The smallest elements over `axis`."""

def minimum(x1: Operand, x2: Operand, /) -> Array:
    """The smaller of `x` and `y`, element by element."""

def moveaxis(x: Array, source: Axes, destination: Axes, /) -> Array:
    """`x` with axes moved to other places."""

def multiply(x1: Operand, x2: Operand, /) -> Array:
    """The product of `x` and `y`, element by element."""

def negative(x: Array, /) -> Array:
    """-`x`."""

def nextafter(x1: Operand, x2: Operand, /) -> Array:
    """The number of the dtype next to `x` in the direction of `y`."""

def nonzero(x: Array, /) -> tuple[Array, ...]:
    """For each axis, the indices of the elements that are not zero."""

def not_equal(x1: Operand, x2: Operand, /) -> Array:
    """Whether `x` differs from `y`, element by element: the opposite of `equal`, so true where either is NaN."""

def ones(shape: Shape, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """An array of ones."""

def ones_like(x: Array, /, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """Ones of the shape of `x`, and of its dtype unless another one is given."""

def permute_dims(x: Array, /, axes: tuple[int, ...]) -> Array:
    """`x` with its axes in another order."""

def positive(x: Array, /) -> Array:
    """The array API's ``positive``; promoted as ``np.positive``."""

def pow(x1: Operand, x2: Operand, /) -> Array:
    """`x` to the power of `y`, element by element."""

def prod(
    x: Array,
    /,
    *,
    axis: Axes | None = None,
    dtype: DType | None = None,
    keepdims: _bool = False,
) -> Array:
    """The product over `axis`."""

def real(x: Array, /) -> Array:
    """The real part; of real numbers themselves. Of a complex array it is a view, as in NumPy."""

def reciprocal(x: Array, /) -> Array:
    """The array API's ``reciprocal``; promoted as ``np.reciprocal``."""

def remainder(x1: Operand, x2: Operand, /) -> Array:
    """The exact `x - y * floor(x / y)`, rounded to the dtype: it has the sign of `y`, and so has a result of 0."""

def repeat(x: Array, repeats: Operand, /, *, axis: int | None = None) -> Array:
    """Each element `repeats` times along `axis`."""

def reshape(x: Array, /, shape: Shape, *, copy: _bool | None = None) -> Array:
    """`x` in another shape; one size may be -1."""

def result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """The dtype that arrays, dtypes and Python numbers promote to."""

def roll(x: Array, /, shift: int | tuple[int, ...], *, axis: Axes | None = None) -> Array:
    """`x` with its elements moved around along `axis`."""

def round(x: Array, /) -> Array:
    """The nearest integers, of two the even one; integers as they are."""

def searchsorted(x1: Operand, x2: Operand, /, *, side: str = 'left', sorter: Array | None = None) -> Array:
    """Where the elements of `x2` would go in the sorted `x1`."""

def sign(x: Array, /) -> Array:
    """-1, 0 or 1 with the sign of each element."""

def signbit(x: Array, /) -> Array:
    """The array API's ``signbit``; promoted as ``np.signbit``."""

def sin(x: Array, /) -> Array:
    """The sine of `x` in radians."""

def sinh(x: Array, /) -> Array:
    """The hyperbolic sine of `x`, (exp(x) - exp(-x)) / 2."""

def sort(x: Array, /, *, axis: int = -1, descending: _bool = False, stable: _bool = True) -> Array:
    """The elements of `x` in order along `axis`."""

def sqrt(x: Array, /) -> Array:
    """The square root of `x`."""

def square(x: Array, /) -> Array:
    """The array API's ``square``; promoted as ``np.square``."""

def squeeze(x: Array, /, axis: Axes) -> Array:
    """`x` without the axes `axis`, which have size 1."""

def stack(arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
    """The arrays joined along a new axis."""

def std(x: Array, /, *, axis: Axes | None = None, correction: float = 0.0, keepdims: _bool = False) -> Array:
    """The standard deviation over `axis`."""

def subtract(x1: Operand, x2: Operand, /) -> Array:
    """The difference `x` - `y`, element by element."""

def sum(
    x: Array,
    /,
    *,
    axis: Axes | None = None,
    dtype: DType | None = None,
    keepdims: _bool = False,
) -> Array:
    """The sum over `axis`."""

def take(x: Array, indices: Array, /, *, axis: int | None = None) -> Array:
    """The slices of `x` along `axis` at `indices`."""

def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> Array:
    """For each place, the element of `x` at the index that `indices` holds there."""

def tan(x: Array, /) -> Array:
    """The tangent of `x` in radians."""

def tanh(x: Array, /) -> Array:
    """The hyperbolic tangent of `x`: 1 at infinity, -1 at minus infinity."""

def tensordot(x1: Operand, x2: Operand, /, *, axes: Any = 2) -> Array:
    """Sums of products over pairs of axes."""

def tile(x: Array, repetitions: Shape, /) -> Array:
    """`x` repeated as a whole."""

def top_k(x: Array, k: Any, axis: int = -1, largest: _bool = True) -> tuple[Array, Array]:
    """The `k` greatest elements along `axis`, in descending order, and their positions."""

def tril(x: Array, /, *, k: int = 0) -> Array:
    """The lower triangle of `x`: the elements at and below the diagonal `k`, zeros elsewhere."""

def triu(x: Array, /, *, k: int = 0) -> Array:
    """The upper triangle of `x`: the elements at and above the diagonal `k`, zeros elsewhere."""

def trunc(x: Array, /) -> Array:
    """The integer nearest to `x` that is not greater in magnitude."""

def unique_all(x: Array, /) -> UniqueAll:
    """The different elements of `x`, where each occurs first, which one each element is, and how many are."""

def unique_counts(x: Array, /) -> UniqueCounts:
    """The different elements of `x`, and how often each occurs."""

def unique_inverse(x: Array, /) -> UniqueInverse:
    """The different elements of `x`, and the position of each element among them."""

def unique_values(x: Array, /) -> Array:
    """The different elements of `x`, in ascending order."""

def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The parts of `x` along `axis`."""

def var(x: Array, /, *, axis: Axes | None = None, correction: float = 0.0, keepdims: _bool = False) -> Array:
    """The variance over `axis`."""

def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The sum of products along one axis, those of `x1` conjugated; the others broadcast."""

def where(condition: Array, x1: Operand, x2: Operand, /) -> Array:
    """The elements of `x1` where `condition` is true, else those of `x2`."""

def zeros(shape: Shape, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """An array of zeros."""

def zeros_like(x: Array, /, *, dtype: DType | None = None, device: Device | None = None) -> Array:
    """Zeros of the shape of `x`, and of its dtype unless another one is given."""
