"""The typed intermediate representation: SSA with structured control flow. SPEC 5.

Build programs with `tracebox.schema.builder`; these classes only hold them.
Nothing here changes after it was built.
"""

from __future__ import annotations

from collections.abc import Iterator

from .dims import Dim
from .types import TensorType, Type

#: Node kinds, in the order of their codes in the binary encoding (SPEC 6.4).
KINDS: tuple[str, ...] = (
    "const",  # attrs value; one result
    "param",  # name: a parameter of the module
    "op",  # name: an operator; body: index into Program.bodies for composites and custom operators
    "call",  # name: "self.sub.method" or a function's qualified name; attrs symbols
    "if",  # one bool input, two blocks
    "loop",  # inputs trip count (int or none), condition (bool), carried values; one block
    "get",  # name: path of a field from the module, as in "h" or "cell.h"
    "set",  # likewise; one input
    "guard",  # one bool input; attrs message, reason
    "raise",  # name: exception class; one str input; ends its block
    "print",  # str inputs
    "refine",  # one input; attrs type, symbols
    "bind",  # one int input; attrs symbol: becomes that int, which must be at least 0
    "fork",  # as call; one result, a future
    "wait",  # one future
)

#: What may have made a trace freeze something. SPEC 5.9.
GUARD_REASONS = ("branch", "length", "int", "float", "value", "dtype", "dim", "assert")


class Value:
    """A value: defined once, by a parameter or a node. `name` is its label in the text."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type: Type) -> None:
        self.name = name
        self.type = type

    def __repr__(self) -> str:
        return f"{self.name}: {self.type}"


class TensorConst:
    """A small constant tensor: `data` is little-endian and C-contiguous."""

    __slots__ = ("dtype", "shape", "data")

    def __init__(self, dtype: str, shape: tuple[int, ...], data: bytes) -> None:
        self.dtype = dtype
        self.shape = shape
        self.data = data

    @property
    def type(self) -> TensorType:
        return TensorType(self.dtype, self.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorConst) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, tuple[int, ...], bytes]:
        return (self.dtype, self.shape, self.data)

    def __repr__(self) -> str:
        return f"TensorConst({self.dtype}{list(self.shape)})"


class DTypeAttr:
    """A dtype as the value of an attribute."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypeAttr) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name


#: What a ``const`` node holds.
Const = None | bool | int | float | complex | str | TensorConst

#: What an attribute holds: a constant, a dimension, a dtype, a type, or a tuple of these.
#: Integers and dimensions share one form; a symbol to be bound is given by its name.
Attr = Const | Dim | DTypeAttr | Type | tuple["Attr", ...]


