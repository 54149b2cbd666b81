"""Further examples of the arguments, for paths that the first one cannot take."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ...schema import dims
from ...schema.types import type_text
from .. import rules
from ..attributes import dtype_name
from ..inputs import Arguments, bind
from ..scope import Scope
from ..trees import tree_of


def setters(
    function: Any, arguments: Arguments, examples: list[Any], inputs: object
) -> list[Callable[[], None]]:
    """Functions that make each example the example of the arguments; the first one's comes first."""
    found = [_setter(arguments, arguments.leaves)]
    for number, given in enumerate(examples, 1):
        args, kwargs = ((), given) if isinstance(given, dict) else (given, {})
        bound, _ = bind(function, args if isinstance(args, tuple) else (args,), kwargs, inputs)
        found.append(_setter(arguments, _leaves(bound, arguments, f"example {number}")))
    return found


def _leaves(bound: inspect.BoundArguments, arguments: Arguments, where: str) -> list[Any]:
    """The arrays of an example, which must have the structure of the first one."""
    leaves: list[Any] = []
    trees = []
    for name, value in bound.arguments.items():
        kind = bound.signature.parameters[name].kind
        several = kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        parts = (value.values() if isinstance(value, dict) else value) if several else [value]
        trees += [tree_of(part, leaves, name, rules.INPUT, where) for part in parts]
    if trees != [parameter.tree for parameter in arguments.parameters]:
        raise rules.INPUT.fail(where, expected="arguments of the structure of the first example")
    arrays = [np.asarray(leaf) for leaf in leaves]
    for array, param in zip(arrays, arguments.arrays):
        t = param.tensor
        if dtype_name(array.dtype, where) != t.dtype or array.ndim != len(t.shape or ()):
            got = f"{array.dtype}{list(array.shape)}"
            raise rules.INPUT.fail(where, expected=f"{param.name}: {type_text(t)}", got=got)
    return arrays


def _setter(arguments: Arguments, leaves: list[Any]) -> Callable[[], None]:
    def use() -> None:
        _sizes(arguments.scope, arguments, leaves)
        for param, leaf in zip(arguments.arrays, leaves):
            param.example = np.array(leaf)

    return use


def _sizes(scope: Scope, arguments: Arguments, leaves: list[Any]) -> None:
    """Give the symbols of the signature the sizes of an example."""
    symbols = scope.symbols
    for param, leaf in zip(arguments.arrays, leaves):
        for dim, n in zip(getattr(param.type, "shape", None) or (), np.shape(leaf)):
            name = dims.symbol_name(dim)
            if name is not None:
                symbols.examples[name] = int(n)
    for param, leaf in zip(arguments.arrays, leaves):
        for dim, n in zip(param.shape, np.shape(leaf)):
            if symbols.value(dim) != n:
                expected, got = f"{param.name}: {type_text(param.tensor)}", f"{list(np.shape(leaf))}"
                raise rules.INPUT.fail(scope.name, expected=expected, got=got)
