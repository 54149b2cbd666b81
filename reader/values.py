"""Values at run time: what a type's value is in Python, and checks of one against the other. SPEC 10.2.

A tensor is an array of the engine; bfloat16 and float8 are unsigned integers of their size.
A list, tuple, dict or scalar is Python's own, an optional the value or None.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..schema import dims, dtypes
from ..schema.errors import TraceboxError
from ..schema.types import ContainerType, ScalarType, TensorType, Type, type_text

#: The name of the NumPy dtype that holds a dtype's elements.
STORED_AS: dict[str, str] = {dtype.name: dtype.numpy or f"uint{8 * dtype.itemsize}" for dtype in dtypes.ALL}


class Record:
    """A value of a declared record class; `fields` in declared order."""

    __slots__ = ("class_name", "fields")

    def __init__(self, class_name: str, fields: dict[str, Any]) -> None:
        self.class_name = class_name
        self.fields = fields

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(f"{self.class_name} has no field {name!r}") from None

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.class_name.rpartition('.')[2]}({inside})"


class Future:
    """The outcome of a forked call: `value`, or the `error` that ``wait`` raises. SPEC 5.12."""

    __slots__ = ("value", "error", "waited")

    def __init__(self, value: Any, error: TraceboxError | None) -> None:
        self.value = value
        self.error = error
        self.waited = False

    def begin(self) -> None:
        """Run the call, if that has not begun."""

    def join(self) -> None:
        """Wait until the call has ended."""

    def abandon(self) -> None:
        """As `join`, but a call that has not begun yet never does."""


def dtype_name(array: Any) -> str:
    """The name of an array's dtype as NumPy has it, whatever the namespace."""
    text = str(array.dtype)
    return text.rpartition(".")[2]


def tensor_text(array: Any) -> str:
    """An array's type in the text syntax, such as ``f32[3,4]``."""
    name = dtype_name(array)
    known = dtypes.BY_NUMPY.get(name)
    return f"{known.name if known else name}[{','.join(map(str, array.shape))}]"


def describe(value: Any, static: Type | None = None) -> str:
    """The type of a value with its real shapes, or for a scalar the value itself."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        if isinstance(static, TensorType) and static.dtype in dtypes.STORAGE:
            return f"{static.dtype}[{','.join(map(str, value.shape))}]"
        return tensor_text(value)
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, (list, tuple, dict)):
        kind = type(value).__name__
        return f"{type_text(static) if static is not None else kind} of {len(value)}"
    return type_text(static) if static is not None else type(value).__name__


def matches(value: Any, want: Type, symbols: dict[str, int]) -> bool:
    """Whether `value` is of type `want`; a symbol that has no value yet takes the one it meets."""
    if isinstance(want, TensorType):
        return _matches_tensor(value, want, symbols)
    if isinstance(want, ScalarType):
        return type(value) is _SCALARS[want.name]
    if isinstance(want, ContainerType):
        return _matches_container(value, want, symbols)
    return isinstance(value, Record) and value.class_name == want.name


def bind_sizes(value: Any, want: Type, symbols: dict[str, int]) -> None:
    """Give each symbol that stands alone in `want`, in tuples too, the first size it meets. SPEC 4.2.5."""
    if isinstance(want, TensorType):
        if want.shape is not None and hasattr(value, "shape") and len(value.shape) == len(want.shape):
            for size, dim in zip(value.shape, want.shape):
                name = dims.symbol_name(dim)
                if name is not None:
                    symbols.setdefault(name, int(size))
    elif isinstance(want, ContainerType) and want.kind == "tuple" and isinstance(value, tuple):
        for part, t in zip(value, want.items):
            bind_sizes(part, t, symbols)


_SCALARS: dict[str, type] = {
    "int": int,
    "float": float,
    "bool": bool,
    "complex": complex,
    "str": str,
    "none": type(None),
}


def _matches_tensor(value: Any, want: TensorType, symbols: dict[str, int]) -> bool:
    if not hasattr(value, "dtype"):
        return False
    if want.dtype is not None and dtype_name(value) != STORED_AS[want.dtype]:
        return False
    return want.shape is None or fits_shape(tuple(value.shape), want.shape, symbols)


def fits_shape(have: tuple[int, ...], want: tuple[dims.Dim, ...], symbols: dict[str, int]) -> bool:
    """Whether the sizes `have` are `want`; symbols that stand alone are bound first."""
    if len(have) != len(want):
        return False
    rest = []
    for size, dim in zip(have, want):
        if dim.__class__ is int:
            if dim != size:
                return False
        elif isinstance(dim, dims.Expr):
            name = dims.symbol_name(dim)
            if name is None:
                rest.append((size, dim))
            elif symbols.setdefault(name, size) != size:
                return False
    return all(_value_of(dim, symbols) == size for size, dim in rest)


def _value_of(dim: dims.Expr, symbols: dict[str, int]) -> int | None:
    try:
        return dims.evaluate(dim, symbols)
    except (KeyError, ZeroDivisionError):
        return None


def _matches_container(value: Any, want: ContainerType, symbols: dict[str, int]) -> bool:
    kind, items = want.kind, want.items
    if kind == "optional":
        return value is None or matches(value, items[0], symbols)
    if kind == "list":
        return type(value) is list and all(matches(item, items[0], symbols) for item in value)
    if kind == "tuple":
        return (
            type(value) is tuple
            and len(value) == len(items)
            and all(matches(item, t, symbols) for item, t in zip(value, items))
        )
    if kind == "dict":
        return type(value) is dict and all(
            matches(key, items[0], symbols) and matches(item, items[1], symbols)
            for key, item in value.items()
        )
    return isinstance(value, Future)


def arrays_in(value: Any) -> Iterator[Any]:
    """The arrays in a value, in order."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from arrays_in(item)
    elif isinstance(value, Record):
        yield from arrays_in(value.fields)
    elif hasattr(value, "dtype") and hasattr(value, "shape"):
        yield value
    elif isinstance(value, Future):
        yield from arrays_in(value.value)


def size_of(value: Any) -> int:
    """The bytes that a value keeps, for the limit on memory: a container counts 8 a place."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if isinstance(value, str):
        return 4 * len(value)
    if isinstance(value, (list, tuple)):
        return 8 * len(value)
    if isinstance(value, dict):
        return 16 * len(value)
    return 8


def owner(array: Any) -> Any:
    """The object whose memory an array looks into: itself, if it has its own."""
    base = getattr(array, "base", None)
    while base is not None:
        array = base
        base = getattr(array, "base", None)
    return array


def live_bytes(value: Any, seen: set[int]) -> int:
    """The bytes of a value and all that it holds; memory whose ``id`` is in `seen` counts no more."""
    total = 0
    todo = [value]
    while todo:
        value = todo.pop()
        if isinstance(value, Record):
            value = value.fields
        elif isinstance(value, Future):
            value = value.value
        if hasattr(value, "nbytes"):
            value = owner(value)
        if value is None or isinstance(value, (bool, int, float)) or id(value) in seen:
            continue
        seen.add(id(value))
        total += size_of(value)
        if isinstance(value, (list, tuple)):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
    return total
