"""Constructs that are written as others before a function is compiled."""

from __future__ import annotations

import ast
from itertools import count
from typing import Any

_NUMBERS = count(1)


class _Breaks(ast.NodeTransformer):
    """Sets `name` before each ``break`` of the loop whose body is visited."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = False

    def visit_Break(self, node: ast.Break) -> Any:
        self.found = True
        return [_assign(self.name, True, node), node]

    def _inner(self, node: Any) -> Any:
        # a loop inside has breaks of its own, but not in its `else`
        node.orelse = [part for stmt in node.orelse for part in _listed(self.visit(stmt))]
        return node

    visit_For = visit_While = _inner

    def _function(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_Lambda = visit_ClassDef = visit_AsyncFunctionDef = _function


class _Else(ast.NodeTransformer):
    """``else`` of a loop: what follows it unless it was left by ``break``."""

    def _loop(self, node: Any) -> Any:
        self.generic_visit(node)
        if not node.orelse:
            return node
        breaks = _Breaks(f"<broken {next(_NUMBERS)}>")
        node.body = [part for stmt in node.body for part in _listed(breaks.visit(stmt))]
        rest, node.orelse = node.orelse, []
        if not breaks.found:
            return [node, *rest]
        left = ast.copy_location(ast.Name(breaks.name, ast.Load()), node)
        test = ast.copy_location(ast.UnaryOp(ast.Not(), left), node)
        return [_assign(breaks.name, False, node), node, ast.copy_location(ast.If(test, rest, []), node)]

    visit_For = visit_While = _loop


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _assign(name: str, value: bool, at: ast.AST) -> ast.Assign:
    target = ast.copy_location(ast.Name(name, ast.Store()), at)
    return ast.copy_location(ast.Assign([target], ast.copy_location(ast.Constant(value), at)), at)


def rewritten(tree: Any) -> Any:
    """The function without ``else`` of loops."""
    return _Else().visit(tree)
