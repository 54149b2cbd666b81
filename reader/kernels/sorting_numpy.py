"""Sorting on NumPy, whose unstable sorts are several times faster. Same results as in sorting.py."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any

#: Shorter lines are sorted whole, and so are many lines at once.
LONG = 1024
FEW_LINES = 64
#: From this many elements of a line on, packing positions below them pays.
PACKED = 4096


def sort(x: Array, *, axis: int, descending: bool) -> Array:
    # Equal values look alike, zeros excepted. Of narrow integers the stable sort is one by digits.
    narrow = x.dtype.itemsize <= 2 and x.dtype.kind != "f"
    found = np.sort(x, axis=axis, kind="stable" if narrow else None)
    if descending:
        found = np.flip(found, axis)
    if x.dtype.kind == "f":
        zeros = found == 0
        if zeros.any():
            x, found, zeros = (np.moveaxis(each, axis, -1) for each in (x, found, zeros))
            in_order = x[x == 0]
            if np.signbit(in_order).any():
                found[zeros] = in_order
            found = np.moveaxis(found, -1, axis)
    return found


def argsort(x: Array, *, axis: int, descending: bool) -> Array:
    narrow = x.dtype.itemsize <= 2 and x.dtype.kind != "f"
    if x.dtype.itemsize <= 4 and not narrow and PACKED <= x.shape[axis] < 2**32:
        return np.moveaxis(_packed(np.moveaxis(x, axis, -1), descending), -1, axis)
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    # The stable order of the reverse, reversed, keeps equal elements in order. SPEC 8.9.1.
    order = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(order, axis)


def _packed(lines: Array, descending: bool) -> Array:
    """The stable order of numbers of up to 32 bits: that of numbers of 64, with the positions below."""
    codes = _codes(lines)
    if descending:
        np.invert(codes, out=codes)
    keys = codes.astype(np.uint64)
    keys <<= 32
    keys |= np.arange(lines.shape[-1], dtype=np.uint64)
    keys.sort(axis=-1)
    keys &= 0xFFFFFFFF
    return keys.view(np.int64)


def _codes(x: Array) -> Array:
    """Unsigned integers of 32 bits in the order of the elements of `x`; NaN last, zeros alike."""
    if x.dtype.kind == "u":
        return x.astype(np.uint32)
    if x.dtype.kind == "i":
        bits = x.astype(np.int32, order="C")
    else:
        x = x.astype(np.float32, order="C")
        x += 0.0
        nan = np.isnan(x)
        if nan.any():
            x[nan] = np.nan
        bits = x.view(np.int32)
        # Of negative numbers the bits descend.
        bits ^= (bits >> 31) & 0x7FFFFFFF
    bits ^= -(2**31)
    return bits.view(np.uint32)


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
            order = argsort(x, axis=self.axis, descending=self.largest)
            order = order[(*(slice(None),) * self.axis, slice(0, self.k), ...)]
        else:
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
        return candidates[argsort(line[candidates], axis=0, descending=self.largest)[: self.k]]


def unique(x: Array, wanted: tuple[int, ...]) -> tuple[Array | None, ...]:
    """The results of `unique` that are wanted, of which the first is always one."""
    flat = x.reshape(-1)
    if wanted == (0,) and flat.dtype.kind != "f":
        return np.unique(flat), None, None, None
    if 1 in wanted:
        order = argsort(flat, axis=0, descending=False)
    elif 2 in wanted:
        order = np.argsort(flat) if flat.dtype.itemsize > 4 else argsort(flat, axis=0, descending=False)
    else:
        order = None
    ordered = sort(flat, axis=0, descending=False) if order is None else flat[order]
    if 2 in wanted and flat.dtype.kind == "f":
        nans = np.count_nonzero(np.isnan(ordered))
        order[flat.size - nans :].sort()  # each one is a value, in the order of their positions
    begins = np.empty(flat.shape, bool)
    begins[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])  # a NaN begins a value of its own
    values = ordered[begins]
    if flat.dtype.kind == "f" and order is not None and 1 not in wanted:
        zero = np.searchsorted(values, 0)
        if zero < values.size and values[zero] == 0:  # that of the zeros which comes first
            values[zero] = flat[np.argmax(flat == 0)]
    found: list[Array | None] = [values, None, None, None]
    if 1 in wanted:
        found[1] = order[begins]
    if 2 in wanted:
        inverse = np.empty(flat.shape, np.int64)
        inverse[order] = np.cumsum(begins) - 1
        found[2] = inverse.reshape(x.shape)
    if 3 in wanted:
        found[3] = np.diff(np.flatnonzero(begins), append=flat.size)
    return tuple(found)
