"""Expressions of the program text: a Pratt parser over the tokens. SPEC 7.3.2."""

from __future__ import annotations

import ast

from ..names import RESERVED
from .labels import LIMIT, SYNTAX, SourceError
from .lexer import Source, Token, lex

MAX_DEPTH = 96

_LOAD = ast.Load()
STORE = ast.Store()

_COMPARE: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "in": ast.In,
    "not": ast.NotIn,
    "is": ast.Is,
}
_ARITHMETIC: dict[str, tuple[int, type[ast.operator]]] = {
    "+": (6, ast.Add),
    "-": (6, ast.Sub),
    "*": (7, ast.Mult),
    "//": (7, ast.FloorDiv),
    "%": (7, ast.Mod),
}
_CONSTANTS = {"True": True, "False": False, "None": None}
#: Words that begin no expression.
_KEYWORDS = RESERVED - {"self", "print", "match", "case", "type", "_"} - set(_CONSTANTS)


class ExpressionParser:
    """A cursor over the tokens of one text, and the grammar of expressions."""

    __slots__ = ("source", "tokens", "next", "depth", "kind", "value")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = lex(source)
        self.next = 0
        self.depth = 0
        self.kind = self.tokens[0].kind
        self.value = self.tokens[0].value

    # --- tokens ---

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def advance(self) -> Token:
        token = self.tokens[self.next]
        if token.kind != "end":
            self.next += 1
            self.kind, self.value = self.token.kind, self.token.value
        return token

    def at(self, text: str) -> bool:
        return self.value == text and self.kind in ("operator", "name")

    def ahead(self, text: str) -> bool:
        following = self.tokens[min(self.next + 1, len(self.tokens) - 1)]
        return following.kind in ("operator", "name") and following.value == text

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        if not self.at(text):
            raise self.unexpected(f"{text!r}")
        return self.advance()

    def expect_kind(self, kind: str) -> Token:
        if self.kind != kind:
            raise self.unexpected(f"a {kind}")
        return self.advance()

    def unexpected(self, expected: str) -> SourceError:
        shown = repr(self.value) if self.value else f"the {self.kind}"
        return self.source.fail(SYNTAX, self.token.at, expected=expected, got=shown[:60])

    def name(self, expected: str = "a name") -> str:
        if self.kind != "name" or self.value in _KEYWORDS or self.value in _CONSTANTS:
            raise self.unexpected(expected)
        return str(self.advance().value)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.source.fail(LIMIT, self.token.at, expected=f"at most {MAX_DEPTH} levels of nesting")

    def mark(self, node: ast.AST, start: int) -> None:
        """Give `node` its place: from `start` to the end of the last token."""
        node.lineno, node.col_offset = self.source.position(start)  # type: ignore[attr-defined]
        end = self.tokens[self.next - 1].end
        node.end_lineno, node.end_col_offset = self.source.position(end)  # type: ignore[attr-defined]

    # --- expressions ---

    def target(self) -> ast.expr:
        start = self.token.at
        node = ast.Name(self.name(), STORE)
        self.mark(node, start)
        return node

    def items(self) -> ast.expr:
        """An expression, or a tuple of several without brackets."""
        start = self.token.at
        first = self.expression()
        if not self.at(","):
            return first
        found = [first]
        while self.accept(","):
            if self.kind == "newline" or self.at("=") or self.at(")") or self.at(";"):
                break
            found.append(self.expression())
        node = ast.Tuple(found, _LOAD)
        self.mark(node, start)
        return node

    def expression(self, power: int = 0) -> ast.expr:
        """An expression whose operators all bind tighter than `power`. SPEC 7.3.2."""
        self.enter()
        start = self.token.at
        left = self.prefix(power)
        while True:
            if self.kind not in ("operator", "name"):
                break
            word = str(self.value)
            arithmetic = _ARITHMETIC.get(word) if self.kind == "operator" else None
            if arithmetic is not None and arithmetic[0] > power:
                self.advance()
                left = ast.BinOp(left, arithmetic[1](), self.expression(arithmetic[0]))
            elif power < 5 and word in _COMPARE and (word != "not" or self.ahead("in")):
                left = self.comparison(left)
            elif power < 3 and word == "and":
                left = self.boolean(left, ast.And(), 3)
            elif power < 2 and word == "or":
                left = self.boolean(left, ast.Or(), 2)
            elif power < 1 and word == "if":
                left = self.conditional(left)
            else:
                break
            self.mark(left, start)
        self.depth -= 1
        return left

    def comparison(self, left: ast.expr) -> ast.expr:
        tests: list[ast.cmpop] = []
        operands: list[ast.expr] = []
        while self.value in _COMPARE and self.kind in ("operator", "name"):
            word = str(self.advance().value)
            if word == "not":
                self.expect("in")
            test: ast.cmpop = ast.IsNot() if word == "is" and self.accept("not") else _COMPARE[word]()
            tests.append(test)
            operands.append(self.expression(5))
        return ast.Compare(left, tests, operands)

    def boolean(self, left: ast.expr, operator: ast.boolop, power: int) -> ast.expr:
        values = [left]
        word = "and" if power == 3 else "or"
        while self.accept(word):
            values.append(self.expression(power))
        return ast.BoolOp(operator, values)

    def conditional(self, left: ast.expr) -> ast.expr:
        self.expect("if")
        test = self.expression(1)
        self.expect("else")
        return ast.IfExp(test, left, self.expression(0))

    def prefix(self, power: int) -> ast.expr:
        start = self.token.at
        node: ast.expr
        if self.kind == "operator" and self.accept("-"):
            node = ast.UnaryOp(ast.USub(), self.expression(8))
        elif power < 4 and self.kind == "name" and self.accept("not"):
            node = ast.UnaryOp(ast.Not(), self.expression(4))
        else:
            return self.postfix()
        self.mark(node, start)
        return node

    def postfix(self) -> ast.expr:
        start = self.token.at
        node = self.atom()
        while self.kind == "operator":
            if self.accept("("):
                arguments, keywords = self.arguments()
                node = ast.Call(node, arguments, keywords)
            elif self.accept("["):
                node = ast.Subscript(node, self.subscript(), _LOAD)
            elif self.accept("."):
                node = ast.Attribute(node, self.name("the name of a member"), _LOAD)
            else:
                break
            self.mark(node, start)
        return node

    def arguments(self) -> tuple[list[ast.expr], list[ast.keyword]]:
        found: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        while not self.at(")"):
            start = self.token.at
            if self.kind == "name" and self.ahead("="):
                label = self.name()
                self.expect("=")
                if any(keyword.arg == label for keyword in keywords):
                    raise self.unexpected(f"one argument {label}")
                keyword = ast.keyword(label, self.expression())
                self.mark(keyword, start)
                keywords.append(keyword)
            elif keywords:
                raise self.unexpected("an argument with its name")
            else:
                value = self.expression()
                if self.at("for"):
                    value = self.comprehension(ast.GeneratorExp, value, start)
                    if found or not self.at(")"):
                        raise self.unexpected("brackets around a comprehension")
                found.append(value)
            if not self.at(")"):
                self.expect(",")
        self.expect(")")
        return found, keywords

    def subscript(self) -> ast.expr:
        start = self.token.at
        if self.accept("]"):
            # ``f32[]`` is a type in the text; Python wants an expression there.
            raise self.source.fail(
                SYNTAX, start, expected="a subscript", got="']'", hint="write f32[()] for rank 0"
            )
        first = self.slice()
        if self.at(","):
            found = [first]
            while self.accept(","):
                if self.at("]"):
                    break
                found.append(self.slice())
            first = ast.Tuple(found, _LOAD)
            self.mark(first, start)
        self.expect("]")
        return first

    def slice(self) -> ast.expr:
        start = self.token.at
        lower = None if self.at(":") else self.expression()
        if lower is not None and not self.at(":"):
            return lower
        self.expect(":")
        upper = None if self.at("]") or self.at(",") else self.expression()
        node = ast.Slice(lower, upper, None)
        self.mark(node, start)
        return node

    def atom(self) -> ast.expr:
        start = self.token.at
        kind, value = self.kind, self.value
        node: ast.expr
        if kind in ("int", "float", "string", "bytes"):
            self.advance()
            node = ast.Constant(value)  # type: ignore[arg-type]
            if self.kind in ("string", "bytes"):
                raise self.unexpected("one string; join the parts")
        elif kind == "name" and value in _CONSTANTS:
            self.advance()
            node = ast.Constant(_CONSTANTS[str(value)])
        elif kind == "name":
            node = ast.Name(self.name("an expression"), _LOAD)
        elif self.accept("..."):
            node = ast.Constant(...)
        elif self.accept("("):
            return self.parenthesis(start)
        elif self.accept("["):
            node = self.list_()
            if isinstance(node, ast.ListComp):
                return node
        elif self.accept("{"):
            node = self.dict_()
        else:
            raise self.unexpected("an expression")
        self.mark(node, start)
        return node

    def parenthesis(self, start: int) -> ast.expr:
        if self.accept(")"):
            node: ast.expr = ast.Tuple([], _LOAD)
        else:
            first = self.expression()
            if self.at("for"):
                node = self.comprehension(ast.GeneratorExp, first, start)
                self.expect(")")
            elif self.accept(")"):
                return first
            else:
                self.expect(",")
                node = ast.Tuple([first, *self.row(")")], _LOAD)
                self.expect(")")
        self.mark(node, start)
        return node

    def list_(self) -> ast.expr:
        start = self.tokens[self.next - 1].at
        if not self.at("]"):
            first = self.expression()
            if self.at("for"):
                node = self.comprehension(ast.ListComp, first, start)
                self.expect("]")
                self.mark(node, start)
                return node
            found = [first]
            if not self.at("]"):
                self.expect(",")
                found += self.row("]")
        else:
            found = []
        self.expect("]")
        return ast.List(found, _LOAD)

    def dict_(self) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        while not self.at("}"):
            keys.append(self.expression())
            self.expect(":")
            values.append(self.expression())
            if not self.at("}"):
                self.expect(",")
        self.expect("}")
        return ast.Dict(keys, values)

    def row(self, close: str) -> list[ast.expr]:
        """Expressions up to the bracket `close`, which is not taken."""
        found: list[ast.expr] = []
        while not self.at(close):
            found.append(self.expression())
            if not self.at(close):
                self.expect(",")
        return found

    def comprehension(
        self, make: type[ast.ListComp] | type[ast.GeneratorExp], element: ast.expr, start: int
    ) -> ast.expr:
        self.expect("for")
        names: list[ast.expr] = [self.target()]
        while self.accept(","):
            names.append(self.target())
        self.expect("in")
        target = names[0] if len(names) == 1 else ast.Tuple(names, STORE)
        source = self.expression(1)
        conditions = []
        while self.accept("if"):
            conditions.append(self.expression(1))
        node = make(element, [ast.comprehension(target, source, conditions, 0)])
        self.mark(node, start)
        return node
