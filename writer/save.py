"""`save`: a traced program as an archive. SPEC 2, 3."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from ..archive.entries import required_features, state_fields
from ..archive.limits import DEFAULT, Limits
from ..archive.pack import CompressOptions
from ..archive.program import SPANS, encode_program, encode_spans
from ..archive.rewrite import copy_archive
from ..archive.write import write_archive
from ..reader.load import LoadedProgram
from ..reader.session import Session
from ..reader.vectors import MEMBER, Call, Free, dump_vectors, flatten, free
from ..schema.manifest import MISSING, EntryPoint
from ..schema.text.printer import print_program
from ..schema.types_text import parse_type
from . import rules
from .carried import archive_from, traced_from
from .checker import generated
from .free_results import free_results
from .program import TracedProgram
from .trees import tree_of

SOURCES = "debug/source/"


def save(
    program: TracedProgram | LoadedProgram | Session,
    path: Any,
    *,
    name: str = "",
    description: str = "",
    license: str = "",
    authors: Iterable[str] = (),
    labels: Mapping[str, Sequence[str]] | None = None,
    extra: Mapping[str, Any] | None = None,
    compress: bool | CompressOptions | None = None,
    vectors: int | Sequence[Any] = 1,
    debug: bool = True,
    archive_limits: Limits = DEFAULT,
) -> Any:
    """Write the program to an archive.

    Parameters
    ----------
    program
        What `trace` gave; or what `load` gave, which is written again as it was, with the metadata
        that is given here, and with its own vectors (0 and ``debug=False`` leave them and these out).
        Or a session of either: the archive's initial state is the session's, and its vectors are
        recorded anew.
    path
        Where to: a path, an object with a method ``write``, or None to get the bytes.
    name, description, license, authors, labels, extra
        Metadata. `labels` are lists of names, such as those of classes, by the output that they are
        for; `extra` is plain data without floats.
    compress
        Whether to compress tensors, or how.
    vectors
        How many calls to record, the traced one first and then generated ones; or arguments, a
        tuple or dict each, of calls to record in one session. Of outputs that other runtimes may give
        otherwise (SPEC 10.7.3: signs of singular vectors) dtype and shape are recorded alone.
    debug
        Whether to include source positions and the sources that they point into.
    archive_limits
        What the readers that are meant accept, a `tracebox.archive.Limits`. SPEC 13.1.

    Raises
    ------
    InvalidError, MalformedError
        ``save.metadata``, ``save.vectors``, ``manifest.*``: nothing is written.

    Notes
    -----
    The same program, vectors and versions give the same bytes. SPEC 2.14.
    """
    metadata: dict[str, Any] = {
        key: value
        for key, value in (
            ("name", name),
            ("description", description),
            ("license", license),
            ("authors", _names(authors, "metadata.authors")),
            (
                "labels",
                {
                    key: _names(names, f"metadata.labels.{key}")
                    for key, names in _mapping(labels, "metadata.labels").items()
                },
            ),
            ("extra", _mapping(extra, "metadata.extra")),
        )
        if value
    }
    _check_plain(metadata, "metadata")
    if not (compress is None or isinstance(compress, (bool, CompressOptions))):
        raise TypeError(f"compress is a bool or CompressOptions, not a {type(compress).__name__}")
    options = CompressOptions() if compress is True else compress or None
    carried: dict[str, Any] = {}
    if isinstance(program, Session):
        session, owner = program, program._program
        if isinstance(owner, TracedProgram):
            program = traced_from(session, owner)
        elif isinstance(owner, LoadedProgram):
            program, carried = owner, archive_from(session, owner)
    if isinstance(program, LoadedProgram):
        dropped = (() if debug else ("debug/",)) + (("tests/",) if vectors == 0 else ())
        if carried:
            dropped += ("code/", MEMBER)
        if vectors == 0:
            carried.pop("tests", None)
        archive = program._archive
        return copy_archive(
            archive,
            path,
            drop=lambda name: name.startswith(dropped),
            metadata=archive.manifest.metadata | metadata,
            **carried,
            **({} if compress is None else {"compress": options}),
        )
    if not isinstance(program, TracedProgram):
        raise TypeError(
            f"save takes what trace or load gave, or a session of it, not a {type(program).__name__};"
            " trace it first"
        )
    if program.checks:
        metadata["checks"] = program.checks
    return write_archive(
        os.fspath(path) if isinstance(path, os.PathLike) else path,
        program=encode_program(program.program),
        entry_points=program.entry_points,
        state=state_fields(program.program),
        features=required_features(program.program),
        tensors=program.tensors,
        code=print_program(program.program),
        debug=_debug(program) if debug else None,
        tests=_tests(program, vectors),
        metadata=metadata,
        producer={"name": "tracebox", "version": _version()},
        compress=options,
        limits=archive_limits,
    )


@functools.cache
def _version() -> str:
    try:
        return version("tracebox")
    except PackageNotFoundError:
        from tracebox import __version__

        return __version__


def _names(value: Iterable[str], where: str) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise rules.METADATA.fail(where, expected="a list of str", got=repr(value))
    return list(value)


def _mapping(value: Mapping[str, Any] | None, where: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        raise rules.METADATA.fail(where, expected="a dict", got=repr(value))
    return dict(value or {})


def _check_plain(value: Any, where: str) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise rules.METADATA.fail(where, expected="Unicode text", got=ascii(value)) from None
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise rules.METADATA.fail(where, expected="keys of type str", got=repr(key))
            _check_plain(item, f"{where}.{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            _check_plain(item, f"{where}[{i}]")
    elif not (value is None or isinstance(value, (str, int, bool))):
        hint = "write it as a str" if isinstance(value, float) else ""
        raise rules.METADATA.fail(where, got=type(value).__name__, hint=hint)


def _debug(program: TracedProgram) -> dict[str, bytes]:
    members = {SPANS: encode_spans(program.program)}
    for name, filename in sorted(program.sources.items()):
        if name.startswith("<"):
            continue
        try:
            with open(filename, "rb") as file:
                members[SOURCES + name] = file.read()
        except OSError:
            continue
    return members


# --- recorded vectors -----------------------------------------------------------


def _tests(program: TracedProgram, vectors: int | Sequence[Any]) -> dict[str, bytes]:
    calls: list[Call] = []
    if not isinstance(vectors, int):
        calls = _given(program, vectors)
    else:
        for entry in program.entry_points:
            recorded = program.vectors.get(entry.name, [])[:vectors]
            calls += [Call(entry.name, True, v.inputs, v.outputs) for v in recorded]
            if vectors > len(recorded):
                calls += _made(program, entry, vectors - len(recorded))
    which = free_results(program.program)
    entries = {entry.name: entry for entry in program.entry_points}
    for call in calls:
        if which is None:
            call.outputs = [Free(None, ())] * len(call.outputs)
            continue
        types = map(parse_type, entries[call.entry].outputs)
        call.outputs = [
            free(v, t) if is_free else v for v, t, is_free in zip(call.outputs, types, which[call.entry])
        ]
    return {MEMBER: dump_vectors(calls)} if calls else {}


def _given(program: TracedProgram, vectors: Sequence[Any]) -> list[Call]:
    """Calls on the user's inputs, one after another in one session."""
    session = program.new_session()
    entry = program.entry_points[0]
    calls = []
    for number, given in enumerate(vectors):
        args, kwargs = (
            ((), given) if isinstance(given, dict) else (given if isinstance(given, tuple) else (given,), {})
        )
        calls.append(_record(session, entry, args, kwargs, fresh=number == 0))
    return calls


