"""Every kernel does what its operator's cases say, on every array namespace. SPEC 10.6, 14.3.

The operators are those of the registry: a new one is here as soon as it has cases. `harness.check`
also compares each result with the inferred type, and each operand with what it was.
"""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest

from tests.reader.kernels.harness import case_ids, cases_of, check
from tests.reader.kernels.strict import NOT_STANDARD, has
from tests.strict_namespace import NAMESPACE
from tracebox.conformance.model import Accept, Case, Reject
from tracebox.reader.kernels.registry import KERNELS
from tracebox.schema.registry import FAMILIES, operators

CASES = [found for family in FAMILIES for found in cases_of(family) if found[0] in KERNELS]


@pytest.mark.parametrize(("op", "case"), CASES, ids=case_ids(CASES))
def test_a_kernel_meets_its_case(op: str, case: Case) -> None:
    with np.errstate(all="ignore"):
        check(np, op, case)
        if isinstance(case, Reject):
            return
        check(np, op, case, prepared=False)
        check(NAMESPACE, op, case)
        if has(case, op):
            check(array_api_strict, op, case)


def test_every_kernel_runs_everywhere_but_where_a_reason_is_given() -> None:
    standard = {op for op, case in CASES if has(case, op)}
    assert {op for op, case in CASES if isinstance(case, Accept)} == set(KERNELS)
    assert standard | set(NOT_STANDARD) == set(KERNELS) and not standard & set(NOT_STANDARD)
    assert all(NOT_STANDARD.values())


def test_an_operator_without_a_kernel_has_a_body() -> None:
    assert {op for op in operators() if op not in KERNELS} <= {
        op.name for op in operators().values() if op.composite
    }
