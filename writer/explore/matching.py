"""Which steps two paths have in common after a branch: their shared tail.

Steps are the same if they come from the same place of the source, do the same, and have
operands of the same types. Pure steps are followed from the results backwards; steps with
effects are shared only at the end of both paths, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...schema import dims
from ...schema.dims import Dim
from ...schema.ir import Attr
from ...schema.registry import find
from ...schema.types import ContainerType, TensorType, Type, map_dims
from ..attributes import frozen, resolve_attr
from ..module import Module
from ..replay import stays
from ..sameness import Keys
from ..scope import BlockSteps, Scope, Step, Val

Couple = tuple[Val, Val]


def ordered(step: Step) -> bool:
    """Whether a step keeps its place among others of this kind."""
    return step.kind in ("get", "print") or stays(step)


def bound_by(step: Step) -> list[str]:
    """The symbols that a step binds for those that follow it, by its attributes."""
    if step.kind == "bind":
        return [str(step.attrs["symbol"])]
    if step.kind == "refine":
        return [str(name) for name in step.attrs["symbols"]]  # type: ignore[union-attr]
    op = find(step.name) if step.kind == "op" else None
    return [str(step.attrs[name]) for name in op.fresh if step.attrs.get(name)] if op else []


def bound_by_call(step: Step, fresh: set[str]) -> list[str]:
    """The symbols that a call binds: sizes of its results that its arguments have not."""
    before = {name for value in step.inputs for name in symbols_in(value.type)}
    names = [name for value in step.results for name in symbols_in(value.type)]
    return [name for name in dict.fromkeys(names) if name in fresh and name not in before]


def symbols_in(t: Type) -> list[str]:
    """The names of the symbols in a type."""
    found: list[str] = []

    def visit(dim: Dim) -> Dim:
        found.extend(dims.symbols_of(dim))
        return dim

    map_dims(t, visit)
    return found


def same_target(a: Step, b: Step) -> bool:
    """Whether two steps are of one module; functions that are called get a module for each call."""
    first, second = a.target, b.target
    if first is None or second is None or first is second:
        return first is second
    plain = not isinstance(first.source, Module) and not isinstance(second.source, Module)
    return plain and first.class_name == second.class_name


class Matching:
    """The shared tail of the steps `first` and `second`, for what is wanted of both in the end.

    Attributes
    ----------
    partner
        For each shared step of the first path that of the second.
    needed
        Values that the tail takes from before it, as couples.
    """

    def __init__(
        self, scope: Scope, keys: Keys, first: list[Step], second: list[Step], wanted: Sequence[Couple]
    ) -> None:
        self.scope = scope
        self.keys = keys
        self.first = first
        self.second = second
        self.wanted = list(wanted)
        self._made = [_makers(first), _makers(second)]
        self.excluded: set[int] = set()
        self.partner: dict[int, Step] = {}
        self.needed: dict[Couple, None] = {}
        while True:
            self._match()
            bad = self._wrong()
            if not bad:
                break
            self.excluded |= bad

    def shared(self, couple: Couple) -> bool:
        """Whether the tail makes a couple of values."""
        a, b = couple
        made, other = self._made[0].get(a), self._made[1].get(b)
        if made is None or other is None or self.partner.get(id(made)) is not other:
            return False
        return made.results.index(a) == other.results.index(b)

    # --- finding ---

    def _match(self) -> None:
        self.partner, self.needed = {}, {}
        self.renamed: dict[str, str] = {}
        taken: set[int] = set()
        pending = list(self.wanted)
        ends = zip(*([s for s in reversed(side) if ordered(s)] for side in (self.first, self.second)))
        for a, b in ends:
            if id(a) in self.excluded or not self._alike(a, b):
                break
            self._pair(a, b, taken, pending)
        while pending:
            couple = pending.pop()
            a, b = (made.get(value) for made, value in zip(self._made, couple))
            if couple[0] is couple[1] or self.shared(couple):
                continue
            fits = a is not None and b is not None and id(a) not in self.partner and id(b) not in taken
            if fits and a is not None and b is not None and self._floats(a, b):
                self._pair(a, b, taken, pending)
            if not self.shared(couple):
                self.needed[couple] = None

    def _floats(self, a: Step, b: Step) -> bool:
        """Whether two pure steps may be one."""
        return id(a) not in self.excluded and not ordered(a) and not ordered(b) and self._alike(a, b)

    def _pair(self, a: Step, b: Step, taken: set[int], pending: list[Couple]) -> None:
        self.partner[id(a)] = b
        taken.add(id(b))
        self.renamed.update(zip(self._bound(b), self._bound(a)))
        pending.extend(couples(a, b))

    def _bound(self, step: Step) -> list[str]:
        if step.kind in ("call", "fork"):
            return bound_by_call(step, self.scope.symbols.fresh)
        return bound_by(step)

    def _alike(self, a: Step, b: Step) -> bool:
        """Whether two steps may be one: all but the types of their operands."""
        counts = len(a.inputs) == len(b.inputs) and len(a.results) == len(b.results)
        if a.kind != b.kind or a.name != b.name or not counts or not same_target(a, b):
            return False
        if a.span is not b.span and a.name != "size":
            return False
        if a.attrs.keys() != b.attrs.keys() or len(a.blocks) != len(b.blocks):
            return False
        if (a.callee is None) != (b.callee is None):
            return False
        if a.callee is not None and b.callee is not None and self.keys.of(a.callee) != self.keys.of(b.callee):
            return False
        return all(self._alike_blocks(x, y) for x, y in zip(a.blocks, b.blocks))

    def _alike_blocks(self, a: BlockSteps, b: BlockSteps) -> bool:
        if (len(a.params), len(a.steps), len(a.results)) != (len(b.params), len(b.steps), len(b.results)):
            return False
        return all(self._alike(x, y) for x, y in zip(a.steps, b.steps))

    # --- checking ---

    def _wrong(self) -> set[int]:
        """The first path's steps that cannot be shared after all."""
        bad: set[int] = set()
        for step in self.first:
            other = self.partner.get(id(step))
            if other is not None and not self._same(step, other):
                bad.add(id(step))
        by_second = {id(other): key for key, other in self.partner.items()}
        for side, made in zip((self.first, self.second), self._made):
            binders = {name: step for step in side for name in self._bound(step)}
            for step in side:
                if id(step) in self.partner or id(step) in by_second:
                    continue
                makers = [made.get(value) for value in uses(step)]
                for maker in (*makers, *map(binders.get, symbols_of(step))):
                    bad.update(self._maker_in_tail(maker, by_second))
        for couple in self.needed:
            for value, made in zip(couple, self._made):
                bad.update(self._maker_in_tail(made.get(value), by_second))
        return bad

    def _maker_in_tail(self, maker: Step | None, by_second: dict[int, int]) -> Iterator[int]:
        if maker is not None and id(maker) in self.partner:
            yield id(maker)
        elif maker is not None and id(maker) in by_second:
            yield by_second[id(maker)]

    def _same(self, a: Step, b: Step) -> bool:
        """Whether the types and attributes of two alike steps are the same."""
        values = zip((*a.inputs, *a.results), (*b.inputs, *b.results))
        if not all(self._same_type(x, y) for x, y in values):
            return False
        for name, value in a.attrs.items():
            if frozen(self._renamed(value, False)) != frozen(self._renamed(b.attrs[name], True)):
                return False
        for x, y in zip(a.blocks, b.blocks):
            ends = zip((*x.params, *x.results), (*y.params, *y.results))
            if not all(self._same_type(p, q) for p, q in ends):
                return False
            for inner, other in zip(x.steps, y.steps):
                self.renamed.update(zip(self._bound(other), self._bound(inner)))
                if not self._same(inner, other):
                    return False
        return self._consistent(a, b)

    def _same_type(self, a: Val, b: Val) -> bool:
        symbols = self.scope.symbols
        return symbols.resolve_type(a.type) == map_dims(symbols.resolve_type(b.type), self._dim)

    def _consistent(self, a: Step, b: Step) -> bool:
        """Whether what is made inside the blocks is used alike inside them."""
        if not a.blocks:
            return True
        local: dict[Val, Val] = {}
        for x, y in zip(a.blocks, b.blocks):
            for inner, other in couples_inside(x, y):
                if local.setdefault(inner, other) is not other:
                    return False
        return all(
            local.get(p, q) is q for x, y in zip(a.blocks, b.blocks) for p, q in uses_inside(x, y)
        ) and len(set(local.values())) == len(local)

    def _renamed(self, value: Attr, second: bool) -> Attr:
        """An attribute with solved symbols replaced, and for the second path with the first's symbols."""
        resolved = resolve_attr(self.scope.symbols, value)
        return self._attr(resolved) if second else resolved

    def _attr(self, value: Attr) -> Attr:
        if isinstance(value, dims.Expr):
            return self._dim(value)
        if isinstance(value, str):
            return self.renamed.get(value, value)
        if isinstance(value, tuple):
            return tuple(self._attr(item) for item in value)
        if isinstance(value, (TensorType, ContainerType)):
            return map_dims(value, self._dim)
        return value

    def _dim(self, dim: Dim) -> Dim:
        rename = self.renamed
        if not rename or not isinstance(dim, dims.Expr):
            return dim
        return dims.substitute(dim, lambda name: dims.symbol(rename.get(name, name)))


