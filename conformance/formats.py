"""Number formats: rounding exact values to a dtype, and the bytes of its elements. SPEC 4.1, 9.1.

Shares no code with the reader, and uses no array library.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Any

from ..schema.dtypes import BY_NAME

#: Significand bits (the hidden one included), smallest and largest exponent of a normal number.
FLOATS: dict[str, tuple[int, int, int]] = {
    "f16": (11, -14, 15),
    "f32": (24, -126, 127),
    "f64": (53, -1022, 1023),
    "bf16": (8, -126, 127),
    "f8e4m3fn": (4, -6, 8),
    "f8e5m2": (3, -14, 15),
}
#: The largest finite value where it is not the one with all significand bits set.
_LARGEST = {"f8e4m3fn": Fraction(448)}
_PARTS = {"c64": "f32", "c128": "f64"}


def part(dtype: str) -> str:
    """The dtype of the real part: of a complex dtype its half, of another one itself."""
    return _PARTS.get(dtype, dtype)


def largest(dtype: str) -> Fraction:
    """The largest finite value of a floating dtype."""
    precision, _, top = FLOATS[dtype]
    return _LARGEST.get(dtype, (2 - Fraction(1, 2 ** (precision - 1))) * Fraction(2) ** top)


def smallest_normal(dtype: str) -> Fraction:
    return Fraction(2) ** FLOATS[dtype][1]


def exponent(value: Fraction) -> int:
    """The integer e with ``2**e <= abs(value) < 2**(e + 1)``; `value` is not 0."""
    value = abs(value)
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if Fraction(2) ** guess <= value else guess - 1


def spacing(value: Fraction, dtype: str) -> Fraction:
    """The unit in the last place of `dtype` at `value`. SPEC 9.3."""
    precision, low, top = FLOATS[dtype]
    at = low if value == 0 else min(max(exponent(value), low), top)
    return Fraction(2) ** (at - precision + 1)


def exact(value: Any) -> Fraction:
    """A finite int, float, Fraction or mpmath number as a Fraction, without rounding."""
    if hasattr(value, "man_exp"):
        sign, mantissa, power, _ = value._mpf_
        return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(power)
    return Fraction(value)


def is_finite(value: Any) -> bool:
    """Whether a real number is neither infinite nor NaN."""
    if hasattr(value, "man_exp"):
        return bool(value._mpf_[1] != 0 or value._mpf_[2] == 0)
    return isinstance(value, (int, Fraction)) or math.isfinite(value)


def round_float(value: Any, dtype: str) -> float:
    """`value` rounded to nearest, ties to even; overflow gives infinity (NaN where there is none)."""
    if not is_finite(value):
        value = float(value)
        return math.nan if dtype == "f8e4m3fn" else value
    if isinstance(value, float) and (value == 0 or dtype == "f64"):
        return value
    if hasattr(value, "man_exp") and abs(value._mpf_[2] + value._mpf_[3]) > 4096:
        value = math.copysign(math.inf if value._mpf_[2] > 0 else 0.0, value)
        return round_float(value, dtype)
    number = exact(value)
    if number == 0:
        return 0.0
    quantum = spacing(number, dtype)
    nearest = round(number / quantum) * quantum
    if abs(nearest) > largest(dtype):
        return math.nan if dtype == "f8e4m3fn" else (math.inf if number > 0 else -math.inf)
    return float(nearest) if nearest else math.copysign(0.0, number)


def wrap(value: int, dtype: str) -> int:
    """`value` modulo 2 to the power of the width, in the range of the integer dtype. SPEC 9.2."""
    found = BY_NAME[dtype]
    bits = 8 * found.itemsize
    value &= (1 << bits) - 1
    return value - (1 << bits) if found.kind == "int" and value >> (bits - 1) else value


def normalise(value: Any, dtype: str) -> Any:
    """An element of `dtype` for an exact value: bool, int, float, complex, or a pair of exact parts."""
    kind = BY_NAME[dtype].kind
    if kind == "bool":
        return bool(value)
    if kind in ("int", "uint"):
        return wrap(int(value), dtype)
    if kind == "float":
        return round_float(value, dtype)
    if not isinstance(value, tuple):
        value = value if isinstance(value, complex) else complex(value)
        value = value.real, value.imag
    return complex(*(round_float(item, part(dtype)) for item in value))


_STRUCT = {
    "bool": "?",
    "i8": "b",
    "i16": "h",
    "i32": "i",
    "i64": "q",
    "u8": "B",
    "u16": "H",
    "u32": "I",
    "u64": "Q",
    "f16": "e",
    "f32": "f",
    "f64": "d",
}


def to_bytes(value: Any, dtype: str) -> bytes:
    """The little-endian bytes of one element; every NaN is the positive quiet one."""
    if dtype in _PARTS:
        return to_bytes(value.real, _PARTS[dtype]) + to_bytes(value.imag, _PARTS[dtype])
    if isinstance(value, float) and math.isnan(value):
        value = math.nan
    if dtype == "bf16":
        return struct.pack("<f", value)[2:]
    if dtype == "f8e5m2":
        return struct.pack("<e", value)[1:]
    if dtype == "f8e4m3fn":
        return bytes((_to_e4m3(value),))
    return struct.pack("<" + _STRUCT[dtype], value)


def from_bytes(data: bytes, dtype: str) -> Any:
    """The element whose little-endian bytes are `data`."""
    if dtype in _PARTS:
        half = len(data) // 2
        return complex(from_bytes(data[:half], _PARTS[dtype]), from_bytes(data[half:], _PARTS[dtype]))
    if dtype == "bf16":
        return struct.unpack("<f", b"\0\0" + data)[0]
    if dtype == "f8e5m2":
        return struct.unpack("<e", b"\0" + data)[0]
    if dtype == "f8e4m3fn":
        return _from_e4m3(data[0])
    return struct.unpack("<" + _STRUCT[dtype], data)[0]


def _from_e4m3(bits: int) -> float:
    sign = -1.0 if bits & 0x80 else 1.0
    field, fraction = bits >> 3 & 15, bits & 7
    if field == 15 and fraction == 7:
        return math.nan
    if field == 0:
        return sign * math.ldexp(fraction, -9)
    return sign * math.ldexp(8 + fraction, field - 10)


def _to_e4m3(value: float) -> int:
    if math.isnan(value):
        return 0x7F
    sign = 0x80 if math.copysign(1.0, value) < 0 else 0
    for bits in range(0x7F):
        if _from_e4m3(bits) == abs(value):
            return sign | bits
    raise ValueError(f"{value} is no f8e4m3fn number")
