"""Where in the source the traced program is: spans for nodes, and names for values. SPEC 5.13."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from dis import get_instructions, opmap
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np

from ..schema.ir import Span

_PACKAGE = __name__.partition(".")[0]
_OWN = tuple(
    os.path.dirname(os.path.abspath(sys.modules[name].__file__ or "")) + os.sep
    for name in (f"{_PACKAGE}.writer", f"{_PACKAGE}.schema", f"{_PACKAGE}.reader")
    if name in sys.modules
)
_SKIP = (*_OWN, os.path.dirname(np.__file__) + os.sep)
_CACHE, _CALL, _PRECALL = opmap.get("CACHE"), opmap.get("CALL"), opmap.get("PRECALL")
_STORES = {"STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF", "STORE_ATTR"}


class Place:
    """A point of the user's source: its `span`, and the name that its value is about to get."""

    __slots__ = ("span", "target", "code", "file")

    def __init__(self, span: Span, target: str, code: CodeType) -> None:
        self.span = span
        self.target = target
        self.code = code
        self.file = code.co_filename

    def __str__(self) -> str:
        return f"{self.file}:{self.span.line}"


class Spans:
    """Finds the user's frame; `root` is the folder that files are named relative to."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._places: dict[tuple[CodeType, int], Place] = {}
        self._own: dict[str, bool] = {}
        self._files: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        #: What says where we are, if not the stack of frames.
        self.override: Callable[[], Place | None] | None = None

    def here(self) -> Place | None:
        """The innermost frame that is neither ours nor NumPy's."""
        if self.override is not None:
            return self.override()
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and self.is_own(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is None:
            return None
        key = (frame.f_code, frame.f_lasti)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = self._at(frame, frame.f_lasti)
        return found

    def of_traceback(self, end: TracebackType) -> Place:
        """Where the innermost frame of a traceback is."""
        return self._at(end.tb_frame, end.tb_lasti)

    def _at(self, frame: FrameType, offset: int) -> Place:
        key = (frame.f_code, instruction(frame.f_code, offset))
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = self._place(frame, key[1])
        return found

    def codes(self) -> set[CodeType]:
        """The code in which something was recorded."""
        return {code for code, _ in self._places}

    def is_own(self, filename: str) -> bool:
        """Whether a file is ours or NumPy's."""
        known = self._own.get(filename)
        if known is None:
            path = os.path.abspath(filename) if not filename.startswith("<") else filename
            known = self._own[filename] = path.startswith(_SKIP) or filename.startswith("<__array_function__")
        return known

    def _place(self, frame: FrameType, offset: int) -> Place:
        code = frame.f_code
        position = next(islice(code.co_positions(), offset // 2, None), (None,) * 4)
        line, end_line, column, end_column = position
        line = line or frame.f_lineno or 1
        span = Span(self._file(frame), line, column or 0, end_line or line, end_column or 0, code.co_qualname)
        return Place(span, _target(code, offset), code)

    def _file(self, frame: FrameType) -> str:
        return self.named(frame.f_code, frame.f_globals)

    def named(self, code: CodeType, space: Mapping[str, Any]) -> str:
        """The name that spans give to the file of `code`, whose globals are `space`."""
        filename = code.co_filename
        known = self._files.get(filename)
        if known is None:
            known = self._files[filename] = self._relative(filename, space.get("__name__", ""))
            self.sources[known] = filename
        return known

    def _relative(self, filename: str, module: str) -> str:
        if filename.startswith("<"):
            return filename
        path = os.path.abspath(filename)
        if self.root and path.startswith(self.root + os.sep):
            return path[len(self.root) + 1 :].replace(os.sep, "/")
        if module and module != "__main__":
            return module.replace(".", "/") + ".py"
        return os.path.basename(path)


def instruction(code: CodeType, offset: int) -> int:
    """Where the instruction that runs at `offset` stands.

    CPython puts others in the place of instructions that run often: a frame is then at what follows the
    instruction for its own use, or at the one that prepares a call rather than at the call.
    """
    bytecode = code.co_code
    if offset < 0:
        return offset
    while offset and bytecode[offset] == _CACHE:
        offset -= 2
    if bytecode[offset] == _PRECALL:
        offset += 2
        while offset < len(bytecode) and bytecode[offset] != _CALL:
            offset += 2
    return offset


@functools.lru_cache(maxsize=4096)
def _targets(code: CodeType) -> dict[int, str]:
    """For each instruction of `code`, the variable or attribute that the next one stores into, or ""."""
    found: dict[int, str] = {}
    waiting: list[int] = []
    for instruction in get_instructions(code):
        if instruction.opname in _STORES:
            found.update(dict.fromkeys(waiting, str(instruction.argval)))
        if instruction.opname not in ("COPY", "LOAD_FAST", "NOP", "CACHE", "SWAP"):
            waiting = []
        waiting.append(instruction.offset)
    return found


def _target(code: CodeType, offset: int) -> str:
    """The variable or attribute that the instruction after `offset` stores into, or ""."""
    return _targets(code).get(offset, "")


def stores(code: CodeType, name: str) -> int | None:
    """The line of `code` that stores into an attribute or global called `name`, if one does."""
    for instruction in get_instructions(code):
        if instruction.opname in ("STORE_ATTR", "STORE_GLOBAL", "STORE_NAME") and instruction.argval == name:
            return instruction.positions.lineno if instruction.positions else None
    return None


def folder_of(code: CodeType | None) -> str:
    """The folder of the file that `code` was compiled from, or ""."""
    if code is None or code.co_filename.startswith("<"):
        return ""
    return os.path.dirname(os.path.abspath(code.co_filename))


def result_dropped(frame: FrameType) -> bool:
    """Whether what `frame` is calling gives goes nowhere, as with ``bool(x)`` on a line of its own."""
    code, here = frame.f_code.co_code, instruction(frame.f_code, frame.f_lasti)
    if not 0 <= here < len(code) or code[here] != _CALL:
        return False
    after = here + 2
    while after < len(code) and code[after] == _CACHE:
        after += 2
    return after < len(code) and code[after] == opmap["POP_TOP"]
