"""A plan, or a loop of one, as a Python function: for what runs more than once. SPEC 10.3.

The source is made of slot numbers alone; nothing of the file goes into it. Constants and
kernels are its global names. Each line is one step, so that a line number in a traceback
leads to the node. Where code cannot be compiled, the interpreter goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import steps as s
from .calling import abandon, settle
from .kernels.registry import EXPRESSIONS
from .plan import FunctionPlan
from .steps import Step

#: A function with more lines than this stays with the interpreter, as does one nested deeper.
MAX_LINES = 20_000
MAX_NESTING = 18


class Writer:
    """Collects the lines of a function, and which step each is."""

    def __init__(self, plan: FunctionPlan) -> None:
        self.plan = plan.prepare()
        self.constants = self.plan.constants
        self.names: dict[str, Any] = {"__builtins__": {}, "__plan__": plan}
        self.names.update((f"c{slot}", self.plan.template[slot]) for slot in self.constants)
        self.lines: list[str] = []
        self.steps: list[Step | None] = []
        self.count = 0
        if self.plan.forks:
            self.names.update(settle=settle, abandon=abandon)

    def whole(self) -> None:
        """The plan as a function of the fields and the arguments."""
        args = "".join(f",v{slot}" for slot in range(self.plan.arity))
        self.add(0, None, f"def f(F{args}):")
        if self.plan.forks:
            self.add(1, None, "T=[]")
            self.add(1, None, "try:")
            self.block(self.plan.body, 2)
            self.add(2, None, "settle(T)")
            self.add(2, None, f"return {self.result(self.plan.results)}")
            self.add(1, None, "finally:abandon(T)")
        else:
            self.block(self.plan.body, 1)
            self.add(1, None, f"return {self.result(self.plan.results)}")

    def rest_of(self, step: Step) -> None:
        """The turns of a loop that are left, as a function of the fields, the slots and the forked calls.

        Condition, index and carried values are in their slots, and are there in the end.
        """
        used = sorted(_slots_of(step) - self.constants)
        outs = [f"S[{slot}]" for slot in step.outs]
        self.add(0, None, "def f(F,S,T):")
        self.add(1, None, f"{self.slots(used)},={','.join([f'S[{slot}]' for slot in used])},")
        if outs:
            self.add(1, None, f"{'='.join(outs)}=None")  # or what is carried now would stay alive
        self.turns(step, 1)
        if outs:
            self.add(1, None, f"{','.join(outs)},={self.slots(step.outs)},")

    def add(self, depth: int, step: Step | None, text: str) -> None:
        self.lines.append("\t" * depth + text)
        self.steps.append(step)

    def slot(self, slot: int) -> str:
        return f"c{slot}" if slot in self.constants else f"v{slot}"

    def slots(self, slots: Sequence[int]) -> str:
        return ",".join([self.slot(slot) for slot in slots])

    def result(self, slots: Sequence[int]) -> str:
        return self.slot(slots[0]) if len(slots) == 1 else f"({self.slots(slots)}{',' if slots else ''})"

    def function(self, value: Any) -> str:
        """A global name for a kernel or a plan."""
        self.count += 1
        self.names[f"k{self.count}"] = value
        return f"k{self.count}"

    def block(self, steps: Sequence[Step], depth: int) -> None:
        for step in steps:
            if step.kind == s.IF:
                self._if(step, depth)
            elif step.kind == s.LOOP:
                self._loop(step, depth)
            else:
                self.add(depth, step, _PRINT[step.kind](self, step) + _frees(step))

    def _if(self, step: Step, depth: int) -> None:
        then, otherwise = step.blocks
        self.add(depth, step, f"if {self.slot(step.ins[0])}:")
        self.block(then.steps, depth + 1)
        if not then.steps:
            self.add(depth + 1, step, "pass")
        if otherwise.steps:
            self.add(depth, step, "else:")
            self.block(otherwise.steps, depth + 1)
        self._after(step, depth)

    def _loop(self, step: Step, depth: int) -> None:
        inner = step.blocks[0]
        first = step.ins[1:]
        pairs = [(self.slot(a), f"v{b}") for a, b in zip(first, (inner.condition, *step.outs)) if a != b]
        if pairs:
            self.add(depth, step, f"{','.join(b for _, b in pairs)}={','.join(a for a, _ in pairs)}")
        self.add(depth, step, f"v{inner.index}=0")
        self.turns(step, depth)
        self._after(step, depth)

    def turns(self, step: Step, depth: int) -> None:
        """The turns of a loop from where it is."""
        inner, trips = step.blocks[0], step.ins[0]
        bound = f" and v{inner.index}<{self.slot(trips)}" if trips >= 0 else ""
        self.add(depth, step, f"while v{inner.condition}{bound}:")
        self.block(inner.steps, depth + 1)
        self.add(depth + 1, step, f"v{inner.index}+=1")

    def _after(self, step: Step, depth: int) -> None:
        if step.frees:
            self.add(depth, step, _frees(step)[1:])

    def assign(self, step: Step, call: str) -> str:
        return f"{self.slots(step.outs)}={call}" if step.outs else call


def _frees(step: Step) -> str:
    return "".join([f";v{slot}=None" for slot in step.frees])


def _apply(writer: Writer, step: Step) -> str:
    # What may be in a step need not be hashable: custom operators' functions are anybody's.
    expression = EXPRESSIONS.get(step.fn) if type(step.fn) in _PLAIN else None
    if expression is not None:
        call = writer.function(step.fn) if "{k}" in expression else ""
        return writer.assign(step, expression.format(*map(writer.slot, step.ins), k=call))
    return writer.assign(step, f"{writer.function(step.fn)}({writer.slots(step.ins)})")


def _call(writer: Writer, step: Step) -> str:
    args = writer.slots(step.ins)
    return writer.assign(step, f"{writer.function(step.fn)}.run(F{',' if args else ''}{args})")


def _fork(writer: Writer, step: Step) -> str:
    (out,) = step.outs
    return f"v{out}={writer.function(step.fn)}(F,[{writer.slots(step.ins)}],T)"


def _guard(writer: Writer, step: Step) -> str:
    condition, *values = step.ins
    call = f"{writer.function(step.fn)}({writer.slots(values)})"
    return f"{writer.slot(condition)} or {call}"


_PLAIN = (type(_apply), type(len))

_PRINT: dict[int, Callable[[Writer, Step], str]] = {
    s.ONE: _apply,
    s.MANY: _apply,
    s.EFFECT: _apply,
    s.MOVE: lambda writer, step: f"{writer.slots(step.outs)}={writer.slots(step.ins)}",
    s.CALL: _call,
    s.FORK: _fork,
    s.GET: lambda writer, step: f"v{step.outs[0]}=F[{step.index}]",
    s.SET: lambda writer, step: f"F[{step.index}]={writer.slot(step.ins[0])}",
    s.GUARD: _guard,
}


def compiled(plan: FunctionPlan) -> Callable[..., Any] | None:
    """The plan as a function of the fields and the arguments, or None where that cannot be."""
    if _depth(plan.prepare().body) > MAX_NESTING:
        return None
    writer = Writer(plan)
    writer.whole()
    return _function(writer)


def compiled_loop(plan: FunctionPlan, step: Step) -> Callable[..., Any] | None:
    """The rest of a loop of the plan as a function; see `Writer.rest_of`."""
    if _depth([step]) > MAX_NESTING:
        return None
    writer = Writer(plan)
    writer.rest_of(step)
    return _function(writer)


def _function(writer: Writer) -> Callable[..., Any] | None:
    if len(writer.lines) > MAX_LINES:
        return None
    writer.names["__steps__"] = writer.steps
    try:
        exec(compile("\n".join(writer.lines), "<tracebox plan>", "exec"), writer.names)
    except (SyntaxError, RuntimeError, MemoryError, PermissionError, NotImplementedError):
        return None  # no compiler here, or audit hooks that forbid it
    function: Callable[..., Any] = writer.names["f"]
    return function


def _slots_of(step: Step) -> set[int]:
    """The slots that a step and those inside it read, fill or empty."""
    found = {slot for slot in (*step.ins, *step.outs, *step.frees) if slot >= 0}
    for block in step.blocks:
        found.update(slot for slot in (block.index, block.condition) if slot >= 0)
        for inner in block.steps:
            found |= _slots_of(inner)
    return found


def _depth(steps: Sequence[Step]) -> int:
    inner = [_depth(block.steps) for step in steps for block in step.blocks]
    return 1 + max(inner, default=0)
