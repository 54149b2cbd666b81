"""Oracles of schema/ops/random.py: Threefry-2x32 on single words, as SPEC 8.10.1 writes it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath

from .arrays import Array
from .registry import oracle

_M = 2**32


def threefry(k0: int, k1: int, c0: int, c1: int) -> tuple[int, int]:
    """T(k0, k1, c0, c1)."""
    k = (k0, k1, 0x1BD11BDA ^ k0 ^ k1)
    a, b = (c0 + k0) % _M, (c1 + k1) % _M
    for r in range(20):
        a = (a + b) % _M
        turn = (13, 15, 26, 6, 17, 29, 16, 24)[r % 8]
        b = (b * 2**turn % _M + b // 2 ** (32 - turn)) ^ a
        if r % 4 == 3:
            s = (r + 1) // 4
            a = (a + k[s % 3]) % _M
            b = (b + k[(s + 1) % 3] + s) % _M
    return a, b


def word(key: Array, i: int) -> int:
    """Word number `i` of the stream of `key`."""
    j = i // 2
    return threefry(key[0], key[1], j % _M, j // _M)[i % 2]


@oracle("random_bits")
def random_bits(key: Array, shape: tuple[int, ...]) -> Array:
    return Array("u32", shape, [word(key, i) for i in range(math.prod(shape))])


@oracle("random_split")
def random_split(key: Array, count: int) -> Array:
    pairs = [threefry(key[0], key[1], i, _M - 1) for i in range(count)]
    return Array("u32", (count, 2), [part for pair in pairs for part in pair])


@oracle("uniform")
def uniform(key: Array, dtype: str, shape: tuple[int, ...]) -> Array:
    def element(i: int) -> Fraction:
        if dtype == "f64":
            return Fraction((word(key, 2 * i) * _M + word(key, 2 * i + 1)) // 2**11, 2**53)
        bits = 24 if dtype == "f32" else 11
        return Fraction(word(key, i) // 2 ** (32 - bits), 2**bits)

    return Array(dtype, shape, map(element, range(math.prod(shape))))


@oracle("random_integers")
def random_integers(key: Array, low: int, high: int, dtype: str, shape: tuple[int, ...]) -> Array:
    span = high - low
    digits = 2 if span <= _M else 4

    def element(i: int) -> int:
        number = 0
        for at in range(digits):
            number = number * _M + word(key, digits * i + at)
        return low + (number * span >> 32 * digits)

    return Array(dtype, shape, map(element, range(math.prod(shape))))


@oracle("random_permutation")
def random_permutation(key: Array, count: int) -> Array:
    order = sorted(range(count), key=lambda i: (word(key, 2 * i), word(key, 2 * i + 1), i))
    return Array("i64", (count,), order)


@oracle("random_normal")
def random_normal(key: Array, dtype: str, shape: tuple[int, ...]) -> Array:
    def element(i: int) -> Any:
        number = word(key, 2 * i) * _M + word(key, 2 * i + 1)
        # 2 p - 1, exactly; mpmath's own precision is far beyond the double's.
        centred = mpmath.mpf(2 * (number // 2**12) + 1) / 2**52 - 1
        return mpmath.sqrt(2) * mpmath.erfinv(centred)

    with mpmath.workprec(240):
        return Array(dtype, shape, map(element, range(math.prod(shape))))
