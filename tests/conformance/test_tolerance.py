"""What is near enough to an expected value, and what is not."""

from __future__ import annotations

import math

import pytest

from tracebox.conformance.model import Record, Value, c64, f16, f32, f64, i32
from tracebox.conformance.oracle.arrays import Array
from tracebox.conformance.tolerance import compare
from tracebox.schema.registry import Accuracy, Dot, Exact, Rounded, Ulp

STEP = 2.0**-23


@pytest.mark.parametrize(
    ("got", "expected", "accuracy"),
    [
        (f32([1, math.nan]), f32([1, math.nan]), Exact()),
        (f32([1 + 3 * STEP]), f32([1]), Ulp(3)),
        (f32([-0.0]), f32([0.0]), Ulp(0)),
        (f32([-0.0]), f32([0.0]), Dot()),
        (f32([1e-45]), f32([-0.0]), Ulp(3)),
        (f32([math.inf]), f32([math.inf]), Ulp(1)),
        (f32([math.inf]), f32([3.4028234663852886e38]), Ulp(1)),
        (c64([1 + 1j]), c64([1 + 1j]), Rounded()),
        (c64([1 + 2 * STEP * 1j]), c64([1 + STEP * 1j]), Ulp(3)),
        (c64([complex(math.inf, 1 + STEP)]), c64([complex(math.inf, 1)]), Ulp(3)),
        (f32([1.001]), f32([1]), Accuracy("body", absolute=1 << 16)),
        (f32([0.01, 100]), f32([0.0, 100]), Accuracy("body", absolute=1 << 16)),
        ([1, "a", None], [1, "a", None], Exact()),
        ({1: f32(2)}, {1: f32(2)}, Exact()),
        (Record("P", (1, 2.0)), Record("P", (1, 2.0)), Exact()),
        (math.nan, math.nan, Exact()),
    ],
)
def test_near_enough(got: Value, expected: Value, accuracy: Accuracy) -> None:
    assert compare(got, expected, accuracy) == ""


@pytest.mark.parametrize(
    ("got", "expected", "accuracy"),
    [
        (f32([1 + STEP]), f32([1]), Exact()),
        (f32([1 + STEP]), f32([1]), Rounded()),
        (f32([1 + 4 * STEP]), f32([1]), Ulp(3)),
        (f32([-0.0]), f32([0.0]), Exact()),
        (f32([-0.0]), f32([0.0]), Ulp(3)),
        (f32([math.nan]), f32([0.0]), Ulp(3)),
        (f32([0.0]), f32([math.nan]), Ulp(3)),
        (f32([-math.inf]), f32([math.inf]), Ulp(3)),
        (f32([1e38]), f32([math.inf]), Ulp(3)),
        (c64([1 + 5 * STEP * 1j]), c64([1 + STEP * 1j]), Ulp(3)),
        (c64([1 + STEP * 1j]), c64([1]), Ulp(3)),
        (c64([complex(1, -0.0)]), c64([1]), Ulp(3)),
        (c64([complex(math.inf, 1 + 4 * STEP)]), c64([complex(math.inf, 1)]), Ulp(3)),
        (f64([1]), f32([1]), Exact()),
        (f32([[1]]), f32([1]), Exact()),
        (i32([1]), i32([2]), Ulp(3)),
        (f32([0.05, 1]), f32([0.0, 1]), Accuracy("body", absolute=1 << 16)),
        ((1, 2), [1, 2], Exact()),
        ([1], [1, 2], Exact()),
        (1, 1.0, Exact()),
        (True, 1, Exact()),
        (None, f32(1), Exact()),
        (Record("Q", (1,)), Record("P", (1,)), Exact()),
        ({1: 2}, {1: 3}, Exact()),
        (0.0, -0.0, Exact()),
    ],
)
def test_not_near_enough(got: Value, expected: Value, accuracy: Accuracy) -> None:
    assert compare(got, expected, accuracy) != ""


def test_a_dot_is_compared_with_its_bound() -> None:
    bound = Array("f64", (2,), [0.5, 0.0])
    assert compare(f32([1.5, 1]), f32([1, 1]), Dot(), bound) == ""
    assert "element (0,)" in compare(f32([1.75, 1]), f32([1, 1]), Dot(), bound)
    assert "element (1,)" in compare(f32([1, 1.5]), f32([1, 1]), Dot(), bound)


def test_a_bound_is_for_both_parts() -> None:
    bound = Array("f64", (1,), [0.5])
    assert compare(c64([1.5 + 1.5j]), c64([1 + 1j]), Dot(), bound) == ""
    assert compare(c64([1 + 1.75j]), c64([1 + 1j]), Dot(), bound) != ""


def test_an_error_names_the_element() -> None:
    expected = f16([[1, 2], [3, 4]])
    assert compare(f16([[1, 2], [3, 5]]), expected, Exact()) == "element (1, 1): expected 4.0, got 5.0"
