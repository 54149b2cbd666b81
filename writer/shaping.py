"""Shapes: rearranging, joining and cutting traced and plain arrays."""

from __future__ import annotations

import numbers
import operator
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..schema import dims
from . import rules
from .apply import apply, shape_of
from .context import active
from .integral import SymbolicInt
from .promote import convert, result_type
from .proxy import Proxy, View
from .reductions import axes_of, one_axis


def viewed(x: Any, made: Any, forward: Any, backward: Any, *, key: object = None, plain: bool = False) -> Any:
    """Note that `made`, which is ``forward(x)``, shows the memory of `x`, as NumPy's views do.

    ``backward(x, view)`` is `x` after `view` was written to.
    """
    if isinstance(x, Proxy) and isinstance(made, Proxy):
        view = View(x, forward, backward, key=key, plain=plain)
        return Proxy(made._trace, made._source, weak=made._weak, view=view)
    return made


def _itself(x: Any) -> Any:
    return viewed(x, x, lambda p: p, lambda p, v: v, plain=plain_memory(x)) if isinstance(x, Proxy) else x


def plain_memory(x: Any) -> bool:
    """Whether the elements of `x` lie in memory in the order of its shape, as far as is known."""
    return not isinstance(x, Proxy) or x._view is None or x._view.plain


def _reshaped(x: Any, shape: tuple[Any, ...]) -> Any:
    if not isinstance(x, Proxy):
        return apply("reshape", x, shape=shape)
    old = shape_of(x)
    back = (lambda p, v: apply("reshape", v, shape=old)) if plain_memory(x) else None
    return viewed(
        x, apply("reshape", x, shape=shape), lambda p: apply("reshape", p, shape=shape), back, plain=True
    )


def int_tuple(shape: Any) -> tuple[Any, ...]:
    """A shape as a tuple of ints and symbolic sizes."""
    items = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(n if isinstance(n, SymbolicInt) else operator.index(n) for n in items)


def known(n: Any) -> bool:
    """Whether a size is a plain number."""
    return not isinstance(n, SymbolicInt)


def same(a: Any, b: Any) -> bool:
    """Whether two sizes are the same, without freezing anything."""
    if known(a) and known(b):
        return bool(a == b)
    trace = active()
    return trace is not None and trace.dim(a) == trace.dim(b)


def product(sizes: Sequence[Any]) -> Any:
    """The product of sizes."""
    total: Any = 1
    for n in sizes:
        total = total * n
    return total


