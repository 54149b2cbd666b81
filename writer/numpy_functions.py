"""``__array_function__``: NumPy's other functions on traced arrays, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import (
    creation,
    fft,
    indexing,
    linalg_numpy,
    linear,
    numpy_arrays,
    numpy_statistics,
    ordering,
    parts,
    reductions,
    sets,
    shaping,
    statistics,
)
from . import elementwise as ew
from .einsum import einsum
from .promote import convert
from .suggest import unsupported

Function = Callable[..., Any]

#: Functions of which `order` decides where elements go, not only how memory is laid out.
_ORDERED = frozenset({"reshape", "ravel"})


def dispatch(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A NumPy function with a traced array among its arguments."""
    name = _name(func)
    found = FUNCTIONS.get(name)
    if found is None:
        raise unsupported(f"np.{name}")
    for ignored in ("like", "subok", "device") + (() if name in _ORDERED else ("order",)):
        kwargs.pop(ignored, None)
    out = kwargs.pop("out", None)
    chosen = kwargs.pop("where", None)
    if chosen is not None and chosen is not np._NoValue:
        raise unsupported(f"np.{name} with where=", "np.where")
    kwargs = {key: value for key, value in kwargs.items() if value is not np._NoValue}
    try:
        result = found(*args, **kwargs)
    except TypeError as error:
        if "unexpected keyword argument" in str(error):
            raise unsupported(f"np.{name} with {', '.join(kwargs)}=") from None
        raise
    if out is None:
        return result
    from .numpy_ufuncs import _into

    return _into(out, (), result)


def _name(func: Any) -> str:
    module = getattr(func, "__module__", "") or ""
    prefix = module.removeprefix("numpy").lstrip(".")
    prefix = "" if prefix.startswith(("_", "lib", "core", "ma")) else prefix
    return f"{prefix}.{func.__name__}" if prefix else str(func.__name__)


def _ufunc(name: str) -> Function:
    return lambda *args: ew.elementwise(name, *args)


def _var(
    x: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: Any = False, correction: Any = 0
) -> Any:
    return reductions.var(x, axis, dtype, keepdims, ddof or correction)


def _std(
    x: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: Any = False, correction: Any = 0
) -> Any:
    return reductions.std(x, axis, dtype, keepdims, ddof or correction)


def _initial(op: Function, pair: str | None) -> Function:
    places = ("dtype", "out", "keepdims") if pair in ("add", "multiply") else ("out", "keepdims")

    def reduce(
        x: Any, axis: Any = None, *rest: Any, keepdims: bool = False, initial: Any = None, dtype: Any = None
    ) -> Any:
        if rest:
            given = dict(zip(places, rest))
            if given.pop("out", None) is not None:
                raise unsupported("a reduction with out as a positional argument", "out=")
            return reduce(x, axis, **{"keepdims": keepdims, "initial": initial, "dtype": dtype} | given)
        found = op(x, axis, keepdims=keepdims) if dtype is None else op(x, axis, dtype, keepdims)
        return found if initial is None else ew.elementwise(str(pair), found, initial)

    return reduce


def _clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return ew.clip(x, min if a_min is None else a_min, max if a_max is None else a_max)


def reshape_in_order(x: Any, shape: Any, order: str | None, copy: bool | None = None) -> Any:
    """`x` in another shape, its elements read and placed in C or Fortran order."""
    if order in (None, "C"):
        return shaping.reshape(x, shape, copy)
    if order != "F":  # where elements go would depend on the memory of an array
        raise unsupported(f"reshaping with order={order!r}", "order='C' or order='F'")
    wanted = shaping.int_tuple(shape)
    return shaping.transpose(shaping.reshape(shaping.transpose(x), wanted[::-1], copy))


def _reshape(x: Any, shape: Any, order: str | None = "C", *, copy: bool | None = None) -> Any:
    return reshape_in_order(x, shape, order, copy)


def _ravel(x: Any, order: str | None = "C") -> Any:
    return reshape_in_order(x, (-1,), order)


