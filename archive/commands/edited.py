"""The program of an edited text: compiled, or refused with the line that is wrong. SPEC 2.15, 7."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from json import loads
from pathlib import Path
from typing import Any

from ...schema.errors import InvalidError, Problem, TraceboxError, UnsupportedError
from ...schema.ir import Program
from ...schema.manifest import Manifest
from ...schema.text.parser import PROGRAM_FILE, parse_program
from ...schema.text.printer import print_program
from ...schema.verify import verify
from ..entries import entry_points, required_features, state_fields
from ..program import SPANS, encode_program, encode_spans

#: Where the source texts lie that spans point into.
SOURCES = "debug/source/"

_PLACE = re.compile(r" ?\((code/[^()]+\.py):(\d+)\)")


def compile_code(texts: Mapping[str, str], directory: Path) -> tuple[bytes, dict[str, Any]]:
    """The program of edited texts, and what the manifest must say of it.

    The signatures in Python's terms stay as they were, with the types of the new program. The
    debug information points into the edited texts, which are kept beside it.

    Raises
    ------
    ScriptError, InvalidError, UnsupportedError
        The text is no program: with the file, the line and the column, and a picture of the line.
    """
    program = _compiled(texts)
    before = Manifest.from_json(loads((directory / "manifest.json").read_text("utf-8")))
    entries = []
    for entry in entry_points(program):
        old = before.entry_point(entry.name)
        if old and len(old.inputs) == len(entry.inputs) and len(old.outputs) == len(entry.outputs):
            entry.parameters, entry.results = old.parameters, old.results
        entries.append(entry)
    sources = {SOURCES + name: text.encode() for name, text in texts.items() if name != PROGRAM_FILE}
    changes = {
        # What was checked was the program before. SPEC 3.4.
        "metadata": {key: value for key, value in before.metadata.items() if key != "checks"},
        "code": print_program(program),
        "debug": {SPANS: encode_spans(program), **sources},
        "entry_points": entries,
        "state": state_fields(program),
        "features": required_features(program),
    }
    return encode_program(program), changes


def _compiled(texts: Mapping[str, str]) -> Program:
    try:
        program = parse_program(texts)
    except (InvalidError, UnsupportedError) as error:  # what the builder refuses
        raise type(error)(_pictured(error, texts)) from None
    problems = verify(program).problems
    if problems:
        raise InvalidError(_pictured(InvalidError(problems), texts))
    return program


class _Pictured(Problem):
    """A problem with the line of the text that it is about, and a caret."""

    __slots__ = ("picture",)

    def __init__(self, problem: Problem, where: str, picture: str) -> None:
        super().__init__(
            where, problem.code, problem.rule, expected=problem.expected, got=problem.got, hint=problem.hint
        )
        self.picture = picture

    def __str__(self) -> str:
        return super().__str__() + self.picture

    def as_json(self) -> dict[str, str]:
        return {name: value for name in Problem.__slots__ if (value := getattr(self, name))}


def _pictured(error: TraceboxError, texts: Mapping[str, str]) -> list[Problem]:
    """The problems with their places in front: ``code/net.py:9:9: net.Net.forward``, and the lines."""
    places = _definitions(texts)
    found: list[Problem] = []
    for problem in error.problems:
        named = _PLACE.search(problem.where)
        where = _PLACE.sub("", problem.where, count=1)
        if named is not None:
            file, line = named[1], int(named[2])
        else:
            name = max((name for name in places if where.startswith(name)), key=len, default="")
            file, line, last = places.get(name, ("", 0, 0))
            line = last if problem.code == "ir.return" else line
        lines = texts.get(file, "").split("\n")
        if not 0 < line <= len(lines):
            found.append(problem)
            continue
        text = lines[line - 1]
        column = len(text) - len(text.lstrip())
        picture = f"\n    {text[:120]}\n    {' ' * column}^"
        found.append(_Pictured(problem, f"{file}:{line}:{column + 1}: {where}", picture))
    return found


def _definitions(texts: Mapping[str, str]) -> dict[str, tuple[str, int, int]]:
    """For each function and class by qualified name the file, its line, and that of its last statement."""
    found: dict[str, tuple[str, int, int]] = {}
    for file, text in texts.items():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        module = next((n.value.value for n in tree.body if _names_module(n)), "")  # type: ignore[attr-defined]
        todo = [(f"{module}." if module else "", node) for node in tree.body]
        while todo:
            prefix, node = todo.pop()
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found[prefix + node.name] = file, node.lineno, node.body[-1].lineno
            if isinstance(node, ast.ClassDef):
                todo += [(f"{prefix}{node.name}.", inner) for inner in node.body]
            if (
                file == PROGRAM_FILE
                and isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
            ):
                label = {"exports": "export"}.get(node.targets[0].id)
                if label:
                    found[label] = file, node.lineno, node.lineno
    return found


def _names_module(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "__module__"
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
