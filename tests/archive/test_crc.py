"""CRC-32 of long buffers against zlib's, and the polynomial that it rests on."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracebox.archive import crc as crc_module
from tracebox.archive.crc import FAR, LEAST, NEAR, crc32, join_crc, library, running

P = 0x104C11DB7
BYTES = np.random.default_rng(0).integers(0, 256, LEAST + 12 * NEAR, dtype=np.uint8)
BLOCKS = [LEAST, FAR + 4 * NEAR, FAR + 5 * NEAR, FAR + 8 * NEAR, len(BYTES)]


@pytest.fixture(autouse=True, params=["folded", "isal", "zlib-ng"], scope="module")
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Our own sum, that of isal, and zlib's own function, which is used where it is zlib-ng's."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "folded":
            patch.setattr(crc_module, "library", lambda: None)
        elif request.param == "zlib-ng":
            patch.setitem(sys.modules, "isal.isal_zlib", None)
            patch.setattr(zlib, "ZLIB_RUNTIME_VERSION", "1.3.1.zlib-ng")
        library.cache_clear()
        yield request.param
    library.cache_clear()


def test_which_one_is_used(way: str) -> None:
    assert type(running()).__name__ == ("Crc32" if way == "folded" else "LibraryCrc32")
    if way == "zlib-ng":
        assert library() is zlib.crc32


def power(exponent: int) -> int:
    """x to a power, modulo P; by squaring."""
    result, base = 1, 2
    while exponent:
        if exponent & 1:
            result = product(result, base)
        base = product(base, base)
        exponent >>= 1
    return result


def product(a: int, b: int) -> int:
    result = 0
    for bit in bin(b)[2:]:
        result = result << 1 ^ (a if bit == "1" else 0)
        if result >> 32:
            result ^= P
    return result


@pytest.mark.parametrize("scale", [1, 8])
def test_the_trinomial_is_a_multiple_of_the_polynomial(scale: int) -> None:
    assert power(scale * FAR) ^ power(scale * (FAR - NEAR)) ^ 1 == 0


@given(
    st.integers(0, 40),
    st.one_of(
        st.integers(0, len(BYTES)), st.sampled_from(BLOCKS).flatmap(lambda n: st.integers(n - 9, n + 9))
    ),
    st.integers(0, 2**32 - 1),
)
@example(0, 0, 0)
@example(0, LEAST, 0)
@example(0, len(BYTES), 2**32 - 1)
def test_it_is_that_of_zlib(offset: int, size: int, start: int) -> None:
    data = BYTES[offset : offset + size].data
    assert crc32(data, start) == zlib.crc32(data, start)


@given(
    st.integers(0, len(BYTES)),
    st.lists(
        st.one_of(st.integers(0, len(BYTES)), st.sampled_from([NEAR, 2 * NEAR, 3 * NEAR, FAR])), max_size=9
    ),
)
@example(0, [])
@example(3, [1, 2])
@example(FAR, [FAR - 1])
@example(len(BYTES), [NEAR, 2 * NEAR, 3 * NEAR, 4 * NEAR])
def test_a_message_may_come_in_pieces(size: int, cuts: list[int]) -> None:
    crc = running()
    for _ in range(2):  # the second message knows nothing of the first
        at = [0, *sorted(min(cut, size) for cut in cuts), size]
        for begin, end in pairwise(at):
            crc.update(BYTES[begin:end].data)
        assert crc.value() == zlib.crc32(BYTES[:size].data)
        crc.start()


@given(st.integers(0, len(BYTES)), st.integers(0, len(BYTES)))
def test_parts_are_joined(size: int, cut: int) -> None:
    data = BYTES[:size].data
    first, second = data[:cut], data[cut:]
    assert join_crc(crc32(first), crc32(second), len(second)) == zlib.crc32(data)
    assert crc32(second, crc32(first)) == zlib.crc32(data)


def test_it_takes_any_buffer() -> None:
    for data in (bytes(BYTES), bytearray(BYTES), BYTES.data, BYTES.view(np.uint8).reshape(-1, 1)):
        assert crc32(data) == zlib.crc32(bytes(BYTES))


def test_threads_do_not_share_sums() -> None:
    pieces = [BYTES[i : i + LEAST + 1000].data for i in range(0, 4000, 50)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(crc32, pieces)) == [zlib.crc32(piece) for piece in pieces]
