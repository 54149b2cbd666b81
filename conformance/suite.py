"""The cases on disk, read as things that a runtime is asked. SPEC 14.5.

Every `Question` is one request to load an archive and, unless the archive is to be
refused, one to run it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from ..archive.content import TensorData
from ..archive.entries import entry_points, required_features, state_fields
from ..archive.program import decode_program
from ..archive.write import write_archive
from ..schema.decoding import from_plain
from ..schema.dtypes import BY_NAME
from ..schema.errors import TraceboxError
from ..schema.ir import Attr, InitialValue, Program, TensorRef, walk
from ..schema.registry import find, label_rules
from ..schema.rules import RULES
from ..schema.types import TensorType, Type
from .conversation import Conversation
from .json_form import load, value_from_json, value_json
from .model import Accept, Fails, Reject, Value
from .oracle.arrays import Array
from .programs import ENTRY, archive_of, broken_program, call_program

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Question:
    """One case: the archive to load, what to run, and what must come of it.

    `outcome` is ``accept``, ``reject`` or ``fail``; `phases` (any of them) and `label` say how
    it is rejected or fails; `also` are labels as good. `operator` is the operator that the case
    is about, or "". With `type` there is no archive: the type's text is to be read. `features` are
    what a runtime may leave out (SPEC 14.1). A `conversation` says itself what to ask.
    """

    name: str
    operator: str
    needs: str
    archive: bytes
    outcome: str
    phases: tuple[str, ...] = ()
    label: str = ""
    also: tuple[str, ...] = ()
    inputs: tuple[Any, ...] | None = None
    outputs: tuple[Value, ...] = ()
    bounds: tuple[Array | None, ...] = ()
    attrs: Mapping[str, Attr] = field(default_factory=dict)
    type: str | None = None
    features: tuple[str, ...] = ()
    conversation: Conversation | None = None


def questions(select: tuple[str, ...] = ()) -> Iterator[Question]:
    """All cases, or those in whose name one of the texts of `select` occurs."""
    yield from container_questions(select)
    yield from program_questions(select)
    yield from conversation_questions(select)
    for path in sorted((CASES / "ops").glob("*.json")):
        op, _, cases = load(path.read_text("utf-8"))
        for case in cases:
            name = f"ops/{op}/{case.name}"
            if _selected(name, select):
                yield from operator_questions(name, op, case)


def _selected(name: str, select: tuple[str, ...]) -> bool:
    return not select or any(text in name for text in select)


def needs_of(op: str) -> str:
    """The least profile that has the operator. SPEC 14.1."""
    found = find(op)
    return "full" if found is not None and found.family in ("string", "container") else "primitives"


def operator_questions(name: str, op: str, case: Accept | Reject | Fails) -> Iterator[Question]:
    """The questions of one operator case; a rejected call's twin is one of its own."""
    needs = needs_of(op)
    if isinstance(case, Reject):
        twin = (case.valid_attrs, case.valid_operands)
        yield Question(f"{name}:twin", op, needs, archive_of(call_program(op, *twin)), "accept")
        broken = broken_program(op, twin, case.attrs, case.operands)
        yield Question(name, op, needs, archive_of(broken), "reject", (phase_of(case.label),), case.label)
        return
    archive = archive_of(call_program(op, case.attrs, case.operands))
    inputs = tuple(map(value_json, case.inputs))
    if isinstance(case, Fails):
        yield Question(name, op, needs, archive, "fail", ("program",), case.label, (), inputs)
    else:
        expected = (inputs, case.outputs, case.bounds, case.attrs)
        yield Question(name, op, needs, archive, "accept", (), "", (), *expected)


def phase_of(label: str) -> str:
    """The phase in which a breach of the rule is found."""
    label_rules()
    return RULES[label].error.phase


def container_questions(select: tuple[str, ...]) -> Iterator[Question]:
    """The hostile archives and their valid twins."""
    folder = CASES / "container"
    for entry in json.loads((folder / "index.json").read_text("utf-8"))["archives"]:
        name = f"container/{entry['name']}"
        if _selected(name, select):
            yield _judged(name, "container", entry, archive_in(folder / entry["file"]))


def archive_in(path: Path) -> bytes:
    """The archive in a file; one whose name ends in ``.zst`` is a zstd frame."""
    data = path.read_bytes()
    if path.suffix != ".zst":
        return data
    from zstandard import ZstdDecompressor

    content: bytes = ZstdDecompressor().decompress(data)
    return content


