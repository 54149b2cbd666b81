"""Small modules whose field's array has several names, some of them, made into programs in every way."""

from __future__ import annotations

import pytest

from .small import MODES, judge, programs


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("kind", "step"), [("modules", 900007), ("blocks", 1511), ("lists", 400009)])
def test_small_modules_are_as_in_numpy_or_refused(kind: str, step: int, mode: str) -> None:
    found = [(text, judge(text, mode)) for _, text in programs(kind, step=step)]
    assert [(text, f.why, f.detail) for text, f in found if f.kind not in ("same", "refused")] == []
    kinds = [f.kind for _, f in found]
    assert kinds.count("same") > len(kinds) / 4
