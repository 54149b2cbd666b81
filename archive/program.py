"""The bytes of ``ir/program.msgpack``: the program's plain form in msgpack. SPEC 6.1.

Bytes are read only if encoding what they decode to gives the same bytes again, so that
one program has one encoding.
"""

from __future__ import annotations

from ..schema import encoding_labels as rules
from ..schema.decoding import from_plain
from ..schema.encoding import MAX_BLOCKS, MAX_VALUES, Plain, to_plain
from ..schema.ir import Program
from .limits import DEFAULT, Limits

#: The member with the program's source positions. SPEC 6.8.
SPANS = "debug/spans.msgpack"

#: How deep the arrays of an encoding nest: a block takes four, a value two. SPEC 6.1.
MAX_DEPTH = 4 * MAX_BLOCKS + 2 * MAX_VALUES + 16

#: What arrays may claim in all before their claims are counted one by one.
_UNCOUNTED = 1 << 18


def encode_program(program: Program) -> bytes:
    """The canonical bytes of `program`; its source positions are not among them.

    Raises
    ------
    InvalidError
        The program breaks a rule of the verifier, so that it has no encoding.

    Notes
    -----
    SPEC 6.2.
    """
    return pack_plain(to_plain(program))


def decode_program(data: bytes, limits: Limits = DEFAULT) -> Program:
    """The program that `data` encodes. It is well formed; whether it is valid, the verifier says.

    Raises
    ------
    MalformedError
        ``enc.msgpack``, ``enc.limit``, ``enc.canonical`` and the other rules of SPEC 6.
    UnsupportedError
        ``enc.version``.

    Notes
    -----
    SPEC 6.2.
    """
    program = from_plain(_unpack(data, limits))
    again = pack_plain(to_plain(program))
    if again != data:
        at = next((i for i, (a, b) in enumerate(zip(again, data)) if a != b), min(len(again), len(data)))
        raise rules.CANONICAL.fail(
            f"byte {at}", expected=repr(again[at : at + 8]), got=repr(data[at : at + 8])
        )
    return program


def encode_spans(program: Program) -> bytes:
    """The source positions of the program's nodes, for ``debug/spans.msgpack``. SPEC 6.8."""
    from ..schema.spans import spans_to_plain

    return pack_plain(spans_to_plain(program))


def apply_spans(program: Program, data: bytes, limits: Limits = DEFAULT) -> None:
    """Give the nodes of `program` the positions in `data`. SPEC 6.8.

    Raises
    ------
    MalformedError
        ``enc.spans``: they are not the positions of this program.
    """
    from ..schema.spans import apply_spans_plain

    apply_spans_plain(program, _unpack(data, limits))


def pack_plain(plain: Plain) -> bytes:
    """The msgpack bytes of a plain form, whether or not it is a program's."""
    from msgpack import packb

    packed: bytes = packb(plain)
    return packed


def _unpack(data: bytes, limits: Limits) -> Plain:
    from msgpack import StackError, unpackb

    if len(data) > limits.program_size:
        raise rules.LIMIT.fail(expected=f"at most {limits.program_size} bytes", got=str(len(data)))
    if _may_claim(data, _UNCOUNTED):
        _count(data)
    try:
        plain: Plain = unpackb(data, max_map_len=0, max_ext_len=0)
    except StackError:
        raise rules.LIMIT.fail(expected=f"at most {MAX_DEPTH} arrays inside one another") from None
    except ValueError as error:
        raise rules.MSGPACK.fail(got=str(error) or type(error).__name__) from None
    return plain


def _may_claim(data: bytes, most: int) -> bool:
    """Whether arrays might claim more than `most` elements, every byte taken for a head."""
    claimed = 0
    for head, size in ((b"\xdc", 2), (b"\xdd", 4)):
        at = data.find(head) + 1
        while at:
            claimed += int.from_bytes(data[at : at + size], "big")
            if claimed > most:
                return True
            at = data.find(head, at) + 1
    return False


#: Bytes that follow a head byte of msgpack's fixed forms; -1 for forms that are not used.
_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8}
_FIXED.update({0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8})
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}


def _count(data: bytes) -> None:
    """Refuse arrays that claim more elements than bytes are left for, before any is allocated."""
    at, end = 0, len(data)
    open_: list[int] = []
    owed = 1  # elements that are still to come, of all open arrays
    while owed:
        if at >= end:
            raise rules.MSGPACK.fail(f"byte {at}", got="the end of the bytes")
        head = data[at]
        at += 1
        owed -= 1
        count = None
        if head < 0x80 or head >= 0xE0:
            pass
        elif 0xA0 <= head < 0xC0:
            at += head & 0x1F
        elif 0x90 <= head < 0xA0:
            count = head & 0x0F
        elif head in (0xDC, 0xDD):
            size = 2 if head == 0xDC else 4
            count = int.from_bytes(data[at : at + size], "big")
            at += size
        elif head in _SIZED:
            size = _SIZED[head]
            at += size + int.from_bytes(data[at : at + size], "big")
        elif head in _FIXED:
            at += _FIXED[head]
        else:
            raise rules.MSGPACK.fail(f"byte {at - 1}", expected="no map and no extension", got=f"{head:#04x}")
        if count is not None:
            owed += count
            if owed > end - at:
                raise rules.LIMIT.fail(f"byte {at}", expected=f"at most {end - at} elements", got=str(owed))
            open_.append(owed - count)
            if len(open_) > MAX_DEPTH:
                raise rules.LIMIT.fail(
                    f"byte {at}", expected=f"at most {MAX_DEPTH} arrays inside one another"
                )
        while open_ and owed == open_[-1]:
            open_.pop()
