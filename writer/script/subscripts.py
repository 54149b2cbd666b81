"""Indexing and slicing; lengths and membership."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from ...schema import dims
from ..integral import SymbolicInt
from ..proxy import Proxy
from . import rules
from .arithmetic import equal
from .iteration import Range
from .templates import Mismatch
from .values import (
    DictBox,
    ListBox,
    ObjectBox,
    Optional,
    Scalar,
    Sequence,
    describe,
    describe_type,
    is_array,
    is_known,
    scalar_kind,
)

if TYPE_CHECKING:
    from .compiler import Compiler


def get(c: Compiler, owner: Any, key: Any) -> Any:
    """``owner[key]``."""
    if isinstance(owner, Optional):
        raise c.fail(rules.OPTIONAL, got=describe(owner), hint="compare it with None first")
    if is_array(owner):
        made = array_key(c, owner, key)
        if not isinstance(owner, Proxy) and _traced(made):
            return c.called(lambda: _wrapped(c, owner)[made])
        found = c.called(lambda: owner[made])
        items = key if isinstance(key, tuple) else (key,)
        if any(isinstance(item, Scalar) for item in items) and not any(map(is_array, items)):
            c.shows(found, owner)
        return found
    if isinstance(owner, ListBox):
        return _list(c, owner, key)
    if isinstance(owner, tuple):
        return _tuple(c, owner, key)
    if isinstance(owner, DictBox):
        return _dict(c, owner, key)
    if scalar_kind(owner) == "str":
        return _str(c, owner, key)
    if isinstance(owner, ObjectBox):
        found = c.special_call(owner, "__getitem__", (key,))
        if found is not NotImplemented:
            return found
    if isinstance(owner, (Range, range)):
        if isinstance(owner, range):
            owner = Range(owner.start, owner.stop, owner.step)
        return c.binary("Add", owner.start, c.binary("Mult", key, owner.step))
    if isinstance(owner, type):
        try:
            return owner[key]  # type: ignore[index]  # as in list[int]
        except TypeError:
            return owner
    raise c.fail(rules.OPERAND, got=f"an index of {describe(owner)}")


def _wrapped(c: Compiler, array: Any) -> Proxy:
    return Proxy(c.trace, c.trace.array(array))


def _traced(key: Any) -> bool:
    if isinstance(key, (tuple, list)):
        return any(map(_traced, key))
    if isinstance(key, slice):
        return any(map(_traced, (key.start, key.stop, key.step)))
    return isinstance(key, (Proxy, SymbolicInt))


def array_key(c: Compiler, owner: Any, key: Any) -> Any:
    """An index of an array, its ints and bounds as the tracer takes them."""
    items = list(key) if isinstance(key, tuple) else [key]
    axes = [0 if item is None or item is Ellipsis else _width(item) for item in items]
    made = []
    for i, item in enumerate(items):
        if any(other is Ellipsis for other in items[:i]):
            axis = owner.ndim - sum(axes[i:])
        else:
            axis = sum(axes[:i])
        made.append(_key_item(c, owner, item, axis))
    return tuple(made) if isinstance(key, tuple) else made[0]


def _width(item: Any) -> int:
    if is_array(item) and item.dtype.kind == "b":
        return int(item.ndim)
    return 1


def _key_item(c: Compiler, owner: Any, item: Any, axis: int) -> Any:
    if isinstance(item, slice):
        if axis >= owner.ndim or not any(isinstance(p, Scalar) for p in (item.start, item.stop, item.step)):
            return slice(*(c.native(p) for p in (item.start, item.stop, item.step)))
        return _slice(c, owner.shape[axis], item)
    if isinstance(item, Scalar):
        if item.kind not in ("int", "bool"):
            raise c.fail(rules.OPERAND, got=f"an index of {item.kind}")
        return c.array_of(item)
    if isinstance(item, ListBox):
        return c.native(item)
    if isinstance(item, SymbolicInt):
        return item._tensor()
    if isinstance(item, Optional):
        raise c.fail(rules.OPTIONAL, got=describe(item), hint="compare it with None first")
    if isinstance(item, (float, str)):
        raise c.fail(rules.OPERAND, got=f"an index of {describe(item)}")
    return item


def _slice(c: Compiler, n: Any, part: slice) -> slice:
    """Bounds that the program knows, counted from 0 and within the array."""
    step = 1 if part.step is None else part.step
    if not isinstance(step, int):
        raise c.fail(
            rules.STATIC, got="a step that is not known", hint="use a fixed step, or index with an array"
        )
    if step < 0:
        raise c.fail(
            rules.STATIC, got="a negative step with bounds that are not known", hint="reverse with [::-1]"
        )
    bounds = [None if bound is None else c.size_of(clamped(c, bound, n)) for bound in (part.start, part.stop)]
    return slice(bounds[0], bounds[1], part.step)


def clamped(c: Compiler, bound: Any, n: Any) -> Scalar:
    """A slice's bound counted from 0 and kept within 0 and `n`."""
    value = Scalar(c.scalar(bound))
    size = Scalar(c.scalar(n))
    below = c.emit("bool.to_int", c.emit("int.less", value, 0))
    shifted = c.emit("int.add", value, c.emit("int.multiply", size, below))
    found: Scalar = c.emit("int.min", c.emit("int.max", shifted, 0), size)
    return found


