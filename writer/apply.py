"""One operator, on arrays of either sort: recorded if a traced one is among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .context import Trace, active
from .evaluate import run_kernel
from .integral import SymbolicInt, size
from .proxy import Proxy
from .scope import Val


def apply(op_name: str, *operands: Any, **attrs: Any) -> Any:
    """The result of the operator `op_name`, or a tuple where it has several.

    Operands are traced arrays, NumPy arrays of the right dtype, or None for one left out.
    Without a traced array among them the operator is run at once.
    """
    trace = active()
    proxies = [x for x in operands if isinstance(x, Proxy)]
    if proxies:
        trace, _ = proxies[0]._now()
    if trace is None or not (proxies or _symbolic(attrs)):
        found = run_kernel(op_name, [x for x in operands if x is not None], attrs)
        return found[0] if len(found) == 1 else found
    values = record(trace, op_name, operands, attrs)
    made = tuple(Proxy(trace, value) for value in values)
    return made[0] if len(made) == 1 else made


def made(op_name: str, *operands: Any, **attrs: Any) -> Any:
    """The result of an operator that makes an array of numbers: recorded whenever a trace runs."""
    trace = active()
    if trace is None:
        return run_kernel(op_name, operands, attrs)[0]
    return Proxy(trace, record(trace, op_name, operands, attrs)[0])


def traced(x: Any) -> Any:
    """A plain array as a traced one, so that all arrays are of one sort while a trace runs."""
    trace = active()
    return x if trace is None or isinstance(x, Proxy) else Proxy(trace, trace.array(x))


def record(trace: Trace, op_name: str, operands: tuple[Any, ...], attrs: dict[str, Any]) -> tuple[Val, ...]:
    """Record the operator; the operands may be plain arrays, too."""
    return trace.op(op_name, [None if x is None else value_of(trace, x) for x in operands], attrs)


def value_of(trace: Trace, operand: Any) -> Val:
    """The recorded value of a traced array, or a constant for a plain one."""
    if isinstance(operand, Proxy):
        return operand._value(trace)
    return trace.array(np.asarray(operand))


def _symbolic(attrs: dict[str, Any]) -> bool:
    for value in attrs.values():
        if isinstance(value, SymbolicInt):
            return True
        if isinstance(value, (tuple, list)) and any(isinstance(item, SymbolicInt) for item in value):
            return True
    return False


def shape_of(x: Any) -> tuple[Any, ...]:
    """The shape of an array, with symbolic sizes if it is a traced one."""
    found: tuple[Any, ...] = x.shape
    return found


def sizes(trace: Trace, value: Val) -> tuple[Any, ...]:
    """The shape of a recorded value for the traced code."""
    local = trace.local(value)
    return tuple(size(trace, dim) for dim in local.shape)
