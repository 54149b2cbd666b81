"""The builder: the only constructor of programs. SPEC 5.

Parser, tracer, compiler, importers, upgraders, decoder and case generators build through
it. Each call checks its operands and infers the result's type, so that what was built
without an error verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import dims
from .calls import Callee, instantiate
from .dims import Dim
from .errors import InvalidError
from .infer import infer, with_defaults
from .ir import (
    Attr,
    Block,
    Const,
    Function,
    Instance,
    ModuleClass,
    Node,
    OpBody,
    Program,
    RecordClass,
    Span,
    Value,
)
from .labels import BIND, CALLEE, CLASS, CONDITION, FIELD, FIELD_TYPE, OPERATOR, PARAM, REFINE, WAIT
from .names import fresh_name
from .nodes import carried_types, check_loop_inputs, const_type
from .registry import OPSET, find
from .types import BOOL, INT, ContainerType, TensorType, Type, accepts, future, type_text, walk


class ProgramBuilder:
    """Collects classes, functions, bodies and instances; `finish` gives the program."""

    def __init__(self, opset: int = OPSET) -> None:
        self.opset = opset
        self.records: dict[str, RecordClass] = {}
        self.bodies: list[OpBody] = []
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, ModuleClass] = {}
        self.instances: list[Instance] = []
        #: Indices of composites' bodies by what they were expanded at; see `expand.composite_body`.
        self.expansions: dict[object, int] = {}

    def record(self, name: str, fields: Iterable[tuple[str, Type]]) -> RecordClass:
        """Declare a record class."""
        self._unique(name)
        made = self.records[name] = RecordClass(name, tuple(fields))
        return made

    def function(self, name: str, params: Iterable[tuple[str, Type]], doc: str = "") -> FunctionBuilder:
        """Begin a free function; it is declared when its builder is finished."""
        self._unique(name)
        return FunctionBuilder(self, name, params, None, doc)

    def module_class(
        self,
        name: str,
        *,
        params: Iterable[tuple[str, TensorType]] = (),
        fields: Iterable[tuple[str, Type]] = (),
        submodules: Iterable[tuple[str, str]] = (),
        doc: str = "",
    ) -> ClassBuilder:
        """Begin a module class; it is declared when its builder is finished."""
        self._unique(name)
        return ClassBuilder(self, name, tuple(params), tuple(fields), tuple(submodules), doc)

    def body(self, op: str, attrs: dict[str, Attr], function: Function) -> int:
        """Add an operator's body, a function of the operator's name, and give its index."""
        if function.name != op:
            function = Function(op, function.results, function.body, function.doc)
        self.bodies.append(OpBody(op, attrs, function))
        return len(self.bodies) - 1

    def instance(self, instance: Instance) -> int:
        """Add an instance and give its index; the last one added is the root."""
        self.instances.append(instance)
        return len(self.instances) - 1

    def finish(self, exports: Iterable[str]) -> Program:
        """The program; `exports` are method names of the root instance's class.

        Bodies of operators are put in the order of their first use (SPEC 5.5).
        """
        made = Program(
            self.opset,
            tuple(self.records.values()),
            tuple(self.bodies),
            tuple(self.functions.values()),
            tuple(self.classes.values()),
            tuple(self.instances),
            tuple(exports),
        )
        if not made.bodies:
            return made
        from .expand import order_bodies

        return order_bodies(made)

    def _unique(self, name: str) -> None:
        if name in self.records or name in self.functions or name in self.classes:
            raise CLASS.fail(name, expected="a name that is not declared yet", got=name)


class ClassBuilder:
    """A module class in the making."""

    def __init__(
        self,
        program: ProgramBuilder,
        name: str,
        params: tuple[tuple[str, TensorType], ...],
        fields: tuple[tuple[str, Type], ...],
        submodules: tuple[tuple[str, str], ...],
        doc: str,
    ) -> None:
        self.program = program
        self.name = name
        self.params = params
        self.fields = fields
        self.submodules = submodules
        self.doc = doc
        self.methods: dict[str, Function] = {}

    def method(self, name: str, params: Iterable[tuple[str, Type]], doc: str = "") -> FunctionBuilder:
        """Begin a method."""
        if name in self.methods:
            raise CLASS.fail(f"{self.name}.{name}", expected="one method of a name", got=name)
        return FunctionBuilder(self.program, name, params, self, doc)

    def finish(self) -> ModuleClass:
        """Declare the class."""
        made = ModuleClass(
            self.name, self.params, self.fields, self.submodules, tuple(self.methods.values()), self.doc
        )
        self.program.classes[self.name] = made
        return made


class BlockBuilder:
    """Nodes of one block, and the values that are seen from it."""

    def __init__(self, function: FunctionBuilder, params: Iterable[tuple[str, Type]] = ()) -> None:
        self.function = function
        self.nodes: list[Node] = []
        self.params = tuple(function.value(name, t) for name, t in params)

    def finish(self, results: Iterable[Value] = ()) -> Block:
        return Block(self.params, tuple(self.nodes), tuple(results))


class FunctionBuilder:
    """A function in the making. Nodes are added to the innermost open block.

    Every method that adds a node takes `names` (or `name`), the wished labels of the results; they are
    made unique. `span` is the source position given to the nodes that follow.
    """

    def __init__(
        self,
        program: ProgramBuilder,
        name: str,
        params: Iterable[tuple[str, Type]],
        owner: ClassBuilder | None,
        doc: str = "",
    ) -> None:
        self.program = program
        self.name = name
        self.owner = owner
        self.doc = doc
        self.span: Span | None = None
        self.names: set[str] = set()
        self.symbols: set[str] = set()
        params = tuple(params)
        for _, t in params:
            self._adopt_symbols(t)
        self.blocks = [BlockBuilder(self, params)]

    @property
    def params(self) -> tuple[Value, ...]:
        return self.blocks[0].params

    @property
    def where(self) -> str:
        place = f"{self.owner.name}.{self.name}" if self.owner else self.name
        return f"{place} ({self.span!r})" if self.span else place

    def value(self, name: str, t: Type) -> Value:
        """A new value whose label is `name`, or one near it that is free."""
        label = fresh_name(name, self.names)
        self.names.add(label)
        return Value(label, t)

    def fresh_symbol(self, name: str = "n") -> str:
        """A symbol that the function does not use yet; pass it as the attribute that binds it."""
        label = fresh_name(name, self.symbols)
        self.symbols.add(label)
        return label

    def _adopt_symbols(self, t: Type) -> None:
        for part in walk(t):
            if isinstance(part, TensorType):
                for dim in part.shape or ():
                    self.symbols.update(dims.symbols_of(dim))

    def _add(
        self,
        kind: str,
        name: str = "",
        inputs: Sequence[Value] = (),
        attrs: dict[str, Attr] | None = None,
        types: Sequence[Type] = (),
        labels: Sequence[str] = (),
        blocks: tuple[Block, ...] = (),
        body: int | None = None,
    ) -> tuple[Value, ...]:
        hints = list(labels) + ["v"] * (len(types) - len(labels))
        results = tuple(self.value(label, t) for label, t in zip(hints, types))
        node = Node(kind, name, tuple(inputs), attrs, results, blocks, body, self.span)
        self.blocks[-1].nodes.append(node)
        return results

    # --- constants, parameters, operators ---

    def const(self, value: Const, name: str = "c") -> Value:
        """A constant: a Python scalar, None, a str, or a `TensorConst`."""
        return self._add("const", attrs={"value": value}, types=[const_type(value)], labels=[name])[0]

    def param(self, name: str, label: str | None = None) -> Value:
        """The module's parameter `name`."""
        for declared, t in self.owner.params if self.owner else ():
            if declared == name:
                return self._add("param", name, types=[t], labels=[label or name])[0]
        raise PARAM.fail(self.where, got=name)

    def op(
        self,
        op_name: str,
        *operands: Value,
        names: Sequence[str] = (),
        body: int | None = None,
        **attrs: Attr,
    ) -> tuple[Value, ...]:
        """A call of the standard operator `op_name`; attributes that are left out take their defaults.

        For a composite, `body` is the index that `ProgramBuilder.body` gave to its expansion; left
        out, the template is expanded here.
        """
        op = find(op_name)
        if op is None:
            return self.custom(op_name, operands, body, names)
        full = with_defaults(op, attrs)
        found = infer(op, full, [value.type for value in operands], self.program.records, self.where)
        if found.problems:
            raise InvalidError(found.problems)
        for decl in op.attrs:
            if decl.kind == "symbol":
                self.symbols.add(str(full[decl.name]))
        if op.composite and body is None:
            from .expand import composite_body

            body = composite_body(self.program, op, full, tuple(value.type for value in operands))
        return self._add("op", op_name, operands, full, found.results, names, body=body)

    def custom(
        self, op_name: str, operands: Sequence[Value], body: int | None, names: Sequence[str] = ()
    ) -> tuple[Value, ...]:
        """A call of a custom operator, by its body's index."""
        if body is None or not 0 <= body < len(self.program.bodies):
            raise OPERATOR.fail(self.where, got=op_name)
        function = self.program.bodies[body].function
        callee = Callee(op_name, tuple(p.type for p in function.params), function.results)
        types = instantiate(callee, [v.type for v in operands], (), self.where)
        return self._add("op", op_name, operands, {}, types, names, body=body)

    # --- calls ---

    def callee(self, name: str) -> Callee:
        """What `name` (``self.sub.method`` or a function's name) takes and gives."""
        if name in self.program.functions:
            function = self.program.functions[name]
            return Callee(name, tuple(p.type for p in function.params), function.results)
        first, *path = name.split(".")
        if first == "self" and self.owner and path:
            methods, submodules = self.owner.methods, dict(self.owner.submodules)
            for part in path[:-1]:
                inner = self.program.classes.get(submodules.get(part, ""))
                if inner is None:
                    raise CALLEE.fail(self.where, got=name)
                methods, submodules = {m.name: m for m in inner.methods}, dict(inner.submodules)
            if path[-1] in methods:
                method = methods[path[-1]]
                return Callee(name, tuple(p.type for p in method.params), method.results)
        raise CALLEE.fail(self.where, got=name)

    def call(
        self, name: str, *args: Value, symbols: Sequence[str] = (), names: Sequence[str] = ()
    ) -> tuple[Value, ...]:
        """A call of a function or method; `symbols` name the callee's result symbols here, in order."""
        return self._call("call", name, args, symbols, names)

    def fork(self, name: str, *args: Value, symbols: Sequence[str] = (), label: str = "task") -> Value:
        """As `call`, at the fork point, its error kept for `wait`; gives a future."""
        return self._call("fork", name, args, symbols, (label,))[0]

    def _call(
        self, kind: str, name: str, args: Sequence[Value], symbols: Sequence[str], names: Sequence[str]
    ) -> tuple[Value, ...]:
        callee = self.callee(name)
        needed = callee.result_symbols()
        chosen = tuple(symbols) if symbols else tuple(self.fresh_symbol(wish) for wish in needed)
        self.symbols.update(chosen)
        types = instantiate(callee, [v.type for v in args], chosen, self.where)
        if kind == "fork":
            types = (future(types[0] if len(types) == 1 else ContainerType("tuple", types)),)
        return self._add(kind, name, args, {"symbols": chosen}, types, names)

    def wait(self, task: Value, name: str = "v") -> Value:
        """The result of a forked call; a tuple if the callee gives several."""
        if not isinstance(task.type, ContainerType) or task.type.kind != "future":
            raise WAIT.fail(self.where, expected="future[...]", got=type_text(task.type))
        return self._add("wait", "", [task], types=[task.type.items[0]], labels=[name])[0]

    # --- control flow ---

    def block(self, params: Iterable[tuple[str, Type]] = ()) -> BlockBuilder:
        """Open a block; nodes go there until `close`."""
        opened = BlockBuilder(self, params)
        self.blocks.append(opened)
        return opened

    def close(self, results: Iterable[Value] = ()) -> Block:
        """Close the innermost block; `results` are what it yields."""
        return self.blocks.pop().finish(results)

    def if_(
        self,
        condition: Value,
        then: Block,
        otherwise: Block,
        types: Sequence[Type],
        names: Sequence[str] = (),
    ) -> tuple[Value, ...]:
        """A branch with the declared result `types`; see `types.join` for the least ones."""
        if condition.type is not BOOL:
            raise CONDITION.fail(self.where, expected="bool", got=type_text(condition.type))
        return self._add("if", "", [condition], types=types, labels=names, blocks=(then, otherwise))

    def loop(
        self,
        trips: Value,
        condition: Value,
        carried: Sequence[Value],
        body: Block,
        names: Sequence[str] = (),
    ) -> tuple[Value, ...]:
        """A loop while its condition holds, at most `trips` (an int, or none) times.

        The parameters of `body` are the index and the carried values; it yields the next
        condition and the next carried values.
        """
        problems = check_loop_inputs(trips, condition, carried, body, self.where)
        if problems:
            raise InvalidError(problems)
        inputs = (trips, condition, *carried)
        return self._add("loop", "", inputs, types=carried_types(body), labels=names, blocks=(body,))

    # --- state, effects, refinement ---

    def field_type(self, path: str) -> Type:
        """The declared type of the field at `path` from the module."""
        if self.owner:
            *inside, last = path.split(".")
            fields, submodules = dict(self.owner.fields), dict(self.owner.submodules)
            for part in inside:
                inner = self.program.classes.get(submodules.get(part, ""))
                if inner is None:
                    raise FIELD.fail(self.where, got=path)
                fields, submodules = dict(inner.fields), dict(inner.submodules)
            if last in fields:
                return fields[last]
        raise FIELD.fail(self.where, got=path)

    def get(self, path: str, name: str | None = None) -> Value:
        """Read a field."""
        label = name or path.rsplit(".", 1)[-1]
        return self._add("get", path, types=[self.field_type(path)], labels=[label])[0]

    def set(self, path: str, value: Value) -> None:
        """Write a field."""
        want = self.field_type(path)
        if accepts(want, value.type) is not True:
            raise FIELD_TYPE.fail(
                f"{self.where} field {path}", expected=type_text(want), got=type_text(value.type)
            )
        self._add("set", path, [value])

    def guard(self, condition: Value, message: str, reason: str) -> None:
        """Fail loudly unless `condition` holds; `reason` is one of `ir.GUARD_REASONS`."""
        if condition.type is not BOOL:
            raise CONDITION.fail(self.where, expected="bool", got=type_text(condition.type))
        self._add("guard", "", [condition], {"message": message, "reason": reason})

    def raise_(self, exception: str, message: Value) -> None:
        """End the block with an error of the class named `exception`."""
        self._add("raise", exception, [message])

    def print_(self, *values: Value) -> None:
        """Print strings, separated by spaces."""
        self._add("print", "", values)

    def refine(self, value: Value, t: Type, symbols: Sequence[str] = (), name: str = "v") -> Value:
        """`value` as type `t`, checked at run time; `symbols` are those of `t` that it binds."""
        if accepts(t, value.type) is False:
            raise REFINE.fail(self.where, expected=type_text(value.type), got=type_text(t))
        self.symbols.update(symbols)
        return self._add("refine", "", [value], {"type": t, "symbols": tuple(symbols)}, [t], [name])[0]

    def bind(self, value: Value, symbol: str | None = None) -> Dim:
        """A fresh symbol that is the int `value`; fails at run time if that is negative."""
        if value.type is not INT:
            raise BIND.fail(self.where, expected="int", got=type_text(value.type))
        chosen = symbol or self.fresh_symbol()
        self.symbols.add(chosen)
        self._add("bind", "", [value], {"symbol": chosen})
        return dims.symbol(chosen)

    def end(self, results: Iterable[Value], types: Iterable[Type] | None = None) -> Function:
        """The function, which is not declared: it becomes an operator's body. See `finish`."""
        results = tuple(results)
        body = self.blocks.pop().finish(results)
        declared = tuple(types) if types is not None else tuple(v.type for v in results)
        return Function(self.name, declared, body, self.doc)

    def finish(self, results: Iterable[Value], types: Iterable[Type] | None = None) -> Function:
        """Declare the function; `types` default to those of `results`."""
        made = self.end(results, types)
        if self.owner is not None:
            self.owner.methods[self.name] = made
        else:
            self.program.functions[self.name] = made
        return made
