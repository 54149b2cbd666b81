"""After an exploration: the program against the function, and which branches were reached by then."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...reader import steps
from ...reader.plan import FunctionPlan
from ...reader.watch import Watching
from ...schema.errors import TraceboxError
from ...schema.ir import Node, all_functions, walk
from ...schema.manifest import EntryPoint
from .. import rules
from ..checker import Call, arguments, described, generated, trials
from ..program import Branch, TracedProgram
from ..warn import Frozen, TraceWarning

#: How often inputs are made up, beside the examples; and how often inputs of other sizes.
TRIES, SIZES = 16, 8


def compare(program: TracedProgram, examples: Mapping[str, Sequence[Any]]) -> None:
    """Compare the entry points with their functions on the examples and on others; note the branches reached.

    Raises
    ------
    TraceError
        ``check.differs``: they give different results.
    """
    coverage = Coverage(program)
    points = [point for point in program.entry_points if point.name in examples]
    with _quiet():
        for point in points:
            for call in _examples(program, point, examples[point.name]):
                _compared(program, point, call)
                coverage.run(point, call)
        for number in range(TRIES):
            if number >= 2 and coverage.complete:
                break
            for point in points:
                for call in _others(program, point, number):
                    if _agree(program, point, call):
                        coverage.run(point, call)
    program.branches = coverage.branches()
    for branch in program.branches:
        if len(branch.reached) < 2:
            missing = " or ".join(str(x) for x in (True, False) if x not in branch.reached)
            found = Frozen(
                reason="branch",
                place=branch.place,
                message=f"no input that was tried takes this branch for {missing}",
                remedy="give one that does: examples=[...]",
                guarded=False,
            )
            program.warnings = (*program.warnings, found)
            warnings.warn(str(found), TraceWarning, stacklevel=3)


def _compared(program: TracedProgram, point: EntryPoint, call: Call) -> None:
    report = trials(program, program.functions[point.name], point, [described(call)])
    for trial in report.trials:
        if trial.outcome == "differs":
            raise rules.DIFFERS.fail(point.name, got=f"{trial.message} for {trial.inputs}")


def _agree(program: TracedProgram, point: EntryPoint, call: Call) -> bool:
    """Compare on made-up inputs; False if the function fails there in what the program leaves out.

    An operator whose result nobody uses need not run (SPEC 10.3): no difference, if it is that which failed.
    """
    kept = [len(entry["trials"]) for entry in program.checks]
    report = trials(program, program.functions[point.name], point, [described(call)])
    said = [trial.message for trial in report.trials if trial.outcome == "differs"]
    if not said:
        return True
    raised = {node.name for node in _nodes(program) if node.kind == "raise"}
    if all(m.startswith(FAILED) and m.removeprefix(FAILED).partition("(")[0] not in raised for m in said):
        del program.checks[len(kept) :]
        for entry, count in zip(program.checks, kept):
            del entry["trials"][count:]
        return False
    raise rules.DIFFERS.fail(report.entry, got=f"{said[0]} for {report.trials[0].inputs}")


#: How the checker says that the function alone raised.
FAILED = "the function raised "


class Coverage:
    """Watches sessions of a program: which way each of its branches went."""

    def __init__(self, program: TracedProgram) -> None:
        self.program = program
        self.nodes = _branches(program)
        self.reached: dict[int, set[bool]] = {id(node): set() for node in self.nodes}

    @property
    def complete(self) -> bool:
        return all(len(found) == 2 for found in self.reached.values())

    def run(self, point: EntryPoint, call: Call) -> None:
        """Call the program; what it raises does not matter here."""
        session = self.program.new_session()
        entry = session.entry(point.name)
        args, kwargs = call
        with Watching(session._watched, session, lambda: self), contextlib.suppress(TraceboxError):
            entry(*args, **kwargs)
            entry(*args, **kwargs)

    def branches(self) -> tuple[Branch, ...]:
        """The branches in the order of the program, those at one place of the source as one."""
        found: dict[str, set[bool]] = {}
        for node in self.nodes:
            place = repr(node.span) if node.span else node.inputs[0].name
            found.setdefault(place, set()).update(self.reached[id(node)])
        return tuple(
            Branch(place=place, reached=tuple(sorted(answers, reverse=True)))
            for place, answers in found.items()
        )

    # --- as a watch ---

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        pass

    def leave(self) -> None:
        pass

    def depth(self) -> None:
        pass

    def unwind(self, depth: object) -> None:
        pass

    def forked(self) -> Coverage:
        return self

    def before(self, step: steps.Step, slots: list[Any]) -> None:
        if step.kind == steps.IF and step.node is not None:
            self.reached.setdefault(id(step.node), set()).add(bool(slots[step.ins[0]]))

    def after(self, step: steps.Step, slots: list[Any]) -> None:
        pass


def _branches(program: TracedProgram) -> list[Node]:
    return [node for node in _nodes(program) if node.kind == "if"]


def _nodes(program: TracedProgram) -> list[Node]:
    functions = [function for _, _, function in all_functions(program.program)]
    return [node for function in functions for node in walk(function.body)]


def _examples(program: TracedProgram, entry: EntryPoint, examples: Sequence[Any]) -> Iterator[Call]:
    yield arguments(entry, program.vectors[entry.name][0].inputs)
    for given in examples:
        if isinstance(given, dict):
            yield (), given
        else:
            yield (given if isinstance(given, tuple) else (given,)), {}


def _others(program: TracedProgram, entry: EntryPoint, number: int) -> Iterator[Call]:
    """Made-up inputs at first, then the example with its numbers changed."""
    if number < SIZES:
        *_, (_, call) = generated(program, entry, number + 1, 0)
        yield call
    rng = np.random.default_rng(number)
    with np.errstate(all="ignore"):
        leaves = [_changed(np.array(leaf), number, rng) for leaf in program.vectors[entry.name][0].inputs]
    yield arguments(entry, leaves)


def _changed(x: Any, number: int, rng: np.random.Generator) -> Any:
    """`x` with other signs, and larger or smaller: everywhere at first, then each number by itself."""
    if x.dtype.kind == "b":
        return ~x if number == 0 else rng.integers(0, 2, x.shape).astype(bool)
    if x.dtype.kind not in "if":
        return x[::-1] if x.ndim else x
    if x.dtype.kind == "i" and number % 2 and number >= len(FACTORS):
        return rng.integers(-2, 6, x.shape).astype(x.dtype)
    if number < len(FACTORS):
        return x * np.asarray(FACTORS[number], x.dtype)
    return x * rng.choice((*FACTORS, 1), x.shape).astype(x.dtype)


FACTORS = (-1, 100, 0, -100, 7, -7, 2)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what the function prints, and without NumPy's warnings."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
