"""Control flow that a trace records: conditions and loops as nodes of the program. SPEC 5.7.

Outside of a trace the functions do what they say with plain NumPy, so that a program that
uses them needs nothing else to run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..schema import dims
from ..schema.dims import Dim
from ..schema.manifest import Tree
from ..schema.types import INT, TensorType, type_text
from . import rules
from .apply import value_of
from .context import Trace, active
from .creation import asarray
from .integral import SymbolicInt, size_number
from .promote import convert
from .proxy import Proxy
from .scope import BlockSteps, Step, Val
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
    truth = _truth(trace, condition)
    state = dict(trace.state)
    after: list[dict[tuple[int, str], Any]] = []
    blocks: list[BlockSteps] = []
    found: list[Any] = []
    for branch in (if_true, if_false):
        trace.state = dict(state)
        with _Recording(trace) as block:
            found.append(branch(*operands))
        blocks.append(block)
        after.append(trace.state)
    taken = 0 if truth.example else 1
    trace.state = after[taken]
    with _Recording(trace, blocks[0]):
        found[0] = _fitted(found[0], found[1])
    with _Recording(trace, blocks[1]):
        found[1] = _fitted(found[1], found[0])
    leaves: list[list[Any]] = [[], []]
    trees = [
        tree_of(value, into, "result", rules.BRANCHES, trace.where) for value, into in zip(found, leaves)
    ]
    if trees[0] != trees[1]:
        raise rules.BRANCHES.fail(trace.where, expected=_outline(trees[0]), got=_outline(trees[1]))
    for block, own in zip(blocks, leaves):
        with _Recording(trace, block):
            block.results = [_leaf(trace, leaf) for leaf in own]
    results = [
        _joined(trace, a, b, (a, b)[taken].example) for a, b in zip(blocks[0].results, blocks[1].results)
    ]
    trace.add(Step("if", "", [truth], None, results, blocks=(blocks[0], blocks[1])))
    return build(trees[0], [Proxy(trace, trace._known_sizes(value)) for value in results])


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
            carried = _as_tuple(body(*carried), len(carried))
            if trace is not None and _traced(carried):
                return while_loop(condition, body, *carried)
        return carried[0] if len(carried) == 1 else carried

    def turn(index: Any, *now: Any) -> Any:
        return body(*now)

    return _Loop(trace, carried, turn, condition, None).record()


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
            carried = _as_tuple(body(index, *carried), len(carried))
            if trace is not None and _traced(carried):
                rest = count - index - 1
                return for_loop(
                    rest, lambda i, *now, start=index + 1: body(i + start, *now), *carried
                )  # what came before was made of constants
        return carried[0] if len(carried) == 1 else carried
    return _Loop(trace, carried, body, None, _count(trace, count)).record()


# --- blocks ---------------------------------------------------------------------


class _Recording:
    """Inside the ``with`` statement steps are recorded into `block`.

    What is computed of sizes there is not seen afterwards, nor may anything be written outside.
    """

    def __init__(self, trace: Trace, block: BlockSteps | None = None) -> None:
        self.trace = trace
        self.block = block or BlockSteps(trace.scope.block)

    def __enter__(self) -> BlockSteps:
        scope = self.trace.scope
        self.sizes, self.constants = dict(scope.sizes), set(scope.constants)
        self.compacted = dict(scope.symbols.compacted)
        living = (proxy for ref in self.trace.proxies if (proxy := ref()) is not None)
        self.before = [(proxy, proxy._source) for proxy in living]
        scope.block, self.block.open = self.block, True
        return self.block

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        scope, block = self.trace.scope, self.block
        scope.block, block.open = block.outer, False
        scope.sizes, scope.symbols.compacted = self.sizes, self.compacted
        for key in set(scope.constants) - self.constants:
            if scope.constants[key].block is block:
                del scope.constants[key]
        if kind is None:
            self._check_writes()

    def _check_writes(self) -> None:
        for proxy, source in self.before:
            now = proxy._source
            if now is not source and isinstance(now, Val) and now.block is self.block:
                hint = "give the new array as a result"
                name = source.name
                raise rules.BLOCK.fail(self.trace.where, got=f"a change of {name}", hint=hint)


def _truth(trace: Trace, condition: Any) -> Val:
    """A boolean array of shape ``()`` as a bool of the program."""
    if isinstance(condition, (bool, np.bool_)):
        return trace.constant(bool(condition))
    value = value_of(trace, asarray(condition))
    if value.tensor.shape != () or value.tensor.dtype != "bool":
        raise rules.FREEZE.fail(
            trace.where,
            expected="a bool of shape ()",
            got=type_text(value.tensor),
            hint="use .any() or .all()",
        )
    (scalar,) = trace.op("item", (value,), {})
    return scalar


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


def _as_tuple(result: Any, count: int) -> tuple[Any, ...]:
    if count == 1:
        return (result,)
    if not isinstance(result, tuple) or len(result) != count:
        what = f"{len(result)} values" if isinstance(result, tuple) else type(result).__name__
        trace = active()
        raise rules.CARRIED.fail(trace.where if trace else "", expected=f"a tuple of {count}", got=what)
    return result


def _leaf(trace: Trace, leaf: Any) -> Val:
    return trace.local(value_of(trace, asarray(leaf)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic))


def _fitted(value: Any, other: Any) -> Any:
    """`value` with its numbers as arrays where `other` has an array or another number."""
    if isinstance(value, (tuple, list)) and type(value) is type(other) and len(value) == len(other):
        items = [_fitted(a, b) for a, b in zip(value, other)]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict) and isinstance(other, dict) and value.keys() == other.keys():
        return {key: _fitted(item, other[key]) for key, item in value.items()}
    if not (_is_number(value) or isinstance(value, SymbolicInt)):
        return value
    if isinstance(other, (Proxy, np.ndarray)):
        return convert(value, other.dtype) if not isinstance(value, np.generic) else np.asarray(value)
    if _is_number(other) and (type(value) is not type(other) or value != other):
        return asarray(value)
    return asarray(value) if isinstance(value, SymbolicInt) or isinstance(other, SymbolicInt) else value


def _outline(tree: Tree) -> str:
    """A tree without what its leaves are."""
    ((kind, value),) = tree.items()
    if kind in ("leaf", "const"):
        return "an array" if kind == "leaf" else repr(value)
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {_outline(item)}" for key, item in value) + "}"
    inside = ", ".join(map(_outline, value))
    return f"({inside})" if kind == "tuple" else f"[{inside}]"


def _joined(trace: Trace, a: Val, b: Val, example: Any) -> Val:
    """A value of the type that the types of `a` and `b` have in common."""
    have, other = a.tensor, b.tensor
    if have.dtype != other.dtype or len(have.shape or ()) != len(other.shape or ()):
        hint = "convert with astype, or give both the same rank"
        raise rules.BRANCHES.fail(trace.where, expected=type_text(have), got=type_text(other), hint=hint)
    shape = tuple(_common(trace, x, y) for x, y in zip(have.shape or (), other.shape or ()))
    made = Val(trace.scope, TensorType(have.dtype, shape), example, a.name, a.inexact or b.inexact)
    made.place = trace.spans.here()
    return made


def _common(trace: Trace, a: Dim, b: Dim) -> Dim:
    """`a` if it equals `b` and is known around the block, else unknown."""
    if dims.equal(a, b) is not True or any(name in trace.scope.symbols.fresh for name in dims.symbols_of(a)):
        return dims.UNKNOWN
    return a


# --- loops ----------------------------------------------------------------------


class _Loop:
    """A loop in the making: its turns are run on the examples, and one of them is recorded."""

    def __init__(
        self,
        trace: Trace,
        carried: tuple[Any, ...],
        turn: Callable[..., Any],
        condition: Callable[..., Any] | None,
        trips: Val | None,
    ) -> None:
        self.trace = trace
        self.turn = turn
        self.condition = condition
        self.trips = trips
        self.count = len(carried)
        leaves: list[Any] = []
        carried = tuple(_as_arrays(value) for value in carried)
        self.tree = tree_of(carried, leaves, "carried", rules.CARRIED, trace.where)
        self.initial = [_leaf(trace, leaf) for leaf in leaves]
        self.types = [value.tensor for value in self.initial]

    def record(self) -> Any:
        """Record the loop and give what is carried in the end."""
        trace = self.trace
        symbols = trace.scope.symbols
        start = self._holds(self.initial) if self.condition is not None else trace.constant(True)
        trips = self.trips if self.trips is not None else trace.constant(None)
        state, saved = dict(trace.state), symbols.snapshot()
        first = bool(start.example) and (self.trips is None or self.trips.example > 0)
        while True:
            block, after = self._turn(0, [value.example for value in self.initial])
            wider = [self._widened(t, value) for t, value in zip(self.types, block.results[1:])]
            if wider == list(map(symbols.resolve_type, self.types)):
                break
            self.types = wider
            trace.state = dict(state)
            symbols.restore(saved)
        if first:
            examples = self._run_on(block, after)
        else:
            trace.state = dict(state)
            examples = [value.example for value in self.initial]
        place = trace.spans.here()
        results = [
            Val(trace.scope, t, example, value.name, True, place)
            for t, example, value in zip(self.types, examples, self.initial)
        ]
        trace.add(Step("loop", "", [trips, start, *self.initial], None, results, blocks=(block,)))
        found = build(self.tree, [Proxy(trace, trace._known_sizes(value)) for value in results])
        return found[0] if self.count == 1 else found

    def _holds(self, values: list[Val]) -> Val:
        """The condition on `values`, as a bool of the program."""
        assert self.condition is not None
        carried = build(self.tree, [Proxy(self.trace, value) for value in values])
        return _truth(self.trace, self.condition(*carried))

    def _turn(self, index: int, examples: list[Any]) -> tuple[BlockSteps, list[Any]]:
        """Record one turn that begins with `examples`; its block and the examples after it."""
        trace = self.trace
        with _Recording(trace) as block:
            number = Val(trace.scope, INT, index, "i")
            carried = [
                Val(trace.scope, t, example, value.name, True)
                for t, example, value in zip(self.types, examples, self.initial)
            ]
            block.params = [number, *carried]
            arguments = build(self.tree, [Proxy(trace, trace._known_sizes(value)) for value in carried])
            place: Any = None
            if self.condition is None:
                (made,) = trace.op("from_scalar", (number,), {"dtype": "i64"})
                trace.counted.add(made)
                place = Proxy(trace, made, weak=True)
            result = _as_tuple(self.turn(place, *arguments), self.count)
            result = _fitted(result, arguments)
            leaves: list[Any] = []
            tree = tree_of(result, leaves, "carried", rules.CARRIED, trace.where)
            if tree != self.tree:
                raise rules.CARRIED.fail(trace.where, expected=_outline(self.tree), got=_outline(tree))
            values = [_leaf(trace, leaf) for leaf in leaves]
            for value, t in zip(values, self.types):
                have = value.tensor
                if have.dtype != t.dtype or len(have.shape or ()) != len(t.shape or ()):
                    hint = "convert with astype, or begin with an array like those that follow"
                    got = f"{type_text(have)} after a turn"
                    raise rules.CARRIED.fail(trace.where, expected=type_text(t), got=got, hint=hint)
            truth = self._holds(values) if self.condition is not None else trace.constant(True)
            block.results = [truth, *values]
        return block, [value.example for value in values]

    def _widened(self, t: TensorType, after: Val) -> TensorType:
        """`t` with unknown sizes where those of `after` differ; sizes that may be equal are made so."""
        symbols = self.trace.scope.symbols
        for a, b in zip(t.shape or (), after.tensor.shape or ()):
            if not isinstance(a, dims.Unknown) and not isinstance(b, dims.Unknown):
                symbols.require_equal(a, b)
        pairs = zip(map(symbols.resolve, t.shape or ()), after.tensor.shape or ())
        return TensorType(t.dtype, tuple(_common(self.trace, a, b) for a, b in pairs))

    def _run_on(self, block: BlockSteps, examples: list[Any]) -> list[Any]:
        """The examples at the end of the loop; turns after the first are recorded nowhere."""
        trace, index, holds = self.trace, 1, bool(block.results[0].example)
        symbols = trace.scope.symbols
        while holds and (self.trips is None or index < self.trips.example):
            saved = symbols.snapshot()
            sizes = dict(symbols.examples)
            scratch, examples = self._turn(index, examples)
            holds = bool(scratch.results[0].example)
            symbols.restore(saved)
            symbols.examples.update(sizes)
            index += 1
        return examples


def _as_arrays(value: Any) -> Any:
    """`value` with its numbers as arrays."""
    if _is_number(value) or isinstance(value, SymbolicInt):
        return asarray(value)
    if isinstance(value, (tuple, list)):
        items = [_as_arrays(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict):
        return {key: _as_arrays(item) for key, item in value.items()}
    return value
