"""Constant folding: operators on constants are computed now."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...schema import dtypes
from ...schema.builder import ProgramBuilder
from ...schema.errors import TraceboxError
from ...schema.ir import Const, Function, Instance, Node, Program, TensorConst, Value
from ...schema.registry import find
from ...schema.types import FLOAT, INT, SCALARS, ScalarType, TensorType, Type, type_text
from .rewrite import Rewriter

#: A result of more bytes stays a call: a constant is copied into every place of the program's text.
MAX_BYTES = 512
#: The classes of accuracy whose results are the same bits in every runtime. SPEC 9.3.
EXACT = frozenset({"exact", "rounded"})


def constant_folding(program: Program, *, exact: bool = True) -> Program:
    """Replace calls of operators on constants by their results, sizes of known dimensions among them.

    Kept: calls that fail, results of more than 512 bytes, and containers, which have no constants.

    Parameters
    ----------
    program
        The program.
    exact
        Only operators whose results have one right value (exact or correctly rounded); otherwise all,
        so that results may differ from another runtime's within the operators' accuracy.
    """
    return ConstantFolding(program, exact).run()


class ConstantFolding(Rewriter):
    def __init__(self, program: Program, exact: bool) -> None:
        super().__init__(program)
        self._exact = exact
        self._constants: dict[Value, Const] = {}

    def begin(self, function: Function) -> None:
        self._constants = {}

    def node(self, node: Node) -> None:
        if node.kind == "const":
            self._constants[node.results[0]] = node.attrs["value"]  # type: ignore[assignment]
        found = self._folded(node) if node.kind == "op" else None
        if found is None:
            self.copy(node)
            return
        self._constants.update(zip(node.results, found))
        self.become(node, [self.to.const(c, value.name) for c, value in zip(found, node.results)])

    def _folded(self, node: Node) -> list[Const] | None:
        if find(node.name) is None or any(value not in self._constants for value in node.inputs):
            return None
        if (self._exact and not is_exact(node)) or not all(_small(value.type) for value in node.results):
            return None
        return evaluate(node, [self._constants[value] for value in node.inputs])


def is_exact(node: Node) -> bool:
    """Whether the results of a call are the same bits in every runtime. SPEC 9.3."""
    op = find(node.name)
    if op is None:
        return False
    accuracy = op.accuracy_for(type_text(value.type) for value in node.inputs)
    return accuracy.kind in EXACT or (accuracy.kind == "ulp" and accuracy.ulp == 0.0)


def _small(t: Type) -> bool:
    if isinstance(t, TensorType):
        if t.dtype is None or t.shape is None or not all(isinstance(n, int) for n in t.shape):
            return False
        return prod(t.shape) * dtypes.BY_NAME[t.dtype].itemsize <= MAX_BYTES  # type: ignore[arg-type]
    return isinstance(t, ScalarType) and t in SCALARS.values()


def evaluate(node: Node, operands: list[Const]) -> list[Const] | None:
    """The results of a call on constants, run by the reader; None if it ends in an error."""
    from ...reader.program import Runnable

    builder = ProgramBuilder()
    cls = builder.module_class("Folded")
    method = cls.method("forward", [])
    inputs = [method.const(value) for value in operands]
    try:
        results = method.op(node.name, *inputs, names=(), body=None, **node.attrs)
        if [value.type for value in results] != [value.type for value in node.results]:
            return None
        method.finish(results)
        cls.finish()
        builder.instance(Instance("Folded", (), (), ()))
        found = Runnable(builder.finish(["forward"]), {})()
    except TraceboxError:
        return None
    values = found if len(results) > 1 else (found,)
    return [_constant(value, want.type) for value, want in zip(values, node.results)]


def _constant(value: Any, t: Type) -> Const:
    if isinstance(t, TensorType):
        assert t.dtype is not None
        array = np.asarray(value)
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return TensorConst(t.dtype, array.shape, little.tobytes())
    made: Const = int(value) if t is INT else float(value) if t is FLOAT else value
    return made
