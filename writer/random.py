"""Random numbers from an explicit key; `tracebox.xp.random`. SPEC 8.10.

The same key gives the same numbers in every runtime. Keep a key in a field to go on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .apply import apply
from .shaping import int_tuple


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
    from .creation import _name

    return apply("uniform", key, dtype=_name(dtype), shape=int_tuple(shape))
