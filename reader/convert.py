"""One argument or result at a time: from a caller's value to a run-time value and back. SPEC 10.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..schema import dtypes
from ..schema.ir import RecordClass
from ..schema.rules import Rule
from ..schema.types import ClassType, ContainerType, ScalarType, TensorType, Type, type_text
from .engine import NUMPY_DTYPES, Engine
from .rules import BIND_DTYPE, BIND_TYPE, BIND_VALUE
from .values import STORED_AS, Record, describe, dtype_name

#: Names that other packages give the dtypes that NumPy lacks.
FOREIGN = {"bfloat16": "bf16", "float8_e4m3fn": "f8e4m3fn", "float8_e5m2": "f8e5m2"}
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class Converter:
    """Takes callers' values as values of a type. Shapes are looked at by whoever asks.

    `tensors` collects the name, array and type of each tensor on the way.
    """

    __slots__ = ("engine", "records", "tensors")

    def __init__(self, engine: Engine, records: Mapping[str, RecordClass]) -> None:
        self.engine = engine
        self.records = records
        self.tensors: list[tuple[str, Any, TensorType]] = []

    def value(self, value: Any, t: Type, name: str) -> Any:
        """`value` as a value of type `t`.

        Raises
        ------
        ArgumentError
            ``bind.type``, ``bind.dtype``, ``bind.value``.
        """
        if isinstance(t, TensorType):
            array = self.tensor(value, t, name)
            self.tensors.append((name, array, t))
            return array
        if isinstance(t, ScalarType):
            return scalar(value, t, name)
        if isinstance(t, ContainerType):
            return self._container(value, t, name)
        return self._record(value, t, name)

    # --- tensors ---

    def tensor(self, value: Any, t: TensorType, name: str) -> Any:
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(np.asarray(value), t, name)
        if isinstance(value, self.engine.array_type):
            return self._device_array(value, t, name)
        if isinstance(value, (bool, int, float, complex, list, tuple)):
            return self._numbers(value, t, name)
        if hasattr(value, "__array__") or hasattr(value, "__dlpack__"):
            return self._array(np.asarray(value), t, name)
        raise _wrong(BIND_TYPE, name, t, describe(value), "pass an array")

    def _array(self, array: Any, t: TensorType, name: str) -> Any:
        have = FOREIGN.get(array.dtype.name)
        if have is not None:
            array = array.view(NUMPY_DTYPES[have])
        elif t.dtype in dtypes.STORAGE and array.dtype == NUMPY_DTYPES[t.dtype]:
            have = t.dtype
        else:
            known = dtypes.BY_NUMPY.get(array.dtype.name)
            have = known.name if known else None
        if have is None:
            raise _wrong(BIND_DTYPE, name, t, f"dtype {array.dtype}", "pass numbers or bools")
        want = t.dtype or have
        if have != want and not _safe(have, want):
            hint = f"convert it: {name.split('[')[0]}.astype({STORED_AS[want]!r})"
            raise _wrong(BIND_DTYPE, name, t, f"{have}[{','.join(map(str, array.shape))}]", hint)
        stored = NUMPY_DTYPES[want]
        if array.dtype != stored or not array.dtype.isnative:
            array = array.astype(stored)
        return self.engine.from_host(array)

    def _device_array(self, array: Any, t: TensorType, name: str) -> Any:
        known = dtypes.BY_NUMPY.get(dtype_name(array))
        if known is None or (t.dtype is not None and known.name != t.dtype):
            stored = t.dtype in dtypes.STORAGE and dtype_name(array) == STORED_AS[t.dtype]
            if known is None or not (stored or _safe(known.name, str(t.dtype))):
                raise _wrong(BIND_DTYPE, name, t, describe(array), "convert it with astype")
            if not stored:
                array = self.engine.xp.astype(array, self.engine.dtypes[str(t.dtype)])
        return array

    def _numbers(self, value: Any, t: TensorType, name: str) -> Any:
        """Python numbers, or nested lists of them, at the declared dtype."""
        try:
            array = np.asarray(value)
        except ValueError as error:
            raise _wrong(BIND_TYPE, name, t, f"a {type(value).__name__}: {error}", "pass an array") from None
        if array.dtype.kind == "O" and all(isinstance(item, int) for item in array.flat):
            raise _wrong(BIND_VALUE, name, t, str(value)[:80], "pass ints of 64 bits")
        if array.dtype.kind not in "biufc":
            raise _wrong(BIND_TYPE, name, t, f"a {type(value).__name__} of {array.dtype}", "pass an array")
        if t.dtype is None:
            return self.engine.from_host(array)
        if not array.size:  # no number whose kind could be above it
            array = array.astype(np.bool_)
        stored = NUMPY_DTYPES[t.dtype]
        if t.dtype in dtypes.STORAGE or _RANK[array.dtype.kind] > _RANK[stored.kind]:
            got = f"{type(value).__name__} {value!r}"[:80]
            raise _wrong(BIND_DTYPE, name, t, got, f"pass an array of {t.dtype}")
        with np.errstate(over="ignore"):
            made = array.astype(stored)
        if array.dtype.kind in "iu":
            wrong = [int(n) for n in array.flat] != [_exact(n) for n in made.flat]
        else:
            wrong = bool(np.any(np.isinf(made) & ~np.isinf(array)))
        if wrong:
            raise _wrong(BIND_VALUE, name, t, repr(value)[:80], f"pass a value in the range of {t.dtype}")
        return self.engine.from_host(made)

    # --- containers ---

    def _container(self, value: Any, t: ContainerType, name: str) -> Any:
        if t.kind == "optional":
            return None if value is None else self.value(value, t.items[0], name)
        if t.kind == "list" and isinstance(value, (list, tuple)):
            return [self.value(item, t.items[0], f"{name}[{i}]") for i, item in enumerate(value)]
        if t.kind == "tuple" and isinstance(value, (list, tuple)):
            if len(value) != len(t.items):
                raise _wrong(BIND_TYPE, name, t, f"{len(value)} items", f"pass {len(t.items)} items")
            return tuple(
                [self.value(v, item, f"{name}[{i}]") for i, (v, item) in enumerate(zip(value, t.items))]
            )
        if t.kind == "dict" and isinstance(value, Mapping):
            key, item = t.items
            return {
                self.value(k, key, f"key of {name}"): self.value(v, item, f"{name}[{k!r}]")
                for k, v in value.items()
            }
        raise _wrong(BIND_TYPE, name, t, describe(value), f"pass a {t.kind}")

    def _record(self, value: Any, t: ClassType, name: str) -> Record:
        fields = self.records[t.name].fields
        if isinstance(value, Record):
            if value.class_name != t.name:
                raise _wrong(BIND_TYPE, name, t, f"a {value.class_name}", f"pass a {t.name}")
            value = value.fields
        given = value if isinstance(value, Mapping) else None
        made = {}
        for field, item in fields:
            if given is not None and field in given:
                part = given[field]
            elif given is None and hasattr(value, field):
                part = getattr(value, field)
            else:
                hint = f"pass an object or a dict with {', '.join(n for n, _ in fields)}"
                raise _wrong(BIND_TYPE, name, t, describe(value), hint)
            made[field] = self.value(part, item, f"{name}.{field}")
        return Record(t.name, made)


def _exact(number: Any) -> int | None:
    """The integer that a NumPy number is, if it is one."""
    plain = number.item()
    plain = plain.real if isinstance(plain, complex) else plain
    return int(plain) if abs(plain) != float("inf") else None


_RANK = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}


def _wrong(rule: Rule, name: str, t: Type, got: str, hint: str) -> Exception:
    return rule.fail(f"argument {name}", expected=type_text(t), got=got, hint=hint)


def _safe(have: str, want: str) -> bool:
    if have in dtypes.STORAGE or want in dtypes.STORAGE:
        return False
    return np.can_cast(NUMPY_DTYPES[have], NUMPY_DTYPES[want], "safe")


def scalar(value: Any, t: ScalarType, name: str) -> Any:
    """A caller's value as a scalar of the program."""
    if type(value) is _PYTHON[t.name] and (t.name != "int" or _INT_MIN <= value <= _INT_MAX):
        if t.name == "str" and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise _wrong(BIND_TYPE, name, t, ascii(value)[:60], "pass a str without surrogates")
        return value
    plain = value
    if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
        plain = value.item()
    want = _PYTHON[t.name]
    if isinstance(plain, bool) and t.name != "bool":
        raise _wrong(BIND_TYPE, name, t, repr(plain), f"pass {_A[t.name]}")
    if isinstance(plain, int) and t.name == "int" and not _INT_MIN <= plain <= _INT_MAX:
        raise _wrong(BIND_VALUE, name, t, str(plain)[:40], "pass an int of 64 bits")
    if isinstance(plain, int) and t.name in ("float", "complex") and not isinstance(plain, bool):
        if abs(plain) > 2**53 and int(float(plain) if abs(plain) < 2**1023 else 0) != plain:
            raise _wrong(BIND_VALUE, name, t, str(plain)[:40], "pass a float")
        return want(plain)
    if isinstance(plain, float) and t.name == "complex":
        return complex(plain)
    if isinstance(plain, want):
        return want(plain) if t.name != "none" else None
    raise _wrong(BIND_TYPE, name, t, describe(value), f"pass {_A[t.name]}")


