"""The source text of a function: its syntax tree, and where each part of it stands."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
import types
from itertools import count
from typing import Any

from ...schema.errors import TraceboxError
from ...schema.rules import Rule
from . import rules
from .rewriting import rewritten

FunctionNode = ast.FunctionDef | ast.Lambda

_TEXTS = count(1)


class Source:
    """A function's text. Columns count from 0 in the file's own lines."""

    __slots__ = ("file", "line", "indent", "text", "lines", "node", "qualname", "code")

    def __init__(
        self, file: str, line: int, indent: int, text: str, node: Any, qualname: str, code: types.CodeType
    ) -> None:
        self.file = file
        #: Of the text's first line, in the file.
        self.line = line
        self.indent = indent
        self.text = text
        self.lines = text.splitlines()
        self.node = node
        self.qualname = qualname
        self.code = code

    def position(self, node: ast.AST) -> tuple[int, int, int, int]:
        """Line from 1, column from 0, and the end of both, in the file."""
        first = getattr(node, "lineno", 1)
        last = getattr(node, "end_lineno", None) or first
        start, stop = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None) or 0
        start = _characters(self.lines, first, start)
        stop = _characters(self.lines, last, stop)
        return self.line + first - 1, self.indent + start, self.line + last - 1, self.indent + stop

    def where(self, node: ast.AST) -> str:
        """``file:line:column``, the column from 1."""
        line, column, _, _ = self.position(node)
        return f"{self.file}:{line}:{column + 1}"

    def excerpt(self, node: ast.AST) -> str:
        """The line, with a caret under the construct."""
        line, column, last, end = self.position(node)
        index = line - self.line
        if not 0 <= index < len(self.lines):
            return ""
        shown = " " * self.indent + self.lines[index]
        stop = end if last == line else len(shown.rstrip())
        number = str(line)
        margin = " " * len(number)
        text = shown.rstrip()
        shift = len(text) - len(text.lstrip())
        marks = " " * (column - shift) + "^" * max(1, stop - column)
        return f"\n  {number} | {text.lstrip()}\n  {margin} | {marks}"

    def fail(
        self, rule: Rule, node: ast.AST, *, expected: str = "", got: str = "", hint: str = "", more: str = ""
    ) -> TraceboxError:
        """The error for a construct, with its line and a caret under it, and `more` lines."""
        return rule.fail(
            self.where(node),
            expected=expected,
            got=got,
            hint=(hint or "see docs/script.md") + self.excerpt(node) + more,
        )


def _characters(lines: list[str], line: int, column: int) -> int:
    """A column of bytes as a column of characters."""
    if not 0 < line <= len(lines) or lines[line - 1].isascii():
        return column
    return len(lines[line - 1].encode()[:column].decode(errors="replace"))


_CACHE: dict[types.CodeType, Source] = {}


def source_of(function: types.FunctionType) -> Source:
    """The source of a Python function.

    Raises
    ------
    ScriptError
        ``script.source``: there is no text, or it does not parse.
    """
    code = function.__code__
    found = _CACHE.get(code)
    if found is None:
        found = _CACHE[code] = _read(function, code)
    return found


def _read(function: types.FunctionType, code: types.CodeType) -> Source:
    name = function.__qualname__
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError) as error:
        hint = "write it in a file, or pass the text itself to script"
        raise rules.SOURCE.fail(name, got=str(error), hint=hint) from None
    text = "".join(lines)
    indent = len(lines[0]) - len(lines[0].lstrip())
    plain = textwrap.dedent(text)
    if name.endswith("<lambda>"):
        return _lambda(function, code, text, plain, first, indent)
    tree = _parse(plain, name, first)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name:
            made = rewritten(node)
            return Source(code.co_filename, first, indent, plain, made, code.co_qualname, code)
    raise rules.SOURCE.fail(name, got="a text without the function", hint="define it with def")


def _lambda(
    function: types.FunctionType, code: types.CodeType, text: str, plain: str, first: int, indent: int
) -> Source:
    position = next((p for p in code.co_positions() if p[0] is not None and p[2] is not None), None)
    tree: ast.AST | None = None
    for candidate in (
        plain,
        f"({plain.strip()})",
        plain.strip().rstrip(","),
        f"_({plain.strip()}",
        f"({plain.strip()[:-1]}",
    ):
        try:
            tree = ast.parse(candidate)
            break
        except SyntaxError:
            continue
    if tree is None:
        hint = "give the lambda a line of its own, or use def"
        raise rules.SOURCE.fail(function.__qualname__, got="a lambda inside a longer statement", hint=hint)
    names = code.co_varnames[: code.co_argcount]
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda) and tuple(a.arg for a in node.args.args) == names
    ]
    if len(found) > 1 and position is not None:
        line = (position[0] or first) - first + 1
        found = [n for n in found if n.body.lineno <= line <= (n.body.end_lineno or 0)] or found
        column = (position[2] or 0) - indent
        exact = [n for n in found if n.body.col_offset <= column < (n.body.end_col_offset or 0)]
        found = exact or found
    if not found:
        raise rules.SOURCE.fail(function.__qualname__, got="a text without the lambda", hint="use def")
    return Source(code.co_filename, first, indent, plain, found[-1], code.co_qualname, code)


def _parse(text: str, name: str, line: int) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise rules.SOURCE.fail(f"{name}:{line + (error.lineno or 1) - 1}", got=error.msg) from None


def function_of(text: str, namespace: dict[str, Any] | None = None) -> types.FunctionType:
    """The last function that a source text defines. The text is executed, as a module is.

    Raises
    ------
    ScriptError
        ``script.source``: it does not parse, or defines no function.
    """
    plain = textwrap.dedent(text)
    file = f"<script {next(_TEXTS)}>"
    tree = _parse(plain, file, 1)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not names:
        raise rules.SOURCE.fail(file, expected="a text that defines a function")
    linecache.cache[file] = (len(plain), None, plain.splitlines(keepends=True), file)
    space: dict[str, Any] = {"__name__": "__script__"} if namespace is None else namespace
    exec(compile(plain, file, "exec"), space)
    made: types.FunctionType = space[names[-1]]
    return made
