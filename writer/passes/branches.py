"""Branch folding: conditions that are constant are decided now."""

from __future__ import annotations

from collections.abc import Sequence

from ...schema.ir import Block, Const, Function, Node, Program, Value
from ...schema.types import Type
from .facts import Facts
from .rewrite import Rewriter, uses


def branch_folding(program: Program) -> Program:
    """Put the block that is taken in the place of a branch whose condition is constant.

    A loop that makes no turn becomes its initial values, and a guard of the constant true goes.
    Kept: branches whose taken block raises, and those where a value that may fail to be made would lose
    a use, and with it, where that was the last, the failure. Results keep their declared types by a
    ``refine`` where what the block yields has a narrower one.
    """
    return BranchFolding(program).run()


class BranchFolding(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._harmful: set[Value] = set()
        self._used: set[Value] = set()
        self._constants: dict[Value, Const] = {}

    def begin(self, function: Function) -> None:
        self._harmful = self._facts.harmful(function)
        self._used = set(uses(function.body))
        self._constants = {}

    def node(self, node: Node) -> None:
        if node.kind == "const":
            self._constants[node.results[0]] = node.attrs["value"]  # type: ignore[assignment]
        if node.kind == "guard" and self._constants.get(node.inputs[0]) is True:
            return
        if node.kind == "if" and node.inputs[0] in self._constants:
            taken, other = node.blocks if self._constants[node.inputs[0]] is True else node.blocks[::-1]
            if not taken.raises and self._may_go(other) and self._stay_used(node, taken.results):
                self.become(node, self.declared(node, self.nodes(taken)))
                return
        if node.kind == "loop" and self._no_turn(node) and self._may_skip(node):
            self.become(node, self.declared(node, self.inputs(node)[2:]))
            return
        self.copy(node)

    def _no_turn(self, node: Node) -> bool:
        trips = self._constants.get(node.inputs[0])
        return self._constants.get(node.inputs[1]) is False or (isinstance(trips, int) and trips <= 0)

    def _may_skip(self, loop: Node) -> bool:
        first = self._harmful.intersection(loop.inputs[:2])
        return not first and self._may_go(loop.blocks[0]) and self._stay_used(loop, loop.inputs[2:])

    def _may_go(self, block: Block) -> bool:
        return not any(value in self._harmful for value in uses(block))

    def _stay_used(self, node: Node, results: Sequence[Value]) -> bool:
        pairs = zip(node.results, results)
        return all(result in self._used or value not in self._harmful for result, value in pairs)

    def declared(self, node: Node, results: Sequence[Value]) -> list[Value]:
        """`results`, each of the type that the node's result has."""
        self.to.span = node.span
        return [widened(self, value, old.type, old.name) for value, old in zip(results, node.results)]


def widened(rewriter: Rewriter, value: Value, want: Type, name: str) -> Value:
    """`value` as type `want`, which accepts it."""
    want = rewriter.type(want)
    return value if value.type == want else rewriter.to.refine(value, want, (), name)
