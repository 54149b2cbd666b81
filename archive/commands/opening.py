"""Opening an archive for the subcommands: container, program, text, debug."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .output import plain_text

if TYPE_CHECKING:
    from ...schema.ir import Program, Span
    from ..read import Archive

SOURCES = "debug/source/"


def open_file(path: str) -> Archive:
    """The archive at `path`, its structure and small members checked."""
    from ..read import open_archive

    return open_archive(path)


def read_program(archive: Archive, *, spans: bool = True) -> Program:
    """The archive's program, verified; with source spans where the archive has them."""
    from ...schema.errors import InvalidError
    from ...schema.verify import verify
    from ..program import SPANS, apply_spans, decode_program

    program = decode_program(archive.program)
    problems = verify(program).problems
    if problems:
        raise InvalidError(problems)
    if spans and SPANS in archive.names:
        apply_spans(program, archive.read(SPANS))
    return program


def source_lines(archive: Archive) -> Callable[[Span], str] | None:
    """The source that the archive carries: gives the text of a line, "" where it has none."""
    files = {
        name.removeprefix(SOURCES): archive.read(name).decode("utf-8", "replace").splitlines()
        for name in archive.names
        if name.startswith(SOURCES)
    }
    if not files:
        return None

    def line(span: Span) -> str:
        lines = files.get(span.file, [])
        return plain_text(lines[span.line - 1].strip()) if 0 < span.line <= len(lines) else ""

    return line
