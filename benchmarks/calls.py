"""The calls that `kernels` times: an operator, its operands, and what NumPy and torch have for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from math import isqrt
from typing import Any

import numpy as np

Array = Any
Operands = tuple[Any, ...]
Make = Callable[[int], Operands]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One way to call an operator.

    `make` gives the operands that a size asks for. `numpy` is the bare call on them, None where NumPy
    has none; `torch` the name of torch's function, or a function of torch itself and its tensors.
    `results` are those that are asked for, all by default. `note` says what `numpy` is where it
    is not one call of the function of that name.
    """

    op: str
    make: Make
    numpy: Callable[..., Any] | None
    torch: str | Callable[..., Any] | None
    attrs: dict[str, Any] = field(default_factory=dict)
    kind: str = "f32"
    results: tuple[int, ...] = ()
    note: str = ""


# --- operands ---------------------------------------------------------------------


def numbers(count: int, low: float = 0.1, high: float = 0.9) -> Make:
    def make(size: int) -> Operands:
        draw = np.random.default_rng(0)
        return tuple([draw.uniform(low, high, size).astype(np.float32) for _ in range(count)])

    return make


def normal(*shapes: Callable[[int], tuple[int, ...]], dtype: Any = np.float32) -> Make:
    def make(size: int) -> Operands:
        draw = np.random.default_rng(0)
        found = [draw.standard_normal(shape(size)) for shape in shapes]
        if np.dtype(dtype).kind == "c":
            found = [x + 1j * draw.standard_normal(x.shape) for x in found]
        return tuple([x.astype(dtype) for x in found])

    return make


def line(size: int) -> tuple[int, ...]:
    return (size,)


def lines(size: int) -> tuple[int, ...]:
    """Vectors of 1,000."""
    return (size // 1000, 1000)


def square(size: int) -> tuple[int, ...]:
    return (isqrt(size), isqrt(size))


def matrices(size: int) -> tuple[int, ...]:
    """Matrices of 31 to 31."""
    return (max(1, size // 1000), 31, 31)


def images(size: int) -> tuple[int, ...]:
    """An image of 10 channels."""
    side = isqrt(size // 10)
    return (1, 10, side, side)


def integers(count: int, low: int, high: int, dtype: Any = np.int32) -> Make:
    def make(size: int) -> Operands:
        draw = np.random.default_rng(0)
        return tuple([draw.integers(low, high, size, dtype) for _ in range(count)])

    return make


def logical(count: int) -> Make:
    return lambda size: tuple([x > 0 for x in normal(*(line,) * count)(size)])


def definite(size: int) -> Operands:
    (x,) = normal(matrices)(size)
    return (x @ x.swapaxes(-1, -2) + 31 * np.eye(31, dtype=x.dtype),)


def joined(make: Make, *others: Any) -> Make:
    """The operands of `make`, and others, which may be functions of the size."""
    return lambda size: (*make(size), *[x(size) if callable(x) else x for x in others])


def places(dtype: Any = np.int64) -> Callable[[int], Array]:
    return lambda size: np.random.default_rng(1).integers(0, size, size, dtype)


# --- elements ---------------------------------------------------------------------

#: What torch calls otherwise.
_TORCH = {
    "equal": "eq",
    "not_equal": "ne",
    "negative": "neg",
    "bitwise_invert": "bitwise_not",
    "sign": "sgn",
    "conj": "conj_physical",
}
_NUMPY = {"round": "rint"}


def _same(names: str, make: Make, kind: str = "f32") -> Iterator[Call]:
    """Operators that NumPy has a function for."""
    for op in names.split():
        function = getattr(np, _NUMPY.get(op, op))
        yield Call(op=op, make=make, numpy=function, torch=_TORCH.get(op, op), kind=kind)


def _elementwise() -> Iterator[Call]:
    yield from _same("add subtract multiply divide floor_divide remainder pow", numbers(2))
    yield from _same("maximum minimum atan2 hypot copysign nextafter", normal(line, line))
    yield from _same("equal not_equal less less_equal greater greater_equal", normal(line, line))
    yield from _same("negative abs sign floor ceil trunc round isnan isinf isfinite", normal(line))
    yield from _same("exp expm1 sin cos tan asin acos atan sinh cosh tanh asinh atanh", numbers(1))
    yield from _same("sqrt log log1p log2 log10", numbers(1))
    yield from _same("acosh", numbers(1, 1.1, 9.0))
    pair = integers(2, 1, 1000)
    yield from _same("add multiply maximum less floor_divide remainder", pair, "i32")
    yield from _same("bitwise_and bitwise_or bitwise_xor", pair, "i32")
    yield from _same("bitwise_left_shift bitwise_right_shift", integers(2, 0, 20), "i32")
    yield from _same("bitwise_invert", integers(1, 0, 1000), "i32")
    yield from _same("logical_and logical_or logical_xor", logical(2), "bool")
    yield from _same("logical_not", logical(1), "bool")
    yield Call(
        op="clip",
        make=joined(normal(line), np.float32(-0.5), np.float32(0.5)),
        numpy=np.clip,
        torch=lambda torch, x, low, high: torch.clip(x, -0.5, 0.5),
    )
    yield Call(
        op="where",
        make=lambda size: (*logical(1)(size), *normal(line, line)(size)),
        numpy=np.where,
        torch="where",
    )
    yield Call(op="erf", make=normal(line), numpy=None, torch="erf")
    for op in ("relu", "sigmoid", "silu", "softplus", "gelu", "leaky_relu", "elu", "mish"):
        torch = f"nn.functional.{op}"
        bare = (lambda x: np.maximum(x, 0)) if op == "relu" else None
        note = "`np.maximum(x, 0)`" if op == "relu" else ""
        attrs = {"leaky_relu": {"slope": 0.01}, "elu": {"alpha": 1.0}}.get(op, {})
        yield Call(op=op, make=normal(line), numpy=bare, torch=torch, attrs=attrs, note=note)
    for op in ("hard_sigmoid", "hard_swish"):
        torch = f"nn.functional.{op.replace('_', '')}"
        yield Call(op=op, make=normal(line), numpy=None, torch=torch)


def _complex() -> Iterator[Call]:
    for kind, dtype in (("c64", np.complex64), ("c128", np.complex128)):
        one, two = normal(line, dtype=dtype), normal(line, line, dtype=dtype)
        yield from _same("add multiply divide pow", two, kind)
        yield from _same("abs sign sqrt exp expm1 log log1p log2 log10 conj", one, kind)
        yield from _same("sin cos tan asin acos atan", one, kind)
        yield from _same("sinh cosh tanh asinh acosh atanh", one, kind)


def elements() -> Iterator[Call]:
    """Functions of elements."""
    return chain(_elementwise(), _complex())
