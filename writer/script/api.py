"""`script`: a Python function, compiled as it is written."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from ...schema.errors import TraceboxError
from ..context import active
from ..module import Module
from ..program import TracedProgram, Vector
from ..tracing import record
from ..trees import tree_of
from . import array_functions, functions, iterables, mathematics, methods, rules, strings
from .entry import ScriptEntry
from .source import function_of, source_of

_LOADED = array_functions, functions, iterables, mathematics, methods, strings

F = TypeVar("F", bound=Callable[..., Any])


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


def script_if_tracing(function: F) -> F:
    """Mark a function as one that is compiled where a trace calls it, and is plain Python elsewhere.

    Parameters
    ----------
    function
        A function in the subset that `script` compiles.

    Examples
    --------
    >>> from tracebox import trace
    >>> @script_if_tracing
    ... def powers(x, n=3):
    ...     out = x
    ...     for i in range(x.shape[0]):
    ...         out[i] = x[i] ** n
    ...     return out
    >>> program = trace(lambda x: powers(x * 1), np.ones(2))
    >>> program(np.arange(4.0))
    array([ 0.,  1.,  8., 27.])
    """

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if active() is None:
            return function(*args, **kwargs)
        from .inside import call_scripted

        return call_scripted(function, args, kwargs)

    wrapper.__tb_script__ = function  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


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
    entry = ScriptEntry(fn, name, args, kwargs, inputs)
    if active() is not None:
        raise rules.CALL.fail(
            entry.target.method, got="script inside of a trace", hint="script the function before"
        )
    made = _recorded([entry])
    made.vectors = _vectors(made, args, kwargs)
    return made


def script_methods(module: Module, /, **calls: Any) -> ScriptedProgram:
    """Compile several methods of one module into one program; each is an entry point.

    Parameters
    ----------
    module
        The module.
    **calls
        For each method, by its name, its example arguments: a tuple, a dict by name, or one array;
        an empty tuple if annotations say its types.

    Raises
    ------
    ScriptError
        ``script.*``, as `script`.

    Examples
    --------
    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.by = np.array([2.0, 3.0])
    ...     def forward(self, x):
    ...         return x * self.by
    ...     def total(self, x: "f64[n,2]", start: float | None = None) -> float:
    ...         found = float(self.forward(x).sum())
    ...         return found if start is None else found + start
    >>> program = script_methods(Scale(), forward=(np.ones((1, 2)),), total=())
    >>> program.new_session().total(np.ones((3, 2)), 1.0)
    16.0
    """
    entries: list[ScriptEntry] = []
    for name, given in calls.items():
        args, kwargs = ((), given) if isinstance(given, dict) else (given, {})
        method = module if name == "forward" else getattr(module, name)
        entries.append(ScriptEntry(method, name, args if isinstance(args, tuple) else (args,), kwargs, None))
    if not entries:
        hint = "name at least one method with its arguments"
        raise rules.PARAMETER.fail(type(module).__name__, got="no method", hint=hint)
    return _recorded(entries)


def _recorded(entries: Sequence[ScriptEntry]) -> ScriptedProgram:
    try:
        made = record(entries, made=ScriptedProgram)
    except RecursionError:
        raise rules.LIMIT.fail(
            entries[0].target.method,
            got="an expression, or calls, nested too deep to be compiled",
            hint="split the expression into statements, or write a loop",
        ) from None
    assert isinstance(made, ScriptedProgram)
    return made


def _vectors(
    program: ScriptedProgram, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, list[Vector]]:
    """The example and its results, where all are arrays."""
    (point,) = program.entry_points
    nothing: dict[str, list[Vector]] = {point.name: []}
    leaves: list[Any] = []
    try:
        for value in (*args, *kwargs.values()):
            tree_of(value, leaves, "", rules.PARAMETER, "")
        if len(leaves) != len(point.inputs) or not leaves:
            return nothing
        inputs = [np.array(leaf) for leaf in leaves]
        outputs: list[Any] = []
        tree_of(program.runnable(*args, **kwargs), outputs, "", rules.PARAMETER, "")
    except TraceboxError:
        return nothing
    if len(outputs) != len(point.outputs) or not all(isinstance(v, np.ndarray) for v in outputs):
        return nothing
    return {point.name: [Vector(inputs, [np.array(v) for v in outputs])]}
