"""The namespace's creation functions: operators of the program, with NumPy's results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tracebox import trace, xp

#: What is made, by tracebox and by NumPy.
MADE: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "zeros": (lambda: xp.zeros((2, 3)), lambda: np.zeros((2, 3))),
    "ones": (lambda: xp.ones(3, dtype=xp.int8), lambda: np.ones(3, np.int8)),
    "full of booleans": (lambda: xp.full((2,), True), lambda: np.full((2,), True)),
    "full of ints": (lambda: xp.full((2,), 3), lambda: np.full((2,), 3)),
    "full of complex": (lambda: xp.full((2,), 1j), lambda: np.full((2,), 1j)),
    "arange": (lambda: xp.arange(5), lambda: np.arange(5)),
    "arange downwards": (lambda: xp.arange(10, 2, -3), lambda: np.arange(10, 2, -3)),
    "arange of floats": (lambda: xp.arange(1.0, 2, 0.3), lambda: np.arange(1.0, 2, 0.3)),
    "arange of floats downwards": (lambda: xp.arange(2.5, -1, -0.5), lambda: np.arange(2.5, -1, -0.5)),
    "arange of nothing": (lambda: xp.arange(5, 2), lambda: np.arange(5, 2)),
    "arange in f32": (lambda: xp.arange(0, 5, dtype=xp.float32), lambda: np.arange(0, 5, dtype=np.float32)),
    "eye": (lambda: xp.eye(3, 4, k=1), lambda: np.eye(3, 4, 1)),
    "eye of booleans": (lambda: xp.eye(3, dtype=xp.bool), lambda: np.eye(3, dtype=bool)),
    "eye of complex": (lambda: xp.eye(2, dtype=xp.complex64), lambda: np.eye(2, dtype=np.complex64)),
    "tril": (lambda: xp.tril(xp.ones((3, 3))), lambda: np.tri(3)),
    "triu": (lambda: xp.triu(xp.ones((3, 3), dtype=xp.bool), k=1), lambda: ~np.tri(3, dtype=bool)),
    "meshgrid": (
        lambda: xp.meshgrid(xp.arange(3), xp.arange(2))[0],
        lambda: np.meshgrid(np.arange(3), np.arange(2))[0],
    ),
}  # fmt: skip


def _same(found: Any, wanted: Any) -> None:
    assert found.dtype == wanted.dtype
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-6)


@pytest.mark.parametrize("name", MADE)
def test_made_in_a_trace_and_at_once(name: str) -> None:
    ours, numpys = MADE[name]
    program = trace(lambda: ours())
    assert any(node.kind == "op" for node in program.program.export("forward").body.nodes)
    _same(program(), numpys())
    _same(ours(), numpys())


@pytest.mark.parametrize("number", [0, 1, 2, 5])
@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i4"])
def test_linspace(number: int, endpoint: bool, dtype: str) -> None:
    def make(namespace: Any) -> Any:
        return namespace.linspace(-3, 8, number, endpoint=endpoint, dtype=np.dtype(dtype))

    _same(trace(lambda: make(xp))(), make(np))
    _same(make(xp), make(np))


def test_zeros_are_no_bytes_of_the_program() -> None:
    program = trace(lambda x: x + xp.zeros((1000, 1000)), np.ones(1))
    assert not program.tensors


def test_another_device_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown device 'gpu'"):
        xp.zeros(3, device="gpu")  # type: ignore[arg-type]
