"""Loading archives. SPEC 10."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.reader.test_errors import archive_of
from tracebox.archive import CompressOptions, write_archive
from tracebox.archive.entries import entry_points, required_features, state_fields
from tracebox.archive.program import encode_program
from tracebox.reader.load import load
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import (
    ArgumentError,
    InvalidError,
    MalformedError,
    TraceboxError,
    UnsupportedError,
)
from tracebox.schema.ir import Block, Function, Instance, OpBody, Program, TensorRef, Value
from tracebox.schema.manifest import StateField
from tracebox.schema.types_text import parse_type

from .build import assert_same, f32, method, program, tensor_type


def counter() -> Program:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (y,) = f.op("add", *f.op("multiply", f.params[0], f.param("w")), f.get("h"))
        f.set("h", y)
        return [y]

    return program(
        {"x": "f32[2]"}, make, tensors={"w": "f32[2]"}, fields={"h": ("f32[2]", TensorRef("zero"))}
    )


TENSORS = {"w": f32(2, start=1), "zero": np.zeros(2, np.float32)}


def written(made: Program, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "program": encode_program(made),
        "entry_points": entry_points(made),
        "state": state_fields(made),
        "features": required_features(made),
        "tensors": TENSORS,
    }
    data = write_archive(None, **(fields | changes))
    assert data is not None
    return data


def test_a_program_comes_back_from_path_bytes_and_file(tmp_path: Path) -> None:
    path = tmp_path / "counter.tbox"
    path.write_bytes(written(counter()))
    with path.open("rb") as file:
        for source in (path, str(path), path.read_bytes(), file):
            with load(source) as run:
                session = run.new_session()
                assert_same(session(f32(2)), f32(2) * f32(2, start=1))
                assert_same(session(f32(2)), 2 * f32(2) * f32(2, start=1))
                assert run.manifest.entry_points[0].name == "forward"


def test_compressed_and_large_tensors() -> None:
    big = np.arange(500_000, dtype=np.float32)
    made = program(
        {"x": "f32[]"}, lambda f: f.op("add", f.param("w"), f.params[0]), tensors={"w": "f32[500000]"}
    )
    for compress in (None, CompressOptions()):
        run = load(written(made, tensors={"w": big}, compress=compress))
        for _ in range(3):
            assert_same(run(np.float32(1)), big + 1)


def test_the_tree_of_modules_is_shown() -> None:
    builder = ProgramBuilder()
    cell = builder.module_class("net.Cell", params=[("w", tensor_type("f32[512,2]"))])
    method(cell, "forward", {"x": "f32[B,2]"}, lambda f: [f.params[0]])
    cell.finish()
    net = builder.module_class(
        "net.Net",
        fields=[("n", parse_type("int"))],
        submodules=[("a", "net.Cell"), ("b", "net.Cell"), ("c", "net.Cell")],
    )
    method(net, "forward", {"x": "f32[B,2]"}, lambda f: f.call("self.a.forward", f.params[0]))
    net.finish()
    builder.instance(Instance("net.Cell", ("t",), (), ()))
    builder.instance(Instance("net.Cell", ("t",), (), ()))
    builder.instance(Instance("net.Net", (), (0,), (0, 1, 0)))
    run = load(written(builder.finish(["forward"]), tensors={"t": f32(512, 2)}))
    assert repr(run) == (
        "forward(x: f32[B,2]) -> f32[B,2]\n"
        "net.Net\n"
        "  n: int  state\n"
        "  a: net.Cell\n"
        "    w: f32[512,2]  4.0 KiB\n"
        "  b: net.Cell\n"
        "    w: f32[512,2]  4.0 KiB (tied)\n"
        "  c: net.Cell (as above)\n"
        "1 tensor, 4.0 KiB"
    )


def test_the_main_entry_point_can_be_chosen() -> None:
    builder = ProgramBuilder()
    cls = builder.module_class("net.Net")
    for name, number in (("one", 1), ("two", 2)):
        method(cls, name, {}, lambda f, number=number: [f.const(number)])  # type: ignore[misc]
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    data = written(builder.finish(["one", "two"]), tensors={})
    assert (load(data)(), load(data, entry="two")(), load(data).two()) == (1, 2, 2)
    with pytest.raises(ArgumentError, match=r"\[bind.entry\].*one, two"):
        load(data, entry="three")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tensors": {"w": f32(2)}}, "bind.tensor"),
        ({"tensors": {"w": f32(3), "zero": f32(2)}}, "bind.tensor"),
        ({"tensors": {"w": f32(2), "zero": np.zeros(2)}}, "bind.tensor"),
        ({"state": ()}, "bind.signature"),
        ({"state": (StateField("h", "f32[3]"),)}, "bind.signature"),
        ({"state": (StateField("g", "f32[2]"),)}, "bind.signature"),
        ({"entry_points": entry_points(program({"x": "f32[3]"}, lambda f: f.params))}, "bind.signature"),
    ],
)
def test_a_manifest_that_does_not_fit_the_program_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load(written(counter(), **changes))
    assert caught.value.code == code


def test_a_damaged_tensor_is_refused_before_it_is_used() -> None:
    made = program(
        {"x": "f32[]"}, lambda f: f.op("add", f.param("w"), f.params[0]), tensors={"w": "f32[600000]"}
    )
    data = bytearray(written(made, tensors={"w": np.zeros(600_000, np.float32)}))
    data[len(data) // 2] ^= 1
    run = load(bytes(data))
    for _ in range(2):
        with pytest.raises(MalformedError, match=r"\[digest\."):
            run(np.float32(0))


def test_only_parameters_of_functions_that_run_are_read() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, flag = f.params
        f.block()
        then = f.close(f.call("net.rare", x))
        f.block()
        otherwise = f.close([x])
        return f.if_(flag, then, otherwise, [x.type])

    def declare(builder: ProgramBuilder) -> None:
        f = builder.function("net.rare", [("x", parse_type("f32[2]"))])
        f.finish(f.op("add", f.params[0], f.params[0]))

    run = load(written(program({"x": "f32[2]", "flag": "bool"}, make, functions=declare), tensors={}))
    assert_same(run(f32(2), False), f32(2))
    plans = run._machine.planner._plans
    assert [plan.steps is None for plan in plans.values()] == [False, True]
    assert_same(run(f32(2), True), 2 * f32(2))


@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_is_left_as_it_was(collecting: bool) -> None:
    good = written(counter())
    bad = written(counter(), opsets={"tracebox": 2})
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        load(good)
        assert gc.isenabled() is collecting
        with pytest.raises(InvalidError):
            load(bad)
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()


def test_an_unsound_program_is_refused() -> None:
    data = archive_of(program({"x": "f32[2]"}, lambda f: f.params))
    assert load(data)(f32(2)).tolist() == [0, 1]
    with pytest.raises((MalformedError, InvalidError, UnsupportedError)):
        load(written(program({}, lambda f: [f.const(1)]), program=b"\x90"))


PROBE = """
import json, sys
before = set(sys.modules)
import tracebox
m = tracebox.load({path!r})
m(*{args!r})
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_loading_and_calling_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "p.tbox"
    path.write_bytes(written(program({"x": "f32[2]"}, lambda f: f.op("add", *f.params * 2)), tensors={}))
    code = PROBE.format(path=str(path), args=([1.0, 2.0],))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    packages = {name.split(".")[0] for name in found} - sys.stdlib_module_names
    assert {name for name in packages if "cython" not in name} == {"tracebox", "numpy", "msgpack"}
    assert not [name for name in found if name.startswith(("tracebox.writer", "tracebox.conformance"))]


