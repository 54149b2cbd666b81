"""Programs with much for passes to do: constants, neutral elements, short loops, decided branches, calls."""

from __future__ import annotations

from random import Random

import numpy as np

from tracebox.schema import dims
from tracebox.schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from tracebox.schema.ir import Block, Const, Instance, Program, TensorConst, Value
from tracebox.schema.types import BOOL, FLOAT, INT, TensorType, Type, tensor

ROWS = tensor("f32", [dims.symbol("B"), 3])
INTS = (0, 1, 2, -1, 3)
FLOATS = (0.0, -0.0, 1.0, 2.5, float("inf"), float("nan"))
UNARY = ("negative", "abs", "sign", "floor", "sin", "relu", "tanh")
BINARY = ("add", "subtract", "multiply", "divide")


def busy_program(r: Random) -> Program:
    """One program, as `r` chooses."""
    builder = ProgramBuilder()
    for number in range(r.randrange(3)):
        made = builder.function(f"lib.f{number}", [("x", ROWS), ("n", INT), ("flag", BOOL)])
        Maker(r, made, None).finish()
    inner = builder.module_class(
        "lib.Inner", params=[("w", tensor("f32", [3])), ("u", tensor("f32", [3]))], fields=[("count", INT)]
    )
    Maker(r, inner.method("step", [("x", ROWS), ("n", INT), ("flag", BOOL)]), inner).finish()
    inner.finish()
    cls = builder.module_class(
        "lib.Net",
        params=[("w", tensor("f32", [3])), ("u", tensor("f32", [3]))],
        fields=[("count", INT)],
        submodules=[("inner", "lib.Inner")],
    )
    for name in ("step", "forward"):
        Maker(r, cls.method(name, [("x", ROWS), ("n", INT), ("flag", BOOL)]), cls).finish()
    cls.finish()
    builder.instance(Instance("lib.Inner", ("inner.w", "inner.u"), (1,), ()))
    builder.instance(Instance("lib.Net", ("w", "u"), (2,), (0,)))
    return builder.finish(["forward"])


