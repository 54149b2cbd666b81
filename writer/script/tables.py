"""What the compiler knows, by table: docs/script.md is written from these."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

#: How each construct of Python is compiled.
STATEMENTS: dict[type[ast.stmt], Callable[..., Any]] = {}
EXPRESSIONS: dict[type[ast.expr], Callable[..., Any]] = {}
#: How calls of functions are compiled, by the function.
FUNCTIONS: dict[Any, Callable[..., Any]] = {}
#: How calls of methods are compiled, by the sort of value and the name.
METHODS: dict[tuple[str, str], Callable[..., Any]] = {}
#: What stands for constructs that are refused, and what to write instead.
REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Try: ("try", "check the condition before, with if"),
    ast.AsyncFunctionDef: ("async def", "use tracebox.fork and wait"),
    ast.AsyncFor: ("async for", "use for"),
    ast.AsyncWith: ("async with", "use with"),
    ast.Await: ("await", "use tracebox.fork and wait"),
    ast.ClassDef: ("a class inside a function", "define it outside"),
    ast.Global: ("global", "keep state in a field of a Module"),
    ast.Nonlocal: ("nonlocal", "return the value, or keep state in a field of a Module"),
    ast.Import: ("import inside a function", "import at the top of the file"),
    ast.ImportFrom: ("import inside a function", "import at the top of the file"),
    ast.Match: ("match", "use if and elif"),
    ast.Yield: ("yield", "append to a list and return it"),
    ast.YieldFrom: ("yield from", "append to a list and return it"),
    ast.Set: ("a set", "use a list, or a dict of bools"),
    ast.SetComp: ("a set comprehension", "use a list"),
    ast.Starred: ("a starred item here", "write the items out"),
}


def statement(kind: type[ast.stmt]) -> Callable[[F], F]:
    """Register how a statement is compiled."""

    def register(function: F) -> F:
        STATEMENTS[kind] = function
        return function

    return register


def expression(*kinds: type[ast.expr]) -> Callable[[F], F]:
    """Register how an expression is compiled."""

    def register(function: F) -> F:
        EXPRESSIONS.update(dict.fromkeys(kinds, function))
        return function

    return register


def function(*functions: Any) -> Callable[[F], F]:
    """Register how calls of functions are compiled: ``handler(compiler, args, kwargs)``."""

    def register(handler: F) -> F:
        FUNCTIONS.update(dict.fromkeys(functions, handler))
        return handler

    return register


def method(sort: str, *names: str) -> Callable[[F], F]:
    """Register how methods are compiled: ``handler(compiler, owner, args, kwargs)``."""

    def register(handler: F) -> F:
        METHODS.update({(sort, name): handler for name in names})
        return handler

    return register
