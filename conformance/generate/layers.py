"""Cases of schema/ops/layers.py. A runtime passes them natively and by the bodies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

from ..model import Case, Fails, Reject, empty, f32
from ..oracle.arrays import Array
from .composite import ACTIVATED, _activation, _plain
from .registry import by_oracle, cases
from .sizes import typed
from .values import Random, dtypes_of, reject_unary, specials, vector

Ints = tuple[int, ...]


# --- activations ------------------------------------------------------------------


@cases("leaky_relu")
def leaky_relu() -> Iterator[Case]:
    op = "leaky_relu"
    yield from _activation(op, slope=0.01)
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"extremes-{dtype}", vector(dtype, specials(dtype)), slope=0.5)
        yield by_oracle(op, f"slope-above-1-{dtype}", vector(dtype, [-2, -1, -0.0, 0, 1, 2]), slope=3.0)
        yield by_oracle(op, f"slope-negative-{dtype}", vector(dtype, [-2, -1, 0, 1, 2]), slope=-0.25)
        infinite = vector(dtype, [math.inf, 3, -3])
        yield by_oracle(op, f"slope-0-{dtype}", infinite, slope=0.0)
        yield by_oracle(op, f"slope-1-{dtype}", vector(dtype, specials(dtype)), slope=1.0)
    yield from reject_unary(op, {"slope": 0.01})


@cases("elu")
def elu() -> Iterator[Case]:
    for alpha in (1.0, 0.3):
        yield from _activation("elu", alpha=alpha)
    for dtype in dtypes_of("elu"):
        tiny = vector(dtype, [2.0**-9, -(2.0**-9), 2.0**-12, -(2.0**-12), -30, 30])
        yield by_oracle("elu", f"near-0-{dtype}", tiny, alpha=1.0)
    yield by_oracle("elu", "alpha-negative", f32([-3, -1, 1]), alpha=-2.0)
    yield by_oracle("elu", "alpha-0", f32([-3, -1, 1, math.nan]), alpha=0.0)
    yield from reject_unary("elu", {"alpha": 1.0})


def _hard(op: str) -> Iterator[Case]:
    yield from _plain(op)
    for dtype in dtypes_of(op):
        edges = [-3, 3, -2.998046875, 2.998046875, -3.001953125, 3.001953125, -0.0, -1, 100, -100]
        yield by_oracle(op, f"edges-{dtype}", vector(dtype, edges))
        yield by_oracle(op, f"box-{dtype}", Random(f"{op} box").array(dtype, (2, 3, 2), -4.0, 4.0))
    for axis, shape in enumerate(((1,), (1, 1), (3, 0), (0,))):
        x = Random(f"{op} {axis}").array("f32", shape)
        yield by_oracle(op, f"shape-{axis}", x)


for _name in ("hard_sigmoid", "hard_swish"):
    cases(_name)(partial(_hard, _name))


@cases("mish")
def mish() -> Iterator[Case]:
    yield from _plain("mish")
    for dtype in dtypes_of("mish"):
        wide = vector(dtype, [9, 12, 16, 20, 21, 40, 100, -5, -7, 1000])
        yield by_oracle("mish", f"wide-{dtype}", wide)
        near = vector(dtype, [2.0**-9, -(2.0**-9), 0, -0.0, 2.0**-12])
        yield by_oracle("mish", f"near-0-{dtype}", near)
    for number, shape in enumerate(((1,), (2, 3, 2), (1, 1), (3, 0))):
        yield by_oracle("mish", f"shape-{number}", Random(f"mish {number}").array("f32", shape))
    yield typed(by_oracle("mish", "unknown", f32(ACTIVATED[:6])), "f32[?]")


# --- groups of channels -----------------------------------------------------------


@cases("group_norm")
def group_norm() -> Iterator[Case]:
    op = "group_norm"
    random = Random(op)
    given: dict[str, Any] = {"groups": 2, "epsilon": 1e-3}
    for dtype in dtypes_of(op):
        x, scale, bias = (random.array(dtype, shape) for shape in ((2, 4, 3), (4,), (4,)))
        yield by_oracle(op, f"dtype-{dtype}", x, scale, bias, **given)
        yield by_oracle(op, f"no-bias-{dtype}", x, scale, **given)
        yield by_oracle(op, f"plain-{dtype}", x, **given)
    x, scale, bias = (random.array("f32", shape) for shape in ((2, 6, 2, 2), (6,), (6,)))
    for groups in (1, 2, 3, 6):
        yield by_oracle(op, f"groups-{groups}", x, scale, bias, groups=groups, epsilon=1e-5)
    yield by_oracle(op, "matrix", random.array("f32", (2, 4)), **given)
    yield by_oracle(op, "box", random.array("f32", (1, 4, 1, 2, 2)), **given)
    yield by_oracle(op, "constant", f32([[[2, 2], [2, 2]]]), f32([1, 2]), f32([3, 4]), groups=1, epsilon=1e-5)
    yield by_oracle(op, "no-epsilon", random.array("f32", (1, 2, 4)), groups=1, epsilon=0.0)
    yield by_oracle(op, "no-batch", empty("f32", 0, 4, 3), **given)
    yield by_oracle(op, "no-places", empty("f32", 2, 4, 0), **given)
    there = by_oracle(op, "symbols", x, scale, bias, groups=3, epsilon=1e-5)
    yield typed(there, "f32[B,6,H,W]", "f32[6]", "f32[6]")
    there = by_oracle(op, "channels-symbolic", x, scale, bias, groups=3, epsilon=1e-5)
    yield typed(there, "f32[2,C,2,2]", "f32[C]", "f32[C]")
    x_type, s = "f32[2,4,3]", "f32[4]"
    fine = (x_type, s, s)
    yield Reject("promotion", "T", (x_type, "f64[4]", s), given, twin=fine)
    yield Reject("dtype", "T", ("i32[2,4,3]",), given, twin=(x_type,))
    yield Reject("rank", "C1", ("f32[4]", s, s), given, twin=fine)
    yield Reject("no-groups", "C2", (x_type,), {**given, "groups": 0}, twin_attrs=given)
    yield Reject("groups", "C3", (x_type,), {**given, "groups": 3}, twin_attrs=given)
    yield Reject("scale", "C4", (x_type, "f32[3]"), given, twin=(x_type, s))
    yield Reject("bias", "C5", (x_type, s, "f32[1]"), given, twin=fine)
    five = random.array("f32", (1, 5, 2))
    yield Fails("groups-at-run-time", "C3", (five,), given, ("f32[1,C,2]",))


# --- transposed convolution -------------------------------------------------------


def _attrs(rank: int = 1, **given: Any) -> dict[str, Any]:
    one, zero = (1,) * rank, (0,) * rank
    found: dict[str, Any] = {"strides": one, "low": zero, "high": zero, "output_padding": zero}
    return {**found, "dilations": one, "groups": 1, **given}


@cases("conv_transpose")
def conv_transpose() -> Iterator[Case]:
    op = "conv_transpose"
    random = Random(op)

    def case(name: str, x: Ints, w: Ints, bias: bool = False, dtype: str = "f32", **given: Any) -> Case:
        operands = [random.array(dtype, x), random.array(dtype, w)]
        attrs = _attrs(len(x) - 2, **given)
        if bias:
            operands.append(random.array(dtype, (w[1] * attrs["groups"],)))
        return by_oracle(op, name, *operands, **attrs)

    for dtype in dtypes_of(op):
        yield case(f"dtype-{dtype}", (1, 2, 3), (2, 2, 3), True, dtype, strides=(2,), low=(1,), high=(1,))
        yield case(f"plane-{dtype}", (1, 2, 2, 3), (2, 2, 2, 2), False, dtype)
    yield case("vector", (2, 1, 4), (1, 1, 3))
    yield case("stride", (1, 2, 3), (2, 2, 2), True, strides=(2,))
    yield case("stride-leaves-gaps", (1, 1, 3), (1, 1, 2), True, strides=(4,))
    yield case("stride-and-padding", (1, 2, 3), (2, 1, 4), strides=(2,), low=(1,), high=(1,))
    yield case("output-padding", (1, 2, 3), (2, 2, 3), True, strides=(2,), output_padding=(1,))
    more: dict[str, Any] = {"low": (2,), "high": (1,), "output_padding": (2,)}
    yield case("output-padding-and-high", (1, 1, 3), (1, 1, 3), True, strides=(3,), **more)
    yield case("output-padding-of-dilation", (1, 1, 3), (1, 1, 2), dilations=(3,), output_padding=(2,))
    yield case("dilation", (1, 2, 3), (2, 2, 3), dilations=(2,))
    yield case("dilation-and-stride", (1, 1, 3), (1, 2, 3), strides=(3,), dilations=(2,), low=(2,))
    yield case("unequal", (1, 1, 4), (1, 1, 3), True, low=(2,), high=(0,))
    yield case("cut-far", (1, 1, 4), (1, 1, 2), low=(3,), high=(1,))
    yield case("one-tap", (2, 3, 2, 2), (3, 2, 1, 1), True)
    yield case("one-tap-stride", (1, 2, 2, 2), (2, 2, 1, 1), strides=(2, 3))
    yield case("groups", (1, 4, 3), (4, 3, 2), True, groups=2)
    yield case("groups-plane", (1, 4, 2, 2), (4, 1, 2, 2), True, groups=2, strides=(2, 2))
    yield case("each-channel", (2, 3, 2, 2), (3, 1, 3, 3), True, groups=3, low=(1, 1), high=(1, 1))
    plane: dict[str, Any] = {"strides": (2, 1), "low": (1, 0), "high": (0, 1), "output_padding": (1, 0)}
    yield case("plane", (1, 2, 3, 2), (2, 3, 3, 2), True, **plane)
    yield case("box", (1, 1, 2, 2, 2), (1, 2, 2, 1, 2), True, strides=(1, 2, 2), output_padding=(0, 1, 0))
    yield case("doubles", (1, 2, 3, 3), (2, 2, 4, 4), strides=(2, 2), low=(1, 1), high=(1, 1))
    yield case("no-batch", (0, 2, 3), (2, 2, 3), True)
    yield case("no-filter", (1, 2, 3), (2, 0, 3))
    nothing = (empty("f32", 1, 0, 3), empty("f32", 0, 2, 2))
    yield by_oracle(op, "no-channel", *nothing, f32([1, 2]), **_attrs())
    special = f32([[[1, math.inf, 2, 3, math.nan]]])
    yield by_oracle(op, "not-finite", special, f32([[[1]]]), **_attrs(strides=(1,)))
    there = case("symbols", (2, 2, 2, 3), (2, 3, 3, 2), True, strides=(2, 2), low=(1, 0))
    yield typed(there, "f32[B,2,H,W]", "f32[2,3,3,2]", "f32[3]")  # type: ignore[arg-type]
    there = case("window-symbolic", (1, 2, 3), (2, 2, 2), strides=(2,), low=(1,))
    yield typed(there, "f32[1,2,N]", "f32[2,2,K]")  # type: ignore[arg-type]

    x, w, b = "f32[1,4,5]", "f32[4,2,3]", "f32[2]"
    good = _attrs()
    yield Reject("promotion", "T", (x, "f64[4,2,3]"), good, twin=(x, w))
    yield Reject("dtype", "T", ("i32[1,4,5]", w), good, twin=(x, w))
    yield Reject("rank-2", "C1", ("f32[1,4]", w), good, twin=(x, w))
    yield Reject("rank-of-filters", "C1", (x, "f32[4,2,3,3]"), good, twin=(x, w))
    for name in ("strides", "low", "high", "output_padding", "dilations"):
        yield Reject(f"{name}-length", "C2", (x, w), {**good, name: (1, 1)}, twin_attrs=good)
    yield Reject("stride-zero", "C3", (x, w), {**good, "strides": (0,)}, twin_attrs=good)
    yield Reject("dilation-zero", "C3", (x, w), {**good, "dilations": (0,)}, twin_attrs=good)
    yield Reject("low-negative", "C4", (x, w), {**good, "low": (-1,)}, twin_attrs=good)
    yield Reject("high-negative", "C4", (x, w), {**good, "high": (-1,)}, twin_attrs=good)
    yield Reject("output-padding-large", "C5", (x, w), {**good, "output_padding": (1,)}, twin_attrs=good)
    yield Reject("output-padding-negative", "C5", (x, w), {**good, "output_padding": (-1,)}, twin_attrs=good)
    yield Reject("no-groups", "C6", (x, w), {**good, "groups": 0}, twin_attrs=good)
    yield Reject("channels", "C7", (x, "f32[3,2,3]"), good, twin=(x, w))
    yield Reject("channels-of-groups", "C8", (x, w), {**good, "groups": 3}, twin_attrs=good)
    yield Reject("bias-shape", "C9", (x, w, "f32[4]"), good, twin=(x, w, b))
    yield Reject("bias-of-groups", "C9", (x, w, b), {**good, "groups": 2}, twin_attrs=good)
    yield Reject("nothing-left", "C10", (x, w), {**good, "low": (7,)}, twin_attrs=good)
    yield Reject("no-taps", "C10", (x, "f32[4,2,0]"), good, twin=(x, w))
    yield Reject("no-places", "C10", ("f32[1,4,0]", w), good, twin=(x, w))
    small = (empty("f32", 0, 4, 1), empty("f32", 4, 0, 3))
    cut = {**good, "low": (2,), "high": (1,)}
    yield Fails("nothing-left-at-run-time", "C10", small, cut, ("f32[0,4,N]", "f32[4,0,3]"))


# --- recurrent cells --------------------------------------------------------------


@cases("gru_cell")
def gru_cell() -> Iterator[Case]:
    op = "gru_cell"
    random = Random(op)

    def operands(dtype: str, batch: int, inputs: int, size: int) -> list[Array]:
        gates = 3 * size
        shapes = ((batch, inputs), (batch, size), (gates, inputs), (gates, size), (gates,), (gates,))
        return [random.array(dtype, shape, -1.5, 1.5) for shape in shapes]

    for dtype in dtypes_of(op):
        for after in (True, False):
            given = operands(dtype, 2, 3, 2)
            yield by_oracle(op, f"dtype-{dtype}-{after}", *given, reset_after=after)
            yield by_oracle(op, f"no-bias-{dtype}-{after}", *given[:4], reset_after=after)
    for after in (True, False):
        yield by_oracle(op, f"one-{after}", *operands("f32", 1, 1, 1), reset_after=after)
        yield by_oracle(op, f"empty-{after}", *operands("f32", 0, 3, 2), reset_after=after)
        there = by_oracle(op, f"symbols-{after}", *operands("f32", 2, 3, 1), reset_after=after)
        fine = ("f32[B,3]", "f32[B,1]", "f32[3,3]", "f32[3,1]", "f32[3]", "f32[3]")
        yield typed(there, *fine)
        wide = by_oracle(op, f"sizes-symbolic-{after}", *operands("f32", 2, 3, 2), reset_after=after)
        yield typed(wide, "f32[B,I]", "f32[B,H]", "f32[3*H,I]", "f32[3*H,H]", "f32[3*H]", "f32[3*H]")
    given_attrs = {"reset_after": True}
    yield Reject("promotion", "T", (fine[0], "f64[B,1]", *fine[2:]), given_attrs, twin=fine)
    yield Reject("dtype", "T", ("i32[B,3]", *fine[1:]), given_attrs, twin=fine)
    yield Reject("rank", "C1", (fine[0], "f32[B]", *fine[2:]), given_attrs, twin=fine)
    three = ("f32[2,3]", "f32[2,1]", *fine[2:])
    yield Reject("batch", "C2", ("f32[3,3]", *three[1:]), given_attrs, twin=three)
    yield Reject("input-weights", "C3", (*three[:2], "f32[3,2]", *three[3:]), given_attrs, twin=three)
    yield Reject("hidden-weights", "C4", (*three[:3], "f32[4,1]", *three[4:]), given_attrs, twin=three)
    yield Reject("input-bias", "C5", (*three[:4], "f32[1]", three[5]), given_attrs, twin=three)
    yield Reject("hidden-bias", "C6", (*three[:5], "f32[3,1]"), given_attrs, twin=three)
    yield Reject("one-bias", "ir.arity", three[:5], given_attrs, twin=three)
