"""Recorded test vectors: calls with their results, kept in the archive. SPEC 10.7.

`tests/vectors.msgpack` holds them; `run_vectors` runs and compares them, in any archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgpack
import numpy as np

from ..schema import dtypes
from ..schema.dims import Unknown
from ..schema.errors import MalformedError, Problem, TraceboxError
from ..schema.manifest import EntryPoint, Tree
from ..schema.manifest_const import from_plain
from ..schema.rules import Rule
from ..schema.types import TensorType, Type
from ..schema.types_text import parse_type
from .convert import FOREIGN
from .values import STORED_AS

if TYPE_CHECKING:
    from ..archive.read import Archive

MEMBER = "tests/vectors.msgpack"
FORMAT = "tracebox-vectors"
VERSION = 1

FORM = Rule(
    "vectors.form", "10.7", MalformedError, "recorded vectors are well formed and fit the entry points"
)
RESULT = Rule("vectors.result", "10.7", MalformedError, "a recorded call gives the recorded results")

#: How far a float may be from the recorded one, as a part of the output's largest magnitude.
TOLERANCE = {
    "f16": 2.0**-7,
    "f32": 2.0**-14,
    "f64": 2.0**-36,
    "c64": 2.0**-14,
    "c128": 2.0**-36,
    "bf16": 2.0**-4,
    "f8e4m3fn": 0.5,
    "f8e5m2": 0.5,
}


class Call:
    """A recorded call: `fresh` begins a new session; the leaves are arrays and scalars."""

    __slots__ = ("entry", "fresh", "inputs", "outputs")

    def __init__(self, entry: str, fresh: bool, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        self.entry = entry
        self.fresh = fresh
        self.inputs = list(inputs)
        self.outputs = list(outputs)


class Free:
    """A recorded output whose elements are not compared; without a dtype, nothing is. SPEC 10.7.3."""

    __slots__ = ("dtype", "shape")

    def __init__(self, dtype: str | None, shape: Sequence[int]) -> None:
        self.dtype = dtype
        self.shape = tuple(shape)

    def difference(self, got: Any, stored: str | None) -> str:
        """What is wrong with a result: its dtype or shape."""
        if self.dtype is None:
            return ""
        name = stored or dtypes.BY_NUMPY[got.dtype.name].name
        if name == self.dtype and got.shape == self.shape:
            return ""
        return f"{name}{list(got.shape)} instead of {self.dtype}{list(self.shape)}"


def free(output: Any, t: Type) -> Free:
    """What is recorded of an output of type `t` that is free."""
    if not isinstance(t, TensorType) or t.shape is None or any(isinstance(d, Unknown) for d in t.shape):
        return Free(None, ())
    name, shape, _ = _plain(np.asarray(output))
    return Free(name, shape)


def dump_vectors(calls: Sequence[Call]) -> bytes:
    """The bytes of ``tests/vectors.msgpack``."""
    rows = [
        [call.entry, call.fresh, [_plain(v) for v in call.inputs], [_plain(v) for v in call.outputs]]
        for call in calls
    ]
    packed: bytes = msgpack.packb([FORMAT, VERSION, rows], use_bin_type=True)
    return packed


def _plain(leaf: Any) -> Any:
    if leaf is None or isinstance(leaf, (bool, int, str)):
        return leaf
    if isinstance(leaf, Free):
        return ["free"] if leaf.dtype is None else [leaf.dtype, list(leaf.shape), None]
    if isinstance(leaf, float):
        return ["float", np.float64(leaf).tobytes()]
    array = np.asarray(leaf)
    if array.dtype.name in FOREIGN:
        return [FOREIGN[array.dtype.name], list(array.shape), _bits(array).tobytes()]
    name = dtypes.BY_NUMPY[array.dtype.newbyteorder("=").name].name
    data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return [name, list(array.shape), data]


def load_vectors(data: bytes) -> list[Call]:
    """The recorded calls in ``tests/vectors.msgpack``.

    Raises
    ------
    MalformedError
        ``vectors.form``.
    """
    try:
        found = msgpack.unpackb(data, raw=False, strict_map_key=True)
    except (ValueError, msgpack.exceptions.UnpackException) as error:
        raise FORM.fail(MEMBER, got=str(error)) from None
    if not isinstance(found, list) or len(found) != 3 or found[:2] != [FORMAT, VERSION]:
        raise FORM.fail(MEMBER, expected=f'["{FORMAT}", {VERSION}, calls]')
    rows = found[2]
    if not isinstance(rows, list):
        raise FORM.fail(MEMBER, expected="an array of calls")
    return [_call(row, f"{MEMBER} call {i}") for i, row in enumerate(rows)]


def _call(row: Any, where: str) -> Call:
    shapes = (str, bool, list, list)
    if not isinstance(row, list) or len(row) != 4 or not all(type(v) is t for v, t in zip(row, shapes)):
        raise FORM.fail(where, expected="[entry, fresh, inputs, outputs]")
    entry, fresh, inputs, outputs = row
    return Call(entry, fresh, [_leaf(v, where) for v in inputs], [_output(v, where) for v in outputs])


def _output(plain: Any, where: str) -> Any:
    if plain == ["free"]:
        return Free(None, ())
    if isinstance(plain, list) and len(plain) == 3 and plain[2] is None:
        name, sizes, _ = plain
        if name in dtypes.BY_NAME and isinstance(sizes, list):
            return Free(name, [_size(n, where) for n in sizes])
    return _leaf(plain, where)


def _size(n: Any, where: str) -> int:
    if type(n) is not int or n < 0:
        raise FORM.fail(where, expected="sizes of at least 0", got=str(n))
    return n


def _leaf(plain: Any, where: str) -> Any:
    if plain is None or isinstance(plain, (bool, int, str)):
        return plain
    if isinstance(plain, list) and len(plain) == 2 and plain[0] == "float" and _is_bytes(plain[1], 8):
        return float(np.frombuffer(plain[1], "<f8")[0])
    if (
        isinstance(plain, list)
        and len(plain) == 3
        and plain[0] in dtypes.BY_NAME
        and isinstance(plain[1], list)
    ):
        dtype = dtypes.BY_NAME[plain[0]]
        size = dtype.itemsize
        for n in plain[1]:
            size *= _size(n, where)
        if _is_bytes(plain[2], size):
            stored = np.dtype(STORED_AS[dtype.name])
            array = np.frombuffer(plain[2], stored.newbyteorder("<"))
            return array.reshape(plain[1]).astype(stored)
    raise FORM.fail(where, expected="a scalar, or [dtype, shape, bytes]", got=repr(plain)[:60])


def _is_bytes(value: Any, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def count_free(archive: Archive) -> int:
    """How many of the recorded outputs are free."""
    calls = load_vectors(archive.read(MEMBER)) if MEMBER in archive.names else []
    return sum(isinstance(output, Free) for call in calls for output in call.outputs)


# --- running --------------------------------------------------------------------


def run_vectors(
    path: Any, operators: Mapping[str, Callable[..., Any]] | None = None
) -> tuple[int, list[Problem]]:
    """Run the recorded calls of an archive.

    Parameters
    ----------
    path
        What `tracebox.load` takes.
    operators
        Native kernels of custom operators by name, to be held against the recorded results.

    Returns
    -------
    tuple
        How many calls there were, and a problem (``vectors.result``) for each that gave other results.
    """
    from ..archive.read import open_archive
    from .load import load

    with open_archive(path) as archive:
        calls = load_vectors(archive.read(MEMBER)) if MEMBER in archive.names else []
        entries = {entry.name: entry for entry in archive.manifest.entry_points}
    if not calls:
        return 0, []
    program = load(path, operators=operators)
    problems: list[Problem] = []
    session = program.new_session()
    for number, call in enumerate(calls):
        where = f"{MEMBER} call {number} ({call.entry})"
        entry = entries.get(call.entry)
        if entry is None or len(call.inputs) != len(entry.inputs) or len(call.outputs) != len(entry.outputs):
            raise FORM.fail(where, expected="an entry point with as many inputs and outputs", got=call.entry)
        if call.fresh:
            session = program.new_session()
        problems += _run(session, entry, call, where)
    return len(calls), problems


def _run(session: Any, entry: EntryPoint, call: Call, where: str) -> list[Problem]:
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for parameter in entry.parameters:
        value = build(parameter.tree, call.inputs)
        if parameter.kind == "keyword":
            kwargs[parameter.name] = value
        else:
            args.append(value)
    try:
        result = session.entry(entry.name)(*args, **kwargs)
    except TraceboxError as error:
        return [RESULT.problem(where, expected="results", got=str(error))]
    found: list[Any] = []
    flatten(entry.results, result, found)
    problems = []
    for i, (got, expected) in enumerate(zip(found, call.outputs)):
        t = parse_type(entry.outputs[i])
        stored = t.dtype if isinstance(t, TensorType) and t.dtype in dtypes.STORAGE else None
        if isinstance(expected, Free):
            message = expected.difference(np.asarray(got), stored)
        else:
            _, message = difference(np.asarray(got), np.asarray(expected), stored)
        if message:
            problems.append(RESULT.problem(f"{where} output {i}", got=message))
    return problems


def build(tree: Tree, leaves: Sequence[Any]) -> Any:
    """The value that `tree` describes, with `leaves` in their places."""
    ((kind, value),) = tree.items()
    if kind == "leaf":
        return leaves[value]
    if kind == "const":
        return from_plain(value)
    if kind == "dict":
        return {key: build(item, leaves) for key, item in value}
    items = [build(item, leaves) for item in value]
    return tuple(items) if kind == "tuple" else items


def flatten(tree: Tree, value: Any, leaves: list[Any]) -> None:
    """The leaves of `value`, in the order of `tree`."""
    ((kind, inner),) = tree.items()
    if kind == "leaf":
        leaves.append(value)
    elif kind == "dict":
        for key, item in inner:
            flatten(item, value[key], leaves)
    elif kind in ("tuple", "list"):
        for item, part in zip(inner, value):
            flatten(item, part, leaves)


def _bits(array: Any) -> Any:
    """The elements of an array of another package's dtype, as little-endian unsigned integers."""
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}").astype(f"<u{array.dtype.itemsize}")


