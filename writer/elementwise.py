"""Elementwise functions: each of NumPy's ufuncs, by name, as operators.

The dtypes are those of NumPy's own loops; operands are converted to them by nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import rules
from .apply import apply
from .context import active
from .integral import SymbolicInt
from .promote import convert, is_operand, weak_type
from .proxy import Proxy

Lower = Callable[..., Any]

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
    "tanh": "tanh",
    "arctan2": "atan2",
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
    if name in SPECIAL:
        found = SPECIAL[name](*[convert(value, dtype) for value, dtype in zip(args, loop)])
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
            return operands[0]
        if name in ("less", "less_equal", "greater", "greater_equal") or name in (
            "isnan",
            "isinf",
            "isfinite",
        ):
            operands = [convert(value, np.uint8) for value in operands]
        name = _BOOLEAN.get(name, name)
    elif name in _ROUNDING and loop[0].kind in "iu":
        return operands[0]
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
    if isinstance(exponent, (Proxy, np.ndarray, SymbolicInt)) or dtype.kind not in "iuf":
        return None
    if exponent == 2:
        x = convert(base, dtype)
        return apply("multiply", x, x)
    if dtype.kind == "f" and exponent == 0.5:
        return apply("sqrt", convert(base, dtype))
    if dtype.kind == "f" and exponent == -1:
        return apply("divide", convert(1, dtype), convert(base, dtype))
    return None


def _where() -> str:
    trace = active()
    return trace.where if trace else ""


# --- ufuncs that are several operators ------------------------------------------


def _like(value: float, x: Any) -> Any:
    return np.asarray(value, x.dtype)


def _square(x: Any) -> Any:
    return apply("multiply", x, x)


def _reciprocal(x: Any) -> Any:
    return apply("divide", _like(1, x), x)


def _floor_divide(x: Any, y: Any) -> Any:
    """As NumPy: unlike the operator, an infinite dividend gives NaN."""
    found = apply("floor_divide", x, y)
    if x.dtype.kind == "f":
        return apply("where", apply("isinf", x), _like(np.nan, x), found)
    return found


def _scaled(op: str, scale: float) -> Lower:
    return lambda x: apply("multiply", apply(op, x), _like(scale, x))


def _exp2(x: Any) -> Any:
    return apply("pow", _like(2, x), x)


def _tan(x: Any) -> Any:
    return apply("divide", apply("sin", x), apply("cos", x))


def _sinh(x: Any) -> Any:
    grown = apply("expm1", x)
    found = _half(apply("add", grown, apply("divide", grown, apply("add", grown, _like(1, x)))))
    return apply("where", apply("isinf", x), x, found)


def _cosh(x: Any) -> Any:
    return _half(apply("add", apply("exp", x), apply("exp", apply("negative", x))))


def _half(x: Any) -> Any:
    return apply("multiply", x, _like(0.5, x))


def _hypot(x: Any, y: Any) -> Any:
    return apply("sqrt", apply("add", _square(x), _square(y)))


def _asinh(x: Any) -> Any:
    """By log1p of the magnitude, so that nothing is lost near 0; large squares are not formed."""
    size = apply("abs", x)
    root = _hypot(_like(1, x), apply("minimum", size, _like(_LARGE[x.dtype.itemsize], x)))
    near = apply("log1p", apply("add", size, apply("divide", _square(size), apply("add", _like(1, x), root))))
    far = apply("add", apply("log", size), _like(np.log(2), x))
    found = apply("where", apply("greater", size, _like(_LARGE[x.dtype.itemsize], x)), far, near)
    found = apply("where", apply("less", x, _like(0, x)), apply("negative", found), found)
    return apply("where", apply("equal", x, _like(0, x)), x, found)


#: Beyond these, by width, adding 1 to the square of a number changes nothing.
_LARGE = {2: 100.0, 4: 1e7, 8: 1e15}


def _acosh(x: Any) -> Any:
    one = _like(1, x)
    root = apply("multiply", apply("sqrt", apply("subtract", x, one)), apply("sqrt", apply("add", x, one)))
    return apply("log", apply("add", x, root))


def _atanh(x: Any) -> Any:
    return _half(apply("subtract", apply("log1p", x), apply("log1p", apply("negative", x))))


def _cbrt(x: Any) -> Any:
    root = apply("pow", apply("abs", x), _like(1 / 3, x))
    return apply("where", apply("less", x, _like(0, x)), apply("negative", root), root)


def _complement(x: Any) -> Any:
    one = _like(1, x)
    return apply("sqrt", apply("multiply", apply("subtract", one, x), apply("add", one, x)))


def _logaddexp(x: Any, y: Any) -> Any:
    high = apply("maximum", x, y)
    gap = apply("negative", apply("abs", apply("subtract", x, y)))
    return apply("add", high, apply("log1p", apply("exp", gap)))


def _signbit(x: Any) -> Any:
    zero = _like(0, x)
    if x.dtype.kind != "f":
        return apply("less", x, zero)
    angle = apply("atan2", apply("where", apply("isnan", x), zero, x), _like(-1, x))
    return apply("less", angle, zero)


def _copysign(x: Any, y: Any) -> Any:
    size = apply("abs", x)
    return apply("where", _signbit(y), apply("negative", size), size)


def _fmax(op: str) -> Lower:
    def lower(x: Any, y: Any) -> Any:
        if x.dtype.kind != "f":
            return apply(op, x, y)
        other = apply("where", apply("isnan", x), y, x)
        return apply(op, other, apply("where", apply("isnan", y), other, y))

    return lower


def _heaviside(x: Any, y: Any) -> Any:
    zero, one = _like(0, x), _like(1, x)
    stepped = apply("where", apply("less", x, zero), zero, apply("where", apply("greater", x, zero), one, y))
    return apply("where", apply("isnan", x), x, stepped)


#: Ufuncs whose operands come converted to NumPy's loop.
SPECIAL: dict[str, Lower] = {
    "square": _square,
    "reciprocal": _reciprocal,
    "positive": lambda x: x,
    "floor_divide": _floor_divide,
    "log2": _scaled("log", float(1 / np.log(2))),
    "log10": _scaled("log", float(1 / np.log(10))),
    "exp2": _exp2,
    "tan": _tan,
    "sinh": _sinh,
    "cosh": _cosh,
    "arctan": lambda x: apply("atan2", x, _like(1, x)),
    "arcsin": lambda x: apply("atan2", x, _complement(x)),
    "arccos": lambda x: apply("atan2", _complement(x), x),
    "arcsinh": _asinh,
    "arccosh": _acosh,
    "arctanh": _atanh,
    "cbrt": _cbrt,
    "hypot": _hypot,
    "logaddexp": _logaddexp,
    "signbit": _signbit,
    "copysign": _copysign,
    "fmax": _fmax("maximum"),
    "fmin": _fmax("minimum"),
    "heaviside": _heaviside,
    "deg2rad": lambda x: apply("multiply", x, _like(np.pi / 180, x)),
    "rad2deg": lambda x: apply("multiply", x, _like(180 / np.pi, x)),
    "conjugate": lambda x: x,
}


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
        return convert(x, weak_type(x)) if not isinstance(x, Proxy) else x
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


def complex_parts(x: Any, *, imaginary: bool) -> Any:
    """The real or imaginary part; of real numbers themselves or zeros."""
    if not isinstance(x, Proxy):
        return np.imag(x) if imaginary else np.real(x)
    if x.dtype.kind == "c":
        raise rules.FUNCTION.fail(
            _where(), got="the parts of complex numbers", hint="keep real and imaginary arrays"
        )
    return elementwise("multiply", x, 0) if imaginary else x
