"""Whether two values are the same but for rounding, and where they differ most."""

from __future__ import annotations

from typing import Any

import numpy as np

#: For each dtype, by the bits of its significand: the relative tolerance where none is asked for.
_RTOL = {"float64": 1e-9, "complex128": 1e-9, "float32": 1e-4, "complex64": 1e-4}
_COARSE = 2e-2


class Tolerance:
    """What may differ: ``|a - b| <= rtol * max(|a|, |b|) + atol * largest``, element by element.

    `largest` is the largest finite magnitude in the two arrays. By default rtol is 1e-9 for f64,
    1e-4 for f32 and 2e-2 below, and atol a tenth of that. Integers, bools and texts are equal or
    not; a NaN is equal to a NaN, an infinity to the same one.
    """

    def __init__(self, rtol: float | None = None, atol: float | None = None) -> None:
        self.rtol = rtol
        self.atol = atol

    def compare(self, a: Any, b: Any) -> dict[str, Any] | None:
        """None if the values agree, else what differs: ``kind`` and details."""
        if isinstance(a, dict) and isinstance(b, dict):
            if list(a) != list(b):
                return {"kind": "keys", "a": list(map(str, a)), "b": list(map(str, b))}
            return self._items([(f".{key}", a[key], b[key]) for key in a])
        if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
            if len(a) != len(b):
                return {"kind": "length", "a": len(a), "b": len(b)}
            return self._items([(f".{i}", x, y) for i, (x, y) in enumerate(zip(a, b))])
        if hasattr(a, "dtype") and hasattr(b, "dtype"):
            return self._arrays(_host(a), _host(b))
        if type(a) is not type(b):
            return {"kind": "type", "a": type(a).__name__, "b": type(b).__name__}
        if isinstance(a, (float, complex)):
            return self._arrays(np.asarray(a), np.asarray(b))
        if hasattr(a, "fields"):
            return self.compare(a.fields, b.fields)
        return None if a == b else {"kind": "values", "a": a, "b": b}

    def _items(self, items: list[tuple[str, Any, Any]]) -> dict[str, Any] | None:
        for place, a, b in items:
            found = self.compare(a, b)
            if found is not None:
                return {**found, "item": place + found.get("item", "")}
        return None

    def _arrays(self, a: Any, b: Any) -> dict[str, Any] | None:
        if a.dtype != b.dtype:
            return {"kind": "dtype", "a": str(a.dtype), "b": str(b.dtype)}
        if a.shape != b.shape:
            return {"kind": "shape", "a": list(a.shape), "b": list(b.shape)}
        if np.array_equal(a, b):
            return None
        found = distance(a, b)
        rtol = _RTOL.get(a.dtype.name, _COARSE) if self.rtol is None else self.rtol
        atol = rtol / 10 if self.atol is None else self.atol
        if a.dtype.kind in "biu":
            wrong = a != b
        else:
            x, y = _wide(a), _wide(b)
            with np.errstate(all="ignore"):
                size = np.maximum(np.abs(x), np.abs(y))
                finite = size[np.isfinite(size)]
                bound = rtol * size + atol * (finite.max() if finite.size else 0.0)
                near = np.abs(x - y) <= bound
            wrong = ~(_same(x, y) | (near & np.isfinite(x) & np.isfinite(y)))
        count = int(wrong.sum())
        return {"kind": "values", "differ": count, **found} if count else None


def distance(a: Any, b: Any) -> dict[str, Any]:
    """How far apart two arrays of one shape are: largest differences, and where; NaNs of each."""
    a, b = _host(a), _host(b)
    x, y = _wide(a), _wide(b)
    with np.errstate(all="ignore"):
        apart = np.abs(x - y)
        apart[_same(x, y)] = 0
        away = apart / np.maximum(np.abs(x), np.abs(y))
    found: dict[str, Any] = {"elements": int(a.size), "unequal": int((~_same(x, y)).sum())}
    order = np.where(np.isnan(apart), np.inf, apart)
    at = np.unravel_index(int(order.argmax()), a.shape) if a.size else ()
    finite, ratios = apart[np.isfinite(apart)], away[np.isfinite(away)]
    found["max_abs"] = float(finite.max()) if finite.size else float("nan")
    found["max_rel"] = float(ratios.max()) if ratios.size else 0.0
    found["at"] = [int(i) for i in at]
    found["a"], found["b"] = (_scalar(v[at]) for v in (a, b))
    found["nan"] = [int(np.isnan(v).sum()) if v.dtype.kind in "fc" else 0 for v in (x, y)]
    return found


def _host(value: Any) -> Any:
    return np.asarray(value.get() if hasattr(value, "get") else value)


def _wide(array: Any) -> Any:
    """In a dtype in which differences are exact enough."""
    if array.dtype.kind == "c":
        return array.astype(np.complex128)
    return array.astype(np.float64)


def _same(x: Any, y: Any) -> Any:
    return (x == y) | (np.isnan(x) & np.isnan(y))


def _scalar(value: Any) -> Any:
    if value.dtype.kind == "c":
        return str(value)
    return float(value) if value.dtype.kind in "fV" else value.item()
