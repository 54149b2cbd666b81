"""Arguments given on the command line: types with seeded values, files, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...schema import dims
from ...schema.errors import TraceboxError
from ...schema.types import BOOL, FLOAT, INT, STR, TensorType, Type, symbols_of
from ...schema.types_text import parse_type
from ..cli import UsageError
from ..read import numpy_dtype

FORMS = "x:f32[B,4], n:int=3, x=values.npy or x=[[1,2]]"


class Example:
    """One argument: its name, the type text if one was given, and its value."""

    __slots__ = ("name", "type", "value")

    def __init__(self, name: str, type: str | None, value: Any) -> None:
        self.name = name
        self.type = type
        self.value = value


def read_examples(specs: Sequence[str], seed: int) -> list[Example]:
    """Read ``--input`` options.

    Each symbol gets a prime of its own, from 3 on, in the order in which they first occur;
    values come from one generator with the given seed.

    Raises
    ------
    UsageError
        A spec that cannot be read, a name given twice, a file that is no ``.npy``.
    """
    generator = np.random.default_rng(seed)
    sizes: dict[str, int] = {}
    primes = _primes()
    found: dict[str, Example] = {}
    for spec in specs:
        name, type_text, value_text = split_spec(spec)
        if name in found:
            raise UsageError(f"--input {spec}: {name!r} is given twice")
        t = _type(spec, type_text) if type_text else None
        if value_text is not None:
            value = read_value(spec, value_text, t)
        else:
            assert t is not None
            for symbol in symbols_of(t):
                if symbol not in sizes:
                    sizes[symbol] = next(primes)
            value = make_value(spec, t, sizes, generator)
        found[name] = Example(name, type_text, value)
    return list(found.values())


def split_spec(spec: str) -> tuple[str, str | None, str | None]:
    """``name[:type][=value]`` in its parts."""
    head, equals, value = spec.partition("=")
    name, colon, type_text = head.partition(":")
    if not name.strip().isidentifier() or not (colon or equals):
        raise UsageError(f"--input {spec}: expected a name, then a type or a value, as in {FORMS}")
    return name.strip(), type_text.strip() or None, value if equals else None


def _type(spec: str, text: str) -> Type:
    try:
        return parse_type(text)
    except TraceboxError as error:
        raise UsageError(f"--input {spec}: {error}") from None


def read_value(spec: str, text: str, t: Type | None) -> Any:
    """A value: an ``.npy`` file as it is, or JSON, made an array if `t` is a tensor."""
    if text.endswith(".npy"):
        try:
            value = np.load(text, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"--input {spec}: {error}") from None
        return value
    try:
        value = json.loads(text)
    except ValueError:
        if t is STR or t is None:
            return text
        raise UsageError(f"--input {spec}: {text!r} is neither an .npy file nor JSON") from None
    return to_array(spec, value, t) if isinstance(t, TensorType) else value


def to_array(spec: str, value: Any, t: TensorType | None = None) -> Any:
    """JSON numbers as an array, of the dtype of `t` where that says one."""
    if value is None:
        raise UsageError(f"--input {spec}: null is not an array")
    try:
        return np.asarray(value, dtype=numpy_dtype(t.dtype) if t is not None and t.dtype else None)
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(f"--input {spec}: {error}") from None


def make_value(spec: str, t: Type, sizes: Mapping[str, int], generator: np.random.Generator) -> Any:
    """A seeded value of type `t`, symbols replaced by `sizes`."""
    if t is INT:
        return int(generator.integers(0, 10))
    if t is FLOAT:
        return float(generator.standard_normal())
    if t is BOOL:
        return bool(generator.integers(0, 2))
    if t is STR:
        return "text"
    if not isinstance(t, TensorType) or t.dtype is None or t.shape is None:
        raise UsageError(f"--input {spec}: no example values for this type; give a value, as in x=values.npy")
    shape = []
    for dim in t.shape:
        if isinstance(dim, dims.Unknown):
            raise UsageError(f"--input {spec}: give ? a name, such as f32[B,4], or an integer")
        size = dims.evaluate(dim, sizes)
        if size < 0:
            raise UsageError(f"--input {spec}: the dimension {dim!r} would be {size}")
        shape.append(size)
    try:
        return random_array(t.dtype, tuple(shape), generator)
    except (MemoryError, ValueError, OverflowError) as error:  # sizes beyond memory, or NumPy's bounds
        raise UsageError(f"--input {spec}: {error}") from None


def random_array(dtype: str, shape: tuple[int, ...], generator: np.random.Generator) -> Any:
    """Seeded values: standard normal for floats, 0 to 9 for integers."""
    target = numpy_dtype(dtype)
    if dtype == "bool":
        return generator.integers(0, 2, shape).astype(bool)
    if target.kind in "iu":
        return generator.integers(0, 10, shape).astype(target)
    values = generator.standard_normal(shape)
    if target.kind == "c":
        values = values + 1j * generator.standard_normal(shape)
    return values.astype(target)


def _primes() -> Iterator[int]:
    found: list[int] = []
    number = 3
    while True:
        if all(number % prime for prime in found):
            found.append(number)
            yield number
        number += 2
