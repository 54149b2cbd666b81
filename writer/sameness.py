"""What makes two traced functions the same: their steps, described without naming any value."""

from __future__ import annotations

from .attributes import frozen, resolve_attr
from .context import Trace
from .scope import Scope, Step, Val
from .units import path_to


class Keys:
    """A key for each traced function; functions with equal keys become one method."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._keys: dict[int, object] = {}

    def of(self, scope: Scope) -> object:
        """The key of a function that has ended."""
        found = self._keys.get(id(scope))
        if found is None:
            found = self._keys[id(scope)] = self._make(scope)
        return found

    def _make(self, scope: Scope) -> object:
        numbers: dict[Val, int] = {}

        def number(value: Val) -> object:
            if value not in numbers:
                numbers[value] = len(numbers)
            return numbers[value], value.name, scope.symbols.resolve_type(value.type)

        def describe(step: Step) -> object:
            attrs = tuple((k, frozen(resolve_attr(scope.symbols, v))) for k, v in step.attrs.items())
            callee: object = None
            if step.callee is not None:
                callee = self.of(step.callee)
            path = tuple(path_to(self.trace, scope.unit, step.target)) if step.target is not None else None
            inputs = tuple(numbers[v] for v in step.inputs)
            blocks = tuple(
                (
                    tuple(map(number, block.params)),
                    tuple(map(describe, block.steps)),
                    tuple(numbers[v] for v in block.results),
                )
                for block in step.blocks
            )
            return step.kind, step.name, inputs, attrs, blocks, tuple(map(number, step.results)), callee, path

        params = tuple(map(number, scope.params))
        steps = tuple(map(describe, scope.steps))
        return (scope.name, scope.doc, params, steps, tuple(numbers[v] for v in scope.results))
