"""The methods and operators of traced arrays, after ndarray's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import creation, linear, ordering, parts, shaping, texts
from . import elementwise as ew
from .numpy_functions import FUNCTIONS, reshape_in_order
from .promote import convert, is_operand
from .proxy import Proxy
from .suggest import missing_attribute, unsupported

_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
}
_COMPARISON = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


def _operand(value: Any) -> Any:
    return creation.asarray(value) if isinstance(value, (list, tuple)) else value


def _binary(ufunc: str) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, other: Any) -> Any:
        other = _operand(other)
        return ew.elementwise(ufunc, self, other) if is_operand(other) else NotImplemented

    return operate


def _reflected(ufunc: str) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, other: Any) -> Any:
        other = _operand(other)
        return ew.elementwise(ufunc, other, self) if is_operand(other) else NotImplemented

    return operate


def _in_place(ufunc: str) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, other: Any) -> Any:
        other = _operand(other)
        if not is_operand(other):
            return NotImplemented
        found = linear.matmul(self, other) if ufunc == "matmul" else ew.elementwise(ufunc, self, other)
        if not np.can_cast(found.dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"Cannot cast ufunc '{ufunc}' output from {found.dtype!r} to {self.dtype!r} "
                "with casting rule 'same_kind'"
            )
        self._replace(shaping.broadcast_to(convert(found, self.dtype), self.shape))
        return self

    return operate


def _unary(ufunc: str) -> Callable[[Proxy], Any]:
    return lambda self: ew.elementwise(ufunc, self)


def _matmul(self: Proxy, other: Any) -> Any:
    other = _operand(other)
    return linear.matmul(self, other) if is_operand(other) else NotImplemented


def _rmatmul(self: Proxy, other: Any) -> Any:
    other = _operand(other)
    return linear.matmul(other, self) if is_operand(other) else NotImplemented


def _divmod(self: Proxy, other: Any) -> Any:
    return ew.elementwise("floor_divide", self, other), ew.elementwise("remainder", self, other)


def _power(self: Proxy, other: Any, modulo: Any = None) -> Any:
    return ew.elementwise("power", self, other) if is_operand(other) else NotImplemented


for _name, _ufunc in _BINARY.items():
    setattr(Proxy, f"__{_name}__", _binary(_ufunc))
    setattr(Proxy, f"__r{_name}__", _reflected(_ufunc))
    setattr(Proxy, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in _COMPARISON.items():
    setattr(Proxy, f"__{_name}__", _binary(_ufunc))
for _name, _ufunc in _UNARY.items():
    setattr(Proxy, f"__{_name}__", _unary(_ufunc))
Proxy.__hash__ = None  # type: ignore[assignment]
_MATRIX: dict[str, Callable[..., Any]] = {
    "__matmul__": _matmul,
    "__rmatmul__": _rmatmul,
    "__imatmul__": _in_place("matmul"),
    "__divmod__": _divmod,
    "__pow__": _power,
    "__str__": texts.text,
    "__format__": texts.formatted,
    "__round__": texts.rounded,
    "__floor__": texts.floor,
    "__ceil__": texts.ceil,
    "__trunc__": texts.trunc,
}
for _name, _method in _MATRIX.items():
    setattr(Proxy, _name, _method)


def _shape_args(args: tuple[Any, ...]) -> Any:
    return args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args


def _astype(
    self: Proxy, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    if not np.can_cast(self.dtype, dtype, casting):  # type: ignore[arg-type]
        raise TypeError(
            f"Cannot cast array data from {self.dtype!r} to {np.dtype(dtype)!r} by rule {casting!r}"
        )
    return FUNCTIONS["astype"](self, dtype, copy)


def _conjugate(self: Proxy) -> Any:
    return ew.elementwise("conjugate", self) if self.dtype.kind == "c" else self


def _reshape(self: Proxy, *shape: Any, order: str | None = "C", copy: Any = None) -> Any:
    return reshape_in_order(self, _shape_args(shape), order, copy)


def _ravel(self: Proxy, order: str | None = "C") -> Any:
    return reshape_in_order(self, (-1,), order)


def _transpose(self: Proxy, *axes: Any) -> Any:
    order = _shape_args(axes)
    return shaping.transpose(self, order if order and order[0] is not None else None)


def _flatten(self: Proxy, order: str | None = "C") -> Any:
    return reshape_in_order(self, (-1,), order).copy()


def _sort(self: Proxy, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> None:
    self._replace(ordering.sort(self, axis))


def _fill(self: Proxy, value: Any) -> None:
    self[...] = value


def _view(self: Proxy, dtype: Any = None, type: Any = None) -> Any:
    if dtype is not None and np.dtype(dtype) != self.dtype:
        raise unsupported("view", "astype, which converts; bits are not read as another dtype")
    return self[...]


def _as(name: str) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: _plain(FUNCTIONS[name], self, args, kwargs)


def _plain(function: Any, self: Proxy, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for name in ("out", "where", "order"):
        if kwargs.get(name) is not None:
            raise unsupported(f"a method with {name}=")
        kwargs.pop(name, None)
    return function(self, *args, **kwargs)


#: Methods that are the function of the same name.
_SAME = (
    "sum", "prod", "max", "min", "mean", "var", "std", "any", "all", "argmax", "argmin", "cumsum",
    "cumprod", "clip", "round", "swapaxes", "squeeze", "repeat", "dot", "take", "argsort", "nonzero",
    "diagonal", "trace", "searchsorted", "choose", "argpartition", "put",
)  # fmt: skip

for _name in _SAME:
    setattr(Proxy, _name, _as(_name))
_OWN: dict[str, Callable[..., Any]] = {
    "astype": _astype,
    "reshape": _reshape,
    "transpose": _transpose,
    "flatten": _flatten,
    "ravel": _ravel,
    "sort": _sort,
    "fill": _fill,
    "partition": lambda self, kth, axis=-1, **_: _sort(self, axis),
    "compress": lambda self, condition, axis=None: FUNCTIONS["compress"](condition, self, axis),
    "view": _view,
    "conj": _conjugate,
    "conjugate": _conjugate,
}
for _name, _method in _OWN.items():
    setattr(Proxy, _name, _method)
for _name, _property in {
    "T": property(shaping.transpose),
    "mT": property(linear.matrix_transpose),
    "flat": property(shaping.ravel),
    "real": parts.REAL,
    "imag": parts.IMAG,
}.items():
    setattr(Proxy, _name, _property)


def missing(name: str) -> AttributeError:
    """The error for an attribute that traced arrays have not."""
    if name.startswith("__"):
        return AttributeError(name)
    return missing_attribute(name, [known for known in dir(Proxy) if not known.startswith("_")])
