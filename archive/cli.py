"""The ``archive`` command: arguments, exit codes, and how errors are shown.

Exit codes: 0 good, 1 the answer is no, 2 usage, 3 bad file. Each command is a module of
`tracebox.archive.commands`, imported when it is the one that was asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

EXIT_GOOD, EXIT_NO, EXIT_USAGE, EXIT_BAD_FILE = 0, 1, 2, 3

_EPILOG = "Exit codes: 0 good, 1 the answer is no, 2 usage, 3 bad file."

#: The passes that ``optimize`` knows; a test compares them with those that there are.
PASSES = (
    "dead-code",
    "inlining",
    "constant-folding",
    "branch-folding",
    "algebra",
    "common-subexpressions",
    "loop-invariant-motion",
    "unrolling",
    "memory-ordering",
    "parameter-folding",
    "normalisation-folding",
    "constant-folding-inexact",
)

Add = Callable[[argparse.ArgumentParser], None]


class UsageError(Exception):
    """What the user asked for cannot be asked; shown without a traceback, exit code 2."""


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected an integer, 0 or more; got {text!r}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected an integer, 1 or more; got {text!r}")
    return int(text)


def _tolerance(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"expected a number, 0 or more; got {text!r}")
    return value


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an archive: a path, or a URL that fsspec knows")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def _pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SRC", help="an unpacked directory, or pkg.module:callable")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the archive to write")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="SPEC",
        help="an argument to trace with: x:f32[B,4] (seeded example values), x=values.npy, n=3; repeatable",
    )
    parser.add_argument("--seed", type=_natural, default=0, help="the seed of example values (default 0)")
    parser.add_argument("--compress", action="store_true", help="compress tensors with zstd where it helps")
    parser.add_argument("--no-debug", action="store_true", help="leave source spans out")
    parser.add_argument("--strict", action="store_true", help="make each warning of the tracer an error")
    parser.add_argument("--name", help="metadata: the model's name")
    parser.add_argument("--description", help="metadata: what it does")
    parser.add_argument("--license", help="metadata: an SPDX identifier")
    parser.add_argument("--author", action="append", default=[], help="metadata: repeatable")
    _json(parser)


def _unpack(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument(
        "-d", "--directory", metavar="DIR", required=True, help="where to; must not exist or be empty"
    )
    _json(parser)


def _inspect(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--tensors", action="store_true", help="list every tensor")
    parser.add_argument("--members", action="store_true", help="list every member of the file")
    _json(parser)


def _code(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--member", metavar="NAME", help="only this file, such as code/net.py")
    parser.add_argument("--operators", action="store_true", help="show the bodies of composite operators too")
    parser.add_argument(
        "--source", action="store_true", help="show the source line that each line comes from, as a comment"
    )
    _json(parser)


def _graph(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--format", choices=("text", "dot"), default="text", help="text, or Graphviz dot")
    parser.add_argument("--bodies", action="store_true", help="show the bodies of composite operators too")
    parser.add_argument(
        "--no-source", action="store_true", help="without the text of the source lines that the file carries"
    )
    _json(parser)


def _run(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="SPEC",
        help="an argument: x=values.npy, n=3, x=[[1,2]] (JSON), or x:f32[2,4] (seeded values); repeatable",
    )
    parser.add_argument("--entry", metavar="NAME", help="which entry point (default: the first)")
    parser.add_argument("--engine", default="numpy", choices=("numpy", "cupy"), help="default numpy")
    parser.add_argument(
        "--repeat", type=_positive, default=1, metavar="N", help="call N times in one session, state kept"
    )
    parser.add_argument("--seed", type=_natural, default=0, help="the seed of example values (default 0)")
    parser.add_argument(
        "--bodies", action="store_true", help="run composites by the bodies that the file carries"
    )
    parser.add_argument("--max-steps", type=_natural, metavar="N", help="stop after N steps")
    parser.add_argument(
        "--max-bytes", type=_natural, metavar="N", help="stop when results would hold more bytes"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the results to an .npz file")
    parser.add_argument("--values", action="store_true", help="print every value on the way, by source line")
    parser.add_argument("--dump", metavar="FILE", help="write every value on the way to an .npz file")
    parser.add_argument(
        "--profile", action="store_true", help="print calls, times and bytes per module and per node"
    )
    parser.add_argument(
        "--profile-trace", metavar="FILE", help="write the profile as a JSON trace for ui.perfetto.dev"
    )
    _json(parser)


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="A", help="an archive: a path, or a URL that fsspec knows")
    parser.add_argument("other", metavar="B", help="the archive to compare it with")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="SPEC",
        help="run both on this argument, given as for `archive run`, and find the first node that differs",
    )
    parser.add_argument(
        "--inputs", action="extend", nargs="+", dest="input", metavar="SPEC", help="several such arguments"
    )
    parser.add_argument(
        "--seed", type=_natural, metavar="N", help="run both; seeded example values for missing inputs"
    )
    parser.add_argument("--entry", metavar="NAME", help="which entry point to run (default: the first)")
    parser.add_argument(
        "--rtol", type=_tolerance, metavar="X", help="allowed difference, relative to an element"
    )
    parser.add_argument(
        "--atol",
        type=_tolerance,
        metavar="X",
        help="allowed difference, relative to the array's largest element",
    )
    parser.add_argument(
        "--bodies", action="store_true", help="run composites by the bodies that the files carry"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=("metadata", "entries", "state", "parameters", "program", "run"),
        help="compare this alone; repeatable",
    )
    _json(parser)


def _verify(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--run", action="store_true", help="also run the recorded vectors and compare")
    parser.add_argument(
        "--operator",
        action="append",
        default=[],
        metavar="NAME=pkg.module:callable",
        help="with --run, a native kernel of a custom operator, to be compared too; repeatable",
    )
    _json(parser)


def _strip(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: replace FILE)")
    parser.add_argument("--code", action="store_true", help="remove the program text too")
    parser.add_argument("--names", action="store_true", help="rename all values in the program")
    parser.add_argument("--tests", action="store_true", help="remove recorded vectors too")
    _json(parser)


def _optimize(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: replace FILE)")
    parser.add_argument(
        "--pass",
        dest="passes",
        action="append",
        metavar="NAME",
        choices=PASSES,
        help="only this pass (default: all that leave every bit of the results as it is); repeatable: "
        + ", ".join(PASSES),
    )
    _json(parser)


def _conformance(parser: argparse.ArgumentParser) -> None:
    parser.usage = "archive conformance run [options] -- COMMAND [ARG ...]"
    parser.add_argument("action", choices=("run",), help="drive a runtime through the conformance suite")
    parser.add_argument(
        "--select", action="append", default=[], metavar="TEXT", help="only cases whose name contains TEXT"
    )
    parser.add_argument("--profile", help="hold the runtime to this profile instead of the one it declares")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for one answer (default 20)")
    parser.add_argument("--report", metavar="FILE", help="write every case's outcome to a JSON file")
    _json(parser)


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


COMMANDS: dict[str, tuple[str, Add]] = {
    "pack": ("write an archive from a directory, or by tracing a Python callable", _pack),
    "unpack": ("lay an archive out as a directory that can be edited", _unpack),
    "inspect": ("say what is in an archive", _inspect),
    "code": ("print the program as text", _code),
    "graph": ("print the program as a graph", _graph),
    "run": ("run an entry point", _run),
    "diff": ("say what differs between two archives; with inputs, the first node whose values differ", _diff),
    "verify": ("check bytes, manifest, program and text; with --run, results", _verify),
    "strip": ("remove what is not needed to run", _strip),
    "optimize": ("run passes over the program; it computes the same", _optimize),
    "conformance": ("prove what a runtime supports", _conformance),
    "completion": ("print a completion script for a shell", _completion),
}


class _Parser(argparse.ArgumentParser):
    """argparse, whose errors are JSON too where JSON is asked for."""

    json = False

    def error(self, message: str) -> NoReturn:
        if _Parser.json:
            from json import dumps

            print(dumps({"ok": False, "error": "usage", "message": message}, indent=2))
            self.exit(EXIT_USAGE)
        super().error(message)


def make_parser() -> argparse.ArgumentParser:
    """The command line's parser; `COMMANDS` says which subcommands there are."""
    from .. import __version__

    parser = _Parser(
        prog="archive", description="Make, read, check and run tracebox archives (.tbox).", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"archive (tracebox) {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (help_text, add) in COMMANDS.items():
        add(
            commands.add_parser(
                name, help=help_text, description=help_text.capitalize() + ".", epilog=_EPILOG
            )
        )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command_line: list[str] = []
    if arguments[:1] == ["conformance"] and "--" in arguments:
        cut = arguments.index("--")
        arguments, command_line = arguments[:cut], arguments[cut + 1 :]
    parser = make_parser()
    _Parser.json = "--json" in arguments
    args = parser.parse_args(arguments)
    if args.command == "conformance":
        args.command_line = command_line
    try:
        return _dispatch(args)
    except UsageError as error:
        return _show(args, [str(error)], EXIT_USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_GOOD
    except KeyboardInterrupt:
        return _show(args, ["interrupted"], 130)
    except ImportError as error:
        if "://" not in getattr(args, "file", ""):
            raise
        return _show(args, [str(error)], EXIT_USAGE)  # fsspec, or what it needs for a protocol
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _show(args, [f"{place}{error.strerror or error}"], EXIT_USAGE)


def _dispatch(args: argparse.Namespace) -> int:
    from ..schema.errors import ArgumentError, InvalidError, MalformedError, TraceboxError, UnsupportedError

    try:
        code: int = import_module(f".commands.{args.command}", __package__).run(args)
        return code
    except (MalformedError, InvalidError, UnsupportedError) as error:
        asked = error.problems and error.problems[0].code == "run.engine"
        return _show_problems(args, error, EXIT_USAGE if asked else EXIT_BAD_FILE)
    except ArgumentError as error:
        return _show_problems(args, error, EXIT_USAGE)
    except TraceboxError as error:
        return _show_problems(args, error, EXIT_NO)


def _show_problems(args: argparse.Namespace, error: object, code: int) -> int:
    from ..schema.errors import TraceboxError

    assert isinstance(error, TraceboxError)
    if getattr(args, "json", False):
        from json import dumps

        kind = type(error).__name__
        print(
            dumps({"ok": False, "error": kind, "problems": [p.as_json() for p in error.problems]}, indent=2)
        )
        return code
    place = getattr(args, "file", None) or getattr(args, "source", "")
    return _show(args, [f"{place}: {line}" if place else line for line in str(error).splitlines()[:1]]
                 + str(error).splitlines()[1:], code)  # fmt: skip


def _show(args: argparse.Namespace, lines: list[str], code: int) -> int:
    if getattr(args, "json", False):
        from json import dumps

        print(dumps({"ok": False, "error": "usage", "message": "\n".join(lines)}, indent=2))
    else:
        print(f"archive {args.command}: " + "\n".join(lines), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
