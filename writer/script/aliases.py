"""Changes in place, and the names of what is changed: lists, dicts, objects and arrays have identity.

A change gives a box another content, which all its names show. It is put down in a journal,
so that a path can be taken back; and it is refused where another name would have to show it
and the compiler cannot tell: of boxes that met on two paths, of what was put into a list of
the program, which holds a copy, of parts of arrays at indices that the program computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ...schema.types import ContainerType, TensorType, Type
from ..context import Trace
from ..proxy import Proxy
from ..scope import BlockSteps, Val
from ..sharing import is_held, may_be, root_of
from . import rules
from .frames import Absent
from .ground import Ground
from .templates import known_parts
from .values import (
    BoundMethod,
    Box,
    Closure,
    DictBox,
    ListBox,
    ObjectBox,
    Partial,
    Sequence,
    births,
    describe,
)


class Change:
    """A box that was changed: what it held before, and what it holds now."""

    __slots__ = ("box", "old", "new")

    def __init__(self, box: Any, old: Any) -> None:
        self.box = box
        self.old = old
        self.new: Any = None


def content_of(box: Any) -> Any:
    """What a change of `box` replaces."""
    return (box._source, box._version, box._seen) if isinstance(box, Proxy) else box.content()


def restore(box: Any, content: Any) -> None:
    """Put back what `content_of` gave."""
    if isinstance(box, Proxy):
        box._source, box._version, box._seen = content
    else:
        box.restore(content)


def _changes(t: Type) -> bool:
    """Whether a list or dict of this type has items that can be changed in place."""
    items = t.items if isinstance(t, ContainerType) else ()
    return any(
        isinstance(item, TensorType)
        or (isinstance(item, ContainerType) and (item.kind in ("list", "dict") or _changes(item)))
        for item in items
    )


def _sort(owner: Any) -> str:
    return "dict" if isinstance(owner, DictBox) else "list"


class Running:
    """What a loop runs over; the length of a dict, which turns that go on must not change."""

    __slots__ = ("box", "length", "changes")

    def __init__(self, box: Any, length: Any = None) -> None:
        self.box = box
        self.length = length
        #: Whether keys come or go in a turn.
        self.changes: set[str] = set()


class Aliases(Ground):
    """The journal of changes, and what must not be changed."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self._journal: dict[int, Change] | None = None
        #: Arrays that other names may stand for, with the reason.
        self._tainted: dict[int, str] = {}
        #: What was got out of a list or dict of the program, and that list or dict.
        self._items: dict[int, tuple[Any, Any]] = {}
        #: All that ever was got out of one.
        self._nested: dict[int, Any] = {}
        #: The values of parts of expressions whose whole is being compiled.
        self.pending: list[Any] = []
        #: How many frames and pending values are those of functions that call the one that is recorded.
        self.callers = (0, 0)
        #: The arguments of that function; a change of one is done to the caller's array after the call.
        self.arguments: dict[int, Any] = {}
        #: How many items of lists and dicts were changed where they stand.
        self.puts = 0
        #: Lists and dicts that loops run over while they are compiled.
        self.running: list[Running] = []
        #: Whether what a loop runs over is being compiled.
        self.starting = False
        #: Values, the boxes and arrays that they may be without showing changes of them, and since where.
        self._shown: dict[int, tuple[Any, tuple[Any, ...], str]] = {}
        #: What was put into lists and dicts of the program, and whether something was twice.
        self._away: dict[int, Any] = {}
        self.shared_items = ""
        #: Of each loop that is being compiled, whether a value was there before the turn.
        self.loops: list[Callable[[Any], bool]] = []
        #: What arrays that were read from one field have in common.
        self._fields: dict[tuple[int, str], object] = {}
        trace.on_write = self.written
        trace.on_read = self.read_from_field

    # --- changes ---

    def written(self, box: Any, *, shown: bool = False) -> None:
        """Note that a box is about to change; `shown` if only to show what its parent holds."""
        if isinstance(box, Proxy) and not shown:
            self.change_array(box)
        if self._journal is not None and id(box) not in self._journal:
            self._journal[id(box)] = Change(box, content_of(box))

    def change(self, box: Box, *values: Any) -> None:
        """Prepare the change of a list, dict or object, into which `values` are put.

        Raises
        ------
        ScriptError
            ``script.alias``: another name may stand for it, or not; or it would be a part of itself.
        """
        if any(self.is_in(box, value) for value in values):
            raise self.fail(
                rules.ALIAS, got=f"{describe(box)} as a part of itself", hint="put a copy into it"
            )
        if box.tainted:
            raise self.fail(rules.ALIAS, got=box.tainted, hint="copy it before, or build a new one")
        if self._shown:
            self._has_copy(box)
            self._stale(box)
        self.written(box)

    def resize(self, box: Any, how: str = "") -> None:
        """Prepare a change of a list's length, or of a dict's: keys ``"come"`` or ``"go"``.

        Raises
        ------
        ScriptError
            ``script.alias``: a loop runs over it.
        """
        for name, value in self._live():
            if isinstance(value, Sequence) and any(box is shown for shown in value.of):
                got, hint = f"another length of a list that {name} runs over", f"{name} = list({name})"
                raise self.fail(rules.ALIAS, got=got, hint=f"make it a list before: {hint}")
        for running in self.running:
            if box is not running.box:
                continue
            running.changes.add(how)
            if running.length is None or len(running.changes) > 1:
                sort, hint = _sort(box), "run over a copy: for x in list(xs)"
                got = f"another length of a {sort} that a loop runs over"
                raise self.fail(rules.ALIAS, got=got, hint=hint)

    def change_array(self, array: Proxy) -> None:
        """Prepare a write into an array; see `change`."""
        reason = self.tainted(array)
        if reason:
            raise self.fail(rules.ALIAS, got=reason, hint="write to a copy: x = x.copy()")
        root = root_of(array)
        if self._shown or root._kin:
            self._has_copy(root)
            self._stale(root)

    @contextmanager
    def journaled(self) -> Iterator[dict[int, Change]]:
        """What is changed inside is put back afterwards, and handed out."""
        outer, self._journal = self._journal, {}
        changes, mark = self._journal, births()
        try:
            yield changes
        finally:
            for key, change in list(changes.items()):
                if self.is_inner(change, mark):
                    del changes[key]
                else:
                    change.new = content_of(change.box)
            for change in changes.values():
                restore(change.box, change.old)
            self._journal = outer

    def is_inner(self, change: Change, mark: int, block: BlockSteps | None = None) -> bool:
        """Whether a changed box was made after the number `mark`, or in `block` or one that is closed."""
        if isinstance(change.box, Box):
            return change.box.born > mark
        source = change.old[0]
        home = source.block if isinstance(source, Val) else None
        return home is not None and (not home.open or home is block)

    def source_before(self, array: Proxy) -> Any:
        """What `array` held before the innermost block."""
        change = None if self._journal is None else self._journal.get(id(array))
        return array._source if change is None else change.old[0]

    def has_changed(self, box: Any) -> bool:
        """Whether `box` was changed since the innermost block began."""
        return self._journal is not None and id(box) in self._journal

    def held(self, box: Any, content: Any) -> Any:
        """The content of a box as a value of its own."""
        made: Any
        if isinstance(box, Proxy):
            made = Proxy(self.trace, content[0], weak=box._weak)
        else:
            made = ObjectBox(box.cls, {}) if isinstance(box, ObjectBox) else type(box)()
            made.restore(content)
        self._keep.append(made)
        return made

    def fill(self, box: Any, value: Any) -> None:
        """Give a box the content of `value`."""
        self.written(box, shown=True)
        if isinstance(box, Proxy):
            box._source = value._source
            box._version += 1
        else:
            box.restore(value.content())

    # --- what must not be changed ---

    def tainted(self, box: Any) -> str:
        """Why `box` cannot be changed in place; empty if it can."""
        if isinstance(box, Box):
            return box.tainted
        found = self._tainted.get(id(box), "")
        while not found and isinstance(box, Proxy) and box._view is not None:
            box = box._view.parent
            found = self._tainted.get(id(box), "")
        return found

    def taint(self, box: Any, reason: str) -> None:
        """Forbid changes of `box` in place from here on."""
        if isinstance(box, Proxy):
            self._tainted[id(box)] = reason
            self._keep.append(box)
        elif isinstance(box, Box):
            box.tainted = box.tainted or reason

    def taint_all(self, value: Any, reason: str) -> None:
        """Forbid changes of `value` in place, and of the items of tuples."""
        if isinstance(value, tuple):
            for part in value:
                self.taint_all(part, reason)
            return
        self.taint(value, reason)
        if isinstance(value, ObjectBox):
            for part in value.fields.values():
                self.taint_all(part, reason)

    # --- items of lists and dicts of the program ---

    def put_away(self, value: Any) -> None:
        """Forbid changes in place of what is put into a list or dict of the program."""
        if isinstance(value, (Box, Proxy)):
            line = self.line(self.node)
            reason = f"{describe(value)}, which was put into a list or dict in line {line}"
            again = id(value) in self._away or any(id(root) in self._away for root in self.roots(value))
            again = again or (bool(self.loops) and self.loops[-1](value))
            if again or self.is_item(value):
                self.shared_items = self.shared_items or f"{reason}, perhaps twice"
            self._away[id(value)] = value
            self.taint(value, reason)
            for root in self.roots(value):  # it may show another array's memory
                self.taint(root, reason)
                self._away[id(root)] = root

    def put_on_paths(self, paths: list[list[Any]]) -> None:
        """Note what each of some paths has put into lists and dicts of the program: one of them is taken."""
        values: dict[int, Any] = {}
        for path in paths:
            found = {id(value): value for value in path}
            if len(found) < len(path):
                self.shared_items = self.shared_items or "an item that is twice in lists or dicts"
            values |= found
        for value in values.values():
            self.put_away(value)

    def put_inside(self, value: Any) -> None:
        """Forbid changes in place of what is in a value that becomes a list or dict of the program."""
        for part in self.within(value):
            if part is not value and isinstance(part, (Box, Proxy)):
                self.put_away(part)

    @contextmanager
    def unnoted(self) -> Iterator[None]:
        """Inside, what is put into lists and dicts of the program is not noted as there: the caller does."""
        marks = self.marks()
        yield
        self.forget(marks)

    def marks(self) -> Any:
        """What is known of items that were put away; see `forget`."""
        return dict(self._away), self.shared_items

    def forget(self, marks: Any) -> None:
        """Go back to what was known, before a body is compiled once more."""
        self._away, self.shared_items = dict(marks[0]), marks[1]

    def got(self, value: Any, owner: Any) -> Any:
        """An item of a list or dict of the program: a copy, which is not changed in place."""
        if isinstance(value, (Box, Proxy)):
            self._items[id(value)] = (value, owner)
            self._nested[id(value)] = value
            self.taint(
                value, f"{describe(value)} from a {_sort(owner)} of the program, which has a copy of it"
            )
        return value

    def is_item(self, value: Any, kind: type | None = None, owner: Any = None) -> bool:
        """Whether a value, or a part of it, is an item of a list or dict of the program.

        With an `owner`, whether it may be one of that, and of the same kind.
        """
        for item, place in self._got_from(value):
            if kind is None or (type(item) is kind and self._related(place, owner)):
                return True
        found = known_parts(value, content_of)
        return found is not None and any(self.is_item(part, kind, owner) for part in found[2])

    def _got_from(self, value: Any) -> list[tuple[Any, Any]]:
        roots = self.roots(value) if isinstance(value, (Box, Proxy)) else ()
        return [self._items[id(root)] for root in roots if id(root) in self._items]

    def _related(self, place: Any, owner: Any) -> bool:
        """Whether two lists may be one. Items that are lists have a new box each time they are got."""
        roots = self.roots(owner)
        nested = id(owner) in self._nested or id(place) in self._nested
        return nested or any(one is other for one in self.roots(place) for other in roots)

    def shared(self, box: Any) -> None:
        """Note that a list or dict is made of the items of `box`."""
        if isinstance(box, (ListBox, DictBox)) and box.val is not None and _changes(box.val.type):
            self.shared_items = self.shared_items or "an item that two lists or dicts may have"

    @contextmanager
    def moved(self) -> Iterator[None]:
        """Inside, a list or dict gets its own items again: no second one has them."""
        before = self.shared_items
        yield
        self.shared_items = before

    def put_back(self, owner: Any, value: Any) -> None:
        """Prepare the change of an item where it stands, as in ``rows[i][j] = x``: it has no other name."""
        self._alone(owner)
        self._items.pop(id(value), None)
        for name, other in self._live():
            if self.is_item(other, type(value), owner):
                got = f"an item of a {_sort(owner)}, for which {name} stands, too"
                hint = f"change {name}, and put it back: rows[i] = {name}" if name.isidentifier() else ""
                raise self.fail(rules.ALIAS, got=got, hint=hint)
        self.puts += 1
        self._tainted.pop(id(value), None)
        if isinstance(value, Box):
            value.tainted = ""

    def _alone(self, owner: Any) -> None:
        """Make sure that the items of lists and dicts have no other names that are read later."""
        got, hint = self.shared_items, "put copies into the list"
        for name, value in self._live():
            if value is not owner and self.is_away(value):
                got, hint = f"an item, for which {name} stands, too", f"put {name}.copy() into the list"
        if got:
            raise self.fail(rules.ALIAS, got=got, hint=hint)

    @contextmanager
    def called_with(self, *values: Any) -> Iterator[None]:
        """Inside, a function is compiled that is recorded as one of its own, and has these arguments."""
        before = self.callers, self.arguments
        self.callers = len(self.frames), len(self.pending)
        parts = (part for value in values for part in self.within(value) if isinstance(part, Proxy))
        self.arguments = {id(part): part for part in parts}
        try:
            yield
        finally:
            self.callers, self.arguments = before

    def _live(self, frames: int = 0, pending: int = 0) -> Iterator[tuple[str, Any]]:
        """The variables that are read later, and what expressions that are not at their end hold.

        Those of the first `frames` and `pending` values are left out.
        """
        for value in self.pending[pending:]:
            yield "an operand of the expression", value
        for frame in self.frames[frames:]:
            live = frame.liveness.after.get(id(frame.stmt)) if frame is self.frame else None
            for name, value in frame.env.items():
                if live is None or name in live:
                    yield name, value

    def is_away(self, value: Any) -> bool:
        """Whether a value, or a part of it, was put into a list or dict of the program."""
        return any(key in self._away for key in self.reached(value))

    # --- parts of arrays ---

    def shows(self, part: Any, array: Any) -> None:
        """Note that `part` shows memory of `array` in a way that writes are not carried back from.

        It is not written into, and not read any more when `array` has been.
        """
        if not (isinstance(part, Proxy) and isinstance(array, Proxy) and part.ndim) or part is array:
            return
        self.stands_for(part, array)
        self.taint(part, f"{describe(part)}, a part of an array at an index that the program computes")

    def own_again(self, owner: Any, part: Any) -> bool:
        """Let a part of an array be written into, whose new value the caller puts back at its place."""
        if not isinstance(owner, Proxy) or self._shown.pop(id(part), None) is None:
            return False
        del self._tainted[id(part)]
        part._kin = part._own = None
        return True

    def stands_for(self, made: Any, value: Any) -> None:
        """Note that `made` may be `value` or a part of it: if one changes, the other is not read any more."""
        if isinstance(made, (Box, Proxy)) and isinstance(value, (Box, Proxy)) and made is not value:
            roots = self.roots(value)
            self.linked(made, roots)
            if isinstance(made, Proxy):
                may_be(made, *roots)  # for who calls this function
            if self.is_held(value):
                self.taint(made, f"{describe(made)}, which a field may hold")

    def is_held(self, value: Any) -> bool:
        """Whether a field may hold an array."""
        return any(isinstance(root, Proxy) and is_held(root) for root in self.roots(value))

    def read_from_field(self, array: Proxy, field: tuple[int, str]) -> None:
        """Note that `array` is what a field holds, as others that were read from it may be."""
        self.linked(array, (self._fields.setdefault(field, object()),))

    def linked(self, made: Any, others: Iterable[Any]) -> None:
        """Note what else `made` may be: two that have something in common may be one."""
        _, held, where = self._shown.get(id(made), (made, (), ""))
        found = {id(other): other for other in (*held, *others) if other is not made}
        self._shown[id(made)] = (made, tuple(found.values()), where or self.where())

    def shows_too(self, made: Any, value: Any) -> None:
        """`made` stands for `value` where paths meet, which may show another array's memory."""
        if isinstance(value, Proxy) and value._view:
            self.shows(made, value)
        elif id(value) in self._shown:
            self.stands_for(made, value)
            if self.tainted(value):
                self.taint(made, self.tainted(value))

    def roots(self, value: Any) -> tuple[Any, ...]:
        """What changes when `value` does: first the box or array whose memory it shows."""
        while isinstance(value, Proxy) and value._view is not None:
            value = value._view.parent
        kin = value._kin or () if isinstance(value, Proxy) else ()
        return (value, *self._shown.get(id(value), (value, (), ""))[1], *kin)

    def _has_copy(self, box: Any) -> None:
        """Refuse a change of what may have been put into a list or dict of the program, which has a copy."""
        for root in self.roots(box):
            if id(root) in self._away:
                got = f"{describe(box)}, which may be what was put into a list or dict"
                raise self.fail(rules.ALIAS, got=got, hint="copy it before, or build a new one")

    def _stale(self, box: Any) -> None:
        """Refuse a change of what something that is read later may stand for, which would not show it."""
        root, *others = self.roots(box)
        mine = {id(root), *map(id, others)}
        arguments = [("an argument of the method", value) for value in self.arguments.values()]
        live = self._live(*(self.callers if id(root) in self.arguments else ()))
        loops = [("what a loop runs over", one.box) for one in self.running]
        for name, value in (*live, *arguments, *loops):
            for part in self.within(value):
                if not isinstance(part, (Box, Proxy)):
                    continue
                roots = self.roots(part)
                if roots[0] is not root and not mine.isdisjoint(map(id, roots)):
                    found = self._shown.get(id(roots[0])) or self._shown.get(id(root))
                    since = f" since {found[2]}" if found is not None else ""
                    got = f"{describe(box)}, for which, or for a part of which, {name} may stand{since}"
                    copied = f"list({name})" if _sort(box) != _sort(part) else f"{name}.copy()"
                    hint = f"copy it: {name} = {copied}" if name.isidentifier() else ""
                    raise self.fail(rules.ALIAS, got=got, hint=hint)

    def show(self, values: Iterable[Any]) -> None:
        """Let the parts of arrays among some values, and in them, show what these arrays hold now."""
        for value in values:
            if isinstance(value, Proxy):
                value._refresh()
                continue
            found = known_parts(value, content_of)
            if found is not None:
                self.show(found[2])

    def within(self, value: Any) -> Iterator[Any]:
        """A value and all that is in it, each once: parts, what functions keep, what they are bound to."""
        todo, seen = [value], set()
        while todo:
            value = todo.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            yield value
            if isinstance(value, Closure):
                if value.frame not in self.frames:
                    todo += value.frame.env.values()
                todo += value.defaults.values()
            elif isinstance(value, Partial):
                todo += (*value.args, *value.kwargs.values())
            elif isinstance(value, BoundMethod):
                todo.append(value.owner)
            elif isinstance(value, Absent):
                todo.append(value.value)
            elif isinstance(value, Sequence):
                todo += value.of
            else:
                found = known_parts(value, content_of)
                todo += found[2] if found is not None else ()

    def is_in(self, box: Any, value: Any) -> bool:
        """Whether `box` is `value`, or a part of it."""
        return any(part is box for part in self.within(value))

    def reached(self, value: Any) -> dict[int, Any]:
        """What changes when a value, or something in it, is changed in place, by identity."""
        parts = (part for part in self.within(value) if isinstance(part, (Box, Proxy)))
        return {id(root): root for part in parts for root in self.roots(part)}

    def made_of(self, made: Any, value: Any) -> None:
        """`made` stands for what `value` was, part by part; see `stands_for`."""
        if made is value:
            return
        if isinstance(made, (Box, Proxy)) and isinstance(value, (Box, Proxy)):
            self.stands_for(made, value)
        ours, theirs = known_parts(made, content_of), known_parts(value, content_of)
        if ours is not None and theirs is not None and ours[:2] == theirs[:2]:
            for one, other in zip(ours[2], theirs[2]):
                self.made_of(one, other)
