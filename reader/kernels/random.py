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


# --- integers ---------------------------------------------------------------------

_LOW_WORD = 0xFFFFFFFF


def _share(xp: Any, digits: list[Array], span: int) -> Array:
    """``W * span // 2**(32 * m)``, W being the number with these m digits, the greatest first."""
    upper, lower = span >> 32, span & _LOW_WORD
    total = xp.zeros_like(digits[0])
    for digit in reversed(digits):
        # total is less than span, so that nothing exceeds 64 bits.
        product = digit * lower
        if upper:
            carry = (product & _LOW_WORD) + (total & _LOW_WORD)
            total = digit * upper + (product >> 32) + (total >> 32) + (carry >> 32)
        else:
            total = (product + total) >> 32
    return total


@kernel("random_integers")
def random_integers(xp: Any, key: Array, *, low: int, high: int, dtype: str, shape: Ints) -> Array:
    from .creation import namespace_dtype

    span, count = high - low, prod(shape)
    digits = 2 if span <= 2**32 else 4
    drawn = xp.reshape(xp.astype(words(xp, key, digits * count), xp.uint64), (count, digits))
    found = _share(xp, [drawn[:, at] for at in range(digits)], span)
    # Modulo 2**64, where negative numbers are what they have to be.
    found = found + xp.full_like(found, low % 2**64)
    return xp.reshape(xp.astype(found, namespace_dtype(xp, dtype)), shape)


def _pairs(xp: Any, key: Array, count: int) -> Array:
    drawn = xp.reshape(xp.astype(words(xp, key, 2 * count), xp.uint64), (count, 2))
    return drawn[:, 0] << 32 | drawn[:, 1]


@kernel("random_permutation")
def random_permutation(xp: Any, key: Array, *, count: int) -> Array:
    from .sorting import argsort

    return argsort(xp, _pairs(xp, key, count), axis=0, descending=False)


# --- the normal distribution ------------------------------------------------------

#: Quotients of polynomials, lowest power first, fitted to the quantile with a relative error below
#: 1e-17: near the middle, of 0.425**2 - q**2 with q = p - 1/2, times q; in the tails, of
#: sqrt(-log(s)) - 1.6, where s is the smaller of p and 1 - p.
_MIDDLE = (
    (
        *(3.3871328727963668569, 168.76958590594277856, 3383.9305070235129048, 35097.593623542821911),
        *(201853.53648477245986, 642549.15924901663027, 1070696.0909198805767, 823211.50023489203062),
        *(222542.29888923569073, 9337.3186825412697769),
    ),
    (
        *(1.0, 52.831937249428996052, 1135.7701222515912263, 12818.244715578626585),
        *(81857.537752599391872, 297827.20254798277506, 592776.82338744651831, 586386.25725209728279),
        *(237397.53921448091955, 24659.993400567432047),
    ),
)
_TAIL = (
    (
        *(1.4234371107496835697, 4.9464106143196430185, 6.8330202130843729987, 5.0440314810801417985),
        *(2.2206233834285909848, 0.60664953093224890646, 0.10184519171759373184),
        *(0.0098636000914568631911, 0.0004780763586342729066, 8.29650349209425155e-6),
    ),
    (
        *(1.0, 2.2752406134009515311, 2.1571360487282201647, 1.1130439748268481884),
        *(0.34065163909996401589, 0.062415077310913806161, 0.0064664370983306141816),
        *(0.000328699594188238852, 5.8662784446174162165e-6, 1.3532356302750271744e-12),
    ),
)
_NEAR = 0.425


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    found = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        found += coefficient
        found *= x
    found += coefficients[0]
    return found


def _quotient(x: Array, parts: tuple[tuple[float, ...], tuple[float, ...]]) -> Array:
    return _polynomial(x, parts[0]) / _polynomial(x, parts[1])


def _quantile(xp: Any, q: Array) -> Array:
    """The number z at which the normal distribution function is 1/2 + `q`, of a magnitude below 1/2."""
    distance = xp.abs(q)
    near = distance <= _NEAR
    middle = q * _quotient(_NEAR * _NEAR - q * q, _MIDDLE)
    share = xp.where(near, xp.full_like(q, 1 / 16), 0.5 - distance)
    tail = _quotient(xp.sqrt(-xp.log(share)) - 1.6, _TAIL)
    return xp.where(near, middle, xp.where(q < 0, -tail, tail))


@kernel("random_normal")
def random_normal(xp: Any, key: Array, *, dtype: str, shape: Ints) -> Array:
    from .creation import namespace_dtype

    halves = xp.astype(_pairs(xp, key, prod(shape)) >> 12, xp.float64)
    # Every step is exact: p - 1/2 has 53 significant bits.
    q = (halves - (2.0**51 - 0.5)) * 2.0**-52
    return xp.reshape(xp.astype(_quantile(xp, q), namespace_dtype(xp, dtype), copy=False), shape)
