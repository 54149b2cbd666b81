"""Unrolling: a loop of a few turns becomes the turns, one after another."""

from __future__ import annotations

from ...schema.ir import Const, Function, Node, Program, Value, walk
from ...schema.types import INT
from .branches import widened
from .facts import Facts
from .rewrite import Rewriter, binds, uses

#: The most turns of a loop, and nodes of all its turns together, that are unrolled.
MAX_TURNS = 8
MAX_NODES = 64


def unrolling(program: Program) -> Program:
    """Unroll counted loops of a constant count: at most 8 turns, and 64 nodes in all of them.

    The index becomes a constant in each turn, and carried values keep their declared types by a
    ``refine``. Kept: loops with another condition than the count; those that bind symbols, as each is
    bound once; those where a value that may fail to be made would lose a use.
    """
    return Unrolling(program).run()


class Unrolling(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._constants: dict[Value, Const] = {}
        self._harmful: set[Value] = set()
        self._used: set[Value] = set()

    def begin(self, function: Function) -> None:
        nodes = [node for node in walk(function.body) if node.kind == "const"]
        self._constants = {node.results[0]: node.attrs["value"] for node in nodes}  # type: ignore[misc]
        self._harmful = self._facts.harmful(function)
        self._used = set(uses(function.body))

    def node(self, node: Node) -> None:
        turns = self._turns(node) if node.kind == "loop" else 0
        if turns == 0:
            self.copy(node)
            return
        body = node.blocks[0]
        carried = self.inputs(node)[2:]
        for index in range(turns):
            self.to.span = node.span
            self.values[body.params[0]] = self.to.const(index, body.params[0].name)
            for param, value in zip(body.params[1:], carried):
                self.values[param] = widened(self, value, param.type, param.name)
            carried = list(self.nodes(body)[1:])
        self.to.span = node.span
        made = [widened(self, v, old.type, old.name) for v, old in zip(carried, node.results)]
        self.become(node, made)

    def _turns(self, node: Node) -> int:
        """The turns of a loop that is to be unrolled, else 0."""
        trips, start = (self._constants.get(value) for value in node.inputs[:2])
        body = node.blocks[0]
        if node.inputs[0].type is not INT or not isinstance(trips, int) or not 0 < trips <= MAX_TURNS:
            return 0
        if start is not True or body.raises or self._constants.get(body.results[0]) is not True:
            return 0
        nodes = list(walk(body))
        if len(nodes) * trips > MAX_NODES or any(map(binds, nodes)):
            return 0
        for param, result, first, after in zip(
            body.params[1:], node.results, node.inputs[2:], body.results[1:], strict=True
        ):
            values = self._harmful.intersection((first, after))
            if values and not (param in self._used and result in self._used):
                return 0
        return trips
