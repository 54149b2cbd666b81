"""Traced programs inside of scripts, scripts inside of traces, and forks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.types import TensorType
from ..context import Trace
from ..forking import Task, fork, record_fork
from ..module import Module
from ..nested import call_program
from ..program import TracedProgram
from ..proxy import Proxy
from ..trees import tree_of
from ..units import call_method, own_method
from . import rules
from .values import BoundMethod, Closure, FutureValue, Scalar

if TYPE_CHECKING:
    from .compiler import Compiler


def call_traced(c: Compiler, program: TracedProgram, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a traced program: it is traced again with its own examples, which it freezes things by."""
    trace = c.trace
    vectors = program.vectors.get(program.entry_points[0].method) or next(iter(program.vectors.values()), [])
    examples = list(vectors[0].inputs) if vectors else []

    def on_examples(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*inner: Any, **named: Any) -> Any:
            leaves: list[Any] = []
            for value in (*inner, *named.values()):
                if not isinstance(value, Module):
                    tree_of(value, leaves, "", rules.OPERAND, trace.where)
            for leaf, example in zip(leaves, examples):
                _show(trace, leaf, example)
            override, trace.spans.override = trace.spans.override, None  # places are those of the stack
            try:
                return function(*inner, **named)
            finally:
                trace.spans.override = override

        return call

    trace.ghost = False
    try:
        return call_program(trace, program, args, kwargs, on_examples)
    finally:
        trace.ghost = True


def _show(trace: Trace, leaf: Any, example: Any) -> None:
    """Give a parameter of the function that is traced its own example."""
    from ..scope import Val

    source = leaf._source if isinstance(leaf, Proxy) else None
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

    def compiled(*inner: Any, **keywords: Any) -> Any:
        return c.native(c.inline(method, inner, keywords))  # type: ignore[arg-type]

    functools.update_wrapper(compiled, method)
    return record_fork(c.trace, lambda: call_method(c.trace, module, name, compiled, args, kwargs))
