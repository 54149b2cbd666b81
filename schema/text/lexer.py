"""Tokens of the program text. SPEC 7.2.

The tokens are Python's, fewer of them: what this lexer accepts, Python's reads in the same way.
Length, number of tokens and nesting are bounded.
"""

from __future__ import annotations

import ast
import re

from ..rules import Rule
from .labels import CHARACTER, INDENT, LIMIT, NUMBER, STRING, Place, SourceError, fail

MAX_TEXT = 16 << 20
MAX_TOKENS = 2_000_000
MAX_BRACKETS = 64
MAX_INDENTS = 80
MAX_DIGITS = 400

_OPERATORS = r"\.\.\.|->|//|==|!=|<=|>=|[-+*%<>=()\[\]{},:.;@]"
_TOKEN = re.compile(
    r"(?P<space>[ ]+)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<newline>\r?\n)"
    r"|(?P<bytes>b(?:\"[^\"\\\r\n]*\"|'[^'\\\r\n]*')(?!['\"]))"
    r"|(?P<string>\"(?:[^\"\\\r\n]|\\[^\r\n])*\"|'(?:[^'\\\r\n]|\\[^\r\n])*')"
    r"|(?P<float>(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
    r"|(?P<int>[0-9]+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    rf"|(?P<operator>{_OPERATORS})"
)
_ESCAPE = re.compile(r"\\(?:(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([\\'\"ntr])|(.?))", re.DOTALL)
_SIMPLE = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]|\r(?!\n)")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Token:
    """`kind` is ``name int float string bytes operator newline indent dedent end``.

    `value` is the text, or what a literal stands for; `at` the offset in the source.
    """

    __slots__ = ("kind", "value", "at", "end")

    def __init__(self, kind: str, value: object, at: int, end: int) -> None:
        self.kind = kind
        self.value = value
        self.at = at
        self.end = end

    def __repr__(self) -> str:
        return f"{self.kind} {self.value!r}" if self.value else self.kind


