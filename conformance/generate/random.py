"""Cases of schema/ops/random.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...schema.dtypes import INTEGER
from ...schema.ir import DTypeAttr
from ..model import Accept, Case, Fails, Reject, empty, u32
from .registry import by_oracle, cases
from .values import Random, extremes

_KEYS = (
    ("zero", [0, 0]),
    ("ones", [2**32 - 1, 2**32 - 1]),
    ("seed", [0x13198A2E, 0x03707344]),
    ("order", [1, 0]),
)


def _wrong_keys(attrs: dict[str, Any]) -> Iterator[Case]:
    yield Reject("key-dtype", "K", ("i32[2]",), attrs, twin=("u32[2]",))
    yield Reject("key-size", "C1", ("u32[3]",), attrs, twin=("u32[2]",))
    yield Reject("key-rank", "C1", ("u32[1,2]",), attrs, twin=("u32[2]",))
    yield Fails("key-size", "C1", (u32([1, 2, 3]),), attrs, operands=("u32[N]",))


@cases("random_bits")
def random_bits() -> Iterator[Case]:
    op = "random_bits"
    # The published test vector of Threefry-2x32 with 20 rounds, all zeros.
    yield Accept("known-answer", (u32([0, 0]),), (u32([0x6B200159, 0x99BA4EFE]),), {"shape": (2,)})
    for name, key in _KEYS:
        yield by_oracle(op, name, u32(key), shape=(9,))
    for seed in range(4):
        yield by_oracle(op, f"other-{seed}", Random(f"{op} {seed}").array("u32", (2,)), shape=(7,))
    for name, shape in (
        ("scalar", ()),
        ("one", (1,)),
        ("two", (2,)),
        ("four", (4,)),
        ("ones", (1, 1, 1)),
        ("box", (2, 3, 5)),
        ("nothing", (0,)),
        ("even", (64,)),
        ("matrix", (3, 5)),
        ("empty", (2, 0)),
        ("long", (257,)),
    ):
        yield by_oracle(op, f"shape-{name}", u32([7, 11]), shape=shape)
    attrs: dict[str, Any] = {"shape": (3,)}
    yield from _wrong_keys(attrs)
    yield Reject("negative-size", "C2", ("u32[2]",), {"shape": (-3,)}, twin_attrs=attrs)


@cases("random_split")
def random_split() -> Iterator[Case]:
    op = "random_split"
    for name, key in _KEYS:
        yield by_oracle(op, name, u32(key), count=5)
    for count in (1, 2, 3, 4, 8, 17, 64):
        yield by_oracle(op, f"count-{count}", u32([7, 11]), count=count)
    for seed in range(7):
        yield by_oracle(op, f"other-{seed}", Random(f"{op} {seed}").array("u32", (2,)), count=3)
    yield Accept("none", (u32([7, 11]),), (empty("u32", 0, 2),), {"count": 0})
    attrs: dict[str, Any] = {"count": 3}
    yield from _wrong_keys(attrs)
    yield Reject("negative-count", "C2", ("u32[2]",), {"count": -1}, twin_attrs=attrs)
    yield Reject("count-too-large", "C2", ("u32[2]",), {"count": 2**32 + 1}, twin_attrs=attrs)


@cases("uniform")
def uniform() -> Iterator[Case]:
    op = "uniform"
    for dtype in ("f16", "f32", "f64"):
        for name, key in _KEYS:
            yield by_oracle(op, f"{name}-{dtype}", u32(key), dtype=DTypeAttr(dtype), shape=(9,))
        yield by_oracle(op, f"scalar-{dtype}", u32([7, 11]), dtype=DTypeAttr(dtype), shape=())
        yield by_oracle(
            op, f"matrix-{dtype}", Random(op).array("u32", (2,)), dtype=DTypeAttr(dtype), shape=(2, 3)
        )
    f32 = DTypeAttr("f32")
    yield by_oracle(op, "empty", u32([7, 11]), dtype=f32, shape=(0, 2))
    attrs: dict[str, Any] = {"dtype": f32, "shape": (3,)}
    yield from _wrong_keys(attrs)
    yield Reject("negative-size", "C2", ("u32[2]",), {**attrs, "shape": (-1,)}, twin_attrs=attrs)
    yield Reject("integers", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("i32")}, twin_attrs=attrs)
    yield Reject("storage", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("bf16")}, twin_attrs=attrs)


@cases("random_integers")
def random_integers() -> Iterator[Case]:
    op = "random_integers"
    for dtype in INTEGER:
        low, high = extremes(dtype)
        low = max(low, 1 - 2**63)  # dimensions are less than 2**63 in magnitude
        given = {"dtype": DTypeAttr(dtype), "shape": (5,)}
        yield by_oracle(op, f"dtype-{dtype}", u32([3, 9]), low=2, high=100, **given)
        top = min(high, 2**63 - 2) + 1
        yield by_oracle(op, f"all-{dtype}", u32([3, 9]), low=low, high=top, **given)
        yield by_oracle(op, f"last-{dtype}", u32([3, 9]), low=top - 3, high=top, **given)
    i64: dict[str, Any] = {"dtype": DTypeAttr("i64"), "shape": (3, 3)}
    for name, key in _KEYS:
        yield by_oracle(op, name, u32(key), low=-5, high=5, **i64)
    for name, span in (
        ("one", 1),
        ("odd", 3),
        ("just-below", 2**32 - 1),
        ("words", 2**32),
        ("just-above", 2**32 + 1),
        ("odd-and-wide", 3**40),
        ("half", 2**63),
    ):
        yield by_oracle(op, f"range-{name}", u32([7, 11]), low=-(2**62), high=span - 2**62, **i64)
    for name, shape in (("scalar", ()), ("empty", (0, 2)), ("long", (65,))):
        yield by_oracle(op, f"shape-{name}", u32([7, 11]), low=0, high=6, dtype=DTypeAttr("i32"), shape=shape)
    attrs: dict[str, Any] = {"low": 0, "high": 6, "dtype": DTypeAttr("i32"), "shape": (3,)}
    yield from _wrong_keys(attrs)
    yield Reject("negative-size", "C2", ("u32[2]",), {**attrs, "shape": (-1,)}, twin_attrs=attrs)
    yield Reject("floats", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("f32")}, twin_attrs=attrs)
    yield Reject("bools", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("bool")}, twin_attrs=attrs)
    yield Reject("no-values", "C4", ("u32[2]",), {**attrs, "low": 6}, twin_attrs=attrs)
    for dtype in ("i8", "i16", "i32", "u8", "u16", "u32"):
        low, high = extremes(dtype)
        fine = {**attrs, "dtype": DTypeAttr(dtype)}
        yield Reject(f"above-{dtype}", "C5", ("u32[2]",), {**fine, "high": high + 2}, twin_attrs=fine)
        yield Reject(f"below-{dtype}", "C5", ("u32[2]",), {**fine, "low": low - 1}, twin_attrs=fine)
    fine = {**attrs, "dtype": DTypeAttr("u64")}
    yield Reject("below-u64", "C5", ("u32[2]",), {**fine, "low": -1}, twin_attrs=fine)


@cases("random_permutation")
def random_permutation() -> Iterator[Case]:
    op = "random_permutation"
    for name, key in _KEYS:
        for count in (2, 5, 17):
            yield by_oracle(op, f"{name}-{count}", u32(key), count=count)
    for count in (0, 1, 3, 64, 200):
        yield by_oracle(op, f"count-{count}", u32([7, 11]), count=count)
    for seed in range(6):
        yield by_oracle(op, f"other-{seed}", Random(f"{op} {seed}").array("u32", (2,)), count=9)
    attrs: dict[str, Any] = {"count": 3}
    yield from _wrong_keys(attrs)
    yield Reject("negative-count", "C2", ("u32[2]",), {"count": -1}, twin_attrs=attrs)


@cases("random_normal")
def random_normal() -> Iterator[Case]:
    op = "random_normal"
    for dtype in ("f16", "f32", "f64"):
        for name, key in _KEYS:
            yield by_oracle(op, f"{name}-{dtype}", u32(key), dtype=DTypeAttr(dtype), shape=(9,))
        yield by_oracle(op, f"scalar-{dtype}", u32([7, 11]), dtype=DTypeAttr(dtype), shape=())
        there = Random(f"{op} {dtype}").array("u32", (2,))
        yield by_oracle(op, f"matrix-{dtype}", there, dtype=DTypeAttr(dtype), shape=(2, 3))
        yield by_oracle(op, f"many-{dtype}", u32([1, 2]), dtype=DTypeAttr(dtype), shape=(150,))
    f32 = DTypeAttr("f32")
    yield by_oracle(op, "empty", u32([7, 11]), dtype=f32, shape=(0, 2))
    attrs: dict[str, Any] = {"dtype": f32, "shape": (3,)}
    yield from _wrong_keys(attrs)
    yield Reject("negative-size", "C2", ("u32[2]",), {**attrs, "shape": (-1,)}, twin_attrs=attrs)
    yield Reject("integers", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("i32")}, twin_attrs=attrs)
    yield Reject("storage", "C3", ("u32[2]",), {**attrs, "dtype": DTypeAttr("bf16")}, twin_attrs=attrs)
