"""The arguments of a traced function: trees, types, symbols, and examples for those left out."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..schema import dims, dtypes
from ..schema.dims import Dim
from ..schema.manifest import MISSING, Parameter
from ..schema.names import clean
from ..schema.types import TensorType, type_text
from ..schema.types_text import parse_type
from . import rules
from .attributes import dtype_name, dtype_of, is_stored
from .context import Trace
from .integral import SymbolicInt
from .proxy import Proxy
from .scope import Scope, Val
from .trees import is_array, is_constant, map_tree, tree_of

Specs = dict[str, TensorType]

#: Sizes for symbols of generated examples: each symbol another prime.
PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def parse_specs(inputs: object, names: Sequence[str]) -> Specs:
    """Types of arguments by name, from ``"x:f32[B,4]"``, a list of such, or a dict.

    A text without a name belongs to the parameter at its place.

    Raises
    ------
    TraceError, InvalidError
        ``trace.spec`` a name or type that cannot be; ``type.syntax`` a text that is no type.
    """
    if inputs is None:
        return {}
    found: Specs = {}
    if isinstance(inputs, Mapping):
        pairs = [(str(name), text) for name, text in inputs.items()]
    else:
        texts = [inputs] if isinstance(inputs, str) else list(inputs)  # type: ignore[call-overload]
        parts = [part for text in texts for part in _split(text)]
        pairs = [_named(part, i, names) for i, part in enumerate(parts)]
    for name, text in pairs:
        t = parse_type(text) if isinstance(text, str) else text
        if name.partition("[")[0].partition(".")[0] not in names:
            raise rules.SPEC_NAME.fail(name, expected=f"one of {', '.join(names)}", got=name)
        if not isinstance(t, TensorType) or t.dtype is None or t.shape is None:
            raise rules.SPEC_NAME.fail(name, expected="a tensor type with dtype and shape", got=str(text))
        if any(isinstance(dim, dims.Unknown) for dim in t.shape):
            raise rules.SPEC_NAME.fail(
                name, expected="sizes or names", got=type_text(t), hint="name it: f32[n]"
            )
        found[name] = t
    return found


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _named(part: str, place: int, names: Sequence[str]) -> tuple[str, str]:
    name, colon, rest = part.partition(":")
    if colon:
        return name.strip(), rest.strip()
    if place >= len(names):
        raise rules.SPEC_NAME.fail(part, expected=f"at most {len(names)} inputs", got=f"input {place}")
    return names[place], part


def example(t: TensorType, sizes: dict[str, int], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """A random array of type `t`; symbols that `sizes` lacks get the next prime."""
    for dim in t.shape or ():
        for symbol in dims.symbols_of(dim):
            if symbol not in sizes:
                sizes[symbol] = PRIMES[len(sizes) % len(PRIMES)]
    shape = tuple(dims.evaluate(_known(dim), sizes) for dim in t.shape or ())
    if t.dtype in dtypes.STORAGE:
        return rng.standard_normal(shape).astype(np.float32).astype(dtype_of(t.dtype))
    return random_array(shape, dtype_of(t.dtype or "f32"), rng)


def random_array(
    shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    """Numbers as networks meet them: normal floats, small whole numbers."""
    if dtype.kind == "f":
        return rng.standard_normal(shape).astype(dtype)
    if dtype.kind == "c":
        return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    return rng.integers(0, 5, shape).astype(dtype)


def _known(dim: Dim) -> dims.Known:
    assert not isinstance(dim, dims.Unknown)
    return dim


def bind(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: object
) -> tuple[inspect.BoundArguments, Specs]:
    """The arguments by parameter; those left out that `inputs` describes are made up."""
    signature = inspect.signature(function)
    names = [p.name for p in signature.parameters.values()]
    specs = parse_specs(inputs, names)
    bound = signature.bind_partial(*args, **kwargs)
    sizes: dict[str, int] = {}
    rng = np.random.default_rng(0)
    for name, t in specs.items():
        if name in bound.arguments and isinstance(bound.arguments[name], (np.ndarray, np.generic)):
            _sizes_from(t, np.shape(bound.arguments[name]), sizes)
    for name, parameter in signature.parameters.items():
        if name not in bound.arguments and name in specs:
            bound.arguments[name] = example(specs[name], sizes, rng)
        elif name not in bound.arguments and _passes(function, parameter.default):
            bound.arguments[name] = parameter.default
    bound.arguments = {name: bound.arguments[name] for name in names if name in bound.arguments}
    signature.bind(*bound.args, **bound.kwargs)
    return bound, specs


def _passes(function: Any, default: Any) -> bool:
    """Whether a default is part of the signature; NumPy's own markers stay with the function."""
    plain = default is None or isinstance(default, (bool, int, float, complex, str, tuple, list, dict))
    inner = getattr(function, "func", function)  # of a partial
    return not isinstance(inner, np.ufunc) and (plain or is_array(default))


def _sizes_from(t: TensorType, shape: tuple[int, ...], sizes: dict[str, int]) -> None:
    for dim, n in zip(t.shape or (), shape):
        name = dims.symbol_name(dim)
        if name is not None:
            sizes.setdefault(name, int(n))


