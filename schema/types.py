"""The types of values, their text form, and the relations between them. SPEC 4.3."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import dims, limits
from .dims import Dim
from .labels import TYPE_SIZE

#: How deep container types nest, and how many types one is made of, itself included. SPEC 4.3.3.
MAX_DEPTH = limits.TYPE_NESTING
MAX_PARTS = limits.TYPE_PARTS
#: The most dimensions that a tensor has. SPEC 4.3.1.
MAX_RANK = limits.RANK


class TensorType:
    """A tensor: `dtype` by name or None if unknown, `shape` or None if the rank is unknown."""

    __slots__ = ("dtype", "shape", "_hash")

    def __init__(self, dtype: str | None, shape: tuple[Dim, ...] | None) -> None:
        if shape is not None and len(shape) > MAX_RANK:
            raise TYPE_SIZE.fail(expected=f"at most {MAX_RANK} dimensions", got=str(len(shape)))
        self.dtype = dtype
        self.shape = shape
        self._hash = hash((dtype, shape))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorType) and self.dtype == other.dtype and self.shape == other.shape

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return type_text(self)


class ScalarType:
    """``int``, ``float``, ``bool``, ``complex``, ``str`` or ``none``. Compare with ``is``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class ContainerType:
    """``optional[A]``, ``list[A]``, ``dict[K, V]``, ``tuple[A, ...]`` or ``future[A]``."""

    __slots__ = ("kind", "items", "depth", "parts", "_hash")

    def __init__(self, kind: str, items: tuple[Type, ...]) -> None:
        self.kind = kind
        self.items = items
        self.depth = self.parts = 1
        for item in items:
            if isinstance(item, ContainerType):
                self.depth = max(self.depth, item.depth + 1)
                self.parts += item.parts
            else:
                self.parts += 1
        if self.depth > MAX_DEPTH or self.parts > MAX_PARTS:
            raise TYPE_SIZE.fail(kind, got=f"{self.depth} levels, {self.parts} types")
        self._hash = hash((kind, items))

    def of(self, items: tuple[Type, ...]) -> ContainerType:
        """The same sort of container, of other items."""
        return ContainerType(self.kind, items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContainerType) and self.kind == other.kind and self.items == other.items

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return type_text(self)


class ClassType:
    """A record or an object of the declared class `name` (qualified, as in ``pkg.Point``)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClassType) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name


Type = TensorType | ScalarType | ContainerType | ClassType

INT = ScalarType("int")
FLOAT = ScalarType("float")
BOOL = ScalarType("bool")
COMPLEX = ScalarType("complex")
STR = ScalarType("str")
NONE = ScalarType("none")
SCALARS: dict[str, ScalarType] = {t.name: t for t in (INT, FLOAT, BOOL, COMPLEX, STR, NONE)}

#: Kinds of containers and how many items each has; None is any number.
CONTAINERS: dict[str, int | None] = {"optional": 1, "list": 1, "dict": 2, "tuple": None, "future": 1}

#: What a dict may be keyed by. SPEC 4.3.4.
KEYS = (INT, FLOAT, BOOL, STR)


def tensor(dtype: str | None, shape: Iterable[Dim] | None) -> TensorType:
    return TensorType(dtype, None if shape is None else tuple(shape))


def list_of(item: Type) -> ContainerType:
    return ContainerType("list", (item,))


def dict_of(key: Type, value: Type) -> ContainerType:
    return ContainerType("dict", (key, value))


def tuple_of(*items: Type) -> ContainerType:
    return ContainerType("tuple", items)


def optional(item: Type) -> ContainerType:
    return ContainerType("optional", (item,))


def future(item: Type) -> ContainerType:
    return ContainerType("future", (item,))


def type_text(t: Type) -> str:
    """The type in the text syntax, such as ``f32[B,3]`` or ``list[tuple[int,?[...]]]``."""
    if isinstance(t, TensorType):
        shape = "..." if t.shape is None else ",".join(map(dims.dim_text, t.shape))
        return f"{t.dtype or '?'}[{shape}]"
    if isinstance(t, ContainerType):
        return f"{t.kind}[{','.join(map(type_text, t.items))}]"
    return t.name


def walk(t: Type) -> Iterable[Type]:
    """`t` and the types inside it, outermost first."""
    yield t
    if isinstance(t, ContainerType):
        for item in t.items:
            yield from walk(item)


def symbols_of(t: Type) -> list[str]:
    """The symbols that occur in `t`, in the order of the text."""
    found: dict[str, None] = {}
    for part in walk(t):
        if isinstance(part, TensorType):
            for dim in part.shape or ():
                found.update(dict.fromkeys(dims.symbols_of(dim)))
    return list(found)


def map_dims(t: Type, change: Callable[[Dim], Dim]) -> Type:
    """`t` with `change` applied to each dimension."""
    if isinstance(t, TensorType):
        return t if not t.shape else TensorType(t.dtype, tuple(map(change, t.shape)))
    if isinstance(t, ContainerType):
        return t.of(tuple(map_dims(item, change) for item in t.items))
    return t


def substitute(t: Type, replace: Callable[[str], Dim]) -> Type:
    """`t` with each symbol replaced."""
    return map_dims(t, lambda dim: dims.substitute(dim, replace))


def accepts(want: Type, have: Type) -> bool | None:
    """Whether a value of type `have` may stand where `want` is asked, without a conversion.

    True: always. False: never. None: where a check at run time says so, because a
    dimension, rank or dtype is unknown on either side or two expressions differ in form.
    """
    if isinstance(want, TensorType) and isinstance(have, TensorType):
        return _accepts_tensor(want, have)
    if isinstance(want, ContainerType) and isinstance(have, ContainerType):
        if want.kind != have.kind or len(want.items) != len(have.items):
            return False
        return _all(accepts(a, b) for a, b in zip(want.items, have.items))
    return want == have


def _accepts_tensor(want: TensorType, have: TensorType) -> bool | None:
    answers: list[bool | None] = []
    if want.dtype is not None:
        answers.append(None if have.dtype is None else want.dtype == have.dtype)
    if want.shape is not None:
        if have.shape is None:
            answers.append(None)
        elif len(want.shape) != len(have.shape):
            answers.append(False)
        else:
            for a, b in zip(want.shape, have.shape):
                answers.append(True if isinstance(a, dims.Unknown) else dims.equal(a, b))
    return _all(answers)


def _all(answers: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def join(a: Type, b: Type) -> Type | None:
    """The least type that accepts both, or None. SPEC 4.3.6."""
    if isinstance(a, TensorType) and isinstance(b, TensorType):
        dtype = a.dtype if a.dtype == b.dtype else None
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            return TensorType(dtype, None)
        shape = tuple(x if dims.equal(x, y) else dims.UNKNOWN for x, y in zip(a.shape, b.shape))
        return TensorType(dtype, shape)
    if isinstance(a, ContainerType) and isinstance(b, ContainerType):
        if a.kind != b.kind or len(a.items) != len(b.items):
            return None
        items = [join(x, y) for x, y in zip(a.items, b.items)]
        return None if None in items else a.of(tuple(i for i in items if i is not None))
    return a if a == b else None
