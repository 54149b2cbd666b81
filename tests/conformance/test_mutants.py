"""The cases tell wrong kernels from right ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.mutants import MUTANTS
from tests.reader.kernels.harness import check
from tracebox.conformance.generate.registry import generated
from tracebox.conformance.model import Accept, Case, Fails
from tracebox.reader.kernels.registry import KERNELS


def fails(op: str, case: Case) -> bool:
    """Whether the case does not hold for the kernel that is registered."""
    try:
        check(np, op, case, prepared=False)
    except AssertionError:
        return True
    return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_kernel_fails_some_case(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    op = name.partition(":")[0]
    monkeypatch.setitem(KERNELS, op, MUTANTS[name])
    with np.errstate(all="ignore"):
        assert any(fails(op, case) for case in generated(op) if isinstance(case, (Accept, Fails)))
