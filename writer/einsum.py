"""``einsum``: sums of products by subscripts, lowered to diagonals, sums and products of matrices."""

from __future__ import annotations

from string import ascii_letters
from typing import Any

import numpy as np

from . import shaping
from .apply import apply, shape_of
from .creation import operand
from .promote import convert, result_type
from .reductions import sum_
from .shaping import known, moveaxis, permute_dims, reshape, squeeze
from .suggest import unsupported

#: A term: an array, and a letter for each of its axes.
Term = tuple[Any, str]


def einsum(*args: Any, optimize: Any = False, dtype: Any = None, casting: str = "safe") -> Any:
    """NumPy's ``einsum``, with subscripts as text or as lists of integers."""
    if not isinstance(args[0], str):
        args = _as_text(args)
    text, operands = str(args[0]).replace(" ", ""), [operand(x) for x in args[1:]]
    common = result_type(*operands) if dtype is None else dtype
    if np.dtype(common).kind == "b":
        raise unsupported("np.einsum of bools", "any and logical_and")
    operands = [convert(x, common) for x in operands]
    terms, output = _parse(text, operands)
    terms = _stretched([_distinct(x, letters) for x, letters in terms])
    while len(terms) > 1:
        keep = set(output).union(*(letters for _, letters in terms[2:]))
        terms[:2] = [_contract(terms[0], terms[1], keep)]
    ((x, term),) = terms
    gone = tuple(i for i, c in enumerate(term) if c not in output)
    if gone:
        x, term = sum_(x, gone, common), "".join(c for c in term if c in output)
    order = [term.index(c) for c in output]
    return x if order == list(range(len(order))) else permute_dims(x, order)


def _as_text(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Operands and lists of integers in turn, as subscripts and operands."""
    operands, lists = args[: len(args) // 2 * 2 : 2], args[1::2]
    written = [
        "".join("..." if item is Ellipsis else ascii_letters[int(item)] for item in axes) for axes in lists
    ]
    output = ""
    if len(args) % 2:
        output = "->" + "".join("..." if i is Ellipsis else ascii_letters[int(i)] for i in args[-1])
    return (",".join(written) + output, *operands)


def _parse(text: str, operands: list[Any]) -> tuple[list[Term], str]:
    """The terms and the letters of the result; an ellipsis becomes letters that are not used."""
    inputs, arrow, output = text.partition("->")
    written = inputs.split(",")
    if len(written) != len(operands):
        raise ValueError("einstein sum subscripts string does not fit the number of operands")
    spare = "".join(c for c in reversed(ascii_letters) if c not in text)
    counts = [x.ndim - len(w.replace("...", "")) for x, w in zip(operands, written)]
    if any(n != 0 if "..." not in w else n < 0 for n, w in zip(counts, written)):
        raise ValueError("einstein sum subscripts do not fit the ranks of the operands")
    most = max((n for n, w in zip(counts, written) if "..." in w), default=0)
    hidden = spare[:most]
    terms = [
        (x, w.replace("...", hidden[most - n :] if n else "")) for x, w, n in zip(operands, written, counts)
    ]
    if not arrow:
        plain = inputs.replace("...", "").replace(",", "")
        output = "..." * ("..." in inputs) + "".join(c for c in sorted(set(plain)) if plain.count(c) == 1)
    return terms, output.replace("...", hidden)


def _distinct(x: Any, letters: str) -> Term:
    """An axis for each letter: of axes with one letter the diagonal."""
    for c in dict.fromkeys(letters):
        while letters.count(c) > 1:
            first = letters.index(c)
            second = letters.index(c, first + 1)
            x = shaping.diagonal(moveaxis(x, (first, second), (-2, -1)), 0)
            letters = "".join(o for i, o in enumerate(letters) if i not in (first, second)) + c
    return x, letters


def _stretched(terms: list[Term]) -> list[Term]:
    """Without axes of size 1 whose letter has another size elsewhere."""
    sizes = [dict(zip(letters, map(_example, shape_of(x)))) for x, letters in terms]
    found: list[Term] = []
    for (x, letters), own in zip(terms, sizes):
        gone = [i for i, c in enumerate(letters) if own[c] == 1 and any(o.get(c, 1) != 1 for o in sizes)]
        if gone:
            x = squeeze(x, tuple(gone))
        found.append((x, "".join(c for i, c in enumerate(letters) if i not in gone)))
    return found


def _example(n: Any) -> int:
    """A size, or what it is in the trace's example."""
    return int(n) if known(n) else n._example()


def _contract(left: Term, right: Term, keep: set[str]) -> Term:
    """Two terms as one, by a product of matrices; `keep` are the letters that are needed later."""
    (x, a), (y, b) = _summed(left, right[1], keep), _summed(right, left[1], keep)
    batch = [c for c in a if c in b and c in keep]
    inner = [c for c in a if c in b and c not in keep]
    rows, columns = [c for c in a if c not in b], [c for c in b if c not in a]
    shape = dict(zip(b, shape_of(y))) | dict(zip(a, shape_of(x)))
    lead = tuple(shape[c] for c in batch)
    x = permute_dims(x, [a.index(c) for c in (*batch, *rows, *inner)])
    y = permute_dims(y, [b.index(c) for c in (*batch, *inner, *columns)])
    n, k, m = (_product(shape, names) for names in (rows, inner, columns))
    made = apply("matmul", reshape(x, (*lead, n, k)), reshape(y, (*lead, k, m)))
    term = "".join((*batch, *rows, *columns))
    return reshape(made, tuple(shape[c] for c in term)), term


def _summed(term: Term, other: str, keep: set[str]) -> Term:
    """The sum over the axes that nothing else needs."""
    x, letters = term
    gone = tuple(i for i, c in enumerate(letters) if c not in other and c not in keep)
    if not gone:
        return term
    return sum_(x, gone, x.dtype), "".join(c for i, c in enumerate(letters) if i not in gone)


def _product(shape: dict[str, Any], names: list[str]) -> Any:
    total: Any = 1
    for c in names:
        total = total * shape[c]
    return total
