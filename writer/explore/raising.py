"""Exceptions that a traced function raises by itself: they become `raise` nodes. SPEC 5.10."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from types import CodeType, FrameType

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


def caught(trace: Trace, end: FrameType) -> bool:
    """Whether code of the user's, from here up to the frame `end`, may catch what is raised here."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame is not end:
        code, here = frame.f_code, frame.f_lasti
        if not trace.spans.is_own(code.co_filename) and any(a <= here < b for a, b in _guarded(code)):
            return True
        frame = frame.f_back
    return False


def _guarded(code: CodeType) -> Iterator[tuple[int, int]]:
    """The parts of the bytecode that a handler is for: CPython keeps them as numbers of 6 bits a byte."""
    numbers: list[int] = []
    value = 0
    for byte in code.co_exceptiontable:
        value = value << 6 | byte & 63
        if not byte & 64:
            numbers.append(value)
            value = 0
    for start, length in zip(numbers[::4], numbers[1::4]):
        yield 2 * start, 2 * (start + length)
