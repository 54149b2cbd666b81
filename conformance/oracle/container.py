"""Oracles of schema/ops/container.py: dicts as lists of pairs, records as tuples with names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Record
from ..records import RECORDS
from .registry import oracle

Pairs = list[tuple[Any, Any]]


def _of(name: str, function: Callable[..., Any]) -> None:
    oracle(name)(function)


_of("list.new", lambda values, item: [*values])
_of("list.len", lambda x: sum(1 for _ in x))
_of("list.get", lambda x, index: next(value for at, value in enumerate(x) if at == index))
_of("list.set", lambda x, index, value: [value if at == index else old for at, old in enumerate(x)])
_of("list.append", lambda x, value: [old for part in (x, [value]) for old in part])
_of("list.concat", lambda x, y: [old for part in (x, y) for old in part])
_of("list.slice", lambda x, start, stop: [old for at, old in enumerate(x) if start <= at < stop])


def _place(pairs: Pairs, key: Any) -> int | None:
    return next((at for at, (old, _) in enumerate(pairs) if old == key), None)


def _put(pairs: Pairs, key: Any, value: Any) -> Pairs:
    at = _place(pairs, key)
    if at is None:
        # Python takes a NaN for equal to itself if it is the same object.
        return [*pairs, (key if key == key else float("nan"), value)]
    return [*pairs[:at], (pairs[at][0], value), *pairs[at + 1 :]]


@oracle("dict.new")
def dict_new(entries: tuple[Any, ...], key: Any, value: Any) -> dict[Any, Any]:
    pairs: Pairs = []
    for at in range(0, len(entries), 2):
        pairs = _put(pairs, entries[at], entries[at + 1])
    return dict(pairs)


@oracle("dict.get")
def dict_get(x: dict[Any, Any], key: Any) -> Any:
    pairs = list(x.items())
    at = _place(pairs, key)
    assert at is not None
    return pairs[at][1]


_of("dict.len", lambda x: sum(1 for _ in x.items()))
_of("dict.set", lambda x, key, value: dict(_put(list(x.items()), key, value)))
_of("dict.contains", lambda x, key: _place(list(x.items()), key) is not None)
_of("dict.delete", lambda x, key: dict(pair for pair in x.items() if pair[0] != key))
_of("dict.keys", lambda x: [key for key, _ in x.items()])
_of("dict.values", lambda x: [value for _, value in x.items()])

_of("tuple.new", lambda values: tuple(values))
_of("tuple.get", lambda x, index: next(value for at, value in enumerate(x) if at == index))


def _names(record: str) -> list[str]:
    return [name for name, _ in RECORDS[record]]


@oracle("record.new")
def record_new(values: tuple[Any, ...], record: Any) -> Record:
    return Record(record.name, tuple(values))


@oracle("record.get")
def record_get(x: Record, field: str) -> Any:
    return x.items[_names(x.name).index(field)]


@oracle("record.set")
def record_set(x: Record, value: Any, field: str) -> Record:
    items = [value if name == field else old for name, old in zip(_names(x.name), x.items)]
    return Record(x.name, tuple(items))


_of("optional.some", lambda value: value)
_of("optional.none", lambda item: None)
_of("optional.has", lambda x: x is not None)
_of("optional.get", lambda x: x)
