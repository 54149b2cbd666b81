"""``archive inspect``: what is in an archive."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from math import prod
from typing import Any

from ...schema.dtypes import BY_NAME
from ...schema.ir import Initial, InitialValue, Program, TensorConst, TensorRef
from ...schema.manifest import Tensor
from ..read import Archive
from .opening import open_file, read_program
from .output import print_json, print_table, size_text
from .signature import signature_text

_FIRST = 12


def run(args: argparse.Namespace) -> int:
    """Print the summary, or all of it as JSON."""
    with open_file(args.file) as archive:
        program = read_program(archive, spans=False)
        if args.json:
            print_json(_as_json(archive, program))
        else:
            _print(args, archive, program)
    return 0


def _as_json(archive: Archive, program: Program) -> dict[str, Any]:
    manifest = archive.manifest
    return {
        "ok": True,
        "size": archive.size,
        "root_digest": archive.root_digest,
        "parameters": sum(parameter_sizes(archive, program)),
        "operators": operator_counts(program),
        "signatures": [signature_text(entry) for entry in manifest.entry_points],
        "modules": [{"path": path, "class": name} for path, name, _ in module_rows(program)],
        "initial_state": initial_values(archive, program),
        "manifest": manifest.as_json(),
    }


def _print(args: argparse.Namespace, archive: Archive, program: Program) -> None:
    manifest = archive.manifest
    metadata = manifest.metadata
    sizes = parameter_sizes(archive, program)
    version = ".".join(map(str, manifest.version))
    print(f"{args.file}: tracebox {version} archive, {size_text(archive.size)}")
    rows = [(key, metadata[key]) for key in ("name", "description", "license") if metadata.get(key)]
    rows += [("authors", ", ".join(metadata["authors"]))] if metadata.get("authors") else []
    rows += [
        ("producer", f"{manifest.producer['name']} {manifest.producer['version']}".strip()),
        ("root digest", archive.root_digest),
        ("features", ", ".join(manifest.features) or "none"),
        ("opsets", ", ".join(f"{name} {version}" for name, version in sorted(manifest.opsets.items()))),
        ("parameters", f"{sum(sizes):,} in {len(sizes)} tensors"),
    ]
    rows += [("checked", check_text(found)) for found in metadata.get("checks", ())]
    print_table(rows)
    print("entry points:")
    for entry in manifest.entry_points:
        print(f"  {signature_text(entry)}")
    if manifest.state:
        print("state:")
        initial = initial_values(archive, program)
        print_table([(f.path, f.type, f"begins as {initial[f.path]}") for f in manifest.state])
    print("modules:")
    print_table([(path or "(root)", name, what) for path, name, what in module_rows(program)])
    counts = operator_counts(program)
    print("operators: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    if args.tensors:
        print("tensors:")
        print_table(
            [
                (t.name, f"{t.dtype}[{','.join(map(str, t.shape))}]", _bytes(t), t.codec)
                for t in manifest.tensors
            ]
        )
    if args.members:
        print("members:")
        print_table([(m.name, f"{m.size}", f"crc32 {m.crc32:08x}") for m in manifest.members])


def _bytes(tensor: Tensor) -> str:
    return size_text(prod(tensor.shape) * BY_NAME[tensor.dtype].itemsize)


def check_text(found: Mapping[str, Any]) -> str:
    """What a run of the checker tried and found. SPEC 3.4."""
    from collections import Counter

    trials = [trial for trial in found.get("trials", ()) if isinstance(trial, dict)]
    counts = Counter(str(trial.get("outcome", "?")) for trial in trials)
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    worst = max((str(trial.get("worst", "0")) for trial in trials), key=_number, default="0")
    inputs = "; ".join(str(trial.get("inputs", "?")) for trial in trials[:_FIRST])
    return f"{found.get('entry', '?')}: {outcomes}; largest difference {worst}; {inputs}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def initial_values(archive: Archive, program: Program) -> dict[str, str]:
    """For each field by its path what a new session has in it: a scalar, or a type with sizes."""
    stored = {t.name: f"{t.dtype}[{','.join(map(str, t.shape))}]" for t in archive.manifest.tensors}

    def shown(value: InitialValue) -> str:
        if isinstance(value, TensorRef):
            return stored[value.name]
        if isinstance(value, TensorConst):
            return f"{value.dtype}[{','.join(map(str, value.shape))}]"
        if isinstance(value, Initial):
            count = len(value.items) // (2 if value.kind == "dict" else 1)
            return f"{value.kind} of {count}"
        return repr(value)

    found = {}
    for index, path in program.instance_paths().items():
        instance = program.instances[index]
        cls = program.module_class(instance.class_name)
        for (name, _), value in zip(cls.fields, instance.fields):
            found[f"{path}.{name}" if path else name] = shown(value)
    return found


def parameter_sizes(archive: Archive, program: Program) -> list[int]:
    """The number of elements of each stored tensor that is a parameter of a module, shared ones once."""
    named = {name for index in program.instance_paths() for name in program.instances[index].params}
    sizes = {t.member: prod(t.shape) for t in archive.manifest.tensors if t.name in named}
    return list(sizes.values())


def module_rows(program: Program) -> list[tuple[str, str, str]]:
    """For each module its path, class, and parameters with their types, in depth-first order."""
    rows = []
    for index, path in program.instance_paths().items():
        cls = program.module_class(program.instances[index].class_name)
        parts = [f"{name} {t!r}" for name, t in cls.params]
        rows.append((path, cls.name, ", ".join(parts[:_FIRST] + (["..."] if len(parts) > _FIRST else []))))
    return rows


def operator_counts(program: Program) -> dict[str, int]:
    """How many nodes call each operator, most frequent first; bodies are not counted."""
    from collections import Counter

    from ...schema.ir import walk

    counts: Counter[str] = Counter()
    methods = [method for cls in program.classes for method in cls.methods]
    for function in (*program.functions, *methods):
        counts.update(node.name for node in walk(function.body) if node.kind == "op")
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
