"""Verification of one function: values, scopes of symbols, blocks. SPEC 5.2, 5.3, 5.6, 5.7."""

from __future__ import annotations

from collections.abc import Iterable

from . import dims, limits
from .errors import Problem
from .ir import Block, Function, Node, Value
from .labels import (
    KIND,
    LIMIT_NESTING,
    NAME,
    RAISE,
    RESULT,
    RETURN,
    SSA,
    SYMBOL,
    SYMBOL_BOUND,
)
from .names import is_identifier
from .nodes import check_yield
from .rules import Rule
from .types import TensorType, Type, accepts, type_text
from .verify_context import ClassInfo, Context, Key, Uses, is_container, moved, short

#: For each kind of node: the numbers of inputs, results and blocks, its attributes, whether it has a name.
#: None is any number, or any attributes.
SHAPES: dict[str, tuple[int | None, int | None, int, tuple[str, ...] | None, bool]] = {
    "const": (0, 1, 0, ("value",), False),
    "param": (0, 1, 0, (), True),
    "op": (None, None, 0, None, True),
    "call": (None, None, 0, ("symbols",), True),
    "if": (1, None, 2, (), False),
    "loop": (None, None, 1, (), False),
    "get": (0, 1, 0, (), True),
    "set": (1, 0, 0, (), True),
    "guard": (1, 0, 0, ("message", "reason"), False),
    "raise": (1, 0, 0, (), True),
    "print": (None, 0, 0, (), False),
    "refine": (1, 1, 0, ("type", "symbols"), False),
    "bind": (1, 0, 0, ("symbol",), False),
    "fork": (None, 1, 0, ("symbols",), True),
    "wait": (1, 1, 0, (), False),
}


def verify_function(
    context: Context, key: Key, where: str, owner: ClassInfo | None, function: Function
) -> None:
    """Report the problems of one function and note what it uses."""
    uses = context.uses[key] = Uses(where)
    scope = Scope(context, where, owner, uses)
    scope.signature(function)
    scope.block(function.body, 0)
    scope.returns(function)


