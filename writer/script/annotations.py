"""Types from annotations: Python's own, texts such as ``f32[B,4]``, and those that jaxtyping writes."""

from __future__ import annotations

import ast
import re
import types
import typing
from typing import TYPE_CHECKING, Any

from ...schema.errors import TraceboxError
from ...schema.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    STR,
    ContainerType,
    Type,
    dict_of,
    list_of,
    optional,
)
from . import rules
from .templates import Mismatch
from .values import DictBox, ListBox, Optional

if TYPE_CHECKING:
    from .compiler import Compiler

_PLAIN: dict[Any, Type] = {
    int: INT,
    float: FLOAT,
    bool: BOOL,
    complex: COMPLEX,
    str: STR,
    None: NONE,
    type(None): NONE,
}


def type_of(annotation: Any, space: dict[str, Any] | None = None) -> Type | None:
    """The type that an annotation names; None where it says too little, as of an array.

    Raises
    ------
    TraceboxError
        It is a text that is no type.
    """
    from ...schema.types_text import parse_type

    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        wrapped = re.fullmatch(r"(?:typing\.)?Optional\[(.*)\]", annotation.strip(), re.DOTALL)
        if wrapped is not None:
            annotation = f"{wrapped[1]} | None"
        text, bar, none = annotation.rpartition("|")
        if bar and none.strip() == "None":
            found = type_of(text.strip(), space)
            return None if found is None else optional(found)
        head, bracket, _ = annotation.partition("[")
        spec = bool(bracket) and head.strip() in _DTYPES
        if space is not None and not (spec and head.strip() not in _PYTHON):
            try:
                found = eval(annotation, space)
            except (NameError, SyntaxError, TypeError, AttributeError):
                found = None
            if found is not None:
                return type_of(found)
        return parse_type(annotation.replace(" ", "")) if spec else None
    try:
        if annotation in _PLAIN:
            return _PLAIN[annotation]
    except TypeError:
        return None
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        inside = [a for a in args if a is not type(None)]
        found = type_of(inside[0], space) if len(inside) == 1 and len(args) == 2 else None
        return None if found is None else optional(found)
    if origin is list:
        found = type_of(args[0], space)
        return None if found is None else list_of(found)
    if origin is dict:
        key, value = type_of(args[0], space), type_of(args[1], space)
        return None if key is None or value is None else dict_of(key, value)
    if origin is tuple and args and args[-1] is not Ellipsis:
        parts = [type_of(a, space) for a in args]
        return None if None in parts else ContainerType("tuple", tuple(p for p in parts if p is not None))
    if origin is typing.Annotated:
        return next((t for a in args[1:] if (t := type_of(a, space)) is not None), type_of(args[0], space))
    return _jaxtyping(annotation)


_DTYPES = frozenset(
    {"bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f16", "f32", "f64", "bf16", "c64", "c128",
     "f8e4m3fn", "f8e5m2", "int", "float", "str", "list", "dict", "tuple", "optional"}
)  # fmt: skip


#: Those that Python has, too: ``list[np.ndarray]`` is Python's, ``list[f32[B]]`` ours.
_PYTHON = frozenset({"list", "dict", "tuple"})


def _jaxtyping(annotation: Any) -> Type | None:
    """The type of an annotation such as ``Float32[np.ndarray, "B 4"]``."""
    from ...schema.types_text import parse_type

    dtypes, text = getattr(annotation, "dtypes", None), getattr(annotation, "dim_str", None)
    if not isinstance(dtypes, (list, tuple)) or len(dtypes) != 1 or not isinstance(text, str):
        return None
    short = {"float": "f", "int": "i", "uint": "u", "complex": "c", "bfloat": "bf"}
    name = dtypes[0]
    for long, letter in short.items():
        if name.startswith(long) and name[len(long) :].isdigit():
            name = letter + name[len(long) :]
            break
    if any(part.startswith(("*", "...", "_", "#")) for part in text.split()):
        return None
    return parse_type(f"{name}[{','.join(text.split())}]")


def annotate(c: Compiler, value: Any, annotation: ast.expr) -> Any:
    """A value with the type of an annotation: what is empty or None gets the type of its items."""
    try:
        given = c.expr(annotation) if not isinstance(annotation, ast.Constant) else annotation.value
        t = type_of(given, c.frame.space)
    except TraceboxError:
        return value
    if not isinstance(t, ContainerType):
        return value
    try:
        if t.kind == "list" and isinstance(value, ListBox) and value.items is not None and not value.items:
            c.written(value)
            value.items, value.val = None, c.materialise(value, t)
            return value
        if t.kind == "dict" and isinstance(value, DictBox) and value.items is not None and not value.items:
            c.written(value)
            value.items, value.val = None, c.materialise(value, t)
            return value
        if t.kind == "optional" and not isinstance(value, Optional):
            return Optional(c.materialise(value, t))
    except Mismatch as mismatch:
        raise c.fail(rules.TYPES, annotation, got=str(mismatch)) from None
    return value
