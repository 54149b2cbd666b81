"""Special functions, elementwise on traced and plain arrays; `tracebox.xp.special`.

They have the names of SciPy's ufuncs, which libraries look for in a namespace of this name.
A ufunc of one of these names that is called on a traced array is lowered to the function here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .activations import floats
from .activations import log_sigmoid as log_expit
from .activations import sigmoid as expit
from .apply import apply
from .elementwise import elementwise as _ew
from .elementwise import where
from .functions import like


def erf(x: Any, /) -> Any:
    """The error function."""
    return apply("erf", *floats(x))


def logit(x: Any, /) -> Any:
    """The logarithm of `x` divided by 1 - `x`."""
    (x,) = floats(x)
    twice = _ew("multiply", _ew("subtract", x, 0.5), 2)  # exact near 0.5, where the quotient cancels
    near = _ew("subtract", _ew("log1p", twice), _ew("log1p", _ew("negative", twice)))
    far = _ew("log", _ew("divide", x, _ew("subtract", 1, x)))
    return where(_ew("less", _ew("absolute", twice), 0.4), near, far)


def xlogy(x: Any, y: Any, /) -> Any:
    """`x` times the logarithm of `y`; 0 where `x` is 0 and `y` no NaN."""
    x, y = floats(x, y)
    return _product(x, y, "log")


def xlog1py(x: Any, y: Any, /) -> Any:
    """`x` times the logarithm of 1 + `y`; 0 where `x` is 0 and `y` no NaN."""
    x, y = floats(x, y)
    return _product(x, y, "log1p")


def _product(x: Any, y: Any, logarithm: str) -> Any:
    nothing = _ew("logical_and", _ew("equal", x, 0), _ew("logical_not", _ew("isnan", y)))
    return where(nothing, like(0, x), _ew("multiply", x, _ew(logarithm, y)))


def entr(x: Any, /) -> Any:
    """Minus `x` times its logarithm; 0 at 0 and minus infinity below it."""
    (x,) = floats(x)
    found = _ew("negative", xlogy(x, x))
    return where(_ew("less", x, 0), like(-np.inf, x), where(_ew("equal", x, 0), like(0, x), found))


def rel_entr(x: Any, y: Any, /) -> Any:
    """`x` times the logarithm of `x` / `y`; 0 where `x` is 0 and `y` not negative, else infinity."""
    x, y = floats(x, y)
    both = _ew("logical_and", _ew("greater", x, 0), _ew("greater", y, 0))
    nothing = _ew("logical_and", _ew("equal", x, 0), _ew("greater_equal", y, 0))
    unknown = _ew("logical_or", _ew("isnan", x), _ew("isnan", y))
    inner = _ew("multiply", x, _ew("log", _ew("divide", x, y)))
    found = where(both, inner, where(nothing, like(0, x), like(np.inf, x)))
    return where(unknown, like(np.nan, x), found)


def kl_div(x: Any, y: Any, /) -> Any:
    """`rel_entr` less `x`, plus `y`."""
    x, y = floats(x, y)
    return _ew("add", _ew("subtract", rel_entr(x, y), x), y)


#: The functions by name.
FUNCTIONS = {
    f.__name__: f
    for f in (erf, logit, xlogy, xlog1py, entr, rel_entr, kl_div)
} | {"expit": expit, "log_expit": log_expit}  # fmt: skip
