"""The JSON form of cases: ``cases/ops/<operator>.json``. SPEC 14.4.

A file is ``{"op", "opset", "cases": [...]}``. A case has, in this order,

- ``name``; ``kind``: ``accept``, ``reject`` or ``fail``; ``label`` (not with ``accept``);
- ``attrs``: every attribute, in declared order; ``operands``: the static types, as texts;
- ``accept`` and ``fail``: ``inputs``, values; ``accept``: ``outputs``, values, and where the
  operator's accuracy is ``dot`` or ``stable``, ``bounds``: per output an f64 tensor of permitted
  absolute errors, or null;
- ``reject``: ``twin``, ``{"attrs", "operands"}`` of the valid call that it differs from in one place.

A tensor is ``{"dtype", "shape", "data"}``, data in base64 of little-endian row-major bytes.
Every other value, and every attribute, is an object with one key, which names what it is:
``{"none": null}``, ``{"bool": true}``, ``{"int": "5"}`` (decimal, in a string), ``{"float": base64 of
8 bytes}``, ``{"complex": base64 of 16 bytes}``, ``{"str": "a"}``, ``{"list": [...]}``, ``{"tuple": [...]}``,
``{"dict": [[key, value], ...]}``, ``{"record": [name, value...]}``; attributes have also
``{"dim": "2*B+1"}``, ``{"dtype": "f32"}``, ``{"type": "f32[B]"}``, and ``tuple`` for lists.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..schema.dims import Expr, dim_text
from ..schema.ir import Attr, DTypeAttr, TensorConst
from ..schema.types import ClassType, ContainerType, ScalarType, TensorType, type_text
from ..schema.types_text import parse_dim, parse_type
from .formats import from_bytes, to_bytes
from .model import Accept, Case, Fails, Record, Reject, Value, full_label
from .oracle.arrays import Array

Json = Any


def dump(op: str, opset: int, cases: Iterable[Case]) -> str:
    """The text of a case file: one case a line, the same text for the same cases."""
    lines = [json.dumps(case_json(op, case), separators=(",", ":"), ensure_ascii=False) for case in cases]
    body = ",\n".join(lines)
    return f'{{"op":{json.dumps(op)},"opset":{opset},"cases":[\n{body}\n]}}\n'


def load(text: str) -> tuple[str, int, list[Case]]:
    """The operator, the opset and the cases of a case file."""
    found = json.loads(text)
    return found["op"], found["opset"], [case_from_json(case) for case in found["cases"]]


def case_json(op: str, case: Case) -> Json:
    """A case as plain data."""
    kind = {Accept: "accept", Reject: "reject", Fails: "fail"}[type(case)]
    found: dict[str, Json] = {"name": case.name, "kind": kind}
    if not isinstance(case, Accept):
        found["label"] = full_label(op, case.label)
    found["attrs"] = attrs_json(case.attrs)
    found["operands"] = list(case.operands)
    if isinstance(case, Reject):
        found["twin"] = {"attrs": attrs_json(case.valid_attrs), "operands": list(case.valid_operands)}
        return found
    found["inputs"] = [value_json(value) for value in case.inputs]
    if isinstance(case, Accept):
        found["outputs"] = [value_json(value) for value in case.outputs]
        if case.bounds:
            found["bounds"] = [None if bound is None else value_json(bound) for bound in case.bounds]
    return found


def case_from_json(found: Mapping[str, Json]) -> Case:
    """The case that `case_json` gave."""
    name, kind = found["name"], found["kind"]
    attrs = attrs_from_json(found["attrs"])
    operands = tuple(found["operands"])
    if kind == "reject":
        twin = found["twin"]
        other = attrs_from_json(twin["attrs"])
        if other != attrs:
            return Reject(name, found["label"], operands, attrs, twin_attrs=other)
        return Reject(name, found["label"], operands, attrs, twin=tuple(twin["operands"]))
    inputs = tuple(map(value_from_json, found["inputs"]))
    if kind == "fail":
        return Fails(name, found["label"], inputs, attrs, operands)
    outputs = tuple(map(value_from_json, found["outputs"]))
    bounds = tuple(None if bound is None else _tensor(bound) for bound in found.get("bounds", ()))
    return Accept(name, inputs, outputs, attrs, operands, bounds)


# --- values ---------------------------------------------------------------------


def value_json(value: Value) -> Json:
    """A value as plain data."""
    if isinstance(value, Array):
        return {"dtype": value.dtype, "shape": list(value.shape), "data": _base64(value.to_bytes())}
    if isinstance(value, list):
        return {"list": [value_json(item) for item in value]}
    if isinstance(value, tuple):
        return {"tuple": [value_json(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[value_json(key), value_json(item)] for key, item in value.items()]}
    if isinstance(value, Record):
        return {"record": [value.name, *map(value_json, value.items)]}
    return _scalar_json(value)


def _scalar_json(value: Any) -> Json:
    if value is None:
        return {"none": None}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": _base64(to_bytes(value, "f64"))}
    if isinstance(value, complex):
        return {"complex": _base64(to_bytes(value, "c128"))}
    if isinstance(value, str):
        return {"str": value}
    raise TypeError(f"{value!r} is no value of a case")


def value_from_json(found: Mapping[str, Json]) -> Value:
    """The value that `value_json` gave."""
    if "data" in found:
        return _tensor(found)
    ((kind, content),) = found.items()
    if kind == "list":
        return [value_from_json(item) for item in content]
    if kind == "tuple":
        return tuple(map(value_from_json, content))
    if kind == "dict":
        return {value_from_json(key): value_from_json(item) for key, item in content}
    if kind == "record":
        return Record(content[0], tuple(map(value_from_json, content[1:])))
    scalar: Value = _scalar(kind, content)
    return scalar


def _scalar(kind: str, content: Json) -> Any:
    if kind == "int":
        return int(content)
    if kind == "float":
        return from_bytes(base64.b64decode(content), "f64")
    if kind == "complex":
        return from_bytes(base64.b64decode(content), "c128")
    if kind in ("none", "bool", "str"):
        return content
    raise ValueError(f"unknown kind of value {kind!r}")


def _tensor(found: Mapping[str, Json]) -> Array:
    return Array.from_bytes(found["dtype"], found["shape"], base64.b64decode(found["data"]))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# --- attributes -----------------------------------------------------------------


def attrs_json(attrs: Mapping[str, Attr]) -> Json:
    """Attributes as plain data."""
    return {name: attr_json(value) for name, value in attrs.items()}


def attrs_from_json(found: Mapping[str, Json]) -> dict[str, Attr]:
    """The attributes that `attrs_json` gave."""
    return {name: attr_from_json(value) for name, value in found.items()}


def attr_json(value: Attr) -> Json:
    """An attribute as plain data."""
    if isinstance(value, Expr):
        return {"dim": dim_text(value)}
    if isinstance(value, DTypeAttr):
        return {"dtype": value.name}
    if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
        return {"type": type_text(value)}
    if isinstance(value, TensorConst):
        return {"dtype": value.dtype, "shape": list(value.shape), "data": _base64(value.data)}
    if isinstance(value, tuple):
        return {"tuple": [attr_json(item) for item in value]}
    return _scalar_json(value)


def attr_from_json(found: Mapping[str, Json]) -> Attr:
    """The attribute that `attr_json` gave."""
    if "data" in found:
        return TensorConst(found["dtype"], tuple(found["shape"]), base64.b64decode(found["data"]))
    ((kind, content),) = found.items()
    if kind == "dim":
        return parse_dim(content)
    if kind == "dtype":
        return DTypeAttr(content)
    if kind == "type":
        return parse_type(content)
    if kind == "tuple":
        return tuple(map(attr_from_json, content))
    value: Attr = _scalar(kind, content)
    return value
