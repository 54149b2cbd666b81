"""Explored traces of drawn programs do what CPython and NumPy do; `fuzz_explore` runs many more."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writer.branching import CONSTRUCTS
from tests.writer.fuzz_explore import FUZZ, made_of
from tests.writer.fuzzing import Finding, shrunk


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_explored_programs_do_what_the_programs_do(seed: int) -> None:
    made = made_of(f"ci/{seed}")
    found = FUZZ.judge(made)
    assert found.kind in ("same", "refused"), f"{found.why}\n{made.source}\n{found.detail}"


def test_few_drawn_programs_are_refused() -> None:
    kinds = [FUZZ.judge(made_of(f"share/{i}")).kind for i in range(30)]
    assert set(kinds) <= {"same", "refused"}
    assert kinds.count("refused") < 4


def test_every_construct_is_drawn() -> None:
    used: set[str] = set()
    for seed in range(400):
        used |= made_of(str(seed)).used
    assert used == set(CONSTRUCTS)


def test_a_program_that_is_refused_is_made_small() -> None:
    made = FUZZ.changed(made_of("small"), REFUSED)
    finding = FUZZ.judge(made)
    assert (finding.kind, finding.why) == ("refused", "trace.branches")
    small = shrunk(FUZZ, made, Finding("refused", "trace.branches"))
    assert len(small.source) < len(REFUSED)
    assert FUZZ.judge(small).why == "trace.branches"


REFUSED = """
import numpy as np
import tracebox as tb


class Part(tb.Module):
    def __init__(self):
        self.h = tb.field(np.zeros(()))


class Net(tb.Module):
    def __init__(self):
        self.part = Part()
        self.last = tb.field(np.zeros(2))
        self.rows = tb.field(np.zeros(0), shape=(None,))

    def forward(self, x, m):
        y = x + 1
        if x[0] > 0:
            return y, x
        return y
"""