class Arguments:
    """The traced function's arguments as parameters of the root scope."""

    def __init__(self, trace: Trace, scope: Scope, specs: Specs) -> None:
        self.trace = trace
        self.scope = scope
        self.specs = dict(specs)
        self.parameters: list[Parameter] = []
        #: The arguments as they were, for recorded test vectors.
        self.leaves: list[Any] = []
        #: The recorded values of the arrays among them.
        self.arrays: list[Val] = []
        self._used: set[str] = set()

    def take(self, bound: inspect.BoundArguments) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with traced arrays in them, in the order of the signature."""
        for t in self.specs.values():
            for dim in t.shape or ():
                for name in dims.symbols_of(dim):
                    self.scope.symbols.examples.setdefault(name, -1)
                    self.scope.symbols.named.add(name)
        found: dict[str, Any] = {}
        for name, value in bound.arguments.items():
            parameter = bound.signature.parameters[name]
            found[name] = self._parameter(parameter, value)
        self._check_specs()
        made = inspect.BoundArguments(bound.signature, found)
        return made.args, made.kwargs

    def _parameter(self, parameter: inspect.Parameter, value: Any) -> Any:
        if parameter.kind is parameter.VAR_POSITIONAL:
            return tuple(self._one(f"{parameter.name}_{i}", "positional", v) for i, v in enumerate(value))
        if parameter.kind is parameter.VAR_KEYWORD:
            return {key: self._one(key, "keyword", v) for key, v in value.items()}
        kind = "positional_or_keyword"
        if parameter.kind is parameter.POSITIONAL_ONLY:
            kind = "positional"
        elif parameter.kind is parameter.KEYWORD_ONLY:
            kind = "keyword"
        return self._one(parameter.name, kind, value, parameter.default)

    def _one(self, name: str, kind: str, value: Any, default: Any = inspect.Parameter.empty) -> Any:
        tree = tree_of(value, self.leaves, name, rules.INPUT, self.scope.name)
        same = is_constant(value) and type(default) is type(value) and default == value
        self.parameters.append(Parameter(name, kind, tree, default if same else MISSING))
        return map_tree(value, self._leaf, name, self._refuse)

    def _refuse(self, path: str, value: Any) -> Exception:
        return rules.INPUT.fail(self.scope.name, got=f"{path}: {type(value).__name__}")

    def _leaf(self, leaf: Any, path: str) -> Proxy:
        if isinstance(leaf, (Proxy, SymbolicInt)):
            raise rules.INPUT.fail(self.scope.name, got=f"{path}: a traced array of another trace")
        if isinstance(leaf, (np.matrix, np.ma.MaskedArray)):  # their operators mean something else
            got = f"{path}: {type(leaf).__name__}"
            raise rules.INPUT.fail(self.scope.name, got=got, hint="pass a plain array")
        array = np.asarray(leaf)
        if not is_stored(array.dtype):
            array = array.astype(array.dtype.newbyteorder("="), copy=False)
        name = clean(path.replace("'", "").replace("]", "")).strip("_") or "x"
        dtype = dtype_name(array.dtype, f"{self.scope.name} argument {path}")
        spec = self.specs.get(path)
        if spec is None:
            symbols = self.scope.symbols
            shape: tuple[Dim, ...] = tuple(
                symbols.new(f"{name}_{axis}", int(n)) for axis, n in enumerate(array.shape)
            )
        else:
            self._used.add(path)
            shape = self._spec_shape(path, spec, array, dtype)
        value = self.scope.add_param(TensorType(dtype, shape), array.copy(), self._free(name))
        self.arrays.append(value)
        return Proxy(self.trace, value)

    def _free(self, name: str) -> str:
        from ..schema.names import fresh_name

        return fresh_name(name, {p.name for p in self.scope.params})

    def _spec_shape(self, path: str, spec: TensorType, array: Any, dtype: str) -> tuple[Dim, ...]:
        got = f"{dtype}{list(array.shape)}"
        shape = spec.shape or ()
        if spec.dtype != dtype or len(shape) != array.ndim:
            raise rules.SPEC_NAME.fail(path, expected=type_text(spec), got=got)
        examples = self.scope.symbols.examples
        for dim, n in zip(shape, array.shape):
            name = dims.symbol_name(dim)
            if name is not None and examples[name] == -1:
                examples[name] = int(n)
        for dim, n in zip(shape, array.shape):
            if (
                all(examples[name] >= 0 for name in dims.symbols_of(dim))
                and self.scope.symbols.value(dim) != n
            ):
                raise rules.SPEC_NAME.fail(path, expected=type_text(spec), got=got)
        return shape

    def _check_specs(self) -> None:
        for path in self.specs:
            if path not in self._used:
                raise rules.SPEC_NAME.fail(
                    path, expected="the name of an array among the arguments", got=path
                )
        for name, value in self.scope.symbols.examples.items():
            if value < 0:
                raise rules.SPEC_NAME.fail(
                    name, expected="each symbol alone as a size of an argument", got=name
                )
