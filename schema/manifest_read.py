"""Plain data to a `Manifest`, with every problem collected. SPEC 3.2 to 3.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import manifest_rules as rules
from .errors import MAX_PROBLEMS, InvalidError, MalformedError, Problem, TraceboxError, UnsupportedError
from .manifest import (
    FEATURES,
    FORMAT,
    KINDS,
    MAX_SIZE,
    MISSING,
    VERSION,
    EntryPoint,
    Manifest,
    Member,
    Parameter,
    StateField,
    Tensor,
)
from .rules import RULES, Rule

T = TypeVar("T")

_FIELDS = (
    "format", "version", "features", "opsets", "producer", "metadata",
    "members", "tensors", "entry_points", "state",
)  # fmt: skip
_RESERVED = ("shards", "signatures")
_HEX = frozenset("0123456789abcdef")
_NAMES = {dict: "an object", list: "an array", str: "a string", int: "an integer", bool: "a boolean"}


class _Walker:
    """Looks at plain data; a value of the wrong type is noted and replaced by an empty one."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, rule: Rule, where: str, expected: str = "", got: str = "") -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(rule.problem(where or "manifest.json", expected=expected, got=got))

    def of_type(self, value: object, kind: type[T], where: str) -> T:
        if type(value) is kind:
            return value
        self.note(rules.TYPE, where, _NAMES[kind], _shown(value))
        return kind()

    def text(self, value: object, where: str) -> str:
        return value if type(value) is str else self.of_type(value, str, where)

    def a_mapping(self, value: object, where: str) -> dict[str, Any]:
        return self.of_type(value, dict, where)

    def texts(self, value: object, where: str) -> tuple[str, ...]:
        items: list[object] = self.of_type(value, list, where)
        return tuple([self.text(item, f"{where}[{i}]") for i, item in enumerate(items)])

    def size(self, value: object, where: str) -> int:
        if type(value) is not int:
            return self.of_type(value, int, where)
        if not 0 <= value <= MAX_SIZE:
            self.note(rules.RANGE, where, "0 to 2**63 - 1", str(value))
            return 0
        return value

    def hex(self, value: object, digits: int, where: str) -> str:
        text = self.text(value, where)
        if len(text) != digits or not _HEX.issuperset(text):
            self.note(rules.HEX, where, f"{digits} digits of 0-9 and a-f", _shown(value))
            return "0" * digits
        return text

    def record(
        self, value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """`value` if it is an object with these keys, or None."""
        if type(value) is not dict:
            self.of_type(value, dict, where)
            return None
        if len(value) == len(required) and all(key in value for key in required):
            return value
        dot = f"{where}." if where else ""
        good = True
        for key in required:
            if key not in value:
                self.note(rules.MISSING, dot + key)
                good = False
        for key in value:
            if key not in required and key not in optional:
                self.note(rules.RESERVED if not where and key in _RESERVED else rules.KEY, dot + key[:80])
                good = False
        return value if good else None

    def each(self, value: object, where: str, read: Callable[[_Walker, Any, str], T | None]) -> list[T]:
        items: list[object] = self.of_type(value, list, where)
        found = []
        for index, item in enumerate(items):
            result = read(self, item, f"{where}[{index}]")
            if result is not None:
                found.append(result)
            if len(self.problems) >= MAX_PROBLEMS:
                break
        return found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def read_manifest(value: object, tree_depth: int) -> Manifest:
    """See `Manifest.from_json`."""
    walker = _Walker()
    _check_versions(walker, value)
    top = walker.record(value, "", _FIELDS)
    if top is None:
        raise error_of(walker.problems)
    manifest = Manifest(
        version=tuple(top["version"]),
        features=walker.texts(top["features"], "features"),
        opsets=_opsets(walker, top["opsets"]),
        producer=_producer(walker, top["producer"]),
        metadata=_metadata(walker, top["metadata"]),
        members=walker.each(top["members"], "members", _member),
        tensors=walker.each(top["tensors"], "tensors", _tensor),
        entry_points=walker.each(top["entry_points"], "entry_points", _entry_point),
        state=walker.each(top["state"], "state", _state),
    )
    if not walker.problems:
        _check_names(walker, manifest)
        _check_trees(walker, manifest, tree_depth)
    if walker.problems:
        raise error_of(walker.problems)
    return manifest


def error_of(problems: list[Problem]) -> TraceboxError:
    """Bytes before meaning: the class of the earliest phase among the problems."""
    classes = {RULES[problem.code].error for problem in problems}
    for kind in (MalformedError, InvalidError):
        if kind in classes:
            return kind(sorted(problems, key=lambda problem: RULES[problem.code].error is not kind))
    return RULES[problems[0].code].error(problems)


def _check_versions(walker: _Walker, value: object) -> None:
    """Whether this is a file of ours that asks for nothing unknown; before all else."""
    if type(value) is not dict:
        return
    if "format" in value and value["format"] != FORMAT:
        raise rules.FORMAT.fail("format", expected=repr(FORMAT), got=_shown(value["format"]))
    version = value.get("version", list(VERSION))
    if type(version) is not list or len(version) != 2 or not all(type(v) is int for v in version):
        raise rules.TYPE.fail("version", expected="an array of two integers", got=_shown(version))
    if version[0] != VERSION[0] or not 0 <= version[1] <= 0xFFFF:
        raise rules.VERSION.fail(
            "version", expected=f"{VERSION[0]}.x", got=f"{version[0]}.{version[1]}",
            hint="a newer tracebox may read this file",
        )  # fmt: skip
    features = value.get("features", [])
    if type(features) is not list or not all(type(name) is str for name in features):
        return
    unknown = [name for name in features if name not in FEATURES]
    if unknown:
        raise UnsupportedError(
            rules.FEATURE.problem("features", got=_shown(name), hint="a newer tracebox may read this file")
            for name in unknown
        )
    if sorted(set(features)) != features:
        walker.note(rules.FEATURES, "features", _shown(sorted(set(features))), _shown(features))


def _opsets(walker: _Walker, value: object) -> dict[str, int]:
    opsets = walker.of_type(value, dict, "opsets")
    if "tracebox" not in opsets:
        walker.note(rules.MISSING, "opsets.tracebox")
    for name, version in opsets.items():
        if walker.size(version, f"opsets.{name[:80]}") < 1 and type(version) is int:
            walker.note(rules.RANGE, f"opsets.{name[:80]}", "1 or more", _shown(version))
    return opsets


def _producer(walker: _Walker, value: object) -> dict[str, str]:
    record = walker.record(value, "producer", ("name", "version")) or {}
    return {key: walker.text(text, f"producer.{key}") for key, text in record.items()}


def _metadata(walker: _Walker, value: object) -> dict[str, Any]:
    metadata: dict[str, Any] = walker.of_type(value, dict, "metadata")
    for key in ("name", "description", "license"):
        if key in metadata:
            walker.text(metadata[key], f"metadata.{key}")
    if "authors" in metadata:
        walker.texts(metadata["authors"], "metadata.authors")
    if "labels" in metadata:
        labels: dict[str, Any] = walker.of_type(metadata["labels"], dict, "metadata.labels")
        for key, names in labels.items():
            walker.texts(names, f"metadata.labels.{key[:80]}")
    if "checks" in metadata:
        walker.each(metadata["checks"], "metadata.checks", _Walker.a_mapping)
    if "extra" in metadata:
        walker.of_type(metadata["extra"], dict, "metadata.extra")
    return metadata


def _member(walker: _Walker, value: object, where: str) -> Member | None:
    record = walker.record(value, where, ("name", "size", "crc32"), ("sha256",))
    if record is None:
        return None
    digest = walker.hex(record["sha256"], 64, f"{where}.sha256") if "sha256" in record else None
    return Member(
        walker.text(record["name"], f"{where}.name"),
        walker.size(record["size"], f"{where}.size"),
        int(walker.hex(record["crc32"], 8, f"{where}.crc32"), 16),
        digest,
    )


def _tensor(walker: _Walker, value: object, where: str) -> Tensor | None:
    record = walker.record(value, where, ("name", "dtype", "shape", "member", "codec"))
    if record is None:
        return None
    shape: list[object] = walker.of_type(record["shape"], list, f"{where}.shape")
    return Tensor(
        walker.text(record["name"], f"{where}.name"),
        walker.text(record["dtype"], f"{where}.dtype"),
        tuple([walker.size(size, f"{where}.shape[{i}]") for i, size in enumerate(shape)]),
        walker.text(record["member"], f"{where}.member"),
        walker.text(record["codec"], f"{where}.codec"),
    )


def _state(walker: _Walker, value: object, where: str) -> StateField | None:
    record = walker.record(value, where, ("path", "type"))
    if record is None:
        return None
    return StateField(
        walker.text(record["path"], f"{where}.path"), walker.text(record["type"], f"{where}.type")
    )


def _entry_point(walker: _Walker, value: object, where: str) -> EntryPoint | None:
    fields = ("name", "module", "method", "parameters", "results", "inputs", "outputs")
    record = walker.record(value, where, fields)
    if record is None:
        return None
    return EntryPoint(
        walker.text(record["name"], f"{where}.name"),
        walker.text(record["module"], f"{where}.module"),
        walker.text(record["method"], f"{where}.method"),
        tuple(walker.each(record["parameters"], f"{where}.parameters", _parameter)),
        record["results"],
        walker.texts(record["inputs"], f"{where}.inputs"),
        walker.texts(record["outputs"], f"{where}.outputs"),
    )


def _parameter(walker: _Walker, value: object, where: str) -> Parameter | None:
    record = walker.record(value, where, ("name", "kind", "tree"), ("default",))
    if record is None:
        return None
    default: object = MISSING
    if "default" in record:
        default = _const(walker, record["default"], f"{where}.default")
    kind = walker.text(record["kind"], f"{where}.kind")
    if kind not in KINDS:
        walker.note(rules.PARAMETER, f"{where}.kind", " or ".join(KINDS), _shown(kind))
        return None
    return Parameter(walker.text(record["name"], f"{where}.name"), kind, record["tree"], default)


def _check_names(walker: _Walker, manifest: Manifest) -> None:
    names: set[str] = set()
    for i, entry in enumerate(manifest.entry_points):
        where = f"entry_points[{i}]"
        if not entry.name or entry.name in names:
            walker.note(rules.ENTRY, f"{where}.name", "a name of its own", _shown(entry.name))
        names.add(entry.name)
        _check_parameters(walker, entry, where)
    paths: set[str] = set()
    for i, field in enumerate(manifest.state):
        if not field.path or field.path in paths:
            walker.note(rules.STATE, f"state[{i}].path", "a path of its own", _shown(field.path))
        paths.add(field.path)


def _check_parameters(walker: _Walker, entry: EntryPoint, where: str) -> None:
    seen: set[str] = set()
    last, defaulted = 0, False
    for j, parameter in enumerate(entry.parameters):
        at = f"{where}.parameters[{j}]"
        rank = KINDS.index(parameter.kind)
        if not parameter.name or parameter.name in seen:
            walker.note(rules.PARAMETER, f"{at}.name", "a name of its own", _shown(parameter.name))
        if rank < last:
            walker.note(rules.PARAMETER, f"{at}.kind", f"{KINDS[last]} or later", parameter.kind)
        if parameter.kind != "keyword":
            if defaulted and parameter.default is MISSING:
                walker.note(rules.DEFAULT, at, "a default", "none")
            defaulted = defaulted or parameter.default is not MISSING
        seen.add(parameter.name)
        last = max(last, rank)


def _check_trees(walker: _Walker, manifest: Manifest, depth: int) -> None:
    for i, entry in enumerate(manifest.entry_points):
        where = f"entry_points[{i}]"
        leaves: list[int] = []
        for j, parameter in enumerate(entry.parameters):
            _tree(walker, parameter.tree, f"{where}.parameters[{j}].tree", leaves, depth)
        _check_leaves(walker, leaves, len(entry.inputs), f"{where}.parameters")
        results: list[int] = []
        _tree(walker, entry.results, f"{where}.results", results, depth)
        _check_leaves(walker, results, len(entry.outputs), f"{where}.results")


def _check_leaves(walker: _Walker, leaves: list[int], count: int, where: str) -> None:
    if walker.problems and walker.problems[-1].code == rules.DEPTH.code:
        return  # not all leaves were seen
    if leaves != list(range(len(leaves))) or len(leaves) != count:
        walker.note(rules.LEAF, where, f"leaves 0 to {count - 1}" if count else "no leaf", _shown(leaves))


def _const(walker: _Walker, value: object, where: str) -> object:
    from .manifest_const import from_plain

    try:
        return from_plain(value)
    except ValueError as error:
        walker.note(rules.CONST, where, str(error), _shown(value))
        return MISSING


def _tree(walker: _Walker, tree: object, where: str, leaves: list[int], depth: int) -> None:
    if depth < 0:
        walker.note(rules.DEPTH, where[:80])
        return
    if type(tree) is not dict or len(tree) != 1:
        walker.note(rules.TREE, where, "an object with one key", _shown(tree))
        return
    ((kind, value),) = tree.items()
    if kind == "leaf" and type(value) is int:
        leaves.append(value)
    elif kind in ("tuple", "list") and type(value) is list:
        for i, item in enumerate(value):
            _tree(walker, item, f"{where}.{kind}[{i}]", leaves, depth - 1)
    elif kind == "dict" and type(value) is list:
        _dict_tree(walker, value, where, leaves, depth)
    elif kind == "const":
        _const(walker, value, f"{where}.const")
    else:
        walker.note(rules.TREE, where, "leaf, tuple, list, dict or const", _shown(tree))


def _dict_tree(walker: _Walker, pairs: list[Any], where: str, leaves: list[int], depth: int) -> None:
    keys: set[tuple[type, object]] = set()
    for i, pair in enumerate(pairs):
        at = f"{where}.dict[{i}]"
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
            walker.note(rules.TREE, at, "a pair of a string or integer, and a tree", _shown(pair))
            continue
        if (type(pair[0]), pair[0]) in keys:
            walker.note(rules.TREE, at, "each key once", _shown(pair[0]))
        keys.add((type(pair[0]), pair[0]))
        _tree(walker, pair[1], at, leaves, depth - 1)
