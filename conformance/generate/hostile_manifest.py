"""Hostile manifests and member lists. SPEC 2.9, 2.10, 3."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .forge import Draft, spell
from .hostile import Build, Cases

CASES = Cases()
NOTES = "extra/notes.txt"
PROGRAM = "ir/program.msgpack"


def _text(name: str, label: str, changed: str, old: bytes, new: bytes) -> None:
    """A case that changes the spelling of the manifest."""

    def build(draft: Draft) -> bytes:
        text = spell(draft.manifest)
        assert text.count(old) >= 1
        draft.text = text.replace(old, new, 1)
        return draft.records().bytes()

    CASES.add(name, label, changed)(build)


def _set(name: str, label: str, path: str, value: Any, twin: str = "plain") -> None:
    """A case that sets one field of the manifest; `path` is dotted, with numbers for indices."""

    def edit(manifest: Any) -> None:
        holder, last = _walk(manifest, path)
        holder[last] = value

    CASES.add(name, label, path, twin=twin)(_edited(edit))


def _delete(name: str, label: str, path: str) -> None:
    def edit(manifest: Any) -> None:
        holder, last = _walk(manifest, path)
        del holder[last]

    CASES.add(name, label, path)(_edited(edit))


def _edited(edit: Callable[[Any], None]) -> Build:
    """The twin's records, around an edited manifest."""

    def build(draft: Draft) -> bytes:
        manifest = deepcopy(draft.manifest)
        edit(manifest)
        draft.text = spell(manifest)
        return draft.records().bytes()

    return build


def _walk(value: Any, path: str) -> tuple[Any, Any]:
    *inside, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in inside:
        value = value[part]
    return value, last


def _rename(name: str, label: str, new: str) -> None:
    def edit(draft: Draft) -> None:
        draft.member(NOTES)["name"] = new

    CASES.manifest(name, label, f"the name of {NOTES}")(edit)


# The spelling. SPEC 3.1.
_text("manifest-utf8", "manifest.utf8", "a byte of a string", b'"plain"', b'"plai\xff"')
_text("manifest-utf8-overlong", "manifest.utf8", "a slash in two bytes", b'"plain"', b'"pla\xc0\xaf"')
_text("manifest-surrogate", "manifest.utf8", "a lone surrogate", b'"plain"', b'"plai\\ud800"')
_text("manifest-json", "manifest.json", "a closing brace", b"}}", b"}")
_text("manifest-json-comma", "manifest.json", "a comma after the last item", b"[1]", b"[1,]")
_text(
    "manifest-json-two",
    "manifest.json",
    "a value after the manifest",
    b'"version":[1,0]}',
    b'"version":[1,0]}{}',
)
_text("manifest-bom", "manifest.json", "a byte order mark", b'{"entry', b'\xef\xbb\xbf{"entry')
_text("manifest-float", "manifest.number", "an integer as a float", b'"version":[1,0]', b'"version":[1,0.0]')
_text("manifest-exponent", "manifest.number", "an integer with an exponent", b"[1,0]", b"[1,0e0]")
_text("manifest-nan", "manifest.number", "a NaN", b'{"n":[1]}', b'{"n":[NaN]}')
_text("manifest-infinity", "manifest.number", "an infinity", b'{"n":[1]}', b'{"n":[-Infinity]}')
_text(
    "manifest-huge", "manifest.number", "an integer of 65 bits", b'{"n":[1]}', b'{"n":[18446744073709551616]}'
)
_text(
    "manifest-digits",
    "manifest.number",
    "an integer of 5000 digits",
    b'{"n":[1]}',
    b'{"n":[%s]}' % (b"1" * 5000),
)
_text(
    "manifest-duplicate", "manifest.duplicate", "a key twice", b'"format":', b'"format":"tracebox","format":'
)
_text(
    "manifest-duplicate-escaped", "manifest.duplicate", "a key twice, once escaped",
    b'"format":', b'"f\\u006frmat":"tracebox","format":',
)  # fmt: skip
_text("manifest-space", "manifest.canonical", "a space", b'"format":', b'"format": ')
_text(
    "manifest-escape",
    "manifest.canonical",
    "an escape that is not needed",
    b'"tracebox"',
    b'"tr\\u0061cebox"',
)
_text("manifest-zero", "manifest.canonical", "a negative zero", b"[1,0]", b"[1,-0]")


@CASES.add("manifest-unsorted", "manifest.canonical", "the order of two keys")
def _(draft: Draft) -> bytes:
    producer = draft.manifest["producer"]
    sorted_text = spell(producer)
    backwards = b"{" + b",".join(spell(k) + b":" + spell(producer[k]) for k in ("version", "name")) + b"}"
    draft.text = spell(draft.manifest).replace(sorted_text, backwards)
    return draft.records().bytes()


