"""The table of oracles, keyed by operator name.

An oracle is ``oracle(*operands, **attributes)``: it takes the operands as `Array`s (or as
int, float, list... for other types) and gives one result, or a tuple of several. A
variadic operand comes as one tuple; an operand left out as None. Attributes come as plain
values: dtypes by name, dimensions as integers, lists as tuples.
An oracle of accuracy ``dot`` gives `Bounded` results.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from typing import Any

from ...schema.registry import FAMILIES
from ..formats import FLOATS, smallest_normal
from .arrays import Array

Oracle = Callable[..., Any]

ORACLES: dict[str, Oracle] = {}


class Bounded:
    """A result with the largest permitted absolute error of each element (f64, rounded up).

    Of complex numbers it is that of each part.
    """

    __slots__ = ("value", "bound")

    def __init__(self, value: Array, bound: Array) -> None:
        self.value = value
        self.bound = bound


def dot_bound(terms: int, magnitude: Fraction, dtype: str) -> float:
    """The permitted error of a sum of `terms` products whose magnitudes add up to `magnitude`. SPEC 9.3.

    2 * terms * max(magnitude * 2**-p, smallest normal number), rounded up to f64; p is the
    number of significand bits, the hidden one included.
    """
    bound = 2 * terms * max(magnitude * Fraction(1, 2 ** FLOATS[dtype][0]), smallest_normal(dtype))
    if bound >= 2**1023:
        return math.inf
    nearest = float(bound)
    return nearest if nearest >= bound else math.nextafter(nearest, math.inf)


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
