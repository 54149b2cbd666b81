"""When a result is near enough to the expected one. SPEC 9.3.

Expected values are the exact ones rounded once to the result's dtype:

- ``exact`` and ``rounded``: equal;
- ``ulp`` k: finite results differ by at most k units in the last place of the expected value; of
  complex ones each part by at most k units of the greater part, but a part that is expected to be 0,
  and one beside an infinity or a NaN, by units of its own;
- ``dot``: finite results differ by at most the case's bounds;
- ``stable``: finite results differ by at most the case's bounds; where it has none, any value is
  right here, and `relations` judges the results together;
- ``body``: by at most `ulp` units in the last place, or by `absolute` units in the last place
  of the largest magnitude among the expected values (or by the case's bounds, if it has some),
  whichever is more.

Infinities must be equal, and a NaN must meet a NaN (its sign and payload mean nothing). A zero
that meets a zero must have its sign, except with ``ulp`` 0, ``dot``, ``stable`` and ``body``. What overflows
within the permitted error may be infinite: a result of infinity is compared as the largest finite
number plus one unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..schema.registry import Accuracy
from .formats import FLOATS, largest, part, spacing
from .model import Record, Value
from .oracle.arrays import Array


def compare(got: Value, expected: Value, accuracy: Accuracy, bound: Array | None = None) -> str:
    """What is wrong with `got`, in a sentence, or "" if nothing is."""
    if isinstance(expected, Array):
        if not isinstance(got, Array):
            return f"expected a tensor, got {got!r}"
        return next(_tensor_problems(got, expected, accuracy, bound), "")
    if isinstance(expected, Record):
        expected_items: Any = expected.items
        got_items: Any = got.items if isinstance(got, Record) and got.name == expected.name else None
    elif isinstance(expected, (list, tuple)):
        expected_items, got_items = expected, got if type(got) is type(expected) else None
    elif isinstance(expected, dict):
        expected_items = [part for item in expected.items() for part in item]
        got_items = [part for item in got.items() for part in item] if isinstance(got, dict) else None
    else:
        return _compare_scalar(got, expected, accuracy)
    if got_items is None or len(got_items) != len(expected_items):
        return f"expected {expected!r}, got {got!r}"
    found = (compare(a, b, accuracy) for a, b in zip(got_items, expected_items))
    return next((text for text in found if text), "")


def _compare_scalar(got: Any, expected: Any, accuracy: Accuracy) -> str:
    if type(got) is not type(expected):
        return f"expected {expected!r}, got {got!r}"
    if isinstance(expected, float):
        scalar = compare(Array("f64", (), [got]), Array("f64", (), [expected]), accuracy)
        return scalar.replace("element (): ", "")
    if isinstance(expected, complex):
        return compare(Array("c128", (), [got]), Array("c128", (), [expected]), accuracy)
    return "" if got == expected else f"expected {expected!r}, got {got!r}"


def _tensor_problems(got: Array, expected: Array, accuracy: Accuracy, bound: Array | None) -> Iterator[str]:
    if (got.dtype, got.shape) != (expected.dtype, expected.shape):
        yield f"expected {expected.type}, got {got.type}"
        return
    scale = max((abs(x) for x in _real_numbers(expected) if math.isfinite(x)), default=0.0)
    for position, (a, b) in enumerate(zip(got.items, expected.items)):
        limit = None if bound is None else bound.items[position]
        if not _near(a, b, expected.dtype, accuracy, limit, scale):
            yield f"element {_index(position, expected.shape)}: expected {b!r}, got {a!r}"


def _real_numbers(array: Array) -> Iterator[float]:
    """The floats of an array, or the parts of its complex numbers."""
    for item in array.items if array.kind in ("float", "complex") else ():
        yield from (item.real, item.imag) if isinstance(item, complex) else (item,)


def _index(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    index: list[int] = []
    for size in reversed(shape):
        position, at = divmod(position, size)
        index.insert(0, at)
    return tuple(index)


def _near(
    got: Any,
    expected: Any,
    dtype: str,
    accuracy: Accuracy,
    bound: float | None,
    scale: float,
    beside: float = 0.0,
) -> bool:
    """Whether one element is near enough; `beside` is the other part of a complex number."""
    if isinstance(expected, complex):
        half = part(dtype)
        return _near(got.real, expected.real, half, accuracy, bound, scale, expected.imag) and _near(
            got.imag, expected.imag, half, accuracy, bound, scale, expected.real
        )
    if not isinstance(expected, float):
        return bool(got == expected)
    if math.isnan(expected) or math.isnan(got):
        return math.isnan(expected) and math.isnan(got)
    if accuracy.kind == "stable" and bound is None:
        return True
    if got == expected:
        signed = accuracy.kind in ("exact", "rounded") or (accuracy.kind == "ulp" and accuracy.ulp > 0)
        return bool(expected) or not signed or math.copysign(1, got) == math.copysign(1, expected)
    if accuracy.kind in ("exact", "rounded"):
        return False
    error = abs(_finite(got, dtype) - _finite(expected, dtype))
    return error <= permitted(expected, dtype, accuracy, bound, scale, beside)


def permitted(
    expected: float,
    dtype: str,
    accuracy: Accuracy,
    bound: float | None,
    scale: float,
    beside: float = 0.0,
) -> Fraction:
    """The largest permitted absolute error of a result whose expected value is `expected`."""
    if accuracy.kind == "ulp" and expected and math.isfinite(beside):
        expected = max(abs(expected), abs(beside))
    unit = spacing(_finite(expected, dtype), dtype)
    if accuracy.kind in ("dot", "stable"):
        return unit / 2 if bound is None else max(Fraction(bound), unit / 2)
    if accuracy.kind == "body":
        far = (
            Fraction(accuracy.absolute) * spacing(Fraction(scale), dtype)
            if bound is None
            else Fraction(bound)
        )
        return max(Fraction(accuracy.ulp) * unit, far)
    return Fraction(accuracy.ulp) * unit


def _finite(value: float, dtype: str) -> Fraction:
    if math.isinf(value):
        top = largest(dtype) + Fraction(2) ** (FLOATS[dtype][2] - FLOATS[dtype][0] + 1)
        return top if value > 0 else -top
    return Fraction(value)
