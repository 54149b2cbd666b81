"""The JSON Schema of a program's plain form, and that form as JSON. SPEC 6.7.

``python -m tracebox.schema.program_schema`` prints the schema; ``schema/program.schema.json`` holds it
and a test compares the two.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Union

from . import dims, encoding, limits
from .dtypes import ALL
from .ir import KINDS
from .types import CONTAINERS, SCALARS

Json = Union[None, bool, int, str, "list[Json]", "dict[str, Json]"]

_COUNT: Json = {"type": "integer", "minimum": 0}
_TEXT: Json = {"type": "string"}
_INT64: Json = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
_DTYPE: Json = {"type": "integer", "minimum": 0, "maximum": len(ALL) - 1}


def json_form(plain: encoding.Plain) -> Json:
    """The plain form with each byte string as base64 text."""
    if isinstance(plain, bytes):
        return b64encode(plain).decode()
    if isinstance(plain, list):
        return list(map(json_form, plain))
    return plain


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _row(*items: Json) -> Json:
    """An array of exactly these items."""
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "items": False}


def _all(item: Json, **more: Json) -> Json:
    return {"type": "array", "items": item, **more}


def _tag(value: int, *items: Json) -> Json:
    return _row({"const": value}, *items)


def _base64(size: int) -> Json:
    length = (size + 2) // 3 * 4
    return {"type": "string", "contentEncoding": "base64", "minLength": length, "maxLength": length}


def _definitions() -> dict[str, Json]:
    typed = _all(_row(_TEXT, _COUNT))
    constant: list[Json] = [
        {"type": ["null", "boolean", "string"]},
        _INT64,
        _tag(encoding.FLOAT, _base64(8)),
        _tag(encoding.COMPLEX, _base64(16)),
        _tag(encoding.ARRAY, _DTYPE, _all(_COUNT, maxItems=limits.RANK), {"type": "string"}),
    ]
    return {
        "dimension": {"anyOf": [{"type": "null"}, _INT64, _ref("terms")]},
        "terms": _all(_row(_INT64, _all(_ref("atom"))), minItems=1, maxItems=dims.MAX_SIZE),
        "atom": {
            "anyOf": [
                _TEXT,
                _row(
                    {"type": "integer", "minimum": 0, "maximum": len(encoding.ATOMS) - 1},
                    {"anyOf": [_INT64, _ref("terms")]},
                    {"anyOf": [_INT64, _ref("terms")]},
                ),
            ]
        },
        "type": {
            "anyOf": [
                _tag(
                    encoding.TENSOR,
                    {"anyOf": [{"type": "null"}, _DTYPE]},
                    {"anyOf": [{"type": "null"}, _all(_ref("dimension"), maxItems=limits.RANK)]},
                ),
                _tag(encoding.SCALAR, {"type": "integer", "minimum": 0, "maximum": len(SCALARS) - 1}),
                _tag(
                    encoding.CONTAINER,
                    {"type": "integer", "minimum": 0, "maximum": len(CONTAINERS) - 1},
                    _all(_COUNT),
                ),
                _tag(encoding.CLASS, _TEXT),
            ]
        },
        "attribute": {
            "anyOf": [
                *constant,
                _tag(encoding.DTYPE, _DTYPE),
                _tag(encoding.DIM, _ref("terms")),
                _tag(encoding.TYPE, _COUNT),
                _tag(encoding.TUPLE, _all(_ref("attribute"))),
            ]
        },
        "initial": {
            "anyOf": [
                *constant,
                _tag(encoding.REF, _TEXT),
                _tag(
                    encoding.INITIAL,
                    {"type": "integer", "minimum": 0, "maximum": len(CONTAINERS)},
                    _all(_ref("initial")),
                ),
            ]
        },
        "attributes": _all(_row(_TEXT, _ref("attribute"))),
        "node": _row(
            {"type": "integer", "minimum": 0, "maximum": len(KINDS) - 1},
            _TEXT,
            _all(_COUNT),
            _ref("attributes"),
            _all(_ref("block")),
            _all(_COUNT),
            {"anyOf": [{"type": "null"}, _COUNT]},
        ),
        "block": _row(_all(_COUNT), _all(_ref("node")), _all(_COUNT)),
        "function": _row(_TEXT, _TEXT, _all(_TEXT), _all(_COUNT), _ref("block")),
        "body": _row(_TEXT, _ref("attributes"), _ref("function")),
        "record": _row(_TEXT, typed),
        "class": _row(_TEXT, _TEXT, typed, typed, _all(_row(_TEXT, _TEXT)), _all(_ref("function"))),
        "instance": _row(_TEXT, _all(_TEXT), _all(_ref("initial")), _all(_COUNT)),
    }


def program_schema() -> dict[str, Json]:
    """The JSON Schema (2020-12) of `json_form` of a program."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tracebox:schema:1.0:program",
        "title": "tracebox program, version 1",
        "description": "What ir/program.msgpack decodes to, byte strings as base64. SPEC 6.",
        **_row(  # type: ignore[dict-item]
            {"const": encoding.FORMAT},
            {"const": encoding.VERSION},
            _COUNT,
            *(_all(_ref(name)) for name in ("type", "record", "body", "function", "class", "instance")),
            _all(_TEXT),
        ),
        "$defs": _definitions(),
    }


def schema_text() -> str:
    """The contents of ``schema/program.schema.json``."""
    return json.dumps(program_schema(), indent=2) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
