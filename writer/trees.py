"""Containers of arrays, as arguments and results: flattened to leaves and built again. SPEC 3.6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..archive.limits import DEFAULT
from ..schema.manifest import Tree
from ..schema.manifest_const import to_plain
from . import rules
from .integral import SymbolicInt
from .proxy import Proxy

Leaf = Callable[[Any, str], Any]


def is_array(value: object) -> bool:
    """Whether `value` is an array, traced or not, or a NumPy number."""
    return isinstance(value, (Proxy, np.ndarray, np.generic))


def is_constant(value: object) -> bool:
    """Whether `value` is a Python number, str or None."""
    return value is None or isinstance(value, (bool, int, float, complex, str))


def map_tree(value: Any, leaf: Leaf, path: str, fail: Any) -> Any:
    """`value` with `leaf` applied to the arrays and symbolic sizes in it."""
    if is_array(value) or isinstance(value, SymbolicInt):
        return leaf(value, path)
    if is_constant(value):
        return value
    if isinstance(value, tuple):
        items = [map_tree(item, leaf, f"{path}[{i}]", fail) for i, item in enumerate(value)]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [map_tree(item, leaf, f"{path}[{i}]", fail) for i, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: map_tree(item, leaf, f"{path}[{key!r}]", fail) for key, item in value.items()}
    raise fail(path, value)


def tree_of(value: Any, leaves: list[Any], path: str, rule: Any, where: str, depth: int = 0) -> Tree:
    """The tree of `value` for the manifest; its arrays are added to `leaves`."""
    if depth >= DEFAULT.tree_depth:
        raise rule.fail(where, expected=f"at most {DEFAULT.tree_depth} levels", got=f"{path[:80]}...")
    if is_array(value) or isinstance(value, SymbolicInt):
        leaves.append(value)
        return {"leaf": len(leaves) - 1}
    if is_constant(value):
        return {"const": to_plain(value)}
    if isinstance(value, (tuple, list)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        items = [tree_of(v, leaves, f"{path}[{i}]", rule, where, depth + 1) for i, v in enumerate(value)]
        return {kind: items}
    if isinstance(value, dict) and all(type(key) in (str, int) for key in value):
        pairs = [
            [key, tree_of(item, leaves, f"{path}[{key!r}]", rule, where, depth + 1)]
            for key, item in value.items()
        ]
        return {"dict": pairs}
    raise rule.fail(where, got=f"{path}: {type(value).__name__}")


def build(tree: Tree, leaves: list[Any]) -> Any:
    """The value that `tree` describes, with `leaves` in their places."""
    from ..schema.manifest_const import from_plain

    ((kind, value),) = tree.items()
    if kind == "leaf":
        return leaves[value]
    if kind == "const":
        return from_plain(value)
    if kind == "dict":
        return {key: build(item, leaves) for key, item in value}
    items = [build(item, leaves) for item in value]
    return tuple(items) if kind == "tuple" else items


INPUT = rules.INPUT
OUTPUT = rules.OUTPUT
