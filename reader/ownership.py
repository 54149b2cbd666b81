"""Which lists and dicts may be changed in place, because nobody else looks at them. SPEC 10.3.

Values never change; but a list that an operator made, and that dies with the operator that
appends to it, may as well be that operator's result. In a loop, that makes appending linear.
"""

from __future__ import annotations

from ..schema.ir import Block, Node, Value
from ..schema.types import ContainerType, Type, walk
from .kernels.registry import INPLACE, load_family
from .liveness import Needs

#: The ``id`` of a node that changes its first operand, or that of a loop and a number of what it carries.
Place = int | tuple[int, int]


def changes(t: Type) -> bool:
    """Whether values of type `t` are lists or dicts."""
    return isinstance(t, ContainerType) and t.kind in ("list", "dict")


def escapes(value: Value, node: Node) -> bool:
    """Whether a result of an operator may be, or may hold, the container `value`."""
    if node.name in INPLACE and node.inputs[0] is value:
        return node.inputs.count(value) > 1
    return any(value.type == part for result in node.results for part in walk(result.type))


def makes_new(node: Node) -> bool:
    """Whether an operator's result is a container that it made."""
    (result,) = node.results
    if not changes(result.type):
        return False
    return node.name in INPLACE or not any(result.type == p for v in node.inputs for p in walk(v.type))


def chain(needs: Needs, block: Block, value: Value) -> tuple[Value, list[Place]] | None:
    """Follow a container that only `block` looks at, from change to change.

    Returns
    -------
    tuple or None
        What became of `value` at the end of the block, and the places that may change it; None
        if somebody else may look at it.
    """
    last = needs.last_uses(block)
    found: list[Place] = []
    for position, node in enumerate(block.nodes):
        if id(node) not in needs.kept or value not in needs.reads(node):
            continue
        if node.kind == "op":
            if escapes(value, node):
                return None
            if node.name in INPLACE and node.inputs[0] is value and last[value] == position:
                found.append(id(node))
                value = node.results[0]
            continue
        if node.kind not in ("if", "loop") or last[value] != position:
            return None
        inner = _through_if(needs, node, value) if node.kind == "if" else _through_loop(needs, node, value)
        if inner is None:
            return None
        value = inner[0]
        found += inner[1]
    return value, found


def _through_if(needs: Needs, node: Node, value: Value) -> tuple[Value, list[Place]] | None:
    index = None
    found: list[Place] = []
    for block in node.blocks:
        if block.raises:
            continue
        inner = chain(needs, block, value)
        if inner is None or block.results.count(inner[0]) != 1:
            return None
        here = block.results.index(inner[0])
        if index not in (None, here):
            return None
        index = here
        found += inner[1]
    return None if index is None else (node.results[index], found)


def _through_loop(needs: Needs, node: Node, value: Value) -> tuple[Value, list[Place]] | None:
    if node.inputs.count(value) != 1 or value in needs.body_reads(node):
        return None
    index = node.inputs.index(value) - 2
    inner = carried(needs, node, index)
    return None if inner is None else (node.results[index], [*inner, (id(node), index)])


def carried(needs: Needs, loop: Node, index: int) -> list[Place] | None:
    """The places that may change what `loop` carries at `index`; None if somebody else looks at it."""
    body = loop.blocks[0]
    load_family("container")  # says which operators there are
    inner = chain(needs, body, body.params[index + 1])
    if inner is None or body.raises or body.results.count(inner[0]) != 1:
        return None
    return inner[1] if body.results.index(inner[0]) == index + 1 else None
