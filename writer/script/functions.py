"""Builtin functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from ..proxy import Proxy
from ..scope import Step
from . import rules
from .arithmetic import as_number, binary, to_float
from .tables import function
from .values import (
    DictBox,
    ListBox,
    ObjectBox,
    Optional,
    describe,
    is_array,
    is_known,
    scalar_kind,
)

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_HERE = ast.Constant(None)


def arity(c: Compiler, name: str, args: Args, kwargs: Kwargs, low: int, high: int, known: str = "") -> None:
    c.arity(name, args, {key: value for key, value in kwargs.items() if key not in known.split()}, low, high)


@function(int)
def to_int(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """An int of a number, an array of one element, or a string."""
    arity(c, "int", args, kwargs, 0, 1)
    if not args:
        return 0
    value = args[0]
    if isinstance(value, Proxy):
        value = c.wrap(c.trace.op("item", (single(c, value),), {})[0])
    elif is_array(value):
        value = value.item()
    kind = scalar_kind(value)
    if is_known(value) and kind != "complex":
        try:
            return int(value)
        except (ValueError, OverflowError) as error:
            c.raise_unless(False, type(error).__name__, str(error))
    if kind == "int":
        return value
    if kind == "bool":
        return c.emit("bool.to_int", value)
    if kind == "float":
        return c.emit("float.to_int", value)
    if kind == "str":
        return c.emit("str.to_int", value)
    raise c.fail(rules.OPERAND, got=f"int() of {describe(value)}")


def to_int_index(c: Compiler, value: Any) -> Any:
    """An int, or an integer array of shape (), as an int."""
    if is_array(value) and not value.ndim and value.dtype.kind in "iu":
        return to_int(c, (value,), {})
    if scalar_kind(value) not in ("int", "bool"):
        raise c.fail(rules.OPERAND, got=describe(value), expected="an int")
    return as_number(c, value)


def single(c: Compiler, value: Proxy) -> Any:
    """The only element of an array, of shape ()."""
    if value.ndim:
        size = value.size
        if not (isinstance(size, int) and size == 1):
            raise c.fail(rules.OPERAND, got=f"a number of {describe(value)}", hint="take one element")
        value = value.reshape(())
    return value._value(c.trace)


@function(float)
def to_float_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A float of a number, an array of one element, or a string."""
    arity(c, "float", args, kwargs, 0, 1)
    if not args:
        return 0.0
    value = args[0]
    if isinstance(value, Proxy):
        value = c.wrap(c.trace.op("item", (single(c, value),), {})[0])
    elif is_array(value):
        value = value.item()
    kind = scalar_kind(value)
    if is_known(value) and kind != "complex":
        try:
            return float(value)
        except ValueError as error:
            c.raise_unless(False, "ValueError", str(error))
    if kind in ("int", "bool", "float"):
        return to_float(c, value)
    if kind == "str":
        return c.emit("str.to_float", value)
    raise c.fail(rules.OPERAND, got=f"float() of {describe(value)}")


