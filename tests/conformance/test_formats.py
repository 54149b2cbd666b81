"""Rounding and bytes of elements, against `struct` and ml_dtypes."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.conformance.formats import FLOATS, from_bytes, largest, round_float, spacing, to_bytes, wrap

NUMPY = {
    "f16": np.float16,
    "f32": np.float32,
    "f64": np.float64,
    "bf16": ml_dtypes.bfloat16,
    "f8e4m3fn": ml_dtypes.float8_e4m3fn,
    "f8e5m2": ml_dtypes.float8_e5m2,
}


@pytest.mark.parametrize("dtype", FLOATS)
@given(value=st.floats())
def test_rounding_to_a_format_is_to_nearest_even(dtype: str, value: float) -> None:
    with np.errstate(all="ignore"):
        # ml_dtypes rounds doubles to the small formats by way of f32.
        expected = float(
            NUMPY[dtype](np.float32(value) if dtype in ("bf16", "f8e4m3fn", "f8e5m2") else value)
        )
    if dtype in ("bf16", "f8e4m3fn", "f8e5m2"):
        value = float(np.float32(value)) if math.isfinite(value) and abs(value) < 3e38 else value
    assert to_bytes(round_float(value, dtype), dtype) == to_bytes(expected, dtype)


@pytest.mark.parametrize("dtype", ["f8e4m3fn", "f8e5m2", "bf16", "f16"])
def test_every_bit_pattern_reads_as_the_number_that_it_is(dtype: str) -> None:
    size = 1 if dtype.startswith("f8") else 2
    data = np.arange(2 ** (8 * size), dtype=f"<u{size}")
    values = data.view(NUMPY[dtype]).astype(np.float64)
    for bits, value in zip(data[::7], values[::7]):
        read = from_bytes(bits.tobytes(), dtype)
        assert read == value or (math.isnan(read) and math.isnan(value))
        if not math.isnan(read):
            assert to_bytes(read, dtype) == bits.tobytes()


@given(value=st.fractions(min_value=-(10**40), max_value=10**40))
def test_fractions_round_once(value: Fraction) -> None:
    assert round_float(value, "f64") == float(value)


def test_ties_go_to_the_even_significand() -> None:
    assert round_float(1 + Fraction(1, 2**24), "f32") == 1.0
    assert round_float(1 + Fraction(3, 2**24), "f32") == 1 + 2.0**-22
    assert round_float(1 + Fraction(1, 2**24) + Fraction(1, 2**80), "f32") == 1 + 2.0**-23


def test_overflow_gives_infinity_where_there_is_one() -> None:
    assert round_float(Fraction(largest("f32")), "f32") == float(largest("f32"))
    assert round_float(Fraction(2) ** 200, "f32") == math.inf
    assert round_float(-(Fraction(2) ** 2000), "f64") == -math.inf
    assert math.isnan(round_float(Fraction(1000), "f8e4m3fn"))


def test_numbers_of_mpmath_are_exact_and_may_be_huge() -> None:
    assert round_float(mpmath.mpf("0.1"), "f64") == 0.1
    assert round_float(mpmath.power(2, mpmath.mpf(10) ** 30), "f32") == math.inf
    assert math.copysign(1, round_float(-mpmath.power(2, -(mpmath.mpf(10) ** 30)), "f32")) == -1


def test_underflow_keeps_the_sign() -> None:
    assert struct.pack("<d", round_float(-Fraction(1, 2**2000), "f64")) == struct.pack("<d", -0.0)


def test_the_last_place_follows_the_exponent() -> None:
    assert spacing(Fraction(1), "f32") == Fraction(1, 2**23)
    assert spacing(Fraction(0), "f32") == Fraction(1, 2**149)
    assert spacing(Fraction(3), "f16") == Fraction(1, 2**9)


@given(value=st.integers(-(2**70), 2**70))
def test_integers_wrap(value: int) -> None:
    assert wrap(value, "i32") == (value + 2**31) % 2**32 - 2**31
    assert wrap(value, "u8") == value % 256
