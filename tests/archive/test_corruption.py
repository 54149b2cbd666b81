"""No damage to a file goes unnoticed: flips, truncations, insertions. SPEC 2.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tracebox.archive import CompressOptions, open_archive, write_archive
from tracebox.schema.errors import TraceboxError


def accepted(data: bytes) -> bool:
    """Whether a file opens, and everything in it reads and verifies."""
    try:
        with open_archive(data) as archive:
            for name in archive.tensor_names:
                archive.tensor(name)
            return not archive.verify_all()
    except TraceboxError:
        return False


@pytest.fixture(scope="module")
def small() -> bytes:
    """Two kinds of storage, tied weights, padding, in as few bytes as may be."""
    return write_archive(
        None,
        program=b"p",
        tensors={"a": np.arange(3, dtype="f4"), "t": np.arange(3, dtype="f4"), "z": np.zeros(600, "f8")},
        code={"code/m.py": "pass\n"},
        compress=CompressOptions(),
    )


def test_the_file_itself_is_accepted(small: bytes) -> None:
    with open_archive(small) as archive:
        assert {tensor.codec for tensor in archive.manifest.tensors} == {"raw", "zstd-shuffle8"}
    assert accepted(small)


def test_no_single_bit_flip_is_accepted(small: bytes) -> None:
    survivors = []
    for position in range(len(small)):
        for bit in range(8):
            damaged = bytearray(small)
            damaged[position] ^= 1 << bit
            if accepted(bytes(damaged)):
                survivors.append((position, bit))
    assert survivors == []


def test_no_truncation_is_accepted(small: bytes) -> None:
    assert [size for size in range(len(small)) if accepted(small[:size])] == []


@pytest.mark.parametrize("byte", [b"\0", b"P", b"\xff"])
def test_no_insertion_of_a_byte_is_accepted(small: bytes, byte: bytes) -> None:
    assert [at for at in range(len(small) + 1) if accepted(small[:at] + byte + small[at:])] == []


def test_no_deletion_or_doubling_of_a_byte_is_accepted(small: bytes) -> None:
    assert [at for at in range(len(small)) if accepted(small[:at] + small[at + 1 :])] == []
    assert [at for at in range(len(small)) if accepted(small[: at + 1] + small[at:])] == []


def test_flips_in_a_file_that_is_read_lazily_are_refused_when_it_is_read(packed_archive: bytes) -> None:
    data = packed_archive + b""
    big = write_archive(
        None,
        program=b"p",
        tensors={"w": np.random.default_rng(1).standard_normal(400_000)},
        tests={"tests/t": data},
    )
    rng = np.random.default_rng(2)
    assert accepted(big)
    for position in rng.integers(0, len(big), 60):
        damaged = bytearray(big)
        damaged[position] ^= 1 << int(rng.integers(8))
        assert not accepted(bytes(damaged)), position


@pytest.mark.parametrize("read", [lambda a: a.tensor("w"), lambda a: a.tensor_slice("w", 131_072, 131_073)])
def test_a_damaged_chunk_is_never_handed_out(read: Callable[[Any], Any]) -> None:
    data = bytearray(write_archive(None, program=b"p", tensors={"w": np.arange(400_000.0)}))
    with open_archive(bytes(data)) as archive:
        place = next(p for p in archive.layout.members if p.name.startswith("params/"))
    data[place.data + (1 << 20)] ^= 1
    with open_archive(bytes(data)) as archive:
        assert archive.tensor_slice("w", 0, 131_072)[-1] == 131_071.0  # the first chunk is good
        for _ in range(2):
            with pytest.raises(TraceboxError) as caught:
                read(archive)
            assert caught.value.code == "digest.chunk"
