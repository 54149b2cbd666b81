"""Open an archive: check its structure, hand out its members and tensors. SPEC 2.8."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..schema.dtypes import BY_NAME
from ..schema.errors import Problem
from ..schema.manifest import Manifest, Member, Tensor
from ..schema.manifest_read import error_of
from . import canonical, chunks, rules
from . import zipformat as z
from .check import CHUNKS, PROGRAM, check_manifest, contents, is_tail, is_tensor
from .limits import DEFAULT, EAGER_CONTENT, EAGER_SIZE, HEAD_CACHE, Limits
from .source import MemoryBytes, Source, open_source
from .stored import MemberCheck, StoredTensor, read_table

if TYPE_CHECKING:
    from .source import Bytes

Array = Any
Progress = Callable[[int, int], None]

_FIRST_READ = 1 << 16


class Archive:
    """An open archive; use it in a ``with`` block or call `close`.

    Arrays that were handed out stay valid after `close`. All methods may be called from
    several threads.

    Attributes
    ----------
    manifest
        What `manifest.json` says.
    layout
        Where every member lies.
    """

    __slots__ = ("manifest", "layout", "_source", "_places", "_tensors", "_stored", "_head", "_members")

    def __init__(self, source: Bytes, limits: Limits) -> None:
        self._source = source
        head = bytes(source.read(0, min(source.size, _FIRST_READ)))
        self.manifest, manifest_member = _read_manifest(source, head, limits)
        problems = check_manifest(self.manifest, limits)
        if problems:
            raise error_of(problems)
        members = [("mimetype", len(z.MIMETYPE), z.MIMETYPE_CRC), manifest_member]
        members += [(member.name, member.size, member.crc32) for member in self.manifest.members]
        self.layout = z.Layout(members)
        self._places = {place.name: place for place in self.layout.members}
        self._tensors = {tensor.name: tensor for tensor in self.manifest.tensors}
        self._members = {member.name: member for member in self.manifest.members}
        self._head = self._check_structure(head)
        self._stored: dict[str, StoredTensor] = {}
        self._check_head()

    # -- opening ---------------------------------------------------------------------

    def _check_structure(self, head: bytes) -> bytes:
        """Compare all ZIP structure with what the manifest makes it; return the head, if not too long."""
        source, layout = self._source, self.layout
        good = source.size == layout.size
        if good:
            places = layout.members
            tail = next((p.offset for p in places if _is_late(p)), layout.directory_offset)
            if len(head) < tail <= HEAD_CACHE:
                head += bytes(source.read(len(head), tail - len(head)))
            for place in places:
                if place.data <= len(head):
                    good = head[place.offset : place.data] == place.header()
                elif source.local or not _is_late(place):
                    good = source.read(place.offset, place.data - place.offset) == place.header()
                if not good:
                    break
            directory = source.read(layout.directory_offset, layout.size - layout.directory_offset)
            good = good and directory == layout.directory()
        if not good:
            from .diagnose import structure_problem

            raise error_of([structure_problem(source, layout)])
        return head

    def _check_head(self) -> None:
        """Check the content of every member before the tensors. SPEC 2.8."""
        problems: list[Problem] = []
        for member in self.manifest.members:
            if _is_late(self._places[member.name]):
                break
            problems += self._member_problems(member)
        if problems:
            raise error_of(problems)
        if self._tensors:
            table = memoryview(self.read(CHUNKS))
            self._stored = read_table(table, contents(self.manifest), self._places)
        if self._is_small() and (problems := self.verify_all()):
            raise error_of(problems)

    def _piece(self, place: z.Placed, start: int, size: int) -> bytes | memoryview:
        """Some bytes of a member's content, unchecked."""
        at = place.data + start
        if at + size <= len(self._head):
            return memoryview(self._head)[at : at + size]
        return self._source.read(at, size)

    def _member_problems(self, member: Member) -> list[Problem]:
        """Check a member that is not below ``params/``, a piece at a time."""
        place = self._places[member.name]
        check = MemberCheck(member)
        for start in range(0, member.size, chunks.CHUNK):
            check.add(self._piece(place, start, min(chunks.CHUNK, member.size - start)))
        return check.problems()

    def _is_small(self) -> bool:
        """Whether the whole file is checked when it is opened. SPEC 2.8."""
        content = sum(stored.nbytes for stored in self._stored.values())
        return self._source.size <= EAGER_SIZE and content <= EAGER_CONTENT

    # -- members ---------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members but `mimetype` and `manifest.json`, in order."""
        return tuple(member.name for member in self.manifest.members)

    @property
    def size(self) -> int:
        """The size of the file in bytes."""
        return self._source.size

    @property
    def program(self) -> bytes:
        """The program in its binary form. SPEC 6."""
        return self.read(PROGRAM)

    @property
    def code(self) -> dict[str, str]:
        """The program text: the members below ``code/`` by name."""
        return {name: self.read(name).decode() for name in self.names if name.startswith("code/")}

    def read(self, name: str) -> bytes:
        """The content of a member, its digest checked.

        Raises
        ------
        KeyError
            There is no such member.
        MalformedError
            ``zip.crc``, ``digest.member``, ``digest.chunk``.
        """
        if name == "manifest.json":
            return canonical.dump(self.manifest.as_json())
        if is_tensor(name):
            return bytes(self._stored[name].stored_bytes(self._source))
        place = self._places[name]
        data = bytes(self._piece(place, 0, place.size))
        if place.end > len(self._head):
            check = MemberCheck(self._members[name])
            check.add(data)
            if problems := check.problems():
                raise error_of(problems)
            if _is_late(place) and not self._source.local:
                self._check_remote_header(place)
        return data

    def _check_remote_header(self, place: z.Placed) -> None:
        from .diagnose import local_problem

        header = bytes(self._source.read(place.offset, place.data - place.offset))
        if (problem := local_problem(header, place)) is not None:
            raise error_of([problem])

    # -- tensors ---------------------------------------------------------------------

    @property
    def tensor_names(self) -> tuple[str, ...]:
        """The names of all tensors, in the order of the index."""
        return tuple(self._tensors)

    def tensor(self, name: str) -> Array:
        """A tensor, read-only; its chunks are checked before this returns.

        An uncompressed tensor of a file is mapped, not copied. bfloat16 and float8 are
        arrays of ml_dtypes' types where that is installed, else of unsigned integers.

        Raises
        ------
        KeyError
            There is no such tensor.
        MalformedError
            ``digest.chunk``, ``digest.content``, ``tensor.frame``, ``tensor.bool``.
        """
        entry = self._tensors[name]
        stored = self._stored[entry.member]
        return _typed(entry, stored.array(self._source, 0, stored.nbytes), entry.shape)

    def tensor_slice(self, name: str, start: int, stop: int) -> Array:
        """``tensor(name)[start:stop]``; only the chunks that it touches are read and checked."""
        entry = self._tensors[name]
        if not entry.shape:
            raise IndexError(f"tensor {name!r} has no axis to slice")
        start, stop, _ = slice(start, stop).indices(entry.shape[0])
        stop = max(start, stop)
        stored = self._stored[entry.member]
        row = stored.nbytes // entry.shape[0] if entry.shape[0] else 0
        data = stored.array(self._source, start * row, stop * row)
        return _typed(entry, data, (stop - start, *entry.shape[1:]))

    def content(self, name: str) -> Array:
        """The bytes of a tensor, little-endian in C order, as a read-only array of ``uint8``."""
        stored = self._stored[self._tensors[name].member]
        return stored.array(self._source, 0, stored.nbytes)

    def stored(self, name: str) -> StoredTensor:
        """How the member `name` below ``params/`` is stored."""
        return self._stored[name]

    def stored_bytes(self, name: str) -> memoryview:
        """The member `name` below ``params/`` as it is stored, checked."""
        return self._stored[name].stored_bytes(self._source)

    # -- the whole -------------------------------------------------------------------

    @property
    def root_digest(self) -> str:
        """SHA-256 over all that determines what runs, in hexadecimal. SPEC 2.13.

        Debug information, tests, program text, metadata, producer and compression do not
        count.
        """
        return chunks.sha256(canonical.dump(self.manifest.meaning())).hex()

    def verify_all(self, progress: Progress | None = None) -> list[Problem]:
        """Check every byte that opening left unchecked; all problems, none raised.

        `progress` is called with the bytes done and the bytes to do.
        """
        problems: list[Problem] = []
        bools = {tensor.member for tensor in self.manifest.tensors if tensor.dtype == "bool"}
        done, total = 0, sum(member.size for member in self.manifest.members)
        for member in self.manifest.members:
            if is_tensor(member.name):
                stored = self._stored[member.name]
                problems += stored.problems(self._source, member.crc32, member.name in bools)
            else:
                problems += self._member_problems(member)
            done += member.size
            if progress is not None:
                progress(done, total)
        return problems

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_archive(
    source: Source, *, limits: Limits = DEFAULT, verify: Literal["lazy", "full"] = "lazy"
) -> Archive:
    """Open an archive.

    Everything but the tensors, and the large members behind them, is checked here; those
    are checked before they are first read, and here too if the file is at most 1 MiB.

    Parameters
    ----------
    source
        A path, bytes, a seekable file object, or a URL that fsspec (an extra) opens.
    limits
        What to accept at most.
    verify
        ``"full"`` checks every byte now.

    Raises
    ------
    MalformedError, InvalidError, UnsupportedError, LimitError
        The rules of SPEC 2, 3 and 13.

    Notes
    -----
    SPEC 2.8.
    """
    if verify not in ("lazy", "full"):
        raise ValueError(f"verify is 'lazy' or 'full', not {verify!r}")
    opened = open_source(source)
    try:
        if not opened.local and opened.size <= EAGER_SIZE:
            opened = MemoryBytes(opened.read(0, opened.size))
        archive = Archive(opened, limits)
        if verify == "full" and (problems := archive.verify_all()):
            raise error_of(problems)
    except BaseException:
        opened.close()
        raise
    return archive


