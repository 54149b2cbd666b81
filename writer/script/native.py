"""Functions of NumPy and the tracer, called in scripts: the way of values there and back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...schema import dims
from ..ghosts import made_up
from ..integral import size
from ..intercept import REPLACEMENTS
from ..numpy_functions import dispatch
from ..proxy import Proxy
from ..scope import Step
from . import rules
from .core import Core
from .values import (
    Closure,
    DictBox,
    ListBox,
    Optional,
    Scalar,
    describe,
)

_PACKAGE = __name__.partition(".")[0]

#: Functions of NumPy whose ints are sizes.
SIZES = frozenset(
    {"zeros", "ones", "empty", "full", "reshape", "broadcast_to", "eye", "tile", "identity", "repeat",
     "arange", "linspace", "tri", "roll"}
)  # fmt: skip


#: Functions that make arrays of numbers alone: the program makes them, too.
MADE = frozenset({"zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace"})


class Native(Core):
    """Calls of functions that take traced arrays."""

    def is_native(self, function: Any) -> bool:
        """Whether a function takes traced arrays as they are: NumPy's, and the tracer's own."""
        if isinstance(function, np.ufunc) or id(function) in REPLACEMENTS:
            return True
        module = getattr(getattr(function, "__wrapped__", function), "__module__", None) or ""
        own = module.startswith(f"{_PACKAGE}.") and not module.startswith(__package__ or "")
        return own or module.partition(".")[0] == "numpy"

    def native_call(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of NumPy's or the tracer's."""
        function = REPLACEMENTS.get(id(function), function)
        sizes = getattr(function, "__name__", "") in SIZES
        made = [
            self.native(arg, size=sizes and not (i == 1 and function.__name__ == "full"))
            for i, arg in enumerate(args)
        ]
        named = {key: self.native(value, size=sizes and key != "fill_value") for key, value in kwargs.items()}
        original = getattr(function, "__wrapped__", function)
        module = getattr(original, "__module__", None) or ""
        if getattr(original, "__name__", "") in MADE and module.partition(".")[0] == "numpy":
            return self.called(lambda: dispatch(original, tuple(made), named))
        return self.called(lambda: function(*made, **named))

    def native(self, value: Any, *, size: bool = False) -> Any:
        """A value as the tracer's functions take it: numbers of the program become arrays that give way."""
        if isinstance(value, Scalar):
            if value.kind == "int" and size:
                return self.size_of(value)
            return self.array_of(value)
        if isinstance(value, Optional):
            hint = "compare it with None first: if x is not None: ..."
            raise self.fail(rules.OPTIONAL, got=describe(value), hint=hint)
        if isinstance(value, tuple):
            items = [self.native(item, size=size) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        if isinstance(value, ListBox):
            if value.items is None:
                return self.stacked(value)
            return [self.native(item, size=size) for item in value.items]
        if isinstance(value, DictBox) and value.items is not None:
            return {key: self.native(item, size=size) for key, item in value.items.items()}
        if isinstance(value, Closure):
            return functools.partial(self._call_back, value)
        if size and isinstance(value, Proxy) and not value.ndim and value.dtype.kind in "iu":
            return self.size_of(Scalar(self.trace.op("item", (value._value(self.trace),), {})[0]))
        if isinstance(value, slice):
            return slice(*(self.native(part, size=size) for part in (value.start, value.stop, value.step)))
        return value

    def _call_back(self, closure: Closure, *args: Any, **kwargs: Any) -> Any:
        """A function of the script, called by one of the tracer's."""
        return self.native(self.call_function(closure, tuple(map(self.taken, args)), kwargs))

    def taken(self, value: Any) -> Any:
        """What a function of the tracer's gives, as the compiler has it: lists get identity."""
        if isinstance(value, list):
            return ListBox([self.taken(item) for item in value])
        if type(value) is dict:
            return DictBox({key: self.taken(item) for key, item in value.items()})
        if type(value) is tuple:
            return tuple(map(self.taken, value))
        if type(value) is np.ndarray:  # traced arrays pass isinstance
            return Proxy(self.trace, self.trace.array(value))
        return value

    def array_of(self, value: Scalar) -> Proxy:
        """A number of the program as an array of shape (), which gives way in promotion."""
        dtype = {"int": "i64", "float": "f64", "bool": "bool", "complex": "c128"}.get(value.kind)
        if dtype is None:
            raise self.fail(rules.OPERAND, got="a str", expected="a number or an array")
        local = self.trace.local(value.val)
        (made,) = self.trace.op("from_scalar", [local], {"dtype": dtype})
        return Proxy(self.trace, made, weak=True)

    def size_of(self, value: Scalar) -> Any:
        """An int of the program as a size; the program refuses a negative one."""
        local = self.trace.local(value.val)
        made = self.trace.scope.symbols.new("n", made_up(), fresh=True)
        self.trace.add(Step("bind", "", [local], {"symbol": str(dims.symbol_name(made))}))
        self.trace.scope.sizes[made] = local
        return size(self.trace, made)

    def stacked(self, value: ListBox) -> Any:
        """A list of the program, as one array."""
        return self.prelude("stacked", value)

    def call_function(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call anything that can be called."""
        raise NotImplementedError

    def called(self, run: Callable[[], Any]) -> Any:
        """Run the tracer's code."""
        raise NotImplementedError
