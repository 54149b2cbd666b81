"""Calls: how arguments bind a callee's symbols, and what the results' types become. SPEC 5.6."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import dims
from .dims import Dim
from .errors import InvalidError, Problem
from .labels import ARGUMENT, SYMBOL
from .types import ContainerType, TensorType, Type, accepts, substitute, symbols_of, type_text, walk


class Callee:
    """What a function takes and gives. The symbols of `params` are its own."""

    __slots__ = ("name", "params", "results")

    def __init__(self, name: str, params: tuple[Type, ...], results: tuple[Type, ...]) -> None:
        self.name = name
        self.params = params
        self.results = results

    def result_symbols(self) -> tuple[str, ...]:
        """The symbols of the results that no parameter has: sizes that depend on data."""
        own = {name for t in self.params for name in symbols_of(t)}
        found = {name: None for t in self.results for name in symbols_of(t) if name not in own}
        return tuple(found)


def bind_symbols(params: Sequence[Type], args: Sequence[Type]) -> dict[str, Dim]:
    """For each symbol that stands alone in a parameter, the argument's dimension there."""
    bound: dict[str, Dim] = {}
    for want, have in zip(params, args):
        for left, right in _tensor_pairs(want, have):
            if left.shape is None:
                continue
            shape = right.shape if right.shape is not None else (dims.UNKNOWN,) * len(left.shape)
            for a, b in zip(left.shape, shape):
                name = dims.symbol_name(a)
                if name is not None and (name not in bound or isinstance(bound[name], dims.Unknown)):
                    bound[name] = b
    return bound


def _tensor_pairs(want: Type, have: Type) -> Iterator[tuple[TensorType, TensorType]]:
    if isinstance(want, TensorType) and isinstance(have, TensorType):
        yield want, have
    elif isinstance(want, ContainerType) and isinstance(have, ContainerType):
        for a, b in zip(want.items, have.items):
            yield from _tensor_pairs(a, b)


def open_arguments(params: Sequence[Type], args: Sequence[Type]) -> tuple[int, ...]:
    """The positions of the arguments that are checked at run time. SPEC 5.6.

    Those whose acceptance is unknown, and those whose parameter has a dimension that takes the
    place of a ``?``: the value that a symbol has there may not be the one that it has elsewhere.
    """
    bound = bind_symbols(params, args)
    found = []
    for index, (want, have) in enumerate(zip(params, args)):
        here = substitute(want, lambda name: bound.get(name, dims.UNKNOWN))
        if accepts(here, have) is not True or _unknowns(here) != _unknowns(want):
            found.append(index)
    return tuple(found)


def _unknowns(t: Type) -> int:
    return sum(
        isinstance(dim, dims.Unknown)
        for part in walk(t)
        if isinstance(part, TensorType)
        for dim in part.shape or ()
    )


def check_arguments(callee: Callee, args: Sequence[Type], where: str) -> list[Problem]:
    """The problems of passing values of types `args` to `callee`."""
    if len(args) != len(callee.params):
        expected = f"{len(callee.params)} arguments of {callee.name}"
        return [ARGUMENT.problem(where, expected=expected, got=str(len(args)))]
    bound = bind_symbols(callee.params, args)
    problems = []
    for index, (want, have) in enumerate(zip(callee.params, args)):
        here = substitute(want, lambda name: bound.get(name, dims.UNKNOWN))
        if accepts(here, have) is False:
            problems.append(
                ARGUMENT.problem(
                    f"{where} argument {index} of {callee.name}",
                    expected=type_text(want),
                    got=type_text(have),
                )
            )
    return problems


def result_types(callee: Callee, args: Sequence[Type], symbols: Sequence[str]) -> tuple[Type, ...]:
    """The callee's result types in the caller's symbols; `symbols` name the data-dependent sizes."""
    bound = bind_symbols(callee.params, args)
    bound.update(zip(callee.result_symbols(), map(dims.symbol, symbols)))
    return tuple(substitute(t, lambda name: bound.get(name, dims.UNKNOWN)) for t in callee.results)


def instantiate(callee: Callee, args: Sequence[Type], symbols: Sequence[str], where: str) -> tuple[Type, ...]:
    """`check_arguments`, raised, and `result_types`."""
    problems = check_arguments(callee, args, where)
    needed = callee.result_symbols()
    if len(needed) != len(symbols):
        problems.append(SYMBOL.problem(where, expected=f"{len(needed)} fresh symbols", got=str(len(symbols))))
    if problems:
        raise InvalidError(problems)
    return result_types(callee, args, symbols)
