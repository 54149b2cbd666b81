"""Parameter folding: operators on parameters alone are computed now, and stored."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from ...archive.content import TensorData
from ...archive.read import numpy_dtype
from ...schema import dtypes
from ...schema.builder import ProgramBuilder
from ...schema.errors import TraceboxError
from ...schema.ir import Function, Instance, ModuleClass, Node, Program, Value, walk
from ...schema.names import fresh_name
from ...schema.types import TensorType, Type
from .folding import is_exact
from .rewrite import Rewriter, uses

Tensors = dict[str, Any]


def parameter_folding(program: Program, tensors: Mapping[str, Any]) -> tuple[Program, Tensors]:
    """Replace a call of an exact operator on one parameter by a parameter that holds its result.

    Each instance of the class gets a stored tensor of its own. Kept: parameters with another use, and
    calls whose result is larger than the parameter, so that no more is stored than before; tensors of
    storage dtypes; calls that fail for an instance.

    The parameter has the same elements as the result had. It may lie in memory in another order, though,
    and a runtime's ``matmul`` then add in another one, within its accuracy. SPEC 9.3.
    """
    made = ParameterFolding(program, tensors)
    return made.run(), made.tensors


class ParameterFolding(Rewriter):
    def __init__(self, program: Program, tensors: Mapping[str, Any]) -> None:
        super().__init__(program)
        self.tensors = dict(tensors)
        self._names: dict[int, str] = {}
        self._added: dict[str, list[tuple[str, TensorType]]] = {cls.name: [] for cls in program.classes}
        self._stored: list[list[str]] = [[] for _ in program.instances]
        for cls in program.classes:
            self._fold_class(cls)

    def added_params(self, cls: ModuleClass) -> list[tuple[str, TensorType]]:
        return self._added[cls.name]

    def added_tensors(self, index: int) -> list[str]:
        return self._stored[index]

    def node(self, node: Node) -> None:
        if id(node) in self._names:
            self.become(node, [self.to.param(self._names[id(node)], node.results[0].name)])
        else:
            self.copy(node)

    def _fold_class(self, cls: ModuleClass) -> None:
        params = [name for name, _ in cls.params]
        taken = {*params, *(n for n, _ in (*cls.fields, *cls.submodules)), *(m.name for m in cls.methods)}
        instances = [i for i, made in enumerate(self.program.instances) if made.class_name == cls.name]
        for param, node in _calls(cls):
            position = params.index(param)
            result = node.results[0].type
            assert isinstance(result, TensorType)
            olds = [self.program.instances[index].params[position] for index in instances]
            found = [self._evaluate(node, old) for old in olds]
            if any(array is None for array in found):
                continue
            name = fresh_name(f"{param}_{node.name}", taken)
            taken.add(name)
            self._names[id(node)] = name
            self._added[cls.name].append((name, result))
            for index, old, array in zip(instances, olds, found):
                stored = f"{old}.{node.name}"
                while stored in self.tensors and not _same(self.tensors[stored], array):
                    stored += "_"
                self.tensors[stored] = array
                self._stored[index].append(stored)

    def _evaluate(self, node: Node, stored: str) -> Any:
        """The result of the call on a stored tensor; None if there is none."""
        from ...reader.program import Runnable

        if stored not in self.tensors:
            return None
        t = node.inputs[0].type
        assert isinstance(t, TensorType)
        builder = ProgramBuilder()
        cls = builder.module_class("Folded", params=[("p", t)])
        method = cls.method("forward", [])
        try:
            operand = method.param("p")
            method.finish(method.op(node.name, operand, names=(), body=None, **node.attrs))
            cls.finish()
            builder.instance(Instance("Folded", ("p",), (), ()))
            made = Runnable(builder.finish(["forward"]), {"p": _array(self.tensors[stored])})()
        except TraceboxError:
            return None
        return np.ascontiguousarray(made).reshape(np.shape(made))


def _calls(cls: ModuleClass) -> list[tuple[str, Node]]:
    """The calls to fold, each with the name of the parameter that is its only operand."""
    reads: dict[str, int] = {}
    found: list[tuple[str, Node]] = []
    for method in cls.methods:
        count: dict[Value, int] = {}
        for value in uses(method.body):
            count[value] = count.get(value, 0) + 1
        names = _params(method)
        for value, name in names.items():
            reads[name] = reads.get(name, 0) + count.get(value, 0)
        for node in walk(method.body):
            if node.kind == "op" and len(node.inputs) == 1 and node.inputs[0] in names and _may_fold(node):
                found.append((names[node.inputs[0]], node))
    return [(name, node) for name, node in found if reads[name] == 1]


def _params(method: Function) -> dict[Value, str]:
    return {node.results[0]: node.name for node in walk(method.body) if node.kind == "param"}


def _may_fold(node: Node) -> bool:
    if len(node.results) != 1 or not is_exact(node):
        return False
    size, before = _size(node.results[0].type), _size(node.inputs[0].type)
    return size is not None and before is not None and size <= before


def _size(t: Type) -> int | None:
    """The bytes of a tensor of known sizes and of a dtype that NumPy has."""
    if not isinstance(t, TensorType) or t.dtype is None or t.dtype in dtypes.STORAGE or t.shape is None:
        return None
    sizes = [n for n in t.shape if isinstance(n, int)]
    return prod(sizes) * dtypes.BY_NAME[t.dtype].itemsize if len(sizes) == len(t.shape) else None


def _array(value: Any) -> Any:
    if isinstance(value, TensorData):
        return np.frombuffer(value.buffer, numpy_dtype(value.dtype)).reshape(value.shape)
    return np.asarray(value)


def _same(a: Any, b: Any) -> bool:
    a = _array(a)
    return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