def difference(got: Any, expected: Any, stored: str | None = None) -> tuple[float, str]:
    """How far `got` is from `expected`, as a part of the largest magnitude; what is wrong. SPEC 10.7.3.

    With `stored`, both hold bits of that storage dtype; so do arrays of ml_dtypes.
    """
    stored = stored or FOREIGN.get(expected.dtype.name)
    if stored is not None:
        from .kernels.storage import decode

        pair = [decode(np, _bits(array), stored) for array in (got, expected)]
        if pair[0].shape != pair[1].shape:
            return 0.0, f"{stored}{list(got.shape)} instead of {stored}{list(expected.shape)}"
        return _difference_of([(pair[0], pair[1])], TOLERANCE[stored])
    if got.dtype != expected.dtype or got.shape != expected.shape:
        return 0.0, f"{got.dtype}{list(got.shape)} instead of {expected.dtype}{list(expected.shape)}"
    if expected.dtype.kind not in "fc":
        wrong = np.count_nonzero(got != expected)
        return 0.0, f"{wrong} of {expected.size} elements differ" if wrong else ""
    parts = list(_parts(got, expected))
    return _difference_of(parts, TOLERANCE[dtypes.BY_NUMPY[expected.dtype.name].name])


def _difference_of(parts: Sequence[tuple[Any, Any]], allowed: float) -> tuple[float, str]:
    worst = 0.0
    for a, b in parts:
        special = ~np.isfinite(b)
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        if not np.array_equal(special, ~np.isfinite(a)) or not np.all(same[special]):
            return np.inf, "infinities or NaN at other places"
        if np.all(special):
            continue
        gap = float(np.max(np.abs(a[~special] - b[~special])))
        scale = float(np.max(np.abs(b[~special])))
        worst = max(worst, gap / scale if scale > 0 else (0.0 if gap == 0 else np.inf))
    return (
        worst,
        f"differs by {worst:.1e} of the largest magnitude, {allowed:.1e} is allowed"
        if worst > allowed
        else "",
    )


def _parts(got: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    wide = np.float64
    if expected.dtype.kind == "c":
        yield got.real.astype(wide), expected.real.astype(wide)
        yield got.imag.astype(wide), expected.imag.astype(wide)
    else:
        yield got.astype(wide), expected.astype(wide)
