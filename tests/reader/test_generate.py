"""Generated code: the same results as the interpreter, and nothing of the file in it. SPEC 10.3."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.reader import generate
from tracebox.reader.interpret import HOT_TURNS
from tracebox.reader.kernels.registry import EXPRESSIONS
from tracebox.reader.program import Runnable
from tracebox.reader.steps import LOOP
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import TraceboxError
from tracebox.schema.ir import Program, Value
from tracebox.schema.types_text import parse_type

from .build import assert_same, f32, function, loop, program


def busy() -> Program:
    """A bit of everything."""

    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, n = f.params
        w = f.param("weight_of_the_first_layer")

        def turn(i: Value, y: Value) -> Iterable[Value]:
            (small,) = f.op("int.less", i, n)
            f.guard(small, "the index is small; import os", "value")
            (y,) = f.op("add", y, w)
            f.set("field_name", y)
            f.block()
            then = f.close(f.op("multiply", y, x))
            f.block()
            f.raise_("SomeError", f.const("never said"))
            otherwise = f.close()
            return f.if_(small, then, otherwise, [y.type])

        (y,) = loop(f, n, [x], turn)
        return [y, f.get("field_name")]

    return program(
        {"x": "f32[3]", "n": "int"},
        make,
        tensors={"weight_of_the_first_layer": "f32[3]"},
        fields={"field_name": ("f32[3]", _ref())},
    )


def _ref() -> Any:
    from tracebox.schema.ir import TensorRef

    return TensorRef("weight_of_the_first_layer")


TENSORS = {"weight_of_the_first_layer": f32(3)}


def test_the_source_is_made_of_slot_numbers_alone() -> None:
    run = Runnable(busy(), TENSORS)
    plan = run._entries["forward"][1]
    writer = generate.Writer(plan)
    writer.whole()
    writer.rest_of(next(step for step in plan.prepare().body if step.kind == LOOP))
    lines = writer.lines
    words = set(re.findall(r"[A-Za-z_]\w*", "\n".join(lines)))
    assert {word for word in words if not re.fullmatch(r"[vck]\d+", word)} <= {
        *("def", "f", "F", "S", "T", "t", "if", "else", "pass", "while", "and", "or", "return", "run"),
        *("None", "fork", "settle", "append"),
    }  # fmt: skip
    assert not re.search(r"[\"'#\\]", "\n".join(lines))


def test_every_line_is_a_step() -> None:
    run = Runnable(busy(), TENSORS)
    writer = generate.Writer(run._entries["forward"][1])
    writer.whole()
    assert len(writer.lines) == len(writer.steps)
    assert all(step is not None for step in writer.steps[1:-1])


@contextmanager
def no_compiler(kind: type[BaseException]) -> Iterator[None]:
    """Let ``compile`` fail, as where code must not be made from text."""
    active = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if active and event == "compile" and args[1] == "<tracebox plan>":
            raise kind("no code from text here")

    sys.addaudithook(hook)
    try:
        yield
    finally:
        active = False


@pytest.mark.parametrize("kind", [RuntimeError, PermissionError, NotImplementedError])
def test_where_code_cannot_be_compiled_the_interpreter_goes_on(kind: type[BaseException]) -> None:
    run = Runnable(busy(), TENSORS)
    expected = run(f32(3), 3)
    with no_compiler(kind):
        other = Runnable(busy(), TENSORS)
        for _ in range(4):
            assert_same(other(f32(3), 3), expected)
        assert other._entries["forward"][1].run.__code__.co_filename != "<tracebox plan>"


def test_a_hot_loop_of_a_first_call_gives_the_same() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        n, x = f.params
        one = f.const(1)

        def turn(i: Value, x: Value, kept: Value) -> Iterable[Value]:
            (x,) = f.op("list.append", x, i)
            (small,) = f.op("int.less", i, n)
            f.guard(small, "i < n", "value")
            f.set("count", *f.op("int.add", f.get("count"), one))
            (inner,) = loop(f, i, [kept], lambda j, kept: f.op("int.add", kept, j))
            task = f.fork("twice", inner)
            return [x, *f.op("int.remainder", f.wait(task), n)]

        items, kept = loop(f, n, [x, one], turn)
        return [items, kept, x, f.get("count")]

    def twice(builder: ProgramBuilder) -> None:
        function(builder, "twice", {"x": "int"}, lambda f: f.op("int.add", f.params[0], f.params[0]))

    made = program({"n": "int", "x": "list[int]"}, make, fields={"count": ("int", 0)}, functions=twice)
    for turns in (HOT_TURNS - 1, HOT_TURNS, HOT_TURNS + 1, 3 * HOT_TURNS):
        with no_compiler(RuntimeError):
            expected = Runnable(made, {})(turns, [7])
        first = Runnable(made, {})
        assert_same(first(turns, [7]), expected)
        assert_same(first(turns, [7]), expected)


def test_an_error_in_a_hot_loop_has_its_place() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (items,) = f.op("list.new", f.const(1), item=parse_type("int"))

        def turn(i: Value, total: Value) -> Iterable[Value]:
            (rest,) = f.op("int.floor_divide", i, f.const(2 * HOT_TURNS))
            return f.op("int.add", total, *f.op("list.get", items, rest))

        return loop(f, f.params[0], [f.const(0)], turn)

    made = program({"n": "int"}, make)
    messages = []
    for call in range(3):
        run = Runnable(made, {})
        for _ in range(call):
            run(1)
        with pytest.raises(TraceboxError) as caught:
            run(3 * HOT_TURNS)
        messages.append((str(caught.value), caught.value.__notes__, len(caught.value.frames)))  # type: ignore[attr-defined]
    assert messages[0] == messages[1] == messages[2]
    assert "list.get(list[int] of 1, 1)" in messages[0][0] and messages[0][2] == 1


NUMBERS: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, -1, 7, 2**62, 2**63 - 1, -(2**63)),
    "float": (0.0, -0.0, 1.5, -3.0, 1e308, float("inf"), float("nan")),
    "bool": (True, False),
}
INLINED = [
    (name, kind, operands)
    for kind, names in {
        "int": "add subtract multiply floor_divide remainder divide negative"
        " equal less less_equal and or xor invert",
        "float": "add subtract multiply divide negative equal less less_equal",
        "bool": "and or not",
    }.items()
    for name in names.split()
    for operands in ([1] if name in ("negative", "not", "invert") else [2])
]


@pytest.mark.parametrize(("name", "kind", "operands"), INLINED)
def test_operators_that_are_expressions_do_what_the_interpreter_does(
    name: str, kind: str, operands: int
) -> None:
    made = program({f"x{i}": kind for i in range(operands)}, lambda f: f.op(f"{kind}.{name}", *f.params))
    hot = Runnable(made, {})
    for values in product(NUMBERS[kind], repeat=operands):
        results = []
        for run in (Runnable(made, {}), hot, hot, hot):
            try:
                results.append(repr(run(*values)))
            except TraceboxError as error:
                results.append(str(error))
        assert len(set(results)) == 1, results
    assert hot._entries["forward"][1].prepare().body[-1].fn in EXPRESSIONS


def test_deep_nesting_stays_with_the_interpreter() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        one = f.const(1)

        def deeper(depth: int, total: Value) -> Value:
            if depth == 0:
                return f.op("int.add", total, one)[0]
            return loop(f, one, [total], lambda i, inner: [deeper(depth - 1, inner)])[0]

        return [deeper(30, f.params[0])]

    run = Runnable(program({"n": "int"}, make), {})
    assert [run(n) for n in range(4)] == [1, 2, 3, 4]


def test_a_long_function_is_compiled_and_a_very_long_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        y = f.params[0]
        for _ in range(300):
            (y,) = f.op("add", y, f.params[0])
        return [y]

    made = program({"x": "f32[2]"}, make)
    for most in (1000, 100):
        monkeypatch.setattr(generate, "MAX_LINES", most)
        run = Runnable(made, {})
        for _ in range(3):
            assert_same(run(f32(2)), 301 * f32(2))
        compiled = run._entries["forward"][1].run.__code__.co_filename == "<tracebox plan>"
        assert compiled is (most == 1000)


# --- random programs ------------------------------------------------------------------

BINARY = ("add", "subtract", "multiply", "maximum")
UNARY = ("negative", "abs", "exp", "floor")


@st.composite
def recipes(draw: st.DrawFn, depth: int = 2) -> list[Any]:
    """Instructions over a growing stack of values."""
    made: list[Any] = []
    for _ in range(draw(st.integers(1, 5))):
        pick = st.integers(0, 30)
        kinds = ["binary", "unary", "view", "update"]
        if depth:
            kinds += ["if", "loop", "set", "get"]
        kind = draw(st.sampled_from(kinds))
        if kind == "binary":
            made.append((kind, draw(st.sampled_from(BINARY)), draw(pick), draw(pick)))
        elif kind == "unary":
            made.append((kind, draw(st.sampled_from(UNARY)), draw(pick)))
        elif kind == "update":
            made.append((kind, draw(pick), draw(pick)))
        elif kind in ("view", "set"):
            made.append((kind, draw(pick)))
        elif kind == "get":
            made.append((kind,))
        elif kind == "if":
            made.append((kind, draw(recipes(depth - 1)), draw(recipes(depth - 1)), draw(pick)))
        else:
            made.append((kind, draw(recipes(depth - 1)), draw(st.integers(0, 3)), draw(pick)))
    return made


class Reference:
    """What a recipe means, in plain NumPy."""

    def __init__(self, flag: bool) -> None:
        self.flag = flag
        self.field = np.ones((2, 2), np.float32)

    def run(self, recipe: list[Any], values: list[Any]) -> Any:
        values = list(values)
        for kind, *rest in recipe:
            at = [values[i % len(values)] for i in rest if isinstance(i, int)]
            if kind == "binary":
                values.append(getattr(np, rest[0])(*at))
            elif kind == "unary":
                values.append(getattr(np, rest[0])(at[0]))
            elif kind == "view":
                values.append(at[0].T)
            elif kind == "update":
                changed = at[0].copy()
                changed[1:2] = at[1][0:1]
                values.append(changed)
            elif kind == "set":
                self.field = at[0]
            elif kind == "get":
                values.append(self.field)
            elif kind == "if":
                values.append(self.run(rest[0] if self.flag else rest[1], [*values, at[0]]))
            else:
                value = values[rest[2] % len(values)]
                for _ in range(rest[1]):
                    value = self.run(rest[0], [*values, value])
                values.append(value)
        return values[-1]


def built(recipe: list[Any]) -> Program:
    def block(f: FunctionBuilder, steps: list[Any], values: list[Value]) -> Value:
        values = list(values)
        for kind, *rest in steps:
            at = [values[i % len(values)] for i in rest if isinstance(i, int)]
            if kind in ("binary", "unary"):
                values += f.op(rest[0], *at)
            elif kind == "view":
                values += f.op("permute_dims", at[0], axes=(1, 0))
            elif kind == "update":
                (row,) = f.op("slice", at[1], starts=(0, 0), stops=(1, 2), steps=(1, 1))
                values += f.op("update_slice", at[0], row, starts=(1, 0), stops=(2, 2), steps=(1, 1))
            elif kind == "set":
                f.set("field", at[0])
            elif kind == "get":
                values.append(f.get("field"))
            elif kind == "if":
                f.block()
                then = f.close([block(f, rest[0], [*values, at[0]])])
                f.block()
                otherwise = f.close([block(f, rest[1], [*values, at[0]])])
                values += f.if_(f.params[1], then, otherwise, [at[0].type])
            else:
                trips, before = f.const(rest[1]), list(values)
                start = values[rest[2] % len(values)]
                values += loop(f, trips, [start], lambda i, v, r=rest, b=before: [block(f, r[0], [*b, v])])
        return values[-1]

    def make(f: FunctionBuilder) -> Iterable[Value]:
        return [block(f, recipe, [f.params[0]])]

    return program({"x": "f32[2,2]", "flag": "bool"}, make, fields={"field": ("f32[2,2]", _ref())})


@given(recipes(), st.booleans())
def test_random_programs_give_what_plain_numpy_gives(recipe: list[Any], flag: bool) -> None:
    x = (f32(2, 2) - 1) / 2
    tensors = {"weight_of_the_first_layer": np.ones((2, 2), np.float32)}
    session = Runnable(built(recipe), tensors).new_session()
    reference = Reference(flag)
    for _ in range(3):
        before = x.copy()
        result = session(x, flag)
        with np.errstate(all="ignore"):
            expected = reference.run(recipe, [x])
        np.testing.assert_array_equal(result, expected)
        np.testing.assert_array_equal(session.state["field"], reference.field)
        np.testing.assert_array_equal(x, before)


def test_an_error_in_generated_code_is_of_the_program() -> None:
    run = Runnable(busy(), TENSORS)
    for _ in range(3):
        run(f32(3), 2)
    with pytest.raises(TraceboxError):
        run(f32(3), 2.5)
