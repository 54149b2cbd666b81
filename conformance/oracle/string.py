"""Oracles of schema/ops/string.py: strings as lists of code points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import string_numbers as _string_numbers  # noqa: F401 (registers its oracles)
from . import string_parts as _string_parts  # noqa: F401
from .registry import oracle


def _points(x: str) -> list[int]:
    return [ord(c) for c in x]


def _text(points: list[int]) -> str:
    return "".join(map(chr, points))


def _of(name: str, function: Callable[..., Any]) -> None:
    oracle(name)(function)


def _find(x: str, part: str) -> int:
    whole, piece = _points(x), _points(part)
    for start in range(len(whole) - len(piece) + 1):
        if whole[start : start + len(piece)] == piece:
            return start
    return -1


def _join(items: list[str], separator: str) -> str:
    points: list[int] = []
    for number, item in enumerate(items):
        points += (_points(separator) if number else []) + _points(item)
    return _text(points)


_of("str.concat", lambda x, y: _text(_points(x) + _points(y)))
_of("str.equal", lambda x, y: _points(x) == _points(y))
_of("str.less", lambda x, y: _points(x) < _points(y))
_of("str.len", lambda x: len(_points(x)))
_of("str.get", lambda x, index: _text([_points(x)[index]]))
_of("str.slice", lambda x, start, stop: _text(_points(x)[start:stop]))
_of("str.contains", lambda x, part: _find(x, part) >= 0)
_of("str.find", _find)
_of("str.join", _join)
_of("bool.to_str", lambda x: ("False", "True")[x])
