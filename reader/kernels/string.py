"""Kernels of schema/ops/string.py: Python's strings are sequences of code points."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .registry import OperatorError, kernel, prepare


def _plain(name: str, function: Callable[..., Any]) -> None:
    kernel(name)(lambda xp, *operands: function(*operands))
    prepare(name)(lambda xp, attrs, types: function)


def _get(x: str, index: int) -> str:
    if 0 <= index < len(x):
        return x[index]
    raise OperatorError("E1", f"{index} for a length of {len(x)}")


def _slice(x: str, start: int, stop: int) -> str:
    if 0 <= start <= stop <= len(x):
        return x[start:stop]
    raise OperatorError("E1", f"{start} to {stop} for a length of {len(x)}")


_plain("str.concat", operator.add)
_plain("str.equal", operator.eq)
_plain("str.less", operator.lt)
_plain("str.len", len)
_plain("str.get", _get)
_plain("str.slice", _slice)
_plain("str.contains", operator.contains)
_plain("str.find", str.find)
_plain("str.join", lambda items, separator: separator.join(items))
_plain("int.to_str", str)
_plain("float.to_str", repr)
_plain("bool.to_str", str)
