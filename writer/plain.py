"""Functions of the namespace that follow from a declaration: an operator's own, with its own arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..schema.registry import find
from .apply import apply
from .promote import convert, result_type

#: Families whose operators a program uses without calling a function.
_LANGUAGE = frozenset({"scalar", "string", "container"})


def operator_function(name: str) -> Callable[..., Any] | None:
    """The function that calls the operator `name`: operands in order, attributes by name; or None."""
    op = find(name)
    if op is None or op.family in _LANGUAGE:
        return None
    patterns = [arg.pattern for arg in op.signatures[0].args]

    def function(*operands: Any, **attrs: Any) -> Any:
        alike = [x for x, pattern in zip(operands, patterns) if pattern == "T"]
        dtype = result_type(*alike) if alike else None
        given = [
            convert(x, dtype) if pattern == "T" and x is not None else x
            for x, pattern in zip(operands, patterns)
        ]
        return apply(name, *given, **attrs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = op.doc
    return function
