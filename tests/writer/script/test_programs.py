"""Scripted functions give what Python gives, saved and loaded too."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb

from . import programs_language, programs_objects, programs_values
from .programs import PROGRAMS

LOADED = programs_language, programs_objects, programs_values


def same(a: Any, b: Any) -> bool:
    """Whether two results are equal, types and dtypes included."""
    if isinstance(a, (tuple, list)):
        return isinstance(b, (tuple, list)) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (np.ndarray, np.generic)):
        other = np.asarray(b)
        return (
            a.dtype == other.dtype
            and a.shape == other.shape
            and np.array_equal(a, other, equal_nan=a.dtype.kind == "f")
        )
    return type(a) is type(b) and bool(a == b or (a != a and b != b))


@pytest.mark.parametrize("function, calls", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_a_scripted_function_gives_what_python_gives(
    function: Callable[..., Any], calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    program = tb.script(function, *copy.deepcopy(calls[0]))
    path = tmp_path / "program.tbox"
    tb.save(program, path)
    loaded = tb.load(path)
    for args in calls:
        want = function(*copy.deepcopy(args))
        assert same(want, program(*copy.deepcopy(args)))
        assert same(want, loaded(*copy.deepcopy(args)))
