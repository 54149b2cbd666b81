"""Cases of schema/ops/random.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...schema.ir import DTypeAttr
from ..model import Accept, Case, Fails, Reject, empty, u32
from .registry import by_oracle, cases
from .values import Random

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
    for name, shape in (
        ("scalar", ()),
        ("one", (1,)),
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
    yield by_oracle(op, "one", u32([7, 11]), count=1)
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
