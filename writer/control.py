"""Control flow that a trace records: conditions and loops as nodes of the program. SPEC 5.7.

Outside of a trace the functions do what they say with plain NumPy, so that a program that
uses them needs nothing else to run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..schema.types import TensorType, type_text
from . import rules
from .apply import value_of
from .blocks import Recording, as_tuple, common_size, fitted, leaf_of, outline, truth_of
from .context import Trace, active
from .integral import SymbolicInt, size_number
from .loops import Loop
from .proxy import Proxy
from .scope import BlockSteps, Step, Val
from .sharing import may_be
from .trees import build, tree_of


def cond(condition: Any, if_true: Callable[..., Any], if_false: Callable[..., Any], *operands: Any) -> Any:
    """One of two functions, chosen by a condition that may depend on data.

    A trace calls both and records both, so the program takes either.

    Parameters
    ----------
    condition
        A bool, or a boolean array of shape ``()``.
    if_true, if_false
        Functions of `operands`; they give arrays, numbers or containers of these, of the same
        structure, dtypes and ranks. They change no array that was made outside of them.
    *operands
        What the functions are called with.

    Returns
    -------
    object
        What the chosen function gives.

    Raises
    ------
    TraceError
        ``trace.branches`` the results do not fit together, ``trace.block`` a branch changes an
        array that was made outside.

    Examples
    --------
    >>> import numpy as np
    >>> cond(np.asarray(True), lambda x: x + 1, lambda x: x - 1, np.ones(2))
    array([2., 2.])

    Notes
    -----
    SPEC 5.7.
    """
    trace = active()
    if trace is None or not isinstance(condition, Proxy):
        return (if_true if condition else if_false)(*operands)
    truth = truth_of(trace, condition)
    state = dict(trace.state)
    after: list[dict[tuple[int, str], Any]] = []
    blocks: list[BlockSteps] = []
    found: list[Any] = []
    for branch in (if_true, if_false):
        trace.state = dict(state)
        with Recording(trace) as block:
            found.append(trace.explored(branch, operands))
        blocks.append(block)
        after.append(trace.state)
    taken = 0 if truth.example else 1
    trace.state = after[taken]
    with Recording(trace, blocks[0]):
        found[0] = fitted(found[0], found[1])
    with Recording(trace, blocks[1]):
        found[1] = fitted(found[1], found[0])
    leaves: list[list[Any]] = [[], []]
    trees = [
        tree_of(value, into, "result", rules.BRANCHES, trace.where) for value, into in zip(found, leaves)
    ]
    if trees[0] != trees[1]:
        raise rules.BRANCHES.fail(trace.where, expected=outline(trees[0]), got=outline(trees[1]))
    for block, own in zip(blocks, leaves):
        with Recording(trace, block):
            block.results = [leaf_of(trace, leaf) for leaf in own]
    results = [
        _joined(trace, a, b, (a, b)[taken].example) for a, b in zip(blocks[0].results, blocks[1].results)
    ]
    trace.add(Step("if", "", [truth], None, results, blocks=(blocks[0], blocks[1])))
    arrays = [Proxy(trace, trace._known_sizes(value)) for value in results]
    for made, *given in zip(arrays, *leaves):
        may_be(made, *given)
    return build(trees[0], arrays)


def while_loop(condition: Callable[..., Any], body: Callable[..., Any], *carried: Any) -> Any:
    """Repeat `body` while `condition` holds.

    Parameters
    ----------
    condition
        A function of the carried values that gives a bool or a boolean array of shape ``()``.
    body
        A function of the carried values that gives their next values: one value, or a tuple of
        as many as there are. Structure, dtypes and ranks stay; sizes may change.
    *carried
        The initial values: arrays, numbers, or containers of these. Numbers become arrays.

    Returns
    -------
    object
        The carried values in the end: one value, or a tuple.

    Raises
    ------
    TraceError
        ``trace.carried`` what is carried changes its structure, a dtype or a rank;
        ``trace.block`` a turn changes an array that was made outside.

    Examples
    --------
    >>> while_loop(lambda x: x < 100, lambda x: x * 2, 3)
    192

    Notes
    -----
    SPEC 5.7.
    """
    trace = active()
    if trace is None or not _traced(carried):
        while condition(*carried):
            carried = as_tuple(body(*carried), len(carried))
            if trace is not None and _traced(carried):
                return while_loop(condition, body, *carried)
        return carried[0] if len(carried) == 1 else carried

    def turn(index: Any, *now: Any) -> Any:
        return body(*now)

    return Loop(trace, carried, turn, condition, None).record()


def for_loop(count: Any, body: Callable[..., Any], *carried: Any) -> Any:
    """Call ``body(i, *carried)`` for each `i` from 0 to before `count`.

    Parameters
    ----------
    count
        How often: an int, a symbolic size such as ``x.shape[0]``, or an integer array of shape ``()``.
    body
        A function of the index, an int, and the carried values; it gives their next values. In a
        trace the index is an array of shape ``()``.
    *carried
        The initial values, as for `while_loop`.

    Returns
    -------
    object
        The carried values in the end: one value, or a tuple.

    Raises
    ------
    TraceError
        As `while_loop`.

    Examples
    --------
    >>> for_loop(4, lambda i, total: total + i, 0)
    6

    Notes
    -----
    SPEC 5.7.
    """
    trace = active()
    if trace is None or not _traced((count, *carried)):
        for index in range(count):
            carried = as_tuple(body(index, *carried), len(carried))
            if trace is not None and _traced(carried):
                rest = count - index - 1
                return for_loop(
                    rest, lambda i, *now, start=index + 1: body(i + start, *now), *carried
                )  # what came before was made of constants
        return carried[0] if len(carried) == 1 else carried
    return Loop(trace, carried, body, None, _count(trace, count)).record()


def _count(trace: Trace, count: Any) -> Val:
    if isinstance(count, SymbolicInt):
        return size_number(trace, count._tb_dim(trace))
    if isinstance(count, Proxy):
        value = value_of(trace, count)
        if value.tensor.shape != () or count.dtype.kind not in "iu":
            got = type_text(value.tensor)
            raise rules.FREEZE.fail(trace.where, expected="an integer of shape ()", got=got)
        (scalar,) = trace.op("item", (value,), {})
        return scalar
    return trace.constant(int(count))


def _traced(value: Any) -> bool:
    if isinstance(value, (Proxy, SymbolicInt)):
        return True
    if isinstance(value, dict):
        return any(map(_traced, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_traced, value))


def _joined(trace: Trace, a: Val, b: Val, example: Any) -> Val:
    """A value of the type that the types of `a` and `b` have in common."""
    have, other = a.tensor, b.tensor
    if have.dtype != other.dtype or len(have.shape or ()) != len(other.shape or ()):
        hint = "convert with astype, or give both the same rank"
        raise rules.BRANCHES.fail(trace.where, expected=type_text(have), got=type_text(other), hint=hint)
    shape = tuple(common_size(trace, x, y) for x, y in zip(have.shape or (), other.shape or ()))
    made = Val(trace.scope, TensorType(have.dtype, shape), example, a.name, a.inexact or b.inexact)
    made.place = trace.spans.here()
    return made
