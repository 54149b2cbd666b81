"""Which file of the text holds which module. SPEC 7.4.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..ir import RecordClass
from ..types import ClassType, walk

MAX_PATH = 200

#: Names that some systems give to no file.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{device}{digit}" for device in ("com", "lpt") for digit in range(10))]
)
#: Names of the program's own files.
_OWN = frozenset({"__program__", "__operators__", "__modules__"})


def module_of(name: str) -> str:
    """The module of a class or function: all before the last dot."""
    return name.rpartition(".")[0]


def module_paths(modules: Iterable[str]) -> dict[str, str]:
    """A path for each module, and the module for each path.

    It is ``code/pkg/mod.py`` for ``pkg.mod`` and ``code/__main__.py`` for names without a module. Where a
    system could not hold that file beside the others, it is ``code/__modules__/<n>.py``, `n` being the
    position of the module among all of them, sorted.
    """
    paths: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for position, module in enumerate(sorted(modules)):
        path = f"code/{module.replace('.', '/') or '__main__'}.py"
        if not _possible(path, spelled):
            path = f"code/__modules__/{position}.py"
        _take(path, spelled)
        paths[path] = module
    return paths


def dependency_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The names in `needs`, in their order there, but each behind those that it needs. SPEC 7.4.2."""
    order: dict[str, None] = {}
    seen: set[str] = set()
    for first in needs:
        stack = [(first, False)]
        while stack:
            name, ready = stack.pop()
            if ready:
                order[name] = None
            elif name not in seen and name in needs:
                seen.add(name)
                stack.append((name, True))
                stack += [(inner, False) for inner in reversed(needs[name])]
    return list(order)


def needed_records(record: RecordClass) -> list[str]:
    """The record classes that the fields of `record` name."""
    return [part.name for _, t in record.fields for part in walk(t) if isinstance(part, ClassType)]


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _possible(path: str, spelled: dict[str, str]) -> bool:
    parts = path.removesuffix(".py").split("/")[1:]
    if len(path) > MAX_PATH or any(part.lower() in _DEVICES for part in parts) or parts[0].lower() in _OWN:
        return False
    *folders, file = _prefixes(path)
    return file.lower() not in spelled and all(spelled.get(f.lower(), f) == f for f in folders)


def _take(path: str, spelled: dict[str, str]) -> None:
    for prefix in _prefixes(path):
        spelled.setdefault(prefix.lower(), prefix)
