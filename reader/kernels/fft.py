"""Kernels of schema/ops/fft.py. The namespaces compute in the precision of their operand."""

from __future__ import annotations

from typing import Any

from .registry import kernel

Array = Any


@kernel("fft")
def fft(xp: Any, x: Array, *, axis: int, norm: str) -> Array:
    return xp.fft.fft(x, axis=axis, norm=norm)


@kernel("ifft")
def ifft(xp: Any, x: Array, *, axis: int, norm: str) -> Array:
    return xp.fft.ifft(x, axis=axis, norm=norm)


@kernel("rfft")
def rfft(xp: Any, x: Array, *, axis: int, norm: str) -> Array:
    return xp.fft.rfft(x, axis=axis, norm=norm)


@kernel("irfft")
def irfft(xp: Any, x: Array, *, axis: int, n: int, norm: str) -> Array:
    return xp.fft.irfft(x, n=n, axis=axis, norm=norm)
