"""What two values have in common: the structure, and the types of what differs. SPEC 4.3.6.

Where paths meet, and from turn to turn of a loop, a variable has one `Template`: its parts
that are the same, and leaves that the program carries as values of one type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...schema import dims
from ...schema.dims import Dim
from ...schema.types import (
    NONE,
    ContainerType,
    TensorType,
    Type,
    dict_of,
    list_of,
    map_dims,
    optional,
)
from ...schema.types import join as join_types
from ..proxy import Proxy
from .values import (
    PYTHON,
    Box,
    DictBox,
    ListBox,
    ObjectBox,
    Optional,
    Scalar,
    class_of,
    describe,
    describe_type,
    is_array,
    scalar_kind,
)

Wrap = Callable[[Any, Type], Any]


class Mismatch(Exception):
    """Two values that no template fits; the text says why."""


class Template:
    """The structure of a value. `leaves` gives what it carries of one, `build` puts one together."""

    def types(self) -> Iterator[Type]:
        """The types of the leaves."""
        raise NotImplementedError

    def leaves(self, value: Any) -> Iterator[Any]:
        """What is carried of `value`, in the same order."""
        raise NotImplementedError

    def build(self, values: Iterator[Any], wrap: Wrap) -> Any:
        """The value that has `values` as its leaves."""
        raise NotImplementedError


class Same(Template):
    """What is the same on every path, and known when the program is compiled."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def types(self) -> Iterator[Type]:
        return iter(())

    def leaves(self, value: Any) -> Iterator[Any]:
        return iter(())

    def build(self, values: Iterator[Any], wrap: Wrap) -> Any:
        return self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and (self.value is other.value or same_known(self.value, other.value))

    __hash__ = None  # type: ignore[assignment]


class Leaf(Template):
    """A value of the program. `weak` arrays give way in promotion."""

    def __init__(self, t: Type, *, weak: bool = False) -> None:
        self.type = t
        self.weak = weak

    def types(self) -> Iterator[Type]:
        yield self.type

    def leaves(self, value: Any) -> Iterator[Any]:
        yield value

    def build(self, values: Iterator[Any], wrap: Wrap) -> Any:
        found = wrap(next(values), self.type)
        if self.weak and isinstance(found, Proxy):
            found._weak = True
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and self.type == other.type and self.weak == other.weak

    __hash__ = None  # type: ignore[assignment]


def is_optional(template: Template) -> bool:
    """Whether a template carries a value that may be None."""
    t = template.type if isinstance(template, Leaf) else None
    return isinstance(t, ContainerType) and t.kind == "optional"


class Parts(Template):
    """A tuple, list, dict or object of known structure. `cls` is its class."""

    def __init__(self, cls: type, keys: tuple[Any, ...], parts: list[Template]) -> None:
        self.cls = cls
        self.keys = keys
        self.parts = parts

    def types(self) -> Iterator[Type]:
        for part in self.parts:
            yield from part.types()

    def leaves(self, value: Any) -> Iterator[Any]:
        for part, inner in zip(self.parts, parts_of(value)):
            yield from part.leaves(inner)

    def build(self, values: Iterator[Any], wrap: Wrap) -> Any:
        return rebuilt(self.cls, self.keys, [part.build(values, wrap) for part in self.parts])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Parts)
            and (self.cls, self.keys) == (other.cls, other.keys)
            and self.parts == other.parts
        )

    __hash__ = None  # type: ignore[assignment]


def rebuilt(cls: type, keys: tuple[Any, ...], parts: list[Any]) -> Any:
    """A tuple, list, dict or object of these parts."""
    if cls is ListBox:
        return ListBox(parts)
    if cls is DictBox:
        return DictBox(dict(zip(keys, parts)))
    if issubclass(cls, tuple):
        return cls(*parts) if hasattr(cls, "_fields") else tuple(parts)
    return ObjectBox(cls, dict(zip(keys, parts)))


