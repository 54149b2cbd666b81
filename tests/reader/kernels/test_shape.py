"""Shape kernels on their conformance cases, and where they give views."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np
import pytest

from tests.reader.kernels.harness import case_ids, cases_of, check
from tests.reader.kernels.strict import has
from tests.strict_namespace import NAMESPACE
from tracebox.conformance.model import Case
from tracebox.reader.kernels.registry import KERNELS

CASES = cases_of("shape")


@pytest.mark.parametrize(("op", "case"), CASES, ids=case_ids(CASES))
def test_a_kernel_meets_its_case(op: str, case: Case) -> None:
    with np.errstate(all="ignore"):
        check(np, op, case)
        check(np, op, case, prepared=False)
        check(NAMESPACE, op, case)
        if has(case):
            check(array_api_strict, op, case)


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


@pytest.mark.parametrize("mode", ["edge", "reflect"])
def test_padding_with_nothing_is_a_copy(mode: str) -> None:
    x = np.arange(6.0).reshape(2, 3)
    padded = KERNELS["pad"](np, x, None, low=(0, 0), high=(0, 0), mode=mode)
    assert not np.shares_memory(padded, x)
