"""The interpreter of steps: first calls, and all calls that are watched. SPEC 10.3 and 13.3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import steps as s
from .calling import abandon, settle
from .plan import FunctionPlan
from .steps import Step
from .values import Future

#: The turn from which on a loop runs as generated code.
HOT_TURNS = 64


def interpret(plan: FunctionPlan, fields: list[Any], args: Sequence[Any]) -> Any:
    """Run a plan once. The frames of `block` tell an error's place; see `where.located`."""
    steps = plan.prepare()
    slots = steps.template[:]
    slots[: steps.arity] = args
    tasks: list[Future] = []
    try:
        block(plan, steps.body, slots, fields, tasks)
        if tasks:
            settle(tasks)
    finally:
        if tasks:
            abandon(tasks)
    results = steps.results
    if len(results) == 1:
        return slots[results[0]]
    return tuple([slots[i] for i in results])


def block(
    plan: FunctionPlan, steps: Sequence[Step], slots: list[Any], fields: list[Any], tasks: list[Future]
) -> None:
    """Run the steps of one block of `plan`."""
    for step in steps:
        kind = step.kind
        if kind == s.ONE:
            slots[step.outs[0]] = step.fn(*[slots[i] for i in step.ins])
        elif kind == s.CALL:
            _spread(step, slots, step.fn.run(fields, *[slots[i] for i in step.ins]))
        elif kind == s.IF:
            chosen = step.blocks[0] if slots[step.ins[0]] else step.blocks[1]
            block(plan, chosen.steps, slots, fields, tasks)
        elif kind == s.LOOP:
            inner = step.blocks[0]
            index, condition, body = inner.index, inner.condition, inner.steps
            trips = _enter(step, slots)
            turn = 0
            while slots[condition] and (trips is None or turn < trips):
                slots[index] = turn
                if turn == HOT_TURNS and (rest := _hot(plan, step)) is not None:
                    rest(fields, slots, tasks)
                    break
                block(plan, body, slots, fields, tasks)
                turn += 1
        elif kind == s.FORK:
            slots[step.outs[0]] = step.fn(fields, [slots[i] for i in step.ins], tasks)
        else:
            simple(step, slots, fields)
        for slot in step.frees:
            slots[slot] = None


def _hot(plan: FunctionPlan, step: Step) -> Callable[..., None] | None:
    """The rest of a loop as generated code, made once; None where that cannot be."""
    if step.fn is None:
        from .generate import compiled_loop

        step.fn = compiled_loop(plan, step) or False
    return step.fn or None


def simple(step: Step, slots: list[Any], fields: list[Any]) -> None:
    """The steps that call nothing but a kernel, and those that call nothing at all."""
    kind = step.kind
    if kind == s.ONE:
        slots[step.outs[0]] = step.fn(*[slots[i] for i in step.ins])
    elif kind == s.MOVE:
        moved = [slots[i] for i in step.ins]
        for slot, value in zip(step.outs, moved):
            slots[slot] = value
    elif kind == s.GET:
        slots[step.outs[0]] = fields[step.index]
    elif kind == s.SET:
        fields[step.index] = slots[step.ins[0]]
    elif kind == s.GUARD:
        if not slots[step.ins[0]]:
            step.fn(*[slots[i] for i in step.ins[1:]])
    elif kind == s.MANY:
        _spread(step, slots, step.fn(*[slots[i] for i in step.ins]))
    else:
        step.fn(*[slots[i] for i in step.ins])


def _spread(step: Step, slots: list[Any], value: Any) -> None:
    outs = step.outs
    if len(outs) == 1:
        slots[outs[0]] = value
    else:
        for slot, part in zip(outs, value):
            slots[slot] = part


def _enter(step: Step, slots: list[Any]) -> int | None:
    """Put a loop's first condition and carried values in place; its trip count, or None."""
    ins = step.ins
    trips = None if ins[0] < 0 else slots[ins[0]]
    moved = [slots[i] for i in ins[1:]]
    slots[step.blocks[0].condition] = moved[0]
    for slot, value in zip(step.outs, moved[1:]):
        slots[slot] = value
    return trips


# --- watched runs ---------------------------------------------------------------


if TYPE_CHECKING:  # making such a class takes long
    from typing import Protocol

    class Watch(Protocol):
        """What sees every step of a call: limits, a profiler, or a check of results."""

        def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
            """A call or block begins; the blocks of a call share its slots."""

        def leave(self) -> None:
            """It ends."""

        def before(self, step: Step, slots: list[Any]) -> None:
            """A step is about to run."""

        def after(self, step: Step, slots: list[Any]) -> None:
            """It has run; what it frees is still there."""

        def depth(self) -> Any:
            """What `unwind` needs to know to come back here."""

        def unwind(self, depth: Any) -> None:
            """A forked call has ended in an error that is kept: forget what is open inside of it."""

        def forked(self) -> Watch | None:
            """What watches a call that a thread runs beside; None if forked calls are to run in order."""


def watched(plan: FunctionPlan, fields: list[Any], args: Sequence[Any], watch: Watch) -> Any:
    """As `interpret`, every step under the eyes of `watch`."""
    steps = plan.prepare()
    slots = steps.template[:]
    slots[: steps.arity] = args
    tasks: list[Future] = []
    try:
        watched_block(plan, steps.body, slots, fields, tasks, watch)
        if tasks:
            settle(tasks)
    finally:
        if tasks:
            abandon(tasks)
    results = steps.results
    if len(results) == 1:
        return slots[results[0]]
    return tuple([slots[i] for i in results])


def watched_block(
    plan: FunctionPlan,
    steps: Sequence[Step],
    slots: list[Any],
    fields: list[Any],
    tasks: list[Future],
    watch: Watch,
) -> None:
    """As `block`."""
    watch.enter(plan, slots, fields)
    for step in steps:
        watch.before(step, slots)
        kind = step.kind
        if kind == s.CALL:
            _spread(step, slots, watched(step.fn, fields, [slots[i] for i in step.ins], watch))
        elif kind == s.IF:
            chosen = step.blocks[0] if slots[step.ins[0]] else step.blocks[1]
            watched_block(plan, chosen.steps, slots, fields, tasks, watch)
        elif kind == s.LOOP:
            inner = step.blocks[0]
            trips = _enter(step, slots)
            turn = 0
            while slots[inner.condition] and (trips is None or turn < trips):
                slots[inner.index] = turn
                watched_block(plan, inner.steps, slots, fields, tasks, watch)
                turn += 1
        elif kind == s.FORK:
            slots[step.outs[0]] = step.fn(fields, [slots[i] for i in step.ins], tasks, watch)
        else:
            simple(step, slots, fields)
        watch.after(step, slots)
        for slot in step.frees:
            slots[slot] = None
    watch.leave()
