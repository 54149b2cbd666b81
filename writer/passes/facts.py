"""What a pass must know of a function: what may fail, what has an effect. SPEC 10.3.

An operator whose result is used must fail where it fails; one whose result is not used may be left
out. So a pass that takes away a use of a value asks first whether what makes it can fail at all.
"""

from __future__ import annotations

from ...schema.calls import open_arguments
from ...schema.dims import Expr, Unknown, symbol_name
from ...schema.infer import infer
from ...schema.ir import Attr, Block, Function, Node, Program, Value, walk
from ...schema.registry import find
from ...schema.types import INT, accepts

#: The kinds that may be left out where nothing uses their results. SPEC 10.3.
PURE = frozenset({"const", "param", "get", "op", "if", "loop"})


class Facts:
    """What is known of the nodes of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._records = {record.name: record for record in program.records}
        self._fallible: dict[int, bool] = {}

    def fallible(self, node: Node) -> bool:
        """Whether executing `node`, with values of its inputs' types, may end the call or not end."""
        known = self._fallible.get(id(node))
        if known is None:
            known = self._fallible[id(node)] = self._may_fail(node)
        return known

    def _may_fail(self, node: Node) -> bool:
        if node.kind in ("const", "param", "get"):
            return False
        if node.kind == "op":
            return self._op_may_fail(node)
        if node.kind == "refine":
            want = node.attrs["type"]
            return accepts(want, node.inputs[0].type) is not True  # type: ignore[arg-type]
        if node.kind == "if" or (node.kind == "loop" and node.inputs[0].type is INT):
            return any(self.fallible(inner) for block in node.blocks for inner in block.nodes)
        return True

    def _op_may_fail(self, node: Node) -> bool:
        op = find(node.name)
        if op is None or op.errors or op.fresh or any(map(_computed, node.attrs.values())):
            return True
        operands = [value.type for value in node.inputs]
        found = infer(op, node.attrs, operands, self._records)
        if found.unknown or found.problems:
            return True
        if node.body is None:
            return False
        function = self.program.bodies[node.body].function
        if open_arguments([p.type for p in function.params], operands):
            return True
        return any(map(self.fallible, function.body.nodes))

    def harmful(self, function: Function) -> set[Value]:
        """The values of `function` that may take a failure with them if they lose a use."""
        found: set[Value] = set()
        self._block(function.body, found)
        return found

    def _block(self, block: Block, found: set[Value]) -> None:
        for node in block.nodes:
            if node.kind in ("if", "loop"):
                self._control(node, found)
                # Without its last result the whole node goes, and all that it reads loses a use.
                if self.fallible(node) or not found.isdisjoint((*node.inputs, *used_inside(node.blocks))):
                    found.update(node.results)
            elif node.kind == "op" and (self.fallible(node) or any(v in found for v in node.inputs)):
                found.update(node.results)

    def _control(self, node: Node, found: set[Value]) -> None:
        """A result is harmful if something that leads to it is; a loop's lead to one another."""
        if node.kind == "if":
            for block in node.blocks:
                self._block(block, found)
                found.update(r for r, value in zip(node.results, block.results) if value in found)
            return
        body = node.blocks[0]
        carried = body.params[1:]
        found.update(p for p, value in zip(carried, node.inputs[2:]) if value in found)
        before = -1
        while before != len(found):
            before = len(found)
            self._block(body, found)
            found.update(p for p, value in zip(carried, body.results[1:]) if value in found)
        found.update(r for r, p in zip(node.results, carried) if p in found)


def used_inside(blocks: tuple[Block, ...]) -> list[Value]:
    """The values that `blocks` read, their own ones too."""
    nodes = [node for block in blocks for node in walk(block)]
    results = [value for node in nodes for block in node.blocks for value in block.results]
    inputs = [value for node in nodes for value in node.inputs]
    return [*inputs, *results, *(value for block in blocks for value in block.results)]


def has_effect(block: Block) -> bool:
    """Whether something in `block` or inside it must be executed."""
    return any(node.kind not in PURE for node in walk(block))


def _computed(value: Attr) -> bool:
    """Whether an attribute holds a dimension that must be computed, which may have no value. SPEC 4.2.1."""
    if isinstance(value, tuple):
        return any(map(_computed, value))
    return isinstance(value, Unknown) or (isinstance(value, Expr) and symbol_name(value) is None)
