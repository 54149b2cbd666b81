"""The parameters of a scripted entry point: their types, and what stands for them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...schema import dims
from ...schema.manifest import MISSING, Parameter, Tree
from ...schema.manifest_const import to_plain
from ...schema.names import clean, fresh_name
from ...schema.types import (
    NONE,
    ContainerType,
    TensorType,
    Type,
    dict_of,
    list_of,
    map_dims,
    symbols_of,
    type_text,
)
from ..attributes import dtype_name
from ..ghosts import example as ghost
from ..integral import SymbolicInt
from ..proxy import Proxy
from . import rules
from .annotations import type_of
from .core import Core
from .templates import Mismatch, common
from .values import PYTHON, DictBox, ListBox, Optional, Scalar, is_array, scalar_kind

_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional_or_keyword",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
}
_NOTHING = inspect.Parameter.empty


def example_type(value: Any, name: str, sizes: dict[str, int]) -> Type | None:
    """The type of an example; each size of an array is a symbol of its own."""
    if isinstance(value, (np.ndarray, np.generic)):
        shape = []
        for axis, n in enumerate(value.shape):
            symbol = fresh_name(f"{name}_{axis}", sizes)
            sizes[symbol] = int(n)
            shape.append(dims.symbol(symbol))
        return TensorType(dtype_name(value.dtype, name), tuple(shape))
    for python, t in PYTHON.items():
        if isinstance(value, python):
            return t
    if value is None:
        return NONE
    if isinstance(value, list) and value:
        items = [_loose(example_type(item, name, {})) for item in value]
        return None if None in items else list_of(common([t for t in items if t is not None], ""))
    if isinstance(value, dict) and value:
        keys = [example_type(key, name, {}) for key in value]
        items = [_loose(example_type(item, name, {})) for item in value.values()]
        if None in keys or None in items:
            return None
        return dict_of(
            common([t for t in keys if t is not None], ""), common([t for t in items if t is not None], "")
        )
    if isinstance(value, tuple):
        parts = [example_type(item, f"{name}_{i}", sizes) for i, item in enumerate(value)]
        return None if None in parts else ContainerType("tuple", tuple(t for t in parts if t is not None))
    return None


def _loose(t: Type | None) -> Type | None:
    return None if t is None else map_dims(t, lambda dim: dims.UNKNOWN)


def _alone(t: Type) -> Iterator[str]:
    """The symbols that stand alone as sizes, in arrays that are parameters or items of tuples."""
    if isinstance(t, TensorType):
        yield from filter(None, map(dims.symbol_name, t.shape or ()))
    elif isinstance(t, ContainerType) and t.kind == "tuple":
        for item in t.items:
            yield from _alone(item)


class Parameters:
    """The parameters of the root function, by the annotations, `specs` and examples of a Python function."""

    def __init__(
        self,
        core: Core,
        signature: inspect.Signature,
        space: dict[str, Any],
        bound: Mapping[str, Any],
        specs: Mapping[str, Type],
        name: str,
    ) -> None:
        self.core = core
        self.space = space
        self.bound = bound
        self.specs = specs
        self.name = name
        self.parameters: list[Parameter] = []
        #: The examples of the leaves, or MISSING.
        self.leaves: list[Any] = []
        self.sizes: dict[str, int] = {}
        scope = core.trace.scope
        types = {key: self._type(p) for key, p in signature.parameters.items()}
        self._check_symbols(types)
        for t in types.values():
            for symbol in symbols_of(t) if t is not None else ():
                scope.symbols.examples.setdefault(symbol, self.sizes.get(symbol, 0))
                scope.symbols.named.add(symbol)
        for symbol, size in list(scope.symbols.examples.items()):
            if not size and symbol not in self.sizes:
                made = ghost(TensorType("f32", (dims.UNKNOWN,)), scope.symbols).shape[0]
                scope.symbols.examples[symbol] = int(made)
        self.values = {key: self._value(p, types[key]) for key, p in signature.parameters.items()}

    def _type(self, parameter: inspect.Parameter) -> Type | None:
        name = parameter.name
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return None
        if name in self.specs:
            return self.specs[name]
        noted = None if parameter.annotation is _NOTHING else type_of(parameter.annotation, self.space)
        given = self.bound.get(name, parameter.default)
        if noted is not None and not (isinstance(noted, TensorType) and noted.shape is None):
            if isinstance(noted, TensorType) and isinstance(given, np.ndarray):
                for dim, n in zip(noted.shape or (), given.shape):
                    symbol = dims.symbol_name(dim)
                    if symbol is not None:
                        self.sizes.setdefault(symbol, int(n))
            return noted
        if given is _NOTHING:
            raise rules.PARAMETER.fail(
                f"{self.name} parameter {name}",
                got="neither",
                hint=f'annotate it, as in {name}: "f32[B,4]", or give an example: script(fn, x)',
            )
        try:
            found = example_type(given, clean(name), self.sizes)
        except Mismatch as mismatch:
            raise rules.PARAMETER.fail(f"{self.name} parameter {name}", got=str(mismatch)) from None
        if found is None:
            got = type(given).__name__
            hint = "pass arrays, numbers, str, and lists, dicts and tuples of these"
            if isinstance(given, (list, dict)) and not given:
                got, example = (
                    f"an empty {got}",
                    "list[float]" if isinstance(given, list) else "dict[str, int]",
                )
                hint = f"annotate it, as in {name}: {example}"
            raise rules.PARAMETER.fail(f"{self.name} parameter {name}", got=got, hint=hint)
        return found

    def _check_symbols(self, types: dict[str, Type | None]) -> None:
        """Make sure that each symbol is the size of an array that the caller gives."""
        known = [t for t in types.values() if t is not None]
        bound = {symbol for t in known for symbol in _alone(t)}
        for key, t in types.items():
            missing = sorted(set(symbols_of(t)) - bound) if t is not None else []
            if missing and t is not None:
                raise rules.PARAMETER.fail(
                    f"{self.name} parameter {key}",
                    expected=f"a parameter one of whose sizes is {missing[0]}",
                    got=type_text(t),
                    hint="write ? for a size that nothing else says",
                )

    def _value(self, parameter: inspect.Parameter, t: Type | None) -> Any:
        name = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            found = []
            for i, value in enumerate(self.bound.get(name, ())):
                one = example_type(value, f"{name}_{i}", self.sizes)
                found.append(self._one(f"{name}_{i}", "positional", one, value, MISSING))
            return tuple(found)
        if parameter.kind is parameter.VAR_KEYWORD:
            made = {}
            for key, value in self.bound.get(name, {}).items():
                one = example_type(value, key, self.sizes)
                made[key] = self._one(key, "keyword", one, value, MISSING)
            return DictBox(made)
        default = MISSING if parameter.default is _NOTHING else parameter.default
        if not (default is MISSING or default is None or scalar_kind(default) is not None):
            default = MISSING
        return self._one(name, _KINDS[parameter.kind], t, self.bound.get(name, MISSING), default)

    def _one(self, name: str, kind: str, t: Type | None, given: Any, default: Any) -> Any:
        if t is None:
            raise rules.PARAMETER.fail(f"{self.name} parameter {name}", got=type(given).__name__)
        for symbol in symbols_of(t):
            self.core.trace.scope.symbols.examples.setdefault(symbol, self.sizes.get(symbol, 11))
        value, tree = self._leaf(name, t, given)
        self.parameters.append(Parameter(name, kind, tree, default))
        return value

    def _leaf(self, name: str, t: Type, given: Any) -> tuple[Any, Tree]:
        core, scope = self.core, self.core.trace.scope
        if t is NONE:
            return None, {"const": to_plain(None)}
        if isinstance(t, ContainerType) and t.kind == "tuple":
            cls = type(given) if isinstance(given, tuple) else tuple
            parts = given if isinstance(given, tuple) else [MISSING] * len(t.items)
            made = [
                self._leaf(f"{name}_{i}", part, item) for i, (part, item) in enumerate(zip(t.items, parts))
            ]
            values = [value for value, _ in made]
            value = cls(*values) if hasattr(cls, "_fields") else tuple(values)
            return value, {"tuple": [tree for _, tree in made]}
        label = fresh_name(clean(name), {p.name for p in scope.params})
        example = ghost(t, scope.symbols)
        val = scope.add_param(t, example, label, True)
        self.leaves.append(given)
        return core.wrap(val, t), {"leaf": len(self.leaves) - 1}


def result_tree(core: Core, value: Any, leaves: list[Any]) -> Tree:
    """The tree of what a scripted function returns; its leaves are added to `leaves`."""
    if isinstance(value, (Proxy, Scalar, Optional, SymbolicInt)) or is_array(value):
        leaves.append(core.value(value))
        return {"leaf": len(leaves) - 1}
    if isinstance(value, (ListBox, DictBox)) and value.val is not None:
        leaves.append(core.value(value))
        return {"leaf": len(leaves) - 1}
    if value is None or scalar_kind(value) is not None:
        return {"const": to_plain(value)}
    if isinstance(value, (tuple, ListBox)):
        items = value if isinstance(value, tuple) else value.items or ()
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [result_tree(core, item, leaves) for item in items]}
    if isinstance(value, DictBox) and all(type(key) in (str, int) for key in value.items or ()):
        pairs = (value.items or {}).items()
        return {"dict": [[key, result_tree(core, item, leaves)] for key, item in pairs]}
    from .values import describe

    raise core.fail(
        rules.OPERAND,
        got=f"a result that is {describe(value)}",
        hint="return arrays, numbers, strings, None, and tuples, lists and dicts of these",
    )
