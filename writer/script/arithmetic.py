"""Operators on numbers, strings and arrays, with Python's meaning."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.errors import InvalidError
from ..integral import SymbolicInt
from ..proxy import Proxy
from . import rules
from .values import DictBox, ListBox, Optional, Scalar, describe, is_array, is_known, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler

PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv, "Mod": operator.mod, "Pow": operator.pow, "MatMult": operator.matmul,
    "BitAnd": operator.and_, "BitOr": operator.or_, "BitXor": operator.xor, "LShift": operator.lshift,
    "RShift": operator.rshift, "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge,
}  # fmt: skip
INPLACE: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd, "Sub": operator.isub, "Mult": operator.imul, "Div": operator.itruediv,
    "FloorDiv": operator.ifloordiv, "Mod": operator.imod, "Pow": operator.ipow, "MatMult": operator.imatmul,
    "BitAnd": operator.iand, "BitOr": operator.ior, "BitXor": operator.ixor, "LShift": operator.ilshift,
    "RShift": operator.irshift,
}  # fmt: skip
SIGNS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
    "MatMult": "@", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>",
    "Eq": "==", "NotEq": "!=",
    "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
}  # fmt: skip
_NAMES = {
    "Add": "add", "Sub": "subtract", "Mult": "multiply", "FloorDiv": "floor_divide", "Mod": "remainder",
    "Pow": "power", "Div": "divide",
}  # fmt: skip
_BITS = {"BitAnd": "and", "BitOr": "or", "BitXor": "xor", "LShift": "left_shift", "RShift": "right_shift"}
_COMPARED = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
_DIMS = ("Add", "Sub", "Mult")


def binary(c: Compiler, op: str, a: Any, b: Any) -> Any:
    """``a op b``."""
    if isinstance(a, Optional) or isinstance(b, Optional):
        raise _maybe_none(c, a if isinstance(a, Optional) else b)
    if is_array(a) or is_array(b):
        return _arrays(c, op, a, b)
    kinds = scalar_kind(a), scalar_kind(b)
    if kinds[0] is None or kinds[1] is None:
        return _percent(c, a, b) if op == "Mod" and kinds[0] == "str" else _containers(c, op, a, b)
    if is_known(a) and is_known(b):
        found = _known(c, op, a, b)
        if found is not NotImplemented:
            return found
    if "str" in kinds:
        return _strings(c, op, a, b, kinds)
    if "complex" in kinds:
        raise c.fail(
            rules.OPERAND, got=f"{SIGNS[op]} of {kinds[0]} and {kinds[1]}", hint="use a complex array"
        )
    sizes = [isinstance(v, SymbolicInt) or (type(v) is int) for v in (a, b)]
    if op in _DIMS and all(sizes) and not isinstance(a, Scalar) and not isinstance(b, Scalar):
        try:
            return PLAIN[op](a, b)
        except InvalidError:  # too large for a size: a number of the program
            return _numbers(c, op, a, b, kinds)
    if op in ("FloorDiv", "Mod") and isinstance(a, SymbolicInt) and type(b) is int and b > 0:
        return PLAIN[op](a, b)
    return _numbers(c, op, a, b, kinds)


def _maybe_none(c: Compiler, value: Optional) -> Exception:
    return c.fail(
        rules.OPTIONAL, got=describe(value), hint="compare it with None first: if x is not None: ..."
    )


def _refused(c: Compiler, op: str, a: Any, b: Any, hint: str = "") -> Exception:
    kinds = {scalar_kind(a), scalar_kind(b)}
    if "str" in kinds and op == "Add" and len(kinds - {None}) == 2:
        hint = "make both strings, str(x), or both numbers, int(s)"
    return c.fail(rules.OPERAND, got=f"{SIGNS[op]} of {describe(a)} and {describe(b)}", hint=hint)


def _percent(c: Compiler, text: Any, values: Any) -> Any:
    from .strings import percent

    return percent(c, text, values)


def _known(c: Compiler, op: str, a: Any, b: Any) -> Any:
    """Of two values that are known; errors and large ints are left to the program."""
    try:
        found = PLAIN[op](a, b)
    except (ZeroDivisionError, OverflowError, ValueError):
        return NotImplemented
    except TypeError as error:
        raise c.fail(rules.OPERAND, got=str(error)) from None
    if isinstance(found, int) and not -(2**63) <= found < 2**63:
        return NotImplemented
    if isinstance(found, complex) and not isinstance(a, complex) and not isinstance(b, complex):
        raise c.fail(rules.OPERAND, got=f"{a} ** {b}, a complex number")
    return found


def _arrays(c: Compiler, op: str, a: Any, b: Any) -> Any:
    a, b = c.native(a), c.native(b)
    return c.called(lambda: PLAIN[op](a, b))


def _strings(c: Compiler, op: str, a: Any, b: Any, kinds: tuple[str | None, str | None]) -> Any:
    if kinds == ("str", "str"):
        if op == "Add":
            return c.emit("str.concat", a, b)
        if op in _COMPARED:
            return _ordered(c, "str", op, a, b)
    if op == "Mult" and {"str", "int"} == set(kinds):
        text, count = (a, b) if kinds[0] == "str" else (b, a)
        return c.emit("str.repeat", text, count)
    if op in ("Eq", "NotEq"):
        return op == "NotEq"
    if op == "Mod" and kinds[0] == "str":
        return _percent(c, a, b)
    raise _refused(c, op, a, b)


def _ordered(c: Compiler, kind: str, op: str, a: Any, b: Any) -> Any:
    """A comparison by the operators that there are."""
    if op == "Eq":
        return c.emit(f"{kind}.equal", a, b)
    if op == "NotEq":
        return c.emit("bool.not", c.emit(f"{kind}.equal", a, b))
    if op in ("Gt", "GtE"):
        a, b, op = b, a, "Lt" if op == "Gt" else "LtE"
    if op == "LtE" and kind == "str":
        return c.emit("bool.not", c.emit("str.less", b, a))
    return c.emit(f"{kind}.less" if op == "Lt" else f"{kind}.less_equal", a, b)


def _numbers(c: Compiler, op: str, a: Any, b: Any, kinds: tuple[str | None, str | None]) -> Any:
    if kinds == ("bool", "bool"):
        if op in ("Eq", "NotEq"):
            return _ordered(c, "bool", op, a, b)
        if op in ("BitAnd", "BitOr"):
            return c.emit("bool.and" if op == "BitAnd" else "bool.or", a, b)
        if op == "BitXor":
            return c.emit("bool.not", c.emit("bool.equal", a, b))
    a, b = as_number(c, a), as_number(c, b)
    floats = "float" in (scalar_kind(a), scalar_kind(b))
    if op in _BITS:
        if floats:
            raise _refused(c, op, a, b)
        return c.emit(f"int.{_BITS[op]}", a, b)
    if op in _COMPARED:
        if not floats:
            return _ordered(c, "int", op, a, b)
        return _ordered(c, "float", op, to_float(c, a), to_float(c, b))
    if op not in _NAMES:
        raise _refused(c, op, a, b)
    if not floats:
        if op == "Pow" and type(b) is int and b < 0:
            return _float(c, op, to_float(c, a), float(b))
        return c.emit(f"int.{_NAMES[op]}", a, b)
    return _float(c, op, to_float(c, a), to_float(c, b))


def _float(c: Compiler, op: str, a: Any, b: Any) -> Any:
    if op in ("Div", "FloorDiv", "Mod"):
        if not is_known(b):
            zero = c.emit("float.equal", b, 0.0)
            c.raise_unless(c.emit("bool.not", zero), "ZeroDivisionError", _ZERO[op])
        elif b == 0:
            c.raise_unless(False, "ZeroDivisionError", _ZERO[op])
    if op == "Pow":
        return power(c, a, b)
    return floor_divide(c, a, b) if op == "FloorDiv" else c.emit(f"float.{_NAMES[op]}", a, b)


def floor_divide(c: Compiler, a: Any, b: Any) -> Any:
    """``a // b`` of floats as CPython has it: SPEC's operator where both give the same."""
    from . import prelude_math

    quotient = c.emit("float.divide", a, b)
    plain = c.emit("float.less", c.emit("float.abs", quotient), 2.0**51)
    if not is_known(b):
        plain = c.emit("bool.and", plain, c.emit("float.less", c.emit("float.abs", b), float("inf")))
    return c.choose(
        plain,
        lambda: c.emit("float.floor_divide", a, b),
        lambda: c.inline(prelude_math.floor_divide, (a, b), {}),  # type: ignore[arg-type]
    )


