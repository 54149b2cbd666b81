"""Programs that begin with the state of a session. SPEC 5.8, 10.5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..archive.content import TensorData
from ..archive.program import encode_program
from ..archive.rewrite import archive_fields
from ..reader.convert import presenter
from ..reader.load import LoadedProgram
from ..reader.program import Runnable
from ..reader.session import Session
from ..reader.values import Record, dtype_name
from ..reader.vectors import MEMBER, Call, Free, dump_vectors, free, load_vectors
from ..schema import dtypes
from ..schema.errors import TraceboxError
from ..schema.ir import Initial, InitialValue, Instance, Program, TensorRef
from ..schema.text.printer import print_program
from ..schema.types import ClassType, ContainerType, TensorType, Type
from .program import TracedProgram, Vector


def carried(session: Session) -> tuple[Program, dict[str, tuple[str, Any]]]:
    """The session's program, begun with the session's state.

    Returns
    -------
    tuple
        The program; and for each tensor that a field holds, by name, its dtype and an array, which
        for a storage dtype is of unsigned integers.
    """
    planner = session._machine.planner
    program, engine = planner.program, session._machine.engine
    taken = {name for instance in program.instances for name in instance.params}
    tensors: dict[str, tuple[str, Any]] = {}
    found: dict[str, InitialValue] = {}

    def initial(value: Any, t: Type, path: str) -> InitialValue:
        if isinstance(t, ContainerType) and t.kind == "optional":
            return None if value is None else initial(value, t.items[0], path)
        if isinstance(t, TensorType):
            return TensorRef(stored(engine.to_host(value), t, path))
        if isinstance(t, ClassType):
            assert isinstance(value, Record)
            fields = planner.records[t.name].fields
            parts = [initial(value.fields[name], part, f"{path}.{name}") for name, part in fields]
            return Initial("record", tuple(parts))
        if not isinstance(t, ContainerType):
            scalar: InitialValue = value
            return scalar
        if t.kind == "dict":
            flat = [part for pair in value.items() for part in pair]
            types = t.items * len(value)
        else:
            flat, types = list(value), t.items if t.kind == "tuple" else t.items * len(value)
        items = [initial(part, item, f"{path}.{n}") for n, (part, item) in enumerate(zip(flat, types))]
        return Initial(t.kind, tuple(items))

    def stored(array: Any, t: TensorType, path: str) -> str:
        name, number = path, 1
        while name in taken:
            name, number = f"{path}.{number}", number + 1
        taken.add(name)
        known = dtypes.BY_NUMPY.get(dtype_name(array))
        dtype = t.dtype or (known.name if known else "")
        tensors[name] = dtype, np.array(array, order="C")
        return name

    for (path, t, _), value in zip(planner.fields, session._fields):
        found[path] = initial(value, t, path)
    instances = list(program.instances)
    for index, path in program.instance_paths().items():
        old = instances[index]
        cls = program.module_class(old.class_name)
        values = tuple([found[f"{path}.{name}" if path else name] for name, _ in cls.fields])
        instances[index] = Instance(old.class_name, old.params, values, old.submodules)
    made = Program(
        program.opset,
        program.records,
        program.bodies,
        program.functions,
        program.classes,
        tuple(instances),
        program.exports,
    )
    return made, tensors


def traced_from(session: Session, program: TracedProgram) -> TracedProgram:
    """What was traced, begun with the session's state; its vectors have the outputs that they have now."""
    made, tensors = carried(session)
    used = {name for instance in made.instances for name in instance.params}
    arrays = {name: _array(session, *found) for name, found in tensors.items()}
    new = TracedProgram(
        function=program.function,
        program=made,
        tensors={name: value for name, value in program.tensors.items() if name in used} | arrays,
        entry_points=program.entry_points,
        warnings=program.warnings,
        sources=program.sources,
        vectors={},
    )
    new.checks = program.checks
    new.functions = program.functions
    for name, vectors in program.vectors.items():
        calls = [Call(name, True, vector.inputs, vector.outputs) for vector in vectors]
        new.vectors[name] = [Vector(call.inputs, call.outputs) for call in _again(new.runnable, calls)]
    return new


def _array(session: Session, dtype: str, array: Any) -> Any:
    """An array of the dtype's own class, where there is a package that has it."""
    show = presenter(session._machine.engine, TensorType(dtype, None))
    return show(array) if show is not None else array


def archive_from(session: Session, program: LoadedProgram) -> dict[str, Any]:
    """The arguments of `copy_archive` by which an archive begins with the session's state.

    Its recorded calls have the results that they have now; those that fail now are left out.
    """
    archive = program._archive
    made, tensors = carried(session)
    used = {name for instance in made.instances for name in instance.params}
    data = {name: TensorData(dtype, array.shape, array) for name, (dtype, array) in tensors.items()}
    old = archive_fields(archive)["tensors"]
    changes: dict[str, Any] = {
        "program": encode_program(made),
        "tensors": {name: value for name, value in old.items() if name in used} | data,
    }
    if archive.code:
        changes["code"] = print_program(made)
    if MEMBER in archive.names:

        def read(name: str) -> Any:
            return tensors[name][1] if name in tensors else archive.tensor(name)

        new = Runnable(made, read, entry_points=archive.manifest.entry_points)
        calls = list(_again(new, load_vectors(archive.read(MEMBER))))
        changes["tests"] = {MEMBER: dump_vectors(calls)} if calls else {}
    return changes


def _again(program: Runnable, calls: list[Call]) -> Iterator[Call]:
    """The calls with the results that they have in `program`, up to the first in a session that fails."""
    session, whole = program.new_session(), True
    for call in calls:
        if call.fresh:
            session, whole = program.new_session(), True
        if not whole:
            continue
        try:
            outputs, types = session.run_leaves(call.entry, call.inputs)
        except TraceboxError:
            whole = False
            continue
        again = [
            (free(new, t) if old.dtype is not None else old) if isinstance(old, Free) else new
            for old, new, t in zip(call.outputs, outputs, types)
        ]
        yield Call(call.entry, call.fresh, call.inputs, again)
