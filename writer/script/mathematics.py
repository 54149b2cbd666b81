"""The functions of `math`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..proxy import Proxy
from . import prelude_math, rules
from .arithmetic import as_number, binary, power, to_float
from .functions import single
from .tables import function
from .values import Scalar, describe, is_array, is_known, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def _array_function(c: Compiler, name: str, values: list[Any]) -> Any:
    arrays = [c.array_of(Scalar(c.scalar(to_float(c, number(c, value))))) for value in values]
    found = c.called(lambda: getattr(np, name)(*arrays))
    return c.wrap(c.trace.op("item", (found._value(c.trace),), {})[0])


def number(c: Compiler, value: Any) -> Any:
    """A number, or the only element of an array, as a number."""
    if is_array(value):
        if isinstance(value, Proxy):
            return c.wrap(c.trace.op("item", (single(c, value),), {})[0])
        return value.item()
    if scalar_kind(value) not in ("int", "float", "bool"):
        raise c.fail(rules.OPERAND, got=describe(value), expected="a number")
    return value


#: Functions of `math` and the ufuncs that they are; what they refuse is in `_DOMAIN`.
_MATH = {
    math.sqrt: "sqrt", math.exp: "exp", math.expm1: "expm1", math.log: "log", math.log2: "log2",
    math.log10: "log10", math.log1p: "log1p", math.sin: "sin", math.cos: "cos", math.tan: "tan",
    math.asin: "arcsin", math.acos: "arccos", math.atan: "arctan", math.sinh: "sinh", math.cosh: "cosh",
    math.tanh: "tanh", math.asinh: "arcsinh", math.acosh: "arccosh", math.atanh: "arctanh",
    math.atan2: "arctan2", math.hypot: "hypot", math.copysign: "copysign", math.fabs: "abs",
}  # fmt: skip
_POLES = frozenset({"log", "log2", "log10", "log1p", "arctanh"})
_GROWING = frozenset({"exp", "expm1", "sinh", "cosh"})


def _math(original: Any, name: str) -> Any:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        high = 2 if name in ("arctan2", "hypot", "copysign", "log") else 1
        c.arity(original.__name__, args, kwargs, 2 if name in ("arctan2", "copysign") else 1, high)
        if name == "log" and len(args) == 2:
            return binary(c, "Div", handler(c, args[:1], {}), handler(c, args[1:], {}))
        values = [number(c, arg) for arg in args]
        if all(map(is_known, values)):
            try:
                return original(*values)
            except (ValueError, OverflowError) as error:
                c.raise_unless(False, type(error).__name__, str(error))
        values = [to_float(c, value) for value in values]
        found = _array_function(c, name, values)
        _check_domain(c, name, values, found)
        return found

    handler.__doc__ = f"``math.{original.__name__}``, with Python's errors."
    return handler


def _check_domain(c: Compiler, name: str, values: list[Any], found: Any) -> None:
    if name in ("abs", "copysign", "arctan", "arctan2", "tanh", "arcsinh"):
        return
    nan = c.emit("bool.not", c.emit("float.equal", found, found))
    for value in values:
        nan = c.emit("bool.and", nan, c.emit("float.equal", value, value))
    c.raise_unless(c.emit("bool.not", nan), "ValueError", "math domain error")
    if name in _POLES or name in _GROWING or name == "hypot":
        infinite = c.emit("float.equal", c.emit("float.abs", found), math.inf)
        for value in values:
            finite = c.emit("float.less", c.emit("float.abs", value), math.inf)
            infinite = c.emit("bool.and", infinite, finite)
        kind, text = (
            ("ValueError", "math domain error") if name in _POLES else ("OverflowError", "math range error")
        )
        c.raise_unless(c.emit("bool.not", infinite), kind, text)


for _original, _name in _MATH.items():
    function(_original)(_math(_original, _name))


def _rounded(original: Any, name: str) -> Any:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        c.arity(original.__name__, args, kwargs, 1, 1)
        value = number(c, args[0])
        if is_known(value) and (not isinstance(value, float) or math.isfinite(value)):
            return original(value)
        return c.emit(f"float.{name}", value) if scalar_kind(value) == "float" else as_number(c, value)

    handler.__doc__ = f"``math.{original.__name__}``: an int."
    return handler


for _original, _name in ((math.floor, "floor"), (math.ceil, "ceil"), (math.trunc, "to_int")):
    function(_original)(_rounded(_original, _name))


@function(math.pow)
def math_pow(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.pow``."""
    c.arity("pow", args, kwargs, 2, 2)
    a, b = (to_float(c, number(c, arg)) for arg in args)
    return power(c, a, b)


