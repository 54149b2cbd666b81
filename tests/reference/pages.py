"""The reference pages docs/operators/*.md: one for each family of operators, from their declarations."""

from __future__ import annotations

import functools
import types
from pathlib import Path
from typing import Any

from tests.numpy_api.table import PLAIN, Entry, examine, functions
from tracebox import xp
from tracebox.conformance import json_form
from tracebox.conformance.model import Accept
from tracebox.conformance.programs import call_program
from tracebox.schema.operator_text import entry, title
from tracebox.schema.registry import FAMILIES, Op, operators
from tracebox.schema.text.printer import print_program

ROOT = Path(__file__).parents[2]
CASES = ROOT / "conformance" / "cases" / "ops"

#: The parts of the namespace in which an operator's own name is looked for.
NAMESPACES = ("xp", "xp.linalg", "xp.fft", "xp.nn", "xp.random")


def pages() -> dict[str, str]:
    """The pages by file name."""
    found = {}
    listed = []
    for number, family in enumerate(FAMILIES, 1):
        members = [op for op in operators().values() if op.family == family]
        if members:
            name = f"{family}.md"
            heading, *more = title(family)
            body = "\n".join("\n".join(_lines(op)) for op in members)
            found[name] = "\n\n".join([f"# {heading}", *more, f"SPEC 8.{number}.", body])
            names = ", ".join(f"[`{op.name}`]({name}#{_anchor(op.name)})" for op in members)
            listed.append(f"**[{heading}]({name})** {names}\n")
    head = (
        "# Operators\n\nOne page for each family, from the declarations in `schema/ops`; "
        "`make generate` writes them. SPEC.md, chapter 8, is the authority.\n\n"
    )
    found["README.md"] = head + "\n".join(listed)
    return {name: text.rstrip() + "\n" for name, text in found.items()}


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _lines(op: Op) -> list[str]:
    lines = list(entry(op, f"## {op.name}"))
    names = _names().get(op.name, [])
    if names:
        lines += ["In a trace: " + ", ".join(f"`{name}`" for name in names) + ".", ""]
    example = _example(op)
    if example:
        lines += ["```python", *example, "```", ""]
    return lines


# --- what it is called in a trace -----------------------------------------------


@functools.cache
def _names() -> dict[str, list[str]]:
    """The functions of the namespace and of NumPy that are one operator, by the operator's name."""
    found: dict[str, list[str]] = {}
    known = operators()
    for namespace in NAMESPACES:
        place: Any = xp
        for part in namespace.split(".")[1:]:
            place = getattr(place, part, None)
        for name in sorted(dir(place)):
            if name in known and isinstance(getattr(place, name), types.FunctionType):
                found.setdefault(name, []).append(f"{namespace}.{name}")
    for sample in functions():
        if sample.bare not in PLAIN:
            examine(sample)
        if len(sample.operators) == 1:
            names = found.setdefault(sample.operators[0], [])
            if _same_call(sample) and f"np.{sample.bare}" not in names:
                names.append(f"np.{sample.bare}")
    return found


def _same_call(sample: Entry) -> bool:
    """Whether the call that shows a function is that function alone."""
    return sample.call.startswith(f"np.{sample.bare}(") and sample.call.count("np.") == 1


# --- an example -----------------------------------------------------------------


def _example(op: Op) -> list[str]:
    """The text of a short program that calls the operator: that of one of its cases."""
    path = CASES / f"{op.name}.json"
    if not path.exists():
        return []
    _, _, cases = json_form.load(path.read_text(encoding="utf-8"))
    accepted = [case for case in cases if isinstance(case, Accept)]
    if not accepted:
        return []
    chosen = min(accepted, key=_plainness)
    (text,) = (
        text
        for name, text in print_program(call_program(op.name, chosen.attrs, chosen.operands)).items()
        if name.endswith("cases.py")
    )
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.lstrip().startswith("def "))
    return [line.removeprefix("    ") for line in lines[start:] if line.strip()]


def _plainness(case: Accept) -> tuple[Any, ...]:
    """Cases of 32-bit floats of rank 1 and more with short types come first."""
    text = " ".join(case.operands)
    empty = "[0" in text or ",0" in text
    flat = any(operand.endswith("[]") for operand in case.operands)
    return (empty, "f32" not in text, flat, len(case.attrs), len(text), case.name)
