"""Limits of execution, for programs that one does not trust. SPEC 13.3."""

from __future__ import annotations

from typing import Any

from . import steps as s
from .plan import FunctionPlan
from .rules import RUN_BYTES, RUN_CANCELLED, RUN_NESTING, RUN_STEPS
from .steps import Step
from .values import live_bytes, size_of

#: What a place more in a list or dict counts.
_GROWTH = 16


class CancelToken:
    """Ends calls from another thread: they raise `LimitError` (``run.cancelled``) before their next step."""

    __slots__ = ("cancelled",)

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Cancel what runs, and every later call, until `reset`."""
        self.cancelled = True

    def reset(self) -> None:
        """Let calls run again."""
        self.cancelled = False


class Limits:
    """Bounds on one call of a program.

    Parameters
    ----------
    steps
        Operators, calls and turns of loops.
    bytes
        What all live values take together: arguments, results and fields, but not parameters
        and constants. A result whose size is known ahead is refused before it is made; what a
        kernel needs for itself while it runs does not count.
    nesting
        Calls and blocks inside one another.
    cancel
        Ends calls from another thread.

    Raises
    ------
    ValueError
        A bound is neither None nor an int of at least 0.
    """

    __slots__ = ("steps", "bytes", "nesting", "cancel")

    def __init__(
        self,
        *,
        steps: int | None = None,
        bytes: int | None = None,
        nesting: int | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        for name, bound in (("steps", steps), ("bytes", bytes), ("nesting", nesting)):
            if bound is not None and (type(bound) is not int or bound < 0):
                raise ValueError(f"{name} is None or an int of at least 0, not {bound!r}")
        self.steps = steps
        self.bytes = bytes
        self.nesting = nesting
        self.cancel = cancel


class Meter:
    """Counts what one call has used, and ends it at its limits.

    `bytes` is never less than what the live values take: what is made is added, but what dies
    is not seen. At the limit the live values are counted anew.
    """

    __slots__ = (
        "limits",
        "steps",
        "bytes",
        "_frames",
        "_fields",
        "_token",
        "_most_steps",
        "_most_bytes",
        "_most_nesting",
    )

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.bytes = 0
        self._frames: list[tuple[FunctionPlan, list[Any]]] = []
        self._fields: list[Any] = []
        self._token = limits.cancel or CancelToken()
        self._most_steps = _bound(limits.steps)
        self._most_bytes = _bound(limits.bytes)
        self._most_nesting = _bound(limits.nesting)

    def enter(self, plan: FunctionPlan, slots: list[Any], fields: list[Any]) -> None:
        self._frames.append((plan, slots))
        self._fields = fields
        if len(self._frames) > self._most_nesting:
            raise RUN_NESTING.fail(expected=f"at most {self.limits.nesting}", got=str(len(self._frames)))
        self._count()

    def leave(self) -> None:
        self._frames.pop()

    def _count(self) -> None:
        self.steps += 1
        if self.steps > self._most_steps:
            raise RUN_STEPS.fail(expected=f"at most {self.limits.steps}")
        if self._token.cancelled:
            raise RUN_CANCELLED.fail()

    def before(self, step: Step, slots: list[Any]) -> None:
        self._count()
        if step.size is not None:
            self._fits(step.size(slots))

    def _fits(self, more: int) -> None:
        if self.bytes + more > self._most_bytes:
            self.bytes = self._live()
            if self.bytes + more > self._most_bytes:
                raise RUN_BYTES.fail(
                    expected=f"at most {self.limits.bytes}", got=f"{self.bytes} and {more} more"
                )

    def after(self, step: Step, slots: list[Any]) -> None:
        if step.kind in (s.ONE, s.MANY):
            made = _GROWTH if step.grows else sum([size_of(slots[i]) for i in step.outs])
            self.bytes += made
            if self.bytes > self._most_bytes:
                self._fits(0)

    def depth(self) -> int:
        return len(self._frames)

    def unwind(self, depth: int) -> None:
        del self._frames[depth:]

    def forked(self) -> Meter | None:
        """Where nothing is counted, one for each thread; else what a call uses must not depend on threads."""
        limits = self.limits
        if limits.steps is limits.bytes is limits.nesting is None:
            return Meter(limits)
        return None

    def _live(self) -> int:
        """The bytes of all values in the slots of all calls, and of the fields; each memory once."""
        seen: set[int] = set()
        total = live_bytes(self._fields, seen)
        for plan, slots in self._frames:
            if id(slots) not in seen:
                seen.add(id(slots))
                fixed = plan.prepare().constants
                total += live_bytes([value for slot, value in enumerate(slots) if slot not in fixed], seen)
        return total


def _bound(limit: int | None) -> float:
    return float("inf") if limit is None else limit
