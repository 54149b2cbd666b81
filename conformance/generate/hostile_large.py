"""What matters only for large members: their alignment and their place. SPEC 2.5, 2.10."""

from __future__ import annotations

import struct

from .forge import Draft
from .hostile import Cases
from .twins import LARGE_MEMBER, SMALL_MEMBER

CASES = Cases()


def _realigned(draft: Draft, index: int, unit: int) -> bytes:
    """The file with another alignment of one tensor, made up for in the padding of the next if possible."""
    records = draft.records()
    tensors = [record for record in records.locals if record.name.startswith(b"params/")]
    record, following = tensors[index : index + 2]
    at = records.locals.index(record)
    start = sum(len(other.local()) for other in records.locals[:at])
    pad = -(start + 30 + len(record.name)) % unit
    by = pad - len(record.extra)
    record.extra = _padding(pad)
    if len(following.extra) - by >= 4:
        following.extra = _padding(len(following.extra) - by)
        records.centrals[at + 1].offset += by
    else:
        for central in records.centrals[at + 1 :]:
            central.offset += by
        records.end.offset += by
    return records.bytes()


def _padding(size: int) -> bytes:
    assert size >= 4
    return struct.pack("<2sH", b"TB", size - 4) + bytes(size - 4)


@CASES.add("align-large-as-small", "zip.extra", "the padding before a tensor of 1 MiB: 64", twin="large")
def _(draft: Draft) -> bytes:
    return _realigned(draft, 0, 64)


@CASES.add("align-small-as-large", "zip.extra", "the padding before a smaller tensor: 4096", twin="large")
def _(draft: Draft) -> bytes:
    return _realigned(draft, 1, 4096)


@CASES.manifest("member-order-large", "member.order", "a member of 64 KiB before the tensors", twin="large")
def _(draft: Draft) -> None:
    draft.move(LARGE_MEMBER, draft.index(SMALL_MEMBER))


@CASES.manifest(
    "member-order-almost-large",
    "member.order",
    "a member of 64 KiB less one byte behind the tensors",
    twin="large",
)
def _(draft: Draft) -> None:
    draft.move(SMALL_MEMBER, len(draft.members) - 1)


@CASES.manifest(
    "name-case-sharp-s",
    "name.case",
    "a member whose name differs by case folding: STRASSE for straße",
    twin="large",
)
def _(draft: Draft) -> None:
    draft.insert(draft.index(SMALL_MEMBER) - 1, "extra/STRASSE", b"")


@CASES.manifest(
    "name-case-final-sigma",
    "name.case",
    "a member whose name differs by case folding: a final sigma",
    twin="large",
)
def _(draft: Draft) -> None:
    draft.insert(draft.index(SMALL_MEMBER), "extra/\u03bb\u03cc\u03b3\u03bf\u03c3", b"")
