"""Kernels of schema/ops/random.py."""

from __future__ import annotations

from math import prod
from typing import Any

from .registry import kernel

Array = Any
Ints = tuple[int, ...]

_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = 0x1BD11BDA


def threefry(key: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """T(key[0], key[1], low, high) of SPEC 8.10.1, for arrays of counters of one shape."""
    # Parts of the key stay arrays of one element: NumPy warns where its scalars wrap.
    keys = (key[0:1], key[1:2], key[0:1] ^ key[1:2] ^ _PARITY)
    a = low + keys[0]
    b = high + keys[1]
    for step in range(20):
        a += b
        left = _ROTATIONS[step % 8]
        rotated = b << left
        b >>= 32 - left
        b |= rotated
        b ^= a
        if step % 4 == 3:
            turn = (step + 1) // 4
            a += keys[turn % 3]
            b += keys[(turn + 1) % 3]
            b += turn
    return a, b


def words(xp: Any, key: Array, count: int) -> Array:
    """The first `count` words of the stream of `key`."""
    blocks = (count + 1) // 2
    if blocks <= 2**32:
        low = xp.arange(blocks, dtype=xp.uint32)
        high = xp.zeros_like(low)
    else:
        counters = xp.arange(blocks, dtype=xp.uint64)
        low = xp.astype(counters & 0xFFFFFFFF, xp.uint32)
        high = xp.astype(counters >> 32, xp.uint32)
    pairs = xp.stack(threefry(key, low, high), axis=1)
    return xp.reshape(pairs, (-1,))[:count]


@kernel("random_bits")
def random_bits(xp: Any, key: Array, *, shape: Ints) -> Array:
    return xp.reshape(words(xp, key, prod(shape)), shape)


@kernel("random_split")
def random_split(xp: Any, key: Array, *, count: int) -> Array:
    low = xp.arange(count, dtype=xp.uint32)
    high = xp.zeros_like(low) + 0xFFFFFFFF
    return xp.stack(threefry(key, low, high), axis=1)


@kernel("uniform")
def uniform(xp: Any, key: Array, *, dtype: str, shape: Ints) -> Array:
    count = prod(shape)
    if dtype == "f64":
        pairs = xp.astype(words(xp, key, 2 * count), xp.uint64)
        bits = (pairs[0::2] << 32 | pairs[1::2]) >> 11
        found = xp.astype(bits, xp.float64) * 2.0**-53
    elif dtype == "f32":
        found = xp.astype(words(xp, key, count) >> 8, xp.float32) * 2.0**-24
    else:
        found = xp.astype(words(xp, key, count) >> 21, xp.float16) * 2.0**-11
    return xp.reshape(found, shape)
