"""What an earlier run recorded, taken over by a run that begins in the same way.

A path is found by running the function again from its start. Up to the decision that goes the
other way it does what an earlier run on the same example has done: the types and the
example's values of its operators are known, and need not be computed again.
"""

from __future__ import annotations

from ...schema.ir import Attr
from ..attributes import frozen
from ..scope import BlockSteps, Step, Val
from ..spans import Place
from .matching import symbols_in
from .path import Path


class Following:
    """The steps of an earlier run, beside those of a run that records into `block`."""

    __slots__ = ("block", "_path", "_steps", "_at", "_same")

    def __init__(self, block: BlockSteps, path: Path) -> None:
        self.block = block
        self._path = path
        self._steps = _without_symbols(path)
        self._at = 0
        #: The earlier run's values, by those of this one.
        self._same: dict[Val, Val] = {}

    def decided(self, index: int, answer: bool) -> bool:
        """Whether the two runs go on together after decision `index`."""
        decisions = self._path.decisions
        return index < len(decisions) and decisions[index].answer is answer

    def step(self, name: str, inputs: list[Val], attrs: dict[str, Attr], place: Place | None) -> Step | None:
        """The earlier run's step, if it is the operator `name` of these operands and attributes."""
        if not self._beside():
            return None
        old = self._steps[self._at]
        same = old.kind == "op" and old.name == name and old.span is (place.span if place else None)
        return old if same and self._alike(old, inputs, attrs) else None

    def _beside(self) -> bool:
        """Whether all steps so far are those of the earlier run, and it has more."""
        mine = self.block.steps
        while self._at < len(mine) and self._at < len(self._steps):
            new, old = mine[self._at], self._steps[self._at]
            if not self._equal(new, old):
                self._steps = []
                return False
            self._same.update(zip(new.results, old.results))
            self._at += 1
        return self._at == len(mine) and self._at < len(self._steps)

    def _equal(self, new: Step, old: Step) -> bool:
        if new.kind != old.kind or new.name != old.name or len(new.results) != len(old.results):
            return False
        return all(map(_same, new.results, old.results)) and self._alike(old, new.inputs, new.attrs)

    def _alike(self, old: Step, inputs: list[Val], attrs: dict[str, Attr]) -> bool:
        if len(inputs) != len(old.inputs) or attrs.keys() != old.attrs.keys():
            return False
        for mine, theirs in zip(inputs, old.inputs):
            if self._same.get(mine, mine) is not theirs:
                return False
        return all(frozen(value) == frozen(old.attrs[key]) for key, value in attrs.items())


def _same(a: Val, b: Val) -> bool:
    return a.type == b.type and a.fixed is b.fixed and a.inexact is b.inexact


def _without_symbols(path: Path) -> list[Step]:
    """The steps of a run before the first one whose results have sizes that the run named."""
    steps = path.block.steps
    if not path.names:
        return steps
    for index, step in enumerate(steps):
        if any(name in path.names for value in step.results for name in symbols_in(value.type)):
            return steps[:index]
    return steps
