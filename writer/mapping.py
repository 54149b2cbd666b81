"""`map`: a function of the items of arrays, on all of them. SPEC 5.7."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..schema import dims
from ..schema.dims import Dim
from ..schema.manifest import Tree
from ..schema.types import type_text
from . import rules
from .blocks import Recording, as_arrays, leaf_of
from .context import Trace, active
from .control import for_loop
from .creation import asarray, zeros
from .integral import size
from .proxy import Proxy
from .scope import Val
from .trees import build, tree_of


def map(function: Callable[..., Any], xs: Any, /, *more: Any) -> Any:
    """Call a function on each item of arrays, and stack what it gives.

    Parameters
    ----------
    function
        A function of one item of each array. It gives arrays or numbers, or containers of these:
        the same structure, shapes and dtypes for every item.
    xs, *more
        Arrays, or containers of arrays, whose leading axes are of one length.

    Returns
    -------
    object
        As `function` gives, each array with a leading axis more. Where there are no items, the
        function is called on zeros to find out what it would give.

    Raises
    ------
    TraceError
        ``trace.carried``: results of the items are of different shapes.
    ValueError
        The leading axes differ; an array has no axis; in plain NumPy, results differ in shape.

    Examples
    --------
    >>> map(lambda row: row.sum(), np.ones((3, 2)))
    array([2., 2., 2.])

    Notes
    -----
    In a trace this is a loop. SPEC 5.7.
    """
    trace = active()
    leaves: list[Any] = []
    tree = tree_of((xs, *more), leaves, "xs", rules.OPERAND, trace.where if trace else "map")
    if not leaves:
        raise ValueError("map needs an array")
    arrays = [asarray(leaf) for leaf in leaves]
    if any(array.ndim == 0 for array in arrays):
        raise ValueError("map goes over the leading axis, and an array of shape () has none")
    if trace is None or not any(isinstance(array, Proxy) for array in arrays):
        return _plain(function, tree, arrays)
    return _traced(trace, function, tree, arrays)


def _plain(function: Callable[..., Any], tree: Tree, arrays: list[Any]) -> Any:
    count = len(arrays[0])
    if any(len(array) != count for array in arrays):
        raise ValueError(f"map over arrays of lengths {', '.join(str(len(a)) for a in arrays)}")
    items = [[array[i] for array in arrays] for i in range(count)]
    with _quiet() if not items else contextlib.nullcontext():
        given = items or [[np.zeros(array.shape[1:], array.dtype) for array in arrays]]
        results = [function(*build(tree, item)) for item in given]
    parts = [_leaves(result) for result in results]
    outline = parts[0][0]
    if any(other != outline for other, _ in parts):
        raise ValueError("map needs results of one structure")
    stacked = []
    for column in zip(*(leaves for _, leaves in parts)):
        made = np.stack(column)
        if any(np.asarray(leaf).dtype != made.dtype for leaf in column):
            raise ValueError("map needs results of one dtype")
        stacked.append(made[:count])
    return build(outline, stacked)


def _leaves(result: Any) -> tuple[Tree, list[Any]]:
    leaves: list[Any] = []
    return tree_of(as_arrays(result), leaves, "result", rules.OUTPUT, "map"), leaves


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What a function says about zeros that nobody gave it is of no interest."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _traced(trace: Trace, function: Callable[..., Any], tree: Tree, arrays: list[Any]) -> Any:
    count = arrays[0].shape[0]
    for array in arrays[1:]:
        _same_length(trace, count, array.shape[0])
    if any(_example(array).shape[0] == 0 for array in arrays):
        hint = "trace with an item at least; the program then takes arrays without any as well"
        raise rules.CARRIED.fail(trace.where, expected="an item", got="an empty axis", hint=hint)
    outline, types = _results_of(trace, function, tree, arrays)
    begun = tuple(zeros((count, *(size(trace, dim) for dim in shape)), dtype) for dtype, shape in types)

    def turn(i: Any, *made: Any) -> Any:
        _, values = _leaves(function(*build(tree, [array[i] for array in arrays])))
        for whole, value in zip(made, values):
            whole[i] = value
        return made if len(made) != 1 else made[0]

    found = for_loop(count, turn, *begun)
    return build(outline, [found] if len(begun) == 1 else list(found))


def _example(array: Any) -> Any:
    return array._example if isinstance(array, Proxy) else array


def _same_length(trace: Trace, first: Any, other: Any) -> None:
    """Make two lengths one in the signature."""
    a, b = trace.dim(first), trace.dim(other)
    if trace.scope.symbols.require_equal(a, b) is False or trace.scope.symbols.value(
        a
    ) != trace.scope.symbols.value(b):
        raise ValueError(f"map over arrays of lengths {dims.dim_text(a)} and {dims.dim_text(b)}")


def _results_of(
    trace: Trace, function: Callable[..., Any], tree: Tree, arrays: list[Any]
) -> tuple[Tree, list[tuple[Any, tuple[Dim, ...]]]]:
    """The structure of what one item gives, and the dtypes and shapes; nothing of it is recorded."""
    state, before = dict(trace.state), set(trace.scope.symbols.fresh)
    with trace.on_example(), Recording(trace):
        items = [array[0] for array in arrays]
        outline, leaves = _leaves(function(*build(tree, items)))
        values = [leaf_of(trace, leaf) for leaf in leaves]
        types = [(Proxy(trace, value).dtype, _shape(trace, value, before)) for value in values]
    trace.state = state
    if not types:
        raise rules.CARRIED.fail(trace.where, expected="results with arrays", got="none")
    return outline, types


def _shape(trace: Trace, value: Val, before: set[str]) -> tuple[Dim, ...]:
    """The shape of one item's result, which must be known before the item is."""
    names = {name for dim in value.shape for name in dims.symbols_of(dim)}
    if names & (trace.scope.symbols.fresh - before):
        hint = "give results of one shape for all items"
        got = type_text(value.tensor)
        raise rules.CARRIED.fail(trace.where, expected="sizes that no item decides", got=got, hint=hint)
    return value.shape
