"""Traced programs inside a trace, and custom operators: what stays one node of its caller."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..schema.names import is_custom
from ..schema.registry import find
from . import rules
from .context import Trace, active
from .explore.exploration import Exploration
from .integral import SymbolicInt
from .program import TracedProgram
from .proxy import Proxy
from .scope import Unit
from .units import call_method, class_name, own_method, path_to, traced_call

F = TypeVar("F", bound=Callable[..., Any])


def call_program(
    trace: Trace,
    program: TracedProgram,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    around: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
) -> Any:
    """A traced program called in a trace: its function, traced again as a module of its own.

    `around` is applied to the function that is run.
    """
    if program.max_paths is not None and trace.exploration is None:
        trace.exploration = Exploration(program.max_paths)
        try:
            return call_program(trace, program, args, kwargs, around)
        finally:
            trace.exploration = None
    function = program.function
    found = own_method(function)
    if found is not None:
        module, name, method = found
        return call_method(trace, module, name, around(method), args, kwargs)
    unit = trace.units.get(id(program))
    if unit is None:
        cls = program.program.root.class_name
        unit = trace.units[id(program)] = Unit(program, cls)
    path_to(trace, trace.scope.unit, unit)
    doc = inspect.cleandoc(function.__doc__ or "")
    return traced_call(trace, unit, program.entry_points[0].method, doc, around(function), args, kwargs)


def _operand(trace: Trace, value: Any) -> Any:
    """Plain numbers and arrays become operands, so that a native kernel sees them."""
    if isinstance(value, SymbolicInt):
        return value._tensor()
    if isinstance(value, (int, float, complex)) and not isinstance(value, (bool, np.generic)):
        return Proxy(trace, trace.array(np.asarray(value)), weak=True)
    if not isinstance(value, Proxy) and isinstance(value, (np.ndarray, np.generic)):
        return Proxy(trace, trace.array(np.asarray(value)))
    return value


def custom_operator(name: str) -> Callable[[F], F]:
    """Declare a function as a custom operator: one node of the program, with the traced body.

    Parameters
    ----------
    name
        Its name in reverse-DNS style, such as ``"com.acme.smooth"``. An application that embeds
        the reader may register a native kernel under it; without one the body runs.

    Raises
    ------
    TraceError
        ``trace.custom``: the name is no such name; when traced, the function takes or gives
        something else than arrays, or uses fields.

    Examples
    --------
    >>> import numpy as np
    >>> @custom_operator("com.acme.twice")
    ... def twice(x):
    ...     return x + x
    >>> twice(np.ones(2))
    array([2., 2.])
    """
    if not is_custom(name) or find(name) is not None:
        raise rules.CUSTOM.fail(name, expected="a name such as com.acme.smooth", got=name)

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            trace = active()
            if trace is None or not any(isinstance(v, Proxy) for v in (*args, *kwargs.values())):
                return function(*args, **kwargs)
            unit = Unit(None, class_name(function.__module__, function.__qualname__))
            doc = inspect.cleandoc(function.__doc__ or "")
            operands = tuple(_operand(trace, value) for value in args)
            named = {key: _operand(trace, value) for key, value in kwargs.items()}
            return traced_call(trace, unit, name, doc, function, operands, named, kind="custom")

        return wrapper  # type: ignore[return-value]

    return decorate
