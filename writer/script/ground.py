"""Where the compiler is: the functions that are compiled into one another, and errors at their constructs."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from ...schema.errors import TraceboxError
from ...schema.ir import Span
from ...schema.rules import Rule
from ..context import Trace
from ..spans import Place
from .frames import Frame

#: Where the compiler's own functions are.
_OWN = str(Path(__file__).parent)


class Ground:
    """The trace that is recorded into, and the place in the source."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.frames: list[Frame] = []
        self.node: ast.AST = ast.Pass()
        self.target = ""
        self._places: dict[tuple[int, str], Place] = {}
        #: Keeps alive what is known by its identity.
        self._keep: list[Any] = []
        #: How deep blocks are nested.
        self.depth = 0
        trace.spans.override = self.place

    @property
    def frame(self) -> Frame:
        """The innermost function."""
        return self.frames[-1]

    def place(self) -> Place | None:
        """The construct that is being compiled."""
        if not self.frames:
            return None
        source = self.frame.source
        key = (id(self.node), self.target)
        found = self._places.get(key)
        if found is None:
            line, column, last, end = source.position(self.node)
            spans = self.trace.spans
            span = Span(spans.named(source.code, self.frame.space), line, column, last, end, source.qualname)
            found = self._places[key] = Place(span, self.target, source.code)
            self._keep.append(self.node)
        return found

    def fail(
        self, rule: Rule, node: ast.AST | None = None, *, expected: str = "", got: str = "", hint: str = ""
    ) -> TraceboxError:
        """The error for a construct, by default the one that is being compiled.

        In functions of the compiler's own it belongs to the call of these.
        """
        depth, node = self._place(node or self.node)
        source, more = self.frames[depth].source, self.chain(depth)
        return source.fail(rule, node, expected=expected, got=got, hint=hint, more=more)

    def _place(self, node: ast.AST | None) -> tuple[int, Any]:
        """The innermost frame that is the user's, by its depth, and the construct in it."""
        depth = len(self.frames) - 1
        while depth and self.frames[depth].source.file.startswith(_OWN):
            node = self.frames[depth].site
            depth -= 1
        return depth, node

    def where(self) -> str:
        """The place of the construct that is being compiled."""
        depth, node = self._place(self.node)
        return self.frames[depth].source.where(node)

    def chain(self, depth: int) -> str:
        """The calls that lead to the function at a depth, one a line."""
        found = ""
        for inner, outer in zip(self.frames[depth:0:-1], self.frames[depth - 1 :: -1] if depth else []):
            if inner.site is not None:
                found += f"\n  called by {outer.name} at {outer.source.where(inner.site)}"
        return found

    def line(self, node: ast.AST) -> int:
        """The line of a construct in its file."""
        depth, node = self._place(node)
        return self.frames[depth].source.position(node)[0]

    def name_of(self, box: Any) -> str:
        """The variable that stands for a list, dict, object or array, or for one of the same content."""
        for name, value in self.frame.env.items():
            if value is box and name.isidentifier():
                return name
        return ""

    def at_line(self, name: str, homes: dict[str, int]) -> str:
        """The line in which a variable was assigned, as text behind its type."""
        return f" (line {homes[name]})" if name in homes else ""
