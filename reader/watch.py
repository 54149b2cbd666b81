"""What may watch a call besides limits: a check of every result, and a profile. SPEC 10.3."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from ..schema.types import type_text
from . import steps as s
from .checks import agrees
from .plan import FunctionPlan
from .steps import Step
from .values import arrays_in, describe, owner


class ResultCheck:
    """Compares every result of every step with its static type, and kernels with what they promise.

    Raises
    ------
    AssertionError
        A kernel gave a value of another type; or one that shares memory with an operand or
        may not be written to, though it is not listed among `kernels.registry.VIEWS`.
    """

    def __init__(self) -> None:
        self._operands: list[list[Any]] = []

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        pass

    def leave(self) -> None:
        pass

    def before(self, step: Step, slots: list[Any]) -> None:
        held = [slots[slot] for slot in step.ins[: step.operands]] if step.fresh else []
        self._operands.append(held)

    def after(self, step: Step, slots: list[Any]) -> None:
        operands = self._operands.pop()
        node = step.node
        if node is None or step.kind in (s.EFFECT, s.SET, s.GUARD, s.MOVE):
            return
        for result, slot in zip(node.results, step.outs):
            value = slots[slot]
            name = node.name or node.kind
            if not agrees(value, result.type):
                raise AssertionError(f"{name} gave {describe(value)} for {type_text(result.type)}")
            if step.fresh and not step.writes_operand and not step.grows:
                self._check_fresh(name, value, operands)

    def _check_fresh(self, name: str, value: Any, operands: list[Any]) -> None:
        owners = {id(owner(array)) for operand in operands for array in arrays_in(operand)}
        for array in arrays_in(value):
            if array.shape and id(owner(array)) in owners:
                raise AssertionError(f"{name} gave a view of an operand")
            flags = getattr(array, "flags", None)
            if array.shape and flags is not None and not getattr(flags, "writeable", True):
                raise AssertionError(f"{name} gave an array that is not its own")


class Profile:
    """Adds up calls and seconds for each operator; the seconds of a call include what it calls.

    Pass `start` as the ``watch`` of a `Runnable`, then read `rows`.
    """

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    def start(self) -> _Profiled:
        """What watches one call."""
        return _Profiled(self)

    def rows(self) -> list[tuple[str, int, float]]:
        """Name, calls and seconds of each operator, the slowest first."""
        return sorted(
            ((name, self.calls[name], seconds) for name, seconds in self.seconds.items()),
            key=lambda row: -row[2],
        )


class _Profiled:
    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._starts: list[float] = []

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        pass

    def leave(self) -> None:
        pass

    def before(self, step: Step, slots: list[Any]) -> None:
        self._starts.append(perf_counter())

    def after(self, step: Step, slots: list[Any]) -> None:
        taken = perf_counter() - self._starts.pop()
        if step.node is not None:
            name = step.node.name if step.node.kind == "op" else f"{step.node.kind} {step.node.name}".strip()
            profile = self._profile
            profile.calls[name] = profile.calls.get(name, 0) + 1
            profile.seconds[name] = profile.seconds.get(name, 0.0) + taken
