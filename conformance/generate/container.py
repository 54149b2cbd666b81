"""Cases of schema/ops/container.py."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ...schema.registry import operators
from ...schema.types import BOOL, FLOAT, INT, NONE, STR, ClassType, list_of, optional, tensor
from ..model import Accept, Case, Fails, Record, Reject, f32
from . import contents
from .registry import by_oracle, cases
from .scalar import HIGH, LOW

PAIR = ClassType("cases.Pair")
FLAG = ClassType("cases.Flag")
EMPTY = ClassType("cases.Empty")
VECTOR = tensor("f32", (2,))
XY = f32([1, 2])
ZW = f32([3, 4])


def _wrong(op: str, *good: str) -> Iterator[Reject]:
    """The first operand not a container, and each int operand not an int."""
    yield Reject("no-container", "ir.operand", ("int", *good[1:]), twin=good)
    for place, arg in enumerate(operators()[op].signatures[0].args):
        if arg.pattern == "int":
            broken = (*good[:place], "float", *good[place + 1 :])
            yield Reject(f"{arg.name}-float", "ir.operand", broken, twin=good)
    yield Reject("too-many", "ir.arity", (*good, "int"), twin=good)


# --- lists ------------------------------------------------------------------------


@cases("list.new")
def list_new() -> Iterator[Case]:
    yield by_oracle("list.new", "none", item=INT)
    yield by_oracle("list.new", "ints", 1, 2, 2, item=INT)
    yield by_oracle("list.new", "tensors", XY, ZW, item=VECTOR)
    yield by_oracle("list.new", "unequal-sizes", XY, f32([1]), item=tensor("f32", None))
    yield by_oracle("list.new", "unknown-dtype", XY, f32(1), item=tensor(None, None))
    yield by_oracle("list.new", "lists", [1], [2, 3], item=list_of(INT))
    yield by_oracle("list.new", "records", Record("cases.Flag", (True,)), item=FLAG)
    optionals = ("optional[int]", "optional[int]")
    yield by_oracle("list.new", "optionals", 1, None, operands=optionals, item=optional(INT))
    two = {"item": INT}
    yield Reject("other-type", "C1", ("int", "float"), two, twin=("int", "int"))
    yield Reject("other-item", "C1", ("int",), {"item": STR}, twin_attrs=two)
    sizes = {"item": VECTOR}
    yield Reject("other-size", "C1", ("f32[3]",), sizes, twin=("f32[2]",))
    yield Reject("unknown-size", "C1", ("f32[?]",), sizes, twin=("f32[2]",))
    yield from contents.new_lists()


@cases("list.len")
def list_len() -> Iterator[Case]:
    yield by_oracle("list.len", "none", [], operands=("list[int]",))
    yield by_oracle("list.len", "three", ["a", "b", "a"])
    yield from _wrong("list.len", "list[int]")
    yield from contents.with_lists("list.len", ("list[T]", lambda x: (x,)), ("list[T]", lambda x: (x[:1],)))


def _index_errors(x: list[Any], *more: Any) -> Iterator[Fails]:
    size = len(x)
    for name, index in (("above", size), ("negative", -1), ("least", LOW), ("greatest", HIGH)):
        yield Fails(name, "E1", (x, index, *more))


@cases("list.get")
def list_get() -> Iterator[Case]:
    for index in range(3):
        yield by_oracle("list.get", f"{index}", [5, 6, 7], index)
    yield by_oracle("list.get", "tensor", [XY, ZW], 1)
    yield by_oracle("list.get", "inner-list", [["a"], ["b", "c"]], 1)
    yield from _index_errors([5, 6, 7])
    yield Fails("of-none", "E1", ([], 0), {}, ("list[int]", "int"))
    yield from _wrong("list.get", "list[int]", "int")
    yield from contents.with_lists(
        "list.get", ("list[T] int", lambda x: (x, 0)), ("list[T] int", lambda x: (x, len(x) - 1))
    )


@cases("list.set")
def list_set() -> Iterator[Case]:
    for index in range(3):
        yield by_oracle("list.set", f"{index}", [5, 6, 7], index, 9)
    yield by_oracle("list.set", "tensor", [XY, ZW], 0, ZW)
    sizes = ("list[f32[...]]", "int", "f32[2]")
    yield by_oracle("list.set", "known-into-unknown", [XY, ZW], 0, ZW, operands=sizes)
    yield from _index_errors([5, 6, 7], 9)
    good = ("list[int]", "int", "int")
    yield Reject("other-type", "C1", ("list[int]", "int", "float"), twin=good)
    yield from _wrong("list.set", *good)
    yield from contents.with_lists("list.set", ("list[T] int T", lambda x: (x, 0, x[-1])))


@cases("list.append")
def list_append() -> Iterator[Case]:
    yield by_oracle("list.append", "to-none", [], 1, operands=("list[int]", "int"))
    yield by_oracle("list.append", "to-two", ["a", "b"], "c")
    yield by_oracle("list.append", "tensor", [XY], ZW)
    good = ("list[f32[2]]", "f32[2]")
    yield Reject("other-type", "C1", ("list[f32[2]]", "int"), twin=good)
    yield Reject("other-size", "C1", ("list[f32[2]]", "f32[3]"), twin=good)
    yield from _wrong("list.append", *good)
    yield from contents.with_lists(
        "list.append", ("list[T] T", lambda x: (x, x[0])), ("list[T] T", lambda x: ([], x[-1]))
    )


@cases("list.concat")
def list_concat() -> Iterator[Case]:
    both = ("list[int]", "list[int]")
    for x, y in (([], []), ([1], []), ([], [1]), ([1, 2], [2, 3])):
        yield by_oracle("list.concat", f"{len(x)}-and-{len(y)}", x, y, operands=both)
    yield Reject("other-type", "ir.typevar", ("list[int]", "list[float]"), twin=both)
    yield from _wrong("list.concat", *both)
    yield from contents.with_lists(
        "list.concat", ("list[T] list[T]", lambda x: (x, x)), ("list[T] list[T]", lambda x: (x[1:], []))
    )


@cases("list.slice")
def list_slice() -> Iterator[Case]:
    x: Any = [5, 6, 7]
    for start in range(4):
        for stop in range(start, 4):
            yield by_oracle("list.slice", f"{start}-{stop}", x, start, stop)
    for name, start, stop in (("negative", -1, 2), ("above", 0, 4), ("crossed", 2, 1), ("far", HIGH, HIGH)):
        yield Fails(name, "E1", (x, start, stop))
    yield from _wrong("list.slice", "list[int]", "int", "int")
    yield from contents.with_lists("list.slice", ("list[T] int int", lambda x: (x, 1, 2)))


# --- dicts ------------------------------------------------------------------------

FLOATS: Any = {1.5: 1, 0.0: 2, math.nan: 3}


def _types(key: Any, value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


@cases("dict.new")
def dict_new() -> Iterator[Case]:
    yield by_oracle("dict.new", "none", **_types(STR, INT))
    yield by_oracle("dict.new", "two", "b", 1, "a", 2, **_types(STR, INT))
    yield by_oracle("dict.new", "twice", "b", 1, "a", 2, "b", 3, **_types(STR, INT))
    yield by_oracle("dict.new", "ints", 2, XY, LOW, ZW, **_types(INT, VECTOR))
    yield by_oracle("dict.new", "bools", True, "t", False, "f", True, "again", **_types(BOOL, STR))
    yield by_oracle("dict.new", "zeros", -0.0, 1, 0.0, 2, **_types(FLOAT, INT))
    yield by_oracle("dict.new", "nans", math.nan, 1, 0.5, 2, **_types(FLOAT, INT))
    good = _types(STR, INT)
    yield Reject("key-none", "C1", (), _types(NONE, INT), twin_attrs=good)
    yield Reject("key-complex", "C1", ("str", "int"), {**good, "key": tensor("i64", ())}, twin_attrs=good)
    yield Reject("odd", "C2", ("str", "int", "str"), good, twin=("str", "int"))
    yield Reject("other-key", "C3", ("int", "int"), good, twin=("str", "int"))
    yield Reject("other-value", "C3", ("str", "float"), good, twin=("str", "int"))
    yield from contents.new_dicts()


def _keyed(op: str, *more: Any) -> Iterator[Case]:
    """Keys of every type that are found."""
    yield by_oracle(op, "str", {"a": 1, "b": 2}, "b", *more)
    yield by_oracle(op, "int", {1: 10, 2: 20}, 1, *more)
    yield by_oracle(op, "bool", {True: 10, False: 20}, False, *more)
    yield by_oracle(op, "float", FLOATS, 1.5, *more)
    yield by_oracle(op, "minus-zero", FLOATS, -0.0, *more)


def _missing() -> Iterator[Fails]:
    yield Fails("missing", "E1", ({"a": 1}, "b"))
    yield Fails("of-none", "E1", ({}, "b"), {}, ("dict[str,int]", "str"))
    yield Fails("nan", "E1", (FLOATS, math.nan))


def _wrong_key(op: str, *good: str) -> Iterator[Reject]:
    yield Reject("other-key", "C1", (good[0], "int", *good[2:]), twin=good)
    yield Reject("no-dict", "ir.operand", ("list[str]", *good[1:]), twin=good)
    yield Reject("too-few", "ir.arity", good[:-1], twin=good)


@cases("dict.len")
def dict_len() -> Iterator[Case]:
    yield by_oracle("dict.len", "none", {}, operands=("dict[str,int]",))
    yield by_oracle("dict.len", "three", FLOATS)
    yield from _wrong("dict.len", "dict[str,int]")
    yield from contents.with_dicts("dict.len", "dict[K,T]", lambda x: (x,))


@cases("dict.get")
def dict_get() -> Iterator[Case]:
    yield from _keyed("dict.get")
    yield by_oracle("dict.get", "tensor", {"a": XY, "b": ZW}, "b")
    yield from _missing()
    yield from _wrong_key("dict.get", "dict[str,int]", "str")
    yield from contents.with_dicts("dict.get", "dict[K,T] K", lambda x: (x, list(x)[-1]))


@cases("dict.set")
def dict_set() -> Iterator[Case]:
    yield from _keyed("dict.set", 9)
    yield by_oracle("dict.set", "new", {"b": 1}, "a", 2)
    yield by_oracle("dict.set", "into-none", {}, "a", 2, operands=("dict[str,int]", "str", "int"))
    yield by_oracle("dict.set", "nan", {0.5: 1}, math.nan, 9)
    yield by_oracle("dict.set", "nan-again", FLOATS, math.nan, 9)
    good = ("dict[str,int]", "str", "int")
    yield Reject("other-value", "C2", ("dict[str,int]", "str", "float"), twin=good)
    yield from _wrong_key("dict.set", *good)
    yield from contents.with_dicts(
        "dict.set", "dict[K,T] K T", lambda x: (x, next(iter(x)), list(x.values())[-1])
    )


@cases("dict.contains")
def dict_contains() -> Iterator[Case]:
    yield from _keyed("dict.contains")
    yield by_oracle("dict.contains", "missing", {"a": 1}, "b")
    yield by_oracle("dict.contains", "nan", FLOATS, math.nan)
    yield by_oracle("dict.contains", "none", {}, "b", operands=("dict[str,int]", "str"))
    yield from _wrong_key("dict.contains", "dict[str,int]", "str")
    yield from contents.with_dicts("dict.contains", "dict[K,T] K", lambda x: (x, list(x)[-1]))


@cases("dict.delete")
def dict_delete() -> Iterator[Case]:
    yield from _keyed("dict.delete")
    yield by_oracle("dict.delete", "last", {"a": 1}, "a")
    yield from _missing()
    yield from _wrong_key("dict.delete", "dict[str,int]", "str")
    yield from contents.with_dicts("dict.delete", "dict[K,T] K", lambda x: (x, next(iter(x))))


@cases("dict.keys")
def dict_keys() -> Iterator[Case]:
    yield from _listed("dict.keys")
    yield from contents.with_dicts("dict.keys", "dict[K,T]", lambda x: (x,))


@cases("dict.values")
def dict_values() -> Iterator[Case]:
    yield from _listed("dict.values")
    yield by_oracle("dict.values", "tensors", {"a": XY, "b": ZW})
    yield from contents.with_dicts("dict.values", "dict[K,T]", lambda x: (x,))


def _listed(op: str) -> Iterator[Case]:
    yield by_oracle(op, "none", {}, operands=("dict[str,int]",))
    yield by_oracle(op, "in-order", {"b": 2, "a": 1, "c": 0})
    yield by_oracle(op, "floats", FLOATS)
    yield from _wrong(op, "dict[str,int]")


# --- tuples, records, optionals ---------------------------------------------------


@cases("tuple.new")
def tuple_new() -> Iterator[Case]:
    yield Accept("none", (), ((),))
    yield by_oracle("tuple.new", "one", 1)
    yield by_oracle("tuple.new", "mixed", 1, "a", XY, [True], Record("cases.Flag", (False,)))
    yield by_oracle("tuple.new", "nested", (1, 2), (3,))
    yield from contents.new_tuples()


@cases("tuple.get")
def tuple_get() -> Iterator[Case]:
    x = (1, "a", XY, (2.5,))
    for index in range(4):
        yield by_oracle("tuple.get", f"{index}", x, index=index)
    good, last = ("tuple[int,str]",), {"index": 1}
    yield Reject("above", "C1", good, {"index": 2}, twin_attrs=last)
    yield Reject("negative", "C1", good, {"index": -1}, twin_attrs=last)
    yield Reject("of-none", "C1", ("tuple[]",), {"index": 0}, twin=("tuple[int]",))
    yield Reject("list", "ir.operand", ("list[int]",), last, twin=good)
    yield from contents.tuple_items()


@cases("record.new")
def record_new() -> Iterator[Case]:
    yield by_oracle("record.new", "pair", 3, XY, record=PAIR)
    yield by_oracle("record.new", "flag", True, record=FLAG)
    yield by_oracle("record.new", "empty", record=EMPTY)
    good = ("int", "f32[2]")
    pair = {"record": PAIR}
    yield Reject("no-record", "C1", ("bool",), {"record": BOOL}, twin_attrs={"record": FLAG})
    yield Reject("too-few", "C2", ("int",), pair, twin=good)
    yield Reject("none", "C2", (), {"record": FLAG}, twin_attrs={"record": EMPTY})
    yield Reject("other-type", "C3", ("float", "f32[2]"), pair, twin=good)
    yield Reject("other-size", "C3", ("int", "f32[3]"), pair, twin=good)
    for name, found in contents.pairs():
        yield by_oracle("record.new", name, *found.items, record=PAIR)


@cases("record.get")
def record_get() -> Iterator[Case]:
    x = Record("cases.Pair", (3, XY))
    for field in ("count", "items"):
        yield by_oracle("record.get", field, x, field=field)
    yield by_oracle("record.get", "flag", Record("cases.Flag", (True,)), field="on")
    count = {"field": "count"}
    yield Reject("no-record", "C1", ("int",), count, twin=("cases.Pair",))
    yield Reject("no-field", "C2", ("cases.Pair",), {"field": "on"}, twin_attrs=count)
    yield Reject("field-of-another", "C2", ("cases.Flag",), count, twin=("cases.Pair",))
    for name, found in contents.pairs():
        yield by_oracle("record.get", name, found, field="count" if found.items[0] % 2 else "items")


@cases("record.set")
def record_set() -> Iterator[Case]:
    x = Record("cases.Pair", (3, XY))
    yield by_oracle("record.set", "count", x, 4, field="count")
    yield by_oracle("record.set", "items", x, ZW, field="items")
    count = {"field": "count"}
    good = ("cases.Pair", "int")
    yield Reject("no-record", "C1", ("int", "int"), count, twin=good)
    yield Reject("no-field", "C2", good, {"field": "on"}, twin_attrs=count)
    yield Reject("other-type", "C3", ("cases.Pair", "float"), count, twin=good)
    for name, found in contents.pairs():
        yield by_oracle("record.set", name, x, found.items[0], field="count")
        yield by_oracle("record.set", f"{name}-items", found, XY, field="items")


@cases("optional.some")
def optional_some() -> Iterator[Case]:
    for name, value in (("int", 3), ("tensor", XY), ("list", [1]), ("str", "")):
        yield by_oracle("optional.some", name, value)
    yield Reject("optional", "C1", ("optional[int]",), twin=("int",))
    yield Reject("none", "C1", ("none",), twin=("int",))
    yield from contents.optionals("optional.some")


@cases("optional.none")
def optional_none() -> Iterator[Case]:
    yield by_oracle("optional.none", "int", item=INT)
    yield by_oracle("optional.none", "tensor", item=tensor("f32", None))
    good: dict[str, Any] = {"item": INT}
    yield Reject("optional", "C1", (), {"item": optional(INT)}, twin_attrs=good)
    yield Reject("none", "C1", (), {"item": NONE}, twin_attrs=good)
    yield from contents.no_values()


@cases("optional.has")
def optional_has() -> Iterator[Case]:
    yield by_oracle("optional.has", "some", 3, operands=("optional[int]",))
    yield by_oracle("optional.has", "none", None, operands=("optional[int]",))
    yield by_oracle("optional.has", "tensor", XY, operands=("optional[f32[2]]",))
    yield from _wrong("optional.has", "optional[int]")
    yield from contents.optionals("optional.has")


@cases("optional.get")
def optional_get() -> Iterator[Case]:
    yield by_oracle("optional.get", "int", 3, operands=("optional[int]",))
    yield by_oracle("optional.get", "tensor", XY, operands=("optional[f32[2]]",))
    yield Fails("none", "E1", (None,), {}, ("optional[int]",))
    yield from _wrong("optional.get", "optional[int]")
    yield from contents.optionals("optional.get")
