"""``archive verify``: bytes, manifest, program, text and, on request, results."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...schema.errors import InvalidError, MalformedError, Problem, TraceboxError, UnsupportedError
from ...schema.ir import Program
from ...schema.labels import CODE_PRINT
from ..cli import EXIT_BAD_FILE, EXIT_GOOD, EXIT_NO, UsageError
from ..read import Archive
from .opening import open_file
from .output import Progress, print_json


def run(args: argparse.Namespace) -> int:
    """Run every check, print one line each, and all problems."""
    if args.operator and not args.run:
        raise UsageError("--operator is for --run")
    done: list[tuple[str, list[Problem], str]] = []
    ran_wrong = False
    for name, check in _checks(args):
        try:
            problems, note = check()
        except (MalformedError, InvalidError, UnsupportedError) as error:
            problems, note = list(error.problems), ""
        except TraceboxError as error:  # a recorded vector that no longer runs
            problems, note = list(error.problems), ""
        done.append((name, problems, note))
        if problems:
            ran_wrong = name == "vectors"
            break
    failed = [problem for _, problems, _ in done for problem in problems]
    if args.json:
        checks = [{"check": n, "ok": not p, "note": note} for n, p, note in done]
        print_json({"ok": not failed, "checks": checks, "problems": [p.as_json() for p in failed]})
    else:
        for name, problems, note in done:
            print(f"{name:<10} {'FAILED' if problems else 'ok'}" + (f"  {note}" if note else ""))
            for problem in problems:
                print(f"  {problem}")
        print(f"{args.file}: {'not valid' if failed else 'valid'}")
    return EXIT_GOOD if not failed else EXIT_NO if ran_wrong else EXIT_BAD_FILE


def native_kernels(given: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """The kernels that ``--operator NAME=pkg.module:callable`` names."""
    from .pack import load_callable

    found: dict[str, Callable[..., Any]] = {}
    for text in given:
        name, _, source = text.partition("=")
        if not source:
            raise UsageError(f"--operator {text}: expected NAME=pkg.module:callable")
        found[name] = load_callable(source)
    return found


Check = Callable[[], tuple[list[Problem], str]]


def _checks(args: argparse.Namespace) -> Iterator[tuple[str, Check]]:
    """The checks in order; one that fails ends the run, as the later ones build on it."""
    opened: list[Archive] = []
    programs: list[Program] = []

    def container() -> tuple[list[Problem], str]:
        opened.append(open_file(args.file))
        return [], f"{len(opened[0].names) + 2} members"

    def integrity() -> tuple[list[Problem], str]:
        with Progress("verifying") as progress:
            return opened[0].verify_all(progress), f"{len(opened[0].manifest.tensors)} tensors"

    def program() -> tuple[list[Problem], str]:
        from ...schema.expand import check_bodies
        from ...schema.verify import verify
        from ..program import SPANS, apply_spans, decode_program

        programs.append(decode_program(opened[0].program))
        problems = list(verify(programs[0]).problems)
        if not problems and SPANS in opened[0].names:
            apply_spans(programs[0], opened[0].read(SPANS))
        return problems or check_bodies(programs[0]), f"opset {programs[0].opset}"

    def loads() -> tuple[list[Problem], str]:
        from ...reader.load import load

        load(args.file)
        return [], f"{len(opened[0].manifest.entry_points)} entry points"

    def vectors() -> tuple[list[Problem], str]:
        from ...reader.vectors import count_free, run_vectors

        count, problems = run_vectors(args.file, operators)
        note = f"{count} recorded calls"
        if free := count_free(opened[0]):
            note += f"; {free} outputs that may differ are compared by dtype and shape alone"
        return problems, note

    operators = native_kernels(args.operator)

    try:
        yield "container", container
        yield "integrity", integrity
        yield "schema", lambda: check_schemas(opened[0])
        yield "program", program
        yield "text", lambda: check_text(opened[0], programs[0])
        yield "loads", loads
        if args.run:
            yield "vectors", vectors
    finally:
        for archive in opened:
            archive.close()


def check_schemas(archive: Archive) -> tuple[list[Problem], str]:
    """Hold the manifest against its JSON Schema, where jsonschema is installed."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        return [], "skipped: the extra `validate` is not installed"
    from importlib.resources import files
    from json import loads

    from ...schema.manifest_rules import TYPE

    schema = loads((files("tracebox.schema") / "manifest.schema.json").read_text("utf-8"))
    errors = Draft202012Validator(schema).iter_errors(archive.manifest.as_json())
    return [TYPE.problem(error.json_path, got=error.message) for error in errors], "manifest.schema.json"


def check_text(archive: Archive, program: Program) -> tuple[list[Problem], str]:
    """Compare the program text with the print of the program. SPEC 7.10."""
    if not archive.code:
        return [], "no program text"
    from ...schema.text.printer import print_program

    printed, problems = print_program(program), []
    for name in sorted({*printed, *archive.code}):
        want, have = printed.get(name), archive.code.get(name)
        if want != have:
            problems.append(CODE_PRINT.problem(name, **_difference(want, have)))
    return problems, f"{len(printed)} files"


def _difference(want: str | None, have: str | None) -> dict[str, str]:
    if want is None or have is None:
        return {
            "expected": "no such file" if want is None else "the file",
            "got": "none" if have is None else "one",
        }
    lines = zip([*want.splitlines(), ""], [*have.splitlines(), ""])
    for number, (expected, got) in enumerate(lines, 1):
        if expected != got:
            return {"expected": f"line {number}: {expected.strip()!r}", "got": repr(got.strip())}
    return {"expected": f"{len(want)} characters", "got": str(len(have))}
