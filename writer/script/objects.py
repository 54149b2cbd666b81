"""Dataclasses, named tuples, ``super()`` and ``functools.partial``."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import rules
from .tables import function, method
from .values import DictBox, ListBox, ObjectBox, Partial, Super, describe

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def _instance(c: Compiler, name: str, args: Args, kwargs: Kwargs, high: int = 1) -> ObjectBox:
    c.arity(name, args, kwargs, 1, high)
    if not (isinstance(args[0], ObjectBox) and dataclasses.is_dataclass(args[0].cls)):
        raise c.fail(rules.OPERAND, got=describe(args[0]), expected="an instance of a dataclass")
    return args[0]


@function(dataclasses.replace)
def replace(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``dataclasses.replace``: a new object with some fields changed."""
    owner = _instance(c, "replace", args, {})
    fields = {f.name: owner.fields[f.name] for f in dataclasses.fields(owner.cls) if f.init}
    return c.call_function(owner.cls, (), {**fields, **kwargs})


@function(dataclasses.asdict)
def asdict(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``dataclasses.asdict``: a dict of the fields."""
    owner = _instance(c, "asdict", args, kwargs)
    return DictBox({key: _plain(value, True) for key, value in owner.fields.items()})


@function(dataclasses.astuple)
def astuple(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``dataclasses.astuple``: a tuple of the fields."""
    owner = _instance(c, "astuple", args, kwargs)
    return tuple(_plain(value, False) for value in owner.fields.values())


def _plain(value: Any, named: bool) -> Any:
    if isinstance(value, ObjectBox) and dataclasses.is_dataclass(value.cls):
        items = {key: _plain(item, named) for key, item in value.fields.items()}
        return DictBox(items) if named else tuple(items.values())
    if isinstance(value, ListBox):
        return ListBox(None if value.items is None else [_plain(v, named) for v in value.items], value.val)
    if isinstance(value, DictBox):
        return DictBox(
            None if value.items is None else {k: _plain(v, named) for k, v in value.items.items()}, value.val
        )
    return value


@function(functools.partial)
def partial(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``functools.partial``."""
    return Partial(args[0], tuple(args[1:]), dict(kwargs))


@function(functools.reduce)
def reduce(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``functools.reduce``."""
    from .iterables import list_from

    c.arity("reduce", args, kwargs, 2, 3)
    made = list_from(c, args[1])
    if made.items is None:
        name = "list_reduced" if len(args) == 2 else "list_reduced_from"
        return c.prelude(name, args[0], made, *args[2:])
    items = [*args[2:], *made.items]
    if not items:
        c.raise_unless(False, "TypeError", "reduce() of empty iterable with no initial value")
    found = items[0]
    for item in items[1:]:
        found = c.call_function(args[0], (found, item), {})
    return found


@function(super)
def super_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``super()``: attributes and methods of the classes that a class is derived from."""
    if args:
        c.arity("super", args, kwargs, 2, 2)
        return Super(args[0], args[1])
    frame = c.frame
    while frame.outer is not None:
        frame = frame.outer
    cls = frame.cells.get("__class__")
    arguments = frame.source.node.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    if cls is None or not parameters:
        raise c.fail(rules.CALL, got="super() outside of a method")
    return Super(cls, frame.env[parameters[0].arg])


def super_attribute(c: Compiler, owner: Super, name: str) -> Any:
    """``super().name``."""
    value = owner.value
    if not isinstance(value, ObjectBox):
        try:
            return getattr(super(owner.cls, value), name)
        except AttributeError as error:
            raise c.fail(rules.ATTRIBUTE, got=str(error)) from None
    order = value.cls.__mro__
    for cls in order[order.index(owner.cls) + 1 :]:
        if name not in vars(cls):
            continue
        member = vars(cls)[name]
        if isinstance(member, property):
            return c.call_function(member.fget, (value,), {})
        if isinstance(member, types.FunctionType):
            return Partial(member, (value,), {})
        if isinstance(member, staticmethod):
            return member.__func__
        if isinstance(member, classmethod):
            return Partial(member.__func__, (value.cls,), {})
        if cls is object and name == "__init__":
            return Partial(_nothing, (), {})
        return c.known(member)
    raise c.fail(rules.ATTRIBUTE, got=f"super() has no attribute {name}")


def _nothing() -> None:
    return None


@function(object.__setattr__)
def set_attribute(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``object.__setattr__``, as a frozen dataclass uses it."""
    owner, name, value = args
    if not isinstance(owner, ObjectBox) or not isinstance(name, str):
        raise c.fail(rules.ATTRIBUTE, got=f"an attribute of {describe(owner)}")
    c.change(owner, value)
    owner.fields = {**owner.fields, name: value}


@method("named tuple", "_replace")
def named_replace(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """A new tuple with some fields changed."""
    c.arity("_replace", args, {}, 0, 0)
    extra = [key for key in kwargs if key not in owner._fields]
    if extra:
        expected = f"one of {', '.join(owner._fields)}"
        raise c.fail(rules.OPERAND, got=f"the field {extra[0]}", expected=expected)
    return type(owner)(**{**dict(zip(owner._fields, owner)), **kwargs})


@method("named tuple", "_asdict")
def named_asdict(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """A dict of the fields."""
    return DictBox(dict(zip(owner._fields, owner)))


def is_made_by_python(found: types.FunctionType) -> bool:
    """Whether a method is one that `dataclasses` wrote."""
    return found.__code__.co_filename == "<string>"


_ORDERED = ("Lt", "LtE", "Gt", "GtE")


def compared(binary: Callable[[str, Any, Any], Any], a: ObjectBox, op: str, b: ObjectBox) -> Any:
    """Two objects of one dataclass, compared by their fields; NotImplemented if they are not compared so."""
    parameters = getattr(a.cls, "__dataclass_params__", None)
    if parameters is None or a.cls is not b.cls:
        return NotImplemented
    if (op in ("Eq", "NotEq") and parameters.eq) or (op in _ORDERED and parameters.order):
        names = [f.name for f in dataclasses.fields(a.cls) if f.compare]
        ours, theirs = (tuple(v.fields[name] for name in names) for v in (a, b))
        return binary(op, ours, theirs)
    return NotImplemented
