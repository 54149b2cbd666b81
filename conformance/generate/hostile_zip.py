"""Hostile ZIP structure. SPEC 2.2 to 2.7."""

from __future__ import annotations

import struct
from typing import Any

from .forge import Draft, Records
from .hostile import Build, Cases

CASES = Cases()
PROGRAM = "ir/program.msgpack"


def _edited(edit: Any) -> Build:
    def build(draft: Draft) -> bytes:
        records = draft.records()
        edit(records)
        return records.bytes()

    return build


def _local(name: str, label: str, field: str, value: object, member: str = PROGRAM) -> None:
    def edit(records: Records) -> None:
        setattr(records.local(member), field, value)

    CASES.add(f"zip-local-{name}", label, f"local header of {member}: {field}")(_edited(edit))


def _central(name: str, label: str, field: str, value: object, member: str = PROGRAM) -> None:
    def edit(records: Records) -> None:
        setattr(records.central(member), field, value)

    CASES.add(f"zip-central-{name}", label, f"directory entry of {member}: {field}")(_edited(edit))


def _end(name: str, label: str, field: str, change: Any) -> None:
    def edit(records: Records) -> None:
        setattr(records.end, field, change(getattr(records.end, field)))

    CASES.add(f"zip-end-{name}", label, f"end record: {field}")(_edited(edit))


_local("signature", "zip.signature", "signature", b"PK\x07\x08")
_local("version", "zip.version", "version", 45)
_local("flags-descriptor", "zip.flags", "flags", 0x0808)
_local("flags-encrypted", "zip.flags", "flags", 0x0801)
_local("method", "zip.method", "method", 8)
_local("time", "zip.time", "time", 1)
_local("date", "zip.time", "date", 0x22)
_local("crc", "zip.crc-field", "crc32", 0)
_local("stored-size", "zip.size-field", "stored", 7)
_local("size", "zip.size-field", "size", 7)
_local("size-max", "zip.size-field", "size", 0xFFFFFFFF)
_local("name", "zip.name-field", "name", b"ir/program.msgpacK")
_local("name-traversal", "zip.name-field", "name", b"../program.msgpack")
_local("name-utf8", "zip.name-field", "name", b"ir/program.msgpac\xff")
_local("mimetype-flags", "zip.flags", "flags", 0, "mimetype")
_local("manifest-method", "zip.method", "method", 8, "manifest.json")
_local("manifest-size", "zip.size-field", "size", 1, "manifest.json")

_central("signature", "zip.signature", "signature", b"PK\x01\x03")
_central("made-by", "zip.version", "made_by", 20)
_central("version", "zip.version", "version", 45)
_central("flags", "zip.flags", "flags", 0)
_central("method", "zip.method", "method", 8)
_central("time", "zip.time", "time", 1)
_central("date", "zip.time", "date", 0)
_central("crc", "zip.crc-field", "crc32", 0)
_central("stored-size", "zip.size-field", "stored", 7)
_central("size", "zip.size-field", "size", 7)
_central("name", "zip.name-field", "name", b"ir/program.msgpacK")
_central("disk", "zip.disk", "disk", 1)
_central("internal", "zip.attributes", "internal", 1)
_central("symlink", "zip.attributes", "external", 0o120777 << 16)
_central("mimetype-crc", "zip.crc-field", "crc32", 0, "mimetype")
_central("manifest-crc", "zip.crc-field", "crc32", 0, "manifest.json")
_central("overlap", "zip.overlap", "offset", 0)
_central("offset-gap", "zip.gap", "offset", 1 << 20)

_end("signature", "zip.signature", "signature", lambda _: b"PK\x05\x07")
_end("disk", "zip.disk", "disk", lambda _: 1)
_end("start-disk", "zip.disk", "start_disk", lambda _: 1)
_end("count-here", "zip.count", "here", lambda n: n + 1)
_end("count", "zip.count", "total", lambda n: n + 1)
_end("count-huge", "zip.count", "total", lambda _: 0xFFFF)
_end("size", "zip.directory-size", "size", lambda n: n - 1)
_end("offset", "zip.directory-offset", "offset", lambda n: n - 1)
_end("comment", "zip.comment", "comment", lambda _: b"hello")


@CASES.add("zip-prefix", "zip.prefix", "bytes before the first header")
def _(draft: Draft) -> bytes:
    return b"#!/bin/sh\n" + draft.records().bytes()


@CASES.add("zip-magic", "zip.magic", "the first signature")
def _(draft: Draft) -> bytes:
    return b"PK\x03\x05" + draft.records().bytes()[4:]


@CASES.add("zip-empty", "zip.magic", "an empty ZIP file")
def _(draft: Draft) -> bytes:
    return b"PK\x05\x06" + bytes(18)


@CASES.add("zip-suffix", "zip.suffix", "bytes after the end record")
def _(draft: Draft) -> bytes:
    return draft.records().bytes() + b"\n"


@CASES.add("zip-suffix-archive", "zip.suffix", "a second archive after the end record")
def _(draft: Draft) -> bytes:
    return draft.records().bytes() * 2


