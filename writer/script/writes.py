"""Items that are set and deleted, and lists and dicts that change their type for it."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from ...schema.types import dict_of, list_of
from ..proxy import Proxy
from . import rules
from .subscripts import array_key, bounds, clamped, get, index_of, key_of
from .templates import Mismatch, common
from .values import (
    DictBox,
    ListBox,
    ObjectBox,
    describe,
    is_known,
)

if TYPE_CHECKING:
    from .compiler import Compiler


def put(c: Compiler, owner: Any, key: Any, value: Any) -> None:
    """``owner[key] = value``."""
    if isinstance(owner, Proxy):
        made, given = array_key(c, owner, key), c.native(value)
        setitem: Any = operator.setitem
        c.called(lambda: setitem(owner, made, given))
    elif isinstance(owner, ListBox):
        _put_list(c, owner, key, value)
    elif isinstance(owner, DictBox):
        _put_dict(c, owner, key, value)
    elif isinstance(owner, ObjectBox):
        if c.special_call(owner, "__setitem__", (key, value)) is NotImplemented:
            raise c.fail(rules.OPERAND, got=f"an item of {describe(owner)}")
    else:
        hint = "arrays, lists and dicts that the function makes can be changed"
        raise c.fail(rules.OPERAND, got=f"an assignment to an item of {describe(owner)}", hint=hint)


def _put_list(c: Compiler, owner: ListBox, key: Any, value: Any) -> None:
    if isinstance(key, slice):
        _put_slice(c, owner, key, value)
        return
    c.change(owner, value)
    if owner.items is not None and type(key) in (int, bool):
        if not -len(owner.items) <= key < len(owner.items):
            c.raise_unless(False, "IndexError", "list assignment index out of range")
        items = list(owner.items)
        items[key] = value
        owner.items = items
        return
    widen(c, owner, value)
    n = c.emit("list.len", owner.val)
    index = c.scalar(index_of(c, key, n))
    c.put_away(value)
    item = c.materialise(value, owner.item_type)
    owner.val = c.trace.op("list.set", [c.trace.local(owner.value), index, item], {})[0]


def _put_slice(c: Compiler, owner: ListBox, key: slice, value: Any) -> None:
    from .iterables import list_from

    given = list_from(c, value)
    c.change(owner, given)
    if owner.items is not None and given.items is not None and all(map(_is_bound, bounds(key))):
        items = list(owner.items)
        try:
            items[key] = given.items
        except ValueError as error:
            c.raise_unless(False, "ValueError", str(error))
        owner.items = items
        return
    if key.step not in (None, 1):
        raise c.fail(rules.STATIC, got="a step in a slice of a list of the program", hint="use a loop")
    n = c.length(owner)
    start = 0 if key.start is None else clamped(c, key.start, n)
    stop = n if key.stop is None else clamped(c, key.stop, n)
    stop = c.emit("int.max", start, stop)
    parts = [get(c, owner, slice(None, start)), given, get(c, owner, slice(stop, None))]
    found = c.binary("Add", c.binary("Add", parts[0], parts[1]), parts[2])
    owner.items, owner.val = found.items, found.val


def _is_bound(value: Any) -> bool:
    return value is None or type(value) is int


def delete(c: Compiler, owner: Any, key: Any) -> None:
    """``del owner[key]``."""
    if isinstance(owner, ListBox):
        if isinstance(key, slice):
            if owner.items is not None and all(map(_is_bound, bounds(key))):
                c.change(owner)
                items = list(owner.items)
                del items[key]
                owner.items = items
                return
            _put_slice(c, owner, key, ListBox([]))
        else:
            c.method(owner, "pop", (key,), {})
    elif isinstance(owner, DictBox):
        c.method(owner, "pop", (key,), {})
    else:
        hint = "items of lists and dicts can be deleted"
        raise c.fail(rules.OPERAND, got=f"del of an item of {describe(owner)}", hint=hint)


def widen(c: Compiler, owner: ListBox, value: Any) -> None:
    """Make `owner` a list of the program whose items may be like `value`."""
    widening = c.widening(set(c.trace.scope.symbols.fresh))
    have = [widening.type_of(value)]
    if owner.items is not None:
        have += map(widening.type_of, owner.items)
    else:
        have.insert(0, owner.item_type)
    try:
        t = common(have, "")
    except Mismatch as mismatch:
        hint = "a list of the program has items of one type"
        raise c.fail(rules.TYPES, got=f"a list of {mismatch}", hint=hint) from None
    if owner.items is not None:
        owner.val, owner.items = c.materialise(owner, list_of(t)), None
    elif t != owner.item_type:
        empty = c.wrap(c.trace.op("list.new", [], {"item": t})[0])
        owner.val = c.prelude("copied_into", owner, empty).val


def _put_dict(c: Compiler, owner: DictBox, key: Any, value: Any) -> None:
    c.change(owner, value)
    if owner.items is None or not (is_known(key) and key in owner.items):
        c.resize(owner, "come")
    if owner.items is not None and (is_known(key) or key is None):
        same = {type(k) for k in owner.items} | {type(key)}
        if len(same) == 1:
            owner.items = {**owner.items, key: value}
            return
    if owner.items is not None:
        widening = c.widening(set(c.trace.scope.symbols.fresh))
        keys = common([widening.type_of(k) for k in (*owner.items, key)], "")
        values = common([widening.type_of(v) for v in (*owner.items.values(), value)], "")
        owner.val, owner.items = c.materialise(owner, dict_of(keys, values)), None
    k = key_of(c, owner, key)
    c.put_away(value)
    item = c.materialise(value, owner.types[1])
    owner.val = c.trace.op("dict.set", [c.trace.local(owner.value), k, item], {})[0]
