"""Random programs that change lists, dicts and tensors in loops, and keep older versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import numpy as np

from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.ir import Block, DTypeAttr, Function, Node, Program, TensorConst, Value
from tracebox.schema.types import Type
from tracebox.schema.types_text import parse_type

from .build import function, program

LIST, NESTED, DICT, TENSOR, PAIR, INT = (
    parse_type(text)
    for text in ("list[int]", "list[list[int]]", "dict[int,int]", "f32[4]", "tuple[f32[4],list[int]]", "int")
)
RECORD = parse_type("pkg.Record")
OPEN = parse_type("list[f32[?]]")
PARAMS = {"n": "int", "x": "f32[4]", "items": "list[int]", "table": "dict[int,int]"}
FIELDS: dict[str, Any] = {"h": ("f32[4]", TensorConst("f32", (4,), np.arange(4, dtype="f4").tobytes()))}
#: What a loop may carry and a branch may give.
CARRIED = (LIST, NESTED, DICT, TENSOR, PAIR, OPEN, INT)


class Maker:
    """One function: values by type, and nodes as `r` chooses. No operator fails, but for ints too large."""

    def __init__(self, r: Random, f: FunctionBuilder, callees: Sequence[str]) -> None:
        self.r = r
        self.f = f
        self.callees = callees
        #: How often the newest version of a value is used.
        self.newest = r.choice((0.7, 0.9, 0.95))

    def start(self) -> list[Value]:
        """The values there are at first: of each type at least one."""
        f = self.f
        known = list(f.params)
        known += [f.const(value) for value in (0, 1, 3)]
        items = next(value for value in known if value.type == LIST)
        known += f.op("list.new", items, items, item=LIST)
        known += f.op("tuple.new", f.params[1], items)
        known += f.op("list.new", f.params[1], item=parse_type("f32[?]"))
        known += f.op("record.new", items, f.params[1], record=RECORD)
        known += f.op("negative", f.params[1])
        return known

    def pick(self, known: list[Value], t: Type) -> Value:
        """A value of type `t`, most often the last one."""
        found = [value for value in known if value.type == t]
        return found[-1] if self.r.random() < self.newest else self.r.choice(found)

    def nodes(self, known: list[Value], count: int, depth: int) -> None:
        for _ in range(count):
            known += self.node(known, depth)

    def node(self, known: list[Value], depth: int) -> Iterable[Value]:
        r = self.r
        chosen = r.choice(
            [self.update] * 6
            + [self.read] * 3
            + [self.hold] * 2
            + [self.call]
            + ([self.branch, self.loop] * 2 if depth else [])
        )
        return chosen(known, depth)

    def small(self, known: list[Value]) -> Value:
        """An int that is an index of everything."""
        return self.f.op("int.remainder", self.pick(known, INT), self.f.const(2))[0]

    def place(self, known: list[Value]) -> Value:
        return self.f.op("from_scalar", self.small(known), dtype=DTypeAttr("i64"))[0]

    def update(self, known: list[Value], depth: int) -> Iterable[Value]:
        f, r, pick = self.f, self.r, self.pick
        which = r.randrange(11)
        if which < 2:
            return f.op("list.append", pick(known, LIST), pick(known, INT))
        if which == 2:
            return f.op("list.set", pick(known, LIST), self.small(known), pick(known, INT))
        if which == 3:
            return f.op("list.append", pick(known, NESTED), pick(known, LIST))
        if which == 4:
            return f.op("list.set", pick(known, NESTED), self.small(known), pick(known, LIST))
        if which == 5:
            return f.op("dict.set", pick(known, DICT), pick(known, INT), pick(known, INT))
        if which == 6:
            return f.op("list.append", pick(known, OPEN), pick(known, TENSOR))
        if which == 7:
            (part,) = f.op("slice", pick(known, TENSOR), starts=(1,), stops=(3,), steps=(1,))
            x = pick(known, TENSOR)
            return f.op("update_slice", x, part, starts=(0,), stops=(2,), steps=(1,))
        if which == 8:
            (part,) = f.op("take", pick(known, TENSOR), self.place(known), axis=0)
            return f.op("scatter_add", pick(known, TENSOR), part, self.place(known))
        (part,) = f.op("take", pick(known, TENSOR), self.place(known), axis=0)
        return f.op("scatter", pick(known, TENSOR), part, self.place(known))

    def read(self, known: list[Value], depth: int) -> Iterable[Value]:
        f, r, pick = self.f, self.r, self.pick
        which = r.randrange(9)
        if which == 0:
            return f.op("list.get", pick(known, LIST), self.small(known))
        if which == 1:
            return f.op("list.len", pick(known, LIST))
        if which == 2:
            return f.op("list.get", pick(known, NESTED), self.small(known))
        if which == 3:
            return f.op("flip", pick(known, TENSOR), axes=(0,))
        if which == 4:
            return f.op("add", pick(known, TENSOR), pick(known, TENSOR))
        if which == 5:
            return [f.refine(pick(known, TENSOR), TENSOR)]
        if which == 6:
            (end,) = f.op("list.slice", pick(known, LIST), f.const(0), f.const(2))
            return f.op("list.concat", pick(known, LIST), end)
        if which == 7:
            return f.op("list.slice", pick(known, LIST), f.const(0), f.const(2))
        return f.op("dict.len", pick(known, DICT))

    def hold(self, known: list[Value], depth: int) -> Iterable[Value]:
        f, r, pick = self.f, self.r, self.pick
        which = r.randrange(7)
        if which == 0:
            return f.op("tuple.new", pick(known, TENSOR), pick(known, LIST))
        if which == 1:
            return f.op("tuple.get", pick(known, PAIR), index=0)
        if which == 2:
            return f.op("tuple.get", pick(known, PAIR), index=1)
        if which == 3:
            return f.op("record.get", pick(known, RECORD), field=r.choice(("items", "x")))
        if which == 4:
            return f.op("record.new", pick(known, LIST), pick(known, TENSOR), record=RECORD)
        if which == 5:
            f.set("h", pick(known, TENSOR))
            return []
        return [f.get("h")]

    def call(self, known: list[Value], depth: int) -> Iterable[Value]:
        return self.f.call(self.r.choice(self.callees), self.pick(known, TENSOR), self.pick(known, LIST))

    def branch(self, known: list[Value], depth: int) -> Iterable[Value]:
        f, r = self.f, self.r
        (condition,) = f.op("int.equal", self.small(known), f.const(0))
        types = [r.choice(CARRIED) for _ in range(r.randrange(1, 4))]
        blocks = []
        for _ in range(2):
            f.block()
            inner = list(known)
            self.nodes(inner, r.randrange(3), depth - 1)
            blocks.append(f.close([self.pick(inner, t) for t in types]))
        return f.if_(condition, blocks[0], blocks[1], types)

    def loop(self, known: list[Value], depth: int) -> Iterable[Value]:
        f, r = self.f, self.r
        types = r.sample(CARRIED, r.randrange(2, 6))
        first = [self.pick(known, t) for t in (*types, r.choice(types))]
        trips = f.params[0] if r.random() < 0.5 else f.const(r.randrange(3))
        start = f.const(True)
        block = f.block([("i", INT), *((value.name, value.type) for value in first)])
        inner = [*known, *block.params]
        self.nodes(inner, r.randrange(3, 7), depth - 1)
        after = [self.pick(inner, value.type) for value in first]
        return f.loop(trips, start, first, f.close([f.const(True), *after]))


def random_program(r: Random) -> Program:
    """A program of `PARAMS` and `FIELDS`; it gives some of its values."""

    def functions(builder: ProgramBuilder) -> None:
        builder.record("pkg.Record", [("items", LIST), ("x", TENSOR)])
        function(builder, "same", {"x": "f32[4]", "items": "list[int]"}, lambda f: list(f.params))
        function(builder, "less", {"x": "f32[4]", "items": "list[int]"}, lambda f: _callee(r, f))

    def make(f: FunctionBuilder) -> Iterable[Value]:
        maker = Maker(r, f, ("same", "less"))
        known = maker.start()
        maker.nodes(known, r.randrange(3), 0)
        for _ in range(2):
            known += maker.loop(known, 2)
            maker.nodes(known, r.randrange(3), 1)
        kept = [value for value in known if value.type != RECORD]
        return [*r.sample(kept, 2), *kept[-6:]]

    return program(PARAMS, make, fields=FIELDS, functions=functions)


def _callee(r: Random, f: FunctionBuilder) -> Iterable[Value]:
    """A function that reads or changes its parameters, and gives something of their types."""
    x, items = f.params
    (length,) = f.op("list.len", items)
    if r.random() < 0.5:
        (items,) = f.op("list.append", items, length)
    (x,) = f.op("negative", x) if r.random() < 0.5 else f.op("flip", x, axes=(0,))
    return [x, items]


# --- a plain evaluation ---------------------------------------------------------


class Plain:
    """Runs such a program by the book: every result is new, and holds copies."""

    def __init__(self, made: Program) -> None:
        self.program = made
        self.fields: dict[str, Any] = {"h": np.arange(4, dtype="f4")}

    def __call__(self, *args: Any) -> list[Any]:
        return self.call(self.program.export("forward"), args)

    def call(self, f: Function, args: Sequence[Any]) -> list[Any]:
        env = dict(zip(f.params, args))
        return [env[value] for value in self.block(f.body, env)]

    def block(self, block: Block, env: dict[Value, Any]) -> tuple[Value, ...]:
        for node in block.nodes:
            found = self.node(node, [env[value] for value in node.inputs], env)
            env.update(zip(node.results, map(copied, found)))
        return block.results

    def node(self, node: Node, args: list[Any], env: dict[Value, Any]) -> Sequence[Any]:
        if node.kind == "op":
            return (OPERATORS[node.name](node, *args),)
        if node.kind == "const":
            return (node.attrs["value"],)
        if node.kind == "wait":
            return (args[0],)
        if node.kind in ("call", "fork"):
            found = next(f for f in self.program.functions if f.name == node.name)
            return self.call(found, args)
        if node.kind == "if":
            block = node.blocks[0] if args[0] else node.blocks[1]
            return [env[value] for value in self.block(block, env)]
        if node.kind == "loop":
            carried = args[2:]
            for turn in range(args[0]):
                env.update(zip(node.blocks[0].params, [turn, *carried]))
                carried = [env[value] for value in self.block(node.blocks[0], env)][1:]
            return carried
        if node.kind == "get":
            return (self.fields[node.name],)
        if node.kind == "set":
            self.fields[node.name] = copied(args[0])
            return ()
        assert node.kind == "refine"
        return (args[0],)


def copied(value: Any) -> Any:
    """A copy all through."""
    return mapped(value, lambda x: x.copy() if isinstance(x, np.ndarray) else x)


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with `change` applied to all that is no container."""
    if isinstance(value, (list, tuple)):
        return type(value)([mapped(item, change) for item in value])
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    return change(value)