@CASES.add("manifest-deep", "limit.depth", "the nesting of metadata.extra")
def _(draft: Draft) -> bytes:
    draft.text = spell(draft.manifest).replace(b'{"n":[1]}', b'{"n":' + b"[" * 20000 + b"]" * 20000 + b"}")
    return draft.records().bytes()


# Fields. SPEC 3.2, 3.3.
_set("manifest-format", "manifest.format", "format", "zip")
_set("manifest-version-major", "manifest.version", "version", [2, 0])
_set("manifest-version-zero", "manifest.version", "version", [0, 9])
_set("manifest-version-type", "manifest.type", "version", "1.0")
_set("manifest-version-long", "manifest.type", "version", [1, 0, 0])
_set("manifest-feature", "manifest.feature", "features", ["teleport"])
_set("manifest-features-twice", "manifest.features", "features", ["state", "state"])
_set("manifest-features-order", "manifest.features", "features", ["zstd", "shuffle"])
_set("manifest-features-type", "manifest.type", "features", "zstd")
_set("manifest-key", "manifest.key", "checksum", "none")
_set("manifest-key-tensor", "manifest.key", "tensors.0.offset", 0)
_set("manifest-shards", "manifest.reserved", "shards", [])
_set("manifest-signatures", "manifest.reserved", "signatures", [])
_delete("manifest-missing", "manifest.missing", "state")
_delete("manifest-missing-size", "manifest.missing", "members.0.size")
_delete("manifest-missing-opset", "manifest.missing", "opsets.tracebox")
_set("manifest-type-members", "manifest.type", "members", {})
_set("manifest-type-bool", "manifest.type", "tensors.0.shape.0", True)
_set("manifest-type-null", "manifest.type", "tensors.0.name", None)
_set("manifest-type-string", "manifest.type", "tensors.0.shape.0", "2")
_set("manifest-type-authors", "manifest.type", "metadata.authors", "somebody")
_set("manifest-type-checks", "manifest.type", "metadata.checks", [1])
_set("manifest-type-producer", "manifest.type", "producer.version", 1)
_set("manifest-negative-dim", "manifest.range", "tensors.0.shape.0", -2)
_set("manifest-opset-zero", "manifest.range", "opsets.tracebox", 0)
_set("manifest-hex-upper", "manifest.hex", "members.0.sha256", "A" * 64)
_set("manifest-hex-short", "manifest.hex", "members.0.sha256", "a" * 63)


@CASES.add("manifest-negative-size", "manifest.range", f"the size of {PROGRAM}")
def _(draft: Draft) -> bytes:
    text = spell(draft.manifest)
    size = b'"size":%d}' % draft.member(PROGRAM)["size"]
    draft.text = text.replace(size, b'"size":-1}', 1)
    return draft.records().bytes()


@CASES.add("manifest-crc-number", "manifest.type", "the CRC-32 of a member, as a number")
def _(draft: Draft) -> bytes:
    crc = draft.member(PROGRAM)["crc32"]
    draft.text = spell(draft.manifest).replace(b'"%s"' % crc.encode(), b"%d" % int(crc, 16), 1)
    return draft.records().bytes()


# Entry points and state. SPEC 3.6, 3.7.
_ENTRY = "entry_points.0"
_set("entry-name-empty", "manifest.entry-point", f"{_ENTRY}.name", "")
_set("entry-parameter-twice", "manifest.parameter", f"{_ENTRY}.parameters.1.name", "x")
_set("entry-kind", "manifest.parameter", f"{_ENTRY}.parameters.0.kind", "variadic")
_set("entry-kind-order", "manifest.parameter", f"{_ENTRY}.parameters.1.kind", "positional")
_set("entry-default", "manifest.default", f"{_ENTRY}.parameters.0.default", 1)
_set("entry-default-const", "manifest.const", f"{_ENTRY}.parameters.2.default", {"float": "1.5"})
_set("entry-const-complex", "manifest.const", f"{_ENTRY}.parameters.2.default", {"complex": ["00"]})
_set("entry-leaf-twice", "manifest.leaf", f"{_ENTRY}.parameters.1.tree", {"leaf": 0})
_set("entry-leaf-beyond", "manifest.leaf", f"{_ENTRY}.parameters.1.tree", {"leaf": 9})
_set("entry-leaf-missing", "manifest.leaf", f"{_ENTRY}.results", {"tuple": []})
_set("entry-tree-two", "manifest.tree", f"{_ENTRY}.results", {"leaf": 0, "tuple": []})
_set("entry-tree-unknown", "manifest.tree", f"{_ENTRY}.results", {"set": [{"leaf": 0}]})
_set("entry-tree-bool", "manifest.tree", f"{_ENTRY}.results", {"leaf": False})
_set("entry-tree-key", "manifest.tree", f"{_ENTRY}.parameters.2.tree.dict.0.0", None)
_set("state-twice", "manifest.state", "state", [{"path": "a", "type": "int"}, {"path": "a", "type": "int"}])


