"""Indexing and promotion against NumPy, on generated indices, dtypes and sizes."""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tracebox as tb

Array = Any

DTYPES = ("bool", "int8", "int32", "int64", "uint8", "uint32", "float16", "float32", "float64")
OPERATIONS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.lt, operator.ge, operator.eq, np.maximum, np.minimum, np.arctan2, np.logical_and, np.hypot,
]  # fmt: skip

bounds = st.none() | st.integers(-6, 6)
steps = st.sampled_from([None, 1, 2, 3, -1, -2])
slices = st.builds(slice, bounds, bounds, steps)
items = slices | st.integers(-2, 1) | st.none() | st.just(Ellipsis)


def counts_one_ellipsis(key: tuple[Any, ...]) -> bool:
    return sum(item is Ellipsis for item in key) <= 1


basic = st.lists(items, min_size=1, max_size=4).map(tuple).filter(counts_one_ellipsis)


def axes_used(key: tuple[Any, ...]) -> int:
    return sum(item is not None and item is not Ellipsis for item in key)


@settings(max_examples=60)
@given(
    key=basic,
    shape=st.tuples(st.integers(2, 5), st.integers(2, 5)),
    other=st.tuples(*[st.integers(2, 7)] * 2),
)
def test_basic_indices_read_as_numpy(
    key: tuple[Any, ...], shape: tuple[int, int], other: tuple[int, int]
) -> None:
    assume(axes_used(key) <= 2)
    program = tb.trace(lambda x: x[key], np.zeros(shape))
    for size in (shape, other):
        x = np.arange(float(np.prod(size))).reshape(size)
        np.testing.assert_array_equal(program(x), x[key])


@settings(max_examples=40)
@given(
    key=basic,
    shape=st.tuples(st.integers(2, 5), st.integers(2, 5)),
    other=st.tuples(*[st.integers(2, 7)] * 2),
)
def test_basic_indices_write_as_numpy(
    key: tuple[Any, ...], shape: tuple[int, int], other: tuple[int, int]
) -> None:
    assume(axes_used(key) <= 2)

    def assign(x: Array) -> Array:
        y = x * 1
        y[key] = y[key] * 2 + 1
        y[key] += 3
        return y

    program = tb.trace(assign, np.zeros(shape))
    for size in (shape, other):
        x = np.arange(float(np.prod(size))).reshape(size)
        np.testing.assert_array_equal(program(x), assign(x))


index_arrays = st.sampled_from(
    [
        np.array([0, 1]),
        np.array([[1], [-1]]),
        np.array(1),
        np.array([], np.int64),
        np.array([True, False, True]),
    ]
)
advanced = st.lists(slices | st.integers(-2, 1) | index_arrays, min_size=1, max_size=3).map(tuple)


@settings(max_examples=60)
@given(key=advanced)
def test_index_arrays_read_as_numpy(key: tuple[Any, ...]) -> None:
    x = np.arange(27.0).reshape(3, 3, 3)
    try:
        expected = x[key]
    except IndexError:
        assume(False)
    arrays = [item for item in key if isinstance(item, np.ndarray)]

    def read(x: Array, *given: Array) -> Array:
        left = iter(given)
        return x[tuple(next(left) if isinstance(item, np.ndarray) else item for item in key)]

    np.testing.assert_array_equal(tb.trace(read, x, *arrays)(x, *arrays), expected)


@settings(max_examples=80)
@given(
    left=st.sampled_from(DTYPES),
    right=st.sampled_from([*DTYPES, "3", "2.5", "True"]),
    operation=st.sampled_from(OPERATIONS),
    swapped=st.booleans(),
)
def test_results_have_the_dtype_and_value_that_numpy_gives(
    left: str, right: str, operation: Any, swapped: bool
) -> None:
    a = np.array([3, 1, 2]).astype(left)
    b: Any = (
        np.array([2, 1, 1]).astype(right) if right in DTYPES else {"3": 3, "2.5": 2.5, "True": True}[right]
    )
    args = (a, b) if isinstance(b, np.ndarray) else (a,)

    def fn(x: Array, y: Any = b) -> Any:
        return operation(y, x) if swapped else operation(x, y)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = fn(*args)
        except TypeError:  # such as the difference of booleans
            expected = None
        if expected is None:
            with np.testing.assert_raises(TypeError):
                tb.trace(fn, *args)
            return
        got = tb.trace(fn, *args)(*args)
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-3)


@settings(max_examples=30)
@given(
    dtype=st.sampled_from(DTYPES[1:]),
    name=st.sampled_from(["sum", "prod", "max", "mean", "var", "cumsum", "argmax", "any", "std", "min"]),
    axis=st.sampled_from([None, 0, 1, -1]),
)
def test_reductions_have_the_dtype_and_value_that_numpy_gives(
    dtype: str, name: str, axis: int | None
) -> None:
    x = np.array([[1, 2, 3], [3, 1, 1]]).astype(dtype)

    def fn(x: Array) -> Any:
        return getattr(np, name)(x, axis=axis)

    got, expected = tb.trace(fn, x)(x), fn(x)
    assert got.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(got, expected, rtol=1e-3)
