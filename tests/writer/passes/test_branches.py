"""Branches whose condition is known."""

from __future__ import annotations

import pytest

from tests.writer.passes.programs import X, after, call, names, program
from tracebox.schema.errors import ProgramError


@pytest.mark.parametrize(("condition", "left"), [("True", ["sin"]), ("False", ["cos"])])
def test_the_branch_that_is_taken_takes_the_place(condition: str, left: list[str]) -> None:
    given = program(
        f"""
def forward(self, x: f32[3]) -> f32[3]:
    c = {condition}
    y: f32[3]
    if c:
        a = sin(x)
        yield a
    else:
        b = cos(x)
        yield b
    return y
"""
    )
    made = after(given, "branch-folding")
    assert names(made) == left
    assert call(made, X[:2].repeat(2)[:3]).tobytes() == call(given, X[:2].repeat(2)[:3]).tobytes()


def test_a_branch_stays_where_a_failure_would_go_with_it() -> None:
    given = program(
        """
def forward(self, n: int, m: int) -> int:
    q = int.floor_divide(n, m)
    c = True
    y: int
    if c:
        yield n
    else:
        yield q
    return y
"""
    )
    made = after(given, "branch-folding")
    assert names(made) == ["int.floor_divide", "const", "if"]
    with pytest.raises(ProgramError):
        call(made, 1, 0)


def test_a_loop_without_turns_gives_its_initial_values() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    n = 0
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        p1 = sin(p)
        yield t, p1
    guard(t, "always", reason="branch")
    return y
"""
    )
    assert names(after(given, "branch-folding")) == []
