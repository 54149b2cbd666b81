"""Why a file is not what its manifest makes it: the rule behind the first byte that differs.

Runs only after a comparison failed, so that the way through a good file stays short.
SPEC 2.3 to 2.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..schema.errors import Problem
from ..schema.rules import Rule
from . import rules
from . import zipformat as z

if TYPE_CHECKING:
    from .source import Bytes

_LOCAL_FIELDS: tuple[Rule, ...] = (
    rules.SIGNATURE, rules.VERSION, rules.FLAGS, rules.METHOD, rules.TIME, rules.TIME, rules.CRC_FIELD,
    rules.SIZE_FIELD, rules.SIZE_FIELD, rules.NAME_FIELD, rules.EXTRA,
)  # fmt: skip
_CENTRAL_FIELDS: tuple[Rule, ...] = (
    rules.SIGNATURE, rules.VERSION, rules.VERSION, rules.FLAGS, rules.METHOD, rules.TIME, rules.TIME,
    rules.CRC_FIELD, rules.SIZE_FIELD, rules.SIZE_FIELD, rules.NAME_FIELD, rules.EXTRA, rules.COMMENT,
    rules.DISK, rules.ATTRIBUTES, rules.ATTRIBUTES, rules.GAP,
)  # fmt: skip
_END_FIELDS: tuple[Rule, ...] = (
    rules.SIGNATURE, rules.DISK, rules.DISK, rules.COUNT, rules.COUNT, rules.DIRECTORY_SIZE,
    rules.DIRECTORY_OFFSET, rules.COMMENT,
)  # fmt: skip
_SEARCH = 1 << 16


def head_problem(head: bytes, size: int) -> Problem:
    """Why a file does not begin with `mimetype` and the header of `manifest.json`."""
    due = z.START
    if size < len(due) + z.LOCAL.size:
        if not z.LOCAL_SIGNATURE.startswith(head[:4]):
            return rules.MAGIC.problem("offset 0", expected=repr(z.LOCAL_SIGNATURE), got=repr(head[:4]))
        return rules.TRUNCATED.problem(expected=f"more than {len(due)} bytes", got=f"{size} bytes")
    if not head.startswith(z.LOCAL_SIGNATURE):
        at = head.find(due[:38])
        if at > 0:
            return rules.PREFIX.problem("offset 0", got=f"{at} bytes before the archive")
        return rules.MAGIC.problem("offset 0", expected=repr(z.LOCAL_SIGNATURE), got=repr(head[:4]))
    mimetype = z.place("mimetype", len(z.MIMETYPE), z.MIMETYPE_CRC, 0)
    if head[30:38] != b"mimetype":
        return rules.MIMETYPE.problem("first member", expected="'mimetype'", got=repr(head[30:38]))
    if head[: len(due)] != due:
        problem = local_problem(head, mimetype)
        if problem is not None:
            return problem
        return rules.MIMETYPE.problem("mimetype", expected=repr(z.MIMETYPE), got=repr(head[38 : len(due)]))
    at = len(due)
    crc, size = z.LOCAL.unpack_from(head, at)[6:8]
    manifest = z.place("manifest.json", size, crc, at)
    name = head[at + 30 : at + 43]
    if head[at : at + 4] == z.LOCAL_SIGNATURE and name != b"manifest.json":
        return rules.HEAD.problem("second member", expected="'manifest.json'", got=repr(name))
    return local_problem(head[at:], manifest) or rules.HEAD.problem("second member")


def local_problem(data: bytes, member: z.Placed) -> Problem | None:
    """What is wrong with a local header; `data` begins where it should stand."""
    due = member.header()
    if data[: len(due)] == due:
        return None
    if len(data) < z.LOCAL.size:
        return rules.TRUNCATED.problem(member.where, expected=f"{len(due)} bytes", got=f"{len(data)} bytes")
    if data[:4] != z.LOCAL_SIGNATURE:
        at = data.find(due)
        if at > 0:
            return rules.GAP.problem(member.where, got=f"{at} bytes before it")
    name = member.name.encode()
    found = _field_problem(member.where, z.LOCAL.unpack_from(data), z.LOCAL.unpack_from(due), _LOCAL_FIELDS)
    if found is not None:
        return found
    if data[z.LOCAL.size : z.LOCAL.size + len(name)] != name:
        got = bytes(data[z.LOCAL.size : z.LOCAL.size + len(name)])
        return rules.NAME_FIELD.problem(member.where, expected=repr(name), got=repr(got))
    return rules.EXTRA.problem(member.where)


def _field_problem(
    where: str, found: tuple[object, ...], due: tuple[object, ...], fields: tuple[Rule, ...]
) -> Problem | None:
    for got, expected, rule in zip(found, due, fields):
        if got != expected:
            if rule is rules.GAP and isinstance(got, int) and isinstance(expected, int) and got < expected:
                rule = rules.OVERLAP
            return rule.problem(where, expected=_text(expected), got=_text(got))
    return None


def _text(value: object) -> str:
    return f"{value:#x}" if isinstance(value, int) else repr(value)


def structure_problem(source: Bytes, layout: z.Layout) -> Problem:
    """The first rule that the structure breaks; something is known to be wrong."""
    if source.size < layout.size:
        return rules.TRUNCATED.problem(expected=f"{layout.size} bytes", got=f"{source.size} bytes")
    for member in layout.members:
        size = member.data - member.offset
        if source.read(member.offset, size) != member.header():
            problem = local_problem(bytes(source.read(member.offset, size + _SEARCH)), member)
            if problem is not None:
                return problem
    return _directory_problem(source, layout) or rules.SUFFIX.problem(
        expected=f"{layout.size} bytes", got=f"{source.size} bytes"
    )


def _directory_problem(source: Bytes, layout: z.Layout) -> Problem | None:
    offset = layout.directory_offset
    for number, member in enumerate(layout.members):
        due = member.entry()
        where = f"directory entry of {member.name!r}"
        data = bytes(source.read(offset, len(due)))
        if data != due:
            return _entry_problem(source, offset, data, due, where, number)
        offset += len(due)
    due = layout.end_records()
    data = bytes(source.read(offset, len(due)))
    if data == due:
        return None
    if data[:4] == z.CENTRAL_SIGNATURE:
        return rules.COUNT.problem(
            "central directory", expected=f"{len(layout.members)} entries", got="more entries"
        )
    found, end = data[-z.END.size :], due[-z.END.size :]
    if data[: -z.END.size] != due[: -z.END.size] or (found[:4] != end[:4] and data[:4] == z.END64_SIGNATURE):
        return rules.ZIP64.problem("ZIP64 end record")
    return _field_problem("end record", z.END.unpack(found), z.END.unpack(end), _END_FIELDS)


def _entry_problem(source: Bytes, offset: int, data: bytes, due: bytes, where: str, number: int) -> Problem:
    if data[:4] in (z.END_SIGNATURE, z.END64_SIGNATURE):
        return rules.COUNT.problem("central directory", expected="one entry for each member", got=f"{number}")
    if data[:4] != z.CENTRAL_SIGNATURE:
        beyond = bytes(source.read(offset, _SEARCH)).find(due)
        if beyond > 0:
            return rules.GAP.problem(where, got=f"{beyond} bytes before it")
    fields = z.CENTRAL.unpack_from(data), z.CENTRAL.unpack_from(due)
    problem = _field_problem(where, *fields, _CENTRAL_FIELDS)
    if problem is not None:
        return problem
    name_end = z.CENTRAL.size + fields[1][10]
    if data[z.CENTRAL.size : name_end] != due[z.CENTRAL.size : name_end]:
        got = data[z.CENTRAL.size : name_end]
        return rules.NAME_FIELD.problem(where, expected=repr(due[z.CENTRAL.size : name_end]), got=repr(got))
    return rules.EXTRA.problem(where)
