"""Valid programs, which `program_breaks` breaks. SPEC 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...schema import dims, types
from ...schema.builder import FunctionBuilder, ProgramBuilder
from ...schema.ir import (
    Initial,
    Instance,
    Program,
    TensorConst,
    TensorRef,
    Value,
)
from ...schema.limits import BLOCK_NESTING
from ...schema.types import BOOL, FLOAT, INT, STR, TensorType, tensor

ZEROS = TensorConst("f32", (2,), bytes(8))


def f32(*shape: dims.Dim | str) -> TensorType:
    """A float32 tensor type; strings are symbols."""
    return tensor("f32", [dims.symbol(dim) if isinstance(dim, str) else dim for dim in shape])


def _module(build: ProgramBuilder, **members: Any) -> Any:
    return build.module_class("m.Net", **members)


def _finish(build: ProgramBuilder, cls: Any, instance: Instance | None = None) -> Program:
    cls.finish()
    build.instance(instance or Instance("m.Net", (), (), ()))
    return build.finish(["forward"])


def operators() -> Program:
    """Operators with attributes, constants, a data-dependent size, values of unknown rank."""
    build = ProgramBuilder()
    cls = _module(build)
    f = cls.method(
        "forward", [("x", f32("B", 2)), ("u", tensor("f32", None)), ("n", INT), ("xs", types.list_of(f32(2)))]
    )
    x, u, n, xs = f.params
    (y,) = f.op("add", x, f.const(ZEROS, "zeros"), names=["y"])
    (s,) = f.op("sum", y, axes=(0,), names=["s"])
    (found,) = f.op("nonzero", s, size="k", names=["found"])
    (ones,) = f.op(
        "full", f.const(TensorConst("f32", (), bytes(4)), "zero"), shape=(dims.symbol("k"),), names=["ones"]
    )
    (ints,) = f.op("list.new", n, item=INT, names=["ints"])
    (more,) = f.op("list.concat", xs, xs, names=["more"])
    f.finish([y, found, ones, more, ints, u, n])
    return _finish(build, cls)


def symbols() -> Program:
    """Symbols bound by parameters, `refine` and `bind`, in blocks and calls."""
    build = ProgramBuilder()
    free = build.function("lib.pick", [("x", f32("N"))])
    (picked,) = free.op("nonzero", free.params[0], size="found", names=["picked"])
    free.finish([picked])
    cls = _module(build)
    f = cls.method("forward", [("x", f32("B", 2)), ("u", tensor("f32", None)), ("n", INT), ("p", BOOL)])
    x, u, n, p = f.params
    r = f.refine(u, f32("M"), ["M"], name="r")
    f.bind(n, "S")
    (shaped,) = f.op(
        "full", f.const(TensorConst("f32", (), bytes(4)), "zero"), shape=(dims.symbol("S"),), names=["shaped"]
    )
    (picked,) = f.call("lib.pick", r, symbols=["P"], names=["picked"])
    f.block()
    f.bind(n, "inner")
    then = f.close([x])
    f.block()
    otherwise = f.close([x])
    (joined,) = f.if_(p, then, otherwise, [f32("B", 2)], names=["joined"])
    f.finish([joined, shaped, picked])
    return _finish(build, cls)


def calls() -> Program:
    """Functions, methods of this module and of one inside, forks and waits."""
    build = ProgramBuilder()
    free = build.function("lib.double", [("x", f32("N"))])
    (twice,) = free.op("add", free.params[0], free.params[0], names=["twice"])
    free.finish([twice])
    inner = build.module_class("m.Inner")
    f = inner.method("step", [("x", f32("N"))])
    f.finish([f.params[0]])
    f = inner.method("log", [("message", STR)])
    f.print_(f.params[0])
    f.finish([])
    inner.finish()
    cls = _module(build, submodules=[("cell", "m.Inner")])
    f = cls.method("helper", [("x", f32("B"))])
    (y,) = f.call("lib.double", f.params[0], names=["y"])
    f.finish([y])
    f = cls.method("forward", [("x", f32("B")), ("message", STR)])
    x, message = f.params
    (a,) = f.call("lib.double", x, names=["a"])
    (b,) = f.call("self.cell.step", a, names=["b"])
    (c,) = f.call("self.helper", b, names=["c"])
    task = f.fork("self.cell.step", c, label="task")
    d = f.wait(task, name="d")
    f.call("self.cell.log", message)
    f.finish([d])
    build.instance(Instance("m.Inner", (), (), ()))
    return _finish(build, cls, Instance("m.Net", (), (), (0,)))


def control() -> Program:
    """Branches, loops, guards, errors, output."""
    build = ProgramBuilder()
    cls = _module(build)
    f = cls.method("forward", [("x", f32("B")), ("p", BOOL), ("n", INT), ("message", STR)])
    x, p, n, message = f.params
    f.guard(p, "p was true when this was traced", "branch")
    f.print_(message)
    f.block()
    (y,) = f.op("add", x, x, names=["y"])
    then = f.close([y])
    f.block()
    f.raise_("ValueError", message)
    otherwise = f.close()
    (branch,) = f.if_(p, then, otherwise, [f32("B")], names=["branch"])
    body = f.block([("i", INT), ("total", f32("B"))])
    (next_total,) = f.op("add", body.params[1], x, names=["next_total"])
    (total,) = f.loop(n, p, [branch], f.close([p, next_total]), names=["sum"])
    f.finish([total])
    return _finish(build, cls)


def nested() -> Program:
    """Blocks as deep as may be."""
    build = ProgramBuilder()
    cls = _module(build)
    f = cls.method("forward", [("p", BOOL)])
    _nest(f, f.params[0], BLOCK_NESTING)
    f.finish([])
    return _finish(build, cls)


def _nest(f: FunctionBuilder, p: Value, depth: int) -> None:
    if depth:
        f.block()
        _nest(f, p, depth - 1)
        then = f.close()
        f.block()
        f.if_(p, then, f.close(), [])


def state() -> Program:
    """Records, parameters of a module, fields of it and of one inside, initial values."""
    build = ProgramBuilder()
    build.record("m.Point", [("x", FLOAT), ("y", FLOAT)])
    inner = build.module_class("m.Cell", fields=[("h", tensor("f32", (dims.UNKNOWN, 2)))])
    inner.finish()
    fields = [
        ("count", INT),
        ("last", types.optional(tensor("f32", None))),
        ("names", types.dict_of(STR, INT)),
        ("pair", types.tuple_of(INT, types.list_of(FLOAT))),
        ("point", types.ClassType("m.Point")),
    ]
    cls = _module(
        build, params=[("w", f32(2))], fields=fields, submodules=[("cell", "m.Cell"), ("other", "m.Cell")]
    )
    f = cls.method("forward", [("x", f32("B", 2))])
    (y,) = f.op("add", f.params[0], f.param("w"), names=["y"])
    f.set("cell.h", y)
    f.set("count", f.get("count"))
    f.finish([y])
    cls.finish()
    start = Initial("dict", ("a", 1, "b", 2))
    pair = Initial("tuple", (1, Initial("list", (0.5, -0.0))))
    build.instance(Instance("m.Cell", (), (TensorConst("f32", (0, 2), b""),), ()))
    build.instance(Instance("m.Cell", (), (TensorRef("start"),), ()))
    point = Initial("record", (1.0, 2.0))
    build.instance(Instance("m.Net", ("weight",), (0, None, start, pair, point), (0, 1)))
    return build.finish(["forward"])


def bodies() -> Program:
    """A custom operator with its body."""
    build = ProgramBuilder()
    cls = _module(build)
    custom = build.function("body", [("x", f32("N"))])
    (twice,) = custom.op("add", custom.params[0], custom.params[0], names=["twice"])
    index = build.body("com.example.twice", {}, custom.finish([twice]))
    del build.functions["body"]
    f = cls.method("forward", [("x", f32("B"))])
    (y,) = f.op("com.example.twice", f.params[0], body=index, names=["y"])
    (z,) = f.op("add", y, y, names=["z"])
    f.finish([z])
    return _finish(build, cls)


def inside() -> Program:
    """A custom operator's body, and a function, in a program whose module has parameters and a field."""
    build = ProgramBuilder()
    free = build.function("lib.same", [("x", f32(2))])
    free.finish(free.op("add", free.params[0], free.params[0], names=["same"]))
    cls = _module(build, params=[("w", f32(2)), ("unread", f32(2))], fields=[("h", f32(2))])
    custom = build.function("body", [("x", f32(2))])
    (twice,) = custom.op("add", custom.params[0], custom.params[0], names=["twice"])
    index = build.body("com.example.twice", {}, custom.finish([twice]))
    del build.functions["body"]
    f = cls.method("helper", [("x", f32(2))])
    f.finish([f.params[0]])
    f = cls.method("forward", [("x", f32(2))])
    (y,) = f.op("com.example.twice", f.params[0], body=index, names=["y"])
    (z,) = f.call("lib.same", y, names=["z"])
    f.set("h", z)
    (s,) = f.op("add", f.get("h"), f.param("w"), names=["s"])
    f.finish([s])
    return _finish(build, cls, Instance("m.Net", ("w", "unread"), (ZEROS,), ()))


def composites() -> Program:
    """A composite with its expanded body."""
    build = ProgramBuilder()
    cls = _module(build)
    f = cls.method("forward", [("x", f32("B", 3))])
    (y,) = f.op("softmax", f.params[0], axis=1, names=["y"])
    f.finish([y])
    return _finish(build, cls)


BASES: dict[str, Callable[[], Program]] = {
    "operators": operators,
    "symbols": symbols,
    "calls": calls,
    "control": control,
    "nested": nested,
    "state": state,
    "bodies": bodies,
    "inside": inside,
    "composites": composites,
}
