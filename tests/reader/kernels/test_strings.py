"""Kernels of strings against Python's methods and NumPy's scalars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.reader.kernels.registry import OperatorError, kernels

TEXTS = st.text(st.sampled_from("aab \t\n\u2003\x1cé-"), max_size=12)
PARTS = st.text(st.sampled_from("aab é"), max_size=2)
LIMITS = st.sampled_from([-(2**63), -1, 0, 1, 2, 5, 2**63 - 1])
NUMERALS = st.text(st.sampled_from("0123456789_+-.eE infa"), max_size=9)


@given(TEXTS, PARTS, LIMITS)
def test_parts_are_those_of_the_methods(x: str, part: str, limit: int) -> None:
    run = kernels()
    if part:
        assert run["str.split"](None, x, part, limit) == x.split(part, limit)
    assert run["str.words"](None, x, limit) == x.split(None, limit)
    assert run["str.replace"](None, x, part, "<>", limit) == x.replace(part, "<>", limit)
    assert run["str.rfind"](None, x, part) == x.rfind(part)
    # How occurrences are counted without an operator of that name.
    longer = run["str.replace"](None, x, part, part + "-", -1)
    assert len(longer) - len(x) == x.count(part)


@given(TEXTS, st.one_of(st.none(), PARTS))
def test_what_is_stripped_is_what_the_methods_strip(x: str, chars: str | None) -> None:
    for sides, method in (("both", str.strip), ("left", str.lstrip), ("right", str.rstrip)):
        assert kernels()["str.strip"](None, x, chars, sides=sides) == method(x, chars)


@pytest.mark.parametrize(("op", "constructor"), [("str.to_int", int), ("str.to_float", float)])
@given(x=NUMERALS)
def test_numerals_are_read_or_refused_as_the_types_do(op: str, constructor: Any, x: str) -> None:
    try:
        wanted = constructor(x)
    except ValueError:
        with pytest.raises(OperatorError):
            kernels()[op](None, x)
    else:
        assert repr(kernels()[op](None, x)) == repr(wanted)


def test_a_string_is_never_repeated_beyond_its_bound() -> None:
    assert len(kernels()["str.repeat"](None, "ab", 2**23)) == 2**24
    with pytest.raises(OperatorError, match="E1"):
        kernels()["str.repeat"](None, "ab", 2**62)


@pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.3.0", reason="NumPy wrote f16 and f32 differently before 2.3"
)
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "c16", "i1", "u8", "?"])
@given(data=st.data())
def test_a_tensor_is_written_as_numpy_writes_its_element(dtype: str, data: st.DataObject) -> None:
    size = np.dtype(dtype).itemsize
    raw = b"\1" if dtype == "?" else data.draw(st.binary(min_size=size, max_size=size))
    x = np.frombuffer(raw, dtype).reshape(())
    assert kernels()["to_str"](np, x) == str(x[()])
