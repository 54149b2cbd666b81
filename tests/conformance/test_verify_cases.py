"""The archives that load and that ``archive verify`` refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

import tracebox as tb
from tracebox.archive.cli import main
from tracebox.conformance.generate.checks import DIRECTORY, files

ROWS: list[dict[str, Any]] = json.loads((DIRECTORY / "index.json").read_text("utf-8"))["archives"]


def test_the_files_are_those_that_the_generator_writes() -> None:
    assert {path.name: path.read_bytes() for path in DIRECTORY.iterdir()} == files()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["name"]))
def test_verify_gives_the_label_of_the_case(row: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["verify", str(DIRECTORY / row["file"]), "--run", "--json"])
    labels = [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]]
    assert labels == ([row["label"]] if row["label"] else [])
    assert (code == 0) == (row["label"] is None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["name"]))
def test_each_of_them_loads_and_runs(row: dict[str, Any]) -> None:
    from numpy import array, float32

    one, two = array([1, 2], float32), array([3, 4], float32)
    assert tb.load(DIRECTORY / row["file"])(one, two).tolist() == [4, 6]
