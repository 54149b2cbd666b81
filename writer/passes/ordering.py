"""Ordering for memory: nodes in an order in which fewer bytes are alive at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...schema import types
from ...schema.ir import Block, Node, Program, Value, walk
from .facts import PURE, Facts, used_inside
from .measure import Peak
from .rewrite import Rewriter, attr_symbols, binds, functions_by_key

#: A block of more nodes stays as it is.
MAX_NODES = 5000

_Order = list[int]


def memory_ordering(program: Program) -> Program:
    """Put pure nodes where fewer bytes are alive at a time, if the estimate of the peak says so.

    Each block for itself. Kept, in their order: effects, reads of fields, and all that may fail, so that
    the first error stays the first; every node behind what it reads and behind what binds its symbols;
    blocks that end in an error; blocks for which no better order is found.
    """
    return MemoryOrdering(program).run()


class MemoryOrdering(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._peak = Peak(program, functions_by_key(program), 1)

    def nodes(self, block: Block, make: Callable[[Rewriter, Node], None] | None = None) -> tuple[Value, ...]:
        if make is None and 2 < len(block.nodes) <= MAX_NODES and not block.raises:
            block = self._better(block)
        return super().nodes(block, make)

    def _better(self, block: Block) -> Block:
        owner = self.owner.name if self.owner else ""
        best = self._peak.block(block, owner)
        found = True
        while found:
            found = False
            for order in _Schedule(block, self._facts, self._peak, owner).orders():
                other = Block(block.params, tuple(block.nodes[place] for place in order), block.results)
                peak = self._peak.block(other, owner)
                if peak < best:
                    best, block, found = peak, other, True
                    break
        return block


class _Schedule:
    """The nodes of a block with what must stand before each."""

    def __init__(self, block: Block, facts: Facts, peak: Peak, owner: str) -> None:
        self.block = block
        count = len(block.nodes)
        makers = {value: place for place, node in enumerate(block.nodes) for value in node.results}
        #: Nodes that take nothing stand in front of what reads them first.
        self.plain = [node.kind in ("const", "param") for node in block.nodes]
        self.before: list[set[int]] = [set() for _ in range(count)]
        self.reads: list[set[Value]] = []
        #: The bytes of the results of each node, and of what it needs while it runs.
        self.made: list[int] = []
        self.extra: list[int] = []
        self.bytes = {value: peak.bytes(value.type) for value in block.params}
        self.readers: dict[Value, int] = {}
        binders: dict[str, int] = {}
        last: int | None = None
        for place, node in enumerate(block.nodes):
            reads = {*node.inputs, *used_inside(node.blocks)}
            self.reads.append(reads)
            before = self.before[place]
            before.update(makers[value] for value in reads if value in makers)
            before.update(binders[name] for name in _mentions(node) if name in binders)
            before.discard(place)
            binders.update(dict.fromkeys(binds(node), place))
            if node.kind not in PURE or node.kind == "get" or facts.fallible(node):
                if last is not None:
                    before.add(last)
                last = place
            for value in reads:
                self.readers[value] = self.readers.get(value, 0) + 1
            for value in node.results:
                self.bytes[value] = 0 if self.plain[place] else peak.bytes(value.type)
            self.made.append(sum(self.bytes[value] for value in node.results))
            self.extra.append(peak.inside(node, owner))
        for value in block.results:
            self.readers[value] = self.readers.get(value, 0) + 1

    def orders(self) -> Iterable[_Order]:
        """Orders to try."""
        yield self._smallest_next()
        yield self._deepest_first()

    def _smallest_next(self) -> _Order:
        """Of the nodes that may be next, always the one after which the fewest bytes are alive."""
        left = dict(self.readers)
        waits = [{other for other in before if not self.plain[other]} for before in self.before]
        follows: list[list[int]] = [[] for _ in waits]
        for place, before in enumerate(waits):
            for other in before:
                follows[other].append(place)
        missing = [len(before) for before in waits]
        ready = [place for place, count in enumerate(missing) if count == 0 and not self.plain[place]]
        order: _Order = []
        done: set[int] = set()

        def rank(place: int) -> tuple[int, int, int]:
            ends = sum(self.bytes.get(v, 0) for v in self.reads[place] if left[v] == 1)
            kept = sum(self.bytes[v] for v in self.block.nodes[place].results if v in left)
            return kept - ends, self.made[place] + self.extra[place], place

        while ready:
            place = min(ready, key=rank)
            ready.remove(place)
            self._put(place, order, done)
            for value in self.reads[place]:
                left[value] -= 1
            for other in follows[place]:
                missing[other] -= 1
                if missing[other] == 0:
                    ready.append(other)
        return self._finished(order, done)

    def _deepest_first(self) -> _Order:
        """What each result needs just before it, the operand that takes most to make first."""
        need = [0] * len(self.before)
        for place, before in enumerate(self.before):
            held = most = 0
            for other in sorted(before, key=lambda other: self.made[other] - need[other]):
                most = max(most, held + need[other])
                held += self.made[other]
            need[place] = max(most, held + self.made[place] + self.extra[place])
        order: _Order = []
        done: set[int] = set()
        for last in range(len(self.before)):
            if not self._wanted(last):
                continue
            waiting = [last]
            while waiting:
                place = waiting[-1]
                open_ = [other for other in self.before[place] if other not in done]
                if place in done or not open_:
                    waiting.pop()
                    self._put(place, order, done)
                else:
                    waiting.append(min(open_, key=lambda other: (self.made[other] - need[other], other)))
        return self._finished(order, done)

    def _wanted(self, place: int) -> bool:
        """Whether a node is made for itself, and not only for what reads it."""
        node = self.block.nodes[place]
        return node.kind not in PURE or any(value in self.block.results for value in node.results)

    def _put(self, place: int, order: _Order, done: set[int]) -> None:
        if place not in done:
            for other in sorted(self.before[place]):
                if self.plain[other] and other not in done:
                    done.add(other)
                    order.append(other)
            done.add(place)
            order.append(place)

    def _finished(self, order: _Order, done: set[int]) -> _Order:
        """The order with what nothing needs at its end."""
        return [*order, *(place for place in range(len(self.before)) if place not in done)]


def _mentions(node: Node) -> set[str]:
    """The symbols in the types and attributes of a node and of those inside it."""
    found: set[str] = set()

    def add(values: Sequence[Value]) -> None:
        for value in values:
            found.update(types.symbols_of(value.type))

    for inner in (node, *(n for block in node.blocks for n in walk(block))):
        add(inner.results)
        for attr in inner.attrs.values():
            found.update(attr_symbols(attr))
        for block in inner.blocks:
            add(block.params)
    return found
