"""Cases of schema/ops/fft.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...schema.dims import add, mul
from ..model import Accept, Case, Fails, Reject, c64, c128, empty, f32, f64
from .registry import by_oracle, cases
from .sizes import N, by_oracle_at, typed
from .values import Random, dtypes_of, reject_unary, vector

NORMS = ("backward", "ortho", "forward")

#: Sizes with small factors, primes, one prime that is large for the others, and powers of two.
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 25, 32, 37)


def _attrs(op: str, size: int, **attrs: Any) -> dict[str, Any]:
    """Attributes for lines of `size` elements; of `irfft`, in its result."""
    given = {"axis": 0, "norm": "backward", **attrs}
    return {"axis": given["axis"], "n": size, "norm": given["norm"]} if op == "irfft" else given


def _line(op: str, size: int) -> int:
    """The size of an operand's line, where that of the transform is `size`."""
    return size // 2 + 1 if op == "irfft" else size


def _lines(op: str) -> Iterator[Case]:
    for dtype in dtypes_of(op):
        seeded = Random(f"{op} {dtype}")
        for size in SIZES:
            x = seeded.array(dtype, (_line(op, size),))
            yield by_oracle(op, f"size-{size}-{dtype}", x, **_attrs(op, size))
        for norm in NORMS:
            x = seeded.array(dtype, (2, _line(op, 6)))
            yield by_oracle(op, f"{norm}-{dtype}", x, **_attrs(op, 6, axis=1, norm=norm))
            x = seeded.array(dtype, (_line(op, 5), 2))
            yield by_oracle(op, f"{norm}-odd-{dtype}", x, **_attrs(op, 5, norm=norm))
        flat = vector(dtype, [2] * _line(op, 10))
        yield by_oracle(op, f"constant-{dtype}", flat, **_attrs(op, 10))
        yield by_oracle(op, f"zeros-{dtype}", vector(dtype, [0] * _line(op, 7)), **_attrs(op, 7))
        last = vector(dtype, [0] * (_line(op, 8) - 1) + [1])
        yield by_oracle(op, f"impulse-{dtype}", last, **_attrs(op, 8))
        mixed = vector(dtype, [1e6, *[1e-6] * (_line(op, 9) - 1)])
        yield by_oracle(op, f"magnitudes-{dtype}", mixed, **_attrs(op, 9))


def _shapes(op: str) -> Iterator[Case]:
    dtype = dtypes_of(op)[0]
    seeded = Random(f"{op} shapes")
    for axis in range(3):
        shape = [2, 3, 2]
        shape[axis] = _line(op, 4)
        yield by_oracle(op, f"axis-{axis}", seeded.array(dtype, shape), **_attrs(op, 4, axis=axis))
    yield by_oracle(op, "no-lines", empty(dtype, 0, _line(op, 4)), **_attrs(op, 4, axis=1))
    yield by_oracle(op, "long", seeded.array(dtype, (_line(op, 64),)), **_attrs(op, 64))
    unknown = by_oracle(op, "unknown", seeded.array(dtype, (2, _line(op, 4))), **_attrs(op, 4, axis=1))
    yield typed(unknown, f"{dtype}[B,?]")


def _refused(op: str) -> Iterator[Case]:
    dtype = dtypes_of(op)[0]
    good = _attrs(op, 4)
    size = _line(op, 4)
    fine = (f"{dtype}[{size}]",)
    yield from reject_unary(op, good, str(size))
    yield Reject("half", "T", (f"f16[{size}]",), good, twin=fine)
    yield Reject("axis", "C1", fine, {**good, "axis": 1}, twin_attrs=good)
    yield Reject("axis-negative", "C1", fine, {**good, "axis": -1}, twin_attrs=good)
    yield Reject("scalar", "C1", (f"{dtype}[]",), good, twin=fine)
    yield Reject("norm", "C3", fine, {**good, "norm": "none"}, twin_attrs=good)
    yield Reject("of-nothing", "C2", (f"{dtype}[0]",), good, twin=fine)
    nothing = (empty(dtype, 0),)
    yield Fails("of-nothing-at-run-time", "C2", nothing, good, operands=(f"{dtype}[N]",))


def _transform(op: str) -> Iterator[Case]:
    yield from _lines(op)
    yield from _shapes(op)
    yield from _refused(op)
    dtype = dtypes_of(op)[0]
    x = vector(dtype, [1, 0, -1, 2, 0.5, 3])
    yield typed(by_oracle(op, "symbol", x, **_attrs(op, 6)), f"{dtype}[N]")


@cases("fft")
def fft() -> Iterator[Case]:
    turn = (c64([0, 4, 0, 0]),)
    yield Accept("one-turn", (c64([1, 1j, -1, -1j]),), turn, _attrs("fft", 4), (), (f64([0, 0, 0, 0]),))
    yield from _transform("fft")


@cases("ifft")
def ifft() -> Iterator[Case]:
    turn = (c64([1, 1j, -1, -1j]),)
    yield Accept("one-turn", (c64([0, 4, 0, 0]),), turn, _attrs("ifft", 4), (), (f64([0, 0, 0, 0]),))
    yield from _transform("ifft")


@cases("rfft")
def rfft() -> Iterator[Case]:
    cosine = (c64([0, 2, 0]),)
    yield Accept("cosine", (f32([1, 0, -1, 0]),), cosine, _attrs("rfft", 4), (), (f64([0, 0, 0]),))
    yield from _transform("rfft")


@cases("irfft")
def irfft() -> Iterator[Case]:
    op = "irfft"
    cosine = (f32([1, 0, -1, 0]),)
    yield Accept("cosine", (c64([0, 2, 0]),), cosine, _attrs(op, 4), (), (f64([0, 0, 0, 0]),))
    yield from _lines(op)
    yield from _shapes(op)
    yield from _refused(op)
    ends = [1 + 5j, 2 - 1j, 3 + 7j]
    yield by_oracle(op, "ends-even", c64(ends), axis=0, n=4)
    yield by_oracle(op, "ends-odd", c128(ends), axis=0, n=5)
    good: dict[str, Any] = {"axis": 0, "n": 4, "norm": "backward"}
    yield Reject("size", "C2", ("c64[3]",), {**good, "n": 6}, twin_attrs=good)
    yield Reject("size-twice", "C2", ("c64[3]",), {**good, "n": 3}, twin_attrs=good)
    yield Reject("no-size", "C2", ("c64[1]",), {**good, "n": 0}, twin_attrs={**good, "n": 1})
    yield Reject("negative-size", "C2", ("c64[1]",), {**good, "n": -1}, twin_attrs={**good, "n": 1})
    even = mul(2, add(N, -1))
    x = c64([1, 2 - 1j, 3j, 0.5])
    yield by_oracle_at(op, "symbol", ("c64[N]",), (x,), {"N": 4}, axis=0, n=even, norm="backward")
    yield Fails("of-one", "C2", (c64([1]),), {**good, "n": even}, operands=("c64[N]",))
