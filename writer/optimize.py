"""`optimize`: passes over what `trace` gave and over archives. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..archive.check import is_tensor
from ..archive.content import TensorData
from ..archive.entries import required_features
from ..archive.program import SPANS, apply_spans, decode_program, encode_program, encode_spans
from ..archive.read import Archive
from ..archive.rewrite import archive_fields, copy_archive
from ..reader.load import LoadedProgram, load
from ..schema.text.printer import print_program
from .passes import Optimized, run_passes
from .program import TracedProgram


def optimize(program: Any, passes: Iterable[str] | None = None) -> Any:
    """A program that computes the same with less.

    Parameters
    ----------
    program
        What `trace` gave; or what `load` gave, which must still be open.
    passes
        Names of passes, such as ``"constant-folding"``; by default all that leave every bit of every
        result as it is.

    Returns
    -------
    TracedProgram or LoadedProgram
        A new program of the same sort, to be called or saved; it has the same entry points and state.
        One that was loaded is held in memory, and runs on NumPy without limits.

    Raises
    ------
    ValueError
        There is no pass of that name.

    Notes
    -----
    SPEC 10.3.
    """
    if isinstance(program, TracedProgram):
        return program.optimize(passes)
    if not isinstance(program, LoadedProgram):
        raise TypeError(f"optimize takes what trace or load gave, not a {type(program).__name__}")
    archive = program._archive
    changes = changed_parts(archive, optimize_archive(archive, passes))
    data = copy_archive(archive, None, drop=_is_made_again, **changes)
    assert data is not None
    return load(data)


def optimize_archive(archive: Archive, passes: Iterable[str] | None = None) -> Optimized:
    """Run passes over the program of an open archive."""
    program = decode_program(archive.program)
    if SPANS in archive.names:
        apply_spans(program, archive.read(SPANS))
    tensors: dict[str, TensorData] = archive_fields(archive, is_tensor)["tensors"]
    return run_passes(program, tensors, passes)


def changed_parts(archive: Archive, made: Optimized) -> dict[str, Any]:
    """The arguments of `copy_archive`, and of `write_archive`, that passes change."""
    parts: dict[str, Any] = {
        "program": encode_program(made.program),
        "features": required_features(made.program),
        "tensors": made.tensors,
        # What was checked was the program before. SPEC 3.4.
        "metadata": {key: v for key, v in archive.manifest.metadata.items() if key != "checks"},
    }
    if archive.code:
        parts["code"] = print_program(made.program)
    if SPANS in archive.names:
        parts["debug"] = {SPANS: encode_spans(made.program)}
    return parts


def write_optimized(archive: Archive, target: Any, made: Optimized) -> None:
    """Write `archive` with the program that passes gave, everything else as it was."""
    copy_archive(archive, target, drop=_is_made_again, **changed_parts(archive, made))


def _is_made_again(name: str) -> bool:
    return name == SPANS or name.startswith("code/")
