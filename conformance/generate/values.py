"""Operand values that case generators share: special values, seeded ones, and types."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from typing import Any

from ...schema.dtypes import BY_NAME
from ...schema.registry import Signature, operators
from ..formats import FLOATS, largest, part, round_float, smallest_normal
from ..model import Case, Fails, Reject
from ..oracle.arrays import Array


def width(dtype: str) -> int:
    """The bits of an element."""
    return 8 * BY_NAME[dtype].itemsize


def extremes(dtype: str) -> tuple[int, int]:
    """The smallest and the largest value of an integer dtype."""
    bits = width(dtype)
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dtype[0] == "i" else (0, 2**bits - 1)


def specials(dtype: str) -> list[Any]:
    """Zeros, ones, extremes and what else an operator may get wrong."""
    kind = BY_NAME[dtype].kind
    if kind == "bool":
        return [False, True]
    if kind == "int":
        low, high = extremes(dtype)
        return [0, 1, 2, 3, 7, -1, -2, -5, low, low + 1, high - 1, high]
    if kind == "uint":
        high = extremes(dtype)[1]
        return [0, 1, 2, 3, 7, 100, high // 2, high // 2 + 1, high - 1, high]
    if kind == "complex":
        parts = [0.0, -0.0, 1.0, -2.5, math.inf, math.nan]
        return [complex(re, im) for re in parts for im in (0.0, -1.5, -math.inf)]
    tiny, subnormal = (
        float(smallest_normal(dtype)),
        float(smallest_normal(dtype) / 2 ** (FLOATS[dtype][0] - 1)),
    )
    top = float(largest(dtype))
    positive = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, tiny, subnormal, top, math.inf]
    return [*positive, *(-value for value in positive), math.nan]


def few(dtype: str) -> list[Any]:
    """A shorter list of special values, for pairs of all with all."""
    if BY_NAME[dtype].kind != "float":
        return specials(dtype)[:10] if BY_NAME[dtype].kind == "complex" else specials(dtype)
    tiny, top = float(smallest_normal(dtype)), float(largest(dtype))
    return [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0, tiny, -top, top, math.inf, -math.inf, math.nan]


def plane(dtype: str) -> list[complex]:
    """Complex numbers with every special part beside every other: all rows of tables of special cases."""
    parts = [0.0, -0.0, 1.0, -1.0, 0.75, -2.5, math.inf, -math.inf, math.nan]
    tiny, top = (float(end(part(dtype))) for end in (smallest_normal, largest))
    sizes = [(tiny, tiny), (-tiny, 1.5), (2.0, -tiny), (tiny / 4, -tiny / 2), (1e-3, -1e-4), (-1e-3, 40.0)]
    return [complex(re, im) for re in parts for im in parts] + [
        complex(*pair) for pair in [*sizes, (top, 1.0), (-top, -top), (0.5, top)]
    ]


def complex_few() -> list[complex]:
    """A shorter list, for pairs of all with all."""
    inf, nan = math.inf, math.nan
    parts = [(0, 0), (-0.0, -0.0), (1, 0), (0, -1), (-2.5, 0.5), (3, -4), (1e-3, 1e-3), (inf, 0), (-inf, 1)]
    parts += [(1, inf), (inf, -inf), (nan, 0), (1, nan), (inf, nan)]
    return [complex(re, im) for re, im in parts]


def vector(dtype: str, values: Iterable[Any]) -> Array:
    """A tensor of rank 1."""
    items = list(values)
    return Array(dtype, (len(items),), items)


def pairs(dtype: str, values: Iterable[Any]) -> tuple[Array, Array]:
    """A column and a row: broadcast, every value meets every value."""
    items = list(values)
    return Array(dtype, (len(items), 1), items), Array(dtype, (1, len(items)), items)


class Random:
    """Seeded values, the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def item(self, dtype: str, low: float = -4.0, high: float = 4.0) -> Any:
        """One element; floats between the bounds, integers anywhere in their range."""
        kind = BY_NAME[dtype].kind
        if kind == "bool":
            return bool(self._random.getrandbits(1))
        if kind in ("int", "uint"):
            return self._random.getrandbits(width(dtype))
        if kind == "complex":
            return complex(self.item("f64", low, high), self.item("f64", low, high))
        return round_float(low + (high - low) * self._random.random(), dtype)

    def small(self, low: int, high: int) -> int:
        """An integer from `low` to `high`."""
        return low + int(self._random.random() * (high - low + 1))

    def array(self, dtype: str, shape: Iterable[int], low: float = -4.0, high: float = 4.0) -> Array:
        sizes = tuple(shape)
        return Array(dtype, sizes, [self.item(dtype, low, high) for _ in range(math.prod(sizes))])


def signature(op: str) -> Signature:
    """The first signature of an operator."""
    return operators()[op].signatures[0]


def dtypes_of(op: str, var: str = "T") -> tuple[str, ...]:
    """The dtypes that a type variable of an operator stands for."""
    found = signature(op).typevars[var]
    return found if isinstance(found, tuple) else ()


def wrong_dtype(op: str, var: str = "T") -> str:
    """A dtype that the type variable does not stand for."""
    return next(dtype for dtype in ("bool", "i32", "c64", "bf16") if dtype not in dtypes_of(op, var))


def reject_unary(op: str, attrs: dict[str, Any] | None = None, shape: str = "3") -> Iterator[Case]:
    """A wrong dtype for the only operand."""
    good = dtypes_of(op)[0]
    bad, given = wrong_dtype(op), attrs or {}
    yield Reject("dtype", "T", (f"{bad}[{shape}]",), given, twin=(f"{good}[{shape}]",))
    yield Reject("unknown-rank", "ir.known", (f"{good}[...]",), given, twin=(f"{good}[{shape}]",))


def reject_binary(op: str) -> Iterator[Case]:
    """Wrong dtypes and shapes for two operands that broadcast."""
    dtypes = dtypes_of(op)
    good, bad = dtypes[0], wrong_dtype(op)
    x = f"{good}[2,3]"
    if len(dtypes) > 1:
        yield Reject("promotion", "T", (x, f"{dtypes[1]}[2,3]"), twin=(x, x))
    yield Reject("dtype", "T", (f"{bad}[2,3]", x), twin=(x, x))
    yield Reject("unequal", "C1", (x, f"{good}[2]"), twin=(x, f"{good}[3]"))
    yield Reject("unequal-first", "C1", (x, f"{good}[4,3]"), twin=(x, f"{good}[1,3]"))
    yield Reject("one-operand", "ir.arity", (x,), twin=(x, x))


def fail_broadcast(op: str) -> Iterator[Case]:
    """Sizes that turn out at run time not to broadcast."""
    dtype = dtypes_of(op)[-1]
    two, three, one = (vector(dtype, [1] * n) for n in (2, 3, 1))
    yield Fails("unknown-unequal", "C1", (two, three), operands=(f"{dtype}[?]", f"{dtype}[3]"))
    yield Fails("symbols-unequal", "C1", (two, three), operands=(f"{dtype}[A]", f"{dtype}[B]"))
    yield Fails("symbol-is-one", "C1", (one, three), operands=(f"{dtype}[A]", f"{dtype}[3]"))
