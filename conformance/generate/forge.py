"""Archives put together record by record, so that any one field can be made wrong.

Shares no code with `tracebox.archive`: what it builds unedited must equal what the
writer writes.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Plain = dict[str, Any]
MIMETYPE = b"application/vnd.tracebox"


@dataclass(slots=True, kw_only=True)
class Record:
    """A local header with its content, or a directory entry, field by field."""

    signature: bytes
    made_by: int = 0x032D
    version: int = 20
    flags: int = 0x0800
    method: int = 0
    time: int = 0
    date: int = 0x21
    crc32: int = 0
    stored: int = 0
    size: int = 0
    name: bytes = b""
    extra: bytes = b""
    comment: bytes = b""
    disk: int = 0
    internal: int = 0
    external: int = 0o100644 << 16
    offset: int = 0
    before: bytes = b""
    data: bytes = b""

    def local(self) -> bytes:
        """The bytes of a local header and its content."""
        head = struct.pack(
            "<4sHHHHHIIIHH",
            *(self.signature, self.version, self.flags, self.method, self.time, self.date, self.crc32),
            *(self.stored, self.size, len(self.name), len(self.extra)),
        )
        return self.before + head + self.name + self.extra + self.data

    def central(self) -> bytes:
        """The bytes of a directory entry."""
        head = struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            *(self.signature, self.made_by, self.version, self.flags, self.method, self.time, self.date),
            *(self.crc32, self.stored, self.size, len(self.name), len(self.extra), len(self.comment)),
            *(self.disk, self.internal, self.external, self.offset),
        )
        return self.before + head + self.name + self.extra + self.comment


@dataclass(slots=True, kw_only=True)
class End:
    """The end record."""

    signature: bytes = b"PK\x05\x06"
    disk: int = 0
    start_disk: int = 0
    here: int = 0
    total: int = 0
    size: int = 0
    offset: int = 0
    comment: bytes = b""
    before: bytes = b""

    def bytes(self) -> bytes:
        """Its bytes, and those that were put before it."""
        head = struct.pack(
            "<4sHHHHIIH",
            *(self.signature, self.disk, self.start_disk, self.here, self.total, self.size, self.offset),
            len(self.comment),
        )
        return self.before + head + self.comment


@dataclass(slots=True, kw_only=True)
class Records:
    """All records of a file."""

    locals: list[Record]
    centrals: list[Record]
    end: End
    prefix: bytes = b""
    suffix: bytes = b""

    def local(self, name: str) -> Record:
        """The local header of a member."""
        return next(record for record in self.locals if record.name == name.encode())

    def central(self, name: str) -> Record:
        """The directory entry of a member."""
        return next(record for record in self.centrals if record.name == name.encode())

    def bytes(self) -> bytes:
        """The file."""
        return b"".join(
            [self.prefix]
            + [record.local() for record in self.locals]
            + [record.central() for record in self.centrals]
            + [self.end.bytes(), self.suffix]
        )


@dataclass(slots=True)
class Draft:
    """A manifest and the contents of its members, in order."""

    manifest: Plain
    contents: list[bytes]
    text: bytes | None = field(default=None)

    def copy(self) -> Draft:
        """A copy to edit."""
        return Draft(deepcopy(self.manifest), list(self.contents), self.text)

    @property
    def members(self) -> list[Plain]:
        """The member list of the manifest."""
        members: list[Plain] = self.manifest["members"]
        return members

    def index(self, name: str) -> int:
        """The number of a member."""
        return next(i for i, member in enumerate(self.members) if member["name"] == name)

    def member(self, name: str) -> Plain:
        """The manifest's entry of a member."""
        return self.members[self.index(name)]

    def put(self, name: str, data: bytes) -> None:
        """Give a member another content; size and digests follow."""
        index = self.index(name)
        self.contents[index] = data
        self.seal(index)

    def seal(self, index: int) -> None:
        """State the size and digests of a member as they are."""
        member, data = self.members[index], self.contents[index]
        member["size"] = len(data)
        member["crc32"] = f"{zlib.crc32(data):08x}"
        if "sha256" in member:
            member["sha256"] = hashlib.sha256(data).hexdigest()

    def insert(self, index: int, name: str, data: bytes) -> None:
        """Add a member."""
        self.members.insert(index, {"name": name, "size": 0, "crc32": "", "sha256": ""})
        self.contents.insert(index, data)
        self.seal(index)

    def remove(self, name: str) -> None:
        """Take a member away."""
        index = self.index(name)
        del self.members[index], self.contents[index]

    def move(self, name: str, place: int) -> None:
        """Put a member elsewhere in the order."""
        index = self.index(name)
        self.members.insert(place, self.members.pop(index))
        self.contents.insert(place, self.contents.pop(index))

    def records(self, gaps: dict[str, bytes] | None = None) -> Records:
        """The records of the file; bytes of `gaps` stand before the member named."""
        manifest = spell(self.manifest) if self.text is None else self.text
        listed: list[tuple[str, bytes, int, int]] = [
            ("mimetype", MIMETYPE, len(MIMETYPE), zlib.crc32(MIMETYPE)),
            ("manifest.json", manifest, len(manifest), zlib.crc32(manifest)),
        ]
        listed += [
            (str(member["name"]), data, int(member["size"]), int(str(member["crc32"]), 16))
            for member, data in zip(self.members, self.contents)
        ]
        locals_: list[Record] = []
        centrals: list[Record] = []
        offset = 0
        for name, data, size, crc in listed:
            raw = name.encode("utf-8", "surrogatepass")
            before = (gaps or {}).get(name, b"")
            offset += len(before)
            extra = padding(offset + 30 + len(raw), size) if name.startswith("params/") else b""
            common: Plain = {"crc32": crc, "stored": size, "size": size, "name": raw}
            local = Record(signature=b"PK\x03\x04", extra=extra, before=before, data=data, **common)
            locals_.append(local)
            centrals.append(Record(signature=b"PK\x01\x02", offset=offset, **common))
            offset += len(local.local()) - len(before)
        directory = sum(len(record.central()) for record in centrals)
        end = End(here=len(listed), total=len(listed), size=directory, offset=offset)
        return Records(locals=locals_, centrals=centrals, end=end)


Edit = Callable[[Records], None]


def padding(start: int, size: int) -> bytes:
    """The extra field that moves content from `start` to where a tensor may begin."""
    unit = 4096 if size >= 1 << 20 else 64
    pad = -start % unit
    if 0 < pad < 4:
        pad += unit
    return struct.pack("<2sH", b"TB", pad - 4) + bytes(pad - 4) if pad else b""


def spell(value: object) -> bytes:
    """Canonical JSON, written out by hand."""
    if isinstance(value, dict):
        return b"{" + b",".join(spell(key) + b":" + spell(value[key]) for key in sorted(value)) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(spell, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def split(data: bytes) -> Draft:
    """Take a valid archive apart by its directory."""
    count, _, offset = struct.unpack("<HII", data[-12:-2])
    contents: list[bytes] = []
    for _ in range(count):
        size, name, extra = struct.unpack("<IHH", data[offset + 24 : offset + 32])
        at = struct.unpack("<I", data[offset + 42 : offset + 46])[0]
        skip = sum(struct.unpack("<HH", data[at + 26 : at + 30]))
        contents.append(data[at + 30 + skip : at + 30 + skip + size])
        offset += 46 + name + extra
    return Draft(json.loads(contents[1]), contents[2:])
