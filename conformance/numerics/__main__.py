"""Measure how far results are from the exact ones: ``python -m tracebox.conformance.numerics``.

Prints, for each operator of floats and each dtype, the largest error against the oracle, the
operands that made it, the accuracy class, and whether it is honoured. Exit code 1 if one is not.
Another runtime than this package's reader is measured with ``-- COMMAND``, its adapter (SPEC 14.3).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ...schema.registry import operators
from ..protocol import PROTOCOL, Adapter
from . import table
from .measure import WAYS, OwnReader, Row, Runtime, measure
from .sampling import float_operators, is_moving

Job = tuple[str, str, str]


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m tracebox.conformance.numerics", description=__doc__)
    found.add_argument("--op", action="append", metavar="NAME", help="only this operator; repeatable")
    found.add_argument(
        "--dtype", action="append", metavar="NAME", help="only results of this dtype; repeatable"
    )
    found.add_argument("--samples", type=int, default=1000, metavar="N", help="elements a row (default 1000)")
    found.add_argument("--seed", type=int, default=0, help="the seed of the operands (default 0)")
    found.add_argument("--json", action="store_true", help="print a JSON object a row")
    found.add_argument("--state", type=Path, metavar="FILE", help="keep rows here, and go on where it ends")
    found.add_argument("--write", type=Path, metavar="FILE", help="put the rows into this table of Markdown")
    return found


def main(argv: list[str] | None = None) -> int:
    given = sys.argv[1:] if argv is None else argv
    cut = given.index("--") if "--" in given else len(given)
    args = parser().parse_args(given[:cut])
    if unknown := set(args.op or ()) - set(operators()):
        parser().error(f"no operator {', '.join(sorted(unknown))}")
    rows = []
    for row in measured(args, given[cut + 1 :]):
        rows.append(row)
        if args.json:
            print(json.dumps(asdict(row)), flush=True)
        else:
            print(table.line(row, ""), flush=True)
    if args.write:
        write(args.write, rows)
    missed = sum(not row.honoured for row in rows)
    if not args.json:
        print(f"{len(rows)} rows, {missed} miss their class")
    return 1 if missed else 0


def jobs(args: argparse.Namespace, own: bool) -> Iterator[Job]:
    """Operator, dtype and way of each row."""
    for op, dtypes in float_operators().items():
        if args.op and op not in args.op:
            continue
        ways = WAYS if own and operators()[op].composite else ("",)
        for dtype in dtypes:
            if not args.dtype or dtype in args.dtype:
                yield from ((op, dtype, way) for way in ways)


def measured(args: argparse.Namespace, command: list[str]) -> Iterator[Row]:
    """The rows, those that are in the state file first."""
    setting = {"samples": args.samples, "seed": args.seed, "command": command}
    known: dict[Job, Row] = {}
    if args.state and args.state.exists():
        for text in args.state.read_text("utf-8").splitlines():
            found = json.loads(text)
            if found["setting"] == setting:
                row = Row(**found["row"])
                known[row.op, row.dtype, row.way] = row
    if command:
        with Adapter(command, timeout=60.0) as adapter:
            adapter.request("hello", protocol=PROTOCOL)
            yield from _measured(args, {"": adapter}, known, setting)
    else:
        runtimes: dict[str, Runtime] = {way: OwnReader(native=way == "native") for way in WAYS}
        runtimes[""] = runtimes["native"]
        yield from _measured(args, runtimes, known, setting)


def _measured(
    args: argparse.Namespace, runtimes: dict[str, Runtime], known: dict[Job, Row], setting: dict[str, object]
) -> Iterator[Row]:
    for op, dtype, way in jobs(args, len(runtimes) > 1):
        row = known.get((op, dtype, way))
        if row is None:
            count = min(args.samples, 100) if is_moving(op) else args.samples
            row = measure(op, dtype, way, runtimes[way], count, args.seed)
            if args.state:
                args.state.parent.mkdir(parents=True, exist_ok=True)
                with args.state.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"setting": setting, "row": asdict(row)}) + "\n")
        yield row


def write(path: Path, rows: list[Row]) -> None:
    """Put the rows into the table at `path`, in the place of those of the same operators and dtypes."""
    commit = _commit()
    fresh = {(row.op, row.dtype) for row in rows}
    kept = {key: line for key, line in table.read(path).items() if key[:2] not in fresh}
    lines = kept | {(row.op, row.dtype, row.way): table.line(row, commit) for row in rows}
    moving = [op for op in float_operators() if is_moving(op)]
    bad = {row.op for row in rows if not row.honoured}
    path.write_text(table.text(lines.items(), [op for op in moving if op not in bad]), "utf-8")


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
