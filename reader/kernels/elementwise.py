"""Kernels of schema/ops/elementwise.py."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from .registry import MENDED, Kernel, OperatorError, complex_function, direct, item, kernel, prepare

Array = Any

for _name in ("add", "subtract", "multiply", "negative", "abs", "maximum", "minimum", "atan2"):
    direct(_name, _name)
for _name in ("divide", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh"):
    direct(_name, _name, mended="complex_functions")
MENDED["pow"] = "complex_functions"


def is_float(types: tuple[Any, ...]) -> bool:
    """Whether the first operand is a tensor of floats."""
    return types[0].dtype in ("f16", "f32", "f64")


@kernel("clip")
def clip(xp: Any, x: Array, lo: Array, hi: Array) -> Array:
    return xp.minimum(xp.maximum(x, lo), hi)


@prepare("clip")
def prepare_clip(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    return _numpy().Clip() if xp.__name__ == "numpy" else None


def _prepare_extreme(name: str) -> None:
    def prepared(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
        return _numpy().Extreme(getattr(xp, name)) if xp.__name__ == "numpy" else None

    prepare(name)(prepared)


_prepare_extreme("maximum")
_prepare_extreme("minimum")


def _prepare_circular(name: str, turn: int) -> None:
    def prepared(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
        if xp.__name__ == "numpy" and types[0].dtype == "f64":
            from .circular_numpy import Circular

            return Circular(getattr(xp, name), turn)
        if types[0].dtype in ("c64", "c128"):
            return partial(complex_function(name), xp)
        found: Kernel = getattr(xp, name)
        return found

    prepare(name)(prepared)


_prepare_circular("sin", 0)
_prepare_circular("cos", 1)


def _numpy() -> Any:
    """The kernels for NumPy alone, which other namespaces must not import."""
    from . import elementwise_numpy

    return elementwise_numpy


# --- division and powers: errors of integers, infinities of floats ---------------


#: From this many elements on, asking NumPy to notice a divisor of 0 is less than looking for it.
_MANY = 4096


def _nonzero(xp: Any, y: Array) -> None:
    if not item(xp.all(y)):
        raise OperatorError("E1", "a divisor of 0")


def _float_floor_divide(xp: Any, x: Array, y: Array) -> Array:
    # NumPy gives NaN for every infinite x, and -1 for some infinite y; SPEC 8.1.6 gives what divide gives.
    if item(xp.all(xp.isfinite(x))) and item(xp.all(xp.isfinite(y))):
        return xp.floor_divide(x, y)
    return xp.where(xp.isinf(x) | xp.isinf(y), x / y, xp.floor_divide(x, y))


def _integer_floor_divide(xp: Any, x: Array, y: Array) -> Array:
    return _divided(xp, xp.floor_divide, x, y)


def _integer_remainder(xp: Any, x: Array, y: Array) -> Array:
    return _divided(xp, xp.remainder, x, y)


def _divided(xp: Any, function: Any, x: Array, y: Array) -> Array:
    if xp.__name__ == "numpy" and x.size > _MANY and y.size > _MANY:
        try:
            with xp.errstate(divide="raise"):
                return function(x, y)
        except FloatingPointError:
            pass
    _nonzero(xp, y)
    return function(x, y)


def _integer_pow(xp: Any, x: Array, y: Array) -> Array:
    if item(xp.any(y < 0)):
        raise OperatorError("E1", "a negative exponent")
    return xp.pow(x, y)


@kernel("floor_divide")
def floor_divide(xp: Any, x: Array, y: Array) -> Array:
    real = xp.isdtype(x.dtype, "real floating")
    return (_float_floor_divide if real else _integer_floor_divide)(xp, x, y)


@kernel("remainder")
def remainder(xp: Any, x: Array, y: Array) -> Array:
    return xp.remainder(x, y) if xp.isdtype(x.dtype, "real floating") else _integer_remainder(xp, x, y)


@kernel("pow")
def pow_(xp: Any, x: Array, y: Array) -> Array:
    if xp.isdtype(x.dtype, "complex floating"):
        return complex_function("pow")(xp, x, y)
    return _integer_pow(xp, x, y) if xp.isdtype(x.dtype, "signed integer") else xp.pow(x, y)


@prepare("floor_divide")
def prepare_floor_divide(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
    return partial(_float_floor_divide if is_float(types) else _integer_floor_divide, xp)


@prepare("remainder")
def prepare_remainder(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
    found: Kernel = xp.remainder
    return found if is_float(types) else partial(_integer_remainder, xp)


@prepare("pow")
def prepare_pow(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
    found: Kernel = xp.pow
    if is_float(types) and not types[1].shape and xp.__name__ == "numpy":
        found = _numpy().ScalarPower()
    if types[0].dtype in ("c64", "c128"):
        return partial(complex_function("pow"), xp)
    return partial(_integer_pow, xp) if types[0].dtype in ("i8", "i16", "i32", "i64") else found


# --- rounding: integers stay as they are -----------------------------------------


def _rounding(name: str) -> None:
    def rounded(xp: Any, x: Array) -> Array:
        if xp.isdtype(x.dtype, ("real floating", "complex floating")):
            return getattr(xp, name)(x)
        return xp.asarray(x, copy=True)

    def prepare_rounded(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel:
        plain = "rint" if name == "round" and xp.__name__ == "numpy" else name
        found: Kernel = getattr(xp, plain)
        return found if types[0].dtype[0] in "fc" else partial(xp.asarray, copy=True)

    kernel(name)(rounded)
    prepare(name)(prepare_rounded)


for _name in ("floor", "ceil", "trunc", "round"):
    _rounding(_name)


# --- the error function ----------------------------------------------------------

#: erf(x) = x * P(x*x) / Q(x*x) up to `edge`, and 1 beyond, as far as the dtype tells. Fitted to
#: the exact function for the smallest largest relative error: 2.9e-8 and 5.3e-17. All
#: coefficients are positive, so nothing cancels. Highest power first.
_ERF32 = (
    4.0,
    (
        1.9850659358998976e-06,
        0.0002840747428515604,
        0.0038729074129233696,
        0.053068388467920974,
        0.19333826461986267,
        1.128379143201135,
    ),
    (
        3.737643738402991e-05,
        0.0011825637487706273,
        0.015186454941722351,
        0.1152590939639694,
        0.5046741996110806,
        1.0,
    ),
)
_ERF64 = (
    6.0,
    (
        1.5076430227866354e-17,
        2.1708045429517716e-14,
        3.3222145241891352e-12,
        1.7414321316869694e-10,
        6.830251789570659e-09,
        1.7202205540156746e-07,
        3.939500154552822e-06,
        5.7679061786876194e-05,
        0.0008615268156173364,
        0.006955101739893758,
        0.06633366874874506,
        0.22137965056174871,
        1.1283791670955126,
    ),
    (
        8.555758983075146e-16,
        3.267636828884629e-13,
        2.5666910287573922e-11,
        1.1375632632966382e-09,
        3.560822069765629e-08,
        8.454775754398532e-07,
        1.5674656526012387e-05,
        0.0002283048362104428,
        0.0025851632968266155,
        0.022119171570290756,
        0.13529533011207098,
        0.5295259404084746,
        1.0,
    ),
)


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    total = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        total += coefficient
        total *= x
    total += coefficients[-1]
    return total


def general_erf(xp: Any, x: Array) -> Array:
    """The error function, with functions of the namespace alone."""
    half = x.dtype not in (xp.float32, xp.float64)
    wide = xp.astype(xp.asarray(x), xp.float32) if half else x
    edge, above, below = _ERF64 if wide.dtype == xp.float64 else _ERF32
    limited = xp.clip(wide, -edge, edge)
    square = limited * limited
    result = _polynomial(square, above)
    result /= _polynomial(square, below)
    result *= limited
    result = xp.clip(result, -1.0, 1.0)
    return xp.astype(result, x.dtype) if half else result


@kernel("erf")
def erf(xp: Any, x: Array) -> Array:
    quick = _numpy_erf(xp, str(x.dtype)) if xp.__name__ == "numpy" else None
    return quick(x) if quick else general_erf(xp, x)


@cache
def _numpy_erf(xp: Any, dtype: str) -> Kernel | None:
    tables = {"float32": (xp.float32, *_ERF32), "float64": (xp.float64, *_ERF64)}
    found: Kernel | None = _numpy().Erf(*tables[dtype]) if dtype in tables else None
    return found


@prepare("erf")
def prepare_erf(xp: Any, attrs: dict[str, Any], types: tuple[Any, ...]) -> Kernel | None:
    dtype = {"f32": "float32", "f64": "float64"}.get(types[0].dtype, "")
    return _numpy_erf(xp, dtype) if xp.__name__ == "numpy" else None
