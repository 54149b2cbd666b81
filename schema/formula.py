"""The language of rules and result types: expressions over types, shapes and attributes.

Three-valued: a truth value is True, False or `UNKNOWN`. SPEC 5.4 defines the language;
its syntax is a subset of Python's expressions. Formulas come from operator declarations
alone, never from a file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from . import dims
from .dims import UNKNOWN, Unknown
from .formula_values import (
    FLOORDIV,
    FUNCTIONS,
    GLOBALS,
    MINUS,
    MODULO,
    PLUS,
    RECORD_FUNCTIONS,
    TIMES,
    SymbolSize,
    TypeName,
    broadcast_dim,
    equal,
    every,
    less_equal,
    member,
    negation,
)
from .types import SCALARS, ClassType, ContainerType, ScalarType, TensorType, Type

__all__ = [
    "FUNCTIONS",
    "SymbolSize",
    "as_type",
    "broadcast_dim",
    "compile_formula",
    "equal",
    "every",
    "truth",
]

Env = Mapping[str, Any]
Eval = Callable[[Env], Any]


_CACHE: dict[str, Eval] = {}


def compile_formula(text: str) -> Eval:
    """The function that evaluates the formula `text` in an environment."""
    found = _CACHE.get(text)
    if found is None:
        found = _CACHE[text] = _build(ast.parse(text, mode="eval").body)
    return found


def compile_tree(node: ast.expr) -> Eval:
    """As `compile_formula`, of a syntax tree: templates hold formulas in program text (SPEC 7.9)."""
    return _build(node)


def truth(value: Any) -> bool | None:
    """A formula's value as True, False or None for unknown."""
    return None if isinstance(value, Unknown) else bool(value)


def as_type(value: Any) -> Type:
    """A formula's value as a type; the bare name ``bool`` is the scalar."""
    if isinstance(value, str):
        return SCALARS[value]
    if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
        return value
    raise TypeError(f"the formula gives {value!r}, which is no type")


# --- evaluation -----------------------------------------------------------------


def _build(node: ast.expr) -> Eval:
    return _BUILD[type(node)](node)


def _constant(node: ast.Constant) -> Eval:
    value = node.value
    return lambda env: value


def _name(node: ast.Name) -> Eval:
    name = node.id
    if name in GLOBALS:
        known = GLOBALS[name]
        return lambda env: env.get(name, known)
    return lambda env: env[name]


def _display(node: ast.Tuple | ast.List) -> Eval:
    items = [_build(item) for item in node.elts]
    if all(isinstance(item, ast.Constant) for item in node.elts):
        fixed = tuple([item({}) for item in items])
        return lambda env: fixed
    if len(items) == 1:
        (only,) = items
        return lambda env: (only(env),)
    return lambda env: tuple([item(env) for item in items])


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: PLUS,
    ast.Sub: MINUS,
    ast.Mult: TIMES,
    ast.FloorDiv: FLOORDIV,
    ast.Mod: MODULO,
}


def _binary(node: ast.BinOp) -> Eval:
    left, right, apply = _build(node.left), _build(node.right), _BINARY[type(node.op)]
    return lambda env: apply(left(env), right(env))


def _unary(node: ast.UnaryOp) -> Eval:
    operand = _build(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda env: negation(operand(env))
    if isinstance(node.operand, ast.Constant):
        fixed = TIMES(node.operand.value, -1)
        return lambda env: fixed
    return lambda env: TIMES(operand(env), -1)


def _boolean(node: ast.BoolOp) -> Eval:
    parts = [_build(part) for part in node.values]
    decisive = isinstance(node.op, ast.Or)

    def kleene(env: Env) -> Any:
        result: Any = not decisive
        for part in parts:
            value = part(env)
            if value is decisive:
                return decisive
            if isinstance(value, Unknown):
                result = UNKNOWN
            elif bool(value) is decisive:
                return decisive
        return result

    return kleene


_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: equal,
    ast.NotEq: lambda a, b: a != b if type(a) is int and type(b) is int else negation(equal(a, b)),
    ast.LtE: less_equal,
    ast.Lt: lambda a, b: a < b if type(a) is int and type(b) is int else negation(less_equal(b, a)),
    ast.GtE: lambda a, b: less_equal(b, a),
    ast.Gt: lambda a, b: a > b if type(a) is int and type(b) is int else negation(less_equal(a, b)),
    ast.In: member,
    ast.NotIn: lambda a, b: negation(member(a, b)),
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
}


