"""`script`: a Python function, compiled as it is written."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...schema.errors import TraceboxError
from ...schema.manifest import EntryPoint, Tree
from ...schema.types import Type, type_text
from ..capture import Capture
from ..context import Trace, active
from ..inputs import parse_specs
from ..module import Module
from ..program import TracedProgram, Vector
from ..replay import Replay
from ..spans import folder_of
from ..tracing import LOCK, Target
from ..units import adopt
from . import functions, methods, rules
from .compiler import Compiler
from .parameters import Parameters, result_tree
from .source import function_of, source_of

_LOADED = functions, methods


class ScriptedProgram(TracedProgram):
    """A compiled function: call it, print it, save it, as a traced one."""

    @property
    def __tb_script__(self) -> Callable[..., Any]:
        return self.function

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the program; within a trace, compile its function into that."""
        if active() is not None:
            from .inside import call_scripted

            return call_scripted(self.function, args, kwargs)
        return self.runnable(*args, **kwargs)


class ScriptedFunction:
    """A function that is compiled when it is first called, for the types of its arguments.

    Attributes
    ----------
    function
        The Python function.
    """

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self._name = name
        self._compiled: dict[object, ScriptedProgram] = {}
        functools.update_wrapper(self, function, updated=())

    @property
    def __tb_script__(self) -> Callable[..., Any]:
        return self.function

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        if owner is None:
            return self
        return ScriptedMethod(self, owner)

    def compile(self, *args: Any, **kwargs: Any) -> ScriptedProgram:
        """The program for the types of the arguments."""
        return _compile(self.function, args, kwargs, None, self._name)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the program for these types; within a trace, compile the function into that."""
        if active() is not None:
            from .inside import call_scripted

            return call_scripted(self.function, args, kwargs)
        key = _key((args, tuple(sorted(kwargs.items()))))
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self.compile(*args, **kwargs)
        return found(*args, **kwargs)

    @property
    def program(self) -> Any:
        """The typed IR of the types that it was last compiled for."""
        return self._latest().program

    @property
    def code(self) -> str:
        """The program as text."""
        return self._latest().code

    @property
    def graph(self) -> str:
        """The program's nodes."""
        return self._latest().graph

    def _latest(self) -> ScriptedProgram:
        if not self._compiled:
            name = getattr(self.function, "__qualname__", "function")
            hint = "call it, or give examples: tracebox.script(fn, x)"
            raise rules.PARAMETER.fail(name, got="neither", hint=hint)
        return list(self._compiled.values())[-1]

    def __repr__(self) -> str:
        return f"<ScriptedFunction {getattr(self.function, '__qualname__', '?')}>"


class ScriptedMethod:
    """A scripted method of a module or object."""

    def __init__(self, scripted: ScriptedFunction, owner: Any) -> None:
        self.scripted = scripted
        self.owner = owner
        self.__func__ = scripted.function
        self.__self__ = owner
        self.__name__ = scripted.function.__name__
        self.__tb_script__ = types.MethodType(scripted.function, owner)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if active() is None:
            return self.scripted.function(self.owner, *args, **kwargs)
        from .inside import call_scripted

        return call_scripted(self.__tb_script__, args, kwargs)


def _key(value: Any) -> object:
    if isinstance(value, (np.ndarray, np.generic)):
        return "array", value.dtype.str, value.ndim
    if isinstance(value, (tuple, list)):
        return type(value), tuple(map(_key, value))
    if isinstance(value, dict):
        return dict, tuple((key, _key(item)) for key, item in value.items())
    return type(value)


