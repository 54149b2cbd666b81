"""A loop in the making: its turns are run on the example, and one of them is recorded. SPEC 5.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..schema import dims
from ..schema.types import INT, TensorType, type_text
from . import rules
from .blocks import Recording, as_arrays, as_tuple, common_size, fitted, leaf_of, outline, truth_of
from .context import Trace
from .proxy import Proxy
from .scope import BlockSteps, Step, Val
from .sharing import Carried, may_be
from .trees import build, tree_of


class Loop:
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
        carried = tuple(as_arrays(value) for value in carried)
        self.tree = tree_of(carried, leaves, "carried", rules.CARRIED, trace.where)
        self.initial = [leaf_of(trace, leaf) for leaf in leaves]
        #: The arrays at first, and after a turn.
        self.given, self.left = leaves, leaves
        self.types = [value.tensor for value in self.initial]
        #: What arrays may be one in some turn.
        self.carried = Carried(trace, leaves)

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
            related = self.carried.also(self.left)
            if wider == list(map(symbols.resolve_type, self.types)) and not related:
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
        made = [Proxy(trace, trace._known_sizes(value)) for value in results]
        for array, *others in zip(made, self.given, self.left):
            may_be(array, *others)
        found = build(self.tree, made)
        return found[0] if self.count == 1 else found

    def _holds(self, values: list[Val]) -> Val:
        """The condition on `values`, as a bool of the program."""
        assert self.condition is not None
        carried = build(self.tree, [Proxy(self.trace, value) for value in values])
        return truth_of(self.trace, self.trace.explored(self.condition, carried))

    def _turn(self, index: int, examples: list[Any]) -> tuple[BlockSteps, list[Any]]:
        """Record one turn that begins with `examples`; its block and the examples after it."""
        trace = self.trace
        with Recording(trace) as block:
            number = Val(trace.scope, INT, index, "i")
            carried = [
                Val(trace.scope, t, example, value.name, True)
                for t, example, value in zip(self.types, examples, self.initial)
            ]
            block.params = [number, *carried]
            arrays = [Proxy(trace, trace._known_sizes(value)) for value in carried]
            self.carried.relate(arrays)
            arguments = build(self.tree, arrays)
            place: Any = None
            if self.condition is None:
                (made,) = trace.op("from_scalar", (number,), {"dtype": "i64"})
                place = Proxy(trace, made, weak=True)
            result = as_tuple(self.trace.explored(self.turn, (place, *arguments)), self.count)
            result = fitted(result, arguments)
            leaves: list[Any] = []
            tree = tree_of(result, leaves, "carried", rules.CARRIED, trace.where)
            if tree != self.tree:
                raise rules.CARRIED.fail(trace.where, expected=outline(self.tree), got=outline(tree))
            values = [leaf_of(trace, leaf) for leaf in leaves]
            self.left = leaves
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
        return TensorType(t.dtype, tuple(common_size(self.trace, a, b) for a, b in pairs))

    def _run_on(self, block: BlockSteps, examples: list[Any]) -> list[Any]:
        """The examples at the end of the loop; turns after the first are recorded nowhere."""
        trace, index, holds = self.trace, 1, bool(block.results[0].example)
        symbols = trace.scope.symbols
        while holds and not trace.made_up and (self.trips is None or index < self.trips.example):
            saved = symbols.snapshot()
            sizes = dict(symbols.examples)
            with trace.on_example():
                scratch, examples = self._turn(index, examples)
            holds = bool(scratch.results[0].example)
            symbols.restore(saved)
            symbols.examples.update(sizes)
            index += 1
        return examples
