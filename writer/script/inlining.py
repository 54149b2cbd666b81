"""Python functions whose bodies are compiled into their callers: frames, arguments, defaults."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from typing import Any

from ...schema.errors import ScriptError
from . import rules
from .frames import Frame
from .liveness import Liveness
from .native import Native
from .source import Source, source_of
from .values import Closure, DictBox


class Inlining(Native):
    """Compiles functions into one another."""

    def expr(self, node: ast.expr) -> Any:
        """Compile an expression."""
        raise NotImplementedError

    def inline(self, function: types.FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Compile a call of a Python function into the caller."""
        if any(frame.source.code is function.__code__ for frame in self.frames):
            names = [frame.name for frame in self.frames if frame.source.code is function.__code__]
            got = f"{names[0]}, called inside of itself"
            hint = "use a loop, with a list for what is still to do"
            raise self.fail(rules.RECURSION, got=got, hint=hint)
        try:
            source = source_of(function)
        except ScriptError as error:
            problem = error.problems[0]
            raise self.fail(rules.CALL, got=f"{function.__qualname__}: {problem.got}") from None
        frame = self.frame_of(function, source)
        frame.env.update(self.bind(inspect.signature(function), function.__qualname__, args, kwargs))
        node = source.node
        return self.run_function(frame, node.body)

    def inline_root(self, function: types.FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Compile the body of a function that nothing scripted calls."""
        source = source_of(function)
        frame = self.frame_of(function, source)
        self.frames.append(frame)
        self.node = source.node
        try:
            given = tuple(map(self.taken, args))
            bound = self.bind(inspect.signature(function), function.__qualname__, given, kwargs)
        finally:
            self.frames.pop()
        frame.env.update(bound)
        return self.run_function(frame, source.node.body)

    def frame_of(self, function: types.FunctionType, source: Source) -> Frame:
        """A frame for a call of `function`."""
        cells: dict[str, Any] = {}
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
            try:
                cells[name] = cell.cell_contents
            except ValueError:
                continue
        body = source.node.body if isinstance(source.node.body, list) else []
        return Frame(source, function.__globals__, cells, _liveness(source, body))

    def run_function(self, frame: Frame, body: Any) -> Any:
        """Compile the body of a function."""
        raise NotImplementedError

    def bind(
        self, signature: inspect.Signature, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        """Arguments by parameter, as Python binds them."""
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise self.fail(rules.OPERAND, got=f"a call of {name}: {error}") from None
        found: dict[str, Any] = {}
        for key, parameter in signature.parameters.items():
            if key in bound.arguments:
                value = bound.arguments[key]
                found[key] = DictBox(dict(value)) if parameter.kind is parameter.VAR_KEYWORD else value
            elif parameter.kind is parameter.VAR_POSITIONAL:
                found[key] = ()
            elif parameter.kind is parameter.VAR_KEYWORD:
                found[key] = DictBox({})
            else:
                found[key] = self.known(parameter.default)
        return found

    def known(self, value: Any) -> Any:
        """What a value that was made outside stands for."""
        raise NotImplementedError

    def defaults(self, arguments: ast.arguments) -> dict[str, Any]:
        """The values of a function's defaults, evaluated where it is defined."""
        found: dict[str, Any] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        for arg, default in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults):
            found[arg.arg] = self.expr(default)
        for arg, extra in zip(arguments.kwonlyargs, arguments.kw_defaults):
            if extra is not None:
                found[arg.arg] = self.expr(extra)
        return found

    def _closure(self, closure: Closure, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if sum(frame.outer is closure.frame and frame.name == closure.name for frame in self.frames):
            raise self.fail(
                rules.RECURSION, got=f"{closure.name}, called inside of itself", hint="use a loop"
            )
        parameters = []
        arguments = closure.node.args
        empty = inspect.Parameter.empty
        for group, kind in (
            (arguments.posonlyargs, inspect.Parameter.POSITIONAL_ONLY),
            (arguments.args, inspect.Parameter.POSITIONAL_OR_KEYWORD),
            ([arguments.vararg] if arguments.vararg else [], inspect.Parameter.VAR_POSITIONAL),
            (arguments.kwonlyargs, inspect.Parameter.KEYWORD_ONLY),
            ([arguments.kwarg] if arguments.kwarg else [], inspect.Parameter.VAR_KEYWORD),
        ):
            for arg in group:
                default = _Default(closure.defaults[arg.arg]) if arg.arg in closure.defaults else empty
                parameters.append(inspect.Parameter(arg.arg, kind, default=default))
        bound = self.bind(inspect.Signature(parameters), closure.name, args, kwargs)
        body = closure.node.body
        outer = closure.frame
        frame = Frame(outer.source, outer.space, outer.cells, _closure_liveness(closure))
        frame.outer, frame.name = outer, closure.name
        frame.env.update({k: v.value if isinstance(v, _Default) else v for k, v in bound.items()})
        return self.run_function(frame, body)

    # --- functions of the prelude ---

    def prelude(self, name: str, *args: Any) -> Any:
        """A function that is written in the subset itself."""
        from . import prelude

        return self.inline(getattr(prelude, name), args, {})


class _Default:
    """A default of a function inside of a function."""

    def __init__(self, value: Any) -> None:
        self.value = value


@functools.lru_cache(maxsize=1024)
def _cached_liveness(source: Source) -> Liveness:
    return Liveness(source.node.body)


def _liveness(source: Source, body: list[ast.stmt]) -> Liveness:
    return _cached_liveness(source) if body else Liveness(())


def _closure_liveness(closure: Closure) -> Liveness:
    body = closure.node.body
    return Liveness(body) if isinstance(body, list) else Liveness(())
