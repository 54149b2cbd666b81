"""Two runs side by side: the first node whose values differ.

Nodes are lined up in two steps. In order of execution, the values of the two runs are matched
by operator, dtype and shape, names left out. A value that has no partner also counts as equal if
the other run made one of the same dtype and shape anywhere that agrees, and one that differs from
its partner if another run of the same operator did (floating-point arrays of at least four
elements): so a file may be reordered, inlined, or optimised. What a call, a branch or a loop gives
is the value inside that it is.

Then, from the results that differ, the search goes back to the operands that differ, and from
these to theirs. A node whose own value differs and whose operands all agree is where a difference
begins; of these, the first in order of execution is reported. Nodes that differ but lead to no
different result, such as those of a convolution into which a normalisation was folded, are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .tolerances import Tolerance
from .values import place_json, value_json

if TYPE_CHECKING:
    from ...reader.record import Recording, Traced

_MOST = 1 << 24
_SEARCHED = 4


class FirstDifference:
    """Finds where two recordings of calls begin to differ."""

    def __init__(self, a: Recording, b: Recording, tolerance: Tolerance) -> None:
        self.a = a
        self.b = b
        self.tolerance = tolerance
        self.partners = _line_up(a, b)
        self._agrees: dict[int, bool] = {}
        self._depends: list[bool] = []
        self._shelves: dict[tuple[object, ...], list[Traced]] = {}
        for value in b:
            if _searchable(value.value):
                self._shelves.setdefault(_shelf(value.value), []).append(value)

    def find(self) -> dict[str, Any] | None:
        """The node with its place, its partner and the difference; None if results and state agree."""
        ends = self._ends()
        found = self._beginnings(ends)
        if not ends:
            return None
        return self._report(min(found))

    def by_order(self) -> dict[str, Any] | None:
        """The same for runs that ended in errors: the first of the lined-up values that differs."""
        for place in range(len(self.a)):
            if place in self.partners and not self._agree(place):
                return self._report(place)
        return None

    def _ends(self) -> list[int]:
        """The results, and what was last written into fields, where these differ."""
        mine, yours = _last_writes(self.a), _last_writes(self.b)
        pairs = list(zip(self.a.results, self.b.results))
        if set(mine) == set(yours):
            pairs += [(mine[name], yours[name]) for name in mine]
        else:
            pairs += zip(mine.values(), yours.values())
        ends = []
        for i, j in pairs:
            if i is None or j is None:
                continue
            if self.tolerance.compare(self.a[i].value, self.b[j].value) is not None:
                ends.append(self._differs(i, j))
            else:
                self._agrees[i] = True
        return ends

    def _differs(self, i: int, j: int) -> int:
        """Note that two values differ, and those inside that they are; gives the innermost of `a`."""
        while True:
            self.partners[i] = j
            self._agrees[i] = False
            inner = self.a[i].operands[0] if _passed_on(self.a[i]) else None
            if inner is None:
                return i
            i = inner
            if _passed_on(self.b[j]):
                deeper = self.b[j].operands[0]
                j = j if deeper is None else deeper

    def _beginnings(self, ends: list[int]) -> list[int]:
        found: list[int] = []
        seen, todo = set(ends), list(ends)
        while todo:
            place = todo.pop()
            operands = {i for i in self.a[place].operands if i is not None and not self._agree(i)}
            if not operands:
                found.append(place)
            todo += operands - seen
            seen |= operands
        return found

    def _agree(self, place: int) -> bool:
        if place not in self._agrees:
            self._agrees[place] = self._look(place)
        return self._agrees[place]

    def _look(self, place: int) -> bool:
        traced = self.a[place]
        if _passed_on(traced):
            return all(i is None or self._agree(i) for i in traced.operands)
        value = traced.value
        partner = self.partners.get(place)
        if partner is not None and self.tolerance.compare(value, self.b[partner].value) is None:
            return True
        if not _searchable(value):
            return partner is None  # one number says nothing without its partner
        for other in self._shelves.get(_shelf(value), []):
            alike = partner is None or other.what == traced.what
            if alike and self.tolerance.compare(value, other.value) is None:
                return True
        # What parameters alone make may have been folded into a parameter.
        return partner is None and not self._from_arguments(place)

    def _from_arguments(self, place: int) -> bool:
        for value in self.a._values[len(self._depends) : place + 1]:
            known = value.node is None or (value.node.kind == "get" and value.operands == (None,))
            self._depends.append(known or any(self._depends[i] for i in value.operands if i is not None))
        return self._depends[place]

    def _report(self, place: int) -> dict[str, Any]:
        value = self.a[place]
        report: dict[str, Any] = {"a": {**place_json(value), "content": value_json(value.value)}}
        report["operands"] = [
            {"name": self.a[i].name, "agrees": self._agree(i)} for i in value.operands if i is not None
        ]
        report["parameters"] = list(value.parameters)
        partner = self.partners.get(place)
        if partner is not None:
            other = self.b[partner]
            report["b"] = {**place_json(other), "content": value_json(other.value)}
            report["difference"] = self.tolerance.compare(value.value, other.value)
        else:
            report["b"] = report["difference"] = None
        return report


def _last_writes(recording: Recording) -> dict[str, int]:
    """For each field by its path the position of what was last written into it."""
    found = {}
    for place, value in enumerate(recording):
        if value.node is not None and value.node.kind == "set":
            found[f"{value.module}.{value.label}"] = place
    return found


def _common(a: list[tuple[object, ...]], b: list[tuple[object, ...]]) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence."""
    codes: dict[tuple[object, ...], int] = {}
    x, y = (np.array([codes.setdefault(key, len(codes)) for key in keys], np.int64) for keys in (a, b))
    lengths = np.zeros((len(a) + 1, len(b) + 1), np.int32)
    for i, code in enumerate(x):  # the lengths for the first i of `a` and j of `b`
        longer = np.maximum(lengths[i, 1:], lengths[i, :-1] + (y == code))
        lengths[i + 1, 1:] = np.maximum.accumulate(longer)
    pairs = []
    i, j = len(a), len(b)
    while i and j:
        if x[i - 1] == y[j - 1] and lengths[i, j] == lengths[i - 1, j - 1] + 1:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif lengths[i - 1, j] >= lengths[i, j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _passed_on(value: Traced) -> bool:
    """Whether it is a value from inside a call, a branch or a loop."""
    return value.node is not None and value.node.kind in ("call", "if", "loop") and bool(value.operands)


def _searchable(value: Any) -> bool:
    return hasattr(value, "dtype") and value.size >= _SEARCHED and value.dtype.kind in "fcV"


def _shelf(value: Any) -> tuple[object, ...]:
    return (str(value.dtype), tuple(value.shape))


def _line_up(a: Recording, b: Recording) -> dict[int, int]:
    """For each position in `a` that of the value in `b` that it stands beside."""
    places = [[i for i, value in enumerate(run) if not _passed_on(value)] for run in (a, b)]
    found = _match([_key(a[i]) for i in places[0]], [_key(b[i]) for i in places[1]])
    return {places[0][i]: places[1][j] for i, j in found.items()}


def _match(mine: list[tuple[object, ...]], yours: list[tuple[object, ...]]) -> dict[int, int]:
    """For each position in `mine` that of its partner: the same ends first, then what lies between."""
    first = 0
    while first < min(len(mine), len(yours)) and mine[first] == yours[first]:
        first += 1
    pairs = {i: i for i in range(first)}
    last = 0
    while last < min(len(mine), len(yours)) - first and mine[-1 - last] == yours[-1 - last]:
        last += 1
    pairs.update((len(mine) - 1 - i, len(yours) - 1 - i) for i in range(last))
    rest, others = mine[first : len(mine) - last], yours[first : len(yours) - last]
    if len(rest) * len(others) <= _MOST:
        pairs.update((first + i, first + j) for i, j in _common(rest, others))
    else:  # too many for that, as time and memory grow with the product: in order, kind by kind
        waiting: dict[tuple[object, ...], list[int]] = {}
        for j in range(len(others) - 1, -1, -1):
            waiting.setdefault(others[j], []).append(j)
        for i, key in enumerate(rest):
            if waiting.get(key):
                pairs[first + i] = first + waiting[key].pop()
    return pairs


def _key(value: Traced) -> tuple[object, ...]:
    node, content = value.node, value.value
    kind = "argument" if node is None else node.name if node.kind == "op" else node.kind
    if hasattr(content, "dtype"):
        return (kind, *_shelf(content))
    return (kind, type(content).__name__)