_ZERO = {"Div": "float division by zero", "FloorDiv": "float floor division by zero", "Mod": "float modulo"}


def power(c: Compiler, a: Any, b: Any) -> Any:
    """``a ** b`` of floats, with the errors that Python raises."""
    if not (is_known(b) and b >= 0 and float(b).is_integer()):
        zero, negative = c.emit("float.equal", a, 0.0), c.emit("float.less", b, 0.0)
        text = "0.0 cannot be raised to a negative power"
        c.raise_unless(c.emit("bool.not", c.emit("bool.and", zero, negative)), "ZeroDivisionError", text)
        if not (is_known(b) and float(b).is_integer()):
            below = c.emit("float.less", a, 0.0)
            floor = c.emit("float.floor_divide", b, 1.0)
            whole = c.emit("float.equal", floor, b)
            bad = c.emit("bool.and", below, c.emit("bool.not", whole))
            finite = c.emit("float.less", c.emit("float.abs", a), float("inf"))
            bad = c.emit("bool.and", bad, finite)
            c.raise_unless(
                c.emit("bool.not", bad), "ValueError", "a negative number to a power that is no int"
            )
    found = c.emit("float.power", a, b)
    infinite = c.emit("float.equal", c.emit("float.abs", found), float("inf"))
    for operand in (a, b):
        finite = c.emit("float.less", c.emit("float.abs", operand), float("inf"))
        infinite = c.emit("bool.and", infinite, finite)
    c.raise_unless(c.emit("bool.not", infinite), "OverflowError", "the result of ** is too large")
    return found


