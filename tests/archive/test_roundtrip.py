"""What is written is read again, the same bytes for the same content. SPEC 2, 2.15."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tracebox.archive import (
    CompressOptions,
    TensorData,
    copy_archive,
    open_archive,
    pack_directory,
    unpack,
    write_archive,
)

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]


def same(got: Any, want: Any) -> bool:
    """Equal in dtype, shape and every bit."""
    if isinstance(want, TensorData):
        return bool(got.shape == want.shape and got.tobytes() == bytes(want.buffer))
    want = np.asarray(want)
    little = want.astype(want.dtype.newbyteorder("<"))
    return bool(got.dtype == little.dtype and got.shape == want.shape and got.tobytes() == little.tobytes())


def test_every_tensor_comes_back_read_only(any_archive: bytes, make_arrays: Any) -> None:
    with open_archive(any_archive) as archive:
        assert archive.tensor_names == tuple(make_arrays())
        for name, want in make_arrays().items():
            got = archive.tensor(name)
            assert same(got, want), name
            assert not got.flags.writeable


def test_slices_are_those_of_the_whole(any_archive: bytes) -> None:
    with open_archive(any_archive) as archive:
        for name in archive.tensor_names:
            whole = archive.tensor(name)
            if whole.ndim == 0:
                with pytest.raises(IndexError):
                    archive.tensor_slice(name, 0, 1)
                continue
            for start, stop in [(0, 0), (0, 1), (1, 3), (-2, 99), (3, 2), (0, len(whole))]:
                got = archive.tensor_slice(name, start, stop)
                assert got.tobytes() == whole[start:stop].tobytes()
                assert got.shape == whole[start:stop].shape


def test_a_slice_reads_only_its_chunks() -> None:
    data = write_archive(None, program=b"", tensors={"w": np.arange(1 << 20, dtype="f8").reshape(-1, 8)})

    class Counting(io.BytesIO):
        seen = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.seen += len(data)
            return data

    file = Counting(data)
    with open_archive(file) as archive:
        before = file.seen
        assert archive.tensor_slice("w", 70_000, 70_010)[0, 0] == 560_000
        assert file.seen - before <= 2 << 20


def test_equal_bytes_are_stored_once(raw_archive: bytes) -> None:
    with open_archive(raw_archive) as archive:
        members = {tensor.name: tensor.member for tensor in archive.manifest.tensors}
    assert members["weight"] == members["tied"] == members["same bytes"] == members["bits"]
    assert members["weight"] != members["transposed"]


def test_types_that_numpy_lacks_come_as_those_of_ml_dtypes(raw_archive: bytes) -> None:
    with open_archive(raw_archive) as archive:
        assert archive.tensor("half").dtype == ml_dtypes.bfloat16
        assert archive.tensor("eighth").dtype == ml_dtypes.float8_e4m3fn
    array = np.arange(4).astype(ml_dtypes.bfloat16)
    with open_archive(write_archive(None, program=b"", tensors={"w": array})) as archive:
        assert archive.manifest.tensors[0].dtype == "bf16"
        assert archive.tensor("w").tobytes() == array.tobytes()


def test_types_that_numpy_lacks_come_as_integers_without_ml_dtypes(
    raw_archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with open_archive(raw_archive) as archive:
        assert archive.tensor("half").dtype == np.uint16
        assert archive.tensor("eighth").dtype == np.uint8


def test_members_and_fields_come_back(any_archive: bytes, make_fields: Any) -> None:
    given_fields = make_fields()
    with open_archive(any_archive) as archive:
        for group in ("debug", "tests", "extra_members"):
            for name, data in given_fields[group].items():
                assert archive.read(name) == data
        assert archive.code == given_fields["code"]
        assert archive.program == given_fields["program"]
        assert archive.manifest.metadata == given_fields["metadata"]
        assert archive.manifest.entry_points == tuple(given_fields["entry_points"])
        assert archive.manifest.state == tuple(given_fields["state"])


def test_large_optional_members_stand_behind_the_tensors(raw_archive: bytes) -> None:
    with open_archive(raw_archive) as archive:
        names = archive.names
        last = max(index for index, name in enumerate(names) if name.startswith("params/"))
        assert names[last + 1 :] == ("debug/source.bin", "vendor/large.bin")
        assert names[:2] == ("ir/program.msgpack", "chunks.bin")


def test_tensors_are_aligned(make_fields: Any) -> None:
    big = np.arange(1 << 18, dtype="f4")
    with open_archive(write_archive(None, **make_fields(tensors={"s": np.ones(3), "b": big}))) as archive:
        for place in archive.layout.members:
            if place.name.startswith("params/"):
                assert place.data % (4096 if place.size >= 1 << 20 else 64) == 0


def test_path_object_and_bytes_get_the_same_file(tmp_path: Path, make_fields: Any) -> None:
    for compress in (None, CompressOptions(level=1, shuffle=False)):
        data = write_archive(None, **make_fields(compress=compress))
        write_archive(tmp_path / "m.tbox", **make_fields(compress=compress))
        file = io.BytesIO()
        write_archive(file, **make_fields(compress=compress))
        assert data == file.getvalue() == (tmp_path / "m.tbox").read_bytes()


@pytest.mark.parametrize("mebibytes", [3, 9, 21, 70])
def test_as_many_threads_as_there_are_write_the_same_file(
    mebibytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many chunks go together, of whatever layout, and whoever sums their CRC-32."""
    data = np.random.default_rng(mebibytes).integers(0, 256, (mebibytes << 20) + 77, dtype=np.uint8)
    tensors = {
        "long": data,
        "turned": data[77:].reshape(mebibytes, -1).T,
        "none": data[:0],
        "short": data[:5],
    }
    expected = write_archive(None, program=b"p", tensors=tensors)
    for library, workers in ((None, 1), (None, 2), (None, 5), (zlib.crc32, 3)):
        monkeypatch.setattr("tracebox.archive.crc.library", lambda found=library: found)
        monkeypatch.setattr("tracebox.archive.chunks.workers", lambda found=workers: found)
        path = tmp_path / f"{workers}.tbox"
        write_archive(path, program=b"p", tensors=tensors)
        assert path.read_bytes() == expected
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None


