"""Paths, bytes, file objects, URLs; what is read of them, and when. SPEC 2.8."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest

from tracebox.archive import open_archive, write_archive
from tracebox.schema.errors import TraceboxError


@pytest.fixture(scope="module")
def large() -> bytes:
    """An archive of 3 MiB: three tensors, so that only its head is read at once."""
    tensors = {f"t{i}": np.random.default_rng(i).standard_normal(131_072 + i) for i in range(3)}
    return write_archive(
        None, program=b"program", tensors=tensors, tests={"tests/big.bin": os.urandom(70_000)}
    )


class Recorder(io.BytesIO):
    """A file object that notes the ranges that are read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.ranges: list[tuple[int, int]] = []

    def read(self, size: int | None = -1, /) -> bytes:
        start = self.tell()
        data = super().read(size)
        self.ranges.append((start, start + len(data)))
        return data


class Ranged(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """A file system that notes the ranges that are read."""

    protocol = "ranged"
    data = b""
    ranges: list[tuple[int, int]] = []  # noqa: RUF012 - shared on purpose

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "size": len(self.data), "type": "file"}

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: Any) -> bytes:
        self.ranges.append((start or 0, end or len(self.data)))
        return self.data[start:end]


@pytest.fixture
def remote(large: bytes) -> type[Ranged]:
    fsspec.register_implementation("ranged", Ranged, clobber=True)
    Ranged.data, Ranged.ranges = large, []
    return Ranged


def test_all_sources_are_read_alike(large: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.tbox"
    path.write_bytes(large)
    fsspec.filesystem("memory").pipe("/m.tbox", large)
    sources: list[Any] = [path, str(path), large, bytearray(large), memoryview(large), io.BytesIO(large)]
    roots = set()
    for source in [*sources, "memory://m.tbox", path.as_uri()]:
        with open_archive(source, verify="full") as archive:
            roots.add((archive.root_digest, archive.size, archive.tensor("t2").tobytes()))
    assert len(roots) == 1


def test_opening_a_url_reads_its_head_and_its_directory(remote: type[Ranged]) -> None:
    with open_archive("ranged://host/m.tbox") as archive:
        opened = list(remote.ranges)
        assert opened[0] == (0, 1 << 16)
        assert len(opened) == 2
        assert sum(end - start for start, end in opened) < 70_000
        archive.tensor_slice("t1", 0, 10)
        assert sum(end - start for start, end in remote.ranges[2:]) <= (1 << 20) + 4200


def test_damage_of_a_url_is_refused_when_it_is_read(remote: type[Ranged], large: bytes) -> None:
    with open_archive(large) as archive:
        places = {place.name: place for place in archive.layout.members}
        members = {tensor.name: tensor.member for tensor in archive.manifest.tensors}
    for at in (
        places[members["t1"]].offset + 6,
        places[members["t1"]].data + 9,
        places["tests/big.bin"].offset + 6,
    ):
        data = bytearray(large)
        data[at] ^= 1
        remote.data = bytes(data)
        with open_archive("ranged://host/m.tbox") as archive:
            assert archive.tensor("t0").size
            with pytest.raises(TraceboxError):
                archive.read("tests/big.bin")
                archive.tensor("t1")


def test_a_small_url_is_read_once(remote: type[Ranged]) -> None:
    remote.data = write_archive(None, program=b"p", tensors={"w": np.ones(9)})
    with open_archive("ranged://host/m.tbox", verify="full") as archive:
        assert archive.tensor("w").sum() == 9
    assert len(remote.ranges) == 1


def test_opening_reads_no_tensor(large: bytes) -> None:
    file = Recorder(large)
    with open_archive(file) as archive:
        tensors = [place for place in archive.layout.members if place.name.startswith("params/")][1:]
        for start, end in file.ranges:
            for place in tensors:
                assert end <= place.data or start >= place.end


def test_opening_maps_nothing_into_memory(tmp_path: Path) -> None:
    """A process that opens 64 MiB grows by a few; one that reads it all in one go, by 64."""
    path = tmp_path / "m.tbox"
    tensors = {f"t{i}": np.random.default_rng(i).standard_normal(1 << 20) for i in range(8)}
    write_archive(path, program=b"", tensors=tensors)
    probe = f"""
import json
import tracebox.archive.read as read
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * 4 // 1024
before = rss()
archive = read.open_archive({str(path)!r})
opened = rss()
total = sum(float(archive.tensor(name).sum()) for name in archive.tensor_names)
print(json.dumps([opened - before, rss() - opened]))
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs /proc")
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    opening, reading = json.loads(done.stdout)
    assert opening <= 8
    assert reading >= 60


def test_the_reading_side_imports_no_compression_until_a_tensor_needs_it() -> None:
    probe = """
import sys
import numpy as np
from tracebox.archive import write_archive, open_archive, CompressOptions
raw = write_archive(None, program=b"", tensors={"w": np.zeros(5000)})
with open_archive(raw) as archive:
    archive.tensor("w")
assert "zstandard" not in sys.modules
packed = write_archive(None, program=b"", tensors={"w": np.zeros(5000)}, compress=CompressOptions())
with open_archive(packed) as archive:
    archive.tensor("w")
assert "zstandard" in sys.modules
"""
    subprocess.run([sys.executable, "-c", probe], check=True)


def test_many_threads_may_read_one_archive(large: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.tbox"
    path.write_bytes(large)
    failures: list[str] = []
    with open_archive(path) as archive, open_archive(large) as expected:
        want = {name: expected.tensor(name).tobytes() for name in expected.tensor_names}

        def work() -> None:
            for name in archive.tensor_names * 3:
                if archive.tensor(name).tobytes() != want[name]:
                    failures.append(name)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_what_is_no_source_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="cannot be read from a int"):
        open_archive(3)  # type: ignore[arg-type]


def test_a_missing_file_is_the_usual_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_archive(tmp_path / "none.tbox")


def test_an_archive_that_was_refused_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "m.tbox"
    path.write_bytes(b"PK\x03\x04 not an archive")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(5):
        with pytest.raises(TraceboxError):
            open_archive(path)
    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    assert after == before
