"""Conformance cases: what a runtime must accept, reject and fail on. SPEC 14.3.

Three kinds, one for each outcome that a case can assert:

- `Accept`: the call verifies, runs, and gives these outputs within the operator's accuracy;
- `Reject`: the verifier refuses the call with this label. Its `twin` is the same call with one
  operand type or one attribute changed, which must verify, so that refusing everything fails;
- `Fails`: the call verifies, and running it is an error with this label.

Write tensors as literals of their dtype, everything else as Python values:

>>> case = Accept("edges", (f32([-1, .5, 2]), f32(0), f32(1)), (f32([0, .5, 1]),))
>>> case.operands
('f32[3]', 'f32[]', 'f32[]')
>>> Reject("lo-shape", "C1", ("f32[3]", "f32[2]", "f32[]"), twin=("f32[3]", "f32[3]", "f32[]")).label
'C1'

Attributes are given in full as in `tracebox.schema.ir.Attr`; ``generate.registry.by_oracle``
fills in defaults and outputs. Labels without a dot are the operator's own: ``C1`` of ``clip``
is ``clip.C1`` in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union

from ..schema.ir import Attr
from ..schema.types import type_text
from .oracle.arrays import Array, nested


@dataclass(frozen=True, slots=True)
class Record:
    """A value of the record class `name`, its fields in declared order."""

    name: str
    items: tuple[Any, ...]


#: A value: Array for tensors, and None, bool, int, float, complex, str, list, tuple, dict, Record.
Value: TypeAlias = Union[  # noqa: UP007 (it names itself)
    Array,
    bool,
    int,
    float,
    complex,
    str,
    list["Value"],
    tuple["Value", ...],
    dict[Any, "Value"],
    Record,
    None,
]
#: The types of operands, as texts.
Types: TypeAlias = tuple[str, ...]


def type_of(value: Value) -> str:
    """The text of the type of a value; what is empty needs `operands` on the case."""
    if isinstance(value, Array):
        return type_text(value.type)
    if isinstance(value, list):
        return f"list[{type_of(value[0])}]"
    if isinstance(value, tuple):
        return f"tuple[{','.join(map(type_of, value))}]"
    if isinstance(value, dict):
        key, item = next(iter(value.items()))
        return f"dict[{type_of(key)},{type_of(item)}]"
    if isinstance(value, Record):
        return value.name
    return "none" if value is None else type(value).__name__


@dataclass(frozen=True, slots=True)
class Accept:
    """The call gives `outputs`.

    `operands` are the static types if they are not just the values' own (``f32[?]``, an
    optional). `bounds`, for accuracy ``dot`` and ``stable``: one f64 array an output (or None), the
    largest permitted absolute errors.
    """

    name: str
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    attrs: Mapping[str, Attr] = field(default_factory=dict)
    operands: Types = ()
    bounds: tuple[Array | None, ...] = ()

    def __post_init__(self) -> None:
        if not self.operands:
            object.__setattr__(self, "operands", tuple(map(type_of, self.inputs)))


@dataclass(frozen=True, slots=True)
class Reject:
    """The verifier refuses a call with these operand types and attributes.

    Exactly one of `twin` (operand types that are accepted) and `twin_attrs` (attributes
    that are) is given, and differs from the case's own in one place.
    """

    name: str
    label: str
    operands: Types
    attrs: Mapping[str, Attr] = field(default_factory=dict)
    twin: Types | None = None
    twin_attrs: Mapping[str, Attr] | None = None

    def __post_init__(self) -> None:
        if (self.twin is None) == (self.twin_attrs is None):
            raise ValueError(f"case {self.name}: give either twin or twin_attrs")
        if self.twin is not None and len(self.twin) == len(self.operands):
            differences = sum(a != b for a, b in zip(self.twin, self.operands))
        elif self.twin is not None:
            differences = abs(len(self.twin) - len(self.operands))
        else:
            other = self.twin_attrs or {}
            names = [*self.attrs, *(name for name in other if name not in self.attrs)]
            absent = object()
            differences = sum(self.attrs.get(name, absent) != other.get(name, absent) for name in names)
        if differences != 1:
            raise ValueError(f"case {self.name}: differs from its twin in {differences} places, not 1")

    @property
    def valid_operands(self) -> Types:
        """The operand types of the twin."""
        return self.operands if self.twin is None else self.twin

    @property
    def valid_attrs(self) -> Mapping[str, Attr]:
        """The attributes of the twin."""
        return self.attrs if self.twin_attrs is None else self.twin_attrs


@dataclass(frozen=True, slots=True)
class Fails:
    """The call verifies, and running it on `inputs` is an error with the label `label`."""

    name: str
    label: str
    inputs: tuple[Value, ...]
    attrs: Mapping[str, Attr] = field(default_factory=dict)
    operands: Types = ()

    def __post_init__(self) -> None:
        if not self.operands:
            object.__setattr__(self, "operands", tuple(map(type_of, self.inputs)))


Case: TypeAlias = Accept | Reject | Fails


def full_label(op: str, label: str) -> str:
    """``C1`` of ``clip`` is ``clip.C1``; a label with a dot is one already."""
    return label if "." in label else f"{op}.{label}"


def _literal(dtype: str) -> Callable[[Any], Array]:
    def literal(value: Any) -> Array:
        return nested(dtype, value)

    literal.__name__ = literal.__qualname__ = dtype
    literal.__doc__ = f"A {dtype} tensor from nested lists, or of rank 0 from a number."
    return literal


boolean = _literal("bool")
i8 = _literal("i8")
i16 = _literal("i16")
i32 = _literal("i32")
i64 = _literal("i64")
u8 = _literal("u8")
u16 = _literal("u16")
u32 = _literal("u32")
u64 = _literal("u64")
f16 = _literal("f16")
f32 = _literal("f32")
f64 = _literal("f64")
c64 = _literal("c64")
c128 = _literal("c128")
bf16 = _literal("bf16")
f8e4m3fn = _literal("f8e4m3fn")
f8e5m2 = _literal("f8e5m2")


def tensor(dtype: str, value: Any) -> Array:
    """A tensor of `dtype` from nested lists, or of rank 0 from a number."""
    return nested(dtype, value)


def empty(dtype: str, *shape: int) -> Array:
    """A tensor with no elements."""
    return Array(dtype, shape, ())
