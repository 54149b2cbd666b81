"""Limits of execution, for programs that one does not trust. SPEC 13.3."""

from __future__ import annotations

from typing import Any

from . import steps as s
from .rules import RUN_BYTES, RUN_CANCELLED, RUN_NESTING, RUN_STEPS
from .steps import Step
from .values import size_of


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
        What all live values take together. A result whose size is known ahead is refused
        before it is made; what a kernel needs for itself while it runs does not count.
    nesting
        Calls and blocks inside one another.
    cancel
        Ends calls from another thread.
    """

    __slots__ = ("steps", "bytes", "nesting", "cancel")

    def __init__(
        self,
        *,
        steps: int | None = None,
        bytes: int | None = None,  # noqa: A002
        nesting: int | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self.steps = steps
        self.bytes = bytes
        self.nesting = nesting
        self.cancel = cancel


class Meter:
    """Counts what one call has used, and ends it at its limits."""

    __slots__ = ("limits", "steps", "bytes", "nesting", "_token", "_most_steps", "_most_bytes", "_most_nesting")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.bytes = 0
        self.nesting = 0
        self._token = limits.cancel or CancelToken()
        self._most_steps = _bound(limits.steps)
        self._most_bytes = _bound(limits.bytes)
        self._most_nesting = _bound(limits.nesting)

    def enter(self) -> None:
        self.nesting += 1
        if self.nesting > self._most_nesting:
            raise RUN_NESTING.fail(expected=f"at most {self.limits.nesting}", got=str(self.nesting))
        self._count()

    def leave(self) -> None:
        self.nesting -= 1

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
            raise RUN_BYTES.fail(expected=f"at most {self.limits.bytes}", got=f"{self.bytes} and {more} more")

    def after(self, step: Step, slots: list[Any]) -> None:
        if step.kind in (s.ONE, s.MANY, s.GET):
            made = sum(size_of(slots[i]) for i in step.outs)
            self._fits(made)
            self.bytes += made
        for slot in step.frees:
            if slots[slot] is not None:
                self.bytes = max(0, self.bytes - size_of(slots[slot]))


def _bound(limit: int | None) -> float:
    return float("inf") if limit is None else limit
