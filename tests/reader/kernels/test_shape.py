"""Shape kernels on their conformance cases, and where they give views."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import KERNELS, load_family

load_family("shape")


@pytest.mark.parametrize(
    ("op", "attrs"),
    [
        ("reshape", {"shape": (6,)}),
        ("permute_dims", {"axes": (1, 0)}),
        ("broadcast_to", {"shape": (4, 2, 3)}),
        ("slice", {"starts": (0, 2), "stops": (2, -1), "steps": (1, -1)}),
        ("flip", {"axes": (0,)}),
    ],
)
def test_moving_no_elements_copies_nothing(op: str, attrs: dict[str, Any]) -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert np.shares_memory(KERNELS[op](np, x, **attrs), x)


@pytest.mark.parametrize("shape", [(20_001,), (150, 150), (3, 100, 90), (2, 30, 1, 300)])
@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 0), (0, 2), (3, 2)])
def test_a_frame_around_much(shape: tuple[int, ...], low: int, high: int) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    rank = len(shape)
    given = {"low": (low, *(0,) * (rank - 1)), "high": (*(0,) * (rank - 1), high)}
    padded = KERNELS["pad"](np, x, np.array(7.0), **given, mode="constant")
    np.testing.assert_array_equal(padded, np.pad(x, [*zip(*given.values())], constant_values=7))


@pytest.mark.parametrize("mode", ["edge", "reflect"])
def test_padding_with_nothing_is_a_copy(mode: str) -> None:
    x = np.arange(6.0).reshape(2, 3)
    padded = KERNELS["pad"](np, x, None, low=(0, 0), high=(0, 0), mode=mode)
    assert not np.shares_memory(padded, x)
