"""Parameter folding: operators on parameters alone are computed now, and stored."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from ...schema import dtypes
from ...schema.builder import ProgramBuilder
from ...schema.errors import TraceboxError
from ...schema.ir import Instance, ModuleClass, Node, Program, walk
from ...schema.types import TensorType, Type
from .folding import is_exact
from .storing import StoringRewriter, Tensors, array_of, params_of, read_counts


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


class ParameterFolding(StoringRewriter):
    def __init__(self, program: Program, tensors: Mapping[str, Any]) -> None:
        super().__init__(program, tensors)
        self._names: dict[int, str] = {}
        for cls in program.classes:
            for param, node in _calls(cls):
                self._fold(cls, param, node)

    def node(self, node: Node) -> None:
        if id(node) in self._names:
            self.become(node, [self.to.param(self._names[id(node)], node.results[0].name)])
        else:
            self.copy(node)

    def _fold(self, cls: ModuleClass, param: str, node: Node) -> None:
        result = node.results[0].type
        assert isinstance(result, TensorType)
        found = [self._evaluate(node, self.stored_as(cls, i, param)) for i in self.instances(cls)]
        if all(array is not None for array in found):
            self._names[id(node)] = self.store(cls, param, node.name, result, found)

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
            made = Runnable(builder.finish(["forward"]), {"p": array_of(self.tensors[stored])})()
        except TraceboxError:
            return None
        return np.ascontiguousarray(made).reshape(np.shape(made))


def _calls(cls: ModuleClass) -> list[tuple[str, Node]]:
    """The calls to fold, each with the name of the parameter that is its only operand."""
    reads = read_counts(cls)
    found: list[tuple[str, Node]] = []
    for method in cls.methods:
        names = params_of(method)
        for node in walk(method.body):
            if node.kind == "op" and len(node.inputs) == 1 and node.inputs[0] in names and _may_fold(node):
                found.append((names[node.inputs[0]], node))
    return [(name, node) for name, node in found if reads[name] == 1]


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
