"""Activations, elementwise on traced and plain arrays; those without an operator are lowered."""

from __future__ import annotations

from typing import Any

import numpy as np

from .apply import apply
from .creation import asarray
from .elementwise import clip, elementwise, where
from .promote import convert, result_type
from .reductions import one_axis


def floats(*operands: Any) -> list[Any]:
    """The operands as arrays of one floating-point dtype; None stays None."""
    given = [x for x in operands if x is not None]
    dtype = result_type(*given)
    if dtype.kind != "f":
        dtype = np.result_type(dtype, np.float64)
    return [
        None if x is None else convert(asarray(x) if isinstance(x, (list, tuple)) else x, dtype)
        for x in operands
    ]


def floats_given(*operands: Any) -> list[Any]:
    """`floats` of the operands, those left out at the end dropped."""
    found = floats(*operands)
    while found and found[-1] is None:
        found.pop()
    return found


# --- operators ------------------------------------------------------------------


def relu(x: Any, /) -> Any:
    """The greater of `x` and 0."""
    return apply("relu", x)


def sigmoid(x: Any, /) -> Any:
    """The logistic function."""
    return apply("sigmoid", *floats(x))


def silu(x: Any, /) -> Any:
    """`x` times its logistic function."""
    return apply("silu", *floats(x))


def softplus(x: Any, /) -> Any:
    """The logarithm of 1 + exp(`x`)."""
    return apply("softplus", *floats(x))


def gelu(x: Any, /, *, approximate: str = "none") -> Any:
    """The Gaussian error linear unit; `approximate` is ``none`` or ``tanh``."""
    return apply("gelu", *floats(x), approximate=approximate)


def leaky_relu(x: Any, /, *, slope: float = 0.01) -> Any:
    """`x` where it is at least 0, elsewhere `slope` times `x`."""
    return apply("leaky_relu", *floats(x), slope=float(slope))


def elu(x: Any, /, *, alpha: float = 1.0) -> Any:
    """`x` where it is at least 0, elsewhere `alpha` times (exp(`x`) - 1)."""
    return apply("elu", *floats(x), alpha=float(alpha))


def hard_sigmoid(x: Any, /) -> Any:
    """`x` + 3, limited to 0 and 6, divided by 6."""
    return apply("hard_sigmoid", *floats(x))


def hard_swish(x: Any, /) -> Any:
    """`x` times its `hard_sigmoid`."""
    return apply("hard_swish", *floats(x))


def mish(x: Any, /) -> Any:
    """`x` times the hyperbolic tangent of its `softplus`."""
    return apply("mish", *floats(x))


def softmax(x: Any, /, *, axis: int = -1) -> Any:
    """Exponentials that sum to 1 along `axis`."""
    return apply("softmax", *floats(x), axis=one_axis(axis, x.ndim))


def log_softmax(x: Any, /, *, axis: int = -1) -> Any:
    """The logarithm of `softmax`."""
    return apply("log_softmax", *floats(x), axis=one_axis(axis, x.ndim))


# --- lowered --------------------------------------------------------------------


def relu6(x: Any, /) -> Any:
    """`x` limited to the interval from 0 to 6."""
    return clip(x, 0, 6)


def hard_tanh(x: Any, /, *, low: float = -1.0, high: float = 1.0) -> Any:
    """`x` limited to the interval from `low` to `high`."""
    (x,) = floats(x)
    return clip(x, low, high)


def selu(x: Any, /) -> Any:
    """The scaled exponential linear unit, with the constants that keep mean 0 and variance 1."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return elementwise("multiply", elu(x, alpha=alpha), scale)


def celu(x: Any, /, *, alpha: float = 1.0) -> Any:
    """`x` where it is at least 0, elsewhere `alpha` times (exp(`x` / `alpha`) - 1)."""
    (x,) = floats(x)
    below = elementwise("expm1", elementwise("divide", elementwise("minimum", x, 0), alpha))
    return where(elementwise("less", x, 0), elementwise("multiply", below, alpha), x)


def softsign(x: Any, /) -> Any:
    """`x` divided by 1 + its magnitude."""
    (x,) = floats(x)
    return elementwise("divide", x, elementwise("add", elementwise("absolute", x), 1))


def log_sigmoid(x: Any, /) -> Any:
    """The logarithm of the logistic function."""
    return elementwise("negative", softplus(elementwise("negative", x)))


def prelu(x: Any, slope: Any, /) -> Any:
    """`x` where it is at least 0, elsewhere `slope` times `x`; a slope of rank 1 is one for each channel."""
    x, slope = floats(x, slope)
    if slope.ndim == 1 and x.ndim > 2:
        from .shaping import reshape

        slope = reshape(slope, (-1,) + (1,) * (x.ndim - 2))
    return where(elementwise("less", x, 0), elementwise("multiply", x, slope), x)


def glu(x: Any, /, *, axis: int = -1) -> Any:
    """The first half of `x` along `axis` times the logistic function of the second."""
    from .shaping import split

    first, second = split(x, 2, axis)
    return elementwise("multiply", first, sigmoid(second))
