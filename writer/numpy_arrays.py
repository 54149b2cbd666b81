"""NumPy's functions that put arrays together and take them apart, on traced arrays."""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from . import creation, indexing, ordering, parts, reductions, shaping
from .apply import apply, shape_of
from .elementwise import elementwise, where
from .promote import convert, result_type
from .reductions import one_axis
from .shaping import known
from .suggest import unsupported

Function = Callable[..., Any]


# --- choices --------------------------------------------------------------------


def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """At each place, the element of the choice whose number `a` holds there."""
    if mode != "raise":
        raise unsupported(f"np.choose with mode={mode!r}", "np.clip or np.remainder before")
    parts = [creation.asarray(choice) for choice in choices]
    a, *parts = shaping.broadcast_arrays(creation.asarray(a), *parts)
    a = where(elementwise("less", a, 0), len(parts), a)  # which is refused, as NumPy refuses negative numbers
    return ordering.take_along_axis(shaping.stack(parts), shaping.expand_dims(a, 0), 0)[0]


def select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """At each place, the element of the first choice whose condition is true there."""
    dtype = result_type(*choices, default)
    found = convert(default, dtype)
    for condition, choice in reversed(list(zip(conditions, choices))):
        found = where(condition, convert(choice, dtype), found)
    return found


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The order of places by the last key, then by the one before it, and so on."""
    rows = [keys[i] for i in range(operator.index(keys.shape[0]))] if hasattr(keys, "ndim") else list(keys)
    rows = [creation.asarray(row) for row in rows]
    found = ordering.argsort(rows[0], axis)
    for row in rows[1:]:
        again = ordering.argsort(ordering.take_along_axis(row, found, axis), axis)
        found = ordering.take_along_axis(found, again, axis)
    return found


def sort_complex(x: Any) -> Any:
    """Complex numbers in order of their real, then their imaginary parts."""
    x = convert(x, np.result_type(x.dtype, np.complex64))
    return ordering.take_along_axis(x, lexsort([parts.imag(x), parts.real(x)]), -1)


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None
) -> Any:
    """Powers of `base` with evenly spaced exponents."""
    found = elementwise("power", base, creation.linspace(start, stop, num, endpoint=endpoint))
    return found if dtype is None else convert(found, dtype)


# --- diagonals ------------------------------------------------------------------


def diag(v: Any, k: int = 0) -> Any:
    """The diagonal of a matrix; the matrix with a row as its diagonal."""
    v = creation.asarray(v)
    if v.ndim == 2:
        return shaping.diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    size = shape_of(v)[0] + abs(k)
    here = creation.eye(size, k=k, dtype=np.bool_)
    line = shaping.expand_dims(shaping.pad(v, (0, abs(k))), 1 if k >= 0 else 0)
    return where(here, line, np.zeros((), v.dtype))


def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write `val` to the diagonal of the matrix `a`."""
    if a.ndim != 2 or wrap:
        raise unsupported("np.fill_diagonal of rank above 2, or with wrap=True", "a[i, i, ...] = value")
    here = creation.eye(*shape_of(a), dtype=np.bool_)
    value = creation.asarray(val)
    if value.ndim:
        raise unsupported("np.fill_diagonal with an array", "a[i, i] = value")
    a[...] = where(here, convert(value, a.dtype), a)


def diag_indices_from(a: Any) -> tuple[Any, ...]:
    """The indices of the diagonal of `a`."""
    places = creation.arange(shape_of(a)[0])
    return tuple(places for _ in range(a.ndim))


def _triangle_indices(function: Callable[..., Any]) -> Function:
    def indices(a: Any, k: int = 0) -> Any:
        rows, columns = (operator.index(n) for n in shape_of(a))
        return function(rows, k, columns)

    return indices


def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """The windows of `x`, in new axes at the end; nothing can be written through it."""
    x = creation.asarray(x)
    widths = (window_shape,) if isinstance(window_shape, numbers.Integral) else tuple(window_shape)
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if len(axes) != len(widths):
        raise ValueError("window_shape and axis must have the same length")

    def windows(found: Any) -> Any:
        for width, place in zip(widths, [one_axis(a, x.ndim) for a in axes]):
            number = shape_of(found)[place] - width + 1
            if shaping.example_of(number) < 1:
                raise ValueError("window shape cannot be larger than input array shape")
            starts = shaping.expand_dims(creation.arange(number), 1)
            places = elementwise("add", starts, creation.arange(width))
            found = shaping.moveaxis(apply("take", found, places, axis=place), place + 1, -1)
        return found

    return shaping.viewed(x, windows(x), windows, None)


# --- pieces ---------------------------------------------------------------------


