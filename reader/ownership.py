"""Which values may be changed in place, because nobody else looks at them. SPEC 10.3.

Values never change; but a list, dict or tensor that an operator made, and that dies with the
operator that appends to it or writes into it, may as well be that operator's result. In a
loop, that makes 20,000 updates cost 20,000 times one.

What is followed is one object under all its names: the value by which it may be changed, and
others that may be it, hold it, or look into its memory. It is changed where those are dead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ..schema.ir import Block, Function, Node, Value
from ..schema.ir import walk as nodes_of
from ..schema.registry import find
from ..schema.types import ClassType, ContainerType, ScalarType, TensorType, Type, walk
from .kernels.registry import INPLACE, KERNELS, VIEWS, load_family
from .liveness import Key, Needs

if TYPE_CHECKING:
    from .plan import Planner

#: The ``id`` of a node that changes its first operand, or that of a loop and a number of what it carries.
Place = int | tuple[int, int]

#: Operators whose list is a new one, though it holds what an operand holds.
_COPIES = frozenset({"list.slice", "list.concat"})

#: A loop that carries so many values through so many nodes is left as it is.
MAX_WORK = 1_000_000


def changes(t: Type) -> bool:
    """Whether there are operators that change values of type `t` in place."""
    return isinstance(t, TensorType) or (isinstance(t, ContainerType) and t.kind in ("list", "dict"))


def may_hold(t: Type, what: Type) -> bool:
    """Whether a value of type `t` may be a value of type `what`, hold it, or look into its memory."""
    for part in walk(t):
        if isinstance(part, ClassType):
            return True
        if isinstance(part, TensorType) if isinstance(what, TensorType) else _alike(part, what):
            return True
    return False


def _alike(a: Type, b: Type) -> bool:
    """Whether one value may have both types; sizes and dtypes are left out, as they may be unknown."""
    if isinstance(a, ContainerType) and isinstance(b, ContainerType):
        return a.kind == b.kind and all(map(_alike, a.items, b.items))
    return type(a) is type(b)


class Ownership:
    """What one function shares and what it may change.

    Parameters
    ----------
    planner
        Knows the callees, and whether composites run as kernels.
    instance
        Whose method the function is.
    needs
        Which nodes run, and what they read.
    """

    __slots__ = ("planner", "instance", "needs", "_last", "_callees")

    def __init__(self, planner: Planner, instance: int | None, needs: Needs) -> None:
        self.planner = planner
        self.instance = instance
        self.needs = needs
        self._last: dict[int, dict[Key, int]] = {}
        self._callees: dict[object, frozenset[int] | None] = {}

    # --- nodes ---

    def fresh(self, node: Node) -> bool:
        """Whether the results of an operator are scalars, or tensors that nothing else looks into."""
        scalars = all(isinstance(result.type, (TensorType, ScalarType)) for result in node.results)
        return scalars and self._kernel(node) and node.name not in VIEWS

    def makes_new(self, node: Node) -> bool:
        """Whether an operator's one result is a list or dict that it made."""
        (result,) = node.results
        if not isinstance(result.type, ContainerType) or not changes(result.type):
            return False
        if not self._kernel(node):
            return False
        own = node.name in INPLACE or node.name in _COPIES
        return own or not any(may_hold(value.type, result.type) for value in node.inputs)

    def kept(self, node: Node) -> list[Value]:
        """The operands of an operator that its results may share with."""
        return [value for value in node.inputs if self._op(node, value, value.type) != []]

    def _kernel(self, node: Node) -> bool:
        """Whether an operator runs as a kernel of the reader, and not by its body."""
        op = find(node.name)
        if op is None:
            return False
        load_family(op.family)
        return op.name in KERNELS and (self.planner.native or node.body is None)

    def _op(self, node: Node, value: Value, what: Type) -> list[Value] | None:
        """The results of an operator that may share with its operand; None if somebody keeps it."""
        if not self._kernel(node):
            if node.name in self.planner.operators or node.body is None:
                return None
            body = self.planner.program.bodies[node.body].function
            return self._called(node, body, None, [value], what)
        if node.name not in VIEWS or (_alike(value.type, what) and self._copied(node, value)):
            return []
        return [result for result in node.results if may_hold(result.type, what)]

    def _copied(self, node: Node, value: Value) -> bool:
        """Whether the result of an operator holds what the list or dict `value` holds, but is another one."""
        if node.name in INPLACE:
            return node.inputs.count(value) == 1 and (node.inputs[0] is value or node.name in _COPIES)
        return node.name in _COPIES

    # --- names of one object ---

    def _shares(self, node: Node, names: Collection[Value], what: Type) -> list[Value] | None:
        """The results of a node that may share with `names`; None if somebody keeps what they are."""
        if node.kind == "op":
            found: list[Value] = []
            for value in node.inputs:
                if value in names:
                    more = self._op(node, value, what)
                    if more is None:
                        return None
                    found += more
            return found
        if node.kind == "call":
            plan = self.planner.callee(self.instance, node.name)
            return self._called(node, plan.function, plan.instance, names, what)
        if node.kind == "refine":
            return list(node.results)
        if node.kind == "if":
            return self._in_branches(node, names, what)
        if node.kind == "loop":
            return self._in_loop(node, names, what)
        return [] if node.kind in ("guard", "print", "raise", "bind", "wait") else None

    def _in_branches(self, node: Node, names: Collection[Value], what: Type) -> list[Value] | None:
        found: list[Value] = []
        for block in node.blocks:
            places = self._in_block(block, names, what)
            if places is None:
                return None
            if not block.raises:
                found += [node.results[place] for place in places]
        return found

    def _in_loop(self, node: Node, names: Collection[Value], what: Type) -> list[Value] | None:
        body = node.blocks[0]
        entered = any(value in names for value in node.inputs)
        # What enters at one place may leave a turn at another one, and enter the next turn there.
        params = [v for v in body.params if may_hold(v.type, what)] if entered else []
        places = self._in_block(body, {*names, *params}, what)
        if places is None or (places and not entered):
            return None
        return [v for v in node.results if may_hold(v.type, what)] if entered else []

    def _in_block(self, block: Block, names: Iterable[Value], what: Type) -> list[int] | None:
        """Which results of a block may share with `names`; None if somebody keeps what they are."""
        known = set(names)
        for node in block.nodes:
            if id(node) in self.needs.kept and not known.isdisjoint(self.needs.reads(node)):
                made = self._shares(node, known, what)
                if made is None:
                    return None
                known.update(made)
        return [place for place, value in enumerate(block.results) if value in known]

    def _called(
        self,
        node: Node,
        function: Function,
        instance: int | None,
        names: Collection[Value],
        what: Type,
    ) -> list[Value] | None:
        given = [place for place, value in enumerate(node.inputs) if value in names]
        key = (id(function), instance, tuple(given), what)
        if key not in self._callees:
            self._callees[key] = None  # as long as it is not known
            inside = Ownership(self.planner, instance, Needs(function, sizes=False))
            inside._callees = self._callees
            places = inside._in_block(function.body, [function.params[place] for place in given], what)
            self._callees[key] = None if places is None else frozenset(places)
        found = self._callees[key]
        return None if found is None else [node.results[place] for place in found]

    # --- changes ---

    def carried(self, loop: Node) -> list[list[Place] | None]:
        """For each value that `loop` carries the places that may change it.

        None where somebody else may look at it; no place where nothing changes it.
        """
        body, count = loop.blocks[0], len(loop.results)
        nodes = list(nodes_of(body))
        if body.raises or count * len(nodes) > MAX_WORK or not any(map(self._changes_operand, nodes)):
            return [None] * count
        return [
            self._ends(body, value, place) if changes(value.type) else None
            for place, value in enumerate(body.params)
            if place
        ]

    def _changes_operand(self, node: Node) -> bool:
        return node.kind == "op" and self._kernel(node) and node.name in INPLACE

    def _ends(self, block: Block, value: Value, place: int) -> list[Place] | None:
        """Follow `value` to the end of `block`, where the result at `place` must be it, or a new one."""
        result = block.results[place]
        if block.results.count(result) != 1:
            return None
        inner = self._follow(block, value)
        if inner is not None and inner[0] is result:
            return inner[1]
        return [] if self._made(block, result) else None

    def _made(self, block: Block, result: Value) -> bool:
        """Whether `result` is made in `block`, and nobody else looks at it."""
        for position, node in enumerate(block.nodes):
            if result in node.results:
                if node.kind != "op" or not (
                    self.fresh(node) or (len(node.results) == 1 and self.makes_new(node))
                ):
                    return False
                end = self._follow(block, result, position + 1)
                return end is not None and end[0] is result
        return False

    def _follow(self, block: Block, value: Value, start: int = 0) -> tuple[Value, list[Place]] | None:
        """Follow an object that only `block` looks at, from change to change.

        Returns
        -------
        tuple or None
            What became of `value` at the end of the block, and the places that may change it; None
            if somebody else may look at it.
        """
        last, needs, what = self._last_uses(block), self.needs, value.type
        names: set[Value] = set()
        found: list[Place] = []
        for position in range(start, len(block.nodes)):
            node = block.nodes[position]
            reads = needs.reads(node)
            if id(node) not in needs.kept or (value not in reads and names.isdisjoint(reads)):
                continue
            if last[value] == position and all(last.get(name, -1) < position for name in names):
                changed = self._change(node, value)
                if changed is not None:
                    value, names = changed[0], set()
                    found += changed[1]
                    continue
            made = self._shares(node, {value, *names}, what)
            if made is None:
                return None
            names.update(made)
        return (value, found) if names.isdisjoint(block.results) else None

    def _last_uses(self, block: Block) -> dict[Key, int]:
        found = self._last.get(id(block))
        if found is None:
            found = self._last[id(block)] = self.needs.last_uses(block)
        return found

    def _change(self, node: Node, value: Value) -> tuple[Value, list[Place]] | None:
        """What becomes of an object in the node at which all its names die."""
        if node.kind == "op":
            mine = self._changes_operand(node) and node.inputs[0] is value and node.inputs.count(value) == 1
            return (node.results[0], [id(node)]) if mine else None
        if node.kind == "refine":
            return node.results[0], []
        if node.kind == "if":
            return self._through_if(node, value)
        return self._through_loop(node, value) if node.kind == "loop" else None

    def _through_if(self, node: Node, value: Value) -> tuple[Value, list[Place]] | None:
        blocks = [block for block in node.blocks if not block.raises]
        for block in blocks:
            inner = self._follow(block, value)
            if inner is not None and inner[0] in block.results:
                place = block.results.index(inner[0])
                ends = [self._ends(other, value, place) for other in blocks]
                if None in ends:
                    return None
                return node.results[place], [change for end in ends for change in end or ()]
        return None

    def _through_loop(self, node: Node, value: Value) -> tuple[Value, list[Place]] | None:
        body = node.blocks[0]
        if body.raises or node.inputs.count(value) != 1 or value in self.needs.body_reads(node):
            return None
        index = node.inputs.index(value) - 2
        inner = self._ends(body, body.params[index + 1], index + 1)
        return None if inner is None else (node.results[index], [*inner, (id(node), index)])