def index_of(c: Compiler, key: Any, n: Any) -> Any:
    """An index counted from 0; negative ones count from the end."""
    if isinstance(key, bool):
        key = int(key)
    kind = scalar_kind(key)
    if is_array(key) and not key.ndim and key.dtype.kind in "iu":
        key = (
            Scalar(c.trace.op("item", (key._value(c.trace),), {})[0]) if isinstance(key, Proxy) else int(key)
        )
        kind = "int"
    if kind == "bool":
        key, kind = c.emit("bool.to_int", key), "int"
    if kind != "int":
        raise c.fail(rules.OPERAND, got=f"an index of {describe(key)}", expected="an int")
    if isinstance(key, int):
        if key >= 0:
            return key
        return n + key if isinstance(n, int) else c.binary("Add", n, key)
    if isinstance(key, SymbolicInt):
        if dims.symbol_name(key._dim) is not None:
            return Scalar(c.scalar(key))
        key = Scalar(c.scalar(key))
    if key.val in c.trace.counted:
        return key
    below = c.emit("bool.to_int", c.emit("int.less", key, 0))
    return c.emit("int.add", key, c.emit("int.multiply", n, below))


# --- lists, tuples, dicts, strings --------------------------------------------------


def _list(c: Compiler, owner: ListBox, key: Any) -> Any:
    given = owner
    if owner.items is not None:
        if isinstance(key, slice) and not any(isinstance(p, (Scalar, SymbolicInt)) for p in bounds(key)):
            return ListBox(owner.items[key])
        if type(key) in (int, bool):
            if -len(owner.items) <= key < len(owner.items):
                return owner.items[key]
            c.raise_unless(False, "IndexError", "list index out of range")
        if not owner.items and not isinstance(key, slice):
            c.raise_unless(False, "IndexError", "list index out of range")
        if not owner.items:
            return ListBox([])
        owner = c.as_list(owner)
    n = c.emit("list.len", owner.val)
    if isinstance(key, slice):
        c.shared(owner)
        return _sliced(c, "list", owner.val, key, n)
    index = index_of(c, key, n)
    found = c.wrap(c.trace.op("list.get", [c.trace.local(owner.value), c.scalar(index)], {})[0])
    return c.got(found, given)


def bounds(key: slice) -> tuple[Any, Any, Any]:
    """Start, stop and step."""
    return key.start, key.stop, key.step


def _sliced(c: Compiler, sort: str, val: Any, key: slice, n: Any) -> Any:
    if key.step == -1 and key.start is None and key.stop is None:
        return c.prelude("reversed_list" if sort == "list" else "reversed_str", c.wrap(val))
    if key.step not in (None, 1):
        raise c.fail(rules.STATIC, got="a step in a slice of a list of the program", hint="use a loop")
    start = 0 if key.start is None else clamped(c, key.start, n)
    stop = n if key.stop is None else clamped(c, key.stop, n)
    if key.start is not None:
        stop = c.emit("int.max", start, stop)
    return c.emit(f"{sort}.slice", val, start, stop)


def _tuple(c: Compiler, owner: tuple[Any, ...], key: Any) -> Any:
    if isinstance(key, slice):
        try:
            return tuple(owner[slice(*(None if p is None else operator.index(p) for p in bounds(key)))])
        except TypeError:
            hint = "a tuple's slice has bounds that are known"
            raise c.fail(rules.STATIC, got="bounds that are not known", hint=hint) from None
    if type(key) in (int, bool):
        if -len(owner) <= key < len(owner):
            return owner[key]
        c.raise_unless(False, "IndexError", "tuple index out of range")
    try:
        return _list(c, c.as_list(ListBox(list(owner))), key)
    except Mismatch:
        hint = "a tuple of different types is indexed by ints that are known"
        raise c.fail(rules.STATIC, got="an index that is not known", hint=hint) from None


def _dict(c: Compiler, owner: DictBox, key: Any) -> Any:
    given = owner
    if owner.items is not None:
        if is_known(key) or key is None or isinstance(key, tuple):
            if key in owner.items:
                return owner.items[key]
            c.raise_unless(False, "KeyError", repr(key))
        owner = as_dict(c, owner)
    found = c.wrap(c.trace.op("dict.get", [c.trace.local(owner.value), key_of(c, owner, key)], {})[0])
    return c.got(found, given)


