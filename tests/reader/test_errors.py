"""What an error at run time says: operator, shapes, calls, source lines. SPEC 10.4."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tracebox.archive import write_archive
from tracebox.archive.entries import entry_points, required_features, state_fields
from tracebox.archive.program import encode_program, encode_spans
from tracebox.reader.load import load
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import ProgramError, TraceboxError
from tracebox.schema.ir import Instance, Program, Span, Value
from tracebox.schema.types import TensorType
from tracebox.schema.types_text import parse_type

from .build import f32, function, loop, method, program

SOURCE = """def forward(self, x, y):
    for _ in range(2):
        x = self.cell(x, y)
    return x

def cell(self, x, y):
    return x + y
"""


def nested() -> Program:
    builder = ProgramBuilder()
    cell = builder.module_class("net.Cell")

    def add(f: FunctionBuilder) -> Iterable[Value]:
        f.span = Span("net.py", 7, function="Cell.cell")
        return f.op("add", *f.params)

    method(cell, "cell", {"x": "f32[A]", "y": "f32[B]"}, add)
    cell.finish()
    net = builder.module_class("net.Net", submodules=[("left", "net.Cell")])

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        x, y = f.params
        two = f.const(2)
        wide = f.refine(x, TensorType("f32", None))

        def turn(i: Value, inside: Value) -> Iterable[Value]:
            f.span = Span("net.py", 3, function="Net.forward")
            again = f.refine(inside, x.type)
            (found,) = f.call("self.left.cell", again, y)
            return [f.refine(found, wide.type)]

        return loop(f, two, [wide], turn)

    method(net, "forward", {"x": "f32[A]", "y": "f32[B]"}, forward)
    net.finish()
    builder.instance(Instance("net.Cell", (), (), ()))
    builder.instance(Instance("net.Net", (), (), (0,)))
    return builder.finish(["forward"])


def archive_of(made: Program, tensors: dict[str, Any] | None = None, *, source: str = "") -> bytes:
    debug = {"debug/spans.msgpack": encode_spans(made)}
    if source:
        debug["debug/source/net.py"] = source.encode()
    data = write_archive(
        None,
        program=encode_program(made),
        entry_points=entry_points(made),
        state=state_fields(made),
        features=required_features(made),
        tensors=tensors or {},
        debug=debug,
    )
    assert data is not None
    return data


@pytest.mark.parametrize("calls", [0, 3])
def test_an_error_names_operator_shapes_modules_and_lines(calls: int) -> None:
    run = load(archive_of(nested(), source=SOURCE))
    for _ in range(calls):
        run(f32(3), f32(3))
    with pytest.raises(ProgramError) as caught:
        run(f32(3), f32(2))
    error = caught.value
    assert error.code == "add.C1"
    assert str(error) == (
        "left.cell: add(f32[3], f32[2]) at net.py:7 `return x + y`: "
        "[add.C1] broadcastable(shape(x), shape(y)); got x: f32[3], y: f32[2]"
    )
    assert error.__notes__ == [
        "Traceback of the program (most recent call last):\n"
        '  File "net.py", line 3, in Net.forward (forward)\n'
        "    x = self.cell(x, y)\n"
        '  File "net.py", line 7, in Cell.cell (left.cell)\n'
        "    return x + y"
    ]
    assert [(frame.function, frame.what) for frame in error.frames] == [  # type: ignore[attr-defined]
        ("forward", "call self.left.cell"),
        ("left.cell", "add"),
    ]


def test_without_debug_information_the_calls_are_named() -> None:
    made = nested()
    data = write_archive(
        None,
        program=encode_program(made),
        entry_points=entry_points(made),
        features=required_features(made),
    )
    assert data is not None
    with pytest.raises(ProgramError, match=r"^left.cell: add\(f32\[3\], f32\[2\]\): \[add.C1\]") as caught:
        load(data)(f32(3), f32(2))
    assert "  in forward: call self.left.cell\n  in left.cell: add" in caught.value.__notes__[0]


@pytest.mark.parametrize("calls", [0, 3])
def test_an_operator_s_own_error_has_its_label_and_rule(calls: int) -> None:
    run = Runnable(program({"x": "i64[2]", "y": "i64[2]"}, lambda f: f.op("floor_divide", *f.params)), {})
    for _ in range(calls):
        run(np.ones(2, np.int64), np.ones(2, np.int64))
    with pytest.raises(ProgramError) as caught:
        run(np.ones(2, np.int64), np.zeros(2, np.int64))
    assert caught.value.code == "floor_divide.E1"
    assert str(caught.value).startswith("forward: floor_divide(i64[2], i64[2]): [floor_divide.E1]")


def test_the_error_of_a_fork_is_placed_where_it_happened() -> None:
    def declare(builder: ProgramBuilder) -> None:
        function(
            builder, "net.part", {"n": "int"}, lambda f: f.op("int.floor_divide", f.params[0], f.const(0))
        )

    made = program({"n": "int"}, lambda f: [f.wait(f.fork("net.part", f.params[0]))], functions=declare)
    run = Runnable(made, {})
    for _ in range(3):
        with pytest.raises(
            ProgramError, match=r"^net.part: int.floor_divide\(1, 0\): \[int.floor_divide.E2\]"
        ):
            run(1)


@pytest.mark.parametrize("calls", [0, 3])
def test_a_bug_in_a_native_kernel_stays_what_it_is(calls: int) -> None:
    builder = ProgramBuilder()
    f = builder.function("com.acme.op", [("x", TensorType("f32", (2,)))])
    body = builder.body("com.acme.op", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.op"]
    cls = builder.module_class("net.Net")
    method(cls, "forward", {"x": "f32[2]"}, lambda f: f.op("com.acme.op", f.params[0], body=body))
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    made = builder.finish(["forward"])
    broken = False

    def native(x: Any) -> Any:
        if broken:
            raise KeyError("oops")
        return x + 1

    run = Runnable(made, {}, operators={"com.acme.op": native})
    for _ in range(calls):
        assert run(f32(2)).tolist() == [1, 2]
    assert Runnable(made, {})(f32(2)).tolist() == [0, 1]
    broken = True
    with pytest.raises(KeyError) as caught:
        run(f32(2))
    assert "forward: com.acme.op(f32[2])" in caught.value.__notes__[0]


def test_a_native_kernel_must_give_the_declared_types() -> None:
    builder = ProgramBuilder()
    f = builder.function("com.acme.op", [("x", TensorType("f32", (2,)))])
    body = builder.body("com.acme.op", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.op"]
    cls = builder.module_class("net.Net")
    method(cls, "forward", {"x": "f32[2]"}, lambda f: f.op("com.acme.op", f.params[0], body=body))
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    made = builder.finish(["forward"])
    for wrong in (lambda x: x[:1], lambda x: x.astype(np.float64), lambda x: 3, lambda x: (x, x)):
        with pytest.raises(ProgramError, match=r"\[run.native\]"):
            Runnable(made, {}, operators={"com.acme.op": wrong})(f32(2))


def test_a_native_kernel_must_give_sizes_that_the_body_gives() -> None:
    builder = ProgramBuilder()
    f = builder.function("com.acme.op", [("x", parse_type("f32[B,C]"))])
    body = builder.body("com.acme.op", {}, f.finish(f.op("permute_dims", f.params[0], axes=(1, 0))))
    del builder.functions["com.acme.op"]
    cls = builder.module_class("net.Net")
    method(cls, "forward", {"x": "f32[N,3]"}, lambda f: f.op("com.acme.op", f.params[0], body=body))
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    made = builder.finish(["forward"])
    x = np.zeros((2, 3), np.float32)
    assert Runnable(made, {}, operators={"com.acme.op": lambda x: x.T.copy()})(x).shape == (3, 2)
    with pytest.raises(ProgramError, match=r"\[run.native\]"):
        Runnable(made, {}, operators={"com.acme.op": lambda x: x.copy()})(x)


def test_errors_are_of_one_tree() -> None:
    run = Runnable(nested(), {})
    with pytest.raises(TraceboxError) as caught:
        run(f32(3), f32(2))
    assert [problem.as_json()["code"] for problem in caught.value.problems] == ["add.C1"]
