"""Oracles of schema/ops/composite.py: the mathematical functions, with rationals and mpmath.

They follow the meaning of an operator, not the steps of its template.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

from ..formats import is_finite, smallest_normal, spacing
from . import complex_functions as cf
from .arrays import Array, along, indices, make, reduce
from .linear import exact_product
from .network import windowed
from .reduction import bound_of, exact_sum, magnitude
from .registry import Bounded, oracle

Ints = tuple[int, ...]

#: Bits that mpmath computes with: far beyond what rounding to f64 needs.
PRECISION = 240


def _mpf(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(value)


def _precise(function: Callable[..., Any]) -> Callable[..., Any]:
    def computed(*args: Any, **attrs: Any) -> Any:
        with mpmath.workprec(PRECISION):
            return function(*args, **attrs)

    return computed


def _elementwise(
    name: str, lost: Callable[[float], float] | None = None
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Register the oracle of a function of one element, given as an mpmath number.

    With `lost`, an error of that many times the smallest normal number is permitted where exp(x) is
    below it, as the operator's entry says.
    """

    def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def computed(x: Array) -> Array | Bounded:
            value = x.map(lambda item: function(_mpf(item)))
            if lost is None:
                return value
            tiny = float(smallest_normal(x.dtype))
            edge = math.log(tiny)
            return Bounded(value, x.map(lambda v: lost(v) * tiny if -math.inf < v < edge else 0.0, "f64"))

        oracle(name)(_precise(computed))
        return function

    return register


# --- activations ------------------------------------------------------------------


@oracle("relu")
def relu(x: Array) -> Array:
    return x.map(lambda value: value if value > 0 or value != value else 0)


@_elementwise("sigmoid", lambda x: 1.0)
def sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


@_elementwise("silu", abs)
def silu(x: Any) -> Any:
    return mpmath.nan if x == -mpmath.inf else x * sigmoid(x)


@_elementwise("softplus")
def softplus(x: Any) -> Any:
    return x if x == mpmath.inf else mpmath.log1p(mpmath.exp(x))


@oracle("gelu")
@_precise
def gelu(x: Array, approximate: str) -> Bounded:
    def element(value: float) -> Any:
        number = _mpf(value)
        if not math.isfinite(value):
            return value if value > 0 else math.nan
        if abs(value) > 1000:  # beyond any dtype's reach, and mpmath's
            return max(value, 0.0)
        if approximate == "none":
            return number * mpmath.ncdf(number)
        inner = mpmath.sqrt(2 / mpmath.pi) * (number + _mpf(Fraction(44715, 10**6)) * number**3)
        # (1 + tanh(t)) / 2 is the logistic function of 2 t.
        return number * sigmoid(2 * inner)

    def bound(value: float) -> Any:
        return 8 * spacing(Fraction(value), x.dtype) if math.isfinite(value) else 0

    return Bounded(x.map(element), x.map(bound, "f64"))


# --- along axes -------------------------------------------------------------------


def _undefined(line: list[float]) -> bool:
    """Whether `softmax` of a line is NaN."""
    return any(v != v or v == math.inf for v in line) or all(v == -math.inf for v in line)


def _weights(line: list[Any]) -> list[Any]:
    total = mpmath.fsum(mpmath.exp(_mpf(v)) for v in line)
    return [mpmath.exp(_mpf(v)) / total for v in line]


@oracle("softmax")
@_precise
def softmax(x: Array, axis: int) -> Array:
    return along(x, axis, lambda line: [math.nan] * len(line) if _undefined(line) else _weights(line))


@oracle("log_softmax")
@_precise
def log_softmax(x: Array, axis: int) -> Array:
    def logs(line: list[Any]) -> list[Any]:
        if _undefined(line):
            return [math.nan] * len(line)
        total = mpmath.log(mpmath.fsum(mpmath.exp(_mpf(v)) for v in line))
        return [_mpf(v) - total for v in line]

    return along(x, axis, logs)


def _average(terms: list[Any]) -> Any:
    total = exact_sum(terms)
    if isinstance(total, tuple):
        if all(map(is_finite, total)):
            return tuple(Fraction(one) / len(terms) for one in total)
        return cf.divide(complex(*map(float, total)), complex(len(terms)))
    if isinstance(total, float) and not math.isfinite(total):
        return total
    return Fraction(total) / len(terms) if terms else math.nan


