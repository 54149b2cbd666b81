"""Dead code: what goes, and what stays for its effects."""

from __future__ import annotations

import pytest

from tests.writer.passes.programs import TENSORS, X, after, call, names, program
from tracebox.schema.errors import GuardError
from tracebox.writer.passes import run_passes


def test_dead_code_leaves_out_what_nothing_uses_and_keeps_effects() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int) -> f32[3]:
    a = sin(x)
    b = cos(a)
    c = 0
    ok = int.less(c, n)
    guard(ok, "n is positive", reason="branch")
    w = self.w
    s = "ran"
    print(s)
    return w
""",
        "def unused(self, x: f32[3]) -> f32[3]:\n    u = self.u\n    return x",
    )
    made = run_passes(given, TENSORS, ["dead-code"])
    assert names(made.program) == ["const", "int.less", "guard", "param", "const", "print"]
    assert [m.name for m in made.program.classes[0].methods] == ["forward"]
    assert list(made.tensors) == ["w"]
    assert (made.before.parameter_bytes, made.after.parameter_bytes) == (28, 12)
    assert made.before.nodes["op"] == 3 and made.after.nodes["op"] == 1
    with pytest.raises(GuardError, match="n is positive"):
        call(made.program, X, 0)


def test_dead_code_leaves_out_values_that_a_loop_carries_for_nobody() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int) -> f32[3]:
    t = True
    a: f32[3]
    b: f32[3]
    for i, p, q in loop(n, t, x, x):
        p1 = sin(p)
        q1 = cos(q)
        yield t, p1, q1
    return a
"""
    )
    made = after(given, "dead-code")
    assert names(made) == ["const", "loop", "sin"]
    assert call(made, X, 2).tobytes() == call(given, X, 2).tobytes()