def delete(x: Any, obj: Any, axis: Any = None) -> Any:
    """`x` without the places `obj` along `axis`; their number is fixed."""
    if axis is None:
        x, axis = shaping.ravel(x), 0
    place = one_axis(axis, x.ndim)
    key = (slice(None),) * place
    size = shape_of(x)[place]
    if isinstance(obj, (int, np.integer)):
        at = int(obj) + size if obj < 0 else int(obj)
        return shaping.concat([x[(*key, slice(None, at))], x[(*key, slice(at + 1, None))]], place)
    kept = np.delete(np.arange(operator.index(size)), obj)
    return ordering.take(x, kept, place)


def insert(x: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """`x` with `values` before the place `obj` along `axis`."""
    if axis is None:
        x, axis = shaping.ravel(x), 0
    if not isinstance(obj, (int, np.integer)):
        raise unsupported("np.insert at several places", "np.concatenate of slices")
    place = one_axis(axis, x.ndim)
    key = (slice(None),) * place
    size = shape_of(x)[place]
    at = int(obj) + size if obj < 0 else int(obj)
    new = convert(creation.asarray(values), x.dtype)
    rest = [n for i, n in enumerate(shape_of(x)) if i != place]
    if new.ndim == x.ndim:
        width = shape_of(new)[place]
    else:
        width = shape_of(new)[0] if new.ndim == 1 and x.ndim == 1 else 1
        new = shaping.expand_dims(new, place) if new.ndim == x.ndim - 1 and x.ndim > 1 else new
    new = shaping.broadcast_to(new, (*rest[:place], width, *rest[place:]))
    return shaping.concat([x[(*key, slice(None, at))], new, x[(*key, slice(at, None))]], place)


def block(arrays: Any) -> Any:
    """Arrays put together from nested lists: the innermost along the last axis."""

    def depth(value: Any) -> int:
        return 1 + max(map(depth, value)) if isinstance(value, list) else 0

    def rank(value: Any) -> int:
        return max(map(rank, value)) if isinstance(value, list) else creation.asarray(value).ndim

    levels = depth(arrays)
    total = max(levels, rank(arrays))

    def join(value: Any, level: int) -> Any:
        if not isinstance(value, list):
            value = creation.asarray(value)
            return shaping.reshape(value, (*(1,) * (total - value.ndim), *shape_of(value)))
        return shaping.concat([join(item, level - 1) for item in value], -level)

    return join(arrays, levels)


def kron(a: Any, b: Any) -> Any:
    """The products of every element of `a` with all of `b`, in place of that element."""
    a, b = creation.asarray(a), creation.asarray(b)
    rank = max(a.ndim, b.ndim)
    left, right = ((*(1,) * (rank - x.ndim), *shape_of(x)) for x in (a, b))
    wide = shaping.reshape(a, tuple(size for n in left for size in (n, 1)))
    tall = shaping.reshape(b, tuple(size for n in right for size in (1, n)))
    return shaping.reshape(elementwise("multiply", wide, tall), tuple(m * n for m, n in zip(left, right)))


def ix_(*lines: Any) -> tuple[Any, ...]:
    """Index arrays that together pick a grid; booleans become the places where they are true."""
    found = []
    for place, line in enumerate(lines):
        line = creation.asarray(line)
        if line.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        line = indexing.nonzero(line)[0] if line.dtype.kind == "b" else line
        found.append(shaping.reshape(line, tuple(-1 if i == place else 1 for i in range(len(lines)))))
    return tuple(found)


def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """The powers of `x`, one a column."""
    number = operator.index(shape_of(x)[0] if N is None else N)
    dtype = np.promote_types(x.dtype, np.int_)
    base, columns = convert(x, dtype), [creation.full(shape_of(x), 1, dtype)]
    for _ in range(number - 1):
        columns.append(elementwise("multiply", columns[-1], base))
    return shaping.stack((columns if increasing else columns[::-1])[-number:] if number else [], -1)


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with the coefficients `p`, the highest power first, at `x`."""
    p, x = creation.asarray(p), creation.asarray(x)
    found = creation.full_like(x, 0)
    for i in range(operator.index(shape_of(p)[0])):
        found = elementwise("add", elementwise("multiply", found, x), p[i])
    return found


def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[Any, ...]:
    """The index along each axis for places in an array of `shape` as one row."""
    found: list[Any] = []
    sizes = shaping.int_tuple(shape)
    for size in sizes[::-1] if order == "C" else sizes:
        found.append(elementwise("remainder", indices, size))
        indices = elementwise("floor_divide", indices, size)
    return tuple(found[::-1] if order == "C" else found)


# --- writing --------------------------------------------------------------------


def asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    """`a` as an array; an error where an element is infinite or NaN, in the program a guard."""
    a = creation.asarray(a, dtype)
    if a.dtype.kind in "fc" and not reductions.all_(elementwise("isfinite", a)):
        raise ValueError("array must not contain infs or NaNs")
    return a


def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Write `src` to `dst`."""
    from .elementwise import where as choose_from

    src = creation.asarray(src)
    if not np.can_cast(src.dtype, dst.dtype, casting):  # type: ignore[arg-type]
        raise TypeError(f"Cannot cast array data from {src.dtype!r} to {dst.dtype!r} by rule {casting!r}")
    dst[...] = src if where is True else choose_from(where, convert(src, dst.dtype), dst)


def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """Write `v` to the places `ind` of `a` as one row."""
    from .assigning import updated

    if mode != "raise":
        raise unsupported(f"np.put with mode={mode!r}", "np.clip or np.remainder before")
    ind, v = creation.asarray(ind), creation.asarray(v)
    if v.ndim and not (known(shape_of(v)[0]) and shape_of(v)[0] == 1) and v.ndim != ind.ndim:
        raise unsupported("np.put with values that are repeated", "a[i] = value")
    row = updated(shaping.ravel(a).copy(), shaping.ravel(ind), shaping.ravel(v) if v.ndim else v)
    a[...] = shaping.reshape(row, shape_of(a))


def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write `values` to `a` where `mask` is true; they are one number, or of the shape of `a`."""
    values = creation.asarray(values)
    if values.ndim not in (0, a.ndim):
        raise unsupported("np.putmask with values that are repeated", "a[mask] = value")
    a[...] = where(mask, convert(values, a.dtype), a)


def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write `vals`, one after the other, and again from the first, to `arr` where `mask` is true."""
    vals = shaping.ravel(creation.asarray(vals))
    mask = shaping.ravel(creation.asarray(mask))
    number = shape_of(vals)[0]
    if known(number) and number == 1:
        chosen = vals
    else:
        turn = elementwise("subtract", reductions.cumulative_sum(convert(mask, np.int64), 0), 1)
        turn = elementwise("maximum", turn, 0)  # nothing is taken before the first that is true
        chosen = _again(vals, elementwise("remainder", turn, elementwise("maximum", number, 1)))
    found = where(mask, convert(chosen, arr.dtype), shaping.ravel(arr))
    arr[...] = shaping.reshape(found, shape_of(arr))


def _again(vals: Any, places: Any) -> Any:
    """`vals` at `places`; a zero is appended so that there is something to take from nothing."""
    return ordering.take(shaping.concat([vals, np.zeros(1, vals.dtype)], 0), places, 0)


def put_along_axis(x: Any, indices: Any, values: Any, axis: Any) -> None:
    """Write `values` to the places that `indices` holds along `axis`."""
    if axis is None:
        raise unsupported("np.put_along_axis with axis=None", "np.put")
    place = one_axis(axis, x.ndim)
    shape = shape_of(indices)
    grid: list[Any] = [
        shaping.reshape(creation.arange(n), tuple(-1 if i == a else 1 for i in range(x.ndim)))
        for a, n in enumerate(shape)
    ]
    grid[place] = indices
    x[tuple(grid)] = values


FUNCTIONS: dict[str, Function] = {
    "choose": choose,
    "select": select,
    "lexsort": lexsort,
    "diag": diag,
    "diagflat": lambda v, k=0: diag(shaping.ravel(v), k),
    "fill_diagonal": fill_diagonal,
    "diag_indices_from": diag_indices_from,
    "tril_indices_from": _triangle_indices(np.tril_indices),
    "triu_indices_from": _triangle_indices(np.triu_indices),
    "delete": delete,
    "insert": insert,
    "block": block,
    "kron": kron,
    "ix_": ix_,
    "vander": vander,
    "polyval": polyval,
    "sliding_window_view": sliding_window_view,
    "unravel_index": unravel_index,
    "copyto": copyto,
    "put": put,
    "putmask": putmask,
    "put_along_axis": put_along_axis,
    "place": place,
    "asarray_chkfinite": asarray_chkfinite,
    "logspace": logspace,
    "dsplit": lambda x, n: shaping.split(x, n, 2),
    "partition": lambda x, kth, axis=-1, kind=None: ordering.sort(x, axis),
    "argpartition": lambda x, kth, axis=-1, kind=None: ordering.argsort(x, axis),
    "sort_complex": sort_complex,
    "from_dlpack": lambda x, device=None, copy=None: creation.from_dlpack(x, copy),
    "array_equiv": lambda a, b: reductions.all_(elementwise("equal", a, b)),
    "iscomplex": lambda x: elementwise("not_equal", parts.imag(x), 0),
    "isfortran": lambda x: False,
    "iterable": lambda x: getattr(x, "ndim", 1) > 0,
    "isscalar": lambda x: False,
    "require": lambda x, dtype=None, requirements=None: creation.asarray(x, dtype),
    "common_type": lambda *arrays: np.common_type(*[np.empty(0, x.dtype) for x in arrays]),
    "issubdtype": np.issubdtype,
}
