"""From what a trace recorded to a program: the builder is called when all sizes are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema.builder import FunctionBuilder, ProgramBuilder
from ..schema.ir import Attr, Block, Function, Instance, Program, TensorRef, Value
from ..schema.names import fresh_name
from ..schema.registry import find
from ..schema.types import TensorType
from . import rules
from .attributes import dtype_name, resolve_attr
from .context import Trace
from .sameness import Keys
from .scope import BlockSteps, Captured, Scope, Step, Unit, Val
from .units import path_to


class Replay:
    """Builds the program of a trace, its classes merged and its tensors named."""

    def __init__(self, trace: Trace, entries: list[Scope]) -> None:
        self.trace = trace
        self.entries = entries
        self.builder = ProgramBuilder()
        self.tensors: dict[str, Any] = {}
        self._tensor_names: dict[int, str] = {}
        self._indices: dict[int, int] = {}
        self._classes: dict[int, str] = {}
        self._methods: dict[int, dict[int, str]] = {}
        self._keys: dict[object, tuple[str, dict[object, str]]] = {}
        self._taken: set[str] = set()
        self._same = Keys(trace)
        self._bodies: dict[object, int] = {}

    def program(self) -> Program:
        """The finished program; `tensors` then hold its stored tensors by name."""
        root = self.trace.root
        prune(root, set())
        self._connect(root, set())
        self._unit(root, (), "")
        return self.builder.finish([self._name_of(scope) for scope in self.entries])

    def _name_of(self, scope: Scope) -> str:
        return self._methods[id(scope.unit)][id(scope)]

    # --- modules ---

    def _connect(self, unit: Unit, done: set[int]) -> None:
        """Make sure that every module that a method needs is a submodule."""
        if id(unit) in done:
            return
        done.add(id(unit))
        for scope in unit.methods:
            for step in scope.everywhere():
                if step.target is not None and step.target is not unit:
                    path_to(self.trace, unit, step.target)
        for inner in list(unit.submodules.values()):
            self._connect(inner, done)

    def _unit(self, unit: Unit, around: tuple[int, ...], path: str) -> int:
        """Declare the class of `unit` and its instance; submodules first."""
        if id(unit) in self._indices:
            return self._indices[id(unit)]
        if id(unit) in around:
            raise rules.MODULE.fail(path, got=f"{unit.class_name} inside itself")
        order = [name for name in unit.children if name in unit.submodules]
        unit.submodules = {name: unit.submodules[name] for name in order}
        inner = tuple(
            self._unit(child, (*around, id(unit)), f"{path}.{name}" if path else name)
            for name, child in unit.submodules.items()
        )
        params = {name: unit.params[name] for name in _in_order(unit, unit.params)}
        fields = {name: unit.fields[name] for name in _in_order(unit, unit.fields)}
        self._declare(unit, params, fields)
        names = tuple(self._tensor(c, f"{path}.{name}" if path else name) for name, c in params.items())
        initial = tuple(
            self._initial(value, f"{path}.{name}" if path else name) for name, (_, value) in fields.items()
        )
        index = self.builder.instance(Instance(self._classes[id(unit)], names, initial, inner))
        self._indices[id(unit)] = index
        return index

    def _declare(
        self, unit: Unit, params: dict[str, Captured], fields: dict[str, tuple[TensorType, Any]]
    ) -> None:
        types = tuple((name, self._param_type(captured)) for name, captured in params.items())
        states = tuple((name, t) for name, (t, _) in fields.items())
        inner = tuple((name, self._classes[id(child)]) for name, child in unit.submodules.items())
        keys = {id(scope): self._same.of(scope) for scope in unit.methods}
        method_names = self._method_names(unit, keys)
        distinct = tuple(
            sorted({(method_names[i], key) for i, key in keys.items()}, key=lambda pair: pair[0])
        )
        key = (unit.class_name, types, states, inner, distinct)
        known = self._keys.get(key)
        self._methods[id(unit)] = method_names
        if known is not None:
            self._classes[id(unit)] = known[0]
            return
        name = fresh_qualified(unit.class_name, self._taken)
        self._taken.add(name)
        cls = self.builder.module_class(name, params=types, fields=states, submodules=inner, doc=unit.doc)
        built: set[str] = set()
        for scope in unit.methods:
            method = method_names[id(scope)]
            if method not in built:
                built.add(method)
                params_ = [(p.name, scope.symbols.resolve_type(p.type)) for p in scope.params]
                self._fill(cls.method(method, params_, scope.doc), scope)
        cls.finish()
        self._classes[id(unit)] = name
        self._keys[key] = (name, {})

    def _method_names(self, unit: Unit, keys: dict[int, object]) -> dict[int, str]:
        """One name for each distinct method: calls that came out the same share it."""
        taken = {*unit.params, *unit.fields, *unit.children}
        by_key: dict[object, str] = {}
        names: dict[int, str] = {}
        first = [scope for scope in self.entries if scope.unit is unit]
        for scope in [*first, *unit.methods]:
            key = (scope.name, keys[id(scope)])
            if key not in by_key:
                by_key[key] = fresh_name(scope.name, {*taken, *by_key.values()})
            names[id(scope)] = by_key[key]
        return names

    def _param_type(self, captured: Captured) -> TensorType:
        array = captured.array
        return TensorType(dtype_name(array.dtype, ""), tuple(map(int, array.shape)))

    def _tensor(self, captured: Captured, path: str) -> str:
        return self._store(captured.array, path)

    def _initial(self, value: Any, path: str) -> TensorRef:
        return TensorRef(self._store(value, path))

    def _store(self, array: Any, path: str) -> str:
        found = self._tensor_names.get(id(array))
        if found is None:
            found = path
            number = 1
            while found in self.tensors:
                found, number = f"{path}_{number}", number + 1
            self._tensor_names[id(array)] = found
            self.tensors[found] = np.ascontiguousarray(array).reshape(np.shape(array))
        return found

    # --- functions ---

    def _fill(self, function: FunctionBuilder, scope: Scope) -> Function:
        values: dict[Val, Value] = dict(zip(scope.params, function.params))
        self._steps(function, scope, scope.steps, values)
        function.span = None
        return function.finish([values[value] for value in scope.results])

    def _steps(
        self, function: FunctionBuilder, scope: Scope, steps: list[Step], values: dict[Val, Value]
    ) -> None:
        for step in steps:
            function.span = step.span
            inputs = [values[value] for value in step.inputs]
            if step.blocks:
                made = self._branching(function, scope, step, inputs, values)
            else:
                made = self._step(function, scope, step, inputs)
            values.update(zip(step.results, made))

    def _branching(
        self,
        function: FunctionBuilder,
        scope: Scope,
        step: Step,
        inputs: list[Value],
        values: dict[Val, Value],
    ) -> tuple[Value, ...]:
        """An ``if`` or ``loop`` with its blocks."""
        blocks = [self._block(function, scope, block, values) for block in step.blocks]
        function.span = step.span
        names = [value.name for value in step.results]
        if step.kind == "if":
            types = [scope.symbols.resolve_type(value.type) for value in step.results]
            return function.if_(inputs[0], blocks[0], blocks[1], types, names)
        return function.loop(inputs[0], inputs[1], inputs[2:], blocks[0], names)

    def _block(
        self, function: FunctionBuilder, scope: Scope, block: BlockSteps, values: dict[Val, Value]
    ) -> Block:
        opened = function.block([(p.name, scope.symbols.resolve_type(p.type)) for p in block.params])
        values.update(zip(block.params, opened.params))
        self._steps(function, scope, block.steps, values)
        return function.close([values[value] for value in block.results])

    def _step(
        self, function: FunctionBuilder, scope: Scope, step: Step, inputs: list[Value]
    ) -> tuple[Value, ...]:
        attrs = {name: resolve_attr(scope.symbols, value) for name, value in step.attrs.items()}
        names = [value.name for value in step.results]
        if step.kind == "op":
            return function.op(step.name, *inputs, names=names, **attrs)  # type: ignore[arg-type]
        if step.kind == "const":
            return (function.const(attrs["value"], names[0]),)  # type: ignore[arg-type]
        if step.kind == "param":
            return (function.param(step.name),)
        if step.kind in ("call", "fork"):
            return self._call(function, scope, step, inputs, names)
        if step.kind == "wait":
            return (function.wait(inputs[0], names[0]),)
        if step.kind == "custom":
            return function.op(step.name, *inputs, names=names, body=self._body(step))
        if step.kind == "get":
            return (function.get(self._path(scope, step), names[0]),)
        if step.kind == "refine":
            return (function.refine(inputs[0], attrs["type"], attrs["symbols"], names[0]),)  # type: ignore[arg-type]
        self._effect(function, scope, step, inputs, attrs)
        return ()

    def _effect(
        self, function: FunctionBuilder, scope: Scope, step: Step, inputs: list[Value], attrs: dict[str, Attr]
    ) -> None:
        if step.kind == "set":
            function.set(self._path(scope, step), inputs[0])
        elif step.kind == "raise":
            function.raise_(step.name, inputs[0])
        elif step.kind == "print":
            function.print_(*inputs)
        elif step.kind == "guard":
            function.guard(inputs[0], str(attrs["message"]), str(attrs["reason"]))
        else:
            assert step.kind == "bind", step.kind
            function.bind(inputs[0], str(attrs["symbol"]))

    def _path(self, scope: Scope, step: Step) -> str:
        assert step.target is not None
        return ".".join([*path_to(self.trace, scope.unit, step.target), step.name])

    def _call(
        self, function: FunctionBuilder, scope: Scope, step: Step, inputs: list[Value], names: list[str]
    ) -> tuple[Value, ...]:
        assert step.target is not None and step.callee is not None
        path = path_to(self.trace, scope.unit, step.target)
        method = self._methods_of(step.target, step.callee)
        name = ".".join(["self", *path, method])
        needed = function.callee(name).result_symbols()
        symbols = [self._outer_symbol(step.callee, wish) for wish in needed]
        if step.kind == "fork":
            return (function.fork(name, *inputs, symbols=symbols, label=names[0]),)
        return function.call(name, *inputs, symbols=symbols, names=names)

    def _methods_of(self, unit: Unit, scope: Scope) -> str:
        return self._methods[id(unit)][id(scope)]

    def _outer_symbol(self, callee: Scope, name: str) -> str:
        from ..schema.dims import symbol_name

        outside = callee.symbols.outer.get(name)
        found = symbol_name(outside) if outside is not None else None
        assert found is not None, name
        return found

    def _body(self, step: Step) -> int:
        scope = step.callee
        assert scope is not None
        key = (step.name, self._same.of(scope))
        found = self._bodies.get(key)
        if found is None:
            params = [(p.name, scope.symbols.resolve_type(p.type)) for p in scope.params]
            function = FunctionBuilder(self.builder, "body", params, None, scope.doc)
            made = self._fill(function, scope)
            self.builder.functions.pop("body", None)
            found = self._bodies[key] = self.builder.body(step.name, {}, made)
        return found


#: Steps that are kept although nobody uses their results.
_EFFECTS = frozenset({"set", "guard", "raise", "print", "bind", "refine", "call", "custom", "fork", "wait"})


def prune(unit: Unit, done: set[int]) -> None:
    """Drop pure steps whose results are not used, and parameters that no step reads. SPEC 10.3."""
    pending = [unit]
    used: dict[int, set[str]] = {}
    units: dict[int, Unit] = {}
    while pending:
        unit = pending.pop()
        if id(unit) in done:
            continue
        done.add(id(unit))
        units[id(unit)] = unit
        for scope in unit.methods:
            _prune_scope(scope)
            for step in scope.everywhere():
                if step.kind == "param":
                    used.setdefault(id(unit), set()).add(step.name)
                if step.kind == "custom" and step.callee is not None:
                    _prune_scope(step.callee)
                if step.target is not None:
                    pending.append(step.target)
    for key, unit in units.items():
        unit.params = {name: c for name, c in unit.params.items() if name in used.get(key, ())}


def _prune_scope(scope: Scope) -> None:
    scope.steps = needed(scope.steps, set(scope.results))


def needed(steps: list[Step], live: set[Val]) -> list[Step]:
    """The steps that make what is in `live` or have an effect; what they use is added to `live`."""
    kept: list[Step] = []
    for step in reversed(steps):
        if stays(step) or any(value in live for value in step.results):
            kept.append(step)
            live.update(step.inputs)
            for block in step.blocks:
                live.update(block.results)
                block.steps = needed(block.steps, live)
    return kept[::-1]


def stays(step: Step) -> bool:
    """Whether a step has an effect, or binds a symbol, which types may name though nobody uses the result."""
    if step.kind in _EFFECTS:
        return True
    op = find(step.name) if step.kind == "op" else None
    return bool(op and op.fresh) or any(stays(inner) for block in step.blocks for inner in block.steps)


def _in_order(unit: Unit, used: dict[str, Any]) -> list[str]:
    """Names in the order of the object's attributes, others after them as they came."""
    attributes = list(getattr(unit.source, "__dict__", {}))
    return sorted(used, key=lambda name: attributes.index(name) if name in attributes else len(attributes))


def fresh_qualified(name: str, taken: set[str]) -> str:
    """`name`, with a number if it is taken."""
    found, number = name, 1
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
