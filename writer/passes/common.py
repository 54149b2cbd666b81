"""Common subexpressions: the same call of an operator on the same values is made once."""

from __future__ import annotations

from ...schema.ir import Block, Function, Node, Program, Value, walk
from ...schema.text.attributes import frozen
from .rewrite import Rewriter, binds, functions_by_key, resolve

_WRITES = frozenset({"set", "call", "fork", "wait"})
_COMPUTES = frozenset({"const", "param", "op", "if", "loop", "guard", "raise", "refine", "bind"})


def common_subexpressions(program: Program) -> Program:
    """Make constants, reads of parameters and fields, and calls once where they are the same.

    The first one stays, with its source position, and serves the blocks inside its own. Of calls of
    functions, only those of which nothing inside reads or writes a field, prints or forks. Kept: nodes
    that bind symbols, as each binds its own; reads of fields with a write or a call between them.
    """
    return CommonSubexpressions(program).run()


class CommonSubexpressions(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._functions = functions_by_key(program)
        self._pure: dict[tuple[str, str], bool] = {}
        self._made: list[dict[object, tuple[Value, ...]]] = []
        self._gets: list[dict[object, tuple[Value, ...]]] = []

    def begin(self, function: Function) -> None:
        self._made, self._gets = [{}], [{}]

    def block(self, block: Block) -> Block:
        self._made.append({})
        self._gets.append({})
        made = super().block(block)
        self._made.pop()
        self._gets.pop()
        return made

    def node(self, node: Node) -> None:
        if node.kind == "loop" and _writes(node.blocks[0]):
            self._forget()  # a later turn reads what an earlier one wrote
        key = self._key(node)
        known = self._known(key, node.kind)
        if known is not None:
            self.become(node, known)
            return
        self.copy(node)
        if key is not None:
            tables = self._gets if node.kind == "get" else self._made
            tables[-1][key] = tuple(self.values[value] for value in node.results)
        elif node.kind in _WRITES or any(map(_writes, node.blocks)):
            self._forget()

    def _known(self, key: object, kind: str) -> tuple[Value, ...] | None:
        if key is None:
            return None
        for table in reversed(self._gets if kind == "get" else self._made):
            if key in table:
                return table[key]
        return None

    def _forget(self) -> None:
        for table in self._gets:
            table.clear()

    def _key(self, node: Node) -> object:
        if node.kind in ("param", "get"):
            return (node.kind, node.name)
        owner = self.owner.name if self.owner else ""
        if node.kind == "call" and not binds(node) and self._is_pure(node, owner):
            return ("call", node.name, tuple(map(id, self.inputs(node))))
        if node.kind not in ("const", "op") or binds(node):
            return None
        attrs = tuple((name, frozen(value)) for name, value in node.attrs.items())
        return (node.kind, node.name, attrs, tuple(map(id, self.inputs(node))), node.body)

    def _is_pure(self, node: Node, owner: str) -> bool:
        """Whether the callee, and what it calls, only computes: a second call would end as the first did."""
        key = resolve(self.program, owner, node.name)
        if key not in self._pure:
            self._pure[key] = all(
                inner.kind in _COMPUTES or (inner.kind == "call" and self._is_pure(inner, key[0]))
                for inner in walk(self._functions[key].body)
            )
        return self._pure[key]


def _writes(block: Block) -> bool:
    return any(node.kind in _WRITES for node in walk(block))