@function(math.isnan)
def isnan(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.isnan``."""
    value = to_float(c, number(c, args[0]))
    return math.isnan(value) if is_known(value) else c.emit("bool.not", c.emit("float.equal", value, value))


@function(math.isinf)
def isinf(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.isinf``."""
    value = to_float(c, number(c, args[0]))
    return (
        math.isinf(value) if is_known(value) else c.emit("float.equal", c.emit("float.abs", value), math.inf)
    )


@function(math.isfinite)
def isfinite(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.isfinite``."""
    value = to_float(c, number(c, args[0]))
    return (
        math.isfinite(value)
        if is_known(value)
        else c.emit("float.less", c.emit("float.abs", value), math.inf)
    )


@function(math.prod)
def prod(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.prod``; with ``start`` the first factor."""
    from .iterables import list_from

    c.arity("prod", args, {key: value for key, value in kwargs.items() if key != "start"}, 1, 1)
    total = kwargs.get("start", 1)
    made = list_from(c, args[0])
    if made.items is None:
        floats = getattr(made.item_type, "name", "") == "float" and type(total) is int
        return c.prelude("list_prod", made, float(total) if floats else total)
    for item in made.items:
        total = binary(c, "Mult", total, item)
    return total


# --- what is no operator ---------------------------------------------------------------


def array_function(c: Compiler, name: str, *values: Any) -> Any:
    """A function of NumPy's of floats."""
    return _array_function(c, name, list(values))


def copysign(c: Compiler, a: Any, b: Any) -> Any:
    """``math.copysign``."""
    return math.copysign(a, b) if is_known(a) and is_known(b) else _array_function(c, "copysign", [a, b])


def _by(original: Any, lower: Callable[..., Any], low: int, high: int, doc: str = "") -> None:
    """Register a function: of numbers that are known Python gives the result."""

    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        c.arity(original.__name__, args, kwargs, low, high)
        values = [number(c, arg) for arg in args]
        if all(map(is_known, values)):
            try:
                return original(*values)
            except (ValueError, OverflowError) as error:
                c.raise_unless(False, type(error).__name__, str(error))
            except TypeError as error:
                raise c.fail(rules.OPERAND, got=str(error)) from None
        return lower(c, *values)

    handler.__doc__ = doc or f"``math.{original.__name__}``."
    function(original)(handler)


def _int(c: Compiler, value: Any) -> Any:
    if scalar_kind(value) == "float":
        raise c.fail(rules.OPERAND, got=describe(value), expected="an int")
    return as_number(c, value)


def _ints(function_: Callable[..., Any]) -> Callable[..., Any]:
    def lower(c: Compiler, *values: Any) -> Any:
        return c.inline(function_, tuple(_int(c, value) for value in values), {})  # type: ignore[arg-type]

    return lower


def _floats(function_: Callable[..., Any]) -> Callable[..., Any]:
    def lower(c: Compiler, *values: Any) -> Any:
        return c.inline(function_, tuple(to_float(c, value) for value in values), {})  # type: ignore[arg-type]

    return lower


@function(prelude_math.floor)
def _floor(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    return c.emit("float.floor_divide", args[0], 1.0)


_by(math.degrees, lambda c, x: binary(c, "Mult", to_float(c, x), 180.0 / math.pi), 1, 1)
_by(math.radians, lambda c, x: binary(c, "Mult", to_float(c, x), math.pi / 180.0), 1, 1)
_by(math.fmod, _floats(prelude_math.fmod), 2, 2)
_by(math.modf, _floats(prelude_math.modf), 1, 1)
_by(math.exp2, lambda c, x: binary(c, "Pow", 2.0, to_float(c, x)), 1, 1)
_by(math.isqrt, _ints(prelude_math.isqrt), 1, 1)
_by(math.factorial, _ints(prelude_math.factorial), 1, 1)
_by(math.comb, _ints(prelude_math.comb), 2, 2)
_by(math.perm, lambda c, n, k=None: _ints(prelude_math.perm)(c, n, n if k is None else k), 1, 2)
_by(math.erf, lambda c, x: _special(c, "erf", x), 1, 1, "``math.erf``, to the operator's accuracy.")
_by(math.nextafter, lambda c, a, b: _array_function(c, "nextafter", [a, b]), 2, 2)


def _special(c: Compiler, name: str, value: Any) -> Any:
    array = c.array_of(Scalar(c.scalar(to_float(c, value))))
    (found,) = c.trace.op(name, (array._value(c.trace),), {})
    return c.wrap(c.trace.op("item", (found,), {})[0])


def _folded(original: Any, one: Callable[..., int], start: int) -> None:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        c.arity(original.__name__, args, kwargs, 0, 100)
        values = [_int(c, number(c, arg)) for arg in args]
        if all(map(is_known, values)):
            return original(*values)
        found: Any = start
        for value in values:
            found = c.inline(one, (found, value), {})  # type: ignore[arg-type]
        return found

    handler.__doc__ = f"``math.{original.__name__}``."
    function(original)(handler)


_folded(math.gcd, prelude_math.gcd, 0)
_folded(math.lcm, prelude_math.lcm, 1)


@function(math.isclose)
def isclose(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.isclose``."""
    c.arity("isclose", args, {k: v for k, v in kwargs.items() if k not in ("rel_tol", "abs_tol")}, 2, 2)
    values = [to_float(c, number(c, arg)) for arg in args]
    bounds = [to_float(c, kwargs.get("rel_tol", 1e-09)), to_float(c, kwargs.get("abs_tol", 0.0))]
    if all(map(is_known, values + bounds)):
        return math.isclose(*values, rel_tol=bounds[0], abs_tol=bounds[1])
    return c.inline(prelude_math.isclose, (*values, *bounds), {})  # type: ignore[arg-type]


@function(math.dist)
def dist(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``math.dist`` of points of known length, to rounding."""
    c.arity("dist", args, kwargs, 2, 2)
    p, q = (c.known_items(arg, c.node) for arg in args)
    if len(p) != len(q):
        c.raise_unless(False, "ValueError", "both points must have the same number of dimensions")
    total: Any = 0.0
    for a, b in zip(p, q):
        gap = binary(c, "Sub", to_float(c, number(c, a)), to_float(c, number(c, b)))
        total = binary(c, "Add", total, binary(c, "Mult", gap, gap))
    return c.call_function(math.sqrt, (total,), {})


#: Functions that no operator gives, and what to write instead.
REFUSED = {
    math.cbrt: "x ** (1 / 3) of a number that is not negative",
    math.erfc: "1 - math.erf(x), where the loss of digits does not matter",
    math.gamma: "a factorial, or a table",
    math.lgamma: "a sum of math.log",
    math.fsum: "sum",
    math.frexp: "math.floor(math.log2(x))",
    math.ldexp: "x * 2.0 ** n",
    math.remainder: "x - round(x / y) * y",
    math.ulp: "math.nextafter(x, math.inf) - x",
}


def _refused(original: Any, instead: str) -> None:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        if all(is_known(arg) for arg in args) and not kwargs:
            return c.called(lambda: original(*args))
        raise c.fail(rules.CALL, got=f"math.{original.__name__}", hint=f"use {instead}")

    handler.__doc__ = f"Of numbers that are known; else use {instead}."
    function(original)(handler)


for _original, _instead in REFUSED.items():
    _refused(_original, _instead)
