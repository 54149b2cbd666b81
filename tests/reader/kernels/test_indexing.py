"""Kernels of schema/ops/indexing.py on their conformance cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tests.reader.build import assert_same, program, run_all_ways
from tracebox.reader.kernels.registry import INPLACE, KERNELS, OperatorError, load_family
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.ir import Value

load_family("indexing")


@pytest.mark.parametrize(
    "index", [np.int64(1), np.array(1), np.array([1])], ids=["scalar", "rank-0", "rank-1"]
)
def test_gathering_copies(index: Any) -> None:
    x = np.arange(12.0).reshape(3, 4)
    assert not np.shares_memory(KERNELS["gather"](np, x, (index,)), x)


@pytest.mark.parametrize(
    ("op", "operands", "attrs"),
    [
        ("update_slice", (np.array([8.0, 9.0]),), {"starts": (3,), "stops": (-1,), "steps": (-2,)}),
        ("scatter", (np.array([7.0, 8.0, 9.0]), (np.array([1, 3, 1]),)), {}),
    ],
)
def test_writing_in_place_gives_the_same(op: str, operands: Any, attrs: Any) -> None:
    x = np.arange(4.0)
    expected = KERNELS[op](np, x, *operands, **attrs)
    assert x.tolist() == [0, 1, 2, 3]
    assert INPLACE[op](np, x, *operands, **attrs) is x
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("op", ["scatter", "scatter_add", "scatter_max", "scatter_min"])
@pytest.mark.parametrize("bad", [-4, -9, 3, 9])
@pytest.mark.parametrize("rest", [(), (2,), (0,)])
@pytest.mark.parametrize("scalar", [False, True])
def test_nothing_is_written_at_an_index_outside(
    op: str, bad: int, rest: tuple[int, ...], scalar: bool
) -> None:
    x = np.zeros((3, *rest))
    index = np.array(bad) if scalar else np.array([0, 1, bad])
    for kernel in (KERNELS[op], INPLACE[op]):
        with pytest.raises(OperatorError, match=f"{bad} for an axis of size 3"):
            kernel(np, x, np.ones((*index.shape, *rest)), (index,))
        assert not x.any()


@pytest.mark.parametrize("op", ["scatter", "scatter_add", "scatter_max", "scatter_min"])
@pytest.mark.parametrize("index", [np.array(-1), np.array([-1, 0, -3, 2]), np.array([[-2, -1], [1, -3]])])
def test_negative_indices_count_from_the_end(op: str, index: Any) -> None:
    x = np.arange(6.0).reshape(3, 2)
    updates = np.arange(index.size * 2.0).reshape(*index.shape, 2) - 3
    wanted = KERNELS[op](np, x, updates, (index % 3,))
    np.testing.assert_array_equal(KERNELS[op](np, x, updates, (index,)), wanted)
    np.testing.assert_array_equal(INPLACE[op](np, x.copy(), updates, (index.astype("i4"),)), wanted)
    np.testing.assert_array_equal(KERNELS["take"](np, x, index, axis=0), x[index % 3])
    np.testing.assert_array_equal(KERNELS["gather"](np, x, (index, index // 3)), x[index, index // 3])


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (2, 1, 3, 2)])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_taking_along_any_axis(shape: tuple[int, ...], order: Any, dtype: str) -> None:
    x = np.arange(np.prod(shape)).reshape(shape).copy(order)
    for axis, size in enumerate(shape):
        for count in (0, 1, 5):
            wanted = (*shape[:axis], count, *shape[axis + 1 :])
            index = np.random.default_rng(0).integers(-size, size, wanted).astype(dtype)
            found = KERNELS["take_along_axis"](np, x, index, axis=axis)
            np.testing.assert_array_equal(found, np.take_along_axis(x, index, axis))


def test_a_tensor_is_not_written_to_while_somebody_reads_it() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, y = f.params
        at: dict[str, Any] = {"starts": (2,), "stops": (3,), "steps": (1,)}
        (a,) = f.op("update_slice", x, y, starts=(0,), stops=(1,), steps=(1,))
        (b,) = f.op("update_slice", a, y, **at)
        (c,) = f.op("update_slice", b, f.op("add", y, y)[0], **at)
        (d,) = f.op("add", a, b)
        return [a, c, d]

    x, y = np.arange(4.0), np.array([9.0])
    made = program({"x": "f64[4]", "y": "f64[1]"}, make)
    expected = [[9, 1, 2, 3], [9, 1, 18, 3], [18, 2, 11, 6]]
    assert_same(run_all_ways(made, x, y), tuple(np.array(row, dtype=np.float64) for row in expected))
    assert x.tolist() == [0, 1, 2, 3]
