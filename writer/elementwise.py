"""Elementwise functions: each of NumPy's ufuncs, by name, as operators.

The dtypes are those of NumPy's own loops; operands are converted to them by nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rules
from .apply import apply
from .context import active
from .functions import COMPLEX, SPECIAL, same
from .integral import SymbolicInt
from .promote import convert, is_operand, weak_type
from .proxy import Proxy

#: Ufuncs that are one operator; where the names differ, NumPy's is the key.
OPERATORS: dict[str, str] = {
    "add": "add",
    "subtract": "subtract",
    "multiply": "multiply",
    "divide": "divide",
    "remainder": "remainder",
    "power": "pow",
    "float_power": "pow",
    "negative": "negative",
    "absolute": "abs",
    "fabs": "abs",
    "sign": "sign",
    "maximum": "maximum",
    "minimum": "minimum",
    "floor": "floor",
    "ceil": "ceil",
    "trunc": "trunc",
    "rint": "round",
    "sqrt": "sqrt",
    "exp": "exp",
    "expm1": "expm1",
    "log": "log",
    "log1p": "log1p",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "log2": "log2",
    "log10": "log10",
    "hypot": "hypot",
    "copysign": "copysign",
    "nextafter": "nextafter",
    "equal": "equal",
    "not_equal": "not_equal",
    "less": "less",
    "less_equal": "less_equal",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "isnan": "isnan",
    "isinf": "isinf",
    "isfinite": "isfinite",
    "logical_and": "logical_and",
    "logical_or": "logical_or",
    "logical_xor": "logical_xor",
    "logical_not": "logical_not",
    "bitwise_and": "bitwise_and",
    "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
    "invert": "bitwise_invert",
    "left_shift": "bitwise_left_shift",
    "right_shift": "bitwise_right_shift",
}

#: On booleans, arithmetic is logic.
_BOOLEAN = {
    "add": "logical_or",
    "multiply": "logical_and",
    "maximum": "logical_or",
    "minimum": "logical_and",
}
_ROUNDING = ("floor", "ceil", "trunc", "rint")


def elementwise(name: str, *args: Any) -> Any:
    """The ufunc called `name` on arrays and numbers, promoted as NumPy 2 does."""
    for value in args:
        if not is_operand(value):
            raise rules.OPERAND.fail(_where(), got=f"{type(value).__name__} in {name}")
    weak = all(_is_weak(value) for value in args) and any(isinstance(v, (Proxy, SymbolicInt)) for v in args)
    loop = loop_dtypes(getattr(np, name), args)
    special = COMPLEX.get(name) if loop[0].kind == "c" else None
    special = special or SPECIAL.get(name)
    if special is not None:
        found = special(*[convert(value, dtype) for value, dtype in zip(args, loop)])
    else:
        found = _one(name, args, loop)
    if weak and isinstance(found, Proxy) and found.dtype.kind in "if":
        return Proxy(found._trace, found._source, weak=True)
    return found


def _one(name: str, args: tuple[Any, ...], loop: tuple[np.dtype[Any], ...]) -> Any:
    if name.startswith("logical_"):
        return apply(OPERATORS[name], *[truth(value) for value in args])
    if name in ("power", "float_power"):
        short = _small_power(args[0], args[1], loop[0])
        if short is not None:
            return short
    operands = [convert(value, dtype) for value, dtype in zip(args, loop)]
    if loop[0].kind == "b":
        if name in ("absolute", "floor", "ceil", "trunc"):
            return same(operands[0])
        if name in ("less", "less_equal", "greater", "greater_equal") or name in (
            "isnan",
            "isinf",
            "isfinite",
        ):
            operands = [convert(value, np.uint8) for value in operands]
        name = _BOOLEAN.get(name, name)
    elif name in _ROUNDING and loop[0].kind in "iu":
        return same(operands[0])
    found = apply(OPERATORS.get(name, name), *operands)
    return found


def _is_weak(value: object) -> bool:
    if isinstance(value, Proxy):
        return value._weak
    return isinstance(value, SymbolicInt) or (
        isinstance(value, (int, float, complex)) and not isinstance(value, np.generic)
    )


_DEFAULT = {int: np.dtype(np.int64), float: np.dtype(np.float64), complex: np.dtype(np.complex128)}


def loop_dtypes(ufunc: np.ufunc, args: tuple[Any, ...]) -> tuple[np.dtype[Any], ...]:
    """The dtypes of the loop that NumPy would run: operands first, then results."""
    types = [weak_type(value) for value in args]
    if all(isinstance(t, type) for t in types):
        types = [_DEFAULT[t] for t in types]
    found: tuple[np.dtype[Any], ...] = ufunc.resolve_dtypes((*types, *[None] * ufunc.nout))
    return found


def truth(value: Any) -> Any:
    """`value` as booleans: what is not zero is true."""
    return convert(value, np.bool_)


def _small_power(base: Any, exponent: Any, dtype: np.dtype[Any]) -> Any:
    """Powers that NumPy computes without ``pow``: squares, roots, reciprocals."""
    if isinstance(exponent, (Proxy, np.ndarray, SymbolicInt)) or dtype.kind not in "iufc":
        return None
    if exponent == 2:
        x = convert(base, dtype)
        return apply("multiply", x, x)
    if dtype.kind in "fc" and exponent == 0.5:
        return apply("sqrt", convert(base, dtype))
    if dtype.kind in "fc" and exponent == -1:
        return apply("divide", convert(1, dtype), convert(base, dtype))
    return None


def _where() -> str:
    trace = active()
    return trace.where if trace else ""


# --- functions that are no ufunc of NumPy ---------------------------------------


def floor_divide(x1: Any, x2: Any, /) -> Any:
    """As the array API standard has it: an infinite dividend gives an infinity."""
    left, right, _ = loop_dtypes(np.floor_divide, (x1, x2))
    return apply("floor_divide", convert(x1, left), convert(x2, right))


def has_ufunc(name: str) -> bool:
    """Whether the ufunc called `name` has operators."""
    return name in OPERATORS or name in SPECIAL


def clip(x: Any, low: Any = None, high: Any = None) -> Any:
    """Limit the elements of `x` to the interval from `low` to `high`, as ``np.clip``."""
    if low is None and high is None:
        return x.copy() if isinstance(x, Proxy) else convert(x, weak_type(x))
    if low is not None and high is not None and _scalar(low) and _scalar(high):
        dtype = loop_dtypes(np.minimum, (x, low))[0]
        dtype = np.result_type(dtype, loop_dtypes(np.minimum, (x, high))[0])
        if dtype.kind in "iuf" and dtype == x.dtype:
            return apply("clip", x, convert(low, dtype), convert(high, dtype))
    if low is not None:
        x = elementwise("maximum", x, low)
    return x if high is None else elementwise("minimum", x, high)


def _scalar(value: Any) -> bool:
    return not isinstance(value, SymbolicInt) and getattr(value, "ndim", 0) == 0


def where(condition: Any, x: Any, y: Any) -> Any:
    """The elements of `x` where `condition` is true, else those of `y`."""
    from .promote import result_type

    dtype = result_type(x, y)
    return apply("where", truth(condition), convert(x, dtype), convert(y, dtype))
