"""Kernels of schema/ops/indexing.py on their conformance cases."""

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

CASES = cases_of("indexing")


@pytest.mark.parametrize(("op", "case"), CASES, ids=case_ids(CASES))
def test_a_kernel_meets_its_case(op: str, case: Case) -> None:
    with np.errstate(all="ignore"):
        check(np, op, case)
        check(np, op, case, prepared=False)
        check(NAMESPACE, op, case)
        if has(case):
            check(array_api_strict, op, case)


@pytest.mark.parametrize(
    "index", [np.int64(1), np.array(1), np.array([1])], ids=["scalar", "rank-0", "rank-1"]
)
def test_gathering_copies(index: Any) -> None:
    x = np.arange(12.0).reshape(3, 4)
    assert not np.shares_memory(KERNELS["gather"](np, x, (index,)), x)
