"""A stand-in for CuPy without a device: NumPy behind arrays that never turn into host values by themselves.

Kernels written for one namespace alone show here: an array refuses ``__array__``, ``bool()``,
``int()``, ``float()``, ``len()`` and iteration, and meets no ndarray in any function but
`asarray`. The way to the host is `item` or `get`, as with CuPy.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


class HostConversion(TypeError):
    """An array of the device was used as if it were the host's."""


class StrictArray:
    """An array of the device."""

    __slots__ = ("_held",)
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, held: Any) -> None:
        self._held = np.asarray(held)

    # --- what CuPy's arrays have ---

    @property
    def shape(self) -> tuple[int, ...]:
        return self._held.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._held.dtype

    @property
    def ndim(self) -> int:
        return self._held.ndim

    @property
    def size(self) -> int:
        return self._held.size

    @property
    def itemsize(self) -> int:
        return self._held.itemsize

    @property
    def nbytes(self) -> int:
        return self._held.nbytes

    @property
    def base(self) -> Any:
        return self._held if self._held.base is None else self._held.base

    @property
    def real(self) -> StrictArray:
        return StrictArray(self._held.real)

    @property
    def imag(self) -> StrictArray:
        return StrictArray(self._held.imag)

    @property
    def T(self) -> StrictArray:
        return StrictArray(self._held.T)

    def item(self) -> Any:
        return self._held.item()

    def get(self) -> np.ndarray[Any, Any]:
        return self._held.copy()

    def __getitem__(self, key: Any) -> StrictArray:
        return StrictArray(self._held[device(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._held[device(key)] = device(value)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return NAMESPACE

    # --- what they refuse ---

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise HostConversion("an array of the device does not become a host value by itself: use item()")

    __array__ = __bool__ = __int__ = __float__ = __complex__ = __len__ = __iter__ = __index__ = _refuse
    __contains__ = __array_function__ = __dlpack__ = _refuse

    def __repr__(self) -> str:
        return f"StrictArray({self._held!r})"


def _binary(function: Callable[[Any, Any], Any], *, swapped: bool = False) -> Callable[..., Any]:
    def apply(self: StrictArray, other: Any) -> Any:
        a, b = device(self), device(other)
        return wrapped(function(b, a) if swapped else function(a, b))

    return apply


_OPERATORS = [
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "matmul",
    "and",
    "or",
    "xor",
    "lshift",
    "rshift",
]
for _name in _OPERATORS:
    _function = getattr(operator, f"{_name}_" if _name in ("and", "or") else _name)
    setattr(StrictArray, f"__{_name}__", _binary(_function))
    setattr(StrictArray, f"__r{_name}__", _binary(_function, swapped=True))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(StrictArray, f"__{_name}__", _binary(getattr(operator, _name)))
for _name in ("neg", "pos", "abs", "invert"):
    _unary = getattr(operator, _name)
    setattr(StrictArray, f"__{_name}__", lambda self, _unary=_unary: wrapped(_unary(device(self))))


def device(value: Any) -> Any:
    """The NumPy side of an argument; a host's array among them is an error."""
    if isinstance(value, StrictArray):
        return value._held
    if isinstance(value, (np.ndarray, np.generic)):
        raise HostConversion("an array of the host among arrays of the device: use asarray")
    if isinstance(value, (tuple, list)):
        return type(value)(device(item) for item in value)
    return value


def wrapped(value: Any) -> Any:
    """A result of NumPy as the device's."""
    if isinstance(value, (np.ndarray, np.generic)):
        return StrictArray(value)
    if isinstance(value, (tuple, list)) and any(isinstance(item, (np.ndarray, np.generic)) for item in value):
        return tuple(wrapped(item) for item in value)
    return value


class _Function:
    """A function of NumPy on arrays of the device; an elementwise one takes an output, as CuPy's do."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self.__name__ = function.__name__
        for name in ("nin", "nout", "signature"):
            if isinstance(function, np.ufunc):
                setattr(self, name, getattr(function, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._function(*map(device, args), **{name: device(value) for name, value in kwargs.items()})
        if len(args) > getattr(self, "nin", len(args)):
            return args[-1]
        return wrapped(result)


class _Namespace:
    """NumPy's names, with arrays of the device."""

    __name__ = "strict_namespace"
    ndarray = StrictArray

    def __init__(self, of: Any = np) -> None:
        self._of = of

    def asarray(self, value: Any, dtype: Any = None, copy: bool | None = None) -> StrictArray:
        held = value._held if isinstance(value, StrictArray) else value
        moved = copy if isinstance(value, StrictArray) else True
        return StrictArray(np.array(held, dtype=dtype, copy=moved))

    array = asarray

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        if isinstance(found, ModuleType):
            return _Namespace(found)
        if isinstance(found, type) or not callable(found):
            return found
        function = _Function(found)
        setattr(self, name, function)
        return function


NAMESPACE = _Namespace()
