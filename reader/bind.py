"""Entry points: how arguments bind, and how results come back. SPEC 10.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..schema import dims, dtypes
from ..schema.errors import Problem
from ..schema.ir import Function, RecordClass
from ..schema.manifest import MISSING, EntryPoint, Tree
from ..schema.types import TensorType, Type, type_text
from .convert import Converter, presenter
from .engine import NUMPY_DTYPES, Engine
from .rules import (
    BIND_CONST,
    BIND_DUPLICATE,
    BIND_MISSING,
    BIND_SHAPE,
    BIND_SIGNATURE,
    BIND_TREE,
    BIND_UNEXPECTED,
)

#: How many combinations of shapes a signature remembers to have accepted.
REMEMBERED = 256


class Signature:
    """How one entry point is called.

    Raises
    ------
    InvalidError
        ``bind.signature``: the entry point has other types than the function.
    """

    __slots__ = (
        "entry",
        "engine",
        "records",
        "inputs",
        "outputs",
        "presenters",
        "positional",
        "single",
        "_exact",
        "_array_type",
        "_accepted",
    )

    def __init__(
        self, entry: EntryPoint, function: Function, engine: Engine, records: Mapping[str, RecordClass]
    ) -> None:
        self.entry = entry
        self.engine = engine
        self.records = records
        self.inputs: list[Type] = [p.type for p in function.params]
        self.outputs: list[Type] = list(function.results)
        for what, texts, types in (
            ("inputs", entry.inputs, self.inputs),
            ("outputs", entry.outputs, self.outputs),
        ):
            declared = tuple(map(type_text, types))
            if declared != tuple(texts):
                where = f"entry point {entry.name} {what}"
                raise BIND_SIGNATURE.fail(where, expected=", ".join(declared), got=", ".join(texts))
        self.presenters = [presenter(engine, t) for t in self.outputs]
        self.positional = [p for p in entry.parameters if p.kind != "keyword"]
        #: Whether the result is the function's only result.
        self.single = entry.results == {"leaf": 0}
        self._exact = self._exact_dtypes()
        self._array_type: Any = engine.array_type
        self._accepted: set[Any] = set()

    def _exact_dtypes(self) -> tuple[Any, ...] | None:
        """The dtypes of the arguments, if all are positional tensors of a dtype that NumPy has."""
        if [p.tree for p in self.positional] != [{"leaf": i} for i in range(len(self.inputs))]:
            return None
        found = []
        for t in self.inputs:
            if not isinstance(t, TensorType) or t.dtype is None or t.dtype in dtypes.STORAGE:
                return None
            found.append(NUMPY_DTYPES[t.dtype])
        return tuple(found) if len(self.positional) == len(self.entry.parameters) else None

    # --- arguments ---

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Sequence[Any]:
        """The values of the function's parameters.

        Raises
        ------
        ArgumentError
            The rules ``bind.*``.
        """
        exact = self._exact
        if exact is not None and not kwargs and len(args) == len(exact):
            array_type = self._array_type
            for arg, dtype in zip(args, exact):
                if type(arg) is not array_type or arg.dtype is not dtype:
                    break
            else:
                shapes = args[0].shape if len(args) == 1 else tuple([arg.shape for arg in args])
                if shapes in self._accepted:
                    return args
        return self._bind(args, kwargs)

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Sequence[Any]:
        given = self._arguments(args, kwargs)
        leaves: list[tuple[str, Any]] = []
        for parameter in self.entry.parameters:
            self._leaves(given[parameter.name], parameter.tree, parameter.name, leaves)
        values = self._convert(leaves)
        if self._exact is not None and len(self._accepted) < REMEMBERED:
            shapes = tuple([tuple(value.shape) for value in values])
            self._accepted.add(shapes[0] if len(shapes) == 1 else shapes)
        return values

    def bind_leaves(self, leaves: Sequence[Any]) -> list[Any]:
        """The values of the function's parameters, from one value for each leaf of the entry point."""
        if len(leaves) != len(self.inputs):
            expected = f"{len(self.inputs)} leaves"
            raise BIND_TREE.fail(self.entry.name, expected=expected, got=str(len(leaves)))
        return self._convert([(f"{i}", leaf) for i, leaf in enumerate(leaves)])

    def _convert(self, leaves: Sequence[tuple[str, Any]]) -> list[Any]:
        converter = Converter(self.engine, self.records)
        values = [converter.value(value, t, name) for (name, value), t in zip(leaves, self.inputs)]
        check_shapes(converter.tensors)
        return values

    def _arguments(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by parameter name, as Python binds them; all problems at once."""
        problems = []
        names = [p.name for p in self.positional]
        given = dict(zip(names, args))
        if len(args) > len(names):
            expected = f"at most {len(names)} positional arguments"
            problems.append(BIND_UNEXPECTED.problem(self.entry.name, expected=expected, got=str(len(args))))
        by_name = {p.name: p for p in self.entry.parameters}
        for name, value in kwargs.items():
            if name not in by_name or by_name[name].kind == "positional":
                hint = f"the parameters are {', '.join(by_name) or 'none'}"
                problems.append(BIND_UNEXPECTED.problem(f"argument {name}", hint=hint))
            elif name in given:
                problems.append(
                    BIND_DUPLICATE.problem(f"argument {name}", got="one by position and one by name")
                )
            else:
                given[name] = value
        for parameter in self.entry.parameters:
            if parameter.name not in given:
                if parameter.default is MISSING:
                    types = ", ".join(type_text(self.inputs[i]) for i in tree_leaves(parameter.tree))
                    problems.append(
                        BIND_MISSING.problem(f"argument {parameter.name}", expected=types or "a value")
                    )
                given[parameter.name] = parameter.default
        if problems:
            raise BIND_MISSING.error(problems)
        return given

    def _leaves(self, value: Any, tree: Tree, name: str, out: list[tuple[str, Any]]) -> None:
        """Take an argument apart by its tree."""
        ((kind, inside),) = tree.items()
        if kind == "leaf":
            out.append((name, value))
        elif kind == "const":
            self._frozen(value, inside, name)
        elif kind == "dict":
            self._dict_leaves(value, inside, name, out)
        elif not isinstance(value, (tuple, list)) or len(value) != len(inside):
            got = (
                f"{type(value).__name__} of {len(value)}"
                if isinstance(value, (tuple, list, dict))
                else type(value).__name__
            )
            raise BIND_TREE.fail(f"argument {name}", expected=f"{kind} of {len(inside)}", got=got)
        else:
            for i, (item, part) in enumerate(zip(value, inside)):
                self._leaves(item, part, f"{name}[{i}]", out)

    def _dict_leaves(self, value: Any, pairs: list[Any], name: str, out: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if not isinstance(value, Mapping) or set(value) != set(keys):
            got = ", ".join(map(repr, value)) if isinstance(value, Mapping) else type(value).__name__
            expected = f"a dict with the keys {', '.join(map(repr, keys))}"
            raise BIND_TREE.fail(f"argument {name}", expected=expected, got=got[:200])
        for key, part in pairs:
            self._leaves(value[key], part, f"{name}[{key!r}]", out)

    def _frozen(self, value: Any, plain: Any, name: str) -> None:
        from ..schema.manifest_const import from_plain

        was = from_plain(plain)
        if type(value) is not type(was) or not (value == was or (value != value and was != was)):
            hint = "it was frozen when the program was traced; trace again with the other value"
            raise BIND_CONST.fail(f"argument {name}", expected=repr(was), got=repr(value)[:80], hint=hint)

    # --- results ---

    def build(self, result: Any) -> Any:
        """What the caller gets for what the function gave."""
        if self.single:
            show = self.presenters[0]
            return result if show is None else show(result)
        return _build(self.entry.results, self.shown(result))

    def shown(self, result: Any) -> list[Any]:
        """The leaves of the result as callers get them."""
        values = (result,) if len(self.outputs) == 1 else result
        return [value if show is None else show(value) for value, show in zip(values, self.presenters)]

    def __str__(self) -> str:
        return signature_text(self.entry)


def _build(tree: Tree, values: Sequence[Any]) -> Any:
    ((kind, inside),) = tree.items()
    if kind == "leaf":
        return values[inside]
    if kind == "const":
        from ..schema.manifest_const import from_plain

        return from_plain(inside)
    if kind == "dict":
        return {key: _build(part, values) for key, part in inside}
    items = [_build(part, values) for part in inside]
    return tuple(items) if kind == "tuple" else items


def tree_leaves(tree: Tree) -> list[int]:
    """The numbers of a tree's leaves, in order."""
    ((kind, inside),) = tree.items()
    if kind == "leaf":
        return [inside]
    if kind == "const":
        return []
    parts = [part for _, part in inside] if kind == "dict" else inside
    return [leaf for part in parts for leaf in tree_leaves(part)]


def signature_text(entry: EntryPoint) -> str:
    """An entry point as Python writes signatures, such as ``forward(x: f32[B,4], *, n: int = 3) -> int``."""
    parts = []
    last = ""
    for parameter in entry.parameters:
        if last == "positional" and parameter.kind != "positional":
            parts.append("/")
        if parameter.kind == "keyword" and last != "keyword":
            parts.append("*")
        last = parameter.kind
        default = "" if parameter.default is MISSING else f" = {parameter.default!r}"
        parts.append(f"{parameter.name}: {tree_text(parameter.tree, entry.inputs)}{default}")
    if last == "positional":
        parts.append("/")
    return f"{entry.name}({', '.join(parts)}) -> {tree_text(entry.results, entry.outputs)}"


def tree_text(tree: Tree, types: Sequence[str]) -> str:
    """A tree with its types, as Python nests them."""
    ((kind, inside),) = tree.items()
    if kind == "leaf":
        return types[inside]
    if kind == "const":
        from ..schema.manifest_const import from_plain

        return repr(from_plain(inside))
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {tree_text(part, types)}" for key, part in inside) + "}"
    text = ", ".join(tree_text(part, types) for part in inside)
    return f"({text}{',' if len(inside) == 1 else ''})" if kind == "tuple" else f"[{text}]"


