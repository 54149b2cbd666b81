"""Kernels meet their accuracy on any operands, not just on those of the cases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reader.kernels.harness import check
from tracebox.conformance.generate.registry import by_oracle
from tracebox.conformance.oracle.arrays import Array
from tracebox.schema.registry import operators

OPERANDS = {
    op.name: len(op.signatures[0].args)
    for op in operators().values()
    if op.family in ("elementwise", "functions") and op.name != "clip"
}
FLOATS = {"f16": 16, "f32": 32, "f64": 64}


def rows(width: int, count: int) -> st.SearchStrategy[list[tuple[float, ...]]]:
    """Operands of several elements: any float at all, or numbers of everyday size."""
    number = st.floats(width=width) | st.floats(-100, 100, width=width)  # type: ignore[arg-type]
    return st.lists(st.tuples(*[number] * count), min_size=1, max_size=24)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("op", OPERANDS)
@given(data=st.data())
def test_floats_of_any_size(op: str, dtype: str, data: Any) -> None:
    if dtype not in (operators()[op].signatures[0].typevars["T"]):
        pytest.skip("not for this dtype")
    found = data.draw(rows(FLOATS[dtype], OPERANDS[op]))
    inputs = [Array(dtype, (len(found),), column) for column in zip(*found)]
    with np.errstate(all="ignore"):
        check(np, op, by_oracle(op, "drawn", *inputs))


@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.tuples(st.integers(0, 5), st.integers(0, 40), st.integers(0, 5)),
    scale=st.sampled_from([1e-3, 1.0, 1e6]),
)
@pytest.mark.parametrize("dtype", ["f32", "f64", "i16"])
def test_products_of_matrices(dtype: str, seed: int, sizes: tuple[int, int, int], scale: float) -> None:
    rng = np.random.default_rng(seed)
    n, k, m = sizes
    x, y = (rng.standard_normal(shape) * scale for shape in ((n, k), (k, m)))
    left, right = (
        Array(dtype, a.shape, (a if dtype[0] == "f" else a.round()).ravel().tolist()) for a in (x, y)
    )
    check(np, "matmul", by_oracle("matmul", "drawn", left, right))


@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    op=st.sampled_from(["sum", "prod"]),
    keepdims=st.booleans(),
    data=st.data(),
)
@pytest.mark.parametrize("dtype", ["f16", "f32", "f64", "u8"])
def test_reductions_over_any_axes(
    dtype: str, seed: int, shape: list[int], op: str, keepdims: bool, data: Any
) -> None:
    axes = tuple(sorted(data.draw(st.sets(st.integers(0, len(shape) - 1)))))
    values = np.random.default_rng(seed).uniform(0.5, 2, shape).astype("f4")
    x = Array(dtype, shape, values.ravel().tolist())
    check(np, op, by_oracle(op, "drawn", x, axes=axes, keepdims=keepdims))


@given(
    items=st.lists(st.floats(width=32) | st.sampled_from([0.0, -0.0, 1.0])),
    descending=st.booleans(),
    share=st.floats(0, 1),
)
def test_orders_of_any_floats(items: list[float], descending: bool, share: float) -> None:
    x = Array("f32", (len(items),), items)
    for op in ("sort", "argsort"):
        check(np, op, by_oracle(op, "drawn", x, axis=0, descending=descending))
    k = int(share * len(items))
    check(np, "top_k", by_oracle("top_k", "drawn", x, k=k, axis=0, largest=descending))


COMPLEX_UNARY = ("abs", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "round")


def numbers(width: int, *, size: float = math.inf) -> st.SearchStrategy[complex]:
    """Complex numbers with any parts at all, or with small ones; finite parts are at most `size`."""
    any_part = st.floats(width=width).filter(lambda x: abs(x) <= size or not math.isfinite(x))  # type: ignore[arg-type]
    small = st.floats(-4, 4, width=width)  # type: ignore[arg-type]
    near = st.sampled_from([1.0, -1.0, 0.0, -0.0]).flatmap(lambda c: small.map(lambda x: c + x * 2.0**-16))
    part = st.one_of(any_part, small, near, st.just(0.0))
    return st.builds(complex, part, part)


@pytest.mark.parametrize("dtype", ["c64", "c128"])
@pytest.mark.parametrize("op", COMPLEX_UNARY)
@given(data=st.data())
def test_functions_of_any_complex_numbers(op: str, dtype: str, data: Any) -> None:
    items = data.draw(st.lists(numbers(32 if dtype == "c64" else 64), min_size=1, max_size=24))
    with np.errstate(all="ignore"):
        check(np, op, by_oracle(op, "drawn", Array(dtype, (len(items),), items)))


@pytest.mark.parametrize("dtype", ["c64", "c128"])
@pytest.mark.parametrize(("op", "size"), [("multiply", 1e18), ("divide", math.inf), ("pow", 8.0)])
@given(data=st.data())
def test_products_of_complex_numbers(op: str, size: float, dtype: str, data: Any) -> None:
    number = numbers(32 if dtype == "c64" else 64, size=size)
    pairs = data.draw(st.lists(st.tuples(number, number), min_size=1, max_size=24))
    inputs = [Array(dtype, (len(pairs),), column) for column in zip(*pairs)]
    with np.errstate(all="ignore"):
        check(np, op, by_oracle(op, "drawn", *inputs))
