"""Values as text, as JSON and in ``.npz`` files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tracebox.archive.commands.values import leaves, save_values, time_text, value_json, value_text
from tracebox.reader.record import Recording, Traced
from tracebox.reader.values import Record
from tracebox.schema.types_text import parse_type

CONTENT: list[tuple[str, Any, dict[str, Any]]] = [
    ("f32[2]", np.array([1, 2], np.float32), {"": np.array([1, 2], np.float32)}),
    ("bf16[2]", np.array([1, 2], ml_dtypes.bfloat16), {"": np.array([0x3F80, 0x4000], np.uint16)}),
    ("int", 7, {"": np.array(7)}),
    ("str", "text", {"": np.array("text")}),
    ("complex", 1 + 2j, {"": np.array(1 + 2j)}),
    ("optional[int]", None, {}),
    ("list[f64[?]]", [np.zeros(2), np.ones(1)], {".0": np.zeros(2), ".1": np.ones(1)}),
    ("dict[str,int]", {"a": 1, "b": 2}, {".a": np.array(1), ".b": np.array(2)}),
    ("net.Pair", Record("net.Pair", {"x": 1, "y": (2.5, True)}),
     {".x": np.array(1), ".y.0": np.array(2.5), ".y.1": np.array(True)}),
]  # fmt: skip


def test_every_kind_of_value_is_written_and_found(tmp_path: Path) -> None:
    recording = Recording()
    for number, (text, content, _) in enumerate(CONTENT):
        recording.add(Traced(f"f/v{number}", "", "f", f"v{number}", None, parse_type(text), content))
    path = tmp_path / "values.npz"
    save_values(str(path), recording)
    with np.load(path, allow_pickle=False) as dump:
        index = json.loads(str(dump["__index__"]))
        assert [entry["type"] for entry in index] == [text for text, _, _ in CONTENT]
        for number, (_, _, want) in enumerate(CONTENT):
            for suffix, array in want.items():
                found = dump[f"f/v{number}{suffix}"]
                assert found.dtype == array.dtype and found.tolist() == array.tolist()
        assert len(dump.files) == 1 + sum(len(want) for _, _, want in CONTENT)


def test_two_leaves_never_share_a_key(tmp_path: Path) -> None:
    recording = Recording()
    recording.add(Traced("f/v", "", "f", "v", None, parse_type("dict[str,int]"), {"a": {"b": 1}, "a.b": 2}))
    save_values(str(tmp_path / "values.npz"), recording)
    with np.load(tmp_path / "values.npz") as dump:
        assert sorted(int(dump[key]) for key in dump.files if key != "__index__") == [1, 2]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1.5, 2], np.float32), "(2) [1.5, 2. ]"),
        (np.zeros((0, 3)), "(0, 3) []"),
        (np.arange(100000), "(100000) 0 ... 99999, mean 5e+04"),
        (np.append(np.ones(9), [np.nan, np.inf]), "(11) 1 ... 1, mean 1, 1 nan, 1 inf"),
        (np.full(9, np.nan), "(9) 9 nan"),
        (np.zeros(9, bool), "(9) False ... False, mean 0"),
        (np.ones(9, ml_dtypes.bfloat16), "(9) 1 ... 1, mean 1"),
        (np.ones(9, np.complex128), "(9)"),
        (3, "3"),
        ("x" * 100, "'" + "x" * 56 + "..."),
        ([], "empty list"),
        ([1, 2, 3, 4], "list of 4: 1, 2, 3, ..."),
        (Record("net.Pair", {"x": 1}), "dict of 1: 1"),
    ],
)
def test_values_in_a_few_words(value: Any, text: str) -> None:
    assert value_text(value) == text


def test_values_as_json() -> None:
    assert value_json(np.arange(3)) == {
        "dtype": "int64", "shape": [3], "data": [0, 1, 2], "min": 0, "max": 2, "mean": 1.0
    }  # fmt: skip
    assert "data" not in value_json(np.arange(100.0))
    assert value_json((1, [None])) == {"tuple": [1, {"list": [None]}]}
    assert value_json({"a": 1j}) == {"dict": [["a", "1j"]]}


def test_leaves_are_named_by_position_and_key() -> None:
    assert list(leaves("v", {"a": [1, (2,)]})) == [("v.a.0", 1), ("v.a.1.0", 2)]


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.5 s"), (0.0125, "12.5 ms"), (1e-7, "0.1 us"), (0, "0 us")]
)
def test_times_for_people(seconds: float, text: str) -> None:
    assert time_text(seconds) == text