def reshape(x: Any, shape: Any, copy: bool | None = None) -> Any:
    """`x` in another shape; one size may be -1."""
    wanted = int_tuple(shape)
    free = [i for i, n in enumerate(wanted) if known(n) and n == -1]
    if len(free) > 1:
        raise ValueError("can only specify one unknown dimension")
    if free:
        rest = product([n for i, n in enumerate(wanted) if i != free[0]])
        whole = product(shape_of(x))
        if known(rest) and rest == 0:
            raise ValueError(f"cannot reshape into shape {wanted}")
        wanted = tuple(whole // rest if i == free[0] else n for i, n in enumerate(wanted))
    if copy:
        x = x.copy()
    if len(wanted) == x.ndim and all(map(same, wanted, shape_of(x))):
        return _itself(x)
    return _reshaped(x, wanted)


def ravel(x: Any) -> Any:
    """`x` as one row."""
    return reshape(x, (-1,))


def permute_dims(x: Any, axes: Any) -> Any:
    """`x` with its axes in another order."""
    order = tuple(one_axis(a, x.ndim) for a in axes)
    if order == tuple(range(x.ndim)):
        return _itself(x)
    inverse = tuple(order.index(a) for a in range(x.ndim))
    return viewed(
        x,
        apply("permute_dims", x, axes=order),
        lambda p: apply("permute_dims", p, axes=order),
        lambda p, v: apply("permute_dims", v, axes=inverse),
    )


def transpose(x: Any, axes: Any = None) -> Any:
    """`x` with its axes reversed, or in the order `axes`."""
    return permute_dims(x, range(x.ndim)[::-1] if axes is None else axes)


def swapaxes(x: Any, first: int, second: int) -> Any:
    """`x` with two axes exchanged."""
    order = list(range(x.ndim))
    a, b = one_axis(first, x.ndim), one_axis(second, x.ndim)
    order[a], order[b] = order[b], order[a]
    return permute_dims(x, order)


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """`x` with axes moved to other places."""
    start = [one_axis(a, x.ndim) for a in (source if isinstance(source, (tuple, list)) else (source,))]
    goal = destination if isinstance(destination, (tuple, list)) else (destination,)
    end = [one_axis(a, x.ndim) for a in goal]
    order = [axis for axis in range(x.ndim) if axis not in start]
    for place, axis in sorted(zip(end, start)):
        order.insert(place, axis)
    return permute_dims(x, order)


def expand_dims(x: Any, axis: Any = 0) -> Any:
    """`x` with new axes of size 1 at the places `axis`."""
    places = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = x.ndim + len(places)
    where = {one_axis(a, rank) for a in places}
    old = iter(shape_of(x))
    return _reshaped(x, tuple(1 if i in where else next(old) for i in range(rank)))


def squeeze(x: Any, axis: Any = None) -> Any:
    """`x` without axes of size 1: those of `axis`, or all that have it in the example."""
    shape = shape_of(x)
    if axis is None:
        gone = {i for i, n in enumerate(shape) if example_of(n) == 1}
        for i, n in enumerate(shape):
            if i in gone:
                become(n, 1)
            elif not known(n):
                differ(n, 1)
    else:
        gone = set(axes_of(axis, x.ndim))
        for i in gone:
            if int(x._example.shape[i] if isinstance(x, Proxy) else shape[i]) != 1:
                raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
            become(shape[i], 1)
    kept = tuple(n for i, n in enumerate(shape) if i not in gone)
    if len(kept) == len(shape):
        return _itself(x)
    return _reshaped(x, kept)


def become(size: Any, value: int) -> None:
    """Make a symbolic size a number: in the signature if that is possible, else by a guard."""
    if isinstance(size, SymbolicInt):
        trace, dim = size._now()
        if trace.scope.symbols.require_equal(dim, value) is not True:
            from .guards import compare_sizes

            compare_sizes(trace, dim, value, "==", True)


def differ(size: Any, value: int) -> None:
    """Guard that a symbolic size is not `value`."""
    from .guards import compare_sizes

    trace, dim = size._now()
    if dims.equal(dim, value) is None:
        compare_sizes(trace, dim, value, "==", False)


def broadcast_to(x: Any, shape: Any) -> Any:
    """`x` repeated to `shape`."""
    wanted = int_tuple(shape)
    if len(wanted) == x.ndim and all(map(same, wanted, shape_of(x))):
        return viewed(x, x, lambda p: p, None)
    wanted = (*wanted[: len(wanted) - x.ndim], *map(_target, wanted[len(wanted) - x.ndim :], shape_of(x)))
    made = apply("broadcast_to", x, shape=wanted)
    return viewed(x, made, lambda p: apply("broadcast_to", p, shape=wanted), None)


def _target(wanted: Any, have: Any) -> Any:
    """The size `wanted`, which an axis of size `have` is repeated to, or has."""
    _common(wanted, have)
    return wanted


def broadcast_shape(shapes: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The common shape; sizes that must be equal are unified, a size of 1 that is stretched is fixed."""
    rank = max((len(s) for s in shapes), default=0)
    result: list[Any] = [None] * rank
    for shape in shapes:
        for i, n in enumerate(shape, rank - len(shape)):
            result[i] = n if result[i] is None else _common(result[i], n)
    return tuple(result)


def _common(a: Any, b: Any) -> Any:
    """The size that two sizes broadcast to."""
    if same(a, b):
        return a
    left, right = example_of(a), example_of(b)
    if left == right:
        unify(a, b)
        if left == 1 and not same(a, b):  # a size that depends on data, and is 1 by chance
            return a if known(b) else b
        return b if known(b) else a
    if 1 not in (left, right):
        raise ValueError(f"shape mismatch: sizes {left} and {right} do not broadcast")
    stretched, kept = (a, b) if left == 1 else (b, a)
    if not known(stretched):
        unify(stretched, 1)
    return kept


def example_of(n: Any) -> int:
    """The number that a size is in the example."""
    return n._example() if isinstance(n, SymbolicInt) else int(n)


def unify(a: Any, b: Any) -> None:
    """Make two sizes equal in the signature, if that is possible; else the operator checks them."""
    trace = active()
    if trace is not None:
        trace.scope.symbols.require_equal(trace.dim(a), trace.dim(b))


def broadcast_arrays(*arrays: Any) -> list[Any]:
    """The arrays, each repeated to their common shape."""
    shape = broadcast_shape([shape_of(x) for x in arrays])
    return [broadcast_to(x, shape) for x in arrays]


def concat(arrays: Any, axis: Any = 0, dtype: Any = None) -> Any:
    """The arrays one after another along `axis`."""
    from .creation import asarray

    items = [asarray(x) for x in arrays]
    if not items:
        raise ValueError("need at least one array to concatenate")
    if axis is None:
        items, axis = [ravel(x) for x in items], 0
    common = np.dtype(dtype) if dtype is not None else result_type(*items)
    items = [convert(x, common) for x in items]
    if len(items) == 1:
        return items[0].copy()
    return apply("concat", *items, axis=one_axis(axis, items[0].ndim))


def stack(arrays: Any, axis: int = 0, dtype: Any = None) -> Any:
    """The arrays joined along a new axis."""
    from .creation import asarray

    items = [asarray(x) for x in arrays]
    if not items:
        raise ValueError("need at least one array to stack")
    common = np.dtype(dtype) if dtype is not None else result_type(*items)
    items = [convert(x, common) for x in items]
    return apply("stack", *items, axis=one_axis(axis, items[0].ndim + 1))


def unstack(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The parts of `x` along `axis`, which must have a fixed size."""
    place = one_axis(axis, x.ndim)
    key = (slice(None),) * place
    return tuple(x[(*key, i)] for i in range(operator.index(shape_of(x)[place])))


def split(x: Any, sections: Any, axis: int = 0, *, exact: bool = True) -> list[Any]:
    """`x` in equal parts along `axis`, or cut at the given places."""
    place = one_axis(axis, x.ndim)
    size = shape_of(x)[place]
    if isinstance(sections, numbers.Integral):
        each, rest = divmod(size, sections)
        if not (known(rest) and rest == 0):
            if exact and (rest if known(rest) else rest._example()) != 0:
                raise ValueError("array split does not result in an equal division")
            if exact:
                become(rest, 0)
                cuts = [each * i for i in range(1, operator.index(sections))]
            else:
                length, count = operator.index(size), operator.index(sections)
                cuts = [
                    int(c) for c in np.cumsum([len(p) for p in np.array_split(range(length), count)])[:-1]
                ]
        else:
            cuts = [each * i for i in range(1, operator.index(sections))]
    else:
        cuts = list(sections)
    edges = [None, *cuts, None]
    key = (slice(None),) * place
    return [x[(*key, slice(a, b))] for a, b in pairwise(edges)]


def flip(x: Any, axis: Any = None) -> Any:
    """`x` reversed along `axis`, or along all axes."""
    axes = axes_of(axis, x.ndim)
    made = apply("flip", x, axes=axes)
    return viewed(x, made, lambda p: apply("flip", p, axes=axes), lambda p, v: apply("flip", v, axes=axes))


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """`x` with its elements moved around along `axis`."""
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), shape_of(x))
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    if len(shifts) == 1:
        shifts = tuple(shifts) * len(axes)
    for by, place in zip(shifts, axes):
        x = _roll_one(x, by, one_axis(place, x.ndim))
    return x


