"""Kernels of schema/ops/container.py.

Lists and dicts are Python's, and are never changed once made, but by the in-place forms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...schema.ir import RecordClass
from ..values import Record
from .registry import OperatorError, inplace, kernel, prepare


def _plain(name: str, function: Callable[..., Any], *, view: bool = False) -> None:
    kernel(name, view=view)(lambda xp, *operands: function(*operands))
    prepare(name)(lambda xp, attrs, types: function)


# --- lists ------------------------------------------------------------------------


def _inside(index: int, length: int) -> int:
    if 0 <= index < length:
        return index
    raise OperatorError("E1", f"{index} for a length of {length}")


def _list_slice(x: list[Any], start: int, stop: int) -> list[Any]:
    if 0 <= start <= stop <= len(x):
        return x[start:stop]
    raise OperatorError("E1", f"{start} to {stop} for a length of {len(x)}")


def _list_set(x: list[Any], index: int, value: Any) -> list[Any]:
    _inside(index, len(x))
    made = x.copy()
    made[index] = value
    return made


@kernel("list.new", view=True)
def list_new(xp: Any, values: tuple[Any, ...] = (), *, item: Any) -> list[Any]:
    return list(values)


_plain("list.len", len)
_plain("list.get", lambda x, index: x[_inside(index, len(x))], view=True)
_plain("list.set", _list_set, view=True)
_plain("list.append", lambda x, value: [*x, value], view=True)
_plain("list.concat", lambda x, y: x + y, view=True)
_plain("list.slice", _list_slice, view=True)


@inplace("list.append")
def append_in_place(xp: Any, x: list[Any], value: Any) -> list[Any]:
    x.append(value)
    return x


@inplace("list.set")
def set_in_place(xp: Any, x: list[Any], index: int, value: Any) -> list[Any]:
    x[_inside(index, len(x))] = value
    return x


@inplace("list.concat")
def extend_in_place(xp: Any, x: list[Any], y: list[Any]) -> list[Any]:
    x.extend(y)
    return x


# --- dicts ------------------------------------------------------------------------


def _key(key: Any) -> Any:
    """The key to look up: a NaN as an object of its own, since Python finds the same object again."""
    return key if key == key else float("nan")


def _found(x: dict[Any, Any], key: Any) -> Any:
    if _key(key) not in x:
        raise OperatorError("E1", repr(key))
    return key


def _dict_set(x: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    made = x.copy()
    made[_key(key)] = value
    return made


def _dict_delete(x: dict[Any, Any], key: Any) -> dict[Any, Any]:
    _found(x, key)
    made = x.copy()
    del made[key]
    return made


@kernel("dict.new", view=True)
def dict_new(xp: Any, entries: tuple[Any, ...] = (), *, key: Any, value: Any) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for at in range(0, len(entries), 2):
        made[_key(entries[at])] = entries[at + 1]
    return made


_plain("dict.len", len)
_plain("dict.get", lambda x, key: x[_found(x, key)], view=True)
_plain("dict.set", _dict_set, view=True)
_plain("dict.contains", lambda x, key: _key(key) in x)
_plain("dict.delete", _dict_delete, view=True)
_plain("dict.keys", list)
_plain("dict.values", lambda x: list(x.values()), view=True)


@inplace("dict.set")
def dict_set_in_place(xp: Any, x: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    x[_key(key)] = value
    return x


@inplace("dict.delete")
def dict_delete_in_place(xp: Any, x: dict[Any, Any], key: Any) -> dict[Any, Any]:
    del x[_found(x, key)]
    return x


# --- tuples, records, optionals ---------------------------------------------------


@kernel("tuple.new", view=True)
def tuple_new(xp: Any, values: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    return values


@kernel("tuple.get", view=True)
def tuple_get(xp: Any, x: tuple[Any, ...], *, index: int) -> Any:
    return x[index]


@kernel("record.new", view=True)
def record_new(xp: Any, values: tuple[Any, ...] = (), *, record: RecordClass) -> Record:
    return Record(record.name, {name: value for (name, _), value in zip(record.fields, values)})


@kernel("record.get", view=True)
def record_get(xp: Any, x: Record, *, field: str) -> Any:
    return x.fields[field]


@kernel("record.set", view=True)
def record_set(xp: Any, x: Record, value: Any, *, field: str) -> Record:
    return Record(x.class_name, {**x.fields, field: value})


@kernel("optional.none")
def optional_none(xp: Any, *, item: Any) -> None:
    return None


def _optional_get(x: Any) -> Any:
    if x is None:
        raise OperatorError("E1", "none")
    return x


_plain("optional.some", lambda value: value, view=True)
_plain("optional.has", lambda x: x is not None)
_plain("optional.get", _optional_get, view=True)
