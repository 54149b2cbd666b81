"""The bytes of one member below ``params/``, checked chunk by chunk before they are used.

SPEC 2.11, 2.12.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.errors import Problem
from ..schema.manifest import Member
from ..schema.manifest_read import error_of
from . import chunks, rules
from .chunks import CHUNK, DIGEST, chunk_count, chunk_size
from .zipformat import Placed

if TYPE_CHECKING:
    from .source import Bytes

Array = Any


class StoredTensor:
    """A member below ``params/``: where it lies, how it is stored, and its digests.

    Attributes
    ----------
    place
        Where the member lies.
    nbytes
        The bytes of its content.
    codec
        How they are stored. SPEC 2.12.
    """

    __slots__ = ("place", "nbytes", "codec", "_rows", "_offsets", "_good", "_header_good")

    def __init__(self, place: Placed, nbytes: int, codec: str, rows: memoryview) -> None:
        self.place = place
        self.nbytes = nbytes
        self.codec = codec
        self._rows = rows
        self._good = bytearray(chunk_count(nbytes))
        self._header_good = False
        self._offsets: list[int] = []
        if codec != "raw":
            offset = 0
            for row in range(0, len(rows), chunks.ROW_ZSTD):
                self._offsets.append(offset)
                offset += int.from_bytes(rows[row : row + 4], "little")
            self._offsets.append(offset)

    # -- what the table says ---------------------------------------------------------

    def stored_range(self, index: int) -> tuple[int, int]:
        """Where chunk `index` begins in the member, and how many bytes it has there."""
        if self.codec == "raw":
            return index * CHUNK, chunk_size(self.nbytes, index)
        return self._offsets[index], self._offsets[index + 1] - self._offsets[index]

    def stored_digest(self, index: int) -> bytes:
        """The SHA-256 that chunk `index` must have as it is stored."""
        at = index * DIGEST if self.codec == "raw" else index * chunks.ROW_ZSTD + 4
        return bytes(self._rows[at : at + DIGEST])

    def content_digest(self, index: int) -> bytes:
        """The SHA-256 that the content of chunk `index` must have."""
        at = index * DIGEST if self.codec == "raw" else index * chunks.ROW_ZSTD + 4 + DIGEST
        return bytes(self._rows[at : at + DIGEST])

    @property
    def rows(self) -> bytes:
        """The rows of this member in chunks.bin."""
        return bytes(self._rows)

    def table_problems(self) -> list[Problem]:
        """What is wrong with the rows by themselves."""
        count = chunk_count(self.nbytes)
        if self.codec != "raw":
            for index in range(count):
                size = self.stored_range(index)[1]
                if not 0 < size <= chunk_size(self.nbytes, index):
                    expected = f"1 to {chunk_size(self.nbytes, index)} bytes"
                    return [
                        rules.TENSOR_STORED.problem(
                            self._where(index), expected=expected, got=f"{size} bytes"
                        )
                    ]
            if self._offsets[-1] != self.place.size:
                got = f"{self._offsets[-1]} bytes"
                return [
                    rules.TENSOR_STORED.problem(self.place.name, expected=f"{self.place.size} bytes", got=got)
                ]
        if self.codec == "raw":  # the rows are the digests of the content
            name = chunks.content_name(self._rows)
        else:
            name = chunks.content_name(b"".join([self.content_digest(index) for index in range(count)]))
        if name != self.place.name:
            return [rules.DIGEST_NAME.problem(self.place.name, expected=name, got=self.place.name)]
        return []

    # -- reading ---------------------------------------------------------------------

    def array(self, source: Bytes, start: int, stop: int) -> Array:
        """Bytes `start` to `stop` of the content, as a read-only array of ``uint8``.

        Only the chunks that these bytes touch are read and checked.

        Raises
        ------
        MalformedError
            ``digest.chunk``, ``digest.content``, ``tensor.frame``.
        """
        if start >= stop:
            return _read_only(np.zeros(0, np.uint8))
        self._check_header(source)
        first, last = start // CHUNK, chunk_count(stop)
        begin = self.stored_range(first)[0]
        end = sum(self.stored_range(last - 1))
        stored = source.view(self.place.data + begin, end - begin)
        if len(stored) != end - begin:
            raise rules.TRUNCATED.fail(
                self.place.name, expected=f"{end - begin} bytes", got=f"{len(stored)} bytes"
            )
        if self.codec == "raw":
            self._verify(source, stored, first, last, begin)
            array = np.frombuffer(stored, np.uint8)
        else:
            array = self._decode(stored, first, last, begin)
        offset = first * CHUNK
        return _read_only(array[start - offset : stop - offset])

    def stored_bytes(self, source: Bytes) -> memoryview:
        """The member as it is stored, checked."""
        self._check_header(source)
        stored = source.view(self.place.data, self.place.size)
        self._verify(source, stored, 0, chunk_count(self.nbytes), 0)
        return stored

    def problems(self, source: Bytes, crc32: int, is_bool: bool) -> list[Problem]:
        """All that is wrong with the member; holds no more than a few chunks at a time."""
        from . import crc

        count = chunk_count(self.nbytes)
        problems: list[Problem] = []
        crcs = [0] * count

        def check(index: int) -> None:
            offset, size = self.stored_range(index)
            data = memoryview(source.read(self.place.data + offset, size))
            crcs[index] = crc.crc32(data)
            problem = self._stored_problem(index, data)
            content: Array = np.frombuffer(data, np.uint8)
            if problem is None and self.codec != "raw":
                content = np.empty(chunk_size(self.nbytes, index), np.uint8)
                problem = self._decode_chunk(index, data, content)
            if problem is None and is_bool and content.max() > 1:
                problem = rules.TENSOR_BOOL.problem(self._where(index), got=str(content.max()))
            if problem is not None:
                problems.append(problem)

        chunks.run_parallel(check, range(count), self._threads(count))
        whole = 0
        for index, part in enumerate(crcs):
            whole = crc.join_crc(whole, part, self.stored_range(index)[1])
        if whole != crc32:
            problems.append(rules.CRC.problem(self.place.name, expected=f"{crc32:08x}", got=f"{whole:08x}"))
        return sorted(problems, key=str)

    def _decode_chunk(self, index: int, data: memoryview, out: Array) -> Problem | None:
        """Decode a chunk whose stored bytes are good."""
        problem = chunks.decompress(data, self.codec, out, self._where(index))
        if problem is None and chunks.sha256(out) != self.content_digest(index):
            problem = rules.DIGEST_CONTENT.problem(self._where(index))
        return problem

    def _verify(self, source: Bytes, stored: memoryview, first: int, last: int, begin: int) -> None:
        todo = [i for i in range(first, last) if not self._good[i]]
        if not todo:
            return
        problems: list[Problem] = []

        def check(index: int) -> None:
            offset, size = self.stored_range(index)
            problem = self._stored_problem(index, stored[offset - begin : offset - begin + size])
            if problem is not None:
                problems.append(problem)
            elif source.mapped:
                self._good[index] = 1

        chunks.run_parallel(check, todo, self._threads(len(todo)))
        if problems:
            raise error_of(sorted(problems, key=str))

    def _decode(self, stored: memoryview, first: int, last: int, begin: int) -> Array:
        size = min(last * CHUNK, self.nbytes) - first * CHUNK
        out = np.empty(size, np.uint8)
        problems: list[Problem] = []

        def decode(index: int) -> None:
            offset, size = self.stored_range(index)
            data = stored[offset - begin : offset - begin + size]
            problem = self._stored_problem(index, data)
            if problem is None:
                at = (index - first) * CHUNK
                part = out[at : at + chunk_size(self.nbytes, index)]
                problem = self._decode_chunk(index, data, part)
            if problem is not None:
                problems.append(problem)

        chunks.run_parallel(decode, range(first, last), self._threads(last - first))
        if problems:
            raise error_of(sorted(problems, key=str))
        return out

    def _stored_problem(self, index: int, data: memoryview) -> Problem | None:
        digest, due = chunks.sha256(data), self.stored_digest(index)
        if digest == due:
            return None
        return rules.DIGEST_CHUNK.problem(
            self._where(index), expected=due.hex(), got=digest.hex(), hint="the file is damaged; get it again"
        )

    def _check_header(self, source: Bytes) -> None:
        """Check the local header of a remote file, which opening did not read."""
        if source.local or self._header_good:
            return
        from .diagnose import local_problem

        place = self.place
        problem = local_problem(bytes(source.read(place.offset, place.data - place.offset)), place)
        if problem is not None:
            raise error_of([problem])
        self._header_good = True

    def _where(self, index: int) -> str:
        return f"{self.place.name} chunk {index}"

    @staticmethod
    def _threads(count: int) -> int:
        return min(chunks.workers(), count) if count * CHUNK >= chunks.PARALLEL_BYTES else 1


class MemberCheck:
    """Digests of a member that comes piece by piece."""

    __slots__ = ("member", "_crc", "_sha", "_decoder", "_text")

    def __init__(self, member: Member) -> None:
        self.member = member
        self._crc = 0
        self._sha = chunks.new_sha256(usedforsecurity=False)
        self._decoder = codecs.getincrementaldecoder("utf-8")() if member.name.startswith("code/") else None
        self._text = ""

    def add(self, piece: bytes | memoryview) -> None:
        """The next bytes."""
        self._crc = zlib.crc32(piece, self._crc)
        self._sha.update(piece)
        self._decode(piece, False)

    def _decode(self, piece: bytes | memoryview, final: bool) -> None:
        if self._decoder is not None and not self._text:
            try:
                self._decoder.decode(bytes(piece), final)
            except UnicodeDecodeError as error:
                self._text = error.reason

    def problems(self) -> list[Problem]:
        """What is wrong with the whole."""
        self._decode(b"", True)
        member, digest, problems = self.member, self._sha.hexdigest(), []
        if self._crc != member.crc32:
            expected, got = f"{member.crc32:08x}", f"{self._crc:08x}"
            problems.append(rules.CRC.problem(member.name, expected=expected, got=got))
        if digest != member.sha256:
            problems.append(
                rules.DIGEST_MEMBER.problem(member.name, expected=member.sha256 or "", got=digest)
            )
        if self._text:
            problems.append(rules.CODE.problem(member.name, got=self._text))
        return problems


def _read_only(array: Array) -> Array:
    array.flags.writeable = False
    return array


def read_table(
    table: memoryview, contents: Mapping[str, tuple[int, str]], places: Mapping[str, Placed]
) -> dict[str, StoredTensor]:
    """Read `chunks.bin`, whose size is known to be right.

    Raises
    ------
    MalformedError
        ``tensor.stored``, ``digest.name``.
    """
    found: dict[str, StoredTensor] = {}
    problems: list[Problem] = []
    at = 0
    for name, (nbytes, codec) in contents.items():
        size = chunk_count(nbytes) * (chunks.ROW_RAW if codec == "raw" else chunks.ROW_ZSTD)
        found[name] = StoredTensor(places[name], nbytes, codec, table[at : at + size])
        problems += found[name].table_problems()
        at += size
    if problems:
        raise error_of(problems)
    return found
