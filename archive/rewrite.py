"""An archive again, with some parts changed: what `archive strip` and friends stand on."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, BinaryIO

from .check import CHUNKS, PROGRAM, contents, is_tensor
from .content import TensorData
from .pack import Kept
from .read import Archive
from .write import write_archive


def archive_fields(archive: Archive, drop: Callable[[str], bool] | None = None) -> dict[str, Any]:
    """The arguments of `write_archive` that make `archive` again, byte for byte.

    Parameters
    ----------
    archive
        An open archive; it must stay open until they are written.
    drop
        Says by name which optional members are left out.
    """
    manifest = archive.manifest
    extra = {
        name: archive.read(name)
        for name in archive.names
        if name not in (PROGRAM, CHUNKS) and not is_tensor(name) and not (drop and drop(name))
    }
    kept = {
        name: Kept(codec, archive.stored(name).rows, archive.stored_bytes(name))
        for name, (_, codec) in contents(manifest).items()
        if codec != "raw"
    }
    return {
        "program": archive.program,
        "entry_points": manifest.entry_points,
        "state": manifest.state,
        "tensors": {
            tensor.name: TensorData(tensor.dtype, tensor.shape, archive.content(tensor.name))
            for tensor in manifest.tensors
        },
        "extra_members": extra,
        "metadata": manifest.metadata,
        "producer": manifest.producer,
        "features": manifest.features,
        "opsets": manifest.opsets,
        "version": manifest.version,
        "kept": kept,
    }


def copy_archive(
    archive: Archive,
    target: str | os.PathLike[str] | BinaryIO | None,
    *,
    drop: Callable[[str], bool] | None = None,
    **changes: Any,
) -> bytes | None:
    """Write `archive` again; whatever is not changed stays as it is, compressed chunks too.

    Parameters
    ----------
    archive
        An open archive.
    target
        As for `write_archive`.
    drop
        Says by name which members to leave out, such as those below ``debug/``.
    changes
        Arguments of `write_archive` that take the place of the archive's own.
    """
    return write_archive(target, **(archive_fields(archive, drop) | changes))
