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
    from .proxy import Proxy


_BIRTHS = count(1)


class Kin:
    """What several arrays have in common, which may be the same memory: how often that was changed."""

    __slots__ = ("writes", "born", "pending", "outside")

    def __init__(self, outside: Kin | None = None) -> None:
        #: The same outside of the call.
        self.outside = outside
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
        for kin in kin_of(given):
            if kin not in self._inside:
                self._inside[kin] = Kin(kin)
                self._outside[self._inside[kin]] = kin
        inside = [self._inside[kin] for kin in kin_of(given)]
        join(made, inside)
        root = root_of(given)
        if root._kept or root._field is not None:
            self._fields.update(inside)
        if root._field is not None and made._trace.on_write is None:
            join(made, [root._field.array])  # in a script it would be a name of the caller's array

    def result(self, made: Proxy, array: Proxy) -> None:
        """`made` is what the caller gets for `array`."""
        may_be(made, array)
        found = made._kin or {}
        made._kept = made._kept or not self._fields.isdisjoint(found)
        made._kin = {}
        join(made, [self._outside.get(kin, kin) for kin in found])


def root_of(array: Proxy) -> Proxy:
    """The array whose memory `array` shows."""
    while array._view is not None:
        array = array._view.parent
    return array


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
            made._kept = made._kept or root._kept or root._field is not None


def was_changed(array: Proxy) -> None:
    """Note that an array was changed in place."""
    if array._kin is not None:
        for kin in array._kin:
            kin.writes += 1
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
