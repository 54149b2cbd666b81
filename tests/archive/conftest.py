"""Small archives that many tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracebox.archive import CompressOptions, TensorData, write_archive
from tracebox.schema.manifest import EntryPoint, Parameter, StateField

CASES = Path(__file__).parents[2] / "conformance" / "cases" / "container"

ENTRY = EntryPoint(
    "forward",
    "",
    "forward",
    (
        Parameter("x", "positional_or_keyword", {"tuple": [{"leaf": 0}, {"const": None}]}),
        Parameter("scale", "keyword", {"leaf": 1}, 0.5),
    ),
    {"dict": [["y", {"leaf": 0}], [1, {"list": []}]]},
    ("f32[B,3]", "float"),
    ("f32[B,3]",),
)


def arrays() -> dict[str, Any]:
    """Tensors of every difficulty, some of them tied."""
    rng = np.random.default_rng(7)
    weight = rng.standard_normal((64, 48)).astype("f4")
    return {
        "weight": weight,
        "transposed": weight.T,
        "tied": weight,
        "same bytes": weight.reshape(48, 64).copy(),
        "bits": weight.view("u4"),
        "Weight": np.arange(4000, dtype="f4").reshape(50, 80),
        "con": np.arange(5, dtype=">i8"),
        "../escape": np.array([1 + 2j], "c8"),
        "empty": np.zeros((0, 7), "f8"),
        "scalar": np.array(2.5, "f2"),
        "mask": np.array([[True], [False]]),
        "half": TensorData("bf16", (3, 2), np.arange(6, dtype="<u2")),
        "eighth": TensorData("f8e4m3fn", (4,), b"\x00\x38\x40\x7e"),
        "zeros": np.zeros((300, 300), "f8"),
        "strided": np.arange(3000, dtype="i4")[::3],
        "naïve": np.ones(3, "u1"),
    }


def fields(**changes: Any) -> dict[str, Any]:
    """Arguments of `write_archive` with members of every kind."""
    return {
        "program": b"\x01program",
        "entry_points": [ENTRY],
        "state": [StateField("cell.h", "f32[?,3]")],
        "tensors": arrays(),
        "code": {"code/net/cell.py": "class Cell:\n    pass\n", "code/net.py": "# é\n"},
        "debug": {"debug/spans.bin": b"spans", "debug/source.bin": bytes(70_000)},
        "tests": {"tests/forward/0.bin": b"vectors" * 3},
        "extra_members": {"vendor/blob.bin": b"unknown", "vendor/large.bin": b"?" * 65_536},
        "metadata": {
            "name": "né",
            "authors": ["a"],
            "labels": {"y": ["cat"]},
            "extra": {"n": [1, None]},
            "own": {},
        },
        "producer": {"name": "tests", "version": "1"},
        "features": ["state"],
    } | changes


@pytest.fixture(scope="session")
def raw_archive() -> bytes:
    return write_archive(None, **fields())


@pytest.fixture(scope="session")
def packed_archive() -> bytes:
    return write_archive(None, **fields(compress=CompressOptions()))


@pytest.fixture(scope="session", params=["raw", "packed"])
def any_archive(request: pytest.FixtureRequest, raw_archive: bytes, packed_archive: bytes) -> bytes:
    return raw_archive if request.param == "raw" else packed_archive


@pytest.fixture(scope="session")
def twins() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (CASES / "plain.tbox", CASES / "packed.tbox")}


@pytest.fixture
def make_fields() -> Any:
    return fields


@pytest.fixture
def make_arrays() -> Any:
    return arrays
