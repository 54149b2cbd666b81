"""Write the files that follow from the declarations: ``python -m tracebox.schema.generate [--check]``.

- ``SPEC.md``: the chapters in ``docs/spec``, with chapter 8 and the table of rules put in;
- ``schema/ops.json``: the operators for other languages (SPEC 8);
- ``schema/ops/index.py``: which family declares which operator;
- ``schema/ops/formulas/``: the rules and result types of the operators as Python.

Nobody edits these; a test compares them.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import formula_values
from .dims import Expr, dim_text
from .dtypes import ALL, STORAGE
from .formula_compiler import translate
from .ir import DTypeAttr
from .operator_text import operator_chapter
from .registry import (
    FAMILIES,
    OPSET,
    REQUIRED,
    Accuracy,
    AttrDecl,
    Op,
    Rule,
    Signature,
    label_rules,
    operators,
)
from .rules import RULES

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "docs" / "spec"
TITLE = "# The tracebox archive format\n\nVersion 1.0-draft.\n"

#: Lines of the chapters that stand for generated text.
OPERATORS_MARK = "<!-- operators -->"
RULES_MARK = "<!-- rules -->"


# --- ops.json -------------------------------------------------------------------------


def operators_json() -> dict[str, Any]:
    """All that another language needs to know of the operators, as plain data."""
    return {
        "format": "tracebox-ops",
        "opset": OPSET,
        "dtypes": [
            {
                "name": d.name,
                "code": d.code,
                "itemsize": d.itemsize,
                "kind": d.kind,
                "storage": d.name in STORAGE,
            }
            for d in ALL
        ],
        "operators": [_operator(op) for op in operators().values()],
    }


def _accuracy(accuracy: Accuracy) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": accuracy.kind}
    if accuracy.kind in ("ulp", "body", "stable"):
        found["ulp"] = accuracy.ulp
    if accuracy.kind == "body":
        found["absolute"] = accuracy.absolute
    if accuracy.kind == "stable":
        found["relations"] = [{"text": r.text, "when": r.when} for r in accuracy.relations]
    return found


def _operator(op: Op) -> dict[str, Any]:
    accuracy = {"accuracy": _accuracy(op.accuracy)}
    if op.complex_accuracy is not None:
        accuracy["complex_accuracy"] = _accuracy(op.complex_accuracy)
    return {
        "name": op.name,
        "section": op.section,
        "family": op.family,
        "doc": op.doc,
        "composite": op.composite,
        "attrs": [_attribute(decl) for decl in op.attrs],
        "signatures": [_signature(op, signature) for signature in op.signatures],
        **accuracy,
        "errors": [_rule(op, rule) for rule in op.errors],
        "labels": list(op.labels),
    }


def _attribute(decl: AttrDecl) -> dict[str, Any]:
    found: dict[str, Any] = {"name": decl.name, "kind": decl.kind}
    if decl.default is not REQUIRED:
        found["default"] = attribute_json(decl.default)
    return {**found, "doc": decl.doc}


def attribute_json(value: Any) -> Any:
    """A default as JSON: lists for tuples, ``{"dtype": name}``, ``{"dim": text}``."""
    if isinstance(value, tuple):
        return [attribute_json(item) for item in value]
    if isinstance(value, DTypeAttr):
        return {"dtype": value.name}
    if isinstance(value, Expr):
        return {"dim": dim_text(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"the default {value!r} has no form in JSON")


def _signature(op: Op, signature: Signature) -> dict[str, Any]:
    variables = {
        name: dtypes if isinstance(dtypes, str) else list(dtypes)
        for name, dtypes in signature.typevars.items()
    }
    results = signature.results
    found: dict[str, Any] = {
        "since": signature.since,
        "typevars": variables,
        "args": [
            {
                "name": a.name,
                "pattern": a.pattern,
                "variadic": a.variadic,
                "optional": a.optional,
                "doc": a.doc,
            }
            for a in signature.args
        ],
        "rules": [_rule(op, rule) for rule in signature.rules],
        "results": results if isinstance(results, str) else list(results),
    }
    if signature.template:
        found["template"] = signature.template.strip("\n")
    return found


def _rule(op: Op, rule: Rule) -> dict[str, str]:
    return {"label": f"{op.name}.{rule.code}", "text": rule.text}


def family_index() -> str:
    """The text of ``schema/ops/index.py``."""
    lines = [
        '"""Which family declares which operator, so that a program\'s operators alone are imported.',
        "",
        "Written by ``python -m tracebox.schema.generate``.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "FAMILY_OF: dict[str, str] = {",
        *(f'    "{op.name}": "{op.family}",' for op in operators().values()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def formula_modules() -> dict[str, str]:
    """The texts of ``schema/ops/formulas/``, by file name."""
    found = {"__init__.py": '"""The formulas of each family; see `..formula_compiler`."""\n'}
    for family in FAMILIES:
        texts: dict[str, None] = {}
        for op in operators().values():
            for signature in op.signatures if op.family == family else ():
                texts.update(dict.fromkeys(rule.text for rule in signature.rules))
                results = signature.results
                texts.update(dict.fromkeys((results,) if isinstance(results, str) else results))
        found[f"{family}.py"] = _formula_module(family, texts)
    return found


def _formula_module(family: str, texts: Iterable[str]) -> str:
    code = {text: translate(ast.parse(text, mode="eval").body) for text in texts}
    used = {n.id for text in code.values() for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    names = sorted(used & set(vars(formula_values)) - set(vars(builtins)) | {"COMPILED"})
    lines = [
        f'"""The formulas of ``ops/{family}.py``; written by ``python -m tracebox.schema.generate``."""',
        "",
        "from __future__ import annotations",
        "",
        f"from ...formula_values import {', '.join(names)}",
        "",
        "COMPILED |= {",
        *(f"    {json.dumps(text)}: lambda e: {code[text]}," for text in code),
        "}",
    ]
    return "\n".join(lines) + "\n"


# --- the rules --------------------------------------------------------------------------


def load_rules() -> None:
    """Import all that declares rules. Other folders are named here, not imported in a statement."""
    label_rules()
    for folder in ("schema", "archive", "reader", "writer"):
        package = importlib.import_module(f"tracebox.{folder}")
        for found in pkgutil.walk_packages(package.__path__, f"tracebox.{folder}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def rule_table() -> str:
    """The rules that are no operator's, by section: chapter 11's table."""
    load_rules()
    own = set(label_rules())
    rows = [rule for code, rule in RULES.items() if code not in own]
    rows.sort(key=lambda rule: ([int(part) for part in rule.section.split(".")], rule.code))
    lines = ["| label | section | error | rule |", "|---|---|---|---|"]
    lines += [f"| [{r.code}] | {r.section} | {r.error.__name__} | {_cell(r.text)} |" for r in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- the files --------------------------------------------------------------------------


def specification() -> str:
    """The text of SPEC.md."""
    parts = [TITLE]
    for path in sorted(CHAPTERS.glob("*.md")):
        parts.append(path.read_text(encoding="utf-8").strip("\n") + "\n")
    text = "\n".join(parts)
    return text.replace(OPERATORS_MARK + "\n", operator_chapter()).replace(RULES_MARK + "\n", rule_table())


def files() -> dict[Path, str]:
    """The generated files and their texts."""
    ops = json.dumps(operators_json(), indent=1, ensure_ascii=False) + "\n"
    found = {ROOT / "schema" / "ops.json": ops, ROOT / "schema" / "ops" / "index.py": family_index()}
    folder = ROOT / "schema" / "ops" / "formulas"
    found |= {folder / name: text for name, text in formula_modules().items()}
    if CHAPTERS.is_dir():  # not in an installed copy
        found[ROOT / "SPEC.md"] = specification()
    return found


def main(argv: list[str] | None = None) -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(prog="python -m tracebox.schema.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a file would change")
    check = parser.parse_args(argv).check
    stale = [p for p, text in files().items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files()[path], encoding="utf-8")
        print(f"{'stale' if check else 'wrote'} {path.relative_to(ROOT)}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