_PYTHON: dict[str, Any] = {
    "int": int,
    "float": float,
    "bool": bool,
    "complex": complex,
    "str": str,
    "none": type(None),
}
_A = {
    "int": "an int",
    "float": "a float",
    "bool": "a bool",
    "complex": "a complex",
    "str": "a str",
    "none": "None",
}


def presenter(engine: Engine, t: Type) -> Any:
    """The function that makes a result of type `t` ready for callers, or None if it is ready as it is."""
    if isinstance(t, TensorType):
        if t.dtype in dtypes.STORAGE and engine.xp is np:
            return _viewed(t.dtype)
        return engine.result if not t.shape else None
    if isinstance(t, ScalarType):
        return None
    if isinstance(t, ContainerType) and _stores(t):
        return _typed(engine, t)
    return lambda value: present(engine, value)


def _viewed(dtype: str) -> Any:
    """Shows stored bits as ml_dtypes' type where that is installed, else as unsigned integers. SPEC 10.4."""
    from ..archive.read import numpy_dtype

    shown = numpy_dtype(dtype)
    return lambda value: np.asarray(value).view(shown)


def _stores(t: Type) -> bool:
    if isinstance(t, TensorType):
        return t.dtype in dtypes.STORAGE
    return isinstance(t, ContainerType) and any(map(_stores, t.items))


def _typed(engine: Engine, t: ContainerType) -> Any:
    """As `presenter`, of a container in which there are tensors of storage dtypes."""
    shows = [presenter(engine, item) or (lambda value: value) for item in t.items]
    if t.kind == "tuple":
        return lambda value: tuple([show(item) for show, item in zip(shows, value)])
    last = shows[-1]
    if t.kind == "dict":
        return lambda value: {key: last(item) for key, item in value.items()}
    if t.kind == "list":
        return lambda value: [last(item) for item in value]
    return lambda value: None if value is None else last(value)


def present(engine: Engine, value: Any) -> Any:
    """A result as callers get it: arrays also without axes, containers that are theirs to change."""
    if isinstance(value, list):
        return [present(engine, item) for item in value]
    if isinstance(value, tuple):
        return tuple([present(engine, item) for item in value])
    if isinstance(value, dict):
        return {key: present(engine, item) for key, item in value.items()}
    if isinstance(value, Record):
        return Record(value.class_name, present(engine, value.fields))
    return engine.result(value) if hasattr(value, "dtype") else value
