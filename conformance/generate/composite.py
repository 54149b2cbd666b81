"""Cases of schema/ops/composite.py. A runtime passes them natively and by the bodies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

from ...schema.dims import symbol
from ...schema.ir import DTypeAttr
from ..model import Case, Fails, Reject, boolean, empty, f32, f64, i32, i64, tensor
from ..oracle.arrays import Array
from .elementwise import unary_forms
from .registry import by_oracle, cases
from .shape import counted
from .sizes import F32, by_oracle_at, typed
from .values import Random, dtypes_of, reject_unary, specials, vector

Ints = tuple[int, ...]

#: What an activation may get wrong; results below the smallest normal number are left out.
ACTIVATED = (0.0, 0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 8.0, -8.0, 2.0**-10, math.inf, math.nan)


def _activation(op: str, **attrs: Any) -> Iterator[Case]:
    label = "-".join(map(str, attrs.values()))
    prefix = f"{label}-" if label else ""
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"{prefix}specials-{dtype}", vector(dtype, [*ACTIVATED, -math.inf]), **attrs)
        seeded = Random(f"{op} {dtype} {label}")
        yield by_oracle(op, f"{prefix}values-{dtype}", seeded.array(dtype, (24,), -6.0, 6.0), **attrs)
    yield by_oracle(op, f"{prefix}scalar", f32(1.5), **attrs)
    yield by_oracle(op, f"{prefix}empty", empty("f32", 2, 0), **attrs)
    there = by_oracle(op, f"{prefix}symbols", f32([[1, -2, 3]]), **attrs)
    yield typed(there, "f32[B,?]")


@cases("relu")
def relu() -> Iterator[Case]:
    for dtype in dtypes_of("relu"):
        yield by_oracle("relu", f"dtype-{dtype}", vector(dtype, [0, 1, 5, -1, -100]))
    for dtype in ("f16", "f32", "f64"):
        yield by_oracle("relu", f"specials-{dtype}", vector(dtype, [-0.0, math.inf, -math.inf, math.nan]))
    yield by_oracle("relu", "scalar", f32(-1.5))
    yield by_oracle("relu", "empty", empty("f32", 2, 0))
    many = Random("relu").array("f32", (2, 520))
    yield typed(by_oracle("relu", "many", many), "f32[B,?]")
    yield from unary_forms("relu", -4.0, 4.0)
    yield from reject_unary("relu")


def _plain(op: str) -> Iterator[Case]:
    yield from _activation(op)
    yield from unary_forms(op, -6.0, 6.0)
    yield from reject_unary(op)


for _name in ("sigmoid", "silu", "softplus"):
    cases(_name)(partial(_plain, _name))


@cases("gelu")
def gelu() -> Iterator[Case]:
    for approximate in ("none", "tanh"):
        yield from _activation("gelu", approximate=approximate)
    yield from unary_forms("gelu", -6.0, 6.0, approximate="tanh")
    good = {"approximate": "none"}
    yield from reject_unary("gelu", good)
    yield Reject("approximate", "C1", ("f32[2]",), {"approximate": "erf"}, twin_attrs=good)


# --- along axes -------------------------------------------------------------------


def _softmax(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        yield by_oracle(op, f"dtype-{dtype}", Random(f"{op} {dtype}").array(dtype, (3, 5)), axis=1)
        long = Random(f"{op} long {dtype}").array(dtype, (2, 37), -6.0, 6.0)
        yield by_oracle(op, f"long-{dtype}", long, axis=1)
        yield by_oracle(op, f"equal-{dtype}", vector(dtype, [-3] * 7), axis=0)
    yield by_oracle(op, "first-of-four", Random(f"{op} four").array("f64", (3, 1, 2, 2)), axis=0)
    x = Random(op).array("f32", (2, 3, 4), -20.0, 20.0)
    for axis in range(3):
        yield by_oracle(op, f"axis-{axis}", x, axis=axis)
    yield by_oracle(op, "one", f32([[5], [-3]]), axis=1)
    yield by_oracle(op, "large", f32([1e30, 1e30, -1e30]), axis=0)
    yield by_oracle(op, "minus-infinity", f32([1, -math.inf, 2]), axis=0)
    special = f32([[-math.inf, -math.inf], [1, math.inf], [math.nan, 1], [1, 2]])
    yield by_oracle(op, "not-finite", special, axis=1)
    yield by_oracle(op, "empty", empty("f32", 0, 3), axis=1)
    yield typed(by_oracle(op, "symbols", x, axis=1), "f32[B,N,?]")
    good = {"axis": 0}
    yield from reject_unary(op, good)
    yield Reject("axis", "C1", ("f32[2]",), {"axis": 1}, twin_attrs=good)
    yield Reject("axis-negative", "C1", ("f32[2]",), {"axis": -1}, twin_attrs=good)
    yield Reject("of-nothing", "C2", ("f32[0]",), good, twin=("f32[1]",))
    yield Fails("of-nothing-at-run-time", "C2", (empty("f32", 0),), good, ("f32[B]",))


for _name in ("softmax", "log_softmax"):
    cases(_name)(partial(_softmax, _name))


def _reduction(op: str, **attrs: Any) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        x = Random(f"{op} {dtype}").array(dtype, (3, 5))
        yield by_oracle(op, f"dtype-{dtype}", x, axes=(1,), **attrs)
    x = Random(op).array("f32", (2, 3, 4))
    for axes in ((0,), (1,), (2,), (0, 2), (0, 1, 2)):
        name = "-".join(map(str, axes))
        yield by_oracle(op, f"axes-{name}", x, axes=axes, **attrs)
        yield by_oracle(op, f"kept-{name}", x, axes=axes, keepdims=True, **attrs)
    yield by_oracle(op, "no-axes", f32([1, 2]), axes=(), **attrs)
    yield by_oracle(op, "scalar", f32(3), axes=(), **attrs)
    yield by_oracle(op, "of-nothing", empty("f32", 2, 0), axes=(1,), **attrs)
    yield by_oracle(op, "empty", empty("f32", 0, 2), axes=(1,), **attrs)
    yield typed(by_oracle(op, "symbols", x, axes=(0, 2), **attrs), "f32[B,?,N]")
    good = {"axes": (0,), **attrs, "keepdims": False}
    yield from reject_unary(op, good)
    yield Reject("outside", "C1", ("f32[2]",), {**good, "axes": (1,)}, twin_attrs=good)
    yield Reject("negative", "C1", ("f32[2]",), {**good, "axes": (-1,)}, twin_attrs=good)
    both = {**good, "axes": (0, 1)}
    yield Reject("order", "C2", ("f32[2,2]",), {**good, "axes": (1, 0)}, twin_attrs=both)
    yield Reject("twice", "C2", ("f32[2,2]",), {**good, "axes": (1, 1)}, twin_attrs=both)


@cases("mean")
def mean() -> Iterator[Case]:
    yield from _reduction("mean")
    yield by_oracle("mean", "not-finite", f32([[1, math.inf], [math.inf, -math.inf]]), axes=(1,))
    yield by_oracle("mean", "cancels", f64([1e16, 1, -1e16, 1]), axes=(0,))


@cases("var")
def var() -> Iterator[Case]:
    yield from _reduction("var", correction=0.0)
    x = Random("var correction").array("f32", (2, 4))
    for correction in (1.0, 1.5, -1.0):
        name = f"correction-{correction}".replace("--", "-minus-")
        yield by_oracle("var", name, x, axes=(1,), correction=correction)
    yield by_oracle("var", "one-less-one", f32([[1]]), axes=(1,), correction=1.0)
    yield by_oracle("var", "fewer-than-correction", f32([[1, 2]]), axes=(1,), correction=3.0)
    yield by_oracle("var", "not-finite", f32([[1, math.inf], [1, math.nan]]), axes=(1,))
    yield by_oracle("var", "far-from-zero", f64([1e6 + 1, 1e6 + 2, 1e6 + 4]), axes=(0,))


# --- normalisation ----------------------------------------------------------------


@cases("layer_norm")
def layer_norm() -> Iterator[Case]:
    random = Random("layer_norm")
    for dtype in dtypes_of("layer_norm"):
        x, scale, bias = (random.array(dtype, shape) for shape in ((2, 6), (6,), (6,)))
        given: dict[str, Any] = {"axis": 1, "epsilon": 1e-3}
        yield by_oracle("layer_norm", f"dtype-{dtype}", x, scale, bias, **given)
        yield by_oracle("layer_norm", f"no-bias-{dtype}", x, scale, **given)
        yield by_oracle("layer_norm", f"plain-{dtype}", x, **given)
        small = x.map(lambda item: item / 4096)
        yield by_oracle("layer_norm", f"small-{dtype}", small, scale, bias, **given)
        one = (random.array(dtype, shape) for shape in ((3, 1), (1,)))
        yield by_oracle("layer_norm", f"of-one-{dtype}", *one, **given)
    box = random.array("f32", (2, 3, 4))
    for axis in range(3):
        scale, bias = random.array("f32", box.shape[axis:]), random.array("f32", box.shape[axis:])
        yield by_oracle("layer_norm", f"axis-{axis}", box, scale, bias, axis=axis, epsilon=1e-5)
    yield by_oracle("layer_norm", "constant", f32([[2, 2, 2]]), f32([1, 2, 3]), axis=1, epsilon=1e-5)
    yield by_oracle("layer_norm", "empty", empty("f32", 0, 3), f32([1, 2, 3]), axis=1, epsilon=1e-5)
    given_x = random.array("f32", (2, 3))
    there = by_oracle("layer_norm", "symbols", given_x, f32([1, 2, 3]), axis=1, epsilon=1e-5)
    yield typed(there, "f32[B,N]", "f32[N]")
    good: dict[str, Any] = {"axis": 1, "epsilon": 1e-5}
    x_type, s = "f32[2,3]", "f32[3]"
    yield Reject("promotion", "T", (x_type, "f64[3]"), good, twin=(x_type, s))
    yield Reject("dtype", "T", ("i32[2,3]",), good, twin=(x_type,))
    yield Reject("axis", "C1", (x_type,), {**good, "axis": 2}, twin_attrs=good)
    yield Reject("scale", "C2", (x_type, "f32[1]"), good, twin=(x_type, s))
    yield Reject("bias", "C3", (x_type, s, "f32[2]"), good, twin=(x_type, s, s))
    unequal = ("f32[2,3]", "f32[B]")
    yield Fails("scale-at-run-time", "C2", (given_x, f32([1, 2])), good, unequal)


@cases("rms_norm")
def rms_norm() -> Iterator[Case]:
    random = Random("rms_norm")
    for dtype in dtypes_of("rms_norm"):
        x, scale = random.array(dtype, (2, 6)), random.array(dtype, (6,))
        yield by_oracle("rms_norm", f"dtype-{dtype}", x, scale, axis=1, epsilon=1e-3)
        x, scale = random.array(dtype, (2, 37), -9.0, 9.0), random.array(dtype, (37,))
        yield by_oracle("rms_norm", f"long-{dtype}", x, scale, axis=1, epsilon=1e-5)
        one = random.array(dtype, (3, 1)), random.array(dtype, (1,))
        yield by_oracle("rms_norm", f"of-one-{dtype}", *one, axis=1, epsilon=1e-3)
        yield by_oracle("rms_norm", f"no-epsilon-{dtype}", x, scale, axis=1, epsilon=0.0)
        small = x.map(lambda item: item / 4096)
        yield by_oracle("rms_norm", f"small-{dtype}", small, scale, axis=1, epsilon=1e-3)
    box = random.array("f32", (2, 3, 4))
    for axis in range(3):
        scale = random.array("f32", box.shape[axis:])
        yield by_oracle("rms_norm", f"axis-{axis}", box, scale, axis=axis, epsilon=1e-6)
    yield by_oracle("rms_norm", "vector", f32([1, -2, 3, -4]), f32([1, 1, 2, 0.5]), axis=0, epsilon=1e-5)
    yield by_oracle("rms_norm", "empty", empty("f32", 0, 3), f32([1, 2, 3]), axis=1, epsilon=1e-5)
    yield by_oracle("rms_norm", "scale-0", f32([[1, 2]]), f32([0.0, -0.0]), axis=1, epsilon=1e-6)
    yield by_oracle("rms_norm", "epsilon-large", f32([[1, 2]]), f32([1, 2]), axis=1, epsilon=1e3)
    yield by_oracle("rms_norm", "zeros", f32([[0, 0]]), f32([1, 2]), axis=1, epsilon=1e-6)
    given_x = random.array("f32", (2, 3))
    there = by_oracle("rms_norm", "symbols", given_x, f32([1, 2, 3]), axis=1, epsilon=1e-5)
    yield typed(there, "f32[B,N]", "f32[N]")
    good: dict[str, Any] = {"axis": 1, "epsilon": 1e-5}
    both = ("f32[2,3]", "f32[3]")
    yield Reject("promotion", "T", ("f32[2,3]", "f64[3]"), good, twin=both)
    yield Reject("axis", "C1", both, {**good, "axis": -1}, twin_attrs=good)
    yield Reject("scale", "C2", ("f32[2,3]", "f32[1,3]"), good, twin=both)


@cases("batch_norm")
def batch_norm() -> Iterator[Case]:
    random = Random("batch_norm")

    def operands(dtype: str, shape: Ints) -> list[Array]:
        channel = shape[1:2]
        x, average, scale, bias = (random.array(dtype, s) for s in (shape, channel, channel, channel))
        return [x, average, random.array(dtype, channel, 0.1, 3.0), scale, bias]

    for dtype in dtypes_of("batch_norm"):
        given = operands(dtype, (2, 3, 2))
        yield by_oracle("batch_norm", f"dtype-{dtype}", *given, epsilon=1e-3)
        yield by_oracle("batch_norm", f"plain-{dtype}", *given[:3], epsilon=1e-3)
    shapes = ((2, 3), (1, 1), (5, 1, 3), (1, 2, 2, 2), (2, 3, 1, 2, 2), (3, 17), (0, 2, 3), (2, 0), (2, 3, 0))
    for shape in (*shapes, (1, 64), (2, 1, 9)):
        name = "x".join(map(str, shape))
        yield by_oracle("batch_norm", f"shape-{name}", *operands("f32", shape), epsilon=1e-5)
    there = by_oracle("batch_norm", "symbols", *operands("f32", (2, 3, 2)), epsilon=1e-5)
    yield typed(there, "f32[B,3,H]", *["f32[3]"] * 4)
    good = {"epsilon": 1e-5}
    x, c = "f32[2,3,4]", "f32[3]"
    five = (x, c, c, c, c)
    yield Reject("promotion", "T", (x, "f64[3]", c, c, c), good, twin=five)
    yield Reject("rank", "C1", ("f32[3]", c, c, c, c), good, twin=five)
    for place, name in enumerate(("average", "variance", "scale", "bias"), start=1):
        wrong = (*five[:place], "f32[4]", *five[place + 1 :])
        yield Reject(name, f"C{place + 1}", wrong, good, twin=five)
    yield Reject("four", "ir.arity", five[:4], good, twin=five)


# --- layers -----------------------------------------------------------------------


@cases("linear")
def linear() -> Iterator[Case]:
    random = Random("linear")
    for dtype in dtypes_of("linear"):
        x, w, b = (random.array(dtype, s) for s in ((2, 3), (4, 3), (4,)))
        yield by_oracle("linear", f"dtype-{dtype}", x, w, b)
        yield by_oracle("linear", f"no-bias-{dtype}", x, w)
        long = (random.array(dtype, s) for s in ((3, 37), (5, 37), (5,)))
        yield by_oracle("linear", f"long-{dtype}", *long)
        one = (random.array(dtype, s) for s in ((1, 1), (1, 1), (1,)))
        yield by_oracle("linear", f"of-one-{dtype}", *one)
    w, b = random.array("f32", (2, 3)), random.array("f32", (2,))
    yield by_oracle("linear", "box", random.array("f32", (2, 1, 2, 3)), w, b)
    yield by_oracle("linear", "empty", empty("f32", 0, 3), w, b)
    yield by_oracle("linear", "no-inputs", empty("f32", 2, 0), empty("f32", 3, 0), f32([1, 2, 3]))
    there = by_oracle("linear", "symbols", random.array("f32", (2, 3)), w, b)
    yield typed(there, "f32[B,3]", "f32[2,3]", "f32[2]")
    fine = ("f32[2,3]", "f32[4,3]")
    yield Reject("promotion", "T", ("f32[2,3]", "f64[4,3]"), twin=fine)
    yield Reject("vector", "C1", ("f32[3]", "f32[4,3]"), twin=fine)
    yield Reject("rank-of-weights", "C1", ("f32[2,3]", "f32[1,4,3]"), twin=fine)
    yield Reject("inputs", "C2", ("f32[2,3]", "f32[4,2]"), twin=fine)
    yield Reject("bias", "C3", (*fine, "f32[3]"), twin=(*fine, "f32[4]"))
    given = (random.array("f32", (1, 2)), random.array("f32", (1, 3)))
    yield Fails("inputs-at-run-time", "C2", given, {}, ("f32[1,N]", "f32[1,3]"))


@cases("lstm_cell")
def lstm_cell() -> Iterator[Case]:
    random = Random("lstm_cell")

    def operands(dtype: str, batch: int, inputs: int, size: int) -> list[Array]:
        state, gates = (batch, size), 4 * size
        shapes = ((batch, inputs), state, state, (gates, inputs), (gates, size), (gates,))
        return [random.array(dtype, shape, -1.5, 1.5) for shape in shapes]

    for dtype in dtypes_of("lstm_cell"):
        given = operands(dtype, 2, 3, 2)
        yield by_oracle("lstm_cell", f"dtype-{dtype}", *given)
        yield by_oracle("lstm_cell", f"no-bias-{dtype}", *given[:5])
        yield by_oracle("lstm_cell", f"wide-{dtype}", *operands(dtype, 3, 5, 17))
        yield by_oracle("lstm_cell", f"one-call-{dtype}", *operands(dtype, 1, 4, 3))
        full = [x.map(lambda item: 16 * item) for x in operands(dtype, 2, 2, 3)]
        yield by_oracle("lstm_cell", f"gates-closed-{dtype}", *full)
    yield by_oracle("lstm_cell", "one", *operands("f32", 1, 1, 1))
    yield by_oracle("lstm_cell", "empty", *operands("f32", 0, 3, 2))
    there = by_oracle("lstm_cell", "symbols", *operands("f32", 2, 3, 1))
    fine = ("f32[B,3]", "f32[B,1]", "f32[B,1]", "f32[4,3]", "f32[4,1]", "f32[4]")
    yield typed(there, *fine)
    wrong = {"T": "f64[B,1]", "C1": "f32[B]", "C2": "f32[N,1]", "C3": "f32[B,2]"}
    yield Reject("promotion", "T", (*fine[:2], wrong["T"], *fine[3:]), twin=fine)
    yield Reject("rank", "C1", (fine[0], wrong["C1"], *fine[2:]), twin=fine)
    three = ("f32[2,3]", "f32[2,1]", "f32[2,1]", *fine[3:])
    yield Reject("batch", "C2", ("f32[3,3]", *three[1:]), twin=three)
    yield Reject("cell", "C3", (*three[:2], "f32[2,2]", *three[3:]), twin=three)
    yield Reject("input-weights", "C4", (*three[:3], "f32[4,2]", *three[4:]), twin=three)
    yield Reject("hidden-weights", "C5", (*three[:4], "f32[3,1]", three[5]), twin=three)
    yield Reject("bias", "C6", (*three[:5], "f32[1]"), twin=three)


@cases("scaled_dot_product_attention")
def scaled_dot_product_attention() -> Iterator[Case]:
    op = "scaled_dot_product_attention"
    random = Random(op)
    for dtype in dtypes_of(op):
        q, k, v = (random.array(dtype, s, -1.5, 1.5) for s in ((2, 3, 4), (2, 5, 4), (2, 5, 2)))
        yield by_oracle(op, f"dtype-{dtype}", q, k, v)
        yield by_oracle(op, f"causal-{dtype}", q, k, v, causal=True)
        yield by_oracle(op, f"mask-{dtype}", q, k, v, random.array(dtype, (3, 5)))
    q, k, v = (random.array("f32", s, -1.5, 1.5) for s in ((3, 2), (3, 2), (3, 4)))
    yield by_oracle(op, "matrix", q, k, v)
    yield by_oracle(op, "scale", q, k, v, scale=0.25)
    yield by_oracle(op, "mask-row", q, k, v, f32([0, -1, -math.inf]))
    seen = boolean([[True, False, True], [False, True, False], [True] * 3])
    yield by_oracle(op, "bool-mask", q, k, v, seen)
    yield by_oracle(op, "bool-mask-row", q, k, v, boolean([[True, True, False]]))
    yield by_oracle(op, "sees-nothing", q, k, v, boolean([[False] * 3, [True] * 3, [False, False, True]]))
    yield by_oracle(op, "causal-and-mask", q, k, v, f32([[0, 5, 5], [1, 0, 5], [1, 2, 0]]), causal=True)
    one = random.array("f32", (1, 2))
    yield by_oracle(op, "causal-one-query", one, k, v, causal=True)
    yield by_oracle(op, "heads", *(random.array("f32", (1, 2, s, 3), -1.0, 1.0) for s in (2, 4, 4)))
    yield by_oracle(op, "no-query", empty("f32", 0, 2), k, v)
    yield typed(by_oracle(op, "symbols", q, k, v, causal=True), "f32[L,2]", "f32[S,2]", "f32[S,4]")
    given: dict[str, Any] = {"scale": None, "causal": False}
    q_type, k_type, v_type = fine = ("f32[2,3,4]", "f32[2,5,4]", "f32[2,5,2]")
    yield Reject("promotion", "T", (q_type, "f64[2,5,4]", v_type), given, twin=fine)
    yield Reject("mask-dtype", "T", (*fine, "i32[3,5]"), given, twin=(*fine, "bool[3,5]"))
    yield Reject("rank", "C1", (q_type, k_type, "f32[5,2]"), given, twin=fine)
    yield Reject("batch", "C2", (q_type, "f32[1,5,4]", v_type), given, twin=fine)
    yield Reject("depth", "C3", (q_type, "f32[2,5,3]", v_type), given, twin=fine)
    yield Reject("keys", "C4", (q_type, k_type, "f32[2,6,2]"), given, twin=fine)
    nothing = ("f32[2,3,4]", "f32[2,0,4]", "f32[2,N,2]")
    yield Reject("no-keys", "C5", nothing, given, twin=("f32[2,3,4]", "f32[2,1,4]", "f32[2,N,2]"))
    yield Reject("mask-shape", "C6", (*fine, "f32[3,4]"), given, twin=(*fine, "f32[3,5]"))
    yield Reject("mask-rank", "C6", (*fine, "f32[1,2,3,5]"), given, twin=(*fine, "f32[2,3,5]"))


@cases("avg_pool")
def avg_pool() -> Iterator[Case]:
    def given(window: Ints, **more: Any) -> dict[str, Any]:
        one, zero = (1,) * len(window), (0,) * len(window)
        found = {"window": window, "strides": one, "low": zero, "high": zero, "count_include_pad": True}
        return {**found, **more}

    random = Random("avg_pool")
    for dtype in dtypes_of("avg_pool"):
        x = random.array(dtype, (1, 2, 5))
        yield by_oracle("avg_pool", f"dtype-{dtype}", x, **given((3,), low=(1,)))
        box = random.array(dtype, (1, 2, 3, 3, 3))
        yield by_oracle("avg_pool", f"box-{dtype}", box, **given((2, 2, 3), strides=(1, 2, 1)))
        yield by_oracle("avg_pool", f"of-one-{dtype}", x, **given((1,)))
    x = random.array("f32", (2, 4, 5))
    for include in (True, False):
        more = {"low": (1, 0), "high": (1, 1), "strides": (2, 1), "count_include_pad": include}
        yield by_oracle("avg_pool", f"padded-{include}", x, **given((2, 3), **more))
        wide = given((2,), low=(2,), high=(2,), count_include_pad=include)
        yield by_oracle("avg_pool", f"only-padding-{include}", counted(2), **wide)
    yield by_oracle("avg_pool", "whole", x, **given((4, 5)))
    yield by_oracle("avg_pool", "strides", x, **given((2, 2), strides=(2, 2)))
    yield by_oracle("avg_pool", "empty", empty("f32", 0, 4), **given((2,)))
    yield typed(by_oracle("avg_pool", "symbols", x, **given((2, 2))), "f32[B,H,W]")
    not_counted = given((2, 2), low=(1, 1), count_include_pad=False)
    yield typed(by_oracle("avg_pool", "symbols-not-counted", x, **not_counted), "f32[B,H,W]")
    x_type, good = ("f32[2,5]",), given((2,))
    yield Reject("dtype", "T", ("i32[2,5]",), good, twin=x_type)
    yield Reject("no-window", "C1", x_type, {**good, "window": ()}, twin_attrs=good)
    for name in ("strides", "low", "high"):
        yield Reject(f"{name}-length", "C2", x_type, {**good, name: (1, 1)}, twin_attrs=good)
    for name in ("window", "strides"):
        yield Reject(f"{name}-zero", "C3", x_type, {**good, name: (0,)}, twin_attrs=good)
    for name in ("low", "high"):
        yield Reject(f"{name}-negative", "C4", x_type, {**good, name: (-1,)}, twin_attrs=good)
    yield Reject("too-large", "C5", ("f32[2,1]",), good, twin=x_type)
    yield Fails("too-large-at-run-time", "C5", (counted(1),), good, ("f32[B]",))


# --- arrangement ------------------------------------------------------------------


@cases("stack")
def stack() -> Iterator[Case]:
    for dtype in dtypes_of("stack"):
        yield by_oracle("stack", f"dtype-{dtype}", tensor(dtype, [0, 1]), tensor(dtype, [1, 1]), axis=0)
    x, y = counted(2, 2), f32([[-1, -2], [-3, -4]])
    for axis in range(3):
        yield by_oracle("stack", f"axis-{axis}", x, y, x, axis=axis)
    yield by_oracle("stack", "one", x, axis=1)
    yield by_oracle("stack", "scalars", f32(1), f32(2), axis=0)
    yield by_oracle("stack", "empty", empty("f32", 0), empty("f32", 0), axis=1)
    yield typed(by_oracle("stack", "symbols", x, y, axis=1), "f32[B,2]", "f32[B,2]")
    good = {"axis": 0}
    yield Reject("promotion", "T", ("f32[2]", "f64[2]"), good, twin=("f32[2]", "f32[2]"))
    yield Reject("shapes", "C1", ("f32[2]", "f32[3]"), good, twin=("f32[2]", "f32[2]"))
    yield Reject("axis", "C2", ("f32[2]",), {"axis": 2}, twin_attrs=good)
    yield Reject("axis-negative", "C2", ("f32[2]",), {"axis": -1}, twin_attrs=good)
    yield Fails("shapes-at-run-time", "C1", (f32([1]), f32([1, 2])), good, ("f32[A]", "f32[B]"))


@cases("one_hot")
def one_hot() -> Iterator[Case]:
    given: dict[str, Any] = {"depth": 3, "dtype": F32}
    for dtype in ("bool", "i8", "u64", "f16", "f64", "c64", "bf16", "f8e5m2"):
        yield by_oracle("one_hot", f"to-{dtype}", i64([0, 2]), depth=3, dtype=DTypeAttr(dtype))
    yield by_oracle("one_hot", "i32", i32([[0, 1], [2, 1]]), **given)
    yield by_oracle("one_hot", "scalar", i64(1), **given)
    for dtype in ("i16", "u8", "i64", "f32"):
        yield by_oracle("one_hot", f"last-{dtype}", i64([6, 7, 0]), depth=7, dtype=DTypeAttr(dtype))
    yield by_oracle("one_hot", "i32-extremes", i32([-(2**31), 2**31 - 1, 0]), **given)
    yield by_oracle("one_hot", "box", i64([[[0], [1]], [[2], [1]]]), **given)
    yield by_oracle("one_hot", "depth-1", i64([0, 1, 0]), depth=1, dtype=F32)
    yield by_oracle("one_hot", "no-indices-i32", empty("i32", 2, 0), **given)
    yield by_oracle("one_hot", "depth-17", i32([16, 3]), depth=17, dtype=F32)
    yield by_oracle("one_hot", "outside", i64([-1, 3, -(2**63), 2**63 - 1]), **given)
    yield by_oracle("one_hot", "no-depth", i64([0]), depth=0, dtype=F32)
    yield by_oracle("one_hot", "empty", empty("i64", 0), **given)
    by_size = (i64([0, 2, 1]),)
    yield by_oracle_at("one_hot", "symbols", ("i64[B]",), by_size, {"B": 3}, depth=symbol("B"), dtype=F32)
    yield Reject("dtype", "I", ("f32[2]",), given, twin=("i64[2]",))
    yield Reject("depth", "C1", ("i64[2]",), {**given, "depth": -1}, twin_attrs=given)


def _triangle(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        values = (specials(dtype) * 2)[-4:]
        yield by_oracle(op, f"dtype-{dtype}", Array(dtype, (2, 2), values), offset=0)
    for offset in (1, -1, 2, -3, 2**40, -(2**40)):
        name = f"offset-{offset}".replace("--", "-minus-")
        yield by_oracle(op, name, counted(3, 4), offset=offset)
    yield by_oracle(op, "batch", counted(2, 2, 3), offset=0)
    yield by_oracle(op, "not-finite", f32([[math.nan, math.nan], [-math.inf, math.inf]]), offset=0)
    yield by_oracle(op, "empty", empty("f32", 0, 3), offset=0)
    yield typed(by_oracle(op, "symbols", counted(3, 2), offset=1), "f32[B,N]")
    good = {"offset": 0}
    yield Reject("dtype", "T", ("bf16[2,2]",), good, twin=("f32[2,2]",))
    yield Reject("rank", "C1", ("f32[2]",), good, twin=("f32[2,2]",))


for _name in ("tril", "triu"):
    cases(_name)(partial(_triangle, _name))
