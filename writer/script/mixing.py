"""Traced programs inside of scripts, scripts inside of traces, and forks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.types import TensorType
from ..context import Trace
from ..forking import Task, fork
from ..nested import call_program
from ..program import TracedProgram
from ..proxy import Proxy
from ..units import own_method
from .values import BoundMethod, Closure, FutureValue, Scalar

if TYPE_CHECKING:
    from .compiler import Compiler


def call_traced(c: Compiler, program: TracedProgram, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a traced program: it is traced again with its own examples, which it freezes things by."""
    trace = c.trace
    vectors = program.vectors.get(program.entry_points[0].method) or next(iter(program.vectors.values()), [])
    examples = list(vectors[0].inputs) if vectors else []

    def take(*inner: Any, **named: Any) -> Any:
        leaves = [leaf for leaf in (*inner, *named.values()) if isinstance(leaf, Proxy)]
        with _evaluating(trace):
            for leaf, example in zip(leaves, examples):
                _show(trace, leaf, example)
            return program.function(*inner, **named)

    again = TracedProgram.__new__(TracedProgram)
    again.__dict__.update(program.__dict__)
    again.function = functools.update_wrapper(take, program.function)
    found = own_method(program.function)
    if found is not None:
        from ..units import call_method

        module, name, method = found

        def as_method(owner: Any, *inner: Any, **named: Any) -> Any:
            leaves = [leaf for leaf in (*inner, *named.values()) if isinstance(leaf, Proxy)]
            with _evaluating(trace):
                for leaf, example in zip(leaves, examples):
                    _show(trace, leaf, example)
                return method(owner, *inner, **named)

        functools.update_wrapper(as_method, method)
        return call_method(trace, module, name, as_method, args, kwargs)
    return call_program(trace, again, args, kwargs)


class _evaluating:
    """Operators are evaluated on examples, as in a trace, and places are those of the stack."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def __enter__(self) -> None:
        trace = self.trace
        self.before = trace.ghost, trace.spans.override
        trace.ghost, trace.spans.override = False, None

    def __exit__(self, *error: object) -> None:
        self.trace.ghost, self.trace.spans.override = self.before


def _show(trace: Trace, leaf: Proxy, example: Any) -> None:
    """Give a parameter of the function that is traced its own example."""
    from ..scope import Val

    source = leaf._source
    if not isinstance(source, Val) or not isinstance(source.type, TensorType):
        return
    array = np.asarray(example)
    if array.ndim != len(source.type.shape or ()):
        return
    from ...schema import dims

    for dim, size in zip(source.type.shape or (), array.shape):
        name = dims.symbol_name(dim)
        if name is not None:
            source.scope.symbols.examples[name] = int(size)
    source.example = array


def forked(c: Compiler, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> FutureValue:
    """Record a fork of a call of a scripted function. Numbers go in and come out as arrays of shape ()."""
    given = tuple(map(c.native, args))
    named = {key: c.native(value) for key, value in kwargs.items()}
    own = own_method(function) if not isinstance(function, (Closure, BoundMethod)) else None
    if own is not None:
        module, name, method = own
        made: Task = c.called(lambda: _fork_method(c, module, name, method, given, named))
        return FutureValue(made)
    future = FutureValue(None)

    def compiled(*inner: Any, **keywords: Any) -> Any:
        values = [number_of(c, x) if isinstance(a, Scalar) else c.taken(x) for a, x in zip(args, inner)]
        named = {
            key: number_of(c, x) if isinstance(kwargs[key], Scalar) else x for key, x in keywords.items()
        }
        result = c.call_function(function, tuple(values), named)
        future.number = isinstance(result, Scalar) and result.kind != "str"
        return c.native(result)

    compiled.__name__ = getattr(function, "__name__", getattr(function, "name", "task")).replace(
        "<lambda>", "task"
    )
    compiled.__qualname__ = getattr(function, "__qualname__", compiled.__name__)
    compiled.__module__ = getattr(function, "__module__", None) or c.frame.space.get("__name__", "")
    future.task = c.called(lambda: fork(compiled, *given, **named))
    return future


def number_of(c: Compiler, array: Any) -> Any:
    """A number of the program again, of an array of shape ()."""
    return c.wrap(c.trace.op("item", (array._value(c.trace),), {})[0]) if isinstance(array, Proxy) else array


def _fork_method(
    c: Compiler,
    module: Any,
    name: str,
    method: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Task:
    from ..forking import record_fork

    def compiled(*inner: Any, **keywords: Any) -> Any:
        return c.native(c.inline(method, inner, keywords))  # type: ignore[arg-type]

    functools.update_wrapper(compiled, method)
    from ..units import call_method

    return record_fork(c.trace, lambda: call_method(c.trace, module, name, compiled, args, kwargs))
