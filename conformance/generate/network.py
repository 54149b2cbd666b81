"""Cases of schema/ops/network.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..model import Case, Fails, Reject, empty, f32, f64, i8, tensor, u8
from ..oracle.arrays import Array
from .registry import by_oracle, cases
from .shape import counted
from .sizes import typed
from .values import Random, dtypes_of

Ints = tuple[int, ...]


def _conv(rank: int = 1, **given: Any) -> dict[str, Any]:
    one, zero = (1,) * rank, (0,) * rank
    return {"strides": one, "low": zero, "high": zero, "dilations": one, "groups": 1, **given}


@cases("conv")
def conv() -> Iterator[Case]:
    random = Random("conv")

    def case(name: str, x: Ints, w: Ints, bias: bool = False, dtype: str = "f32", **given: Any) -> Case:
        operands = [random.array(dtype, x), random.array(dtype, w)]
        if bias:
            operands.append(random.array(dtype, w[:1]))
        return by_oracle("conv", name, *operands, **_conv(len(x) - 2, **given))

    for dtype in dtypes_of("conv"):
        yield case(f"dtype-{dtype}", (1, 2, 5), (2, 2, 3), True, dtype, low=(1,), high=(1,))
        yield case(f"plane-{dtype}", (1, 2, 4, 4), (2, 2, 3, 3), False, dtype)
    yield case("vector", (2, 1, 6), (1, 1, 3))
    yield case("stride", (1, 2, 7), (2, 2, 3), True, strides=(2,))
    yield case("stride-leaves-rest", (1, 1, 8), (1, 1, 3), strides=(3,))
    yield case("dilation", (1, 2, 7), (2, 2, 3), dilations=(2,))
    yield case("padding-unequal", (1, 1, 3), (1, 1, 3), True, low=(2,), high=(0,))
    yield case("padding-wide", (1, 1, 1), (1, 1, 2), low=(3,), high=(3,))
    yield case("one-tap", (2, 3, 2, 2), (2, 3, 1, 1), True)
    yield case("one-tap-stride", (1, 2, 3, 4), (2, 2, 1, 1), strides=(2, 3))
    yield case("one-tap-padded", (1, 2, 2, 2), (1, 2, 1, 1), low=(1, 0), high=(0, 1))
    yield case("groups", (1, 4, 4), (4, 2, 3), True, groups=2)
    yield case("groups-unequal", (1, 2, 4, 3), (6, 1, 2, 2), True, groups=2)
    yield case("each-channel", (2, 3, 4, 4), (3, 1, 3, 3), True, groups=3, low=(1, 1), high=(1, 1))
    yield case("each-channel-stride", (1, 3, 5), (3, 1, 2), groups=3, strides=(2,), dilations=(2,))
    yield case("plane", (1, 2, 5, 4), (3, 2, 3, 2), True, strides=(2, 1), low=(1, 0), high=(0, 1))
    yield case("box", (1, 1, 3, 4, 3), (2, 1, 2, 2, 2), True, strides=(1, 2, 1), high=(0, 1, 0))
    yield case("whole", (1, 2, 3, 3), (2, 2, 3, 3))
    yield case("no-batch", (0, 2, 5), (2, 2, 3), True)
    yield case("no-filter", (1, 2, 5), (0, 2, 3))
    nothing = (empty("f32", 1, 0, 5), empty("f32", 2, 0, 3))
    yield by_oracle("conv", "no-channel", *nothing, f32([1, 2]), **_conv())
    special = f32([[[1, math.inf, 2, math.nan, 3, 4]]])
    yield by_oracle("conv", "not-finite", special, f32([[[1, 0.5]]]), **_conv())
    yield by_oracle("conv", "infinite-weight", f32([[[1, 2, -3, 0.0]]]), f32([[[math.inf]]]), **_conv())
    there = case("symbols", (2, 2, 5, 4), (3, 2, 3, 2), True)
    yield typed(there, "f32[B,2,H,W]", "f32[3,2,3,2]", "f32[3]")  # type: ignore[arg-type]
    there = case("unknown", (1, 2, 5), (2, 2, 3), strides=(2,))
    yield typed(there, "f32[?,?,?]", "f32[2,2,3]")  # type: ignore[arg-type]

    x, w, b = "f32[1,4,5]", "f32[2,4,3]", "f32[2]"
    good = _conv()
    yield Reject("promotion", "T", (x, "f64[2,4,3]"), good, twin=(x, w))
    yield Reject("dtype", "T", ("i32[1,4,5]", w), good, twin=(x, w))
    yield Reject("rank-2", "C1", ("f32[1,4]", w), good, twin=(x, w))
    yield Reject("rank-of-filters", "C1", (x, "f32[2,4,3,3]"), good, twin=(x, w))
    for name in ("strides", "low", "high", "dilations"):
        yield Reject(f"{name}-length", "C2", (x, w), {**good, name: (1, 1)}, twin_attrs=good)
    yield Reject("stride-zero", "C3", (x, w), {**good, "strides": (0,)}, twin_attrs=good)
    yield Reject("dilation-zero", "C3", (x, w), {**good, "dilations": (0,)}, twin_attrs=good)
    yield Reject("low-negative", "C4", (x, w), {**good, "low": (-1,)}, twin_attrs=good)
    yield Reject("high-negative", "C4", (x, w), {**good, "high": (-1,)}, twin_attrs=good)
    yield Reject("no-groups", "C5", (x, w), {**good, "groups": 0}, twin_attrs=good)
    yield Reject("channels", "C6", (x, "f32[2,3,3]"), good, twin=(x, w))
    yield Reject("channels-of-groups", "C6", (x, w), {**good, "groups": 2}, twin_attrs=good)
    two = {**good, "groups": 2}
    yield Reject("filters-of-groups", "C7", (x, "f32[3,2,3]"), two, twin=(x, "f32[2,2,3]"))
    yield Reject("bias-shape", "C8", (x, w, "f32[3]"), good, twin=(x, w, b))
    yield Reject("bias-rank", "C8", (x, w, "f32[2,1]"), good, twin=(x, w, b))
    yield Reject("too-large", "C9", ("f32[1,4,2]", w), good, twin=(x, w))
    yield Reject("no-taps", "C9", (x, "f32[2,4,0]"), good, twin=(x, w))
    small = (empty("f32", 0, 4, 2), empty("f32", 0, 4, 3))
    yield Fails("too-large-at-run-time", "C9", small, good, ("f32[0,4,B]", "f32[0,4,3]"))
    channels = (empty("f32", 0, 3, 5), empty("f32", 0, 4, 3))
    yield Fails("channels-at-run-time", "C6", channels, good, ("f32[0,C,5]", "f32[0,4,3]"))


# --- windows ----------------------------------------------------------------------


def _window(window: Ints, **given: Any) -> dict[str, Any]:
    one, zero = (1,) * len(window), (0,) * len(window)
    return {"window": window, "strides": one, "low": zero, "high": zero, "dilations": one, **given}


def _window_cases(op: str) -> Iterator[Case]:
    random = Random(op)
    for dtype in dtypes_of(op):
        x = random.array(dtype, (7,)) if dtype != "c64" else Array("c64", (7,), [n - 1j for n in range(7)])
        yield by_oracle(op, f"dtype-{dtype}", x, **_window((3,), low=(1,)))
    x = random.array("f32", (2, 5, 6))
    yield by_oracle(op, "plane", x, **_window((2, 3)))
    yield by_oracle(op, "strides", x, **_window((2, 3), strides=(2, 2)))
    yield by_oracle(op, "padded", x, **_window((3, 3), strides=(2, 2), low=(1, 1), high=(1, 0)))
    yield by_oracle(op, "dilated", x, **_window((2, 3), dilations=(3, 2)))
    yield by_oracle(op, "all-axes", x, **_window((2, 2, 2), strides=(1, 3, 2)))
    yield by_oracle(op, "whole", x, **_window((5, 6)))
    yield by_oracle(op, "one", x, **_window((1, 1)))
    yield by_oracle(op, "one-strides", x, **_window((1,), strides=(4,)))
    yield by_oracle(op, "only-padding", counted(2), **_window((2,), low=(3,), high=(2,)))
    yield by_oracle(op, "empty", empty("f32", 0, 4), **_window((2,)))
    yield by_oracle(op, "padding-of-nothing", empty("f32", 0), **_window((2,), low=(1,), high=(2,)))
    special = f32([1, math.nan, -math.inf, 2, math.inf, math.inf, 3])
    yield by_oracle(op, "not-finite", special, **_window((2,)))
    there = by_oracle(op, "symbols", x, **_window((2, 2), strides=(2, 2)))
    yield typed(there, "f32[B,H,W]")
    x_type, good = ("f32[2,5]",), _window((2,))
    bad_dtype = "bool" if op == "reduce_window_sum" else "c64"
    yield Reject("dtype", "T", (f"{bad_dtype}[2,5]",), good, twin=x_type)
    yield Reject("no-window", "C1", x_type, {**good, "window": ()}, twin_attrs=good)
    yield Reject("scalar", "C1", ("f32[]",), good, twin=x_type)
    for name in ("strides", "low", "high", "dilations"):
        yield Reject(f"{name}-length", "C2", x_type, {**good, name: (1, 1)}, twin_attrs=good)
    for name in ("window", "strides", "dilations"):
        yield Reject(f"{name}-zero", "C3", x_type, {**good, name: (0,)}, twin_attrs=good)
    for name in ("low", "high"):
        yield Reject(f"{name}-negative", "C4", x_type, {**good, name: (-1,)}, twin_attrs=good)
    yield Reject("too-large", "C5", ("f32[2,1]",), good, twin=x_type)
    yield Fails("too-large-at-run-time", "C5", (counted(1),), good, ("f32[B]",))


@cases("reduce_window_max")
def reduce_window_max() -> Iterator[Case]:
    yield from _window_cases("reduce_window_max")
    yield by_oracle("reduce_window_max", "least-i8", i8([-128, -127]), **_window((2,), low=(1,)))
    yield by_oracle("reduce_window_max", "least-u8", u8([0, 1]), **_window((2,), low=(2,)))
    both = tensor("f64", [-math.inf, -math.inf])
    yield by_oracle("reduce_window_max", "least-f64", both, **_window((2,), high=(1,)))


@cases("reduce_window_sum")
def reduce_window_sum() -> Iterator[Case]:
    yield from _window_cases("reduce_window_sum")
    yield by_oracle("reduce_window_sum", "wraps-u8", u8([200, 100, 255]), **_window((2,)))
    yield by_oracle("reduce_window_sum", "cancels", f64([1e16, 1, -1e16, 1]), **_window((3,)))
