"""Dimensions: integers, symbolic expressions in normal form, or unknown. SPEC 4.2.

An expression is kept as a polynomial with integer coefficients over *atoms*: symbols,
floor divisions, and maxima or minima of two expressions. Two dimensions are known to be
equal if and only if their normal forms are the same.

Expressions and the work on them are bounded: what is too large, too deep or holds a number
of 64 bits or more raises `InvalidError` (``type.dim-size``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import gcd

from .errors import InvalidError, Problem
from .labels import TYPE_DIM, TYPE_DIM_SIZE
from .limits import DIM_DEPTH, DIM_PRODUCT, DIM_SIZE

#: No expression has more terms, no term more factors: each counts twice in `Expr.size`.
MAX_SIZE = DIM_SIZE // 2

#: An atom: ``("s", name)``, ``("/", a, b)``, ``("max", a, b)`` or ``("min", a, b)``,
#: with `a` and `b` dimensions. A monomial is a sorted tuple of atoms, with repetition.
Atom = tuple[object, ...]
Monomial = tuple[Atom, ...]


class Unknown:
    """The dimension of which nothing is known; written ``?`` and equal to nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "?"


UNKNOWN = Unknown()


class Expr:
    """A symbolic dimension in normal form: `terms` maps monomials to coefficients.

    `terms` is a sorted tuple of ``(monomial, coefficient)``, no coefficient 0, and the
    expression is not constant (constants are plain integers). `size` and `depth` are what
    SPEC 4.2.3 limits.
    """

    __slots__ = ("terms", "size", "depth", "_hash", "_text")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash = hash(terms)
        self._text = ""
        size = len(terms)
        depth = 0
        for monomial, value in terms:
            _integer(value)
            for atom in monomial:
                size += 1
                if atom[0] != "s":
                    parts = [part for part in atom[1:] if isinstance(part, Expr)]
                    size += 2 - len(parts) + sum(part.size for part in parts)
                    depth = max(depth, 1 + max((part.depth for part in parts), default=0))
        self.size: int = size
        self.depth: int = depth
        if size > DIM_SIZE:
            raise _too_large(f"an expression of at most {DIM_SIZE} parts", str(size))
        if depth > DIM_DEPTH:
            raise _too_large(f"at most {DIM_DEPTH} atoms inside one another", str(depth))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Expr) and self._hash == other._hash and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return dim_text(self)


Known = int | Expr
Dim = int | Expr | Unknown

_BIG = 2**63


def _too_large(expected: str, got: str) -> InvalidError:
    return InvalidError(TYPE_DIM_SIZE.problem(expected=expected, got=got))


def _integer(value: int) -> int:
    if -_BIG < value < _BIG:
        return value
    raise _too_large("numbers of less than 2**63", "a number of 64 bits or more")


def _order(monomial: Monomial) -> tuple[int, str]:
    return (-len(monomial), "*".join(map(_factor_text, monomial)))


def _from_terms(terms: Mapping[Monomial, int]) -> Known:
    kept = [(monomial, value) for monomial, value in terms.items() if value]
    if not kept:
        return 0
    if len(kept) == 1 and kept[0][0] == ():
        return _integer(kept[0][1])
    kept.sort(key=lambda term: _order(term[0]))
    return Expr(tuple(kept))


def _terms(dim: Known) -> dict[Monomial, int]:
    if isinstance(dim, Expr):
        return dict(dim.terms)
    return {(): dim} if dim else {}


def _atom(atom: Atom) -> Expr:
    return Expr((((atom,), 1),))


def symbol(name: str) -> Expr:
    """The dimension that is the symbol `name`."""
    return _atom(("s", name))


def symbol_name(dim: Dim) -> str | None:
    """The name, if `dim` is a symbol and nothing more."""
    if isinstance(dim, Expr) and len(dim.terms) == 1:
        monomial, value = dim.terms[0]
        if value == 1 and len(monomial) == 1 and monomial[0][0] == "s":
            return str(monomial[0][1])
    return None


def add(a: Known, b: Known) -> Known:
    if isinstance(a, int) and isinstance(b, int):
        return _integer(a + b)
    terms = _terms(a)
    for monomial, value in _terms(b).items():
        terms[monomial] = terms.get(monomial, 0) + value
    return _from_terms(terms)