def known_parts(value: Any, content: Callable[[Any], Any]) -> tuple[type, tuple[Any, ...], list[Any]] | None:
    """Class, keys and parts of a value of known structure; `content` gives what a box holds."""
    if isinstance(value, tuple):
        return type(value), (len(value),), list(value)
    if isinstance(value, ListBox):
        items = content(value)[0]
        return None if items is None else (ListBox, (len(items),), list(items))
    if isinstance(value, DictBox):
        items = content(value)[0]
        return None if items is None else (DictBox, tuple(items), list(items.values()))
    if isinstance(value, ObjectBox):
        fields = content(value)
        return value.cls, tuple(fields), list(fields.values())
    return None


def parts_of(value: Any) -> list[Any]:
    """The parts of a value of known structure."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, ListBox):
        return list(value.items or ())
    if isinstance(value, DictBox):
        return list((value.items or {}).values())
    assert isinstance(value, ObjectBox)
    return list(value.fields.values())


def same_known(a: Any, b: Any) -> bool:
    """Whether two known numbers or strings are the same, to the bit."""
    if type(a) is not type(b) or scalar_kind(a) is None or isinstance(a, Scalar):
        return False
    if isinstance(a, float):
        return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)
    if isinstance(a, complex):
        return repr(a) == repr(b)
    return bool(type(a) in PYTHON and a == b)


class Widening:
    """Makes templates. `visible` says whether a symbol may stand in a type that leaves a block."""

    def __init__(
        self,
        visible: Callable[[str], bool],
        type_of: Callable[[Any], Type],
        outside: Callable[[Any], bool],
    ) -> None:
        self.visible = visible
        self._type_of = type_of
        #: Whether a box was there before: as a part on both sides it stays the one that it is.
        self.outside = outside

    def type_of(self, value: Any) -> Type:
        """The type of a value as it is seen outside of the block."""
        return map_dims(self._type_of(value), self._dim)

    def _dim(self, dim: Dim) -> Dim:
        return dim if all(map(self.visible, dims.symbols_of(dim))) else dims.UNKNOWN

    def one(self, value: Any, *, loose: bool) -> Template:
        """The template of one value; `loose` lets its numbers vary."""
        return self.widen(value, value, loose=loose)

    def widen(self, a: Any, b: Any, *, loose: bool = False) -> Template:
        """The template of two values.

        Raises
        ------
        Mismatch
            They have nothing in common that could be carried.
        """
        if a is None and b is None:
            return Same(None)
        if a is None or b is None or isinstance(a, Optional) or isinstance(b, Optional):
            return self._optional(a, b)
        if is_array(a) and is_array(b):
            return self._arrays(a, b)
        kinds = scalar_kind(a), scalar_kind(b)
        if kinds[0] is not None and kinds[1] is not None:
            if kinds[0] != kinds[1]:
                raise Mismatch(f"{describe(a)} and {describe(b)}")
            if not loose and same_known(a, b):
                return Same(a)
            return Leaf(self.type_of(a))
        if isinstance(a, tuple) and isinstance(b, tuple) and type(a) is type(b):
            return self._same_parts(a, b, type(a), (), loose)
        if isinstance(a, ListBox) and isinstance(b, ListBox):
            return self._lists(a, b, loose)
        if isinstance(a, DictBox) and isinstance(b, DictBox):
            return self._dicts(a, b, loose)
        if isinstance(a, ObjectBox) and isinstance(b, ObjectBox) and a.cls is b.cls:
            if a.fields.keys() != b.fields.keys():
                raise Mismatch(
                    f"{describe(a)} with the fields {', '.join(a.fields)} and {', '.join(b.fields)}"
                )
            aligned = ObjectBox(b.cls, {key: b.fields[key] for key in a.fields})
            return self._same_parts(a, aligned, a.cls, tuple(a.fields), loose)
        if a is b or (type(a) is type(b) and not isinstance(a, (ListBox, DictBox)) and _equal(a, b)):
            return Same(a)
        raise Mismatch(f"{describe(a)} and {describe(b)}")

    def _arrays(self, a: Any, b: Any) -> Template:
        ours, theirs = self.type_of(a), self.type_of(b)
        found = join_types(ours, theirs)
        assert isinstance(found, TensorType)
        if found.dtype is None or found.shape is None:
            raise Mismatch(f"{describe(a)} and {describe(b)}")
        weak = all(isinstance(v, Proxy) and v._weak for v in (a, b))
        return Leaf(found, weak=weak)

    def _optional(self, a: Any, b: Any) -> Template:
        inside = [v.inside if isinstance(v, Optional) else self.type_of(v) for v in (a, b) if v is not None]
        t = inside[0] if len(inside) == 1 else join_types(*inside)
        if t is None or t is NONE:
            raise Mismatch(f"{describe(a)} and {describe(b)}")
        return Leaf(optional(map_dims(t, self._dim)))

    def _same_parts(self, a: Any, b: Any, cls: type, keys: tuple[Any, ...], loose: bool) -> Template:
        ours, theirs = parts_of(a), parts_of(b)
        if len(ours) != len(theirs):
            raise Mismatch(f"{describe(a)} and {describe(b)}")
        return Parts(cls, keys, [self._part(x, y, loose) for x, y in zip(ours, theirs)])

    def _part(self, a: Any, b: Any, loose: bool) -> Template:
        if a is b and isinstance(a, (Box, Proxy)) and self.outside(a):
            return Same(a)
        return self.widen(a, b, loose=loose)

    def _lists(self, a: ListBox, b: ListBox, loose: bool) -> Template:
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            return self._same_parts(a, b, ListBox, (), loose)
        return Leaf(list_of(self.item_type([a, b])))

    def item_type(self, lists: list[ListBox]) -> Type:
        """The common type of the items of lists."""
        types: list[Type] = []
        for box in lists:
            if box.items is None:
                types.append(map_dims(box.item_type, self._dim))
            else:
                types += map(self.type_of, box.items)
        return common(types, "a list whose items have no known type", "a list of ")

    def _dicts(self, a: DictBox, b: DictBox, loose: bool) -> Template:
        if a.items is not None and b.items is not None and list(a.items) == list(b.items):
            return self._same_parts(a, b, DictBox, tuple(a.items), loose)
        keys: list[Type] = []
        values: list[Type] = []
        for box in (a, b):
            if box.items is None:
                key, value = box.types
                keys.append(key)
                values.append(map_dims(value, self._dim))
            else:
                keys += map(self.type_of, box.items)
                values += map(self.type_of, box.items.values())
        key = common(keys, "a dict whose keys have no known type", "a dict with keys that are ")
        value = common(values, "a dict whose values have no known type", "a dict with values that are ")
        return Leaf(dict_of(key, value))


def common(types: list[Type], empty: str, what: str = "") -> Type:
    """The type that accepts all of `types`.

    Raises
    ------
    Mismatch
        There is none.
    """
    if not types:
        raise Mismatch(empty)
    found: Type = types[0]
    for t in types[1:]:
        joined = _joined(found, t)
        if joined is None:
            raise Mismatch(f"{what}{describe_type(found)} and {describe_type(t)}")
        found = joined
    return found


def _joined(a: Type, b: Type) -> Type | None:
    if class_of(a) is not class_of(b) and NONE not in (a, b):
        optionals = [t.kind == "optional" for t in (a, b) if isinstance(t, ContainerType)]
        if not any(optionals):
            return None
    if a is NONE or b is NONE:
        other = b if a is NONE else a
        if other is NONE or (isinstance(other, ContainerType) and other.kind == "optional"):
            return other
        return optional(other)
    wraps = [isinstance(t, ContainerType) and t.kind == "optional" for t in (a, b)]
    if any(wraps) and not all(wraps):
        inner = [t.items[0] if wrapped else t for t, wrapped in zip((a, b), wraps)]  # type: ignore[union-attr]
        found = join_types(inner[0], inner[1])
        return None if found is None else optional(found)
    return join_types(a, b)


def _equal(a: Any, b: Any) -> bool:
    """Whether two values that are known compare equal."""
    if isinstance(a, (np.dtype, type, range, slice)):
        return bool(a == b)
    return False
