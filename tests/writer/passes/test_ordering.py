"""The order of operators, for less memory."""

from __future__ import annotations

import numpy as np
import pytest

from tests.writer.passes.programs import TENSORS, after, call, names, program
from tracebox.schema.errors import ProgramError
from tracebox.writer.passes import run_passes


def test_what_is_large_is_used_up_before_the_next_is_made() -> None:
    given = program(
        """
def forward(self, x: f32[4]) -> f32[]:
    a = broadcast_to(x, shape=[1000, 4])
    a1 = sin(a)
    b = broadcast_to(x, shape=[2000, 4])
    b1 = cos(b)
    c = broadcast_to(x, shape=[3000, 4])
    c1 = tan(c)
    a2 = sum(a1, axes=[0, 1], keepdims=False)
    b2 = sum(b1, axes=[0, 1], keepdims=False)
    c2 = sum(c1, axes=[0, 1], keepdims=False)
    d = add(a2, b2)
    e = add(d, c2)
    return e
""".replace("f32[]:", '"f32[]":')
    )
    made = run_passes(given, TENSORS, ["memory-ordering"])
    assert made.before.peak_bytes > 100_000 and made.after.peak_bytes < 97_000
    x = np.ones(4, np.float32)
    assert call(made.program, x).tobytes() == call(given, x).tobytes()


def test_effects_and_what_may_fail_stay_in_their_order() -> None:
    given = program(
        """
def forward(self, x: f32[4], k: int) -> (f32[4], int, "i64[]"):
    a = broadcast_to(x, shape=[1000, 4])
    a1 = sin(a)
    h = self.h
    b = broadcast_to(x, shape=[1000, 4])
    b1 = cos(b)
    q = int.floor_divide(k, k)
    g = int.less(q, k)
    guard(g, "small", reason="value")
    h1 = from_scalar(q, dtype=i64)
    self.h = h1
    a2 = max(a1, axes=[0], keepdims=False)
    r = int.remainder(k, q)
    b2 = max(b1, axes=[0], keepdims=False)
    c = add(a2, b2)
    return c, r, h
"""
    )
    made = after(given, "memory-ordering")
    order = [
        name for name in names(made) if name in {"get", "int.floor_divide", "guard", "set", "int.remainder"}
    ]
    assert order == ["get", "int.floor_divide", "guard", "set", "int.remainder"]
    assert names(made) != names(given)
    with pytest.raises(ProgramError, match=r"int\.floor_divide"):
        call(made, np.ones(4, np.float32), 0)
