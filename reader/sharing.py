"""Values are values: no array that a caller can write into is the memory of another one. SPEC 10.2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .engine import Engine
from .values import Record, arrays_in, owner


def owners_of(values: Any) -> set[int]:
    """The ``id`` of each object whose memory an array in `values` looks into."""
    return {id(owner(array)) for value in values for array in arrays_in(value)}


def separate(value: Any, owners: set[int], engine: Engine) -> Any:
    """`value` with copies of the arrays that look into memory of `owners`, or of one another.

    The memory of the others is added to `owners`.
    """
    if isinstance(value, engine.array_type):
        key = id(owner(value))
        if key in owners:
            return engine.copy(value)
        owners.add(key)
        return value
    if isinstance(value, (tuple, list)):
        return type(value)([separate(item, owners, engine) for item in value])
    if isinstance(value, dict):
        return {key: separate(item, owners, engine) for key, item in value.items()}
    if isinstance(value, Record):
        return Record(value.class_name, separate(value.fields, owners, engine))
    return value


def keep(old: Sequence[Any], new: list[Any], args: Any, engine: Engine) -> None:
    """Make the fields that a call wrote independent of its arguments."""
    owners: set[int] | None = None
    for number, value in enumerate(new):
        if value is not old[number]:
            if owners is None:
                owners = owners_of(args)
            if not owners.isdisjoint(owners_of([value])):
                new[number] = copied(value, engine)


def copied(value: Any, engine: Engine) -> Any:
    """`value` with copies of all its arrays."""
    if isinstance(value, engine.array_type):
        return engine.copy(value)
    if isinstance(value, (tuple, list)):
        return type(value)([copied(item, engine) for item in value])
    if isinstance(value, dict):
        return {key: copied(item, engine) for key, item in value.items()}
    if isinstance(value, Record):
        return Record(value.class_name, copied(value.fields, engine))
    return value
