"""All passes by name, and how they are run: again and again until nothing changes. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ...archive.content import TensorData
from ...schema.encoding import programs_equal
from ...schema.ir import Program
from ...schema.verify import check_program
from .algebra import algebra
from .branches import branch_folding
from .common import common_subexpressions
from .dead_code import dead_code
from .folding import constant_folding
from .inlining import inlining
from .invariant import loop_invariant_motion
from .measure import Statistics, measure, stored_names
from .normalisation import normalisation_folding
from .ordering import memory_ordering
from .parameters import parameter_folding
from .unrolling import unrolling

#: The passes by name, in the order in which they run.
PASSES: dict[str, Callable[[Program], Program]] = {
    "dead-code": dead_code,
    "inlining": inlining,
    "constant-folding": constant_folding,
    "branch-folding": branch_folding,
    "algebra": algebra,
    "common-subexpressions": common_subexpressions,
    "loop-invariant-motion": loop_invariant_motion,
    "unrolling": unrolling,
    "memory-ordering": memory_ordering,
}

#: Passes that change stored tensors, too. They run after the others, and only if they are named.
TENSOR_PASSES: dict[str, Callable[[Program, Mapping[str, Any]], tuple[Program, dict[str, Any]]]] = {
    "parameter-folding": parameter_folding,
    "normalisation-folding": normalisation_folding,
}

#: Passes that may change results within the operators' accuracy: they run only if they are named.
INEXACT: dict[str, Callable[[Program], Program]] = {
    "constant-folding-inexact": lambda program: constant_folding(program, exact=False),
}

#: What is not done after so many rounds is left.
_ROUNDS = 32


class Optimized:
    """What passes gave: the program, the tensors that it still needs, and the figures.

    Attributes
    ----------
    program
        The new program.
    tensors
        Its stored tensors by name.
    before, after
        The figures of the program that was given and of the new one.
    """

    __slots__ = ("program", "tensors", "before", "after")

    def __init__(
        self, program: Program, tensors: dict[str, Any], before: Statistics, after: Statistics
    ) -> None:
        self.program = program
        self.tensors = tensors
        self.before = before
        self.after = after


def run_passes(
    program: Program, tensors: Mapping[str, Any], passes: Iterable[str] | None = None
) -> Optimized:
    """Run passes over a program, again and again until nothing changes.

    Dead code is left out before the first pass and after each: the others look at what is used.

    Parameters
    ----------
    program
        A valid program; it stays as it is.
    tensors
        Its stored tensors by name: arrays, or `TensorData`.
    passes
        Names of `PASSES`, `TENSOR_PASSES` or `INEXACT`; by default all of `PASSES`, which leave every bit
        of every result as it is.

    Raises
    ------
    ValueError
        There is no pass of that name.
    InvalidError
        The program does not verify.
    """
    known = PASSES | INEXACT
    names = (*PASSES, *TENSOR_PASSES, *INEXACT)
    chosen = set(PASSES if passes is None else (passes,) if isinstance(passes, str) else passes)
    if unknown := sorted(chosen.difference(names)):
        raise ValueError(f"there is no pass {', '.join(unknown)}; there are {', '.join(names)}")
    check_program(program)
    made, held = dead_code(program), dict(tensors)
    for _ in range(_ROUNDS):
        before = made
        for name, run in known.items():
            if name in chosen and run is not dead_code:
                made = dead_code(run(made))
        for name, fold in TENSOR_PASSES.items():
            if name in chosen:
                folded, held = fold(made, held)
                made = dead_code(folded)
        if programs_equal(made, before):
            break
    check_program(made)
    stored = stored_names(made)
    kept = {name: value for name, value in held.items() if name in stored}
    return Optimized(made, kept, measure(program, _sizes(tensors)), measure(made, _sizes(kept)))


def _sizes(tensors: Mapping[str, Any]) -> dict[str, int]:
    return {name: _size(value) for name, value in tensors.items()}


def _size(value: Any) -> int:
    return value.buffer.nbytes if isinstance(value, TensorData) else int(np.asarray(value).nbytes)