class Source:
    """One text and where its lines begin."""

    __slots__ = ("path", "text", "starts")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)

    def position(self, at: int) -> tuple[int, int]:
        """Line from 1 and column from 0 of the offset `at`."""
        from bisect import bisect_right

        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1]

    def place(self, at: int) -> Place:
        return self.place_of(*self.position(at))

    def place_of(self, line: int, column: int) -> Place:
        start = self.starts[line - 1] if line <= len(self.starts) else len(self.text)
        end = self.text.find("\n", start)
        return Place(
            self.path, line, column, self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")
        )

    def fail_at(
        self, rule: Rule, node: ast.AST, *, expected: str = "", got: str = "", hint: str = ""
    ) -> SourceError:
        """The error to raise for the tree `node`, which is shown as it stands in the text."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        place = self.place_of(line, column)
        if not got:
            last = getattr(node, "end_lineno", line) == line
            got = place.source[column : getattr(node, "end_col_offset", None) if last else None][:60]
        return fail(rule, place, expected=expected, got=got, hint=hint)

    def fail(self, rule: Rule, at: int, *, expected: str = "", got: str = "", hint: str = "") -> SourceError:
        return fail(rule, self.place(at), expected=expected, got=got, hint=hint)


def lex(source: Source) -> list[Token]:
    """The tokens of `source`, comments and blank lines left out.

    Raises
    ------
    ScriptError
        ``text.character``, ``text.string``, ``text.number``, ``text.indent``, ``text.limit``.

    Notes
    -----
    SPEC 7.2.
    """
    text = source.text
    if len(text) > MAX_TEXT:
        raise source.fail(LIMIT, 0, expected=f"at most {MAX_TEXT} characters", got=str(len(text)))
    control = _CONTROL.search(text)
    if control:
        raise source.fail(CHARACTER, control.start(), got=repr(control.group()))
    return _Lexer(source).run()


class _Lexer:
    __slots__ = ("source", "tokens", "indents", "brackets", "opened", "fresh")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.indents = [0]
        self.brackets: list[str] = []
        self.opened: list[int] = []
        self.fresh = True  # at the start of a line, outside brackets

    def run(self) -> list[Token]:
        text, at = self.source.text, 0
        match = _TOKEN.match
        while at < len(text):
            found = match(text, at)
            if found is None:
                raise self.unknown(at)
            kind, end = str(found.lastgroup), found.end()
            if kind == "newline":
                self.newline(at, end)
            elif kind not in ("space", "comment"):
                if self.fresh:
                    self.indent(at)
                self.add(kind, found.group(), at, end)
                if len(self.tokens) > MAX_TOKENS:
                    raise self.source.fail(LIMIT, at, expected=f"at most {MAX_TOKENS} tokens")
            at = end
        if self.brackets:
            opened = self.source.place(self.opened[-1])
            raise self.source.fail(
                CHARACTER,
                len(text),
                expected=repr(self.brackets[-1]),
                got="the end of the text",
                hint=f"the bracket at {opened} is not closed",
            )
        if not self.fresh:
            self.newline(len(text), len(text))
        self.tokens += [Token("dedent", "", len(text), len(text)) for _ in self.indents[1:]]
        self.tokens.append(Token("end", "", len(text), len(text)))
        return self.tokens

    def unknown(self, at: int) -> SourceError:
        text = self.source.text
        if text[at] in "'\"":
            return self.source.fail(STRING, at)
        if text[at] == "\t":
            return self.source.fail(CHARACTER, at, got="a tab", hint="use spaces")
        return self.source.fail(CHARACTER, at, got=repr(text[at]))

    def newline(self, at: int, end: int) -> None:
        if self.brackets:
            return
        if not self.fresh:
            self.tokens.append(Token("newline", "", at, end))
        self.fresh = True

    def indent(self, at: int) -> None:
        self.fresh = False
        column = at - (self.source.text.rfind("\n", 0, at) + 1)
        if column > self.indents[-1]:
            self.indents.append(column)
            if len(self.indents) > MAX_INDENTS:
                raise self.source.fail(LIMIT, at, expected=f"at most {MAX_INDENTS} blocks inside one another")
            self.tokens.append(Token("indent", "", at, at))
        while column < self.indents[-1]:
            self.indents.pop()
            self.tokens.append(Token("dedent", "", at, at))
        if column != self.indents[-1]:
            raise self.source.fail(INDENT, at, expected="the indentation of a line above")

    def add(self, kind: str, text: str, at: int, end: int) -> None:
        value: object = text
        if kind in ("int", "float"):
            value = self.number(kind, text, at, end)
        elif kind == "string":
            value = self.string(text, at)
        elif kind == "bytes":
            value = self.bytes(text, at)
        elif kind == "operator":
            if text in _PAIRS:
                self.brackets.append(_PAIRS[text])
                self.opened.append(at)
                if len(self.brackets) > MAX_BRACKETS:
                    raise self.source.fail(
                        LIMIT, at, expected=f"at most {MAX_BRACKETS} brackets inside one another"
                    )
            elif text in ")]}":
                if not self.brackets or self.brackets.pop() != text:
                    raise self.source.fail(CHARACTER, at, got=f"{text!r} without its bracket")
                self.opened.pop()
        self.tokens.append(Token(kind, value, at, end))

    def number(self, kind: str, text: str, at: int, end: int) -> int | float:
        after = self.source.text[end : end + 1]
        if len(text) > MAX_DIGITS:
            raise self.source.fail(LIMIT, at, expected=f"a number of at most {MAX_DIGITS} characters")
        if after == "_" or after.isalnum():
            raise self.source.fail(NUMBER, at, got=self.source.text[at : end + 1][:40])
        if kind == "float":
            return float(text)
        if len(text) > 1 and text[0] == "0" and text.strip("0"):
            raise self.source.fail(NUMBER, at, got=text[:40], hint="no leading zeros")
        return int(text)

    def string(self, text: str, at: int) -> str:
        if self.source.text[at : at + 3] in ('"""', "'''"):
            raise self.source.fail(STRING, at, hint="write one line, with \\n for a new line")
        if "\\" not in text:
            return text[1:-1]

        def escape(match: re.Match[str]) -> str:
            code, simple, other = match.groups()
            if simple:
                return _SIMPLE[simple]
            if code and int(code[1:], 16) <= 0x10FFFF and not 0xD800 <= int(code[1:], 16) < 0xE000:
                return chr(int(code[1:], 16))
            raise self.source.fail(STRING, at + 1 + match.start(), got=f"\\{code or other}")

        return _ESCAPE.sub(escape, text[1:-1])

    def bytes(self, text: str, at: int) -> bytes:
        inside = text[2:-1]
        if not inside.isascii():
            raise self.source.fail(STRING, at, expected="ASCII characters in bytes")
        return inside.encode("ascii")
