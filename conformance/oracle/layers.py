"""Oracles of schema/ops/layers.py: the definitions, with rationals and mpmath."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath

from .arrays import Array, indices, make
from .composite import _average, _elementwise, _mpf, _precise, _squares, sigmoid, softplus
from .linear import exact_product
from .network import _bounded
from .registry import Bounded, oracle

Ints = tuple[int, ...]


# --- activations ------------------------------------------------------------------


@oracle("leaky_relu")
def leaky_relu(x: Array, slope: float) -> Array:
    return x.map(lambda v: exact_product(v, slope) if v < 0 else v)


@oracle("elu")
@_precise
def elu(x: Array, alpha: float) -> Array:
    return x.map(lambda v: _mpf(alpha) * mpmath.expm1(_mpf(v)) if v < 0 else v)


def _hard(value: float) -> Fraction | float:
    if not math.isfinite(value):
        return 1 if value > 0 else 0 if value < 0 else value
    return min(max(Fraction(value) + 3, Fraction(0)), Fraction(6)) / 6


@oracle("hard_sigmoid")
def hard_sigmoid(x: Array) -> Array:
    return x.map(_hard)


@oracle("hard_swish")
def hard_swish(x: Array) -> Array:
    def element(value: float) -> Any:
        if not math.isfinite(value):
            return value if value > 0 else math.nan
        return Fraction(value) * _hard(value)

    return x.map(element)


@_elementwise("mish", abs)
def mish(x: Any) -> Any:
    return mpmath.nan if x == -mpmath.inf else x * mpmath.tanh(softplus(x))


# --- groups of channels -----------------------------------------------------------


@oracle("group_norm")
@_precise
def group_norm(
    x: Array, scale: Array | None = None, bias: Array | None = None, *, groups: int, epsilon: float
) -> Array:
    batch, channels = x.shape[:2]
    places = list(indices(x.shape[2:]))
    each = channels // groups
    known: dict[Ints, tuple[Fraction, Any]] = {}
    for n, g in indices((batch, groups)):
        members = [x[(n, c, *at)] for c in range(g * each, (g + 1) * each) for at in places]
        if members:
            root = mpmath.sqrt(_mpf(_squares(members) / len(members) + Fraction(epsilon)))
            known[n, g] = _average(members), root

    def element(index: Ints) -> Any:
        n, c = index[:2]
        average, root = known[n, c // each]
        value = _mpf(Fraction(x[index]) - average) / root
        return value * _mpf(1 if scale is None else scale[c]) + _mpf(0 if bias is None else bias[c])

    return make(x.dtype, x.shape, element)


# --- transposed convolution -------------------------------------------------------


@oracle("conv_transpose")
def conv_transpose(
    x: Array,
    w: Array,
    bias: Array | None,
    strides: Ints,
    low: Ints,
    high: Ints,
    output_padding: Ints,
    dilations: Ints,
    groups: int,
) -> Array | Bounded:
    batch, channels, *sizes = x.shape
    each, window = w.shape[1], w.shape[2:]
    inside = channels // groups
    shape = [
        (n - 1) * s + d * (k - 1) + 1 + o - a - b
        for n, s, d, k, o, a, b in zip(sizes, strides, dilations, window, output_padding, low, high)
    ]

    def axis_pairs(p: int, axis: int) -> list[tuple[int, int]]:
        """The places of the input and taps of the filter that meet at place `p`."""
        at = p + low[axis]
        every = product(range(sizes[axis]), range(window[axis]))
        return [(i, q) for i, q in every if i * strides[axis] + q * dilations[axis] == at]

    def terms(index: Ints) -> list[Any]:
        n, f, *place = index
        found: list[Any] = [] if bias is None else [bias[f]]
        for pairs in product(*(axis_pairs(p, axis) for axis, p in enumerate(place))):
            at, tap = tuple(i for i, _ in pairs), tuple(q for _, q in pairs)
            for c in range(f // each * inside, (f // each + 1) * inside):
                found.append(exact_product(x[(n, c, *at)], w[(c, f % each, *tap)]))
        return found

    return _bounded(x.dtype, (batch, each * groups, *shape), terms)


# --- recurrent cells --------------------------------------------------------------


@oracle("gru_cell")
@_precise
def gru_cell(
    x: Array,
    h: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    *,
    reset_after: bool,
) -> Array:
    size = h.shape[1]

    def part(values: list[Any], w: Array, b: Array | None, at: int) -> Any:
        total = mpmath.fsum(_mpf(v) * _mpf(w[at, k]) for k, v in enumerate(values))
        return total + (0 if b is None else _mpf(b[at]))

    def state(batch: int) -> list[Any]:
        return [h[batch, k] for k in range(size)]

    def gate(batch: int, unit: int, number: int) -> Any:
        at = number * size + unit
        given = [x[batch, k] for k in range(x.shape[1])]
        return sigmoid(part(given, w_ih, b_ih, at) + part(state(batch), w_hh, b_hh, at))

    def element(index: Ints) -> Any:
        batch, unit = index
        at = 2 * size + unit
        if reset_after:
            past = gate(batch, unit, 0) * part(state(batch), w_hh, b_hh, at)
        else:
            reset = [gate(batch, k, 0) * _mpf(v) for k, v in enumerate(state(batch))]
            past = part(reset, w_hh, b_hh, at)
        given = [x[batch, k] for k in range(x.shape[1])]
        new = mpmath.tanh(part(given, w_ih, b_ih, at) + past)
        z = gate(batch, unit, 1)
        return (1 - z) * new + z * _mpf(h[index])

    return make(h.dtype, h.shape, element)
