"""The builder: what it accepts verifies, what it cannot is refused at once. SPEC 5."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracebox.schema import types
from tracebox.schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from tracebox.schema.dims import UNKNOWN, mul, symbol
from tracebox.schema.errors import TraceboxError
from tracebox.schema.ir import Instance, Program, TensorConst, Value
from tracebox.schema.types import BOOL, INT, NONE, STR, tensor
from tracebox.schema.types_text import parse_type
from tracebox.schema.verify import verify_program


def start(*params: tuple[str, str]) -> tuple[ProgramBuilder, ClassBuilder, FunctionBuilder]:
    build = ProgramBuilder()
    cls = build.module_class(
        "m.Net", params=[("w", tensor("f32", (3,)))], fields=[("h", tensor("f32", (UNKNOWN,)))]
    )
    return build, cls, cls.method("forward", [(name, parse_type(text)) for name, text in params])


def finish(build: ProgramBuilder, cls: ClassBuilder) -> Program:
    cls.finish()
    build.instance(Instance("m.Net", ("w",), (TensorConst("f32", (0,), b""),), ()))
    return build.finish(["forward"])


def test_names_are_made_unique_and_clean() -> None:
    _, _, f = start(("x", "f32[B]"))
    names = [
        f.op("add", f.params[0], f.params[0], names=[wish])[0].name for wish in ("x", "x", "for", "0.weight")
    ]
    assert names == ["x1", "x2", "for_", "_0_weight"]


def test_fresh_symbols_avoid_those_of_the_signature() -> None:
    _, _, f = start(("x", "f32[n,2*n1]"), ("y", "f32[n1]"))
    assert f.fresh_symbol() == "n2"
    assert f.fresh_symbol() == "n3"


def test_spans_are_given_to_the_nodes_that_follow() -> None:
    from tracebox.schema.ir import Span

    _, _, f = start(("x", "f32[B]"))
    f.span = Span("model.py", 7, function="forward")
    f.op("add", f.params[0], f.params[0])
    assert f.blocks[0].nodes[0].span is f.span
    with pytest.raises(TraceboxError, match=r"m.Net.forward \(model.py:7\)"):
        f.op("add", f.params[0], f.param("w"), f.params[0])


def test_a_class_is_declared_once() -> None:
    build = ProgramBuilder()
    build.module_class("m.A").finish()
    with pytest.raises(TraceboxError, match=r"ir\.class"):
        build.record("m.A", [])


Refused = Callable[[FunctionBuilder], object]


@pytest.mark.parametrize(
    ("label", "act"),
    [
        ("ir.arity", lambda f: f.op("add", f.params[0])),
        ("ir.attr", lambda f: f.op("sum", f.params[0], wrong=3)),
        ("ir.operator", lambda f: f.op("nonsense", f.params[0])),
        ("ir.operator", lambda f: f.custom("com.example.op", [f.params[0]], 3)),
        ("ir.param", lambda f: f.param("v")),
        ("ir.field", lambda f: f.get("v")),
        ("ir.field", lambda f: f.get("cell.h")),
        ("ir.field-type", lambda f: f.set("h", f.params[1])),
        ("ir.callee", lambda f: f.call("self.missing")),
        ("ir.callee", lambda f: f.call("self.cell.missing")),
        ("ir.condition", lambda f: f.guard(f.params[0], "m", "branch")),
        ("ir.wait", lambda f: f.wait(f.params[0])),
        ("ir.refine", lambda f: f.refine(f.params[0], INT)),
        ("ir.bind", lambda f: f.bind(f.params[0])),
        ("ir.const", lambda f: f.const(2**63)),
        ("ir.const", lambda f: f.const(TensorConst("f32", (2,), bytes(4)))),
    ],
)
def test_what_cannot_be_right_is_refused_at_once(label: str, act: Refused) -> None:
    _, _, f = start(("x", "f32[B]"), ("n", "int"))
    with pytest.raises(TraceboxError) as caught:
        act(f)
    assert caught.value.code == label


def test_a_loop_is_checked_when_it_is_added() -> None:
    _, _, f = start(("x", "f32[B]"), ("n", "int"))
    x, n = f.params
    go = f.const(True)
    f.block([("i", INT), ("y", x.type)])
    body = f.close([go, n])
    with pytest.raises(TraceboxError, match=r"ir\.yield"):
        f.loop(n, go, [x], body)
    with pytest.raises(TraceboxError, match=r"ir\.loop"):
        f.loop(go, go, [x], body)


def test_a_call_gives_the_results_in_the_callers_symbols() -> None:
    build, cls, f = start(("x", "f32[A,B]"))
    free = build.function("lib.flat", [("x", parse_type("f32[M,N]"))])
    (flat,) = free.op("reshape", free.params[0], shape=(mul(symbol("M"), symbol("N")),))
    (found,) = free.op("nonzero", flat, size="found")
    free.finish([flat, found])
    flat2, found2 = f.call("lib.flat", f.params[0], symbols=["k"])
    assert flat2.type == parse_type("f32[A*B]")
    assert found2.type == parse_type("i64[k]")
    f.finish([flat2, found2])
    assert verify_program(finish(build, cls)) == []


# --- whatever the builder made verifies -----------------------------------------------------


class Maker:
    """Adds random nodes to a function, as far as the builder lets it."""

    def __init__(self, f: FunctionBuilder, draw: st.DrawFn) -> None:
        self.f = f
        self.draw = draw

    def one(self, values: list[Value], t: types.Type | None = None) -> Value | None:
        fitting = [v for v in values if t is None or v.type == t]
        return self.draw(st.sampled_from(fitting)) if fitting else None

    def step(self, values: list[Value], depth: int) -> None:
        kinds = ["op", "unary", "const", "param", "get", "bind", "refine", "guard", "print", "nonzero"]
        kind = self.draw(st.sampled_from([*kinds, "if", "loop"] if depth < 3 else kinds))
        try:
            values += getattr(self, f"add_{kind}")(values, depth) or ()
        except TraceboxError:
            return

    def add_op(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        x, y = self.one(values), self.one(values)
        name = self.draw(st.sampled_from(["add", "multiply", "matmul", "concat", "str.concat", "int.add"]))
        return self.f.op(name, x, y, **({"axis": 0} if name == "concat" else {}))  # type: ignore[arg-type]

    def add_unary(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        x = self.one(values)
        assert x is not None
        if self.draw(st.booleans()):
            return self.f.op("sum", x, axes=(0,), keepdims=self.draw(st.booleans()))
        return self.f.op("exp", x)

    def add_nonzero(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        x = self.one(values)
        assert x is not None
        return self.f.op("nonzero", x, size=self.f.fresh_symbol())

    def add_const(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        return (self.f.const(self.draw(st.sampled_from([None, True, 3, 0.5, "a", 2j]))),)

    def add_param(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        return (self.f.param("w"),)

    def add_get(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        x = self.one(values)
        assert x is not None
        self.f.set("h", x)
        return (self.f.get("h"),)

    def add_bind(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        n = self.one(values, INT)
        if n is None:
            return ()
        size = self.f.bind(n)
        zero = self.f.const(TensorConst("f32", (), bytes(4)))
        return self.f.op("full", zero, shape=(size, 2))

    def add_refine(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        x = self.one(values)
        assert x is not None
        name = self.f.fresh_symbol()
        return (self.f.refine(x, tensor("f32", (symbol(name),)), [name]),)

    def add_guard(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        p = self.one(values, BOOL)
        if p is not None:
            self.f.guard(p, "it held", "branch")
        return ()

    def add_print(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        text = self.one(values, STR)
        if text is not None:
            self.f.print_(text)
        return ()

    def block(self, values: list[Value], depth: int, count: int) -> list[Value]:
        inner = list(values)
        for _ in range(count):
            self.step(inner, depth + 1)
        return inner

    def add_if(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        p, x = self.one(values, BOOL), self.one(values)
        if p is None or x is None:
            return ()
        blocks, yielded = [], []
        for _ in range(2):
            self.f.block()
            inner = self.block(values, depth, 2)
            value = self.one(inner, x.type)
            assert value is not None
            yielded.append(value)
            blocks.append(self.f.close([value]))
        joined = types.join(yielded[0].type, yielded[1].type)
        assert joined is not None
        return self.f.if_(p, blocks[0], blocks[1], [joined])

    def add_loop(self, values: list[Value], depth: int) -> tuple[Value, ...]:
        n, p, x = self.one(values, INT) or self.one(values, NONE), self.one(values, BOOL), self.one(values)
        if n is None or p is None or x is None:
            return ()
        opened = self.f.block([("i", INT), ("carried", x.type)])
        inner = self.block([*values, *opened.params], depth, 2)
        body = self.f.close([p, self.one(inner, x.type) or x])
        return self.f.loop(n, p, [x], body)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    build, cls, f = start(
        ("x", "f32[B,3]"), ("y", "f32[C]"), ("u", "f32[?,?]"), ("n", "int"), ("p", "bool"), ("s", "str")
    )
    values = list(f.params)
    maker = Maker(f, draw)
    for _ in range(draw(st.integers(1, 8))):
        maker.step(values, 0)
    f.finish(values[len(f.params) :] or values[:1])
    return finish(build, cls)


@given(programs())
@settings(max_examples=120)
def test_what_was_built_without_an_error_verifies(program: Program) -> None:
    assert verify_program(program) == []
