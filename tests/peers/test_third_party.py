"""Other libraries' functions and estimators, unchanged: traced, archived, run by the reader alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "third-party.md"

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """What comes of every call; in a process of its own, where nothing has imported scipy before."""
    command = [sys.executable, "-m", "tests.peers.third_party", "--json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: list[Row] = json.loads(done.stdout)
    return found


def _page() -> dict[str, str]:
    """The calls of the page, each with its sizes, or "refused"."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"\| `(.*?)` \| (?:(?:traced|explored) \| (\w+) )?.*\|", line)
        if match:
            found[match[1].replace("\\|", "|")] = match[2] or "refused"
    return found


def test_no_program_gives_anything_else_than_the_library(rows: list[Row]) -> None:
    assert [row for row in rows if row["outcome"] not in ("symbolic", "frozen", "refused")] == []


def test_the_page_says_of_every_call_what_comes_of_it(rows: list[Row]) -> None:
    assert _page() == {row["call"]: row["outcome"] for row in rows}


def test_every_library_is_there_and_most_sizes_stay_symbolic(rows: list[Row]) -> None:
    equal = [row for row in rows if row["outcome"] != "refused"]
    assert {row["library"] for row in equal} == {"SciPy", "scikit-learn", "einops", "array-api-extra"}
    assert len(equal) >= 180
    assert sum(row["outcome"] == "symbolic" for row in equal) >= 140


def test_what_is_refused_is_expected_to_be(rows: list[Row]) -> None:
    unexpected = [row for row in rows if (row["outcome"] == "refused") != (row["why"] != "")]
    assert unexpected == []


def test_an_explored_estimator_raises_what_the_library_raises() -> None:
    script = """
import numpy as np, tracebox as tb
from tests.peers.third_party import estimators
scaler, x = estimators.fitted()["standard_scaler"], estimators.ARRAYS["x"]
program = tb.trace(lambda x: scaler.transform(x), x, branches="explore")
x = np.where(x == x[0, 0], np.inf, x)
for call in (scaler.transform, program):
    try:
        print(type(call(x)).__name__)
    except (ValueError, tb.ProgramError) as error:
        print(type(error).__name__, "infinity" in str(error))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["ValueError True", "ProgramError True"]
