"""`Module`: the base class of models that are written with tracebox in mind.

A module runs as plain NumPy. When it is traced, its array attributes become parameters,
its fields become state, and calls of its submodules stay calls.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from .context import active

F = TypeVar("F", bound=Callable[..., Any])


class FieldInfo:
    """A declared field: its initial value, and its shape where sizes vary."""

    __slots__ = ("initial", "shape")

    def __init__(self, initial: Any, shape: tuple[int | None, ...] | None) -> None:
        self.initial = initial
        self.shape = shape


def field(initial: Any, *, shape: Sequence[int | None] | None = None) -> Any:
    """Declare a field: state that calls read and write.

    Parameters
    ----------
    initial
        The value at the start of a session: an array, or a number, which becomes an array
        of shape ``()``.
    shape
        The shape that every value has, with None for sizes that vary. Left out: that of `initial`.

    Examples
    --------
    >>> class Counter(Module):
    ...     def __init__(self):
    ...         self.total = field(np.zeros(2))
    ...     def forward(self, x):
    ...         self.total = self.total + x
    ...         return self.total
    >>> count = Counter()
    >>> count(np.ones(2)), count(np.ones(2))
    (array([1., 1.]), array([2., 2.]))
    """
    return FieldInfo(np.asarray(initial), None if shape is None else tuple(shape))


def export(method: F) -> F:
    """Mark a method as one that callers of the program see; called in a trace, it stays a call."""

    @functools.wraps(method)
    def wrapper(self: Module, *args: Any, **kwargs: Any) -> Any:
        trace = active()
        if trace is None:
            return method(self, *args, **kwargs)
        from .units import call_method

        return call_method(trace, self, method.__name__, method, args, kwargs)

    wrapper.__tb_export__ = method  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


class Module:
    """Base class of models: parameters, state fields, submodules, exported methods.

    Array attributes are parameters. Attributes set to `field(initial)` are state. `forward`
    is what calling the module runs; methods marked with `export` can be traced beside it.
    Without a trace everything is plain NumPy.
    """

    _tb_fields: dict[str, FieldInfo]
    _tb_state: dict[str, Any]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What calling the module does."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        trace = active()
        if trace is None:
            return self.forward(*args, **kwargs)
        from .units import call_method

        return call_method(trace, self, "forward", type(self).forward, args, kwargs)

    def reset(self) -> None:
        """Put every field of this module and of those inside back to its initial value."""
        from .units import all_modules

        for module in all_modules(self):
            module.__dict__.get("_tb_state", {}).clear()

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, FieldInfo):
            self.__dict__.setdefault("_tb_fields", {})[name] = value
            self.__dict__.setdefault("_tb_state", {}).pop(name, None)
            self.__dict__.pop(name, None)
            return
        info = self.__dict__.get("_tb_fields", {}).get(name)
        if info is None:
            object.__setattr__(self, name, value)
            return
        trace = active()
        if trace is None:
            if value is not self._tb_state.get(name):  # as it is after self.name += x
                self._tb_state[name] = np.array(value)
            return
        from .fields import set_field

        set_field(trace, self, name, info, value)

    def __getattr__(self, name: str) -> Any:
        info = self.__dict__.get("_tb_fields", {}).get(name)
        if info is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        trace = active()
        if trace is not None:
            from .fields import read_field

            return read_field(trace, self, name, info)
        state = self._tb_state
        if name not in state:
            state[name] = np.array(info.initial)
        return state[name]
