"""Kernels of schema/ops/scalar.py. Ints are Python's, kept to 64 bits; floats are Python's."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from ...schema.dtypes import BY_NUMPY
from .registry import EXPRESSIONS, Kernel, OperatorError, kernel, prepare

LOW, HIGH = -(2**63), 2**63 - 1


def _checked(value: int) -> int:
    if LOW <= value <= HIGH:
        return value
    raise OperatorError("E1", str(value) if value.bit_length() < 256 else f"{value.bit_length()} bits")


def _plain(name: str, function: Callable[..., Any], expression: str = "") -> None:
    """Register a kernel that is one Python function, and bind it without the namespace while planning."""
    if expression:
        EXPRESSIONS[function] = expression
    kernel(name)(lambda xp, *operands: function(*operands))
    prepare(name)(lambda xp, attrs, types: function)


# --- int --------------------------------------------------------------------------


def _add(x: int, y: int) -> int:
    value = x + y
    return value if LOW <= value <= HIGH else _checked(value)


def _subtract(x: int, y: int) -> int:
    value = x - y
    return value if LOW <= value <= HIGH else _checked(value)


def _nonzero(y: int, code: str) -> int:
    if y == 0:
        raise OperatorError(code, "0")
    return y


def _power(x: int, y: int) -> int:
    if y < 0:
        raise OperatorError("E2", str(y))
    # The bound keeps the exact value small: 2 to the power of 64 is already too large.
    if abs(x) > 1 and y > 64:
        raise OperatorError("E1", f"{x} to the power of {y}")
    return _checked(x**y)


def _left_shift(x: int, y: int) -> int:
    if y < 0:
        raise OperatorError("E2", str(y))
    # The bound keeps the exact value small.
    if x != 0 and y > 63:
        raise OperatorError("E1", f"{x} shifted by {y}")
    return _checked(x << y if x else 0)


def _right_shift(x: int, y: int) -> int:
    if y < 0:
        raise OperatorError("E1", str(y))
    return x >> y


def _in_range(expression: str) -> str:
    return f"t if {LOW}<=(t:={expression})<={HIGH} else {{k}}({{0}},{{1}})"


_plain("int.add", _add, _in_range("{0}+{1}"))
_plain("int.subtract", _subtract, _in_range("{0}-{1}"))
_plain("int.multiply", lambda x, y: _checked(x * y), _in_range("{0}*{1}"))
_plain(
    "int.floor_divide",
    lambda x, y: _checked(x // _nonzero(y, "E2")),
    f"t if {{1}} and (t:={{0}}//{{1}})<={HIGH} else {{k}}({{0}},{{1}})",
)
_plain("int.remainder", lambda x, y: x % _nonzero(y, "E1"), "{0}%{1} if {1} else {k}({0},{1})")
_plain("int.divide", lambda x, y: x / _nonzero(y, "E1"), "{0}/{1} if {1} else {k}({0},{1})")
_plain("int.power", _power)
_plain("int.negative", lambda x: _checked(-x), f"t if (t:=-{{0}})<={HIGH} else {{k}}({{0}})")
_plain("int.abs", lambda x: _checked(abs(x)))
_plain("int.min", min)
_plain("int.max", max)
_plain("int.equal", operator.eq, "{0}=={1}")
_plain("int.less", operator.lt, "{0}<{1}")
_plain("int.less_equal", operator.le, "{0}<={1}")
_plain("int.to_float", float)
_plain("int.to_bool", bool)
_plain("int.and", operator.and_, "{0}&{1}")
_plain("int.or", operator.or_, "{0}|{1}")
_plain("int.xor", operator.xor, "{0}^{1}")
_plain("int.invert", operator.invert, "~{0}")
_plain("int.left_shift", _left_shift)
_plain("int.right_shift", _right_shift)


# --- float ------------------------------------------------------------------------


def divide(x: float, y: float) -> float:
    """IEEE 754 division, which Python refuses for a divisor of 0."""
    if y != 0:
        return x / y
    if x == 0 or x != x:
        return math.nan
    return math.copysign(math.inf, math.copysign(1, x) * math.copysign(1, y))


def floor_divide(x: float, y: float) -> float:
    """The floor of the exact quotient, rounded once."""
    if x == 0 or y == 0 or not math.isfinite(x) or not math.isfinite(y):
        return divide(x, y)
    top, below = x.as_integer_ratio()
    right, scale = y.as_integer_ratio()
    quotient = top * scale // (below * right)
    if quotient == 0:
        return 0.0
    try:
        return float(quotient)
    except OverflowError:
        return math.inf if quotient > 0 else -math.inf


def remainder(x: float, y: float) -> float:
    """`x` modulo `y` with the sign of `y`."""
    if x != x or y != y or y == 0 or math.isinf(x):
        return math.nan
    return x % y


def power(x: float, y: float) -> float:
    """IEEE 754 `pow`; Python raises where that has an infinity or NaN."""
    try:
        return math.pow(x, y)
    except OverflowError:
        negative = x < 0 and y % 2 == 1
        return -math.inf if negative else math.inf
    except ValueError:
        if x == 0:
            negative = math.copysign(1, x) < 0 and y % 2 == 1
            return -math.inf if negative else math.inf
        return math.nan


def _integer(rounding: Callable[[float], int]) -> Callable[[float], int]:
    def convert(x: float) -> int:
        if not math.isfinite(x):
            raise OperatorError("E1", repr(x))
        value = rounding(x)
        if LOW <= value <= HIGH:
            return value
        raise OperatorError("E1", repr(x))

    return convert


_plain("float.add", operator.add, "{0}+{1}")
_plain("float.subtract", operator.sub, "{0}-{1}")
_plain("float.multiply", operator.mul, "{0}*{1}")
_plain("float.divide", divide, "{0}/{1} if {1} else {k}({0},{1})")
_plain("float.floor_divide", floor_divide)
_plain("float.remainder", remainder)
_plain("float.power", power)
_plain("float.negative", operator.neg, "-{0}")
_plain("float.abs", abs)
_plain("float.equal", operator.eq)
_plain("float.less", operator.lt)
_plain("float.less_equal", operator.le)
_plain("float.floor", _integer(math.floor))
_plain("float.ceil", _integer(math.ceil))
_plain("float.round", _integer(round))
_plain("float.to_int", _integer(int))
_plain("float.to_bool", bool)

# --- bool and complex -------------------------------------------------------------

_plain("bool.and", operator.and_, "{0}&{1}")
_plain("bool.or", operator.or_, "{0}|{1}")
_plain("bool.not", operator.not_, "not {0}")
_plain("bool.equal", operator.eq)
_plain("bool.to_int", int)
_plain("complex.new", complex)
_plain("complex.real", operator.attrgetter("real"))
_plain("complex.imag", operator.attrgetter("imag"))

# --- what is asked of tensors -----------------------------------------------------


@kernel("size")
def size(xp: Any, *, dim: int) -> int:
    return dim


def _dtype(x: Any) -> str:
    return BY_NUMPY[str(x.dtype).rpartition(".")[2]].name


_plain("rank", lambda x: len(x.shape))
_plain("shape", lambda x: list(x.shape))
kernel("dtype")(lambda xp, x: _dtype(x))


@prepare("dtype")
def prepare_dtype(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
    """A static dtype is the answer; it is the only way to tell a storage type from an integer."""
    known = types[0].dtype
    return _dtype if known is None else lambda x: known
