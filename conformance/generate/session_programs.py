"""Programs with state, for sessions; `oracle.session_models` says what they mean."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...archive.content import TensorData
from ...archive.entries import entry_points, required_features, state_fields
from ...archive.program import encode_program
from ...archive.write import write_archive
from ...schema import dims
from ...schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from ...schema.ir import DTypeAttr, Initial, Instance, Program, TensorConst, TensorRef, Value
from ...schema.types import TensorType
from ...schema.types_text import parse_type

Make = Callable[..., Iterable[Value]]
PRODUCER = {"name": "tracebox-conformance", "version": "1"}


def archive(program: Program, tensors: Mapping[str, TensorData] | None = None, **fields: Any) -> bytes:
    """The archive of a program; `fields` replace what the manifest would say."""
    made: dict[str, Any] = {
        "program": encode_program(program),
        "entry_points": entry_points(program),
        "state": state_fields(program),
        "features": required_features(program),
        "tensors": tensors or {},
        "producer": PRODUCER,
    }
    return write_archive(None, **(made | fields))


def floats(*values: float, shape: tuple[int, ...] | None = None) -> TensorData:
    """A stored f32 tensor."""
    data = struct.pack(f"<{len(values)}f", *values)
    return TensorData("f32", (len(values),) if shape is None else shape, data)


def constant(*values: float) -> TensorConst:
    return TensorConst("f32", (len(values),), struct.pack(f"<{len(values)}f", *values))


def method(cls: ClassBuilder, name: str, params: str, make: Make) -> None:
    """Add a method; `params` such as ``"x: f32[B], n: int"``, split at commas with a blank behind."""
    pairs = [text.split(": ") for text in params.split(", ") if text]
    f = cls.method(name, [(label, parse_type(text)) for label, text in pairs])
    f.finish(make(f, *f.params))


def net(
    fields: Mapping[str, tuple[str, Any]],
    methods: Mapping[str, tuple[str, Make]],
    *,
    build: ProgramBuilder | None = None,
    exports: Iterable[str] | None = None,
) -> Program:
    """A program of one module with fields ``name: (type, initial value)`` and methods."""
    build = build or ProgramBuilder()
    cls = build.module_class("m.Net", fields=[(name, parse_type(t)) for name, (t, _) in fields.items()])
    for name, (params, make) in methods.items():
        method(cls, name, params, make)
    cls.finish()
    build.instance(Instance("m.Net", (), tuple(value for _, value in fields.values()), ()))
    return build.finish(methods if exports is None else exports)


def one(f: FunctionBuilder, op: str, *operands: Any, **attrs: Any) -> Value:
    """The one result of an operator; numbers become constants."""
    values = [value if isinstance(value, Value) else f.const(value) for value in operands]
    return f.op(op, *values, **attrs)[0]


# --- counter ------------------------------------------------------------------------------------


def counter() -> bytes:
    def forward(f: FunctionBuilder, x: Value) -> Iterable[Value]:
        total = one(f, "add", f.get("total"), x)
        f.set("total", total)
        f.set("calls", one(f, "int.add", f.get("calls"), 1))
        return [total]

    def divide(f: FunctionBuilder, n: Value, by: Value) -> Iterable[Value]:
        f.set("calls", n)
        f.set("note", f.const("dividing"))
        return [one(f, "int.floor_divide", n, by)]

    def check(f: FunctionBuilder, n: Value, p: Value) -> Iterable[Value]:
        f.set("calls", n)
        f.guard(p, "p was true", "branch")
        return [f.get("calls")]

    def refuse(f: FunctionBuilder, n: Value, message: Value) -> Iterable[Value]:
        f.set("note", message)
        _raise_below_zero(f, n, "KeyError", message)
        return [n]

    def resize(f: FunctionBuilder, x: Value) -> Iterable[Value]:
        f.set("calls", f.const(77))
        return [f.refine(x, parse_type("f32[2]"))]

    def say(f: FunctionBuilder, a: Value, b: Value) -> Iterable[Value]:
        f.print_(a, b)
        f.print_()
        f.print_(b)
        return []

    def shout(f: FunctionBuilder, a: Value, n: Value) -> Iterable[Value]:
        f.print_(a)
        f.set("note", a)
        _raise_below_zero(f, n, "pkg.Loud", a)
        f.print_(a, f.const("!"), a)
        return [n]

    fields = {"total": ("f32[2]", TensorRef("start")), "calls": ("int", 0), "note": ("str", "new")}
    made = net(
        fields,
        {
            "forward": ("x: f32[2]", forward),
            "peek": ("", lambda f: [f.get("total"), f.get("calls"), f.get("note")]),
            "divide": ("n: int, by: int", divide),
            "check": ("n: int, p: bool", check),
            "refuse": ("n: int, message: str", refuse),
            "resize": ("x: f32[?]", resize),
            "say": ("a: str, b: str", say),
            "shout": ("a: str, n: int", shout),
        },
    )
    return archive(made, {"start": floats(0.5, -1.0)})


def _raise_below_zero(f: FunctionBuilder, n: Value, exception: str, message: Value) -> None:
    below = one(f, "int.less", n, 0)
    f.block()
    f.raise_(exception, message)
    then = f.close()
    f.block()
    f.if_(below, then, f.close(), [])


# --- modules ------------------------------------------------------------------------------------


def modules() -> bytes:
    def leaf_step(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        n = one(f, "int.add", f.get("n"), k)
        f.set("n", n)
        return [n]

    def cell_step(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        (m,) = f.call("self.leaf.step", k)
        f.set("n", one(f, "int.add", f.get("n"), m))
        f.call("self.leaf.step", f.const(1))
        return [one(f, "int.add", f.get("n"), f.get("leaf.n"))]

    def forward(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        found = [f.call(f"self.{name}.step", k)[0] for name in "abc"]
        f.set("n", one(f, "int.add", f.get("n"), k))
        f.set("b.leaf.n", one(f, "int.multiply", k, 5))
        return [*found, f.get("c.n"), f.get("a.leaf.n"), f.get("b.leaf.n")]

    build = ProgramBuilder()
    leaf = build.module_class("m.Leaf", fields=[("n", parse_type("int"))])
    method(leaf, "step", "k: int", leaf_step)
    leaf.finish()
    cell = build.module_class(
        "m.Cell",
        params=[("w", TensorType("f32", (2,)))],
        fields=[("n", parse_type("int"))],
        submodules=[("leaf", "m.Leaf")],
    )
    method(cell, "step", "k: int", cell_step)
    method(cell, "weight", "", lambda f: [f.param("w")])
    cell.finish()
    cls = build.module_class(
        "m.Net",
        fields=[("n", parse_type("int"))],
        submodules=[("a", "m.Cell"), ("b", "m.Cell"), ("c", "m.Cell")],
    )
    method(cls, "forward", "k: int", forward)
    method(cls, "weights", "", lambda f: [f.call(f"self.{name}.weight")[0] for name in "abc"])
    method(cls, "only", "k: int", lambda f, k: f.call("self.b.leaf.step", k))
    cls.finish()
    build.instance(Instance("m.Leaf", (), (1,), ()))
    build.instance(Instance("m.Leaf", (), (10,), ()))
    build.instance(Instance("m.Cell", ("first",), (100,), (0,)))
    build.instance(Instance("m.Cell", ("second",), (1000,), (1,)))
    build.instance(Instance("m.Net", (), (0,), (2, 3, 2)))
    made = build.finish(["forward", "weights", "only"])
    return archive(made, {"first": floats(1, 2), "second": floats(3, 4)})


# --- blocks -------------------------------------------------------------------------------------


def _counted(f: FunctionBuilder, trips: Value, make: Callable[[Value], None]) -> None:
    """A loop that carries nothing."""
    true = f.const(True)
    body = f.block([("i", parse_type("int"))])
    make(body.params[0])
    f.loop(trips, true, [], f.close([f.const(True)]))


def _branch(f: FunctionBuilder, p: Value, then: Callable[[], None], other: Callable[[], None]) -> None:
    f.block()
    then()
    first = f.close()
    f.block()
    other()
    f.if_(p, first, f.close(), [])


def blocks() -> bytes:
    def bump(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        f.set("b", one(f, "int.add", f.get("b"), k))
        return []

    def branch(f: FunctionBuilder, p: Value, n: Value) -> Iterable[Value]:
        _branch(f, p, lambda: f.set("a", n), lambda: void(f.call("self.bump", n)))
        return [f.get("a"), f.get("b")]

    def total(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        _counted(f, n, lambda i: f.set("a", one(f, "int.add", f.get("a"), i)))
        return [f.get("a")]

    def nested(f: FunctionBuilder, n: Value, p: Value) -> Iterable[Value]:
        def turn(i: Value) -> None:
            _branch(
                f,
                p,
                lambda: void(f.call("self.bump", i)),
                lambda: f.set("a", one(f, "int.add", f.get("a"), f.get("b"))),
            )

        _counted(f, n, turn)
        return [f.get("a"), f.get("b")]

    def until(f: FunctionBuilder, most: Value) -> Iterable[Value]:
        none = f.const(None)
        first = one(f, "int.less", f.get("a"), most)
        body = f.block([("i", parse_type("int")), ("turns", parse_type("int"))])
        f.set("a", one(f, "int.add", f.get("a"), 3))
        turns = one(f, "int.add", body.params[1], 1)
        block = f.close([one(f, "int.less", f.get("a"), most), turns])
        return f.loop(none, first, [f.const(0)], block)

    def stop(f: FunctionBuilder, n: Value, at: Value) -> Iterable[Value]:
        def turn(i: Value) -> None:
            f.set("a", i)
            f.set("b", one(f, "int.subtract", f.get("b"), 1))
            f.guard(one(f, "bool.not", one(f, "int.equal", i, at)), "i was another one", "int")

        _counted(f, n, turn)
        return [f.get("a")]

    def order(f: FunctionBuilder) -> Iterable[Value]:
        before = f.get("a")
        f.set("a", one(f, "int.add", before, 1))
        between = f.get("a")
        f.set("a", one(f, "int.multiply", between, 2))
        return [before, between, f.get("a")]

    def swap(f: FunctionBuilder) -> Iterable[Value]:
        a, b = f.get("a"), f.get("b")
        f.set("a", b)
        f.set("b", a)
        return []

    methods: dict[str, tuple[str, Make]] = {
        "bump": ("k: int", bump),
        "branch": ("p: bool, n: int", branch),
        "total": ("n: int", total),
        "nested": ("n: int, p: bool", nested),
        "until": ("most: int", until),
        "stop": ("n: int, at: int", stop),
        "order": ("", order),
        "swap": ("", swap),
    }
    fields = {"a": ("int", 1), "b": ("int", 2)}
    return archive(net(fields, methods, exports=[name for name in methods if name != "bump"]))


def void(_: object) -> None:
    """A call whose results do not matter."""


# --- forks --------------------------------------------------------------------------------------


def forks() -> bytes:
    def fails(exception: str) -> Make:
        def check(f: FunctionBuilder, k: Value) -> Iterable[Value]:
            _raise_below_zero(f, k, exception, f.const("k is negative"))
            return [one(f, "int.add", f.get("n"), k)]

        return check

    def snapshot(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        task = f.fork("self.check", k)
        f.set("n", f.const(50))
        return [f.wait(task), f.wait(task), f.call("self.check", k)[0], f.get("n")]

    def waited(f: FunctionBuilder, k: Value) -> Iterable[Value]:
        task = f.fork("self.check", k)
        f.set("n", one(f, "int.add", f.get("n"), 10))
        f.print_(f.const("before the wait"))
        found = f.wait(task)
        f.print_(f.const("behind the wait"))
        return [found]

    def first(f: FunctionBuilder, k: Value, j: Value) -> Iterable[Value]:
        f.fork("self.first_check", k)
        f.fork("self.second_check", j)
        f.set("n", one(f, "int.add", f.get("n"), 1))
        f.print_(f.const("all is done"))
        return [f.get("n")]

    methods: dict[str, tuple[str, Make]] = {
        "check": ("k: int", fails("ValueError")),
        "first_check": ("k: int", fails("m.First")),
        "second_check": ("k: int", fails("m.Second")),
        "snapshot": ("k: int", snapshot),
        "waited": ("k: int", waited),
        "first": ("k: int, j: int", first),
    }
    return archive(net({"n": ("int", 1)}, methods, exports=["snapshot", "waited", "first"]))


# --- random -------------------------------------------------------------------------------------


def random() -> bytes:
    def forward(f: FunctionBuilder) -> Iterable[Value]:
        keys = one(f, "random_split", f.get("key"), count=2)

        def row(index: int) -> Value:
            cut = one(f, "slice", keys, starts=(index, 0), stops=(index + 1, 2), steps=(1, 1))
            return one(f, "reshape", cut, shape=(2,))

        f.set("key", row(0))
        return [one(f, "uniform", row(1), dtype=DTypeAttr("f32"), shape=(3,))]

    key = TensorConst("u32", (2,), struct.pack("<2I", 1, 2))
    return archive(net({"key": ("u32[2]", key)}, {"forward": ("", forward)}))


# --- fields of every kind -----------------------------------------------------------------------


def kinds() -> bytes:
    build = ProgramBuilder()
    build.record("m.Point", [("x", parse_type("float")), ("at", parse_type("f32[2]"))])
    fields: dict[str, tuple[str, Any]] = {
        "i": ("int", -3),
        "f": ("float", 0.5),
        "c": ("complex", 1 - 2j),
        "b": ("bool", True),
        "s": ("str", "é"),
        "o": ("optional[f32[?]]", None),
        "l": ("list[int]", Initial("list", (1, 2))),
        "d": ("dict[str,int]", Initial("dict", ("b", 1, "a", 2))),
        "t": ("tuple[int,list[float]]", Initial("tuple", (1, Initial("list", (0.5, -0.0))))),
        "r": ("m.Point", Initial("record", (1.5, constant(1, 2)))),
        "h": ("f32[?,2]", TensorRef("none")),
        "u": ("?[...]", constant(7)),
        "z": ("bf16[2]", TensorConst("bf16", (2,), b"\x80\x3f\x00\x40")),
    }

    def push(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        f.set("l", one(f, "list.append", f.get("l"), n))
        f.set("d", one(f, "dict.set", f.get("d"), f.const("a"), n))
        return [f.get("l"), f.get("d")]

    def grow(f: FunctionBuilder, x: Value) -> Iterable[Value]:
        f.set("h", one(f, "concat", f.get("h"), x, axis=0))
        return [f.get("h")]

    def remember(f: FunctionBuilder, x: Value) -> Iterable[Value]:
        old = f.get("o")
        f.set("o", one(f, "optional.some", f.refine(x, parse_type("f32[?]"))))
        return [old]

    def forget(f: FunctionBuilder) -> Iterable[Value]:
        old = f.get("o")
        f.set("o", one(f, "optional.none", item=parse_type("f32[?]")))
        return [old]

    made = net(
        fields,
        {
            "push": ("n: int", push),
            "grow": ("x: f32[N,2]", grow),
            "remember": ("x: f32[N]", remember),
            "forget": ("", forget),
        },
        build=build,
    )
    return archive(made, {"none": TensorData("f32", (0, 2), b"")})


# --- limits -------------------------------------------------------------------------------------


def limited() -> bytes:
    build = ProgramBuilder()
    f = build.function("m.f0", [("n", parse_type("int"))])
    f.finish(f.params)
    for k in range(1, 120):
        f = build.function(f"m.f{k}", [("n", parse_type("int"))])
        f.finish(f.call(f"m.f{k - 1}", f.params[0]))

    def turns(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        f.set("n", f.const(1))
        true = f.const(True)
        body = f.block([("i", parse_type("int")), ("sum", parse_type("int"))])
        block = f.close([true, one(f, "int.add", body.params[1], body.params[0])])
        return f.loop(n, true, [f.const(0)], block)

    def forever(f: FunctionBuilder) -> Iterable[Value]:
        f.set("n", f.const(2))
        none, true, start = f.const(None), f.const(True), f.const(0)
        body = f.block([("i", parse_type("int")), ("last", parse_type("int"))])
        return f.loop(none, true, [start], f.close([true, body.params[0]]))

    def make(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        f.set("n", f.const(3))
        size = f.bind(n, "N")
        assert isinstance(size, dims.Expr)
        zero = f.const(TensorConst("f32", (), bytes(4)))
        return [one(f, "full", zero, shape=(size, 64))]

    def append(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        f.set("n", f.const(4))
        true = f.const(True)
        start = f.op("list.new", item=parse_type("int"))[0]
        body = f.block([("i", parse_type("int")), ("items", parse_type("list[int]"))])
        block = f.close([true, one(f, "list.append", body.params[1], body.params[0])])
        (items,) = f.loop(n, true, [start], block)
        return [one(f, "list.len", items)]

    def double(f: FunctionBuilder, n: Value) -> Iterable[Value]:
        f.set("n", f.const(5))
        true = f.const(True)
        body = f.block([("i", parse_type("int")), ("text", parse_type("str"))])
        block = f.close([true, one(f, "str.concat", body.params[1], body.params[1])])
        (text,) = f.loop(n, true, [f.const("ab")], block)
        return [one(f, "str.len", text)]

    def shallow(f: FunctionBuilder) -> Iterable[Value]:
        f.set("n", f.const(6))
        return f.call("m.f2", f.const(6))

    def deep(f: FunctionBuilder) -> Iterable[Value]:
        f.set("n", f.const(7))
        return f.call("m.f119", f.const(7))

    methods: dict[str, tuple[str, Make]] = {
        "turns": ("n: int", turns),
        "forever": ("", forever),
        "make": ("n: int", make),
        "append": ("n: int", append),
        "double": ("n: int", double),
        "shallow": ("", shallow),
        "deep": ("", deep),
    }
    return archive(net({"n": ("int", 0)}, methods, build=build))


#: The archives of `cases/sessions/` by name, without their ending.
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "counter": counter,
    "modules": modules,
    "blocks": blocks,
    "forks": forks,
    "random": random,
    "kinds": kinds,
    "limited": limited,
}
