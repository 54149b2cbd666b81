"""Loops in the making: what they carry, and of which types. SPEC 5.7.

The body is compiled with the types that variables have at first. What it changes, and the
types that come out, may ask for more: then it is compiled again, until nothing is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...schema.types import INT
from ..proxy import Proxy
from ..scope import BlockSteps, Step, Val
from ..sharing import Kin
from . import rules
from .aliases import Change
from .core import MAX_DEPTH, MAX_TURNS, Core
from .frames import CODES, CONTINUE, FALL, MISSING, RESULT, RETURN, Absent, Flow
from .names import content_of
from .templates import Leaf, Mismatch, Parts, Same, Template, is_optional, known_parts, parts_of, rebuilt
from .values import Box, Scalar, births, describe, is_array, scalar_kind

_ALL = frozenset(CODES)


class Item:
    """What a loop carries: a variable, what a box holds, or a mark of its own."""

    __slots__ = ("name", "box", "start", "template", "header", "end", "flag", "taint", "also", "made")

    def __init__(self, name: str, box: Any, start: Any, template: Template) -> None:
        self.name = name
        self.box = box
        self.start = start
        self.template = template
        #: The value at the start of a turn, and at its end.
        self.header: Any = MISSING
        self.end: Any = None
        #: Whether the variable is set, of one that was not before the loop.
        self.flag: Item | None = None
        #: Why it is not changed in place in a further turn.
        self.taint = ""
        #: The template of the header, and what of it has identity.
        self.made: tuple[Template, list[Any]] = (template, [])
        #: What it may be, or share with other items, after a turn, by identity.
        self.also: dict[int, Any] = {}


class Repeat:
    """One loop. `test` gives the condition of the next turn, `turn` compiles the body.

    `assigned` are the variables that the body gives values, `head` those that are read from
    the start of a turn on, `sure` says that there is at least one turn.
    """

    def __init__(
        self,
        core: Core,
        trips: Any,
        test: Callable[[], Any] | None,
        turn: Callable[[Any], Flow],
        *,
        assigned: frozenset[str],
        head: frozenset[str],
        sure: bool = False,
    ) -> None:
        self.core = core
        self.trips = trips
        self.test = test
        self.turn = turn
        self.assigned = assigned
        self.head = head
        self.sure = sure
        self.items: list[Item] = []
        self.code: Item | None = None
        self.before = dict(core.frame.env)
        self.homes = dict(core.frame.homes)
        self.block: BlockSteps | None = None
        self.mark = self.youngest = 0
        #: Whether it was seen that a turn sets fields.
        self.sets = False

    def _outside(self, box: Any) -> bool:
        """Whether a box was there before the turn that is being compiled."""
        if self.block is None:
            return True
        if isinstance(box, Box):
            return box.born < self.mark
        if isinstance(box, Kin):
            return box.born < self.youngest
        if not isinstance(box, Proxy):
            return True  # what items have in common from turn to turn
        source = self.core.source_before(box)
        return not isinstance(source, Val) or (
            source.block is not self.block and (source.block is None or source.block.open)
        )

    def record(self) -> Flow:
        """Record the loop. The result is how control leaves it."""
        core, trace = self.core, self.core.trace
        start: Any = True
        if self.test is not None:
            start = self.test()
            if start is False:
                return Flow(FALL)
            self.before = dict(core.frame.env)
        first = core.scalar(start)
        trips = trace.constant(None) if self.trips is None else core.scalar(self.trips)
        symbols = trace.scope.symbols
        self.widening = core.widening(set(symbols.fresh), self._outside)
        for name in sorted(self.assigned & self.head & self.before.keys()):
            value = self.before[name]
            if not isinstance(value, Absent):
                self.items.append(Item(name, None, value, self._template(name, value, value)))
        saved = symbols.snapshot()
        for _ in range(MAX_TURNS):
            methods = {id(unit): len(unit.methods) for unit in trace.units.values()}
            marks = core.marks()
            block, flow, again = self._pass()
            if not again:
                return self._finish(block, flow, first, trips)
            symbols.restore(saved)
            core.forget(marks)
            for unit in trace.units.values():
                del unit.methods[methods.get(id(unit), 0) :]
        raise core.fail(rules.TYPES, got="a loop whose variables get other types in every turn")

    def _template(self, name: str, a: Any, b: Any) -> Template:
        try:
            return self.widening.widen(a, b, loose=True)
        except Mismatch as mismatch:
            raise self._differs(name, a, b, mismatch) from None

    def _differs(self, name: str, a: Any, b: Any, mismatch: Mismatch) -> Exception:
        """The error for a variable, or what a box holds, that changes its type."""
        core = self.core
        named = name and not name.startswith("<")
        what = name if named else "a value that the loop changes"
        hint = "give it one type before the loop"
        if "no known type" in str(mismatch):
            hint = (
                f"put an item into it first, or annotate it: {what if named else 'found'}: list[float] = []"
            )
            return core.fail(rules.TYPES, got=f"{what}, {mismatch}", hint=hint)
        words = describe(a), describe(b)
        if named and words[0] != words[1] and not isinstance(a, (Box, tuple)):
            if words == ("int", "float"):
                hint = f"begin with a float: {name} = {float(a) if type(a) is int else '0.0'}"
            if scalar_kind(a) in ("int", "float") and is_array(b):
                hint = f"begin with an array, {name} = np.zeros(()), or take a number: float(x)"
            now = core.at_line(name, core.frame.homes)
            then = core.at_line(name, self.homes)
            got = f"{what}, which is {words[0]}{then} before a turn of the loop and {words[1]}{now} after it"
        else:
            got = f"{what}, which is {mismatch} from one turn to the next"
        return core.fail(rules.TYPES, got=got, hint=hint)

    # --- one pass over the body ---

    def _pass(self) -> tuple[BlockSteps, Flow, bool]:
        """Compile the body once; whether something was found that it must be compiled again for."""
        core, trace, frame = self.core, self.core.trace, self.core.frame
        core.depth += 1
        if core.depth > MAX_DEPTH:
            hint = "split the function"
            raise core.fail(rules.LIMIT, expected=f"at most {MAX_DEPTH} nested blocks", hint=hint)
        frame.env = {name: value for name, value in self.before.items() if name not in self.assigned}
        with core.journaled() as changes, core.block() as block:
            index = trace.ghost_value(INT, "i")
            block.params = [index]
            mark = births()
            self.block, self.mark, self.youngest = block, mark, Kin().born
            puts, shared, held = core.puts, core.shared_items, dict(trace.held)
            self._headers(block)
            core.loops.append(self._outside)
            try:
                flow = self.turn(Scalar(index))
            finally:
                core.loops.pop()
            if not flow.kinds:
                core.end_dead(block)
            more = self._more(flow)
            again = self._ends(flow, changes, mark)
            again = (bool(flow.kinds) and self._linked()) or again
            if not again and flow.kinds:
                if core.puts > puts:
                    self._check_items(shared)
                block.results = [core.scalar(more)]
                core.loops.append(self._outside)
                for item in self.items:
                    block.results += self._column(item, item.end)
                core.loops.pop()
            if not self.sets and held != trace.held:
                self.sets = again = True
        core.depth -= 1
        frame.env = dict(self.before)
        return block, flow, again

    def _headers(self, block: BlockSteps) -> None:
        core = self.core
        for item in self.items:
            if item.start is not MISSING:
                self._put_inside(item.template, item.start)
        for item in self.items:
            label = item.name.strip("<>") or "carried"
            params = [core.trace.ghost_value(t, label) for t in item.template.types()]
            block.params += params
            item.header = item.template.build(iter(params), core.wrap)
            item.made = item.template, list(_with_identity(item.template, item.header))
            if item.box is None and isinstance(item.start, (Box, Proxy)):
                item.taint = item.taint or core.tainted(item.start)
            if item.start is not MISSING:
                core.made_of(item.header, item.start)
            for part in item.made[1] if item.also else ():
                if isinstance(part, (Box, Proxy)):
                    core.linked(part, item.also.values())
            if item.taint:
                core.taint(item.header, item.taint)
            self._taint_parts(item.template, item.header)
            self._taint_parts(item.template, item.start)
        for item in self.items:
            if item.box is not None:
                core.fill(item.box, item.header)
            elif item.flag is not None:
                why = f"{item.name} is set only inside of the loop"
                core.frame.env[item.name] = Absent(_ALL, item.header, why, item.flag.header)
            elif not item.name.startswith("<set") and item is not self.code:
                core.frame.env[item.name] = item.header

    def _put_inside(self, template: Template, value: Any) -> None:
        """What is in lists and dicts that the loop carries as values of the program is put away."""
        if isinstance(template, Parts):
            for part, inner in zip(template.parts, parts_of(value)):
                self._put_inside(part, inner)
        elif isinstance(template, Leaf):
            self.core.put_inside(value)
            if is_optional(template):
                self.core.put_away(value)

    def _linked(self) -> bool:
        """Note what items may be in the next turn: boxes from before the loop, or what others are, too."""
        core, again = self.core, False
        found: list[tuple[Item, dict[int, Any]]] = []
        for item in self.items:
            template, made = item.made
            if item.header is MISSING or item.end is MISSING or template is not item.template:
                continue
            inner: dict[int, Any] = {}
            for header, end in zip(made, _with_identity(template, item.end)):
                known = item.also.keys() | {id(root) for root in core.roots(header)}
                if core.is_held(end) and not item.taint:
                    item.taint = f"{describe(end)}, which a field may hold"
                    again = True
                for value in core.roots(end) if isinstance(end, (Box, Proxy)) else ():
                    if not self._outside(value):
                        inner[id(value)] = value
                    elif id(value) not in known and value is not item.box:
                        item.also[id(value)] = value
                        again = True
            for other, theirs in found:
                if not inner.keys().isdisjoint(theirs) and item.also.keys().isdisjoint(other.also):
                    token = object()
                    item.also[id(token)] = other.also[id(token)] = token
                    again = True
            found.append((item, inner))
        return again

    def _more(self, flow: Flow) -> Any:
        """Whether there is a further turn; the test is made only where the body is not left."""
        core, test = self.core, self.test
        if not flow.kinds & {FALL, CONTINUE}:
            return False
        if not flow.kinds - {FALL, CONTINUE}:
            return True if test is None else test()
        goes = [core.emit("int.equal", flow.code, CODES[kind]) for kind in flow.kinds & {FALL, CONTINUE}]
        stays = goes[0] if len(goes) == 1 else core.emit("bool.or", *goes)
        if test is None:
            return stays
        _, more = core.branch(
            core.scalar(stays),
            lambda: (Flow(FALL), Scalar(core.scalar(test()))),
            lambda: (Flow(FALL), False),
        )
        return more

    # --- what comes out of it ---

    def _ends(self, flow: Flow, changes: dict[int, Change], mark: int) -> bool:
        """Note what is carried at the end of a turn; whether that asks for another pass."""
        core, again = self.core, False
        known = {id(item.box) for item in self.items if item.box is not None}
        for key, change in list(changes.items()):
            view = isinstance(change.box, Proxy) and change.box._view is not None
            if key not in known and not view and not core.is_inner(change, mark, self.block):
                held = core.held(change.box, change.old)
                self.items.append(Item("", change.box, held, self._template("", held, held)))
                again = True
        if not flow.kinds:
            return again
        again |= self._news(flow)
        for item in self.items:
            if item.header is MISSING:
                continue  # found in this pass
            item.end = self._end(item, flow)
            name = item.name or core.name_of(item.box)
            template = self._template(name, self._at_first(item.header, changes), item.end)
            if template != item.template:
                item.template = template
                again = True
            # what a turn puts into a list is not changed by the next one
            reason = core.tainted(item.end if item.box is None else item.box)
            if reason and not item.taint:
                item.taint = reason
                again = True
            self._taint_parts(template, item.end)
        return again

    def _at_first(self, value: Any, changes: dict[int, Change]) -> Any:
        """What a value was at the start of the turn, which has changed it in place."""

        def content(box: Any) -> Any:
            change = changes.get(id(box))
            return content_of(box) if change is None else change.old

        if isinstance(value, (Box, Proxy)) and self._outside(value):
            return value  # by itself, whatever is in it
        shape = known_parts(value, content)
        if shape is None:
            return self.core.held(value, changes[id(value)].old) if id(value) in changes else value
        cls, keys, parts = shape
        before = [self._at_first(part, changes) for part in parts]
        same = id(value) not in changes and all(a is b for a, b in zip(parts, before))
        return value if same else rebuilt(cls, keys, before)

    def _news(self, flow: Flow) -> bool:
        """Begin to carry variables that are first set in a turn, and what the function returns."""
        env, again = self.core.frame.env, False
        carried = {item.name for item in self.items}
        if RETURN in flow.kinds and self.code is None:
            self.code = Item("<left>", None, 0, self._template("", 0, 0))
            self.items.append(self.code)
            again = True
        for name in [RESULT, *sorted(self.assigned & self.head)]:
            value = env.get(name, MISSING)
            value = value.value if isinstance(value, Absent) else value
            if name in carried or value is MISSING or (name == RESULT and RETURN not in flow.kinds):
                continue
            item = Item(name, None, MISSING, self._template(name, value, value))
            if name != RESULT:
                before = self.before.get(name)
                known = before.flag if isinstance(before, Absent) and before.flag is not None else False
                item.flag = Item(f"<set {name}>", None, known, self._template("", False, False))
                self.items.append(item.flag)
            self.items.append(item)
            again = True
        return again

    def _end(self, item: Item, flow: Flow) -> Any:
        """What the item is at the end of a turn."""
        core = self.core
        env = core.frame.env
        if item is self.code:
            if flow.kinds == {RETURN}:
                return CODES[RETURN]
            if RETURN not in flow.kinds:
                return 0
            returned = core.emit("bool.to_int", core.emit("int.equal", flow.code, CODES[RETURN]))
            return core.emit("int.multiply", returned, CODES[RETURN])
        if item.box is not None:
            return core.held(item.box, content_of(item.box))
        if item.name.startswith("<set "):
            value = env.get(item.name[5:-1], MISSING)
            if isinstance(value, Absent):
                return False if value.flag is None else value.flag
            return value is not MISSING
        value = env.get(item.name, MISSING)
        if isinstance(value, Absent):
            unclear = item.flag is None and value.flag is None and value.kinds & flow.kinds - {RETURN}
            if value.value is MISSING or unclear:
                raise core.fail(rules.TYPES, got=value.why, hint="give it one type")
            value = value.value
        return item.header if value is MISSING else value

    def _column(self, item: Item, value: Any) -> list[Val]:
        """The values that are carried of `value`."""
        core = self.core
        types = list(item.template.types())
        if value is MISSING:
            return [core.default(t) for t in types]
        return [core.materialise(x, t) for x, t in zip(item.template.leaves(value), types)]

    # --- aliases ---

    def _taint_parts(self, template: Template, value: Any) -> None:
        """Parts that have identity lose it where they are carried as values."""
        if not isinstance(template, Parts) or value is MISSING:
            return
        for part, inner in zip(template.parts, parts_of(value)):
            if isinstance(inner, (Box, Proxy)) and not isinstance(part, Same):
                what = f"{describe(inner)}, a part of what a loop carries"
                self.core.taint(inner, what)
            self._taint_parts(part, inner)

    def _check_items(self, shared: str) -> None:
        """Items that a turn changes where they stand have no other name in the turn before it."""
        core = self.core
        got = core.shared_items if not shared else ""
        for item in self.items:
            if item.header is not MISSING and core.is_item(item.end):
                name = item.name or core.name_of(item.box)
                got = f"an item of a list or dict, for which {name} stands from the turn before"
        if got:
            raise core.fail(rules.ALIAS, got=got, hint="put copies into the list, or build a new one")

    # --- the end ---

    def _finish(self, block: BlockSteps, flow: Flow, first: Val, trips: Val) -> Flow:
        core, trace, frame = self.core, self.core.trace, self.core.frame
        initial: list[Val] = []
        results: list[Val] = []
        for item in self.items:
            with core.unnoted():  # it is since the loop began
                column = self._column(item, item.start)
            initial += column
            results += [trace.ghost_value(t, v.name) for t, v in zip(item.template.types(), column)]
        trace.add(Step("loop", "", [trips, first, *initial], None, results, blocks=(block,)))
        values = iter(results)
        frame.env = {name: value for name, value in self.before.items() if name not in self.assigned}
        made = {id(item): item.template.build(values, core.wrap) for item in self.items}
        for item in self.items:
            value = made[id(item)]
            self._taint_parts(item.template, value)
            if item.box is not None:
                self._made(item, value)
                core.fill(item.box, value)
                continue
            self._made(item, value)
            core.shows_too(value, item.end)
            if item.taint:
                core.taint(value, item.taint)
            if item.flag is not None and not (self.sure and item.flag.end is True):
                why = f"{item.name} is set only inside of the loop, which may have no turn"
                before = self.before.get(item.name)
                unclear = isinstance(before, Absent) and before.flag is None and "deleted" not in before.why
                after = Absent(_ALL, value, why, made[id(item.flag)])
                frame.env[item.name] = before if unclear else after
            elif not item.name.startswith("<set ") and item is not self.code:
                frame.env[item.name] = value
        if self.code is None:
            return Flow(FALL)
        return Flow(FALL, RETURN, code=made[id(self.code)])

    def _made(self, item: Item, value: Any) -> None:
        """Note what comes out of the loop for what it may be."""
        if item.start is not MISSING and not (self.sure and item.end is not item.header):
            self.core.made_of(value, item.start)
        self.core.made_of(value, item.end)


def _with_identity(template: Template, value: Any) -> Iterator[Any]:
    """A value and its parts that are lists, dicts, objects or arrays, but those that are the same always."""
    if isinstance(template, Same):
        return
    yield value
    if isinstance(template, Parts):
        for part, inner in zip(template.parts, parts_of(value)):
            yield from _with_identity(part, inner)