def _made(program: TracedProgram, entry: EntryPoint, count: int) -> list[Call]:
    """Calls on generated inputs, those left out that the program refuses."""
    from ..schema.errors import TraceboxError

    calls: list[Call] = []
    for _, (args, kwargs) in generated(program, entry, 4 * count, 0):
        if len(calls) == count:
            break
        try:
            calls.append(_record(program.new_session(), entry, args, kwargs, fresh=True))
        except TraceboxError:
            continue
    return calls


def _record(
    session: Any, entry: EntryPoint, args: tuple[Any, ...], kwargs: dict[str, Any], *, fresh: bool
) -> Call:
    names = [parameter.name for parameter in entry.parameters]
    bound = {**dict(zip(names, args)), **kwargs}
    inputs: list[Any] = []
    for parameter in entry.parameters:
        if parameter.name not in bound and parameter.default is not MISSING:
            continue
        if parameter.name not in bound:
            raise rules.VECTORS.fail(entry.name, expected=parameter.name, got=", ".join(bound))
        tree = tree_of(bound[parameter.name], inputs, parameter.name, rules.VECTORS, entry.name)
        if len(inputs) > len(entry.inputs) or not _alike(tree, parameter.tree):
            raise rules.VECTORS.fail(entry.name, expected=str(parameter.tree), got=str(tree))
    result = session.entry(entry.name)(*args, **kwargs)
    outputs: list[Any] = []
    flatten(entry.results, result, outputs)
    return Call(entry.name, fresh, [np.asarray(v) for v in inputs], outputs)


def _alike(a: Any, b: Any) -> bool:
    return bool(a.keys() == b.keys())
