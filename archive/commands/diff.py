"""``archive diff``: what differs between two archives, and where their runs part."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Any

from ...schema.errors import TraceboxError
from . import differences
from .opening import open_file, read_program
from .output import plain_text, print_json, print_table

if TYPE_CHECKING:
    from ...reader.record import Recording

#: How many lines of one function's diff are printed.
_LINES = 200


def run(args: argparse.Namespace) -> int:
    """Compare, print what differs, and give 0 if nothing does."""
    wanted = set(args.only) or {"metadata", "entries", "state", "parameters", "program", "run"}
    first, second = args.file, args.other
    found: dict[str, Any] = {}
    with _Opened(args, first) as a, _Opened(args, second) as b:
        same_root = a.root_digest == b.root_digest
        args.file = first
        program = read_program(a)
        args.file = second
        programs = program, read_program(b)
        mine, yours = (a, programs[0]), (b, programs[1])
        if "metadata" in wanted:
            found["metadata"] = differences.metadata(a, b)
        if "entries" in wanted:
            found["entries"] = differences.entries(a, b)
        if "state" in wanted:
            found["state"] = differences.state(mine, yours)
        if "parameters" in wanted:
            found["parameters"] = differences.parameters(mine, yours)
        if "program" in wanted:
            found["program"] = differences.program(*programs)
    asked = args.input or args.seed is not None
    if "run" in wanted and asked:
        found["run"] = _compare_runs(args, first, second)
    same = not any(part if name != "run" else not part["same"] for name, part in found.items())
    if args.json:
        print_json({"ok": same, "a": first, "b": second, "same_root_digest": same_root, **found})
    else:
        _print(first, second, same_root, found, same)
    return 0 if same else 1


class _Opened:
    """An archive that messages about bad files name."""

    def __init__(self, args: argparse.Namespace, path: str) -> None:
        args.file = path
        self.archive = open_file(path)

    def __enter__(self) -> Any:
        return self.archive

    def __exit__(self, *_: object) -> None:
        self.archive.close()


# --- runs -----------------------------------------------------------------------


def _compare_runs(args: argparse.Namespace, first: str, second: str) -> dict[str, Any]:
    """Run both files on the same arguments and compare what they make."""
    from .first_difference import FirstDifference
    from .tolerances import Tolerance

    (a, failed), (b, also_failed) = _recorded(args, first, second)
    tolerance = Tolerance(args.rtol, args.atol)
    search = FirstDifference(a, b, tolerance)
    if failed or also_failed:
        answer = search.by_order()
        same = failed == also_failed and answer is None
        return {"same": same, "errors": [failed, also_failed], "first": answer}
    results = _results(a), _results(b)
    answer = search.find()
    difference = tolerance.compare(*results)
    report = {"same": answer is None and difference is None, "errors": [None, None], "first": answer}
    report["values"] = [len(a), len(b)]
    report["results"] = difference
    return report


def _results(recording: Recording) -> list[Any]:
    return [recording[i].value for i in recording.results if i is not None]


def _recorded(args: argparse.Namespace, *paths: str) -> list[tuple[Recording, str | None]]:
    """The recording of each file's run, with the error that it ended in."""
    from ...reader.load import load
    from ...schema.errors import ArgumentError
    from .run import call_arguments, choose_entry

    found: list[tuple[Recording, str | None]] = []
    given: list[Any] = []
    for path in paths:
        args.file = path
        with load(path, native=not args.bodies) as program:
            entry = choose_entry(args.entry, program.manifest.entry_points)
            if not found:
                given = call_arguments(entry, args.input, args.seed or 0, fill=args.seed is not None)
            session = program.new_session()
            names = [p.name for p in entry.parameters]
            kinds = {p.name: p.kind for p in entry.parameters}
            renamed = [
                (name if name in kinds or i >= len(names) else names[i], value)
                for i, (name, value) in enumerate(given)
            ]
            placed = [value for name, value in renamed if kinds.get(name) == "positional"]
            named = {name: value for name, value in renamed if kinds.get(name) != "positional"}
            error = None
            with session.trace_values() as recording:
                try:
                    session.entry(entry.name)(*placed, **named)
                except ArgumentError:
                    raise
                except TraceboxError as problem:
                    error = str(problem).splitlines()[0]
            found.append((recording, error))
    return found


# --- text -----------------------------------------------------------------------


