"""Where the time of calls goes, per node and per module; as a table and as a trace file. SPEC 10.4."""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections.abc import Callable, Iterable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from ..schema.ir import Node, Span
from . import steps as s
from .checks import left_out
from .plan import FunctionPlan
from .steps import Step
from .values import describe, owner, size_of
from .where import what

if TYPE_CHECKING:
    from .plan import Debug


class NodeRow(NamedTuple):
    """What one node of one module took in all; times in seconds. `least` is its own time in
    its fastest run. Views of other arrays have no bytes.
    """

    module: str
    function: str
    what: str
    label: str
    types: str
    span: Span | None
    line: str
    calls: int
    total: float
    self: float
    least: float
    share: float
    bytes: int


class ModuleRow(NamedTuple):
    """What the methods of one module took in all, with (`total`) and without (`self`) those they call."""

    module: str
    calls: int
    total: float
    self: float
    share: float
    bytes: int


class _Sum:
    """What is added up for a node or a function."""

    __slots__ = ("plan", "step", "calls", "total", "self", "least", "bytes", "types")

    def __init__(self, plan: FunctionPlan, step: Step | None) -> None:
        self.plan = plan
        self.step = step
        self.calls = 0
        self.total = 0
        self.self = 0
        self.least = 0
        self.bytes = 0
        self.types = ""


class Profile:
    """The times of the calls that were watched.

    `total` is the time from begin to end, `self` that without the nodes inside; `share` is
    `self` as a part of the whole. The time that the profiler itself takes is left out.

    Examples
    --------
    >>> import numpy as np
    >>> session = tb.trace(lambda x: np.exp(x).sum(), np.zeros(9)).new_session()
    >>> with session.profile() as profile:
    ...     result = session(np.zeros(9))
    >>> sorted(row.what for row in profile.nodes())
    ['exp', 'sum']
    >>> [(row.module, row.calls) for row in profile.modules()]
    [('', 1)]
    """

    def __init__(self, debug: Debug | None = None, *, events: bool = True) -> None:
        self._debug = debug
        self._sums: dict[int, _Sum] = {}
        self._functions: dict[int, _Sum] = {}
        self._modules: dict[str, list[int]] = {}
        self._kept: list[Any] = []
        self.keeps_events = events
        #: Forked calls are counted by threads of their own; each has a watch that runs in it.
        self.lock = allocate_lock()
        self.running: dict[int, _Profiled | None] = {}
        #: What ran, in the order of ends: name, kind, begin and duration in ns, thread, arguments.
        self.events: list[tuple[str, str, int, int, int, dict[str, Any]]] = []

    def start(self) -> _Profiled:
        """What watches one call."""
        return _Profiled(self)

    @property
    def seconds(self) -> float:
        """The time of all calls together."""
        return sum(entry.self for entry in self._all()) / 1e9

    def _all(self) -> Iterable[_Sum]:
        yield from self._sums.values()
        yield from self._functions.values()

    def nodes(self) -> list[NodeRow]:
        """A row for each node that ran, the one with the most time of its own first."""
        whole = self.seconds or 1.0
        if self._debug is not None:
            self._debug.ready()
        rows = []
        for entry in self._sums.values():
            node = entry.step.node if entry.step is not None else None
            span = node.span if node is not None else None
            rows.append(
                NodeRow(
                    _module(entry.plan),
                    entry.plan.path,
                    _what(node),
                    ", ".join(value.name for value in node.results) if node is not None else "",
                    entry.types,
                    span,
                    self._debug.line(span.file, span.line).strip() if self._debug and span else "",
                    entry.calls,
                    entry.total / 1e9,
                    entry.self / 1e9,
                    entry.least / 1e9,
                    entry.self / 1e9 / whole,
                    entry.bytes,
                )
            )
        return sorted(rows, key=lambda row: -row.self)

    def modules(self) -> list[ModuleRow]:
        """A row for each module whose methods ran; functions and bodies count for their callers' module."""
        whole = self.seconds or 1.0
        rows = [
            ModuleRow(module, calls, total / 1e9, own / 1e9, own / 1e9 / whole, made)
            for module, (calls, total, own, made) in self._modules.items()
        ]
        return sorted(rows, key=lambda row: -row.self)

    def save_trace(self, path: str) -> None:
        """Write what ran as a trace file in JSON, which ui.perfetto.dev and chrome://tracing open.

        Calls, loops, turns and nodes are slices inside one another; each thread has a track.
        """
        from json import dump

        with open(path, "w", encoding="utf-8") as file:
            dump(self.trace_events(), file)

    def trace_events(self) -> dict[str, Any]:
        """The content of the trace file: complete events (``"ph": "X"``), times in microseconds."""
        begin = min((event[2] for event in self.events), default=0)
        found: list[dict[str, Any]] = [
            {"name": "process_name", "ph": "M", "pid": 1, "tid": 0, "args": {"name": "tracebox"}}
        ]
        threads: dict[int, int] = {}
        for event in self.events:
            number = threads.setdefault(event[4], len(threads) + 1)
            if number == len(found):
                args = {"name": f"thread {number}"}
                found.append({"name": "thread_name", "ph": "M", "pid": 1, "tid": number, "args": args})
        for name, kind, start, duration, thread, args in sorted(self.events, key=lambda e: (e[2], -e[3])):
            found.append(
                {
                    "name": name,
                    "cat": kind,
                    "ph": "X",
                    "ts": (start - begin) / 1e3,
                    "dur": duration / 1e3,
                    "pid": 1,
                    "tid": threads[thread],
                    "args": args,
                }
            )
        return {"traceEvents": found, "displayTimeUnit": "ms"}

    # --- what the watches of calls write to ---

    def node(self, plan: FunctionPlan, step: Step) -> _Sum:
        """The sums of a node."""
        found = self._sums.get(id(step))
        if found is None:
            self._kept.append(step)
            found = self._sums[id(step)] = _Sum(plan, step)
        return found

    def function(self, plan: FunctionPlan) -> _Sum:
        """What a function takes besides its nodes."""
        return self._functions.setdefault(id(plan), _Sum(plan, None))

    def module(self, name: str) -> list[int]:
        """Calls, total, self and bytes of a module."""
        return self._modules.setdefault(name, [0, 0, 0, 0])


