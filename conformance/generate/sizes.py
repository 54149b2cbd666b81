"""Cases whose static types name symbols, with the sizes that the inputs give them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...schema.dims import Expr, evaluate, symbol
from ...schema.infer import with_defaults
from ...schema.ir import Attr, DTypeAttr
from ...schema.registry import operators
from ..model import Accept, Value
from .registry import by_oracle

B, N = symbol("B"), symbol("N")

BOOL = DTypeAttr("bool")
I32, I64 = DTypeAttr("i32"), DTypeAttr("i64")
F32, F64 = DTypeAttr("f32"), DTypeAttr("f64")


def by_oracle_at(
    op: str,
    name: str,
    operands: tuple[str, ...],
    inputs: tuple[Value, ...],
    sizes: Mapping[str, int],
    **attrs: Attr,
) -> Accept:
    """As `by_oracle`, with attributes that are expressions of symbols; `sizes` are their values."""
    found = by_oracle(op, name, *inputs, **{key: _at(value, sizes) for key, value in attrs.items()})
    return dataclasses.replace(found, operands=operands, attrs=with_defaults(operators()[op], attrs))


def typed(case: Accept, *operands: str) -> Accept:
    """The case with other static types."""
    return dataclasses.replace(case, operands=operands)


def _at(value: Any, sizes: Mapping[str, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_at(item, sizes) for item in value)
    return evaluate(value, sizes) if isinstance(value, Expr) else value
