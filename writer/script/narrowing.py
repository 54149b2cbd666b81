"""What a condition says of values that may be None: ``x is None``, and its negations."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compiler import Compiler

Facts = dict[str, bool]


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
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.left, ast.Name):
        right = test.comparators[0]
        if isinstance(right, ast.Constant) and right.value is None:
            if isinstance(test.ops[0], (ast.Is, ast.Eq)):
                return {test.left.id: True}, {test.left.id: False}
            if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
                return {test.left.id: False}, {test.left.id: True}
    return {}, {}
