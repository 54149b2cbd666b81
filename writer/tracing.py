"""`trace`: a function, run once on example arguments, as a program."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ..schema.ir import Program
from ..schema.manifest import EntryPoint, Parameter, Tree
from ..schema.names import clean
from ..schema.types import type_text
from . import methods as _methods
from . import rules
from .capture import Capture
from .context import Trace, active
from .explore.evidence import compare
from .explore.examples import setters
from .explore.exploration import Exploration
from .explore.rewind import discard
from .inputs import Arguments, bind
from .integral import SymbolicInt, size_number
from .intercept import Replaced
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
LOCK = threading.RLock()

_LOADED = _methods


def trace(
    fn: Callable[..., Any],
    /,
    *args: Any,
    inputs: object = None,
    strict: bool = False,
    name: str | None = None,
    branches: str = "freeze",
    examples: Sequence[Any] = (),
    max_paths: int = 256,
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
    branches
        ``"freeze"`` takes the branches of the example and guards them. ``"explore"`` runs the
        function once for each path through its branches that depend on data or on sizes, and
        records them all.
    examples
        Further example arguments, for paths that the first ones cannot take: tuples, dicts by
        name, or single arrays.
    max_paths
        How many paths a function that is explored may have.

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
    entry = _Entry(Target(fn, name), args, kwargs, inputs)
    entry.examples = list(examples)
    explored = _explored(branches)
    program = record([entry], strict, Exploration(max_paths) if explored else None)
    if explored:
        program.max_paths = max_paths
        compare(program, {program.entry_points[0].name: entry.examples})
    return program


def _explored(branches: str) -> bool:
    if branches not in ("freeze", "explore"):
        raise ValueError(f"branches is 'freeze' or 'explore', not {branches!r}")
    return branches == "explore"


def trace_methods(
    module: Module,
    /,
    *,
    strict: bool = False,
    branches: str = "freeze",
    max_paths: int = 256,
    examples: Mapping[str, Sequence[Any]] | None = None,
    **calls: Any,
) -> TracedProgram:
    """Trace several methods of one module into one program; each is an entry point.

    Methods that are decorated with `tracebox.script` are compiled instead.

    Parameters
    ----------
    module
        The module.
    strict, branches, max_paths
        As in `trace`; `max_paths` holds for each method.
    examples
        Further example arguments by the method's name, each as in `trace`.
    **calls
        For each method, by its name, its example arguments: a tuple, a dict by name, or one array.

    Examples
    --------
    >>> class Scale(Module):
    ...     def forward(self, x):
    ...         return x * 2
    ...     def inverse(self, y):
    ...         return y / 2
    >>> program = trace_methods(Scale(), forward=(np.ones(3),), inverse=(np.ones(3),))
    >>> [entry.name for entry in program.entry_points]
    ['forward', 'inverse']
    """
    entries: list[Entry] = []
    examples = examples or {}
    for name, given in calls.items():
        method = module if name == "forward" else getattr(module, name)
        args, kwargs = ((), given) if isinstance(given, dict) else (given, {})
        args = args if isinstance(args, tuple) else (args,)
        if hasattr(getattr(type(module), name, None), "__tb_script__"):
            from .script.entry import ScriptEntry

            entries.append(ScriptEntry(getattr(module, name), name, args, kwargs, None))
        else:
            entry = _Entry(Target(method, name), args, kwargs, None)
            entry.examples = list(examples.get(name, ()))
            entries.append(entry)
    if not entries:
        raise rules.INPUT.fail(type(module).__name__, expected="at least one method with its arguments")
    unknown = ", ".join(name for name in examples if name not in calls)
    if unknown:
        raise rules.INPUT.fail(type(module).__name__, expected="examples of the methods", got=unknown)
    explored = _explored(branches)
    program = record(entries, strict, Exploration(max_paths) if explored else None)
    if explored:
        program.max_paths = max_paths
        traced = {p.name: e.examples for p, e in zip(program.entry_points, entries) if isinstance(e, _Entry)}
        compare(program, traced)
    return program


class Target:
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
        documented = type(fn).forward if isinstance(fn, Module) else exported or plain
        self.doc = inspect.cleandoc(getattr(documented, "__doc__", None) or "") if self.code else ""
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


class Entry(Protocol):
    """One entry point in the making, traced or scripted."""

    target: Target
    scope: Scope
    parameters: list[Parameter]
    results: Tree
    vector: Vector | None

    def begin(self, running: Trace) -> None:
        """Make the scope."""

    def run(self, running: Trace, capture: Capture) -> None:
        """Record the function; the scope is complete afterwards."""


class _Entry:
    """One entry point in the making: what is called, and with which arguments."""

    def __init__(self, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: object) -> None:
        self.target = target
        self.bound, self.specs = bind(target.call, args, kwargs, inputs)
        self.doc = target.doc
        self.results: Tree = {}
        self.inputs = inputs
        self.examples: list[Any] = []
        self.vector: Vector | None = None

    def begin(self, running: Trace) -> None:
        """Make the scope; the first entry's is there already."""
        if running.scope.closed:
            running.scope = Scope(running.root, self.target.method, None)
        running.scope.doc = self.doc
        self.scope = running.scope
        self.arguments = Arguments(running, self.scope, self.specs)
        self.parameters = self.arguments.parameters
        running.state.clear()

    def run(self, running: Trace, capture: Capture) -> None:
        """Run the function; the root scope is complete afterwards."""
        scope, target = self.scope, self.target
        args, kwargs = self.arguments.take(self.bound)
        capture.enter(target.original, target.method)
        if running.exploration is not None:
            running.exploration.examples = setters(target.call, self.arguments, self.examples, self.inputs)
        result = running.explored(target.call, args, kwargs)
        leaves: list[Any] = []
        self.results = tree_of(result, leaves, "result", rules.OUTPUT, scope.name)
        for leaf in leaves:
            scope.results.append(_result(running, leaf))
        scope.unit.methods.append(scope)
        scope.closed = True
        outputs = [v.example if isinstance(v.example, int) else np.array(v.example) for v in scope.results]
        self.vector = Vector([np.array(x) for x in self.arguments.leaves], outputs)


