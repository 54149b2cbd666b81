"""Cases of schema/ops/creation.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ...schema.dtypes import ANY, BY_NAME, REAL, STORED
from ...schema.ir import DTypeAttr
from ..formats import FLOATS, largest, smallest_normal
from ..model import Case, Fails, Reject, empty, f32, tensor, u64
from .registry import by_oracle, cases
from .sizes import F32, I32, I64, typed
from .values import dtypes_of, extremes, specials, vector

_BF16 = DTypeAttr("bf16")


@cases("full")
def full() -> Iterator[Case]:
    for dtype in dtypes_of("full"):
        yield by_oracle("full", f"dtype-{dtype}", tensor(dtype, specials(dtype)[-1]), shape=(2,))
    yield by_oracle("full", "matrix", f32(0.5), shape=(2, 3))
    yield by_oracle("full", "scalar", f32(-0.0), shape=())
    yield by_oracle("full", "empty", f32(1), shape=(2, 0))
    yield by_oracle("full", "rank-8", f32(math.nan), shape=(1, 2, 1, 3, 1, 1, 2, 1))
    yield by_oracle("full", "of-one", f32(-math.inf), shape=(1,))
    yield Reject("value-rank", "C1", ("f32[1]",), {"shape": (2,)}, twin=("f32[]",))
    yield Reject("negative", "C2", ("f32[]",), {"shape": (-1,)}, twin_attrs={"shape": (1,)})
    yield Reject("scalar-type", "ir.operand", ("float",), {"shape": (2,)}, twin=("f32[]",))


def _arange(start: Any, stop: Any, step: int = 1, dtype: str = "i64") -> dict[str, Any]:
    return {"start": start, "stop": stop, "step": step, "dtype": DTypeAttr(dtype)}


@cases("arange")
def arange() -> Iterator[Case]:
    for dtype in REAL:
        yield by_oracle("arange", f"dtype-{dtype}", **_arange(0, 5, 1, dtype))
    bounds = ((2, 9, 3), (2, 8, 3), (0, 7, 9), (3, -4, -1), (3, -4, -3), (-5, -1, 2), (4, 4, 1))
    for start, stop, step in bounds:
        name = f"from-{start}-to-{stop}-by-{step}".replace("--", "-minus-")
        yield by_oracle("arange", name, **_arange(start, stop, step, "i32"))
    yield by_oracle("arange", "empty-backward", **_arange(4, 4, -1))
    yield by_oracle("arange", "wraps-i8", **_arange(126, 130, 1, "i8"))
    yield by_oracle("arange", "wraps-u32", **_arange(2, -3, -2, "u32"))
    yield by_oracle("arange", "rounds-f16", **_arange(2047, 2054, 1, "f16"))
    yield by_oracle("arange", "overflows-f16", **_arange(65519, 65521, 1, "f16"))
    large = 2**54 + 2**30
    yield by_oracle("arange", "rounds-once-f32", **_arange(large, large + 2, 1, "f32"))
    yield by_oracle("arange", "rounds-f64", **_arange(2**53, 2**53 + 4, 1, "f64"))
    yield by_oracle("arange", "great-i64", **_arange(2**62, 2**62 + 3, 2))
    good = _arange(0, 5)
    yield Reject("dtype", "C1", (), {**good, "dtype": DTypeAttr("bool")}, twin_attrs=good)
    yield Reject("dtype-storage", "C1", (), {**good, "dtype": _BF16}, twin_attrs=good)
    yield Reject("step-zero", "C2", (), _arange(5, 5, 0), twin_attrs=_arange(5, 5))
    yield Reject("stop-first", "C3", (), _arange(5, 4), twin_attrs=_arange(5, 5))
    yield Reject("backward", "C3", (), _arange(0, 5, -1), twin_attrs=good)


@cases("eye")
def eye() -> Iterator[Case]:
    for dtype in ANY:
        given = {"offset": 0, "dtype": DTypeAttr(dtype)}
        yield by_oracle("eye", f"dtype-{dtype}", rows=2, columns=3, **given)
    for offset in (1, 2, 3, 4, -1, -3, -4, 2**62, -(2**62)):
        name = f"offset-{offset}".replace("--", "-minus-")
        yield by_oracle("eye", name, rows=3, columns=4, offset=offset, dtype=F32)
    yield by_oracle("eye", "no-rows", rows=0, columns=3, dtype=F32)
    yield by_oracle("eye", "no-columns", rows=3, columns=0, offset=-1, dtype=F32)
    good: dict[str, Any] = {"rows": 2, "columns": 2, "offset": 0, "dtype": F32}
    yield Reject("dtype", "C1", (), {**good, "dtype": _BF16}, twin_attrs=good)
    yield Reject("rows", "C2", (), {**good, "rows": -1}, twin_attrs=good)
    yield Reject("columns", "C2", (), {**good, "columns": -1}, twin_attrs=good)


# --- conversion -------------------------------------------------------------------


def _pairs() -> Iterator[tuple[str, str]]:
    """Some dtypes to every dtype, and every dtype to some."""
    for source in STORED:
        for dtype in STORED:
            if BY_NAME[source].kind == "complex" and BY_NAME[dtype].kind not in ("complex", "bool"):
                continue
            if source in ("f32", "f64", "i64", "u64", "bf16") or dtype in ("f32", "i32", "u8", "bool"):
                yield source, dtype
    yield from (("f16", "bf16"), ("c64", "c128"), ("c128", "c64"), ("f8e4m3fn", "f8e5m2"))


def _halfway(dtype: str) -> list[float]:
    """Around the midpoints of a floating dtype: where rounding turns."""
    precision = FLOATS[dtype][0]
    step = 2.0 ** (1 - precision)
    tiny = float(smallest_normal(dtype)) * step
    top = float(largest(dtype))
    gap = top - float(largest(dtype) * (1 - step / 2))
    values = [1 + step / 2, 1 + 3 * step / 2, 1 + step / 2 + step / 2**20, 1 + step / 2 - step / 2**20]
    values += [tiny / 2, 3 * tiny / 2, tiny / 2 * (1 + 2**-20), tiny / 4]
    values += [top, top + gap / 4, top + gap, 2 * top]
    return values + [-value for value in values]


def _inputs(source: str, dtype: str) -> list[Any]:
    """Special values of `source`, without those whose conversion is unpredictable."""
    values = specials(source)
    kind, target = BY_NAME[source].kind, BY_NAME[dtype].kind
    if kind == "float" and target in ("int", "uint"):
        low, high = extremes(dtype)
        values = [*values, 100.75, -100.75]
        return [v for v in values if math.isfinite(v) and low <= math.trunc(v) <= high]
    if kind == "float" and target == "float":
        return values + [v for v in _halfway(dtype) if math.isfinite(v)]
    if kind == "int" and target == "float" and BY_NAME[source].itemsize == 8:
        return [*values, 2**54 + 2**30 + 1, 2**54 + 2**46 + 1, 2**54 + 2**46, -(2**54) - 2**50 - 1, 2**59 + 1]
    return values


@cases("astype")
def astype() -> Iterator[Case]:
    for source, dtype in _pairs():
        x = vector(source, _inputs(source, dtype))
        yield by_oracle("astype", f"{source}-to-{dtype}", x, dtype=DTypeAttr(dtype))
    yield by_oracle("astype", "scalar", f32(2.5), dtype=I32)
    yield by_oracle("astype", "empty", empty("f32", 2, 0), dtype=I32)
    yield typed(by_oracle("astype", "symbols", f32([[1, 2]]), dtype=I64), "f32[B,?]")
    complex_to = {"dtype": F32}
    yield Reject("complex-to-real", "C1", ("c64[2]",), complex_to, twin=("f32[2]",))
    yield Reject("unknown-dtype", "ir.known", ("?[2]",), complex_to, twin=("f32[2]",))


@cases("from_scalar")
def from_scalar() -> Iterator[Case]:
    for flag in (False, True):
        yield by_oracle("from_scalar", f"bool-{flag}", flag, dtype=DTypeAttr("bool"))
    for dtype in (*REAL, "c64", "c128"):
        for value in (0, 1, 100):
            yield by_oracle("from_scalar", f"int-{value}-{dtype}", value, dtype=DTypeAttr(dtype))
    for dtype in ("i8", "i16", "i32", "i64", "u8", "u16", "u32"):
        low, high = extremes(dtype)
        yield by_oracle("from_scalar", f"least-{dtype}", low, dtype=DTypeAttr(dtype))
        yield by_oracle("from_scalar", f"greatest-{dtype}", high, dtype=DTypeAttr(dtype))
        if dtype != "i64":
            yield Fails(f"above-{dtype}", "E1", (high + 1,), {"dtype": DTypeAttr(dtype)})
            yield Fails(f"below-{dtype}", "E1", (low - 1,), {"dtype": DTypeAttr(dtype)})
    yield Fails("below-u64", "E1", (-1,), {"dtype": DTypeAttr("u64")})
    yield by_oracle("from_scalar", "greatest-u64", 2**63 - 1, dtype=DTypeAttr("u64"))
    once, great = 2**54 + 2**30 + 1, 2**63 - 1
    for name, value in (("once", once), ("even", 2**53 + 1), ("great", great), ("low", -(2**63))):
        for dtype in ("f16", "f32", "f64", "c64"):
            yield by_oracle("from_scalar", f"int-rounds-{name}-{dtype}", value, dtype=DTypeAttr(dtype))
    for dtype in ("f16", "f32", "f64", "c64", "c128"):
        for name, number in (
            ("tenth", 0.1),
            ("zero", -0.0),
            ("large", 1e300),
            ("tiny", -1e-300),
            ("inf", -math.inf),
            ("nan", math.nan),
        ):
            yield by_oracle("from_scalar", f"float-{name}-{dtype}", number, dtype=DTypeAttr(dtype))
    for dtype in ("c64", "c128"):
        for both in (complex(0.1, -2), complex(math.inf, -0.0)):
            yield by_oracle("from_scalar", f"complex-{both}-{dtype}", both, dtype=DTypeAttr(dtype))
    yield Reject("bool-to-int", "C1", ("bool",), {"dtype": I32}, twin=("int",))
    yield Reject("int-to-bool", "C2", ("int",), {"dtype": DTypeAttr("bool")}, twin=("bool",))
    yield Reject("int-to-storage", "C2", ("int",), {"dtype": _BF16}, twin_attrs={"dtype": F32})
    yield Reject("float-to-int", "C3", ("float",), {"dtype": I32}, twin=("int",))
    yield Reject("complex-to-float", "C4", ("complex",), {"dtype": F32}, twin=("float",))


@cases("item")
def item() -> Iterator[Case]:
    for dtype in dtypes_of("item"):
        values = specials(dtype)[:9] if dtype == "u64" else specials(dtype)
        for number, value in enumerate(values):
            if dtype == "u64" and value >= 2**63:
                continue
            yield by_oracle("item", f"{dtype}-{number}", tensor(dtype, value))
    yield by_oracle("item", "greatest", u64(2**63 - 1))
    yield Fails("beyond-int", "E1", (u64(2**63),))
    yield Fails("largest-u64", "E1", (u64(2**64 - 1),))
    yield Reject("dtype", "T", ("bf16[]",), twin=("f32[]",))
    yield Reject("rank", "C1", ("f32[1]",), twin=("f32[]",))
