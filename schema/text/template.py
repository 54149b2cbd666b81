"""Templates: the definitions of composites, read while they are expanded. SPEC 7.9.

Templates come from operator declarations alone, never from a file.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ..builder import FunctionBuilder
from ..dims import Unknown
from ..dtypes import BY_NAME
from ..formula import as_type, compile_tree
from ..formula_values import FUNCTIONS
from ..infer import fits
from ..ir import Attr, DTypeAttr, Value
from ..labels import KNOWN
from ..registry import AttrDecl, Signature, find
from ..types import Type
from .attributes import dotted
from .constants import tensor_of
from .grammar import parse
from .labels import TEMPLATE
from .lexer import Source
from .statements import FORMS, BodyReader, Declared

#: Functions of the formula language that take values where an operator has the same name.
_OF_TYPES = frozenset({"rank", "shape", "dtype", "kind", "item", "items", "is_container", "is_tensor"})


class Template:
    """A parsed template."""

    __slots__ = ("source", "tree")

    def __init__(self, source: Source, tree: ast.FunctionDef) -> None:
        self.source = source
        self.tree = tree


_CACHE: dict[str, Template] = {}


def parse_template(name: str, text: str) -> Template:
    """The one function that the template `text` of the operator `name` holds."""
    found = _CACHE.get(text)
    if found is None:
        source = Source(f"template of {name}", text)
        statements = parse(source)
        if len(statements) != 1 or not isinstance(statements[0], ast.FunctionDef):
            raise source.fail(TEMPLATE, 0, expected=f"def {name}(...)")
        found = _CACHE[text] = Template(source, statements[0])
    return found


class TemplateReader(BodyReader):
    """Adds a template's statements to the builder of a body.

    A name stands for a value, a row of values (a variadic operand), or what a formula gives:
    an attribute, a type variable, a size. `env` is what formulas see; a value is its type there.
    """

    def __init__(
        self, template: Template, builder: FunctionBuilder, signature: Signature, env: dict[str, Any]
    ) -> None:
        super().__init__(template.source, builder)
        self.tree = template.tree
        self.env = dict(env)
        self.rows: dict[str, tuple[Value, ...]] = {}
        self.absent: set[str] = set()
        params = list(builder.params)
        self.scopes = [{}]
        for position, arg in enumerate(signature.args):
            if arg.variadic:
                self.rows[arg.name] = tuple(params[position:])
            elif position < len(params):
                self.scopes[0][arg.name] = params[position]
            else:
                self.absent.add(arg.name)

    def run(self) -> list[Value]:
        """Add everything, and give the results."""
        return self.block(self.tree.body, False)

    def at(self, node: ast.stmt) -> None:
        pass  # a body has no place in a source

    def claim(self, name: str, node: ast.AST) -> None:
        pass  # a template may give a name to one value after another

    # --- formulas ---

    def formula(self, node: ast.expr) -> Any:
        """The value of a formula at this expansion."""
        return compile_tree(node)(self.env)

    def known(self, value: Any, node: ast.expr) -> Any:
        """`value`, with nothing unknown in it."""
        if isinstance(value, Unknown) or (
            isinstance(value, tuple) and any(isinstance(v, Unknown) for v in value)
        ):
            hint = "refine the operand to dimensions that are known"
            raise KNOWN.fail(
                self.source.path, expected=f"{ast.unparse(node)} to be known", got="?", hint=hint
            )
        return value

    def attribute(self, decl: AttrDecl, node: ast.expr) -> Attr:
        kind = decl.kind.removesuffix("?")
        if kind == "symbol" and isinstance(node, ast.Name) and node.id not in self.env:
            return node.id
        value = self.known(self.formula(node), node)
        if kind == "dtype" and isinstance(value, str):
            value = DTypeAttr(value)
        elif kind == "type" and value is not None:
            value = as_type(value)
        elif kind == "float" and type(value) is int:
            value = float(value)
        if not fits(decl, value):
            self.fail(TEMPLATE, node, expected=f"{decl.name} of kind {decl.kind}", got=repr(value))
        result: Attr = value
        return result

    def type(self, node: ast.expr) -> Type:
        return as_type(self.formula(node))

    # --- statements ---

    def block(self, statements: Sequence[ast.stmt], yields: bool) -> list[Value]:
        return self.steps(statements, []) or []

    def steps(self, statements: Sequence[ast.stmt], declared: Declared) -> list[Value] | None:
        """Add `statements`; the results, if one of them returned or yielded."""
        for node in statements:
            results = None
            if isinstance(node, ast.Return):
                return self.row(node.value)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
                return self.row(node.value.value)
            if isinstance(node, ast.AnnAssign):
                declared.append(self.declaration(node))
            elif isinstance(node, ast.If) and not self.is_value(node.test):
                chosen = node.body if self.known(self.formula(node.test), node.test) else node.orelse
                results = self.steps(chosen, declared)
            elif isinstance(node, ast.For) and dotted(getattr(node.iter, "func", node.iter)) != "loop":
                results = self.unrolled(node, declared)
            elif isinstance(node, (ast.If, ast.For)):
                self.control(node, declared)
                declared.clear()
            else:
                self.statement(node)
            if results is not None:
                return results
        return None

    def unrolled(self, node: ast.For, declared: Declared) -> list[Value] | None:
        names = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
        for item in self.known(self.formula(node.iter), node.iter):
            items = item if isinstance(node.target, ast.Tuple) else (item,)
            self.bind_static([dotted(name) for name in names], items)
            results = self.steps(node.body, declared)
            if results is not None:
                return results
        return None

    def inner(self, statements: Sequence[ast.stmt], params: list[tuple[str, Type]]) -> Any:
        outside = dict(self.env)
        opened = self.builder.block(params)
        self.scopes.append({})
        self.define([name for name, _ in params], opened.params, self.tree)
        results = self.block(statements, True)
        self.scopes.pop()
        self.env = outside
        return self.builder.close(results)

    def targets(self, node: ast.expr) -> list[str]:
        return [dotted(item) for item in (node.elts if isinstance(node, ast.Tuple) else [node])]

    def define(self, names: Sequence[str], values: Sequence[Value], node: ast.AST) -> None:
        super().define(names, values, node)
        self.env.update((name, value.type) for name, value in zip(names, values))

    def control(self, node: ast.If | ast.For, declared: Declared) -> None:
        names, types = [name for name, _, _ in declared], [t for _, t, _ in declared]
        results = self.if_(node, names, types) if isinstance(node, ast.If) else self.for_(node, names, types)
        self.define(names, results, node)

    def bind_static(self, names: Sequence[str], values: Sequence[Any]) -> None:
        for name, value in zip(names, values):
            self.env[name] = value
            self.rows.pop(name, None)
            for scope in self.scopes:
                scope.pop(name, None)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign) and not self.is_value(node.value):
            (target,) = node.targets
            value = self.formula(node.value)
            names = self.targets(target)
            self.bind_static(names, value if isinstance(target, ast.Tuple) else (value,))
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call):
            row = self.operands([node.value])
            self.define(self.targets(node.targets[0]), row, node)
        else:
            super().statement(node)

    # --- values ---

    def lookup(self, name: str) -> Value | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def is_value(self, node: ast.expr) -> bool:
        """Whether `node` stands for a value of the program, rather than for a formula."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id) is not None or node.id in self.rows
        if isinstance(node, ast.Subscript):
            return isinstance(node.value, ast.Name) and node.value.id in self.rows
        if not isinstance(node, ast.Call):
            return False
        name = dotted(node.func)
        if name in FORMS or name == "const":
            return True
        if name in _OF_TYPES or find(name) is None:
            return False
        return name not in FUNCTIONS or bool(node.keywords) or any(map(self.is_value, node.args))

    def operands(self, nodes: Sequence[ast.expr]) -> list[Value]:
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.List):
                found += self.operands(node.elts)
            elif isinstance(node, ast.Name) and node.id in self.rows:
                found += self.rows[node.id]
            elif not (isinstance(node, ast.Name) and node.id in self.absent):
                found.append(self.value(node))
        return found

    def value(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Name):
            known = self.lookup(node.id)
            if known is not None:
                return known
        if not self.is_value(node):
            return self.builder.const(self.known(self.formula(node), node))
        if isinstance(node, ast.Subscript):
            row: Value = self.rows[dotted(node.value)][self.formula(node.slice)]
            return row
        assert isinstance(node, ast.Call)
        (result,) = self.call(node, [])
        return result

    def call(self, node: ast.Call, names: list[str]) -> Sequence[Value]:
        if dotted(node.func) != "const":
            return super().call(node, names)
        given = tuple(map(self.formula, node.args))
        constant = given[0] if len(given) == 1 else tensor_of(BY_NAME[given[0]], given[1])
        return [self.builder.const(constant, names[0] if names else "c")]

    def assigned(self, node: ast.expr, names: list[str]) -> Sequence[Value]:
        assert isinstance(node, ast.Call)
        return self.call(node, names)
