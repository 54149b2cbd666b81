"""CRC-32 of long buffers at twice zlib's speed, and of a whole from that of its parts.

A CRC-32 is the remainder of the message, a polynomial over GF(2) whose first bit is its highest
coefficient, modulo P = 0x104C11DB7. Adding a multiple of P to the message does not change it.
T = x^91639 + x^41678 + 1 is the multiple of P with three terms and the lowest degree. Squaring over
GF(2) keeps the number of terms, so T^16 = x^(8*2*91639) + x^(8*2*41678) + 1 is a multiple as well, and
all its exponents are whole bytes. So a byte of the message may be cleared when it is added, that is
XORed, to the bytes NEAR = 2 * (91639 - 41678) and FAR = 2 * 91639 places after it. What it was when it
was cleared is therefore its own value, XORed with those of the bytes NEAR and FAR places before it: up to
NEAR bytes at a time are computed so, in two calls of NumPy, and only the last FAR of them are kept. At
the end all of the message is cleared; FAR bytes after it remain, whose CRC-32 zlib makes, and which a
division by x^(8*FAR) moves back to the message's end.

Half of each number would do as well, at a smaller price for the end of a message and a larger one for the
calls; a saved gigabyte takes some hundredths of a second less so.

Where a library is there that has processor instructions for it, isal or zlib-ng, that is used instead.
"""

from __future__ import annotations

import zlib
from _thread import _local as local
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

Array = Any
Buffer = Any

#: Where a cleared byte is added: so many bytes after it; T^16 is x^(8*FAR) + x^(8*(FAR - NEAR)) + 1.
FAR = 2 * 91639
NEAR = FAR - 2 * 41678
#: zlib is as fast for fewer bytes.
LEAST = 5 * FAR

_ONES = 0xFFFFFFFF
#: The order of x modulo P: x to this power is 1.
_ORDER = 2**32 - 1


class Crc32:
    """The CRC-32 of a long message that comes in pieces, of some 200 KB or more."""

    __slots__ = ("_kept", "_blocks", "_block", "_done", "_rest")

    def __init__(self) -> None:
        # A ring of three blocks: two hold the last 2 * NEAR > FAR bytes, the third gets the next ones.
        self._kept = kept = np.zeros(3 * NEAR, np.uint8)
        # What is FAR bytes before a block begins so far behind the start of the block two before it.
        ahead = 2 * NEAR - FAR
        # Of each block: itself, what is NEAR before it, and its parts with what is FAR before them.
        self._blocks: list[tuple[Array, Array, list[tuple[int, int, Array, Array]]]] = []
        for i in range(3):
            block = kept[i * NEAR : (i + 1) * NEAR]
            near, far = (i - 1) % 3 * NEAR, (i - 2) % 3 * NEAR + ahead
            # The second one goes across the ring's end.
            cuts = [0, NEAR - ahead, NEAR] if i == 1 else [0, NEAR]
            parts = [
                (low, high, block[low:high], kept[(far + low) % kept.size :][: high - low])
                for low, high in pairwise(cuts)
            ]
            self._blocks.append((block, kept[near : near + NEAR], parts))
        self._rest = np.empty(FAR, np.uint8)
        self.start()

    def start(self) -> None:
        """Begin a message."""
        self._kept[:] = 0
        self._block = self._done = 0
        # The register, all ones at first, meets the first four bytes.
        self._blocks[0][2][0][3][:4] = 255

    def update(self, data: Buffer) -> None:
        """Take the next piece."""
        xor = np.bitwise_xor
        message = np.frombuffer(data, np.uint8)
        taken, size = 0, message.size
        while taken < size:
            block, near, parts = self._blocks[self._block]
            begin = self._done
            end = min(NEAR, begin + size - taken)
            piece = message[taken : taken + end - begin]
            if end - begin == NEAR:
                xor(piece, near, block)
                for _, _, some, far in parts:
                    xor(some, far, some)
            else:
                xor(piece, near[begin:end], block[begin:end])
                for low, high, some, far in parts:
                    of = slice(max(begin - low, 0), max(min(high, end) - low, 0))
                    xor(some[of], far[of], some[of])
            taken += end - begin
            self._done = end % NEAR
            if end == NEAR:
                self._block = (self._block + 1) % 3

    def value(self) -> int:
        """The CRC-32 of all pieces since `start`."""
        kept, rest, at = self._kept, self._rest, self._block * NEAR + self._done
        # The last FAR bytes end at `at`; what they are added to, FAR places after them, is what remains.
        tail = min(at, FAR)
        rest[FAR - tail :] = kept[at - tail : at]
        rest[: FAR - tail] = kept[kept.size - FAR + tail :]
        near = min(at, NEAR)
        rest[NEAR - near : NEAR] ^= kept[at - near : at]
        rest[: NEAR - near] ^= kept[kept.size - NEAR + near :]
        register = zlib.crc32(rest.data, _ONES) ^ _ONES
        return _times(_shift(_ORDER - FAR), register) ^ _ONES


class LibraryCrc32:
    """As `Crc32`, by a library."""

    __slots__ = ("_crc32", "_value")

    def __init__(self, crc32: Callable[[Buffer, int], int]) -> None:
        self._crc32 = crc32
        self.start()

    def start(self) -> None:
        """Begin a message."""
        self._value = 0

    def update(self, data: Buffer) -> None:
        """Take the next piece."""
        self._value = self._crc32(data, self._value)

    def value(self) -> int:
        """The CRC-32 of all pieces since `start`."""
        return self._value


@lru_cache(maxsize=1)
def library() -> Callable[[Buffer, int], int] | None:
    """A CRC-32 that is faster than ours: isal's, zlib-ng's where zlib is that, or none."""
    try:
        from isal.isal_zlib import crc32 as isal
    except ImportError:
        return zlib.crc32 if "zlib-ng" in zlib.ZLIB_RUNTIME_VERSION else None
    some = np.zeros(64, np.uint8)

    def crc32(data: Buffer, start: int) -> int:
        value: int = isal(data, start)
        # isal leaves the upper halves of AVX-512's registers in use, with which SHA-256 takes a third
        # longer, on this thread; what NumPy ends with clears them.
        np.bitwise_xor(some, some, some)
        return value

    return crc32


_local = local()


def running() -> Crc32 | LibraryCrc32:
    """This thread's CRC-32 of a message in pieces, at the start of one."""
    fast = library()
    if fast is not None:
        return LibraryCrc32(fast)
    found: Crc32 | None = getattr(_local, "running", None)
    if found is None:
        found = _local.running = Crc32()
    else:
        found.start()
    return found


def crc32(data: Buffer, start: int = 0) -> int:
    """The CRC-32 of a buffer, as zlib's ``crc32``.

    Parameters
    ----------
    data
        A contiguous buffer.
    start
        The CRC-32 of what comes before it.
    """
    size = memoryview(data).nbytes
    if size < LEAST:
        return zlib.crc32(data, start)
    crc = running()
    crc.update(data)
    return join_crc(start, crc.value(), size)


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
