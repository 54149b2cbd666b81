"""NumPy's holes: functions that never ask their arguments, such as ``np.asarray(p)`` and ``np.zeros(n)``.

While a function is traced, functions that look first stand in their places: in NumPy itself
and in `math`, and where the traced code has imported them by name. In other threads, and
where nothing is traced among the arguments, they are the functions that they replace.
"""

from __future__ import annotations

import functools
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


#: What `functools.lru_cache` makes.
Cached = type(functools.lru_cache(len))


def uncached(cached: Any) -> Callable[..., Any]:
    """`cached`, which remembers nothing about traced arrays and sizes: their trace will be over."""

    @functools.wraps(cached)
    def function(*args: Any, **kwargs: Any) -> Any:
        if active() is None or not (symbolic(args) or symbolic(list(kwargs.values()))):
            return cached(*args, **kwargs)
        return cached.__wrapped__(*args, **kwargs)

    for name in ("cache_info", "cache_clear", "cache_parameters"):
        setattr(function, name, getattr(cached, name))
    return function


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


class NumPy(ModuleType):
    """NumPy for the traced code, which says so when it draws random numbers."""

    def __init__(self) -> None:
        super().__init__("numpy", np.__doc__)
        self.random = _Random()

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


REPLACEMENTS[id(np)] = NumPy()

#: Functions of `math` that stay symbolic on sizes, and the ufuncs that they are.
_MATH = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "log2": "log2", "log10": "log10", "sin": "sin", "cos": "cos",
    "tanh": "tanh", "pow": "power", "atan2": "arctan2",
}  # fmt: skip
_ASKED = ("isnan", "isinf", "isfinite")


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


def _asked(name: str) -> Callable[..., Any]:
    """``math.isnan`` and the like: sizes are finite numbers, and need not be frozen to know it."""
    original = getattr(math, name)

    def function(x: Any, /) -> Any:
        return name == "isfinite" if isinstance(x, SymbolicInt) else original(x)

    function.__name__ = name
    function.__wrapped__ = original  # type: ignore[attr-defined]
    return function


def _prod(numbers: Any, *, start: Any = 1) -> Any:
    for number in numbers:
        start = start * number
    return start


_prod.__wrapped__ = math.prod  # type: ignore[attr-defined]

REPLACEMENTS.update({id(getattr(math, name)): _of_sizes(name, ufunc) for name, ufunc in _MATH.items()})
REPLACEMENTS.update({id(getattr(math, name)): _asked(name) for name in _ASKED})
REPLACEMENTS[id(math.prod)] = _prod

#: The modules whose functions are replaced in place.
_PLACES: list[tuple[Any, tuple[str, ...]]] = [
    (np, NAMES),
    (np.fft, ("fftfreq", "rfftfreq")),
    (math, (*_MATH, *_ASKED, "prod")),
]


class Replaced:
    """NumPy and `math` with the functions that look at their arguments, while it is entered."""

    def __enter__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []
        for module, names in _PLACES:
            for name in names:
                original = getattr(module, name)
                self._undo.append((module, name, original))
                setattr(module, name, REPLACEMENTS[id(original)])

    def __exit__(self, *exc: object) -> None:
        while self._undo:
            setattr(*self._undo.pop())
