"""Constant folding: what is computed before the program runs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.writer.passes.programs import TENSORS, after, call, names, nodes, program
from tracebox.schema.errors import ProgramError
from tracebox.writer.passes import run_passes


def test_constants_and_known_sizes_are_computed() -> None:
    given = program(
        """
def forward(self, x: f32[B,3]) -> int:
    a = size(dim=3)
    b = 4
    c = int.multiply(a, b)
    d = size(dim=B)
    e = int.add(c, d)
    return e
"""
    )
    made = after(given, "constant-folding")
    assert names(made) == ["const", "size", "int.add"]
    assert nodes(made)[0].attrs["value"] == 12
    assert call(made, np.ones((2, 3), np.float32)) == 14


def test_what_fails_is_not_folded() -> None:
    given = program(
        """
def forward(self) -> int:
    a = 1
    b = 0
    c = int.floor_divide(a, b)
    return c
"""
    )
    made = after(given, "constant-folding")
    assert names(made) == ["const", "const", "int.floor_divide"]
    with pytest.raises(ProgramError):
        call(made)


def test_an_inexact_operator_is_folded_on_request_alone() -> None:
    given = program("def forward(self) -> f32[()]:\n    a = f32(0.5)\n    b = exp(a)\n    return b")
    assert names(run_passes(given, TENSORS).program) == ["const", "exp"]
    made = after(given, "constant-folding-inexact")
    assert names(made) == ["const"]
    assert call(made) == call(given)
