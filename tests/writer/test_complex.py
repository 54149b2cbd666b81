"""NumPy programs on complex arrays, traced: values and dtypes are NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(0)
Z = (RNG.normal(size=(3, 4)) + 1j * RNG.normal(size=(3, 4))).astype(np.complex64)
W = RNG.normal(size=(3, 4)) + 1j * RNG.normal(size=(3, 4))
X = RNG.normal(size=(3, 4)).astype(np.float32)


def check(function: Callable[..., Any], *args: Array) -> None:
    expected = np.asarray(function(*args))
    got = np.asarray(tb.trace(function, *args)(*args))
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


UNARY = (
    *("absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "round", "square"),
    *("reciprocal", "isnan", "isinf", "isfinite", "logical_not", "negative", "conj", "real", "imag", "angle"),
    *("sum", "prod", "mean", "var", "std", "any", "all", "cumsum", "count_nonzero", "tril"),
    "linalg.norm",
)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_array(name: str) -> None:
    function: Any = np
    for part in name.split("."):
        function = getattr(function, part)
    check(lambda z: function(z), Z)


@pytest.mark.parametrize(
    "name", ["add", "subtract", "multiply", "divide", "power", "equal", "vdot", "vecdot"]
)
@pytest.mark.parametrize("other", [W, X], ids=["complex", "real"])
def test_functions_of_two_arrays(name: str, other: Array) -> None:
    check(lambda z, w: getattr(np, name)(z, w), Z, other)


@pytest.mark.parametrize("factor", [2, 0.5, 2j, np.float64(2), np.complex128(2j), True])
@pytest.mark.parametrize("array", [Z, X, np.arange(4)], ids=["c64", "f32", "i64"])
def test_python_numbers_give_way_and_numpy_numbers_do_not(array: Array, factor: Any) -> None:
    check(lambda x: x * factor + 1j, array)
    check(lambda x: factor - x, array)


@pytest.mark.parametrize("exponent", [2, 0.5, -1, 3, 1 + 1j])
def test_powers_of_numbers(exponent: Any) -> None:
    check(lambda z: z**exponent, Z)


def test_products_of_matrices() -> None:
    check(lambda z, w: z @ w.T.conj(), Z, W)
    check(lambda z, x: np.einsum("ij,kj->ik", z, x), Z, X)
    check(lambda z: np.eye(3, dtype=np.complex64) @ z, Z)


def test_elements_are_set_and_shapes_changed() -> None:
    def fill(z: Array) -> Array:
        y = z.copy()
        y[0] = 1j
        y[1, 1:] *= 2
        return np.concatenate([y, np.full((1, 4), 2j, np.complex64)]).T[::-1]

    check(fill, Z)


def test_complex_numbers_do_not_become_real_silently() -> None:
    with pytest.raises(tb.TraceError, match=r"x\.real"):
        tb.trace(lambda z: z.astype(np.float32), Z)
