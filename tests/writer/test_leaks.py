"""Traced arrays that outlive their trace are found, with the line that kept them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
KEPT: list[Any] = []
LAST: Any = None


class Model:
    def __init__(self) -> None:
        self.last: Any = None

    def __call__(self, x: Array) -> Array:
        y = x * 2
        self.last = y
        return y + 1


def to_list(x: Array) -> Array:
    KEPT.append(x + 1)
    return x


def to_global(x: Array) -> Array:
    global LAST
    LAST = x * 3
    return x


def line_of(text: str) -> int:
    with open(__file__) as file:
        return next(number for number, line in enumerate(file, 1) if text in line)


def test_an_attribute_that_keeps_a_traced_array_is_named_with_its_line() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(Model(), np.ones(2))
    assert caught.value.code == "trace.leak"
    assert "kept in the attribute of Model 'last'" in str(caught.value)
    assert f"{__file__}:{line_of('self.last = y')}" in str(caught.value)


def test_a_list_that_keeps_a_traced_array_is_named() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(to_list, np.ones(2))
    try:
        assert caught.value.code == "trace.leak"
        assert "kept in a list called 'KEPT'" in str(caught.value)
        assert f":{line_of('KEPT.append')}" in str(caught.value)
    finally:
        KEPT.clear()


def test_a_global_that_keeps_a_traced_array_is_named() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(to_global, np.ones(2))
    assert f":{line_of('LAST = x * 3')}" in str(caught.value)
    assert "'LAST'" in str(caught.value)


def test_a_leaked_array_cannot_be_used() -> None:
    with pytest.raises(tb.TraceError):
        tb.trace(to_list, np.ones(2))
    try:
        with pytest.raises(tb.TraceError) as caught:
            KEPT[0] + 1
        assert caught.value.code == "trace.leak"
        assert f"made at {__file__}:{line_of('KEPT.append')}" in str(caught.value)
        with pytest.raises(tb.TraceError):
            np.exp(KEPT[0])
        with pytest.raises(tb.TraceError):
            tb.trace(lambda x: x + KEPT[0], np.ones(2))
    finally:
        KEPT.clear()


def test_a_leaked_size_cannot_be_used() -> None:
    sizes: list[Any] = []

    def fn(x: Array) -> Array:
        sizes.append(x.shape[0])
        return x

    tb.trace(fn, np.ones(2))
    with pytest.raises(tb.TraceError) as caught:
        sizes[0] + 1
    assert caught.value.code == "trace.leak"


def test_what_is_kept_and_dropped_within_the_trace_is_no_leak() -> None:
    def fn(x: Array) -> Array:
        KEPT.append(x * 2)
        return KEPT.pop() + 1

    assert tb.trace(fn, np.ones(2))(np.ones(2)).tolist() == [3, 3]
