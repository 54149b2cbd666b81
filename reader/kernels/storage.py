"""Conversion to and from bfloat16 and the two float8 formats. SPEC 4.1.4.

Their tensors are held as unsigned integers of the same size. Conversion goes by tables of
all values of a format, and rounds once: the encoder looks an exact double (or one with a
sticky last bit) up among the midpoints of neighbouring values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any

#: For each format: explicit significand bits, exponent bias, code of the first non-finite
#: magnitude, and whether that code is an infinity (or else NaN).
FORMATS: dict[str, tuple[int, int, int, bool]] = {
    "bf16": (7, 127, 0x7F80, True),
    "f8e4m3fn": (3, 7, 0x7F, False),
    "f8e5m2": (2, 15, 0x7C, True),
}
_WIDTH = {"bf16": 16, "f8e4m3fn": 8, "f8e5m2": 8}
_NAN = {"bf16": 0x7FC0, "f8e4m3fn": 0x7F, "f8e5m2": 0x7E}

_cache: dict[Any, Any] = {}


def _magnitudes(dtype: str) -> Array:
    """The finite values from 0 up, as doubles, in the order of their codes; one more at the end."""
    bits, bias, top, _ = FORMATS[dtype]
    codes = np.arange(top + 1, dtype=np.int64)
    exponent, fraction = codes >> bits, codes & ((1 << bits) - 1)
    significand = np.where(exponent == 0, fraction, fraction + (1 << bits)).astype(np.float64)
    return np.ldexp(significand, np.maximum(exponent, 1) - bias - bits)


def _decoding_table(dtype: str) -> Array:
    """The value of every code, as f32: exact for all three formats."""
    top, infinite = FORMATS[dtype][2:]
    half = np.full(1 << (_WIDTH[dtype] - 1), np.nan, dtype=np.float32)
    half[:top] = _magnitudes(dtype)[:top]
    if infinite:
        half[top] = np.inf
    return np.concatenate([half, -half])


def _table(xp: Any, name: str, dtype: str) -> Array:
    key = (xp.__name__, name, dtype)
    if key not in _cache:
        values = _decoding_table(dtype) if name == "values" else _midpoints(dtype)
        _cache[key] = values if xp is np else xp.asarray(values)
    return _cache[key]


def _midpoints(dtype: str) -> Array:
    values = _magnitudes(dtype)
    return (values[:-1] + values[1:]) / 2


def decode(xp: Any, x: Array, dtype: str) -> Array:
    """The f32 tensor of the codes `x`."""
    if xp is np and dtype == "bf16":
        return (np.asarray(x).astype(np.uint32) << np.uint32(16)).view(np.float32)
    flat = xp.take(_table(xp, "values", dtype), xp.astype(xp.reshape(x, (-1,)), xp.int64), axis=0)
    return xp.reshape(flat, x.shape)


def encode(xp: Any, x: Array, dtype: str) -> Array:
    """The codes of `x` (any real dtype or bool) rounded to the nearest, ties to the even code."""
    if xp is np and dtype == "bf16" and x.dtype == np.float32:
        return _encode_bf16(np.asarray(x))
    exact = _exact_double(xp, x)
    magnitude = xp.reshape(xp.abs(exact), (-1,))
    middle = _table(xp, "midpoints", dtype)
    nan = magnitude != magnitude
    magnitude = xp.where(nan, xp.zeros_like(magnitude), magnitude)
    below = xp.searchsorted(middle, magnitude, side="left")
    above = xp.searchsorted(middle, magnitude, side="right")
    # Equal unless the magnitude is a midpoint; then the even one of two neighbours.
    code = xp.where(below % 2 == 0, below, above)
    code = xp.where(nan, xp.full_like(code, _NAN[dtype]), code)
    sign = xp.astype(xp.reshape(xp.signbit(exact), (-1,)), code.dtype)
    code = code + sign * (1 << (_WIDTH[dtype] - 1))
    return xp.reshape(xp.astype(code, xp.uint16 if dtype == "bf16" else xp.uint8), x.shape)


def _exact_double(xp: Any, x: Array) -> Array:
    """`x` as doubles that round to every storage format as `x` itself does."""
    kind = str(x.dtype)
    if "int64" not in kind:
        return xp.astype(x, xp.float64)
    # 64 bits do not fit: drop the last 16 of large values, but remember whether any was set.
    if "uint64" in kind:
        high, low = xp.astype(x >> 16, xp.int64), xp.astype(x & 0xFFFF, xp.int64)
    else:
        high, low = x >> 16, x & 0xFFFF
    wide = xp.astype(high, xp.float64) * 65536.0
    small = (high >= -(1 << 30)) & (high < (1 << 30))
    sticky = xp.astype(xp.where(low != 0, xp.full_like(low, 1), xp.zeros_like(low)), xp.float64)
    rounded = (xp.astype(high, xp.float64) + sticky / 2) * 65536.0
    return xp.where(small, wide + xp.astype(low, xp.float64), rounded)


def _encode_bf16(x: Array) -> Array:
    bits = np.ascontiguousarray(x).reshape(x.shape).view(np.uint32)
    rounded = (bits + (((bits >> 16) & 1) + np.uint32(0x7FFF))) >> 16
    nan = (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)
    return np.where(nan, (bits >> 16) & 0x8000 | 0x7FC0, rounded).astype(np.uint16)
