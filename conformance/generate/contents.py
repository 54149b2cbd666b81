"""Cases of containers whose items are of every type, special values and empty containers among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from ...schema.types import STR, Type
from ...schema.types_text import parse_type
from ..model import Accept, Record, f32
from ..oracle.arrays import Array
from .registry import by_oracle

_HIGH = 2**63 - 1

#: Items by their type.
ITEMS: dict[str, tuple[Any, ...]] = {
    "int": (0, -_HIGH - 1, _HIGH),
    "float": (-0.0, math.inf, math.nan, 5e-324),
    "bool": (True, False),
    "complex": (complex(-0.0, math.nan), 1j),
    "str": ("", "\0", "e\u0301"),
    "f32[2]": (f32([1, -0.0]), f32([math.nan, math.inf])),
    "f32[...]": (f32(1), f32([]), f32([[1, 2]])),
    "bool[2]": (Array("bool", (2,), [True, False]), Array("bool", (2,), [False, False])),
    "list[int]": ([], [1, 2]),
    "dict[str,int]": ({}, {"b": 1, "a": 2}),
    "tuple[int,str]": ((1, "a"), (2, "")),
    "cases.Pair": (Record("cases.Pair", (3, f32([1, 2]))), Record("cases.Pair", (-1, f32([0, 0])))),
    "list[list[str]]": ([[]], [["a"], []]),
    "dict[int,list[float]]": ({2: [0.5], 1: []}, {}),
    "optional[int]": (1, None),
}


def _name(item: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in item.replace("...", "any")).strip("-")


def _type(item: str) -> Type:
    return parse_type(item)


def with_lists(op: str, *calls: tuple[str, Callable[[list[Any]], tuple[Any, ...]]]) -> Iterator[Accept]:
    """For lists of every type of item: calls by their operands' types, ``T`` being the item's."""
    for item, values in ITEMS.items():
        for number, (types, operands) in enumerate(calls):
            texts = tuple([text.replace("T", item) for text in types.split()])
            yield by_oracle(op, f"of-{_name(item)}-{number}", *operands(list(values)), operands=texts)


def with_dicts(
    op: str, types: str, operands: Callable[[dict[Any, Any]], tuple[Any, ...]]
) -> Iterator[Accept]:
    """For dicts with values of every type: a call, with keys of two types."""
    for item, values in ITEMS.items():
        for key, keys in (("str", ("b", "a", "", "c")), ("int", (7, -1, 0, 2))):
            texts = tuple([text.replace("T", item).replace("K", key) for text in types.split()])
            content = dict(zip(keys, values))
            yield by_oracle(op, f"{key}-to-{_name(item)}", *operands(content), operands=texts)


def new_lists() -> Iterator[Accept]:
    for item, values in ITEMS.items():
        texts = (item,) * len(values)
        yield by_oracle("list.new", f"of-{_name(item)}", *values, operands=texts, item=_type(item))


def new_dicts() -> Iterator[Accept]:
    for item, values in ITEMS.items():
        pairs = [part for number, value in enumerate(values) for part in (f"k{-number}", value)]
        texts = ("str", item) * len(values)
        yield by_oracle("dict.new", f"of-{_name(item)}", *pairs, operands=texts, key=STR, value=_type(item))


def new_tuples() -> Iterator[Accept]:
    for item, values in ITEMS.items():
        yield by_oracle("tuple.new", f"one-{_name(item)}", values[0], operands=(item,))
        yield by_oracle("tuple.new", f"two-{_name(item)}", 1.5, values[1], operands=("float", item))


def tuple_items() -> Iterator[Accept]:
    for item, values in ITEMS.items():
        pair = (f"tuple[{item},{item}]",)
        for index in range(2):
            found = by_oracle(
                "tuple.get", f"{index}-of-{_name(item)}", tuple(values[:2]), operands=pair, index=index
            )
            yield found


def optionals(op: str) -> Iterator[Accept]:
    """Every value in an optional, and none of its type."""
    for item, values in ITEMS.items():
        if item.startswith("optional"):
            continue
        inside = item if op == "optional.some" else f"optional[{item}]"
        for number, value in enumerate(values[:2]):
            yield by_oracle(op, f"{_name(item)}-{number}", value, operands=(inside,))


def no_values() -> Iterator[Accept]:
    for item in (
        *ITEMS,
        "i64[]",
        "c128[3]",
        "bf16[2]",
        "list[optional[str]]",
        "dict[bool,str]",
        "tuple[]",
        "tuple[int,f64[]]",
    ):
        if not item.startswith("optional"):
            yield by_oracle("optional.none", f"of-{_name(item)}", item=_type(item))


def pairs() -> Iterator[tuple[str, Record]]:
    """Records with different numbers and tensors."""
    tensors = {"zeros": f32([-0.0, 0.0]), "special": f32([math.nan, -math.inf]), "numbers": f32([1.5, -2])}
    for count in (0, 1, -1, 2**31, -(2**53) - 1, -_HIGH - 1, _HIGH):
        for name, items in tensors.items():
            yield f"{count}-{name}".replace("--", "-minus-"), Record("cases.Pair", (count, items))
