"""Watching calls: profiles, and the check of every result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import DIRECT, KERNELS, load_family
from tracebox.reader.program import Runnable
from tracebox.reader.watch import Profile, ResultCheck
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.ir import Value

from .build import f32, loop, program


def test_a_profile_counts_calls_of_operators() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, n = f.params
        return loop(f, n, [x], lambda i, y: f.op("add", *f.op("exp", y), x))

    profile = Profile()
    run = Runnable(program({"x": "f32[4]", "n": "int"}, make), {}, watch=profile.start)
    for _ in range(2):
        run(f32(4), 3)
    rows = {name: (calls, seconds) for name, calls, seconds in profile.rows()}
    assert rows["exp"][0] == rows["add"][0] == 6 and rows["loop"][0] == 2
    assert rows["loop"][1] >= rows["exp"][1] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda xp, x: x.astype(np.float64),
        lambda xp, x: x[:1],
        lambda xp, x: x,
        lambda xp, x: x[::-1],
        lambda xp, x: np.broadcast_to(np.float32(1), x.shape),
    ],
)
def test_a_kernel_that_breaks_its_promise_is_found(monkeypatch: pytest.MonkeyPatch, wrong: Any) -> None:
    load_family("elementwise")
    monkeypatch.delitem(DIRECT, "exp")
    monkeypatch.setitem(KERNELS, "exp", wrong)
    made = program({"x": "f32[4]"}, lambda f: f.op("exp", f.params[0]))
    with pytest.raises(AssertionError, match=r"^exp gave"):
        Runnable(made, {}, watch=ResultCheck)(f32(4))
