"""Functions of Python's lists and strings, written in the subset itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from .prelude_text import ASCII


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
    """``sorted(items)``: each item goes behind those that are not greater: equal ones keep their order."""
    made = items[0:0]
    for item in items:
        low, high = 0, len(made)
        while low < high:
            middle = (low + high) // 2
            if item < made[middle]:
                high = middle
            else:
                low = middle + 1
        made = made[:low] + [item] + made[low:]
    return made


def list_sorted_by(items: list[Any], key: Any) -> list[Any]:
    """``sorted(items, key=key)``."""
    made = items[0:0]
    if len(items) == 0:
        return made
    keys = [key(items[0])][0:0]
    for item in items:
        place = key(item)
        low, high = 0, len(made)
        while low < high:
            middle = (low + high) // 2
            if place < keys[middle]:
                high = middle
            else:
                low = middle + 1
        made = made[:low] + [item] + made[low:]
        keys = keys[:low] + [place] + keys[low:]
    return made


def list_min_by(items: list[Any], key: Any) -> Any:
    """``min(items, key=key)``."""
    if len(items) == 0:
        raise ValueError("min() iterable argument is empty")
    best = items[0]
    least = key(best)
    for i in range(1, len(items)):
        other = key(items[i])
        if other < least:
            best, least = items[i], other
    return best


def list_max_by(items: list[Any], key: Any) -> Any:
    """``max(items, key=key)``."""
    if len(items) == 0:
        raise ValueError("max() iterable argument is empty")
    best = items[0]
    most = key(best)
    for i in range(1, len(items)):
        other = key(items[i])
        if other > most:
            best, most = items[i], other
    return best


def list_filtered(holds: Any, items: list[Any]) -> list[Any]:
    """``list(filter(holds, items))``."""
    made = items[0:0]
    for item in items:
        if holds(item):
            made.append(item)
    return made


def list_reduced(combine: Any, items: list[Any]) -> Any:
    """``functools.reduce(combine, items)``."""
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    found = items[0]
    for i in range(1, len(items)):
        found = combine(found, items[i])
    return found


def list_reduced_from(combine: Any, items: list[Any], start: Any) -> Any:
    """``functools.reduce(combine, items, start)``."""
    found = start
    for item in items:
        found = combine(found, item)
    return found


def dict_from(keys: list[Any], value: Any) -> dict[Any, Any]:
    """``dict.fromkeys(keys, value)``."""
    made = {}
    for key in keys:
        made[key] = value
    return made


def dict_updated(made: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    """``made.update(other)``."""
    for key in other:
        made[key] = other[key]
    return made


def dict_last(entries: dict[Any, Any]) -> tuple[Any, Any]:
    """``entries.popitem()``, which stays."""
    keys = list(entries)
    if len(keys) == 0:
        raise KeyError("popitem(): dictionary is empty")
    key = keys[len(keys) - 1]
    return key, entries[key]


def rounded_int(n: int, unit: int) -> int:
    """`n` to a multiple of `unit`, halves to the even one."""
    count = n // unit
    rest = n - count * unit
    if 2 * rest > unit or (2 * rest == unit and count % 2 == 1):
        count += 1
    return count * unit


def ord_ascii(character: str) -> int:
    """``ord(character)``."""
    if len(character) != 1:
        raise TypeError("ord() expected a character")
    at = ASCII.find(character)
    if at < 0:
        raise ValueError("ord() of a character that is not ASCII")
    return at


def chr_ascii(number: int) -> str:
    """``chr(number)``."""
    if number < 0 or number > 127:
        raise ValueError("chr() of a number that is not ASCII")
    return ASCII[number]


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


def list_prod(items: list[Any], start: Any) -> Any:
    """``math.prod(items, start=start)``."""
    total = start
    for item in items:
        total = total * item
    return total


def range_length(start: int, stop: int, step: int) -> int:
    """``len(range(start, stop, step))``."""
    if step == 0:
        raise ValueError("range() arg 3 must not be zero")
    if step > 0:
        return max((stop - start + step - 1) // step, 0)
    return max((start - stop - step - 1) // -step, 0)
