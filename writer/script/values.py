"""What a scripted expression stands for while it is compiled.

Arrays are the tracer's. A Python number, str, tuple, function or module that is known when
the function is compiled stands for itself; the classes here are for what is not. Lists,
dicts and objects have identity, as in Python: two names may stand for one.
"""

from __future__ import annotations

import ast
import types
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    STR,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
    type_text,
)
from ..integral import SymbolicInt
from ..proxy import Proxy
from ..scope import Captured, Val

if TYPE_CHECKING:
    from .frames import Frame

#: The types of Python's numbers and strings; bool stands before int.
PYTHON: dict[type, ScalarType] = {bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR}
#: How types are called in messages.
WORDS = {"none": "None"}


_BIRTHS = count(1)


class Scalar:
    """A number, bool or str of the program."""

    __slots__ = ("val",)

    def __init__(self, val: Val) -> None:
        self.val = val

    @property
    def kind(self) -> str:
        """``int``, ``float``, ``bool``, ``complex`` or ``str``."""
        assert isinstance(self.val.type, ScalarType)
        return self.val.type.name

    def __repr__(self) -> str:
        return f"<{self.kind}>"

    def __bool__(self) -> bool:
        raise AssertionError("a scalar of the program has no truth while it is compiled")


class Optional:
    """A value that may be None."""

    __slots__ = ("val",)

    def __init__(self, val: Val) -> None:
        self.val = val

    @property
    def inside(self) -> Type:
        """The type of the value if it is not None."""
        assert isinstance(self.val.type, ContainerType)
        return self.val.type.items[0]


class FutureValue:
    """A call that was forked: `wait` gives its result."""

    __slots__ = ("task", "number")

    def __init__(self, task: Any) -> None:
        self.task = task
        #: Whether the result is a number, which comes out of the task as an array.
        self.number = False


class Named(ContainerType):
    """The tuple that a named tuple or an object is in the program, with its class and fields.

    It is equal to that of a plain tuple: the program has no names for it.
    """

    __slots__ = ("cls", "fields")

    def __init__(self, cls: type, fields: tuple[str, ...], items: tuple[Type, ...]) -> None:
        super().__init__("tuple", items)
        self.cls = cls
        self.fields = fields

    def of(self, items: tuple[Type, ...]) -> Named:
        return Named(self.cls, self.fields, items)


def class_of(t: Type) -> type | None:
    """The class that a type of the program stands for."""
    return t.cls if isinstance(t, Named) else None


class Box:
    """A mutable value with identity. `tainted` says why it cannot be changed in place any more."""

    __slots__ = ("tainted", "born")

    def __init__(self) -> None:
        self.tainted: str = ""
        #: Boxes are numbered as they are made.
        self.born = next(_BIRTHS)

    def content(self) -> Any:
        """What a change replaces."""
        raise NotImplementedError

    def restore(self, content: Any) -> None:
        """Put back what `content` gave."""
        raise NotImplementedError


def births() -> int:
    """A number greater than that of every box so far."""
    return next(_BIRTHS)


class ListBox(Box):
    """A list: of known length and any items (`items`), or a list of the program (`val`)."""

    __slots__ = ("items", "val")

    def __init__(self, items: list[Any] | None = None, val: Val | None = None) -> None:
        super().__init__()
        self.items = items
        self.val = val

    def content(self) -> Any:
        return (None if self.items is None else list(self.items), self.val)

    def restore(self, content: Any) -> None:
        items, self.val = content
        self.items = None if items is None else list(items)

    @property
    def value(self) -> Val:
        """The list of the program."""
        assert self.val is not None
        return self.val

    @property
    def item_type(self) -> Type:
        """The items' type, of a list of the program."""
        assert self.val is not None and isinstance(self.val.type, ContainerType)
        return self.val.type.items[0]


class DictBox(Box):
    """A dict: of known keys (`items`), or a dict of the program (`val`)."""

    __slots__ = ("items", "val")

    def __init__(self, items: dict[Any, Any] | None = None, val: Val | None = None) -> None:
        super().__init__()
        self.items = items
        self.val = val

    def content(self) -> Any:
        return (None if self.items is None else dict(self.items), self.val)

    def restore(self, content: Any) -> None:
        items, self.val = content
        self.items = None if items is None else dict(items)

    @property
    def value(self) -> Val:
        """The dict of the program."""
        assert self.val is not None
        return self.val

    @property
    def types(self) -> tuple[Type, Type]:
        """The types of keys and values, of a dict of the program."""
        assert self.val is not None and isinstance(self.val.type, ContainerType)
        key, value = self.val.type.items
        return key, value


