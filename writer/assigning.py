"""Item assignment to traced arrays: `update_slice`, `scatter` and `where`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .apply import apply, shape_of
from .context import active
from .indexing import bounds, expand, is_array, is_whole, prepare, resolve, with_truths
from .promote import convert
from .proxy import Proxy
from .shaping import broadcast_arrays, broadcast_to, known, permute_dims, reshape, same


def updated(x: Proxy, key: Any, value: Any) -> Any:
    """`x` with ``x[key] = value`` done to it."""
    from .creation import asarray

    value = asarray(value) if isinstance(value, (list, tuple)) else value
    if is_array(key) and key.dtype.kind == "b" and getattr(value, "ndim", 0) == 0:
        return _masked(x, key, value)
    value = convert(value, x.dtype)
    lifted, masked = with_truths(x, key)
    if lifted is not x:
        return apply("reshape", updated(lifted, masked, value), shape=shape_of(x))
    items = expand(x, key)
    if not any(is_array(item) for item in items):
        return _set_basic(x, items, value)
    return _set_arrays(x, items, value)


def _masked(x: Proxy, mask: Any, value: Any) -> Any:
    if mask.ndim < x.ndim:
        mask = reshape(mask, (*shape_of(mask), *(1,) * (x.ndim - mask.ndim)))
    return apply("where", mask, convert(value, x.dtype), x)


def _set_basic(x: Proxy, items: list[Any], value: Any) -> Any:
    found = resolve(x, items)
    value = broadcast_to(_fit(value, len(found.shape)), tuple(found.shape))
    lengths = iter([n for n, kept in zip(found.shape, found.kept) if kept])
    old = [item for item in items if item is not None]
    inner = tuple(next(lengths) if isinstance(item, slice) else 1 for item in old)
    if len(inner) != value.ndim or not all(map(same, inner, shape_of(value))):
        value = apply("reshape", value, shape=inner)
    if is_whole(x, found):
        made = value if isinstance(value, Proxy) else _recorded(x, value)
    else:
        turned = apply("flip", x, axes=tuple(found.flips)) if found.flips else x
        made = apply("update_slice", turned, value, **bounds(found))
    return apply("flip", made, axes=tuple(found.flips)) if found.flips else made


def _recorded(x: Proxy, value: Any) -> Proxy:
    trace = active()
    assert trace is not None
    return Proxy(trace, trace.array(np.array(value, order="C")))


def _fit(value: Any, rank: int) -> Any:
    """`value` without leading axes of size 1 that the target has not."""
    while value.ndim > rank and known(shape_of(value)[0]) and shape_of(value)[0] == 1:
        value = apply("reshape", value, shape=shape_of(value)[1:])
    return value


def _set_arrays(x: Proxy, items: list[Any], value: Any) -> Any:
    whole, basic, arrays, place = prepare(x, items)
    axes = list(arrays)
    rest = [a for a in range(whole.ndim) if a not in arrays]
    indices = broadcast_arrays(*arrays.values())
    lead = shape_of(indices[0])
    tail = tuple(shape_of(whole)[a] for a in rest)
    front, back = tail[:place], tail[place:]
    value = broadcast_to(_fit(value, len(lead) + len(tail)), (*front, *lead, *back))
    rank = len(lead)
    value = permute_dims(
        value, [*range(place, place + rank), *range(place), *range(place + rank, value.ndim)]
    )
    order = [*axes, *rest]
    made = apply("scatter", permute_dims(whole, order), value, *indices)
    made = permute_dims(made, list(np.argsort(order)))
    return made if all(map(_all_of, basic)) else _set_basic(x, basic, made)


def _all_of(item: Any) -> bool:
    return isinstance(item, slice) and item == slice(None)
