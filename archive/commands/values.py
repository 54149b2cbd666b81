"""The values and times of a run: as text, as JSON, as ``.npz``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps
from typing import TYPE_CHECKING, Any

import numpy as np

from ...schema.types import type_text
from .output import plain_text, print_table, size_text

if TYPE_CHECKING:
    from ...reader.profile import Profile
    from ...reader.record import Recording, Traced
    from ...schema.ir import Span

#: The key of the index in an ``.npz`` file of values.
INDEX = "__index__"
_SMALL = 8
_ROWS = 20


def leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The scalars and arrays in a value with their names: ``name.0`` in a list, ``name.key`` in a dict."""
    value = _plain(value)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(f"{name}.{key}", item)
    elif isinstance(value, (tuple, list)):
        for index, item in enumerate(value):
            yield from leaves(f"{name}.{index}", item)
    else:
        yield name, value


def _plain(value: Any) -> Any:
    """A record as a dict."""
    return value.fields if hasattr(value, "class_name") else value


def save_values(path: str, recording: Recording) -> int:
    """Write every value to an ``.npz`` file, beside an index; gives the number of arrays.

    The keys are those of the recording; in a list or dict its position or key follows behind a
    dot. Numbers and texts are arrays without axes; None is in the index alone. The index, under
    ``__index__``, is a JSON text: a list of the values in order of execution, with the keys of
    the arrays of each.
    """
    arrays: dict[str, Any] = {}
    index = []
    for value in recording:
        keys = []
        for key, leaf in leaves(value.name, value.value):
            while key in arrays:
                key += "'"
            keys.append(key)
            if leaf is not None:
                arrays[key] = _storable(leaf)
        index.append({**place_json(value), "keys": keys})
    arrays[INDEX] = np.array(dumps(index))
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    return len(arrays) - 1


def _storable(leaf: Any) -> Any:
    """As an array; bfloat16 and float8 as unsigned integers, which ``.npy`` lacks."""
    array = np.asarray(leaf.get() if hasattr(leaf, "get") else leaf)
    return array.view(f"u{array.dtype.itemsize}") if array.dtype.kind == "V" else array


def span_json(span: Span | None) -> dict[str, Any] | None:
    """A place in the source."""
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column, "function": span.function}


def place_json(value: Traced) -> dict[str, Any]:
    """What is known of a value but the value itself."""
    return {
        "name": value.name,
        "module": value.module,
        "function": value.function,
        "value": value.label,
        "node": value.what,
        "type": type_text(value.type),
        "source": span_json(value.span),
        "line": value.line,
        "turns": list(value.turns),
        "branches": list(value.branches),
        "parameters": list(value.parameters),
    }


def value_json(value: Any) -> Any:
    """A value for a JSON answer: small arrays whole, of large ones what sums them up."""
    value = _plain(value)
    if isinstance(value, dict):
        return {"dict": [[key, value_json(item)] for key, item in value.items()]}
    if isinstance(value, (tuple, list)):
        return {"tuple" if isinstance(value, tuple) else "list": [value_json(item) for item in value]}
    if not hasattr(value, "dtype"):
        return str(value) if isinstance(value, complex) else value
    array = np.asarray(value.get() if hasattr(value, "get") else value)
    found: dict[str, Any] = {"dtype": str(array.dtype), "shape": list(array.shape)}
    if array.size <= _SMALL and array.dtype.kind in "biuf":
        found["data"] = array.tolist()
    return {**found, **summary(array)}


def summary(array: Any) -> dict[str, Any]:
    """Least, largest and mean element, and how many are NaN or infinite, if any are."""
    if array.dtype.kind == "V":
        array = array.astype(np.float32)
    if not array.size or array.dtype.kind not in "biuf":
        return {}
    with np.errstate(all="ignore"):
        finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
        found: dict[str, Any] = {}
        if finite.size:
            found = {"min": finite.min().item(), "max": finite.max().item()}
            found["mean"] = float(finite.mean(dtype=np.float64))
        if finite.size < array.size:
            found["nan"] = int(np.isnan(array).sum())
            found["inf"] = int(array.size - finite.size) - found["nan"]
    return found


