"""What a manifest says of a program: its entry points, its state, the features that it needs. SPEC 3."""

from __future__ import annotations

from ..schema.ir import Program, all_functions, walk
from ..schema.manifest import EntryPoint, Parameter, StateField, Tree
from ..schema.registry import find
from ..schema.types import type_text

_CONTROL = frozenset({"if", "loop", "fork", "wait"})


def entry_point(program: Program, name: str) -> EntryPoint:
    """The entry point of the exported method `name`: every parameter a leaf, several results a tuple."""
    method = program.export(name)
    parameters = tuple(
        Parameter(value.name, "positional_or_keyword", {"leaf": index})
        for index, value in enumerate(method.params)
    )
    leaves: list[Tree] = [{"leaf": index} for index in range(len(method.results))]
    return EntryPoint(
        name,
        "",
        name,
        parameters,
        leaves[0] if len(leaves) == 1 else {"tuple": leaves},
        tuple(type_text(value.type) for value in method.params),
        tuple(map(type_text, method.results)),
    )


def entry_points(program: Program) -> tuple[EntryPoint, ...]:
    """`entry_point` of every export."""
    return tuple(entry_point(program, name) for name in program.exports)


def state_fields(program: Program) -> tuple[StateField, ...]:
    """Every field of every module, by the first path that leads to it."""
    return tuple(
        StateField(f"{path}.{name}" if path else name, type_text(t))
        for index, path in program.instance_paths().items()
        for name, t in program.module_class(program.instances[index].class_name).fields
    )


def required_features(program: Program) -> tuple[str, ...]:
    """The features that a runtime needs for `program`, sorted. SPEC 12.2; codecs add theirs."""
    found = set()
    if any(cls.fields for cls in program.classes):
        found.add("state")
    if any(find(body.op) is None for body in program.bodies):
        found.add("custom-operators")
    for _, _, function in all_functions(program):
        if any(node.kind in _CONTROL for node in walk(function.body)):
            found.add("control-flow")
    return tuple(sorted(found))
