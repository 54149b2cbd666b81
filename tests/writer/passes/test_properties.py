"""What holds of every pass on generated programs. SPEC 10.3."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.strategies import random_program
from tests.writer.passes.generator import busy_program
from tests.writer.passes.outcomes import arguments, outcome, with_tensors
from tracebox.schema.encoding import programs_equal
from tracebox.schema.ir import Node, Program, Span, all_functions, walk
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program
from tracebox.schema.verify import verify_program
from tracebox.writer.passes import PASSES, run_passes

EXACT = [*PASSES, "parameter-folding"]
CHOICES = [*([name] for name in EXACT), EXACT]
NAMES = [*EXACT, "all"]
STEPS = 2000


def some_program(r: Random) -> Program:
    """A program of every kind of node, or one with much for passes to do."""
    made = random_program(r) if r.random() < 0.4 else busy_program(r)
    assume(not verify_program(made))  # one in a thousand calls what gives a size that nobody can read off
    return made


@pytest.mark.parametrize("passes", CHOICES, ids=NAMES)
@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_results_errors_prints_and_state_stay_bit_by_bit(passes: list[str], r: Random) -> None:
    program, tensors = with_tensors(some_program(r), r)
    calls = [arguments(program, r) for _ in range(2)]
    before = outcome(program, tensors, calls, STEPS)
    assume(before is not None)
    made = run_passes(program, tensors, passes)
    assert outcome(made.program, made.tensors, calls, 20 * STEPS) == before


@pytest.mark.parametrize("passes", CHOICES, ids=NAMES)
@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_what_passes_give_verifies_prints_and_stays(passes: list[str], r: Random) -> None:
    program, tensors = with_tensors(some_program(r), r)
    text = print_program(program)
    made = run_passes(program, tensors, passes)
    assert print_program(program) == text
    assert verify_program(made.program) == []
    assert programs_equal(parse_program(print_program(made.program)), made.program)
    assert programs_equal(run_passes(made.program, made.tensors, passes).program, made.program)
    assert made.program.exports == program.exports
    assert made.program.instance_paths() == program.instance_paths()


@given(st.randoms(use_true_random=False))
@example(Random(235))  # a parameter that only dead code reads
@settings(max_examples=50)
def test_another_order_takes_no_more_memory(r: Random) -> None:
    figures = run_passes(some_program(r), {}, ["memory-ordering"])
    assert figures.after.peak_bytes <= figures.before.peak_bytes


@pytest.mark.parametrize("passes", CHOICES, ids=NAMES)
@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_every_node_keeps_a_position_in_the_source(passes: list[str], r: Random) -> None:
    program = some_program(r)
    spans: dict[int, Span] = {}
    for number, node in enumerate(nodes_of(program)):
        node.span = spans[number] = Span("a.py", number + 1)
    made = run_passes(program, {}, passes).program
    assert all(node.span in spans.values() for node in nodes_of(made))


def nodes_of(program: Program) -> list[Node]:
    functions = [function for _, _, function in all_functions(program)][len(program.bodies) :]
    return [node for function in functions for node in walk(function.body)]
