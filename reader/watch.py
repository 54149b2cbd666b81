"""What may watch a call besides limits: a check of every result; sessions that are watched. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..schema.types import type_text
from . import steps as s
from .checks import agrees, left_out
from .plan import FunctionPlan
from .steps import Step
from .values import arrays_in, describe, owner

if TYPE_CHECKING:
    from .interpret import Watch

Subject = TypeVar("Subject")


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
            if left_out(value, result.type):
                continue
            if not agrees(value, result.type):
                raise AssertionError(f"{name} gave {describe(value)} for {type_text(result.type)}")
            if step.fresh and not step.writes_operand and not step.grows:
                self._check_fresh(name, value, operands)

    def depth(self) -> int:
        return len(self._operands)

    def unwind(self, depth: int) -> None:
        del self._operands[depth:]

    def forked(self) -> ResultCheck:
        return ResultCheck()

    def _check_fresh(self, name: str, value: Any, operands: list[Any]) -> None:
        owners = {id(owner(array)) for operand in operands for array in arrays_in(operand)}
        for array in arrays_in(value):
            if array.shape and id(owner(array)) in owners:
                raise AssertionError(f"{name} gave a view of an operand")
            flags = getattr(array, "flags", None)
            if array.shape and flags is not None and not getattr(flags, "writeable", True):
                raise AssertionError(f"{name} gave an array that is not its own")


class Both:
    """Two watches of one call; the first one sees everything first."""

    def __init__(self, first: Watch, second: Watch) -> None:
        self._first = first
        self._second = second

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        self._first.enter(plan, slots, fields)
        self._second.enter(plan, slots, fields)

    def leave(self) -> None:
        self._first.leave()
        self._second.leave()

    def before(self, step: Step, slots: list[Any]) -> None:
        self._first.before(step, slots)
        self._second.before(step, slots)

    def after(self, step: Step, slots: list[Any]) -> None:
        self._first.after(step, slots)
        self._second.after(step, slots)

    def depth(self) -> tuple[Any, Any]:
        return self._first.depth(), self._second.depth()

    def unwind(self, depth: tuple[Any, Any]) -> None:
        self._first.unwind(depth[0])
        self._second.unwind(depth[1])

    def forked(self) -> Watch | None:
        first, second = self._first.forked(), self._second.forked()
        return Both(first, second) if first is not None and second is not None else None


class Watching(Generic[Subject]):
    """Watches the calls of a session inside a ``with`` block, which gives what they are written to.

    The rest of the time the session runs as if this did not exist.
    """

    __slots__ = ("_attach", "_subject", "_watch")

    def __init__(
        self,
        attach: Callable[[Callable[[], Watch] | None], None],
        subject: Subject,
        watch: Callable[[], Watch],
    ) -> None:
        self._attach = attach
        self._subject = subject
        self._watch = watch

    def __enter__(self) -> Subject:
        self._attach(self._watch)
        return self._subject

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._attach(None)