def _roll_one(x: Any, by: Any, axis: int) -> Any:
    size = shape_of(x)[axis]
    if known(size) and size == 0:
        return x
    from .indexing import extreme

    return turn(x, (-by) % extreme("max", size, 1), axis)


def turn(x: Any, cut: Any, axis: int) -> Any:
    """`x` with its first `cut` slices along `axis` put behind the others."""
    size = shape_of(x)[axis]
    return concat([cut_out(x, axis, cut, size), cut_out(x, axis, 0, cut)], axis)


def cut_out(x: Any, axis: int, start: Any, stop: Any) -> Any:
    """The slices of `x` along `axis` from `start` to before `stop`, neither of which counts from the end."""
    shape = shape_of(x)
    starts = tuple(start if i == axis else 0 for i in range(x.ndim))
    stops = tuple(stop if i == axis else n for i, n in enumerate(shape))
    return apply("slice", x, starts=starts, stops=stops, steps=(1,) * x.ndim)


def repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element `repeats` times along `axis`."""
    if axis is None:
        x, axis = ravel(x), 0
    place = one_axis(axis, x.ndim)
    shape = shape_of(x)
    if not isinstance(repeats, numbers.Integral):
        return _repeat_each(x, repeats, place)
    wide = expand_dims(x, place + 1)
    wide = apply("broadcast_to", wide, shape=(*shape[: place + 1], repeats, *shape[place + 1 :]))
    return reshape(wide, (*shape[:place], shape[place] * repeats, *shape[place + 1 :]))


def _repeat_each(x: Any, counts: Any, axis: int) -> Any:
    from .creation import asarray

    counts = asarray(counts)
    if counts.dtype not in (np.dtype(np.int32), np.dtype(np.int64)):
        counts = convert(counts, np.int64)
    size = shape_of(x)[axis]
    if counts.ndim == 0 or (example_of(counts.shape[0]) == 1 and example_of(size) != 1):
        counts = broadcast_to(reshape(counts, (1,)), (size,))
    return apply("repeat", x, counts, axis=axis)


def tile(x: Any, repetitions: Any) -> Any:
    """`x` repeated as a whole."""
    times = int_tuple(repetitions)
    rank = max(x.ndim, len(times))
    times = (1,) * (rank - len(times)) + times
    shape = (1,) * (rank - x.ndim) + shape_of(x)
    if all(known(t) and t == 1 for t in times):
        return reshape(x, shape, copy=True)
    thin = reshape(x, tuple(n for size in shape for n in (1, size)))
    wide = apply("broadcast_to", thin, shape=tuple(n for t, size in zip(times, shape) for n in (t, size)))
    return reshape(wide, tuple(t * size for t, size in zip(times, shape)))


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Any:
    """`x` with elements added around it; modes constant, edge and reflect."""
    low, high = _pad_widths(pad_width, x.ndim)
    if mode not in ("constant", "edge", "reflect"):
        from .suggest import unsupported

        raise unsupported(f"np.pad with mode {mode!r}", "modes constant, edge and reflect")
    if mode != "constant":
        return apply("pad", x, low=low, high=high, mode=mode)
    if isinstance(constant_values, (tuple, list)):
        from .suggest import unsupported

        if len(set(np.ravel(constant_values).tolist())) == 1:
            return pad(x, pad_width, mode, np.ravel(constant_values)[0])
        raise unsupported("np.pad with several constants", "several calls of np.pad")
    return apply("pad", x, convert(constant_values, x.dtype), low=low, high=high, mode=mode)


def _pad_widths(width: Any, rank: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    if isinstance(width, numbers.Integral):
        return (width,) * rank, (width,) * rank
    pairs: list[Any] = [p if isinstance(p, (Proxy, numbers.Number)) else list(p) for p in width]
    if all(isinstance(p, numbers.Integral) for p in pairs):
        pairs = [pairs] * rank if len(pairs) == 2 else [pairs * 2] * rank
    elif len(pairs) == 1:
        pairs = pairs * rank
    if len(pairs) != rank:
        trace = active()
        raise rules.OPERAND.fail(
            trace.where if trace else "", expected=f"{rank} pairs in pad_width", got=str(len(pairs))
        )
    full = [p if len(p) == 2 else [p[0], p[0]] for p in pairs]
    return tuple(p[0] for p in full), tuple(p[1] for p in full)


def tril(x: Any, k: int = 0) -> Any:
    """The lower triangle of `x`."""
    return _triangle("tril", x, k)


def triu(x: Any, k: int = 0) -> Any:
    """The upper triangle of `x`."""
    return _triangle("triu", x, k)


def _triangle(op: str, x: Any, k: int) -> Any:
    return apply(op, x, offset=operator.index(k))


def diagonal(x: Any, offset: int = 0) -> Any:
    """The diagonals of the matrices in the last two axes."""

    def found(y: Any) -> Any:
        return apply("diagonal", y, offset=operator.index(offset))

    return viewed(x, found(x), found, None)
