"""The kernels of reader/kernels/functions.py do what their cases say."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest

from tests.reader.kernels.harness import case_ids, cases_of, check
from tests.reader.kernels.strict import has
from tests.strict_namespace import NAMESPACE
from tracebox.conformance.model import Case

CASES = cases_of("functions")


@pytest.mark.parametrize(("op", "case"), CASES, ids=case_ids(CASES))
def test_a_kernel_meets_its_case(op: str, case: Case) -> None:
    with np.errstate(all="ignore"):
        check(np, op, case)
        check(np, op, case, prepared=False)
        check(NAMESPACE, op, case)
        if has(case):
            check(array_api_strict, op, case)
