"""Calls that go through an archive, for data-apis/array-api-tests.

Each function of `tracebox.xp`, and each method and operator of its arrays, is traced as a program of
one call on the given arguments; the archive is written to memory, read and verified again, and run.
Its results are what the suite sees. NumPy makes arrays of Python numbers, tells dtypes, and turns
arrays into Python numbers; it computes nothing.
"""

from __future__ import annotations

import functools
import os
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tracebox import TraceWarning, load, save, trace, xp
from tracebox.writer.proxy import Proxy

warnings.filterwarnings("ignore", category=TraceWarning)

#: Whether composite operators run as kernels of their own, or by their bodies.
NATIVE = os.environ.get("TRACEBOX_NATIVE", "1") != "0"


class Place:
    """Where an array goes in the arguments of a call."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def _map(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """`value` with `leaf` applied to what is no container."""
    if isinstance(value, tuple):
        items = [_map(item, leaf) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [_map(item, leaf) for item in value]
    if isinstance(value, dict):
        return {key: _map(item, leaf) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(_map(value.start, leaf), _map(value.stop, leaf), _map(value.step, leaf))
    return leaf(value)


def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of a program that calls `function`, written to an archive and loaded from it."""
    arrays: list[Any] = []

    def note(value: Any) -> Any:
        if not isinstance(value, Array):
            return value
        arrays.append(value._held)
        return Place(len(arrays) - 1)

    places = _map((args, kwargs), note)
    pattern: list[Any] = []

    def call(operands: Any) -> Any:
        given, named = _map(places, lambda v: operands[v.index] if isinstance(v, Place) else v)
        result = function(*given, **named)
        pattern[:] = [_map(result, lambda v: None)]
        return result

    program = trace(call, tuple(arrays))
    with load(save(program, None, vectors=0, debug=False), native=NATIVE, verify="full") as loaded:
        return _alike(pattern[0], loaded(tuple(arrays)))


def _alike(pattern: Any, value: Any) -> Any:
    """`value` with arrays wrapped, in the named tuples of `pattern`; archives have plain ones."""
    if isinstance(pattern, (tuple, list)):
        items = [_alike(p, v) for p, v in zip(pattern, value, strict=True)]
        return type(pattern)(*items) if hasattr(pattern, "_fields") else type(pattern)(items)
    return Array(value) if isinstance(value, (np.ndarray, np.generic)) else value


class Array:
    """An array of the namespace: NumPy's memory, with methods that run programs."""

    __slots__ = ("_held",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, held: Any) -> None:
        self._held = np.asarray(held)

    @property
    def dtype(self) -> Any:
        return self._held.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self._held.shape

    @property
    def ndim(self) -> int:
        return self._held.ndim

    @property
    def size(self) -> int:
        return self._held.size

    @property
    def device(self) -> str:
        return "cpu"

    def to_device(self, device: Any, /, *, stream: Any = None) -> Array:
        if device != "cpu":
            raise ValueError(f"unknown device {device!r}")
        return self

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        return _MODULE

    def __dlpack__(
        self, /, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: Any = None
    ) -> Any:
        held = self._held if self._held.flags.writeable else self._held.copy()
        return held.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self, /) -> Any:
        return self._held.__dlpack_device__()

    def __bool__(self) -> bool:
        return bool(self._held)

    def __int__(self) -> int:
        return int(self._held)

    def __float__(self) -> float:
        return float(self._held)

    def __complex__(self) -> complex:
        return complex(self._held)

    def __index__(self) -> int:
        return self._held.__index__()

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return repr(self._held).replace("array", "Array", 1)

    def __getitem__(self, key: Any, /) -> Any:
        return run(Proxy.__getitem__, self, key)

    def __setitem__(self, key: Any, value: Any, /) -> None:
        def assign(x: Any, key: Any, value: Any) -> Any:
            x = x.copy()
            x[key] = value
            return x

        assigned = run(assign, self, key, value)._held
        if self._held.flags.writeable:  # arrays made with copy=False see it, too
            self._held[...] = assigned
        else:
            self._held = assigned

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self))])


def _operand(value: Any) -> bool:
    return isinstance(value, (Array, bool, int, float, complex))


def _method(name: str) -> Any:
    function = getattr(Proxy, name)

    @functools.wraps(function)
    def method(self: Array, *args: Any) -> Any:
        return run(function, self, *args) if all(map(_operand, args)) else NotImplemented

    return method


def _in_place(name: str) -> Any:
    function = getattr(Proxy, name)

    def assign(x: Any, y: Any) -> Any:
        x = x.copy()
        function(x, y)
        return x

    @functools.wraps(function)
    def method(self: Array, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        self._held = run(assign, self, other)._held
        return self

    return method


_ARITHMETIC = (
    "add", "sub", "mul", "truediv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift",
)  # fmt: skip
for _name in _ARITHMETIC:
    setattr(Array, f"__{_name}__", _method(f"__{_name}__"))
    setattr(Array, f"__r{_name}__", _method(f"__r{_name}__"))
    setattr(Array, f"__i{_name}__", _in_place(f"__i{_name}__"))
for _name in ("eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert"):
    setattr(Array, f"__{_name}__", _method(f"__{_name}__"))


def _attribute(name: str) -> Any:
    return property(lambda self: run(getattr(Proxy, name).fget, self))


# ``//`` on traced arrays is NumPy's, which the standard allows but does not prefer; an array object
# of the standard's gives what its `floor_divide` gives.
def _floordiv(self: Array, other: Any, /) -> Any:
    return run(xp.floor_divide, self, other) if _operand(other) else NotImplemented


def _rfloordiv(self: Array, other: Any, /) -> Any:
    return run(xp.floor_divide, other, self) if _operand(other) else NotImplemented


def _ifloordiv(self: Array, other: Any, /) -> Any:
    if not _operand(other):
        return NotImplemented
    assigned = _floordiv(self, other)
    if assigned.shape != self.shape or assigned.dtype != self.dtype:
        raise TypeError("the result has another shape or dtype")
    self._held = assigned._held
    return self


for _method_ in (_floordiv, _rfloordiv, _ifloordiv):
    setattr(Array, f"_{_method_.__name__}__", _method_)


for _name in ("T", "mT"):
    setattr(Array, _name, _attribute(_name))

#: Functions that make arrays of Python numbers, or look at dtypes and shapes alone.
_PLAIN = frozenset(
    {"asarray", "from_dlpack", "finfo", "iinfo", "isdtype", "result_type", "can_cast", "broadcast_shapes",
     "__array_namespace_info__"}
)  # fmt: skip


def _bare(value: Any) -> Any:
    return value._held if isinstance(value, Array) else value


def _wrapped(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        given, named = _map((args, kwargs), _bare)
        found = function(*given, **named)
        return Array(found) if isinstance(found, np.ndarray) else found

    @functools.wraps(function)
    def through(*args: Any, **kwargs: Any) -> Any:
        return run(function, *args, **kwargs)

    return plain if name in _PLAIN else through


def _namespace(name: str, source: Any) -> types.ModuleType:
    made = types.ModuleType(name)
    for key in dir(source):
        value = getattr(source, key)
        if key.startswith("_") and not key.startswith("__array"):
            continue
        if isinstance(value, types.ModuleType):
            if key not in ("linalg", "fft"):
                continue
            value = _namespace(f"{name}.{key}", value)
        elif isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
            value = _wrapped(key, value)
        setattr(made, key, value)
    return made


_MODULE = _namespace("tracebox_xp", xp)


def names() -> dict[str, Any]:
    """What the namespace holds, by name."""
    return vars(_MODULE)
