"""Archives over 4 GiB, and with more members than a plain end record counts. SPEC 2.4, 2.6."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tracebox.archive import Limits, TensorData, open_archive, write_archive
from tracebox.archive import zipformat as z
from tracebox.schema.errors import TraceboxError

GIB = 1 << 30


def layout(sizes: list[int]) -> z.Layout:
    return z.Layout([(f"params/{index:064x}", size, index) for index, size in enumerate(sizes)])


def sparse_zip(path: Path, plan: z.Layout) -> None:
    """The structure alone; contents are holes."""
    with open(path, "wb") as file:
        for place in plan.members:
            file.seek(place.offset)
            file.write(place.header())
        file.seek(plan.directory_offset)
        file.write(plan.directory())


@pytest.mark.parametrize(
    "sizes",
    [
        [10],
        [z.MAX32 - 1, 10],
        [z.MAX32, 10],
        [10, 5 * GIB, 10],
        [3 * GIB, 3 * GIB, 0, 3 * GIB, 7],
        [z.MAX32 - 4096, 1, 1, 1],
    ],
)
def test_python_reads_the_structure_as_it_was_laid_out(tmp_path: Path, sizes: list[int]) -> None:
    plan = layout(sizes)
    sparse_zip(tmp_path / "m.zip", plan)
    assert (tmp_path / "m.zip").stat().st_size == plan.size
    with zipfile.ZipFile(tmp_path / "m.zip") as file:
        assert [i.file_size for i in file.infolist()] == sizes
        assert [i.header_offset for i in file.infolist()] == [p.offset for p in plan.members]
        assert [i.CRC for i in file.infolist()] == list(range(len(sizes)))
        for info, place in zip(file.infolist(), plan.members):
            with file.open(info):  # compares the local header with the directory
                pass
            assert place.data % (4096 if place.size >= 1 << 20 else 64) == 0


@pytest.mark.parametrize("count", [0xFFFE, 0xFFFF, 0x10001])
def test_python_counts_as_many_members(tmp_path: Path, count: int) -> None:
    plan = layout([0] * count)
    assert plan.needs_zip64 == (count >= 0xFFFF)
    sparse_zip(tmp_path / "m.zip", plan)
    with zipfile.ZipFile(tmp_path / "m.zip") as file:
        assert len(file.infolist()) == count


def test_only_what_overflows_is_stated_in_64_bits() -> None:
    plan = layout([5, z.MAX32 + 5, 6])
    sizes, offset = (
        [z.MAX32.to_bytes(4, "little") * 2 in p.header() for p in plan.members],
        plan.members[2].offset,
    )
    assert sizes == [False, True, False]
    assert [len(p.entry()) for p in plan.members] == [46 + 71, 46 + 71 + 20, 46 + 71 + 12]
    assert plan.members[2].entry().endswith(offset.to_bytes(8, "little"))


@pytest.mark.slow
def test_a_real_archive_over_4_gib(tmp_path: Path) -> None:
    """Written, read, sliced, verified; takes a minute, and 5 GiB of a disk that knows no holes."""
    path = tmp_path / "big.tbox"
    large = np.zeros(9 * GIB // 16, np.float64)  # 4.5 GiB
    large[-1] = 7.0
    write_archive(path, program=b"p", tensors={"large": large, "small": np.arange(5)})
    assert path.stat().st_size > 4 * GIB
    with open_archive(path) as archive:
        assert archive.tensor_slice("large", len(large) - 1, len(large))[0] == 7.0
        assert np.array_equal(archive.tensor("small"), np.arange(5))
        assert archive.verify_all() == []
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None


def test_a_sparse_archive_over_4_gib_opens_in_full_structure(tmp_path: Path) -> None:
    """A real archive, whose one large tensor is a hole that is never hashed."""
    path = tmp_path / "big.tbox"
    probe = f"""
import mmap, os, zlib
import numpy as np
from tracebox.archive import chunks, pack, write_archive, TensorData
zeros = bytes(1 << 20)
digest = chunks.sha256(zeros)
crcs = {{count: zlib.crc32(zeros * count) for count in range(1, pack.RUN + 1)}}
real = pack.Part.measure
def measure(self, run, each):
    first, data = run
    if data[0].nbytes < 1 << 20:
        return real(self, run, each)
    self.digests[first : first + len(data)] = [digest] * len(data)
    self.crcs[first] = len(data) << 20, crcs[len(data)]
    for index, chunk in enumerate(data, first):
        each(index, chunk)
pack.Part.measure = measure
hole = mmap.mmap(-1, 9 << 29)
write = os.pwrite
os.pwrite = lambda fd, data, at: len(data) if len(data) == 1 << 20 else write(fd, data, at)
tensors = {{"hole": TensorData("u8", (9 << 29,), hole), "s": np.arange(5)}}
write_archive({str(path)!r}, program=b"p", tensors=tensors)
"""
    subprocess.run([sys.executable, "-c", probe], check=True)
    assert path.stat().st_size > 4 * GIB
    with open_archive(path) as archive:
        assert archive.tensor_slice("hole", (9 << 29) - 5, 9 << 29).tolist() == [0] * 5
        assert archive.tensor("s").tolist() == [0, 1, 2, 3, 4]
        plan = archive.layout
    with zipfile.ZipFile(path) as file:
        assert file.read(plan.members[-1].name) == np.arange(5).tobytes()
    with open(path, "r+b") as file:
        for at in range(plan.size - 98, plan.size):  # the ZIP64 end records and the end record
            file.seek(at)
            (byte,) = file.read(1)
            file.seek(at)
            file.write(bytes([byte ^ 1]))
            file.flush()
            with pytest.raises(TraceboxError):
                open_archive(path)
            file.seek(at)
            file.write(bytes([byte]))
    open_archive(path).close()


def test_a_tensor_larger_than_the_limit_is_refused() -> None:
    data = write_archive(None, program=b"", tensors={"w": TensorData("u8", (100,), bytes(100))})
    with pytest.raises(TraceboxError, match=r"limit\.tensor-size"):
        open_archive(data, limits=Limits(tensor_size=99))
