"""The plain-data form of a program: nested arrays of integers, strings and bytes. SPEC 6.

One program has one plain form, and `decoding.from_plain` reads no other. What msgpack
carries, what the JSON Schema describes and what two equal programs share is this form.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack
from typing import Any, Union

from . import dims, dtypes, limits
from .dims import Dim
from .ir import (
    KINDS,
    Attr,
    Block,
    DTypeAttr,
    Function,
    Initial,
    InitialValue,
    Instance,
    ModuleClass,
    Node,
    OpBody,
    Program,
    RecordClass,
    TensorConst,
    TensorRef,
    Value,
)
from .labels import ATTR, CONST, KIND, SSA
from .types import CONTAINERS, SCALARS, ClassType, ContainerType, ScalarType, TensorType, Type

FORMAT = "tracebox-ir"
VERSION = 1

#: The deepest block, a function's body being at 1; and values inside one another. SPEC 13.2.
MAX_BLOCKS = limits.BLOCK_NESTING + 1
MAX_VALUES = limits.VALUE_NESTING

#: First elements of a type's entry (SPEC 6.4), of a constant (6.5), of an atom (6.4).
TENSOR, SCALAR, CONTAINER, CLASS = range(4)
FLOAT, COMPLEX, DTYPE, DIM, TYPE, TUPLE, ARRAY, REF, INITIAL = range(9)
ATOMS = ("/", "max", "min")

SCALAR_CODES: dict[str, int] = {name: code for code, name in enumerate(SCALARS)}
CONTAINER_CODES: dict[str, int] = {kind: code for code, kind in enumerate((*CONTAINERS, "record"))}
KIND_CODES: dict[str, int] = {kind: code for code, kind in enumerate(KINDS)}

#: Integers, text, bytes, booleans, nil and arrays of these.
Plain = Union[None, bool, int, str, bytes, "list[Plain]"]


def to_plain(program: Program) -> list[Plain]:
    """The plain-data form of `program`.

    Raises
    ------
    InvalidError
        ``ir.ssa``, ``ir.kind``, ``ir.attr`` or ``ir.const``: only a program that breaks the verifier's
        rules has no plain form.

    Notes
    -----
    SPEC 6.3.
    """
    return _Encoder().program(program)


def function_plain(function: Function) -> list[Plain]:
    """One function in plain form, with a type table of its own in front."""
    encoder = _Encoder()
    plain = encoder.function(function)
    return [encoder.entries, plain]


def programs_equal(a: Program, b: Program) -> bool:
    """Whether two programs are one: their plain forms are equal. Spans do not count. SPEC 6.2."""
    return _same(to_plain(a), to_plain(b))


def _same(a: Plain, b: Plain) -> bool:
    """Equality that tells 1 from True."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) is type(b) and a == b


def dim_plain(dim: Dim) -> Plain:
    """A dimension: an integer, nil for ``?``, or the terms of its normal form. SPEC 6.4."""
    if isinstance(dim, dims.Expr):
        return terms_plain(dim)
    return dim if isinstance(dim, int) else None


def terms_plain(dim: dims.Expr) -> list[Plain]:
    """The terms of an expression, each its coefficient and its factors."""
    return [[value, [_atom_plain(atom) for atom in monomial]] for monomial, value in dim.terms]


def _atom_plain(atom: dims.Atom) -> Plain:
    if atom[0] == "s":
        return str(atom[1])
    left: Dim = atom[1]  # type: ignore[assignment]
    right: Dim = atom[2]  # type: ignore[assignment]
    return [ATOMS.index(str(atom[0])), dim_plain(left), dim_plain(right)]


_INT = frozenset({int})


