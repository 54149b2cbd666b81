"""Programs that are run: ``cases/program/run.json``. SPEC 10.

Each failing case has a twin, the same program with other inputs, that gives a result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...schema import dims
from ...schema.builder import FunctionBuilder, ProgramBuilder
from ...schema.ir import Instance, Program, TensorConst
from ...schema.types import BOOL, FLOAT, INT, STR, Type, list_of, tensor, tuple_of
from ..oracle.arrays import Array
from .program_cases import f32

ZERO = TensorConst("f32", (), bytes(4))
Make = Callable[[FunctionBuilder], None]


@dataclass(frozen=True, slots=True)
class Run:
    """A program, inputs that give `outputs`, and inputs that end in the error `label`."""

    name: str
    program: Program
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    failing: dict[str, tuple[str, tuple[Any, ...]]]


def numbers(*values: float) -> Array:
    """A float32 tensor of one axis."""
    return Array("f32", (len(values),), list(values))


def zeros(*shape: int, dtype: str = "f32") -> Array:
    count = 1
    for size in shape:
        count *= size
    return Array(dtype, shape, [0 if dtype[0] == "i" else 0.0] * count)


def _callees(build: ProgramBuilder) -> None:
    """Functions whose parameters have expressions for sizes, or stand in containers."""
    n, m = dims.symbol("N"), dims.symbol("M")
    twice = tensor("f32", [dims.add(dims.mul(2, n), 1)])
    sized = build.function("lib.sized", [("x", f32("N")), ("y", twice)])
    sized.finish([sized.params[1]])
    quotient = tensor("f32", [dims.floordiv(n, m)])
    ratio = build.function("lib.ratio", [("x", f32("N")), ("y", f32("M")), ("z", quotient)])
    ratio.finish([ratio.params[2]])
    pairs = build.function("lib.pairs", [("p", tuple_of(f32("N"), f32("N"))), ("l", list_of(f32("N")))])
    pairs.finish([pairs.params[1]])


def _operators(build: ProgramBuilder) -> None:
    """Two custom operators: one of two results that calls the other, whose body may fail."""
    half = build.function("half", [("x", f32("N"))])
    (even,) = half.op("reshape", half.params[0], shape=(dims.floordiv(dims.symbol("N"), 2), 2))
    (first,) = half.op("sum", even, axes=(1,))
    pairs = build.body("com.example.pairs", {}, half.finish([first]))
    both = build.function("both", [("x", f32("N")), ("y", f32())])
    x, y = both.params
    (scaled,) = both.op("multiply", x, y)
    (sums,) = both.op("com.example.pairs", scaled, body=pairs)
    build.body("com.example.scaled", {}, both.finish([scaled, sums]))
    del build.functions["half"], build.functions["both"]


def _custom(f: FunctionBuilder) -> None:
    x, y = f.params
    scaled, sums = f.op("com.example.scaled", x, y, body=1)
    (again,) = f.op("com.example.scaled", sums, y, body=1)[:1]
    f.finish([scaled, again])


def _program(
    params: list[tuple[str, Type]], make: Make, *, callees: bool = False, operators: bool = False
) -> Program:
    build = ProgramBuilder()
    if operators:
        _operators(build)
    free = build.function("lib.same", [("x", f32("N")), ("y", f32("N"))])
    free.finish([free.params[0]])
    if callees:
        _callees(build)
    cls = build.module_class("m.Net", fields=[("count", INT)])
    f = cls.method("fail", [("message", STR)])
    f.raise_("ValueError", f.params[0])
    f.finish([], [f32(1)])
    f = cls.method("bump", [])
    f.set("count", f.op("int.add", f.get("count"), f.const(1))[0])
    f.finish([])
    f = cls.method("forward", params)
    make(f)
    cls.finish()
    build.instance(Instance("m.Net", (), (5,), ()))
    return build.finish(["forward"])


def _guard(f: FunctionBuilder) -> None:
    x, p = f.params
    f.guard(p, "p was true", "branch")
    f.finish([x])


def _raise(f: FunctionBuilder) -> None:
    x, p = f.params
    f.block()
    then = f.close([x])
    f.block()
    f.raise_("ValueError", f.const("p is false"))
    f.finish(f.if_(p, then, f.close(), [x.type]))


def _refine(f: FunctionBuilder) -> None:
    f.finish([f.refine(f.params[0], f32("M"), ["M"])])


def _bind(f: FunctionBuilder) -> None:
    size = f.bind(f.params[0], "S")
    f.finish(f.op("full", f.const(ZERO), shape=(size,)))


def _argument(f: FunctionBuilder) -> None:
    f.finish(f.call("lib.same", *f.params))


def _calls(callee: str) -> Make:
    return lambda f: void(f.finish(f.call(callee, *f.params)))


def void(_: object) -> None:
    """What is built stays in the builder."""


def _rule(f: FunctionBuilder) -> None:
    f.finish(f.op("add", *f.params))


def _symbol(f: FunctionBuilder) -> None:
    a, b = dims.symbol("A"), dims.symbol("B")
    f.finish(f.op("full", f.const(ZERO), shape=(dims.floordiv(a, b),)))


def _loop(f: FunctionBuilder) -> None:
    trips, go, start = f.params
    body = f.block([("i", INT), ("total", INT)])
    (total,) = f.op("int.add", body.params[1], body.params[0])
    f.finish(f.loop(trips, go, [start], f.close([go, total])))


def _while(f: FunctionBuilder) -> None:
    (limit,) = f.params
    none, true, start = f.const(None), f.const(True), f.const(0)
    body = f.block([("i", INT), ("n", INT)])
    (n,) = f.op("int.add", body.params[1], f.const(3))
    (go,) = f.op("int.less", n, limit)
    f.finish(f.loop(none, true, [start], f.close([go, n])))


def _waited(f: FunctionBuilder) -> None:
    p, message = f.params
    f.fork("self.fail", message)
    f.guard(p, "p was true", "assert")
    f.finish([p])


def _state(f: FunctionBuilder) -> None:
    before = f.get("count", "before")
    f.call("self.bump")
    f.call("self.bump")
    f.finish([before, f.get("count", "after")])


def _scalars(f: FunctionBuilder) -> None:
    f.finish(list(f.params))


def phase(label: str) -> str:
    """The phase of an error of a call; that of an operator is the program's. SPEC 11.1."""
    return {"run.guard": "guard"}.get(label, "argument" if label.startswith("bind.") else "program")


