"""Programs from their plain-data form, whatever it may hold. SPEC 6.

Every place checks what it is given, so that a damaged or hostile file ends in a
`MalformedError` that names the place. What is decoded is well formed, not yet valid:
see `tracebox.schema.verify`.
"""

from __future__ import annotations

from math import prod
from struct import unpack
from typing import Any, NoReturn

from . import dtypes
from . import encoding_labels as rules
from .decoding_dims import read_dim, read_terms, show
from .encoding import (
    ARRAY,
    CLASS,
    COMPLEX,
    CONTAINER,
    CONTAINER_CODES,
    DIM,
    DTYPE,
    FLOAT,
    FORMAT,
    INITIAL,
    MAX_BLOCKS,
    MAX_VALUES,
    REF,
    SCALAR,
    TENSOR,
    TUPLE,
    TYPE,
    VERSION,
    Plain,
)
from .errors import InvalidError
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
from .rules import Rule
from .types import CONTAINERS, MAX_RANK, SCALARS, ClassType, ContainerType, TensorType, Type

_SCALARS = tuple(SCALARS.values())
_CONTAINERS = tuple(CONTAINER_CODES)
_LIMIT = 2**63
_INT = frozenset({int})


def from_plain(plain: Plain) -> Program:
    """The program whose plain form is `plain`; compare `to_plain` of it to know that it is canonical.

    Raises
    ------
    MalformedError
        The rules ``enc.*`` of SPEC 6.
    UnsupportedError
        ``enc.version``.

    Notes
    -----
    SPEC 6.3.
    """
    if type(plain) is not list or len(plain) < 2 or plain[0] != FORMAT or type(plain[1]) is not int:
        raise rules.ROOT.fail(expected=f'["{FORMAT}", {VERSION}, ...]')
    if plain[1] != VERSION:
        raise rules.VERSION.fail(expected=str(VERSION), got=str(plain[1]))
    if len(plain) != 10:
        raise rules.ROOT.fail(expected="10 elements", got=str(len(plain)))
    return _Decoder().program(plain)


def _items(plain: Plain, where: str, count: int | None = None) -> list[Plain]:
    if type(plain) is not list or (count is not None and len(plain) != count):
        raise rules.FORM.fail(
            where, expected="an array" if count is None else f"an array of {count}", got=show(plain)
        )
    return plain


def _text(plain: Plain, where: str) -> str:
    if type(plain) is not str:
        raise rules.FORM.fail(where, expected="text", got=show(plain))
    return plain


def _int(plain: Plain, where: str) -> int:
    if type(plain) is not int or not -_LIMIT <= plain < _LIMIT:
        raise rules.FORM.fail(where, expected="an integer of 64 bits", got=show(plain))
    return plain


def _index(plain: Plain, count: int, where: str, rule: Rule = rules.INDEX) -> int:
    if type(plain) is not int or not 0 <= plain < count:
        raise rule.fail(where, expected=f"an index below {count}", got=show(plain))
    return plain


def _bytes(plain: Plain, size: int, where: str) -> bytes:
    if type(plain) is not bytes or len(plain) != size:
        raise rules.CONSTANT.fail(where, expected=f"{size} bytes", got=show(plain))
    return plain


def _bad_constant(where: str, plain: object) -> NoReturn:
    raise rules.CONSTANT.fail(where, got=show(plain))


# --- the program ----------------------------------------------------------------


