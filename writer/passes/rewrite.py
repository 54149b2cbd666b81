"""A program again, node by node, through the builder: what every pass stands on. SPEC 5."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...schema import dims, types
from ...schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from ...schema.dims import Dim, Expr
from ...schema.ir import (
    Attr,
    Block,
    Function,
    Instance,
    ModuleClass,
    Node,
    OpBody,
    Program,
    Value,
    all_functions,
    walk,
)
from ...schema.registry import find
from ...schema.types import ClassType, ContainerType, ScalarType, TensorType, Type

_TYPES = (TensorType, ScalarType, ContainerType, ClassType)


class Rewriter:
    """Makes a program again; a pass overrides what it makes otherwise.

    Everything goes through the builder, which infers each type anew, and names, symbols and
    source positions stay. Bodies of custom operators are copied as they are, those of composites
    expanded from their templates. SPEC 5.5.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.builder = ProgramBuilder(program.opset)
        self._bodies: dict[int, int] = {}
        self.owner: ClassBuilder | None = None
        #: The function in the making, and the new values of the old ones.
        self.to: FunctionBuilder
        self.values: dict[Value, Value] = {}
        #: The dimensions that take the place of symbols, and what goes before paths from the module.
        self.symbols: dict[str, Dim] = {}
        self.prefix = ""

    # --- what a pass may override ---

    def node(self, node: Node) -> None:
        """Make what takes the place of `node`: by default, the same again."""
        self.copy(node)

    def begin(self, function: Function) -> None:
        """Called before the nodes of each function but the bodies of operators."""

    def keeps(self, function: Function, cls: ModuleClass | None) -> bool:
        """Whether the function stays in the program."""
        return True

    def class_params(self, cls: ModuleClass) -> list[int]:
        """The positions of the parameters of a class that stay."""
        return list(range(len(cls.params)))

    def added_params(self, cls: ModuleClass) -> list[tuple[str, TensorType]]:
        """Parameters that a class gets behind its own."""
        return []

    def added_tensors(self, index: int) -> list[str]:
        """The stored tensors of the added parameters of an instance."""
        return []

    # --- declarations ---

    def run(self) -> Program:
        """The new program."""
        program, builder = self.program, self.builder
        for record in program.records:
            builder.record(record.name, record.fields)
        # Callees may stand behind their callers: what is still to be made is declared as it was.
        builder.functions.update((f.name, f) for f in program.functions if self.keeps(f, None))
        for index, body in enumerate(program.bodies):
            if find(body.op) is None:
                self._bodies[index] = builder.body(body.op, body.attrs, body.function)
        for old, new in self._bodies.items():
            body = program.bodies[old]
            made = self._function(body.function, None, Rewriter.copy)
            builder.bodies[new] = OpBody(body.op, body.attrs, made)
        for function in program.functions:
            if function.name in builder.functions:
                builder.functions[function.name] = self._function(function, None)
        kept = {cls.name: self.class_params(cls) for cls in program.classes}
        for cls in program.classes:
            self._class(cls, kept[cls.name])
        for number, instance in enumerate(program.instances):
            params = [instance.params[index] for index in kept[instance.class_name]]
            params += self.added_tensors(number)
            builder.instance(
                Instance(instance.class_name, tuple(params), instance.fields, instance.submodules)
            )
        return builder.finish(program.exports)

    def _class(self, cls: ModuleClass, kept: list[int]) -> None:
        params = [*(cls.params[index] for index in kept), *self.added_params(cls)]
        made = self.builder.module_class(
            cls.name, params=params, fields=cls.fields, submodules=cls.submodules, doc=cls.doc
        )
        made.methods.update((method.name, method) for method in cls.methods if self.keeps(method, cls))
        self.owner = made
        for method in cls.methods:
            if method.name in made.methods:
                made.methods[method.name] = self._function(method, made)
        self.owner = None
        made.finish()

    def _function(
        self,
        function: Function,
        owner: ClassBuilder | None,
        make: Callable[[Rewriter, Node], None] | None = None,
    ) -> Function:
        params = [(value.name, value.type) for value in function.params]
        self.to = FunctionBuilder(self.builder, function.name, params, owner, function.doc)
        self.to.symbols |= symbols_in(function)
        self.values = dict(zip(function.params, self.to.params))
        if make is None:
            self.begin(function)
        results = self.nodes(function.body, make)
        return self.to.end(results, function.results)

    # --- blocks and nodes ---

    def nodes(self, block: Block, make: Callable[[Rewriter, Node], None] | None = None) -> tuple[Value, ...]:
        """Make the nodes of `block` in the open block, and give the new values of its results."""
        for node in block.nodes:
            self.to.span = node.span
            if make is None:
                self.node(node)
            else:
                make(self, node)
        return tuple(self.values[value] for value in block.results)

    def block(self, block: Block) -> Block:
        """Make `block` as a block of its own."""
        opened = self.to.block([(value.name, self.type(value.type)) for value in block.params])
        self.values.update(zip(block.params, opened.params))
        return self.to.close(self.nodes(block))

    def inputs(self, node: Node) -> list[Value]:
        """The new values of the inputs of `node`."""
        return [self.values[value] for value in node.inputs]

    def become(self, node: Node, results: Iterable[Value]) -> None:
        """Let `results` take the place of the results of `node`."""
        self.values.update(zip(node.results, results, strict=True))

    def copy(self, node: Node) -> None:
        """Make `node` again, with the new values of its inputs."""
        span = self.to.span
        if node.kind in ("if", "loop"):
            blocks = [self.block(block) for block in node.blocks]
            self.to.span = span
            results = self.control(node, blocks)
        else:
            results = self._plain(node)
        self.become(node, results)

    def control(self, node: Node, blocks: Sequence[Block]) -> Sequence[Value]:
        inputs, names = self.inputs(node), [value.name for value in node.results]
        if node.kind == "if":
            declared = [self.type(value.type) for value in node.results]
            return self.to.if_(inputs[0], blocks[0], blocks[1], declared, names)
        return self.to.loop(inputs[0], inputs[1], inputs[2:], blocks[0], names)

    def _plain(self, node: Node) -> Sequence[Value]:
        to, inputs = self.to, self.inputs(node)
        names = [value.name for value in node.results]
        label = names[0] if names else "v"
        kind, attrs = node.kind, node.attrs
        if kind == "op":
            body = self._bodies.get(node.body) if node.body is not None else None
            return to.op(node.name, *inputs, names=names, body=body, **self.attrs(node))
        if kind == "const":
            return (to.const(attrs["value"], label),)  # type: ignore[arg-type]
        if kind == "param":
            return (to.param(node.name, label),)
        if kind in ("call", "fork"):
            symbols = [self.symbol(str(name)) for name in attrs["symbols"]]  # type: ignore[union-attr]
            callee = self._callee(node.name)
            if kind == "fork":
                return (to.fork(callee, *inputs, symbols=symbols, label=label),)
            return to.call(callee, *inputs, symbols=symbols, names=names)
        if kind == "get":
            return (to.get(self.prefix + node.name, label),)
        if kind == "wait":
            return (to.wait(inputs[0], label),)
        if kind == "refine":
            own = [self.symbol(str(name)) for name in attrs["symbols"]]  # type: ignore[union-attr]
            want = self.type(attrs["type"])  # type: ignore[arg-type]
            return (to.refine(inputs[0], want, own, label),)
        self._effect(node, inputs)
        return ()

    def _effect(self, node: Node, inputs: list[Value]) -> None:
        to, attrs = self.to, node.attrs
        if node.kind == "set":
            to.set(self.prefix + node.name, inputs[0])
        elif node.kind == "guard":
            to.guard(inputs[0], str(attrs["message"]), str(attrs["reason"]))
        elif node.kind == "raise":
            to.raise_(node.name, inputs[0])
        elif node.kind == "print":
            to.print_(*inputs)
        elif node.kind == "bind":
            to.bind(inputs[0], self.symbol(str(attrs["symbol"])))
        else:
            raise AssertionError(node.kind)

    def _callee(self, name: str) -> str:
        if self.prefix and name.startswith("self."):
            return f"self.{self.prefix}{name[5:]}"
        return name

    # --- symbols ---

    def symbol(self, name: str) -> str:
        """The new name of a symbol that a node binds."""
        found = self.symbols.get(name)
        return name if found is None else str(dims.symbol_name(found))

    def type(self, t: Type) -> Type:
        """`t` with the new dimensions of its symbols."""
        return types.substitute(t, self._dim) if self.symbols else t

    def attrs(self, node: Node) -> dict[str, Attr]:
        """The attributes of an operator's call, with the new dimensions of their symbols."""
        if not self.symbols:
            return node.attrs
        op = find(node.name)
        fresh = op.fresh if op else ()
        return {
            name: self.symbol(value) if name in fresh and isinstance(value, str) else self._attr(value)
            for name, value in node.attrs.items()
        }

    def _attr(self, value: Attr) -> Attr:
        if isinstance(value, tuple):
            return tuple(map(self._attr, value))
        if isinstance(value, Expr):
            return dims.substitute(value, self._dim)
        return self.type(value) if isinstance(value, _TYPES) else value

    def _dim(self, name: str) -> Dim:
        return self.symbols.get(name, dims.symbol(name))


