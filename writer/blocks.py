"""Blocks of branches and loops: recording into them, and making what they give fit together. SPEC 5.7."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import dims
from ..schema.dims import Dim
from ..schema.manifest import Tree
from ..schema.types import type_text
from . import rules
from .apply import value_of
from .context import Trace, active
from .creation import asarray
from .integral import SymbolicInt
from .promote import convert
from .proxy import Proxy
from .scope import BlockSteps, Val


class Recording:
    """Inside the ``with`` statement steps are recorded into `block`.

    What is computed of sizes there is not seen afterwards, nor may anything be written outside.
    """

    def __init__(self, trace: Trace, block: BlockSteps | None = None) -> None:
        self.trace = trace
        self.block = block or BlockSteps(trace.scope.block)

    def __enter__(self) -> BlockSteps:
        scope = self.trace.scope
        self.sizes, self.constants = dict(scope.sizes), set(scope.constants)
        self.compacted = dict(scope.symbols.compacted)
        living = (proxy for ref in self.trace.proxies if (proxy := ref()) is not None)
        self.before = [(proxy, proxy._source) for proxy in living]
        scope.block, self.block.open = self.block, True
        return self.block

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        scope, block = self.trace.scope, self.block
        scope.block, block.open = block.outer, False
        scope.sizes, scope.symbols.compacted = self.sizes, self.compacted
        for key in set(scope.constants) - self.constants:
            if scope.constants[key].block is block:
                del scope.constants[key]
        if kind is None:
            self._check_writes()

    def _check_writes(self) -> None:
        for proxy, source in self.before:
            now = proxy._source
            if now is not source and isinstance(now, Val) and now.block is self.block:
                hint = "give the new array as a result"
                name = source.name
                raise rules.BLOCK.fail(self.trace.where, got=f"a change of {name}", hint=hint)


def truth_of(trace: Trace, condition: Any) -> Val:
    """A boolean array of shape ``()`` as a bool of the program."""
    if isinstance(condition, (bool, np.bool_)):
        return trace.constant(bool(condition))
    value = value_of(trace, asarray(condition))
    if value.tensor.shape != () or value.tensor.dtype != "bool":
        raise rules.FREEZE.fail(
            trace.where,
            expected="a bool of shape ()",
            got=type_text(value.tensor),
            hint="use .any() or .all()",
        )
    (scalar,) = trace.op("item", (value,), {})
    return scalar


def as_tuple(result: Any, count: int) -> tuple[Any, ...]:
    if count == 1:
        return (result,)
    if not isinstance(result, tuple) or len(result) != count:
        what = f"{len(result)} values" if isinstance(result, tuple) else type(result).__name__
        trace = active()
        raise rules.CARRIED.fail(trace.where if trace else "", expected=f"a tuple of {count}", got=what)
    return result


def leaf_of(trace: Trace, leaf: Any) -> Val:
    return trace.local(value_of(trace, asarray(leaf)))


def is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic))


def fitted(value: Any, other: Any) -> Any:
    """`value` with its numbers as arrays where `other` has an array or another number."""
    if isinstance(value, (tuple, list)) and type(value) is type(other) and len(value) == len(other):
        items = [fitted(a, b) for a, b in zip(value, other)]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict) and isinstance(other, dict) and value.keys() == other.keys():
        return {key: fitted(item, other[key]) for key, item in value.items()}
    if not (is_number(value) or isinstance(value, SymbolicInt)):
        return value
    if isinstance(other, (Proxy, np.ndarray)):
        return convert(value, other.dtype) if not isinstance(value, np.generic) else np.asarray(value)
    if is_number(other) and (type(value) is not type(other) or value != other):
        return asarray(value)
    return asarray(value) if isinstance(value, SymbolicInt) or isinstance(other, SymbolicInt) else value


def outline(tree: Tree) -> str:
    """A tree without what its leaves are."""
    ((kind, value),) = tree.items()
    if kind in ("leaf", "const"):
        return "an array" if kind == "leaf" else repr(value)
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {outline(item)}" for key, item in value) + "}"
    inside = ", ".join(map(outline, value))
    return f"({inside})" if kind == "tuple" else f"[{inside}]"


def common_size(trace: Trace, a: Dim, b: Dim) -> Dim:
    """`a` if it equals `b` and is known around the block, else unknown."""
    if dims.equal(a, b) is not True or any(name in trace.scope.symbols.fresh for name in dims.symbols_of(a)):
        return dims.UNKNOWN
    return a


def as_arrays(value: Any) -> Any:
    """`value` with its numbers as arrays."""
    if is_number(value) or isinstance(value, SymbolicInt):
        return asarray(value)
    if isinstance(value, (tuple, list)):
        items = [as_arrays(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict):
        return {key: as_arrays(item) for key, item in value.items()}
    return value
