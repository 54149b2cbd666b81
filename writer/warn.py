"""What a trace froze or noticed, as warnings and as records."""

from __future__ import annotations

from dataclasses import dataclass


class TraceWarning(UserWarning):
    """The trace froze something that may differ in another call.

    The program does not assume it silently: a guard node, or the signature, checks it.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One thing that a trace froze.

    `reason` is one of `schema.ir.GUARD_REASONS`, or ``constant`` for an array that first
    turned up in mid-trace; `place` is ``file:line``; `guarded` says whether a guard node checks it.
    """

    reason: str
    place: str
    message: str
    remedy: str
    guarded: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.message}; {self.remedy}"