def test_a_mapped_tensor_is_not_copied_and_outlives_the_archive(tmp_path: Path) -> None:
    write_archive(tmp_path / "m.tbox", program=b"", tensors={"w": np.arange(1 << 18, dtype="f8")})
    with open_archive(tmp_path / "m.tbox") as archive:
        first, second = archive.tensor("w"), archive.tensor("w")
    assert first.__array_interface__["data"] == second.__array_interface__["data"]
    assert not first.flags.owndata
    assert first[-1] == (1 << 18) - 1


def test_copying_changes_nothing(any_archive: bytes) -> None:
    with open_archive(any_archive) as archive:
        assert copy_archive(archive, None) == any_archive


def test_the_root_digest_is_that_of_the_meaning(
    raw_archive: bytes, packed_archive: bytes, make_fields: Any
) -> None:
    def root(data: bytes) -> str:
        with open_archive(data) as archive:
            return archive.root_digest

    with open_archive(raw_archive) as archive:
        bare = copy_archive(
            archive, None, drop=lambda name: True, metadata={}, producer={"name": "x", "version": ""}
        )
    assert bare is not None and len(bare) < len(raw_archive)
    assert root(raw_archive) == root(packed_archive) == root(bare)
    assert root(raw_archive) != root(write_archive(None, **make_fields(program=b"\x01other")))
    assert root(raw_archive) != root(write_archive(None, **make_fields(tensors={"w": np.ones(2)})))


def test_only_what_shrinks_by_a_tenth_is_compressed(packed_archive: bytes) -> None:
    with open_archive(packed_archive) as archive:
        codecs = {tensor.name: tensor.codec for tensor in archive.manifest.tensors}
        assert archive.manifest.features == ("shuffle", "state", "zstd")
    assert codecs["zeros"] == "zstd-shuffle8"
    noise = np.random.default_rng(3).integers(0, 256, 100_000).astype("u1")
    with open_archive(
        write_archive(None, program=b"", tensors={"n": noise}, compress=CompressOptions())
    ) as archive:
        assert archive.manifest.tensors[0].codec == "raw"
        assert archive.manifest.features == ()


