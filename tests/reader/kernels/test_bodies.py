"""Composites run by their bodies: the same cases, within the same bounds, as the native kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.reader.kernels.harness import case_ids, from_namespace, to_namespace
from tracebox.conformance.generate.registry import generated
from tracebox.conformance.model import Accept, Case, Fails, full_label
from tracebox.conformance.programs import call_program
from tracebox.conformance.relations import compare_results
from tracebox.reader.kernels.registry import KERNELS, PREPARE
from tracebox.reader.program import Runnable
from tracebox.schema.errors import ProgramError
from tracebox.schema.registry import operators

COMPOSITES = [op.name for op in operators().values() if op.composite]
CASES = [(name, case) for name in COMPOSITES for case in generated(name)]
ACCEPTED = [(op, case) for op, case in CASES if isinstance(case, Accept)]
FAILING = [(op, case) for op, case in CASES if isinstance(case, Fails)]


@pytest.mark.parametrize(("op", "case"), ACCEPTED, ids=case_ids(ACCEPTED))
def test_a_body_is_as_accurate_as_it_has_to_be(op: str, case: Case) -> None:
    assert isinstance(case, Accept)
    program = call_program(op, case.attrs, case.operands)
    results = Runnable(program, {}, native=False)(*[to_namespace(np, value) for value in case.inputs])
    types = program.export("forward").results
    outputs = results if len(types) > 1 else (results,)
    found = [from_namespace(output, t) for output, t in zip(outputs, types, strict=True)]
    text = compare_results(operators()[op], case.attrs, case.inputs, found, case.outputs, case.bounds)
    assert not text, text


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize(("op", "case"), FAILING, ids=case_ids(FAILING))
def test_what_a_type_leaves_open_is_checked_before_the_body_runs(op: str, case: Case, native: bool) -> None:
    assert isinstance(case, Fails)
    made = Runnable(call_program(op, case.attrs, case.operands), {}, native=native)
    with pytest.raises(ProgramError) as caught:
        made(*[to_namespace(np, value) for value in case.inputs])
    assert caught.value.code == full_label(op, case.label)


def test_every_composite_is_here() -> None:
    assert {op for op, _ in ACCEPTED} == {op.name for op in operators().values() if op.composite}


def test_native_kernels_are_switched_off_for_a_whole_run(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    softmax = KERNELS["softmax"]

    def counted(*args: Any, **attrs: Any) -> Any:
        calls.append(1)
        return softmax(*args, **attrs)

    monkeypatch.setitem(KERNELS, "softmax", counted)
    monkeypatch.delitem(PREPARE, "softmax")
    program, x = call_program("softmax", {"axis": 0}, ("f32[2]",)), np.ones(2, np.float32)
    for setting, expected in (("1", [1]), ("0", [1])):
        monkeypatch.setenv("TRACEBOX_NATIVE", setting)
        assert Runnable(program, {})(x).tolist() == [0.5, 0.5]
        assert calls == expected