def as_number(c: Compiler, value: Any) -> Any:
    """A bool as the int that it is."""
    if isinstance(value, bool):
        return int(value)
    return c.emit("bool.to_int", value) if scalar_kind(value) == "bool" else value


def to_float(c: Compiler, value: Any) -> Any:
    """An int or bool as a float."""
    value = as_number(c, value)
    if scalar_kind(value) == "float":
        return value
    if is_known(value):
        return float(value)
    return c.emit("int.to_float", value)


def unary(c: Compiler, op: str, a: Any) -> Any:
    """``-a``, ``+a``, ``~a``; ``not`` is a matter of truth."""
    if isinstance(a, Optional):
        raise _maybe_none(c, a)
    plains: dict[str, Any] = {"USub": operator.neg, "UAdd": operator.pos, "Invert": operator.invert}
    plain = plains[op]
    sign = {"USub": "-", "UAdd": "+", "Invert": "~"}[op]
    if is_array(a):
        return c.called(lambda: plain(c.native(a)))
    kind = scalar_kind(a)
    if kind is None or kind == "str" or (op == "Invert" and kind == "float"):
        raise c.fail(rules.OPERAND, got=f"{sign} of {describe(a)}")
    if is_known(a):
        found = plain(a)
        if not isinstance(found, int) or -(2**63) <= found < 2**63:
            return found
    if isinstance(a, SymbolicInt) and op != "Invert":
        return plain(a)
    a = as_number(c, a)
    if op == "UAdd":
        return a
    if op == "Invert":
        return c.emit("int.invert", a)
    return c.emit("float.negative" if kind == "float" else "int.negative", a)


def _containers(c: Compiler, op: str, a: Any, b: Any) -> Any:
    if op in ("Eq", "NotEq"):
        found = equal(c, a, b)
        if op == "Eq":
            return found
        return (not found) if isinstance(found, bool) else c.emit("bool.not", found)
    if op == "Add" and isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(a) + tuple(b)
    if op == "Mult" and isinstance(a, (tuple, ListBox)) and scalar_kind(b) == "int":
        return _repeated(c, a, b)
    if op == "Mult" and isinstance(b, (tuple, ListBox)) and scalar_kind(a) == "int":
        return _repeated(c, b, a)
    if op == "BitOr" and isinstance(a, DictBox) and isinstance(b, DictBox):
        made = c.method(a, "copy", (), {})
        c.method(made, "update", (b,), {})
        return made
    if op == "Add" and isinstance(a, ListBox) and isinstance(b, ListBox):
        if a.items is not None and b.items is not None:
            return ListBox([*a.items, *b.items])
        t = c.list_type(a, b)
        c.shared(a)
        c.shared(b)
        return c.wrap(c.trace.op("list.concat", [c.materialise(a, t), c.materialise(b, t)], {})[0])
    if op in _COMPARED and isinstance(a, tuple) and isinstance(b, tuple):
        return _tuples(c, op, a, b)
    hook = c.special(a, op, b)
    if hook is not NotImplemented:
        return hook
    raise _refused(c, op, a, b)


