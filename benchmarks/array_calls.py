"""More calls that `kernels` times: those of lines, places, matrices and networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from .calls import (
    Array,
    Call,
    Make,
    Operands,
    definite,
    images,
    integers,
    joined,
    line,
    lines,
    logical,
    matrices,
    normal,
    numbers,
    places,
    square,
)

# --- lines ------------------------------------------------------------------------


def _reductions() -> Iterator[Call]:
    axes, axis = {"axes": (0,)}, {"axis": 0}
    for op in ("sum", "prod", "mean", "max", "min"):
        torch = {"max": "amax", "min": "amin"}.get(op, op)
        yield Call(op=op, make=numbers(1), numpy=getattr(np, op), torch=torch, attrs=axes)
    for op in ("all", "any"):
        yield Call(op=op, make=logical(1), numpy=getattr(np, op), torch=op, attrs=axes, kind="bool")
    yield Call(
        op="var",
        make=numbers(1),
        numpy=np.var,
        torch=lambda torch, x: torch.var(x, correction=0),
        attrs=axes | {"correction": 0.0},
    )
    for op in ("argmax", "argmin"):
        yield Call(op=op, make=numbers(1), numpy=getattr(np, op), torch=op, attrs=axis)
    for op, name in (("cumulative_sum", "cumsum"), ("cumulative_prod", "cumprod")):

        def whole(torch: Any, x: Array, name: str = name) -> Any:
            return getattr(torch, name)(x, 0)

        yield Call(op=op, make=numbers(1), numpy=getattr(np, name), torch=whole, attrs=axis)
    for op in ("softmax", "log_softmax"):

        def along(torch: Any, x: Array, op: str = op) -> Any:
            return getattr(torch, op)(x, 1)

        yield Call(op=op, make=normal(lines), numpy=None, torch=along, attrs={"axis": 1})


def _sorting() -> Iterator[Call]:
    by = {"axis": 0}
    for kind, make in (("f32", normal(line)), ("i32", integers(1, 0, 1 << 30))):
        yield Call(op="sort", make=make, numpy=np.sort, torch="sort", attrs=by, kind=kind)
        yield Call(
            op="argsort",
            make=make,
            numpy=lambda x: np.argsort(x, stable=True),
            torch=lambda torch, x: torch.argsort(x, stable=True),
            attrs=by,
            kind=kind,
            note="`np.argsort(x, stable=True)`",
        )
    few = integers(1, 0, 1000)
    for kind, make in (("f32", normal(line)), ("i32 < 1000", few)):
        for results, options in (
            ((0,), {}),
            ((0, 3), {"return_counts": True}),
            ((0, 2), {"return_inverse": True}),
            ((0, 1, 2, 3), {"return_index": True, "return_inverse": True, "return_counts": True}),
        ):
            yield Call(
                op="unique",
                make=make,
                numpy=partial(np.unique, equal_nan=False, **options),
                torch=_unique(results),
                kind=kind,
                results=results,
                note=", ".join(("the values", *[option.removeprefix("return_") for option in options])),
            )
    yield Call(
        op="top_k",
        make=normal(lines),
        numpy=None,
        torch=lambda torch, x: torch.topk(x, 10),
        attrs={"axis": 1, "k": 10},
    )
    yield Call(
        op="searchsorted",
        make=lambda size: (np.sort(numbers(1)(size)[0]), numbers(2)(size)[1]),
        numpy=np.searchsorted,
        torch="searchsorted",
        attrs={"side": "left"},
    )
    for kind, make in (("f32", normal(line)), ("i32 < 1000", few)):
        yield Call(op="isin", make=_sets(make), numpy=np.isin, torch="isin", kind=kind)


def _sets(make: Make) -> Make:
    return lambda size: (*make(size), *make(1000))


def _unique(results: tuple[int, ...]) -> Callable[..., Any] | None:
    """torch finds no first positions."""
    if 1 in results:
        return None
    return lambda torch, x: torch.unique(x, return_inverse=2 in results, return_counts=3 in results)


# --- places -----------------------------------------------------------------------


def _moving() -> Iterator[Call]:
    x, two = normal(line), normal(line, line)
    yield Call(op="flip", make=x, numpy=np.flip, torch=lambda torch, x: x.flip(0), attrs={"axes": (0,)})
    yield Call(
        op="concat",
        make=lambda size: (two(size),),
        numpy=np.concat,
        torch="concat",
        attrs={"axis": 0},
    )
    yield Call(op="stack", make=lambda size: (two(size),), numpy=np.stack, torch="stack", attrs={"axis": 0})
    yield Call(
        op="pad",
        make=joined(normal(square), None),
        numpy=lambda x, _: np.pad(x, 1),
        torch=lambda torch, x, _: torch.nn.functional.pad(x, (1, 1, 1, 1)),
        attrs={"low": (1, 1), "high": (1, 1), "mode": "constant"},
    )
    yield Call(
        op="take",
        make=joined(x, places()),
        numpy=np.take,
        torch="take",
        attrs={"axis": 0},
    )
    yield Call(
        op="take_along_axis",
        make=joined(x, places()),
        numpy=lambda x, places: np.take_along_axis(x, places, 0),
        torch="take_along_dim",
        attrs={"axis": 0},
    )
    yield Call(
        op="gather",
        make=joined(x, lambda size: (places()(size),)),
        numpy=lambda x, places: x[places],
        torch=lambda torch, x, places: x[places],
        note="`x[places]`",
    )
    yield Call(
        op="repeat",
        make=joined(x, lambda size: np.random.default_rng(1).integers(0, 4, size)),
        numpy=np.repeat,
        torch="repeat_interleave",
        attrs={"axis": 0},
    )
    yield Call(op="nonzero", make=logical(1), numpy=np.nonzero, torch="nonzero", kind="bool")
    for op, function in (("scatter_add", np.add), ("scatter_max", np.maximum), ("scatter_min", np.minimum)):
        yield Call(
            op=op,
            make=joined(two, lambda size: (places()(size),)),
            numpy=_at(function),
            torch=_scattered({"scatter_add": "sum", "scatter_max": "amax", "scatter_min": "amin"}[op]),
            note=f"a copy, `np.{function.__name__}.at`",
        )
    yield Call(
        op="scatter",
        make=joined(two, lambda size: (places()(size),)),
        numpy=_assigned,
        torch=None,
        note="a copy, assignment",
    )
    for op in ("tril", "triu"):
        yield Call(op=op, make=normal(square), numpy=getattr(np, op), torch=op, attrs={"offset": 0})
    yield Call(
        op="astype",
        make=x,
        numpy=lambda x: x.astype(np.float64),
        torch=lambda torch, x: x.to(torch.float64),
        attrs={"dtype": "f64"},
        note="`x.astype`",
    )
    yield Call(
        op="make_complex",
        make=two,
        numpy=lambda x, y: x + 1j * y,
        torch="complex",
        note="`x + 1j * y`",
    )


def _at(function: np.ufunc) -> Callable[..., Any]:
    def call(x: Array, updates: Array, places: Operands) -> Array:
        found = x.copy()
        function.at(found, places, updates)
        return found

    return call


def _assigned(x: Array, updates: Array, places: Operands) -> Array:
    found = x.copy()
    found[places] = updates
    return found


def _scattered(reduce: str) -> Callable[..., Any]:
    return lambda torch, x, updates, places: x.scatter_reduce(0, places[0], updates, reduce)


# --- matrices and networks ----------------------------------------------------------


def _linear() -> Iterator[Call]:
    x = normal(matrices)
    yield Call(op="matmul", make=normal(square, square), numpy=np.matmul, torch="matmul")
    yield Call(op="vecdot", make=normal(lines, lines), numpy=np.vecdot, torch="linalg.vecdot")
    for op in ("det", "inv"):
        yield Call(op=op, make=x, numpy=getattr(np.linalg, op), torch=f"linalg.{op}")
    yield Call(
        op="solve",
        make=normal(matrices, matrices),
        numpy=np.linalg.solve,
        torch="linalg.solve",
    )
    for op in ("slogdet", "qr", "svdvals", "eigvals"):
        yield Call(op=op, make=x, numpy=getattr(np.linalg, op), torch=f"linalg.{op}")
    yield Call(
        op="pinv",
        make=joined(x, None),
        numpy=lambda x, _: np.linalg.pinv(x),
        torch=lambda torch, x, _: torch.linalg.pinv(x),
    )
    for op in ("cholesky", "eigh", "eigvalsh"):
        yield Call(op=op, make=definite, numpy=getattr(np.linalg, op), torch=f"linalg.{op}")
    yield Call(
        op="svd",
        make=x,
        numpy=lambda x: np.linalg.svd(x, full_matrices=False),
        torch=lambda torch, x: torch.linalg.svd(x, full_matrices=False),
        attrs={"full_matrices": False},
    )
    yield Call(
        op="vector_norm",
        make=normal(lines),
        numpy=lambda x: np.linalg.vector_norm(x, axis=1),
        torch=lambda torch, x: torch.linalg.vector_norm(x, dim=1),
        attrs={"axes": (1,)},
    )
    yield Call(
        op="matrix_norm",
        make=x,
        numpy=np.linalg.matrix_norm,
        torch="linalg.matrix_norm",
        attrs={"ord": "fro"},
    )
    yield Call(op="trace", make=x, numpy=lambda x: np.trace(x, axis1=1, axis2=2), torch=None)
    yield Call(
        op="cross",
        make=normal(lambda size: (size // 3, 3), lambda size: (size // 3, 3)),
        numpy=np.cross,
        torch="linalg.cross",
    )
    along: dict[str, Any] = {"axis": 1}
    z = normal(lines, dtype=np.complex64)
    for op, attrs in (("fft", along), ("ifft", along)):
        yield Call(op=op, make=z, numpy=getattr(np.fft, op), torch=f"fft.{op}", attrs=attrs, kind="c64")
    yield Call(op="rfft", make=normal(lines), numpy=np.fft.rfft, torch="fft.rfft", attrs=along)
    half = normal(lambda size: (size // 1000, 501), dtype=np.complex64)
    yield Call(
        op="irfft", make=half, numpy=np.fft.irfft, torch="fft.irfft", attrs=along | {"n": 1000}, kind="c64"
    )


def _networks() -> Iterator[Call]:
    window = {"window": (3, 3), "strides": (1, 1), "low": (0, 0), "high": (0, 0)}
    yield Call(
        op="reduce_window_max",
        make=normal(images),
        numpy=None,
        torch=lambda torch, x: torch.nn.functional.max_pool2d(x, 3, 1),
        attrs=window | {"dilations": (1, 1)},
    )
    yield Call(
        op="avg_pool",
        make=normal(images),
        numpy=None,
        torch=lambda torch, x: torch.nn.functional.avg_pool2d(x, 3, 1),
        attrs=window,
    )
    row = normal(lines, lambda size: (1000,), lambda size: (1000,))
    yield Call(
        op="layer_norm",
        make=row,
        numpy=None,
        torch=lambda torch, x, scale, bias: torch.nn.functional.layer_norm(x, (1000,), scale, bias),
        attrs={"axis": 1, "epsilon": 1e-5},
    )
    yield Call(
        op="linear",
        make=normal(lines, lambda size: (100, 1000), lambda size: (100,)),
        numpy=None,
        torch="nn.functional.linear",
    )


def arrays() -> Iterator[Call]:
    """Functions of whole arrays."""
    return chain(_reductions(), _sorting(), _moving(), _linear(), _networks())