class ObjectBox(Box):
    """An instance of a dataclass or simple class that the program makes."""

    __slots__ = ("cls", "fields")

    def __init__(self, cls: type, fields: dict[str, Any]) -> None:
        super().__init__()
        self.cls = cls
        self.fields = fields

    def content(self) -> Any:
        return dict(self.fields)

    def restore(self, content: Any) -> None:
        self.fields = dict(content)


class Closure:
    """A lambda or nested function: its source, and the variables around it."""

    __slots__ = ("node", "frame", "defaults", "name")

    def __init__(
        self, node: ast.Lambda | ast.FunctionDef, frame: Frame, defaults: dict[str, Any], name: str
    ) -> None:
        self.node = node
        self.frame = frame
        self.defaults = defaults
        self.name = name


class BoundMethod:
    """A method of a value, about to be called."""

    __slots__ = ("owner", "name")

    def __init__(self, owner: Any, name: str) -> None:
        self.owner = owner
        self.name = name


class Partial:
    """A function with some of its arguments."""

    __slots__ = ("function", "args", "kwargs")

    def __init__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs


class Super:
    """``super(cls, value)``."""

    __slots__ = ("cls", "value")

    def __init__(self, cls: type, value: Any) -> None:
        self.cls = cls
        self.value = value


class Sequence:
    """What a loop runs over: how many items, and the one at an index.

    `length` is an int where it is known, else an int of the program; `item` takes a Python
    int or a `Scalar`. `of` are lists that it shows. An iterator is run
    over once, in as many loops as are around the place where it was made.
    """

    __slots__ = ("length", "item", "unrolled", "of", "loops", "used")

    def __init__(self, length: Any, item: Any, *, unrolled: bool, of: tuple[Any, ...] = ()) -> None:
        self.length = length
        self.item = item
        self.of = of
        self.loops: int | None = None
        self.used = False
        #: Whether each item is a value of its own, so that a loop over them is written out.
        self.unrolled = unrolled


def is_array(value: object) -> bool:
    """Whether `value` is an array, of the program or not; NumPy's numbers are."""
    return isinstance(value, (Proxy, np.ndarray, np.generic))


def scalar_kind(value: object) -> str | None:
    """``int float bool complex str`` for such values, known or not; else None."""
    if isinstance(value, Scalar):
        return value.kind
    if isinstance(value, SymbolicInt):
        return "int"
    if isinstance(value, np.generic):
        return None
    for python, t in PYTHON.items():
        if isinstance(value, python):
            return t.name
    return None


def is_known(value: object) -> bool:
    """Whether a number or str is known when the function is compiled."""
    return not isinstance(value, (Scalar, SymbolicInt)) and scalar_kind(value) is not None


def describe(value: Any) -> str:
    """A value's type in the user's words."""
    if value is None:
        return "None"
    if isinstance(value, Proxy):
        source = value._source
        if isinstance(source, Captured):
            return f"array {source.array.dtype}{list(source.array.shape)}"
        return f"array {type_text(source.scope.symbols.resolve_type(source.type))}"
    if isinstance(value, (np.ndarray, np.generic)):
        return f"array {value.dtype}{list(value.shape)}"
    kind = scalar_kind(value)
    if kind is not None:
        return kind
    if isinstance(value, Optional):
        return f"{describe_type(value.inside)} or None"
    if isinstance(value, ListBox):
        if value.val is not None:
            return describe_type(value.val.type)
        n = len(value.items or ())
        return f"list of {n} item{'' if n == 1 else 's'}"
    if isinstance(value, DictBox):
        return describe_type(value.val.type) if value.val is not None else "dict"
    if isinstance(value, tuple):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, ObjectBox):
        return value.cls.__name__
    if isinstance(value, (Closure, BoundMethod, Partial)):
        return "function"
    if isinstance(value, FutureValue):
        return "task"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, types.ModuleType):
        return f"the module {value.__name__}"
    value = getattr(value, "__wrapped__", value)
    name = getattr(value, "__name__", None)
    if callable(value) and name:
        module = getattr(value, "__module__", None) or ""
        return f"the function {name if module in ('builtins', '__main__', '') else f'{module}.{name}'}"
    return type(value).__name__


def describe_type(t: Type) -> str:
    """A type in the user's words."""
    if isinstance(t, TensorType):
        return f"array {type_text(t)}"
    if isinstance(t, ContainerType) and t.kind == "optional":
        return f"{describe_type(t.items[0])} or None"
    cls = class_of(t)
    if cls is not None:
        return cls.__name__
    if isinstance(t, ContainerType):
        return f"{t.kind}[{', '.join(map(describe_type, t.items))}]"
    return type_text(t)


def is_tensor(t: Type) -> bool:
    return isinstance(t, TensorType)
