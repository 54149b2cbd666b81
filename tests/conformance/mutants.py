"""Deliberately wrong kernels, each wrong in one way that implementations are wrong in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tracebox.reader.kernels.registry import KERNELS, kernels

Kernel = Callable[..., Any]

kernels()
RIGHT = dict(KERNELS)
MUTANTS: dict[str, Kernel] = {}


def mutant(name: str) -> Callable[[Kernel], Kernel]:
    """Register a wrong kernel; `name` is the operator's and what is wrong."""

    def register(function: Kernel) -> Kernel:
        MUTANTS[name] = function
        return function

    return register


def floats(op: str, wrong: str, function: Kernel) -> None:
    """A mutant that is wrong on floats alone, and takes operands without the namespace."""

    def call(xp: Any, x: Any, *others: Any) -> Any:
        return function(x, *others) if x.dtype.kind == "f" else RIGHT[op](xp, x, *others)

    MUTANTS[f"{op}: {wrong}"] = call


def integers(op: str, wrong: str, function: Kernel) -> None:
    """Likewise on integers."""

    def call(xp: Any, x: Any, *others: Any) -> Any:
        return function(x, *others) if x.dtype.kind in "iu" else RIGHT[op](xp, x, *others)

    MUTANTS[f"{op}: {wrong}"] = call


# --- elementwise ----------------------------------------------------------------