def key_of(c: Compiler, owner: DictBox, key: Any) -> Any:
    """A key of a dict of the program."""
    if is_array(key) and not key.ndim:
        key = c.wrap(c.trace.op("item", (c.value(key),), {})[0])
    try:
        return c.materialise(key, owner.types[0])
    except Mismatch:
        expected = f"a key that is {describe_type(owner.types[0])}"
        raise c.fail(rules.OPERAND, expected=expected, got=describe(key)) from None


def as_dict(c: Compiler, owner: DictBox) -> DictBox:
    """A dict as one of the program."""
    return owner if owner.items is None else DictBox(val=c.value(owner))


def _str(c: Compiler, owner: Any, key: Any) -> Any:
    if isinstance(owner, str):
        if isinstance(key, slice) and not any(isinstance(p, (Scalar, SymbolicInt)) for p in bounds(key)):
            return owner[key]
        if type(key) is int and -len(owner) <= key < len(owner):
            return owner[key]
    n = c.emit("str.len", owner)
    if isinstance(key, slice):
        return _sliced(c, "str", c.scalar(owner), key, n)
    return c.emit("str.get", owner, index_of(c, key, n))


# --- questions ----------------------------------------------------------------------


def length(c: Compiler, value: Any) -> Any:
    """``len(value)``."""
    if isinstance(value, (tuple, str, list, range)):
        return len(value)
    if isinstance(value, ListBox):
        return len(value.items) if value.items is not None else c.emit("list.len", value.val)
    if isinstance(value, DictBox):
        return len(value.items) if value.items is not None else c.emit("dict.len", value.val)
    if is_array(value):
        if not value.ndim:
            raise c.fail(rules.OPERAND, got="len() of an array of shape ()")
        return value.shape[0]
    if scalar_kind(value) == "str":
        return c.emit("str.len", value)
    if isinstance(value, Sequence):
        return value.length
    if isinstance(value, Range):
        from .iteration import sequence_of

        found = sequence_of(c, value, ast.Constant(None)).length
        return found if isinstance(found, int) else c.emit("int.max", found, 0)
    if isinstance(value, ObjectBox):
        found = c.special_call(value, "__len__", ())
        if found is not NotImplemented:
            return found
    if hasattr(value, "__len__") and not isinstance(value, (Scalar, type)):
        return len(value)
    raise c.fail(rules.OPERAND, got=f"len() of {describe(value)}")


def contains(c: Compiler, owner: Any, item: Any) -> Any:
    """``item in owner``."""
    if scalar_kind(owner) == "str":
        if isinstance(owner, str) and isinstance(item, str):
            return item in owner
        return c.emit("str.contains", owner, item)
    if isinstance(owner, DictBox):
        if owner.items is not None and is_known(item):
            return item in owner.items
        if owner.items is not None:
            if not owner.items:
                return False
            owner = as_dict(c, owner)
        found = c.trace.op("dict.contains", [c.trace.local(owner.value), key_of(c, owner, item)], {})
        return Scalar(found[0])
    if isinstance(owner, ListBox) and owner.items is not None:
        owner = tuple(owner.items)
    if isinstance(owner, (tuple, list)):
        return _any_equal(c, list(owner), item)
    if isinstance(owner, ListBox):
        return c.prelude("list_contains", owner, item)
    if isinstance(owner, (Range, range)):
        span = owner if isinstance(owner, Range) else Range(owner.start, owner.stop, owner.step)
        if span.step == 1 and scalar_kind(item) in ("int", "bool", "float"):
            tests = [c.binary("GtE", item, span.start), c.binary("Lt", item, span.stop)]
            if scalar_kind(item) == "float":
                tests.append(c.binary("Eq", item, c.binary("FloorDiv", item, 1.0)))
            return _both(c, tests)
    if is_array(owner):
        made = c.native(item)
        return c.truth_of(c.called(lambda: (owner == made).any()))
    if isinstance(owner, dict):
        return item in owner
    raise c.fail(rules.OPERAND, got=f"in of {describe(owner)}")


def _both(c: Compiler, tests: list[Any]) -> Any:
    """Whether all of some bools are true, known or not."""
    found: Any = True
    for test in tests:
        if test is False or found is False:
            return False
        found = test if found is True else found if test is True else c.emit("bool.and", found, test)
    return found


def _any_equal(c: Compiler, items: list[Any], item: Any) -> Any:
    if not items:
        return False
    same = equal(c, item, items[0]) if type(items[0]) is not str or scalar_kind(item) == "str" else False
    if same is True:
        return True
    if same is False:
        return _any_equal(c, items[1:], item)
    return c.choose(same, lambda: True, lambda: _any_equal(c, items[1:], item))