class _Open:
    """Something that runs: a call, a loop's turn, or a node."""

    __slots__ = ("plan", "step", "start", "inside", "module", "turn", "slots")

    def __init__(self, plan: FunctionPlan, step: Step | None, start: int, module: str, slots: object) -> None:
        self.plan = plan
        self.step = step
        self.start = start
        self.inside = 0
        self.module = module
        self.turn = -1
        self.slots = slots


class _Profiled:
    """Watches one call. Its clock stands still while it works itself, and while plans are made."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._open: list[_Open] = []
        self._running: dict[str, int] = {}
        self._lost = 0
        self._thread: Callable[[], int] = get_ident
        #: The module that functions count for at first, and the watch of what waits for this call.
        self._module = ""
        self._outer: _Profiled | None = None

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        began = perf_counter_ns()
        outer = self._open[-1] if self._open else None
        if outer is None:
            running, thread = self._profile.running, self._thread()
            self._outer, running[thread] = running.get(thread), self
        if outer is not None and outer.slots is slots:
            if outer.step is not None and outer.step.kind == s.LOOP:
                outer.turn += 1
            module = outer.module
        else:
            around = self._module if outer is None else outer.module
            module = _module(plan) if plan.instance is not None else around
            self._running[module] = self._running.get(module, 0) + 1
        self._open.append(_Open(plan, None, began - self._lost, module, slots))
        self._lost += perf_counter_ns() - began

    def before(self, step: Step, slots: list[Any]) -> None:
        began = perf_counter_ns()
        if step.kind in (s.CALL, s.FORK):
            step.fn.prepare()
        outer = self._open[-1]
        self._open.append(_Open(outer.plan, step, 0, outer.module, slots))
        now = perf_counter_ns()
        self._lost += now - began
        self._open[-1].start = now - self._lost

    def after(self, step: Step, slots: list[Any]) -> None:
        began = perf_counter_ns()
        mine = self._open.pop()
        taken = began - self._lost - mine.start
        self._open[-1].inside += taken
        with self._profile.lock:
            self._count(mine, step, slots, taken)
        self._lost += perf_counter_ns() - began

    def _count(self, mine: _Open, step: Step, slots: list[Any], taken: int) -> None:
        """Add a node that ran to the sums."""
        own = taken - mine.inside
        profile, node = self._profile, step.node
        total = profile.module(mine.module)
        total[2] += own
        if node is None:
            entry = profile.function(mine.plan)
            entry.self += own
            return
        entry = profile.node(mine.plan, step)
        entry.least = own if not entry.calls or own < entry.least else entry.least
        entry.calls += 1
        entry.total += taken
        entry.self += own
        values = [slots[slot] for slot in step.outs]
        made = sum([size_of(v) for v in values if owner(v) is v]) if step.kind in (s.ONE, s.MANY) else 0
        entry.bytes += made
        total[3] += made
        if not entry.types:
            made_here = [(v, r.type) for v, r in zip(values, node.results) if not left_out(v, r.type)]
            entry.types = ", ".join(describe(v, t) for v, t in made_here)
        if profile.keeps_events:
            args: dict[str, Any] = {"function": mine.plan.path}
            if node.results:
                args["results"] = entry.types
            if node.span is not None:
                args["source"] = f"{node.span!r}"
            label = "call" if step.kind == s.CALL else node.kind
            profile.events.append((_what(node), label, mine.start, taken, self._thread(), args))

    def leave(self) -> None:
        began = perf_counter_ns()
        mine = self._open.pop()
        taken = began - self._lost - mine.start
        outer = self._open[-1] if self._open else None
        if outer is not None:
            outer.inside += taken
        with self._profile.lock:
            self._close(mine, outer, taken)
        self._lost += perf_counter_ns() - began
        if outer is None:
            self._end(taken)

    def _end(self, taken: int) -> None:
        """Give the thread back to the watch of the call that waits for this one, if there is one."""
        waiting, running = self._outer, self._profile.running
        running[self._thread()] = waiting
        if waiting is not None:
            waiting._lost += self._lost
            if waiting._open:
                waiting._open[-1].inside += taken

    def depth(self) -> int:
        return len(self._open)

    def unwind(self, depth: int) -> None:
        for number in range(len(self._open) - 1, depth - 1, -1):
            mine = self._open[number]
            if mine.step is None and self._open[number - 1].slots is not mine.slots:
                self._running[mine.module] -= 1
        del self._open[depth:]

    def forked(self) -> _Profiled:
        twin = _Profiled(self._profile)
        twin._module = self._open[-1].module
        twin._running = dict(self._running)
        return twin

    def _close(self, mine: _Open, outer: _Open | None, taken: int) -> None:
        """Add a call or turn that ended to the sums."""
        own = taken - mine.inside
        profile = self._profile
        profile.function(mine.plan).self += own
        total = profile.module(mine.module)
        total[2] += own
        inner = outer is not None and outer.slots is mine.slots
        name = mine.plan.path
        if not inner:
            self._running[mine.module] -= 1
            total[0] += 1
            if not self._running[mine.module]:
                total[1] += taken
        elif outer is not None and outer.turn >= 0:
            name = f"turn {outer.turn}"
        if profile.keeps_events and (not inner or (outer is not None and outer.turn >= 0)):
            kind = "turn" if inner else "function"
            profile.events.append((name, kind, mine.start, taken, self._thread(), {}))


def _module(plan: FunctionPlan) -> str:
    return plan.path.rpartition(".")[0] if plan.instance is not None else ""


def _what(node: Node | None) -> str:
    return what(node) if node is not None else ""
