"""Where in the program an error happened: operator, real shapes, calls, source lines. SPEC 10.4.

A traceback holds it all: the frames of the interpreter know their step, and the lines of
generated code are steps. Nothing is kept for errors while a program runs well.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any

from ..schema.errors import Problem, ProgramError, TraceboxError
from ..schema.ir import Node, Span
from ..schema.registry import find
from ..schema.types import NONE, type_text
from . import interpret
from .kernels.registry import OperatorError
from .plan import FunctionPlan
from .steps import Step
from .values import describe

_INTERPRETERS = (interpret.block.__code__, interpret.watched_block.__code__)


class Place:
    """One call on the way to an error: a plan, the step in it, and the slots as they were.

    `frame` is the same object for the blocks of one call.
    """

    __slots__ = ("plan", "step", "slots", "frame")

    def __init__(self, plan: FunctionPlan, step: Step, slots: dict[int, Any], frame: object) -> None:
        self.plan = plan
        self.step = step
        self.slots = slots
        self.frame = frame

    @property
    def node(self) -> Node | None:
        return self.step.node


def places(traceback: TracebackType | None) -> list[Place]:
    """The calls that a traceback went through, outermost first."""
    found: list[Place] = []
    while traceback is not None:
        place = _place(traceback.tb_frame, traceback.tb_lineno)
        if place is not None:
            if found and found[-1].frame is place.frame:
                found.pop()  # a block inside the same call
            found.append(place)
        traceback = traceback.tb_next
    return found


def _place(frame: FrameType, line: int) -> Place | None:
    if frame.f_code in _INTERPRETERS:
        held = frame.f_locals
        step = held.get("step")
        if step is None:
            return None
        slots = held["slots"]
        return Place(held["plan"], step, dict(enumerate(slots)), slots)
    plan = frame.f_globals.get("__plan__")
    if not isinstance(plan, FunctionPlan):
        return None
    steps: list[Step | None] = frame.f_globals["__steps__"]
    step = steps[line - 1]
    if step is None:
        return None
    held = frame.f_locals
    around = held.get("S")  # a loop of a call that the interpreter runs
    slots = dict(enumerate(plan.prepare().template if around is None else around))
    slots.update((int(name[1:]), value) for name, value in held.items() if name[0] == "v")
    return Place(plan, step, slots, frame if around is None else around)


def located(error: OperatorError | TraceboxError) -> TraceboxError:
    """The error to raise for `error`, with its place in the program.

    The error's `frames` are the `Frame`s of the program's calls, outermost first; a note
    shows them as a traceback.
    """
    found = places(error.__traceback__)
    if isinstance(error, TraceboxError) and not found:
        return error
    last, chain = found[-1], _frames(found)
    if isinstance(error, TraceboxError) and hasattr(error, "frames"):
        return _waited(error, chain)
    where = _where(last, chain[-1])
    if isinstance(error, OperatorError):
        return _made(ProgramError(_operator_problem(error, last, where)), chain)
    return _made(_with_problems(error, [_moved(problem, where) for problem in error.problems]), chain)


def forked(error: OperatorError | TraceboxError, caller: FunctionPlan, node: Node) -> TraceboxError:
    """The error of a forked call, to be kept: `located`, begun at the ``fork`` node."""
    found = located(error)
    debug = caller.planner.debug
    if debug is not None:
        debug.ready()
    line = debug.line(node.span.file, node.span.line).strip() if debug and node.span else ""
    first = Frame(caller.path, node.span, line, what(node))
    return _made(_with_problems(found, found.problems), [first, *getattr(found, "frames", ())])


def _waited(error: TraceboxError, chain: list[Frame]) -> TraceboxError:
    """A forked call's error, which has its place, behind the calls that led to its ``wait``."""
    inner: tuple[Frame, ...] = error.frames  # type: ignore[attr-defined]
    if chain[-1].function == inner[0].function:
        chain = chain[:-1]  # it was forked in the function that waits
    return _made(_with_problems(error, error.problems), [*chain, *inner])


def _with_problems(error: TraceboxError, problems: Sequence[Problem]) -> TraceboxError:
    if isinstance(error, ProgramError):
        return ProgramError(problems, error.exception)
    return type(error)(problems)


def _made(error: TraceboxError, chain: Sequence[Frame]) -> TraceboxError:
    error.frames = tuple(chain)  # type: ignore[attr-defined]
    error.add_note(traceback_text(chain))
    return error


def annotate(error: BaseException) -> None:
    """Say where in the program an error of the machine happened: out of memory, or a bug in a kernel."""
    found = places(error.__traceback__)
    if found:
        chain = _frames(found)
        error.add_note(f"in {_where(found[-1], chain[-1])}\n{traceback_text(chain)}")


class Frame:
    """One call of the program.

    Attributes
    ----------
    function
        Its name with the module path, as in ``"encoder.forward"``.
    span
        Where in the source it was, if that is known.
    line
        The text of that line, or "".
    what
        What it did: an operator's name, or a word for the node.
    """

    __slots__ = ("function", "span", "line", "what")

    def __init__(self, function: str, span: Span | None, line: str, what: str) -> None:
        self.function = function
        self.span = span
        self.line = line
        self.what = what


def _frames(found: Sequence[Place]) -> list[Frame]:
    debug = found[-1].plan.planner.debug
    if debug is not None:
        debug.ready()
    frames = []
    for place in found:
        span = place.node.span if place.node else None
        line = debug.line(span.file, span.line).strip() if debug and span else ""
        frames.append(Frame(place.plan.path, span, line, what(place.node)))
    return frames


def what(node: Node | None) -> str:
    """A word for what a node does."""
    if node is None:
        return "signature"
    return node.name if node.kind == "op" else f"{node.kind} {node.name}".strip()


def _where(place: Place, frame: Frame) -> str:
    operands = _operands(place)
    text = f"{frame.function}: {frame.what}({operands})"
    if frame.span is not None:
        text += f" at {frame.span!r}"
        if frame.line:
            text += f" `{frame.line}`"
    return text


def _operands(place: Place) -> str:
    node = place.node
    if node is None:
        return ""
    parts = []
    for value, slot in zip(node.inputs, place.step.ins):
        held = place.slots.get(slot)
        missing = held is None and value.type is not NONE
        parts.append(type_text(value.type) if missing else describe(held, value.type))
    return ", ".join(parts)


def _operator_problem(error: OperatorError, place: Place, where: str) -> Problem:
    node = place.node
    own = node.name if node is not None else "?"
    # A composite's kernel fails as its body does: with the error of an operator in it.
    name, _, code = error.code.rpartition(".")
    name = name or own
    op = find(name)
    text = next((rule.text for rule in op.errors if rule.code == code), "") if op else ""
    rule = text or "the operator's operands are in its domain"
    return Problem(where, f"{name}.{code}", rule, got=error.got)


def _moved(problem: Problem, where: str) -> Problem:
    place = f"{where}, {problem.where}" if problem.where else where
    return Problem(
        place, problem.code, problem.rule, expected=problem.expected, got=problem.got, hint=problem.hint
    )


def traceback_text(chain: Sequence[Frame]) -> str:
    """The calls as Python shows them."""
    lines = ["Traceback of the program (most recent call last):"]
    for frame in chain:
        if frame.span is None:
            lines.append(f"  in {frame.function}: {frame.what}")
            continue
        inside = f"{frame.span.function} ({frame.function})" if frame.span.function else frame.function
        lines.append(f'  File "{frame.span.file}", line {frame.span.line}, in {inside}')
        if frame.line:
            lines.append(f"    {frame.line}")
    return "\n".join(lines)
