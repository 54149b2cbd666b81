"""What an array of one dtype becomes as an argument of another, as the table of SPEC 10.2 says."""

from __future__ import annotations

from .arrays import Array

STORAGE = {"bf16": "u16", "f8e4m3fn": "u8", "f8e5m2": "u8"}

#: What an array of a dtype is also taken for.
TAKEN = {
    "bool": "i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64 c64 c128",
    "i8": "i16 i32 i64 f16 f32 f64 c64 c128",
    "i16": "i32 i64 f32 f64 c64 c128",
    "i32": "i64 f64 c128",
    "i64": "f64 c128",
    "u8": "i16 i32 i64 u16 u32 u64 f16 f32 f64 c64 c128",
    "u16": "i32 i64 u32 u64 f32 f64 c64 c128",
    "u32": "i64 u64 f64 c128",
    "u64": "f64 c128",
    "f16": "f32 f64 c64 c128",
    "f32": "f64 c64 c128",
    "f64": "c128",
    "c64": "c128",
    "c128": "",
}


def taken(x: Array, dtype: str) -> Array | None:
    """The argument of dtype `dtype` that `x` is taken for; None if it is taken for none."""
    if x.dtype == dtype:
        return x
    if STORAGE.get(dtype) == x.dtype:
        return Array.from_bytes(dtype, x.shape, x.to_bytes())
    if dtype not in TAKEN[x.dtype].split():
        return None
    return Array(dtype, x.shape, [int(item) if x.dtype == "bool" else item for item in x.items])
