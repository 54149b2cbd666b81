"""Saving: metadata, recorded vectors, debug information, determinism."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.read import open_archive
from tracebox.reader.vectors import MEMBER, Call, dump_vectors, load_vectors, run_vectors

Array = Any
WEIGHT = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)


def dense(x: Array, *, bias: float = 0.5) -> dict[str, Array]:
    return {"y": np.tanh(x @ WEIGHT) + bias, "n": x.shape[0]}


class Running(tb.Module):
    def __init__(self) -> None:
        self.total = tb.field(np.zeros(2, np.float32))

    def forward(self, x: Array) -> Array:
        self.total = self.total + x
        return self.total


def x(rows: int = 2) -> Array:
    return np.arange(rows * 3, dtype=np.float32).reshape(rows, 3)


def test_an_archive_runs_as_the_program_does(tmp_path: Path) -> None:
    path = tmp_path / "dense.tbox"
    program = tb.trace(dense, x())
    tb.save(program, path)
    loaded = tb.load(path)
    np.testing.assert_array_equal(loaded(x(5))["y"], program(x(5))["y"])
    np.testing.assert_array_equal(loaded(x(5), bias=0.5)["y"], program(x(5))["y"])
    assert loaded(x(5))["n"] == 5
    with pytest.raises(tb.ArgumentError):
        loaded(x(5), bias=0.25)


def test_metadata_and_producer_are_written() -> None:
    data = tb.save(
        tb.trace(dense, x()),
        None,
        name="dense",
        description="A layer",
        license="MIT",
        authors=["A. Writer"],
        labels={"y": ["a", "b", "c", "d"]},
        extra={"trained": {"steps": 3, "on": ["nothing"]}},
    )
    manifest = tb.load(data).manifest
    assert manifest.metadata == {
        "name": "dense",
        "description": "A layer",
        "license": "MIT",
        "authors": ["A. Writer"],
        "labels": {"y": ["a", "b", "c", "d"]},
        "extra": {"trained": {"steps": 3, "on": ["nothing"]}},
    }
    assert manifest.producer == {"name": "tracebox", "version": tb.__version__}


@pytest.mark.parametrize("extra", [{"x": 0.5}, {"x": object()}, {1: "x"}, {"x": [np.ones(2)]}])
def test_metadata_is_plain(extra: Any) -> None:
    with pytest.raises(tb.InvalidError) as caught:
        tb.save(tb.trace(dense, x()), None, extra=extra)
    assert caught.value.code == "save.metadata"


@pytest.mark.parametrize(
    "metadata",
    [{"authors": "me"}, {"labels": {"y": "abc"}}, {"labels": ["a"]}, {"extra": "x"}, {"name": "\ud800"}],
)
def test_metadata_of_another_kind_is_refused(metadata: Any) -> None:
    with pytest.raises(tb.InvalidError, match=r"\[save\.metadata\]"):
        tb.save(tb.trace(dense, x()), None, **metadata)


def test_a_loaded_program_is_saved_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model.tbox"
    tb.save(tb.trace(dense, x()), path, name="one", compress=True)
    before = path.read_bytes()
    assert tb.save(tb.load(path), None) == before
    tb.save(tb.load(path), path, license="MIT")
    assert tb.load(path).manifest.metadata == {"name": "one", "license": "MIT"}


def test_only_programs_are_saved() -> None:
    with pytest.raises(TypeError, match="or a session of it, not a function"):
        tb.save(dense, None)  # type: ignore[arg-type]


def test_the_traced_call_is_recorded_and_runs(tmp_path: Path) -> None:
    path = tmp_path / "dense.tbox"
    tb.save(tb.trace(dense, x()), path)
    assert run_vectors(path) == (1, [])
    with open_archive(path) as archive:
        (call,) = load_vectors(archive.read(MEMBER))
    assert call.fresh and call.entry == "dense"
    np.testing.assert_array_equal(call.inputs[0], x())
    np.testing.assert_allclose(call.outputs[0], dense(x())["y"], rtol=1e-6)
    assert call.outputs[1] == 2


def test_more_vectors_are_generated_or_given(tmp_path: Path) -> None:
    program = tb.trace(dense, x())
    tb.save(program, tmp_path / "three.tbox", vectors=3)
    assert run_vectors(tmp_path / "three.tbox") == (3, [])
    tb.save(program, tmp_path / "given.tbox", vectors=[(x(4),), {"x": x(7)}])
    assert run_vectors(tmp_path / "given.tbox") == (2, [])
    tb.save(program, tmp_path / "none.tbox", vectors=0)
    assert run_vectors(tmp_path / "none.tbox") == (0, [])
    with pytest.raises(tb.InvalidError) as caught:
        tb.save(program, None, vectors=[{"y": x()}])
    assert caught.value.code == "save.vectors"


def test_vectors_of_a_stateful_program_go_on_in_one_session(tmp_path: Path) -> None:
    path = tmp_path / "running.tbox"
    ones = np.ones(2, np.float32)
    tb.save(tb.trace(Running(), ones), path, vectors=[ones, ones, ones])
    with open_archive(path) as archive:
        calls = load_vectors(archive.read(MEMBER))
    assert [call.fresh for call in calls] == [True, False, False]
    np.testing.assert_array_equal(calls[2].outputs[0], [3, 3])
    assert run_vectors(path) == (3, [])


def test_a_vector_with_another_result_is_a_problem(tmp_path: Path) -> None:
    from tracebox.archive.program import encode_program
    from tracebox.archive.write import write_archive
    from tracebox.schema.text.printer import print_program

    program = tb.trace(dense, x())
    path = tmp_path / "wrong.tbox"
    good = program.vectors["dense"][0]
    calls = [
        Call("dense", True, good.inputs, [good.outputs[0] * 1.001, good.outputs[1]]),
        Call("dense", True, good.inputs, [good.outputs[0], 3]),
        Call("dense", True, [x(2)[:, :2]], good.outputs),
        Call("dense", True, good.inputs, good.outputs),
    ]
    write_archive(
        path,
        program=encode_program(program.program),
        entry_points=program.entry_points,
        tensors=program.tensors,
        code=print_program(program.program),
        tests={MEMBER: dump_vectors(calls)},
    )
    count, problems = run_vectors(path)
    assert count == 4
    assert [(p.where, p.code) for p in problems] == [
        ("tests/vectors.msgpack call 0 (dense) output 0", "vectors.result"),
        ("tests/vectors.msgpack call 1 (dense) output 1", "vectors.result"),
        ("tests/vectors.msgpack call 2 (dense)", "vectors.result"),
    ]


@pytest.mark.parametrize(
    "plain",
    [
        [],
        ["tracebox-vectors", 2, []],
        ["tracebox-vectors", 1, [["dense", True, []]]],
        ["tracebox-vectors", 1, [["dense", 1, [], []]]],
        ["tracebox-vectors", 1, [["dense", True, [["f32", [2], b"1234"]], []]]],
        ["tracebox-vectors", 1, [["dense", True, [["f33", [0], b""]], []]]],
        ["tracebox-vectors", 1, [["dense", True, [["f32", [-1], b""]], []]]],
        ["tracebox-vectors", 1, [["dense", True, [["float", b"1"]], []]]],
        ["tracebox-vectors", 1, [["dense", True, [{"a": 1}], []]]],
    ],
)
def test_malformed_vectors_are_refused(plain: Any) -> None:
    with pytest.raises(tb.MalformedError) as caught:
        load_vectors(msgpack.packb(plain))
    assert caught.value.code == "vectors.form"


def test_scalars_and_special_numbers_survive() -> None:
    leaves = [None, True, 3, -1.5, float("inf"), "text", np.array([np.nan, -0.0]), np.array(2, np.int8)]
    (call,) = load_vectors(dump_vectors([Call("f", True, leaves, [])]))
    assert call.inputs[:6] == leaves[:6]
    assert np.isnan(call.inputs[6][0]) and np.signbit(call.inputs[6][1])
    assert call.inputs[7].dtype == np.int8 and call.inputs[7].shape == ()


def test_sources_and_spans_are_debug_and_can_be_left_out() -> None:
    program = tb.trace(dense, x())
    with open_archive(tb.save(program, None)) as archive:
        names = set(archive.names)
    assert "debug/spans.msgpack" in names and f"debug/source/{Path(__file__).name}" in names
    with open_archive(tb.save(program, None, debug=False)) as archive:
        assert not any(name.startswith("debug/") for name in archive.names)


def test_compressed_tensors_read_back_the_same(tmp_path: Path) -> None:
    table = np.zeros((64, 64), np.float32)
    program = tb.trace(lambda i: table[i], np.array([1]))
    plain, packed = tb.save(program, None), tb.save(program, None, compress=True)
    assert len(packed) < len(plain) - 12000
    np.testing.assert_array_equal(tb.load(packed)(np.array([3])), table[3:4])


SCRIPT = """
import hashlib, numpy as np, tracebox as tb
from tests.writer.test_save import dense, x, Running
for program in (tb.trace(dense, x()), tb.trace(Running(), np.ones(2, np.float32))):
    print(hashlib.sha256(tb.save(program, None, name="d", vectors=3)).hexdigest())
