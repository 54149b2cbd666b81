"""The language of rules and result types: expressions over types, shapes and attributes.

Three-valued: a truth value is True, False or `UNKNOWN`. SPEC 5.4 defines the language;
its syntax is a subset of Python's expressions. Formulas come from operator declarations
alone, never from a file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from . import dims, dtypes
from .dims import UNKNOWN, Unknown
from .ir import RecordClass
from .types import INT, KEYS, SCALARS, ClassType, ContainerType, ScalarType, TensorType, Type, accepts

Env = Mapping[str, Any]
Eval = Callable[[Env], Any]


class SymbolSize(int):
    """The value of a symbol at run time. Unlike the literal 1 it never broadcasts. SPEC 4.2.6."""

    __slots__ = ()


_CACHE: dict[str, Eval] = {}


def compile_formula(text: str) -> Eval:
    """The function that evaluates the formula `text` in an environment."""
    found = _CACHE.get(text)
    if found is None:
        found = _CACHE[text] = _build(ast.parse(text, mode="eval").body)
    return found


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
    if name in _GLOBALS:
        known = _GLOBALS[name]
        return lambda env: env.get(name, known)
    return lambda env: env[name]


def _display(node: ast.Tuple | ast.List) -> Eval:
    items = [_build(item) for item in node.elts]
    return lambda env: tuple([item(env) for item in items])


def _arith(symbolic: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return UNKNOWN
        if isinstance(a, (tuple, float)) or isinstance(b, (tuple, float)):
            return a + b if symbolic is dims.add else a * b
        return symbolic(int(a) if isinstance(a, SymbolSize) else a, int(b) if isinstance(b, SymbolSize) else b)

    return apply


def _floordiv(a: dims.Known, b: dims.Known) -> Any:
    return UNKNOWN if b == 0 else dims.floordiv(a, b)


def _modulo(a: dims.Known, b: dims.Known) -> Any:
    return UNKNOWN if b == 0 else dims.mod(a, b)


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _arith(dims.add),
    ast.Sub: _arith(dims.sub),
    ast.Mult: _arith(dims.mul),
    ast.FloorDiv: _arith(_floordiv),
    ast.Mod: _arith(_modulo),
}


def _binary(node: ast.BinOp) -> Eval:
    left, right, apply = _build(node.left), _build(node.right), _BINARY[type(node.op)]
    return lambda env: apply(left(env), right(env))


def _unary(node: ast.UnaryOp) -> Eval:
    operand = _build(node.operand)
    if isinstance(node.op, ast.Not):

        def negate(env: Env) -> Any:
            value = operand(env)
            return UNKNOWN if isinstance(value, Unknown) else not value

        return negate
    minus = _BINARY[ast.Mult]
    return lambda env: minus(operand(env), -1)


def _boolean(node: ast.BoolOp) -> Eval:
    parts = [_build(part) for part in node.values]
    decisive = isinstance(node.op, ast.Or)

    def kleene(env: Env) -> Any:
        result: Any = not decisive
        for part in parts:
            value = part(env)
            if isinstance(value, Unknown):
                result = UNKNOWN
            elif bool(value) is decisive:
                return decisive
        return result

    return kleene


def equal(a: Any, b: Any) -> Any:
    """Three-valued equality of dimensions, lists, dtypes, types and constants."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            return False
        return every(equal(x, y) for x, y in zip(a, b))
    if isinstance(a, (int, dims.Expr, Unknown)) and isinstance(b, (int, dims.Expr, Unknown)):
        answer = dims.equal(a, b)
        return UNKNOWN if answer is None else answer
    return a == b


def every(values: Any) -> Any:
    """Kleene conjunction."""
    result: Any = True
    for value in values:
        if isinstance(value, Unknown):
            result = UNKNOWN
        elif not value:
            return False
    return result


def some(values: Any) -> Any:
    """Kleene disjunction."""
    result: Any = False
    for value in values:
        if isinstance(value, Unknown):
            result = UNKNOWN
        elif value:
            return True
    return result