@CASES.add("zip-truncated", "zip.truncated", "the last byte")
def _(draft: Draft) -> bytes:
    return draft.records().bytes()[:-1]


@CASES.add("zip-truncated-head", "zip.truncated", "everything behind the manifest")
def _(draft: Draft) -> bytes:
    records = draft.records()
    return b"".join(record.local() for record in records.locals[:2])


@CASES.add("zip-gap", "zip.gap", "bytes between two members")
def _(draft: Draft) -> bytes:
    return draft.records({PROGRAM: b"hidden"}).bytes()


@CASES.add("zip-gap-directory", "zip.gap", "bytes before the directory")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.centrals[0].before = b"hidden"
    records.end.offset += 6
    return records.bytes()


@CASES.add("zip-hidden-member", "zip.gap", "a member that the manifest does not list")
def _(draft: Draft) -> bytes:
    records, other = draft.records(), draft.records()
    hidden = other.local(PROGRAM)
    hidden.name = b"hidden"
    records.locals.append(hidden)
    records.end.offset += len(hidden.local())
    return records.bytes()


@CASES.add("zip-entry-twice", "zip.count", "the last directory entry, twice")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.centrals.append(records.centrals[-1])
    records.end.size += len(records.centrals[-1].central())
    return records.bytes()


@CASES.add("zip-entry-missing", "zip.count", "the last directory entry, left out")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.end.before = b"\0" * len(records.centrals.pop().central())
    records.end.before, padding = b"", len(records.end.before)
    records.suffix = bytes(padding)
    return records.bytes()


@CASES.add("zip-extra-local", "zip.extra", "a time stamp in a local extra field")
def _(draft: Draft) -> bytes:
    records = draft.records()
    record = records.locals[-1]
    assert record.name.startswith(b"params/")
    record.extra = struct.pack("<HH", 0x5455, len(record.extra) - 4) + record.extra[4:]
    return records.bytes()


@CASES.add("zip-extra-padding", "zip.extra", "a byte of the padding")
def _(draft: Draft) -> bytes:
    records = draft.records()
    record = records.locals[-1]
    record.extra = record.extra[:-1] + b"\x01"
    return records.bytes()


@CASES.add("zip-extra-central", "zip.extra", "an extra field in a directory entry")
def _(draft: Draft) -> bytes:
    records = draft.records()
    extra = struct.pack("<HHQ", 0x0001, 8, 0)
    records.central(PROGRAM).extra = extra
    records.end.size += len(extra)
    return records.bytes()


@CASES.add("zip-central-name-duplicate", "zip.name-field", "the name in a directory entry: that of another")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.centrals[-1].name = records.centrals[-2].name
    return records.bytes()


@CASES.add("zip-comment-central", "zip.comment", "a comment in a directory entry")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.central(PROGRAM).comment = b"x"
    records.end.size += 1
    return records.bytes()


@CASES.add("zip-zip64", "zip.zip64", "ZIP64 end records that are not needed")
def _(draft: Draft) -> bytes:
    records = draft.records()
    end = records.end
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 0x032D, 45, 0, 0, end.total, end.total, end.size, end.offset
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end.offset + end.size, 1)
    end.before = record + locator
    return records.bytes()


@CASES.add("zip-mimetype-name", "zip.mimetype", "the name of the first member")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.local("mimetype").name = b"mimetypE"
    return records.bytes()


@CASES.add("zip-mimetype-content", "zip.mimetype", "the content of the first member")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.local("mimetype").data = b"application/vnd.trackbox"
    return records.bytes()


@CASES.add("zip-manifest-second", "zip.head", "the name of the second member")
def _(draft: Draft) -> bytes:
    records = draft.records()
    records.local("manifest.json").name = b"manifest.jsom"
    return records.bytes()


@CASES.add("zip-manifest-crc", "zip.crc", "the CRC-32 of the manifest, wherever it stands")
def _(draft: Draft) -> bytes:
    records = draft.records()
    for record in (records.local("manifest.json"), records.central("manifest.json")):
        record.crc32 ^= 1
    return records.bytes()


@CASES.add("zip-member-crc", "zip.crc", "the CRC-32 of a member, wherever it stands")
def _(draft: Draft) -> bytes:
    member = draft.member(PROGRAM)
    member["crc32"] = f"{int(member['crc32'], 16) ^ 1:08x}"
    return draft.records().bytes()


@CASES.add("zip-tensor-crc", "zip.crc", "the CRC-32 of a tensor's member, wherever it stands")
def _(draft: Draft) -> bytes:
    member = draft.members[-1]
    member["crc32"] = f"{int(member['crc32'], 16) ^ 1:08x}"
    return draft.records().bytes()


@CASES.add("limit-manifest", "limit.manifest", "the size of the manifest, wherever it stands")
def _(draft: Draft) -> bytes:
    records = draft.records()
    for record in (records.local("manifest.json"), records.central("manifest.json")):
        record.size = record.stored = 1 << 30
    return records.bytes()
