"""bfloat16 and float8 from the tracer to the reader, with ml_dtypes and without."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main
from tracebox.reader.vectors import run_vectors

Array = Any
STORED = {
    "bf16": ml_dtypes.bfloat16,
    "f8e4m3fn": ml_dtypes.float8_e4m3fn,
    "f8e5m2": ml_dtypes.float8_e5m2,
}
EPS = {"bf16": 2.0**-7, "f8e4m3fn": 2.0**-3, "f8e5m2": 2.0**-2}
X = np.array([[0.5, -2, 3.25]], np.float32)


class Layer(tb.Module):
    """Weights and a state of a storage type, with arithmetic in float32."""

    def __init__(self, dtype: Any) -> None:
        super().__init__()
        self.dtype = dtype
        self.weight = np.array([[1, -0.3], [0.1, 7], [3, 0.01]], np.float32).astype(dtype)
        self.last = tb.field(np.zeros((1, 2), dtype))

    def forward(self, x: Array) -> Array:
        y = x @ self.weight.astype(np.float32) + self.last.astype(np.float32)
        self.last = y.astype(self.dtype)
        return y, self.last


@pytest.fixture(params=STORED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def same_bits(a: Array, b: Array) -> bool:
    width = f"u{b.dtype.itemsize}"
    return a.shape == b.shape and bool(np.array_equal(a.view(width), b.view(width)))


def test_weights_and_state_stay_as_they_are_stored(name: str, tmp_path: Path) -> None:
    dtype = STORED[name]
    path = tmp_path / "layer.tbox"
    layer = Layer(dtype)
    tb.save(tb.trace(layer, X), path)
    program = tb.load(path)
    assert {tensor.dtype for tensor in program.manifest.tensors} == {name}
    session = program.new_session()
    for _ in range(3):
        want, last = layer(X)
        got, state = session(X)
        np.testing.assert_allclose(got, want, rtol=1e-5)
        assert state.dtype == session.state["last"].dtype == dtype
        assert same_bits(state, last) and same_bits(session.state["last"], last)
    assert main(["verify", "--run", str(path)]) == 0


def test_without_ml_dtypes_results_are_the_bits(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "narrow.tbox"
    tb.save(tb.trace(lambda x: (x.astype(STORED[name]), [x.astype(STORED[name])]), X), path)
    narrow, (again,) = tb.load(path)(X)
    assert narrow.dtype == again.dtype == STORED[name]
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    bits, (listed,) = tb.load(path)(X)
    assert bits.dtype == listed.dtype == np.dtype(f"u{narrow.dtype.itemsize}")
    assert same_bits(bits, narrow) and same_bits(listed, narrow)
    assert run_vectors(path) == (1, [])


def test_arguments_of_storage_types(name: str) -> None:
    w = np.array([1, 0.3, -2], np.float32).astype(STORED[name])
    program = tb.trace(lambda w: (w.astype(np.float32) * 2, w[::-1], np.concatenate([w, w])), w)
    assert f"w: {name}[w_0]" in program.code
    doubled, reverse, twice = program(w)
    np.testing.assert_array_equal(doubled, w.astype(np.float32) * 2)
    assert same_bits(reverse, w[::-1].copy()) and same_bits(twice, np.concatenate([w, w]))
    bits = w.view(f"u{w.dtype.itemsize}")
    np.testing.assert_array_equal(program(bits)[0], doubled)
    assert tb.check(program).ok


def test_arithmetic_on_a_storage_type_is_refused(name: str) -> None:
    with pytest.raises(tb.TraceError, match=rf"add\.T.*{name} is for storage: convert with astype"):
        tb.trace(lambda w: w + w, np.zeros(3, STORED[name]))


def test_conversion_rounds_once_traced_or_not(name: str) -> None:
    # Just above the middle of two neighbours, by less than float32 can say.
    step = EPS[name]
    x = np.array([1 + step / 2 + 2.0**-40, 1 + step / 2, 1 + 3 * step / 2 - 2.0**-40, np.nan, -np.inf, 1e9])
    want = np.array([1 + step, 1, 1 + step])
    program = tb.trace(lambda x: tb.xp.astype(x, STORED[name]), x)
    for got in (program(x), tb.xp.astype(x, STORED[name])):
        np.testing.assert_array_equal(got[:3].astype(np.float64), want)
        rest = got[3:].astype(np.float64)
        large = {"bf16": 1e9, "f8e4m3fn": np.nan, "f8e5m2": np.inf}[name]
        infinite = np.nan if name == "f8e4m3fn" else -np.inf
        np.testing.assert_allclose(rest, [np.nan, infinite, large], rtol=1e-2)


@pytest.mark.parametrize("dtype", ["int4", "float8_e4m3fnuz"])
def test_other_small_types_are_refused_by_name(dtype: str) -> None:
    with pytest.raises(tb.TraceError, match=dtype):
        tb.trace(lambda w: w, np.zeros(3, getattr(ml_dtypes, dtype)))
