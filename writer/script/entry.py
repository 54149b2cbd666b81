"""A scripted entry point in the making."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Mapping
from typing import Any

from ...schema.manifest import Parameter, Tree
from ...schema.manifest_const import to_plain
from ...schema.types import Type
from ..capture import Capture
from ..context import Trace
from ..inputs import parse_specs
from ..program import Vector
from ..scope import Scope
from ..tracing import Target
from . import rules
from .compiler import Compiler
from .frames import Dead
from .parameters import Parameters, result_tree
from .source import source_of


class ScriptEntry:
    """One entry point: what is compiled, and what says the types of its parameters."""

    def __init__(
        self, fn: Any, name: str | None, args: tuple[Any, ...], kwargs: Mapping[str, Any], inputs: object
    ) -> None:
        scripted = getattr(fn, "__tb_script__", None)
        self.target = target = Target(fn if scripted is None else scripted, name)
        plain: Any = target.call
        if isinstance(plain, functools.partial):
            plain = types.MethodType(plain.func, plain.args[0])
        bound = getattr(plain, "__tb_script__", plain)
        self.plain: Any = bound
        function = getattr(bound, "__func__", bound)
        if not isinstance(function, types.FunctionType):
            raise rules.SOURCE.fail(
                target.method, got=type(fn).__name__, expected="a function with a source text"
            )
        self.function = function
        self.signature = inspect.signature(bound)
        try:
            self.given = self.signature.bind_partial(*args, **kwargs).arguments
        except TypeError as error:
            raise rules.PARAMETER.fail(target.method, got=str(error)) from None
        self.specs: Mapping[str, Type] = parse_specs(inputs, list(self.signature.parameters))
        self.parameters: list[Parameter] = []
        self.results: Tree = {}
        self.vector: Vector | None = None

    def begin(self, running: Trace) -> None:
        """Make the scope; the first entry's is there already."""
        if running.scope.closed:
            running.scope = Scope(running.root, self.target.method, None)
        self.scope = running.scope
        self.scope.doc = self.target.doc

    def run(self, running: Trace, capture: Capture) -> None:
        """Compile the function; the root scope is complete afterwards."""
        before = running.ghost, running.spans.override, running.on_write, running.on_read
        running.ghost = True
        leaves: list[Any] = []
        try:
            core = Compiler(running)
            space = self.function.__globals__
            found = Parameters(core, self.signature, space, self.given, self.specs, self.target.method)
            capture.enter(self.target.original, self.target.method)
            self.results = self._body(core, found, leaves)
        finally:
            running.ghost, running.spans.override, running.on_write, running.on_read = before
        self.parameters = found.parameters
        self.scope.results.extend(leaves)
        self.scope.unit.methods.append(self.scope)
        self.scope.closed = True

    def _body(self, core: Compiler, found: Parameters, leaves: list[Any]) -> Tree:
        source = source_of(self.function)
        owner = getattr(self.plain, "__self__", None)
        frame = core.frame_of(self.function, source)
        core.node = source.node
        values = dict(found.values)
        if owner is not None:
            values = {next(iter(inspect.signature(self.function).parameters)): owner, **values}
        frame.env.update(values)
        body = source.node.body
        try:
            result = core.run_function(frame, body)
        except Dead:  # every path raises
            core.end_dead(core.trace.scope.block or core.trace.scope)
            return {"const": to_plain(None)}
        core.frames.append(frame)
        core.node = source.node if isinstance(body, ast.expr) else body[-1]
        return result_tree(core, result, leaves)
