"""From formulas to Python expressions that evaluate them. SPEC 5.4.

A formula is an expression of a subset of Python's syntax with a three-valued meaning. Its
translation is a Python expression over ``e``, the environment, in terms of the functions of
`formula_values`. What operator declarations hold is translated by ``make generate`` into
``schema/ops/formulas/``; everything else when it is first met.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from . import formula_values
from .formula_values import GLOBALS, RECORD_FUNCTIONS

#: Parts of a type's value that are read without a call.
_PARTS = {"rank": "len({}.shape)", "shape": "{}.shape", "dtype": "{}.dtype"}

#: Functions that take any sequence of Python, by what does their work.
_SEQUENCE = {"all": "every({})", "any": "some({})", "len": "len({})"}

_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "PLUS",
    ast.Sub: "MINUS",
    ast.Mult: "TIMES",
    ast.FloorDiv: "FLOORDIV",
    ast.Mod: "MODULO",
}

_COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Eq: "equal({}, {})",
    ast.NotEq: "not_equal({}, {})",
    ast.LtE: "less_equal({}, {})",
    ast.Lt: "less({}, {})",
    ast.GtE: "less_equal({1}, {0})",
    ast.Gt: "less({1}, {0})",
    ast.In: "member({}, {})",
    ast.NotIn: "negation(member({}, {}))",
    ast.Is: "({} is {})",
    ast.IsNot: "({} is not {})",
}


def translate(node: ast.expr) -> str:
    """The Python expression that evaluates the formula `node` in the environment ``e``."""
    return _Translator().text(node)


def compiled(node: ast.expr) -> Callable[[Any], Any]:
    """The function that evaluates the formula `node`."""
    code = compile(f"lambda e: {translate(node)}", "<formula>", "eval")
    function: Callable[[Any], Any] = eval(code, vars(formula_values))
    return function


class _Translator:
    """Translates one formula; numbers the names that hold values in between."""

    def __init__(self) -> None:
        self.count = 0
        self.bound: list[str] = []

    def text(self, node: ast.expr) -> str:
        return _TEXT[type(node)](self, node)

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def known(self, value: str, then: Callable[[str], str]) -> str:
        """What `then` gives for `value`, unknown if that is unknown."""
        if value.startswith("len("):
            return then(value)  # a size of Python's
        name = self.fresh()
        return f"(UNKNOWN if ({name} := {value}) is UNKNOWN else {then(name)})"

    def constant(self, node: ast.Constant) -> str:
        return repr(node.value)

    def name(self, node: ast.Name) -> str:
        if node.id in self.bound:
            return f"v_{node.id}"
        if node.id in GLOBALS:
            return f"e.get({node.id!r}, GLOBALS[{node.id!r}])"
        return f"e[{node.id!r}]"

    def display(self, node: ast.Tuple | ast.List) -> str:
        return "(" + "".join(f"{self.text(item)}, " for item in node.elts).rstrip() + ")"

    def binary(self, node: ast.BinOp) -> str:
        return f"{_ARITHMETIC[type(node.op)]}({self.text(node.left)}, {self.text(node.right)})"

    def unary(self, node: ast.UnaryOp) -> str:
        if isinstance(node.op, ast.Not):
            return f"negation({self.text(node.operand)})"
        if isinstance(node.operand, ast.Constant):
            return repr(-node.operand.value)  # type: ignore[operator]
        return f"TIMES({self.text(node.operand)}, -1)"

    def boolean(self, node: ast.BoolOp) -> str:
        """Parts after the one that decides are not evaluated."""
        decisive, join = ("True", "either") if isinstance(node.op, ast.Or) else ("False", "both")
        result = self.text(node.values[-1])
        for part in reversed(node.values[:-1]):
            name = self.fresh()
            test = f"({name} := {self.text(part)}) is {decisive}"
            result = f"({decisive} if {test} else {join}({name}, {result}))"
        return result

    def compare(self, node: ast.Compare) -> str:
        operands = [self.text(part) for part in (node.left, *node.comparators)]
        tests = [_COMPARISON[type(op)].format(a, b) for op, a, b in zip(node.ops, operands, operands[1:])]
        return tests[0] if len(tests) == 1 else f"every(({', '.join(tests)}))"

    def conditional(self, node: ast.IfExp) -> str:
        yes, no = self.text(node.body), self.text(node.orelse)
        return self.known(self.text(node.test), lambda test: f"({yes} if {test} else {no})")

    def subscript(self, node: ast.Subscript) -> str:
        base = self.text(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = [self.text(part) if part else "None" for part in (node.slice.lower, node.slice.upper)]
            return f"part({base}, {', '.join(bounds)})"
        return f"select({base}, {self.text(node.slice)})"

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp, then: str = "tuple({})") -> str:
        """What `then` makes of the list of the items."""
        (generator,) = node.generators
        target = generator.target
        names = [part.id for part in (target.elts if isinstance(target, ast.Tuple) else [target])]  # type: ignore[attr-defined]
        source = self.text(generator.iter)
        outside = self.bound
        self.bound = [*outside, *names]
        element = self.text(node.elt)
        tests = [self.text(test) for test in generator.ifs]
        self.bound = outside
        place = ", ".join(f"v_{name}" for name in names)
        if not tests:
            return self.known(source, lambda items: then.format(f"[{element} for {place} in {items}]"))
        test = tests[0] if len(tests) == 1 else f"every(({', '.join(tests)}))"
        wanted = self.fresh()
        item = f"({element},) if ({wanted} := {test}) is True else {wanted}"
        found = self.known(source, lambda items: f"chosen([{item} for {place} in {items}])")
        return self.known(found, then.format)

    def call(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name in RECORD_FUNCTIONS:
            args = "".join(f", {self.text(arg)}" for arg in node.args)
            return f'RECORD_FUNCTIONS[{name!r}](e["__records__"]{args})'
        if len(node.args) != 1:
            args = "".join(f", {self.text(arg)}" for arg in node.args)
            return f"call(FUNCTIONS[{name!r}]{args})"
        (arg,) = node.args
        if name in _PARTS:
            if isinstance(arg, ast.Name):
                return _PARTS[name].format(self.text(arg))
            return self.known(self.text(arg), _PARTS[name].format)
        if name in _SEQUENCE and isinstance(arg, (ast.ListComp, ast.GeneratorExp)):
            return self.comprehension(arg, _SEQUENCE[name])
        return self.known(self.text(arg), _SEQUENCE.get(name, f"FUNCTIONS[{name!r}]({{}})").format)


_TEXT: dict[type[ast.expr], Callable[[_Translator, Any], str]] = {
    ast.Constant: _Translator.constant,
    ast.Name: _Translator.name,
    ast.Tuple: _Translator.display,
    ast.List: _Translator.display,
    ast.BinOp: _Translator.binary,
    ast.UnaryOp: _Translator.unary,
    ast.BoolOp: _Translator.boolean,
    ast.Compare: _Translator.compare,
    ast.IfExp: _Translator.conditional,
    ast.Subscript: _Translator.subscript,
    ast.ListComp: _Translator.comprehension,
    ast.GeneratorExp: _Translator.comprehension,
    ast.Call: _Translator.call,
}