def _where(condition: Any, *choices: Any) -> Any:
    if not choices:
        return tuple(indexing.nonzero(condition))
    return ew.where(condition, *choices)


def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if x.dtype.kind != "f":
        return x.copy() if copy else x
    info = np.finfo(x.dtype)
    high = float(info.max) if posinf is None else posinf
    low = float(info.min) if neginf is None else neginf
    endless = ew.elementwise("isinf", x)
    below = ew.elementwise("less", x, 0.0)
    found = ew.where(endless, ew.where(below, np.asarray(low, x.dtype), np.asarray(high, x.dtype)), x)
    found = ew.where(ew.elementwise("isnan", x), np.asarray(nan, x.dtype), found)
    if copy:
        return found
    x[...] = found
    return x


def _contiguous(x: Any, dtype: Any = None) -> Any:
    """NumPy copies what does not lie in memory in the order of its shape."""
    array = creation.asarray(x, dtype)
    return array if shaping.plain_memory(array) else shaping.viewed(array, array, lambda p: p, None)


def _fortran(x: Any, dtype: Any = None) -> Any:
    """NumPy copies arrays in C order of rank 2 and more, unless sizes of 1 make both orders one."""
    array = creation.asarray(x, dtype)
    if array.ndim < 2:
        return _contiguous(array)
    return shaping.viewed(array, array, lambda p: p, None)


def _astype(x: Any, dtype: Any, copy: bool = True) -> Any:
    return x.copy() if copy and np.dtype(dtype) == x.dtype else convert(x, dtype)