def test_a_composite_with_another_body_is_refused_where_its_kernel_would_run() -> None:
    def made(*, wrong: bool) -> Program:
        builder = ProgramBuilder()
        cls = builder.module_class("net.Net")
        f = cls.method("forward", [("x", parse_type("f32[2]"))])
        (y,) = f.op("relu", f.params[0])
        f.finish([y])
        cls.finish()
        builder.instance(Instance("net.Net", (), (), ()))
        if wrong:
            (body,) = builder.bodies
            function = body.function
            keep = Function("relu", function.results, Block(function.params, (), function.params))
            builder.bodies[0] = OpBody("relu", body.attrs, keep)
        return builder.finish(["forward"])

    x = f32(2, start=-1)
    for native in (True, False):
        assert load(written(made(wrong=False), tensors={}), native=native)(x).tolist() == [0, 0]
    with pytest.raises(InvalidError, match=r"\[ir.body\]"):
        load(written(made(wrong=True), tensors={}), verify="full")
    assert load(written(made(wrong=True), tensors={}), native=False)(x).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("opsets", "label"), [({"tracebox": 2}, "bind.signature"), ({"tracebox": 1, "other": 1}, "ir.opset")]
)
def test_the_manifest_names_the_programs_opset_and_no_other(opsets: dict[str, int], label: str) -> None:
    from tracebox.archive import copy_archive, open_archive
    from tracebox.conformance.programs import archive_of, call_program

    with open_archive(archive_of(call_program("exp", {}, ("f32[2]",)))) as archive:
        changed = copy_archive(archive, None, opsets=opsets)
    assert changed is not None
    with pytest.raises(TraceboxError, match=rf"\[{label}\]"):
        load(changed)
