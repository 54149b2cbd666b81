"""`trace`: a function, run once on example arguments, as a program."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from ..schema.ir import Program
from ..schema.manifest import EntryPoint, Tree
from ..schema.names import clean
from ..schema.types import type_text
from . import methods as _methods
from . import rules
from .capture import Capture
from .context import Trace, active
from .inputs import Arguments, bind
from .integral import SymbolicInt, size_number
from .leaks import check_leaks
from .module import Module
from .program import TracedProgram, Vector
from .proxy import Proxy
from .replay import Replay
from .scope import Scope, Unit
from .spans import folder_of
from .trees import tree_of
from .units import adopt, class_name

#: Globals and attributes are changed while a trace runs: one at a time.
_LOCK = threading.RLock()

_LOADED = _methods


def trace(
    fn: Callable[..., Any],
    /,
    *args: Any,
    inputs: object = None,
    strict: bool = False,
    name: str | None = None,
    **kwargs: Any,
) -> TracedProgram:
    """Run `fn` once on example arguments and record what it does as a program.

    Parameters
    ----------
    fn
        A function, a method, a callable object or a `Module`.
    *args, **kwargs
        Example arguments: arrays, numbers, str, None, and tuples, lists and dicts of these. Python
        numbers and str are constants of the program; every size of an array is a symbol.
    inputs
        Types of arguments that say more: ``"x: f32[B,4]"``, a list of such texts, or a dict by
        name. Symbols of the same name are one size. Arguments that are left out are made up.
    strict
        Whether to raise where the trace would freeze something.
    name
        The entry point's name; by default ``forward`` for modules, else the function's.

    Returns
    -------
    TracedProgram
        The program; call it, save it, print its `code`.

    Raises
    ------
    TraceError
        ``trace.*``: the function does what cannot be recorded.

    Warns
    -----
    TraceWarning
        Where something was frozen; the program checks it with a guard.

    Examples
    --------
    >>> program = trace(lambda x: x * 2 + 1, np.ones(3, np.float32))
    >>> program(np.arange(4, dtype=np.float32))
    array([1., 3., 5., 7.], dtype=float32)
    """
    return _trace(_Target(fn, name), args, kwargs, inputs, strict)


class _Target:
    """What is traced: the function to call, the module that it belongs to, its names."""

    def __init__(self, fn: Callable[..., Any], name: str | None) -> None:
        if isinstance(fn, TracedProgram):
            fn = fn.function
        self.original = fn
        owner = getattr(fn, "__self__", None)
        exported = getattr(fn, "__tb_export__", None)
        self.module: Module | None = None
        if isinstance(fn, Module):
            self.module, self.call = fn, fn.forward
            method = "forward"
        elif isinstance(owner, Module):
            self.module = owner
            method = fn.__name__
            self.call = functools.partial(exported, owner) if exported else fn
        else:
            self.call = fn
            method = clean(getattr(fn, "__name__", type(fn).__name__).replace("<lambda>", "forward"))
        self.method = clean(name) if name else method
        inner = fn.func if isinstance(fn, functools.partial) else fn
        plain = getattr(inner, "__func__", inner)
        self.code = getattr(plain, "__code__", None) or getattr(
            getattr(type(plain), "forward" if self.module else "__call__", None), "__code__", None
        )
        if exported is not None:
            self.code = exported.__code__
        self.doc = inspect.cleandoc(getattr(plain, "__doc__", None) or "") if self.code else ""
        module = getattr(plain, "__module__", None) or type(plain).__module__
        qualname = getattr(plain, "__qualname__", type(plain).__qualname__)
        self.qualified = class_name(module, qualname)

    def unit(self) -> Unit:
        """The root of the program."""
        if self.module is None:
            return Unit(None, self.qualified)
        cls = type(self.module)
        doc = inspect.cleandoc(cls.__doc__) if cls.__doc__ and cls.__doc__ is not Module.__doc__ else ""
        return Unit(self.module, class_name(cls.__module__, cls.__qualname__), doc)


def _trace(
    target: _Target, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: object, strict: bool
) -> TracedProgram:
    if active() is not None:
        raise rules.THREAD.fail(target.method, got="a trace inside a trace", hint="call the function itself")
    bound, specs = bind(target.call, args, kwargs, inputs)
    with _LOCK:
        root = target.unit()
        doc = target.doc if target.module is None else inspect.cleandoc(target.call.__doc__ or "")
        running = Trace(root, target.method, folder_of(target.code), strict=strict, doc=doc)
        if target.module is not None:
            running.units[id(target.module)] = root
            adopt(root, target.module)
        arguments = Arguments(running, running.scope, specs)
        capture = Capture(running)
        try:
            with running:
                results, vector = _run(running, capture, target, arguments, bound)
        finally:
            running.over = True
            capture.undo()
        check_leaks(running, capture.codes)
        return _finish(running, target, arguments, results, vector)


def _run(
    running: Trace, capture: Capture, target: _Target, arguments: Arguments, bound: inspect.BoundArguments
) -> tuple[Tree, Vector]:
    """Run the function; the root scope is complete afterwards."""
    scope = running.scope
    call_args, call_kwargs = arguments.take(bound)
    capture.visit(target.original, None, target.method)
    result = target.call(*call_args, **call_kwargs)
    leaves: list[Any] = []
    tree = tree_of(result, leaves, "result", rules.OUTPUT, scope.name)
    for leaf in leaves:
        scope.results.append(_result(running, leaf))
    scope.unit.methods.append(scope)
    scope.closed = True
    outputs = [np.array(value.example) if not isinstance(value.example, int) else value.example for value in scope.results]
    return tree, Vector([np.array(x) for x in arguments.leaves], outputs)


def _result(running: Trace, leaf: Any) -> Any:
    if isinstance(leaf, SymbolicInt):
        return size_number(running, leaf._tb_dim(running))
    if isinstance(leaf, Proxy):
        return leaf._value(running)
    return running.array(np.asarray(leaf), "result")


def _finish(
    running: Trace, target: _Target, arguments: Arguments, results: Tree, vector: Vector
) -> TracedProgram:
    scope = running.scope
    replay = Replay(running, [scope])
    program = replay.program()
    entry = _entry_point(program, scope, arguments, results)
    return TracedProgram(
        function=target.original,
        program=program,
        tensors=replay.tensors,
        entry_points=(entry,),
        warnings=tuple(running.frozen),
        sources=dict(running.spans.sources),
        vectors={entry.name: [vector]},
    )


def _entry_point(program: Program, scope: Scope, arguments: Arguments, results: Tree) -> EntryPoint:
    method = program.exports[0]
    function = program.export(method)
    return EntryPoint(
        name=method,
        module="",
        method=method,
        parameters=tuple(arguments.parameters),
        results=results,
        inputs=tuple(type_text(p.type) for p in function.params),
        outputs=tuple(map(type_text, function.results)),
    )
