"""The statements of a function: from syntax trees to nodes, through the builder. SPEC 7.6."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NoReturn

from ..builder import FunctionBuilder
from ..ir import Attr, Block, Span, Value
from ..names import OPERATOR_PREFIXES, is_identifier
from ..registry import AttrDecl, Op, find
from ..rules import Rule
from ..types import INT, Type
from .attributes import AttributeReader, dotted
from .constants import is_constant
from .labels import NAME, OPERAND, STATEMENT, YIELD
from .lexer import Source

#: Names that are followed by a bracket and are no operators. SPEC 7.6.
FORMS = ("refine", "wait", "fork", "call", "guard", "bind", "print", "loop")

Declared = list[tuple[str, Type, ast.expr]]


class BodyReader:
    """Adds the statements of one function to its builder.

    `functions` are the names of the program's functions: what is called rather than applied.
    """

    def __init__(
        self, source: Source, builder: FunctionBuilder, functions: frozenset[str] = frozenset()
    ) -> None:
        self.source = source
        self.builder = builder
        self.functions = functions
        self.attributes = AttributeReader(source)
        owner = builder.owner
        self.qualified = f"{owner.name.rpartition('.')[2]}.{builder.name}" if owner else builder.name
        self.scopes: list[dict[str, Value]] = [{value.name: value for value in builder.params}]

    # --- errors and places ---

    def fail(self, rule: Rule, node: ast.AST, expected: str = "", got: str = "", hint: str = "") -> NoReturn:
        raise self.source.fail_at(rule, node, expected=expected, got=got, hint=hint)

    def at(self, node: ast.stmt) -> None:
        """What follows comes from `node`."""
        self.builder.span = Span(
            self.source.path,
            node.lineno,
            node.col_offset,
            node.end_lineno or node.lineno,
            node.end_col_offset or 0,
            self.qualified,
        )

    # --- values ---

    def value(self, node: ast.expr) -> Value:
        """The value that `node` names."""
        if isinstance(node, ast.Name):
            for scope in reversed(self.scopes):
                if node.id in scope:
                    return scope[node.id]
            self.fail(NAME, node, expected="a value that is defined above")
        hint = "give it a name first" if is_constant(node) or isinstance(node, ast.Call) else ""
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
            hint = "call an operator, as in y = add(a, b)"
        self.fail(OPERAND, node, expected="the name of a value", hint=hint)

    def operands(self, nodes: Sequence[ast.expr]) -> list[Value]:
        """The operands that `nodes` name; those of a list one by one."""
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.List):
                found += map(self.value, node.elts)
            else:
                found.append(self.value(node))
        return found

    def claim(self, name: str, node: ast.AST) -> None:
        """Refuse a name that is taken or is none."""
        if not is_identifier(name):
            self.fail(NAME, node, expected="a name that is no reserved word", got=name)
        if name in self.builder.names:
            self.fail(NAME, node, expected="a name that the function has not used", got=name)

    def define(self, names: Sequence[str], values: Sequence[Value], node: ast.AST) -> None:
        """Let `names` stand for `values` in the innermost block."""
        if len(names) != len(values):
            self.fail(OPERAND, node, expected=f"{len(values)} names of results", got=str(len(names)))
        self.scopes[-1].update(zip(names, values))

    def targets(self, node: ast.expr) -> list[str]:
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        names: dict[str, None] = {}
        for item in items:
            if not isinstance(item, ast.Name):
                self.fail(STATEMENT, item, expected="the name of a result")
            self.claim(item.id, item)
            if item.id in names:
                self.fail(NAME, item, expected="results of different names")
            names[item.id] = None
        return list(names)

    # --- blocks ---

    def block(self, statements: Sequence[ast.stmt], yields: bool) -> list[Value]:
        """Add the statements of a block, and give what it yields."""
        results: list[Value] = []
        declared: Declared = []
        for index, node in enumerate(statements):
            self.at(node)
            if isinstance(node, ast.AnnAssign):
                declared.append(self.declaration(node))
                continue
            if isinstance(node, (ast.If, ast.For)):
                self.control(node, declared)
                declared = []
                continue
            if declared:
                self.fail(STATEMENT, node, expected="if or for after the types of its results")
            last = index == len(statements) - 1
            if isinstance(node, ast.Return) or (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield)
            ):
                if not last or isinstance(node, ast.Return) is yields:
                    self.fail(
                        YIELD, node, hint="a function returns, a block inside yields, once and at the end"
                    )
                inner = node.value.value if isinstance(node.value, ast.Yield) else node.value
                results = self.row(inner)
            elif isinstance(node, ast.Raise) and not last:
                self.fail(YIELD, node, expected="raise at the end of its block")
            else:
                self.statement(node)
        if declared:
            self.fail(STATEMENT, declared[0][2], expected="if or for after the types of its results")
        return results

    def row(self, node: ast.expr | None) -> list[Value]:
        if node is None:
            return []
        return self.operands(node.elts if isinstance(node, ast.Tuple) else [node])

    def declaration(self, node: ast.AnnAssign) -> tuple[str, Type, ast.expr]:
        if not isinstance(node.target, ast.Name) or node.value is not None:
            self.fail(STATEMENT, node, expected="name: type, which declares a result of the if or for below")
        self.claim(node.target.id, node.target)
        return node.target.id, self.type(node.annotation), node.target

    def type(self, node: ast.expr) -> Type:
        return self.attributes.type(node)

    def control(self, node: ast.If | ast.For, declared: Declared) -> None:
        names = [name for name, _, _ in declared]
        types = [t for _, t, _ in declared]
        if isinstance(node, ast.If):
            results = self.if_(node, names, types)
        else:
            results = self.for_(node, names, types)
        for name, value, (_, _, place) in zip(names, results, declared):
            if value.name != name:
                self.fail(NAME, place, expected="a name that the blocks inside do not use")
        self.define(names, results, node)

    def if_(self, node: ast.If, names: list[str], types: list[Type]) -> Sequence[Value]:
        condition = self.value(node.test)
        blocks = [self.inner(statements, []) for statements in (node.body, node.orelse)]
        self.at(node)
        return self.builder.if_(condition, blocks[0], blocks[1], types, names)

    def inner(self, statements: Sequence[ast.stmt], params: list[tuple[str, Type]]) -> Block:
        opened = self.builder.block(params)
        self.scopes.append({value.name: value for value in opened.params})
        results = self.block(statements, True)
        self.scopes.pop()
        return self.builder.close(results)

    def for_(self, node: ast.For, names: list[str], types: list[Type]) -> Sequence[Value]:
        source = node.iter
        if not isinstance(source, ast.Call) or dotted(source.func) != "loop" or source.keywords:
            self.fail(STATEMENT, source, expected="loop(trips, condition, carried...)")
        inputs = self.operands(source.args)
        labels = self.targets(node.target)
        if len(inputs) < 2 or len(labels) != len(inputs) - 1 or len(types) != len(labels) - 1:
            expected = "loop(trips, condition, carried...), an index and a name for each carried value"
            self.fail(STATEMENT, node, expected=f"{expected}, and the types of the results above")
        body = self.inner(node.body, [(labels[0], INT), *zip(labels[1:], types)])
        self.at(node)
        return self.builder.loop(inputs[0], inputs[1], inputs[2:], body, names)

    # --- statements ---

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            if isinstance(target, ast.Attribute):
                self.builder.set(self.path(target), self.value(node.value))
            else:
                names = self.targets(target)
                self.define(names, self.assigned(node.value, names), node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            results = self.effect(node.value)
            if results:
                self.fail(OPERAND, node, expected=f"{len(results)} names of results", hint="assign them")
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and len(node.exc.args) == 1:
            self.builder.raise_(dotted(node.exc.func), self.value(node.exc.args[0]))
        elif not isinstance(node, ast.Pass):
            self.fail(STATEMENT, node)

    def path(self, node: ast.expr) -> str:
        """The path of ``self.a.b``: what stands behind ``self.``."""
        first, _, rest = dotted(node).partition(".")
        if first != "self" or not rest:
            self.fail(STATEMENT, node, expected="self.name")
        return rest

    def assigned(self, node: ast.expr, names: list[str]) -> Sequence[Value]:
        """The results of the right side of an assignment."""
        if is_constant(node):
            return [self.builder.const(self.attributes.constants.read(node), names[0])]
        if isinstance(node, ast.Attribute):
            path = self.path(node)
            owner = self.builder.owner
            if owner is not None and any(name == path for name, _ in owner.params):
                return [self.param(path, names[0])]
            return [self.builder.get(path, names[0])]
        if isinstance(node, ast.Call):
            return self.call(node, names)
        self.fail(
            STATEMENT, node, expected="a constant, self.name or a call", hint=_HINTS.get(type(node), "")
        )

    def param(self, path: str, name: str) -> Value:
        return self.builder.param(path, name)

    def effect(self, node: ast.Call) -> Sequence[Value]:
        """A call whose results, if any, have no names."""
        form = dotted(node.func)
        if form == "print":
            self.keywords(node, ())
            self.builder.print_(*self.operands(node.args))
            return ()
        if form == "guard":
            given = self.keywords(node, ("reason",))
            if len(node.args) == 2 and len(given) == 1:
                message = self.text(node.args[1])
                self.builder.guard(self.value(node.args[0]), message, self.text(given["reason"]))
                return ()
            self.fail(STATEMENT, node, expected='guard(condition, "message", reason="...")')
        if form == "bind":
            given = self.keywords(node, ("symbol",))
            if len(node.args) == 1 and len(given) == 1:
                self.builder.bind(self.value(node.args[0]), self.attributes.symbol(given["symbol"]))
                return ()
            self.fail(STATEMENT, node, expected="bind(value, symbol=name)")
        return self.call(node, [])

    def text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        self.fail(STATEMENT, node, expected="a string")

    def keywords(self, node: ast.Call, allowed: Sequence[str]) -> dict[str, ast.expr]:
        found: dict[str, ast.expr] = {}
        for keyword in node.keywords:
            if keyword.arg not in allowed:
                expected = ", ".join(allowed) or "no names of arguments"
                self.fail(STATEMENT, keyword, expected=expected)
            found[str(keyword.arg)] = keyword.value
        return found

    def symbols(self, given: dict[str, ast.expr]) -> tuple[str, ...]:
        node = given.get("symbols")
        if node is None:
            return ()
        if not isinstance(node, ast.List):
            self.fail(STATEMENT, node, expected="a list of symbols")
        return tuple(map(self.attributes.symbol, node.elts))

    # --- calls ---

    def call(self, node: ast.Call, names: list[str]) -> Sequence[Value]:
        """A call of a function, an operator or one of the forms with results."""
        function, body = node.func, None
        if isinstance(function, ast.Subscript):
            index = function.slice
            if not isinstance(index, ast.Constant) or type(index.value) is not int:
                self.fail(STATEMENT, function, expected="the index of a body")
            function, body = function.value, index.value
        name = dotted(function)
        if not name:
            self.fail(STATEMENT, node, expected="a call of an operator or a function")
        if name in ("fork", "call"):
            return self.named_call(node, name, names)
        if name in ("refine", "wait"):
            return [self.refine(node, names) if name == "refine" else self.wait(node, names)]
        if name.startswith("self.") or (body is None and self.is_function(name)):
            given = self.keywords(node, ("symbols",))
            return self.builder.call(
                name, *self.operands(node.args), symbols=self.symbols(given), names=names
            )
        return self.operator(name, node, body, names)

    def is_function(self, name: str) -> bool:
        """Whether `name` in front of a bracket calls a function. SPEC 7.6.2."""
        first, dot, _ = name.partition(".")
        return name in self.functions and bool(dot) and first not in OPERATOR_PREFIXES

    def named_call(self, node: ast.Call, form: str, names: list[str]) -> Sequence[Value]:
        """``fork(function, ...)``, or ``call(function, ...)`` of a name that reads as an operator's."""
        given = self.keywords(node, ("symbols",))
        callee = dotted(node.args[0]) if node.args else ""
        if not callee:
            self.fail(STATEMENT, node, expected=f"{form}(function, ...)")
        operands, symbols = self.operands(node.args[1:]), self.symbols(given)
        if form == "call":
            return self.builder.call(callee, *operands, symbols=symbols, names=names)
        return [self.builder.fork(callee, *operands, symbols=symbols, label=names[0] if names else "task")]

    def refine(self, node: ast.Call, names: list[str]) -> Value:
        given = self.keywords(node, ("symbols",))
        if len(node.args) != 2:
            self.fail(STATEMENT, node, expected="refine(value, type)")
        value, t = self.value(node.args[0]), self.type(node.args[1])
        return self.builder.refine(value, t, self.symbols(given), names[0] if names else "v")

    def wait(self, node: ast.Call, names: list[str]) -> Value:
        if len(node.args) != 1 or node.keywords:
            self.fail(STATEMENT, node, expected="wait(task)")
        return self.builder.wait(self.value(node.args[0]), names[0] if names else "v")

    def operator(self, name: str, node: ast.Call, body: int | None, names: list[str]) -> Sequence[Value]:
        op = find(name) or find(name.removesuffix("_"))
        operands = self.operands(node.args)
        if op is None:
            return self.custom(name, node, operands, body, names)
        declared = {decl.name: decl for decl in op.attrs}
        attrs: dict[str, Attr] = {}
        for keyword in node.keywords:
            decl = declared.get(str(keyword.arg))
            if decl is None:
                expected = f"attributes of {name}: {', '.join(declared) or 'none'}"
                self.fail(STATEMENT, keyword, expected=expected)
            attrs[decl.name] = self.attribute(decl, keyword.value)
        return self.apply(op, operands, attrs, body, names)

    def attribute(self, decl: AttrDecl, node: ast.expr) -> Attr:
        return self.attributes.attribute(decl, node)

    def apply(
        self, op: Op, operands: list[Value], attrs: dict[str, Attr], body: int | None, names: list[str]
    ) -> Sequence[Value]:
        return self.builder.op(op.name, *operands, names=names, body=body, **attrs)

    def near(self, name: str) -> str:
        """What may have been meant by a name that is no operator and no function."""
        from difflib import get_close_matches

        from ..ops.index import FAMILY_OF

        last = name.rpartition(".")[2]
        known = {*FAMILY_OF, *self.functions}
        exact = sorted(other for other in known if other.rpartition(".")[2] == last)
        found = exact or get_close_matches(last, sorted(known), 1)
        return f"is {found[0]} meant?" if found else ""

    def custom(
        self, name: str, node: ast.Call, operands: list[Value], body: int | None, names: list[str]
    ) -> Sequence[Value]:
        from ..expand import find_custom

        if node.keywords:
            self.fail(STATEMENT, node.keywords[0], expected=f"no attributes of {name}")
        if body is None:
            body = find_custom(self.builder.program.bodies, name, [value.type for value in operands])
        if body is None:
            expected = "an operator, or a function with its module's name"
            self.fail(STATEMENT, node, expected=expected, got=name, hint=self.near(name))
        return self.builder.custom(name, operands, body, names)


_HINTS: dict[type[ast.expr], str] = {
    ast.BinOp: "call an operator, as in y = add(a, b)",
    ast.UnaryOp: "call an operator, as in y = negative(a)",
    ast.Compare: "call an operator, as in y = less(a, b)",
    ast.Name: "a value has one name",
}
