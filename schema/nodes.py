"""Constants and loops: the typing that builder and verifier share. SPEC 5.3 and 5.7."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from . import dtypes
from .errors import Problem
from .ir import Block, Const, TensorConst, Value
from .labels import CONDITION, CONST, LOOP, YIELD
from .types import BOOL, COMPLEX, FLOAT, INT, NONE, STR, Type, accepts, type_text

#: A constant tensor in the IR holds at most this many bytes; larger ones are parameters.
MAX_CONST_BYTES = 4096
MAX_CONST_TEXT = 65536


def const_type(value: Const) -> Type:
    """The type of a constant, or `InvalidError` (``ir.const``)."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise CONST.fail(expected="an int of 64 bits", got=str(value))
        return INT
    if isinstance(value, float):
        return FLOAT
    if isinstance(value, complex):
        return COMPLEX
    if isinstance(value, str):
        if len(value) > MAX_CONST_TEXT:
            raise CONST.fail(expected=f"at most {MAX_CONST_TEXT} code points", got=str(len(value)))
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise CONST.fail(expected="Unicode scalar values", got="a surrogate")
        return STR
    if not isinstance(value, TensorConst):
        raise CONST.fail(expected="a scalar, None, a str or a tensor", got=type(value).__name__)
    dtype = dtypes.BY_NAME.get(value.dtype)
    size = -1 if dtype is None or min(value.shape, default=0) < 0 else prod(value.shape) * dtype.itemsize
    if len(value.data) != size:
        got = f"{len(value.data)} bytes"
        raise CONST.fail(expected=f"the bytes of {value.dtype}{list(value.shape)}"[:80], got=got)
    if len(value.data) > MAX_CONST_BYTES:
        hint = "larger tensors are parameters of a module"
        raise CONST.fail(expected=f"at most {MAX_CONST_BYTES} bytes", got=f"{len(value.data)}", hint=hint)
    if value.dtype == "bool" and value.data.strip(b"\0\1"):
        raise CONST.fail(expected="the bytes 0 and 1 in a bool tensor", got="another one")
    return value.type


def carried_types(body: Block) -> tuple[Type, ...]:
    """The types of a loop's results: those of its carried parameters."""
    return tuple(p.type for p in body.params[1:])


def check_loop_inputs(
    trips: Value, condition: Value, carried: Sequence[Value], body: Block, where: str
) -> list[Problem]:
    """The problems of a loop's inputs and of what its body yields."""
    problems = []
    if trips.type is not INT and trips.type is not NONE:
        problems.append(
            LOOP.problem(where, expected="a trip count of type int or none", got=type_text(trips.type))
        )
    if condition.type is not BOOL:
        problems.append(CONDITION.problem(where, expected="bool", got=type_text(condition.type)))
    if not body.params or body.params[0].type is not INT or len(body.params) != len(carried) + 1:
        expected = f"a block of an int index and {len(carried)} carried values"
        return [*problems, LOOP.problem(where, expected=expected, got=f"{len(body.params)} parameters")]
    for param, value in zip(body.params[1:], carried):
        if accepts(param.type, value.type) is not True:
            got = f"{value.name}: {type_text(value.type)}"
            problems.append(LOOP.problem(where, expected=f"{param.name}: {type_text(param.type)}", got=got))
    if not body.raises:
        problems += check_yield(body, (BOOL, *carried_types(body)), where)
    return problems


def check_yield(block: Block, types: Sequence[Type], where: str) -> list[Problem]:
    """The problems of what `block` yields against the declared `types`."""
    if block.raises:
        if block.results:
            return [YIELD.problem(where, expected="nothing after raise", got=f"{len(block.results)} values")]
        return []
    if len(block.results) != len(types):
        return [YIELD.problem(where, expected=f"{len(types)} values", got=str(len(block.results)))]
    return [
        YIELD.problem(where, expected=type_text(t), got=f"{value.name}: {type_text(value.type)}")
        for t, value in zip(types, block.results)
        if accepts(t, value.type) is not True
    ]
