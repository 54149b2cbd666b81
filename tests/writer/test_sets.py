"""Sets, searching and repeating in traced programs: what they give equals NumPy, on other inputs too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox import xp

Array = Any
NAN = np.nan
LINE = np.array([3.0, 1, NAN, 3, -0.0, NAN, 0])
TWICE = np.array([2.0, 2, 1])
NOTHING = np.zeros(0)

#: A function, the example's arguments, and others.
CASES: list[tuple[Callable[..., Any], tuple[Any, ...], list[tuple[Any, ...]]]] = []


def case(*examples: tuple[Any, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(fn: Callable[..., Any]) -> Callable[..., Any]:
        CASES.append((fn, examples[0], list(examples)))
        return fn

    return register


@case((LINE,), (TWICE,), (NOTHING,))
def unique(x: Array) -> Any:
    return np.unique(x, return_index=True, return_inverse=True, return_counts=True)


@case((LINE,), (TWICE,), (NOTHING,))
def unique_with_every_nan(x: Array) -> Any:
    return np.unique(x, return_counts=True, equal_nan=False)


@case((np.array([[3, 1], [1, 2]]),), (np.array([[5]]),))
def unique_of_a_matrix(x: Array) -> Any:
    return np.unique(x), np.unique(x).shape[0] * 2


@case((LINE + 1j * LINE[::-1],), (NOTHING * 1j,))
def unique_complex(x: Array) -> Any:
    return xp.unique_values(x), xp.unique_inverse(x).inverse_indices


@case((LINE, TWICE), (TWICE, NOTHING), (NOTHING, LINE))
def members(x: Array, table: Array) -> Any:
    return np.isin(x, table), np.isin(x, table, invert=True), x[np.isin(x, [3, 2])]


@case((np.array([True, False]), np.array([True])))
def members_of_booleans(x: Array, table: Array) -> Any:
    return np.isin(x, table)


@case((np.array([1, 5, 2, 2]), np.array([2, 7, 7])), (np.array([1]), np.array([4, 1])))
def sets(a: Array, b: Array) -> Any:
    return np.union1d(a, b), np.intersect1d(a, b), np.setdiff1d(a, b), np.setxor1d(a, b)


@case((np.array([1, 2, 2, 5]), np.array([[2, 0], [9, 5]])), (np.array([4]), np.array([[3]])))
def places(x: Array, v: Array) -> Any:
    return np.searchsorted(x, v), np.searchsorted(x, v, side="right"), np.searchsorted(x, 2.5)


@case((np.array([5, 2, 9]), np.array([1, 0, 2]), np.array([6])))
def places_by_order(x: Array, order: Array, v: Array) -> Any:
    return np.searchsorted(x, v, sorter=order)


@case((TWICE, np.array([1, 0, 3])), (TWICE, np.array([0, 0, 0])))
def repeated(x: Array, counts: Array) -> Any:
    return np.repeat(x, counts), np.repeat(x, counts).sum(), np.repeat(x, 2), np.repeat(x, counts[:1])


@case((np.arange(6).reshape(2, 3), np.array([1, 0, 3], np.uint8)))
def repeated_columns(x: Array, counts: Array) -> Any:
    return np.repeat(x, counts, axis=1), np.repeat(x, [2, 1], axis=0)


@case((TWICE,), (NOTHING,))
def products(x: Array) -> Any:
    return np.cumprod(x), np.cumulative_prod(x, include_initial=True), x.cumprod()


@case((np.array([[1, 2], [3, 4]], np.int8),))
def products_of_small_integers(x: Array) -> Any:
    return np.cumprod(x, axis=1), np.cumprod(x)


@pytest.mark.parametrize(("fn", "example", "inputs"), CASES, ids=[fn.__name__ for fn, _, _ in CASES])
def test_a_traced_function_gives_what_numpy_gives(
    fn: Callable[..., Any], example: tuple[Any, ...], inputs: list[tuple[Any, ...]]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", tb.TraceWarning)
        program = tb.trace(fn, *example)
    for given in inputs:
        wanted, found = fn(*given), program(*given)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        found = found if isinstance(found, tuple) else (found,)
        for want, have in zip(wanted, found, strict=True):
            assert np.asarray(have).dtype == np.asarray(want).dtype
            np.testing.assert_array_equal(have, want)


def test_the_namespace_gives_what_the_standard_says_on_plain_arrays() -> None:
    x = np.array([[2.0, NAN], [2.0, NAN]])
    found = xp.unique_all(x)
    np.testing.assert_array_equal(found.values, [2, NAN, NAN])
    np.testing.assert_array_equal(found.indices, [0, 1, 3])
    np.testing.assert_array_equal(found.inverse_indices, [[0, 1], [0, 2]])
    np.testing.assert_array_equal(found.counts, [2, 1, 1])
    np.testing.assert_array_equal(xp.isin(np.array([1 + 2j, 3]), np.array([3 + 0j])), [False, True])
    assert xp.broadcast_shapes((2, 1), (3,)) == (2, 3)
    np.testing.assert_array_equal(xp.from_dlpack(x), x)


def test_a_traced_negative_count_is_an_error() -> None:
    program = tb.trace(lambda x, counts: np.repeat(x, counts), TWICE, np.array([1, 1, 1]))
    with pytest.raises(tb.ProgramError, match=r"repeat\.E1"):
        program(TWICE, np.array([1, -1, 1]))


def test_the_standards_results_are_named() -> None:
    program = tb.trace(lambda x: xp.unique_counts(x).counts, LINE)
    np.testing.assert_array_equal(program(np.array([1.0, 1, 5])), [2, 1])


def test_unique_along_an_axis_is_refused() -> None:
    with pytest.raises(tb.TraceError, match="unique with axis"):
        tb.trace(lambda x: np.unique(x, axis=0), np.ones((2, 2)))
