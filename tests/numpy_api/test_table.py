"""Each of NumPy's functions, traced, saved, loaded and run, or refused with what to use instead."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracebox import load, save

from .table import PLAIN, Entry, examine, functions, methods, page, remedy, sample

ENTRIES = [entry for entry in (*functions(), *methods()) if entry.bare not in PLAIN]
PAGE = Path(__file__).parents[2] / "docs" / "numpy.md"


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, (tuple, list)):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    a, b = np.asarray(wanted), np.asarray(found)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype.kind in "fc":
        return bool(np.allclose(a, b, rtol=1e-6, atol=1e-12, equal_nan=True))
    return bool((a == b).all())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_function_gives_what_numpy_gives_or_is_refused(entry: Entry) -> None:
    function, arrays = sample(entry)
    program = examine(entry)
    if program is None:
        assert remedy(entry), entry.refused
        assert entry.bare in entry.refused
        assert remedy(entry).split(";")[0] in entry.refused
        return
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = function(*(array.copy() for array in arrays))
    loaded = load(save(program, None, vectors=0, debug=False))
    found = loaded(*arrays)
    assert _same(wanted, found), f"{entry.call}: {found}, not {wanted}"


def test_functions_that_are_said_to_take_no_arrays_are_numpys() -> None:
    names = {entry.bare for entry in functions()}
    assert names >= PLAIN


@pytest.mark.filterwarnings("ignore")
def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_nothing_that_is_covered_has_something_to_use_instead() -> None:
    from tracebox.writer.numpy_functions import FUNCTIONS
    from tracebox.writer.suggest import INSTEAD

    assert not set(INSTEAD) & set(FUNCTIONS)
