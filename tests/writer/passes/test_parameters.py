"""What is computed of parameters alone."""

from __future__ import annotations

from tests.writer.passes.programs import TENSORS, X, names, program
from tracebox.reader.program import Runnable
from tracebox.writer.passes import run_passes


def test_an_operator_on_a_parameter_becomes_a_parameter() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> (f32[3], f32[3], f32[4]):
    w = self.w
    a = reshape(w, shape=[3, 1])
    b = flip(a, axes=[0])
    c = reshape(b, shape=[3])
    y = add(x, c)
    u = self.u
    v = negative(u)
    s = sin(u)
    z = sin(x)
    return y, z, s
"""
    )
    made = run_passes(given, TENSORS, ["parameter-folding"])
    assert names(made.program) == ["param", "add", "param", "sin", "sin"]
    assert made.after.parameter_bytes == made.before.parameter_bytes
    (name,) = set(made.tensors) - {"u"}
    assert made.tensors[name].tolist() == [2.0, 1.0, 0.0]
    results = [Runnable(p, t)(X) for p, t in ((given, TENSORS), (made.program, made.tensors))]
    assert [r.tobytes() for r in results[0]] == [r.tobytes() for r in results[1]]


def test_a_parameter_with_another_use_and_an_inexact_operator_stay() -> None:
    given = program(
        """
def forward(self) -> (f32[3], f32[3], f32[4]):
    w = self.w
    a = negative(w)
    u = self.u
    b = exp(u)
    return w, a, b
"""
    )
    made = run_passes(given, TENSORS, ["parameter-folding"])
    assert names(made.program) == ["param", "negative", "param", "exp"]