"""


def test_other_hash_seeds_give_the_same_bytes() -> None:
    root = Path(__file__).parents[2]
    found = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        found.add(
            subprocess.run(
                [sys.executable, "-c", SCRIPT], env=env, cwd=root, check=True, capture_output=True
            ).stdout
        )
    assert len(found) == 1


def test_tracing_again_gives_the_same_bytes() -> None:
    first, second = (tb.save(tb.trace(dense, x()), None) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_the_limits_of_a_file_can_be_chosen() -> None:
    from tracebox.archive import Limits

    program = tb.trace(lambda x, y: x + y, x(), x())
    wide = Limits(rank=40, tensors=300_000)
    data = tb.save(program, None, archive_limits=wide)
    assert tb.load(data, archive_limits=wide)(x(), x()).shape == (2, 3)
    with pytest.raises(tb.MalformedError, match=r"enc\.limit"):
        tb.load(data, archive_limits=Limits(program_size=10))
    with pytest.raises(tb.TraceboxError, match="entry points"):
        tb.save(program, None, archive_limits=Limits(entry_points=0))


def test_arguments_that_nest_too_deeply_are_refused_by_name() -> None:
    nested: Any = x()
    for _ in range(500):
        nested = [nested]
    with pytest.raises(tb.TraceError, match=r"trace\.input") as refused:
        tb.trace(lambda a: x(), nested)
    assert "at most 32 levels" in str(refused.value)
