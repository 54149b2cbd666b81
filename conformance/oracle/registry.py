"""The table of oracles, keyed by operator name.

An oracle is ``oracle(*operands, **attributes)``: it takes the operands as `Array`s (or as
int, float, list... for other types) and gives one result, or a tuple of several. A
variadic operand comes as one tuple; an operand left out as None. Attributes come as plain
values: dtypes by name, dimensions as integers, lists as tuples.
An oracle of accuracy ``dot`` gives `Bounded` results.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ...schema.registry import FAMILIES
from .arrays import Array

Oracle = Callable[..., Any]

ORACLES: dict[str, Oracle] = {}


class Bounded:
    """A result with the largest permitted absolute error of each element (f64, rounded up)."""

    __slots__ = ("value", "bound")

    def __init__(self, value: Array, bound: Array) -> None:
        self.value = value
        self.bound = bound


def oracle(name: str) -> Callable[[Oracle], Oracle]:
    """Register the oracle of the operator `name`."""

    def register(function: Oracle) -> Oracle:
        if name in ORACLES:
            raise ValueError(f"operator {name} has two oracles")
        ORACLES[name] = function
        return function

    return register


def oracles() -> dict[str, Oracle]:
    """All oracles by operator name."""
    for family in FAMILIES:
        import_module(f"{__package__}.{family}")
    return ORACLES
