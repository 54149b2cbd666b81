"""NumPy's functions of lists that the program made, and tracebox's own: branches, loops, `map`, forks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.types import INT
from .. import mapping, standard
from ..control import cond, for_loop, while_loop
from ..forking import Task, fork, wait
from ..proxy import Proxy
from . import rules
from .arithmetic import binary
from .frames import FALLS
from .functions import to_int_index
from .repeat import Repeat
from .tables import function, method
from .values import (
    FutureValue,
    ListBox,
    Scalar,
    describe,
    scalar_kind,
)

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_HERE = ast.Constant(None)


# --- lists of the program as arrays ------------------------------------------------


def _program_list(args: Args) -> ListBox | None:
    box = args[0] if args else None
    return box if isinstance(box, ListBox) and box.items is None else None


@function(np.stack, standard.stack)
def stack(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``np.stack``, also of a list that the program made."""
    box = _program_list(args)
    if box is None:
        return c.native_call(np.stack, args, kwargs)
    axis: Any = kwargs.get("axis", args[1] if len(args) > 1 else 0)
    made = c.prelude("stacked", box)
    return made if axis == 0 else c.called(lambda: np.moveaxis(made, 0, axis))


@function(np.concatenate, standard.concat)
def concatenate(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``np.concatenate``, also of a list that the program made."""
    box = _program_list(args)
    if box is None:
        return c.native_call(np.concatenate, args, kwargs)
    axis: Any = kwargs.get("axis", args[1] if len(args) > 1 else 0)
    if axis == 0:
        return c.prelude("concatenated", box)
    turned = c.prelude("turned", box, axis)
    return c.called(lambda: np.moveaxis(c.prelude("concatenated", turned), 0, axis))


@function(np.array)
def array(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``np.array``, also of a list that the program made."""
    return _array(c, np.array, args, kwargs)


@function(np.asarray, standard.asarray)
def asarray(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``np.asarray``, also of a list that the program made; an array of that dtype is itself."""
    return _array(c, np.asarray, args, kwargs)


def _array(c: Compiler, made_by: Any, args: Args, kwargs: Kwargs) -> Any:
    box = _program_list(args)
    if box is None:
        return c.native_call(made_by, args, kwargs)
    dtypes = {"int": np.int64, "float": np.float64, "bool": np.bool_}
    name = getattr(box.item_type, "name", "")
    if name not in dtypes:
        return c.prelude("stacked", box)
    dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None)
    return c.prelude("array_of", box, dtype or dtypes[name])


# --- tracebox's own ----------------------------------------------------------------


@function(cond)
def cond_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.cond``: a branch."""
    condition, first, second, *operands = args
    truth = c.truth_of(condition)
    return c.choose(
        truth,
        lambda: c.call_function(first, tuple(operands), {}),
        lambda: c.call_function(second, tuple(operands), {}),
    )


@function(while_loop)
def while_loop_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.while_loop``: a loop."""
    from . import prelude_loops

    condition, body, *carried = args
    made = carried[0] if len(carried) == 1 else tuple(carried)
    name = "while_one" if len(carried) == 1 else "while_many"
    return c.inline(getattr(prelude_loops, name), (condition, body, made), {})


@function(for_loop)
def for_loop_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.for_loop``: a counted loop."""
    from . import prelude_loops

    count, body, *carried = args
    made = carried[0] if len(carried) == 1 else tuple(carried)
    name = "for_one" if len(carried) == 1 else "for_many"
    return c.inline(getattr(prelude_loops, name), (to_int_index(c, count), body, made), {})


@function(mapping.map)
def map_axis(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.map``: a function of the items of arrays, on all of them."""
    c.arity("map", args, kwargs, 2, 100)
    function_, *given = args
    arrays = [c.native(array) for array in given]
    if not all(isinstance(array, Proxy) and array.ndim for array in arrays):
        raise c.fail(rules.OPERAND, got=", ".join(map(describe, given)), expected="arrays of rank 1 or more")
    count = arrays[0].shape[0]
    for array in arrays[1:]:
        same = binary(c, "Eq", count, array.shape[0])
        c.raise_unless(c.truth_of(same), "ValueError", "map over arrays of different lengths")

    def result(index: Any) -> Any:
        c.trace.counted.add(index.val)
        return c.call_function(function_, tuple(c.subscript(array, index) for array in arrays), {})

    with c.journaled(), c.block():
        outline = result(Scalar(c.trace.ghost_value(INT, "i")))
        types = [(leaf.dtype, leaf.shape) for leaf in _arrays(c, outline)]
    made = [c.native_call(np.zeros, ((count, *shape), dtype), {}) for dtype, shape in types]

    def turn(index: Scalar) -> Any:
        for whole, leaf in zip(made, _arrays(c, result(index))):
            c.set_item(whole, index, leaf)
        return FALLS

    Repeat(c, count, None, turn, assigned=frozenset(), head=frozenset()).record()
    leaves = iter(made)
    return _rebuilt(outline, leaves)


def _arrays(c: Compiler, value: Any) -> list[Any]:
    """The arrays and numbers that a function of `map` gives, as arrays."""
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in _arrays(c, item)]
    if isinstance(value, Proxy):
        return [value]
    if scalar_kind(value) in ("int", "float", "bool"):
        return [c.array_of(Scalar(c.scalar(value)))]
    raise c.fail(
        rules.OPERAND, got=f"a result of map's function that is {describe(value)}", expected="arrays"
    )


def _rebuilt(outline: Any, leaves: Any) -> Any:
    if isinstance(outline, tuple):
        items = [_rebuilt(item, leaves) for item in outline]
        return type(outline)(*items) if hasattr(outline, "_fields") else tuple(items)
    return next(leaves)


@function(fork)
def fork_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.fork``: a call that may run beside what follows."""
    from .mixing import forked

    return forked(c, args[0], args[1:], kwargs)


@method("task", "wait")
def task_wait(c: Compiler, owner: FutureValue, args: Args, kwargs: Kwargs) -> Any:
    """The result of a forked call."""
    return wait_(c, (owner,), {})


@function(wait, Task.wait)
def wait_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``tracebox.wait``: the result of a forked call."""
    (task,) = args
    if not isinstance(task, FutureValue):
        raise c.fail(rules.OPERAND, got=describe(task), expected="a task that fork gave")
    found = c.called(lambda: task.task.wait())
    if not task.number:
        return found
    from .mixing import number_of

    return number_of(c, found)
