"""What loops, branches and calls of the reader cost beside CPython, and how updates in a loop grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from statistics import median
from time import thread_time
from typing import Any

import numpy as np

import tracebox as tb
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.ir import Instance, Value
from tracebox.schema.types_text import parse_type

from .harness import Row, interleave
from .overhead import saved

TURNS = 10_000
ROUNDS = 11
GROWTH = (5_000, 20_000)

Make = Callable[[FunctionBuilder], Iterable[Value]]
Turn = Callable[..., Iterable[Value]]


def rows() -> Iterator[Row]:
    """Ratios of processor time to CPython's, what an ``if`` and a ``call`` add, and how updates grow."""
    yield from _arrays()
    yield from _scalars()
    yield from _control()
    yield from _updates()


# --- programs -------------------------------------------------------------------


def runnable(params: dict[str, str], make: Make, callee: Make | None = None) -> Callable[..., Any]:
    """A program of one function, as a callable; `callee` makes ``f(x: int)``."""
    builder = ProgramBuilder()
    if callee is not None:
        f = builder.function("f", [("x", parse_type("int"))])
        f.finish(callee(f))
    cls = builder.module_class("bench.Bench")
    f = cls.method("forward", [(name, parse_type(text)) for name, text in params.items()])
    f.finish(make(f))
    cls.finish()
    builder.instance(Instance("bench.Bench", (), (), ()))
    return Runnable(builder.finish(["forward"]), {})


def counted(f: FunctionBuilder, turns: Value, carried: Sequence[Value], turn: Turn) -> tuple[Value, ...]:
    """A counted loop; `turn` takes the index and the carried values and gives the next ones."""
    start = f.const(True)
    body = f.block([("i", parse_type("int")), *((value.name, value.type) for value in carried)])
    made = [f.const(True), *turn(*body.params)]
    return f.loop(turns, start, carried, f.close(made))


def same(ours: Callable[..., Any], theirs: Callable[..., Any], *args: Any) -> None:
    """Both must give the same before anything is timed."""
    for _ in range(3):
        a, b = ours(*args), theirs(*args)
        if not (np.array_equal(a, b) if isinstance(b, np.ndarray) else a == b):
            raise SystemExit("the two loops differ")


# --- ratios ---------------------------------------------------------------------


def _arrays() -> Iterator[Row]:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        n, x, a, b = f.params

        def turn(i: Value, x: Value) -> Iterable[Value]:
            for _ in range(3):
                (x,) = f.op("multiply", x, a)
                (x,) = f.op("add", x, b)
                (x,) = f.op("subtract", x, a)
            return f.op("maximum", x, b)

        return counted(f, n, [x], turn)

    def plain(n: int, x: Any, a: Any, b: Any) -> Any:
        for _ in range(n):
            x = x * a
            x = x + b
            x = x - a
            x = x * a
            x = x + b
            x = x - a
            x = x * a
            x = x + b
            x = x - a
            x = np.maximum(x, b)
        return x

    params = {"n": "int", "x": "f32[16]", "a": "f32[16]", "b": "f32[16]"}
    ours = runnable(params, make)
    x, a, b = (np.full(16, value, np.float32) for value in (2, 0.5, 0.25))
    same(ours, plain, 100, x, a, b)
    times = interleave(
        {"ours": lambda: ours(TURNS, x, a, b), "plain": lambda: plain(TURNS, x, a, b)},
        ROUNDS,
        clock=thread_time,
    )
    yield _ratio("10,000 turns of 10 array operators, of CPython with NumPy", times, 1.5)
    fresh = [runnable(params, make) for _ in range(5)]
    times["ours"] = median([_seconds(run, TURNS, x, a, b) for run in fresh])
    yield _ratio("the same in a program's first call", times, 1.5)


def _scalars() -> Iterator[Row]:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        n, x = f.params
        three, five, seven, many = (f.const(value) for value in (3, 5, 7, 1_000_003))

        def turn(i: Value, x: Value) -> Iterable[Value]:
            (y,) = f.op("int.multiply", x, three)
            (y,) = f.op("int.add", y, i)
            (y,) = f.op("int.subtract", y, five)
            (z,) = f.op("int.multiply", i, seven)
            (y,) = f.op("int.add", y, z)
            (z,) = f.op("int.floor_divide", y, three)
            (y,) = f.op("int.add", y, z)
            (y,) = f.op("int.multiply", y, five)
            (y,) = f.op("int.add", y, seven)
            return f.op("int.remainder", y, many)

        return counted(f, n, [x], turn)

    def plain(n: int, x: int) -> int:
        for i in range(n):
            y = x * 3
            y = y + i
            y = y - 5
            z = i * 7
            y = y + z
            z = y // 3
            y = y + z
            y = y * 5
            y = y + 7
            x = y % 1_000_003
        return x

    ours = runnable({"n": "int", "x": "int"}, make)
    same(ours, plain, 100, 1)
    times = interleave(
        {"ours": lambda: ours(TURNS, 1), "plain": lambda: plain(TURNS, 1)}, ROUNDS, clock=thread_time
    )
    yield _ratio("10,000 turns of 10 scalar operators, of CPython", times, 10)


def _seconds(run: Callable[..., object], *args: Any) -> float:
    start = thread_time()
    run(*args)
    return thread_time() - start