# --- shapes -----------------------------------------------------------------------


def check_shapes(tensors: Sequence[tuple[str, Any, TensorType]]) -> None:
    """Bind symbols in the order of the parameters, and compare every size; all problems at once.

    Raises
    ------
    ArgumentError
        ``bind.shape``.
    """
    symbols: dict[str, tuple[int, str]] = {}
    wrong: dict[int, Problem] = {}
    for number, (name, array, t) in enumerate(tensors):
        if t.shape is None:
            continue
        if len(array.shape) != len(t.shape):
            wrong[number] = _shape_problem(name, array, t, symbols)
            continue
        for dim, size in zip(t.shape, array.shape):
            symbol = dims.symbol_name(dim)
            if symbol is not None:
                symbols.setdefault(symbol, (size, name))
    sizes = {symbol: size for symbol, (size, _) in symbols.items()}
    for number, (name, array, t) in enumerate(tensors):
        if number not in wrong and not _fits(array.shape, t.shape or (), sizes):
            wrong[number] = _shape_problem(name, array, t, symbols)
    if wrong:
        raise BIND_SHAPE.error([wrong[number] for number in sorted(wrong)])


def _fits(have: Sequence[int], want: Sequence[dims.Dim], sizes: Mapping[str, int]) -> bool:
    for size, dim in zip(have, want):
        if isinstance(dim, dims.Unknown):
            continue
        try:
            if dims.evaluate(dim, sizes) != size:
                return False
        except (KeyError, ZeroDivisionError):
            return False
    return True


def _shape_problem(name: str, array: Any, t: TensorType, symbols: Mapping[str, tuple[int, str]]) -> Problem:
    used = dict.fromkeys(symbol for dim in t.shape or () for symbol in dims.symbols_of(dim))
    known = [
        f"{s} = {symbols[s][0]} from {symbols[s][1]}" for s in used if s in symbols and symbols[s][1] != name
    ]
    expected = type_text(t) + (f" with {', '.join(known)}" if known else "")
    have, want = len(array.shape), len(t.shape or ())
    hint = ""
    if have + 1 == want:
        hint = f"add an axis, as in {name}[None]"
    elif have == want + 1 and array.shape[0] == 1:
        hint = f"drop the first axis, as in {name}[0]"
    shape = ",".join(map(str, array.shape))
    return BIND_SHAPE.problem(
        f"argument {name}", expected=expected, got=f"{t.dtype or '?'}[{shape}]", hint=hint
    )