def _average_bound(terms: list[Any], count: int, dtype: str) -> float:
    """The permitted error of the sum, divided by the number of terms."""
    bound = bound_of(terms, exact_sum(terms), magnitude(terms), dtype)
    return math.nextafter(bound / count, math.inf) if bound else 0.0


@oracle("mean")
def mean(x: Array, axes: Ints, keepdims: bool) -> Bounded:
    def bound(terms: list[Any]) -> float:
        return _average_bound(terms, len(terms), x.dtype)

    def average(terms: list[Any]) -> Any:
        return (math.nan, math.nan) if x.kind == "complex" and not terms else _average(terms)

    return Bounded(reduce(x, axes, keepdims, average), reduce(x, axes, keepdims, bound, "f64"))


def _squares(terms: list[Any]) -> Fraction:
    """The sum of squared differences from the mean."""
    average = _average(terms)
    return sum(((Fraction(t) - average) ** 2 for t in terms), Fraction(0))


@oracle("var")
def var(x: Array, axes: Ints, correction: float, keepdims: bool) -> Array:
    def variance(terms: list[Any]) -> Any:
        if any(not math.isfinite(t) for t in terms):
            return math.nan
        divisor = len(terms) - Fraction(correction)
        total = _squares(terms)
        if divisor <= 0:
            return math.inf if total else math.nan
        return total / divisor

    return reduce(x, axes, keepdims, variance)


# --- normalisation ----------------------------------------------------------------


def _groups(x: Array, axis: int, change: Callable[[list[Any]], list[Any]]) -> Array:
    """`change` of the list of elements over the axes from `axis` on, for each other index."""
    inner = list(indices(x.shape[axis:]))
    made: dict[Ints, list[Any]] = {
        outer: change([x[(*outer, *i)] for i in inner]) for outer in indices(x.shape[:axis])
    }
    at = {i: number for number, i in enumerate(inner)}
    return make(x.dtype, x.shape, lambda index: made[index[:axis]][at[index[axis:]]])


def _scaled(values: list[Any], scale: Array | None, bias: Array | None) -> list[Any]:
    factors = [1] * len(values) if scale is None else scale.items
    terms = [0] * len(values) if bias is None else bias.items
    return [v * _mpf(f) + _mpf(t) for v, f, t in zip(values, factors, terms)]


@oracle("layer_norm")
@_precise
def layer_norm(
    x: Array, scale: Array | None = None, bias: Array | None = None, *, axis: int, epsilon: float
) -> Array:
    def normal(line: list[Any]) -> list[Any]:
        average = _average(line)
        root = mpmath.sqrt(_mpf(_squares(line) / len(line) + Fraction(epsilon)))
        return _scaled([_mpf(Fraction(v) - average) / root for v in line], scale, bias)

    return _groups(x, axis, normal)


@oracle("rms_norm")
@_precise
def rms_norm(x: Array, scale: Array, axis: int, epsilon: float) -> Array:
    def normal(line: list[Any]) -> list[Any]:
        squares = sum((Fraction(v) ** 2 for v in line), Fraction(0))
        root = mpmath.sqrt(_mpf(squares / len(line) + Fraction(epsilon)))
        return _scaled([_mpf(v) / root for v in line], scale, None)

    return _groups(x, axis, normal)


@oracle("batch_norm")
@_precise
def batch_norm(
    x: Array,
    average: Array,
    variance: Array,
    scale: Array | None = None,
    bias: Array | None = None,
    *,
    epsilon: float,
) -> Array:
    def element(index: Ints) -> Any:
        c = index[1]
        root = mpmath.sqrt(_mpf(Fraction(variance[c]) + Fraction(epsilon)))
        value = _mpf(Fraction(x[index]) - Fraction(average[c])) / root
        return value * _mpf(1 if scale is None else scale[c]) + _mpf(0 if bias is None else bias[c])

    return make(x.dtype, x.shape, element)


# --- layers -----------------------------------------------------------------------


@oracle("linear")
def linear(x: Array, w: Array, bias: Array | None) -> Bounded:
    def terms(index: Ints) -> list[Any]:
        *outer, row = index
        found: list[Any] = [] if bias is None else [bias[row]]
        return found + [exact_product(x[(*outer, k)], w[row, k]) for k in range(w.shape[1])]

    def bound(index: Ints) -> float:
        found = terms(index)
        return bound_of(found, exact_sum(found), magnitude(found), x.dtype)

    shape = (*x.shape[:-1], w.shape[0])
    return Bounded(make(x.dtype, shape, lambda index: exact_sum(terms(index))), make("f64", shape, bound))


