"""The greatest elements of long lines on NumPy, without sorting the lines. Same results as in sorting.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from .sorting import top_k as by_sorting

Array = Any

#: Shorter lines are sorted whole, and so are many lines at once.
LONG = 1024
FEW_LINES = 64


class TopK:
    """`top_k` with its attributes."""

    __slots__ = ("k", "axis", "largest")

    def __init__(self, k: int, axis: int, largest: bool) -> None:
        self.k = k
        self.axis = axis
        self.largest = largest

    def __call__(self, x: Array) -> tuple[Array, Array]:
        n = x.shape[self.axis]
        if n < LONG or self.k * 4 > n or self.k == 0 or x.size > n * FEW_LINES:
            whole: tuple[Array, Array] = by_sorting(np, x, k=self.k, axis=self.axis, largest=self.largest)
            return whole
        moved = np.moveaxis(x, self.axis, -1)
        shape = (*moved.shape[:-1], self.k)
        found = np.array([self._first(line) for line in moved.reshape(-1, n)], np.int64)
        order = np.moveaxis(found.reshape(shape), -1, self.axis)
        return np.take_along_axis(x, order, self.axis), order

    def _first(self, line: Array) -> Array:
        """The positions of the first `k` elements of a line."""
        at = line.size - self.k if self.largest else self.k - 1
        # NumPy too puts NaN last, so that a limit of NaN lets every number pass, or none.
        limit = np.partition(line, at)[at]
        if self.largest:
            passing = line != line if limit != limit else ~(line < limit)
        else:
            passing = np.ones(line.shape, bool) if limit != limit else line <= limit
        candidates = np.flatnonzero(passing)
        _, order = by_sorting(np, line[candidates], k=self.k, axis=0, largest=self.largest)
        return candidates[order]
