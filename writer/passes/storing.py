"""What passes that store new tensors have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...archive.content import TensorData
from ...archive.read import numpy_dtype
from ...schema.ir import Function, ModuleClass, Program, Value, walk
from ...schema.names import fresh_name
from ...schema.types import TensorType
from .rewrite import Rewriter, uses

Tensors = dict[str, Any]


class StoringRewriter(Rewriter):
    """Makes a program again with further parameters; each instance has a stored tensor for each."""

    def __init__(self, program: Program, tensors: Mapping[str, Any]) -> None:
        super().__init__(program)
        self.tensors = dict(tensors)
        self._added: dict[str, list[tuple[str, TensorType]]] = {cls.name: [] for cls in program.classes}
        self._stored: list[list[str]] = [[] for _ in program.instances]

    def added_params(self, cls: ModuleClass) -> list[tuple[str, TensorType]]:
        return self._added[cls.name]

    def added_tensors(self, index: int) -> list[str]:
        return self._stored[index]

    def instances(self, cls: ModuleClass) -> list[int]:
        """The numbers of the instances of a class."""
        return [i for i, made in enumerate(self.program.instances) if made.class_name == cls.name]

    def stored_as(self, cls: ModuleClass, index: int, param: str) -> str:
        """The stored tensor that is a parameter of an instance."""
        return self.program.instances[index].params[[name for name, _ in cls.params].index(param)]

    def store(self, cls: ModuleClass, param: str, what: str, t: TensorType, arrays: Sequence[Any]) -> str:
        """The name of a new parameter, made of `param` by `what`: for each instance one of `arrays`."""
        taken = {name for name, _ in (*cls.params, *self._added[cls.name], *cls.fields, *cls.submodules)}
        name = fresh_name(f"{param}_{what}", taken | {method.name for method in cls.methods})
        self._added[cls.name].append((name, t))
        for index, array in zip(self.instances(cls), arrays, strict=True):
            stored = f"{self.stored_as(cls, index, param)}.{what}"
            while stored in self.tensors and not _same(self.tensors[stored], array):
                stored += "_"
            self.tensors[stored] = array
            self._stored[index].append(stored)
        return name


def params_of(method: Function) -> dict[Value, str]:
    """The values of a method that are parameters, and their names."""
    return {node.results[0]: node.name for node in walk(method.body) if node.kind == "param"}


def use_counts(method: Function) -> dict[Value, int]:
    """How often each value of a method is used."""
    count: dict[Value, int] = {}
    for value in uses(method.body):
        count[value] = count.get(value, 0) + 1
    return count


def read_counts(cls: ModuleClass) -> dict[str, int]:
    """How often the methods of a class use each parameter."""
    reads: dict[str, int] = {}
    for method in cls.methods:
        count = use_counts(method)
        for value, name in params_of(method).items():
            reads[name] = reads.get(name, 0) + count.get(value, 0)
    return reads


def array_of(value: Any) -> Any:
    """A stored tensor as an array."""
    if isinstance(value, TensorData):
        return np.frombuffer(value.buffer, numpy_dtype(value.dtype)).reshape(value.shape)
    return np.asarray(value)


def _same(a: Any, b: Any) -> bool:
    a = array_of(a)
    return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
