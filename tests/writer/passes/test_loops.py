"""Loops: what is moved out of them, and turns that are written out."""

from __future__ import annotations

import pytest

from tests.writer.passes.programs import X, after, call, names, program


def test_what_is_the_same_in_every_turn_is_made_before_the_loop() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int, m: int) -> f32[3]:
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        w = self.w
        s = sin(w)
        q = int.floor_divide(n, m)
        z: f32[3]
        for j, o in loop(q, t, p):
            u = cos(s)
            o1 = add(o, u)
            yield t, o1
        yield t, z
    return y
"""
    )
    made = after(given, "loop-invariant-motion")
    assert names(made) == ["const", "param", "sin", "cos", "loop", "int.floor_divide", "loop", "add"]
    assert call(made, X, 0, 0).tobytes() == X.tobytes()
    assert call(made, X, 2, 1).tobytes() == call(given, X, 2, 1).tobytes()


LOOP = """
def forward(self, x: f32[3]) -> f32[3]:
    n = {}
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        a = multiply(p, p)
        yield t, a
    return y
"""


def test_a_few_turns_follow_one_another() -> None:
    made = after(program(LOOP.format(3)), "unrolling")
    assert names(made) == ["multiply"] * 3
    assert call(made, X).tobytes() == call(program(LOOP.format(3)), X).tobytes()


@pytest.mark.parametrize("turns", [0, 9, -1])
def test_other_loops_stay(turns: int) -> None:
    assert "loop" in names(after(program(LOOP.format(turns)), "unrolling"))


def test_an_unrolled_index_is_the_turn() -> None:
    given = program(
        """
def forward(self, a: int) -> int:
    n = 4
    t = True
    y: int
    for i, p in loop(n, t, a):
        b = int.add(p, i)
        yield t, b
    return y
"""
    )
    made = after(given, "unrolling", "constant-folding")
    assert names(made) == ["const", "int.add"] * 4
    assert call(made, 1) == 7
