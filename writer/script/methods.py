"""Methods of lists, dicts, tuples, strings, numbers and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..proxy import Proxy
from . import rules
from .arithmetic import as_number, binary, equal
from .functions import to_int
from .iterables import list_from
from .iteration import sequence_of, zipped
from .subscripts import as_dict, index_of, key_of
from .tables import method
from .values import DictBox, ListBox, Sequence, describe, is_known
from .writes import widen

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]

# --- lists --------------------------------------------------------------------------


@method("list", "append")
def append(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Adds an item."""
    (value,) = args
    c.change(owner, value)
    if owner.items is not None:
        owner.items = [*owner.items, value]
        return
    widen(c, owner, value)
    c.put_away(value)
    item = c.materialise(value, owner.item_type)
    owner.val = c.trace.op("list.append", [c.trace.local(owner.value), item], {})[0]


@method("list", "extend")
def extend(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Adds the items of anything that loops run over."""
    other = list_from(c, args[0])
    c.change(owner, other)
    c.shared(other)
    with c.moved():
        found = binary(c, "Add", owner, other)
    owner.items, owner.val = found.items, found.val


@method("list", "pop")
def pop(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> Any:
    """Removes an item, the last one by default, and gives it."""
    c.change(owner)
    key = args[0] if args else -1
    if owner.items is not None and isinstance(key, int):
        items = list(owner.items)
        if not -len(items) <= key < len(items):
            c.raise_unless(False, "IndexError", "pop index out of range")
        found = items.pop(key)
        owner.items = items
        return found
    made = c.as_list(owner)
    n = c.emit("list.len", made.val)
    index = index_of(c, key, n)
    found = c.item(c.trace.op("list.get", [c.trace.local(made.value), c.scalar(index)], {})[0])
    with c.moved():
        rest = c.prelude("list_without", made, index)
    owner.items, owner.val = None, c.as_list(rest).val
    return found


@method("list", "insert")
def insert(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Adds an item before an index."""
    index, value = args
    c.change(owner, value)
    if owner.items is not None and isinstance(index, int):
        items = list(owner.items)
        items.insert(index, value)
        owner.items = items
        return
    widen(c, owner, value)
    c.put_away(value)
    with c.moved():
        made = c.prelude("list_insert", ListBox(val=owner.val), index, value)
    owner.val = c.as_list(made).val


@method("list", "remove")
def remove(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Removes the first item that is equal."""
    c.change(owner)
    made = c.as_list(owner)
    index = c.prelude("list_index", made, args[0])
    with c.moved():
        owner.items, owner.val = None, c.as_list(c.prelude("list_without", made, index)).val


@method("list", "clear")
def clear(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Removes all items."""
    c.change(owner)
    if owner.val is None:
        owner.items = []
    else:
        owner.val = c.trace.op("list.new", [], {"item": owner.item_type})[0]


@method("list", "copy")
def copy(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> Any:
    """A new list of the same items."""
    c.shared(owner)
    return list_from(c, owner)


@method("list", "reverse")
def reverse(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Turns the list around."""
    c.change(owner)
    if owner.items is not None:
        owner.items = owner.items[::-1]
    else:
        with c.moved():
            owner.val = c.as_list(c.prelude("reversed_list", ListBox(val=owner.val))).val


@method("list", "sort")
def sort(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> None:
    """Puts the items in order."""
    c.change(owner)
    with c.moved():
        found = c.call_function(sorted, (owner,), kwargs)
    owner.items, owner.val = found.items, found.val


@method("list", "index")
def index(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> Any:
    """The first index of an item that is equal."""
    return c.prelude("list_index", c.as_list(owner), args[0])


@method("list", "count")
def count(c: Compiler, owner: ListBox, args: Args, kwargs: Kwargs) -> Any:
    """How many items are equal."""
    if owner.items is not None and not owner.items:
        return 0
    return c.prelude("list_count", c.as_list(owner), args[0])


@method("tuple", "index")
def tuple_index(c: Compiler, owner: tuple[Any, ...], args: Args, kwargs: Kwargs) -> Any:
    """The first index of an item that is equal."""
    return _index_from(c, owner, args[0], 0)


def _index_from(c: Compiler, owner: tuple[Any, ...], value: Any, start: int) -> Any:
    if start == len(owner):
        c.raise_unless(False, "ValueError", "tuple.index(x): x not in tuple")
    same = equal(c, value, owner[start])
    return c.choose(same, lambda: start, lambda: _index_from(c, owner, value, start + 1))


@method("tuple", "count")
def tuple_count(c: Compiler, owner: tuple[Any, ...], args: Args, kwargs: Kwargs) -> Any:
    """How many items are equal."""
    found: Any = 0
    for item in owner:
        found = binary(c, "Add", found, as_number(c, equal(c, args[0], item)))
    return found


# --- dicts --------------------------------------------------------------------------


@method("dict", "keys")
def keys(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """The keys, as a list."""
    if c.starting:
        return sequence_of(c, owner, c.node)  # type: ignore[arg-type]
    made = ListBox(list(owner.items)) if owner.items is not None else c.emit("dict.keys", owner.val)
    c.linked(made, c.roots(owner))
    return made


@method("dict", "values")
def values(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """The values, as a list."""
    if c.starting:
        keys = sequence_of(c, owner, c.node)  # type: ignore[arg-type]
        return Sequence(keys.length, lambda i: c.subscript(owner, keys.item(i)), unrolled=keys.unrolled)
    c.shared(owner)
    known = owner.items
    made = ListBox(list(known.values())) if known is not None else c.emit("dict.values", owner.val)
    c.linked(made, c.roots(owner))
    return made


@method("dict", "items")
def items(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """Keys and values, for loops."""
    if c.starting:
        keyed = sequence_of(c, owner, c.node)  # type: ignore[arg-type]

        def item(index: Any) -> tuple[Any, Any]:
            key = keyed.item(index)
            return key, c.subscript(owner, key)

        return Sequence(keyed.length, item, unrolled=keyed.unrolled)
    pair = [sequence_of(c, part, c.node) for part in (keys(c, owner, (), {}), values(c, owner, (), {}))]  # type: ignore[arg-type]
    return zipped(c, pair)


@method("dict", "get")
def get(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """The value at a key, or a default."""
    key = args[0]
    default = args[1] if len(args) > 1 else None
    has = c.contains(owner, key)
    return c.choose(has, lambda: c.subscript(owner, key), lambda: default)


@method("dict", "pop")
def dict_pop(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """Removes a key and gives its value, or a default."""
    key = args[0]
    if len(args) > 1:
        has = c.contains(owner, key)
        return c.choose(has, lambda: dict_pop(c, owner, (key,), {}), lambda: args[1])
    found = c.subscript(owner, key)
    c.change(owner)
    c.resize(owner, "go")
    if owner.items is not None and is_known(key):
        owner.items = {k: v for k, v in owner.items.items() if k != key}
        return found
    made = as_dict(c, owner)
    rest = c.trace.op("dict.delete", [c.trace.local(made.value), key_of(c, made, key)], {})[0]
    owner.items, owner.val = None, rest
    return found


@method("dict", "update")
def update(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> None:
    """Sets the entries of another dict, or keywords."""
    for other in args:
        if isinstance(other, DictBox) and other.items is not None:
            for key, value in other.items.items():
                c.set_item(owner, key, value)
        elif isinstance(other, DictBox):
            c.change(owner)
            c.resize(owner, "come")
            found = c.prelude("dict_updated", dict_copy(c, owner, (), {}), other)
            owner.items, owner.val = found.items, found.val
        else:
            pairs = list_from(c, other)
            if pairs.items is None:
                hint = "set the keys in a loop"
                raise c.fail(rules.STATIC, got=f"update() with {describe(other)}", hint=hint)
            for pair in pairs.items:
                key, value = c.known_items(pair, c.node, 2)
                c.set_item(owner, key, value)
    for key, value in kwargs.items():
        c.set_item(owner, key, value)


@method("dict", "popitem")
def popitem(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """Removes the last entry and gives its key and value."""
    c.arity("popitem", args, kwargs, 0, 0)
    if owner.items is not None:
        if not owner.items:
            c.raise_unless(False, "KeyError", "popitem(): dictionary is empty")
        key = list(owner.items)[-1]
        return key, dict_pop(c, owner, (key,), {})
    key, value = c.prelude("dict_last", owner)
    dict_pop(c, owner, (key,), {})
    return key, value


@method("dict", "setdefault")
def setdefault(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """The value at a key, which is set to a default if it is missing."""
    key, default = args
    has = c.contains(owner, key)

    def missing() -> Any:
        c.set_item(owner, key, default)
        return default

    return c.choose(has, lambda: c.subscript(owner, key), missing)


@method("dict", "copy")
def dict_copy(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> Any:
    """A new dict of the same entries."""
    c.shared(owner)
    return DictBox(None if owner.items is None else dict(owner.items), owner.val)


@method("dict", "clear")
def dict_clear(c: Compiler, owner: DictBox, args: Args, kwargs: Kwargs) -> None:
    """Removes all entries."""
    c.change(owner)
    c.resize(owner, "go")
    if owner.val is None:
        owner.items = {}
    else:
        key, value = owner.types
        owner.val = c.trace.op("dict.new", [], {"key": key, "value": value})[0]


# --- numbers, arrays ----------------------------------------------------------------


@method("float", "is_integer")
def is_integer(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """Whether a float is an integer."""
    if is_known(owner):
        return float(owner).is_integer()
    floor = c.emit("float.floor_divide", owner, 1.0)
    finite = c.emit("float.less", c.emit("float.abs", owner), float("inf"))
    return c.emit("bool.and", c.emit("float.equal", floor, owner), finite)


@method("array", "item")
def item(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """The only element, or that at an index, as a number."""
    if args:
        owner = c.subscript(owner, args[0] if len(args) == 1 else tuple(args))
    if not isinstance(owner, Proxy):
        return owner.item()
    if owner.dtype.kind in "iu":
        return to_int(c, (owner,), {})
    if owner.ndim:
        owner = owner.reshape(())
    return c.wrap(c.trace.op("item", (owner._value(c.trace),), {})[0])


@method("array", "tolist")
def tolist(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """The elements of an array of rank 0 or 1, as a list."""
    if not isinstance(owner, Proxy):
        return c.known(owner.tolist())
    if owner.ndim == 0:
        return item(c, owner, (), {})
    if owner.ndim > 1:
        raise c.fail(rules.OPERAND, got=f"tolist() of {describe(owner)}", hint="of rank 0 and 1 only")
    return c.prelude("elements", owner)