def _less_equal(a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        return a <= b
    answer = dims.less_equal(a, b)
    return UNKNOWN if answer is None else answer


def _not(value: Any) -> Any:
    return UNKNOWN if isinstance(value, Unknown) else not value


_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: equal,
    ast.NotEq: lambda a, b: _not(equal(a, b)),
    ast.LtE: _less_equal,
    ast.Lt: lambda a, b: _not(_less_equal(b, a)),
    ast.GtE: lambda a, b: _less_equal(b, a),
    ast.Gt: lambda a, b: _not(_less_equal(a, b)),
    ast.In: lambda a, b: some(equal(a, item) for item in b),
    ast.NotIn: lambda a, b: _not(some(equal(a, item) for item in b)),
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
        return every(test(a, b) for test, a, b in zip(tests, values, values[1:]))

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
        return lambda env: value(env)[lower(env) : upper(env)]
    index = _build(node.slice)

    def select(env: Env) -> Any:
        base, key = value(env), index(env)
        if isinstance(base, str):
            return TensorType(base, key if isinstance(key, tuple) else (key,))
        if isinstance(base, _Container):
            return ContainerType(base.kind, tuple(map(as_type, key if isinstance(key, tuple) else (key,))))
        return base[key]

    return select


def _comprehension(node: ast.ListComp | ast.GeneratorExp) -> Eval:
    (generator,) = node.generators
    source, element = _build(generator.iter), _build(node.elt)
    conditions = [_build(test) for test in generator.ifs]
    names = (
        [target.id for target in generator.target.elts if isinstance(target, ast.Name)]
        if isinstance(generator.target, ast.Tuple)
        else [generator.target.id if isinstance(generator.target, ast.Name) else ""]
    )

    def collect(env: Env) -> Any:
        inner = dict(env)
        found = []
        for item in source(env):
            inner.update(zip(names, item) if len(names) > 1 else ((names[0], item),))
            if all(test(inner) for test in conditions):
                found.append(element(inner))
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
        return lambda env: function(only(env))
    return lambda env: function(*[arg(env) for arg in args])


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


# --- functions ------------------------------------------------------------------


class _Container:
    """``list``, ``dict``, ... as a name that a subscript turns into a type."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


def broadcast_dim(a: dims.Dim, b: dims.Dim) -> tuple[dims.Dim, Any]:
    """The broadcast of two dimensions, and whether they broadcast. SPEC 4.2.6.

    Only the integer 1 broadcasts. An unknown dimension takes the other's size if that is
    not 1, and is checked at run time to be 1 or that size.
    """
    if _is_one(a):
        return b, True
    if _is_one(b):
        return a, True
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return (b if isinstance(a, Unknown) else a), UNKNOWN
    answer = dims.equal(a, b)
    return (b if isinstance(b, int) else a), (UNKNOWN if answer is None else answer)


def _is_one(dim: dims.Dim) -> bool:
    return isinstance(dim, int) and dim == 1 and not isinstance(dim, SymbolSize)


def _broadcast_dims(*shapes: tuple[dims.Dim, ...]) -> tuple[tuple[dims.Dim, ...], Any]:
    result = shapes[0]
    fits: Any = True
    for shape in shapes[1:]:
        rank = max(len(result), len(shape))
        left = (1,) * (rank - len(result)) + result
        right = (1,) * (rank - len(shape)) + shape
        pairs = [broadcast_dim(a, b) for a, b in zip(left, right)]
        result = tuple(pair[0] for pair in pairs)
        fits = every((fits, *(pair[1] for pair in pairs)))
    return result, fits


def _product(values: tuple[dims.Dim, ...]) -> dims.Dim:
    total: Any = 1
    multiply = _BINARY[ast.Mult]
    for value in values:
        total = multiply(total, value)
    return total


def _sum(values: tuple[dims.Dim, ...]) -> dims.Dim:
    total: Any = 0
    plus = _BINARY[ast.Add]
    for value in values:
        total = plus(total, value)
    return total


def _extreme(pick: Callable[[dims.Known, dims.Known], dims.Known]) -> Callable[..., Any]:
    def apply(*values: Any) -> Any:
        items = values[0] if len(values) == 1 else values
        if any(isinstance(item, Unknown) for item in items):
            return UNKNOWN
        result = items[0]
        for item in items[1:]:
            result = pick(result, item)
        return result

    return apply


def _distinct(values: tuple[Any, ...]) -> bool:
    return len(set(values)) == len(values)


def _kind(dtype: str) -> str:
    return dtypes.BY_NAME[dtype].kind


def _item(t: ContainerType, index: int) -> Type:
    return t.items[index]


#: The functions of the language. SPEC 5.4.3 states each.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "rank": lambda t: len(t.shape),
    "shape": lambda t: t.shape,
    "dtype": lambda t: t.dtype,
    "kind": _kind,
    "itemsize": lambda dtype: dtypes.BY_NAME[dtype].itemsize,
    "len": len,
    "range": lambda *bounds: tuple(range(*bounds)),
    "product": _product,
    "sum": _sum,
    "max": _extreme(dims.maximum),
    "min": _extreme(dims.minimum),
    "all": every,
    "any": some,
    "distinct": _distinct,
    "sorted": lambda values: tuple(sorted(values)),
    "reversed": lambda values: tuple(reversed(values)),
    "zip": lambda *lists: tuple(zip(*lists)),
    "enumerate": lambda values: tuple(enumerate(values)),
    "broadcast": lambda *shapes: _broadcast_dims(*shapes)[0],
    "broadcastable": lambda *shapes: _broadcast_dims(*shapes)[1],
    "item": _item,
    "items": lambda t: t.items,
    "is_container": lambda t, kind: isinstance(t, ContainerType) and t.kind == kind,
    "is_tensor": lambda t: isinstance(t, TensorType),
    "is_key": lambda t: t in KEYS,
    "fits": lambda want, have: accepts(want, have) is True,
    "symbol": dims.symbol,
}


def _is_record(records: Mapping[str, RecordClass], t: Type) -> bool:
    return isinstance(t, ClassType) and t.name in records


def _field_type(records: Mapping[str, RecordClass], t: ClassType, field: str) -> Type:
    return dict(records[t.name].fields)[field]


#: Functions that are given the program's record classes first.
RECORD_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "is_record": _is_record,
    "field_names": lambda records, t: tuple(name for name, _ in records[t.name].fields),
    "field_types": lambda records, t: tuple(item for _, item in records[t.name].fields),
    "field_type": _field_type,
}

_GLOBALS: dict[str, Any] = {
    **{name: name for name in dtypes.BY_NAME},
    **{name: scalar for name, scalar in SCALARS.items() if name != "bool"},
    **{kind: _Container(kind) for kind in ("optional", "list", "dict", "tuple", "future")},
    "int": INT,
}