def mul(a: Known, b: Known) -> Known:
    if isinstance(a, int) and isinstance(b, int):
        return _integer(a * b)
    terms: dict[Monomial, int] = {}
    left, right = _terms(a), _terms(b)
    if len(left) * len(right) > DIM_PRODUCT:
        raise _too_large(f"a product of at most {DIM_PRODUCT} pairs of terms", str(len(left) * len(right)))
    for left_monomial, left_value in left.items():
        for right_monomial, right_value in right.items():
            monomial = tuple(sorted(left_monomial + right_monomial, key=_factor_text))
            terms[monomial] = terms.get(monomial, 0) + left_value * right_value
    return _from_terms(terms)


def neg(a: Known) -> Known:
    return mul(a, -1)


def sub(a: Known, b: Known) -> Known:
    return add(a, neg(b))


def floordiv(a: Known, b: Known) -> Known:
    """``a // b`` rounded towards minus infinity. `b` = 0 raises ZeroDivisionError."""
    if isinstance(b, int):
        return _divide_by_integer(a, b)
    return 1 if a == b and positive(b) else _atom(("/", a, b))


def _divide_by_integer(a: Known, b: int) -> Known:
    if isinstance(a, int):
        return a // b
    if b == 0:
        raise ZeroDivisionError
    if b < 0:
        return _divide_by_integer(neg(a), -b)
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, value in a.terms:
        quotient, remainder = divmod(value, b)
        whole[monomial] = quotient
        rest[monomial] = remainder
    left = _from_terms(rest)
    head = _from_terms(whole)
    if isinstance(left, int):
        return add(head, left // b)
    divisor = b
    constant = rest.get((), 0)
    common = divisor
    for monomial, value in left.terms:
        if monomial:
            common = gcd(common, value)
    if common > 1:
        reduced = {monomial: value // common for monomial, value in left.terms}
        reduced[()] = constant // common
        return add(head, _divide_by_integer(_from_terms(reduced), divisor // common))
    nested = [monomial for monomial, _ in left.terms if monomial]
    if len(nested) == 1 and dict(left.terms)[nested[0]] == 1 and len(nested[0]) == 1:
        atom = nested[0][0]
        if atom[0] == "/" and isinstance(atom[2], int):
            inner: Known = atom[1]  # type: ignore[assignment]
            product = _integer(atom[2] * divisor)
            return add(head, _divide_by_integer(add(inner, constant * atom[2]), product))
    if divisor == 1:
        return add(head, left)
    return add(head, _atom(("/", left, divisor)))


def mod(a: Known, b: Known) -> Known:
    """``a - b * (a // b)``."""
    return sub(a, mul(b, floordiv(a, b)))


def maximum(a: Known, b: Known) -> Known:
    return _extreme("max", a, b)


def minimum(a: Known, b: Known) -> Known:
    return _extreme("min", a, b)


def _extreme(kind: str, a: Known, b: Known) -> Known:
    difference = sub(a, b)
    if nonnegative(difference):
        return a if kind == "max" else b
    if nonnegative(neg(difference)):
        return b if kind == "max" else a
    first, second = sorted((a, b), key=dim_text)
    return _atom((kind, first, second))


def nonnegative(a: Known) -> bool:
    """Whether `a` is at least 0 for every value of its symbols, as far as is seen at once.

    True if and only if every coefficient is positive or 0 and so is every atom: symbols
    are; a quotient is if both its parts are; a maximum if either part is; a minimum if both are.
    """
    if isinstance(a, int):
        return a >= 0
    return all(value > 0 and all(map(_atom_nonnegative, monomial)) for monomial, value in a.terms)


def _atom_nonnegative(atom: Atom) -> bool:
    if atom[0] == "s":
        return True
    left: Known = atom[1]  # type: ignore[assignment]
    right: Known = atom[2]  # type: ignore[assignment]
    if atom[0] == "max":
        return nonnegative(left) or nonnegative(right)
    return nonnegative(left) and nonnegative(right)


def positive(a: Known) -> bool:
    """Whether ``a >= 1`` is seen at once."""
    return nonnegative(sub(a, 1))


def equal(a: Dim, b: Dim) -> bool | None:
    """Three-valued equality: True, False, or None where it is not known. SPEC 4.2.4."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return None
    if a == b:
        return True
    difference = sub(a, b)
    if isinstance(difference, int):
        return difference == 0
    if nonnegative(sub(difference, 1)) or nonnegative(sub(neg(difference), 1)):
        return False
    return None


def less_equal(a: Dim, b: Dim) -> bool | None:
    """Three-valued ``a <= b``."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return None
    if nonnegative(sub(b, a)):
        return True
    return False if nonnegative(sub(sub(a, b), 1)) else None


def evaluate(dim: Known, symbols: Mapping[str, int]) -> int:
    """The value of `dim` where every symbol has the value that `symbols` gives it."""
    if isinstance(dim, int):
        return dim
    total = 0
    for monomial, value in dim.terms:
        product = value
        for atom in monomial:
            product *= _evaluate_atom(atom, symbols)
        total += product
    return total


def _evaluate_atom(atom: Atom, symbols: Mapping[str, int]) -> int:
    if atom[0] == "s":
        return symbols[str(atom[1])]
    left = evaluate(atom[1], symbols)  # type: ignore[arg-type]
    right = evaluate(atom[2], symbols)  # type: ignore[arg-type]
    if atom[0] == "/":
        return left // right
    return max(left, right) if atom[0] == "max" else min(left, right)


def substitute(dim: Dim, replace: Callable[[str], Dim]) -> Dim:
    """`dim` with each symbol replaced; unknown as soon as one replacement is."""
    if not isinstance(dim, Expr):
        return dim
    total: Known = 0
    for monomial, value in dim.terms:
        product: Known = value
        for atom in monomial:
            new = _substitute_atom(atom, replace)
            if isinstance(new, Unknown):
                return UNKNOWN
            product = mul(product, new)
        total = add(total, product)
    return total


def _substitute_atom(atom: Atom, replace: Callable[[str], Dim]) -> Dim:
    if atom[0] == "s":
        return replace(str(atom[1]))
    left = substitute(atom[1], replace)  # type: ignore[arg-type]
    right = substitute(atom[2], replace)  # type: ignore[arg-type]
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if atom[0] == "/":
        return UNKNOWN if right == 0 else floordiv(left, right)
    return maximum(left, right) if atom[0] == "max" else minimum(left, right)


def symbols_of(dim: Dim) -> list[str]:
    """The names of the symbols in `dim`, in the order of its text, without repetition."""
    found: dict[str, None] = {}

    def visit(part: Dim) -> None:
        if isinstance(part, Expr):
            for monomial, _ in part.terms:
                for atom in monomial:
                    if atom[0] == "s":
                        found[str(atom[1])] = None
                    else:
                        visit(atom[1])  # type: ignore[arg-type]
                        visit(atom[2])  # type: ignore[arg-type]

    visit(dim)
    return list(found)


def problem_of(dim: Expr) -> Problem | None:
    """Why `dim`, which was not made by the functions here, is no dimension; None if it is one."""
    if symbol_name(dim) is not None:
        return None
    try:
        made = substitute(dim, symbol)
    except InvalidError as error:
        return error.problems[0]
    if made == dim:
        return None
    return TYPE_DIM.problem(expected=f"the normal form {made!r}", got=repr(dim.terms)[:80])


def dim_text(dim: Dim) -> str:
    """The dimension in the text syntax: ``3``, ``B``, ``2*B+1``, ``(H-3)//2+1``, ``?``. SPEC 4.2.2."""
    if not isinstance(dim, Expr):
        return str(dim)
    if not dim._text:
        dim._text = _expression_text(dim)
    return dim._text


def _expression_text(dim: Expr) -> str:
    parts: list[str] = []
    for monomial, value in dim.terms:
        if not monomial:
            text = str(abs(value))
        elif len(monomial) == 1 and (value == 1 or (value == -1 and parts)):
            text = _atom_text(monomial[0])
        else:
            factors = list(map(_factor_text, monomial))
            text = "*".join(factors if abs(value) == 1 else [str(abs(value)), *factors])
        parts.append(("-" if value < 0 else "+" if parts else "") + text)
    return "".join(parts)


def _atom_text(atom: Atom) -> str:
    if atom[0] == "s":
        return str(atom[1])
    if atom[0] == "/":
        return f"{_operand_text(atom[1])}//{_operand_text(atom[2])}"
    return f"{atom[0]}({dim_text(atom[1])},{dim_text(atom[2])})"  # type: ignore[arg-type]


def _operand_text(part: object) -> str:
    """One side of a division: in parentheses unless it is a symbol or an integer of at least 0."""
    if isinstance(part, int):
        return str(part) if part >= 0 else f"({part})"
    text = dim_text(part)  # type: ignore[arg-type]
    return text if symbol_name(part) is not None else f"({text})"  # type: ignore[arg-type]


def _factor_text(atom: Atom) -> str:
    """An atom inside a product: a division in parentheses."""
    return f"({_atom_text(atom)})" if atom[0] == "/" else _atom_text(atom)
