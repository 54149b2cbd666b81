"""Every value that a call makes, in order of execution, with its place in the source. SPEC 10.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..schema.ir import Node, Span, Value, walk
from ..schema.types import Type
from . import steps as s
from .checks import left_out
from .convert import presenter
from .plan import FunctionPlan
from .sharing import copied
from .steps import Step
from .values import describe
from .where import what

if TYPE_CHECKING:
    from .run import Machine


class Traced:
    """A value as it was when a node had made it.

    Attributes
    ----------
    name
        Its key, unlike that of any other in the recording: the calls that led to it and its own
        name, ``forward/encoder.forward/y``; inside a loop with the turn of each loop around it,
        ``forward/h[2]``; a second call of the same function in the same place, or a second
        write of a field, ends in ``#2``.
    module
        The path of the module whose method it was; "" for the root and for functions.
    function
        Module path and name of the function, ``encoder.forward``.
    label
        The value's name in the program text; ``self.h`` for what was written into a field.
    what
        The operator, or a word for the node: ``argument``, ``call self.f``, ``if``, ``loop``, ``get h``.
    type
        Its static type.
    span, line
        Where in the source it was made, and the text of that line; None and "" if not known.
    turns
        The turn of each loop around it, from 0, the outermost first, callers' loops included.
    branches
        The side taken of each ``if`` around it, ``then`` or ``else``, likewise.
    value
        The value; arrays are copies.
    operands
        For each operand the position in the recording of the value that it was, or None for a
        parameter, a constant or the initial content of a field. What a call, an ``if`` or a loop
        gives has the value inside that it is.
    parameters
        The parameters among its operands, by their paths.
    node
        The node of the program, or None for arguments.
    """

    __slots__ = (
        "name",
        "module",
        "function",
        "label",
        "what",
        "type",
        "span",
        "line",
        "turns",
        "branches",
        "value",
        "operands",
        "parameters",
        "node",
    )

    def __init__(
        self,
        name: str,
        module: str,
        function: str,
        label: str,
        node: Node | None,
        type: Type,
        value: Any,
        *,
        line: str = "",
        turns: tuple[int, ...] = (),
        branches: tuple[str, ...] = (),
        operands: tuple[int | None, ...] = (),
        parameters: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.module = module
        self.function = function
        self.label = label
        self.what = "argument" if node is None else what(node)
        self.type = type
        self.span: Span | None = node.span if node is not None else None
        self.line = line
        self.turns = turns
        self.branches = branches
        self.value = value
        self.operands = operands
        self.parameters = parameters
        self.node = node

    def __repr__(self) -> str:
        place = f"  # {self.span!r}" if self.span is not None else ""
        return f"<{self.name}: {describe(self.value, self.type)} = {self.what}>{place}"


class Recording:
    """The values of the calls that were recorded: a sequence of `Traced`, and a mapping by name.

    Examples
    --------
    >>> import numpy as np
    >>> def f(x):
    ...     y = x + 1
    ...     return np.exp(y)
    >>> session = tb.trace(f, np.zeros(2)).new_session()
    >>> with session.trace_values() as values:
    ...     result = session(np.zeros(2))
    >>> [value.name for value in values]
    ['f/x', 'f/y', 'f/v']
    >>> values["f/y"].value
    array([1., 1.])
    """

    def __init__(self) -> None:
        self._values: list[Traced] = []
        self._places: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        #: For each result of the last call the position of the value that it is, or None.
        self.results: tuple[int | None, ...] = ()

    def add(self, value: Traced) -> int:
        """Keep a value, and give its position."""
        self._places[value.name] = len(self._values)
        self._values.append(value)
        return len(self._values) - 1

    def unique(self, name: str) -> str:
        """`name`, with a number behind it from the second time on."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"

    @property
    def names(self) -> list[str]:
        """The keys, in order of execution."""
        return [value.name for value in self._values]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Traced]:
        return iter(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __getitem__(self, key: str | int) -> Traced:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __repr__(self) -> str:
        return f"<recording of {len(self._values)} values>"

    def __str__(self) -> str:
        return "\n".join(map(repr, self._values))


class _Frame:
    """A call that runs: its slots, and which recorded value is in each."""

    __slots__ = ("plan", "slots", "prefix", "made", "steps", "turns", "branches", "outer")

    def __init__(self, plan: FunctionPlan, slots: list[Any], prefix: str, outer: _Frame | None) -> None:
        self.plan = plan
        self.slots = slots
        self.prefix = prefix
        self.made: dict[int, int | None] = {}
        self.steps: list[Step] = []
        self.turns: list[int] = []
        self.branches: list[str] = []
        self.outer = outer

    def around(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Turns and branches, the callers' first."""
        turns, branches = self.outer.around() if self.outer is not None else ((), ())
        return (*turns, *self.turns), (*branches, *self.branches)

    def place(self, name: str) -> str:
        turns = f"[{','.join(map(str, self.turns))}]" if self.turns else ""
        return f"{self.prefix}/{name}{turns}"

    def move(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        made = [self.made.get(slot) for slot in sources]
        self.made.update(zip(targets, made))


class Recorder:
    """What records one call; see `interpret.Watch`."""

    def __init__(self, recording: Recording, machine: Machine) -> None:
        self.recording = recording
        self.engine = machine.engine
        self.debug = machine.planner.debug
        if self.debug is not None:
            self.debug.ready()
        self._frames: list[_Frame] = []
        self._blocks: list[bool] = []  # for each open block, whether it is a whole function
        self._returned: list[int | None] = []
        self._written: dict[int, int] = {}
        self._known: dict[int, dict[Value, str]] = {}

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        outer = self._frames[-1] if self._frames else None
        whole = outer is None or outer.slots is not slots
        self._blocks.append(whole)
        if outer is None:
            self._begin(plan, slots)
        elif whole:
            step = outer.steps[-1]
            assert step.node is not None
            place = outer.place(step.node.name.removeprefix("self."))
            frame = _Frame(plan, slots, self.recording.unique(place), outer)
            frame.made.update((i, outer.made.get(slot)) for i, slot in enumerate(step.ins))
            self._frames.append(frame)
        else:
            step = outer.steps[-1]
            if step.kind == s.LOOP:
                outer.turns[-1] += 1
            else:
                outer.branches.append("then" if slots[step.ins[0]] else "else")

    def _begin(self, plan: FunctionPlan, slots: list[Any]) -> None:
        """The outermost call: its arguments are values too."""
        frame = _Frame(plan, slots, self.recording.unique(plan.path), None)
        self._frames.append(frame)
        for slot, param in enumerate(plan.function.params):
            frame.made[slot] = self._keep(param, param.name, None, slots[slot], ())

    def leave(self) -> None:
        frame = self._frames[-1]
        if self._blocks.pop():
            results = frame.plan.prepare().results
            self._returned = [frame.made.get(slot) for slot in results]
            self._frames.pop()
            if not self._frames:
                self.recording.results = tuple(self._returned)
        elif frame.steps[-1].kind == s.IF:
            frame.branches.pop()

    def before(self, step: Step, slots: list[Any]) -> None:
        frame = self._frames[-1]
        frame.steps.append(step)
        if step.kind == s.LOOP:
            frame.turns.append(-1)
            frame.move(step.ins[1:], (step.blocks[0].condition, *step.outs))

    def after(self, step: Step, slots: list[Any]) -> None:
        frame = self._frames[-1]
        frame.steps.pop()
        kind, node, made = step.kind, step.node, frame.made
        if kind == s.LOOP:
            frame.turns.pop()
        if kind == s.MOVE or (node is None and kind == s.ONE):
            frame.move(step.ins, step.outs)
            return
        if node is None or kind in (s.EFFECT, s.GUARD):
            return
        operands = tuple([made.get(slot) for slot in step.ins[: step.operands]])
        if kind == s.SET:
            (value,) = node.inputs
            name = f"self.{node.name}"
            self._written[step.index] = self._keep(value, name, node, slots[step.ins[0]], operands)
            return
        if kind == s.GET:
            operands = (self._written.get(step.index),)
        elif kind == s.FORK:
            made[step.outs[0]] = self._returned[0] if self._returned else None
            return
        for number, (result, slot) in enumerate(zip(node.results, step.outs)):
            if left_out(slots[slot], result.type):
                continue
            if kind in (s.IF, s.LOOP):
                operands = (made.get(slot),)
            elif kind == s.CALL:
                operands = (self._returned[number],)
            made[slot] = self._keep(result, result.name, node, slots[slot], operands)

    def depth(self) -> tuple[int, int]:
        return len(self._frames), len(self._blocks)

    def unwind(self, depth: tuple[int, int]) -> None:
        del self._frames[depth[0] :]
        del self._blocks[depth[1] :]
        self._returned = []

    def forked(self) -> None:
        """Forked calls run in order, so that the order and the names of values are always the same."""

    def _keep(
        self, value: Value, label: str, node: Node | None, content: Any, operands: tuple[int | None, ...]
    ) -> int:
        frame = self._frames[-1]
        path = frame.plan.path
        module = path.rpartition(".")[0] if frame.plan.instance is not None else ""
        span = node.span if node is not None else None
        shown = copied(content, self.engine)
        present = presenter(self.engine, value.type)
        turns, branches = frame.around()
        return self.recording.add(
            Traced(
                self.recording.unique(frame.place(label)),
                module,
                path,
                label,
                node,
                value.type,
                present(shown) if present is not None else shown,
                line=self.debug.line(span.file, span.line).strip() if self.debug and span else "",
                turns=turns,
                branches=branches,
                operands=operands,
                parameters=self._parameters(frame.plan, module, node),
            )
        )

    def _parameters(self, plan: FunctionPlan, module: str, node: Node | None) -> tuple[str, ...]:
        """The parameters among a node's operands."""
        known = self._known.get(id(plan))
        if known is None:
            prefix = f"{module}." if module else ""
            nodes = [n for n in walk(plan.function.body) if n.kind == "param"]
            known = self._known[id(plan)] = {n.results[0]: prefix + n.name for n in nodes}
        return tuple([known[value] for value in node.inputs if value in known]) if node is not None else ()
