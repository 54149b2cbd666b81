"""Text: ``str()``, ``format()``, what ``print`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..format_spec import format_call
from ..proxy import Proxy
from . import rules
from .values import DictBox, ListBox, Optional, describe, is_known, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler


def text(c: Compiler, value: Any) -> Any:
    """``str(value)``."""
    kind = scalar_kind(value)
    if kind == "str":
        return value
    if is_known(value) or value is None or isinstance(value, (np.generic, type, np.dtype)):
        return str(value)
    if type(value) is np.ndarray:
        return str(value)
    if kind in ("int", "float", "bool"):
        return c.emit(f"{kind}.to_str", value)
    if isinstance(value, Optional):
        has = c.emit("optional.has", value.val)

        def inner() -> Any:
            found = c.trace.op("optional.get", [c.trace.local(value.val)], {})[0]
            return text(c, c.wrap(found))

        return c.choose(has, inner, lambda: "None")
    if isinstance(value, Proxy) and not value.ndim:
        return c.emit("to_str", value._value(c.trace))
    if isinstance(value, (tuple, ListBox)):
        return _items(c, value)
    if isinstance(value, DictBox) and value.items is not None:
        found: Any = "{"
        for i, (key, item) in enumerate(value.items.items()):
            found = _join(c, found, ", " if i else "", repr(key), ": ", shown(c, item))
        return _join(c, found, "}")
    hint = "print numbers, strings and containers of these; of an array its shape, or an element"
    raise c.fail(rules.OPERAND, got=f"the text of {describe(value)}", hint=hint)


def shown(c: Compiler, value: Any) -> Any:
    """``repr(value)``."""
    if isinstance(value, str):
        return repr(value)
    if scalar_kind(value) == "str":
        raise c.fail(rules.OPERAND, got="the repr of a str of the program", hint="use the str itself")
    return text(c, value)


def _join(c: Compiler, *parts: Any) -> Any:
    found: Any = ""
    for part in parts:
        found = part if isinstance(found, str) and found == "" else c.binary("Add", found, part)
    return found


def _items(c: Compiler, value: Any) -> Any:
    if isinstance(value, ListBox) and value.items is None:
        raise c.fail(rules.OPERAND, got=f"the text of {describe(value)}", hint="print its items in a loop")
    items = list(value) if isinstance(value, tuple) else list(value.items)
    found: Any = "(" if isinstance(value, tuple) else "["
    for i, item in enumerate(items):
        found = _join(c, found, ", " if i else "", shown(c, item))
    end = "]" if not isinstance(value, tuple) else ",)" if len(items) == 1 else ")"
    return _join(c, found, end)


def formatted(c: Compiler, value: Any, spec: Any, conversion: str = "") -> Any:
    """``format(value, spec)``, after the conversion ``s`` or ``r``."""
    if not isinstance(spec, str):
        raise c.fail(rules.STATIC, got="a format spec that is not known", hint="write the spec out")
    if conversion == "r":
        value = shown(c, value)
    elif conversion:
        value = text(c, value)
    if not spec:
        return text(c, value)
    if is_known(value) or value is None:
        try:
            return format(value, spec)
        except (ValueError, TypeError) as error:
            raise c.fail(rules.OPERAND, got=str(error)) from None
    if isinstance(value, Proxy) and not value.ndim:
        value = c.wrap(c.trace.op("item", (value._value(c.trace),), {})[0])
    kind = scalar_kind(value)
    if kind not in ("bool", "int", "float", "str"):
        raise c.fail(rules.OPERAND, got=f"the spec {spec!r} for {describe(value)}")
    try:
        call = format_call(kind, spec)
    except ValueError as error:
        got, sample = str(error), {"bool": True, "int": 1, "float": 1.0, "str": ""}[kind]
        try:
            format(sample, spec)
        except ValueError as said:
            got = str(said)
        raise c.fail(rules.OPERAND, got=f"the spec {spec!r}: {got}") from None
    for conversion in call.conversions:
        value = c.emit(conversion, value)
    return c.emit(call.op, value, **call.attrs) if call.op else value
