"""Results that nothing uses are not made, and nobody who watches a call misses them. SPEC 10.3."""

from __future__ import annotations

from typing import Any

import numpy as np

import tracebox as tb
from tracebox.reader.kernels.registry import KERNELS, load_family
from tracebox.reader.limits import Limits
from tracebox.reader.program import Runnable
from tracebox.reader.watch import ResultCheck

X = np.array([3.0, 1.0, 3.0, 2.0])


def values(x: Any) -> Any:
    return tb.xp.unique_values(x) * 2


def with_counts(x: Any) -> Any:
    found = tb.xp.unique_counts(x)
    return found.values * 2, found.counts


def test_the_kernel_is_told_which_results_are_used(monkeypatch: Any) -> None:
    one, two = tb.trace(values, X), tb.trace(with_counts, X)
    load_family("sorting")
    asked: list[tuple[int, ...]] = []
    kernel = KERNELS["unique"]

    def unique(xp: Any, x: Any, *, wanted: tuple[int, ...]) -> Any:
        asked.append(wanted)
        return kernel(xp, x, wanted=wanted)

    monkeypatch.setitem(KERNELS, "unique", unique)
    np.testing.assert_array_equal(one(X), [2, 4, 6])
    doubled, counts = two(X)
    np.testing.assert_array_equal(doubled, [2, 4, 6])
    np.testing.assert_array_equal(counts, [1, 1, 2])
    assert asked == [(0,), (0, 3)]


def test_a_recording_has_the_results_that_were_made() -> None:
    session = tb.trace(values, X).new_session()
    with session.trace_values() as recorded:
        np.testing.assert_array_equal(session(X), [2, 4, 6])
    made = [value.value for value in recorded if value.what == "unique"]
    assert [value.tolist() for value in made] == [[1, 2, 3]]


def test_a_profile_names_the_results_that_were_made() -> None:
    session = tb.trace(values, X).new_session()
    with session.profile() as found:
        session(X)
    assert [row.types for row in found.nodes() if row.what == "unique"] == ["f64[3]"]


def test_checks_of_results_and_limits_pass_over_the_others() -> None:
    program = tb.trace(values, X).program
    for options in ({"watch": ResultCheck}, {"limits": Limits(steps=10)}):
        np.testing.assert_array_equal(Runnable(program, {}, **options)(X), [2, 4, 6])
