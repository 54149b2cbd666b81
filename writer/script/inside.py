"""Scripted functions called in a trace: a call whose control flow is kept."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...schema import dims
from ..context import _ACTIVE, Trace, active
from ..forking import _called
from ..integral import SymbolicInt
from ..proxy import Proxy
from ..scope import Captured, Val
from ..units import all_modules, own_method
from .compiler import Compiler


def call_scripted(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Compile `function` into the trace that runs, as a function of its own.

    Its values on the example are those that Python gives.
    """
    trace = active()
    assert trace is not None
    plain = _plain(trace, function, args, kwargs)
    own = own_method(function)
    target: Any = own[2] if own is not None else function

    def compiled(*inner: Any, **named: Any) -> Any:
        with _compiling(trace) as core:
            given = inner
            source_function = getattr(target, "__func__", target)
            if isinstance(target, types.MethodType):
                given = (target.__self__, *inner)
            return core.native(core.inline_root(source_function, given, named))

    functools.update_wrapper(compiled, target)
    if own is not None:
        from ..units import call_method

        found = call_method(trace, own[0], own[1], compiled, args, kwargs)
    else:
        found = _called(trace, compiled, args, kwargs)
    _fill(trace, found, plain)
    return found


@contextmanager
def _compiling(trace: Trace) -> Iterator[Compiler]:
    before = trace.ghost, trace.spans.override, trace.on_write, trace.on_read
    trace.ghost = True
    try:
        yield Compiler(trace)
    finally:
        trace.ghost, trace.spans.override, trace.on_write, trace.on_read = before


def _plain(trace: Trace, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What Python gives for the examples of the arguments."""
    owner = getattr(function, "__self__", function)
    from ..module import Module

    modules = list(all_modules(owner)) if isinstance(owner, Module) else []
    saved = {id(m): dict(m.__dict__.get("_tb_state", {})) for m in modules}
    for module in modules:
        for name in module.__dict__.get("_tb_fields", {}):
            value = trace.state.get((id(module), name))
            if value is not None:
                module._tb_state[name] = np.array(value)
    assert trace.capture is not None
    _ACTIVE.trace = None
    try:
        with trace.capture.suspended():
            found = function(*_examples(args), **_examples(kwargs))
    finally:
        _ACTIVE.trace = trace
    for module in modules:
        for name, value in module.__dict__.get("_tb_state", {}).items():
            trace.state[(id(module), name)] = np.array(value)
        if "_tb_state" in module.__dict__:
            module._tb_state.clear()
            module._tb_state.update(saved[id(module)])
    return found


def _examples(value: Any) -> Any:
    if isinstance(value, Proxy):
        source = value._source
        return np.array(source.array if isinstance(source, Captured) else source.example)
    if isinstance(value, SymbolicInt):
        return value._example()
    if isinstance(value, tuple):
        items = [_examples(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [_examples(item) for item in value]
    if isinstance(value, dict):
        return {key: _examples(item) for key, item in value.items()}
    return value


def _fill(trace: Trace, found: Any, plain: Any) -> None:
    """Give traced results the examples that Python computed."""
    if isinstance(found, Proxy):
        source = found._source
        if isinstance(source, Val):
            array = np.asarray(plain)
            source.example = array.astype(np.asarray(source.example).dtype, copy=False)
            for dim, n in zip(source.tensor.shape or (), array.shape):
                name = dims.symbol_name(dim)
                if name is not None and name in source.scope.symbols.fresh:
                    source.scope.symbols.examples[name] = int(n)
    elif isinstance(found, (tuple, list)):
        for one, other in zip(found, plain):
            _fill(trace, one, other)
    elif isinstance(found, dict):
        for key, one in found.items():
            _fill(trace, one, plain[key])
