"""Accuracy classes are honoured on sampled operands, and the table says so for every operator. SPEC 9.3."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracebox.conformance.json_form import value_from_json, value_json
from tracebox.conformance.numerics import table
from tracebox.conformance.numerics.__main__ import main
from tracebox.conformance.numerics.floats import Operands, landmarks
from tracebox.conformance.numerics.measure import WAYS, OwnReader, Row, measure
from tracebox.conformance.numerics.sampling import float_operators, is_elementwise, samples
from tracebox.conformance.oracle.arrays import Array
from tracebox.conformance.protocol import Message
from tracebox.schema.dtypes import BY_NAME
from tracebox.schema.registry import operators

PAGE = Path(__file__).resolve().parents[2] / "docs" / "numerics.md"
SAMPLES = 40
#: Rows that are known to miss their class.
MISSED: set[tuple[str, str, str]] = set()


@pytest.mark.parametrize("op", float_operators())
def test_an_operator_is_as_accurate_as_its_class(op: str) -> None:
    for way in WAYS if operators()[op].composite else WAYS[:1]:
        runtime = OwnReader(native=way == "native")
        for dtype in float_operators()[op]:
            row = measure(op, dtype, way, runtime, SAMPLES, seed=1)
            assert row.honoured, row
            assert row.samples


def test_the_table_has_a_row_for_every_operator_of_floats() -> None:
    rows = table.read(PAGE)
    assert list(rows) == table.wanted(), "run make numerics, or make numerics ARGS='--op NAME'"
    assert {key for key, line in rows.items() if "**no**" in line} <= MISSED


def test_operators_are_told_apart_by_what_they_do() -> None:
    assert all(map(is_elementwise, ("add", "exp", "clip", "where", "gelu", "astype")))
    assert not any(map(is_elementwise, ("sum", "softmax", "matmul", "flip", "sort", "cumulative_sum")))


@pytest.mark.parametrize("dtype", ["f16", "f32", "f64"])
def test_samples_are_adversarial(dtype: str) -> None:
    info: Any = np.finfo(np.dtype(BY_NAME[dtype].numpy))
    x, y = Operands("test").several((dtype, dtype), 4000)
    finite = x[np.isfinite(x)]
    exponents = set(np.frexp(finite[finite != 0])[1].tolist())
    assert len(exponents) > 0.3 * (info.maxexp - info.minexp)
    assert np.isnan(x).any() and np.isinf(x).any() and (np.abs(finite) > info.max / 4).any()
    assert ((np.abs(x) < info.tiny) & (x != 0)).any() and (np.signbit(x) & (x == 0)).any()
    with np.errstate(all="ignore"):
        turns = x / (np.pi / 2)
        assert ((np.abs(turns - np.rint(turns)) < 1e-2) & (np.abs(turns) > 0.5)).sum() > 100
        assert (np.abs(np.abs(y) - np.abs(x)) <= 4 * np.spacing(np.abs(x))).sum() > 40
    logs = [value for value in landmarks(dtype) if abs(value - math.log(float(info.max))) < 1e-9]
    assert logs


def test_samples_are_the_same_every_time() -> None:
    first, second = ([case.inputs for case in samples("pow", "f32", 50, 7)] for _ in range(2))
    assert repr(first) == repr(second) != repr([case.inputs for case in samples("pow", "f32", 50, 8)])


class Wrong(OwnReader):
    """A reader whose results are changed a little."""

    def __init__(self, change: Any) -> None:
        super().__init__(native=True)
        self.change = change

    def request(self, request: str, **fields: Any) -> Message:
        answer = super().request(request, **fields)
        if request == "run":
            answer["outputs"] = [
                value_json(self._changed(value_from_json(value))) for value in answer["outputs"]
            ]
        return answer

    def _changed(self, value: Any) -> Array:
        return Array(value.dtype, value.shape, map(self.change, value.items))


def _up(units: int) -> Any:
    def change(x: float) -> float:
        return float(np.float32(x) + units * np.spacing(np.float32(x))) if 1 < abs(x) < 100 else x

    return change


@pytest.mark.parametrize(
    ("op", "units", "honoured"), [("exp", 1, True), ("exp", 5, False), ("add", 1, False)]
)
def test_wrong_results_are_found(op: str, units: int, honoured: bool) -> None:
    row = measure(op, "f32", "", Wrong(_up(units)), 300, 0)
    assert row.honoured is honoured
    assert row.ulp >= units and "gives" in row.case


def test_the_sign_of_a_zero_and_a_nan_count() -> None:
    assert not measure("sin", "f32", "", Wrong(abs), 300, 0).honoured
    row = measure("sin", "f32", "", Wrong(lambda x: 0.0 if math.isnan(x) else x), 300, 0)
    assert not row.honoured and row.ulp == math.inf


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, page = tmp_path / "state.jsonl", tmp_path / "page.md"
    short = ["--op", "tanh", "--samples", "20", "--state", str(state)]
    assert main([*short, "--dtype", "f32"]) == 0
    forged = Row("tanh", "f32", "", "ulp 5", 20, 99.0, 19.8, False, "(1.0) gives 2.0, not 0.76")
    found = json.loads(state.read_text()) | {"row": {name: getattr(forged, name) for name in Row.__slots__}}
    state.write_text(json.dumps(found) + "\n")
    capsys.readouterr()
    assert main([*short, "--write", str(page)]) == 1
    dtypes = float_operators()["tanh"]
    assert f"{len(dtypes)} rows, 1 miss their class" in capsys.readouterr().out
    assert list(table.read(page)) == [("tanh", dtype, "") for dtype in dtypes]
    assert main(["--op", "tanh", "--samples", "20", "--write", str(page)]) == 0
    assert "**no**" not in page.read_text()


def test_one_dtype_is_measured_again_by_itself(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert main(["--op", "tanh", "--samples", "20", "--write", str(page)]) == 0
    before = table.read(page)
    assert main(["--op", "tanh", "--dtype", "f32", "--samples", "30", "--write", str(page)]) == 0
    after = table.read(page)
    assert before.keys() == after.keys()
    assert [key for key in after if after[key] != before[key]] == [("tanh", "f32", "")]


def test_rows_come_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--op", "relu", "--dtype", "f64", "--samples", "20", "--json"]) == 0
    rows = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [(row["op"], row["dtype"], row["way"], row["honoured"]) for row in rows] == [
        ("relu", "f64", way, True) for way in WAYS
    ]
