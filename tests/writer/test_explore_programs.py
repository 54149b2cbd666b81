"""Explored traces of drawn programs do what CPython and NumPy do; `fuzz_explore` runs many more."""

from __future__ import annotations

import warnings
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import tracebox as tb
from tests.writer.branching import CONSTRUCTS, Draw, mismatch


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_explored_programs_do_what_the_programs_do(rng: Random) -> None:
    source = Draw(rng).program()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = mismatch(source, 0, max_paths=64)
        except tb.TraceError as error:
            found = None if error.code == "trace.explore" and "at most 64 paths" in str(error) else str(error)
    assert found is None, f"{found}\n{source.text}"


def test_every_construct_is_drawn() -> None:
    used: set[str] = set()
    for seed in range(300):
        used |= Draw(Random(seed)).program().used
    assert used == set(CONSTRUCTS)
