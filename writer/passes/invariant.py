"""Loop-invariant motion: what gives the same in every turn is made once, before the loop."""

from __future__ import annotations

from ...schema import types
from ...schema.ir import Block, Function, Node, Program, Value, walk
from .facts import Facts
from .rewrite import Rewriter, attr_symbols, binds


def loop_invariant_motion(program: Program) -> Program:
    """Move constants, reads of parameters and calls of operators in front of loops.

    Kept: reads of fields; what stands in a branch inside the loop; calls that may fail, as a loop may
    make no turn, or fail before it comes to them.
    """
    return LoopInvariantMotion(program).run()


class LoopInvariantMotion(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._moved: set[int] = set()

    def begin(self, function: Function) -> None:
        self._moved = set()

    def node(self, node: Node) -> None:
        if id(node) in self._moved:
            return
        if node.kind == "loop":
            body = node.blocks[0]
            inside: set[Value | str] = set(body.params)
            for inner in walk(body):
                inside.update(inner.results)
                inside.update(binds(inner))
                inside.update(value for block in inner.blocks for value in block.params)
            self._move(body, inside)
            self.to.span = node.span
        self.copy(node)

    def _move(self, body: Block, inside: set[Value | str]) -> None:
        for node in body.nodes:
            if node.kind == "loop":
                self._move(node.blocks[0], inside)
            elif self._may_move(node) and not inside.intersection(_reads(node)):
                self.to.span = node.span
                self.copy(node)
                self._moved.add(id(node))
                inside.difference_update(node.results)

    def _may_move(self, node: Node) -> bool:
        plain = node.kind in ("const", "param", "op")
        return plain and id(node) not in self._moved and not self._facts.fallible(node)


def _reads(node: Node) -> set[Value | str]:
    found: set[Value | str] = set(node.inputs)
    for value in node.attrs.values():
        found.update(attr_symbols(value))
    for result in node.results:
        found.update(types.symbols_of(result.type))
    return found
