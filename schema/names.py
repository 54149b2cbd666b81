"""Names: what an identifier is, and how free ones are found. SPEC 5.2."""

from __future__ import annotations

from collections.abc import Container

from .dtypes import BY_NAME

#: The keywords of Python 3.11, whatever Python runs this.
_KEYWORDS = (
    "False None True and as assert async await break class continue def del elif else except finally "
    "for from global if import in is lambda nonlocal not or pass raise return try while with yield"
)

#: Words that no value, member or function is called. SPEC 7.2.
RESERVED: frozenset[str] = frozenset(_KEYWORDS.split()) | {"self", "print", "match", "case", "type", "_"}

MAX_NAME = 255

#: First parts of the names of operators on values that are no tensors. SPEC 5.5.
OPERATOR_PREFIXES = frozenset(
    (
        "int",
        "float",
        "bool",
        "complex",
        "str",
        "none",
        "optional",
        "list",
        "dict",
        "tuple",
        "record",
        "future",
    )
)


def is_identifier(name: str) -> bool:
    """Whether `name` is an ASCII identifier of at most 255 characters and no reserved word."""
    return 0 < len(name) <= MAX_NAME and name.isascii() and name.isidentifier() and name not in RESERVED


def is_qualified(name: str) -> bool:
    """Whether `name` is identifiers joined by dots."""
    return len(name) <= MAX_NAME and all(map(is_identifier, name.split(".")))


def is_declarable(name: str) -> bool:
    """Whether a class or function can be called `name`: qualified, and not a word of the type syntax."""
    return is_qualified(name) and name not in OPERATOR_PREFIXES and name not in BY_NAME


def is_custom(name: str) -> bool:
    """Whether `name` can be a custom operator's: qualified, and not in the opset's own name spaces."""
    return "." in name and is_qualified(name) and name.partition(".")[0] not in OPERATOR_PREFIXES


def clean(name: str) -> str:
    """An identifier near `name`: other characters become ``_``."""
    text = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)[:200]
    if not text or text[0].isdigit():
        text = "_" + text
    return text + "_" if text in RESERVED else text


def fresh_name(wish: str, taken: Container[str]) -> str:
    """`wish` if it is free, else with the least number behind it that is: ``v``, ``v1``, ``v2``."""
    name = clean(wish)
    if name not in taken:
        return name
    stem = name.rstrip("0123456789") or "v"
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
