"""Examples for values that are known by their types alone: of the right dtype and some size.

Nothing reads their elements. Sizes that depend on data are made up, each another prime, so
that no two are taken for equal.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np

from ..schema import dims
from ..schema.types import TensorType, Type
from .attributes import dtype_of
from .symbols import Symbols

#: What sizes are made up of.
_SIZES = cycle([n for n in range(11, 200) if all(n % k for k in range(2, n))])
_SCALARS: dict[str, Any] = {"int": 0, "float": 0.0, "bool": False, "complex": 0j, "str": ""}


def made_up() -> int:
    """A size for what depends on data."""
    return next(_SIZES)


def example(t: Type, symbols: Symbols) -> Any:
    """A value of the type `t`; of tensors all elements are one."""
    if not isinstance(t, TensorType):
        return _SCALARS.get(getattr(t, "name", ""))
    shape = []
    for dim in t.shape or ():
        name = dims.symbol_name(dim)
        if isinstance(dim, dims.Unknown):
            shape.append(made_up())
            continue
        if name in symbols.fresh and not symbols.examples.get(str(name)):
            symbols.examples[str(name)] = made_up()
        shape.append(max(symbols.value(dim), 0))
    return np.broadcast_to(np.ones((), dtype_of(t.dtype or "f64")), tuple(shape))