def _repeated(c: Compiler, value: Any, count: Any) -> Any:
    if type(count) is int:
        if isinstance(value, tuple):
            return tuple(value) * count
        if value.items is not None:
            return ListBox(list(value.items) * count)
    return c.prelude("repeated", c.as_list(value), count)


def _tuples(c: Compiler, op: str, a: tuple[Any, ...], b: tuple[Any, ...]) -> Any:
    """The order of tuples: by the first items that differ."""
    if not a or not b:
        return PLAIN[op](len(a), len(b))
    strict = op.removesuffix("E")
    return c.choose(
        equal(c, a[0], b[0]), lambda: _tuples(c, op, a[1:], b[1:]), lambda: binary(c, strict, a[0], b[0])
    )


def equal(c: Compiler, a: Any, b: Any) -> Any:
    """``a == b`` of anything, as a bool."""
    if a is None or b is None:
        return is_none(c, b if a is None else a)
    if isinstance(a, Optional) or isinstance(b, Optional):
        raise _maybe_none(c, a if isinstance(a, Optional) else b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _all_equal(c, a, b)
    if isinstance(a, ListBox) and isinstance(b, ListBox):
        if a.items is not None and b.items is not None:
            return _all_equal(c, tuple(a.items), tuple(b.items))
        return c.prelude("lists_equal", a, b)
    if isinstance(a, DictBox) and isinstance(b, DictBox):
        if a.items is not None and b.items is not None:
            if a.items.keys() != b.items.keys():
                return False
            return _all_equal(c, tuple(a.items.values()), tuple(b.items[key] for key in a.items))
        return c.prelude("dicts_equal", a, b)
    if scalar_kind(a) is not None and scalar_kind(b) is not None:
        return binary(c, "Eq", a, b)
    if is_array(a) or is_array(b):
        return c.truth_of(binary(c, "Eq", a, b))
    hook = c.special(a, "Eq", b)
    if hook is not NotImplemented:
        return hook
    if isinstance(a, np.dtype) or isinstance(b, np.dtype):
        return bool(a == b)  # also with a class, or the name of a dtype
    return bool(a is b or (type(a) is type(b) and isinstance(a, type) and a == b))


def _all_equal(c: Compiler, a: tuple[Any, ...], b: tuple[Any, ...]) -> Any:
    if len(a) != len(b):
        return False
    found: Any = True
    for x, y in zip(a, b):
        same = equal(c, x, y)
        if same is False:
            return False
        if same is not True:
            found = same if found is True else c.emit("bool.and", found, same)
    return found


def is_none(c: Compiler, value: Any) -> Any:
    """``value is None``."""
    if isinstance(value, Optional):
        return c.emit("bool.not", c.emit("optional.has", c.trace.local(value.val)))
    return value is None


def compare(c: Compiler, op: ast.cmpop, a: Any, b: Any) -> Any:
    """One comparison of a chain."""
    name = type(op).__name__
    if name in ("Is", "IsNot"):
        found = _same(c, a, b)
        return (
            found if name == "Is" else (not found if isinstance(found, bool) else c.emit("bool.not", found))
        )
    if name in ("In", "NotIn"):
        found = c.contains(b, a)
        return (
            found if name == "In" else (not found if isinstance(found, bool) else c.emit("bool.not", found))
        )
    return binary(c, name, a, b)


def _same(c: Compiler, a: Any, b: Any) -> Any:
    if a is None or b is None:
        return is_none(c, b if a is None else a)
    if scalar_kind(a) == "bool" and scalar_kind(b) == "bool":
        return equal(c, a, b)
    if isinstance(a, (Proxy, Scalar)) or isinstance(b, (Proxy, Scalar)):
        raise c.fail(rules.OPERAND, got=f"is of {describe(a)} and {describe(b)}", hint="use ==")
    return a is b
