"""Modules in a trace: their places in the program, their fields, and calls of their methods."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

from ..schema.names import clean, fresh_name
from . import rules
from .context import Trace
from .explore.path import Unjoined
from .given import Given, Mark
from .integral import SymbolicInt
from .module import Module
from .proxy import Proxy
from .scope import Captured, Scope, Step, Unit, Val
from .sharing import Passed
from .trees import is_array, is_constant, map_tree


def class_name(module: str, qualname: str) -> str:
    """A qualified name of identifiers for a Python class or function."""
    parts = [part for part in f"{module}.{qualname}".split(".") if part != "<locals>"]
    return ".".join(clean(part.replace("<", "").replace(">", "")) for part in parts)


def unit_of(trace: Trace, module: object) -> Unit:
    """The unit that stands for `module`."""
    found = trace.units.get(id(module))
    if found is None:
        assert isinstance(module, Module)
        cls = type(module)
        doc = inspect.cleandoc(cls.__doc__) if cls.__doc__ and cls.__doc__ is not Module.__doc__ else ""
        found = Unit(module, class_name(cls.__module__, cls.__qualname__), doc)
        trace.units[id(module)] = found
        adopt(found, module)
    return found


def adopt(unit: Unit, module: Module) -> None:
    """Note the modules that the attributes of `module` hold."""
    for name, child in children(module):
        unit.children[fresh_name(name, unit.children)] = child


def children(module: Module) -> Iterator[tuple[str, Module]]:
    """The modules in the attributes of `module`, also inside lists, tuples and dicts."""
    for name, value in vars(module).items():
        if not name.startswith("_tb_"):
            yield from _inside(name, value)


def all_modules(module: Module) -> Iterator[Module]:
    """`module` and those inside it, each once."""
    found = {id(module): module}
    pending = [module]
    while pending:
        for _, child in children(pending.pop()):
            if id(child) not in found:
                found[id(child)] = child
                pending.append(child)
    yield from found.values()


def _inside(name: str, value: Any) -> Iterator[tuple[str, Module]]:
    if isinstance(value, Module):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _inside(f"{name}_{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(f"{name}_{key}", item)


def path_to(trace: Trace, start: Unit, goal: Unit) -> list[str]:
    """The names that lead from one unit to another; attached under a new name if none do."""
    if start is goal:
        return []
    seen = {id(start)}
    queue: list[tuple[Unit, list[str]]] = [(start, [])]
    while queue:
        unit, path = queue.pop(0)
        for name, child in unit.children.items():
            inner = unit_of(trace, child)
            if inner is goal:
                return _used(trace, start, [*path, name])
            if id(inner) not in seen:
                seen.add(id(inner))
                queue.append((inner, [*path, name]))
    wish = goal.class_name.rpartition(".")[2].lower()
    name = fresh_name(wish, {*start.children, *start.params, *start.fields})
    start.children[name] = goal.source
    return _used(trace, start, [name])


def _used(trace: Trace, start: Unit, path: list[str]) -> list[str]:
    unit = start
    for name in path:
        inner = unit.submodules[name] = unit_of(trace, unit.children[name])
        unit = inner
    return path


# --- calls ----------------------------------------------------------------------


@functools.lru_cache(maxsize=512)
def _signature(function: Any) -> inspect.Signature:
    return inspect.signature(function)


def own_method(function: Any) -> tuple[Module, str, Callable[..., Any]] | None:
    """The module, the name and the plain method that a module, or a method bound to one, stands for."""
    if isinstance(function, Module):
        return function, "forward", type(function).forward
    owner = getattr(function, "__self__", None)
    if not isinstance(owner, Module):
        return None
    method = getattr(function, "__tb_export__", getattr(function, "__func__", function))
    return owner, method.__name__, method


def call_method(
    trace: Trace,
    module: Module,
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Trace a method of `module` as a function of its own, and record the call."""
    scripted = getattr(function, "__tb_script__", None)
    if scripted is not None:
        from .script.inside import call_scripted

        return call_scripted(types.MethodType(scripted, module), args, kwargs)
    unit = unit_of(trace, module)
    path_to(trace, trace.scope.unit, unit)
    doc = inspect.cleandoc(function.__doc__) if function.__doc__ else ""
    return traced_call(trace, unit, name, doc, function, (module, *args), kwargs, skip=1)


def traced_call(
    trace: Trace,
    unit: Unit,
    name: str,
    doc: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    skip: int = 0,
    kind: str = "call",
) -> Any:
    """Run `function` in a scope of its own; `skip` arguments are passed as they are."""
    outer = trace.scope
    if outer.op_body is not None and kind == "call":
        raise rules.CUSTOM.fail(trace.where, got=f"a call of {unit.class_name}.{name} in {outer.op_body}")
    scope = Scope(unit, name, outer, doc)
    step = Step(kind, "" if kind == "call" else name, callee=scope, target=unit if kind == "call" else None)
    scope.op_body = name if kind == "custom" else None
    scope.call = step
    entry = _Entry(trace, scope, step)
    names = _names(function, args, kwargs)
    inner_args = [arg if i < skip else entry.bring(arg, names[i]) for i, arg in enumerate(args)]
    inner_kwargs = {key: entry.bring(value, key) for key, value in kwargs.items()}
    trace.scope = scope
    try:
        result = trace.explored(function, inner_args, inner_kwargs, changes=bool(entry.given))
        found = entry.take(entry.given.marked(result))
        entry.mutations()
    except Unjoined:
        trace.scope = outer
        if kind != "call" or trace.exploration is None or not trace.exploration.exploring:
            raise
        return function(*args, **kwargs)  # its branches become the caller's
    finally:
        trace.scope = outer
    scope.closed = True
    if kind == "call":
        unit.methods.append(scope)
    trace.add(step)
    entry.write_back()
    return entry.give(found)


