"""Text: ``str()``, ``format()``, what ``print`` writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

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
    if kind == "int" and spec[-1:] in "eEfFgG%":
        value, kind = c.emit("int.to_float", value), "float"
    if kind not in ("int", "float", "str"):
        raise c.fail(rules.OPERAND, got=f"the spec {spec!r} for {describe(value)}")
    return c.called(lambda: c.emit(f"{kind}.format", value, **_attributes(c, kind, spec)))


_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>=^]))?(?P<sign>[-+ ])?(?P<z>z)?(?P<alternate>#)?(?P<zero>0)?"
    r"(?P<width>\d+)?(?P<grouping>[,_])?(?:\.(?P<precision>\d+))?(?P<type>[bdeEfFgGosxX%])?",
    re.DOTALL,
)


def _attributes(c: Compiler, kind: str, spec: str) -> dict[str, Any]:
    """A format spec as the attributes of the operator that formats. SPEC 9.7."""
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise c.fail(rules.OPERAND, got=f"the format spec {spec!r}")
    part = found.groupdict()
    made: dict[str, Any] = {
        "fill": part["fill"] or ("0" if part["zero"] else " "),
        "align": part["align"] or ("=" if part["zero"] and kind != "str" else "<" if kind == "str" else ">"),
        "width": int(part["width"] or 0),
    }
    if kind == "str":
        if any(part[key] for key in ("sign", "z", "alternate", "grouping")) or part["type"] not in (
            None,
            "s",
        ):
            raise c.fail(rules.OPERAND, got=f"the format spec {spec!r} for a str")
        if made["align"] == "=":
            raise c.fail(
                rules.OPERAND, got=f"the format spec {spec!r} for a str", hint="align with <, > or ^"
            )
    else:
        made |= {"sign": part["sign"] or "-", "alternate": bool(part["alternate"])}
        made |= {"type": part["type"] or ("d" if kind == "int" else ""), "grouping": part["grouping"] or ""}
    if kind == "float":
        made["positive_zero"] = bool(part["z"])
    if kind in ("float", "str"):
        made["precision"] = None if part["precision"] is None else int(part["precision"])
    elif part["precision"] or part["z"]:
        raise c.fail(rules.OPERAND, got=f"the format spec {spec!r} for an int")
    return made
