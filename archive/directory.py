"""An archive as a directory that people edit, and back. SPEC 2.15.

``manifest.json``, ``ir/``, ``code/``, ``debug/``, ``tests/`` as in the archive; tensors as
``params/*.npy`` with ``params/index.json`` beside them, which says whose file is whose.
Compressed members lie in ``params/.kept`` as they were, so that packing what nobody changed
gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..schema.dtypes import BY_NAME
from ..schema.manifest import Manifest
from . import chunks
from .check import CHUNKS, PROGRAM, contents, is_tensor
from .content import TensorData
from .names import safe_names
from .pack import CompressOptions, Kept
from .read import Archive, open_archive
from .source import Source
from .write import write_archive

Array = Any
Progress = Callable[[int, int], None]
CompileCode = Callable[[Mapping[str, str]], "bytes | tuple[bytes, Mapping[str, Any]]"]

_KEPT = "params/.kept"
_INDEX = "params/index.json"


def unpack(
    source: Source | Archive,
    directory: str | os.PathLike[str],
    *,
    code: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> None:
    """Lay an archive out as files.

    Parameters
    ----------
    source
        An archive, or what `open_archive` takes.
    directory
        Where to; it must not exist, or be empty.
    code
        The program text to lay out, by member name, instead of the archive's.
    progress
        Called with the bytes done and the bytes to do.

    Raises
    ------
    FileExistsError
        There is something in the directory.
    """
    if not isinstance(source, Archive):
        with open_archive(source) as archive:
            unpack(archive, directory, code=code, progress=progress)
        return
    root = Path(directory)
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise FileExistsError(f"{root} is not empty")
    texts = source.code if code is None else dict(code)
    _write(root / "manifest.json", _json(source.manifest.as_json()))
    for name in source.names:
        if not is_tensor(name) and not name.startswith("code/") and name != CHUNKS:
            _write(root / name, source.read(name))
    for name, text in texts.items():
        _write(root / name, text.encode())
    files = _unpack_tensors(source, root, progress)
    index = {
        "tensors": [
            {"name": t.name, "dtype": t.dtype, "file": files[t.name]} for t in source.manifest.tensors
        ],
        "code": {name: chunks.sha256(text.encode()).hex() for name, text in sorted(texts.items())},
    }
    _write(root / _INDEX, _json(index))


def _unpack_tensors(source: Archive, root: Path, progress: Progress | None) -> dict[str, str]:
    """Write one ``.npy`` for each tensor that differs in bytes, dtype or shape."""
    tensors = source.manifest.tensors
    same: dict[tuple[object, ...], str] = {}
    for tensor in tensors:
        same.setdefault((tensor.member, tensor.dtype, tensor.shape), tensor.name)
    files = safe_names(same.values(), ".npy", separator="")
    done, total = 0, sum(member.size for member in source.manifest.members if is_tensor(member.name))
    for tensor in tensors:
        if tensor.name in files:
            array = source.content(tensor.name)
            dtype = BY_NAME[tensor.dtype]
            view = array.view(f"<u{dtype.itemsize}" if dtype.numpy is None else f"<{_letter(dtype.numpy)}")
            path = root / "params" / files[tensor.name]
            path.parent.mkdir(exist_ok=True)
            np.save(path, view.reshape(tensor.shape), allow_pickle=False)
            done = min(total, done + array.nbytes)
            if progress is not None:
                progress(done, total)
    packed = [name for name, (_, codec) in contents(source.manifest).items() if codec != "raw"]
    for name in packed:
        _write(root / _KEPT / name.removeprefix("params/"), source.stored_bytes(name))
        _write(root / _KEPT / (name.removeprefix("params/") + ".rows"), source.stored(name).rows)
    return {t.name: files[same[t.member, t.dtype, t.shape]] for t in tensors}


def _letter(numpy_name: str) -> str:
    return np.dtype(numpy_name).str[1:]


def pack_directory(
    directory: str | os.PathLike[str],
    target: str | os.PathLike[str] | BinaryIO | None,
    *,
    compile_code: CompileCode | None = None,
    compress: CompressOptions | None = None,
) -> bytes | None:
    """Make an archive of a directory that `unpack` laid out.

    What nobody changed gives the same bytes. In a directory the text is the program: if
    ``code/`` differs from what was unpacked it is compiled, and the debug information of before,
    which points into another text, is left out.

    Parameters
    ----------
    directory
        The directory.
    target
        As for `write_archive`.
    compile_code
        Makes the program of the texts by member name; gives its bytes, or its bytes and
        the arguments of `write_archive` that change with it.
    compress
        How to compress tensors that changed; those that were compressed, if None.

    Raises
    ------
    FileNotFoundError
        A file that the index names is missing.
    ValueError
        The text changed and there is no `compile_code`; or a file is not what the index says.
    """
    root = Path(directory)
    manifest = Manifest.from_json(json.loads((root / "manifest.json").read_text("utf-8")))
    index = json.loads((root / _INDEX).read_text("utf-8"))
    packed = {tensor.name for tensor in manifest.tensors if tensor.codec != "raw"}
    listed = {member.name for member in manifest.members}
    fields: dict[str, Any] = {
        "entry_points": manifest.entry_points,
        "state": manifest.state,
        "tensors": {item["name"]: _load(root, item) for item in index["tensors"]},
        "metadata": manifest.metadata,
        "producer": manifest.producer,
        "features": manifest.features,
        "opsets": manifest.opsets,
        "version": manifest.version,
        "kept": _kept(root, manifest),
        "compress": compress or (CompressOptions(only=packed) if packed else None),
    }
    texts = {name: _text(root, name) for name in _files(root, "code") if name.endswith(".py")}
    digests = {name: chunks.sha256(text.encode()).hex() for name, text in sorted(texts.items())}
    extra = {name: (root / name).read_bytes() for name in _optional(root, listed)}
    if digests == index["code"]:
        fields["program"] = (root / PROGRAM).read_bytes()
        fields["code"] = {name: text for name, text in texts.items() if name in listed}
    elif compile_code is None:
        raise ValueError("code/ was edited, and there is no compiler at hand to make a program of it")
    else:
        made = compile_code(texts)
        program, changes = made if isinstance(made, tuple) else (made, {})
        extra = {name: data for name, data in extra.items() if not name.startswith("debug/")}
        fields |= {"program": program, "code": texts, **changes}
    return write_archive(target, **{"extra_members": extra, **fields})


def _text(root: Path, name: str) -> str:
    data = (root / name).read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{name}:{line}: not UTF-8: byte {data[error.start]:#04x}") from None


def _load(root: Path, item: Mapping[str, str]) -> Array | TensorData:
    """The array of one entry of the index."""
    file = item["file"]
    if "/" in file or "\\" in file or file.startswith("."):
        raise ValueError(f"{_INDEX}: {file!r} is not a file name")
    dtype = BY_NAME.get(item["dtype"])
    path = root / "params" / file
    array = np.load(path, mmap_mode="r" if path.stat().st_size > chunks.CHUNK else None, allow_pickle=False)
    if dtype is None or dtype.numpy is not None:
        return array
    if array.dtype != np.dtype(f"<u{dtype.itemsize}"):
        raise ValueError(
            f"{file}: a tensor of {dtype.name} is kept as u{dtype.itemsize * 8}, not {array.dtype}"
        )
    return TensorData(dtype.name, array.shape, array)


def _kept(root: Path, manifest: Manifest) -> dict[str, Kept]:
    """The compressed members that are still what they were."""
    kept: dict[str, Kept] = {}
    for name, (nbytes, codec) in contents(manifest).items():
        path = root / _KEPT / name.removeprefix("params/")
        if codec == "raw" or not path.exists():
            continue
        rows, stored = path.with_name(path.name + ".rows").read_bytes(), path.read_bytes()
        if _is_intact(name, nbytes, rows, stored):
            kept[name] = Kept(codec, rows, memoryview(stored))
    return kept


def _is_intact(name: str, nbytes: int, rows: bytes, stored: bytes) -> bool:
    at = 0
    digests = []
    for row in range(0, len(rows), chunks.ROW_ZSTD):
        size = int.from_bytes(rows[row : row + 4], "little")
        digest = rows[row + 4 : row + 4 + chunks.DIGEST]
        digests.append(rows[row + 4 + chunks.DIGEST : row + chunks.ROW_ZSTD])
        if chunks.sha256(stored[at : at + size]) != digest:
            return False
        at += size
    return (
        at == len(stored)
        and len(digests) == chunks.chunk_count(nbytes)
        and chunks.content_name(b"".join(digests)) == name
    )


def _files(root: Path, folder: str) -> list[str]:
    """The files below a folder by member name, sorted."""
    return sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file())


def _optional(root: Path, listed: set[str]) -> Iterator[str]:
    """Members besides program, code and tensors: those of before that are left, new ones in known folders."""
    names = {name for name in listed if not is_tensor(name) and (root / name).is_file()}
    names.update(_files(root, "debug"), _files(root, "tests"))
    yield from sorted(n for n in names if n not in (PROGRAM, CHUNKS) and not n.startswith("code/"))


def _write(path: Path, data: bytes | memoryview) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
