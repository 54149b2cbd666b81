"""Cases of schema/ops/functions.py."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial

from ...schema.dtypes import COMPLEX
from ..formats import largest, part, smallest_normal
from ..model import Accept, Case, Reject, f32, tensor
from .elementwise import binary_cases, far_angles
from .registry import by_oracle, cases
from .sizes import typed
from .values import Random, dtypes_of, plane, reject_unary, specials, vector

_SMALL, _UNIT = (-0.01, 0.01), (-1.0, 1.0)
#: Where to look, besides at special values: near 0, near ends of domains, and far away.
_RANGES = {
    "tan": ((-1.6, 1.6), (-100.0, 100.0), (-60000.0, 60000.0)),
    "asin": (_UNIT, _SMALL, (0.99, 1.0)),
    "acos": (_UNIT, _SMALL, (0.99, 1.0)),
    "atan": (_UNIT, (-10.0, 10.0), (-60000.0, 60000.0)),
    "sinh": (_SMALL, _UNIT, (-11.0, 11.0), (-100.0, 100.0)),
    "cosh": (_SMALL, _UNIT, (-11.0, 11.0), (-100.0, 100.0)),
    "asinh": (_SMALL, _UNIT, (-60000.0, 60000.0)),
    "acosh": ((1.0, 1.01), (1.0, 10.0), (1.0, 60000.0)),
    "atanh": (_SMALL, _UNIT, (0.99, 1.0)),
    "log2": ((0.0, 2.0), (0.9, 1.1), (0.0, 60000.0)),
    "log10": ((0.0, 2.0), (0.9, 1.1), (0.0, 60000.0)),
}
#: Arguments of great magnitude, which a reduction modulo pi with few digits gets wrong.
_HUGE = {"f16": 60000.0, "f32": 3e38, "f64": 1.7e308}


def unary_grid(op: str, ranges: Iterable[tuple[float, float]]) -> Iterator[Case]:
    """Special values, each range and each scale by itself, for every dtype; ranks, sizes and symbols."""
    for dtype in dtypes_of(op):
        complex_ = dtype in COMPLEX
        yield by_oracle(op, f"specials-{dtype}", vector(dtype, (plane if complex_ else specials)(dtype)))
        for low, high in ranges:
            values = Random(f"{op} {dtype} {low} {high}").array(dtype, (16,), low, high)
            yield by_oracle(op, f"from-{low:g}-to-{high:g}-{dtype}".replace("--", "-minus-"), values)
        scales, near = (_complex_scales, _complex_near) if complex_ else (_scales, _near)
        yield by_oracle(op, f"scales-{dtype}", vector(dtype, scales(_HUGE[part(dtype)])))
        yield by_oracle(op, f"near-one-{dtype}", vector(dtype, near()))
    if op in ("tan", "sinh", "cosh"):
        yield far_angles(op)
    yield from ranks(op, ranges)
    yield from reject_unary(op)


def _scales(top: float) -> list[float]:
    sizes = [top / 3.0**k for k in range(12)] + [1 / top, 3 / top]
    return sizes + [-size for size in sizes]


def _near() -> list[float]:
    """Around 1 and -1, where domains end and results vanish."""
    near = [1 + 2.0**-k for k in (1, 3, 5, 8, 10)] + [1 - 2.0**-k for k in (1, 3, 5, 8, 11)]
    return near + [-value for value in near]


def _complex_scales(top: float) -> list[complex]:
    """Parts of very different size."""
    sizes = [1 / top, top**-0.5, 1e-3, 2.5, top**0.25, top**0.5, top / 4]
    return [complex(re, -im) for re in sizes for im in sizes] + [complex(-size, size / 3) for size in sizes]


def _complex_near() -> list[complex]:
    """Around the points where cuts end, on both sides of the cuts and on them."""
    steps = [0.0, -0.0, 2.0**-4, -(2.0**-9), 2.0**-20]
    return [
        complex(centre.real + re, im) if centre.real else complex(re, centre.imag + im)
        for centre in (1, -1, 1j, -1j)
        for re in steps
        for im in steps
    ]


def ranks(op: str, ranges: Iterable[tuple[float, float]]) -> Iterator[Case]:
    """Shapes of every rank, with sizes 0 and 1, known and unknown."""
    low, high = next(iter(ranges))
    dtype = dtypes_of(op)[-1]
    for shape in ((), (1,), (0,), (2, 3), (2, 0, 3), (1, 2, 1, 3)):
        name = "x".join(map(str, shape)) or "scalar"
        yield by_oracle(op, f"shape-{name}", Random(f"{op} {name}").array(dtype, shape, low, high))
    seen = by_oracle(op, "symbols", Random(f"{op} symbols").array(dtype, (2, 3), low, high))
    yield typed(seen, f"{dtype}[B,?]")


for _name in _RANGES:
    cases(_name)(partial(unary_grid, _name, _RANGES[_name]))


@cases("hypot")
def hypot() -> Iterator[Case]:
    inf, nan = math.inf, math.nan
    yield Accept("infinite", (f32([inf, nan, -inf]), f32([nan, -inf, 1])), (f32([inf, inf, inf]),))
    yield from binary_cases("hypot")
    for dtype in dtypes_of("hypot"):
        top = _HUGE[dtype] / 2
        x, y = vector(dtype, [top, 3 / top, -top, top]), vector(dtype, [top, 4 / top, 1, 1 / top])
        yield by_oracle("hypot", f"scales-{dtype}", x, y)


@cases("copysign")
def copysign() -> Iterator[Case]:
    yield Accept("zeros", (f32([0.0, -0.0, 0.0, 2]), f32([-0.0, 0.0, 3, -0.0])), (f32([-0.0, 0.0, 0.0, -2]),))
    # A NaN has no sign that means anything: none among the second operands.
    for case in binary_cases("copysign"):
        if not case.name.startswith("specials-"):
            yield case
    for dtype in dtypes_of("copysign"):
        column = [0.0, -0.0, 1.5, -2.0, math.inf, -math.inf]
        x, y = vector(dtype, [*column, math.nan]), vector(dtype, column)
        yield by_oracle("copysign", f"specials-{dtype}", x.reshape((7, 1)), y.reshape((1, 6)))
        tiny = float(smallest_normal(dtype))
        ends = vector(dtype, [tiny, -tiny / 2, float(largest(dtype)), -0.0])
        yield by_oracle("copysign", f"ends-{dtype}", ends.reshape((4, 1)), ends)


@cases("nextafter")
def nextafter() -> Iterator[Case]:
    inf = math.inf
    tiny, top = 2.0**-149, 2.0**128 - 2.0**104
    yield Accept(
        "zeros", (f32([0.0, -0.0, 0.0, -0.0]), f32([-0.0, 0.0, 1, -1])), (f32([-0.0, 0.0, tiny, -tiny]),)
    )
    yield Accept(
        "ends", (f32([top, -inf, tiny, -tiny]), f32([inf, 0, -1, 1])), (f32([inf, -top, 0.0, -0.0]),)
    )
    yield from binary_cases("nextafter")


# --- parts of complex numbers -----------------------------------------------------


def _parts(op: str) -> Iterator[Case]:
    values = [0.0, -0.0, 1.5, -2.5, math.inf, -math.inf, math.nan]
    for dtype in dtypes_of(op):
        for re in values:
            items = [complex(re, im) for im in values]
            yield by_oracle(op, f"real-part-{re:g}-{dtype}".replace("--", "-minus-"), vector(dtype, items))
        yield by_oracle(op, f"values-{dtype}", Random(f"{op} {dtype}").array(dtype, (24,)))
    yield from ranks(op, (_UNIT,))
    yield from reject_unary(op)
    yield Reject("half-dtype", "T", ("f16[3]",), twin=("c64[3]",))


for _name in ("real", "imag", "conj"):
    cases(_name)(partial(_parts, _name))


@cases("make_complex")
def make_complex() -> Iterator[Case]:
    yield from binary_cases("make_complex")
    for dtype in dtypes_of("make_complex"):
        ends = vector(dtype, [float(largest(dtype)), -float(largest(dtype)), math.inf, 2.0**-20])
        yield by_oracle("make_complex", f"ends-{dtype}", ends.reshape((4, 1)), ends)
        yield by_oracle("make_complex", f"one-part-{dtype}", ends, vector(dtype, [math.nan]).reshape(()))
    yield Accept(
        "keeps-zeros",
        (f32([-0.0, 0.0]), f32([0.0, -0.0])),
        (tensor("c64", [complex(-0.0, 0.0), complex(0.0, -0.0)]),),
    )
