"""Write an archive: the same parts give the same bytes, and a path never holds half a file. SPEC 2."""

from __future__ import annotations

import errno
import io
import os
import stat
import zlib
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, BinaryIO, overload

from ..schema.manifest import VERSION, EntryPoint, Manifest, Member, StateField, Tensor
from ..schema.manifest_read import error_of
from . import canonical, chunks
from . import zipformat as z
from .check import CHUNKS, PROGRAM, check_manifest, member_order
from .content import Content, TensorData
from .limits import DEFAULT, Limits
from .pack import CompressOptions, Kept, Packer, Part, Run, make_parts, measure, on_all_cores

Array = Any
Path = str | os.PathLike[str]


class _Plan:
    """All that is to be written, but for the digests that are made while writing."""

    __slots__ = ("small", "contents", "parts", "tensors", "fields")

    def __init__(self, small: dict[str, bytes], contents: dict[str, Content], fields: dict[str, Any]) -> None:
        self.small = small
        self.contents = contents
        self.parts, self.tensors = make_parts(contents)
        self.fields = fields

    def manifest(self) -> Manifest:
        """The manifest, as far as it is known."""
        table = {CHUNKS: b"".join([part.rows for part in self.parts])} if self.parts else {}
        data = self.small | table
        parts = {part.name: part for part in self.parts}
        members = []
        for name in member_order({name: len(value) for name, value in data.items()}, list(parts)):
            if name in parts:
                members.append(Member(name, parts[name].size, parts[name].crc32))
            else:
                value = data[name]
                members.append(Member(name, len(value), zlib.crc32(value), chunks.sha256(value).hex()))
        features = set(self.fields["features"])
        for part in self.parts:
            features.update(chunks.codec_features(part.codec))
        tensors = [
            Tensor(name, content.dtype, content.shape, self.tensors[name].name, self.tensors[name].codec)
            for name, content in self.contents.items()
        ]
        fields = self.fields | {"features": sorted(features)}
        return Manifest(members=members, tensors=tensors, **fields)

    def layout(self) -> tuple[z.Layout, bytes]:
        """Where everything goes, and the manifest's bytes."""
        manifest = self.manifest()
        data = canonical.dump(manifest.as_json())
        members = [
            ("mimetype", len(z.MIMETYPE), z.MIMETYPE_CRC),
            ("manifest.json", len(data), zlib.crc32(data)),
        ]
        members += [(member.name, member.size, member.crc32) for member in manifest.members]
        return z.Layout(members), data

    def content(self, name: str, manifest: bytes) -> bytes:
        """The bytes of a member that is not below ``params/``."""
        if name == CHUNKS:
            return b"".join([part.rows for part in self.parts])
        return {"mimetype": z.MIMETYPE, "manifest.json": manifest}.get(name) or self.small[name]


@overload
def write_archive(target: None, *, program: bytes, **fields: Any) -> bytes: ...
@overload
def write_archive(target: Path | BinaryIO, *, program: bytes, **fields: Any) -> None: ...
def write_archive(  # type: ignore[misc]  # the overloads stand for all of these arguments
    target: Path | BinaryIO | None,
    *,
    program: bytes,
    entry_points: Sequence[EntryPoint] = (),
    state: Sequence[StateField] = (),
    tensors: Mapping[str, Array | TensorData] | None = None,
    code: Mapping[str, str] | None = None,
    debug: Mapping[str, bytes] | None = None,
    tests: Mapping[str, bytes] | None = None,
    extra_members: Mapping[str, bytes] | None = None,
    metadata: Mapping[str, Any] | None = None,
    producer: Mapping[str, str] | None = None,
    features: Sequence[str] = (),
    opsets: Mapping[str, int] | None = None,
    version: tuple[int, int] = VERSION,
    compress: CompressOptions | None = None,
    kept: Mapping[str, Kept] | None = None,
    limits: Limits = DEFAULT,
) -> bytes | None:
    """Write an archive.

    The same arguments give the same bytes, wherever and whenever; with `compress`, for
    one version of zstd.

    Parameters
    ----------
    target
        A path, which keeps its old file until the new one is complete; or an object with
        a method ``write``; or None to get the bytes.
    program
        The program in its binary form. SPEC 6.
    entry_points, state, metadata, producer, features, opsets, version
        Fields of the manifest. SPEC 3. Features that codecs need are added.
    tensors
        Arrays, or `TensorData`, by name, in the order of the tensor index. Tensors with the
        same bytes are stored once.
    code, debug, tests, extra_members
        The other members by their full names, such as ``code/net.py``.
    compress
        How to compress tensors; None stores them as they are.
    kept
        Members compressed before, by their names; used for tensors of the same content.
    limits
        What the archive's readers accept; by default what all do. SPEC 13.1.

    Raises
    ------
    MalformedError, InvalidError
        A name or field is not allowed; nothing has been written.

    Notes
    -----
    SPEC 2.
    """
    small = _small_members(program, code, debug, tests, extra_members)
    fields: dict[str, Any] = {
        "version": version,
        "features": features,
        "opsets": opsets,
        "producer": producer,
        "metadata": metadata,
        "entry_points": entry_points,
        "state": state,
    }
    contents = {name: Content(value) for name, value in (tensors or {}).items()}
    plan = _Plan(small, contents, fields)
    _check(plan, limits)
    with _spool(target, needed=compress is not None) as spool:
        if compress is not None or kept:
            _pack(plan, spool, compress, kept or {})
        if target is None:
            buffer = io.BytesIO()
            _write_stream(plan, buffer.write)
            return buffer.getvalue()
        if isinstance(target, (str, os.PathLike)):
            with _replacing(target) as file:
                if hasattr(os, "pwrite"):
                    _write_placed(plan, file.fileno())
                else:
                    _write_stream(plan, file.write)
        else:
            _write_stream(plan, target.write)
    return None