def _inner(left: list[Any], right: list[Any]) -> Fraction:
    return sum((Fraction(a) * Fraction(b) for a, b in zip(left, right)), Fraction(0))


@oracle("lstm_cell")
@_precise
def lstm_cell(
    x: Array, h: Array, c: Array, w_ih: Array, w_hh: Array, bias: Array | None
) -> tuple[Array, Array]:
    size = h.shape[1]

    def row(a: Array, at: int) -> list[Any]:
        return [a[at, k] for k in range(a.shape[1])]

    def gate(batch: int, unit: int, number: int) -> Any:
        at = number * size + unit
        total = _inner(row(x, batch), row(w_ih, at)) + _inner(row(h, batch), row(w_hh, at))
        return _mpf(total + (0 if bias is None else Fraction(bias[at])))

    def cell(index: Ints) -> Any:
        batch, unit = index
        i, f, g = (gate(batch, unit, number) for number in range(3))
        return sigmoid(f) * _mpf(c[index]) + sigmoid(i) * mpmath.tanh(g)

    def hidden(index: Ints) -> Any:
        batch, unit = index
        return sigmoid(gate(batch, unit, 3)) * mpmath.tanh(cell(index))

    return make(h.dtype, h.shape, hidden), make(c.dtype, c.shape, cell)


@oracle("scaled_dot_product_attention")
@_precise
def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, mask: Array | None, scale: float | None, causal: bool
) -> Array:
    keys, depth = k.shape[-2:]
    factor = 1 / mpmath.sqrt(depth) if scale is None else _mpf(scale)
    seen = None if mask is None else mask.broadcast_to((*q.shape[:-1], keys))

    def score(outer: Ints, query: int, key: int) -> Any:
        if causal and key > query:
            return -math.inf
        left = [q[(*outer, query, e)] for e in range(depth)]
        right = [k[(*outer, key, e)] for e in range(depth)]
        value = _mpf(_inner(left, right)) * factor
        if seen is None:
            return value
        here = seen[(*outer, query, key)]
        if isinstance(here, bool):
            return value if here else -math.inf
        return value + _mpf(here) if math.isfinite(here) else here

    def element(index: Ints) -> Any:
        *outer, query, column = index
        scores = [score(tuple(outer), query, key) for key in range(keys)]
        if _undefined(scores):
            return math.nan
        weights = _weights(scores)
        return mpmath.fsum(w * _mpf(v[(*outer, key, column)]) for key, w in enumerate(weights))

    return make(q.dtype, (*q.shape[:-1], v.shape[-1]), element)


@oracle("avg_pool")
def avg_pool(
    x: Array, window: Ints, strides: Ints, low: Ints, high: Ints, count_include_pad: bool
) -> Bounded:
    shape, cells = windowed(x, window, strides, low, high, (1,) * len(window), None)

    def terms(index: Ints) -> tuple[list[Any], int]:
        found = cells(index)
        inside = [value for value in found if value is not None]
        return inside, len(found) if count_include_pad else len(inside)

    def element(index: Ints) -> Any:
        inside, count = terms(index)
        total = exact_sum(inside)
        if isinstance(total, float) and not math.isfinite(total):
            return total
        return Fraction(total) / count if count else math.nan

    def bound(index: Ints) -> float:
        inside, count = terms(index)
        return _average_bound(inside, count, x.dtype)

    return Bounded(make(x.dtype, shape, element), make("f64", shape, bound))


# --- arrangement ------------------------------------------------------------------


@oracle("stack")
def stack(xs: tuple[Array, ...], axis: int) -> Array:
    shape = (*xs[0].shape[:axis], len(xs), *xs[0].shape[axis:])
    return make(xs[0].dtype, shape, lambda index: xs[index[axis]][(*index[:axis], *index[axis + 1 :])])


@oracle("one_hot")
def one_hot(indices: Array, depth: int, dtype: str) -> Array:
    return make(dtype, (*indices.shape, depth), lambda place: int(indices[place[:-1]] == place[-1]))


@oracle("tril")
def tril(x: Array, offset: int) -> Array:
    return make(x.dtype, x.shape, lambda index: x[index] if index[-1] - index[-2] <= offset else 0)


@oracle("triu")
def triu(x: Array, offset: int) -> Array:
    return make(x.dtype, x.shape, lambda index: x[index] if index[-1] - index[-2] >= offset else 0)
