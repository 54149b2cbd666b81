"""The normal form once more, written from SPEC 4.2.2 and 4.2.3 alone, as an oracle for `dims`.

Here a polynomial is a dict from tuples of atoms to coefficients; an integer is ``{(): n}`` or ``{}``.
An atom is a symbol's name, or ``(kind, a, b)`` with a and b frozen polynomials.
"""

from __future__ import annotations

from math import gcd
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracebox.schema import dims
from tracebox.schema.dims import Known, dim_text, symbol

Atom = Any
Poly = dict[tuple[Atom, ...], int]


def poly(pairs: Any) -> Poly:
    return dict(pairs)


def frozen(p: Poly) -> Any:
    return tuple(ordered(p))


def is_integer(p: Poly) -> bool:
    return all(atoms == () for atoms in p)


def constant(n: int) -> Poly:
    return {(): n} if n else {}


# --- text: SPEC 4.2.2 ---------------------------------------------------------------------


def atom_text(atom: Atom) -> str:
    if isinstance(atom, str):
        return atom
    kind, a, b = atom
    if kind == "//":
        return f"{side(poly(a))}//{side(poly(b))}"
    return f"{kind}({text(poly(a))},{text(poly(b))})"


def side(p: Poly) -> str:
    plain = (is_integer(p) and p.get((), 0) >= 0) or (
        len(p) == 1
        and next(iter(p.values())) == 1
        and len(next(iter(p))) == 1
        and isinstance(next(iter(p))[0], str)
    )
    return text(p) if plain else f"({text(p)})"


def factor_text(atom: Atom) -> str:
    return f"({atom_text(atom)})" if not isinstance(atom, str) and atom[0] == "//" else atom_text(atom)


def ordered(p: Poly) -> list[tuple[tuple[Atom, ...], int]]:
    return sorted(p.items(), key=lambda term: (-len(term[0]), "*".join(map(factor_text, term[0]))))


def text(p: Poly) -> str:
    if not p:
        return "0"
    found = ""
    for atoms, n in ordered(p):
        sign = "-" if n < 0 else "+" if found else ""
        if not atoms:
            found += f"{sign}{abs(n)}"
            continue
        alone = len(atoms) == 1 and abs(n) == 1 and not (n < 0 and not found)
        factors = [atom_text(atoms[0])] if alone else list(map(factor_text, atoms))
        found += sign + "*".join(([] if abs(n) == 1 else [str(abs(n))]) + factors)
    return found


# --- normal form: SPEC 4.2.3 ----------------------------------------------------------------


def plus(p: Poly, q: Poly, times: int = 1) -> Poly:
    total = dict(p)
    for atoms, n in q.items():
        total[atoms] = total.get(atoms, 0) + times * n
    return {atoms: n for atoms, n in total.items() if n}


def times(p: Poly, q: Poly) -> Poly:
    total: Poly = {}
    for a, m in p.items():
        for b, n in q.items():
            total = plus(total, {tuple(sorted(a + b, key=factor_text)): m * n})
    return total


def nonneg(p: Poly) -> bool:
    return (
        all(n > 0 and all(map(atom_nonneg, atoms)) for atoms, n in p.items() if atoms) and p.get((), 0) >= 0
    )


def atom_nonneg(atom: Atom) -> bool:
    if isinstance(atom, str):
        return True
    kind, a, b = atom
    both = nonneg(poly(a)), nonneg(poly(b))
    return any(both) if kind == "max" else all(both)


def extreme(kind: str, a: Poly, b: Poly) -> Poly:
    if nonneg(plus(a, b, -1)):
        return a if kind == "max" else b
    if nonneg(plus(b, a, -1)):
        return b if kind == "max" else a
    first, second = sorted((a, b), key=text)
    return {((kind, frozen(first), frozen(second)),): 1}


def by_integer(a: Poly, n: int) -> Poly:
    if is_integer(a):
        return constant(a.get((), 0) // n)
    if n < 0:
        return by_integer({atoms: -c for atoms, c in a.items()}, -n)
    q = {atoms: c // n for atoms, c in a.items() if c // n}
    r = {atoms: c % n for atoms, c in a.items() if c % n}
    if is_integer(r):
        return plus(q, constant(r.get((), 0) // n))
    k = r.get((), 0)
    g = gcd(n, *(c for atoms, c in r.items() if atoms))
    if g > 1:
        smaller = {atoms: c // g for atoms, c in r.items() if atoms}
        return plus(q, by_integer(plus(smaller, constant(k // g)), n // g))
    rest = [(atoms, c) for atoms, c in r.items() if atoms]
    if len(rest) == 1 and rest[0][1] == 1 and len(rest[0][0]) == 1:
        atom = rest[0][0][0]
        if not isinstance(atom, str) and atom[0] == "//" and is_integer(poly(atom[2])):
            m = poly(atom[2])[()]
            return plus(q, by_integer(plus(poly(atom[1]), constant(k * m)), m * n))
    return plus(q, {(("//", frozen(r), frozen(constant(n))),): 1})


def quotient(a: Poly, b: Poly) -> Poly:
    if is_integer(b):
        return by_integer(a, b[()])
    if nonneg(plus(b, constant(-1))):
        if a == b:
            return constant(1)
        if len(b) == 1:
            found = taken_out(a, *next(iter(b.items())))
            if found is not None:
                return found
    return {(("//", frozen(a), frozen(b)),): 1}


def taken_out(a: Poly, divisor: tuple[Atom, ...], by: int) -> Poly | None:
    found: Poly = {}
    for atoms, c in a.items():
        left = list(atoms)
        for atom in divisor:
            if atom not in left:
                return None
            left.remove(atom)
        if c % by:
            return None
        found[tuple(left)] = c // by
    return found


# --- the same expression in both ------------------------------------------------------------


NAMES = st.sampled_from(["A", "B", "H", "a1"])
TREES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.integers(-6, 6), NAMES),
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "//", "//", "%", "max", "min"]), inner, inner),
    max_leaves=9,
)


def both(tree: Any) -> tuple[Known, Poly]:
    """A tree's normal form by the code and by the oracle."""
    if isinstance(tree, int):
        return tree, constant(tree)
    if isinstance(tree, str):
        return symbol(tree), {(tree,): 1}
    (a, p), (b, q) = both(tree[1]), both(tree[2])
    kind = tree[0]
    if kind == "+":
        return dims.add(a, b), plus(p, q)
    if kind == "-":
        return dims.sub(a, b), plus(p, q, -1)
    if kind == "*":
        return dims.mul(a, b), times(p, q)
    if kind in ("max", "min"):
        return (dims.maximum if kind == "max" else dims.minimum)(a, b), extreme(kind, p, q)
    if b == 0:
        raise ZeroDivisionError
    if kind == "//":
        return dims.floordiv(a, b), quotient(p, q)
    return dims.mod(a, b), plus(p, times(q, quotient(p, q)), -1)


@given(TREES)
@settings(max_examples=400)
def test_the_code_and_the_specification_give_one_normal_form(tree: Any) -> None:
    try:
        found, expected = both(tree)
    except ZeroDivisionError:
        return
    assert dim_text(found) == text(expected)
    assert dims.nonnegative(found) == nonneg(expected)