class Scope:
    """The values and symbols that are seen at one point of a function, and all that were ever bound."""

    __slots__ = (
        "context",
        "where",
        "owner",
        "uses",
        "values",
        "names",
        "ever",
        "defined",
        "symbols",
        "bound",
        "opened",
    )

    def __init__(self, context: Context, where: str, owner: ClassInfo | None, uses: Uses) -> None:
        self.context = context
        self.where = where
        self.owner = owner
        self.uses = uses
        self.values: set[int] = set()
        self.names: set[str] = set()
        self.ever: set[int] = set()
        self.defined: list[int] = []
        self.symbols: set[str] = set()
        self.bound: set[str] = set()
        self.opened: list[str] = []

    # --- reporting ---

    def at(self, node: Node | None) -> str:
        """Where `node` is, in words."""
        if node is None:
            return self.where
        place = ", ".join(v.name[:80] for v in node.results[:4])
        head = f"{place} = " if place else ""
        tail = f" ({node.span!r})" if node.span is not None else ""
        return f"{self.where}: {head}{node.kind}{' ' + node.name[:80] if node.name else ''}{tail}"

    def report(
        self, rule: Rule, node: Node | None, *, expected: str = "", got: str = "", hint: str = ""
    ) -> None:
        self.context.add(rule.problem(self.at(node), expected=short(expected), got=short(got), hint=hint))

    def move(self, problems: Iterable[Problem], node: Node | None) -> None:
        """Report problems that were found without knowing where."""
        for problem in problems:
            self.context.add(moved(problem, self.at(node)))

    # --- values and symbols ---

    def define(self, value: Value, node: Node | None) -> None:
        """`value` is seen from here on; its type is checked where it is not inferred."""
        identity = id(value)
        if identity in self.ever:
            self.report(SSA, node, expected="a value that is not defined yet", got=value.name[:80])
            return
        self.ever.add(identity)
        self.values.add(identity)
        self.defined.append(identity)
        name = value.name
        if name in self.names:
            self.report(NAME, node, expected="a name that is free in the function", got=name[:80])
        else:
            self.names.add(name)
            self.context.identifier(name, self.where)

    def bind(self, symbol: object, node: Node | None) -> None:
        """`symbol` is seen from here on, and was bound nowhere else in the function."""
        if not isinstance(symbol, str) or not is_identifier(symbol):
            self.report(NAME, node, expected="an identifier as symbol", got=repr(symbol)[:80])
            return
        if symbol in self.bound:
            self.report(SYMBOL, node, expected="a symbol that is bound once", got=symbol)
            return
        self.bound.add(symbol)
        self.symbols.add(symbol)
        self.opened.append(symbol)

    def seen(self, names: Iterable[str], node: Node | None) -> bool:
        """Whether all the symbols `names` are bound here."""
        for name in names:
            if name not in self.symbols:
                hint = "bound later or in a block that has ended" if name in self.bound else ""
                self.report(SYMBOL, node, expected="a symbol that is bound here", got=name, hint=hint)
                return False
        return True

    def type_in_scope(self, t: Type, node: Node | None) -> bool:
        """Whether `t` is well formed and names no symbol that is not bound here."""
        context = self.context
        return context.check_type(t, self.at(node)) and self.seen(context.symbols_of(t), node)

    def known(self, types: Iterable[Type]) -> bool:
        """Whether all `types` are well formed; those that are not are reported once, where they stand."""
        check = self.context.check_type
        return all(check(t, self.where) for t in types)

    def results(self, node: Node, types: tuple[Type, ...] | None) -> None:
        """Define the results of `node`; `types` are the inferred ones, None if there are none."""
        declared = node.results
        if types is None:
            for value in declared:
                self.context.check_type(value.type, self.at(node))
        elif len(types) != len(declared):
            self.report(RESULT, node, expected=f"{len(types)} results", got=str(len(declared)))
            types = None
            for value in declared:
                self.context.check_type(value.type, self.at(node))
        if types is not None:
            for value, t in zip(declared, types):
                if (
                    value.type is not t
                    and value.type != t
                    and self.context.check_type(value.type, self.at(node))
                ):
                    self.report(
                        RESULT, node, expected=type_text(t), got=f"{value.name}: {type_text(value.type)}"
                    )
        for value in declared:
            self.define(value, node)

    # --- blocks ---

    def signature(self, function: Function) -> None:
        """Bind the symbols of the parameters, check the declared types."""
        context = self.context
        different = {id(param.type): param for param in reversed(function.body.params)}
        params = [param for param in function.body.params if different.get(id(param.type)) is param]
        good = [p for p in params if context.check_type(p.type, f"{self.where}: parameter {p.name[:80]}")]
        for param in good:
            for name in alone(param.type):
                if name not in self.symbols:
                    self.bind(name, None)
        for param in good:
            for name in context.symbols_of(param.type):
                if name not in self.symbols:
                    hint = "not inside a list, dict, optional or future, nor in an expression"
                    self.report(SYMBOL_BOUND, None, got=f"{name} of {param.name[:80]}", hint=hint)
                    self.bind(name, None)
        for t in function.results:
            context.check_type(t, f"{self.where}: result")

    def returns(self, function: Function) -> None:
        """Check what the function's body yields."""
        block = function.body
        if block.raises:
            if block.results:
                self.report(RETURN, None, expected="nothing after raise", got=f"{len(block.results)} values")
            return
        if len(block.results) != len(function.results):
            expected = f"{len(function.results)} results"
            self.report(RETURN, None, expected=expected, got=str(len(block.results)))
            return
        for want, value in zip(function.results, block.results):
            if not self.context.check_type(want, self.where) or not self.context.check_type(
                value.type, self.where
            ):
                continue
            self.seen(self.context.symbols_of(want), None)
            if want is not value.type and accepts(want, value.type) is not True:
                self.report(
                    RETURN, None, expected=type_text(want), got=f"{value.name}: {type_text(value.type)}"
                )

    def block(self, block: Block, depth: int, node: Node | None = None) -> None:
        """Check a block and leave its values in scope; see `inner`."""
        from .verify_nodes import CHECKS

        if depth > limits.BLOCK_NESTING:
            self.report(
                LIMIT_NESTING, node, expected=f"at most {limits.BLOCK_NESTING} blocks inside one another"
            )
            return
        for param in block.params:
            self.define(param, node)
        last = len(block.nodes) - 1
        values = self.values
        for position, inner in enumerate(block.nodes):
            kind = inner.kind
            if not self._shaped(inner):
                self.results(inner, None)
                continue
            if kind == "raise" and position != last:
                self.report(RAISE, inner, expected="nothing after raise", got=f"{last - position} nodes")
            for value in inner.inputs:
                if id(value) not in values:
                    self.report(SSA, inner, expected="a value that is defined here", got=value.name[:80])
            CHECKS[kind](self, inner, depth)
        for value in block.results:
            if id(value) not in values:
                self.report(SSA, node, expected="a value that is defined here", got=value.name[:80])

    def inner(self, block: Block, depth: int, node: Node, types: tuple[Type, ...] | None) -> None:
        """Check a block inside `node`, what it yields, and forget what it defined."""
        values, symbols = len(self.defined), len(self.opened)
        self.block(block, depth + 1, node)
        if types is not None and self.known(v.type for v in block.results) and self.known(types):
            self.move(check_yield(block, types, ""), node)
        self.values.difference_update(self.defined[values:])
        del self.defined[values:]
        self.symbols.difference_update(self.opened[symbols:])
        del self.opened[symbols:]

    def _shaped(self, node: Node) -> bool:
        """Whether `node` has the parts of its kind."""
        shape = SHAPES.get(node.kind)
        if shape is None:
            self.report(KIND, node, expected="one of the kinds of nodes", got=node.kind[:80])
            return False
        inputs, results, blocks, attrs, named = shape
        got = ""
        if inputs is not None and len(node.inputs) != inputs:
            got = f"{len(node.inputs)} inputs"
        elif results is not None and len(node.results) != results:
            got = f"{len(node.results)} results"
        elif len(node.blocks) != blocks:
            got = f"{len(node.blocks)} blocks"
        elif attrs is not None and tuple(node.attrs) != attrs:
            got = f"attributes {', '.join(map(str, node.attrs))[:80] or 'none'}"
        elif bool(node.name) is not named:
            got = f"the name {node.name[:80]!r}"
        elif node.body is not None and node.kind != "op":
            got = "a body"
        if got:
            self.report(KIND, node, expected=_shape_text(node.kind), got=got)
        return not got


def _shape_text(kind: str) -> str:
    inputs, results, blocks, attrs, named = SHAPES[kind]
    parts = [
        f"{'any number of' if n is None else n} {what}"
        for n, what in ((inputs, "inputs"), (results, "results"), (blocks, "blocks"))
    ]
    if attrs is not None:
        parts.append(f"attributes {', '.join(attrs)}" if attrs else "no attributes")
    return f"{kind} with {', '.join(parts)}, {'a' if named else 'no'} name"


def alone(t: Type) -> Iterable[str]:
    """The symbols that stand alone as a dimension of `t`, inside tuples at most. SPEC 4.2.5."""
    if isinstance(t, TensorType):
        for dim in t.shape or ():
            name = dims.symbol_name(dim)
            if name is not None:
                yield name
    elif is_container(t, "tuple"):
        for item in t.items:  # type: ignore[union-attr]
            yield from alone(item)
