"""Algebraic rewrites, which keep every bit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.writer.passes.programs import X, after, call, names, program


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a = negative(x)\n    y = negative(a)", []),
        ("c = f32(1.0)\n    y = multiply(c, x)", []),
        ("c = f32(-0.0)\n    y = add(x, c)", []),
        ("c = f32(0.0)\n    y = subtract(x, c)", []),
        ("c = f32(1.0)\n    y = divide(x, c)", []),
        ("y = astype(x, dtype=f32)", []),
        ("y = concat(x, axis=0)", []),
        ("a = reshape(x, shape=[3, 1])\n    y = reshape(a, shape=[3])", []),
        ("y = permute_dims(x, axes=[0])", []),
        ("y = slice(x, starts=[0], stops=[3], steps=[1])", []),
        ("y = broadcast_to(x, shape=[3])", []),
        ("a = tuple.new(x, x)\n    y = tuple.get(a, index=1)", []),
        ("a = abs(x)\n    y = abs(a)", ["abs"]),
        ("c = f32(0.0)\n    y = add(x, c)", ["const", "add"]),
        ("c = f32(-0.0)\n    y = subtract(x, c)", ["const", "subtract"]),
        ("c = f32(1.0)\n    y = divide(c, x)", ["const", "divide"]),
        ("c = f32(0.0)\n    y = multiply(x, c)", ["const", "multiply"]),
        ("a = astype(x, dtype=f16)\n    y = astype(a, dtype=f32)", ["astype", "astype"]),
    ],
)
def test_a_rewrite_keeps_every_bit(text: str, left: list[str]) -> None:
    given = program(f"def forward(self, x: f32[3]) -> f32[3]:\n    {text}\n    return y")
    made = after(given, "algebra")
    assert names(made) == left
    with np.errstate(all="ignore"):
        assert call(made, X).tobytes() == call(given, X).tobytes()


def test_two_permutations_or_slices_become_one() -> None:
    given = program(
        """
def forward(self, x: f32[2,3,8]) -> f32[2,2,3]:
    a = permute_dims(x, axes=[2, 0, 1])
    b = permute_dims(a, axes=[0, 2, 1])
    c = slice(b, starts=[1, 0, 0], stops=[8, 3, 2], steps=[1, 1, 1])
    d = slice(c, starts=[1, 1, 0], stops=[7, 3, 2], steps=[4, 1, 1])
    e = permute_dims(d, axes=[0, 2, 1])
    f = reshape(e, shape=[2, 4])
    g = reshape(f, shape=[2, 2, 2])
    h = concat(g, g, axis=2)
    y = slice(h, starts=[0, 0, 0], stops=[2, 2, 3], steps=[1, 1, 1])
    return y
"""
    )
    made = after(given, "algebra")
    assert names(made) == ["permute_dims", "slice", "permute_dims", "concat", "slice"]
    x = np.arange(48, dtype=np.float32).reshape(2, 3, 8)
    assert call(made, x).tobytes() == call(given, x).tobytes()
