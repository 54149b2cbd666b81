"""``archive pack``: from an unpacked directory, or by tracing a Python callable."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ..cli import UsageError
from .examples import Example, read_examples, to_array
from .output import print_json, size_text

SOURCES = "an unpacked directory, or pkg.module:callable"


def run(args: argparse.Namespace) -> int:
    """Write the archive and say what was written."""
    if Path(args.source).is_dir():
        notes = _pack_directory(args)
    elif ":" in args.source and not Path(args.source).exists():
        notes = _pack_callable(args)
    elif Path(args.source).exists():
        raise UsageError(f"{args.source} is a file; SRC is {SOURCES}")
    else:
        raise UsageError(f"there is no directory {args.source}; SRC is {SOURCES}")
    size = os.stat(args.output).st_size
    if args.json:
        print_json({"ok": True, "output": args.output, "size": size, "warnings": notes})
    else:
        for note in notes:
            print(f"archive pack: warning: {note}", file=sys.stderr)
        print(f"{args.output}: {size_text(size)}")
    return 0


def _pack_directory(args: argparse.Namespace) -> list[str]:
    from ...reader.load import load
    from ..directory import pack_directory
    from ..pack import CompressOptions

    if args.input:
        raise UsageError("--input is for tracing a callable; a directory has its program already")
    for name in ("manifest.json", "params/index.json"):
        if not (Path(args.source) / name).is_file():
            raise UsageError(f"{args.source} was not made by `archive unpack`: it has no {name}")
    if os.path.isdir(args.output):
        raise UsageError(f"{args.output} is a directory")
    compiled: list[bool] = []

    def compile_texts(texts: Mapping[str, str]) -> tuple[bytes, dict[str, Any]]:
        compiled.append(True)
        from .edited import compile_code

        return compile_code(texts, Path(args.source))

    output = os.path.realpath(args.output)
    folder, name = os.path.split(output)
    beside = os.path.join(folder, f".{name[:200]}.{os.getpid()}.unchecked")
    try:
        pack_directory(
            args.source,
            beside,
            compile_code=compile_texts,
            compress=CompressOptions() if args.compress else None,
        )
        load(beside).close()  # what was edited may not fit together
        if os.path.exists(output):
            os.chmod(beside, os.stat(output).st_mode)
        os.replace(beside, output)
    except ValueError as error:  # a file that is not what its index says
        raise UsageError(f"{args.source}: {error}") from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)
    return _stale_vectors(args.output) if compiled else []


def _stale_vectors(path: str) -> list[str]:
    """A warning where the recorded calls are those of the program before it was edited."""
    from ...reader.vectors import run_vectors

    _, problems = run_vectors(path)
    if not problems:
        return []
    return [
        f"the recorded calls in tests/ no longer give their results ({problems[0]}); remove or record them"
    ]


def _pack_callable(args: argparse.Namespace) -> list[str]:
    from ...writer.save import save
    from ...writer.tracing import trace

    function = load_callable(args.source)
    examples = read_examples(args.input, args.seed)
    types = {example.name: example.type for example in examples if example.type and "[" in example.type}
    positional, named = _bind(function, {example.name: _argument(example) for example in examples})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        traced = trace(function, *positional, inputs=types or None, strict=args.strict, **named)
    metadata: dict[str, Any] = {
        key: getattr(args, key) for key in ("name", "description", "license") if getattr(args, key)
    }
    if args.author:
        metadata["authors"] = args.author
    save(traced, args.output, compress=args.compress, debug=not args.no_debug, **metadata)
    return [str(warning.message) for warning in caught]


def _bind(function: Any, values: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments as the function takes them."""
    try:
        signature = inspect.signature(getattr(function, "forward", function))
    except (TypeError, ValueError) as error:
        raise UsageError(f"the arguments are not known: {error}") from None
    known = signature.parameters
    rest = any(p.kind is p.VAR_KEYWORD for p in known.values())
    for name in values:
        if name not in known and not rest:
            raise UsageError(
                f"--input {name}: there is no parameter {name!r}, only {', '.join(known) or 'none'}"
            )
    missing = [
        name
        for name, p in known.items()
        if name not in values and p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if missing:
        raise UsageError(
            f"missing --input for {', '.join(missing)}; for example --input '{missing[0]}:f32[B,4]'"
        )
    first = [n for n, p in known.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    count = next((i for i, name in enumerate(first) if name not in values), len(first))
    given = dict(values)
    return tuple(given.pop(name) for name in first[:count]), given


def _argument(example: Example) -> Any:
    """Lists of numbers are arrays here."""
    return to_array(example.name, example.value) if isinstance(example.value, list) else example.value


def load_callable(source: str) -> Any:
    """The object that ``pkg.module:name.name`` names; a class is called without arguments."""
    module_name, _, path = source.partition(":")
    if not path or not all(part.isidentifier() for part in (*module_name.split("."), *path.split("."))):
        raise UsageError(f"{source}: expected pkg.module:callable")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module_name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{source}: {error}; run where the module can be imported") from None
    for part in path.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{source}: {module_name} has no {part!r}")
        found = getattr(found, part)
    if isinstance(found, type):
        found = found()
    if not callable(found):
        raise UsageError(f"{source}: {type(found).__name__} is not callable")
    return found
