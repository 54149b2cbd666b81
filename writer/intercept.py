"""NumPy's holes: functions that do not dispatch, seen through the traced code's globals.

``np.asarray(p)``, ``np.array([p, q])`` and ``np.zeros(n)`` never ask their arguments.
While a function is traced, the name ``np`` in the globals of the traced code stands for
`NUMPY`, which looks at the arguments first. In other threads it is NumPy as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from .context import active
from .creation import symbolic
from .integral import SymbolicInt
from .proxy import Proxy

#: Functions that do not dispatch, or not on symbolic sizes.
NAMES = (
    "asarray", "array", "asanyarray", "ascontiguousarray", "zeros", "ones", "empty", "full", "arange", "eye",
    "identity", "tri", "linspace", "broadcast_to", "reshape", "full_like", "meshgrid", "tile", "pad", "shape",
    "ndim", "size", "where", "isclose", "broadcast_shapes", "take", "asfortranarray", "require", "lexsort",
    "sort_complex", "isfortran", "iterable", "isscalar", "logspace",
    "asarray_chkfinite", "from_dlpack",
)  # fmt: skip


def _seen(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        if active() is None or not (symbolic(args) or symbolic(list(kwargs.values()))):
            return original(*args, **kwargs)
        from .numpy_functions import dispatch

        return dispatch(original, args, kwargs)

    function.__name__ = name
    function.__wrapped__ = original  # type: ignore[attr-defined]
    return function


#: What replaces each function, by the original's identity.
REPLACEMENTS: dict[int, Any] = {id(getattr(np, name)): _seen(name, getattr(np, name)) for name in NAMES}
REPLACEMENTS.update({id(f): _seen(f.__name__, f) for f in (np.fft.fftfreq, np.fft.rfftfreq)})


class _ArrayMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, (np.ndarray, Proxy))

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, (np.ndarray, Proxy))


class _Array(metaclass=_ArrayMeta):
    """``np.ndarray`` for isinstance, which traced arrays pass, too."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return np.ndarray(*args, **kwargs)


class _Random:
    """``np.random``: every number drawn in a trace is frozen, and says so."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np.random, name)
        trace = active()
        if trace is not None and callable(found) and not isinstance(found, type):
            trace.freeze(
                "constant",
                f"np.random.{name} is called once, and its result frozen",
                "draw numbers outside and pass them in, or use random operators with a key",
                guarded=False,
            )
        return found


class _Transforms:
    """``np.fft``, whose frequencies stay symbolic on sizes."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np.fft, name)
        return REPLACEMENTS.get(id(found), found)


class NumPy(ModuleType):
    """NumPy, with the functions of `NAMES` looking at their arguments."""

    def __init__(self) -> None:
        super().__init__("numpy", np.__doc__)
        for name in NAMES:
            setattr(self, name, REPLACEMENTS[id(getattr(np, name))])
        self.ndarray = _Array
        self.random = _Random()
        self.fft = _Transforms()

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


NUMPY = NumPy()
REPLACEMENTS[id(np)] = NUMPY
REPLACEMENTS[id(np.fft)] = NUMPY.fft

#: Functions of `math` that stay symbolic on sizes, and the ufuncs that they are.
_MATH = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "log2": "log2", "log10": "log10", "sin": "sin", "cos": "cos",
    "tanh": "tanh", "pow": "power", "atan2": "arctan2",
}  # fmt: skip


def _of_sizes(name: str, ufunc: str) -> Callable[..., Any]:
    original = getattr(math, name)

    def function(*args: Any) -> Any:
        numbers = [x for x in args if isinstance(x, SymbolicInt) or (isinstance(x, Proxy) and x._weak)]
        if active() is None or not numbers or len(args) != (2 if name in ("pow", "atan2") else 1):
            return original(*args)
        from .elementwise import elementwise

        return elementwise(ufunc, *args)

    function.__name__ = name
    function.__wrapped__ = original  # type: ignore[attr-defined]
    return function


class Math(ModuleType):
    """The module `math`, whose functions stay symbolic on sizes: ``x / math.sqrt(x.shape[-1])``."""

    def __init__(self) -> None:
        super().__init__("math", math.__doc__)
        for name, ufunc in _MATH.items():
            setattr(self, name, _of_sizes(name, ufunc))
        self.prod = _prod

    def __getattr__(self, name: str) -> Any:
        return getattr(math, name)


def _prod(numbers: Any, *, start: Any = 1) -> Any:
    for number in numbers:
        start = start * number
    return start


MATH = Math()
REPLACEMENTS[id(math)] = MATH
REPLACEMENTS.update({id(getattr(math, name)): getattr(MATH, name) for name in (*_MATH, "prod")})