def record(
    entries: Sequence[Entry],
    strict: bool = False,
    exploration: Exploration | None = None,
    made: type[TracedProgram] = TracedProgram,
) -> TracedProgram:
    """The program of several entry points of one module or function."""
    target = entries[0].target
    if active() is not None:
        raise rules.THREAD.fail(target.method, got="a trace inside a trace", hint="call the function itself")
    with LOCK:
        root = target.unit()
        running = Trace(root, target.method, folder_of(target.code), strict=strict)
        if target.module is not None:
            running.units[id(target.module)] = root
            adopt(root, target.module)
        running.exploration = exploration
        capture = Capture(running)
        try:
            with running, Replaced():
                for entry in entries:
                    entry.begin(running)
                    if exploration is not None:
                        exploration.begin()
                    entry.run(running, capture)
        finally:
            running.over = True
            capture.undo()
        if any(isinstance(entry, _Entry) for entry in entries):
            check_leaks(running, capture.codes)
        return _finish(running, entries, made)


def _result(running: Trace, leaf: Any) -> Any:
    if isinstance(leaf, SymbolicInt):
        return size_number(running, leaf._tb_dim(running))
    if isinstance(leaf, Proxy):
        return leaf._value(running)
    return running.array(np.asarray(leaf), "result")


def _finish(running: Trace, entries: Sequence[Entry], made: type[TracedProgram]) -> TracedProgram:
    if running.repeated:
        discard(running, [entry.scope for entry in entries])
    replay = Replay(running, [entry.scope for entry in entries])
    program = replay.program()
    points = tuple(_entry_point(program, name, entry) for name, entry in zip(program.exports, entries))
    finished = made(
        function=entries[0].target.original,
        program=program,
        tensors=replay.tensors,
        entry_points=points,
        warnings=tuple(running.frozen),
        sources=dict(running.spans.sources),
        vectors={
            point.name: [] if entry.vector is None else [entry.vector]
            for point, entry in zip(points, entries)
        },
    )
    finished.functions = {point.name: entry.target.original for point, entry in zip(points, entries)}
    return finished


def _entry_point(program: Program, method: str, entry: Entry) -> EntryPoint:
    function = program.export(method)
    return EntryPoint(
        name=method,
        module="",
        method=method,
        parameters=tuple(entry.parameters),
        results=entry.results,
        inputs=tuple(type_text(p.type) for p in function.params),
        outputs=tuple(map(type_text, function.results)),
    )
