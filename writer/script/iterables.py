"""Builtin functions of what can be iterated over."""

from __future__ import annotations

import ast
import builtins
import functools
from typing import TYPE_CHECKING, Any

from . import rules
from .arithmetic import binary
from .frames import FALLS
from .functions import arity, to_int_index
from .iteration import Range, enumerated, once, reversed_, sequence_of, zipped
from .repeat import Repeat
from .tables import function
from .values import (
    DictBox,
    ListBox,
    Scalar,
    is_known,
    scalar_kind,
)

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_HERE = ast.Constant(None)


@function(len)
def len_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The length of arrays, lists, tuples, dicts, strings, ranges."""
    arity(c, "len", args, kwargs, 1, 1)
    return c.length(args[0])


@function(range)
def range_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Ranges of ints."""
    arity(c, "range", args, kwargs, 1, 3)
    parts = [to_int_index(c, arg) for arg in args]
    start, stop = (0, parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    return Range(start, stop, parts[2] if len(parts) == 3 else 1)


@function(enumerate)
def enumerate_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items with their number."""
    arity(c, "enumerate", args, kwargs, 1, 2, "start")
    start = kwargs.get("start", args[1] if len(args) > 1 else 0)
    return once(c, enumerated(c, sequence_of(c, args[0], c.node), start))  # type: ignore[arg-type]


@function(zip)
def zip_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items of several sequences together, up to the end of the shortest."""
    if set(kwargs) - {"strict"} or kwargs.get("strict"):
        raise c.fail(rules.CONSTRUCT, got="zip with strict", hint="compare the lengths before")
    return once(c, zipped(c, [sequence_of(c, arg, c.node) for arg in args]))  # type: ignore[arg-type]


@function(reversed)
def reversed__(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items from the last to the first."""
    arity(c, "reversed", args, kwargs, 1, 1)
    return once(c, reversed_(c, sequence_of(c, args[0], c.node)))  # type: ignore[arg-type]


def list_from(c: Compiler, value: Any) -> ListBox:
    if isinstance(value, ListBox):
        return ListBox(None if value.items is None else list(value.items), value.val)
    part = sequence_of(c, value, c.node)  # type: ignore[arg-type]
    if isinstance(part.length, int) and (part.unrolled or isinstance(value, (Range, range))):
        return ListBox([part.item(i) for i in range(part.length)])
    made = ListBox([])

    def turn(index: Scalar) -> Any:
        c.trace.counted.add(index.val)
        c.method(made, "append", (part.item(index),), {})
        return FALLS

    Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    return made


@function(list)
def list_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new list of the items of anything that loops run over."""
    arity(c, "list", args, kwargs, 0, 1)
    if args:
        c.shared(args[0])
    return list_from(c, args[0]) if args else ListBox([])


@function(tuple)
def tuple_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A tuple of items whose number is known."""
    arity(c, "tuple", args, kwargs, 0, 1)
    if not args:
        return ()
    made = list_from(c, args[0])
    if made.items is None:
        raise c.fail(rules.STATIC, got="a tuple whose length is not known", hint="keep it a list")
    return tuple(made.items)


@function(dict)
def dict_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new dict: a copy, of keywords, or of pairs."""
    arity(c, "dict", args, {}, 0, 1)
    made = DictBox({})
    if args and isinstance(args[0], DictBox):
        c.shared(args[0])
        made = DictBox(None if args[0].items is None else dict(args[0].items), args[0].val)
    elif args:
        part = sequence_of(c, args[0], c.node)  # type: ignore[arg-type]

        def put(index: Any) -> Any:
            key, value = c.known_items(part.item(index), c.node, 2)
            c.set_item(made, key, value)
            return FALLS

        def turn(index: Scalar) -> Any:
            c.trace.counted.add(index.val)
            return put(index)

        if part.unrolled:
            for i in range(part.length):
                put(i)
        else:
            Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    for key, value in kwargs.items():
        c.set_item(made, key, value)
    return made


def _extreme(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    extra = [key for key in kwargs if key not in ("key", "default")]
    if extra:
        raise c.fail(rules.OPERAND, got=f"{name}() with the keyword {extra[0]}")
    if kwargs.get("key") is not None:
        return _extreme_by(c, name, args, kwargs)
    if len(args) == 1:
        made = list_from(c, args[0])
        if made.items is None:
            if "default" in kwargs:
                empty = c.binary("Eq", c.length(made), 0)
                return c.choose(empty, lambda: kwargs["default"], lambda: c.prelude(f"list_{name}", made))
            return c.prelude(f"list_{name}", made)
        args = tuple(made.items)
        if not args and "default" in kwargs:
            return kwargs["default"]
    if not args:
        c.raise_unless(False, "ValueError", f"{name}() arg is an empty sequence")
    best = args[0]
    for other in args[1:]:
        best = _better(c, name, best, other)
    return best


def _extreme_by(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    """The item with the smallest or greatest key; the first of several."""
    made = list_from(c, args[0]) if len(args) == 1 else ListBox(list(args))
    key = kwargs["key"]
    if made.items is None:
        if "default" in kwargs:
            empty = c.binary("Eq", c.length(made), 0)
            return c.choose(empty, lambda: kwargs["default"], lambda: c.prelude(f"list_{name}_by", made, key))
        return c.prelude(f"list_{name}_by", made, key)
    if not made.items:
        if "default" in kwargs:
            return kwargs["default"]
        c.raise_unless(False, "ValueError", f"{name}() arg is an empty sequence")
    best, (first, *others) = made.items[0], [c.call_function(key, (item,), {}) for item in made.items]
    for item, other in zip(made.items[1:], others):
        test = c.truth_of(binary(c, "Lt" if name == "min" else "Gt", other, first))
        pair = (other, item), (first, best)
        first, best = c.choose(test, functools.partial(_give, pair[0]), functools.partial(_give, pair[1]))
    return best


def _better(c: Compiler, name: str, best: Any, other: Any) -> Any:
    kinds = {scalar_kind(best), scalar_kind(other)}
    if kinds == {"int"} and not (is_known(best) and is_known(other)):
        return c.emit(f"int.{name}", best, other)
    if "float" in kinds and "int" in kinds and not (is_known(best) and is_known(other)):
        hint = "make both floats, or both ints"
        raise c.fail(rules.TYPES, got=f"{name}() of int and float", hint=hint)
    test = c.truth_of(binary(c, "Lt" if name == "min" else "Gt", other, best))
    return c.choose(test, lambda: other, lambda: best)


@function(min)
def min_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The smallest of several values, or of the items of one."""
    return _extreme(c, "min", args, kwargs)


@function(max)
def max_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The greatest of several values, or of the items of one."""
    return _extreme(c, "max", args, kwargs)


@function(sum)
def sum_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The sum of items."""
    arity(c, "sum", args, kwargs, 1, 2, "start")
    total = kwargs.get("start", args[1] if len(args) > 1 else 0)
    made = list_from(c, args[0])
    if made.items is None:
        name = getattr(made.item_type, "name", "")
        start = 0.0 if name == "float" and type(total) is int else total
        return c.prelude("list_sum", made, start)
    for item in made.items:
        total = binary(c, "Add", total, item)
    return total


def _give(value: Any) -> Any:
    return value


def _quantified(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    arity(c, name, args, kwargs, 1, 1)
    made = list_from(c, args[0])
    if made.items is None:
        return c.prelude(f"list_{name}", made)
    found: Any = name == "all"
    for item in reversed(made.items):
        truth, rest = c.truth_of(item), found
        if name == "all":
            found = c.choose(truth, functools.partial(_give, rest), lambda: False)
        else:
            found = c.choose(truth, lambda: True, functools.partial(_give, rest))
    return found


@function(any)
def any_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether an item is true."""
    return _quantified(c, "any", args, kwargs)


@function(all)
def all_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether all items are true."""
    return _quantified(c, "all", args, kwargs)


@function(sorted)
def sorted_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new list of the items in order, also by ``key``; ``reverse`` is known."""
    arity(c, "sorted", args, kwargs, 1, 1, "key reverse")
    reverse, key = kwargs.get("reverse", False), kwargs.get("key")
    if not isinstance(reverse, (bool, int)):
        hint = "write both: sorted(x, reverse=True) if down else sorted(x)"
        raise c.fail(rules.STATIC, got="reverse= that is not known", hint=hint)
    given = list_from(c, args[0])
    if given.items is not None and len(given.items) < 2:
        return given
    made = c.as_list(given)
    if reverse:  # equal items keep their order, also backwards
        made = c.prelude("reversed_list", made)
    made = c.prelude("list_sorted", made) if key is None else c.prelude("list_sorted_by", made, key)
    return c.prelude("reversed_list", made) if reverse else made


@function(builtins.filter)
def filter_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The items for which a function holds; evaluated at once."""
    arity(c, "filter", args, kwargs, 2, 2)
    made = list_from(c, args[1])
    return c.prelude("list_filtered", args[0] or bool, c.as_list(made) if made.items else made)


@function(dict.fromkeys)
def fromkeys(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A dict with one value for all keys."""
    arity(c, "fromkeys", args, kwargs, 1, 2)
    made = DictBox({})
    value = args[1] if len(args) > 1 else None
    keys = list_from(c, args[0])
    if keys.items is None:
        return c.prelude("dict_from", keys, value)
    for key in keys.items:
        c.set_item(made, key, value)
    return made


@function(builtins.map)
def map_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A function of each item; evaluated at once."""
    arity(c, "map", args, kwargs, 2, 100)
    part = zipped(c, [sequence_of(c, arg, c.node) for arg in args[1:]])  # type: ignore[arg-type]
    if part.unrolled:
        return ListBox([c.call_function(args[0], part.item(i), {}) for i in range(part.length)])
    made = ListBox([])

    def turn(index: Scalar) -> Any:
        c.trace.counted.add(index.val)
        c.method(made, "append", (c.call_function(args[0], part.item(index), {}),), {})
        return FALLS

    Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    return made