def _print(first: str, second: str, same_root: bool, found: dict[str, Any], same: bool) -> None:
    print(plain_text(f"a: {first}\nb: {second}"))
    if same_root:
        print("the root digests are the same: program, parameters and signatures are equal")
    for name, rows in found.items():
        if name == "program" and rows:
            print("program:")
            _print_program(rows)
        elif name == "run":
            compared = found.get("parameters")
            _print_run(rows, None if compared is None else [row["name"] for row in compared])
        elif rows:
            print(f"{name}:")
            print_table([(row["name"], _change(row)) for row in rows])
    equal = [name for name, rows in found.items() if name != "run" and not rows]
    if equal:
        print(f"no difference in {', '.join(equal)}")
    print("same" if same else "different")


def _change(row: dict[str, Any]) -> str:
    change = row.get("change")
    if change is None:
        return f"{_short(row['a'])} -> {_short(row['b'])}"
    if change == "values":
        return f"{row['type']}  {_distance(row)}"
    if change == "renamed":
        return f"renamed to {row['to']}"
    if change in ("removed", "added"):
        return f"{row.get('a') or row.get('b')}  only in {'a' if change == 'removed' else 'b'}"
    return f"{row['a']} -> {row['b']}"


def _short(value: object) -> str:
    return "(none)" if value is None else textwrap.shorten(str(value), 200)


def _distance(row: dict[str, Any]) -> str:
    at = f" at {row['at']}" if row["at"] else ""
    text = f"{row['unequal']} of {row['elements']} elements differ; largest difference {row['max_abs']:.4g}"
    text += f" (relative {row['max_rel']:.3g}){at}: a {_number(row['a'])}, b {_number(row['b'])}"
    if any(row["nan"]):
        text += f"; NaN: a {row['nan'][0]}, b {row['nan'][1]}"
    return text


def _number(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_number, value))}]"
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _print_program(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["change"] == "renamed":
            print(f"  {row['name']}: renamed to {row['to']}")
        elif row["change"] != "changed":
            side = "a" if row["change"] == "removed" else "b"
            print(f"  {row['name']}: only in {side} ({row['nodes']} nodes)")
        else:
            for line in row["diff"][:_LINES]:
                print(plain_text(f"  {line}".rstrip()))
            if len(row["diff"]) > _LINES:
                print(f"  ... {len(row['diff']) - _LINES} more lines; --json has them all")


def _print_run(report: dict[str, Any], changed: list[str] | None) -> None:
    print("run:")
    for name, error in zip("ab", report["errors"]):
        if error:
            print(plain_text(f"  {name} ends in an error: {error}"))
    found = report["first"]
    if found is None:
        if report["same"] and not any(report["errors"]):
            print(
                f"  results and state agree ({report['values'][0]} and {report['values'][1]} values compared)"
            )
        elif report.get("results"):
            print(plain_text(f"  the results differ: {_difference(report['results'])}"))
        return
    print("  first node whose values differ:")
    for name in "ab":
        print(plain_text(textwrap.indent("\n".join(_side(name, found[name])), "    ")))
    if found["difference"] is not None:
        print(plain_text(f"    {_difference(found['difference'])}"))
    for operand in found["operands"]:
        verdict = "agrees" if operand["agrees"] else "differs"
        print(plain_text(f"    operand {operand['name']}: {verdict}"))
    for parameter in found["parameters"]:
        verdict = "" if changed is None else ": differs" if parameter in changed else ": the same"
        print(plain_text(f"    parameter {parameter}{verdict}"))


def _side(name: str, value: dict[str, Any] | None) -> list[str]:
    if value is None:
        return [f"{name}  made no value of this operator, dtype and shape here"]
    lines = [f"{name}  {value['name']}: {value['type']} = {value['node']}"]
    source = value["source"]
    if source is not None:
        lines.append(f"   {source['file']}:{source['line']}  {value['line']}".rstrip())
    shown = value["content"]
    if isinstance(shown, dict) and "shape" in shown:
        kept = ("data", "nan", "inf") if "data" in shown else ("min", "max", "mean", "nan", "inf")
        known = {key: shown[key] for key in kept if key in shown}
        text = ", ".join(f"{key} {_number(item)}" for key, item in known.items())
        lines.append(f"   {shown['dtype']}{shown['shape']}  {text}")
    else:
        lines.append(f"   {shown}")
    return lines


def _difference(found: dict[str, Any]) -> str:
    item = f"item {found['item'][1:]}: " if found.get("item") else ""
    if "max_abs" in found:
        beyond = f" {found['differ']} beyond the tolerance" if "differ" in found else ""
        return f"{item}{_distance(found)};{beyond}".rstrip(";")
    return f"{item}{found['kind']}: a {found['a']}, b {found['b']}"