def _makers(steps: Iterable[Step]) -> dict[Val, Step]:
    return {value: step for step in steps for value in step.results}


def couples(a: Step, b: Step) -> list[Couple]:
    """What two alike steps take from outside of them, in the same places."""
    found = list(zip(a.inputs, b.inputs))
    inside: set[Val] = set()
    for x, y in zip(a.blocks, b.blocks):
        inside.update(value for value, _ in couples_inside(x, y))
    for x, y in zip(a.blocks, b.blocks):
        found += [(p, q) for p, q in uses_inside(x, y) if p not in inside]
    return found


def couples_inside(a: BlockSteps, b: BlockSteps) -> Iterator[Couple]:
    """The values that two alike blocks make, in the same places."""
    yield from zip(a.params, b.params)
    for x, y in zip(a.steps, b.steps):
        yield from zip(x.results, y.results)
        for inner, other in zip(x.blocks, y.blocks):
            yield from couples_inside(inner, other)


def uses_inside(a: BlockSteps, b: BlockSteps) -> Iterator[Couple]:
    """The values that two alike blocks use, in the same places."""
    for x, y in zip(a.steps, b.steps):
        yield from zip(x.inputs, y.inputs)
        for inner, other in zip(x.blocks, y.blocks):
            yield from uses_inside(inner, other)
    yield from zip(a.results, b.results)


def uses(step: Step) -> Iterator[Val]:
    """What a step and its blocks use, what is made inside included."""
    yield from step.inputs
    for block in step.blocks:
        for inner in block.steps:
            yield from uses(inner)
        yield from block.results


def symbols_of(step: Step) -> Iterator[str]:
    """The symbols in the attributes and results of a step and its blocks, those that it binds included."""
    for value in step.results:
        yield from symbols_in(value.type)
    for attr in step.attrs.values():
        yield from _symbols_in_attr(attr)
    for block in step.blocks:
        for inner in block.steps:
            yield from symbols_of(inner)


def _symbols_in_attr(value: Attr) -> Iterator[str]:
    if isinstance(value, dims.Expr):
        yield from dims.symbols_of(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _symbols_in_attr(item)
    elif isinstance(value, (TensorType, ContainerType)):
        yield from symbols_in(value)
