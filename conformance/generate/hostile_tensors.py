"""Hostile tensors: index, chunk table, stored bytes. SPEC 2.11, 2.12, 3.5."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

from .forge import Draft
from .hostile import Cases
from .hostile_manifest import CASES as MANIFEST_CASES
from .hostile_manifest import _set as set_field
from .twins import run_length_frame

CASES = Cases()
TABLE = "chunks.bin"
ROW = 68


def _field(name: str, label: str, path: str, value: object, twin: str = "plain") -> None:
    set_field(name, label, f"tensors.{path}", value, twin)
    CASES.append(MANIFEST_CASES.pop())


# The index. SPEC 3.5.
_field("tensor-name-empty", "tensor.name", "0.name", "")
_field("tensor-name-twice", "tensor.name", "0.name", "bias")
_field("tensor-name-control", "tensor.name", "0.name", "we\u0000ight")
_field("tensor-name-long", "limit.name", "0.name", "w" * 241)
_field("tensor-dtype", "tensor.dtype", "0.dtype", "f12")
_field("tensor-dtype-numpy", "tensor.dtype", "0.dtype", "<f4")
_field("tensor-dtype-size", "tensor.size", "0.dtype", "f64")
_field("tensor-shape-size", "tensor.size", "2.shape", [4])
_field("tensor-shape-scalar", "tensor.size", "2.shape", [])
_field("tensor-shape-zero", "tensor.size", "2.shape", [0, 1 << 20])
_field("tensor-shape-overflow", "limit.tensor-size", "2.shape", [1 << 32, 1 << 32])
_field("tensor-shape-wraps", "limit.tensor-size", "2.shape", [1 << 62, 4, 3])
_field("tensor-shape-zero-overflow", "limit.tensor-size", "2.shape", [0, (1 << 63) - 1])
_field("tensor-rank", "limit.rank", "2.shape", [3] + [1] * 32)
_field("tensor-member-missing", "tensor.member", "0.member", "params/" + "0" * 64)
_field("tensor-member-program", "tensor.member", "0.member", "ir/program.msgpack")
_field("tensor-codec", "tensor.codec", "2.codec", "lzma")
_field("tensor-codec-shared", "tensor.shared", "0.codec", "zstd")
_field("tensor-shared-shape", "tensor.shared", "1.shape", [2, 4])
_field("tensor-bomb-ratio", "limit.ratio", "0.shape", [1 << 28], "packed")
_field("tensor-bomb-size", "limit.decompressed", "0.shape", [1 << 37], "packed")
_field("tensor-grows", "tensor.stored", "0.shape", [8], "packed")
_field("tensor-chunks-shape", "tensor.chunks", "0.shape", [700_000], "packed")


@CASES.manifest("tensor-feature-missing", "tensor.feature", "features", twin="packed")
def _(draft: Draft) -> None:
    draft.manifest["features"] = ["zstd"]


@CASES.manifest(
    "tensor-codec-width", "tensor.codec", "the codec, whose element does not divide the bytes", twin="packed"
)
def _(draft: Draft) -> None:
    draft.manifest["tensors"][0].update(dtype="u8", shape=[1_199_999])


@CASES.manifest("tensor-orphan", "tensor.orphan", "a tensor, left out of the index")
def _(draft: Draft) -> None:
    del draft.manifest["tensors"][2]


@CASES.manifest("tensor-bool", "tensor.bool", "a byte of a bool tensor")
def _(draft: Draft) -> None:
    _content(draft, "mask", lambda data: b"\x02" + data[1:])


# The chunk table. SPEC 2.11.
@CASES.manifest("chunks-missing", "tensor.chunks", "the chunk table, left out")
def _(draft: Draft) -> None:
    draft.remove(TABLE)


@CASES.manifest("chunks-short", "tensor.chunks", "the size of the chunk table")
def _(draft: Draft) -> None:
    draft.put(TABLE, draft.contents[draft.index(TABLE)][:-1])


@CASES.manifest("chunks-long", "tensor.chunks", "a row more in the chunk table")
def _(draft: Draft) -> None:
    draft.put(TABLE, draft.contents[draft.index(TABLE)] + bytes(32))


@CASES.manifest("chunks-digest", "digest.name", "a digest of the chunk table")
def _(draft: Draft) -> None:
    table = draft.contents[draft.index(TABLE)]
    draft.put(TABLE, bytes([table[0] ^ 1]) + table[1:])


@CASES.manifest("chunks-name", "digest.name", "the name of a tensor's member")
def _(draft: Draft) -> None:
    tensor = draft.manifest["tensors"][2]
    draft.member(tensor["member"])["name"] = tensor["member"] = "params/" + "0" * 64


def _row(name: str, label: str, changed: str, at: int, new: bytes) -> None:
    """A case that changes the first row of the packed twin's table."""

    def edit(draft: Draft) -> None:
        table = draft.contents[draft.index(TABLE)]
        draft.put(TABLE, table[:at] + new + table[at + len(new) :])

    CASES.manifest(name, label, changed, twin="packed")(edit)


