"""Values of the program, and what stands for them while a script is compiled. SPEC 4.3, 8.11 to 8.13."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...schema import dims
from ...schema.types import (
    NONE,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
    accepts,
    dict_of,
    list_of,
    tuple_of,
    type_text,
)
from ..apply import value_of
from ..integral import SymbolicInt, size_number
from ..proxy import Proxy
from ..scope import Val
from . import rules
from .aliases import Aliases
from .templates import Mismatch, common
from .values import (
    PYTHON,
    DictBox,
    ListBox,
    Named,
    ObjectBox,
    Optional,
    Scalar,
    class_of,
    describe,
    describe_type,
    is_array,
    scalar_kind,
)

_ZEROS: dict[str, Any] = {"int": 0, "float": 0.0, "bool": False, "complex": 0j, "str": "", "none": None}


class Values(Aliases):
    """Operators, types, and the way of values into the program and back."""

    def emit(self, name: str, *operands: Any, **attrs: Any) -> Any:
        """Record an operator; operands are scalars, known or not, or values of the program."""
        values = [operand if isinstance(operand, Val) else self.value(operand) for operand in operands]
        found = self.trace.op(name, values, attrs)
        return self.wrap(found[0])

    def scalar(self, value: Any) -> Val:
        """A number, bool or str as a value of the program."""
        if isinstance(value, Scalar):
            return self.trace.local(value.val)
        if isinstance(value, SymbolicInt):
            return size_number(self.trace, value._tb_dim(self.trace))
        if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
            raise self.fail(rules.OPERAND, expected="an int of 64 bits", got=str(value)[:60])
        return self.trace.constant(value)

    def value(self, value: Any) -> Val:
        """Any value as one of the program, of its own type."""
        return self.materialise(value, self.type_of(value))

    def type_of(self, value: Any) -> Type:
        """The type that a value has in the program.

        Raises
        ------
        Mismatch
            It has none.
        """
        if isinstance(value, Proxy):
            source = value._source
            if isinstance(source, Val):
                value._refresh()
                return self._type_here(value._source)  # type: ignore[arg-type]
            return value._value(self.trace).tensor
        if isinstance(value, (np.ndarray, np.generic)):
            return value_of(self.trace, value).tensor
        if value is None:
            return NONE
        kind = scalar_kind(value)
        if kind is not None:
            return next(t for t in PYTHON.values() if t.name == kind)
        if isinstance(value, tuple):
            parts = tuple(map(self.type_of, value))
            fields = getattr(value, "_fields", None)
            return tuple_of(*parts) if fields is None else Named(type(value), fields, parts)
        if isinstance(value, ObjectBox):
            return Named(value.cls, tuple(value.fields), tuple(map(self.type_of, value.fields.values())))
        if isinstance(value, (Optional, ListBox, DictBox)) and value.val is not None:
            return self._type_here(value.val)
        if isinstance(value, ListBox):
            items = list(map(self.type_of, value.items or ()))
            return list_of(common(items, "a list whose items have no known type", "a list of "))
        if isinstance(value, DictBox):
            pairs = (value.items or {}).items()
            key = common([self.type_of(k) for k, _ in pairs], "a dict whose keys have no known type")
            return dict_of(key, common([self.type_of(v) for _, v in pairs], ""))
        raise Mismatch(f"{describe(value)}, which is no value of the program")

    def _type_here(self, val: Val) -> Type:
        """The type of a value in the symbols of the current function, also from a block that is closed."""
        found = val if val.scope is self.trace.scope else self.trace.local(val)
        return found.scope.symbols.resolve_type(found.type)

    def materialise(self, value: Any, t: Type) -> Val:
        """A value of the program for `value`, of a type that `t` accepts."""
        trace = self.trace
        if isinstance(t, TensorType):
            return self._array(value, t)
        if isinstance(t, ScalarType):
            if t is NONE:
                return trace.constant(None)
            found = self.scalar(value)
            if found.type is not t:
                raise Mismatch(f"{type_text(found.type)} and {type_text(t)}")
            return found
        assert isinstance(t, ContainerType), t
        if t.kind == "optional":
            return self._optional(value, t)
        if t.kind == "tuple":
            return self._parts(value, t)
        if value.val is not None:
            return self._converted(value, t)
        if t.kind == "list":
            parts = [self._item(item, t.items[0]) for item in value.items]
            return trace.op("list.new", parts, {"item": t.items[0]})[0]
        entries: list[Val] = []
        for key, item in value.items.items():
            entries += (self.materialise(key, t.items[0]), self._item(item, t.items[1]))
        return trace.op("dict.new", entries, {"key": t.items[0], "value": t.items[1]})[0]

    def _item(self, value: Any, t: Type) -> Val:
        """A value as an item of a list or dict of the program, which has a copy of it."""
        self.put_away(value)
        return self.materialise(value, t)

    def _parts(self, value: Any, t: ContainerType) -> Val:
        """A tuple of the program, of a tuple or of an object, which is not changed in place afterwards."""
        items = value
        if isinstance(value, ObjectBox):
            if class_of(t) is not value.cls or tuple(value.fields) != getattr(t, "fields", ()):
                raise Mismatch(f"{describe(value)} and {describe_type(t)}")
            items = list(value.fields.values())
            self.taint(value, f"{describe(value)}, which was put into a list or dict, or met another object")
        elif not isinstance(value, tuple) or len(value) != len(t.items):
            raise Mismatch(f"{describe(value)} and {describe_type(t)}")
        parts = [self._item(item, part) for item, part in zip(items, t.items)]
        return self._typed(self.trace.op("tuple.new", parts, {})[0], t)

    def _converted(self, value: Any, t: ContainerType) -> Val:
        """A list or dict of the program as one of the type `t`, which may say less of its items."""
        if self._type_here(value.val) == t:
            return self.trace.local(value.val)
        if t.kind == "list":
            made: Any = ListBox(val=self.trace.op("list.new", [], {"item": t.items[0]})[0])
            return self.trace.local(self.prelude("copied_into", value, made).val)
        made = DictBox(val=self.trace.op("dict.new", [], {"key": t.items[0], "value": t.items[1]})[0])
        return self.trace.local(self.prelude("dict_updated", made, value).val)

    def prelude(self, name: str, *args: Any) -> Any:
        """A function that is written in the subset itself."""
        raise NotImplementedError

    def _typed(self, val: Val, t: Type) -> Val:
        """A value whose type knows the class that it stands for."""
        if isinstance(t, Named):
            val.type = t
        return val

    def _array(self, value: Any, t: TensorType) -> Val:
        found = value_of(self.trace, value) if is_array(value) else None
        if found is None:
            raise Mismatch(f"{describe(value)} and {type_text(t)}")
        fits = accepts(t, found.tensor)
        if fits is False:
            raise Mismatch(f"{describe(value)} and {type_text(t)}")
        if fits is None:
            shape = tuple(
                have if isinstance(want, dims.Unknown) else want
                for want, have in zip(t.shape or (), found.shape)
            )
            found = self.trace.refine(found, shape)
        return found

    def _optional(self, value: Any, t: ContainerType) -> Val:
        if value is None:
            return self.trace.op("optional.none", [], {"item": t.items[0]})[0]
        if isinstance(value, Optional):
            return self.trace.local(value.val)
        return self.trace.op("optional.some", [self._item(value, t.items[0])], {})[0]

    def item(self, val: Val) -> Any:
        """An item of a list, dict or optional of the program; other names may stand for it."""
        found = self.wrap(val)
        self.taint_all(found, "an item of a list, dict or optional of the program")
        return found

    def wrap(self, val: Val, t: Type | None = None) -> Any:
        """What stands for a value of the program while it is compiled."""
        t = val.type if t is None else t
        if isinstance(t, TensorType):
            return Proxy(self.trace, self.trace._known_sizes(val))
        if isinstance(t, ScalarType):
            return None if t is NONE else Scalar(val)
        if isinstance(t, ContainerType):
            if t.kind == "optional":
                return Optional(val)
            if t.kind == "tuple":
                parts = [self.trace.op("tuple.get", [val], {"index": i})[0] for i in range(len(t.items))]
                return self._named(t, [self.wrap(part, item) for part, item in zip(parts, t.items)])
            if t.kind in ("list", "dict"):
                return ListBox(val=val) if t.kind == "list" else DictBox(val=val)
        raise self.fail(rules.OPERAND, got=type_text(t))

    def _named(self, t: Type, parts: list[Any]) -> Any:
        """A tuple, named tuple or object of its parts."""
        cls = class_of(t)
        if cls is None:
            return tuple(parts)
        if issubclass(cls, tuple):
            return cls(*parts)
        assert isinstance(t, Named)
        made = ObjectBox(cls, dict(zip(t.fields, parts)))
        self.taint(made, f"{describe(made)} from a list or dict: the program has a copy of it")
        return made

    def default(self, t: Type) -> Val:
        """Some value of a type: it is carried where a variable is not set, and never read."""
        trace = self.trace
        if isinstance(t, TensorType):
            shape = tuple(0 if isinstance(d, dims.Unknown) else d for d in t.shape or ())
            (single,) = trace.op("from_scalar", [trace.constant(0)], {"dtype": "i64"})
            if t.dtype != "i64":
                (single,) = trace.op("astype", [single], {"dtype": t.dtype})
            return trace.op("broadcast_to", [single], {"shape": shape})[0] if shape else single
        if isinstance(t, ScalarType):
            return trace.constant(_ZEROS[t.name])
        assert isinstance(t, ContainerType)
        if t.kind == "optional":
            return trace.op("optional.none", [], {"item": t.items[0]})[0]
        if t.kind == "tuple":
            return trace.op("tuple.new", list(map(self.default, t.items)), {})[0]
        if t.kind == "list":
            return trace.op("list.new", [], {"item": t.items[0]})[0]
        return trace.op("dict.new", [], {"key": t.items[0], "value": t.items[1]})[0]