def _names(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    # The cache keeps its functions alive, and what their closures hold.
    found = _signature.__wrapped__ if getattr(function, "__closure__", None) else _signature
    names = [p.name for p in found(function).parameters.values()]
    return [names[i] if i < len(names) else f"arg{i}" for i in range(len(args))]


class _Entry:
    """The way of arguments into a traced function, and of results out of it."""

    def __init__(self, trace: Trace, scope: Scope, step: Step) -> None:
        self.trace = trace
        self.scope = scope
        self.step = step
        self._brought: list[tuple[Proxy, Proxy, Val]] = []
        self._changed: list[tuple[Proxy, Val]] = []
        self.given = Given()
        self._contents: dict[int, Any] = {}
        #: Arguments and results by the arrays that they were, so that what is one stays one.
        self._passed = Passed()
        self._inner: dict[int, Proxy] = {}
        self._taken: dict[int, _Taken] = {}
        self._made: dict[int, Proxy] = {}

    def bring(self, value: Any, name: str) -> Any:
        """An argument, with the arrays in it as parameters of the function."""
        before = self.given.state()
        try:
            return self.given.copy(value, self._bring_leaf, name)
        except _Opaque:
            self.given.restore(before)
            return value

    def _bring_leaf(self, leaf: Any, path: str) -> Any:
        if not isinstance(leaf, Proxy):
            if not (is_array(leaf) or is_constant(leaf) or isinstance(leaf, SymbolicInt)):
                raise _Opaque
            return leaf
        if id(leaf) in self._inner:
            return self._inner[id(leaf)]
        outside = leaf._value(self.trace)
        inner = self.scope.imported.get(outside)
        if inner is None:
            inner = self.trace.parameter(self.scope, outside, clean(path.replace("'", "")).strip("_") or "x")
            self.scope.imported[outside] = inner
            self.step.inputs.append(outside)
        made = self._inner[id(leaf)] = Proxy(self.trace, inner, weak=leaf._weak)
        self._passed.argument(made, leaf)
        self._brought.append((leaf, made, inner))
        return made

    def take(self, result: Any) -> Any:
        """The function's result, its arrays as values of the function."""

        def lenient(path: str, other: Any) -> Exception:
            return _Opaque()

        try:
            return map_tree(result, self._take_leaf, "result", lenient)
        except _Opaque:
            return result

    def _take_leaf(self, leaf: Any, path: str) -> Any:
        if not isinstance(leaf, Proxy):
            return leaf
        if id(leaf) not in self._taken:
            self._taken[id(leaf)] = _Taken(self._result(leaf._value(self.trace)), leaf)
        return self._taken[id(leaf)]

    def _result(self, value: Val) -> Val:
        found = self.scope.exported.get(value)
        if found is None:
            self.scope.results.append(value)
            found = self.scope.exported[value] = self.trace.outside(self.scope, value)
            self.step.results.append(found)
        return found

    def give(self, found: Any) -> Any:
        """The result for the caller."""
        if isinstance(found, _Taken):
            if id(found) not in self._made:
                made = self._made[id(found)] = Proxy(self.trace, found.value, weak=found.array._weak)
                self._passed.result(made, found.array)
                if found.array._field is not None and found.array._view is None:
                    made._field, made._kept = found.array._field.passed(), False
            return self._made[id(found)]
        if isinstance(found, Mark):
            return self.given.original(found)
        if isinstance(found, tuple):
            items = [self.give(item) for item in found]
            return type(found)(*items) if hasattr(found, "_fields") else tuple(items)
        if isinstance(found, list):
            return [self.give(item) for item in found]
        if isinstance(found, dict):
            return {key: self.give(item) for key, item in found.items()}
        return found

    def mutations(self) -> None:
        """What the function did to its arguments in place: further results."""
        for leaf, made, inner in self._brought:
            if made._source is not inner and not isinstance(made._source, Captured):
                if self.trace.forking:
                    raise rules.FORK.fail(self.trace.where, got=f"a change of {inner.name}")
                self._changed.append((leaf, self._result(made._value(self.trace))))
            else:
                self._passed.left(made)
        numbers = self.given.changed()
        if numbers and self.trace.forking:
            raise rules.FORK.fail(self.trace.where, got="a change of a list or dict that was given to it")
        contents = self.given.contents() if numbers else []
        self._contents = {number: self.take(contents[number]) for number in numbers}

    def write_back(self) -> None:
        """Do to the caller's arrays and containers what the function did to its own."""
        for leaf, value in self._changed:
            leaf._replace(Proxy(self.trace, value))
        for number, content in self._contents.items():
            self.given.write(number, self.give(content))


class _Opaque(Exception):
    """An argument or result that holds other objects than containers of arrays."""


class _Taken:
    """A result of a function: its value, and the array that it is inside of it."""

    __slots__ = ("value", "array")

    def __init__(self, value: Val, array: Proxy) -> None:
        self.value = value
        self.array = array