def _put(x: Any, place: Any, value: Any) -> Any:
    made = copied(x)
    made[place] = value
    return made


OPERATORS: dict[str, Any] = {
    "list.new": lambda node, *items: list(items),
    "list.append": lambda node, x, item: [*x, item],
    "list.set": lambda node, x, place, item: _put(x, place, item),
    "list.get": lambda node, x, place: x[place],
    "list.len": lambda node, x: len(x),
    "list.concat": lambda node, x, y: x + y,
    "list.slice": lambda node, x, start, stop: x[start:stop],
    "dict.set": lambda node, x, key, value: {**x, key: value},
    "dict.len": lambda node, x: len(x),
    "tuple.new": lambda node, *items: items,
    "tuple.get": lambda node, x, **_: x[node.attrs["index"]],
    "record.new": lambda node, items, x: {"items": items, "x": x},
    "record.get": lambda node, record: record[node.attrs["field"]],
    "negative": lambda node, x: -x,
    "subtract": lambda node, x, y: int.from_bytes(x.data, "little") - y,
    "int.add": lambda node, x, y: x + y,
    "int.remainder": lambda node, x, y: x % y,
    "int.equal": lambda node, x, y: x == y,
    "from_scalar": lambda node, x: np.asarray(x, np.int64),
    "take": lambda node, x, place: np.asarray(x[int(place)]),
    "scatter": lambda node, x, value, place: _put(x, int(place), value),
    "scatter_add": lambda node, x, value, place: _put(x, int(place), x[int(place)] + value),
    "update_slice": lambda node, x, part: np.concatenate([part, x[2:]]),
    "slice": lambda node, x: x[1:3],
    "flip": lambda node, x: x[::-1],
    "add": lambda node, x, y: x + y,
}
