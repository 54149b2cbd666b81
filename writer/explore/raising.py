"""Exceptions that a traced function raises by itself: they become `raise` nodes. SPEC 5.10."""

from __future__ import annotations

import builtins

from ...schema.errors import TraceboxError
from ..context import Trace
from .path import Raised


def raised_by(trace: Trace, error: Exception) -> Raised | None:
    """What the user's code raised, or None if the tracer or NumPy did."""
    if isinstance(error, TraceboxError):
        return None
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or trace.spans.is_own(last.tb_frame.f_code.co_filename):
        return None
    cls = type(error)
    name = cls.__qualname__ if hasattr(builtins, cls.__name__) else f"{cls.__module__}.{cls.__qualname__}"
    if "<" in name:
        name = cls.__name__
    only = error.args[0] if isinstance(error, KeyError) and len(error.args) == 1 else error
    return Raised(name, str(only), error, trace.spans.of_traceback(last))
