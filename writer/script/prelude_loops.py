"""The loops of `tracebox.control`, in the subset itself."""

from __future__ import annotations

from typing import Any


def while_one(condition: Any, body: Any, carried: Any) -> Any:
    """A loop that carries one value."""
    while condition(carried):
        carried = body(carried)
    return carried


def while_many(condition: Any, body: Any, carried: Any) -> Any:
    """A loop that carries several values."""
    while condition(*carried):
        carried = body(*carried)
    return carried


def for_one(count: int, body: Any, carried: Any) -> Any:
    """A counted loop that carries one value."""
    for i in range(count):
        carried = body(i, carried)
    return carried


def for_many(count: int, body: Any, carried: Any) -> Any:
    """A counted loop that carries several values."""
    for i in range(count):
        carried = body(i, *carried)
    return carried
