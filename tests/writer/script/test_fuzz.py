"""Generated programs, compiled, give what CPython gives; text and bytes of them are they again."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writer.fuzzing import Finding, shrunk

from .fuzz import FUZZ, compared, constructs, judge, made_of, outside, same, subset
from .fuzz_grammar import Made

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@settings(max_examples=120)
@given(st.randoms(use_true_random=False))
def test_a_generated_program_gives_what_cpython_gives(random: Random) -> None:
    made = made_of(random)
    found = judge(made)
    assert found.kind in ("same", "refused"), f"{found.why}\n{made.source}\n{found.detail}"


def test_few_generated_programs_are_refused() -> None:
    kinds = [judge(made_of(f"share/{i}")).kind for i in range(40)]
    assert set(kinds) <= {"same", "refused"}
    assert kinds.count("refused") < 8


def test_programs_are_made_of_all_that_the_compiler_takes() -> None:
    found = sum((constructs(made_of(f"all/{i}")) for i in range(120)), start=constructs(made_of("all")))
    assert sum(found[name] > 0 for name in subset()) > 0.75 * len(subset())


def test_a_call_of_a_module_that_fails_is_undone() -> None:
    source = """def program(self, n: int):
    seen = self.bump(3.0)
    if n > 1:
        raise ValueError(f'{n} is too much')
    return float(seen)
"""
    assert judge(Made(source, [(1,), (5,), (1,)], module=True)).kind == "same"


def test_an_int_beyond_64_bits_is_seen() -> None:
    made = Made("def program(n):\n    m = n * 2\n    return m - n\n", [(2**62,), (5,)])
    assert outside(made) == [True, False]
    assert judge(made).kind == "same"


@pytest.mark.parametrize(
    "want, got",
    [
        (1, True),
        (1.0, 1),
        (0.0, -0.0),
        ([1], (1,)),
        ("0.123456789012", "0.1234567"),
        (np.zeros(2), np.zeros(3)),
    ],
)
def test_results_of_other_types_are_told_apart(want: object, got: object) -> None:
    assert not same(want, got)
    assert same(want, want)


def test_what_is_found_is_made_small() -> None:
    made = Made("def program(n):\n    k = n + 1\n    if k > 3:\n        global z\n    return n\n", [(1,)])
    finding = judge(made)
    assert (finding.kind, finding.why) == ("refused", "script.construct")
    assert len(shrunk(FUZZ, made, Finding("refused", "script.construct")).source) < 40


def test_last_digits_of_math_are_those_of_python_or_of_arrays_each_by_itself() -> None:
    source = """def program(w):
    found = []
    for v in (1.5, w, 1.5):
        found.append(math.sin(math.acos(math.sin(v)) * 1e300))
    return found
"""
    made = Made(source, [(1.5,), (0.5,)])
    assert judge(made).kind == "same"


def test_another_digit_than_the_last_is_a_mismatch() -> None:
    made = Made("def program(w):\n    return math.sin(w)\n", [(0.5,), (1.25,)])
    wanted = [(math.sin(w), "") for (w,) in made.calls]
    assert compared(made, wanted, wanted) is None
    found = compared(made, wanted, [wanted[0], (math.sin(1.25) * (1 + 1e-8), "")])
    assert found is not None and found.kind == "mismatch"
