"""Two paths that meet: the variables, boxes and values that they have in common. SPEC 5.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...schema import dims
from ..integral import SymbolicInt
from ..proxy import Proxy
from ..scope import BlockSteps, Step, Val
from . import rules
from .aliases import Change
from .frames import MISSING, RESULT, Absent, Flow
from .names import content_of
from .templates import Mismatch, Template, is_optional, known_parts, rebuilt
from .values import (
    Box,
    DictBox,
    ListBox,
    ObjectBox,
    Optional,
    Scalar,
    describe,
)

if TYPE_CHECKING:
    from .core import Core


class Outcome:
    """What one path recorded and changed."""

    __slots__ = ("block", "flow", "value", "env", "changes", "homes")

    def __init__(
        self,
        block: BlockSteps,
        flow: Flow,
        value: Any,
        env: dict[str, Any],
        changes: dict[int, Change],
        homes: dict[str, int],
    ) -> None:
        self.homes = homes
        self.block = block
        self.flow = flow
        self.value = value
        self.env = env
        self.changes = changes

    def content(self, box: Any) -> Any:
        """What `box` holds at the end of the path."""
        change = self.changes.get(id(box))
        return content_of(box) if change is None else change.new


class Merge:
    """Two paths that meet."""

    def __init__(
        self,
        core: Core,
        truth: Val,
        outcomes: list[Outcome],
        before: dict[str, Any],
        live: frozenset[str] | None,
        fresh: set[str],
        mark: int,
    ) -> None:
        self.core = core
        self.mark = mark
        self.truth = truth
        self.outcomes = outcomes
        self.alive = [outcome for outcome in outcomes if outcome.flow.kinds]
        self.before = before
        self.live = live
        self.widening = core.widening(fresh)
        self.results: list[Val] = []
        self.yields: list[list[Val]] = [[] for _ in outcomes]
        self._shared: dict[tuple[int, int], Callable[[], Any]] = {}
        #: What each path has put into lists, dicts and optionals that come out of it.
        self._inside: dict[int, list[Any]] = {id(outcome): [] for outcome in outcomes}

    def finish(self) -> tuple[Flow, Any]:
        """Record the node; the variables are those after it."""
        core = self.core
        kinds = frozenset().union(*(outcome.flow.kinds for outcome in self.outcomes))
        code: Callable[[], Any] | None = None
        contents: list[tuple[Any, Callable[[], Any]]] = []
        env: dict[str, Callable[[], Any]] = {}
        value: Callable[[], Any] = lambda: None  # noqa: E731
        if self.alive:
            if len(kinds) > 1:
                code = self._values([outcome.flow.code for outcome in self.alive])
            contents = self._boxes()
            env = self._variables()
            value = self._values([outcome.value for outcome in self.alive])
        core.put_on_paths(list(self._inside.values()))
        for outcome, values in zip(self.outcomes, self.yields):
            outcome.block.results = values
        blocks = (self.outcomes[0].block, self.outcomes[1].block)
        if self.results or any(outcome.block.steps for outcome in self.outcomes):
            core.trace.add(Step("if", "", [self.truth], None, self.results, blocks=blocks))
        for box, build in contents:
            core.fill(box, build())
        core.frame.env = {name: build() for name, build in env.items()}
        flow = Flow(*sorted(kinds), code=code() if code is not None else None)
        return flow, value()

    # --- variables ---

    def _variables(self) -> dict[str, Callable[[], Any]]:
        names = dict.fromkeys([*self.before, *(name for outcome in self.alive for name in outcome.env)])
        found: dict[str, Callable[[], Any]] = {}
        for name in names:
            if (
                self.live is not None
                and name not in self.live
                and name != RESULT
                and not self._everywhere(name)
            ):
                continue
            build = self._variable(name)
            if build is not None:
                found[name] = build
        return found

    def _everywhere(self, name: str) -> bool:
        """Whether no path changed the variable."""
        if name not in self.before:
            return False
        return all(outcome.env.get(name, MISSING) is self.before[name] for outcome in self.alive)

    def _variable(self, name: str) -> Callable[[], Any] | None:
        found = [outcome.env.get(name, MISSING) for outcome in self.alive]
        if all(value is found[0] for value in found) and self._outside(found[0]):
            return self._constant(found[0])
        values = [value.value if isinstance(value, Absent) else value for value in found]
        absent: frozenset[str] = frozenset()
        why, flags = "", [_flag(value) for value in found]
        for outcome, value in zip(self.alive, found):
            if isinstance(value, Absent):
                absent |= value.kinds & outcome.flow.kinds
                why = value.why
            elif value is MISSING:
                absent |= outcome.flow.kinds
                lines = [other.homes[name] for other in self.alive if name in other.homes]
                where = f", in line {lines[0]}" if lines else ""
                why = why or f"{name}, which is set on one path only{where}"
        if all(value is MISSING for value in values):
            return self._constant(Absent(absent, MISSING, why)) if absent else None
        try:
            build = self._values(values)
            flag = None
            if absent and any(isinstance(value, Absent) and value.flag is not None for value in found):
                flag = self._values(flags)
        except Mismatch as mismatch:
            kinds = frozenset().union(*(outcome.flow.kinds for outcome in self.alive))
            what = "the result" if name == RESULT else name
            text = f"{what}, which is {self._two(name, values, mismatch)}"
            return self._constant(Absent(kinds, MISSING, text))
        if not absent:
            return build
        return lambda: Absent(absent, build(), why, flag() if flag is not None else None)

    def _two(self, name: str, values: list[Any], mismatch: Mismatch) -> str:
        """Two types of a variable, with the lines that they come from."""
        found = [
            describe(value) + self.core.at_line(name, outcome.homes)
            for value, outcome in zip(values, self.alive)
        ]
        more = "" if describe(values[0]) != describe(values[-1]) else f": {mismatch}"
        return " and ".join(dict.fromkeys(found)) + more

    @staticmethod
    def _constant(value: Any) -> Callable[[], Any]:
        return lambda: value

    # --- values ---

    def _values(self, values: list[Any]) -> Callable[[], Any]:
        """What the paths have in common, to be built when the node is recorded."""
        if len(values) == 1:
            return self._pair(values[0], values[0])
        return self._pair(values[0], values[1])

    def _pair(self, a: Any, b: Any) -> Callable[[], Any]:
        key = (id(a), id(b))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = _once(self._joined(a, b))
        return found

    def _joined(self, a: Any, b: Any) -> Callable[[], Any]:
        if a is b and self._outside(a):
            return lambda: a
        present = b if a is MISSING else a
        if (
            (a is MISSING or b is MISSING)
            and isinstance(present, (Box, Proxy))
            and self._outside_box(present)
        ):
            return lambda: present
        parts = self._parts(a, b)
        if parts is not None:
            cls, keys, builds = parts
            return lambda: self._note(rebuilt(cls, keys, [build() for build in builds]), a, b)
        values = [a, b] if len(self.alive) == 2 else [a]
        seen = [v if v is MISSING else self._left(outcome, v) for outcome, v in zip(self.alive, values)]
        if MISSING in seen:
            template = self.widening.one(next(value for value in seen if value is not MISSING), loose=False)
        else:
            template = self.widening.widen(seen[0], seen[-1])
        if is_optional(template):
            for outcome, value in zip(self.alive, values):
                if isinstance(value, (Box, Proxy)):
                    self._inside[id(outcome)].append(value)
        slots = self._leaves(template, seen)

        def build() -> Any:
            return self._note(template.build(iter(slots), self.core.wrap), a, b)

        return build

    def _parts(self, a: Any, b: Any) -> tuple[type, tuple[Any, ...], list[Callable[[], Any]]] | None:
        """How the parts of two values of the same known structure meet, each by itself."""
        shapes: list[tuple[type, tuple[Any, ...], list[Any]]] = []
        for outcome, value in zip(self.alive, (a, b) if len(self.alive) == 2 else (a,)):
            if value is MISSING:
                continue
            shape = known_parts(value, outcome.content)
            if shape is None or (shapes and shape[:2] != shapes[0][:2]):
                return None
            shapes.append(shape)
        cls, keys, ours = shapes[0]
        if len(shapes) == 2:
            pairs = list(zip(ours, shapes[1][2]))
        else:
            pairs = [(MISSING if a is MISSING else p, MISSING if b is MISSING else p) for p in ours]
        return cls, keys, [self._pair(*pair) for pair in pairs]

    def _left(self, outcome: Outcome, value: Any, *, inner: bool = False) -> Any:
        """A value as the path left it, with copies of what it changed."""
        if inner and isinstance(value, (Box, Proxy)):
            self.core.taint(value, f"{describe(value)}, which two containers may hold")
            self._inside[id(outcome)].append(value)
        if isinstance(value, Proxy):
            change = outcome.changes.get(id(value))
            if change is None and value._view is not None and not self._outside(value):
                return self.core.held(value, content_of(value))  # the array that it shows is put back
            return value if change is None else self.core.held(value, change.new)
        shape = known_parts(value, outcome.content)
        if shape is not None:
            cls, keys, parts = shape
            return rebuilt(cls, keys, [self._left(outcome, part, inner=True) for part in parts])
        if isinstance(value, Box) and id(value) in outcome.changes:
            return self.core.held(value, outcome.content(value))
        return value

    def _leaves(self, template: Template, values: list[Any]) -> list[Val]:
        core = self.core
        types = list(template.types())
        columns: list[list[Val]] = []
        index = {id(outcome): i for i, outcome in enumerate(self.outcomes)}
        for outcome, value in zip(self.alive, values):
            with core.block(outcome.block), core.unnoted():
                if value is MISSING:
                    column = [core.default(t) for t in types]
                else:
                    column = [core.materialise(x, t) for x, t in zip(template.leaves(value), types)]
            columns.append(column)
        for outcome, column in zip(self.alive, columns):
            self.yields[index[id(outcome)]] += column
        names = [column.name for column in columns[0]]
        made = []
        for i, t in enumerate(types):
            inexact = any(column[i].inexact for column in columns)
            made.append(core.trace.ghost_value(t, names[i], inexact))
        self.results += made
        return made

    def _outside(self, value: Any) -> bool:
        """Whether a value was made before the paths parted."""
        if isinstance(value, Proxy):
            source = value._source
            return not isinstance(source, Val) or source.block is None or source.block.open
        if isinstance(value, (Scalar, Optional)):
            return value.val.block is None or value.val.block.open
        if isinstance(value, Absent):
            return all(
                part is None or part is MISSING or self._outside(part) for part in (value.value, value.flag)
            )
        if isinstance(value, tuple):
            return all(map(self._outside, value))
        if isinstance(value, ListBox):
            if value.val is not None:
                return value.val.block is None or value.val.block.open
            return all(map(self._outside, value.items or ()))
        if isinstance(value, DictBox):
            if value.val is not None:
                return value.val.block is None or value.val.block.open
            return all(map(self._outside, (value.items or {}).values()))
        if isinstance(value, ObjectBox):
            return all(map(self._outside, value.fields.values()))
        if isinstance(value, SymbolicInt):
            names = dims.symbols_of(value._scope.symbols.resolve(value._dim))
            return all(map(self.widening.visible, names)) or value._scope is not self.core.trace.scope
        return True

    # --- boxes ---

    def _boxes(self) -> list[tuple[Any, Callable[[], Any]]]:
        changed: dict[int, Any] = {}
        for outcome in self.alive:
            for key, change in outcome.changes.items():
                changed.setdefault(key, change.box)
        found = []
        for box in changed.values():
            if isinstance(box, Proxy) and box._view is not None:
                continue  # shows its parent's memory
            held = [self.core.held(box, outcome.content(box)) for outcome in self.alive]
            try:
                found.append((box, self._values(held)))
            except Mismatch as mismatch:
                raise self.core.fail(
                    rules.TYPES, got=f"a value that is changed to {mismatch} on different paths"
                ) from None
        return found

    def _outside_box(self, box: Any) -> bool:
        return box.born < self.mark if isinstance(box, Box) else self._outside(box)

    def _note(self, made: Any, a: Any, b: Any) -> Any:
        """A box that stands for one of two, one of which has another name."""
        if a is b or a is MISSING or b is MISSING or not isinstance(made, (Box, Proxy)):
            return made
        for one in (a, b):
            self.core.shows_too(made, one)
            self.core.stands_for(made, one)
            reason = self.core.tainted(one)
            if reason:
                self.core.taint(made, reason)
        return made


def _flag(value: Any) -> Any:
    """Whether a variable is set."""
    if isinstance(value, Absent):
        return False if value.flag is None else value.flag
    return value is not MISSING


def _once(build: Callable[[], Any]) -> Callable[[], Any]:
    made: list[Any] = []

    def call() -> Any:
        if not made:
            made.append(build())
        return made[0]

    return call
