"""Python's format specifications as calls of operators: what ``f"{x:>8.3f}"`` becomes. SPEC 9.7."""

from __future__ import annotations

import re
from typing import Any

#: [[fill]align][sign][z][#][0][width][grouping][.precision][type], as in Python 3.11.
_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>=^]))?(?P<sign>[-+ ])?(?P<z>z)?(?P<alternate>\#)?(?P<zero>0)?"
    r"(?P<width>[0-9]+)?(?P<grouping>[,_])?(?:\.(?P<precision>[0-9]+))?(?P<type>.)?",
    re.DOTALL,
)
_INTEGER = frozenset("bdoxX")
_FLOATING = frozenset("eEfFgG%")
#: SPEC 8.12: what `width` and `precision` are at most.
LARGEST = 10000


class FormatCall:
    """The operators that format a value: `conversions` one after another, then `op` with `attrs`.

    Of ``f"{n:.2f}"`` with an int they are ``("int.to_float",)``, ``"float.format"`` and its attributes.
    `op` is "" where the value, converted, is the text already.
    """

    __slots__ = ("conversions", "op", "attrs")

    def __init__(self, conversions: tuple[str, ...], op: str, attrs: dict[str, Any]) -> None:
        self.conversions = conversions
        self.op = op
        self.attrs = attrs


def format_call(kind: str, spec: str) -> FormatCall:
    """The operators that give ``format(x, spec)`` of a value of the type `kind`.

    Parameters
    ----------
    kind
        ``"bool"``, ``"int"``, ``"float"`` or ``"str"``.
    spec
        The specification; the text behind the colon in an f-string.

    Raises
    ------
    ValueError
        If Python refuses the specification for the type, or no operator has it (the types ``c`` and
        ``n``; a width or precision above 10000).
    """
    if not spec:
        return FormatCall((), "" if kind == "str" else f"{kind}.to_str", {})
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise ValueError(f"{spec!r} is no format specification")
    parts = found.groupdict()
    for name in ("width", "precision"):
        if parts[name] and int(parts[name]) > LARGEST:
            raise ValueError(f"the {name} in {spec!r} is more than {LARGEST}")
    if kind == "str":
        return FormatCall((), "str.format", _text(parts, spec))
    code = parts["type"] or ("" if kind == "float" else "d")
    before = ("bool.to_int",) if kind == "bool" else ()
    if kind != "float" and code in _INTEGER:
        return FormatCall(before, "int.format", _integer(parts, spec, code))
    if code in _FLOATING or (kind == "float" and not code):
        attrs = {**_number(parts, code), "positive_zero": bool(parts["z"]), "precision": _precision(parts)}
        return FormatCall(before + (("int.to_float",) if kind != "float" else ()), "float.format", attrs)
    raise ValueError(f"{spec!r} has a type that no operator for {kind} has: {code!r}")


def _precision(parts: dict[str, Any]) -> int | None:
    return None if parts["precision"] is None else int(parts["precision"])


def _fill(parts: dict[str, Any], align: str) -> dict[str, Any]:
    """Fill, alignment and width; the flag 0 is a fill, and an alignment of numbers where none is given."""
    zero = parts["zero"] and parts["fill"] is None
    default = "=" if zero and align == ">" else align
    return {
        "fill": parts["fill"] or ("0" if zero else " "),
        "align": parts["align"] or default,
        "width": int(parts["width"] or 0),
    }


def _number(parts: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        "type": code,
        **_fill(parts, ">"),
        "sign": parts["sign"] or "-",
        "alternate": bool(parts["alternate"]),
        "grouping": parts["grouping"] or "",
    }


def _integer(parts: dict[str, Any], spec: str, code: str) -> dict[str, Any]:
    if parts["precision"] is not None or parts["z"]:
        raise ValueError(f"{spec!r} has a precision or 'z', which an int has not")
    if parts["grouping"] == "," and code != "d":
        raise ValueError(f"{spec!r} has ',' with {code!r}")
    return _number(parts, code)


def _text(parts: dict[str, Any], spec: str) -> dict[str, Any]:
    if parts["type"] not in (None, "s") or parts["align"] == "=":
        raise ValueError(f"{spec!r} is for numbers, and this is a str")
    if parts["sign"] or parts["z"] or parts["alternate"] or parts["grouping"]:
        raise ValueError(f"{spec!r} is for numbers, and this is a str")
    return {**_fill(parts, "<"), "precision": _precision(parts)}
