"""Guard nodes: what the trace observed, checked in every call of the program. SPEC 5.9."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import dims
from ..schema.dims import Dim
from ..schema.ir import TensorConst
from ..schema.types import TensorType
from . import rules
from .attributes import dtype_name, little_endian
from .context import Trace
from .integral import size_number
from .scope import Val


def compare_sizes(trace: Trace, a: Dim, b: Dim, sign: str, answer: bool) -> None:
    """Guard that a comparison of two sizes comes out as it did."""
    text = f"{dims.dim_text(a)} {sign} {dims.dim_text(b)}"
    truth = _comparison(trace, a, b, sign)
    if not answer:
        (truth,) = trace.op("bool.not", (truth,), {})
    trace.guard(truth, f"{text} was {answer} when the program was traced", "dim")


def decided_sizes(trace: Trace, a: Dim, b: Dim, sign: str, answer: bool) -> bool | None:
    """Which way to go at a comparison of two sizes, if branches are explored."""
    if trace.exploration is None:
        return None
    decided = trace.exploration.decide_sizes(lambda now: _comparison(now, a, b, sign), answer)
    if decided is not None:
        trace.scope.symbols.held.update(dims.symbols_of(a), dims.symbols_of(b))
    return decided


def _comparison(trace: Trace, a: Dim, b: Dim, sign: str) -> Val:
    name = {"==": "int.equal", "<=": "int.less_equal", "<": "int.less"}[sign]
    (truth,) = trace.op(name, (size_number(trace, a), size_number(trace, b)), {})
    return truth


def fixed_size(trace: Trace, dim: Dim, value: int) -> None:
    """Guard, once in a function, that a size is the number that the trace saw."""
    key = ("fixed", dim)
    if key in trace.scope.constants:
        return
    (truth,) = trace.op("int.equal", (size_number(trace, dim), trace.constant(value)), {})
    trace.guard(truth, f"the size {dims.dim_text(dim)} was {value} when the program was traced", "length")
    trace.scope.constants[key] = truth


def hold(trace: Trace, truth: Val, answer: bool, message: str, reason: str) -> None:
    """Guard that the boolean tensor `truth`, of one element, is `answer`."""
    if truth.tensor.shape:
        (truth,) = trace.op("reshape", (truth,), {"shape": ()})
    (scalar,) = trace.op("item", (truth,), {})
    if not answer:
        (scalar,) = trace.op("bool.not", (scalar,), {})
    trace.guard(scalar, message, reason)


def freeze_number(trace: Trace, value: Val, reason: str, what: str, remedy: str) -> Any:
    """The only element of `value` as a NumPy scalar, with a guard that it stays what it is.

    Raises
    ------
    TraceError
        ``trace.freeze`` there is not one element; ``trace.float`` a float of an inexact operator.
    """
    value = trace.local(value)
    if trace.ghost:
        raise rules.GHOST.fail(trace.where, got=f"{what} of {value.name}: {value.tensor}", hint=remedy)
    example = np.asarray(value.example)
    if example.size != 1:
        hint = "use .any(), .all() or where"
        raise rules.FREEZE.fail(
            trace.where, expected="one element", got=f"shape {list(example.shape)}", hint=hint
        )
    t = value.type
    assert isinstance(t, TensorType)
    number = example.reshape(())[()]
    if value.fixed:
        return number
    if reason == "branch":
        _guard_truth(trace, value, bool(number))
    else:
        if example.dtype.kind in "fc" and value.inexact:
            made = f", made at {value.place}" if value.place else ""
            raise rules.FLOAT.fail(
                trace.where,
                got=f"{what} of {value.name}: {value.tensor}{made}",
                hint="its last bits differ between machines: keep the array",
            )
        _guard_value(trace, value, number, reason)
    trace.freeze(reason, f"{what} of {value.name}: {value.tensor} is frozen as {number}", remedy)
    return number


def _guard_truth(trace: Trace, value: Val, answer: bool) -> None:
    if value.tensor.dtype != "bool":
        (value,) = trace.op("astype", (value,), {"dtype": "bool"})
    hold(trace, value, answer, f"the trace took the branch for {answer} here", "branch")


def _guard_value(trace: Trace, value: Val, number: Any, reason: str) -> None:
    array = np.asarray(number)
    constant = trace.constant(TensorConst(dtype_name(array.dtype, trace.where), (), little_endian(array)))
    if array.dtype.kind == "f" and np.isnan(array):
        (truth,) = trace.op("isnan", (value,), {})
    else:
        (truth,) = trace.op("equal", (value, constant), {})
    hold(trace, truth, True, f"{value.name} was {number} when the program was traced", reason)
