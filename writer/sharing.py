"""Arrays that may be one in NumPy, and are values of their own in a trace.

What a call or a branch gives may be an argument of it, or a part of one. A trace has new values
there: where one is changed in place, the other is not used any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from . import rules

if TYPE_CHECKING:
    from .context import Trace
    from .proxy import Proxy


_BIRTHS = count(1)


class Kin:
    """What several arrays have in common, which may be the same memory: how often that was changed."""

    __slots__ = ("writes", "born", "pending", "outside", "field", "beyond")

    def __init__(self, outside: Kin | None = None, *, field: tuple[int, str] | None = None) -> None:
        #: The same outside of the call.
        self.outside = outside
        #: The field that holds it, by its module's identity and its name.
        self.field = field
        #: What is changed with them, in some turns of a loop.
        self.beyond: frozenset[Kin] = frozenset()
        self.writes = 0
        #: They are numbered as they are made.
        self.born = next(_BIRTHS)
        #: Whether a field does not hold yet what a method has done to its array.
        self.pending = False


class Passed:
    """The arguments of a call that may be one outside are so inside, and its results are what they were.

    A change inside is done to the caller's array after the call: inside, it is another one.
    """

    def __init__(self) -> None:
        self._inside: dict[Kin, Kin] = {}
        self._outside: dict[Kin, Kin] = {}
        #: Those of arrays that fields may hold.
        self._fields: set[Kin] = set()

    def argument(self, made: Proxy, given: Proxy) -> None:
        """`made` is what the function gets for `given`."""
        found = kin_of(given)
        for kin in found:
            if kin not in self._inside:
                self._inside[kin] = Kin(kin)
                self._outside[self._inside[kin]] = kin
        inside = [self._inside[kin] for kin in found]
        join(made, [*inside, *(kin for kin in found if kin.field)])  # the function may read the field
        _tell(made)
        root = root_of(given)
        if is_held(root):
            self._fields.update(inside)

    def left(self, made: Proxy) -> None:
        """`made` was not changed; if one was that it may be, the caller's array must not be used any more."""
        for kin, seen in (made._kin or {}).items():
            if seen != kin.writes and kin.outside is not None:
                kin.outside.writes += 1

    def result(self, made: Proxy, array: Proxy) -> None:
        """`made` is what the caller gets for `array`."""
        may_be(made, array)
        found = made._kin or {}
        made._kept = made._kept or not self._fields.isdisjoint(found)
        made._kin = {}
        join(made, [self._outside.get(kin, kin) for kin in found])
        _tell(made)


def _tell(made: Proxy) -> None:
    """Tell a script which fields may hold an array."""
    tell = made._trace.on_read
    if tell is not None:
        for kin in made._kin or ():
            if kin.field is not None:
                tell(made, kin.field)


class Carried:
    """Which of the arrays that a loop carries may be one in some turn, or arrays from outside of it.

    Two that are the same outside array in different turns are not one.
    """

    def __init__(self, trace: Trace, given: list[Any]) -> None:
        for one in trace.proxies:
            array = one()
            if array is not None:
                kin_of(array)
        #: What arrays from outside have in common has lower numbers.
        self._mark = Kin().born
        self._pairs: set[tuple[int, int]] = set()
        self._outside: list[frozenset[Kin]] = [frozenset()] * len(given)
        self._kept = [False] * len(given)
        self.also(given)

    def also(self, arrays: list[Any]) -> bool:
        """Note that these are carried into a turn; whether that was not known."""
        found = [kin_of(array) if hasattr(array, "_kin") else () for array in arrays]
        beyond = [with_beyond(kin) for kin in found]
        before = set(self._pairs), self._outside, self._kept
        for i, kin in enumerate(found):
            for j in range(i):
                if not beyond[j].isdisjoint(kin) or not beyond[i].isdisjoint(found[j]):
                    self._pairs.add((j, i))
        outside = [{kin for kin in some if kin.born < self._mark} for some in beyond]
        self._outside = [known | some for known, some in zip(self._outside, outside)]
        roots = [root_of(array) if kin else None for array, kin in zip(arrays, found)]
        kept = [root is not None and is_held(root) for root in roots]
        self._kept = [known or new for known, new in zip(self._kept, kept)]
        return before != (self._pairs, self._outside, self._kept)

    def relate(self, made: list[Proxy]) -> None:
        """Let arrays be what is carried into a turn."""
        for array, outside, kept in zip(made, self._outside, self._kept):
            kin_of(array)[0].beyond = outside
            array._kept = kept
        for i, j in self._pairs:
            both = Kin()
            join(made[i], [both])
            join(made[j], [both])


def root_of(array: Proxy) -> Proxy:
    """The array whose memory `array` shows."""
    while array._view is not None:
        array = array._view.parent
    return array


def is_held(root: Proxy) -> bool:
    """Whether a field may hold an array."""
    return root._kept or root._field is not None or any(kin.field for kin in root._kin or ())


def kin_of(array: Proxy) -> tuple[Kin, ...]:
    """What those have in common with an array that may be it, or a part of it."""
    root = root_of(array)
    if root._kin is None:
        root._kin = {}
    if root._own is None:
        root._own = Kin()
        root._kin[root._own] = 0
    return tuple(root._kin)


def join(made: Proxy, kin: Iterable[Kin]) -> None:
    """Note that `made` may be an array of which this is the `kin_of`."""
    made._kin = (made._kin or {}) | {one: one.writes for one in kin}


def may_be(made: Proxy, *arrays: Any) -> None:
    """Note that `made` is one of some arrays, or a part of one."""
    for array in arrays:
        if type(array) is type(made) and array is not made:
            join(made, kin_of(array))
            root = root_of(array)
            made._kept = made._kept or is_held(root)


def with_beyond(kin: Iterable[Kin]) -> set[Kin]:
    """Some `Kin`, and what is changed with them."""
    found: set[Kin] = set()
    todo = list(kin)
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += one.beyond
    return found


def was_changed(array: Proxy) -> None:
    """Note that an array was changed in place."""
    if array._kin is not None:
        for kin in with_beyond(array._kin):
            kin.writes += 1
        for kin in array._kin:
            array._kin[kin] = kin.writes
            while kin.outside is not None:
                kin = kin.outside
            kin.pending = array._field is None


def check(array: Proxy) -> None:
    """Make sure that nothing was changed that `array` would have to show.

    Scripts, which are compiled along all paths, ask when something is changed: `script.aliases`.

    Raises
    ------
    TraceError
        ``trace.alias``: something was.
    """
    for kin, seen in (array._kin or {}).items():
        if seen != kin.writes and array._trace.on_write is None:
            raise rules.ALIAS.fail(
                array._trace.where,
                got=f"{array._label()}, which may be one with an array that was changed in place since",
                hint="change a copy: y = y.copy(); or use what was changed",
            )
