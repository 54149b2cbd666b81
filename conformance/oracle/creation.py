"""Oracles of schema/ops/creation.py: exact values, rounded or wrapped once by `Array`."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from ..formats import part, round_float
from .arrays import Array, make
from .registry import oracle

Ints = tuple[int, ...]


@oracle("full")
def full(value: Array, shape: Ints) -> Array:
    return make(value.dtype, shape, lambda index: value.items[0])


@oracle("arange")
def arange(start: int, stop: int, step: int, dtype: str) -> Array:
    found = list(range(start, stop, step))
    return Array(dtype, (len(found),), found)


@oracle("eye")
def eye(rows: int, columns: int, offset: int, dtype: str) -> Array:
    return make(dtype, (rows, columns), lambda index: int(index[1] - index[0] == offset))


def convert(value: Any, dtype: str) -> Any:
    """An element as an exact value for `dtype`. SPEC 8.7.4."""
    if dtype == "bool":
        return value != 0
    if dtype in ("c64", "c128"):
        if isinstance(value, complex):
            return value
        # The real part is rounded here: Python's complex would round a long integer to f64 first.
        return complex(round_float(value if isinstance(value, float) else Fraction(value), part(dtype)), 0.0)
    if dtype in ("f16", "f32", "f64", "bf16", "f8e4m3fn", "f8e5m2"):
        return value if isinstance(value, float) else Fraction(value)
    return math.trunc(value)


@oracle("astype")
def astype(x: Array, dtype: str) -> Array:
    return x.map(lambda value: convert(value, dtype), dtype)


@oracle("from_scalar")
def from_scalar(value: Any, dtype: str) -> Array:
    return Array(dtype, (), [convert(value, dtype)])


@oracle("item")
def item(x: Array) -> Any:
    return x.items[0]
