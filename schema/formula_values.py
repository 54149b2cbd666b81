"""The values of formulas: three-valued logic, symbolic arithmetic, and the functions. SPEC 5.4."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from . import dims, dtypes
from .dims import UNKNOWN as UNKNOWN
from .dims import Unknown
from .ir import RecordClass
from .types import INT, KEYS, SCALARS, ClassType, ContainerType, TensorType, Type, accepts


class SymbolSize(int):
    """The value of a symbol at run time. Unlike the literal 1 it never broadcasts. SPEC 4.2.6."""

    __slots__ = ()


def _arith(
    symbolic: Callable[[Any, Any], Any], plain: Callable[[Any, Any], Any]
) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        if type(a) is int and type(b) is int and b and -_SMALL < a < _SMALL and -_SMALL < b < _SMALL:
            return plain(a, b)  # most sizes; far from every limit
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return UNKNOWN
        if isinstance(a, (tuple, float)) or isinstance(b, (tuple, float)):
            return plain(a, b)
        return symbolic(
            int(a) if isinstance(a, SymbolSize) else a, int(b) if isinstance(b, SymbolSize) else b
        )

    return apply


#: Below it no sum or product of two integers reaches 64 bits.
_SMALL = 1 << 31


def _floordiv(a: dims.Known, b: dims.Known) -> Any:
    return UNKNOWN if b == 0 else dims.floordiv(a, b)


def _modulo(a: dims.Known, b: dims.Known) -> Any:
    return UNKNOWN if b == 0 else dims.mod(a, b)


PLUS = _arith(dims.add, operator.add)
MINUS = _arith(dims.sub, operator.sub)
TIMES = _arith(dims.mul, operator.mul)
FLOORDIV = _arith(_floordiv, operator.floordiv)
MODULO = _arith(_modulo, operator.mod)


def equal(a: Any, b: Any) -> Any:
    """Three-valued equality of dimensions, lists, dtypes, types and constants."""
    if type(a) is int and type(b) is int:
        return a == b
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            return False
        return every([equal(x, y) for x, y in zip(a, b)])
    if isinstance(a, (int, dims.Expr, Unknown)) and isinstance(b, (int, dims.Expr, Unknown)):
        answer = dims.equal(a, b)
        return UNKNOWN if answer is None else answer
    if isinstance(a, TensorType) and isinstance(b, TensorType):
        return every((_equal_part(a.dtype, b.dtype), _equal_part(a.shape, b.shape)))
    if isinstance(a, ContainerType) and isinstance(b, ContainerType):
        return a.kind == b.kind and equal(a.items, b.items)
    return UNKNOWN if isinstance(a, Unknown) or isinstance(b, Unknown) else a == b


def _equal_part(a: Any, b: Any) -> Any:
    """Equality of dtypes or shapes, None if they are unknown."""
    return UNKNOWN if a is None or b is None else equal(a, b)


def member(a: Any, values: Any) -> Any:
    """Whether `a` equals one of `values`."""
    return a in values if isinstance(a, str) else some(equal(a, item) for item in values)


def every(values: Any) -> Any:
    """Kleene conjunction."""
    result: Any = True
    for value in values:
        if value is True:
            continue
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


def less_equal(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int:
        return a <= b
    if isinstance(a, float) or isinstance(b, float):
        return a <= b
    answer = dims.less_equal(a, b)
    return UNKNOWN if answer is None else answer


def negation(value: Any) -> Any:
    return UNKNOWN if isinstance(value, Unknown) else not value


def not_equal(a: Any, b: Any) -> Any:
    return a != b if type(a) is int and type(b) is int else negation(equal(a, b))


def less(a: Any, b: Any) -> Any:
    return a < b if type(a) is int and type(b) is int else negation(less_equal(b, a))


def either(a: Any, b: Any) -> Any:
    """Kleene disjunction of two."""
    return some((a, b))


def both(a: Any, b: Any) -> Any:
    """Kleene conjunction of two."""
    return every((a, b))


def select(base: Any, key: Any) -> Any:
    """An item of a list; the type that a subscript makes of a dtype or the name of a container."""
    if type(base) is tuple and type(key) is int:
        return base[key]
    if base is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if isinstance(base, str):
        return TensorType(base, key if isinstance(key, tuple) else (key,))
    if isinstance(base, TypeName):
        return ContainerType(base.kind, tuple(map(_type, key if isinstance(key, tuple) else (key,))))
    return base[key]


def _type(value: Any) -> Type:
    return SCALARS[value] if isinstance(value, str) else value


def part(base: Any, lower: Any, upper: Any) -> Any:
    """The items of a list from `lower` on and before `upper`."""
    if any(isinstance(value, (Unknown, dims.Expr)) for value in (base, lower, upper)):
        return UNKNOWN
    return base[lower:upper]


def chosen(items: list[Any]) -> Any:
    """What the tuples among `items` hold: a comprehension's condition that fails leaves False."""
    found = []
    for item in items:
        if item is UNKNOWN:
            return UNKNOWN
        if item:
            found += item
    return found


def call(function: Callable[..., Any], *values: Any) -> Any:
    """Functions of what is unknown are unknown; lists with unknown items they are given as they are."""
    for value in values:
        if value is UNKNOWN:
            return UNKNOWN
    return function(*values)


class TypeName:
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
        if not shape:
            continue
        if not result:
            result = shape
            continue
        if shape == result and all(type(dim) is int for dim in shape):
            continue  # of symbols at run time one broadcasts differently from 1
        rank = max(len(result), len(shape))
        left = (1,) * (rank - len(result)) + result
        right = (1,) * (rank - len(shape)) + shape
        pairs = [broadcast_dim(a, b) for a, b in zip(left, right)]
        result = tuple(pair[0] for pair in pairs)
        fits = every((fits, *(pair[1] for pair in pairs)))
    return result, fits


def _product(values: tuple[dims.Dim, ...]) -> Any:
    total: Any = 1
    for value in values:
        total = TIMES(total, value)
    return total


def _sum(values: tuple[dims.Dim, ...]) -> Any:
    total: Any = 0
    for value in values:
        total = PLUS(total, value)
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


def _distinct(values: tuple[Any, ...]) -> Any:
    if all(isinstance(value, (int, str)) for value in values):
        return len(set(values)) == len(values)
    return every(negation(equal(a, b)) for i, a in enumerate(values) for b in values[:i])


def _sorted(values: tuple[Any, ...]) -> Any:
    return tuple(sorted(values)) if all(isinstance(value, int) for value in values) else UNKNOWN


def _range(*bounds: Any) -> Any:
    return tuple(range(*bounds)) if all(isinstance(bound, int) for bound in bounds) else UNKNOWN


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
    "range": _range,
    "product": _product,
    "sum": _sum,
    "max": _extreme(dims.maximum),
    "min": _extreme(dims.minimum),
    "all": every,
    "any": some,
    "distinct": _distinct,
    "sorted": _sorted,
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

GLOBALS: dict[str, Any] = {
    **{name: name for name in dtypes.BY_NAME},
    **{name: scalar for name, scalar in SCALARS.items() if name != "bool"},
    **{kind: TypeName(kind) for kind in ("optional", "list", "dict", "tuple", "future")},
    "int": INT,
    "inf": float("inf"),
}

#: The functions of the formulas that were compiled, by the formulas' texts.
COMPILED: dict[str, Callable[[Any], Any]] = {}
