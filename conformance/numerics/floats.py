"""Operands that find errors: every exponent, the edges of ranges, and where functions are zero."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...schema.dtypes import BY_NAME
from ..formats import FLOATS, largest, part, smallest_normal

Floats = Any

_BITS: dict[str, Any] = {"f16": np.uint16, "f32": np.uint32, "f64": np.uint64}
_TYPES: dict[str, Any] = {"f16": np.float16, "f32": np.float32, "f64": np.float64}
#: Numbers that lie nearest to a multiple of pi/2, the first two in f32 and in f64, and others on which
#: libraries lose most: what reducing an argument must survive.
_NEAR_PI = (
    *(16367173.0 * 2.0**72, 6381956970095103.0 * 2.0**797),
    *(1.5986289000543612e74, 6.426511099577231e173, 1.2853022199154463e174, 1.1656933725740315e283),
)


class Operands:
    """Seeded operands of a dtype, as NumPy arrays; storage types as their codes.

    >>> a, b = Operands("seed").several(("f32", "f32"), 1000)
    >>> bool(np.isnan(a).any() and (np.abs(b) < 1e-40).any())
    True
    """

    def __init__(self, seed: str) -> None:
        self._rng = np.random.Generator(np.random.PCG64(list(seed.encode())))

    def several(self, dtypes: tuple[str, ...], count: int) -> list[Any]:
        """One array for each dtype; floats after the first are half of the time related to it."""
        found: list[Any] = []
        for dtype in dtypes:
            fresh = self.array(dtype, count)
            first = found[0] if found else None
            if first is not None and dtype == dtypes[0] and dtype in FLOATS and dtype in _TYPES:
                fresh = self._mixed([fresh, fresh, self._related(first, dtype)], count)
            found.append(fresh)
        return found

    def array(self, dtype: str, count: int) -> Any:
        """`count` elements of `dtype`."""
        kind = BY_NAME[dtype].kind
        if kind == "bool":
            return self._rng.random(count) < 0.5
        if dtype in _TYPES:
            return self.floats(dtype, count)
        if kind == "complex":
            return self._complex(dtype, count)
        if kind == "float":  # a storage type
            return self._rng.integers(0, 256, (count, BY_NAME[dtype].itemsize), dtype=np.uint8)
        return self._integers(dtype, count)

    def factors(self, count: int) -> list[float]:
        """Positive numbers around 1."""
        found: list[float] = np.exp2(self._rng.uniform(-2, 2, count)).tolist()
        return found

    def floats(self, dtype: str, count: int) -> Floats:
        """All exponents, everyday numbers, and the neighbourhoods of what is special."""
        rng, limit = self._rng, float(FLOATS[dtype][2])
        everyday = rng.standard_normal(count) * rng.choice([0.1, 1.0, 10.0, 100.0], count)
        spread = np.exp2(rng.uniform(-16, 16, count)) * self._signs(count)
        far = np.exp2(rng.uniform(0, limit, count)) * self._signs(count)
        turns = np.rint(np.exp2(rng.uniform(0, min(limit, 20), count))) * (np.pi / 2) * self._signs(count)
        halves = np.rint(rng.standard_normal(count) * 50) / 2
        with np.errstate(over="ignore"):
            plain = [array.astype(_TYPES[dtype]) for array in (everyday, spread, far)]
            near = [
                self._neighbours(array, dtype) for array in (turns, halves, self._landmarks(dtype, count))
            ]
        return self._mixed([self._bits(dtype, count), plain[0], *plain, *near, near[2]], count)

    def _bits(self, dtype: str, count: int) -> Floats:
        unsigned = _BITS[dtype]
        return self._rng.integers(0, np.iinfo(unsigned).max, count, unsigned, endpoint=True).view(
            _TYPES[dtype]
        )

    def _landmarks(self, dtype: str, count: int) -> Floats:
        return self._rng.choice(np.array(landmarks(dtype)), count) * self._signs(count)

    def _neighbours(self, values: Floats, dtype: str) -> Floats:
        """The values in `dtype`, moved by some units in the last place."""
        with np.errstate(over="ignore"):
            codes = values.astype(_TYPES[dtype]).view(_BITS[dtype])
        step = self._rng.choice(np.array([0, 0, 1, 2, 3, 17]), codes.shape).astype(codes.dtype)
        up = self._rng.random(codes.shape) < 0.5
        return np.where(up, codes + step, codes - step).astype(codes.dtype).view(_TYPES[dtype])

    def _related(self, first: Floats, dtype: str) -> Floats:
        """What meets `first` badly: its neighbours, multiples, powers that just overflow, small integers."""
        count = len(first)
        with np.errstate(invalid="ignore"):
            wide = first.astype(np.float64)
        small = self._rng.integers(-9, 10, count).astype(np.float64)
        top = np.where(self._rng.random(count) < 0.5, math.log(float(largest(dtype))), _log_tiny(dtype))
        with np.errstate(all="ignore"):
            log = np.log(np.abs(wide))
            parts = [
                wide * self._signs(count),
                wide * small,
                wide / small,
                small,
                small / 2,
                top / log,
                1 / wide,
            ]
            return self._mixed([self._neighbours(part, dtype) for part in parts], count)

    def _complex(self, dtype: str, count: int) -> Any:
        half, rng = part(dtype), self._rng
        real, imag = self.several((half, half), count)
        angle = rng.choice([1.0, 1e-3, 1e-6], count) * rng.standard_normal(count)
        angle += rng.choice([0, 0.5, 1, 1.5], count) * np.pi
        radius = 1 + rng.choice([0.0, 1e-9, 1e-4, 0.1], count) * rng.standard_normal(count)
        circle = radius * np.cos(angle), radius * np.sin(angle)
        found = np.empty(count, np.dtype(BY_NAME[dtype].numpy))
        on = rng.random(count) < 0.2
        found.real = np.where(on, circle[0].astype(_TYPES[half]), real)
        found.imag = np.where(on, circle[1].astype(_TYPES[half]), imag)
        return found

    def _integers(self, dtype: str, count: int) -> Any:
        info = np.iinfo(np.dtype(BY_NAME[dtype].numpy))
        full = self._rng.integers(info.min, info.max, count, info.dtype, endpoint=True)
        small = self._rng.integers(max(info.min, -9), 10, count).astype(info.dtype)
        return self._mixed([full, small], count)

    def _signs(self, count: int) -> Floats:
        return np.where(self._rng.random(count) < 0.5, -1.0, 1.0)

    def _mixed(self, arrays: list[Any], count: int) -> Any:
        return np.choose(self._rng.integers(0, len(arrays), count), arrays)


def _log_tiny(dtype: str) -> float:
    """The logarithm of the smallest positive number."""
    precision, low, _ = FLOATS[dtype]
    return (low - precision + 1) * math.log(2)


def landmarks(dtype: str) -> list[float]:
    """Positive numbers at which a function may go wrong: edges, zeros, where `exp` leaves the range."""
    top, tiny = float(largest(dtype)), float(smallest_normal(dtype))
    smallest = 2.0 ** (FLOATS[dtype][1] - FLOATS[dtype][0] + 1)
    edges = [math.log(top), -math.log(tiny), -_log_tiny(dtype)]
    logs = [edge / math.log(base) for edge in edges for base in (math.e, 2, 10)]
    halves = [math.sqrt(top), math.sqrt(tiny), top ** (1 / 3), 2.0 ** -(FLOATS[dtype][0] // 2)]
    units = [2.0 ** -FLOATS[dtype][0], 2.0 ** (FLOATS[dtype][0] - 1), 2.0 ** FLOATS[dtype][0]]
    near_pi = [value for value in _NEAR_PI if value <= top]
    plain = [
        0.0,
        0.5,
        1.0,
        1.0,
        2.0,
        3.0,
        10.0,
        math.e,
        math.pi,
        math.pi / 2,
        math.pi / 4,
        math.inf,
        math.nan,
    ]
    return [*plain, top, top / 2, tiny, smallest, *logs, *halves, *units, *near_pi]
