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


@oracle("searchsorted")
def searchsorted(x: Array, y: Array, side: str) -> Array:
    def below(a: Any, b: Any) -> bool:
        return bool(a < b or (a == a and b != b))

    def place(value: Any) -> int:
        if side == "left":
            return sum(below(item, value) for item in x.items)
        return sum(not below(value, item) for item in x.items)

    return y.map(place, "i64")


@oracle("unique")
def unique(x: Array, size: Any = None) -> tuple[Array, ...]:
    first: dict[Any, int] = {}
    for at, item in enumerate(x.items):
        # Equal numbers are equal keys, -0 and 0 too; a NaN is keyed by its place.
        first.setdefault(("nan", at) if item != item else item, at)

    def place(key: Any) -> tuple[Any, ...]:
        if isinstance(key, tuple):
            return (1, key[1])
        return (0, key.real, key.imag) if isinstance(key, complex) else (0, key)

    keys = sorted(first, key=place)
    number = {key: at for at, key in enumerate(keys)}
    owner = [number[("nan", at) if item != item else item] for at, item in enumerate(x.items)]
    return (
        Array(x.dtype, (len(keys),), [x.items[first[key]] for key in keys]),
        Array("i64", (len(keys),), [first[key] for key in keys]),
        Array("i64", x.shape, owner),
        Array("i64", (len(keys),), [owner.count(at) for at in range(len(keys))]),
    )


@oracle("isin")
def isin(x: Array, y: Array, invert: bool) -> Array:
    return x.map(lambda item: any(item == other for other in y.items) != invert, "bool")
