"""Items of lists and dicts of the program, which has copies of what is put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ...schema.types import ContainerType, TensorType, Type
from ..context import Trace
from ..proxy import Proxy
from . import rules
from .names import Names, content_of
from .templates import known_parts
from .values import (
    Box,
    DictBox,
    ListBox,
    describe,
)


def _changes(t: Type) -> bool:
    """Whether a list or dict of this type has items that can be changed in place."""
    items = t.items if isinstance(t, ContainerType) else ()
    return any(
        isinstance(item, TensorType)
        or (isinstance(item, ContainerType) and (item.kind in ("list", "dict") or _changes(item)))
        for item in items
    )


def sort_of(owner: Any) -> str:
    """``list`` or ``dict``."""
    return "dict" if isinstance(owner, DictBox) else "list"


class Items(Names):
    """What was put into lists and dicts of the program, and what was got out of them."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        #: What was got out of a list or dict of the program, and that list or dict.
        self._items: dict[int, tuple[Any, Any]] = {}
        #: All that ever was got out of one.
        self._nested: dict[int, Any] = {}
        #: How many items of lists and dicts were changed where they stand.
        self.puts = 0
        #: What was put into lists and dicts of the program, and whether something was twice.
        self._away: dict[int, Any] = {}
        self.shared_items = ""
        #: Of each loop that is being compiled, whether a value was there before the turn.
        self.loops: list[Callable[[Any], bool]] = []

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
                value, f"{describe(value)} from a {sort_of(owner)} of the program, which has a copy of it"
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
                got = f"an item of a {sort_of(owner)}, for which {name} stands, too"
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

    def is_away(self, value: Any) -> bool:
        """Whether a value, or a part of it, was put into a list or dict of the program."""
        return any(key in self._away for key in self.reached(value))
