"""The tables of docs/script.md, from those of the compiler; the text between them is written by hand."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracebox.writer.script import api, statements
from tracebox.writer.script.calls import describe_function
from tracebox.writer.script.tables import EXPRESSIONS, FUNCTIONS, METHODS, REFUSED, STATEMENTS

PAGE = Path(__file__).parents[2] / "docs" / "script.md"
LOADED = api

#: What is written for classes of `ast` whose names say little.
_WORDS: dict[type[ast.AST], str] = {
    ast.Expr: "an expression alone", ast.AnnAssign: "x: T = value", ast.AugAssign: "x += value",
    ast.Assign: "x = value", ast.FunctionDef: "def", ast.BoolOp: "and, or", ast.BinOp: "operators",
    ast.UnaryOp: "signs, not", ast.Compare: "comparisons", ast.IfExp: "conditional expressions",
    ast.Constant: "literals", ast.Name: "names", ast.Attribute: "x.name", ast.Subscript: "x[i]",
    ast.Slice: "slices", ast.Call: "calls", ast.Lambda: "lambda", ast.NamedExpr: ":=",
    ast.JoinedStr: "f-strings", ast.ListComp: "[... for ...]", ast.GeneratorExp: "(... for ...)",
    ast.DictComp: "{... : ... for ...}", ast.Tuple: "tuples", ast.List: "lists", ast.Dict: "dicts",
    ast.Delete: "del",
}  # fmt: skip
_SORTS = ("array", "list", "dict", "tuple", "named tuple", "str", "float")


def page() -> str:
    """The page, with its tables as the compiler's are now."""
    text = PAGE.read_text(encoding="utf-8")
    for name, lines in _tables().items():
        region = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        assert region.search(text), name
        body = "\n".join(lines).replace("\\", r"\\")
        text = region.sub(rf"\g<1>{body}\n\g<2>", text)
    return text


def _tables() -> dict[str, list[str]]:
    return {
        "statements": _constructs(STATEMENTS),
        "expressions": _constructs(EXPRESSIONS),
        "functions": _functions(),
        "methods": _methods(),
        "refused": [
            "| refused | instead |",
            "| --- | --- |",
            *sorted({f"| {a} | {b} |" for a, b in REFUSED.values()}),
        ],
        "contexts": [", ".join(f"`{name}`" for name in sorted(statements.CONTEXTS)) + "."],
        "exceptions": [", ".join(f"`{cls.__name__}`" for cls in statements.EXCEPTIONS) + "."],
    }


def _constructs(table: dict[Any, Callable[..., Any]]) -> list[str]:
    lines = ["| construct | how |", "| --- | --- |"]
    for kind, handler in table.items():
        lines.append(f"| {_WORDS.get(kind, kind.__name__.lower())} | {_doc(handler)} |".replace(" | |", " |"))
    return lines


def _functions() -> list[str]:
    found: dict[str, str] = {}
    for function, handler in FUNCTIONS.items():
        name = describe_function(function)
        if ".prelude" in name or name.startswith("tracebox.writer.standard"):
            continue
        module, _, last = name.rpartition(".")
        name = f"tracebox.{last}" if module.startswith("tracebox.") else name
        found[name.removeprefix("_")] = _doc(handler)
    lines = ["| function | |", "| --- | --- |"]
    return [*lines, *(f"| `{name}` | {doc} |" for name, doc in sorted(found.items(), key=_plain_first))]


def _plain_first(item: tuple[str, str]) -> tuple[bool, str]:
    return "." in item[0], item[0]


def _methods() -> list[str]:
    lines = []
    for sort in _SORTS:
        named = {name: _doc(handler) for (owner, name), handler in METHODS.items() if owner == sort}
        lines += ["", f"**{sort}**", ""]
        plain = [name for name, doc in named.items() if doc.startswith("`str.")]
        if plain:
            lines += [", ".join(f"`{name}`" for name in sorted(plain)) + ": as Python's.", ""]
        rows = [f"| `{name}` | {doc} |" for name, doc in sorted(named.items()) if name not in plain]
        if rows:
            lines += ["| method | |", "| --- | --- |", *rows]
    return lines[1:]


def _doc(handler: Callable[..., Any]) -> str:
    text = " ".join((inspect.getdoc(handler) or "").split("\n\n")[0].split())
    return text.replace("``", "`").replace("|", "\\|")