def test_what_is_compressed_by_more_than_a_reader_accepts_is_stored_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tracebox.archive import Limits, pack

    small = Limits(ratio=100, ratio_floor=1 << 20)
    monkeypatch.setattr(pack, "DEFAULT", small)
    data = write_archive(
        None, program=b"", tensors={"z": np.zeros(1 << 23, "u1")}, compress=CompressOptions()
    )
    with open_archive(data, limits=small) as archive:
        assert not archive.tensor("z").any()
        assert archive.manifest.tensors[0].codec == "zstd"


@given(
    arrays=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20),
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9))
        ),
        max_size=5,
    ),
    compress=st.sampled_from([None, CompressOptions(minimum=0), CompressOptions(minimum=0, shuffle=False)]),
)
def test_any_tensors_come_back(arrays: dict[str, Any], compress: CompressOptions | None) -> None:
    data = write_archive(None, program=b"", tensors=arrays, compress=compress)
    with open_archive(data, verify="full") as archive:
        assert all(same(archive.tensor(name), want) for name, want in arrays.items())
        assert copy_archive(archive, None) == data


PROBE = """
import sys, numpy as np
from tracebox.archive import CompressOptions, write_archive
rng = np.random.default_rng(0)
tensors = {name: rng.standard_normal(500) for name in ("b", "a", "c")}
tensors["z"] = np.zeros(9000)
names = {"code/%s.py" % n: n for n in {"x", "y", "z", "w"}}
meta = {"extra": {n: 1 for n in {"p", "q", "r"}}}
write_archive(sys.argv[1], program=b"p", tensors=tensors, code=names, metadata=meta,
              features={"state", "control-flow"},
              compress=CompressOptions())
"""


def test_two_processes_with_different_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.tbox"
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"}
        subprocess.run([sys.executable, "-c", PROBE, path], check=True, env=environment)
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_unpack_then_pack_gives_the_same_bytes(any_archive: bytes, tmp_path: Path) -> None:
    unpack(any_archive, tmp_path / "d")
    assert pack_directory(tmp_path / "d", None) == any_archive


def test_python_zipfile_reads_the_same_members(any_archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(any_archive)) as file, open_archive(any_archive) as archive:
        assert file.testzip() is None
        assert file.namelist() == ["mimetype", "manifest.json", *archive.names]
        for info in file.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.compress_type == zipfile.ZIP_STORED
        for name in archive.names:
            assert file.read(name) == archive.read(name)


@pytest.mark.skipif(not Path("/usr/bin/unzip").exists(), reason="unzip is not there")
def test_unzip_tests_and_extracts(any_archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.tbox").write_bytes(any_archive)
    subprocess.run(["unzip", "-tqq", "m.tbox"], cwd=tmp_path, check=True)
    subprocess.run(["unzip", "-qq", "m.tbox", "-d", "out"], cwd=tmp_path, check=True)
    with open_archive(any_archive) as archive:
        for name in archive.names:
            assert (tmp_path / "out" / name).read_bytes() == archive.read(name)
        assert (tmp_path / "out" / "manifest.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(not Path("/usr/bin/file").exists(), reason="file is not there")
def test_file_recognises_the_mime_type(any_archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(any_archive)
    done = subprocess.run(["file", "m"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "application/vnd.tracebox" in done.stdout


MEMORY = """
import json, sys
import numpy as np
from tracebox.archive import CompressOptions, write_archive
kind, path = sys.argv[1:]
base = np.ones((16, 1 << 20))  # 128 MiB
array = {"plain": base, "turned": base.T, "big-endian": base.view(">f8"), "packed": base}[kind]
def status(field):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith(field))
write_archive(path, program=b"", tensors={"w": np.ones(9000)}, compress=CompressOptions())
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before = status("VmRSS")
compress = CompressOptions() if kind == "packed" else None
write_archive(path, program=b"", tensors={"w": array}, compress=compress)
print(json.dumps(status("VmHWM") - before))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", ["plain", "turned", "big-endian", "packed"])
def test_a_save_takes_less_than_32_mebibytes_beside_its_tensors(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, kind, str(tmp_path / "m.tbox")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 32
