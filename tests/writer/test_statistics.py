"""Medians, quantiles and histograms in traced programs: what they give is NumPy's, for other inputs too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(0)
X = RNG.standard_normal((5, 4))
WITH_NAN = np.where(np.arange(20).reshape(5, 4) == 6, np.nan, X)
WITH_INFINITY = np.where(np.arange(20).reshape(5, 4) == 6, np.inf, X)

#: A function, and inputs: the first is the example, the others have other sizes and values.
CASES: list[tuple[Callable[[Array], Any], list[Array]]] = []


def case(*inputs: Array) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(fn: Callable[..., Any]) -> Callable[..., Any]:
        CASES.append((fn, list(inputs)))
        return fn

    return register


@case(X, X[:4, :3], WITH_NAN, WITH_INFINITY, X[:1, :1])
def medians(x: Array) -> Any:
    return np.median(x), np.median(x, axis=0), np.median(x, axis=(0, 1), keepdims=True), np.median(x, 1)


@case(X.astype(np.float32), WITH_NAN.astype(np.float32))
def medians_of_single_precision(x: Array) -> Any:
    return np.median(x), np.median(x, 1), np.quantile(x, 0.3), np.quantile(x, [0.3], axis=0)


@case(X, X[:4, :3], WITH_NAN, X[:1, :1])
def quantiles(x: Array) -> Any:
    low, high = np.percentile(x, [10, 90], axis=0)
    return np.quantile(x, 0.3), low, high, np.percentile(x, 25, axis=1, keepdims=True)


@case(X, X[:2])
def other_methods(x: Array) -> Any:
    return np.quantile(x, [0.2, 0.7], method="lower"), np.quantile(x, 0.7, axis=0, method="higher")


@case(np.array([3, 1, 2, 9]), np.array([5]))
def of_integers(x: Array) -> Any:
    return np.median(x), np.quantile(x, 0.25), np.percentile(x, [5, 50])


@case(np.array([3, 1, 3, 9]), np.array([0]), np.zeros(0, np.int64))
def counts(x: Array) -> Any:
    return np.bincount(x), np.bincount(x, minlength=7), np.bincount(x).shape[0]


@case(np.array([3, 1, 3, 9]), np.array([0]))
def weighted_counts(x: Array) -> Any:
    return np.bincount(x, weights=x * 0.5)


@case(X, X[:1], np.ones((1, 4)))
def histograms(x: Array) -> Any:
    return (*np.histogram(x), *np.histogram(x, 5, (0, 1)), *np.histogram(x, [0, 0.5, 3.0], density=True))


@case(np.arange(9), np.array([2, 2, 7]))
def histograms_of_integers(x: Array) -> Any:
    return (*np.histogram(x), *np.histogram(x, bins=3))


@case(X, WITH_NAN)
def intervals(x: Array) -> Any:
    return np.digitize(x, [-1, 0, 1]), np.digitize(x, np.array([-1.0, 0, 1]), right=True)


@pytest.mark.parametrize(("fn", "inputs"), CASES, ids=[fn.__name__ for fn, _ in CASES])
def test_a_traced_function_gives_what_numpy_gives(fn: Callable[..., Any], inputs: list[Array]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", tb.TraceWarning)
        program = tb.trace(fn, inputs[0])
    for x in inputs:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            wanted, found = fn(x), program(x)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        found = found if isinstance(found, tuple) else (found,)
        for want, have in zip(wanted, found, strict=True):
            assert np.asarray(have).dtype == np.asarray(want).dtype
            tolerance = 1e-6 if np.asarray(want).dtype == np.float32 else 1e-13
            np.testing.assert_allclose(have, want, rtol=tolerance, atol=tolerance)


def test_what_there_is_no_lowering_for_is_refused_by_name() -> None:
    with pytest.raises(tb.TraceError, match="another method"):
        tb.trace(lambda x: np.quantile(x, 0.5, method="nearest"), X)
    with pytest.raises(tb.TraceError, match="bins='auto'"):
        tb.trace(lambda x: np.histogram(x, bins="auto"), X)
    with pytest.raises(tb.TraceError, match="do not ascend"):
        tb.trace(lambda x: np.digitize(x, [3, 1]), X)
    with pytest.raises(ValueError, match="range"):
        tb.trace(lambda x: np.quantile(x, 1.5), X)


def test_a_negative_element_has_no_count() -> None:
    program = tb.trace(lambda x: np.bincount(x), np.array([1, 2]))
    with pytest.raises(tb.ProgramError, match=r"scatter_add\.E1"):
        program(np.array([1, -2]))


def test_negative_numbers_are_refused_where_numpy_refuses_them() -> None:
    counts = tb.trace(lambda x: np.bincount(x), np.array([1, 2]))
    chosen = tb.trace(lambda i: np.choose(i, [i + 1, i * 2]), np.array([0, 1]))
    for program in (counts, chosen):
        program(np.array([0, 1]))
        with pytest.raises(tb.ProgramError, match="E1"):
            program(np.array([0, -1]))
