"""CRC-32 of long buffers at twice zlib's speed, and of a whole from that of its parts.

A CRC-32 is the remainder of the message, a polynomial over GF(2) whose first bit is its highest
coefficient, modulo P = 0x104C11DB7. Adding a multiple of P to the message does not change it.
T = x^91639 + x^41678 + 1 is the multiple of P with three terms and the lowest degree. Squaring over
GF(2) keeps the number of terms, so T^8 = x^(8*91639) + x^(8*41678) + 1 is a multiple as well, and all
its exponents are whole bytes. So a byte of the message may be cleared when it is added, that is XORed,
to the bytes 91639 - 41678 and 91639 places after it. All bytes of a buffer but the last 91639 are
cleared so, from the first on, up to 49961 of them at a time in two calls of NumPy; zlib does the rest.
"""

from __future__ import annotations

import zlib
from _thread import _local as local
from functools import lru_cache
from typing import Any

import numpy as np

Array = Any
Buffer = Any

#: Where a cleared byte is added: so many bytes after it. The exponents of T are FAR and FAR - NEAR.
FAR = 91639
NEAR = FAR - 41678
#: zlib is as fast for fewer bytes.
LEAST = 4 * FAR

_local = local()


class _Folder:
    """Memory for one thread: FAR bytes that were before, then so many blocks of NEAR bytes."""

    __slots__ = ("sums", "blocks")

    BLOCKS = 4

    def __init__(self) -> None:
        self.sums = sums = np.zeros(FAR + self.BLOCKS * NEAR, np.uint8)
        starts = range(FAR, sums.size, NEAR)
        self.blocks = [
            (sums[i : i + NEAR], sums[i - NEAR : i], sums[i - FAR : i - FAR + NEAR]) for i in starts
        ]

    def tail(self, message: Array, register: int) -> Array:
        """FAR bytes with the remainder that `message` has after what left `register`."""
        sums, xor = self.sums, np.bitwise_xor
        sums[:FAR] = 0
        sums[:4] = np.frombuffer(register.to_bytes(4, "little"), np.uint8)  # meets the first four bytes
        end = message.size - FAR
        done = 0
        while True:
            for block, near, far in self.blocks:
                if end - done < NEAR:
                    break
                xor(message[done : done + NEAR], near, block)
                xor(block, far, block)
                done += NEAR
            else:
                sums[:FAR] = sums[-FAR:]
                continue
            break
        at = FAR + done // NEAR % self.BLOCKS * NEAR
        stop = at + end - done
        xor(message[done:end], sums[at - NEAR : stop - NEAR], sums[at:stop])
        xor(sums[at:stop], sums[at - FAR : stop - FAR], sums[at:stop])
        result = message[end:] ^ sums[stop - FAR : stop]
        result[:NEAR] ^= sums[stop - NEAR : stop]
        return result


def crc32(data: Buffer, start: int = 0) -> int:
    """The CRC-32 of a buffer, as zlib's ``crc32``.

    Parameters
    ----------
    data
        A contiguous buffer.
    start
        The CRC-32 of what comes before it.
    """
    message = np.frombuffer(data, np.uint8)
    if message.size < LEAST:
        return zlib.crc32(data, start)
    folder: _Folder | None = getattr(_local, "folder", None)
    if folder is None:
        folder = _local.folder = _Folder()
    return zlib.crc32(folder.tail(message, ~start & 0xFFFFFFFF), 0xFFFFFFFF)


_REFLECTED = 0xEDB88320


def _times(a: int, b: int) -> int:
    """The product of two polynomials modulo P, bits reflected."""
    product = 0
    bit = 1 << 31
    while a:
        if a & bit:
            product ^= b
            a ^= bit
        bit >>= 1
        b = (b >> 1) ^ _REFLECTED if b & 1 else b >> 1
    return product


@lru_cache(maxsize=64)
def _shift(nbytes: int) -> int:
    """x to the power of 8 * `nbytes`."""
    power, result = 1 << 23, 1 << 31  # x^8 and x^0
    while nbytes:
        if nbytes & 1:
            result = _times(power, result)
        power = _times(power, power)
        nbytes >>= 1
    return result


def join_crc(first: int, second: int, second_size: int) -> int:
    """The CRC-32 of two parts put together, from that of each."""
    return _times(_shift(second_size), first) ^ second