@CASES.manifest("entry-twice", "manifest.entry-point", "an entry point, twice")
def _(draft: Draft) -> None:
    draft.manifest["entry_points"] *= 2


@CASES.manifest("entry-deep", "limit.tree-depth", "the nesting of the results")
def _(draft: Draft) -> None:
    tree: Any = {"leaf": 0}
    for _ in range(33):
        tree = {"tuple": [tree]}
    draft.manifest["entry_points"][0]["results"] = tree


@CASES.add(
    "limit-entry-points",
    "limit.entry-points",
    "two entry points, where one is allowed",
    limits={"entry_points": 1},
)
def _(draft: Draft) -> bytes:
    entry = draft.manifest["entry_points"][0]
    draft.manifest["entry_points"].append(entry | {"name": "again"})
    return draft.records().bytes()


# Names. SPEC 2.9.
_rename("name-traversal", "name.dots", "extra/../../notes.txt")
_rename("name-dot", "name.dots", "extra/./notes.txt")
_rename("name-absolute", "name.absolute", "/etc/notes.txt")
_rename("name-drive", "name.absolute", "C:notes.txt")
_rename("name-backslash", "name.backslash", "extra\\notes.txt")
_rename("name-unc", "name.backslash", "\\\\host\\notes.txt")
_rename("name-nul", "name.control", "extra/notes\0.txt")
_rename("name-newline", "name.control", "extra/notes\n.txt")
_rename("name-delete", "name.control", "extra/notes\x7f.txt")
_rename("name-stream", "name.character", "extra/notes.txt:hidden")
_rename("name-wildcard", "name.character", "extra/notes*.txt")
_rename("name-empty", "name.empty", "")
_rename("name-empty-segment", "name.empty", "extra//notes.txt")
_rename("name-folder", "name.empty", "extra/notes/")
_rename("name-trailing-dot", "name.trailing", "extra/notes.")
_rename("name-trailing-space", "name.trailing", "extra /notes")
_rename("name-device", "name.reserved", "extra/nul.txt")
_rename("name-device-folder", "name.reserved", "COM1/notes.txt")
_rename("name-device-superscript", "name.reserved", "extra/lpt\u00b2")
_rename("name-nfd", "name.nfc", "extra/note\u0301s.txt")
_rename("name-code", "name.code", "code/notes.txt")
_rename("name-head", "name.head", "manifest.json")
_rename("name-duplicate", "name.duplicate", PROGRAM)
_rename("name-case", "name.case", "ir/Program.msgpack")
_rename("name-case-folder", "name.case", "IR/notes.txt")
_rename("name-case-long-s", "name.case", "ir/program.m\u017fgpack")
_rename("name-prefix", "name.prefix", "ir/program.msgpack/notes")
_rename("name-prefix-head", "name.prefix", "mimetype/notes")
_rename("name-long", "limit.name", "extra/" + "n" * 235)


# The list of members. SPEC 2.10.
@CASES.manifest("member-program", "member.program", f"the name of {PROGRAM}")
def _(draft: Draft) -> None:
    draft.member(PROGRAM)["name"] = "ir/program.bin"


@CASES.manifest("member-order-program", "member.order", "the place of the program")
def _(draft: Draft) -> None:
    draft.move(PROGRAM, 1)


@CASES.manifest("member-order-tensors", "member.order", "the place of a tensor's member")
def _(draft: Draft) -> None:
    draft.move(draft.members[-1]["name"], 3)


@CASES.manifest("member-order-tail", "member.order", "the place of a small member, behind the tensors")
def _(draft: Draft) -> None:
    draft.move(NOTES, len(draft.members) - 1)


@CASES.manifest("member-code", "member.code", "a member below code/, not UTF-8")
def _(draft: Draft) -> None:
    draft.insert(2, "code/net.py", b"\xff\n")


_delete("member-sha256", "member.sha256", "members.0.sha256")
_set("member-sha256-tensor", "member.sha256", "members.3.sha256", "0" * 64)


@CASES.add("limit-members", "limit.members", "six members, where five are allowed", limits={"members": 5})
def _(draft: Draft) -> bytes:
    return draft.records().bytes()


@CASES.add("limit-values", "limit.values", "all values, where 50 are allowed", limits={"json_values": 50})
def _(draft: Draft) -> bytes:
    return draft.records().bytes()


@CASES.add("limit-tensors", "limit.tensors", "four tensors, where three are allowed", limits={"tensors": 3})
def _(draft: Draft) -> bytes:
    return draft.records().bytes()