def _ratio(what: str, times: dict[str, float], bound: float) -> Row:
    note = ", ".join(f"{name} {taken * 1e3:.2f} ms" for name, taken in times.items())
    return Row(what=what, value=times["ours"] / times["plain"], unit="x", bound=bound, note=note)


# --- branches and calls ---------------------------------------------------------


def _control() -> Iterator[Row]:
    """Loops with one addition each: bare, in a branch, and in a function that is called."""

    def add(f: FunctionBuilder, x: Value) -> Iterable[Value]:
        return f.op("int.add", x, f.const(1))

    def branch(f: FunctionBuilder, x: Value, choice: Value) -> Iterable[Value]:
        f.block()
        then = f.close(add(f, x))
        f.block()
        otherwise = f.close([x])
        return f.if_(choice, then, otherwise, [x.type])

    params = {"n": "int", "x": "int", "choice": "bool"}

    def loop(turn: Callable[[FunctionBuilder, Value, Value], Iterable[Value]]) -> Make:
        return lambda f: counted(f, f.params[0], [f.params[1]], lambda i, x: turn(f, x, f.params[2]))

    bare = runnable(params, loop(lambda f, x, choice: add(f, x)))
    chosen = runnable(params, loop(branch))
    called = runnable(params, loop(lambda f, x, choice: f.call("f", x)), lambda f: add(f, f.params[0]))
    for one in (bare, chosen, called):
        same(one, lambda n, x, choice: n + x, 100, 1, True)
    times = interleave(
        {
            "bare": lambda: bare(TURNS, 0, True),
            "if": lambda: chosen(TURNS, 0, True),
            "call": lambda: called(TURNS, 0, True),
        },
        ROUNDS,
        clock=thread_time,
    )
    for name in ("if", "call"):
        value = (times[name] - times["bare"]) / TURNS * 1e6
        yield Row(what=f"what a {name} adds to a turn", value=value, unit="us", bound=1.5)


# --- growth ---------------------------------------------------------------------


def _updates() -> Iterator[Row]:
    """Seconds of 20,000 turns over those of 5,000: 4 where a turn costs the same, 16 where it copies."""
    few, many = GROWTH
    for what, (run, plain) in _growing().items():
        if run(100) != plain(100):
            raise SystemExit(f"{what}: the two loops differ")
        runs = {"few": partial(run, few), "many": partial(run, many), "plain": partial(plain, many)}
        times = interleave(runs, 5, clock=thread_time)
        yield Row(
            what=f"20,000 {what}, of 5,000",
            value=times["many"] / times["few"],
            unit="x",
            bound=5,
            note=f"{times['many'] / many * 1e6:.2f} us each, CPython {times['plain'] / many * 1e6:.2f} us",
        )


def _growing() -> dict[str, tuple[Callable[[int], Any], Callable[[int], Any]]]:
    item = parse_type("int")

    def loop_of(start: Callable[[FunctionBuilder], Value], turn: Callable[..., Iterable[Value]]) -> Any:
        def make(f: FunctionBuilder) -> Iterable[Value]:
            first = start(f)
            return counted(f, f.params[0], [first], lambda i, x: turn(f, i, x))

        return runnable({"n": "int"}, make)

    def empty(f: FunctionBuilder) -> Value:
        return f.op("list.new", item=item)[0]

    def odd_only(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
        (rest,) = f.op("int.remainder", i, f.const(2))
        f.block()
        then = f.close(f.op("list.append", x, i))
        f.block()
        otherwise = f.close([x])
        return f.if_(f.op("int.to_bool", rest)[0], then, otherwise, [x.type])

    appends = loop_of(empty, lambda f, i, x: f.op("list.append", x, i))
    branches = loop_of(empty, odd_only)
    keys = loop_of(
        lambda f: f.op("dict.new", key=item, value=item)[0], lambda f, i, x: f.op("dict.set", x, i, i)
    )

    def sets(n: int, x: list[int]) -> list[int]:
        for i in range(n):
            x[i] = i + x[i]
        return x

    def set_items(f: FunctionBuilder) -> Iterable[Value]:
        def turn(i: Value, x: Value) -> Iterable[Value]:
            (value,) = f.op("int.add", i, *f.op("list.get", x, i))
            return f.op("list.set", x, i, value)

        return counted(f, f.params[0], [f.params[1]], turn)

    items = runnable({"n": "int", "x": "list[int]"}, set_items)

    def write(x: Any) -> Any:
        def turn(i: Any, x: Any) -> Any:
            x[i] = x[i] * 2 + 1
            return x

        return tb.for_loop(x.shape[0], turn, x)

    arrays = saved(write, np.zeros(8))

    def appended(n: int, every: int = 1) -> list[int]:
        x: list[int] = []
        for i in range(n):
            if i % every == every - 1:
                x.append(i)
        return x

    def keyed(n: int) -> dict[int, int]:
        x: dict[int, int] = {}
        for i in range(n):
            x[i] = i
        return x

    def written(n: int) -> Any:
        x = np.zeros(n)
        for i in range(n):
            x[i] = x[i] * 2 + 1
        return x.sum()

    return {
        "appends to a list": (appends, appended),
        "turns, an append in every other one": (branches, lambda n: appended(n, 2)),
        "writes x[i] = v into a list": (lambda n: items(n, [1] * n), lambda n: sets(n, [1] * n)),
        "writes x[i] = v into an array": (lambda n: arrays(np.zeros(n)).sum(), written),
        "writes d[i] = v into a dict": (keys, keyed),
    }
