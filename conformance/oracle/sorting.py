"""Oracles of schema/ops/sorting.py."""

from __future__ import annotations

from typing import Any

from .arrays import Array, along
from .registry import oracle


def _order(line: list[Any], descending: bool) -> list[int]:
    """The positions in order. Python's sort is stable, in reverse too."""

    def key(at: int) -> tuple[bool, Any]:
        nan = line[at] != line[at]
        return nan, 0 if nan else line[at]

    return sorted(range(len(line)), key=key, reverse=descending)


@oracle("sort")
def sort(x: Array, axis: int, descending: bool) -> Array:
    return along(x, axis, lambda line: [line[at] for at in _order(line, descending)])


@oracle("argsort")
def argsort(x: Array, axis: int, descending: bool) -> Array:
    return along(x, axis, lambda line: _order(line, descending), "i64")


@oracle("top_k")
def top_k(x: Array, k: int, axis: int, largest: bool) -> tuple[Array, Array]:
    values = along(x, axis, lambda line: [line[at] for at in _order(line, largest)[:k]])
    return values, along(x, axis, lambda line: _order(line, largest)[:k], "i64")
