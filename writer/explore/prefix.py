"""The steps before a decision, which a run along another path has recorded again."""

from __future__ import annotations

from ...schema.types import Type
from ..attributes import frozen, resolve_attr
from ..scope import BlockSteps, Scope, Step, Val
from .matching import same_target
from .merging import substituted
from .path import Path, Recording


def identified(scope: Scope, path: Path, other: Path, k: int, rest: Recording) -> str | None:
    """Let `rest`, which follows decision `k` of `other`, go on from the steps of `path` before it.

    Returns
    -------
    str or None
        Where the two runs did not do the same, if they did not.
    """
    mapping: dict[Val, Val] = {}
    compare = _Compare(scope, mapping)
    at, again = path.decisions[k].at, other.decisions[k].at
    for mine, theirs in zip(path.block.steps[:at], other.block.steps[:again]):
        if not compare.same(mine, theirs):
            return f"{theirs.span or path.decisions[k].place}"
    if (
        at != again
        or mapping.get(other.decisions[k].truth, other.decisions[k].truth) is not path.decisions[k].truth
    ):
        return str(path.decisions[k].place)
    substituted(rest, mapping)
    return None


class _Compare:
    """What was called is not compared: its paths may have been found in another order."""

    def __init__(self, scope: Scope, mapping: dict[Val, Val]) -> None:
        self.symbols = scope.symbols
        self.mapping = mapping

    def same(self, a: Step, b: Step) -> bool:
        if (a.kind, a.name, len(a.results)) != (b.kind, b.name, len(b.results)) or not same_target(a, b):
            return False
        if [self.mapping.get(v, v) for v in b.inputs] != a.inputs or len(a.blocks) != len(b.blocks):
            return False
        if a.attrs.keys() != b.attrs.keys() or any(
            frozen(resolve_attr(self.symbols, a.attrs[k])) != frozen(resolve_attr(self.symbols, b.attrs[k]))
            for k in a.attrs
        ):
            return False
        if not all(self._blocks(x, y) for x, y in zip(a.blocks, b.blocks)):
            return False
        return self._values(a.results, b.results)

    def _blocks(self, a: BlockSteps, b: BlockSteps) -> bool:
        if len(a.params) != len(b.params) or len(a.steps) != len(b.steps):
            return False
        if not self._values(a.params, b.params) or not all(map(self.same, a.steps, b.steps)):
            return False
        return [self.mapping.get(v, v) for v in b.results] == a.results

    def _values(self, first: list[Val], second: list[Val]) -> bool:
        for a, b in zip(first, second):
            if self._type(a) != self._type(b):
                return False
            self.mapping[b] = a
        return True

    def _type(self, value: Val) -> Type:
        return self.symbols.resolve_type(value.type)
