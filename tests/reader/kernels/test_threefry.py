"""The generator of random bits gives what its authors published."""

from __future__ import annotations

import numpy as np
import pytest

from tracebox.conformance.oracle import random as oracle
from tracebox.reader.kernels.random import threefry

#: Of the known-answer tests of Random123 (Salmon, Moraes, Dror and Shaw): Threefry-2x32, 20 rounds.
#: Counter, key, result.
PUBLISHED = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("counter", "key", "expected"), PUBLISHED)
def test_published_answers(counter: tuple[int, int], key: tuple[int, int], expected: tuple[int, int]) -> None:
    words = [np.array([part], np.uint32) for part in counter]
    a, b = threefry(np.array(key, np.uint32), *words)
    assert (int(a[0]), int(b[0])) == expected
    assert oracle.threefry(*key, *counter) == expected
