"""Whether results stand in the relations of their operator. SPEC 9.3.1.

Everything is computed in rationals, so that nothing is lost here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..schema.formula import compile_formula
from ..schema.ir import DTypeAttr
from ..schema.registry import Accuracy, Op
from .formats import FLOATS, part, smallest_normal
from .model import Value
from .oracle.arrays import Array, broadcast_shapes, indices
from .tolerance import compare

#: A complex number of rationals.
Number = tuple[Fraction, Fraction]
_FACTOR = re.compile(r"diag\((\w+)\)|(\w+)(\^H)?")
_ZERO: Number = (Fraction(0), Fraction(0))
_ONE: Number = (Fraction(1), Fraction(0))


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix of complex rationals; one with no elements has its sizes, too."""

    rows: int
    columns: int
    items: tuple[tuple[Number, ...], ...]

    def __matmul__(self, other: Matrix) -> Matrix:
        columns = tuple(zip(*other.items)) if other.rows else ((),) * other.columns
        items = tuple(tuple(_dot(row, column) for column in columns) for row in self.items)
        return Matrix(self.rows, other.columns, items)

    def adjoint(self) -> Matrix:
        turned = zip(*self.items) if self.rows else ((),) * self.columns
        items = tuple(tuple((re, -im) for re, im in column) for column in turned)
        return Matrix(self.columns, self.rows, items)

    def squares(self) -> Fraction:
        """The square of the Frobenius norm."""
        return sum((re * re + im * im for row in self.items for re, im in row), Fraction(0))

    def distance(self, other: Matrix) -> Fraction:
        """The square of the Frobenius norm of the difference."""
        return sum(
            (
                (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
                for row, others in zip(self.items, other.items)
                for a, b in zip(row, others)
            ),
            Fraction(0),
        )


def _dot(row: Iterable[Number], column: Iterable[Number]) -> Number:
    re = im = Fraction(0)
    for (a, b), (c, d) in zip(row, column):
        re += a * c - b * d
        im += a * d + b * c
    return re, im


def diagonal(values: Sequence[Number], rows: int, columns: int) -> Matrix:
    """The matrix of that size with `values` on its diagonal."""
    return Matrix(
        rows,
        columns,
        tuple(tuple(values[i] if i == j else _ZERO for j in range(columns)) for i in range(rows)),
    )


def compare_results(
    op: Op,
    attrs: Mapping[str, Any],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
    expected: Sequence[Value],
    bounds: Sequence[Array | None] = (),
) -> str:
    """What is wrong with the results of a call of `op`, in a sentence, or "" if nothing is."""
    relations = stated(op, attrs)
    accuracy = op.accuracy_for(x.dtype for x in inputs if isinstance(x, Array))
    for index, (got, want, bound) in enumerate(zip(outputs, expected, bounds or (None,) * len(expected))):
        if f"unordered(r{index})" in relations and isinstance(got, Array) and isinstance(want, Array):
            got = match(got, want, accuracy, bound)
        if wrong := compare(got, want, accuracy, bound):
            return f"output {index}: {wrong}"
    names = [arg.name for arg in op.signatures[0].args]
    return next(problems(relations, op.accuracy.ulp, names, inputs, outputs), "") if relations else ""


def stated(op: Op, attrs: Mapping[str, Any]) -> tuple[str, ...]:
    """The relations that hold at these attributes."""
    env = {name: value.name if isinstance(value, DTypeAttr) else value for name, value in attrs.items()}
    relations = op.accuracy.relations
    return tuple(r.text for r in relations if not r.when or compile_formula(r.when)(env))


def problems(
    relations: Sequence[str],
    factor: float,
    names: Sequence[str],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
) -> Iterator[str]:
    """For each relation that does not hold a sentence; `names` are those of the operands."""
    values: dict[str, Array] = {n: x for n, x in zip(names, inputs) if isinstance(x, Array)}
    results = {f"r{i}": y for i, y in enumerate(outputs) if isinstance(y, Array)}
    for name, result in results.items():
        if not all(math.isfinite(part) for item in result.items for part in _parts(item)):
            yield f"{name} is not finite"
            return
    values |= results
    for text in relations:
        if "~" in text:
            yield from _unequal(text, factor, values)
        else:
            word, name = text.rstrip(")").split("(")
            if word in _WORDS and not _WORDS[word](values[name], factor):
                yield f"not {text}"


def match(got: Array, expected: Array, accuracy: Accuracy, bound: Array | None) -> Array:
    """`got` with the elements of each of its last axes put where `expected` has one that is near."""
    if got.shape != expected.shape or got.dtype != expected.dtype or not got.shape:
        return got

    def near(item: Any, place: int) -> bool:
        one, other = (Array(got.dtype, (), [value]) for value in (item, expected.items[place]))
        limit = None if bound is None else Array("f64", (), [bound.items[place]])
        return not compare(one, other, accuracy, limit)

    size = got.shape[-1]
    items = list(got.items)
    for start in range(0, len(items), size or 1):
        for place in range(start, start + size):
            there = range(place, start + size)
            found = next((i for i in there if near(items[i], place)), place)
            items[place], items[found] = items[found], items[place]
    return Array(got.dtype, got.shape, items)


# --- products --------------------------------------------------------------------


def largest_share(
    op: Op, attrs: Mapping[str, Any], inputs: Sequence[Value], outputs: Sequence[Value]
) -> float | None:
    """How much of what they permit the relations between products take up at most; None if there are none."""
    names = [arg.name for arg in op.signatures[0].args]
    values: dict[str, Array] = {n: x for n, x in zip(names, inputs) if isinstance(x, Array)}
    values |= {f"r{i}": y for i, y in enumerate(outputs) if isinstance(y, Array)}
    shares = [
        math.sqrt(error / permitted)
        for text in stated(op, attrs)
        if "~" in text
        for _, error, permitted, _ in _apart(text, op.accuracy.ulp, values)
    ]
    return max(shares, default=None)


def _unequal(text: str, factor: float, values: Mapping[str, Array]) -> Iterator[str]:
    for index, error, permitted, unit in _apart(text, factor, values):
        if error > permitted:
            times, allowed = (math.sqrt(square / unit) if unit else math.inf for square in (error, permitted))
            yield f"not {text} at {index}: {times:.3g} units away, {allowed:g} permitted"


def _apart(
    text: str, factor: float, values: Mapping[str, Array]
) -> Iterator[tuple[tuple[int, ...], Fraction, Fraction, Fraction]]:
    """For each matrix of the stacks the squares of the distance, of the permitted one, and of a unit."""
    left, right = (side.split() for side in text.split("~"))
    used = [name for name in values if re.search(rf"\b{name}\b", text)]
    vectors = set(re.findall(r"diag\((\w+)\)", text))
    stacks = broadcast_shapes(*(values[n].shape[: -1 if n in vectors else -2] for n in used))
    dtype = part(next(iter(values.values())).dtype)
    unit = Fraction(1, 2 ** FLOATS[dtype][0])
    for index in indices(stacks):
        held = {n: _matrix(values[n], index, n in vectors) for n in used}
        a, size_a, scale_a = _product(left, held)
        b, size_b, scale_b = _product(right, held, a)
        permitted = Fraction(factor) * max(1, size_a, size_b) * unit
        scale = max(scale_a, scale_b)
        bound = max(permitted**2 * scale, smallest_normal(dtype) ** 2)
        yield index, a.distance(b), bound, unit**2 * scale


def _product(
    factors: Sequence[str], held: Mapping[str, Matrix], like: Matrix | None = None
) -> tuple[Matrix, int, Fraction]:
    """The product, the largest size in it, and the product of the squares of the norms."""
    found: list[Matrix | str] = []
    for text in factors:
        matched = _FACTOR.fullmatch(text)
        assert matched is not None, text
        vector, name, adjoint = matched.groups()
        if vector:
            found.append(vector)
        elif name == "I":
            assert like is not None
            found.append(diagonal([_ONE] * like.rows, like.rows, like.rows))
        else:
            found.append(held[name].adjoint() if adjoint else held[name])
    product: Matrix | None = None
    scale, size = Fraction(1), 0
    for place, item in enumerate(found):
        if isinstance(item, str):
            values = [row[0] for row in held[item].items]
            before, after = found[place - 1], found[place + 1] if place + 1 < len(found) else None
            assert isinstance(before, Matrix)
            columns = after.rows if isinstance(after, Matrix) else len(values)
            item = diagonal([*values, *[_ZERO] * before.columns], before.columns, columns)
        product = item if product is None else product @ item
        scale *= item.squares()
        size = max(size, item.rows, item.columns)
    assert product is not None
    return product, size, scale


def _matrix(x: Array, index: tuple[int, ...], vector: bool) -> Matrix:
    """One matrix of a stack; a vector as one column."""
    own = 1 if vector else 2
    leading = x.shape[:-own]
    at = tuple(0 if n == 1 else i for i, n in zip(index[len(index) - len(leading) :], leading))
    columns = 1 if vector else x.shape[-1]
    rows = x.shape[-own]
    items = tuple(
        tuple(_number(x[(*at, i) if vector else (*at, i, j)]) for j in range(columns)) for i in range(rows)
    )
    return Matrix(rows, columns, items)


def _parts(item: Any) -> tuple[float, ...]:
    return (item.real, item.imag) if isinstance(item, complex) else (item,)


def _number(item: Any) -> Number:
    return (
        (Fraction(item.real), Fraction(item.imag))
        if isinstance(item, complex)
        else (Fraction(item), Fraction(0))
    )


# --- words -----------------------------------------------------------------------


def _triangle(x: Array, below: bool) -> bool:
    """Whether the elements below (above) the diagonal are 0."""
    return all(not x[i] for i in indices(x.shape) if (i[-2] > i[-1] if below else i[-1] > i[-2]))


def _positive(x: Array, factor: float) -> bool:
    found = [x[i] for i in indices(x.shape) if i[-1] == i[-2]]
    return all(v.real > 0 and v.imag == 0 for v in found)


def _lines(x: Array) -> Iterator[list[Any]]:
    size = x.shape[-1]
    for start in range(0, len(x.items), size or 1):
        yield x.items[start : start + size]


def _descending(x: Array, factor: float) -> bool:
    return all(a >= b for line in _lines(x) for a, b in pairwise(line)) and all(v >= 0 for v in x.items)


def _normal(x: Array, factor: float) -> bool:
    """Whether the columns have length 1."""
    unit = Fraction(1, 2 ** FLOATS[part(x.dtype)][0])
    allowed = 2 * Fraction(factor) * max(1, x.shape[-1]) * unit
    for index in indices(x.shape[:-2]):
        held = _matrix(x, index, False)
        for column in zip(*held.items):
            if abs(sum(re * re + im * im for re, im in column) - 1) > allowed:
                return False
    return True


_WORDS: dict[str, Callable[[Array, float], bool]] = {
    "upper": lambda x, factor: _triangle(x, True),
    "lower": lambda x, factor: _triangle(x, False),
    "positive": _positive,
    "descending": _descending,
    "ascending": lambda x, factor: all(a <= b for line in _lines(x) for a, b in pairwise(line)),
    "normal": _normal,
}
