"""Encoded programs, valid and not: ``cases/program/encoding.json``. SPEC 6.

Each invalid one differs from the valid one in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...archive.program import encode_spans, pack_plain
from ...schema.encoding import to_plain
from ...schema.ir import Program
from .program_cases import symbols

#: The valid program, and the places of its plain form (SPEC 6.3).
VALID: Callable[[], Program] = symbols
TYPES, CLASSES, INSTANCES = 3, 7, 8

#: Name, label, the bytes of the program, the bytes of its source positions if the case is about them.
Case = tuple[str, str | None, bytes, bytes | None]


def cases() -> Iterator[Case]:
    """The valid program first."""
    good = pack_plain(to_plain(VALID()))
    spans = encode_spans(VALID())
    yield "valid", None, good, spans
    for name, label, change in PLAIN:
        plain: Any = to_plain(VALID())
        yield name, label, pack_plain(change(plain) or plain), None
    yield "truncated", "enc.msgpack", good[:-1], None
    yield "trailing", "enc.msgpack", good + b"\xc0", None
    yield "binary-extension", "enc.msgpack", good[:1] + b"\xd4\x01\x00" + good[13:], None
    yield "claims-too-much", "enc.limit", b"\xdd\x7f\xff\xff\xff" + good[1:], None
    yield (
        "long-integer",
        "enc.canonical",
        good.replace(b"\xabtracebox-ir\x01\x01", b"\xabtracebox-ir\xcc\x01\x01", 1),
        None,
    )
    yield "long-string", "enc.canonical", good.replace(b"\xabtracebox-ir", b"\xd9\x0btracebox-ir", 1), None
    yield "long-array", "enc.canonical", b"\xdc\x00" + bytes([good[0] & 15]) + good[1:], None
    yield "spans-of-another-program", "enc.spans", good, pack_plain(["tracebox-spans", 1, [], [[None]]])
    yield "spans-version", "enc.spans", good, pack_plain(["tracebox-spans", 2, [], []])


def _method(plain: Any) -> Any:
    """The last method's ``[name, doc, names, results, block]``."""
    return plain[CLASSES][0][5][-1]


def _node(plain: Any, position: int) -> Any:
    return _method(plain)[4][1][position]


def _set(path: Callable[[Any], Any], index: int, value: Any) -> Callable[[Any], None]:
    def change(plain: Any) -> None:
        path(plain)[index] = value

    return change


def _dimension(value: Any) -> Callable[[Any], None]:
    """Change the first dimension of the first tensor type."""

    def change(plain: Any) -> None:
        tensor = next(entry for entry in plain[TYPES] if entry[0] == 0 and entry[2])
        tensor[2][0] = value

    return change


def _deep(plain: Any) -> None:
    value: Any = [5, []]
    for _ in range(40):
        value = [5, [value]]
    _node(plain, 0)[3] = [["type", value]]


def _unused_type(plain: Any) -> None:
    plain[TYPES].append([1, 5])


#: Changes of the plain form; one may give a new one.
PLAIN: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("format-name", "enc.root", _set(lambda p: p, 0, "tracebox")),
    ("root-is-a-number", "enc.root", lambda p: 3),
    ("root-too-short", "enc.root", lambda p: p[:-1]),
    ("version", "enc.version", _set(lambda p: p, 1, 2)),
    ("exports-are-text", "enc.form", _set(lambda p: p, 9, "forward")),
    ("instance-of-three", "enc.form", lambda p: p[INSTANCES][0].pop()),
    ("unknown-dtype", "enc.type", lambda p: _set(lambda q: next(t for t in q[TYPES] if t[0] == 0), 1, 17)(p)),
    ("unknown-type", "enc.type", _set(lambda p: p[TYPES], 0, [9, 0])),
    ("later-type", "enc.type", _set(lambda p: p[TYPES], 0, [2, 1, [3]])),
    ("term-order", "enc.dim", _dimension([[1, []], [1, ["B"]]])),
    ("constant-as-terms", "enc.dim", _dimension([[3, []]])),
    ("symbol-with-coefficient-0", "enc.dim", _dimension([[0, ["B"]]])),
    ("division-by-0", "enc.dim", _dimension([[1, [[0, [[1, ["B"]]], 0]]]])),
    ("unknown-constant", "enc.constant", lambda p: _set(lambda q: _node(q, 0), 3, [["type", [99, 1]]])(p)),
    ("attribute-twice", "enc.constant", lambda p: _node(p, 0)[3].append(_node(p, 0)[3][0])),
    ("unknown-kind", "enc.node", lambda p: _set(lambda q: _node(q, 0), 0, 15)(p)),
    ("node-of-six", "enc.node", lambda p: _node(p, 0).pop() and None),
    ("node-of-eight", "enc.node", lambda p: _node(p, 0).append(None)),
    ("later-value", "enc.index", lambda p: _set(lambda q: _node(q, 0), 2, [99])(p)),
    ("missing-body", "enc.index", lambda p: _set(lambda q: _node(q, 0), 6, 0)(p)),
    ("missing-name", "enc.names", lambda p: _method(p)[2].pop() and None),
    ("spare-name", "enc.names", lambda p: _method(p)[2].append("spare")),
    ("values-too-deep", "enc.limit", _deep),
    ("unused-type", "enc.canonical", _unused_type),
)
