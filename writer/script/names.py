"""Names: what may stand for what, and what must not be changed in place for that.

Lists, dicts, objects and arrays have identity. A value that may be another one, or a part of it, without
showing its changes is not read any more once that has changed, and is not changed itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..context import Trace
from ..proxy import Proxy
from ..sharing import is_held, may_be
from .frames import Absent
from .ground import Ground
from .templates import known_parts
from .values import (
    BoundMethod,
    Box,
    Closure,
    ObjectBox,
    Partial,
    Sequence,
    describe,
)


def content_of(box: Any) -> Any:
    """What a change of `box` replaces."""
    return (box._source, box._version, box._seen) if isinstance(box, Proxy) else box.content()


class Names(Ground):
    """What values may be, and why they must not be changed."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        #: Arrays that other names may stand for, with the reason.
        self._tainted: dict[int, str] = {}
        #: The values of parts of expressions whose whole is being compiled.
        self.pending: list[Any] = []
        #: How many frames and pending values are those of functions that call the one that is recorded.
        self.callers = (0, 0)
        #: The arguments of that function; a change of one is done to the caller's array after the call.
        self.arguments: dict[int, Any] = {}
        #: Values, the boxes and arrays that they may be without showing changes of them, and since where.
        self._shown: dict[int, tuple[Any, tuple[Any, ...], str]] = {}
        #: What arrays that were read from one field have in common.
        self._fields: dict[tuple[int, str], object] = {}
        trace.on_read = self.read_from_field

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

    # --- what is read later ---

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

    # --- what may be what ---

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

    def roots(self, value: Any) -> tuple[Any, ...]:
        """What changes when `value` does: first the box or array whose memory it shows."""
        while isinstance(value, Proxy) and value._view is not None:
            value = value._view.parent
        kin = value._kin or () if isinstance(value, Proxy) else ()
        return (value, *self._shown.get(id(value), (value, (), ""))[1], *kin)

    def show(self, values: Iterable[Any]) -> None:
        """Let the parts of arrays among some values, and in them, show what these arrays hold now."""
        for value in values:
            if isinstance(value, Proxy):
                value._refresh()
                continue
            found = known_parts(value, content_of)
            if found is not None:
                self.show(found[2])

    # --- what is in a value ---

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