_row("chunks-stored-zero", "tensor.stored", "the stored size of a chunk: 0", 0, struct.pack("<I", 0))
_row("chunks-stored-huge", "tensor.stored", "the stored size of a chunk: 4 GiB", 0, b"\xff" * 4)
_row("chunks-stored-sum", "tensor.stored", "the stored size of a chunk: one less", 0, struct.pack("<I", 40))
_row("chunks-stored-digest", "digest.chunk", "the digest of a stored chunk", 4, bytes(32))
_row("chunks-content-digest", "digest.name", "the digest of a chunk's content", 36, bytes(32))


# Stored bytes. SPEC 2.7, 2.11, 2.12.
@CASES.manifest("digest-member", "digest.member", "a byte of a member, with its CRC-32 set right")
def _(draft: Draft) -> None:
    member = draft.member("extra/notes.txt")
    digest = member["sha256"]
    draft.put(member["name"], b"B" + draft.contents[draft.index(member["name"])][1:])
    member["sha256"] = digest


@CASES.manifest("digest-chunk", "digest.chunk", "a byte of a tensor, with the CRC-32 set right")
def _(draft: Draft) -> None:
    name = draft.members[-1]["name"]
    data = draft.contents[-1]
    draft.put(name, bytes([data[0] ^ 1]) + data[1:])


def _content(draft: Draft, tensor: str, change: Callable[[bytes], bytes]) -> None:
    """Change an uncompressed tensor of one chunk, and all that follows from it."""
    entry = next(entry for entry in draft.manifest["tensors"] if entry["name"] == tensor)
    old = entry["member"]
    data = change(draft.contents[draft.index(old)])
    digest = hashlib.sha256(data).digest()
    table = draft.contents[draft.index(TABLE)]
    before = hashlib.sha256(draft.contents[draft.index(old)]).digest()
    draft.put(old, data)
    draft.put(TABLE, table.replace(before, digest))
    draft.member(old)["name"] = entry["member"] = "params/" + hashlib.sha256(digest).hexdigest()


def _frame(name: str, label: str, changed: str, frame: Callable[[bytes], bytes]) -> None:
    """A case that stores another second chunk, with the sizes and digests of what is stored set right."""

    def edit(draft: Draft) -> None:
        table = draft.contents[draft.index(TABLE)]
        size = int.from_bytes(table[:4], "little")
        member = draft.members[-1]["name"]
        made = frame(draft.contents[-1][size:])
        draft.put(member, draft.contents[-1][:size] + made)
        row = struct.pack("<I", len(made)) + hashlib.sha256(made).digest() + table[ROW + 36 :]
        draft.put(TABLE, table[:ROW] + row)

    CASES.manifest(name, label, changed, twin="packed")(edit)


_SECOND = 300_000 - (1 << 18)
_frame("frame-magic", "tensor.frame", "the magic number of a frame", lambda f: b"\x29" + f[1:])
_frame("frame-truncated", "tensor.frame", "the last byte of a frame", lambda f: f[:-1])
_frame("frame-junk", "tensor.frame", "a byte after a frame", lambda f: f + b"\0")
_frame(
    "frame-two", "tensor.frame", "a second frame after a frame", lambda f: f + run_length_frame(b"\0" * 4, 8)
)
_frame(
    "frame-skippable",
    "tensor.frame",
    "a skippable frame before a frame",
    lambda f: b"\x50\x2a\x4d\x18\0\0\0\0" + f,
)
_frame(
    "frame-checksum",
    "tensor.frame",
    "the checksum flag of a frame",
    lambda f: f[:4] + bytes([f[4] | 4]) + f[5:] + bytes(4),
)
_frame(
    "frame-dictionary",
    "tensor.frame",
    "the dictionary of a frame",
    lambda f: f[:4] + bytes([f[4] | 1, 7]) + f[5:],
)
_frame(
    "frame-size", "tensor.frame", "the content size that a frame states",
    lambda f: f[:5] + struct.pack("<I", 1 << 30) + f[9:],
)  # fmt: skip
_frame(
    "frame-bomb", "tensor.frame", "a frame that grows to 64 MiB", lambda _: run_length_frame(b"\0", 1 << 26)
)
_frame(
    "frame-content", "digest.content", "the content of a frame",
    lambda _: run_length_frame(b"\0\0\xc1\x3f", _SECOND),
)  # fmt: skip
