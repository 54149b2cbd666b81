"""Changes in place, and the names of what is changed: lists, dicts, objects and arrays have identity.

A change gives a box another content, which all its names show. It is put down in a journal,
so that a path can be taken back; and it is refused where another name would have to show it
and the compiler cannot tell: of boxes that met on two paths, of what was put into a list of
the program, which holds a copy, of parts of arrays at indices that the program computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..context import Trace
from ..proxy import Proxy
from ..scope import BlockSteps, Val
from ..sharing import root_of
from . import rules
from .items import Items, sort_of
from .names import content_of
from .values import (
    Box,
    ObjectBox,
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


def restore(box: Any, content: Any) -> None:
    """Put back what `content_of` gave."""
    if isinstance(box, Proxy):
        box._source, box._version, box._seen = content
    else:
        box.restore(content)


class Running:
    """What a loop runs over; the length of a dict, which turns that go on must not change."""

    __slots__ = ("box", "length", "changes")

    def __init__(self, box: Any, length: Any = None) -> None:
        self.box = box
        self.length = length
        #: Whether keys come or go in a turn.
        self.changes: set[str] = set()


class Aliases(Items):
    """The journal of changes; each is refused where a name would have to show it and may not."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self._journal: dict[int, Change] | None = None
        #: Lists and dicts that loops run over while they are compiled.
        self.running: list[Running] = []
        #: Whether what a loop runs over is being compiled.
        self.starting = False
        trace.on_write = self.written

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
                sort, hint = sort_of(box), "run over a copy: for x in list(xs)"
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
                    copied = f"list({name})" if sort_of(box) != sort_of(part) else f"{name}.copy()"
                    hint = f"copy it: {name} = {copied}" if name.isidentifier() else ""
                    raise self.fail(rules.ALIAS, got=got, hint=hint)
