"""Deliberately wrong bindings of arguments, each wrong in one way. SPEC 10.1, 10.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import tracebox.reader.bind as bind
import tracebox.reader.convert as convert
import tracebox.reader.load as load
import tracebox.reader.session as session
from tests.conformance.reader_mutants import Patch, reader, replaced
from tracebox.reader.engine import NUMPY_DTYPES
from tracebox.reader.rules import BIND_CONST
from tracebox.schema import dims
from tracebox.schema.manifest import MISSING

# --- arguments. SPEC 10.1, 10.2 -------------------------------------------------

right_arguments = bind.Signature._arguments


def _names(self: Any) -> set[str]:
    return {p.name for p in self.entry.parameters if p.kind != "positional"}


def called(wrong: str, change: Callable[[Any, Any, Any], tuple[Any, Any]]) -> None:
    """A reader that binds other arguments."""

    def arguments(self: Any, args: Any, kwargs: Any) -> Any:
        return right_arguments(self, *change(self, args, dict(kwargs)))

    replaced(
        f"bind: {wrong}", bind.Signature, "_arguments", arguments, "sessions/parameters", "sessions/trees"
    )


def _later_wins(self: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    names = [p.name for p in self.positional]
    return [kwargs.pop(name, arg) for name, arg in zip(names, args)], kwargs


def _zeros(self: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    lacking = [p for p in self.entry.parameters[len(args) :] if p.default is MISSING]
    return args, {**{p.name: 0 for p in lacking if p.kind != "positional"}, **kwargs}


def _by_any_name(self: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    first = self.positional[0].name if self.positional else None
    return (args if first not in kwargs else [kwargs.pop(first)]), kwargs


called(
    "ignores positional arguments that are too many",
    lambda self, args, kw: (args[: len(self.positional)], kw),
)
called(
    "ignores unknown names", lambda self, args, kw: (args, {k: v for k, v in kw.items() if k in _names(self)})
)
called("takes the later of two arguments", _later_wins)
called("takes 0 for what is missing", _zeros)
called("takes positional parameters by name", _by_any_name)
called("takes all by position only", lambda self, args, kw: ([*args, *kw.values()], {}))

right_leaves = bind.Signature._leaves


def nested(wrong: str, change: Callable[[Any, str, Any], Any]) -> None:
    """A reader that takes other nested values."""

    def leaves(self: Any, value: Any, tree: Any, name: str, out: Any) -> None:
        ((kind, inside),) = tree.items()
        right_leaves(self, change(value, kind, inside), tree, name, out)

    replaced(f"bind: {wrong}", bind.Signature, "_leaves", leaves, "sessions/trees")


nested("ignores items that are too many", lambda v, k, t: v[: len(t)] if isinstance(v, (list, tuple)) else v)
nested("takes a tuple for a tuple alone", lambda v, k, t: None if k == "tuple" and isinstance(v, list) else v)
nested(
    "ignores keys that are too many",
    lambda v, k, t: {x: v[x] for x, _ in t} if k == "dict" and len(v) > len(t) else v,
)
nested(
    "takes a dict's values for a sequence",
    lambda v, k, t: list(v.values()) if k == "list" and isinstance(v, dict) else v,
)
nested("takes a text for a sequence", lambda v, k, t: [1, 2] if k == "list" and isinstance(v, str) else v)
nested(
    "takes a sequence for a dict",
    lambda v, k, t: {x: i for (x, _), i in zip(t, v)} if k == "dict" and isinstance(v, list) else v,
)


def frozen(wrong: str, agrees: Callable[[Any, Any], bool]) -> None:
    """A reader that compares frozen arguments in another way."""

    def check(self: Any, value: Any, plain: Any, name: str) -> None:
        from tracebox.schema.manifest_const import from_plain

        if not agrees(value, from_plain(plain)):
            raise BIND_CONST.fail(name)

    replaced(f"bind: {wrong}", bind.Signature, "_frozen", check, "sessions/trees")


frozen("does not look at frozen values", lambda value, was: True)
frozen("compares frozen values without their types", lambda value, was: value == was or was != was)
frozen("no NaN is a frozen NaN", lambda value, was: type(value) is type(was) and value == was)

replaced(
    "bind: number of leaves",
    bind.Signature,
    "bind_leaves",
    lambda self, leaves: self._convert(
        [(str(i), leaf) for i, leaf in enumerate([*leaves, True][: len(self.inputs)])]
    ),
    "sessions/trees/number-of-leaves",
)
replaced(
    "bind: an unknown entry is the first one",
    session.Session,
    "entry",
    lambda self, name: self._methods.get(name, self._main),
    "sessions/parameters/unknown",
)


@reader("bind: does not compare sizes", "sessions/shapes")
def _(patch: Patch) -> None:
    patch.setattr(bind, "check_shapes", lambda tensors: None)


def sized(wrong: str, fits: Callable[..., bool]) -> None:
    """A reader that compares sizes in another way."""
    replaced(f"bind: {wrong}", bind, "_fits", fits, "sessions/shapes")


right_fits = bind._fits


def _symbols_only(have: Any, want: Any, sizes: Any) -> bool:
    kept = [(h, w) for h, w in zip(have, want) if not isinstance(w, dims.Expr) or dims.symbol_name(w)]
    return right_fits([h for h, _ in kept], [w for _, w in kept], sizes)


sized("does not look at expressions", _symbols_only)
sized(
    "stretches sizes of 1",
    lambda have, want, sizes: right_fits([], [], sizes) if 1 in have else right_fits(have, want, sizes),
)
sized(
    "looks at integers alone",
    lambda have, want, sizes: all(h == w for h, w in zip(have, want) if isinstance(w, int)),
)


def cast(wrong: str, safe: Callable[[str, str], bool]) -> None:
    """A reader that converts other arrays."""
    replaced(f"bind: {wrong}", convert, "_safe", safe, "sessions/dtypes")


right_safe = convert._safe
cast("converts nothing", lambda have, want: False)
cast("converts by kind", lambda have, want: right_safe(have, want) or have[0] == want[0])
cast("takes no bool for a number", lambda have, want: have != "bool" and right_safe(have, want))
cast("takes no i64 for f64", lambda have, want: (have, want) != ("i64", "f64") and right_safe(have, want))
cast("takes i64 for f32", lambda have, want: (have, want) == ("i64", "f32") or right_safe(have, want))
cast("takes u64 for i64", lambda have, want: (have, want) == ("u64", "i64") or right_safe(have, want))
cast("takes f64 for c64", lambda have, want: (have, want) == ("f64", "c64") or right_safe(have, want))


@reader("bind: wraps numbers into the dtype", "sessions/numbers")
def _(patch: Patch) -> None:
    patch.setattr(convert, "_exact", lambda number: None)
    patch.setattr(
        convert.Converter,
        "_numbers",
        lambda self, value, t, name: self.engine.from_host(np.asarray(value).astype(NUMPY_DTYPES[t.dtype])),
    )


def scalars(wrong: str, change: Callable[[Any, Any], Any]) -> None:
    """A reader that takes other scalars."""

    def scalar(value: Any, t: Any, name: str, right: Any = convert.scalar) -> Any:
        return right(change(value, t), t, name)

    replaced(f"bind: {wrong}", convert, "scalar", scalar, "sessions/values")


scalars("takes a bool for an int", lambda v, t: int(v) if isinstance(v, bool) and t.name == "int" else v)
scalars("takes an int for a bool", lambda v, t: bool(v) if isinstance(v, int) and t.name == "bool" else v)
scalars("truncates floats", lambda v, t: int(v) if isinstance(v, float) and t.name == "int" else v)
scalars("rounds ints to floats", lambda v, t: float(v % 2**60) if type(v) is int and t.name == "float" else v)
scalars("takes no array for a scalar", lambda v, t: None if hasattr(v, "dtype") else v)
scalars("wraps ints", lambda v, t: (v + 2**63) % 2**64 - 2**63 if type(v) is int and t.name == "int" else v)
replaced(
    "bind: does not compare the manifest with the program",
    load,
    "check_contents",
    lambda program, manifest: None,
    "sessions/stored",
)
replaced(
    "bind: takes a record of another class",
    convert.Converter,
    "_record",
    lambda self, value, t, name, right=convert.Converter._record: right(
        self, getattr(value, "fields", value), t, name
    ),
    "sessions/values/record",
)
