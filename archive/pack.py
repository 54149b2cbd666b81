"""Members below ``params/`` in the making: digests, compression, tied weights. SPEC 2.11, 2.12."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO

from ..schema.dtypes import BY_NAME
from . import chunks
from .chunks import CHUNK, chunk_count
from .content import Content
from .crc import crc32, join_crc, running
from .limits import DEFAULT

#: So many chunks at most are measured at a time; and what is one such time: the first one's number, and they.
RUN = 8
Run = tuple[int, list[memoryview]]

_SAVES = 0.9


class CompressOptions:
    """How tensors are compressed.

    Parameters
    ----------
    level
        zstd's level.
    shuffle
        Put the first bytes of all elements first, then the second ones, and so on; helps
        floats.
    minimum
        Tensors of fewer bytes stay as they are.
    only
        The names of the tensors to compress; None for all.
    """

    __slots__ = ("level", "shuffle", "minimum", "only")

    def __init__(
        self,
        level: int = 3,
        *,
        shuffle: bool = True,
        minimum: int = 1024,
        only: Iterable[str] | None = None,
    ) -> None:
        self.level = level
        self.shuffle = shuffle
        self.minimum = minimum
        self.only = None if only is None else frozenset(only)

    def codec(self, content: Content) -> str:
        """The codec for a tensor of this dtype."""
        dtype = BY_NAME[content.dtype]
        width = dtype.itemsize // 2 if dtype.kind == "complex" else dtype.itemsize
        return f"zstd-shuffle{width}" if self.shuffle and width > 1 else "zstd"


class Kept:
    """A member that was compressed before: its codec, its rows in chunks.bin, its bytes."""

    __slots__ = ("codec", "rows", "stored")

    def __init__(self, codec: str, rows: bytes, stored: memoryview) -> None:
        self.codec = codec
        self.rows = rows
        self.stored = stored


class Part:
    """One member below ``params/`` in the making.

    `digests` are filled in by chunk, and by the first chunk of each run its size in bytes and CRC-32 in
    `crcs`, possibly while the content is written; `finish` makes name, rows and CRC-32 of them.
    """

    __slots__ = ("content", "codec", "size", "name", "crc32", "rows", "digests", "crcs", "spooled", "kept")

    def __init__(self, content: Content, number: int) -> None:
        count = chunk_count(content.nbytes)
        self.content = content
        self.codec = "raw"
        self.size = content.nbytes
        self.name = f"params/{number:064x}"  # as long as the name it will have
        self.crc32 = 0
        self.rows = bytes(count * chunks.ROW_RAW)
        self.digests: list[bytes] = [b""] * count
        self.crcs: dict[int, tuple[int, int]] = {}
        self.spooled: tuple[IO[bytes], int] | None = None
        self.kept: Kept | None = None

    @property
    def measured(self) -> bool:
        """Whether the digests of all chunks are there."""
        return all(self.digests)

    def measure(self, run: Run, each: Callable[[int, memoryview], None] | None = None) -> None:
        """Note digests and CRC-32 of a run, unless they are known, and hand each chunk of it on."""
        first, data = run
        new = not self.digests[first]
        crc = running() if new and len(data) > 1 else None
        for index, chunk in enumerate(data, first):
            if new:
                self.digests[index] = chunks.sha256(chunk)
            if crc is not None:
                crc.update(chunk)
            if each is not None:
                each(index, chunk)
        if new:
            size = sum([len(chunk) for chunk in data])
            self.crcs[first] = size, crc32(data[0]) if crc is None else crc.value()

    def finish(self) -> None:
        """Make the name, and what an uncompressed member states, from the chunks."""
        self.name = chunks.content_name(b"".join(self.digests))
        if self.codec == "raw":
            self.rows = b"".join(self.digests)
            crc = 0
            for _, (size, part) in sorted(self.crcs.items()):
                crc = join_crc(crc, part, size)
            self.crc32 = crc

    def keep(self, kept: Kept) -> None:
        """Take the stored form from before."""
        self.kept = kept
        self.codec, self.rows, self.size = kept.codec, kept.rows, len(kept.stored)
        self.crc32 = crc32(kept.stored)

    def stored(self) -> Iterator[bytes | memoryview]:
        """The bytes of the member, piece by piece."""
        if self.kept is not None:
            yield self.kept.stored
        elif self.spooled is not None:
            file, offset = self.spooled
            file.seek(offset)
            left = self.size
            while left:
                piece = file.read(min(left, CHUNK))
                left -= len(piece)
                yield piece
        else:
            yield from self.content.chunks()


def make_parts(contents: Mapping[str, Content]) -> tuple[list[Part], dict[str, Part]]:
    """One part for all tensors that are certainly the same; parts by tensor.

    Parts whose content might be that of another are measured and compared.
    """
    by_identity: dict[object, Part] = {}
    of_tensor: dict[str, Part] = {}
    for number, (name, content) in enumerate(contents.items()):
        of_tensor[name] = by_identity.setdefault(content.identity, Part(content, number))
    samples: dict[object, list[Part]] = {}
    for part in by_identity.values():
        samples.setdefault(part.content.sample(), []).append(part)
    doubtful = [part for alike in samples.values() if len(alike) > 1 for part in alike]
    measure(doubtful)
    by_name: dict[str, Part] = {}
    same = {id(part): by_name.setdefault(part.name, part) for part in doubtful}
    for name, part in of_tensor.items():
        of_tensor[name] = same.get(id(part), part)
    return list(dict.fromkeys(of_tensor.values())), of_tensor


def all_runs(parts: Sequence[Part], threads: int) -> Iterator[tuple[Part, Run]]:
    """Every run of chunks of every part, in order.

    They are short where each thread would get few, and where the chunks are copies: all threads
    together hold half of `RUN` of those, or one each.
    """
    size = sum(part.content.nbytes for part in parts)
    most = min(RUN, size // (4 * threads * CHUNK))
    for part in parts:
        content = part.content.chunks()
        length = max(1, most if part.content.as_stored else min(most, RUN // 2 // threads))
        for first in range(0, chunk_count(part.content.nbytes), length):
            yield part, (first, list(islice(content, length)))


def on_all_cores(task: Callable[[Part, Run], object], parts: Sequence[Part]) -> None:
    """Call `task` with every run of every part, on several threads where they are large."""
    size = sum(part.content.nbytes for part in parts)
    threads = chunks.workers() if size >= chunks.PARALLEL_BYTES else 1
    chunks.run_parallel(lambda job: task(*job), all_runs(parts, threads), threads)


def measure(parts: Iterable[Part]) -> None:
    """Compute the digests of parts that have none yet, on all cores."""
    on_all_cores(Part.measure, [part for part in parts if not part.measured])
    for part in parts:
        part.finish()


class Packer:
    """Compresses parts into a spool file, and keeps the expansion within the limits."""

    __slots__ = ("spool", "stored", "content")

    def __init__(self, spool: IO[bytes]) -> None:
        self.spool = spool
        self.stored = 0
        self.content = 0

    def keep(self, part: Part, kept: Kept) -> None:
        """Reuse what was compressed before."""
        part.keep(kept)
        self.stored += part.size
        self.content += part.content.nbytes

    def pack(self, part: Part, codec: str, level: int) -> None:
        """Compress a part, unless that saves less than a tenth."""
        before = self.stored, self.content
        start = self.spool.seek(0, 2)
        rows: list[bytes] = []
        crc = 0
        for index, frame, stored_digest in self._frames(part, codec, level):
            self.spool.write(frame)
            crc = crc32(frame, crc)
            rows.append(len(frame).to_bytes(4, "little") + stored_digest + part.digests[index])
        size = self.spool.tell() - start
        if size > _SAVES * part.content.nbytes:
            self.stored, self.content = before
            self.spool.seek(start)
            self.spool.truncate()
            return
        part.codec, part.size, part.crc32 = codec, size, crc
        part.rows = b"".join(rows)
        part.spooled = self.spool, start

    def _frames(self, part: Part, codec: str, level: int) -> Iterator[tuple[int, bytes | memoryview, bytes]]:
        """The stored chunks in order, compressed a few at a time on all cores."""
        threads = chunks.workers()
        window: list[tuple[int, memoryview]] = []
        frames: dict[int, bytes] = {}

        def work(job: tuple[int, memoryview]) -> None:
            frames[job[0]] = chunks.compress(job[1], codec, level)

        def drain() -> Iterator[tuple[int, bytes | memoryview, bytes]]:
            chunks.run_parallel(work, window, min(threads, len(window)))
            for index, content in window:
                frame: bytes | memoryview = frames.pop(index)
                if self._grows_too_much(len(content), len(frame)):
                    frame = content
                self.stored += len(frame)
                self.content += len(content)
                yield index, frame, chunks.sha256(frame)
            window.clear()

        for job in enumerate(part.content.chunks()):
            window.append(job)
            if len(window) == 2 * threads:
                yield from drain()
        yield from drain()

    def _grows_too_much(self, content: int, stored: int) -> bool:
        total = self.content + content
        return total > DEFAULT.ratio_floor and total > (self.stored + stored) * DEFAULT.ratio
