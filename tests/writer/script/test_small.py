"""Small programs that change lists and arrays under two names, some of each kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

from .fuzz import judge
from .small import KINDS, programs


@pytest.mark.parametrize("kind", KINDS)
def test_small_programs_are_as_in_cpython_or_refused(kind: str) -> None:
    found = [(made, judge(made)) for _, made in programs(kind, step=3499)]
    assert [(made.source, f.detail) for made, f in found if f.kind not in ("same", "refused")] == []
    kinds = [f.kind for _, f in found]
    assert kinds.count("same") > len(kinds) / 4


def test_a_rule_of_an_operator_that_does_not_hold_is_an_error_of_the_script() -> None:
    def program(n: int):  # type: ignore[no-untyped-def]
        parts: list[Any] = [n, np.zeros(2)]
        return np.stack(parts)

    with pytest.raises(tb.ScriptError, match=r"\[stack.C1\].*got xs: \[f64\[\], f64\[2\]\]"):
        tb.script(program, 1)


def test_a_list_is_no_part_of_itself() -> None:
    def program(n: int):  # type: ignore[no-untyped-def]
        rows: list[Any] = [[n], [2]]
        rows[0].append(rows)
        return n

    with pytest.raises(tb.ScriptError, match=r"list of 1 item as a part of itself"):
        tb.script(program, 1)
