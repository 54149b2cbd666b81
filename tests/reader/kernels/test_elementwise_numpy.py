"""The kernels that know NumPy give what the general ones give, on large arrays too."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from tracebox.reader.kernels.elementwise import general_erf
from tracebox.reader.kernels.elementwise_numpy import BLOCK, LARGE
from tracebox.reader.kernels.registry import KERNELS, PREPARE, kernels
from tracebox.schema.types import tensor

kernels()
SPECIAL = [0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 1e-40, 3e38, 0.3]


def prepared(op: str, *operands: Any) -> Any:
    dtype = {"float32": "f32", "float64": "f64", "int32": "i32"}[str(operands[0].dtype)]
    return PREPARE[op](np, {}, tuple(tensor(dtype, operand.shape) for operand in operands))


def large(dtype: str = "f4", shape: tuple[int, ...] = (3, BLOCK + 7)) -> Any:
    with np.errstate(all="ignore"):
        return np.resize(np.array(SPECIAL).astype(dtype), shape)


@pytest.mark.parametrize("bound", SPECIAL)
@pytest.mark.parametrize("op", ["maximum", "minimum"])
def test_a_bound_of_rank_0_is_met_by_every_element(op: str, bound: float) -> None:
    x, limit = large(), np.float32(bound)
    for a, b in ((x, limit), (limit, x), (x, np.array(limit)), (x[:, ::2], limit), (x[0, :5], limit)):
        np.testing.assert_array_equal(prepared(op, a, b)(a, b), KERNELS[op](np, a, b))


@pytest.mark.parametrize(
    "shape", [(LARGE + 1,), (LARGE, 2), (LARGE + 1, 1), (2, 3, 50, 50), (1, LARGE, 1, 1)]
)
def test_the_row_to_compare_with_fits_every_shape(shape: tuple[int, ...]) -> None:
    x, limit = large(shape=shape), np.float32(0.5)
    np.testing.assert_array_equal(prepared("maximum", x, limit)(x, limit), np.maximum(x, limit))


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0), (0.0, np.nan), (-np.inf, np.inf)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_clip_in_one_pass_has_the_same_meaning(dtype: str, bounds: tuple[float, float]) -> None:
    x = large(dtype)
    lo, hi = (np.array(bound, dtype) for bound in bounds)
    np.testing.assert_array_equal(prepared("clip", x, lo, hi)(x, lo, hi), KERNELS["clip"](np, x, lo, hi))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_erf_by_blocks_is_erf(dtype: str) -> None:
    for x in (large(dtype), large(dtype)[:, ::3], large(dtype)[:, :9].T):
        np.testing.assert_array_equal(prepared("erf", x)(x), general_erf(np, x))


@pytest.mark.parametrize("op", ["sin", "cos"])
def test_far_arguments_are_reduced_exactly(op: str) -> None:
    x = np.array([1.5986289000543612e74, -1.2853022199154463e174, 2.0**26, 2.0**26 + 0.5, 1.7e308, 1.0, -0.0])
    with mpmath.workprec(1400):
        expected = np.array([float(getattr(mpmath, op)(mpmath.mpf(value))) for value in x.tolist()])
    function = prepared(op, x)
    np.testing.assert_array_max_ulp(function(x), expected, maxulp=2)
    target = x.copy()
    assert function(target, target) is target
    np.testing.assert_array_max_ulp(target, expected, maxulp=2)
    with np.errstate(invalid="ignore"):
        assert np.isnan(function(np.array([np.inf, np.nan]))).all()


@pytest.mark.parametrize("exponent", [2.0, 3.0, 0.5, -1.0, np.nan])
def test_powers_of_a_scalar_are_powers(exponent: float) -> None:
    x, y = large("f8"), np.float64(exponent)
    with np.errstate(all="ignore"):
        np.testing.assert_array_max_ulp(
            np.nan_to_num(prepared("pow", x, y)(x, y)), np.nan_to_num(np.power(x, y)), maxulp=2
        )


@pytest.mark.parametrize(("op", "count"), [("maximum", 2), ("clip", 3), ("erf", 1), ("pow", 2)])
def test_a_result_may_be_written_into_an_operand(op: str, count: int) -> None:
    x = np.linspace(-2, 2, 3 * BLOCK, dtype="f4").reshape(3, -1)
    operands = (x, np.float32(3), np.float32(4))[:count]
    function = prepared(op, *operands)
    assert (function.nin, function.nout, function.signature) == (count, 1, None)
    expected = function(*operands)
    for target in (x.copy(), np.asfortranarray(x)):
        assert function(target, *operands[1:], target) is target
        np.testing.assert_array_equal(target, expected)


def test_integers_are_clipped_and_compared() -> None:
    x = np.arange(3 * LARGE, dtype="i4")
    lo, hi = np.int32(5), np.int32(9)
    np.testing.assert_array_equal(prepared("clip", x, lo, hi)(x, lo, hi), np.clip(x, 5, 9))
    np.testing.assert_array_equal(prepared("maximum", x, lo)(x, lo), np.maximum(x, 5))