def _is_late(place: z.Placed) -> bool:
    return is_tensor(place.name) or is_tail(place.name, place.size)


def _read_manifest(source: Bytes, head: bytes, limits: Limits) -> tuple[Manifest, tuple[str, int, int]]:
    """Read the manifest from its fixed place. SPEC 2.2, 2.7."""
    good = len(head) >= z.MANIFEST_DATA and head.startswith(z.START)
    if good:
        crc, size = z.LOCAL.unpack_from(head, len(z.START))[6:8]
        place = z.place("manifest.json", size, crc, len(z.START))
        good = size != z.MAX32 and head[len(z.START) : z.MANIFEST_DATA] == place.header()
    if not good:
        from .diagnose import head_problem

        raise error_of([head_problem(head, source.size)])
    if size > limits.manifest_size:
        raise rules.LIMIT_MANIFEST.fail(
            "manifest.json",
            expected=f"at most {limits.manifest_size} bytes",
            got=f"{size} bytes",
            hint="pass Limits(manifest_size=...) if you trust the file",
        )
    data = head[place.data : place.end]
    if len(data) < size:
        data += bytes(source.read(place.data + len(data), size - len(data)))
    if len(data) < size:
        raise rules.TRUNCATED.fail("manifest.json", expected=f"{size} bytes", got=f"{len(data)} bytes")
    if (found := zlib.crc32(data)) != crc:
        raise rules.CRC.fail("manifest.json", expected=f"{crc:08x}", got=f"{found:08x}")
    manifest = Manifest.from_json(canonical.parse(data, limits), tree_depth=limits.tree_depth)
    return manifest, ("manifest.json", size, crc)


def _typed(entry: Tensor, data: Array, shape: tuple[int, ...]) -> Array:
    """Bytes as an array of the tensor's dtype."""
    if entry.dtype == "bool" and data.size and data.max() > 1:
        raise rules.TENSOR_BOOL.fail(f"tensor {entry.name!r}", got=str(data.max()))
    array = data.view(numpy_dtype(entry.dtype)).reshape(shape)
    array.flags.writeable = False
    return array


def numpy_dtype(name: str) -> np.dtype[Any]:
    """The dtype that arrays of tensors of dtype `name` have.

    Where NumPy has none, ml_dtypes' if it is installed, else the unsigned integer of the
    same size.
    """
    dtype = BY_NAME[name]
    if dtype.numpy is not None:
        return np.dtype(dtype.numpy).newbyteorder("<")
    try:
        import ml_dtypes
    except ImportError:
        return np.dtype(f"<u{dtype.itemsize}")
    found: np.dtype[Any] = np.dtype(getattr(ml_dtypes, chunks.ML_DTYPES[name]))
    return found
