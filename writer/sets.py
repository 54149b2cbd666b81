"""Sets: the different elements of traced and plain arrays, and membership."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .apply import apply, shape_of
from .creation import arange, asarray
from .elementwise import elementwise, where
from .indexing import nonzero
from .promote import convert, result_type
from .reductions import any_, sum_
from .shaping import concat, ravel, reshape


class UniqueAll(NamedTuple):
    """What `unique_all` gives."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """What `unique_counts` gives."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """What `unique_inverse` gives."""

    values: Any
    inverse_indices: Any


def unique_all(x: Any, /) -> UniqueAll:
    """The different elements of `x`, where each occurs first, which one each element is, and how many are."""
    return UniqueAll(*apply("unique", x))


def unique_counts(x: Any, /) -> UniqueCounts:
    """The different elements of `x`, and how often each occurs."""
    found = apply("unique", x)
    return UniqueCounts(found[0], found[3])


def unique_inverse(x: Any, /) -> UniqueInverse:
    """The different elements of `x`, and the position of each element among them."""
    found = apply("unique", x)
    return UniqueInverse(found[0], found[2])


def unique_values(x: Any, /) -> Any:
    """The different elements of `x`, in ascending order."""
    return apply("unique", x)[0]


def isin(x1: Any, x2: Any, /, *, invert: bool = False) -> Any:
    """Whether each element of `x1` is in `x2`."""
    common = result_type(x1, x2)
    x, y = convert(x1, common), convert(x2, common)
    if common.kind == "b":
        x, y = convert(x, np.uint8), convert(y, np.uint8)
    if common.kind != "c":
        return apply("isin", x, y, invert=bool(invert))
    # Complex numbers are not sorted: each is compared with all.
    pairs = elementwise("equal", reshape(x, (*shape_of(x), 1)), ravel(y))
    found = any_(pairs, axis=-1)
    return elementwise("logical_not", found) if invert else found


# --- NumPy's functions ------------------------------------------------------------


def unique(
    x: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """``np.unique``, for which all NaNs are one value unless told otherwise."""
    x = asarray(x)
    if axis is not None and not (x.ndim == 1 and axis in (0, -1)):
        from .suggest import unsupported

        raise unsupported("np.unique with axis", "the array as one row")
    values, indices, inverse, counts = apply("unique", x)
    if equal_nan and x.dtype.kind in "fc":
        values, indices, inverse, counts = _with_one_nan(values, indices, inverse, counts)
    chosen = ((return_index, indices), (return_inverse, inverse), (return_counts, counts))
    found = (values, *[part for wanted, part in chosen if wanted])
    return found if len(found) > 1 else values


def _with_one_nan(values: Any, indices: Any, inverse: Any, counts: Any) -> tuple[Any, ...]:
    """The results of ``unique`` with all NaNs, which stand at the end, as one value."""
    size = shape_of(values)[0]
    numbers = sum_(elementwise("logical_not", elementwise("isnan", values)))
    place = arange(size)
    kept = nonzero(elementwise("less_equal", place, numbers))[0]
    nans = elementwise("subtract", size, numbers)
    counts = where(elementwise("equal", place, numbers), nans, counts)
    inverse = elementwise("minimum", inverse, numbers)
    return take(values, kept), take(indices, kept), inverse, take(counts, kept)


def take(x: Any, places: Any) -> Any:
    """The elements of a line at places that are known to be in it."""
    return apply("take", x, places, axis=0)


def union1d(a: Any, b: Any) -> Any:
    """``np.union1d``."""
    return unique(concat([ravel(asarray(a)), ravel(asarray(b))]))


def _set(x: Any, assume_unique: bool) -> Any:
    return ravel(asarray(x)) if assume_unique else unique(x)


def intersect1d(a: Any, b: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """``np.intersect1d``, without its indices."""
    if return_indices:
        from .suggest import unsupported

        raise unsupported("np.intersect1d with return_indices", "np.isin and np.nonzero")
    first, second = _set(a, assume_unique), _set(b, assume_unique)
    both = result_type(first, second)
    return unique(convert(_chosen(first, second, invert=False), both))


def setdiff1d(a: Any, b: Any, assume_unique: bool = False) -> Any:
    """``np.setdiff1d``."""
    return _chosen(_set(a, assume_unique), asarray(b), invert=True)


def setxor1d(a: Any, b: Any, assume_unique: bool = False) -> Any:
    """``np.setxor1d``."""
    first, second = _set(a, assume_unique), _set(b, assume_unique)
    parts = [_chosen(first, second, invert=True), _chosen(second, first, invert=True)]
    return unique(concat(parts))


def _chosen(x: Any, other: Any, *, invert: bool) -> Any:
    return take(x, nonzero(isin(x, other, invert=invert))[0])


def _isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *, kind: Any = None
) -> Any:
    return isin(asarray(element), asarray(test_elements), invert=invert)


#: NumPy's functions by name.
NUMPY: dict[str, Any] = {
    "unique": unique,
    "unique_all": unique_all,
    "unique_counts": unique_counts,
    "unique_inverse": unique_inverse,
    "unique_values": unique_values,
    "isin": _isin,
    "union1d": union1d,
    "intersect1d": intersect1d,
    "setdiff1d": setdiff1d,
    "setxor1d": setxor1d,
}