floats("add", "rounds up", lambda x, y: np.nextafter(x + y, x.dtype.type(math.inf)))
floats("divide", "times the reciprocal", lambda x, y: x * (1 / y))
floats("floor_divide", "NaN for infinities", np.floor_divide)
floats("floor_divide", "-1 by infinity", lambda x, y: np.where(np.isinf(x), x / y, x // y))
floats("floor_divide", "rounds the quotient first", lambda x, y: np.floor(x / y))
integers("floor_divide", "truncates", lambda x, y: np.trunc(x / y).astype(x.dtype))
integers("floor_divide", "0 for a divisor of 0", np.floor_divide)
floats("remainder", "has the sign of the dividend", np.fmod)
integers("remainder", "has the sign of the dividend", np.fmod)
integers("pow", "takes the exponent's magnitude", lambda x, y: np.power(x, abs(y)))
floats("pow", "goes through logarithms", lambda x, y: np.exp(y * np.log(x)))
floats("round", "away from zero on ties", lambda x: np.copysign(np.floor(abs(x) + x.dtype.type(0.5)), x))
floats("round", "loses the sign of zero", lambda x: np.round(x) + 0)
floats("floor", "truncates", np.trunc)
floats("sign", "0 for NaN", lambda x: np.nan_to_num(np.sign(x)))
floats("sign", "-0 for -0", lambda x: np.where(x == 0, x, np.sign(x)))
floats("maximum", "ignores NaN", np.fmax)
floats("clip", "ignores NaN bounds", lambda x, lo, hi: np.fmin(np.fmax(x, lo), hi))
floats("clip", "lets the lower bound win", lambda x, lo, hi: np.maximum(np.minimum(x, hi), lo))
floats("abs", "keeps -0", lambda x: np.where(x < 0, -x, x))
floats("negative", "subtracts from 0", lambda x: 0 - x)
floats("sqrt", "is a power", lambda x: np.power(x, x.dtype.type(0.5)))
floats("expm1", "cancels near 0", lambda x: np.exp(x) - 1)
floats("log1p", "cancels near 0", lambda x: np.log(x + 1))
floats("tanh", "cancels near 0", lambda x: 1 - 2 / (np.exp(2 * x) + 1))
floats("sin", "reduces in its own precision", lambda x: np.sin(np.fmod(x, x.dtype.type(2 * math.pi))))
floats("sin", "computes in f32", lambda x: np.sin(x.astype(np.float32)).astype(x.dtype))
floats("erf", "approximates by tanh", lambda x: np.tanh(1.1283792 * (x + 0.0894 * x**3)).astype(x.dtype))
floats("atan2", "swaps its operands", lambda x, y: np.arctan2(y, x))
floats("atan2", "forgets the quadrant", lambda x, y: np.arctan(x / y))


def complexes(op: str, wrong: str, function: Kernel) -> None:
    """Likewise on complex numbers."""

    def call(xp: Any, x: Any, *others: Any) -> Any:
        return function(x, *others) if x.dtype.kind == "c" else RIGHT[op](xp, x, *others)

    MUTANTS[f"{op}: {wrong}"] = call


complexes("abs", "overflows halfway", lambda x: np.sqrt(x.real * x.real + x.imag * x.imag))
complexes("divide", "overflows halfway", lambda x, y: x * np.conj(y) / (y.real**2 + y.imag**2))
complexes("expm1", "cancels near 0 in the plane", lambda x: np.exp(x) - 1)
complexes("log1p", "cancels near 0 in the plane", lambda x: np.log(1 + x))
complexes("log", "cancels near the circle", lambda x: np.log(np.abs(x)) + 1j * np.angle(x))
complexes("sqrt", "forgets the side of the cut", lambda x: np.sqrt(x + 0))
complexes("sign", "divides infinities", lambda x: x / np.abs(x))
complexes("round", "rounds one part", lambda x: np.round(x.real) + 1j * x.imag)

# --- comparison -----------------------------------------------------------------

floats("equal", "is tolerant", np.isclose)
floats("equal", "NaN equals NaN", lambda x, y: (x == y) | ((x != x) & (y != y)))
floats("greater_equal", "is not less", lambda x, y: ~(x < y))
integers("less", "compares as f64", lambda x, y: x.astype(float) < y.astype(float))
floats("isinf", "sees one infinity", np.isposinf)
integers("bitwise_left_shift", "takes counts modulo the width", lambda x, y: x << y % (8 * x.itemsize))


@mutant("bitwise_right_shift: fills with zeros")
def logical_shift(xp: Any, x: Any, y: Any) -> Any:
    unsigned = x.dtype.str.replace("i", "u")
    return (x.view(unsigned) >> y.view(unsigned)).view(x.dtype)


@mutant("where: multiplies by the condition")
def where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    return (condition * x + ~condition * y).astype(x.dtype)


# --- reduction and linear -------------------------------------------------------


@mutant("sum: half precision inside")
def half_sum(xp: Any, x: Any, *, axes: Any, keepdims: bool) -> Any:
    narrow = x.astype(np.float16) if x.dtype.kind == "f" else x
    return np.sum(narrow, axis=axes, keepdims=keepdims, dtype=narrow.dtype).astype(x.dtype)


@mutant("sum: promotes small integers")
def promoted_sum(xp: Any, x: Any, *, axes: Any, keepdims: bool) -> Any:
    return np.sum(x, axis=axes, keepdims=keepdims)


@mutant("sum: ignores NaN")
def nan_sum(xp: Any, x: Any, *, axes: Any, keepdims: bool) -> Any:
    return np.nansum(x, axis=axes, keepdims=keepdims, dtype=x.dtype)


@mutant("sum: ignores keepdims")
def flat_sum(xp: Any, x: Any, *, axes: Any, keepdims: bool) -> Any:
    return np.sum(x, axis=axes, dtype=x.dtype)


@mutant("max: ignores NaN")
def nan_max(xp: Any, x: Any, *, axes: Any, keepdims: bool) -> Any:
    reduce: Any = np.fmax.reduce
    return reduce(x, axis=axes, keepdims=keepdims)


@mutant("argmax: the last of equal ones")
def last_argmax(xp: Any, x: Any, *, axis: int, keepdims: bool) -> Any:
    found = x.shape[axis] - 1 - np.argmax(np.flip(x, axis), axis=axis, keepdims=True)
    return found if keepdims else found.squeeze(axis)


@mutant("argmax: ignores NaN")
def nan_argmax(xp: Any, x: Any, *, axis: int, keepdims: bool) -> Any:
    return np.argmax(np.where(x != x, -math.inf, x), axis=axis, keepdims=keepdims)


@mutant("argmin: i32 positions")
def narrow_argmin(xp: Any, x: Any, *, axis: int, keepdims: bool) -> Any:
    return np.argmin(x, axis=axis, keepdims=keepdims).astype(np.int32)


@mutant("cumulative_sum: leaves out the element itself")
def exclusive(xp: Any, x: Any, *, axis: int, include_initial: bool) -> Any:
    return np.cumulative_sum(x, axis=axis, dtype=x.dtype, include_initial=include_initial) - (
        0 if include_initial else x
    )


floats(
    "matmul",
    "half precision inside",
    lambda x, y: (x.astype(np.float16) @ y.astype(np.float16)).astype(x.dtype),
)
floats("matmul", "skips NaN", lambda x, y: np.matmul(np.nan_to_num(x), y))

# --- sorting --------------------------------------------------------------------


@mutant("sort: reverses for descending")
def reversed_sort(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    found = np.sort(x, axis=axis, stable=True)
    return np.flip(found, axis) if descending else found


@mutant("sort: negates for descending")
def negated_sort(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    return -np.sort(-x, axis=axis, stable=True) if descending else np.sort(x, axis=axis, stable=True)


@mutant("argsort: reverses for descending")
def reversed_argsort(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    found = np.argsort(x, axis=axis, stable=True)
    return np.flip(found, axis) if descending else found


@mutant("argsort: -0 before 0")
def signed_argsort(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    if x.dtype.kind == "f":
        x = np.where((x == 0) & np.signbit(x), -np.finfo(x.dtype).smallest_subnormal, x)
    return RIGHT["argsort"](xp, x, axis=axis, descending=descending)


@mutant("top_k: any order of equal ones")
def partitioned(xp: Any, x: Any, *, k: int, axis: int, largest: bool) -> Any:
    order = np.flip(RIGHT["argsort"](xp, x, axis=axis, descending=not largest), axis)
    first = np.take(order, range(k), axis)
    return np.take_along_axis(x, first, axis), first


# --- random ---------------------------------------------------------------------


@mutant("random_bits: the key's words swapped")
def swapped_key(xp: Any, key: Any, *, shape: Any) -> Any:
    return RIGHT["random_bits"](xp, key[::-1].copy(), shape=shape)


@mutant("random_bits: all first words, then all second ones")
def halves(xp: Any, key: Any, *, shape: Any) -> Any:
    count = math.prod(shape)
    words = RIGHT["random_bits"](xp, key, shape=(count + count % 2,))
    return words.reshape(-1, 2).T.reshape(-1)[:count].reshape(shape)


@mutant("random_split: the words of random_bits")
def same_words(xp: Any, key: Any, *, count: int) -> Any:
    return RIGHT["random_bits"](xp, key, shape=(count, 2))


@mutant("uniform: one bit less")
def coarse(xp: Any, key: Any, *, dtype: str, shape: Any) -> Any:
    if dtype != "f32":
        return RIGHT["uniform"](xp, key, dtype=dtype, shape=shape)
    return (RIGHT["random_bits"](xp, key, shape=shape) >> 9).astype(np.float32) * np.float32(2**-23)


# --- linear algebra ---------------------------------------------------------------


def of_matrices(op: str, wrong: str, function: Kernel) -> None:
    """A mutant that is wrong on matrices that the right kernel accepts; it takes what that gives, too."""

    def call(xp: Any, *operands: Any, **attrs: Any) -> Any:
        return function(RIGHT[op](xp, *operands, **attrs), *operands)

    MUTANTS[f"{op}: {wrong}"] = call


def narrow(found: Any) -> Any:
    """The result through half the precision."""
    half = {"f": np.float32 if found.dtype == np.float64 else np.float16, "c": np.complex64}[found.dtype.kind]
    return found.astype(half).astype(found.dtype)


of_matrices("cholesky", "leaves the other triangle", lambda y, x: y + np.triu(x, 1))
of_matrices("cholesky", "conjugates", lambda y, x: np.conj(y))
of_matrices("cholesky", "half the precision", lambda y, x: narrow(y))
of_matrices("qr", "half the precision", lambda y, x: (narrow(y[0]), y[1]))
of_matrices("qr", "R is not cut", lambda y, x: (y[0], y[1] + np.tril(np.ones_like(y[1]) * 1e-9, -1)))
of_matrices("qr", "flips Q alone", lambda y, x: (-y[0], y[1]))
of_matrices("svd", "V instead of its adjoint", lambda y, x: (y[0], y[1], np.conj(y[2])))
of_matrices("svd", "ascending", lambda y, x: (y[0][..., ::-1], y[1][..., ::-1], y[2][..., ::-1, :]))
of_matrices("svd", "negative values", lambda y, x: (-y[0], -y[1], y[2]))
of_matrices("svd", "half the precision", lambda y, x: (y[0], narrow(y[1]), y[2]))
of_matrices("eigh", "descending", lambda y, x: (y[0][..., ::-1], y[1][..., ::-1]))
of_matrices("eigh", "rows for columns", lambda y, x: (y[0], np.swapaxes(y[1], -1, -2)))
of_matrices("eigh", "vectors of any length", lambda y, x: (y[0], y[1] * 2))
of_matrices("eig", "the first pair alone", lambda y, x: tuple(part[..., :1] + 0 * part for part in y))
of_matrices("eig", "vectors of any length", lambda y, x: (y[0], y[1] * 2))
of_matrices("eig", "sorts the values alone", lambda y, x: (np.sort(y[0]), y[1]))
of_matrices("eigvals", "real parts", lambda y, x: y.real.astype(y.dtype))
of_matrices("solve", "half the precision", lambda z, x, y: narrow(z))
of_matrices("solve", "by the transpose", lambda z, x, y: np.linalg.solve(np.swapaxes(x, -1, -2), y))
of_matrices("det", "its magnitude", lambda y, x: np.abs(y).astype(y.dtype))
of_matrices("slogdet", "to base 2", lambda y, x: (y[0], (y[1] / np.log(2)).astype(y[1].dtype)))
of_matrices("pinv", "keeps everything", lambda y, x, rtol=None: narrow(y) if rtol is None else y * 2)
of_matrices("vecdot", "conjugates the other one", lambda z, x, y: np.conj(z) if x.dtype.kind == "c" else -z)
of_matrices("cross", "in the other direction", lambda z, x, y: -z)
of_matrices("trace", "of the magnitudes", lambda y, x: np.abs(y).astype(y.dtype))


@mutant("matrix_rank: a limit that is not relative")
def absolute_rank(xp: Any, x: Any, rtol: Any) -> Any:
    s = np.linalg.svdvals(x)
    return np.count_nonzero(s > (1e-6 if rtol is None else np.asarray(rtol)[..., None]), axis=-1)


@mutant("vector_norm: as if of order 2")
def euclidean(xp: Any, x: Any, *, axes: Any, ord: float, keepdims: bool) -> Any:
    return RIGHT["vector_norm"](xp, x, axes=axes, ord=2.0, keepdims=keepdims)


@mutant("matrix_norm: rows for columns")
def turned(xp: Any, x: Any, *, ord: str, keepdims: bool) -> Any:
    return RIGHT["matrix_norm"](xp, np.swapaxes(x, -1, -2), ord=ord, keepdims=keepdims)


@mutant("solve: least squares")
def forgiving(xp: Any, x: Any, y: Any) -> Any:
    return np.linalg.pinv(x) @ y