@function(bool)
def to_bool(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The truth of a value."""
    arity(c, "bool", args, kwargs, 0, 1)
    return c.truth_of(args[0]) if args else False


@function(str)
def to_str(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The text of numbers, strings, None, arrays of shape (), and containers of known length."""
    arity(c, "str", args, kwargs, 0, 1)
    return c.text(args[0]) if args else ""


@function(repr)
def repr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """As ``str``, with strings that are known in quotes."""
    from .texts import shown

    arity(c, "repr", args, kwargs, 1, 1)
    return shown(c, args[0])


@function(format)
def format_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A number or str by a format spec that is known."""
    arity(c, "format", args, kwargs, 1, 2)
    return c.format(args[0], args[1] if len(args) > 1 else "")


@function(print)
def print_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Prints a line, also with ``sep``."""
    extra = [key for key in kwargs if key not in ("sep", "end", "flush")]
    if extra:
        hint = "a program prints to its standard output"
        raise c.fail(rules.CONSTRUCT, got=f"print with {extra[0]}=", hint=hint)
    if kwargs.get("end") not in (None, "\n"):
        hint = "join the parts into one string and print that"
        raise c.fail(rules.CONSTRUCT, got="print with end=", expected="a whole line", hint=hint)
    texts = [c.text(arg) for arg in args]
    separator = kwargs.get("sep")
    if separator is not None and texts:
        line = texts[0]
        for part in texts[1:]:
            line = binary(c, "Add", binary(c, "Add", line, separator), part)
        texts = [line]
    c.trace.add(Step("print", "", [c.scalar(part) for part in texts]))
    return None


@function(abs)
def abs_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The magnitude of numbers and arrays."""
    arity(c, "abs", args, kwargs, 1, 1)
    (value,) = args
    if is_array(value):
        return c.called(lambda: abs(c.native(value)))
    kind = scalar_kind(value)
    if kind is None or kind == "str":
        raise c.fail(rules.OPERAND, got=f"abs() of {describe(value)}")
    if is_known(value) and (kind != "int" or value != -(2**63)):
        return abs(value)
    value = as_number(c, value)
    return c.emit(f"{'float' if kind == 'float' else 'int'}.abs", value)


@function(round)
def round_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The nearest int of a float, or the nearest number of so many digits, which are known."""
    arity(c, "round", args, kwargs, 1, 2, "ndigits")
    digits = kwargs.get("ndigits", args[1] if len(args) > 1 else None)
    value = args[0]
    if not (digits is None or type(digits) is int):
        raise c.fail(rules.STATIC, got="digits that are not known", hint="write them out: round(x, 2)")
    if isinstance(value, Proxy) and digits is None and not value.ndim:
        value = c.wrap(c.trace.op("item", (value._value(c.trace),), {})[0])
    if is_array(value):
        return c.called(lambda: round(c.native(value)) if digits is None else c.native(value).round(digits))
    if is_known(value) and (digits is None or is_known(digits)):
        return round(value) if digits is None else round(value, digits)
    kind = scalar_kind(value)
    if kind == "float" and digits is None:
        return c.emit("float.round", value)
    if kind in ("int", "bool"):
        value = as_number(c, value)
        return value if digits is None or digits >= 0 else c.prelude("rounded_int", value, 10**-digits)
    if kind == "float" and digits is not None and 0 <= digits <= 300:
        # a numeral of so many digits is the nearest one, and so is the float of it
        return c.emit("str.to_float", c.format(value, f".{digits}f"))
    hint = "divide by the power of ten, round, and multiply by it"
    raise c.fail(rules.OPERAND, got=f"round() of {describe(value)} to tens", hint=hint)


@function(divmod)
def divmod_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Quotient and remainder."""
    arity(c, "divmod", args, kwargs, 2, 2)
    return binary(c, "FloorDiv", *args), binary(c, "Mod", *args)


@function(pow)
def pow_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``x ** y``."""
    arity(c, "pow", args, kwargs, 2, 2)
    return binary(c, "Pow", *args)


@function(isinstance)
def isinstance_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Decided when the function is compiled."""
    arity(c, "isinstance", args, kwargs, 2, 2)
    value, classes = args
    found = classes if isinstance(classes, tuple) else (classes,)
    return any(_is_instance(c, value, cls) for cls in found)


def _is_instance(c: Compiler, value: Any, cls: Any) -> bool:
    if isinstance(value, Optional):
        raise c.fail(rules.OPTIONAL, got=describe(value), hint="compare it with None first")
    kind = scalar_kind(value)
    if kind is not None and not is_known(value):
        sample = {"int": 0, "float": 0.0, "bool": False, "complex": 0j, "str": ""}[kind]
        return isinstance(sample, cls)
    if isinstance(value, Proxy):
        return issubclass(np.ndarray, cls) or isinstance(value, cls)
    if isinstance(value, ListBox):
        return issubclass(list, cls)
    if isinstance(value, DictBox):
        return issubclass(dict, cls)
    if isinstance(value, ObjectBox):
        return issubclass(value.cls, cls)
    if not isinstance(cls, type) and not hasattr(cls, "__args__"):
        raise c.fail(rules.STATIC, got=describe(cls), expected="a class, or a tuple of classes")
    return isinstance(value, cls)


@function(getattr)
def getattr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """An attribute whose name is known."""
    arity(c, "getattr", args, kwargs, 2, 3)
    if not isinstance(args[1], str):
        raise c.fail(rules.STATIC, got="a name that is not known")
    if len(args) == 3 and not hasattr_(c, args[:2], {}):
        return args[2]
    return c.attribute(args[0], args[1])


@function(hasattr)
def hasattr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether a value has an attribute; decided when the function is compiled."""
    arity(c, "hasattr", args, kwargs, 2, 2)
    owner, name = args
    if isinstance(owner, ObjectBox):
        return name in owner.fields or hasattr(owner.cls, name)
    if isinstance(owner, (ListBox, DictBox)):
        return hasattr([] if isinstance(owner, ListBox) else {}, name)
    return hasattr(owner, name)


@function(type)
def type_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The class of a value; decided when the function is compiled."""
    arity(c, "type", args, kwargs, 1, 1)
    value = args[0]
    kind = scalar_kind(value)
    if kind is not None:
        return {"int": int, "float": float, "bool": bool, "complex": complex, "str": str}[kind]
    if isinstance(value, ObjectBox):
        return value.cls
    if isinstance(value, Proxy):
        return np.ndarray
    if isinstance(value, (ListBox, DictBox)):
        return list if isinstance(value, ListBox) else dict
    if isinstance(value, Optional):
        raise c.fail(rules.OPTIONAL, got=describe(value), hint="compare it with None first")
    return type(value)


@function(callable)
def callable_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether a value can be called; decided when the function is compiled."""
    from .values import BoundMethod, Closure

    return isinstance(args[0], (Closure, BoundMethod)) or callable(args[0])


def _one_character(c: Compiler, name: str, value: Any, kind: str) -> Any:
    if scalar_kind(value) != kind:
        raise c.fail(rules.OPERAND, got=f"{name}() of {describe(value)}", expected=f"{name}() of {kind}")
    return value


@function(ord)
def ord_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The number of a character, of ASCII if it is not known."""
    arity(c, "ord", args, kwargs, 1, 1)
    value = _one_character(c, "ord", args[0], "str")
    return ord(value) if is_known(value) and len(value) == 1 else c.prelude("ord_ascii", value)


@function(chr)
def chr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The character of a number, of ASCII if it is not known."""
    arity(c, "chr", args, kwargs, 1, 1)
    value = _one_character(c, "chr", args[0], "int")
    return chr(value) if is_known(value) and 0 <= value < 0x110000 else c.prelude("chr_ascii", value)


def _numeral(original: Any, spec: str) -> None:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        arity(c, original.__name__, args, kwargs, 1, 1)
        return c.format(as_number(c, _one_character(c, original.__name__, args[0], "int")), spec)

    handler.__doc__ = f"The digits of an int, as ``{original.__name__}`` writes them."
    function(original)(handler)


for _original, _spec in ((bin, "#b"), (oct, "#o"), (hex, "#x")):
    _numeral(_original, _spec)