def _small_members(
    program: bytes,
    code: Mapping[str, str] | None,
    debug: Mapping[str, bytes] | None,
    tests: Mapping[str, bytes] | None,
    extra: Mapping[str, bytes] | None,
) -> dict[str, bytes]:
    small = {PROGRAM: bytes(program)}
    groups: list[tuple[str, Mapping[str, bytes]]] = [
        ("code/", {name: text.encode() for name, text in (code or {}).items()}),
        ("debug/", debug or {}),
        ("tests/", tests or {}),
        ("", extra or {}),
    ]
    for folder, members in groups:
        for name, data in members.items():
            if not name.startswith(folder) or name in small or name == CHUNKS or name.startswith("params/"):
                raise ValueError(f"{name!r} cannot be the name of a member in {folder or 'extra_members'!r}")
            small[name] = bytes(data)
    return small


def _check(plan: _Plan, limits: Limits) -> None:
    """Refuse at write time what no reader would accept."""
    manifest = plan.manifest()
    again = Manifest.from_json(canonical.parse(canonical.dump(manifest.as_json()), limits))
    problems = check_manifest(again, limits)
    if problems:
        raise error_of(problems)


def _pack(plan: _Plan, spool: IO[bytes], compress: CompressOptions | None, kept: Mapping[str, Kept]) -> None:
    """Compress what is to be compressed; tensors are compared by content first."""
    measure(plan.parts)
    packer = Packer(spool)
    of_name = {part.name: part for part in plan.parts}
    wanted = {
        part.name
        for name, part in plan.tensors.items()
        if compress is not None and (compress.only is None or name in compress.only)
    }
    for part in of_name.values():
        if part.name in kept:
            packer.keep(part, kept[part.name])
        elif compress is not None and part.name in wanted and part.content.nbytes >= compress.minimum:
            packer.pack(part, compress.codec(part.content), compress.level)


def _write_stream(plan: _Plan, write: Callable[[Any], object]) -> None:
    """Write from the first byte to the last."""
    measure(plan.parts)
    layout, manifest = plan.layout()
    parts = {part.name: part for part in plan.parts}
    for place in layout.members:
        write(place.header())
        if place.name in parts:
            for piece in parts[place.name].stored():
                write(piece)
        else:
            write(plan.content(place.name, manifest))
    write(layout.directory())


def _write_placed(plan: _Plan, file: int) -> None:
    """Write tensors to their places while they are hashed, on all cores; then the rest around them.

    No place depends on a digest, as digests have a fixed length in the manifest.
    """
    layout, _ = plan.layout()
    data = {place.name: place.data for place in layout.members}
    at = {id(part): data[part.name] for part in plan.parts}

    pieces = _Pieces(file)

    def work(part: Part, run: Run) -> None:
        part.measure(run, lambda index, chunk: pieces.write(chunk, at[id(part)] + index * chunks.CHUNK))

    on_all_cores(work, [part for part in plan.parts if part.codec == "raw"])
    pieces.flush()
    for part in plan.parts:
        if part.codec == "raw":
            part.finish()
        else:
            offset = at[id(part)]
            for piece in part.stored():
                _pwrite(file, piece, offset)
                offset += len(piece)
    layout, manifest = plan.layout()
    made = {part.name for part in plan.parts}
    for place in layout.members:
        _pwrite(file, place.header(), place.offset)
        if place.name not in made:
            _pwrite(file, plan.content(place.name, manifest), place.data)
    _pwrite(file, layout.directory(), layout.directory_offset)


class _Pieces:
    """Writes chunks from several threads; a file takes one write at a time.

    Who finds the file busy leaves the chunk to the thread that is writing and hashes on.
    """

    __slots__ = ("file", "due", "busy")

    #: With so many chunks due a thread waits for its turn.
    MOST_DUE = 8

    def __init__(self, file: int) -> None:
        self.file = file
        self.due: deque[tuple[memoryview, int]] = deque()
        self.busy = allocate_lock()

    def write(self, chunk: memoryview, offset: int) -> None:
        self.due.append((chunk, offset))
        if self.busy.acquire(blocking=len(self.due) > self.MOST_DUE):
            try:
                self.flush()
            finally:
                self.busy.release()

    def flush(self) -> None:
        """Write what is due; the caller alone writes."""
        while self.due:
            chunk, offset = self.due.popleft()
            _pwrite(self.file, chunk, offset)


def _pwrite(file: int, data: bytes | memoryview, offset: int) -> None:
    view = memoryview(data)
    while len(view):
        done = os.pwrite(file, view, offset)
        view, offset = view[done:], offset + done


@contextmanager
def _spool(target: object, needed: bool) -> Iterator[IO[bytes]]:
    """A file for compressed tensors, where the target will be."""
    if not needed:
        yield io.BytesIO()
        return
    import tempfile

    if isinstance(target, (str, os.PathLike)):
        folder = os.path.dirname(os.path.realpath(target))
        with tempfile.TemporaryFile(dir=folder) as file:
            yield file
    else:
        with tempfile.SpooledTemporaryFile(max_size=16 << 20) as spooled:
            yield spooled


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `target` when the block ends well. SPEC 2.14."""
    path = os.path.realpath(target)
    folder, name = os.path.split(path)
    if "://" in os.fspath(target):
        raise OSError(errno.EINVAL, "archives are written to paths and file objects, not to URLs", target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", folder)
    try:
        status = os.stat(path)
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    except FileNotFoundError:
        mode = None
    beside = os.path.join(folder, f".{name[:200]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        with open(os.open(beside, flags, 0o666), "wb") as file:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    if hasattr(os, "O_DIRECTORY"):
        directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
