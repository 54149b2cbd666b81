"""The table of case generators, keyed by operator name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any

from ...schema.infer import with_defaults
from ...schema.ir import DTypeAttr
from ...schema.registry import FAMILIES, operators
from ..model import Accept, Case
from ..oracle.registry import Bounded, oracles

Generator = Callable[[], Iterable[Case]]

CASES: dict[str, Generator] = {}


def cases(name: str) -> Callable[[Generator], Generator]:
    """Register the generator of the cases of the operator `name`."""

    def register(function: Generator) -> Generator:
        if name in CASES:
            raise ValueError(f"operator {name} has two generators")
        CASES[name] = function
        return function

    return register


def generators() -> dict[str, Generator]:
    """All generators by operator name."""
    for family in FAMILIES:
        import_module(f"{__package__}.{family}")
    return CASES


@cache
def generated(op: str) -> tuple[Case, ...]:
    """All cases of one operator, made once."""
    return tuple(generators()[op]())


def by_oracle(op: str, name: str, *inputs: Any, operands: tuple[str, ...] | Any = (), **attrs: Any) -> Accept:
    """An accepted case of `op` whose outputs are the oracle's.

    `operands` are the static types, if they are not just the values' own. `attrs` may leave out
    those with defaults; the case carries all of them.
    """
    full = with_defaults(operators()[op], attrs)
    found = oracles()[op](*gather(op, inputs), **{key: plain(value) for key, value in full.items()})
    declared = operators()[op].signatures[0].results
    # An operator with one result may give a tuple; one formula may stand for any number of results.
    several = isinstance(found, tuple) and (isinstance(declared, str) or len(declared) > 1)
    results = found if several else (found,)
    bounds = tuple(result.bound if isinstance(result, Bounded) else None for result in results)
    outputs = tuple(result.value if isinstance(result, Bounded) else result for result in results)
    return Accept(name, inputs, outputs, full, operands, bounds if any(bounds) else ())


def gather(op: str, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands as oracles and kernels take them: a variadic one as a tuple, one left out as None."""
    args = operators()[op].signatures[0].args
    last = args[-1] if args else None
    if last is not None and last.variadic:
        return (*inputs[: len(args) - 1], tuple(inputs[len(args) - 1 :]))
    return inputs + (None,) * (len(args) - len(inputs))


def plain(value: Any) -> Any:
    """An attribute as oracles and kernels take it."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.name if isinstance(value, DTypeAttr) else value
