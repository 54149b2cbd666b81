"""The grammar of the program text: from tokens to syntax trees. SPEC 7.3.

A recursive-descent parser, with a Pratt parser for expressions. The trees are those of Python's
`ast`, so that an accepted text has the tree that Python gives it; a test holds this. Nesting is bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from .expressions import STORE, ExpressionParser
from .labels import SYNTAX
from .lexer import Source


def parse(source: Source) -> list[ast.stmt]:
    """The statements of a text.

    Raises
    ------
    ScriptError
        ``text.syntax``, ``text.limit``, and what `lexer.lex` raises.

    Notes
    -----
    SPEC 7.3.
    """
    return _Parser(source).module()


class _Parser(ExpressionParser):
    """The grammar of statements."""

    __slots__ = ()

    def module(self) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        while self.kind != "end":
            found += self.statement()
        return found

    def statement(self) -> list[ast.stmt]:
        start = self.token.at
        compound = _COMPOUND.get(str(self.value)) if self.kind in ("name", "operator") else None
        if compound is not None:
            self.enter()
            node = compound(self)
            self.depth -= 1
            self.mark(node, start)
            return [node]
        found = [self.simple()]
        while self.accept(";"):
            if self.kind == "newline":
                break
            found.append(self.simple())
        self.expect_kind("newline")
        return found

    def block(self) -> list[ast.stmt]:
        self.expect(":")
        if self.kind != "newline":
            raise self.unexpected("a new line and an indented block")
        self.advance()
        self.expect_kind("indent")
        found: list[ast.stmt] = []
        while self.kind != "dedent":
            found += self.statement()
        self.advance()
        return found

    def simple(self) -> ast.stmt:
        start = self.token.at
        node: ast.stmt
        if self.accept("return"):
            node = ast.Return(None if self.kind == "newline" or self.at(";") else self.items())
        elif self.accept("yield"):
            bare = self.kind == "newline" or self.at(";")
            inner = ast.Yield(None if bare else self.items())
            self.mark(inner, start)
            node = ast.Expr(inner)
        elif self.accept("raise"):
            node = ast.Raise(self.expression(), None)
        elif self.accept("pass"):
            node = ast.Pass()
        else:
            node = self.assignment()
        self.mark(node, start)
        return node

    def assignment(self) -> ast.stmt:
        first = self.items()
        bare = self.tokens[self.next - 1].value != ")"
        if bare and self.at(":") and isinstance(first, (ast.Name, ast.Attribute)):
            self.advance()
            annotation = self.expression()
            first.ctx = STORE
            value = self.items() if self.accept("=") else None
            return ast.AnnAssign(first, annotation, value, int(isinstance(first, ast.Name)))
        if self.accept("="):
            self.store(first)
            return ast.Assign([first], self.items())
        return ast.Expr(first)

    def store(self, target: ast.expr) -> None:
        """Make `target` an assignment's: a name, a field, or a row of names."""
        if isinstance(target, ast.Tuple):
            for item in target.elts:
                self.store(item)
        elif not isinstance(target, (ast.Name, ast.Attribute)):
            raise self.source.fail_at(SYNTAX, target, expected="a name before '='")
        target.ctx = STORE

    def class_(self) -> ast.stmt:
        self.advance()
        name = self.name("the name of the class")
        bases: list[ast.expr] = []
        if self.accept("("):
            bases = self.row(")")
            self.expect(")")
        return ast.ClassDef(name, bases, [], self.block(), [])

    def decorated(self) -> ast.stmt:
        decorators = []
        while self.accept("@"):
            decorators.append(self.expression())
            self.expect_kind("newline")
        if not self.at("def"):
            raise self.unexpected("'def'")
        start = self.token.at
        node = self.function()
        self.mark(node, start)
        node.decorator_list = decorators
        return node

    def function(self) -> ast.FunctionDef:
        self.expect("def")
        name = self.name("the name of the function")
        self.expect("(")
        plain: list[ast.arg] = []
        keyword: list[ast.arg] = []
        found = plain
        while not self.at(")"):
            if self.accept("*"):
                if found is keyword or self.at(")"):
                    raise self.unexpected("names after one '*'")
                found = keyword
            else:
                found.append(self.parameter())
            if not self.at(")"):
                self.expect(",")
        self.expect(")")
        if found is keyword and not keyword:
            raise self.unexpected("a name after '*'")
        returns = self.expression() if self.accept("->") else None
        arguments = ast.arguments([], plain, None, keyword, [None] * len(keyword), None, [])
        return ast.FunctionDef(name, arguments, self.block(), [], returns)

    def parameter(self) -> ast.arg:
        start = self.token.at
        name = self.name("the name of a parameter")
        node = ast.arg(name, self.expression() if self.accept(":") else None)
        self.mark(node, start)
        return node

    def if_(self) -> ast.stmt:
        self.advance()
        test = self.expression()
        then = self.block()
        otherwise: list[ast.stmt] = []
        if self.at("elif"):
            start = self.token.at
            self.enter()
            otherwise = [self.if_()]
            self.depth -= 1
            self.mark(otherwise[0], start)
        elif self.accept("else"):
            otherwise = self.block()
        return ast.If(test, then, otherwise)

    def for_(self) -> ast.stmt:
        self.advance()
        start = self.token.at
        names: list[ast.expr] = [self.target()]
        row = self.at(",")
        while self.accept(","):
            names.append(self.target())
        target = names[0]
        if row:
            target = ast.Tuple(names, STORE)
            self.mark(target, start)
        self.expect("in")
        source = self.expression()
        return ast.For(target, source, self.block(), [])


_COMPOUND: dict[str, Callable[[_Parser], ast.stmt]] = {
    "class": _Parser.class_,
    "@": _Parser.decorated,
    "def": _Parser.function,
    "if": _Parser.if_,
    "for": _Parser.for_,
}
