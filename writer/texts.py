"""What asks a traced array for a Python str or a rounded number."""

from __future__ import annotations

from typing import Any

import numpy as np

from .apply import apply
from .context import active
from .guards import freeze_number
from .integral import SymbolicInt
from .proxy import Proxy
from .scope import Captured


def text(x: Proxy) -> str:
    """``str(x)`` and ``print(x)``: not the numbers, which no program knows before it runs."""
    trace, _ = x._now()
    said = repr(x)
    trace.freeze(
        "value",
        f"{said} is turned into text, which says no more than this",
        "print repr(x) to look at it; for a number that must be the same in every call use x.item()",
        guarded=False,
    )
    return said


def formatted(x: Proxy, spec: str) -> str:
    """``f"{x:.2f}"``: the number, frozen."""
    if not spec:
        return text(x)
    if x.ndim:
        raise TypeError("unsupported format string passed to an array that is no single number")
    trace, value = x._now()
    remedy = "print repr(x) to look at it; the text is part of no program"
    return format(freeze_number(trace, value, "value", "the text", remedy), spec)


def rounded(x: Proxy, digits: int | None = None) -> Any:
    """``round(x)``: an int, frozen; with digits an array."""
    if digits is not None:
        return x.round(digits)
    return int(_whole(x, "round", "the rounded number", "np.round(x)"))


def floor(x: Proxy) -> int:
    """``math.floor(x)``: an int, frozen."""
    return int(_whole(x, "floor", "the floor", "np.floor(x)"))


def ceil(x: Proxy) -> int:
    """``math.ceil(x)``: an int, frozen."""
    return int(_whole(x, "ceil", "the ceiling", "np.ceil(x)"))


def trunc(x: Proxy) -> int:
    """``math.trunc(x)``: an int, frozen."""
    return int(_whole(x, "trunc", "the whole part", "np.trunc(x)"))


def _whole(x: Proxy, op: str, what: str, instead: str) -> Any:
    made = apply(op, x) if x.dtype.kind == "f" else x
    trace, value = made._now()
    return freeze_number(trace, value, "int", what, f"use {instead}, which stays an array")


def is_instance(value: Any, classes: Any) -> bool:
    """``isinstance`` for traced code: a symbolic size is an int, a computed array of shape () a number."""
    if isinstance(value, classes):
        return True
    if active() is None:
        return False
    if isinstance(value, SymbolicInt):
        return isinstance(0, classes)
    if isinstance(value, Proxy) and not value.ndim and not isinstance(value._source, Captured):
        source = value._source
        if all(source is not param for param in source.scope.params):
            return isinstance(np.zeros((), value.dtype)[()], classes)
    return False


def _as_type(value: Any) -> Any:
    """``type(value)`` for traced code."""
    if active() is not None and isinstance(value, SymbolicInt):
        return int
    if active() is not None and isinstance(value, Proxy):
        number = not value.ndim and is_instance(value, np.generic)
        return value.dtype.type if number else np.ndarray
    return type(value)


class _Meta(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return _as_type(args[0]) if len(args) == 1 else type(*args, **kwargs)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, type)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, type)


class Type(metaclass=_Meta):
    """``type`` for traced code: a symbolic size is an int, a traced array a NumPy array."""


#: What stands for names of `builtins` in the globals of traced code.
BUILTINS: dict[str, Any] = {"isinstance": is_instance, "type": Type}
