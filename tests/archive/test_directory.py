"""Unpacked archives: files that people edit. SPEC 2.15."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracebox.archive import CompressOptions, open_archive, pack_directory, safe_names, unpack, write_archive
from tracebox.archive.names import check_names

NAMES = [
    "w",
    "W",
    "con",
    "CON",
    "aux.weight",
    "a/b",
    "a\\b",
    "..",
    ".hidden",
    "x" * 200,
    "x" * 201,
    "é",
    "e\u0301",
    " ",
]


@pytest.fixture
def clashing() -> bytes:
    """Names that clash by case, or that some system reserves."""
    tensors = {name: np.full(50, index, "f4") for index, name in enumerate(NAMES)}
    return write_archive(None, program=b"p", tensors=tensors, compress=CompressOptions(minimum=1))


def test_names_that_clash_or_are_reserved_go_to_files_of_their_own(clashing: bytes, tmp_path: Path) -> None:
    unpack(clashing, tmp_path / "d")
    files = sorted((tmp_path / "d" / "params").glob("*.npy"))
    assert len(files) == len(NAMES)
    assert len({path.name.lower() for path in files}) == len(NAMES)
    assert check_names([f"params/{path.name}" for path in files], 240) == []
    assert pack_directory(tmp_path / "d", None) == clashing


def test_tensors_are_npy_files_beside_the_manifest(raw_archive: bytes, tmp_path: Path) -> None:
    unpack(raw_archive, tmp_path)
    index = {
        item["name"]: item for item in json.loads((tmp_path / "params/index.json").read_text())["tensors"]
    }
    half = np.load(tmp_path / "params" / index["half"]["file"])
    assert (half.dtype, half.shape, index["half"]["dtype"]) == (np.dtype("<u2"), (3, 2), "bf16")
    assert index["weight"]["file"] == index["tied"]["file"] != index["bits"]["file"]
    assert np.load(tmp_path / "params" / index["mask"]["file"]).dtype == np.bool_
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))["metadata"]["name"] == "né"
    assert (tmp_path / "code/net.py").read_text("utf-8") == "# é\n"


def edit(path: Path, name: str, change: Any) -> None:
    index = json.loads((path / "params/index.json").read_text())["tensors"]
    file = path / "params" / next(item["file"] for item in index if item["name"] == name)
    np.save(file, change(np.load(file)))


def test_an_edited_tensor_is_packed_and_the_others_keep_their_bytes(
    packed_archive: bytes, tmp_path: Path
) -> None:
    unpack(packed_archive, tmp_path)
    edit(tmp_path, "Weight", lambda a: a[:10].astype("f8"))
    edit(tmp_path, "half", lambda a: a + 1)
    data = pack_directory(tmp_path, None)
    assert data is not None
    with open_archive(data, verify="full") as archive, open_archive(packed_archive) as before:
        assert np.array_equal(archive.tensor("Weight"), before.tensor("Weight")[:10])
        assert archive.tensor("Weight").dtype == np.float64
        assert archive.content("half").tolist()[0] == 1
        members = {t.name: t.member for t in archive.manifest.tensors}
        for tensor in before.manifest.tensors:
            if tensor.name not in ("Weight", "half"):
                assert members[tensor.name] == tensor.member
                assert archive.stored_bytes(tensor.member) == before.stored_bytes(tensor.member)


def test_an_edited_manifest_is_packed(raw_archive: bytes, tmp_path: Path) -> None:
    unpack(raw_archive, tmp_path)
    text = (tmp_path / "manifest.json").read_text("utf-8")
    (tmp_path / "manifest.json").write_text(text.replace('"né"', '"new"'), "utf-8")
    data = pack_directory(tmp_path, None)
    assert data is not None
    with open_archive(data) as archive, open_archive(raw_archive) as before:
        assert archive.manifest.metadata["name"] == "new"
        assert archive.root_digest == before.root_digest


def test_members_that_were_deleted_or_added_are_left_out_or_taken(raw_archive: bytes, tmp_path: Path) -> None:
    unpack(raw_archive, tmp_path)
    (tmp_path / "vendor/blob.bin").unlink()
    (tmp_path / "tests/new.bin").write_bytes(b"new")
    (tmp_path / ".editor").write_bytes(b"junk")
    data = pack_directory(tmp_path, None)
    assert data is not None
    with open_archive(data) as archive:
        assert "vendor/blob.bin" not in archive.names and ".editor" not in archive.names
        assert archive.read("tests/new.bin") == b"new"


def test_edited_text_is_compiled_and_old_spans_are_left_out(raw_archive: bytes, tmp_path: Path) -> None:
    unpack(raw_archive, tmp_path)
    (tmp_path / "code/net.py").write_text("# edited\n")
    with pytest.raises(ValueError, match="no compiler at hand"):
        pack_directory(tmp_path, None)

    def compiler(texts: Mapping[str, str]) -> tuple[bytes, dict[str, Any]]:
        assert texts["code/net.py"] == "# edited\n"
        return b"compiled", {"code": {"code/net.py": "# printed\n"}, "entry_points": ()}

    data = pack_directory(tmp_path, None, compile_code=compiler)
    assert data is not None
    with open_archive(data) as archive:
        assert archive.program == b"compiled"
        assert archive.code == {"code/net.py": "# printed\n"}
        assert archive.manifest.entry_points == ()
        assert not any(name.startswith("debug/") for name in archive.names)
        assert "tests/forward/0.bin" in archive.names


def test_text_that_an_archive_did_not_hold_is_not_packed_into_it(tmp_path: Path) -> None:
    data = write_archive(None, program=b"p")
    unpack(data, tmp_path, code={"code/m.py": "printed\n"})
    assert (tmp_path / "code/m.py").read_text() == "printed\n"
    assert pack_directory(tmp_path, None) == data


def test_damaged_compressed_members_are_compressed_anew(packed_archive: bytes, tmp_path: Path) -> None:
    unpack(packed_archive, tmp_path)
    for path in (tmp_path / "params/.kept").glob("*[0-9a-f]"):
        path.write_bytes(b"damaged" + path.read_bytes()[7:])
    data = pack_directory(tmp_path, None)
    assert data is not None
    with open_archive(data, verify="full") as archive, open_archive(packed_archive) as before:
        assert archive.root_digest == before.root_digest


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "..\\x.npy", ".kept"])
def test_an_index_cannot_name_a_file_elsewhere(raw_archive: bytes, tmp_path: Path, file: str) -> None:
    unpack(raw_archive, tmp_path)
    index = json.loads((tmp_path / "params/index.json").read_text())
    index["tensors"][0]["file"] = file
    (tmp_path / "params/index.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="not a file name"):
        pack_directory(tmp_path, None)


def test_objects_in_npy_files_are_not_read(raw_archive: bytes, tmp_path: Path) -> None:
    unpack(raw_archive, tmp_path)
    np.save(tmp_path / "params/scalar.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        pack_directory(tmp_path, None)


def test_a_folder_that_is_not_empty_is_left_alone(raw_archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(FileExistsError):
        unpack(raw_archive, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_safe_names_are_what_the_container_accepts() -> None:
    names = ["net", "Net", "aux", "a/b", "A/b", "a/B", "lpt1/x", "a/../b", "x.", "\u212b", "a"]
    files = safe_names(names, ".py")
    assert files["net"] == "net.py"
    assert files["aux"] == "_aux.py"
    assert check_names([f"code/{file}" for file in files.values()], 240) == []
