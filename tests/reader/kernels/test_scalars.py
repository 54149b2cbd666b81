"""A tensor without axes may be a NumPy scalar: kernels take it as they take an array."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.reader.kernels import harness
from tracebox.conformance.model import Accept
from tracebox.schema.registry import FAMILIES

CASES = [
    (op, case)
    for family in FAMILIES
    for op, case in harness.cases_of(family)
    if isinstance(case, Accept) and any(text.endswith("[]") for text in case.operands)
]


@pytest.mark.parametrize(("op", "case"), CASES, ids=harness.case_ids(CASES))
def test_a_kernel_takes_numpy_scalars(op: str, case: Accept, monkeypatch: pytest.MonkeyPatch) -> None:
    to_array = harness.to_namespace

    def to_scalar(xp: Any, value: Any) -> Any:
        found = to_array(xp, value)
        return found[()] if isinstance(found, np.ndarray) and found.ndim == 0 else found

    monkeypatch.setattr(harness, "to_namespace", to_scalar)
    with np.errstate(all="ignore"):
        harness.check(np, op, case)
        harness.check(np, op, case, prepared=False)
