"""The specification's chapter of operators, from their declarations. SPEC 8."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

from . import dtypes
from .ir import DTypeAttr
from .registry import FAMILIES, REQUIRED, Accuracy, Arg, AttrDecl, Op, Rule, Signature, operators

#: Classes of dtypes by name, for the tables; the longest come first.
_CLASSES: dict[tuple[str, ...], str] = {
    dtypes.STORED: "every dtype",
    dtypes.ANY: "every dtype but the storage dtypes",
    dtypes.NUMERIC: "integer, floating and complex dtypes",
    dtypes.REAL: "integer and floating dtypes",
    dtypes.INEXACT: "floating and complex dtypes",
    dtypes.INTEGER: "integer dtypes",
    dtypes.FLOATING: "floating dtypes",
}


def operator_chapter() -> str:
    """Sections 8.1, 8.2, ... with one entry for each operator."""
    parts: list[str] = []
    for number, family in enumerate(FAMILIES, 1):
        members = [op for op in operators().values() if op.family == family]
        if members:
            heading, *more = title(family)
            parts.append(f"### 8.{number} {heading}\n")
            parts += [paragraph + "\n" for paragraph in more]
            parts += ["\n".join(entry(op, f"#### {op.section} `{op.name}`")) for op in members]
    return "\n".join(parts)


def title(family: str) -> list[str]:
    """The heading of a family and the paragraphs under it, from its module's docstring."""
    doc = importlib.import_module(f"{__package__}.ops.{family}").__doc__ or ""
    first, *paragraphs = [" ".join(part.split()) for part in doc.strip().split("\n\n")]
    heading, _, rest = first.partition(". SPEC")
    after = rest.split(". ", 1)[1] if ". " in rest else ""
    return [heading, *([after] if after else []), *paragraphs]


def entry(op: Op, heading: str) -> Iterator[str]:
    """The lines of one operator under `heading`."""
    yield heading
    yield ""
    yield op.doc
    yield ""
    for signature in op.signatures:
        yield "```"
        yield signature_text(op, signature)
        yield "```"
        yield ""
        lines = [*_variables(op, signature), *_documented(signature.args), *_rules(op, signature.rules)]
        if signature.since > 1:
            lines.append(f"- since opset {signature.since}")
        yield from lines
        if lines:
            yield ""
        if signature.template:
            yield "Definition:"
            yield ""
            yield "```python"
            yield signature.template.strip("\n")
            yield "```"
            yield ""
    if op.attrs:
        yield "| attribute | kind | default | |"
        yield "|---|---|---|---|"
        yield from map(_attribute, op.attrs)
        yield ""
    if op.errors:
        yield "Errors:"
        yield ""
        yield from (f"- [{op.name}.{rule.code}] {rule.text}" for rule in op.errors)
        yield ""
    other = op.complex_accuracy
    yield f"Accuracy: {accuracy_text(op.accuracy)}{f'; complex: {accuracy_text(other)}' if other else ''}."
    yield ""


def signature_text(op: Op, signature: Signature) -> str:
    """The signature in one line: operands, attributes, results."""
    operands = ", ".join(map(_operand, signature.args))
    attrs = ", ".join(
        decl.name if decl.default is REQUIRED else f"{decl.name}={_value(decl.default)}" for decl in op.attrs
    )
    inside = f"{operands}; {attrs}" if operands and attrs else operands or attrs
    results = signature.results if isinstance(signature.results, str) else ", ".join(signature.results)
    return f"{op.name}({inside}) -> {results or 'nothing'}"


def _operand(arg: Arg) -> str:
    mark = "..." if arg.variadic else "?" if arg.optional else ""
    return f"{arg.name}{mark}: {arg.pattern}"


def _variables(op: Op, signature: Signature) -> Iterator[str]:
    labelled = signature.labelled_typevars()
    for name, allowed in signature.typevars.items():
        if isinstance(allowed, str):
            yield f"- {name}: one type, whatever it is [ir.typevar]"
        else:
            label = f" [{op.name}.{name}]" if name in labelled else ""
            yield f"- {name}: {_CLASSES.get(tuple(allowed)) or ', '.join(allowed)}{label}"


def _documented(args: Iterable[Arg]) -> Iterator[str]:
    for arg in args:
        if arg.doc:
            yield f"- `{arg.name}`: {arg.doc}"


def _rules(op: Op, rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield f"- [{op.name}.{rule.code}] `{rule.text}`"


def _attribute(decl: AttrDecl) -> str:
    default = "" if decl.default is REQUIRED else f"`{_value(decl.default)}`"
    return f"| `{decl.name}` | {decl.kind} | {default} | {decl.doc} |"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, DTypeAttr):
        return value.name
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "none"
    return repr(value) if not isinstance(value, str) else f'"{value}"'


def accuracy_text(accuracy: Accuracy) -> str:
    """The accuracy class in words of section 9.3."""
    if accuracy.kind == "exact":
        return "exact"
    if accuracy.kind == "rounded":
        return "correctly rounded"
    if accuracy.kind == "ulp":
        return f"{accuracy.ulp:g} ulp"
    if accuracy.kind == "dot":
        return "dot"
    if accuracy.kind == "stable":
        stated = [f"`{r.text}`" + (f" where `{r.when}`" if r.when else "") for r in accuracy.relations]
        return f"stable {accuracy.ulp:g}" + (": " + "; ".join(stated) if stated else "")
    bounds = [f"{accuracy.ulp:g} ulp"] if accuracy.ulp or not accuracy.absolute else []
    if accuracy.absolute:
        bounds.append(f"{accuracy.absolute:g} ulp of the largest result")
    return "body: " + " or ".join(bounds)
