"""The container, the tensors in it, the manifest and the `archive` command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content import TensorData as TensorData
    from .directory import pack_directory as pack_directory
    from .directory import unpack as unpack
    from .limits import DEFAULT as DEFAULT
    from .limits import Limits as Limits
    from .names import safe_names as safe_names
    from .pack import CompressOptions as CompressOptions
    from .pack import Kept as Kept
    from .read import Archive as Archive
    from .read import open_archive as open_archive
    from .rewrite import copy_archive as copy_archive
    from .write import write_archive as write_archive

_MODULE_OF = {
    "TensorData": "content", "pack_directory": "directory", "unpack": "directory", "DEFAULT": "limits",
    "Limits": "limits", "safe_names": "names", "CompressOptions": "pack", "Kept": "pack", "Archive": "read",
    "open_archive": "read", "copy_archive": "rewrite", "write_archive": "write",
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value