def script(
    fn: Any = None,
    /,
    *args: Any,
    inputs: object = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """Compile a function as it is written: branches stay branches, and loops stay loops.

    Parameters
    ----------
    fn
        A function, a method, a `Module`, or a source text that defines a function. Left out,
        `script` is a decorator.
    *args, **kwargs
        Examples of its arguments; only their types are looked at. Ints, floats, bools and strings
        are arguments of the program, too.
    inputs
        Types of arguments, as for `trace`: ``"x: f32[B,4]"``, a list of such texts, or a dict.
    name
        The entry point's name; by default ``forward`` for modules, else the function's.

    Returns
    -------
    TracedProgram or ScriptedFunction
        The program, if annotations, `inputs` and examples say the types of all parameters; else a
        function that is compiled when it is called.

    Raises
    ------
    ScriptError
        ``script.*``: with the line, a caret under the construct, and what to write instead.

    Examples
    --------
    >>> def collatz(n: int) -> int:
    ...     steps = 0
    ...     while n != 1:
    ...         n = n // 2 if n % 2 == 0 else 3 * n + 1
    ...         steps += 1
    ...     return steps
    >>> program = script(collatz)
    >>> program(27)
    111

    Notes
    -----
    docs/script.md lists the subset of Python.
    """
    if fn is None:
        return functools.partial(script, inputs=inputs, name=name)
    if isinstance(fn, str):
        fn = function_of(fn)
    if isinstance(fn, (ScriptedFunction, ScriptedProgram)):
        fn = fn.function
    if isinstance(fn, ScriptedMethod):
        fn = fn.__tb_script__
    if not args and not kwargs and inputs is None and not _typed(fn):
        if not isinstance(fn, types.FunctionType) and not isinstance(fn, (types.MethodType, Module)):
            raise rules.SOURCE.fail(
                type(fn).__name__, expected="a function, a method, a Module or a source text"
            )
        if isinstance(fn, types.FunctionType):
            source_of(fn)
        return ScriptedFunction(fn, name)
    return _compile(fn, args, kwargs, inputs, name)


def _typed(fn: Any) -> bool:
    """Whether annotations and defaults say the types of all parameters."""
    from .annotations import type_of

    plain = fn.forward if isinstance(fn, Module) else fn
    try:
        signature = inspect.signature(plain)
    except (TypeError, ValueError):
        return False
    space = getattr(getattr(plain, "__func__", plain), "__globals__", {})
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return False
        if (
            parameter.annotation is not inspect.Parameter.empty
            and type_of(parameter.annotation, space) is not None
        ):
            continue
        if parameter.default is inspect.Parameter.empty or parameter.name == "self":
            return False
    return True


def _compile(
    fn: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], inputs: object, name: str | None
) -> ScriptedProgram:
    target = Target(fn, name)
    if active() is not None:
        raise rules.CALL.fail(
            target.method, got="script inside of a trace", hint="script the function before"
        )
    plain = target.call
    if isinstance(plain, functools.partial):
        plain = types.MethodType(plain.func, plain.args[0])
    function: Any = getattr(plain, "__func__", plain)
    if not isinstance(function, types.FunctionType):
        raise rules.SOURCE.fail(
            target.method, got=type(fn).__name__, expected="a function with a source text"
        )
    with LOCK:
        return _Compilation(target, plain, function).run(args, kwargs, inputs)


class _Compilation:
    """One entry point in the making."""

    def __init__(self, target: Target, plain: Any, function: types.FunctionType) -> None:
        self.target = target
        self.plain = plain
        self.function = function

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], inputs: object) -> ScriptedProgram:
        target, function = self.target, self.function
        signature = inspect.signature(self.plain)
        try:
            bound = signature.bind_partial(*args, **kwargs).arguments
        except TypeError as error:
            raise rules.PARAMETER.fail(target.method, got=str(error)) from None
        specs: Mapping[str, Type] = parse_specs(inputs, list(signature.parameters))
        root = target.unit()
        trace = Trace(root, target.method, folder_of(function.__code__))
        trace.ghost = True
        trace.scope.doc = target.doc
        if target.module is not None:
            trace.units[id(target.module)] = root
            adopt(root, target.module)
        capture = Capture(trace)
        leaves: list[Any] = []
        try:
            with trace:
                core = Compiler(trace)
                parameters = Parameters(core, signature, function.__globals__, bound, specs, target.method)
                capture.visit(target.original, None, target.method)
                results = self._body(core, parameters, leaves)
        finally:
            trace.over = True
            capture.undo()
        trace.scope.results.extend(leaves)
        root.methods.append(trace.scope)
        trace.scope.closed = True
        return self._finish(trace, parameters, results)

    def _body(self, core: Compiler, parameters: Parameters, leaves: list[Any]) -> Tree:
        source = source_of(self.function)
        owner = getattr(self.plain, "__self__", None)
        frame = core.frame_of(self.function, source)
        core.node = source.node
        names = list(inspect.signature(self.function).parameters)
        values = dict(parameters.values)
        if owner is not None:
            values = {names[0]: owner, **values}
        frame.env.update(values)
        body = source.node.body
        result = core.run_function(frame, body)
        core.frames.append(frame)
        core.node = source.node if isinstance(body, ast.expr) else body[-1]
        return result_tree(core, result, leaves)

    def _finish(self, trace: Trace, parameters: Parameters, results: Tree) -> ScriptedProgram:
        replay = Replay(trace, [trace.scope])
        program = replay.program()
        (method,) = program.exports
        exported = program.export(method)
        point = EntryPoint(
            name=method,
            module="",
            method=method,
            parameters=tuple(parameters.parameters),
            results=results,
            inputs=tuple(type_text(p.type) for p in exported.params),
            outputs=tuple(map(type_text, exported.results)),
        )
        made = ScriptedProgram(
            function=self.target.original,
            program=program,
            tensors=replay.tensors,
            entry_points=(point,),
            warnings=tuple(trace.frozen),
            sources=dict(trace.spans.sources),
            vectors={},
        )
        made.vectors = _vectors(made, method, parameters.leaves)
        return made


def _vectors(program: ScriptedProgram, method: str, leaves: list[Any]) -> dict[str, list[Vector]]:
    """The example and its results, where all are arrays."""
    if not leaves or not all(isinstance(leaf, np.ndarray) for leaf in leaves):
        return {method: []}
    try:
        session = program.runnable.new_session()
        outputs = session.call_leaves(leaves) if hasattr(session, "call_leaves") else None
    except TraceboxError:
        return {method: []}
    if outputs is None or not all(isinstance(v, np.ndarray) for v in outputs):
        return {method: []}
    return {method: [Vector([leaf.copy() for leaf in leaves], outputs)]}
