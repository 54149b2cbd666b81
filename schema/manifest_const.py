"""Scalar constants in `manifest.json`, which knows no floats. SPEC 3.6.2."""

from __future__ import annotations

import struct

Scalar = None | bool | int | str | float | complex


def to_plain(value: object) -> object:
    """A scalar as plain data: a float is ``{"float": "3ff0000000000000"}``, its big-endian bits.

    Examples
    --------
    >>> to_plain(1.0)
    {'float': '3ff0000000000000'}
    >>> to_plain(None), to_plain(True), to_plain(3), to_plain("a")
    (None, True, 3, 'a')
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": _bits(value)}
    if isinstance(value, complex):
        return {"complex": [_bits(value.real), _bits(value.imag)]}
    raise TypeError(f"a constant of the manifest cannot be a {type(value).__name__}")


def from_plain(plain: object) -> Scalar:
    """The scalar that `to_plain` wrote; ValueError if `plain` is nothing that it writes."""
    if plain is None or isinstance(plain, (bool, int, str)):
        return plain
    if isinstance(plain, dict) and len(plain) == 1:
        ((kind, value),) = plain.items()
        if kind == "float":
            return _float(value)
        if kind == "complex" and isinstance(value, list) and len(value) == 2:
            return complex(_float(value[0]), _float(value[1]))
    raise ValueError("neither a scalar nor a float or complex in hexadecimal")


def _bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def _float(text: object) -> float:
    if not isinstance(text, str) or len(text) != 16 or set(text) - set("0123456789abcdef"):
        raise ValueError("a float is 16 lower-case hexadecimal digits")
    value: float = struct.unpack(">d", bytes.fromhex(text))[0]
    return value