def binds(node: Node) -> tuple[str, ...]:
    """The symbols that `node` itself binds."""
    if node.kind == "op":
        op = find(node.name)
        return tuple(str(node.attrs[n]) for n in op.fresh if node.attrs[n] is not None) if op else ()
    if node.kind in ("call", "fork", "refine"):
        return tuple(map(str, node.attrs["symbols"]))  # type: ignore[arg-type]
    return (str(node.attrs["symbol"]),) if node.kind == "bind" else ()


def attr_symbols(value: Attr) -> list[str]:
    """The symbols in the dimensions and types that an attribute holds."""
    if isinstance(value, tuple):
        return [name for item in value for name in attr_symbols(item)]
    if isinstance(value, Expr):
        return dims.symbols_of(value)
    return types.symbols_of(value) if isinstance(value, _TYPES) else []


def symbols_in(function: Function) -> set[str]:
    """Every symbol that the function binds."""
    found = {name for value in function.params for name in types.symbols_of(value.type)}
    for node in walk(function.body):
        found.update(binds(node))
    return found


def uses(block: Block) -> Iterable[Value]:
    """Every use of a value in `block` and the blocks inside it."""
    for node in walk(block):
        yield from node.inputs
        for inner in node.blocks:
            yield from inner.results
    yield from block.results


def resolve(program: Program, owner: str, callee: str) -> tuple[str, str]:
    """The class and the name of what `callee` is in a method of the class `owner`; "" for no class."""
    first, *path = callee.split(".")
    if first != "self":
        return "", callee
    for name in path[:-1]:
        owner = dict(program.module_class(owner).submodules)[name]
    return owner, path[-1]


def call_counts(program: Program) -> dict[tuple[str, str], int]:
    """How many calls and forks each function has; an export counts as one more."""
    found: dict[tuple[str, str], int] = {}
    keys = [(program.root.class_name, name) for name in program.exports]
    for _, cls, function in all_functions(program):
        for node in walk(function.body):
            if node.kind in ("call", "fork"):
                keys.append(resolve(program, cls.name if cls else "", node.name))
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def functions_by_key(program: Program) -> dict[tuple[str, str], Function]:
    """Every function and method by its class, "" for none, and its name."""
    found = {("", function.name): function for function in program.functions}
    found.update({(cls.name, method.name): method for cls in program.classes for method in cls.methods})
    return found
