"""What differs between two archives without running them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher, unified_diff
from typing import Any

from ...schema.ir import (
    Attr,
    Function,
    InitialValue,
    Node,
    Program,
    TensorConst,
    TensorRef,
    Value,
    all_functions,
    walk,
)
from ...schema.registry import find
from ...schema.text.printer import function_lines
from ...schema.types import type_text
from ..read import Archive
from .signature import signature_text
from .tolerances import distance

Row = dict[str, Any]


def metadata(a: Archive, b: Archive) -> list[Row]:
    """Version, features, producer and the metadata."""
    return _changes(_flat(a), _flat(b))


def _flat(archive: Archive) -> dict[str, Any]:
    m = archive.manifest
    found: dict[str, Any] = {"version": list(m.version), "features": list(m.features)}
    found.update((f"opsets.{name}", version) for name, version in m.opsets.items())
    found.update((f"producer.{name}", value) for name, value in m.producer.items())
    found.update((f"metadata.{name}", value) for name, value in m.metadata.items())
    return found


def entries(a: Archive, b: Archive) -> list[Row]:
    """Entry points, by their signatures."""
    return _changes(*({e.name: signature_text(e) for e in file.manifest.entry_points} for file in (a, b)))


def _changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Row]:
    names = dict.fromkeys([*a, *b])
    return [{"name": n, "a": a.get(n), "b": b.get(n)} for n in names if a.get(n) != b.get(n)]


# --- parameters and state -------------------------------------------------------


def parameters(a: tuple[Archive, Program], b: tuple[Archive, Program]) -> list[Row]:
    """Parameters by module path: those of one file alone, renamed ones, and changed ones."""
    mine, yours = _parameters(a[1]), _parameters(b[1])
    rows: list[Row] = []
    content = {_content(b[0], tensor): path for path, tensor in yours.items() if path not in mine}
    renamed = set()
    for path, tensor in mine.items():
        if path in yours:
            found = _tensors(a[0], tensor, b[0], yours[path])
            if found is not None:
                rows.append({"name": path, **found})
            continue
        other = content.get(_content(a[0], tensor))
        if other is not None and other not in renamed:
            renamed.add(other)
            rows.append({"name": path, "change": "renamed", "to": other})
        else:
            rows.append({"name": path, "change": "removed", "a": _type(a[0], tensor)})
    rows += [
        {"name": path, "change": "added", "b": _type(b[0], tensor)}
        for path, tensor in yours.items()
        if path not in mine and path not in renamed
    ]
    return rows


def _parameters(program: Program) -> dict[str, str]:
    """For each parameter by its path the name of the stored tensor."""
    found = {}
    for index, path in program.instance_paths().items():
        instance = program.instances[index]
        names = [name for name, _ in program.module_class(instance.class_name).params]
        for name, tensor in zip(names, instance.params):
            found[f"{path}.{name}" if path else name] = tensor
    return found


def _entry(archive: Archive, name: str) -> Any:
    return next(tensor for tensor in archive.manifest.tensors if tensor.name == name)


def _content(archive: Archive, name: str) -> tuple[object, ...]:
    entry = _entry(archive, name)
    return (entry.member, entry.dtype, entry.shape)


def _type(archive: Archive, name: str) -> str:
    entry = _entry(archive, name)
    return f"{entry.dtype}[{','.join(map(str, entry.shape))}]"


def _tensors(a: Archive, name: str, b: Archive, other: str) -> Row | None:
    if _content(a, name) == _content(b, other):
        return None
    types = _type(a, name), _type(b, other)
    if types[0] != types[1]:
        return {"change": "type", "a": types[0], "b": types[1]}
    found = distance(a.tensor(name), b.tensor(other))
    return {"change": "values", "type": types[0], **found} if found["unequal"] else None


def state(a: tuple[Archive, Program], b: tuple[Archive, Program]) -> list[Row]:
    """Fields by path: their types and initial values."""
    mine, yours = _fields(a[1]), _fields(b[1])
    rows: list[Row] = []
    for path in dict.fromkeys([*mine, *yours]):
        if path not in yours:
            rows.append({"name": path, "change": "removed", "a": mine[path][0]})
        elif path not in mine:
            rows.append({"name": path, "change": "added", "b": yours[path][0]})
        elif mine[path][0] != yours[path][0]:
            rows.append({"name": path, "change": "type", "a": mine[path][0], "b": yours[path][0]})
        else:
            x, y = mine[path][1], yours[path][1]
            if isinstance(x, TensorRef) and isinstance(y, TensorRef):
                found = _tensors(a[0], x.name, b[0], y.name)
                if found is not None:
                    rows.append({"name": path, **found})
            elif x != y:
                rows.append({"name": path, "change": "value", "a": repr(x), "b": repr(y)})
    return rows


def _fields(program: Program) -> dict[str, tuple[str, InitialValue]]:
    found = {}
    for index, path in program.instance_paths().items():
        instance = program.instances[index]
        declared = program.module_class(instance.class_name).fields
        for (name, t), value in zip(declared, instance.fields):
            found[f"{path}.{name}" if path else name] = (type_text(t), value)
    return found


# --- the program ----------------------------------------------------------------


def program(a: Program, b: Program) -> list[Row]:
    """Functions of one file alone, renamed ones, and changed ones with a unified diff.

    The nodes of two functions are lined up by kind, operator, attributes and types, and as many
    nodes in a row that differ in attributes or types alone one by one; a value of `b` then takes
    the name of the value of `a` that it stands beside, so that a line differs only if the node
    does or takes other operands. `b` is changed by that.
    """
    mine, yours = _functions(a), _functions(b)
    rows: list[Row] = []
    gone = [name for name in mine if name not in yours]
    new = [name for name in yours if name not in mine]
    for name in gone:
        twin = next((n for n in new if _same_but_for_names(a, mine[name], b, yours[n])), None)
        if twin is not None:
            new.remove(twin)
            rows.append({"name": name, "change": "renamed", "to": twin})
        else:
            rows.append({"name": name, "change": "removed", "nodes": _size(mine[name][0])})
    rows += [{"name": name, "change": "added", "nodes": _size(yours[name][0])} for name in new]
    for name in mine:
        if name in yours:
            x, y = _texts(a, mine[name], b, yours[name])
            if x != y:
                diff = unified_diff(x, y, f"a/{name}", f"b/{name}", lineterm="")
                rows.append({"name": name, "change": "changed", "diff": list(diff)})
    return rows


_Held = tuple[Function, bool]


def _functions(program: Program) -> dict[str, _Held]:
    """The functions, methods and custom operators by name; with whether it is a method."""
    found = {name: (f, cls is not None) for name, cls, f in all_functions(program) if cls is not None}
    found.update((f.name, (f, False)) for f in program.functions)
    found.update(
        (f"operator {body.op}", (body.function, False)) for body in program.bodies if find(body.op) is None
    )
    return found


def _size(function: Function) -> int:
    return sum(1 for _ in walk(function.body))


def _same_but_for_names(a: Program, mine: _Held, b: Program, yours: _Held) -> bool:
    if _size(mine[0]) != _size(yours[0]) or mine[1] != yours[1]:
        return False
    x, y = _texts(a, mine, b, yours)
    return x[1:] == y[1:]


def _texts(a: Program, mine: _Held, b: Program, yours: _Held) -> tuple[list[str], list[str]]:
    _rename_like(mine[0], yours[0])
    return function_lines(a, mine[0], method=mine[1]), function_lines(b, yours[0], method=yours[1])


def _rename_like(a: Function, b: Function) -> None:
    """Give the values of `b` the names of those of `a` that they stand beside."""
    mine, yours = list(walk(a.body)), list(walk(b.body))
    pairs: list[tuple[Value, Value]] = list(zip(a.params, b.params))
    matcher = SequenceMatcher(None, list(map(_key, mine)), list(map(_key, yours)), autojunk=False)
    for _, i, stop, j, end in matcher.get_opcodes():
        for x, y in zip(mine[i:stop], yours[j:end]):
            if stop - i == end - j and (x.kind, x.name) == (y.kind, y.name):
                pairs += zip(_made(x), _made(y))
    names = {value: own.name for own, value in pairs}
    taken = {value.name for value in (*a.params, *(v for node in mine for v in _made(node)))}
    for value in (*b.params, *(v for node in yours for v in _made(node))):
        name = names.get(value)
        if name is None:
            name = value.name
            while name in taken:
                name += "_"
            taken.add(name)
        value.name = name


def _made(node: Node) -> Iterator[Value]:
    yield from node.results
    for block in node.blocks:
        yield from block.params


def _key(node: Node) -> tuple[object, ...]:
    attrs = tuple((name, _frozen(value)) for name, value in sorted(node.attrs.items()))
    types = tuple(type_text(value.type) for value in node.results)
    return (node.kind, node.name, attrs, types, len(node.inputs), len(node.blocks))


def _frozen(value: Attr) -> object:
    if isinstance(value, tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, TensorConst):
        return (value.dtype, value.shape, value.data)
    return (type(value).__name__, repr(value))