class _Decoder:
    """The type table, and the values of the function that is being read."""

    __slots__ = ("types", "bodies", "values", "names", "depth", "level")

    def __init__(self) -> None:
        self.types: list[Type] = []
        self.bodies = 0
        self.values: list[Value] = []
        self.names: list[Plain] = []
        self.depth = 0  # of blocks
        self.level = 0  # of values

    def program(self, plain: list[Plain]) -> Program:
        opset = _int(plain[2], "opset")
        for index, entry in enumerate(_items(plain[3], "types")):
            self.types.append(self.entry(entry, f"types[{index}]"))
        places = [_items(plain[at], place) for at, place in zip(range(4, 10), _PLACES)]
        self.bodies = len(places[1])
        return Program(
            opset,
            tuple([self.record(item, f"records[{i}]") for i, item in enumerate(places[0])]),
            tuple([self.body(item, f"bodies[{i}]") for i, item in enumerate(places[1])]),
            tuple([self.function(item, f"functions[{i}]") for i, item in enumerate(places[2])]),
            tuple([self.module_class(item, f"classes[{i}]") for i, item in enumerate(places[3])]),
            tuple([self.instance(item, i) for i, item in enumerate(places[4])]),
            tuple([_text(item, f"exports[{i}]") for i, item in enumerate(places[5])]),
        )

    # --- types ---

    def entry(self, plain: Plain, where: str) -> Type:
        items = _items(plain, where)
        tag = items[0] if items else None
        if type(tag) is int:
            if tag == TENSOR and len(items) == 3:
                return self.tensor(items, where)
            if tag == SCALAR and len(items) == 2:
                return _SCALARS[_index(items[1], len(_SCALARS), where, rules.TYPE)]
            if tag == CONTAINER and len(items) == 3:
                return self.container(items, where)
            if tag == CLASS and len(items) == 2:
                return ClassType(_text(items[1], where))
        raise rules.TYPE.fail(where, got=show(plain))

    def tensor(self, items: list[Plain], where: str) -> TensorType:
        dtype = None
        if items[1] is not None:
            dtype = dtypes.ALL[_index(items[1], len(dtypes.ALL), where, rules.TYPE)].name
        if items[2] is None:
            return TensorType(dtype, None)
        shape = _items(items[2], where)
        if len(shape) > MAX_RANK:
            raise rules.TYPE.fail(where, expected=f"at most {MAX_RANK} dimensions", got=str(len(shape)))
        return TensorType(dtype, tuple([read_dim(dim, where) for dim in shape]))

    def container(self, items: list[Plain], where: str) -> ContainerType:
        kind = _CONTAINERS[_index(items[1], len(CONTAINERS), where, rules.TYPE)]
        inside = tuple([self.type(item, where, rules.TYPE) for item in _items(items[2], where)])
        try:
            return ContainerType(kind, inside)
        except InvalidError as error:  # type.size
            raise rules.TYPE.fail(where, expected=error.problems[0].rule, got=error.problems[0].got) from None

    def type(self, plain: Plain, where: str, rule: Rule = rules.INDEX) -> Type:
        if type(plain) is not int or not 0 <= plain < len(self.types):
            raise rule.fail(where, expected=f"an index below {len(self.types)}", got=show(plain))
        return self.types[plain]

    def typed(self, plain: Plain, where: str) -> tuple[tuple[str, Type], ...]:
        pairs = [_items(pair, where, 2) for pair in _items(plain, where)]
        return tuple([(_text(name, where), self.type(t, where)) for name, t in pairs])

    # --- declarations ---

    def record(self, plain: Plain, where: str) -> RecordClass:
        name, fields = _items(plain, where, 2)
        return RecordClass(_text(name, where), self.typed(fields, where))

    def body(self, plain: Plain, where: str) -> OpBody:
        op, attrs, function = _items(plain, where, 3)
        return OpBody(_text(op, where), self.attrs(attrs, where), self.function(function, where))

    def module_class(self, plain: Plain, where: str) -> ModuleClass:
        name, doc, params, fields, submodules, methods = _items(plain, where, 6)
        inside = [_items(pair, where, 2) for pair in _items(submodules, where)]
        tensors = []
        for member, t in self.typed(params, where):
            if not isinstance(t, TensorType):
                raise rules.FORM.fail(f"{where} parameter {member}", expected="a tensor type", got=repr(t))
            tensors.append((member, t))
        return ModuleClass(
            _text(name, where),
            tuple(tensors),
            self.typed(fields, where),
            tuple([(_text(member, where), _text(cls, where)) for member, cls in inside]),
            tuple(
                [
                    self.function(method, f"{where} method {i}")
                    for i, method in enumerate(_items(methods, where))
                ]
            ),
            _text(doc, where),
        )

    def instance(self, plain: Plain, position: int) -> Instance:
        where = f"instances[{position}]"
        class_name, params, fields, submodules = _items(plain, where, 4)
        return Instance(
            _text(class_name, where),
            tuple([_text(name, where) for name in _items(params, where)]),
            tuple([self.initial(value, where) for value in _items(fields, where)]),
            tuple([_index(inner, position, where) for inner in _items(submodules, where)]),
        )

    # --- functions ---

    def function(self, plain: Plain, where: str) -> Function:
        name, doc, names, results, body = _items(plain, where, 5)
        self.values, self.names = [], _items(names, where)
        for label in self.names:
            _text(label, where)
        types = tuple([self.type(t, where) for t in _items(results, where)])
        block = self.block(body, where)
        if len(self.names) != len(self.values):
            raise rules.NAMES.fail(where, expected=f"{len(self.values)} names", got=str(len(self.names)))
        return Function(_text(name, where), types, block, _text(doc, where))

    def block(self, plain: Plain, where: str) -> Block:
        params, nodes, results = _items(plain, where, 3)
        self.depth += 1
        if self.depth > MAX_BLOCKS:
            raise rules.LIMIT.fail(where, expected=f"at most {MAX_BLOCKS} blocks inside one another")
        block = Block(
            self.define(_items(params, where), where),
            tuple([self.node(node, where) for node in _items(nodes, where)]),
            self.uses(_items(results, where), where),
        )
        self.depth -= 1
        return block

    def node(self, plain: Plain, where: str) -> Node:
        if type(plain) is not list or len(plain) != 7:
            raise rules.NODE.fail(where, got=show(plain))
        kind, name, inputs, attrs, blocks, results, body = plain
        if type(kind) is not int or not 0 <= kind < len(KINDS):
            raise rules.NODE.fail(where, expected=f"a kind below {len(KINDS)}", got=show(kind))
        if body is not None:
            _index(body, self.bodies, where)
        used = self.uses(_items(inputs, where), where)
        held = self.attrs(attrs, where) if attrs != [] else {}
        inside = tuple([self.block(b, where) for b in _items(blocks, where)]) if blocks != [] else ()
        made = self.define(_items(results, where), where)
        return Node(KINDS[kind], _text(name, where), used, held, made, inside, body)  # type: ignore[arg-type]

    def define(self, types: list[Plain], where: str) -> tuple[Value, ...]:
        if not types:
            return ()
        at = len(self.values)
        labels = self.names[at : at + len(types)]
        if len(labels) != len(types):
            raise rules.NAMES.fail(where, expected="a name for each value", got=str(len(self.names)))
        made = [Value(label, self.type(t, where)) for label, t in zip(labels, types)]  # type: ignore[arg-type]
        self.values += made
        return tuple(made)

    def uses(self, indices: list[Plain], where: str) -> tuple[Value, ...]:
        values = self.values
        count = len(values)
        found = []
        for index in indices:
            if type(index) is not int or not 0 <= index < count:
                raise rules.INDEX.fail(where, expected=f"a value below {count}", got=show(index))
            found.append(values[index])
        return tuple(found)

    # --- constants and attributes ---

    def attrs(self, plain: Plain, where: str) -> dict[str, Attr]:
        found: dict[str, Attr] = {}
        for pair in _items(plain, where):
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str or pair[0] in found:
                raise rules.CONSTANT.fail(
                    where, expected="pairs of a name, each once, and a value", got=show(pair)
                )
            found[pair[0]] = self.constant(pair[1], where)
        return found

    def constant(self, plain: Plain, where: str) -> Attr:
        kind = type(plain)
        if plain is None or kind is bool or kind is str:
            return plain  # type: ignore[return-value]
        if kind is int:
            return _int(plain, where)
        items = _items(plain, where)
        tag = items[0] if items else None
        if type(tag) is not int:
            _bad_constant(where, plain)
        if len(items) == 2:
            return self.tagged(tag, items[1], where)
        if tag == ARRAY and len(items) == 4:
            dtype = dtypes.ALL[_index(items[1], len(dtypes.ALL), where, rules.CONSTANT)]
            shape = tuple([_index(size, _LIMIT, where, rules.CONSTANT) for size in _items(items[2], where)])
            if len(shape) > MAX_RANK:
                _bad_constant(where, items[2])
            return TensorConst(dtype.name, shape, _bytes(items[3], prod(shape) * dtype.itemsize, where))
        _bad_constant(where, plain)

    def tagged(self, tag: int, inside: Plain, where: str) -> Attr:
        if tag == FLOAT:
            return float(unpack("<d", _bytes(inside, 8, where))[0])
        if tag == TUPLE:
            self.enter(where)
            items: Any = _items(inside, where)
            if items and _INT.issuperset(map(type, items)) and -_LIMIT <= min(items) <= max(items) < _LIMIT:
                values: tuple[Attr, ...] = tuple(items)  # most lists are of integers
            else:
                values = tuple([self.constant(item, where) for item in items])
            self.level -= 1
            return values
        if tag == DTYPE:
            return DTypeAttr(dtypes.ALL[_index(inside, len(dtypes.ALL), where, rules.CONSTANT)].name)
        if tag == DIM:
            return read_terms(inside, where)
        if tag == TYPE:
            return self.type(inside, where)
        if tag == COMPLEX:
            return complex(*unpack("<dd", _bytes(inside, 16, where)))
        _bad_constant(where, tag)

    def enter(self, where: str) -> None:
        self.level += 1
        if self.level > MAX_VALUES:
            raise rules.LIMIT.fail(where, expected=f"at most {MAX_VALUES} lists inside one another")

    def initial(self, plain: Plain, where: str) -> InitialValue:
        """A field's initial value: a constant, a stored tensor, or a container of these."""
        if type(plain) is list and plain and type(plain[0]) is int:
            if plain[0] == REF and len(plain) == 2:
                return TensorRef(_text(plain[1], where))
            if plain[0] == INITIAL and len(plain) == 3:
                kind = _CONTAINERS[_index(plain[1], len(_CONTAINERS), where, rules.CONSTANT)]
                self.enter(where)
                inside = tuple([self.initial(item, where) for item in _items(plain[2], where)])
                self.level -= 1
                return Initial(kind, inside)
            if plain[0] not in (FLOAT, COMPLEX, ARRAY):
                _bad_constant(where, plain)
        return self.constant(plain, where)  # type: ignore[return-value]


_PLACES = ("records", "bodies", "functions", "classes", "instances", "exports")
