"""Opening an archive for the subcommands: container, program, text, debug."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...schema.ir import Program
    from ..read import Archive


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
