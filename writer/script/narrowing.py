"""What a condition says of values that may be None: ``x is None``, ``self.x is not None``, and so on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compiler import Compiler

#: For a name, or a name and its attributes, whether the value is None.
Facts = dict[tuple[str, ...], bool]


def narrowed(c: Compiler, test: ast.expr) -> tuple[Facts, Facts]:
    """For the names that the condition speaks of: whether they are None where it holds, and where not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds, fails = narrowed(c, test.operand)
        return fails, holds
    if isinstance(test, ast.BoolOp):
        found = [narrowed(c, value) for value in test.values]
        together: Facts = {}
        side = 0 if isinstance(test.op, ast.And) else 1
        for facts in found:
            together.update(facts[side])
        return (together, {}) if side == 0 else ({}, together)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(left, ast.Constant) and left.value is None:
            left, right = right, left
        path = _path(left)
        if path and isinstance(right, ast.Constant) and right.value is None:
            if isinstance(test.ops[0], (ast.Is, ast.Eq)):
                return {path: True}, {path: False}
            if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
                return {path: False}, {path: True}
    return {}, {}


def _path(node: ast.expr) -> tuple[str, ...]:
    """``x.y.z`` as its parts; empty for anything else."""
    if isinstance(node, ast.NamedExpr):
        return (node.target.id,)
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        inner = _path(node.value)
        return (*inner, node.attr) if inner else ()
    return ()
