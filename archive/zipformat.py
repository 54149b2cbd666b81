"""The ZIP structure as a function of the ordered member list. SPEC 2.3 to 2.6.

Nothing here reads a file: `Layout` computes every byte that is not a member's content,
for the writer to write and for the reader to compare.
"""

from __future__ import annotations

import struct

MIMETYPE = b"application/vnd.tracebox"
HEAD_NAMES = ("mimetype", "manifest.json")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END_SIGNATURE = b"PK\x05\x06"
END64_SIGNATURE = b"PK\x06\x06"
LOCATOR64_SIGNATURE = b"PK\x06\x07"

LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
END64 = struct.Struct("<4sQHHIIQQQQ")
LOCATOR64 = struct.Struct("<4sIQI")

VERSION_MADE_BY = 0x032D  # Unix, 4.5: so that tools set sane permissions
VERSION = 20
VERSION64 = 45
FLAGS = 0x0800  # names are UTF-8
METHOD = 0  # stored
TIME = 0
DATE = 0x0021  # 1980-01-01
ATTRIBUTES = 0o100644 << 16
ZIP64_ID = 0x0001
PADDING_ID = 0x4254  # "TB"

MAX16 = 0xFFFF
MAX32 = 0xFFFFFFFF
ALIGN_SMALL = 64
ALIGN_LARGE = 4096
LARGE_TENSOR = 1 << 20

MIMETYPE_CRC = 0x8C190CB0


def alignment(name: str, size: int) -> int:
    """Where the content of a member may begin: a multiple of this. SPEC 2.5."""
    if not name.startswith("params/"):
        return 1
    return ALIGN_LARGE if size >= LARGE_TENSOR else ALIGN_SMALL


class Placed:
    """A member and its place in the file."""

    __slots__ = ("name", "size", "crc32", "offset", "data")

    def __init__(self, name: str, size: int, crc32: int, offset: int, data: int) -> None:
        self.name = name
        self.size = size
        self.crc32 = crc32
        self.offset = offset
        self.data = data

    @property
    def end(self) -> int:
        """The offset behind the last byte of the content."""
        return self.data + self.size

    @property
    def where(self) -> str:
        """How error messages call the local header."""
        return f"local header of {self.name!r}"

    def header(self) -> bytes:
        """The local header, padding included."""
        name = self.name.encode()
        big = self.size >= MAX32
        extra = struct.pack("<HHQQ", ZIP64_ID, 16, self.size, self.size) if big else b""
        pad = self.data - self.offset - LOCAL.size - len(name) - len(extra)
        if pad:
            extra += struct.pack("<HH", PADDING_ID, pad - 4) + bytes(pad - 4)
        size = MAX32 if big else self.size
        return (
            LOCAL.pack(
                LOCAL_SIGNATURE,
                VERSION64 if big else VERSION,
                FLAGS,
                METHOD,
                TIME,
                DATE,
                self.crc32,
                size,
                size,
                len(name),
                len(extra),
            )
            + name
            + extra
        )

    def entry(self) -> bytes:
        """The entry of the central directory."""
        name = self.name.encode()
        big = self.size >= MAX32
        far = self.offset >= MAX32
        extra = b""
        if big or far:
            sizes = struct.pack("<QQ", self.size, self.size) if big else b""
            extra = sizes + (struct.pack("<Q", self.offset) if far else b"")
            extra = struct.pack("<HH", ZIP64_ID, len(extra)) + extra
        size = MAX32 if big else self.size
        return (
            CENTRAL.pack(
                CENTRAL_SIGNATURE,
                VERSION_MADE_BY,
                VERSION64 if extra else VERSION,
                FLAGS,
                METHOD,
                TIME,
                DATE,
                self.crc32,
                size,
                size,
                len(name),
                len(extra),
                0,
                0,
                0,
                ATTRIBUTES,
                MAX32 if far else self.offset,
            )
            + name
            + extra
        )


def place(name: str, size: int, crc32: int, offset: int) -> Placed:
    """Put a member at `offset`: its content begins at the next aligned byte. SPEC 2.5."""
    start = offset + LOCAL.size + len(name.encode()) + (20 if size >= MAX32 else 0)
    pad = -start % alignment(name, size)
    if 0 < pad < 4:
        pad += alignment(name, size)
    return Placed(name, size, crc32, offset, start + pad)


class Layout:
    """Every offset of an archive with these members, in this order.

    Parameters
    ----------
    members
        ``(name, size, crc32)`` of every member, ``mimetype`` and ``manifest.json`` first.
    """

    __slots__ = ("members", "directory_offset", "directory_size", "size")

    def __init__(self, members: list[tuple[str, int, int]]) -> None:
        placed: list[Placed] = []
        offset = 0
        directory = 0
        for name, size, crc32 in members:
            member = place(name, size, crc32, offset)
            placed.append(member)
            far, big = offset >= MAX32, size >= MAX32
            extra = (4 if far or big else 0) + (16 if big else 0) + (8 if far else 0)
            directory += CENTRAL.size + len(name.encode()) + extra
            offset = member.end
        self.members = placed
        self.directory_offset = offset
        self.directory_size = directory
        self.size = offset + directory + END.size
        if self.needs_zip64:
            self.size += END64.size + LOCATOR64.size

    @property
    def needs_zip64(self) -> bool:
        """Whether the end record needs its 64-bit companion. SPEC 2.6."""
        return len(self.members) >= MAX16 or self.directory_offset >= MAX32 or self.directory_size >= MAX32

    def end_records(self) -> bytes:
        """What follows the central directory. SPEC 2.6."""
        count, size, offset = len(self.members), self.directory_size, self.directory_offset
        records = b""
        if self.needs_zip64:
            records = END64.pack(
                END64_SIGNATURE, 44, VERSION_MADE_BY, VERSION64, 0, 0, count, count, size, offset
            ) + LOCATOR64.pack(LOCATOR64_SIGNATURE, 0, offset + size, 1)
        return records + END.pack(
            END_SIGNATURE, 0, 0, min(count, MAX16), min(count, MAX16), min(size, MAX32), min(offset, MAX32), 0
        )

    def directory(self) -> bytes:
        """The central directory and the end records."""
        return b"".join([member.entry() for member in self.members]) + self.end_records()


#: The first bytes of every archive, and where the content of the manifest begins. SPEC 2.2.
START = place("mimetype", len(MIMETYPE), MIMETYPE_CRC, 0).header() + MIMETYPE
MANIFEST_DATA = len(START) + LOCAL.size + len("manifest.json")
