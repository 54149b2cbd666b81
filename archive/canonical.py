"""The one spelling of `manifest.json`. SPEC 3.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..schema import manifest_rules as rules
from .limits import Limits
from .rules import LIMIT_DEPTH, LIMIT_VALUES

WHERE = "manifest.json"
MAX_INTEGER = (1 << 63) - 1


def _accelerator() -> Any:
    """What `json` is built on; `json` itself compiles expressions and imports much that is not used here."""
    try:
        import _json
    except ImportError:  # a Python without it
        return None
    return _json


_json = _accelerator()


def dump(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, no floats, UTF-8 without escapes but the needed ones."""
    if _json is not None:
        return _text(value, _json.encode_basestring).encode()
    return _any_text(value).encode()


def _text(value: Any, quoted: Callable[[str], str]) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is int:
        return str(value)
    if kind is dict and set(map(type, value)) <= {str}:
        items = [f"{quoted(key)}:{_text(value[key], quoted)}" for key in sorted(value)]
        return "{" + ",".join(items) + "}"
    if kind is list:
        return "[" + ",".join([_text(item, quoted) for item in value]) + "]"
    return "null" if value is None else _any_text(value)


def _any_text(value: object) -> str:
    import json

    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse(data: bytes, limits: Limits) -> object:
    """Read canonical JSON; refuse whatever `dump` would not have written.

    Raises
    ------
    MalformedError
        ``manifest.utf8``, ``manifest.json``, ``manifest.number``, ``manifest.duplicate``,
        ``manifest.canonical``.
    LimitError
        ``limit.depth``, ``limit.values``.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise rules.UTF8.fail(f"{WHERE} byte {error.start}", got=error.reason) from None
    check_shape(data, limits)
    value = _read(text)
    try:
        again = dump(value)
    except UnicodeEncodeError:
        raise rules.UTF8.fail(WHERE, got="a lone surrogate") from None
    if again != data:
        _explain(text, data, again)
    return value


def _no_float(text: str) -> object:
    raise rules.NUMBER.fail(WHERE, expected="integers only", got=text[:40])


def _integer(text: str) -> int:
    if len(text) > 20 or not -MAX_INTEGER - 1 <= int(text) <= MAX_INTEGER:
        raise rules.NUMBER.fail(WHERE, expected="integers of 64 bits", got=text[:40])
    return int(text)


class _Hooks:
    """What `_json` is to make of numbers and objects."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = parse_constant = staticmethod(_no_float)
    parse_int = staticmethod(_integer)


def _read(text: str) -> object:
    if _json is not None:
        try:
            value, end = _json.make_scanner(_Hooks)(text, 0)
        except (StopIteration, ValueError):
            end = -1
        if end == len(text):
            return value
    import json

    try:
        return json.loads(text, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise rules.JSON.fail(f"{WHERE} character {error.pos}", got=error.msg) from None


def check_shape(data: bytes, limits: Limits) -> None:
    """Refuse JSON that has too many values or nests too deeply, before a recursive parser sees it."""
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in data else data
    marks = np.frombuffer(plain, np.uint8)
    marks = marks[~np.logical_xor.accumulate(marks == ord('"'))]  # what stands outside of strings
    opened = (marks == ord("[")) | (marks == ord("{"))
    values = 1 + int(np.count_nonzero(opened)) + int(np.count_nonzero(marks == ord(",")))
    if values > limits.json_values:
        raise LIMIT_VALUES.fail(WHERE, expected=f"at most {limits.json_values} values", got=str(values))
    closed = (marks == ord("]")) | (marks == ord("}"))
    steps = opened.astype(np.int32) - closed
    depth = int(np.cumsum(steps[steps != 0]).max(initial=0))
    if depth > limits.json_depth:
        raise LIMIT_DEPTH.fail(WHERE, expected=f"at most {limits.json_depth} levels", got=str(depth))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise rules.DUPLICATE.fail(WHERE, expected="each key once", got=f"{twice!r} twice")
    return seen


def _explain(text: str, data: bytes, again: bytes) -> None:
    """Say in which way the bytes are not the canonical spelling."""
    import json

    json.loads(text, object_pairs_hook=_unique)
    at = next((i for i, (a, b) in enumerate(zip(data, again)) if a != b), min(len(data), len(again)))
    raise rules.CANONICAL.fail(
        f"{WHERE} byte {at}", expected=repr(again[at : at + 30].decode("utf-8", "replace")),
        got=repr(data[at : at + 30].decode("utf-8", "replace")),
    )  # fmt: skip