class Maker:
    """Fills one function."""

    def __init__(self, r: Random, builder: FunctionBuilder, owner: ClassBuilder | None) -> None:
        self.r = r
        self.b = builder
        self.owner = owner
        self.values = list(builder.params)
        self.depth = 0

    def finish(self) -> None:
        self.steps(self.r.randrange(3, 14), 2)
        self.b.finish([self.rows(), self.one(INT)])

    def steps(self, count: int, depth: int) -> None:
        makers = [self.unary, self.binary, self.neutral, self.shaped, self.scalar, self.boolean, self.pair]
        makers += [self.field, self.call, self.guard] + [self.branch, self.loop] * (depth > 0)
        for _ in range(count):
            self.depth = depth
            self.r.choice(makers)()

    def keep(self, *values: Value) -> None:
        self.values += values

    def rows(self) -> Value:
        return self.r.choice([value for value in self.values if value.type == ROWS])

    def constant(self, value: Const) -> Value:
        self.keep(self.b.const(value))
        return self.values[-1]

    def one(self, t: Type) -> Value:
        """A value of a scalar type, a constant half of the time."""
        found = [value for value in self.values if value.type is t]
        if found and self.r.random() < 0.5:
            return self.r.choice(found)
        chosen: dict[Type, tuple[Const, ...]] = {INT: INTS, FLOAT: FLOATS, BOOL: (True, False)}
        return self.constant(self.r.choice(chosen[t]))

    def unary(self) -> None:
        self.keep(*self.b.op(self.r.choice(UNARY), self.rows()))

    def binary(self) -> None:
        self.keep(*self.b.op(self.r.choice(BINARY), self.rows(), self.rows()))

    def neutral(self) -> None:
        shape = self.r.choice(((), (3,), (1, 3)))
        data = np.full(shape, self.r.choice((0.0, -0.0, 1.0)), "<f4").tobytes()
        operands = [self.constant(TensorConst("f32", shape, data)), self.rows()]
        self.r.shuffle(operands)
        self.keep(*self.b.op(self.r.choice(BINARY), *operands))
        self.keep(*self.b.op(self.r.choice(BINARY), operands[0], operands[0]))

    def shaped(self) -> None:
        x, turned = self.rows(), (1, 0)
        (a,) = self.b.op("permute_dims", x, axes=self.r.choice(((0, 1), turned)))
        self.keep(a, *self.b.op("permute_dims", a, axes=self.r.choice(((0, 1), turned))))
        shape = x.type.shape if isinstance(x.type, TensorType) and x.type.shape else ()
        (flat,) = self.b.op("reshape", x, shape=(*shape, 1))
        self.keep(*self.b.op("reshape", flat, shape=shape), *self.b.op("concat", x, axis=0))
        (cut,) = self.b.op("slice", x, starts=(0, self.r.randrange(2)), stops=shape, steps=(1, 1))
        width = cut.type.shape[1] if isinstance(cut.type, TensorType) and cut.type.shape else 0
        self.keep(*self.b.op("slice", cut, starts=(0, 0), stops=(shape[0], width), steps=(1, 2)))

    def scalar(self) -> None:
        name = self.r.choice(("add", "multiply", "subtract", "floor_divide", "max"))
        self.keep(*self.b.op(f"int.{name}", self.one(INT), self.one(INT)))
        name = self.r.choice(("add", "multiply", "subtract", "divide"))
        self.keep(*self.b.op(f"float.{name}", self.one(FLOAT), self.one(FLOAT)))
        self.keep(*self.b.op("size", dim=self.r.choice((3, dims.symbol("B")))))

    def boolean(self) -> None:
        self.keep(*self.b.op(self.r.choice(("bool.and", "bool.or")), self.one(BOOL), self.one(BOOL)))
        self.keep(
            *self.b.op("int.less", self.one(INT), self.one(INT)), *self.b.op("bool.not", self.one(BOOL))
        )

    def pair(self) -> None:
        (made,) = self.b.op("tuple.new", self.one(INT), self.rows())
        self.keep(*self.b.op("tuple.get", made, index=self.r.randrange(2)))

    def field(self) -> None:
        if self.owner is None:
            return
        self.keep(self.b.get("count"), self.b.param("w"))
        if self.r.random() < 0.3:
            self.b.set("count", self.one(INT))
        (turned,) = self.b.op(self.r.choice(("negative", "abs", "sin")), self.b.param(self.r.choice("wu")))
        self.keep(*self.b.op("multiply", self.rows(), turned))
        (wide,) = self.b.op("add", self.rows(), self.b.param("w"))
        self.keep(wide)

    def guard(self) -> None:
        self.b.guard(self.one(BOOL), "a guard", "branch")
        if self.r.random() < 0.5:
            self.b.print_(*self.b.op("int.to_str", self.one(INT)))

    def call(self) -> None:
        names = list(self.b.program.functions)
        if self.owner is not None:
            names += [f"self.{name}" for name in self.owner.methods]
            names += [f"self.{name}.step" for name, _ in self.owner.submodules]
        if names:
            x = (
                self.constant(TensorConst("f32", (1, 3), b"\0" * 12))
                if self.r.random() < 0.1
                else self.rows()
            )
            self.keep(*self.b.call(self.r.choice(names), x, self.one(INT), self.one(BOOL)))

    # --- blocks ---

    def inside(self, params: list[tuple[str, Type]], *, turn: bool) -> Block:
        depth, before = self.depth, list(self.values)
        opened = self.b.block(params)
        self.keep(*opened.params)
        self.steps(self.r.randrange(4), depth - 1)
        go = self.one(BOOL) if self.r.random() < 0.3 else self.b.const(True)
        block = self.b.close([*([go] if turn else []), self.rows(), self.one(INT)])
        self.depth, self.values = depth, before
        return block

    def branch(self) -> None:
        condition = self.one(BOOL)
        blocks = [self.inside([], turn=False) for _ in range(2)]
        self.keep(*self.b.if_(condition, blocks[0], blocks[1], [ROWS, INT]))

    def loop(self) -> None:
        carried = [self.rows(), self.one(INT)]
        trips, go = self.one(INT), self.b.const(self.r.random() < 0.9)
        body = self.inside([("i", INT), ("p", tensor("f32", [dims.symbol("B"), 3])), ("k", INT)], turn=True)
        self.keep(*self.b.loop(trips, go, carried, body))
