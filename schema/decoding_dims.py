"""Dimensions from their plain form. SPEC 6.4."""

from __future__ import annotations

from . import dims
from . import encoding_labels as rules
from .dims import UNKNOWN, Dim, Expr
from .encoding import ATOMS, Plain, terms_plain
from .errors import InvalidError
from .limits import DIM_DEPTH

_LIMIT = 2**63


def show(plain: object) -> str:
    """What was found, in a few words."""
    if isinstance(plain, list):
        return f"an array of {len(plain)}"
    if isinstance(plain, (bytes, dict)):
        return f"{type(plain).__name__} of {len(plain)}"
    text = repr(plain)
    return text if len(text) <= 40 else text[:37] + "..."


def read_dim(plain: Plain, where: str) -> Dim:
    """A dimension. SPEC 6.4."""
    if type(plain) is int:
        if not -_LIMIT <= plain < _LIMIT:
            raise rules.DIM.fail(where, expected="64 bits", got=str(plain))
        return plain
    return UNKNOWN if plain is None else read_terms(plain, where)


def read_terms(plain: Plain, where: str) -> Expr:
    """An expression, which must be written in its normal form."""
    try:
        found = _sum(plain, where, 0)
    except InvalidError as error:  # the expression is larger than any may be
        raise rules.DIM.fail(where, expected=error.problems[0].expected, got=error.problems[0].got) from None
    if not isinstance(found, Expr) or terms_plain(found) != plain:
        raise rules.DIM.fail(where, expected="an expression in normal form", got=repr(found))
    return found


def _sum(plain: Plain, where: str, depth: int) -> dims.Known:
    if type(plain) is not list or not 0 < len(plain) <= dims.MAX_SIZE or depth > DIM_DEPTH:
        raise rules.DIM.fail(where, expected=f"an array of 1 to {dims.MAX_SIZE} terms", got=show(plain))
    total: dims.Known = 0
    for term in plain:
        if type(term) is not list or len(term) != 2 or type(term[0]) is not int or type(term[1]) is not list:
            raise rules.DIM.fail(where, expected="a term: a coefficient and its factors", got=show(term))
        if len(term[1]) > dims.MAX_SIZE:
            raise rules.DIM.fail(where, expected=f"at most {dims.MAX_SIZE} factors", got=str(len(term[1])))
        product: dims.Known = term[0]
        for factor in term[1]:
            product = dims.mul(product, _factor(factor, where, depth))
        total = dims.add(total, product)
    return total


def _factor(plain: Plain, where: str, depth: int) -> dims.Known:
    if type(plain) is str:
        return dims.symbol(plain)
    if (
        type(plain) is not list
        or len(plain) != 3
        or type(plain[0]) is not int
        or not 0 <= plain[0] < len(ATOMS)
    ):
        raise rules.DIM.fail(where, expected="a symbol or an atom of three elements", got=show(plain))
    left, right = (
        part if type(part) is int else _sum(part, where, depth + 1) for part in (plain[1], plain[2])
    )
    if plain[0] == 0:
        if right == 0:
            raise rules.DIM.fail(where, expected="a divisor other than 0", got="0")
        return dims.floordiv(left, right)
    return dims.maximum(left, right) if plain[0] == 1 else dims.minimum(left, right)
