"""Which functions show the memory of their argument, and which give a copy: as NumPy does, or refused."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

import tracebox as tb

#: What may be written to afterwards, of a matrix `x`; `xp` is NumPy itself, and the tracer's namespace.
TEXT = """
np.asarray(x)
np.array(x)
np.asanyarray(x)
np.ascontiguousarray(x)
np.asfortranarray(x)
np.require(x)
x.astype(x.dtype, copy=False)
x.astype(np.float64)
np.atleast_1d(x)
np.atleast_2d(x)
x.reshape(-1)
np.reshape(x, (-1, ))
x.ravel()
x.flatten()
np.squeeze(x)
x.T
np.transpose(x)
np.swapaxes(x, 0, 1)
np.moveaxis(x, 0, 1)
x[:]
x[1:]
x[None]
np.expand_dims(x, 0)
np.flip(x, 0)
x.view()
np.split(x, 2)[0]
np.diagonal(x)
np.broadcast_to(x, x.shape)
np.real(x)
x.real
np.nan_to_num(x, copy=False)
np.copy(x)
x.copy()
np.positive(x)
+x
np.permute_dims(x, (1, 0))
np.matrix_transpose(x)
x.mT
np.rollaxis(x, 1)
np.hsplit(x, 2)[0]
np.vsplit(x, 2)[0]
np.rot90(x, 2)
np.fliplr(x)
np.astype(x, np.float64, copy=False)
np.triu(x)
np.take(x, 0, 0)
np.clip(x, -9, 9)
np.round(x, 2)
np.concatenate([x])
np.where(True, x, x)
x[np.arange(2)]
x[0]
x[0, :]
x.squeeze()
x.swapaxes(0, 1)
x.transpose()
x.diagonal()
np.broadcast_arrays(x, x)[0]
np.column_stack([x])
np.dstack([x])
np.ravel(x)
np.array(x, copy=None)
np.array(x, copy=False)
np.block([x])
np.block([[x]])
np.append(x, np.zeros((0, 2), x.dtype), axis=0)
np.pad(x, 0)
np.tile(x, 1)
np.tile(x, (1, 1))
np.repeat(x, 1, 0)
np.roll(x, 0)
np.roll(x, 0, axis=0)
np.clip(x, None, None)
np.clip(x, 0, 99)
x.clip(0, 99)
np.round(x)
np.around(x, 0)
x.round()
np.floor(x)
np.ceil(x)
np.trunc(x)
np.fix(x)
np.rint(x)
np.conj(x)
x.conj()
x.conjugate()
np.sum(x, axis=())
x.sum(axis=())
np.mean(x, axis=())
np.max(x, axis=())
np.sort(x, axis=0)
abs(x)
np.minimum(x, x)
x**1
x*1
x+0
np.diff(x, n=0)
np.atleast_3d(x)
np.triu(x, -5)
np.tril(x, 5)
np.cumsum(x[:1], axis=0)
np.squeeze(x, axis=())
np.expand_dims(x, ())
np.transpose(x, (0, 1))
x.reshape(x.shape)
np.broadcast_to(x, (2, 2)).copy()
np.nan_to_num(x)
np.hstack([x])
np.vstack([x])
np.stack([x])[0]
np.concatenate([x, x[:0]])
np.array([x])[0]
np.split(x, 1)[0]
np.linalg.matrix_power(x, 1)
np.linalg.matrix_transpose(x)
np.flip(x, ())
np.flip(x)
np.rot90(x, 0)
np.moveaxis(x, 0, 0)
np.take(x, np.arange(2), 0)
np.compress(np.array([True, True]), x, 0)
x[np.array([True, True])]
x[...]
x[:, :]
x[()]
x[::1]
x.astype(x.dtype)
np.full_like(x, x)
np.select([x>0], [x])
np.where(x>-9, x, x)
np.choose(0, [x])
np.unwrap(x)
np.fft.fftshift(x, ())
np.cumulative_sum(x[0])
np.linalg.multi_dot([x, x])
np.einsum('ij->ij', x)
np.einsum('ij->ji', x)
np.invert(~x.astype(np.int64))
xp.asarray(x)
xp.asarray(x, copy=True)
xp.asarray(x, copy=False)
xp.astype(x, x.dtype, copy=False)
xp.astype(x, x.dtype)
xp.concat([x])
xp.roll(x, 0)
xp.tile(x, (1, 1))
xp.repeat(x, 1)
xp.expand_dims(x, axis=0)
xp.clip(x)
xp.floor(x)
xp.round(x)
xp.conj(x)
xp.real(x)
xp.positive(x)
xp.broadcast_to(x, x.shape)
xp.diff(x, n=0)
xp.squeeze(x, axis=())
xp.flip(x)
xp.matrix_transpose(x)
xp.permute_dims(x, (0, 1))
xp.moveaxis(x, 0, 0)
xp.reshape(x, (2, 2))
xp.reshape(x, (2, 2), copy=True)
xp.reshape(x, (-1, ), copy=False)
xp.linalg.matrix_transpose(x)
xp.sum(x, axis=())
xp.triu(x)
xp.where(True, x, x)
"""
EXPRESSIONS = TEXT.strip().splitlines()

#: Arrays that lie in memory otherwise, or show another's.
INNER = [
    "x.T",
    "x[:, ::-1]",
    "x[1:]",
    "x[:, 1:]",
    "x.reshape(4)",
    "np.broadcast_to(x[0], (2, 2))",
    "np.swapaxes(x[None], 0, 2)",
    "x.T.reshape(2, 2)",
    "x.ravel()",
]
OUTER = [
    "({}).reshape(-1)",
    "({}).ravel()",
    "np.ravel({})",
    "({}).flatten()",
    "np.ascontiguousarray({})",
    "np.asfortranarray({})",
    "np.asarray({})",
    "({}).reshape(2, -1)",
    "np.squeeze({})",
    "({}).T",
    "np.atleast_2d({})",
    "({}).astype(np.float64, copy=False)",
    "({}).copy()",
    "np.reshape({}, (-1,), order='F')",
    "({}).ravel('F')",
    "({}).flatten('F')",
]


def program_of(expression: str, xp: Any) -> Any:
    """A function that writes to the value of an expression, and gives that and `x`."""
    text = f"def program(x):\n    x = x + 0\n    y = {expression}\n    y += 5\n    return x, y\n"
    name = f"<{expression} of {xp.__name__}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"np": np, "xp": xp}
    exec(compile(text, name, "exec"), space)  # our own text
    return space["program"]


def check(expression: str, dtype: Any, front: Any) -> None:
    """The written array and the one that it was made of are NumPy's, or the write is refused."""
    x = np.array([[1, 2], [3, 4]], dtype)
    try:
        want = program_of(expression, np)(x)
    except (ValueError, TypeError):
        want = None  # NumPy refuses the write
    try:
        got = front(program_of(expression, tb.xp), x)(x)
    except (tb.TraceError, tb.ScriptError) as error:
        assert error.code in ("trace.mutate", "script.call", "script.alias"), error
        assert "view" in str(error) or "names that the compiler can follow" in str(error)
        return
    assert want is not None
    for one, other in zip(want, got):
        assert np.array_equal(one, other), (want, got)


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
@pytest.mark.parametrize("front", [tb.trace, tb.script], ids=["trace", "script"])
@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_functions_share_memory_as_numpys_do(front: Any, dtype: Any) -> None:
    for expression in EXPRESSIONS:
        check(expression, dtype, front)


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
@pytest.mark.parametrize("front", [tb.trace, tb.script], ids=["trace", "script"])
@pytest.mark.parametrize("inner", INNER)
def test_views_of_views_share_memory_as_numpys_do(front: Any, inner: str) -> None:
    for outer in OUTER:
        check(outer.format(inner), np.float64, front)


@pytest.mark.parametrize("casting", ["safe", "same_kind"])
def test_astype_obeys_casting(casting: Any) -> None:
    with pytest.raises(TypeError, match="Cannot cast"):
        tb.trace(lambda x: x.astype(np.int32, casting=casting), np.ones(2))


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
@pytest.mark.parametrize("front", [tb.trace, tb.script], ids=["trace", "script"])
@pytest.mark.parametrize(
    "part", ["x[0, 0, ...]", "x[0][0]", "x[0, 0]", "x[0, ..., 0]", "x.reshape(-1)[1, ...]"]
)
def test_an_array_without_axes_is_changed_in_place_and_a_number_is_not(front: Any, part: str) -> None:
    text = f"def program(x):\n    x = x * 1\n    a = {part}\n    a += 5\n    return x, a\n"
    from tracebox.writer.script.source import function_of

    program = function_of(text, {})
    x = np.arange(4.0).reshape(2, 2)
    for want, got in zip(program(x), front(program, x)(x), strict=True):
        np.testing.assert_array_equal(want, got)
