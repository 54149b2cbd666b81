"""Results that other runtimes may give otherwise: which are recorded without their elements. SPEC 10.7.3."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main
from tracebox.archive.read import open_archive
from tracebox.reader.vectors import MEMBER, Free, dump_vectors, load_vectors, run_vectors

Array = Any
X = np.array([[4.0, 1, 0], [1, 3, 1], [0, 1, 2]])


def svd(x: Array) -> Any:
    u, s, vh = np.linalg.svd(x)
    return u, s, vh, x + 1


def in_a_branch(x: Array) -> Any:
    w, v = np.linalg.eigh(x)
    one = tb.cond(v[0, 0] > 0, lambda: x, lambda: -x)
    return w, one, tb.cond(w[0] > 0, lambda: x, lambda: -x)


def in_a_loop(x: Array) -> Any:
    q, r = np.linalg.qr(x)
    found = tb.for_loop(3, lambda i, a, b, c: (b, c + q, c), x, x, x)
    return *found, r


def signs(x: Array) -> Any:
    return np.sign(tb.xp.linalg.eig(x)[1].real), x * 2


SIGNS = tb.trace(signs, X)


def in_a_call(x: Array) -> Any:
    return SIGNS(x)


class Basis(tb.Module):
    """Keeps the vectors of the call before."""

    def __init__(self) -> None:
        super().__init__()
        self.last = tb.field(np.zeros((3, 3)))
        self.count = tb.field(np.zeros(()))

    def forward(self, x: Array) -> Any:
        before = self.last
        self.last = np.linalg.eigh(x)[1]
        self.count = self.count + 1
        return before, self.count


def sizes(x: Array) -> Any:
    u = np.linalg.svd(x)[0]
    return tb.xp.nonzero(u[0] > 0)[0], x + 1


def recorded(program: Any, tmp_path: Path, **options: Any) -> list[Any]:
    path = tmp_path / "free.tbox"
    tb.save(program, path, **options)
    count, problems = run_vectors(path)
    assert count and not problems
    with open_archive(path) as archive:
        return load_vectors(archive.read(MEMBER))[0].outputs


@pytest.mark.parametrize(
    ("function", "free"),
    [
        (svd, [True, False, True, False]),
        (in_a_branch, [False, True, False]),
        (in_a_loop, [True, True, False, True]),
        (in_a_call, [True, False]),
        (Basis(), [True, False]),
        (tb.xp.linalg.eigvals, [True]),
        (np.linalg.pinv, [False]),
        (np.linalg.cholesky, [False]),
        (sizes, [True, True]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_depends_on_a_free_result_is_free(
    function: Callable[..., Any], free: list[bool], tmp_path: Path
) -> None:
    program = tb.trace(function, X)
    for options in ({}, {"vectors": [X]}, {"vectors": 2}):
        outputs = recorded(program, tmp_path, **options)
        assert [isinstance(output, Free) for output in outputs] == free


def test_dtype_and_shape_are_recorded_where_they_are_sure(tmp_path: Path) -> None:
    u, _, vh, _ = recorded(tb.trace(svd, X[:2]), tmp_path)
    assert [(x.dtype, x.shape) for x in (u, vh)] == [("f64", (2, 2)), ("f64", (3, 3))]
    assert all(x.dtype is None for x in recorded(tb.trace(sizes, X), tmp_path))


def test_verify_says_how_many_outputs_are_free(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(tb.trace(svd, X), tmp_path)
    assert main(["verify", str(tmp_path / "free.tbox"), "--run"]) == 0
    assert "1 recorded calls; 2 outputs that may differ" in capsys.readouterr().out


def test_another_shape_or_dtype_of_a_free_result_is_a_problem() -> None:
    assert Free("f64", (2, 3)).difference(np.ones((2, 3)), None) == ""
    assert Free("f64", (2, 3)).difference(np.ones((3, 2)), None) == "f64[3, 2] instead of f64[2, 3]"
    assert Free("f64", (2,)).difference(np.ones(2, np.float32), None) == "f32[2] instead of f64[2]"
    assert Free("bf16", (2,)).difference(np.ones(2, np.uint16), "bf16") == ""
    assert Free(None, ()).difference(np.ones(3), None) == ""


def test_free_outputs_are_read_back() -> None:
    from tracebox.reader.vectors import Call

    (call,) = load_vectors(dump_vectors([Call("f", True, [], [Free("c64", (2, 0)), Free(None, ())])]))
    assert [(x.dtype, x.shape) for x in call.outputs] == [("c64", (2, 0)), (None, ())]
