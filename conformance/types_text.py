"""Reading the texts of types in case files: ``f32[2,B]``, ``list[?[...]]``. SPEC 4.3, 7."""

from __future__ import annotations

import ast

from ..schema import dims
from ..schema.dims import Dim, Known
from ..schema.dtypes import BY_NAME
from ..schema.types import CONTAINERS, SCALARS, ClassType, ContainerType, TensorType, Type


def parse_type(text: str) -> Type:
    """The type whose text is `text`.

    >>> parse_type("tuple[int,f32[2*B+1,?]]")
    tuple[int,f32[2*B+1,?]]
    """
    head, bracket, rest = text.partition("[")
    if not bracket:
        return SCALARS.get(head) or ClassType(head)
    if not rest.endswith("]"):
        raise ValueError(f"{text!r} is no type")
    inside = rest[:-1]
    if head in CONTAINERS:
        return ContainerType(head, tuple(map(parse_type, split(inside))))
    if head != "?" and head not in BY_NAME:
        raise ValueError(f"{text!r} names no dtype")
    dtype = None if head == "?" else head
    if inside == "...":
        return TensorType(dtype, None)
    return TensorType(dtype, tuple(map(parse_dim, split(inside))))


def split(text: str) -> list[str]:
    """The parts of `text` between the commas outside of brackets."""
    parts: list[str] = []
    depth = start = 0
    for at, char in enumerate(text):
        depth += (char in "[(") - (char in "])")
        if char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def parse_dim(text: str) -> Dim:
    """The dimension whose text is `text`."""
    return dims.UNKNOWN if text == "?" else _dim(ast.parse(text, mode="eval").body)


def _dim(node: ast.expr) -> Known:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return dims.symbol(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return dims.neg(_dim(node.operand))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
        left, right = map(_dim, node.args)
        return dims.maximum(left, right) if node.func.id == "max" else dims.minimum(left, right)
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_dim(node.left), _dim(node.right))
    raise ValueError(f"{ast.unparse(node)} is no dimension")


_OPERATORS = {ast.Add: dims.add, ast.Sub: dims.sub, ast.Mult: dims.mul, ast.FloorDiv: dims.floordiv}
