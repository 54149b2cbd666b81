"""Finding which dimensions an operator needs to be equal. SPEC 4.2.6.

The operator's rules say it: those of unknown truth become known once the right symbols
are solved for. Dimensions of equal example size are tried, in the order in which they are
likely, and only those that the rules need are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..schema import dims
from ..schema.dims import Dim
from ..schema.infer import Inference
from ..schema.types import TensorType
from .scope import Val
from .symbols import Symbols

Pair = tuple[Dim, Dim]

#: Operators with a rule on a multiple of a size: channels by groups.
_COUNTED = frozenset({"conv"})


def settle(name: str, symbols: Symbols, inputs: Sequence[Val], attempt: Callable[[], Inference]) -> Inference:
    """Solve for the fewest symbols that make the operator's unknown rules true.

    What cannot be decided so is left to the check at run time.
    """
    shapes = [
        shape
        for value in inputs
        if isinstance(value.type, TensorType) and (shape := value.tensor.shape) is not None
    ]
    before = attempt()
    unknown = _equalities(before)
    if not unknown:
        return before
    tries = [
        _aligned(symbols, shapes, right=True),
        _aligned(symbols, shapes, right=False),
        _crossed(symbols, shapes),
    ]
    if name in _COUNTED:
        tries.append(_fixed(symbols, shapes))
    for pairs in tries:
        found = _fewest(symbols, pairs, attempt, unknown)
        if found is not None:
            return found
    return before


def stretched(
    name: str, symbols: Symbols, inputs: Sequence[Val], target: object
) -> list[tuple[Dim, ...] | None]:
    """For each input the shape in which sizes of 1 that are stretched are the number 1, if it differs.

    `settle` solves for symbols. What is left are expressions, such as the length of ``x[:1]``, which
    nothing but a check at run time makes 1. `target` is the attribute `shape`, if there is one.
    """
    skip = 2 if name == "matmul" else 0
    shapes = [
        tuple(map(symbols.resolve, value.tensor.shape or ())) if isinstance(value.type, TensorType) else ()
        for value in inputs
    ]
    goals = [*shapes, tuple(map(symbols.resolve, target))] if isinstance(target, tuple) else shapes
    found: list[tuple[Dim, ...] | None] = []
    for shape in shapes:
        made = tuple(
            1
            if place > skip
            and isinstance(dim, dims.Expr)
            and symbols.value(dim) == 1
            and any(len(goal) >= place and symbols.value(goal[-place]) != 1 for goal in goals)
            else dim
            for place, dim in zip(range(len(shape), 0, -1), shape)
        )
        found.append(None if made == shape else made)
    return found


def _equalities(found: Inference) -> int:
    """How many rules of unknown truth ask for equal sizes; bounds are left to the check at run time."""
    return sum("==" in rule.text or "broadcast" in rule.text for rule in found.unknown)


def _fewest(
    symbols: Symbols, pairs: list[Pair], attempt: Callable[[], Inference], unknown: int
) -> Inference | None:
    saved = symbols.snapshot()
    found = _with(symbols, pairs, attempt)
    if found is None or _equalities(found) >= unknown:
        symbols.restore(saved)
        return None
    goal = _equalities(found)
    kept = list(pairs)
    for pair in reversed(pairs):
        symbols.restore(saved)
        fewer = [other for other in kept if other is not pair]
        without = _with(symbols, fewer, attempt)
        if without is not None and _equalities(without) <= goal:
            kept = fewer
    symbols.restore(saved)
    return _with(symbols, kept, attempt)


def _with(symbols: Symbols, pairs: list[Pair], attempt: Callable[[], Inference]) -> Inference | None:
    for a, b in pairs:
        symbols.require_equal(a, b)
    found = attempt()
    return None if found.problems else found


def _aligned(symbols: Symbols, shapes: list[tuple[Dim, ...]], *, right: bool) -> list[Pair]:
    """Dimensions of the same axis, counted from one end; a size of 1 that is stretched."""
    pairs: list[Pair] = []
    for index, first in enumerate(shapes):
        for second in shapes[index + 1 :]:
            aligned = zip(reversed(first), reversed(second)) if right else zip(first, second)
            for a, b in aligned:
                _suggest(symbols, a, b, pairs, stretch=True)
    return pairs


def _crossed(symbols: Symbols, shapes: list[tuple[Dim, ...]]) -> list[Pair]:
    """Dimensions of any axes."""
    pairs: list[Pair] = []
    for index, first in enumerate(shapes):
        for second in shapes[index + 1 :]:
            for a in first:
                for b in second:
                    _suggest(symbols, a, b, pairs, stretch=False)
    return pairs


def _fixed(symbols: Symbols, shapes: list[tuple[Dim, ...]]) -> list[Pair]:
    """Symbols at their example sizes, beside other operands: channels that are counted in groups."""
    lone = [dim for shape in shapes for dim in shape if dims.symbol_name(dim) is not None]
    return [(dim, symbols.value(dim)) for dim in lone]


def _suggest(symbols: Symbols, a: Dim, b: Dim, pairs: list[Pair], *, stretch: bool) -> None:
    if isinstance(a, dims.Unknown) or isinstance(b, dims.Unknown) or dims.equal(a, b):
        return
    if isinstance(a, int) and isinstance(b, int):
        return
    left, right = symbols.value(a), symbols.value(b)
    if left == right:
        pairs.append((a, b))
    elif stretch and left == 1 and not isinstance(a, int):
        pairs.append((a, 1))
    elif stretch and right == 1 and not isinstance(b, int):
        pairs.append((b, 1))