def program_questions(select: tuple[str, ...]) -> Iterator[Question]:
    """Programs, encodings and types, invalid ones beside their valid twins."""
    for path in sorted((CASES / "program").glob("*.json")):
        found = json.loads(path.read_text("utf-8"))
        for entry in found["cases"]:
            name = f"program/{path.stem}/{entry['name']}"
            if not _selected(name, select):
                continue
            if "spans" in entry:  # debug information, which a runtime need not read
                continue
            if found["kind"] == "types":
                yield _judged(name, "primitives", entry, b"", entry["type"])
            else:
                yield _judged(name, "primitives", entry, _program_archive(entry))


def conversation_questions(select: tuple[str, ...] = ()) -> Iterator[Question]:
    """Conversations about programs with state, limits, arguments, and about texts."""
    for folder in (CASES / "sessions", CASES / "text"):
        for path in sorted(folder.glob("*.json")):
            for entry in json.loads(path.read_text("utf-8"))["cases"]:
                name = f"{folder.name}/{path.stem}/{entry['name']}"
                if _selected(name, select):
                    steps = Conversation(tuple(entry["steps"]), folder)
                    features = tuple(entry["features"])
                    yield Question(name, "", entry["profile"], b"", "", features=features, conversation=steps)


def _judged(
    name: str, needs: str, entry: dict[str, Any], archive: bytes, text: str | None = None
) -> Question:
    """A question that is answered by accepting or refusing."""
    label = entry.get("label")
    if "inputs" in entry:
        return _run(name, entry, archive)
    if not label:
        return Question(name, "", needs, archive, "accept", type=text)
    also = tuple(entry.get("also", ()))
    phases = tuple(dict.fromkeys(map(phase_of, (label, *also))))
    return Question(name, "", needs, archive, "reject", phases, label, also, type=text)


def _run(name: str, entry: dict[str, Any], archive: bytes) -> Question:
    """A question that is answered by running the program."""
    inputs, label = tuple(entry["inputs"]), entry.get("label")
    needs = "full" if _wants_all(from_plain(_with_bytes(entry["program"]))) else "primitives"
    if label:
        return Question(name, "", needs, archive, "fail", (entry["phase"],), label, inputs=inputs)
    outputs = tuple(map(value_from_json, entry["outputs"]))
    return Question(name, "", needs, archive, "accept", inputs=inputs, outputs=outputs)


def _wants_all(program: Program) -> bool:
    """Whether running `ENTRY` takes what the profile `primitives` has not. SPEC 14.1.

    Methods that it calls count as such; functions without a module are looked into.
    """
    return any(
        node.kind in ("get", "set", "print", "fork", "wait")
        or (node.kind == "call" and node.name.startswith("self."))
        or (node.kind == "op" and needs_of(node.name) == "full")
        for function in (program.export(ENTRY), *program.functions)
        for node in walk(function.body)
    )


def _program_archive(entry: dict[str, Any]) -> bytes:
    """The archive around a program case; the manifest says of the program what can be said."""
    from msgpack import packb

    if "bytes" in entry:
        data = base64.b64decode(entry["bytes"])
    else:
        data = packb(_with_bytes(entry["program"]))
    try:
        program = decode_program(data)
        return write_archive(
            None,
            program=data,
            tensors=_zeros(program),
            entry_points=entry_points(program),
            state=state_fields(program),
            features=required_features(program),
        )
    except (TraceboxError, KeyError, IndexError):  # not even that can be said of it
        return write_archive(None, program=data)


def _zeros(program: Program) -> dict[str, TensorData]:
    """The tensors that the program refers to, all zeros; an unknown dimension is 1, an unknown dtype f32."""
    found = {}
    for instance in program.instances:
        cls = program.module_class(instance.class_name)
        wanted: list[tuple[Type, InitialValue]] = [
            (t, TensorRef(name)) for (_, t), name in zip(cls.params, instance.params)
        ]
        wanted += [(t, initial) for (_, t), initial in zip(cls.fields, instance.fields)]
        for t, initial in wanted:
            if isinstance(t, TensorType) and isinstance(initial, TensorRef):
                shape = tuple(dim if isinstance(dim, int) else 1 for dim in t.shape or ())
                dtype = t.dtype or "f32"
                found[initial.name] = TensorData(dtype, shape, bytes(prod(shape) * BY_NAME[dtype].itemsize))
    return found


def _with_bytes(plain: Any) -> Any:
    """JSON with ``{"base64": ...}`` as the plain form that it stands for."""
    if isinstance(plain, dict):
        return base64.b64decode(plain["base64"])
    return [_with_bytes(item) for item in plain] if isinstance(plain, list) else plain