def _nan_reduction(op: Function, filler: float) -> Function:
    def reduce(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        gone = ew.elementwise("isnan", x)
        return op(ew.where(gone, np.asarray(filler, x.dtype), x), axis, keepdims=keepdims)

    return reduce


def _isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    gap = ew.elementwise("absolute", ew.elementwise("subtract", a, b))
    bound = ew.elementwise("add", ew.elementwise("multiply", ew.elementwise("absolute", b), rtol), atol)
    near = ew.elementwise(
        "logical_and", ew.elementwise("less_equal", gap, bound), ew.elementwise("isfinite", b)
    )
    close = ew.elementwise("logical_or", near, ew.elementwise("equal", a, b))
    if equal_nan:
        both = ew.elementwise("logical_and", ew.elementwise("isnan", a), ew.elementwise("isnan", b))
        close = ew.elementwise("logical_or", close, both)
    return close


def _sinc(x: Any) -> Any:
    y = ew.elementwise("multiply", x, np.pi)
    y = ew.where(ew.elementwise("equal", y, 0), np.asarray(1e-20, y.dtype), y)
    return ew.elementwise("divide", ew.elementwise("sin", y), y)


def _round(x: Any, decimals: int = 0) -> Any:
    if x.dtype.kind not in "fc":
        return x.copy()
    if not decimals:
        return ew.elementwise("rint", x)
    scale = 10.0 ** abs(decimals)
    there, back = ("multiply", "divide") if decimals > 0 else ("divide", "multiply")
    return ew.elementwise(back, ew.elementwise("rint", ew.elementwise(there, x, scale)), scale)


def _stacked(join: Function, axis: int, rank: int) -> Function:
    def combine(arrays: Any, dtype: Any = None, casting: str = "same_kind") -> Any:
        items = []
        for item in arrays:
            array = creation.asarray(item)
            while array.ndim < rank:
                array = shaping.expand_dims(
                    array, 0 if array.ndim == 0 or (rank == 2 and axis == 0) else array.ndim
                )
            items.append(array)
        return join(items, axis if items[0].ndim > axis else 0, dtype)

    return combine


def _at_least(rank: int) -> Function:
    def lift(*arrays: Any) -> Any:
        found = []
        for x in arrays:
            array = creation.asarray(x)
            while array.ndim < rank:
                array = shaping.expand_dims(array, 0 if array.ndim != 2 else 2)
            found.append(array)
        return found[0] if len(found) == 1 else found

    return lift


def _shape(x: Any) -> Any:
    return x.shape


def _size(x: Any, axis: Any = None) -> Any:
    return x.size if axis is None else x.shape[axis]


def _cumsum(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    return reductions.cumulative_sum(x, axis, dtype)


def _rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    first, second = axes
    for _ in range(k % 4):
        x = shaping.swapaxes(shaping.flip(x, second), first, second)
    return x


def _allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    return reductions.all_(_isclose(a, b, rtol, atol, equal_nan))


def _array_equal(a: Any, b: Any) -> Any:
    if a.ndim != b.ndim:
        return False
    return reductions.all_(ew.elementwise("equal", a, b))


def _array_split(x: Any, sections: Any, axis: int = 0) -> Any:
    return shaping.split(x, sections, axis, exact=False)


#: NumPy's functions by name, each with NumPy's arguments.
FUNCTIONS: dict[str, Function] = {
    # reductions
    "sum": _initial(reductions.sum_, "add"),
    "prod": _initial(reductions.prod, "multiply"),
    "max": _initial(reductions.max_, "maximum"),
    "amax": _initial(reductions.max_, "maximum"),
    "min": _initial(reductions.min_, "minimum"),
    "amin": _initial(reductions.min_, "minimum"),
    "mean": reductions.mean,
    "average": reductions.average,
    "var": _var,
    "std": _std,
    "any": reductions.any_,
    "all": reductions.all_,
    "ptp": reductions.ptp,
    "argmax": reductions.argmax,
    "argmin": reductions.argmin,
    "count_nonzero": reductions.count_nonzero,
    "cumsum": _cumsum,
    "cumulative_sum": reductions.cumulative_sum,
    "cumprod": lambda x, axis=None, dtype=None: reductions.cumulative_prod(x, axis, dtype),
    "cumulative_prod": reductions.cumulative_prod,
    "nansum": _nan_reduction(reductions.sum_, 0.0),
    "nanprod": _nan_reduction(reductions.prod, 1.0),
    "nanmax": _nan_reduction(reductions.max_, -np.inf),
    "nanmin": _nan_reduction(reductions.min_, np.inf),
    # elementwise
    "clip": _clip,
    "where": _where,
    "round": _round,
    "around": _round,
    "nan_to_num": _nan_to_num,
    "isclose": _isclose,
    "allclose": _allclose,
    "array_equal": _array_equal,
    "sinc": _sinc,
    "real": parts.real,
    "imag": parts.imag,
    "isreal": lambda x: ew.elementwise("equal", parts.imag(x), 0),
    "iscomplexobj": lambda x: x.dtype.kind == "c",
    "isrealobj": lambda x: x.dtype.kind != "c",
    "fix": _ufunc("trunc"),
    "isneginf": lambda x: ew.elementwise("equal", x, -np.inf),
    "isposinf": lambda x: ew.elementwise("equal", x, np.inf),
    "angle": parts.angle,
    # shape
    "reshape": _reshape,
    "ravel": _ravel,
    "transpose": shaping.transpose,
    "permute_dims": shaping.transpose,
    "matrix_transpose": linear.matrix_transpose,
    "swapaxes": shaping.swapaxes,
    "moveaxis": shaping.moveaxis,
    "rollaxis": lambda x, axis, start=0: shaping.moveaxis(x, axis, start - 1 if axis < start else start),
    "expand_dims": shaping.expand_dims,
    "squeeze": shaping.squeeze,
    "broadcast_to": shaping.broadcast_to,
    "broadcast_shapes": lambda *shapes: shaping.broadcast_shape([shaping.int_tuple(s) for s in shapes]),
    "broadcast_arrays": lambda *arrays: tuple(shaping.broadcast_arrays(*arrays)),
    "concatenate": shaping.concat,
    "concat": shaping.concat,
    "stack": shaping.stack,
    "unstack": lambda x, *, axis=0: shaping.unstack(x, axis),
    "hstack": _stacked(shaping.concat, 1, 1),
    "vstack": _stacked(shaping.concat, 0, 2),
    "dstack": _stacked(shaping.concat, 2, 3),
    "column_stack": _stacked(shaping.concat, 1, 2),
    "split": shaping.split,
    "array_split": _array_split,
    "hsplit": lambda x, n: shaping.split(x, n, 1 if x.ndim > 1 else 0),
    "vsplit": lambda x, n: shaping.split(x, n, 0),
    "flip": shaping.flip,
    "fliplr": lambda x: shaping.flip(x, 1),
    "flipud": lambda x: shaping.flip(x, 0),
    "rot90": _rot90,
    "roll": shaping.roll,
    "repeat": shaping.repeat,
    "tile": shaping.tile,
    "pad": shaping.pad,
    "tril": shaping.tril,
    "triu": shaping.triu,
    "append": lambda x, values, axis=None: shaping.concat([x, values], axis),
    "atleast_1d": _at_least(1),
    "atleast_2d": _at_least(2),
    "atleast_3d": _at_least(3),
    "shape": _shape,
    "ndim": lambda x: creation.asarray(x).ndim,
    "size": _size,
    # products
    "vecdot": linear.vecdot,
    "einsum": einsum,
    **linalg_numpy.NUMPY,
    # order and search
    "sort": lambda x, axis=-1, kind=None, stable=None: ordering.sort(x, axis),
    "argsort": lambda x, axis=-1, kind=None, stable=None: ordering.argsort(x, axis),
    "take": lambda x, indices, axis=None, mode="raise": ordering.take(x, indices, axis),
    "take_along_axis": ordering.take_along_axis,
    "searchsorted": ordering.searchsorted,
    "nonzero": lambda x: tuple(indexing.nonzero(x)),
    "flatnonzero": lambda x: indexing.nonzero(shaping.ravel(x))[0],
    "argwhere": lambda x: shaping.stack(indexing.nonzero(x), 1),
    "compress": lambda condition, x, axis=None: ordering.take(x, indexing.nonzero(condition)[0], axis),
    "extract": lambda condition, x: ordering.take(x, indexing.nonzero(shaping.ravel(condition))[0], None),
    "diff": ordering.diff,
    **sets.NUMPY,
    **fft.NUMPY,
    **statistics.NUMPY,
    # creation
    "copy": lambda x: x.copy(),
    "astype": _astype,
    "zeros_like": lambda x, dtype=None, shape=None: creation.zeros(
        x.shape if shape is None else shape, dtype or x.dtype
    ),
    "ones_like": lambda x, dtype=None, shape=None: creation.ones(
        x.shape if shape is None else shape, dtype or x.dtype
    ),
    "empty_like": lambda x, dtype=None, shape=None: creation.zeros(
        x.shape if shape is None else shape, dtype or x.dtype
    ),
    "full_like": lambda x, value, dtype=None, shape=None: creation.full(
        x.shape if shape is None else shape, value, dtype or x.dtype
    ),
    "asarray": creation.asarray,
    "array": lambda obj, dtype=None, copy=True, ndmin=0: creation.asarray(obj, dtype, copy),
    "asanyarray": creation.asarray,
    "ascontiguousarray": _contiguous,
    "asfortranarray": _fortran,
    "zeros": creation.zeros,
    "ones": creation.ones,
    "empty": creation.empty,
    "full": creation.full,
    "arange": creation.arange,
    "eye": lambda n, m=None, k=0, dtype=float: creation.eye(n, m, k=k, dtype=dtype),
    "identity": lambda n, dtype=float: creation.eye(n, dtype=dtype),
    "tri": creation.tri,
    "linspace": creation.linspace,
    "meshgrid": lambda *arrays, indexing="xy": creation.meshgrid(*arrays, indexing=indexing),
    "result_type": lambda *values: np.result_type(
        *[v if isinstance(v, type) else getattr(v, "dtype", v) for v in values]
    ),
    "can_cast": lambda a, b, casting="safe": np.can_cast(a.dtype if hasattr(a, "dtype") else a, b, casting),
    "may_share_memory": lambda a, b: a is b,
    "shares_memory": lambda a, b: a is b,
}

FUNCTIONS |= numpy_arrays.FUNCTIONS | numpy_statistics.FUNCTIONS
