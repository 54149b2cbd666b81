"""Algebraic rewrites: only those that leave every bit as it is, signed zeros and infinities included."""

from __future__ import annotations

import struct
from collections.abc import Callable

from ...schema import dims, dtypes
from ...schema.dims import Dim, Expr, Unknown
from ...schema.ir import Attr, Const, Function, Node, Program, TensorConst, Value, walk
from ...schema.types import TensorType, Type
from .facts import Facts
from .rewrite import Rewriter, uses

#: ``f(f(x))`` is ``x``.
INVOLUTIONS = frozenset(
    {"negative", "logical_not", "bitwise_invert", "conj", "float.negative", "bool.not", "flip"}
)
#: ``f(f(x))`` is ``f(x)``.
IDEMPOTENT = frozenset(
    {"abs", "floor", "ceil", "trunc", "round", "sign", "relu", "float.abs", "triu", "tril"}
)
#: ``f(x, x)`` is ``x``.
SAME = frozenset({"logical_and", "logical_or", "bitwise_and", "bitwise_or", "bool.and", "bool.or"})
#: The element that leaves every operand as it is, by operator and kind of number, and on which sides.
#: A floating ``x + 0`` is not ``x``: -0 + 0 is 0. ``x + -0`` and ``x - 0`` are.
NEUTRAL: dict[tuple[str, str], tuple[complex, str]] = {
    **{("multiply", kind): (1, "both") for kind in ("int", "uint", "float")},
    **{
        (name, kind): (0, "both") for name in ("add", "bitwise_or", "bitwise_xor") for kind in ("int", "uint")
    },
    **{("subtract", kind): (0, "right") for kind in ("int", "uint", "float")},
    ("add", "float"): (-0.0, "both"),
    ("divide", "float"): (1, "right"),
    ("logical_and", "bool"): (1, "both"),
    ("logical_or", "bool"): (0, "both"),
    ("logical_xor", "bool"): (0, "both"),
    ("int.add", "int"): (0, "both"),
    ("int.subtract", "int"): (0, "right"),
    ("int.multiply", "int"): (1, "both"),
    ("int.floor_divide", "int"): (1, "right"),
    ("float.add", "float"): (-0.0, "both"),
    ("float.subtract", "float"): (0.0, "right"),
    ("float.multiply", "float"): (1.0, "both"),
    ("float.divide", "float"): (1.0, "right"),
    ("bool.and", "bool"): (1, "both"),
    ("bool.or", "bool"): (0, "both"),
}


def algebra(program: Program) -> Program:
    """Replace calls by an operand, or by one call for two, where every bit of the result is the same.

    A double negative, an operation with its neutral element, a cast to the dtype that there is, a
    reshape of a reshape, a permutation of a permutation, a slice of a slice, a concatenation of one,
    an item of a tuple that was just made, a refinement to the type that there is. Kept: the types of
    results; calls that may fail; additions of a positive zero, which change -0.
    """
    return Algebra(program).run()