def runs() -> list[Run]:
    """All of them."""
    x, p = ("x", f32("B")), ("p", BOOL)
    one, two, three = numbers(1), numbers(1, 2), numbers(1, 2, 3)
    pair: list[tuple[str, Type]] = [("x", f32("A")), ("y", f32("B"))]
    open_ = f32(dims.UNKNOWN)
    open_pair: list[tuple[str, Type]] = [("x", open_), ("y", open_)]
    counted: list[tuple[str, Type]] = [("trips", INT), ("go", BOOL), ("start", INT)]
    typed: list[tuple[str, Type]] = [("x", f32("B", 2)), ("n", FLOAT), ("flag", BOOL)]
    good = (zeros(3, 2), 0.5, True)
    return [
        Run(
            "guard",
            _program([x, p], _guard),
            (two, True),
            (two,),
            {"guard-false": ("run.guard", (two, False))},
        ),
        Run("raise", _program([x, p], _raise), (two, True), (two,), {"raised": ("run.raise", (two, False))}),
        Run(
            "custom-operators",
            _program([x, ("y", f32())], _custom, operators=True),
            (numbers(1, 2, 3, 4), Array("f32", (), [2])),
            (numbers(2, 4, 6, 8), numbers(12, 28)),
            {"rule-in-a-body": ("reshape.C2", (numbers(1, 2, 3), Array("f32", (), [2])))},
        ),
        Run(
            "refine",
            _program([("u", tensor("f32", None))], _refine),
            (two,),
            (two,),
            {"refine-rank": ("run.refine", (zeros(2, 2),))},
        ),
        Run("bind", _program([("n", INT)], _bind), (2,), (zeros(2),), {"bind-negative": ("run.bind", (-1,))}),
        Run(
            "argument",
            _program(pair, _argument),
            (two, two),
            (two,),
            {"sizes": ("run.argument", (two, three))},
        ),
        Run(
            "argument-of-open-size",
            _program(open_pair, _argument),
            (two, two),
            (two,),
            {"other": ("run.argument", (two, three)), "not-stretched": ("run.argument", (one, two))},
        ),
        Run(
            "argument-of-expression",
            _program(open_pair, _calls("lib.sized"), callees=True),
            (one, three),
            (three,),
            {
                "other": ("run.argument", (one, two)),
                "larger": ("run.argument", (two, three)),
                "of-none": ("run.argument", (numbers(), two)),
            },
        ),
        Run(
            "argument-of-symbols-and-expression",
            _program(pair, _calls("lib.sized"), callees=True),
            (one, three),
            (three,),
            {"other": ("run.argument", (two, three))},
        ),
        Run(
            "argument-of-quotient",
            _program([*open_pair, ("z", f32(dims.UNKNOWN))], _calls("lib.ratio"), callees=True),
            (three, two, one),
            (one,),
            {
                "other": ("run.argument", (three, one, two)),
                "without-value": ("run.argument", (three, numbers(), numbers())),
            },
        ),
        Run(
            "argument-in-containers",
            _program(
                [("p", tuple_of(open_, open_)), ("l", list_of(open_))], _calls("lib.pairs"), callees=True
            ),
            ((two, two), [two, two]),
            ([two, two],),
            {
                "tuple": ("run.argument", ((two, three), [two])),
                "list": ("run.argument", ((two, two), [two, three])),
            },
        ),
        Run(
            "rule-at-run-time",
            _program(pair, _rule),
            (two, two),
            (numbers(2, 4),),
            {"other-size": ("add.C1", (two, three)), "one-is-not-stretched": ("add.C1", (two, one))},
        ),
        Run(
            "division-of-sizes",
            _program(pair, _symbol),
            (three, one),
            (zeros(3),),
            {"division-by-zero": ("run.symbol", (three, numbers()))},
        ),
        Run("loop", _program(counted, _loop), (4, True, 10), (16,), {}),
        Run("loop-negative-trips", _program(counted, _loop), (-3, True, 10), (10,), {}),
        Run("loop-false-at-first", _program(counted, _loop), (4, False, 10), (10,), {}),
        Run("loop-without-count", _program([("limit", INT)], _while), (7,), (9,), {}),
        Run("state", _program([], _state), (), (5, 7), {}),
        Run(
            "arguments",
            _program(typed, _scalars),
            good,
            good,
            {
                "fixed-size": ("bind.shape", (zeros(3, 3), 0.5, True)),
                "rank": ("bind.shape", (zeros(3), 0.5, True)),
                "dtype": ("bind.dtype", (zeros(3, 2, dtype="i64"), 0.5, True)),
                "str-for-tensor": ("bind.type", ("x", 0.5, True)),
                "str-for-float": ("bind.type", (zeros(3, 2), "0.5", True)),
                "int-for-bool": ("bind.type", (zeros(3, 2), 0.5, 1)),
                "int-that-no-float-is": ("bind.value", (zeros(3, 2), 2**53 + 1, True)),
            },
        ),
    ]


def unfinished() -> list[Run]:
    """Programs that fail with all inputs: their order of errors is what counts."""
    both: list[tuple[str, Type]] = [("p", BOOL), ("message", STR)]
    return [
        Run(
            "unwaited-fork",
            _program(both, _waited),
            (),
            (),
            {
                "fork-error-at-the-end": ("run.raise", (True, "kept")),
                "guard-before-the-end": ("run.guard", (False, "kept")),
            },
        ),
    ]
