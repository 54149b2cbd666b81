"""The language of rules and result types: expressions over types, shapes and attributes.

Three-valued: a truth value is True, False or `UNKNOWN`. SPEC 5.4 defines the language;
its syntax is a subset of Python's expressions. Formulas come from operator declarations
alone, never from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .dims import Unknown
from .formula_values import COMPILED, FUNCTIONS, SymbolSize, broadcast_dim, equal, every
from .types import SCALARS, ClassType, ContainerType, ScalarType, TensorType, Type

if TYPE_CHECKING:
    import ast

__all__ = [
    "FUNCTIONS",
    "SymbolSize",
    "as_type",
    "broadcast_dim",
    "compile_formula",
    "equal",
    "every",
    "truth",
]

Env = Mapping[str, Any]
Eval = Callable[[Env], Any]


def compile_formula(text: str) -> Eval:
    """The function that evaluates the formula `text` in an environment."""
    found = COMPILED.get(text)
    if found is None:
        import ast

        found = COMPILED[text] = compile_tree(ast.parse(text, mode="eval").body)
    return found


def compile_tree(node: ast.expr) -> Eval:
    """As `compile_formula`, of a syntax tree: templates hold formulas in program text (SPEC 7.9)."""
    from .formula_compiler import compiled

    known: Eval | None = getattr(node, "compiled", None)
    if known is None:
        known = compiled(node)
        node.compiled = known  # type: ignore[attr-defined]
    return known


def truth(value: Any) -> bool | None:
    """A formula's value as True, False or None for unknown."""
    return None if isinstance(value, Unknown) else bool(value)


def as_type(value: Any) -> Type:
    """A formula's value as a type; the bare name ``bool`` is the scalar."""
    if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
        return value
    if isinstance(value, str):
        return SCALARS[value]
    raise TypeError(f"the formula gives {value!r}, which is no type")
