"""Two recordings that part at a decision, as one: an `if` node, and the tail that both share. SPEC 5.7."""

from __future__ import annotations

from typing import Any

from ...schema import dims
from ...schema.dims import Dim
from ...schema.types import TensorType, Type, type_text
from .. import rules
from ..context import Trace
from ..proxy import Proxy
from ..replay import needed
from ..sameness import Keys
from ..scope import BlockSteps, Step, Val, walk_steps
from .matching import Couple, Matching, bound_by, bound_by_call
from .path import Decision, Pair, Raised, Recording, Slot, filled, paired


class Merge:
    """Joins the recordings of one exploration; `block` is where their steps end up."""

    def __init__(self, trace: Trace, block: BlockSteps | None) -> None:
        self.trace = trace
        self.block = block
        self.keys = Keys(trace)

    def join(self, decision: Decision, first: Recording, second: Recording) -> Recording:
        """What follows `decision`: `first` where it went as it did, else `second`."""
        if first.raised is not None or second.raised is not None:
            return self._with_raise(decision, first, second)
        natural = 0 if decision.answer else 1
        if natural:  # what comes out does not depend on the way that the example takes
            first, second = second, first
        where = str(decision.place)
        result = _joint(self.trace, first.result, second.result, where)
        pairs: list[Pair] = []
        _collect(result, pairs)
        proxies = {key: proxy for side in (first, second) for key, (proxy, _) in side.changed.items()}
        changed = {key: (self._now(p, first), self._now(p, second)) for key, p in proxies.items()}
        wanted = [(pair.first.value, pair.second.value) for pair in pairs] + list(changed.values())
        live = _live(wanted, 0), _live(wanted, 1)
        steps, others = needed(first.steps, live[0]), needed(second.steps, live[1])
        match = Matching(self.trace.scope, self.keys, steps, others, wanted)
        after = self._build(decision, match, natural, where)
        values = {couple: after.value(couple) for couple in wanted}
        result = filled_pairs(result, lambda pair: self._slot(pair, values))
        return Recording(after.steps, result, {key: (proxies[key], values[c]) for key, c in changed.items()})

    # --- paths that end in an exception ---

    def _with_raise(self, decision: Decision, first: Recording, second: Recording) -> Recording:
        """One side raises, so what follows it is what follows the other side."""
        raising, other = (second, first) if second.raised is not None else (first, second)
        assert raising.raised is not None
        ends, rest = BlockSteps(self.block), BlockSteps(self.block)
        ends.steps = [*raising.steps, self.raise_step(raising.raised)]
        ends.steps = needed(ends.steps, set())
        answer = decision.answer if raising is first else not decision.answer
        blocks = (ends, rest) if answer else (rest, ends)
        step = Step("if", "", [decision.truth], blocks=blocks)
        step.span = decision.place.span if decision.place else None
        self._settle(ends)
        return Recording([step, *other.steps], other.result, other.changed, other.raised)

    def raise_step(self, raised: Raised) -> Step:
        """The node that ends a path in an exception."""
        step = Step("raise", raised.name, [self.trace.constant(raised.message)])
        step.span = raised.place.span if raised.place else None
        return step

    # --- branches ---

    def _build(self, decision: Decision, match: Matching, natural: int, where: str) -> _Joined:
        joined = _Joined(match, natural)
        mids: list[BlockSteps] = []
        tail = [step for step in match.first if id(step) in match.partner]
        partners = set(map(id, match.partner.values()))
        names = {name for step in match.first + match.second for name in self._bound(step)}
        for index, side in enumerate((match.first, match.second)):
            block = BlockSteps(self.block)
            block.results = [couple[index] for couple in match.needed]
            steps = [s for s in side if id(s) not in match.partner and id(s) not in partners]
            block.steps = needed(steps, set(block.results))
            mids.append(block)
        for couple in match.needed:
            joined.values[couple] = self._value(decision, couple, natural, names, where)
        if any(block.steps for block in mids) or match.needed:
            results = list(joined.values.values())
            step = Step("if", "", [decision.truth], None, results, blocks=(mids[0], mids[1]))
            step.span = decision.place.span if decision.place else None
            joined.steps.append(step)
        for block in mids:
            self._settle(block)
        self._refine(joined)
        for step in tail:
            joined.rewrite(step, match.partner[id(step)])
        if natural:
            examples = self.trace.scope.symbols.examples
            examples.update({mine: examples[theirs] for theirs, mine in match.renamed.items()})
        joined.steps += tail
        return joined

    def _value(self, decision: Decision, couple: Couple, natural: int, names: set[str], where: str) -> Val:
        """The value that is one of a couple; its type is what both types have in common."""
        a, b = couple
        symbols = self.trace.scope.symbols
        t = self._common(symbols.resolve_type(a.type), symbols.resolve_type(b.type), names, couple, where)
        made = Val(self.trace.scope, t, couple[natural].example, a.name, a.inexact or b.inexact)
        made.place = decision.place
        return made

    def _common(self, a: Type, b: Type, names: set[str], couple: Couple, where: str) -> Type:
        if not isinstance(a, TensorType) or not isinstance(b, TensorType):
            if a == b:
                return a
        elif a.dtype == b.dtype and len(a.shape or ()) == len(b.shape or ()):
            return TensorType(
                a.dtype, tuple(_size(x, y, names) for x, y in zip(a.shape or (), b.shape or ()))
            )
        made = [
            f"{type_text(t)} (made at {v.place})" if v.place else type_text(t) for t, v in zip((a, b), couple)
        ]
        hint = "convert with astype, or give both the same rank"
        raise rules.BRANCHES.fail(where, expected=made[0], got=made[1], hint=hint)

    def _bound(self, step: Step) -> list[str]:
        fresh = self.trace.scope.symbols.fresh
        return bound_by_call(step, fresh) if step.kind in ("call", "fork") else bound_by(step)

    def _refine(self, joined: _Joined) -> None:
        """Give the sizes that differ between branches symbols."""
        scope = self.trace.scope
        outer, scope.block = scope.block, BlockSteps(self.block)
        try:
            for couple, value in joined.values.items():
                if isinstance(value.type, TensorType):
                    joined.values[couple] = self.trace._known_sizes(value)
            joined.steps += scope.block.steps
        finally:
            scope.block = outer

    def _settle(self, block: BlockSteps) -> None:
        """Say that values are made in `block`, which is closed."""
        block.open = False
        for step in block.steps:
            for value in step.results:
                value.block = block
            for inner in step.blocks:
                inner.outer = block

    # --- results ---

    def _now(self, proxy: Proxy, recording: Recording) -> Val:
        found = recording.changed.get(id(proxy))
        return found[1] if found is not None else proxy._value(self.trace)

    def _slot(self, pair: Pair, values: dict[Couple, Val]) -> Slot:
        first, second = pair.first, pair.second
        value = values[first.value, second.value]
        if first.dim is None:
            return Slot(value, first.weak and second.weak, arrays=first.arrays + second.arrays)
        known = second.dim is not None and dims.equal(first.dim, second.dim) is True
        return Slot(value, dim=first.dim if known else dims.UNKNOWN)


