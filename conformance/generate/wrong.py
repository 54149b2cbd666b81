"""Calls of operators on scalars and strings whose operands are of the wrong types."""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.infer import with_defaults
from ...schema.registry import operators
from ..model import Reject


def wrong(op: str) -> Iterator[Reject]:
    """Each operand of another type, and one too few."""
    full = with_defaults(operators()[op], {})
    args = operators()[op].signatures[0].args
    good = tuple(arg.pattern for arg in args)
    for place, arg in enumerate(args):
        bad = "int" if arg.pattern != "int" else "str"
        broken = (*good[:place], bad, *good[place + 1 :])
        yield Reject(f"{arg.name}-{bad}", "ir.operand", broken, full, twin=good)
    fewest = sum(not arg.optional for arg in args)
    yield Reject("too-few", "ir.arity", good[: fewest - 1], full, twin=good[:fewest])


def wrong_attrs(
    op: str, label: str, name: str, good: object, *bad: object, **others: object
) -> Iterator[Reject]:
    """An attribute with values that break the rule `label`, beside one that does not."""
    twin = with_defaults(operators()[op], {**others, name: good})  # type: ignore[dict-item]
    operands = tuple(arg.pattern for arg in operators()[op].signatures[0].args)
    for number, value in enumerate(bad):
        attrs = {**twin, name: value}
        yield Reject(f"{name}-{number}", label, operands, attrs, twin_attrs=twin)  # type: ignore[arg-type]