class Algebra(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._made: dict[Value, Node] = {}
        self._harmful: set[Value] = set()
        self._used: set[Value] = set()

    def begin(self, function: Function) -> None:
        self._made = {value: node for node in walk(function.body) for value in node.results}
        self._harmful = self._facts.harmful(function)
        self._used = set(uses(function.body))

    def node(self, node: Node) -> None:
        found: Value | None = None
        if node.kind == "refine":
            found = self._refined(node)
        elif node.kind == "op" and len(node.results) == 1:
            found = self._found(node)
        if found is None or self.values[found].type != node.results[0].type:
            self.copy(node)
        else:
            self.become(node, [self.values[found]])

    def _refined(self, node: Node) -> Value | None:
        operand = node.inputs[0]
        if node.attrs["symbols"] or node.attrs["type"] != operand.type:
            return None
        return operand if node.results[0] in self._used or operand not in self._harmful else None

    def _found(self, node: Node) -> Value | None:
        """The value that takes the place of the result of `node`."""
        inner = self._inner(node)
        fallible = self._facts.fallible(node)
        if inner and inner.name == node.name and inner.attrs == node.attrs and not fallible:
            if node.name in INVOLUTIONS:
                return inner.inputs[0]
            if node.name in IDEMPOTENT and _kind(inner.inputs[0].type) != "complex":
                return inner.results[0]
        if node.name in SAME and node.inputs[0] is node.inputs[1] and not fallible:
            return node.inputs[0]
        neutral = self._neutral(node)
        if neutral is not None:
            return neutral
        rule = _RULES.get(node.name)
        return rule(self, node, inner) if rule else None

    def _inner(self, node: Node) -> Node | None:
        """The call that makes the first operand, if it can lose a use."""
        found = self._made.get(node.inputs[0]) if node.inputs else None
        return found if found and found.kind == "op" and not self._facts.fallible(found) else None

    def constant(self, value: Value) -> Const:
        """The constant that `value` is; None also where it is none."""
        made = self._made.get(value)
        return made.attrs["value"] if made and made.kind == "const" else None  # type: ignore[return-value]

    def _neutral(self, node: Node) -> Value | None:
        if len(node.inputs) != 2:
            return None
        x, y = node.inputs
        found = NEUTRAL.get((node.name, _kind(x.type)))
        if found is None or (isinstance(x.type, TensorType) and self._facts.fallible(node)):
            return None
        if is_filled(self.constant(y), found[0]):
            return x
        return y if found[1] == "both" and is_filled(self.constant(x), found[0]) else None

    def again(self, node: Node, operand: Value, attrs: dict[str, Attr]) -> Value:
        """A value for a call like `node` on `operand`."""
        made = self.to.op(node.name, self.values[operand], names=[node.results[0].name], body=None, **attrs)[
            0
        ]
        stand_in = Value(made.name, made.type)
        self.values[stand_in] = made
        return stand_in

    # --- rules by operator ---

    def unchanged(self, node: Node, inner: Node | None) -> Value | None:
        """A call that gives its operand if its result has the operand's type, known in full."""
        x = node.inputs[0]
        same = x.type == node.results[0].type and not self._facts.fallible(node)
        return x if same and _known(x.type) else None

    def cast(self, node: Node, inner: Node | None) -> Value | None:
        return node.inputs[0] if node.inputs[0].type == node.results[0].type else None

    def concat(self, node: Node, inner: Node | None) -> Value | None:
        return node.inputs[0] if len(node.inputs) == 1 else None

    def reshape(self, node: Node, inner: Node | None) -> Value | None:
        found = self.unchanged(node, inner)
        if found is None and inner and inner.name == "reshape" and not self._facts.fallible(node):
            return self.again(node, inner.inputs[0], node.attrs)
        return found

    def permute(self, node: Node, inner: Node | None) -> Value | None:
        axes = node.attrs["axes"]
        assert isinstance(axes, tuple)
        if axes == tuple(range(len(axes))):
            return node.inputs[0]
        if inner is None or inner.name != "permute_dims":
            return None
        first = inner.attrs["axes"]
        assert isinstance(first, tuple)
        composed = tuple(first[axis] for axis in axes)  # type: ignore[index]
        if composed == tuple(range(len(axes))):
            return inner.inputs[0]
        return self.again(node, inner.inputs[0], {"axes": composed})

    def slice(self, node: Node, inner: Node | None) -> Value | None:
        starts, stops, steps = (node.attrs[name] for name in ("starts", "stops", "steps"))
        x = node.inputs[0].type
        assert isinstance(x, TensorType) and isinstance(starts, tuple)
        assert isinstance(stops, tuple) and isinstance(steps, tuple)
        if all(n == 0 for n in starts) and all(n == 1 for n in steps) and stops == x.shape and _known(x):
            return node.inputs[0]
        if inner is None or inner.name != "slice" or self._facts.fallible(node):
            return None
        if any(n != 1 for n in inner.attrs["steps"]) or any(n <= 0 for n in steps):  # type: ignore
            return None
        first = inner.attrs["starts"]
        assert isinstance(first, tuple)
        moved = [tuple(map(_moved, first, ends)) for ends in (starts, stops)]
        if None in moved[0] or None in moved[1]:
            return None
        attrs: dict[str, Attr] = {"starts": moved[0], "stops": moved[1], "steps": steps}
        return self.again(node, inner.inputs[0], attrs)

    def item(self, node: Node, inner: Node | None) -> Value | None:
        """An item of a tuple, list, optional or record that is made from its items."""
        made = self._made.get(node.inputs[0])
        pairs = {"tuple.get": "tuple.new", "list.get": "list.new", "optional.get": "optional.some"}
        if made is None or made.kind != "op" or made.name != pairs[node.name]:
            return None
        index: object = 0
        if node.name == "tuple.get":
            index = node.attrs["index"]
        elif node.name == "list.get":
            index = self.constant(node.inputs[1])
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(made.inputs):
            return None
        others = made.inputs[:index] + made.inputs[index + 1 :]
        return None if self._harmful.intersection(others) else made.inputs[index]


_RULES: dict[str, Callable[[Algebra, Node, Node | None], Value | None]] = {
    "astype": Algebra.cast,
    "concat": Algebra.concat,
    "broadcast_to": Algebra.unchanged,
    "reshape": Algebra.reshape,
    "permute_dims": Algebra.permute,
    "slice": Algebra.slice,
    "tuple.get": Algebra.item,
    "list.get": Algebra.item,
    "optional.get": Algebra.item,
}


def _kind(t: Type) -> str:
    if isinstance(t, TensorType):
        return dtypes.BY_NAME[t.dtype].kind if t.dtype else ""
    return getattr(t, "name", "")


def _known(t: Type) -> bool:
    """Whether every dimension is known, so that equal types have equal shapes."""
    return isinstance(t, TensorType) and not any(isinstance(n, Unknown) for n in t.shape or ())


def _moved(by: Attr, end: Attr) -> Dim | None:
    if not isinstance(by, (int, Expr)) or not isinstance(end, (int, Expr)):
        return None
    total = dims.add(by, end)
    return None if isinstance(total, Expr) and dims.symbol_name(total) is None else total


def is_filled(value: Const, number: complex) -> bool:
    """Whether a constant, or every element of a constant tensor, is `number`, its sign of zero included."""
    if isinstance(value, TensorConst):
        dtype = dtypes.BY_NAME[value.dtype]
        codes = {"f16": "<e", "f32": "<f", "f64": "<d"}
        size = dtype.itemsize
        if value.dtype in codes:
            element = struct.pack(codes[value.dtype], number)
        elif dtype.kind in ("int", "uint", "bool"):
            element = int(number.real).to_bytes(size, "little")
        else:
            return False
        return len(value.data) > 0 and value.data == element * (len(value.data) // size)
    if isinstance(value, float):
        return struct.pack("<d", value) == struct.pack("<d", number)
    return isinstance(value, int) and value == number