class _Encoder:
    """Collects the type table while it writes; the values of one function at a time."""

    __slots__ = ("entries", "types", "values", "names", "depth", "level")

    def __init__(self) -> None:
        self.entries: list[Plain] = []
        self.types: dict[Type, int] = {}
        self.values: dict[Value, int] = {}
        self.names: list[Plain] = []
        self.depth = 0  # of blocks
        self.level = 0  # of values

    def program(self, program: Program) -> list[Plain]:
        return [
            FORMAT,
            VERSION,
            program.opset,
            self.entries,
            list(map(self.record, program.records)),
            list(map(self.body, program.bodies)),
            list(map(self.function, program.functions)),
            list(map(self.module_class, program.classes)),
            list(map(self.instance, program.instances)),
            list(program.exports),
        ]

    # --- types ---

    def type(self, t: Type) -> int:
        index = self.types.get(t)
        if index is None:
            entry = self.entry(t)
            index = self.types[t] = len(self.entries)
            self.entries.append(entry)
        return index

    def entry(self, t: Type) -> list[Plain]:
        if isinstance(t, TensorType):
            dtype = None if t.dtype is None else dtypes.BY_NAME[t.dtype].code
            return [TENSOR, dtype, None if t.shape is None else list(map(dim_plain, t.shape))]
        if isinstance(t, ContainerType):
            return [CONTAINER, CONTAINER_CODES[t.kind], list(map(self.type, t.items))]
        if isinstance(t, ScalarType):
            return [SCALAR, SCALAR_CODES[t.name]]
        return [CLASS, t.name]

    def typed(self, members: tuple[tuple[str, Type], ...]) -> list[Plain]:
        return [[name, self.type(t)] for name, t in members]

    # --- declarations ---

    def record(self, record: RecordClass) -> list[Plain]:
        return [record.name, self.typed(record.fields)]

    def body(self, body: OpBody) -> list[Plain]:
        return [body.op, self.attrs(body.attrs), self.function(body.function)]

    def module_class(self, cls: ModuleClass) -> list[Plain]:
        return [
            cls.name,
            cls.doc,
            self.typed(cls.params),
            self.typed(cls.fields),
            [[name, inner] for name, inner in cls.submodules],
            list(map(self.function, cls.methods)),
        ]

    def instance(self, instance: Instance) -> list[Plain]:
        return [
            instance.class_name,
            list(instance.params),
            [self.constant(value) for value in instance.fields],
            list(instance.submodules),
        ]

    def function(self, function: Function) -> list[Plain]:
        self.values, self.names = {}, []
        return [
            function.name,
            function.doc,
            self.names,
            list(map(self.type, function.results)),
            self.block(function.body, function.name),
        ]

    # --- blocks ---

    def block(self, block: Block, where: str) -> list[Plain]:
        self.depth += 1
        if self.depth > MAX_BLOCKS:
            raise KIND.fail(where, expected=f"at most {MAX_BLOCKS} blocks inside one another")
        params = self.define(block.params, where)
        nodes: list[Plain] = [self.node(node, where) for node in block.nodes]
        self.depth -= 1
        return [params, nodes, self.uses(block.results, where)]

    def node(self, node: Node, where: str) -> list[Plain]:
        kind = KIND_CODES.get(node.kind)
        if kind is None:
            raise KIND.fail(where, got=node.kind)
        return [
            kind,
            node.name,
            self.uses(node.inputs, where),
            self.attrs(node.attrs) if node.attrs else [],
            [self.block(block, where) for block in node.blocks],
            self.define(node.results, where),
            node.body,
        ]

    def define(self, values: tuple[Value, ...], where: str) -> list[Plain]:
        types: list[Plain] = []
        for value in values:
            if value in self.values:
                raise SSA.fail(where, expected="a value that is defined once", got=value.name)
            self.values[value] = len(self.names)
            self.names.append(value.name)
            types.append(self.type(value.type))
        return types

    def uses(self, values: tuple[Value, ...], where: str) -> list[Plain]:
        try:
            return [self.values[value] for value in values]
        except KeyError as missing:
            raise SSA.fail(where, expected="a value that is defined before", got=str(missing)) from None

    # --- constants and attributes ---

    def attrs(self, attrs: Mapping[str, Attr]) -> list[Plain]:
        return [[name, self.constant(value)] for name, value in attrs.items()]

    def constant(self, value: Attr | InitialValue) -> Plain:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise CONST.fail(expected="an int of 64 bits", got=str(value))
            return value
        if isinstance(value, float):
            return [FLOAT, pack("<d", value)]
        if isinstance(value, tuple):
            return [TUPLE, self.constants(value)]
        if isinstance(value, TensorConst):
            return [ARRAY, dtypes.BY_NAME[value.dtype].code, list(value.shape), value.data]
        if isinstance(value, complex):
            return [COMPLEX, pack("<dd", value.real, value.imag)]
        return self.other(value)

    def other(self, value: Attr | InitialValue) -> Plain:
        if isinstance(value, dims.Expr):
            return [DIM, terms_plain(value)]
        if isinstance(value, DTypeAttr):
            return [DTYPE, dtypes.BY_NAME[value.name].code]
        if isinstance(value, TensorRef):
            return [REF, value.name]
        if isinstance(value, Initial):
            return [INITIAL, CONTAINER_CODES[value.kind], self.constants(value.items)]
        if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
            return [TYPE, self.type(value)]
        raise ATTR.fail(expected="a constant, a dimension, a dtype or a type", got=repr(value))

    def constants(self, values: tuple[Attr, ...] | tuple[InitialValue, ...]) -> list[Plain]:
        self.level += 1
        if self.level > MAX_VALUES:
            raise CONST.fail(expected=f"at most {MAX_VALUES} lists inside one another")
        items: Any = values
        if items and _INT.issuperset(map(type, items)) and -(2**63) <= min(items) <= max(items) < 2**63:
            plain: list[Plain] = list(items)  # most lists are of integers
        else:
            plain = [self.constant(value) for value in items]
        self.level -= 1
        return plain
