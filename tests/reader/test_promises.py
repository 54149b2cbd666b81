"""Every kernel holds its promises to the planner, on every case of the conformance suite.

Results have the inferred types; an array of a kernel that is not listed among the views is
its own, and may be written to. Executed alone and again with its result overwritten, a call
gives the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.reader.kernels.harness import to_namespace
from tracebox.conformance.generate.registry import generated
from tracebox.conformance.model import Accept
from tracebox.conformance.programs import call_program
from tracebox.reader.kernels.registry import INPLACE, KERNELS, VIEWS, kernels
from tracebox.reader.program import Runnable
from tracebox.reader.values import arrays_in
from tracebox.reader.watch import ResultCheck
from tracebox.schema.registry import operators

from .build import assert_same


def overwrite(value: Any) -> None:
    for array in arrays_in(value):
        if isinstance(array, np.ndarray) and array.flags.writeable:
            array[...] = 1


@pytest.mark.parametrize("op", list(operators()))
def test_results_are_of_their_types_and_nobody_else_s(op: str) -> None:
    plain: dict[Any, Runnable] = {}
    for case in generated(op):
        if not isinstance(case, Accept):
            continue
        key = (tuple(case.attrs.items()), case.operands)
        if key not in plain:
            plain[key] = Runnable(call_program(op, case.attrs, case.operands), {})
        inputs = [to_namespace(np, value) for value in case.inputs]
        first = plain[key](*inputs)
        watched = Runnable(plain[key].program, {}, watch=ResultCheck)
        assert_same(watched(*inputs), first)
        overwrite(watched(*inputs))
        overwrite(plain[key](*inputs))
        assert_same(plain[key](*inputs), first)


def test_every_operator_has_a_kernel_and_no_kernel_is_left_over() -> None:
    assert kernels().keys() == operators().keys()
    assert set(KERNELS) >= VIEWS and set(INPLACE) <= set(KERNELS)
