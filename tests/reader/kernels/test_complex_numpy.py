"""Complex numbers in blocks on NumPy: as exact as promised, wherever a block needs more care."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.reader.kernels.harness import check
from tracebox.conformance.generate.registry import by_oracle
from tracebox.conformance.numerics.sampling import to_array
from tracebox.reader.kernels.complex_functions import COMPLEX
from tracebox.reader.kernels.complex_numpy import BLOCK

DTYPES = {"c64": np.complex64, "c128": np.complex128}


def numbers(dtype: str, size: int, seed: int = 0) -> Any:
    draw = np.random.default_rng(seed).standard_normal
    return (draw(size) + 1j * draw(size)).astype(DTYPES[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["divide", "expm1", "log", "log1p"])
def test_ordinary_numbers_are_as_exact_as_promised(op: str, dtype: str) -> None:
    operands = [to_array(dtype, numbers(dtype, 200, seed)) for seed in range(2 if op == "divide" else 1)]
    check(np, op, by_oracle(op, "ordinary", *operands))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["divide", "expm1", "log", "log1p"])
def test_special_numbers_in_one_block_do_not_change_the_others(op: str, dtype: str) -> None:
    whole = [numbers(dtype, 3 * BLOCK + 5, seed) for seed in range(2 if op == "divide" else 1)]
    special = [0, complex(np.inf, 1), complex(np.nan, 0), 1e-30, complex(0, -0.0), 1e30]
    for x in whole:
        x[BLOCK + 3 : BLOCK + 9] = special
    with np.errstate(all="ignore"):
        found = COMPLEX[op](np, *whole)
        for start in (0, BLOCK, 2 * BLOCK, 3 * BLOCK):
            parts = [x[start : start + BLOCK] for x in whole]
            np.testing.assert_array_equal(found[start : start + BLOCK], COMPLEX[op](np, *parts))
            alone = COMPLEX[op](np, *[x[start + 3 : start + 9] for x in whole])
            np.testing.assert_allclose(found[start + 3 : start + 9], alone, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("op", ["divide", "expm1", "log1p"])
def test_views_give_what_copies_give(op: str) -> None:
    whole = [numbers("c128", 600, seed).reshape(30, 20) for seed in range(2 if op == "divide" else 1)]
    for view in (np.s_[::2, 1:], np.s_[:, 3], np.s_[:0], np.s_[4, 5]):
        operands = [x[view] for x in whole]
        found = COMPLEX[op](np, *operands)
        expected = COMPLEX[op](np, *[np.ascontiguousarray(x) for x in operands])
        np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_quotients_of_tiny_numbers_keep_their_digits(dtype: str) -> None:
    limits = np.finfo(DTYPES[dtype])
    smallest = float(limits.smallest_normal)
    tiny = np.array([complex(smallest / 0.3, smallest / 0.7), complex(-smallest, smallest / 0.9)])
    ordinary = np.array([complex(2**-9, 2**-10), complex(0, 2**-8)])
    x: Any = tiny.astype(DTYPES[dtype])
    y: Any = ordinary.astype(DTYPES[dtype])
    exact = x.astype(np.clongdouble) / y.astype(np.clongdouble)
    assert np.all(np.abs(COMPLEX["divide"](np, x, y) - exact) <= 4 * limits.eps * np.abs(exact))
