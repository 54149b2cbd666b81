"""``archive run``: run an entry point on arguments from the command line."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

import numpy as np

from ...schema.manifest import MISSING, EntryPoint, Tree
from ...schema.manifest_const import from_plain
from ...schema.types import TensorType, symbols_of
from ...schema.types_text import parse_type
from ..cli import UsageError
from .examples import Example, make_value, read_examples, split_spec, to_array
from .output import print_json
from .values import place_json, print_profile, print_values, profile_json, save_values, value_json

_SHOWN = 8


def run(args: argparse.Namespace) -> int:
    """Call the entry point and print, or write, what it gives."""
    from ...reader.limits import Limits
    from ...reader.load import load

    if (args.profile or args.profile_trace) and (args.dump or args.values):
        raise UsageError("profile and record values in two runs: recording takes time of its own")
    limits = None
    if args.max_steps is not None or args.max_bytes is not None:
        limits = Limits(steps=args.max_steps, bytes=args.max_bytes)
    program = load(args.file, engine=args.engine, limits=limits, native=not args.bodies)
    entry = choose_entry(args.entry, program.manifest.entry_points)
    arguments = _arguments(entry, read_examples(args.input, args.seed), args.seed)
    session = program.new_session()
    method = session.entry(entry.name)
    names = [p.name for p in entry.parameters if p.kind == "positional"]
    first = [arguments.pop(name) for name in names if name in arguments]
    seconds = []
    with ExitStack() as stack:
        profile = recording = None
        if args.profile or args.profile_trace:
            profile = stack.enter_context(session.profile(events=args.profile_trace is not None))
        if args.dump or args.values:
            recording = stack.enter_context(session.trace_values())
        for _ in range(args.repeat):
            started = time.perf_counter()
            result = method(*first, **arguments)
            seconds.append(time.perf_counter() - started)
    leaves = dict(_leaves("result", result))
    if args.output:
        arrays: dict[str, Any] = {name: np.asarray(value) for name, value in leaves.items()}
        np.savez(args.output, **arrays)
    if recording is not None and args.dump:
        save_values(args.dump, recording)
    if profile is not None and args.profile_trace:
        profile.save_trace(args.profile_trace)
    if args.json:
        shown = {name: _as_json(value) for name, value in leaves.items()}
        answer = {"ok": True, "entry": entry.name, "seconds": seconds, "results": shown}
        if recording is not None:
            answer["values"] = [{**place_json(v), "content": value_json(v.value)} for v in recording]
        if profile is not None:
            answer["profile"] = profile_json(profile)
        print_json(answer)
        return 0
    if recording is not None and args.values:
        print_values(recording)
    if profile is not None and args.profile:
        print_profile(profile)
    for name, value in leaves.items():
        print(f"{name}: {_text(value)}")
    later = f", later ones {1e3 * median(seconds[1:]):.3g} ms" if seconds[1:] else ""
    if recording is not None and args.dump:
        print(f"{args.dump}: {len(recording)} values")
    if profile is not None and args.profile_trace:
        print(f"{args.profile_trace}: a trace of {len(profile.events)} slices; open it in ui.perfetto.dev")
    print(f"{entry.name}: first call {1e3 * seconds[0]:.3g} ms{later}")
    return 0


def choose_entry(wanted: str | None, entries: Sequence[EntryPoint]) -> EntryPoint:
    """The entry point that is wanted, or the first."""
    found = {entry.name: entry for entry in entries}
    name = wanted or next(iter(found))
    if name not in found:
        raise UsageError(f"there is no entry point {name!r}; there are {', '.join(found)}")
    return found[name]


def call_arguments(
    entry: EntryPoint, specs: Sequence[str], seed: int, *, fill: bool = False
) -> list[tuple[str, Any]]:
    """The arguments by name, in the order of the parameters; `fill` makes up those that are missing."""
    if fill:
        given = {split_spec(spec)[0] for spec in specs}
        missing = [p for p in entry.parameters if p.name not in given and p.default is MISSING]
        made = [f"{p.name}:{_type_of(p.tree, entry.inputs)}" for p in missing if "const" not in p.tree]
        specs = [*specs, *made]
    arguments = _arguments(entry, read_examples(specs, seed), seed)
    return [(p.name, arguments[p.name]) for p in entry.parameters if p.name in arguments]


def _arguments(entry: EntryPoint, examples: list[Example], seed: int) -> dict[str, Any]:
    given = {example.name: example for example in examples}
    unknown = [name for name in given if name not in {p.name for p in entry.parameters}]
    if unknown:
        names = ", ".join(p.name for p in entry.parameters)
        raise UsageError(f"{entry.name} has no parameter {unknown[0]!r}; it has {names or 'none'}")
    arguments: dict[str, Any] = {}
    missing: list[str] = []
    for parameter in entry.parameters:
        if parameter.name in given:
            arguments[parameter.name] = _convert(
                parameter.name, parameter.tree, given[parameter.name].value, entry.inputs
            )
        elif parameter.default is MISSING and "const" in parameter.tree:
            arguments[parameter.name] = from_plain(parameter.tree["const"])  # there is no other value
        elif parameter.default is MISSING:
            missing.append(f"{parameter.name}:{_type_of(parameter.tree, entry.inputs)}")
    if missing:
        example = _example(entry, seed)
        raise UsageError(f"missing --input for {', '.join(missing)}{example}")
    return arguments


def _type_of(tree: Tree, types: tuple[str, ...]) -> str:
    from .signature import tree_text

    return tree_text(tree, types)


def _example(entry: EntryPoint, seed: int) -> str:
    """A hint that can be pasted, if every input is a tensor that can be made up."""
    parts = []
    for parameter in entry.parameters:
        ((kind, index),) = parameter.tree.items()
        if kind != "leaf":
            return ""
        t = parse_type(entry.inputs[index])
        if not isinstance(t, TensorType):
            return ""
        parts.append(f"--input '{parameter.name}:{entry.inputs[index]}'")
        make_value("", t, dict.fromkeys(symbols_of(t), 2), np.random.default_rng(seed))
    return "; for example " + " ".join(parts)


def _convert(name: str, tree: Tree, value: Any, types: tuple[str, ...]) -> Any:
    """JSON values as the arrays, tuples and dicts that the entry point takes."""
    ((kind, inner),) = tree.items()
    if kind == "leaf":
        t = parse_type(types[inner])
        if isinstance(t, TensorType) and not isinstance(value, np.ndarray):
            return to_array(name, value, t)
        return value
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if kind == "dict" and isinstance(value, dict):
        return {key: _convert(name, item, value[key], types) if key in value else None for key, item in inner}
    if kind in ("tuple", "list") and isinstance(value, list) and len(value) == len(inner):
        items = [_convert(name, item, part, types) for item, part in zip(inner, value)]
        return tuple(items) if kind == "tuple" else items
    return value


def _leaves(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(f"{name}.{key}", item)]
    if isinstance(value, (tuple, list)):
        return [leaf for index, item in enumerate(value) for leaf in _leaves(f"{name}.{index}", item)]
    return [(name, value)]


def _text(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    flat = value.reshape(-1)
    shown = ", ".join(str(item) for item in flat[:_SHOWN])
    dots = ", ..." if flat.size > _SHOWN else ""
    return f"{value.dtype}{list(value.shape)} [{shown}{dots}]"


def _as_json(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    data = (
        value.view(f"{value.dtype.str[0]}f{value.itemsize // 2}").tolist()
        if value.dtype.kind == "c"
        else value.tolist()
    )
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": data}
