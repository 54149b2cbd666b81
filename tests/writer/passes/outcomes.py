"""What a program does: results bit by bit, errors, printed lines and state, on random inputs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np

from tracebox.archive.read import numpy_dtype
from tracebox.reader.limits import Limits
from tracebox.reader.program import Runnable
from tracebox.schema import dtypes
from tracebox.schema.dims import Expr, Unknown, symbol_name
from tracebox.schema.errors import LimitError, TraceboxError
from tracebox.schema.ir import Initial, InitialValue, Instance, Program, RecordClass, TensorRef
from tracebox.schema.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    STR,
    ClassType,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
)

SCALAR_VALUES: dict[ScalarType, tuple[Any, ...]] = {
    INT: (0, 1, 2, -1, 5, 2**62),
    FLOAT: (0.0, -0.0, 1.5, float("inf"), float("nan")),
    BOOL: (True, False),
    STR: ("", "a", "x y"),
    COMPLEX: (0j, complex(-0.0, 1.0)),
    NONE: (None,),
}


class Values:
    """Random values of types; one size for each symbol."""

    def __init__(self, r: Random, records: tuple[RecordClass, ...]) -> None:
        self.r = r
        self.records = {record.name: record for record in records}
        self.sizes: dict[str, int] = {}

    def of(self, t: Type) -> Any:
        r = self.r
        if isinstance(t, TensorType):
            shape = (2,) if t.shape is None else tuple(map(self.size, t.shape))
            return tensor(r, t.dtype or "f32", shape)
        if isinstance(t, ClassType):
            return {name: self.of(held) for name, held in self.records[t.name].fields}
        if isinstance(t, ContainerType):
            if t.kind == "tuple":
                return tuple(self.of(item) for item in t.items)
            if t.kind == "optional":
                return None if r.random() < 0.5 else self.of(t.items[0])
            if t.kind == "list":
                return [self.of(t.items[0]) for _ in range(r.randrange(3))]
            return {self.of(t.items[0]): self.of(t.items[1]) for _ in range(r.randrange(2))}
        assert isinstance(t, ScalarType)
        return r.choice(SCALAR_VALUES[t])

    def size(self, dim: object) -> int:
        if isinstance(dim, int):
            return dim
        if isinstance(dim, Unknown):
            return self.r.choice((0, 1, 2, 3))
        assert isinstance(dim, Expr)
        name = symbol_name(dim)
        assert name is not None
        return self.sizes.setdefault(name, self.r.choice((0, 1, 2, 3)))


def tensor(r: Random, dtype: str, shape: tuple[int, ...]) -> Any:
    """A random array, special values among its elements."""
    kind = dtypes.BY_NAME[dtype].kind
    count = int(np.prod(shape))
    if kind == "bool":
        return np.array([r.random() < 0.5 for _ in range(count)], bool).reshape(shape)
    if kind in ("int", "uint"):
        return np.array([r.choice((0, 1, 2, 100)) for _ in range(count)], numpy_dtype(dtype)).reshape(shape)
    numbers = [r.choice((0.0, -0.0, 1.0, -2.5, 1e3, float("inf"), float("nan"))) for _ in range(count)]
    if dtype in dtypes.STORAGE:
        size = dtypes.BY_NAME[dtype].itemsize
        return np.array([r.randrange(100) for _ in range(count)], f"u{size}").reshape(shape)
    with np.errstate(all="ignore"):
        return np.array(numbers).astype(numpy_dtype(dtype)).reshape(shape)


def with_tensors(program: Program, r: Random) -> tuple[Program, dict[str, Any]]:
    """The program with each stored tensor under a name of its own, and the tensors."""
    values = Values(r, program.records)
    tensors: dict[str, Any] = {}

    def named(initial: InitialValue, t: Type) -> InitialValue:
        if isinstance(initial, TensorRef):
            name = f"t{len(tensors)}"
            tensors[name] = values.of(t)
            return TensorRef(name)
        if isinstance(initial, Initial) and isinstance(t, ContainerType):
            types = t.items if t.kind == "tuple" else t.items * len(initial.items)
            return Initial(initial.kind, tuple(map(named, initial.items, types)))
        return initial

    instances = []
    for instance in program.instances:
        cls = program.module_class(instance.class_name)
        for name, (_, t) in zip(instance.params, cls.params):
            tensors[name] = values.of(t)
        fields = tuple(named(initial, t) for initial, (_, t) in zip(instance.fields, cls.fields))
        instances.append(Instance(instance.class_name, instance.params, fields, instance.submodules))
    parts = (program.opset, program.records, program.bodies, program.functions, program.classes)
    return Program(*parts, tuple(instances), program.exports), tensors


def arguments(program: Program, r: Random, name: str = "forward") -> list[Any]:
    """Random arguments of an export."""
    values = Values(r, program.records)
    return [values.of(value.type) for value in program.export(name).params]


def bits(value: Any) -> object:
    """`value` as something to compare bit by bit, but for the payloads of NaN."""
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind in "fc":
            parts = [array.real, array.imag] if array.dtype.kind == "c" else [array]
            wiped = [np.where(np.isnan(p), p.dtype.type(np.nan), p).tobytes() for p in parts]
            return (array.dtype.str, array.shape, wiped)
        return (array.dtype.str, array.shape, array.tobytes())
    if isinstance(value, dict):
        return ["dict", *((bits(k), bits(v)) for k, v in value.items())]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(bits, value)]
    return repr(value)


def outcome(program: Program, tensors: Mapping[str, Any], calls: list[list[Any]], steps: int) -> object:
    """What calls in one session give, print and leave; None if one takes too many steps."""
    runnable = Runnable(program, dict(tensors), limits=Limits(steps=steps))
    session = runnable.new_session()
    found: list[object] = []
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        for given in calls:
            try:
                found.append(bits(session.forward(*given)))
            except LimitError:
                return None
            except TraceboxError as error:
                problem = error.problems[0]
                # what a guard was computed from is shown for people only
                found.append((problem.code, problem.expected if problem.code == "run.guard" else problem.got))
    return found, printed.getvalue(), bits(session.state)
