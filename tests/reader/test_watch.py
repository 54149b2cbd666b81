"""Watching calls: the check of every result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import DIRECT, KERNELS, load_family
from tracebox.reader.program import Runnable
from tracebox.reader.watch import ResultCheck

from .build import f32, program


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
