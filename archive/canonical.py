"""The one spelling of `manifest.json`. SPEC 3.1."""

from __future__ import annotations

import json
import re

from ..schema import manifest_rules as rules
from .limits import Limits
from .rules import LIMIT_DEPTH

WHERE = "manifest.json"
MAX_INTEGER = (1 << 63) - 1
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OTHER = bytes(set(range(256)) - set(b"[]{}"))


def dump(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, no floats, UTF-8 without escapes but the needed ones."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def parse(data: bytes, limits: Limits) -> object:
    """Read canonical JSON; refuse whatever `dump` would not have written.

    Raises
    ------
    MalformedError
        ``manifest.utf8``, ``manifest.json``, ``manifest.number``, ``manifest.duplicate``,
        ``manifest.canonical``.
    LimitError
        ``limit.depth``.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise rules.UTF8.fail(f"{WHERE} byte {error.start}", got=error.reason) from None
    check_depth(data, limits.json_depth)
    try:
        value = json.loads(text, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise rules.JSON.fail(f"{WHERE} character {error.pos}", got=error.msg) from None
    try:
        again = dump(value)
    except UnicodeEncodeError:
        raise rules.UTF8.fail(WHERE, got="a lone surrogate") from None
    if again != data:
        _explain(text, data, again)
    return value


def check_depth(data: bytes, limit: int) -> None:
    """Refuse JSON nested deeper than `limit`, before a recursive parser sees it."""
    brackets = _STRING.sub(b"", data).translate(None, _OTHER)
    if brackets.count(b"[") + brackets.count(b"{") <= limit:
        return
    depth = 0
    for byte in brackets:
        depth += 1 if byte in b"[{" else -1
        if depth > limit:
            raise LIMIT_DEPTH.fail(WHERE, expected=f"at most {limit} levels", got="more")


def _no_float(text: str) -> object:
    raise rules.NUMBER.fail(WHERE, expected="integers only", got=text[:40])


def _integer(text: str) -> int:
    if len(text) > 20 or not -MAX_INTEGER - 1 <= int(text) <= MAX_INTEGER:
        raise rules.NUMBER.fail(WHERE, expected="integers of 64 bits", got=text[:40])
    return int(text)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise rules.DUPLICATE.fail(WHERE, expected="each key once", got=f"{twice!r} twice")
    return seen


def _explain(text: str, data: bytes, again: bytes) -> None:
    """Say in which way the bytes are not the canonical spelling."""
    json.loads(text, object_pairs_hook=_unique)
    at = next((i for i, (a, b) in enumerate(zip(data, again)) if a != b), min(len(data), len(again)))
    raise rules.CANONICAL.fail(
        f"{WHERE} byte {at}", expected=repr(again[at : at + 30].decode("utf-8", "replace")),
        got=repr(data[at : at + 30].decode("utf-8", "replace")),
    )  # fmt: skip
