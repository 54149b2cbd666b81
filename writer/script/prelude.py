"""Functions of Python's lists and strings, written in the subset itself."""

from __future__ import annotations

from typing import Any

import numpy as np


def repeated(items: list[Any], count: int) -> list[Any]:
    """``items * count``."""
    made = items[0:0]
    for _ in range(count):
        made = made + items
    return made


def reversed_list(items: list[Any]) -> list[Any]:
    """``items[::-1]``."""
    made = items[0:0]
    n = len(items)
    for i in range(n):
        made.append(items[n - 1 - i])
    return made


def reversed_str(text: str) -> str:
    """``text[::-1]``."""
    made = ""
    for i in range(len(text)):
        made = text[i] + made
    return made


def copied_into(items: list[Any], made: list[Any]) -> list[Any]:
    """`made` with `items` appended."""
    for item in items:
        made.append(item)
    return made


def lists_equal(a: list[Any], b: list[Any]) -> bool:
    """``a == b``."""
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if a[i] != b[i]:
            return False
    return True


def dicts_equal(a: dict[Any, Any], b: dict[Any, Any]) -> bool:
    """``a == b``."""
    if len(a) != len(b):
        return False
    for key in a:
        if key not in b:
            return False
        if a[key] != b[key]:
            return False
    return True


def list_contains(items: list[Any], value: Any) -> bool:
    """``value in items``."""
    for item in items:
        if item == value:
            return True
    return False


def list_index(items: list[Any], value: Any) -> int:
    """``items.index(value)``."""
    for i in range(len(items)):
        if items[i] == value:
            return i
    raise ValueError("the value is not in the list")


def list_count(items: list[Any], value: Any) -> int:
    """``items.count(value)``."""
    found = 0
    for item in items:
        if item == value:
            found += 1
    return found


def list_sum(items: list[Any], start: Any) -> Any:
    """``sum(items, start)``."""
    total = start
    for item in items:
        total = total + item
    return total


def list_min(items: list[Any]) -> Any:
    """``min(items)``."""
    if len(items) == 0:
        raise ValueError("min() iterable argument is empty")
    best = items[0]
    for i in range(1, len(items)):
        if items[i] < best:
            best = items[i]
    return best


def list_max(items: list[Any]) -> Any:
    """``max(items)``."""
    if len(items) == 0:
        raise ValueError("max() iterable argument is empty")
    best = items[0]
    for i in range(1, len(items)):
        if items[i] > best:
            best = items[i]
    return best


def list_any(items: list[Any]) -> bool:
    """``any(items)``."""
    for item in items:
        if item:
            return True
    return False


def list_all(items: list[Any]) -> bool:
    """``all(items)``."""
    for item in items:
        if not item:
            return False
    return True


def list_sorted(items: list[Any]) -> list[Any]:
    """``sorted(items)``: by insertion, so that equal items keep their order."""
    made = items[0:0]
    for item in items:
        at = len(made)
        while at > 0 and item < made[at - 1]:
            at -= 1
        made = made[:at] + [item] + made[at:]
    return made


def list_insert(items: list[Any], index: int, value: Any) -> list[Any]:
    """`items` with `value` before `index`."""
    return items[:index] + [value] + items[index:]


def list_without(items: list[Any], index: int) -> list[Any]:
    """`items` without the one at `index`, which is at least 0."""
    return items[:index] + items[index + 1 :]


def elements(array: Any) -> list[Any]:
    """``array.tolist()`` of an array of rank 1."""
    made = []
    for x in array:
        made.append(x.item())
    return made


def stacked(items: list[Any]) -> Any:
    """``np.stack(items)``."""
    if len(items) == 0:
        raise ValueError("need at least one array to stack")
    first = np.asarray(items[0])
    made = np.zeros((len(items), *first.shape), first.dtype)
    for i in range(len(items)):
        made[i] = items[i]
    return made


def array_of(items: list[Any], dtype: Any) -> Any:
    """``np.array(items)`` of numbers."""
    made = np.zeros(len(items), dtype)
    for i in range(len(items)):
        made[i] = items[i]
    return made


def concatenated(items: list[Any]) -> Any:
    """``np.concatenate(items)``."""
    if len(items) == 0:
        raise ValueError("need at least one array to concatenate")
    n = 0
    for item in items:
        n += item.shape[0]
    made = np.zeros((n, *items[0].shape[1:]), items[0].dtype)
    at = 0
    for item in items:
        made[at : at + item.shape[0]] = item
        at += item.shape[0]
    return made


def turned(items: list[Any], axis: int) -> list[Any]:
    """`items` with an axis in front."""
    made = []
    for item in items:
        made.append(np.moveaxis(item, axis, 0))
    return made


def str_count(text: str, part: str) -> int:
    """``text.count(part)``."""
    if len(part) == 0:
        return len(text) + 1
    return len(text.split(part)) - 1


def str_ljust(text: str, width: int, fill: str) -> str:
    """``text.ljust(width, fill)``."""
    return text + fill * (width - len(text))


def str_rjust(text: str, width: int, fill: str) -> str:
    """``text.rjust(width, fill)``."""
    return fill * (width - len(text)) + text