def value_text(value: Any) -> str:
    """A value in a few words: ``(2, 3) -1.2 ... 3.4, mean 0.5``."""
    value = _plain(value)
    if isinstance(value, (dict, tuple, list)):
        kind = type(value).__name__
        inside = [item for _, item in leaves("", value)]
        shown = ", ".join(value_text(item) for item in inside[:3]) + (", ..." if len(inside) > 3 else "")
        return f"{kind} of {len(value)}: {shown}" if inside else f"empty {kind}"
    if not hasattr(value, "dtype"):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    array = np.asarray(value.get() if hasattr(value, "get") else value)
    shape = f"({', '.join(map(str, array.shape))})"
    if array.size <= _SMALL:
        return f"{shape} {_elements(array)}"
    known = summary(array)
    ends = [known[key] for key in ("min", "max") if key in known]
    ends = [str(end) if isinstance(end, int) else f"{end:.4g}" for end in ends]
    parts = [f"{' ... '.join(ends)}, mean {known['mean']:.4g}"] if ends else []
    parts += [f"{known[key]} {key}" for key in ("nan", "inf") if known.get(key)]
    return f"{shape} {', '.join(parts)}".rstrip()


def _elements(array: Any) -> str:
    """The elements of a small array on one line."""
    if array.dtype.kind == "V":
        array = array.astype(np.float32)
    text = np.array2string(array, precision=4, separator=", ", max_line_width=1 << 20)
    return " ".join(text.split())


def print_values(recording: Recording) -> None:
    """Every value, below the source line that made it."""
    last: object = None
    rows: list[Sequence[str]] = []
    for value in recording:
        here = (value.function, value.span.file, value.span.line) if value.span else (value.function, "", 0)
        if here != last:
            print_table(rows)
            rows.clear()
            last = here
            known = f"{value.span!r}  {value.line}" if value.span else ""
            place = "arguments" if value.node is None else known
            print(plain_text(f"{value.function}: {place}".rstrip(": ")))
        rows.append((value.name, type_text(value.type), value.what, value_text(value.value)))
    print_table(rows)


def print_profile(profile: Profile) -> None:
    """The tables of modules and of nodes, those with the most time of their own first."""
    nodes, modules = profile.nodes(), profile.modules()
    print(f"modules: {time_text(profile.seconds)} in all")
    head = ("calls", "total", "self", "share", "made")
    print_table(
        [("module", *head)]
        + [
            (row.module or "(root)", str(row.calls), time_text(row.total), time_text(row.self),
             f"{100 * row.share:.1f} %", size_text(row.bytes))
            for row in modules
        ]
    )  # fmt: skip
    print("nodes, by their own time:")
    print_table(
        [("node", "value", "type", "calls", "total", "self", "least", "share", "made", "source")]
        + [
            (row.what, f"{row.function}/{row.label}".rstrip("/"), row.types, str(row.calls),
             time_text(row.total), time_text(row.self), time_text(row.least), f"{100 * row.share:.1f} %",
             size_text(row.bytes), f"{row.span!r}  {row.line}".rstrip() if row.span else "")
            for row in nodes[:_ROWS]
        ]
    )  # fmt: skip
    if len(nodes) > _ROWS:
        rest = sum(row.self for row in nodes[_ROWS:])
        print(f"  and {len(nodes) - _ROWS} more nodes with {time_text(rest)}; --json lists all")


def profile_json(profile: Profile) -> dict[str, Any]:
    """The same tables, whole, times in seconds."""
    return {
        "seconds": profile.seconds,
        "modules": [row._asdict() for row in profile.modules()],
        "nodes": [{**row._asdict(), "span": span_json(row.span)} for row in profile.nodes()],
    }


def time_text(seconds: float) -> str:
    """A time for people."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1 or unit == "us":
            return f"{seconds * factor:.3g} {unit}"
    raise AssertionError(seconds)
