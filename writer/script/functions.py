"""Builtin functions."""

from __future__ import annotations

import ast
import builtins
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from ..proxy import Proxy
from ..scope import Step
from . import rules
from .arithmetic import as_number, binary, to_float
from .frames import FALLS
from .iteration import Range, enumerated, once, reversed_, sequence_of, zipped
from .repeat import Repeat
from .tables import function
from .values import (
    DictBox,
    ListBox,
    ObjectBox,
    Optional,
    Scalar,
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


def _arity(c: Compiler, name: str, args: Args, kwargs: Kwargs, low: int, high: int, known: str = "") -> None:
    c.arity(name, args, {key: value for key, value in kwargs.items() if key not in known.split()}, low, high)


@function(len)
def len_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The length of arrays, lists, tuples, dicts, strings, ranges."""
    _arity(c, "len", args, kwargs, 1, 1)
    return c.length(args[0])


@function(range)
def range_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Ranges of ints."""
    _arity(c, "range", args, kwargs, 1, 3)
    parts = [to_int_index(c, arg) for arg in args]
    start, stop = (0, parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    return Range(start, stop, parts[2] if len(parts) == 3 else 1)


def to_int_index(c: Compiler, value: Any) -> Any:
    """An int, or an integer array of shape (), as an int."""
    if is_array(value) and not value.ndim and value.dtype.kind in "iu":
        return to_int(c, (value,), {})
    if scalar_kind(value) not in ("int", "bool"):
        raise c.fail(rules.OPERAND, got=describe(value), expected="an int")
    return as_number(c, value)


@function(enumerate)
def enumerate_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items with their number."""
    _arity(c, "enumerate", args, kwargs, 1, 2, "start")
    start = kwargs.get("start", args[1] if len(args) > 1 else 0)
    return once(c, enumerated(c, sequence_of(c, args[0], c.node), start))  # type: ignore[arg-type]


@function(zip)
def zip_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items of several sequences together, up to the end of the shortest."""
    if set(kwargs) - {"strict"} or kwargs.get("strict"):
        raise c.fail(rules.CONSTRUCT, got="zip with strict", hint="compare the lengths before")
    return once(c, zipped(c, [sequence_of(c, arg, c.node) for arg in args]))  # type: ignore[arg-type]


@function(reversed)
def reversed__(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Items from the last to the first."""
    _arity(c, "reversed", args, kwargs, 1, 1)
    return once(c, reversed_(c, sequence_of(c, args[0], c.node)))  # type: ignore[arg-type]


def _list_from(c: Compiler, value: Any) -> ListBox:
    if isinstance(value, ListBox):
        return ListBox(None if value.items is None else list(value.items), value.val)
    part = sequence_of(c, value, c.node)  # type: ignore[arg-type]
    if isinstance(part.length, int) and (part.unrolled or isinstance(value, (Range, range))):
        return ListBox([part.item(i) for i in range(part.length)])
    made = ListBox([])

    def turn(index: Scalar) -> Any:
        c.trace.counted.add(index.val)
        c.method(made, "append", (part.item(index),), {})
        return FALLS

    Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    return made


@function(list)
def list_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new list of the items of anything that loops run over."""
    _arity(c, "list", args, kwargs, 0, 1)
    if args:
        c.shared(args[0])
    return _list_from(c, args[0]) if args else ListBox([])


@function(tuple)
def tuple_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A tuple of items whose number is known."""
    _arity(c, "tuple", args, kwargs, 0, 1)
    if not args:
        return ()
    made = _list_from(c, args[0])
    if made.items is None:
        raise c.fail(rules.STATIC, got="a tuple whose length is not known", hint="keep it a list")
    return tuple(made.items)


@function(dict)
def dict_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new dict: a copy, of keywords, or of pairs."""
    _arity(c, "dict", args, {}, 0, 1)
    made = DictBox({})
    if args and isinstance(args[0], DictBox):
        c.shared(args[0])
        made = DictBox(None if args[0].items is None else dict(args[0].items), args[0].val)
    elif args:
        part = sequence_of(c, args[0], c.node)  # type: ignore[arg-type]

        def put(index: Any) -> Any:
            key, value = c.known_items(part.item(index), c.node, 2)
            c.set_item(made, key, value)
            return FALLS

        def turn(index: Scalar) -> Any:
            c.trace.counted.add(index.val)
            return put(index)

        if part.unrolled:
            for i in range(part.length):
                put(i)
        else:
            Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    for key, value in kwargs.items():
        c.set_item(made, key, value)
    return made


@function(int)
def to_int(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """An int of a number, an array of one element, or a string."""
    _arity(c, "int", args, kwargs, 0, 1)
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
    _arity(c, "float", args, kwargs, 0, 1)
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
    _arity(c, "bool", args, kwargs, 0, 1)
    return c.truth_of(args[0]) if args else False


@function(str)
def to_str(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The text of numbers, strings, None, arrays of shape (), and containers of known length."""
    _arity(c, "str", args, kwargs, 0, 1)
    return c.text(args[0]) if args else ""


@function(repr)
def repr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """As ``str``, with strings that are known in quotes."""
    from .texts import shown

    _arity(c, "repr", args, kwargs, 1, 1)
    return shown(c, args[0])


@function(format)
def format_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A number or str by a format spec that is known."""
    _arity(c, "format", args, kwargs, 1, 2)
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
    _arity(c, "abs", args, kwargs, 1, 1)
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


def _extreme(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    extra = [key for key in kwargs if key not in ("key", "default")]
    if extra:
        raise c.fail(rules.OPERAND, got=f"{name}() with the keyword {extra[0]}")
    if kwargs.get("key") is not None:
        return _extreme_by(c, name, args, kwargs)
    if len(args) == 1:
        made = _list_from(c, args[0])
        if made.items is None:
            if "default" in kwargs:
                empty = c.binary("Eq", c.length(made), 0)
                return c.choose(empty, lambda: kwargs["default"], lambda: c.prelude(f"list_{name}", made))
            return c.prelude(f"list_{name}", made)
        args = tuple(made.items)
        if not args and "default" in kwargs:
            return kwargs["default"]
    if not args:
        c.raise_unless(False, "ValueError", f"{name}() arg is an empty sequence")
    best = args[0]
    for other in args[1:]:
        best = _better(c, name, best, other)
    return best


def _extreme_by(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    """The item with the smallest or greatest key; the first of several."""
    made = _list_from(c, args[0]) if len(args) == 1 else ListBox(list(args))
    key = kwargs["key"]
    if made.items is None:
        if "default" in kwargs:
            empty = c.binary("Eq", c.length(made), 0)
            return c.choose(empty, lambda: kwargs["default"], lambda: c.prelude(f"list_{name}_by", made, key))
        return c.prelude(f"list_{name}_by", made, key)
    if not made.items:
        if "default" in kwargs:
            return kwargs["default"]
        c.raise_unless(False, "ValueError", f"{name}() arg is an empty sequence")
    best, (first, *others) = made.items[0], [c.call_function(key, (item,), {}) for item in made.items]
    for item, other in zip(made.items[1:], others):
        test = c.truth_of(binary(c, "Lt" if name == "min" else "Gt", other, first))
        pair = (other, item), (first, best)
        first, best = c.choose(test, functools.partial(_give, pair[0]), functools.partial(_give, pair[1]))
    return best


def _better(c: Compiler, name: str, best: Any, other: Any) -> Any:
    kinds = {scalar_kind(best), scalar_kind(other)}
    if kinds == {"int"} and not (is_known(best) and is_known(other)):
        return c.emit(f"int.{name}", best, other)
    if "float" in kinds and "int" in kinds and not (is_known(best) and is_known(other)):
        hint = "make both floats, or both ints"
        raise c.fail(rules.TYPES, got=f"{name}() of int and float", hint=hint)
    test = c.truth_of(binary(c, "Lt" if name == "min" else "Gt", other, best))
    return c.choose(test, lambda: other, lambda: best)


@function(min)
def min_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The smallest of several values, or of the items of one."""
    return _extreme(c, "min", args, kwargs)


@function(max)
def max_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The greatest of several values, or of the items of one."""
    return _extreme(c, "max", args, kwargs)


@function(sum)
def sum_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The sum of items."""
    _arity(c, "sum", args, kwargs, 1, 2, "start")
    total = kwargs.get("start", args[1] if len(args) > 1 else 0)
    made = _list_from(c, args[0])
    if made.items is None:
        name = getattr(made.item_type, "name", "")
        start = 0.0 if name == "float" and type(total) is int else total
        return c.prelude("list_sum", made, start)
    for item in made.items:
        total = binary(c, "Add", total, item)
    return total


def _give(value: Any) -> Any:
    return value


def _quantified(c: Compiler, name: str, args: Args, kwargs: Kwargs) -> Any:
    _arity(c, name, args, kwargs, 1, 1)
    made = _list_from(c, args[0])
    if made.items is None:
        return c.prelude(f"list_{name}", made)
    found: Any = name == "all"
    for item in reversed(made.items):
        truth, rest = c.truth_of(item), found
        if name == "all":
            found = c.choose(truth, functools.partial(_give, rest), lambda: False)
        else:
            found = c.choose(truth, lambda: True, functools.partial(_give, rest))
    return found


@function(any)
def any_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether an item is true."""
    return _quantified(c, "any", args, kwargs)


@function(all)
def all_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether all items are true."""
    return _quantified(c, "all", args, kwargs)


@function(sorted)
def sorted_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A new list of the items in order, also by ``key``; ``reverse`` is known."""
    _arity(c, "sorted", args, kwargs, 1, 1, "key reverse")
    reverse, key = kwargs.get("reverse", False), kwargs.get("key")
    if not isinstance(reverse, (bool, int)):
        hint = "write both: sorted(x, reverse=True) if down else sorted(x)"
        raise c.fail(rules.STATIC, got="reverse= that is not known", hint=hint)
    given = _list_from(c, args[0])
    if given.items is not None and len(given.items) < 2:
        return given
    made = c.as_list(given)
    if reverse:  # equal items keep their order, also backwards
        made = c.prelude("reversed_list", made)
    made = c.prelude("list_sorted", made) if key is None else c.prelude("list_sorted_by", made, key)
    return c.prelude("reversed_list", made) if reverse else made


@function(round)
def round_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The nearest int of a float, or the nearest number of so many digits, which are known."""
    _arity(c, "round", args, kwargs, 1, 2, "ndigits")
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
    _arity(c, "divmod", args, kwargs, 2, 2)
    return binary(c, "FloorDiv", *args), binary(c, "Mod", *args)


@function(pow)
def pow_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """``x ** y``."""
    _arity(c, "pow", args, kwargs, 2, 2)
    return binary(c, "Pow", *args)


@function(isinstance)
def isinstance_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Decided when the function is compiled."""
    _arity(c, "isinstance", args, kwargs, 2, 2)
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
    _arity(c, "getattr", args, kwargs, 2, 3)
    if not isinstance(args[1], str):
        raise c.fail(rules.STATIC, got="a name that is not known")
    if len(args) == 3 and not hasattr_(c, args[:2], {}):
        return args[2]
    return c.attribute(args[0], args[1])


@function(hasattr)
def hasattr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """Whether a value has an attribute; decided when the function is compiled."""
    _arity(c, "hasattr", args, kwargs, 2, 2)
    owner, name = args
    if isinstance(owner, ObjectBox):
        return name in owner.fields or hasattr(owner.cls, name)
    if isinstance(owner, (ListBox, DictBox)):
        return hasattr([] if isinstance(owner, ListBox) else {}, name)
    return hasattr(owner, name)


@function(type)
def type_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The class of a value; decided when the function is compiled."""
    _arity(c, "type", args, kwargs, 1, 1)
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
    _arity(c, "ord", args, kwargs, 1, 1)
    value = _one_character(c, "ord", args[0], "str")
    return ord(value) if is_known(value) and len(value) == 1 else c.prelude("ord_ascii", value)


@function(chr)
def chr_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The character of a number, of ASCII if it is not known."""
    _arity(c, "chr", args, kwargs, 1, 1)
    value = _one_character(c, "chr", args[0], "int")
    return chr(value) if is_known(value) and 0 <= value < 0x110000 else c.prelude("chr_ascii", value)


def _numeral(original: Any, spec: str) -> None:
    def handler(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
        _arity(c, original.__name__, args, kwargs, 1, 1)
        return c.format(as_number(c, _one_character(c, original.__name__, args[0], "int")), spec)

    handler.__doc__ = f"The digits of an int, as ``{original.__name__}`` writes them."
    function(original)(handler)


for _original, _spec in ((bin, "#b"), (oct, "#o"), (hex, "#x")):
    _numeral(_original, _spec)


@function(builtins.filter)
def filter_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """The items for which a function holds; evaluated at once."""
    _arity(c, "filter", args, kwargs, 2, 2)
    made = _list_from(c, args[1])
    return c.prelude("list_filtered", args[0] or bool, c.as_list(made) if made.items else made)


@function(dict.fromkeys)
def fromkeys(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A dict with one value for all keys."""
    _arity(c, "fromkeys", args, kwargs, 1, 2)
    made = DictBox({})
    value = args[1] if len(args) > 1 else None
    keys = _list_from(c, args[0])
    if keys.items is None:
        return c.prelude("dict_from", keys, value)
    for key in keys.items:
        c.set_item(made, key, value)
    return made


@function(builtins.map)
def map_(c: Compiler, args: Args, kwargs: Kwargs) -> Any:
    """A function of each item; evaluated at once."""
    _arity(c, "map", args, kwargs, 2, 100)
    part = zipped(c, [sequence_of(c, arg, c.node) for arg in args[1:]])  # type: ignore[arg-type]
    if part.unrolled:
        return ListBox([c.call_function(args[0], part.item(i), {}) for i in range(part.length)])
    made = ListBox([])

    def turn(index: Scalar) -> Any:
        c.trace.counted.add(index.val)
        c.method(made, "append", (c.call_function(args[0], part.item(index), {}),), {})
        return FALLS

    Repeat(c, part.length, None, turn, assigned=frozenset(), head=frozenset()).record()
    return made
