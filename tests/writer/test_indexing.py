"""NumPy's indices on traced arrays: read and written, constants and arguments."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from tracebox import TraceWarning, trace

X = np.random.default_rng(0).integers(0, 50, (4, 5, 6)).astype(np.float32)
A, B = np.array([0, -1, 2], np.int32), np.array([1, 1, -2])
C = np.array([[0], [3]], np.uint8)
ROWS = np.array([True, False, True, True])
PLACES = X[..., 0] > 20
every = slice(None)

KEYS: list[Any] = [
    (), 0, -1, (0, 1, 2), slice(1, 3), (slice(None, None, -1), ...), (..., 0), (None, ..., None),
    (0, None, slice(None, None, 2)), A, (A, B), (slice(1, 4), A), (slice(1, 4), A, B), (A, every, B),
    (0, every, A), (A, 0), (slice(0, 4, 2), None, A), C, (C, A), (0, C, A), ROWS, (ROWS, every, 0), PLACES,
    (PLACES, A[:1]), (every, A, slice(1, 3)), True, False, (True, 0), (..., True), np.array(True), [0, 2],
    [[0, 1], [2, 3]], ([0, 1],), (every, [True, False, True, False, True]), (A, None, B), (None, A, None, B),
    X > 25, (..., np.array([0, 2])), np.int64(2), (0, True), (True, A), (slice(-3, None), slice(None, -1)),
    slice(2, None, -1), slice(10, 20), slice(0, 0), np.array([], int), np.array(2),
]  # fmt: skip


def _tuple(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _with(key: Any, arrays: list[Any]) -> Any:
    given = iter(arrays)
    return tuple(next(given) if isinstance(item, (np.ndarray, list)) else item for item in _tuple(key))


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TraceWarning)
        yield


@pytest.mark.parametrize("key", KEYS, ids=lambda key: repr(key).replace("\n", "")[:40])
def test_reading(key: Any) -> None:
    wanted = X[key]
    found = trace(lambda x: x[key], X)(X)
    assert found.shape == wanted.shape
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize(
    "key",
    [key for key in KEYS if any(isinstance(item, (np.ndarray, list)) for item in _tuple(key))],
    ids=lambda key: repr(key).replace("\n", "")[:40],
)
def test_reading_with_arrays_that_are_arguments(key: Any) -> None:
    arrays = [np.asarray(item) for item in _tuple(key) if isinstance(item, (np.ndarray, list))]
    wanted = X[key]
    found = trace(lambda x, arrays: x[_with(key, arrays)], X, arrays)(X, arrays)
    assert found.shape == wanted.shape
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: repr(key).replace("\n", "")[:40])
def test_writing(key: Any) -> None:
    shape = X[key].shape
    seeded = np.random.default_rng(1)
    for value in (7.0, seeded.random(shape).astype(np.float32), seeded.random(shape[-1:]).astype(np.float32)):

        def write(x: Any, value: Any) -> Any:
            x = x.copy()
            x[key] = value
            return x

        try:
            wanted = write(X, value)
        except ValueError:  # NumPy does not broadcast it
            continue
        found = trace(write, X, value)(X, value)
        assert np.array_equal(found, wanted)


def test_several_ellipses_are_refused() -> None:
    with pytest.raises(IndexError, match="single ellipsis"):
        trace(lambda x: x[..., 0, ...], X)


def test_an_index_beyond_the_axis_is_refused() -> None:
    with pytest.raises(IndexError, match="out of bounds for axis 1 with size 5"):
        trace(lambda x: x[0, 5], X)


def test_writing_to_an_array_of_shape_nothing_keeps_its_shape() -> None:
    def write(x: Any) -> Any:
        x = x.copy()
        x[()] = 3.0
        return x

    assert trace(write, np.array(1.0))(np.array(1.0)).shape == ()
