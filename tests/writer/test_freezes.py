"""Each row of the table of what a trace freezes, run: warned, guarded at the user's line, or refused."""

from __future__ import annotations

import linecache
import math
import operator
import os
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.writer.freezes import BOUND, PAGE, ROWS, SYMBOLIC, TOLD, I, Row, X, page

FOLDER = TemporaryDirectory()


def file(row: Row) -> str:
    return os.path.join(FOLDER.name, f"row{ROWS.index(row)}.py")


def function(row: Row) -> Any:
    """The row's expression as a function; it stands in line 2 of a file."""
    text = f"def f(x, i):\n    return {row.code}\n"
    name = file(row)
    Path(name).write_text(text)
    linecache.checkcache(name)
    space: dict[str, Any] = {"np": np, "math": math, "operator": operator, "__name__": "rows"}
    exec(compile(text, name, "exec"), space)  # our own text
    return space["f"]


def traced(row: Row, **options: Any) -> tuple[tb.TracedProgram, list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        program = tb.trace(function(row), X, I, **options)
    return program, [w for w in caught if issubclass(w.category, tb.TraceWarning)]


def same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(np.asarray(a), np.asarray(b)))


REASONS = ("branch", "int", "float", "value", "length", "dim")


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome in REASONS], ids=lambda r: r.code)
def test_what_is_frozen_is_warned_of_and_guarded(row: Row) -> None:
    program, said = traced(row)
    assert row.outcome in {frozen.reason for frozen in program.warnings}
    assert [(w.filename, w.lineno) for w in said] == [(file(row), 2)] * len(said) != []
    assert all(w.remedy and w.message for w in program.warnings)
    loaded = tb.load(tb.save(program, None))
    assert same(loaded(X, I), function(row)(X, I))
    with pytest.raises(tb.GuardError) as caught:
        loaded(row.other.get("x", X), row.other.get("i", I))
    assert f"row{ROWS.index(row)}.py:2 `return {row.code}`" in str(caught.value)
    with pytest.raises(tb.TraceError, match=r"trace\.(strict|convert)"):
        traced(row, strict=True)


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == SYMBOLIC], ids=lambda r: r.code)
def test_what_is_not_frozen_follows_the_arguments(row: Row) -> None:
    program, said = traced(row, strict=True)
    assert said == []
    x, i = row.other.get("x", X), row.other.get("i", I)
    assert same(tb.load(tb.save(program, None))(x, i), function(row)(x, i))


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == TOLD], ids=lambda r: r.code)
def test_what_no_guard_can_check_is_told(row: Row) -> None:
    program, said = traced(row)
    assert [(w.filename, w.lineno) for w in said] == [(file(row), 2)]
    assert [frozen.guarded for frozen in program.warnings] == [False]
    with pytest.raises(tb.TraceError, match=r"trace\.strict"):
        traced(row, strict=True)


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == BOUND], ids=lambda r: r.code)
def test_what_the_signature_says_is_refused_by_the_reader(row: Row) -> None:
    program, _ = traced(row)
    with pytest.raises(tb.ArgumentError, match=r"bind\.shape"):
        tb.load(tb.save(program, None))(row.other["x"], I)


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome.startswith("an error")], ids=lambda r: r.code)
def test_what_cannot_be_frozen_is_refused(row: Row) -> None:
    label = row.outcome.partition(": ")[2]
    with pytest.raises(TypeError if label == "TypeError" else tb.TraceError) as caught:
        traced(row)
    if label != "TypeError":
        assert f"row{ROWS.index(row)}.py:2: [{label}]" in str(caught.value)


def test_the_page_has_the_table() -> None:
    assert PAGE.read_text() == page()
