"""What loops run over."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..proxy import Proxy
from . import rules
from .aliases import Running
from .values import DictBox, ListBox, Sequence, describe, is_array, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler


class Range:
    """``range(start, stop, step)`` of ints that may be the program's."""

    __slots__ = ("start", "stop", "step")

    def __init__(self, start: Any, stop: Any, step: Any) -> None:
        self.start = start
        self.stop = stop
        self.step = step


def sequence_of(c: Compiler, value: Any, node: ast.expr) -> Sequence:
    """What a loop over `value` runs over.

    Raises
    ------
    ScriptError
        ``script.operand``: it cannot be iterated over.
    """
    if isinstance(value, Sequence):
        if value.used or (value.loops is not None and value.loops < len(c.loops)):
            hint = "make it a list: list(zip(...))"
            raise c.fail(rules.ALIAS, node, got="an iterator that was run over before", hint=hint)
        value.used = value.loops is not None
        return value
    if isinstance(value, range):
        value = Range(value.start, value.stop, value.step)
    if isinstance(value, Range):
        return _range(c, value, node)
    if isinstance(value, (tuple, list)):
        items = tuple(value)
        return Sequence(len(items), lambda i: items[i], unrolled=True)
    if isinstance(value, ListBox):
        # items are read in each turn: it may set them, but not change the list's length
        if c.starting:
            c.running.append(Running(value))
        if value.items is not None:
            return Sequence(len(value.items), lambda i: c.subscript(value, i), unrolled=True, of=(value,))
        return Sequence(
            c.emit("list.len", value.val),
            lambda i: c.got(
                c.wrap(c.trace.op("list.get", [c.trace.local(value.value), c.scalar(i)], {})[0]), value
            ),
            unrolled=False,
            of=(value,),
        )
    if isinstance(value, DictBox):
        before, c.starting = c.starting, False
        found = sequence_of(c, c.method(value, "keys", (), {}), node)
        c.starting = before
        if before:
            c.running.append(Running(value, found.length))
        return found
    if isinstance(value, dict):
        return sequence_of(c, tuple(value), node)
    if is_array(value) and value.ndim:
        return _rows(c, value)
    if scalar_kind(value) == "str":
        if isinstance(value, str):
            return Sequence(len(value), lambda i: value[i], unrolled=True)
        return Sequence(c.emit("str.len", value), lambda i: c.emit("str.get", value, i), unrolled=False)
    hint = "loops run over ranges, arrays, lists, tuples, dicts, strings, enumerate, zip and reversed"
    raise c.fail(rules.OPERAND, node, got=describe(value), hint=hint)


def once(c: Compiler, part: Sequence) -> Sequence:
    """An iterator, which is at its end after it was run over."""
    part.loops = len(c.loops)
    return part


def _rows(c: Compiler, array: Any) -> Sequence:
    length = array.shape[0]
    if isinstance(array, Proxy):
        # a copy: writes into the array in the loop are seen in later turns, as in Python, by the array itself
        return Sequence(length, lambda i: c.subscript(array, i), unrolled=False)
    return Sequence(int(length), lambda i: c.subscript(array, i), unrolled=False)


def _range(c: Compiler, value: Range, node: ast.expr) -> Sequence:
    start, stop, step = value.start, value.stop, value.step
    if isinstance(step, int) and step == 0:
        raise c.fail(rules.OPERAND, node, got="a step of 0", expected="a step that is not 0")
    if all(isinstance(v, int) for v in (start, stop, step)):
        length: Any = len(range(start, stop, step))
    elif not isinstance(step, int):
        length = c.prelude("range_length", start, stop, step)
    else:
        low, high = (start, stop) if step > 0 else (stop, start)
        span = high if isinstance(low, int) and low == 0 else c.binary("Sub", high, low)
        size = abs(step)
        length = span if size == 1 else c.binary("FloorDiv", c.binary("Add", span, size - 1), size)

    def item(index: Any) -> Any:
        offset = index if step == 1 else c.binary("Mult", index, step)
        if isinstance(start, int) and start == 0:
            return offset
        return c.binary("Add", offset, start)

    return Sequence(length, item, unrolled=False)


def zipped(c: Compiler, parts: list[Sequence]) -> Sequence:
    """``zip`` of sequences: as long as the shortest."""
    if not parts:
        return Sequence(0, lambda i: (), unrolled=True)
    unrolled, of = any(part.unrolled for part in parts), tuple(box for part in parts for box in part.of)
    if unrolled and not all(isinstance(part.length, int) for part in parts):
        # items of one sort that is known and one that is not: a list of the program
        parts = [c.as_program_list(part) if part.unrolled else part for part in parts]
        unrolled = False
    length = parts[0].length
    for part in parts[1:]:
        length = c.least(length, part.length)
    return Sequence(length, lambda i: tuple(part.item(i) for part in parts), unrolled=unrolled, of=of)


def enumerated(c: Compiler, part: Sequence, start: Any) -> Sequence:
    """``enumerate``."""
    return Sequence(
        part.length,
        lambda i: (i if start == 0 and isinstance(start, int) else c.binary("Add", i, start), part.item(i)),
        unrolled=part.unrolled,
        of=part.of,
    )


def reversed_(c: Compiler, part: Sequence) -> Sequence:
    """``reversed``."""
    last = part.length - 1 if isinstance(part.length, int) else c.binary("Sub", part.length, 1)

    def item(index: Any) -> Any:
        if isinstance(last, int) and isinstance(index, int):
            return part.item(last - index)
        return part.item(c.binary("Sub", last, index))

    return Sequence(part.length, item, unrolled=part.unrolled, of=part.of)
