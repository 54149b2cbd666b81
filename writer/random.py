"""Random numbers from an explicit key; `tracebox.xp.random`. SPEC 8.10.

The same key gives the same numbers in every runtime. Keep a key in a field to go on.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from .apply import apply, shape_of
from .creation import _name, asarray
from .elementwise import elementwise
from .integral import SymbolicInt
from .promote import convert, result_type
from .reductions import argmax, one_axis
from .shaping import int_tuple, known


def key(seed: int) -> np.ndarray[Any, Any]:
    """A key, two 32-bit words, for an int."""
    return np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)


def split(key: Any, count: Any = 2, /) -> Any:
    """`count` new keys, one a row, independent of each other and of `key`."""
    return apply("random_split", key, count=count)


def bits(key: Any, shape: Any, /) -> Any:
    """Uniform 32-bit words."""
    return apply("random_bits", key, shape=int_tuple(shape))


def uniform(key: Any, shape: Any, /, *, dtype: Any = np.float32) -> Any:
    """Uniform numbers, at least 0 and less than 1."""
    return apply("uniform", key, dtype=_name(dtype), shape=int_tuple(shape))


def integers(key: Any, low: Any, high: Any = None, /, shape: Any = (), *, dtype: Any = np.int64) -> Any:
    """Uniform integers, at least `low` and less than `high`; without `high`, from 0 to before `low`."""
    if high is None:
        low, high = 0, low
    if known(low) and known(high):
        kind = np.iinfo(dtype)
        if not max(kind.min, 1 - 2**63) <= low < high <= min(int(kind.max), 2**63 - 2) + 1:
            raise ValueError(f"integers: no range of {kind.dtype} from {low} to before {high}")
    return apply("random_integers", key, low=low, high=high, dtype=_name(dtype), shape=int_tuple(shape))


def permutation(key: Any, x: Any, /, *, axis: int = 0) -> Any:
    """`x` with its elements along `axis` in random order; of an int, those of the integers below it."""
    if isinstance(x, (numbers.Integral, SymbolicInt)):
        return apply("random_permutation", key, count=x)
    x = asarray(x)
    place = one_axis(axis, x.ndim)
    return apply("take", x, apply("random_permutation", key, count=shape_of(x)[place]), axis=place)


def normal(key: Any, shape: Any, /, *, dtype: Any = np.float32) -> Any:
    """Numbers of the standard normal distribution."""
    return apply("random_normal", key, dtype=_name(dtype), shape=int_tuple(shape))


def bernoulli(key: Any, p: Any = 0.5, /, shape: Any = None) -> Any:
    """True with probability `p`, in steps of 2**-24, or 2**-53 if `p` is of 64 bits."""
    p = asarray(p, np.float32 if isinstance(p, (int, float)) else None)
    sizes = shape_of(p) if shape is None else shape
    wide = np.float64 if result_type(p).itemsize > 4 else np.float32
    return elementwise("less", uniform(key, sizes, dtype=wide), convert(p, wide))


def categorical(key: Any, logits: Any, /, *, axis: int = -1) -> Any:
    """Positions along `axis`, each with a probability proportional to exp of its logit.

    The position of the greatest sum of logit and Gumbel noise. Where two sums differ by rounding
    errors alone, which of the two is found may differ between runtimes.
    """
    logits = convert(asarray(logits), np.float64)
    exponential = elementwise(
        "negative", elementwise("log", uniform(key, shape_of(logits), dtype=np.float64))
    )
    return argmax(elementwise("subtract", logits, elementwise("log", exponential)), axis)
