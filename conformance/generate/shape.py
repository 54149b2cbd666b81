"""Cases of schema/ops/shape.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...schema.dims import add, floordiv, mul
from ..model import Accept, Case, Fails, Reject, empty, f32, tensor
from ..oracle.arrays import Array
from .registry import by_oracle, cases
from .sizes import B, by_oracle_at, typed
from .values import dtypes_of, specials, vector


def every_dtype(op: str, **attrs: Any) -> Iterator[Accept]:
    """A vector of four special values of each dtype, whose bits are not to change."""
    for dtype in dtypes_of(op):
        values = specials(dtype)
        picked = [values[i * (len(values) - 1) // 3] for i in range(4)]
        yield by_oracle(op, f"dtype-{dtype}", vector(dtype, picked), **attrs)


def counted(*shape: int) -> Array:
    """1, 2, 3 and so on, in f32."""
    size = 1
    for n in shape:
        size *= n
    return Array("f32", shape, range(1, size + 1))


@cases("reshape")
def reshape() -> Iterator[Case]:
    yield from every_dtype("reshape", shape=(2, 2))
    yield by_oracle("reshape", "flatten", counted(2, 3, 4), shape=(24,))
    yield by_oracle("reshape", "regroup", counted(2, 6), shape=(3, 1, 4))
    yield by_oracle("reshape", "to-scalar", f32([[7]]), shape=())
    yield by_oracle("reshape", "from-scalar", f32(7), shape=(1, 1))
    yield by_oracle("reshape", "empty", empty("f32", 2, 0), shape=(0, 5, 3))
    yield by_oracle_at("reshape", "symbols", ("f32[B,6]",), (counted(2, 6),), {"B": 2}, shape=(mul(B, 2), 3))
    halves = (floordiv(B, 2), 2)
    yield by_oracle_at("reshape", "quotient", ("f32[B]",), (counted(6),), {"B": 6}, shape=halves)
    yield typed(by_oracle("reshape", "unknown", counted(2, 3), shape=(3, 2)), "f32[?,3]")
    yield Reject("negative", "C1", ("f32[4]",), {"shape": (-4,)}, twin_attrs={"shape": (4,)})
    yield Reject("product", "C2", ("f32[2,3]",), {"shape": (2, 4)}, twin_attrs={"shape": (2, 3)})
    yield Reject("infer-size", "C1", ("f32[2,3]",), {"shape": (-1, 3)}, twin_attrs={"shape": (2, 3)})
    yield Reject("not-a-tensor", "ir.operand", ("int",), {"shape": (1,)}, twin=("f32[1]",))
    yield Reject("attribute-kind", "ir.attr", ("f32[2]",), {"shape": 2}, twin_attrs={"shape": (2,)})
    yield Fails("odd", "C2", (counted(5),), {"shape": halves}, ("f32[B]",))
    yield Fails("unknown-product", "C2", (counted(5),), {"shape": (2, 3)}, ("f32[?]",))
    below = (add(B, -3), 2)
    yield Fails("negative-at-run-time", "C1", (counted(2, 0),), {"shape": below}, ("f32[B,0]",))


@cases("permute_dims")
def permute_dims() -> Iterator[Case]:
    yield from every_dtype("permute_dims", axes=(0,))
    yield by_oracle("permute_dims", "transpose", counted(2, 3), axes=(1, 0))
    yield by_oracle("permute_dims", "rotate", counted(2, 3, 4), axes=(1, 2, 0))
    yield by_oracle("permute_dims", "rotate-back", counted(2, 3, 4), axes=(2, 0, 1))
    yield by_oracle("permute_dims", "scalar", f32(3), axes=())
    yield by_oracle("permute_dims", "empty", empty("f32", 2, 0, 3), axes=(2, 1, 0))
    yield typed(by_oracle("permute_dims", "symbols", counted(2, 3), axes=(1, 0)), "f32[B,N]")
    yield Reject("twice", "C1", ("f32[2,3]",), {"axes": (0, 0)}, twin_attrs={"axes": (0, 1)})
    yield Reject("too-few", "C1", ("f32[2,3]",), {"axes": (0,)}, twin_attrs={"axes": (0, 1)})
    yield Reject("negative", "C1", ("f32[2,3]",), {"axes": (-1, 0)}, twin_attrs={"axes": (1, 0)})
    yield Reject("unknown-rank", "ir.known", ("f32[...]",), {"axes": (1, 0)}, twin=("f32[2,3]",))


@cases("broadcast_to")
def broadcast_to() -> Iterator[Case]:
    yield from every_dtype("broadcast_to", shape=(2, 4))
    yield by_oracle("broadcast_to", "scalar", f32(3), shape=(2, 2))
    yield by_oracle("broadcast_to", "column", counted(2, 1), shape=(2, 3))
    yield by_oracle("broadcast_to", "both", counted(1, 2, 1), shape=(3, 2, 2, 2))
    yield by_oracle("broadcast_to", "same", counted(2, 3), shape=(2, 3))
    yield by_oracle("broadcast_to", "one-to-none", counted(1, 3), shape=(0, 3))
    one = by_oracle("broadcast_to", "unknown-is-one", counted(1), shape=(3,))
    yield typed(one, "f32[?]")
    yield by_oracle_at("broadcast_to", "symbol", ("f32[B,1]",), (counted(2, 1),), {"B": 2}, shape=(B, 3))
    fits = by_oracle("broadcast_to", "symbol-fits", counted(3), shape=(3,))
    yield typed(fits, "f32[B]")
    yield Reject("negative", "C1", ("f32[]",), {"shape": (-1,)}, twin_attrs={"shape": (1,)})
    yield Reject("rank", "C2", ("f32[1,3]",), {"shape": (3,)}, twin_attrs={"shape": (1, 3)})
    yield Reject("size", "C3", ("f32[2]",), {"shape": (3,)}, twin_attrs={"shape": (2,)})
    yield Reject("shrink", "C3", ("f32[2]",), {"shape": (1,)}, twin_attrs={"shape": (2,)})
    yield Fails("symbol-is-one", "C3", (counted(1),), {"shape": (3,)}, ("f32[B]",))
    yield Fails("unknown-unequal", "C3", (counted(2),), {"shape": (3,)}, ("f32[?]",))


@cases("concat")
def concat() -> Iterator[Case]:
    for dtype in dtypes_of("concat"):
        values = specials(dtype)
        x, y = vector(dtype, values[:2]), vector(dtype, values[-3:])
        yield by_oracle("concat", f"dtype-{dtype}", x, y, axis=0)
    yield by_oracle("concat", "one", counted(2, 2), axis=1)
    yield by_oracle("concat", "columns", counted(2, 1), counted(2, 3), axis=1)
    yield by_oracle("concat", "middle", counted(2, 1, 2), counted(2, 2, 2), counted(2, 1, 2), axis=1)
    yield by_oracle("concat", "with-empty", empty("f32", 0, 2), counted(1, 2), empty("f32", 0, 2), axis=0)
    yield by_oracle("concat", "all-empty", empty("f32", 2, 0), empty("f32", 3, 0), axis=0)
    yield typed(by_oracle("concat", "symbols", counted(2, 2), counted(3, 2), axis=0), "f32[B,2]", "f32[N,2]")
    yield typed(by_oracle("concat", "unknown", counted(2, 2), counted(1, 2), axis=0), "f32[2,?]", "f32[?,2]")
    axis = {"axis": 0}
    yield Reject("promotion", "T", ("f32[2]", "f64[2]"), axis, twin=("f32[2]", "f32[2]"))
    yield Reject("rank", "C1", ("f32[2]", "f32[2,1]"), axis, twin=("f32[2]", "f32[2]"))
    yield Reject("axis-outside", "C2", ("f32[2]", "f32[2]"), {"axis": 1}, twin_attrs=axis)
    yield Reject("axis-negative", "C2", ("f32[2]", "f32[2]"), {"axis": -1}, twin_attrs=axis)
    yield Reject("scalar", "C2", ("f32[]",), axis, twin=("f32[1]",))
    yield Reject("other-axis", "C3", ("f32[2,2]", "f32[2,3]"), axis, twin=("f32[2,2]", "f32[2,2]"))
    yield Reject("nothing", "ir.arity", (), axis, twin=("f32[2]",))
    yield Fails("unequal", "C3", (counted(1, 2), counted(1, 3)), axis, ("f32[1,2]", "f32[1,?]"))


def _pad(low: tuple[int, ...], high: tuple[int, ...], mode: str = "constant") -> dict[str, Any]:
    return {"low": low, "high": high, "mode": mode}


@cases("pad")
def pad() -> Iterator[Case]:
    for dtype in dtypes_of("pad"):
        values = specials(dtype)
        x, value = vector(dtype, values[:2]), tensor(dtype, values[-1])
        yield by_oracle("pad", f"dtype-{dtype}", x, value, low=(1,), high=(2,))
    zero = f32(0)
    yield by_oracle("pad", "matrix", counted(2, 3), f32(-1), low=(1, 0), high=(0, 2))
    yield by_oracle("pad", "nothing", counted(2, 3), zero, low=(0, 0), high=(0, 0))
    yield by_oracle("pad", "scalar", f32(5), zero, low=(), high=())
    yield by_oracle("pad", "empty", empty("f32", 0, 2), f32(9), low=(1, 0), high=(1, 1))
    for mode in ("edge", "reflect"):
        yield by_oracle("pad", f"{mode}-vector", counted(3), low=(2,), high=(1,), mode=mode)
        yield by_oracle("pad", f"{mode}-all", counted(3), low=(2,), high=(2,), mode=mode)
        yield by_oracle("pad", f"{mode}-matrix", counted(3, 3), low=(1, 2), high=(2, 0), mode=mode)
        yield by_oracle("pad", f"{mode}-nothing", counted(2, 2), low=(0, 0), high=(0, 0), mode=mode)
        none = empty("f32", 0, 2)
        yield by_oracle("pad", f"{mode}-beside-empty", none, low=(0, 1), high=(0, 1), mode=mode)
    yield by_oracle("pad", "edge-wide", counted(1), low=(3,), high=(2,), mode="edge")
    yield typed(by_oracle("pad", "symbols", counted(2), zero, low=(1,), high=(1,)), "f32[B]", "f32[]")
    yield by_oracle_at(
        "pad", "by-symbol", ("f32[B]", "f32[]"), (counted(3), zero), {"B": 3}, low=(B,), high=(mul(B, 2),)
    )
    there = by_oracle("pad", "reflect-symbols", counted(3), low=(2,), high=(2,), mode="reflect")
    yield typed(there, "f32[B]")
    both = ("f32[3]", "f32[]")
    yield Reject("promotion", "T", ("f32[3]", "f64[]"), _pad((1,), (1,)), twin=both)
    yield Reject("mode", "C1", ("f32[3]",), _pad((1,), (1,), "wrap"), twin_attrs=_pad((1,), (1,), "edge"))
    yield Reject("value-missing", "C2", ("f32[3]",), _pad((1,), (1,)), twin=both)
    yield Reject("value-unused", "C2", both, _pad((1,), (1,), "edge"), twin=("f32[3]",))
    yield Reject("value-rank", "C3", ("f32[3]", "f32[1]"), _pad((1,), (1,)), twin=both)
    yield Reject("low-length", "C4", both, _pad((1, 1), (1,)), twin_attrs=_pad((1,), (1,)))
    yield Reject("high-length", "C4", both, _pad((1,), ()), twin_attrs=_pad((1,), (1,)))
    yield Reject("low-negative", "C5", both, _pad((-1,), (1,)), twin_attrs=_pad((1,), (1,)))
    yield Reject("high-negative", "C5", both, _pad((1,), (-1,)), twin_attrs=_pad((1,), (1,)))
    edge = _pad((1,), (0,), "edge")
    yield Reject("edge-of-nothing", "C6", ("f32[0]",), edge, twin=("f32[1]",))
    reflect = _pad((2,), (0,), "reflect")
    yield Reject("reflect-too-far", "C7", ("f32[2]",), reflect, twin=("f32[3]",))
    yield Fails("edge-of-nothing-at-run-time", "C6", (empty("f32", 0),), edge, ("f32[B]",))
    yield Fails("reflect-too-far-at-run-time", "C7", (counted(2),), reflect, ("f32[B]",))
    negative: dict[str, Any] = {"low": (add(B, -4),), "high": (0,), "mode": "constant"}
    yield Fails("negative-at-run-time", "C5", (counted(3), zero), negative, ("f32[B]", "f32[]"))


def _slice(start: Any, stop: Any, step: int = 1) -> dict[str, Any]:
    return {"starts": (start,), "stops": (stop,), "steps": (step,)}


#: Bounds that fit an axis of 5 elements, with the edges of what is allowed.
BOUNDS = (
    (0, 5, 1),
    (1, 4, 1),
    (0, 5, 2),
    (1, 5, 2),
    (0, 4, 3),
    (0, 5, 7),
    (5, 5, 1),
    (0, 0, 2),
    (4, -1, -1),
    (4, -1, -2),
    (3, -1, -2),
    (4, 1, -2),
    (4, 4, -1),
    (-1, -1, -3),
    (4, -1, -9),
)


@cases("slice")
def slice_() -> Iterator[Case]:
    yield from every_dtype("slice", **_slice(1, 4, 2))
    for b, e, s in BOUNDS:
        name = f"from-{b}-to-{e}-by-{s}".replace("--", "-minus-")
        yield by_oracle("slice", name, counted(5), **_slice(b, e, s))
    yield by_oracle("slice", "scalar", f32(1), starts=(), stops=(), steps=())
    yield by_oracle("slice", "box", counted(3, 4, 2), starts=(1, 3, 0), stops=(3, 0, 2), steps=(1, -2, 1))
    yield by_oracle("slice", "empty", empty("f32", 0, 3), starts=(0, 1), stops=(0, 3), steps=(1, 1))
    yield by_oracle("slice", "empty-backward", empty("f32", 0), **_slice(-1, -1, -1))
    three = (counted(3),)
    yield by_oracle_at("slice", "all-but-one", ("f32[B]",), three, {"B": 3}, **_slice(1, B))
    yield by_oracle_at("slice", "backward", ("f32[B]",), three, {"B": 3}, **_slice(add(B, -1), -1, -1))
    yield by_oracle_at("slice", "last-two", ("f32[B]",), three, {"B": 3}, **_slice(add(B, -2), B))
    yield typed(by_oracle("slice", "unknown", counted(3), **_slice(0, 2)), "f32[?]")
    yield Reject("too-few", "C1", ("f32[5,5]",), _slice(0, 1), twin=("f32[5]",))
    for name in ("starts", "stops", "steps"):
        attrs = {**_slice(1, 1), name: (1, 1)}
        yield Reject(f"too-many-{name}", "C1", ("f32[5]",), attrs, twin_attrs=_slice(1, 1))
    yield Reject("step-zero", "C2", ("f32[5]",), _slice(2, 2, 0), twin_attrs=_slice(2, 2))
    yield Reject("start-negative", "C3", ("f32[5]",), _slice(-1, 2), twin_attrs=_slice(1, 2))
    yield Reject("stop-outside", "C3", ("f32[5]",), _slice(0, 6), twin_attrs=_slice(0, 5))
    yield Reject("stop-first", "C3", ("f32[5]",), _slice(3, 2), twin_attrs=_slice(3, 3))
    yield Reject("backward-start", "C3", ("f32[5]",), _slice(5, 0, -1), twin_attrs=_slice(4, 0, -1))
    yield Reject("backward-stop", "C3", ("f32[5]",), _slice(4, -2, -1), twin_attrs=_slice(4, -1, -1))
    yield Reject("backward-order", "C3", ("f32[5]",), _slice(1, 2, -1), twin_attrs=_slice(2, 2, -1))
    yield Fails("outside-at-run-time", "C3", (counted(2),), _slice(0, 3), ("f32[B]",))
    yield Fails("start-after-stop", "C3", (counted(0),), _slice(1, B), ("f32[B]",))


@cases("flip")
def flip() -> Iterator[Case]:
    yield from every_dtype("flip", axes=(0,))
    yield by_oracle("flip", "rows", counted(2, 3), axes=(0,))
    yield by_oracle("flip", "both", counted(2, 3), axes=(1, 0))
    yield by_oracle("flip", "no-axis", counted(2, 3), axes=())
    yield by_oracle("flip", "scalar", f32(3), axes=())
    yield by_oracle("flip", "empty", empty("f32", 2, 0), axes=(0, 1))
    yield typed(by_oracle("flip", "symbols", counted(2, 3), axes=(1,)), "f32[B,?]")
    yield Reject("outside", "C1", ("f32[2]",), {"axes": (1,)}, twin_attrs={"axes": (0,)})
    yield Reject("negative", "C1", ("f32[2]",), {"axes": (-1,)}, twin_attrs={"axes": (0,)})
    yield Reject("twice", "C2", ("f32[2,2]",), {"axes": (1, 1)}, twin_attrs={"axes": (0, 1)})