def _compare(node: ast.Compare) -> Eval:
    operands = [_build(node.left), *map(_build, node.comparators)]
    tests = [_COMPARE[type(op)] for op in node.ops]
    if len(tests) == 1:
        first, second, test = operands[0], operands[1], tests[0]
        return lambda env: test(first(env), second(env))

    def chain(env: Env) -> Any:
        values = [operand(env) for operand in operands]
        return every([test(a, b) for test, a, b in zip(tests, values, values[1:])])

    return chain


def _conditional(node: ast.IfExp) -> Eval:
    test, yes, no = _build(node.test), _build(node.body), _build(node.orelse)

    def choose(env: Env) -> Any:
        value = test(env)
        if isinstance(value, Unknown):
            return UNKNOWN
        return yes(env) if value else no(env)

    return choose


def _subscript(node: ast.Subscript) -> Eval:
    value = _build(node.value)
    if isinstance(node.slice, ast.Slice):
        lower = _build(node.slice.lower) if node.slice.lower else lambda env: None
        upper = _build(node.slice.upper) if node.slice.upper else lambda env: None
        return lambda env: _slice(value(env), lower(env), upper(env))
    index = _build(node.slice)

    def select(env: Env) -> Any:
        base, key = value(env), index(env)
        if type(base) is tuple and type(key) is int:
            return base[key]
        if isinstance(base, Unknown) or isinstance(key, Unknown):
            return UNKNOWN
        if isinstance(base, str):
            return TensorType(base, key if isinstance(key, tuple) else (key,))
        if isinstance(base, TypeName):
            return ContainerType(base.kind, tuple(map(as_type, key if isinstance(key, tuple) else (key,))))
        return base[key]

    return select


def _slice(base: Any, lower: Any, upper: Any) -> Any:
    if any(isinstance(part, (Unknown, dims.Expr)) for part in (base, lower, upper)):
        return UNKNOWN
    return base[lower:upper]


def _comprehension(node: ast.ListComp | ast.GeneratorExp) -> Eval:
    (generator,) = node.generators
    source, element = _build(generator.iter), _build(node.elt)
    conditions = [_build(test) for test in generator.ifs]
    names = (
        [target.id for target in generator.target.elts if isinstance(target, ast.Name)]
        if isinstance(generator.target, ast.Tuple)
        else [generator.target.id if isinstance(generator.target, ast.Name) else ""]
    )

    single = names[0] if len(names) == 1 else None

    def collect(env: Env) -> Any:
        items = source(env)
        if isinstance(items, Unknown):
            return UNKNOWN
        inner = dict(env)
        found = []
        for item in items:
            if single is not None:
                inner[single] = item
            else:
                inner.update(zip(names, item))
            wanted = every([test(inner) for test in conditions]) if conditions else True
            if wanted is True:
                found.append(element(inner))
            elif isinstance(wanted, Unknown):
                return UNKNOWN
        return tuple(found)

    return collect


def _call(node: ast.Call) -> Eval:
    assert isinstance(node.func, ast.Name)
    if node.func.id in RECORD_FUNCTIONS:
        return _record_call(node)
    function = FUNCTIONS[node.func.id]
    args = [_build(arg) for arg in node.args]
    if len(args) == 1:
        (only,) = args

        def apply_one(env: Env) -> Any:
            value = only(env)
            return UNKNOWN if isinstance(value, Unknown) else function(value)

        return apply_one

    def apply(env: Env) -> Any:
        """Functions of what is unknown are unknown; lists with unknown items they are given as they are."""
        values = [arg(env) for arg in args]
        for value in values:
            if isinstance(value, Unknown):
                return UNKNOWN
        return function(*values)

    return apply


def _record_call(node: ast.Call) -> Eval:
    """A call of a function that looks at the program's record classes."""
    assert isinstance(node.func, ast.Name)
    function = RECORD_FUNCTIONS[node.func.id]
    args = [_build(arg) for arg in node.args]
    return lambda env: function(env["__records__"], *[arg(env) for arg in args])


_BUILD: dict[type[ast.expr], Callable[[Any], Eval]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Tuple: _display,
    ast.List: _display,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Call: _call,
}
