"""Which file of the text holds which module. SPEC 7.4.1."""

from __future__ import annotations

from collections.abc import Iterable

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
