"""Cases of schema/ops/scalar.py."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product
from typing import Any

from ...schema.dtypes import ANY, BY_NAME
from ...schema.registry import operators
from ..model import Accept, Case, Fails, Reject, tensor
from ..oracle.arrays import Array
from .registry import by_oracle, cases
from .sizes import typed

LOW, HIGH = -(2**63), 2**63 - 1
INTS = (0, 1, -1, 2, -2, 7, -7, 10, 2**31, LOW, LOW + 1, HIGH)
FLOATS = (
    *(0.0, -0.0, 1.0, -1.0, 0.1, -2.5, 3.0, 7.0, 1e16, -1e308, 5e-324),
    *(math.inf, -math.inf, math.nan),
)
#: More of them, for operators of one operand.
MORE_INTS = (*INTS, 3, -3, 9, 255, -256, 2**32 - 1, 2**53 + 1, -(2**53) - 1, 2**62, -(2**62), HIGH - 1)
MORE_FLOATS = (
    *FLOATS,
    0.5,
    -0.5,
    1 / 3,
    2.0**53 + 2,
    -(2.0**63),
    1.7976931348623157e308,
    2.2250738585072014e-308,
    100.25,
)


def _wrong(op: str) -> Iterator[Reject]:
    """Each operand of another type, a tensor among them, and one operand too few."""
    args = operators()[op].signatures[0].args
    good = tuple(arg.pattern for arg in args)
    for place, pattern in enumerate(good):
        other = "float" if pattern != "float" else "int"
        for bad in (other, {"bool": "bool[]", "int": "i64[]"}.get(pattern, "f64[]")):
            broken = (*good[:place], bad, *good[place + 1 :])
            name = f"{args[place].name}-{bad.replace('[]', '-tensor')}"
            yield Reject(name, "ir.operand", broken, twin=good)
    yield Reject("too-few", "ir.arity", good[:-1], twin=good)


def _all(op: str, *columns: Iterable[Any], skip: Any = None) -> Iterator[Accept]:
    """Every combination of the values, but those that `skip` is true of."""
    for number, values in enumerate(product(*columns)):
        if skip is None or not skip(*values):
            yield by_oracle(op, f"{number}", *values)


def _binary(op: str, values: Iterable[Any], skip: Any = None) -> Iterator[Case]:
    values = tuple(values)
    yield from _all(op, values, values, skip=skip)
    yield from _wrong(op)


def _unary(op: str, values: Iterable[Any], skip: Any = None) -> Iterator[Case]:
    yield from _all(op, tuple(values), skip=skip)
    yield from _wrong(op)


def _beyond(value: int) -> bool:
    return not LOW <= value <= HIGH


@cases("int.add")
def int_add() -> Iterator[Case]:
    yield from _binary("int.add", INTS, lambda x, y: _beyond(x + y))
    yield Fails("above", "E1", (HIGH, 1))
    yield Fails("below", "E1", (LOW, -1))


@cases("int.subtract")
def int_subtract() -> Iterator[Case]:
    yield from _binary("int.subtract", INTS, lambda x, y: _beyond(x - y))
    yield Fails("above", "E1", (0, LOW))
    yield Fails("below", "E1", (LOW, 1))


@cases("int.multiply")
def int_multiply() -> Iterator[Case]:
    yield from _binary("int.multiply", INTS, lambda x, y: _beyond(x * y))
    yield Fails("above", "E1", (LOW, -1))
    yield Fails("below", "E1", (2**32, -(2**32)))


@cases("int.floor_divide")
def int_floor_divide() -> Iterator[Case]:
    yield from _binary("int.floor_divide", INTS, lambda x, y: y == 0 or _beyond(x // y))
    yield Fails("above", "E1", (LOW, -1))
    yield Fails("by-zero", "E2", (1, 0))
    yield Fails("zero-by-zero", "E2", (0, 0))


@cases("int.remainder")
def int_remainder() -> Iterator[Case]:
    yield from _binary("int.remainder", INTS, lambda x, y: y == 0)
    yield Fails("by-zero", "E1", (1, 0))


@cases("int.divide")
def int_divide() -> Iterator[Case]:
    yield from _binary("int.divide", (*INTS, 2**53 + 1, 3), lambda x, y: y == 0)
    yield Fails("by-zero", "E1", (1, 0))


@cases("int.power")
def int_power() -> Iterator[Case]:
    small = (0, 1, 2, 3, 62, 63)
    yield from _all("int.power", (0, 1, -1, 2, -2, 3, 10), small, skip=lambda x, y: _beyond(x**y))
    yield by_oracle("int.power", "one-to-many", 1, 65)
    yield by_oracle("int.power", "least", -2, 63)
    yield by_oracle("int.power", "minus-one-to-many", -1, 101)
    yield from _wrong("int.power")
    yield Fails("above", "E1", (2, 63))
    yield Fails("far-above", "E1", (10, HIGH))
    yield Fails("below", "E1", (-3, 41))
    yield Fails("negative-exponent", "E2", (2, -1))
    yield Fails("one-negative-exponent", "E2", (1, -1))


@cases("int.negative")
def int_negative() -> Iterator[Case]:
    yield from _unary("int.negative", MORE_INTS, lambda x: x == LOW)
    yield Fails("least", "E1", (LOW,))


@cases("int.abs")
def int_abs() -> Iterator[Case]:
    yield from _unary("int.abs", MORE_INTS, lambda x: x == LOW)
    yield Fails("least", "E1", (LOW,))


def _register(op: str, values: Iterable[Any], arity: int) -> None:
    cases(op)(lambda: (_binary if arity == 2 else _unary)(op, values))


for _name in ("min", "max", "equal", "less", "less_equal"):
    _register(f"int.{_name}", (0, 1, -1, LOW, HIGH), 2)
_BITS = (0, 1, -1, 6, -6, 0x0F0F, 2**31, -(2**32), LOW, HIGH)
for _name in ("and", "or", "xor"):
    _register(f"int.{_name}", _BITS, 2)
_register(
    "int.invert", (*_BITS, 2, -2, 3, -3, 255, -256, 2**32 - 1, 2**62, -(2**62), LOW + 1, HIGH - 1, 7, -8), 1
)
_COUNTS = (0, 1, 2, 31, 32, 62, 63, 64, HIGH)


@cases("int.left_shift")
def int_left_shift() -> Iterator[Case]:
    shifts = product((0, 1, -1, 5, -3, LOW, HIGH), _COUNTS)
    for number, (x, y) in enumerate(shifts):
        if x == 0 or (y < 64 and not _beyond(x * 2**y)):
            yield by_oracle("int.left_shift", f"{number}", x, y)
    yield from _wrong("int.left_shift")
    for name, x, y in (
        ("above", 1, 63),
        ("below", -3, 62),
        ("least", LOW, 1),
        ("width", 1, 64),
        ("far", -1, HIGH),
    ):
        yield Fails(name, "E1", (x, y))
    for name, x, y in (("negative", 1, -1), ("zero-negative", 0, -1), ("far-negative", 1, LOW)):
        yield Fails(name, "E2", (x, y))


@cases("int.right_shift")
def int_right_shift() -> Iterator[Case]:
    yield from _all("int.right_shift", (0, 1, -1, 5, -5, LOW, HIGH), _COUNTS)
    yield from _wrong("int.right_shift")
    for name, x, y in (("negative", 4, -1), ("zero-negative", 0, -1), ("far-negative", 1, LOW)):
        yield Fails(name, "E1", (x, y))


_register("int.to_float", (*MORE_INTS, 2**53 + 3, -(2**54) - 3), 1)
_register("int.to_bool", MORE_INTS, 1)
for _name in ("add", "subtract", "multiply", "divide", "floor_divide", "remainder"):
    _register(f"float.{_name}", FLOATS, 2)
_register("float.power", (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 1e300, math.inf, -math.inf, math.nan), 2)
for _name in ("negative", "abs"):
    _register(f"float.{_name}", MORE_FLOATS, 1)
for _name in ("equal", "less", "less_equal"):
    _register(f"float.{_name}", (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan), 2)
_register("float.to_bool", MORE_FLOATS, 1)


def _rounding(op: str) -> Iterator[Case]:
    values = (0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.75, -0.25, 1e15 + 0.5, 2.0**52 + 1, -(2.0**63))
    yield from _unary(op, (*values, 2.0**63 - 1024, 4503599627370495.5, 3.5, -3.5, 5e-324))
    for name, bad in (
        ("nan", math.nan),
        ("inf", math.inf),
        ("minus-inf", -math.inf),
        ("above", 2.0**63),
        ("below", -(2.0**63) - 2048),
    ):
        yield Fails(name, "E1", (bad,))


for _name in ("floor", "ceil", "round", "to_int"):
    cases(f"float.{_name}")(partial(_rounding, f"float.{_name}"))
for _name in ("and", "or", "equal"):
    _register(f"bool.{_name}", (False, True), 2)
for _name in ("not", "to_int"):
    _register(f"bool.{_name}", (False, True), 1)
_PARTS = (0.0, -0.0, 1.5, -math.inf, math.nan)
_register("complex.new", _PARTS, 2)
for _name in ("real", "imag"):
    _register(f"complex.{_name}", map(complex, *zip(*product(_PARTS, _PARTS))), 1)


# --- what is asked of tensors -----------------------------------------------------


@cases("size")
def size() -> Iterator[Case]:
    for dim in (5, *MORE_INTS):
        yield by_oracle("size", f"{dim}".replace("-", "minus-"), dim=dim)
    good: dict[str, Any] = {"dim": 3}
    yield Reject("kind", "ir.attr", (), {"dim": "3"}, twin_attrs=good)
    yield Reject("operand", "ir.arity", ("int",), good, twin=())


@cases("rank")
def rank() -> Iterator[Case]:
    for shape in ((), (3,), (2, 0, 4)):
        yield by_oracle("rank", f"{len(shape)}", _zeros(shape))
    yield from _sizes("rank")
    yield typed(by_oracle("rank", "unknown", _zeros((2, 3))), "?[...]")
    yield typed(by_oracle("rank", "unknown-sizes", _zeros((2, 3))), "f32[?,B]")
    yield from _no_tensor("rank")


@cases("shape")
def shape() -> Iterator[Case]:
    for sizes in ((3,), (2, 0, 4), ()):
        yield by_oracle("shape", f"{len(sizes)}", _zeros(sizes))
    yield from _sizes("shape")
    yield typed(by_oracle("shape", "unknown", _zeros((2, 3))), "?[...]")
    yield typed(by_oracle("shape", "unknown-sizes", _zeros((2, 3))), "f32[?,B]")
    yield from _no_tensor("shape")


@cases("dtype")
def dtype() -> Iterator[Case]:
    for name in BY_NAME:
        yield by_oracle("dtype", name, tensor(name, [1]))
    for name in ANY:
        yield typed(by_oracle("dtype", f"unknown-{name}", tensor(name, [1])), "?[...]")
    yield from _no_tensor("dtype")


def _sizes(op: str) -> Iterator[Accept]:
    """Every dtype, and every rank up to 8 with sizes that are known, named and open."""
    for name in BY_NAME:
        yield by_oracle(op, name, tensor(name, [[1, 0]]))
    for rank in range(4, 9):
        yield by_oracle(op, f"of-{rank}", _zeros((1, 0, 2, 1, 3, 1, 1, 2)[:rank]))
        open_ = by_oracle(op, f"of-{rank}-open", _zeros((1, 2, 1, 3, 1, 1, 2, 1)[:rank]))
        yield typed(open_, f"?[{','.join(('A', '?', '1', 'B', '?', '1', 'C', '?')[:rank])}]")


def _zeros(sizes: tuple[int, ...]) -> Array:
    return Array("f32", sizes, [0] * math.prod(sizes))


def _no_tensor(op: str) -> Iterator[Reject]:
    yield Reject("int", "C1", ("int",), twin=("f32[2]",))
    yield Reject("list", "C1", ("list[f32[2]]",), twin=("f32[2]",))