class _Joined:
    """The steps after a decision in the making, and what stands for couples of values."""

    def __init__(self, match: Matching, natural: int) -> None:
        self.match = match
        self.natural = natural
        self.steps: list[Step] = []
        self.values: dict[Couple, Val] = {}

    def value(self, couple: Couple) -> Val:
        return self.values.get(couple, couple[0])

    def rewrite(self, step: Step, other: Step) -> None:
        """Make a step of the tail take what the branches give."""
        step.inputs = [self.value(couple) for couple in zip(step.inputs, other.inputs)]
        for mine, theirs in zip(step.results, other.results):
            mine.inexact, mine.fixed = mine.inexact or theirs.inexact, False
            if self.natural:
                mine.example = theirs.example
        for a, b in zip(step.blocks, other.blocks):
            for inner, twin in zip(a.steps, b.steps):
                self.rewrite(inner, twin)
            a.results = [self.value(couple) for couple in zip(a.results, b.results)]


def _size(a: Dim, b: Dim, names: set[str]) -> Dim:
    """`a` if it equals `b` and is known around the branch, else unknown."""
    if dims.equal(a, b) is not True or any(name in names for name in dims.symbols_of(a)):
        return dims.UNKNOWN
    return a


def _joint(trace: Trace, a: Any, b: Any, where: str) -> Any:
    """The results of both sides as one, with pairs where they differ; all slots are pairs."""
    made = paired(trace, a, b, where)
    return filled(made, lambda slot: Pair(slot, slot))


def _collect(value: Any, pairs: list[Pair]) -> None:
    if isinstance(value, Pair):
        pairs.append(value)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _collect(item, pairs)
    elif type(value) is dict:
        for item in value.values():
            _collect(item, pairs)


def filled_pairs(value: Any, give: Any) -> Any:
    """`value` with `give` of each pair in its place."""
    if isinstance(value, Pair):
        return give(value)
    if isinstance(value, (tuple, list)):
        items = [filled_pairs(item, give) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if type(value) is dict:
        return {key: filled_pairs(item, give) for key, item in value.items()}
    return value


def _live(wanted: list[Couple], side: int) -> set[Val]:
    return {couple[side] for couple in wanted}


def substituted(recording: Recording, mapping: dict[Val, Val]) -> None:
    """Put other values in the place of some, in all that a recording holds."""
    for step in walk_steps(recording.steps):
        step.inputs = [mapping.get(value, value) for value in step.inputs]
        for block in step.blocks:
            block.results = [mapping.get(value, value) for value in block.results]
    recording.changed = {k: (p, mapping.get(v, v)) for k, (p, v) in recording.changed.items()}

    def moved(slot: Slot) -> Slot:
        return Slot(mapping.get(slot.value, slot.value), slot.weak, slot.dim, slot.arrays)

    recording.result = filled(recording.result, moved)