class TensorRef:
    """The stored tensor `name`, as the initial value of a field or a parameter's content."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorRef) and self.name == other.name

    def __hash__(self) -> int:
        return hash(("TensorRef", self.name))

    def __repr__(self) -> str:
        return f"TensorRef({self.name!r})"


class Initial:
    """The initial value of a field that is a container: `kind` as in `types.CONTAINERS` or ``record``.

    A dict's items are its keys and values in turn; a record's are its fields in order.
    """

    __slots__ = ("kind", "items")

    def __init__(self, kind: str, items: tuple[InitialValue, ...]) -> None:
        self.kind = kind
        self.items = items

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Initial) and (self.kind, self.items) == (other.kind, other.items)

    def __hash__(self) -> int:
        return hash((self.kind, self.items))


InitialValue = Const | TensorRef | Initial


class Span:
    """Where in the source a node comes from: lines from 1, columns from 0, ends exclusive.

    `file` is relative to the module that was traced; `function` the name of the function.
    """

    __slots__ = ("file", "line", "column", "end_line", "end_column", "function")

    def __init__(
        self,
        file: str,
        line: int,
        column: int = 0,
        end_line: int = 0,
        end_column: int = 0,
        function: str = "",
    ) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line or line
        self.end_column = end_column
        self.function = function

    def __repr__(self) -> str:
        return f"{self.file}:{self.line}"


class Node:
    """One step of a block. See `KINDS` for what each kind holds."""

    __slots__ = ("kind", "name", "inputs", "attrs", "results", "blocks", "body", "span")

    def __init__(
        self,
        kind: str,
        name: str = "",
        inputs: tuple[Value, ...] = (),
        attrs: dict[str, Attr] | None = None,
        results: tuple[Value, ...] = (),
        blocks: tuple[Block, ...] = (),
        body: int | None = None,
        span: Span | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.inputs = inputs
        self.attrs = attrs or {}
        self.results = results
        self.blocks = blocks
        self.body = body
        self.span = span


class Block:
    """Nodes in program order. `params` are a loop's index and carried values.

    `results` are what the block yields: an ``if``'s results; a loop's next condition and
    carried values; a function's results. A block that ends in ``raise`` yields nothing.
    """

    __slots__ = ("params", "nodes", "results")

    def __init__(
        self, params: tuple[Value, ...], nodes: tuple[Node, ...], results: tuple[Value, ...]
    ) -> None:
        self.params = params
        self.nodes = nodes
        self.results = results

    @property
    def raises(self) -> bool:
        return bool(self.nodes) and self.nodes[-1].kind == "raise"


class Function:
    """A function or method. Its parameters are the parameters of `body`."""

    __slots__ = ("name", "results", "body", "doc")

    def __init__(self, name: str, results: tuple[Type, ...], body: Block, doc: str = "") -> None:
        self.name = name
        self.results = results
        self.body = body
        self.doc = doc

    @property
    def params(self) -> tuple[Value, ...]:
        return self.body.params


class RecordClass:
    """A declared class of immutable values with named, typed fields."""

    __slots__ = ("name", "fields")

    def __init__(self, name: str, fields: tuple[tuple[str, Type], ...]) -> None:
        self.name = name
        self.fields = fields


class ModuleClass:
    """A class of modules: what its instances hold, and its methods.

    `params` are tensors that never change, `fields` the mutable state, `submodules` the
    names and classes of the modules inside. `name` is qualified: ``pkg.mod.Class``.
    """

    __slots__ = ("name", "params", "fields", "submodules", "methods", "doc")

    def __init__(
        self,
        name: str,
        params: tuple[tuple[str, TensorType], ...],
        fields: tuple[tuple[str, Type], ...],
        submodules: tuple[tuple[str, str], ...],
        methods: tuple[Function, ...],
        doc: str = "",
    ) -> None:
        self.name = name
        self.params = params
        self.fields = fields
        self.submodules = submodules
        self.methods = methods
        self.doc = doc


class Instance:
    """A module of the program. Everything is in the order of its class's declarations.

    `params` are names of stored tensors, `fields` initial values, `submodules` indices
    of instances, each smaller than the instance's own.
    """

    __slots__ = ("class_name", "params", "fields", "submodules")

    def __init__(
        self,
        class_name: str,
        params: tuple[str, ...],
        fields: tuple[InitialValue, ...],
        submodules: tuple[int, ...],
    ) -> None:
        self.class_name = class_name
        self.params = params
        self.fields = fields
        self.submodules = submodules


class OpBody:
    """The carried body of an operator: a composite's expansion, or a custom operator's program.

    `attrs` are the attributes that it was expanded at (empty for custom operators).
    """

    __slots__ = ("op", "attrs", "function")

    def __init__(self, op: str, attrs: dict[str, Attr], function: Function) -> None:
        self.op = op
        self.attrs = attrs
        self.function = function


class Program:
    """A whole program. The last instance is the root; `exports` name methods of its class."""

    __slots__ = ("opset", "records", "bodies", "functions", "classes", "instances", "exports")

    def __init__(
        self,
        opset: int,
        records: tuple[RecordClass, ...],
        bodies: tuple[OpBody, ...],
        functions: tuple[Function, ...],
        classes: tuple[ModuleClass, ...],
        instances: tuple[Instance, ...],
        exports: tuple[str, ...],
    ) -> None:
        self.opset = opset
        self.records = records
        self.bodies = bodies
        self.functions = functions
        self.classes = classes
        self.instances = instances
        self.exports = exports

    @property
    def root(self) -> Instance:
        return self.instances[-1]

    def module_class(self, name: str) -> ModuleClass:
        """The module class called `name`."""
        for cls in self.classes:
            if cls.name == name:
                return cls
        raise KeyError(name)

    def export(self, name: str) -> Function:
        """The exported method `name` of the root."""
        for method in self.module_class(self.root.class_name).methods:
            if method.name == name:
                return method
        raise KeyError(name)

    def instance_paths(self) -> dict[int, str]:
        """For each instance that the root reaches, its first path in depth-first order."""
        paths: dict[int, str] = {}

        def visit(index: int, path: str) -> None:
            if index in paths:
                return
            paths[index] = path
            instance = self.instances[index]
            names = self.module_class(instance.class_name).submodules
            for (name, _), child in zip(names, instance.submodules):
                visit(child, f"{path}.{name}" if path else name)

        visit(len(self.instances) - 1, "")
        return paths


def all_functions(program: Program) -> Iterator[tuple[str, ModuleClass | None, Function]]:
    """Every function with its qualified name and its class, bodies of operators first."""
    for index, body in enumerate(program.bodies):
        yield f"body {index} ({body.op})", None, body.function
    for function in program.functions:
        yield function.name, None, function
    for cls in program.classes:
        for method in cls.methods:
            yield f"{cls.name}.{method.name}", cls, method


def walk(block: Block) -> Iterator[Node]:
    """The nodes of `block` and of the blocks inside, in program order."""
    for node in block.nodes:
        yield node
        for inner in node.blocks:
            yield from walk(inner)
