"""Traced arrays that outlive their trace: found when it ends, with the line that kept them."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from types import CellType, CodeType, FrameType
from typing import Any

from ..schema.errors import TraceError
from . import rules
from .context import Trace
from .proxy import Proxy, View
from .scope import Val
from .spans import stores


def check_leaks(trace: Trace, codes: Sequence[CodeType]) -> None:
    """Raise if a traced array is still kept somewhere.

    Raises
    ------
    TraceError
        ``trace.leak``: with what keeps it and the line that put it there.
    """
    if not _alive(trace):
        return
    gc.collect()
    kept = _alive(trace)
    problems = []
    for proxy in kept:
        found = _holder(proxy, kept)
        if found is None:
            continue
        holder, name = found
        place = _line(trace, codes, name) or _made(proxy) or trace.root.class_name
        problems.append(
            rules.LEAK.problem(
                place,
                got=f"{proxy._label()}, kept in {holder}",
                hint="return it, or keep it in a field of a Module",
            )
        )
    if problems:
        raise TraceError(problems)


def _alive(trace: Trace) -> list[Proxy]:
    return [proxy for ref in trace.proxies if (proxy := ref()) is not None]


def _holder(proxy: Proxy, kept: list[Proxy]) -> tuple[str, str] | None:
    """What keeps `proxy`, and the name under which it does; None if only frames do."""
    for referrer in gc.get_referrers(proxy):
        if referrer is kept or isinstance(referrer, FrameType):
            continue
        if isinstance(referrer, View):
            return None  # reported by the view that keeps it
        if isinstance(referrer, dict):
            name = _key_of(referrer, proxy)
            return f"{_owner(referrer)} {name!r}", name
        if isinstance(referrer, (list, tuple, set)):
            return f"a {type(referrer).__name__}{_named(referrer)}", _name_of(referrer)
        what = (
            "the closure of a function" if isinstance(referrer, CellType) else f"a {type(referrer).__name__}"
        )
        return what, ""
    return None


def _key_of(space: dict[Any, Any], value: object) -> str:
    for key, item in space.items():
        if item is value:
            return str(key)
    return "?"


def _owner(space: dict[Any, Any]) -> str:
    if "__name__" in space and "__builtins__" in space:
        return f"the global of {space['__name__']}"
    for owner in gc.get_referrers(space):
        if getattr(owner, "__dict__", None) is space:
            return f"the attribute of {type(owner).__name__}"
    return f"a dict{_named(space)}, key"


def _name_of(value: Any) -> str:
    for referrer in gc.get_referrers(value):
        if isinstance(referrer, dict):
            for key, item in referrer.items():
                if item is value and isinstance(key, str):
                    return key
    return ""


def _named(value: Any) -> str:
    name = _name_of(value)
    return f" called {name!r}" if name else ""


def _line(trace: Trace, codes: Sequence[CodeType], name: str) -> str | None:
    """The line that stores into `name`; in code that ran, if it is stored in several places."""
    if not name:
        return None
    ran = trace.spans.codes()
    found = [(code in ran, f"{code.co_filename}:{line}") for code in codes if (line := stores(code, name))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _made(proxy: Proxy) -> str | None:
    source = proxy._source
    return str(source.place) if isinstance(source, Val) and source.place else None
