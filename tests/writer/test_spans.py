"""Every node says where in the source it comes from, and values have the names of variables."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.schema.ir import Node, walk

Array = Any

MODEL = """
import numpy as np
from spanned.dense import scaled

def model(x):
    hidden = np.tanh(x + 1)
    return scaled(
        hidden,
    )
"""
LAYER = "def scaled(values):\n    return values * 3\n"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "spanned").mkdir()
    (tmp_path / "spanned" / "dense.py").write_text(LAYER)
    (tmp_path / "traced_model.py").write_text(MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.spec_from_file_location("traced_model", tmp_path / "traced_model.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "traced_model", module)
    spec.loader.exec_module(module)
    return module


def test_spans_name_file_line_columns_and_function(model: Any) -> None:
    program = tb.trace(model.model, np.ones(2))
    nodes = {
        node.name: node.span for node in program.program.classes[0].methods[0].body.nodes if node.kind == "op"
    }
    tanh, multiply = nodes["tanh"], nodes["multiply"]
    assert tanh is not None and multiply is not None
    assert (tanh.file, tanh.line, tanh.function) == ("traced_model.py", 6, "model")
    assert MODEL.splitlines()[5][tanh.column : tanh.end_column] == "np.tanh(x + 1)"
    assert (multiply.file, multiply.line, multiply.function) == ("spanned/dense.py", 2, "scaled")
    assert LAYER.splitlines()[1][multiply.column : multiply.end_column] == "values * 3"


def test_values_are_called_like_the_variables_that_hold_them(model: Any) -> None:
    program = tb.trace(model.model, np.ones(2))
    names = [
        value.name for node in program.program.classes[0].methods[0].body.nodes for value in node.results
    ]
    assert "hidden" in names


def test_the_sources_of_all_files_are_saved(model: Any) -> None:
    from tracebox.archive.read import open_archive

    with open_archive(tb.save(tb.trace(model.model, np.ones(2)), None)) as archive:
        assert archive.read("debug/source/spanned/dense.py").decode() == LAYER
        assert archive.read("debug/source/traced_model.py").decode() == MODEL


def test_the_folder_does_not_matter(model: Any) -> None:
    program = tb.trace(model.model, np.ones(2))
    assert not any(name.startswith(("/", "..")) for name in program.sources)


def test_places_and_names_stay_when_cpython_has_specialised_the_code() -> None:
    def often(x: Any) -> Any:
        row = x[0]
        total = row.sum()
        np.multiply(total, 2)
        bool(total > 0)
        return total

    programs = [tb.trace(often, np.ones((2, 3))) for _ in range(20)]
    spans = [[(n.kind, repr(n.span), [v.name for v in n.results]) for n in _nodes(p)] for p in programs]
    assert all(found == spans[0] for found in spans)
    assert all(not p.warnings for p in programs)  # a truth that goes nowhere is not frozen


def _nodes(program: tb.TracedProgram) -> list[Node]:
    return list(walk(program.program.export("often").body))
