"""An entry point's signature as a line of Python."""

from __future__ import annotations

from json import dumps

from ...schema.manifest import MISSING, EntryPoint, Tree


def signature_text(entry: EntryPoint) -> str:
    """The signature, such as ``forward(x: f32[B,3], *, scale: float = 1.0) -> f32[B,5]``."""
    parts: list[str] = []
    star = False
    last_positional = max((i for i, p in enumerate(entry.parameters) if p.kind == "positional"), default=-1)
    for index, parameter in enumerate(entry.parameters):
        if parameter.kind == "keyword" and not star:
            parts.append("*")
            star = True
        text = f"{parameter.name}: {tree_text(parameter.tree, entry.inputs)}"
        if parameter.default is not MISSING:
            text += f" = {parameter.default!r}"
        parts.append(text)
        if index == last_positional:
            parts.append("/")
    return f"{entry.name}({', '.join(parts)}) -> {tree_text(entry.results, entry.outputs)}"


def tree_text(tree: Tree, leaves: tuple[str, ...]) -> str:
    """A tree of inputs or outputs with the types of its leaves."""
    ((kind, value),) = tree.items()
    if kind == "leaf":
        return leaves[value]
    if kind == "const":
        return dumps(value)
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {tree_text(item, leaves)}" for key, item in value) + "}"
    inside = ", ".join(tree_text(item, leaves) for item in value)
    return f"[{inside}]" if kind == "list" else f"({inside},)" if len(value) == 1 else f"({inside})"
