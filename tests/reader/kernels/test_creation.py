"""Kernels of schema/ops/creation.py on their conformance cases; every code of the storage types."""

from __future__ import annotations

import array_api_strict
import ml_dtypes
import numpy as np
import pytest

from tracebox.reader.kernels import storage
from tracebox.schema.dtypes import STORAGE

#: An independent implementation of the storage types.
ORACLES = {
    "bf16": (np.uint16, ml_dtypes.bfloat16),
    "f8e4m3fn": (np.uint8, ml_dtypes.float8_e4m3fn),
    "f8e5m2": (np.uint8, ml_dtypes.float8_e5m2),
}


@pytest.mark.parametrize("dtype", sorted(STORAGE))
@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
def test_every_code_decodes(xp: object, dtype: str) -> None:
    codes, reference = ORACLES[dtype]
    every = np.arange(1 << (8 * np.dtype(codes).itemsize)).astype(codes)
    expected = every.view(reference).astype(np.float32)
    got = np.asarray(storage.decode(xp, xp.asarray(every), dtype))  # type: ignore[attr-defined]
    np.testing.assert_array_equal(got, expected)
    known = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(got[known]), np.signbit(expected[known]))


@pytest.mark.parametrize("dtype", sorted(STORAGE))
@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
def test_encoding_rounds_to_nearest_even(xp: object, dtype: str) -> None:
    codes, reference = ORACLES[dtype]
    random = np.random.default_rng(5)
    bits = np.concatenate([random.integers(0, 2**32, 20_000), np.arange(0, 2**32, 2**19)])
    x = bits.astype(np.uint32).view(np.float32)
    with np.errstate(all="ignore"):
        expected = x.astype(reference)
        got = np.asarray(storage.encode(xp, xp.asarray(x), dtype))  # type: ignore[attr-defined]
    known = ~np.isnan(expected.astype(np.float32))
    np.testing.assert_array_equal(got[known], expected.view(codes)[known])
    assert np.isnan(got.view(reference).astype(np.float32)[~known]).all()


@pytest.mark.parametrize("dtype", sorted(STORAGE))
def test_encoding_a_double_rounds_once(dtype: str) -> None:
    middle = 1 + 2.0 ** -(storage.FORMATS[dtype][0] + 1)
    values = np.array([middle, middle + 2.0**-50, middle - 2.0**-50])
    one = np.asarray(storage.encode(np, np.array([1.0]), dtype))[0]
    assert (storage.encode(np, values, dtype) - one).tolist() == [0, 1, 0]
