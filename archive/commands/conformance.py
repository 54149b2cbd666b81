"""``archive conformance run``: prove what a runtime supports. SPEC 14."""

from __future__ import annotations

import argparse
import sys
from json import dumps
from pathlib import Path

from ..cli import EXIT_GOOD, EXIT_NO, UsageError
from .output import Progress, print_json

_SHOWN = 20


def run(args: argparse.Namespace) -> int:
    """Run the suite against the command after ``--``, by default against this package's reader."""
    from ...conformance.protocol import AdapterError
    from ...conformance.runner import PROFILES, run_suite
    from ...conformance.suite import questions

    if args.profile is not None and args.profile not in PROFILES:
        raise UsageError(f"--profile is one of {', '.join(PROFILES)}; got {args.profile!r}")
    command = args.command_line or [sys.executable, "-m", "tracebox.conformance.adapter"]
    cases = list(questions(tuple(args.select)))
    if not cases:
        raise UsageError(f"no case has {' or '.join(map(repr, args.select))} in its name")
    with Progress("conformance", len(cases)) as progress:
        try:
            report = run_suite(command, cases, profile=args.profile, timeout=args.timeout, progress=progress)
        except FileNotFoundError:
            raise UsageError(f"cannot start {command[0]!r}: no such command") from None
        except AdapterError as error:
            raise UsageError(f"{' '.join(command)}: {error}") from None
    plain = report.as_json()
    if args.report:
        Path(args.report).write_text(dumps(plain, indent=1) + "\n", "utf-8")
    if args.json:
        print_json({key: value for key, value in plain.items() if key != "cases"})
    else:
        failed = [outcome for outcome in report.outcomes if outcome.status == "failed"]
        for outcome in failed[:_SHOWN]:
            print(f"FAILED {outcome.name}: {outcome.note}")
        if len(failed) > _SHOWN:
            print(f"... and {len(failed) - _SHOWN} more; see --report")
        other = sum(o.note.startswith("other label") for o in report.outcomes)
        print(
            f"{report.runtime['runtime']} {report.runtime.get('version', '')}, profile {report.profile}:",
            end=" ",
        )
        print(f"{plain['passed']} passed, {plain['failed']} failed, {plain['skipped']} skipped", end="")
        print(f"; {other} refused under another label" if other else "")
        print("conforms" if report.conforms else "does not conform")
    return EXIT_GOOD if report.conforms else EXIT_NO
