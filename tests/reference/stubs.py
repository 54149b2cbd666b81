"""The type stub facade/xp.pyi: what an editor and a type checker see of ``tracebox.xp``."""

from __future__ import annotations

import inspect
import re
import types
from typing import Any

import numpy as np

from tracebox import xp
from tracebox.schema.registry import find

_HEAD = '''"""The array API namespace over tracebox's operators.

The functions take traced arrays while a function is traced, and plain NumPy arrays at any time.
Written by `make generate`.
"""

from builtins import bool as _bool
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

'''

_TYPES = """
#: A traced array, or one of NumPy's.
Array: TypeAlias = Any
#: An array, or a Python number, which gives way in promotion.
Operand: TypeAlias = Any
DType: TypeAlias = np.dtype[Any] | type[Any]
Axes: TypeAlias = int | tuple[int, ...]
#: Sizes may be symbolic.
Shape: TypeAlias = Any
Device: TypeAlias = Literal["cpu"]

"""

#: What parameters are, by their names, where the source says no more than that they are anything.
_PARAMETERS: dict[str, str] = {
    "x": "Array",
    "x1": "Operand",
    "x2": "Operand",
    "condition": "Array",
    "indices": "Array",
    "arrays": "Sequence[Array]",
    "axis": "Axes | None",
    "axes": "Axes | None",
    "shape": "Shape",
    "dtype": "DType | None",
    "device": "Device | None",
    "keepdims": "bool",
    "include_initial": "bool",
    "min": "Operand | None",
    "max": "Operand | None",
    "fill_value": "Operand",
    "start": "Operand",
    "stop": "Operand | None",
    "step": "Operand",
    "num": "Shape",
    "n_rows": "Shape",
    "n_cols": "Shape | None",
    "shift": "int | tuple[int, ...]",
    "repeats": "Operand",
    "repetitions": "Shape",
    "source": "Axes",
    "destination": "Axes",
    "sorter": "Array | None",
    "prepend": "Array | None",
    "append": "Array | None",
    "copy": "bool | None",
    "to": "DType",
    "kind": "DType | str | tuple[DType | str, ...]",
}

#: Parameters of single functions that differ from these.
_EXCEPTIONS: dict[tuple[str, str], str] = {
    ("astype", "dtype"): "DType",
    ("isdtype", "dtype"): "DType",
    ("astype", "copy"): "bool",
    ("squeeze", "axis"): "Axes",
    ("expand_dims", "axis"): "Axes",
    ("permute_dims", "axes"): "tuple[int, ...]",
    ("meshgrid", "arrays"): "Array",
    ("broadcast_arrays", "arrays"): "Array",
    ("tensordot", "axes"): "Any",
}

_RESULTS: dict[str, str] = {
    "result_type": "np.dtype[Any]",
    "finfo": "Any",
    "iinfo": "Any",
    "shape": "Shape",
}

_NESTED = ("fft", "linalg", "nn", "random", "special")


def stub() -> str:
    """The text of the stub."""
    values = {name: getattr(xp, name) for name in dir(xp)}
    functions = {name: value for name, value in values.items() if isinstance(value, types.FunctionType)}
    imports = _imports(functions.values())
    constants = [f"{name}: np.dtype[Any]" for name, v in values.items() if isinstance(v, np.dtype)]
    constants += [f"{name}: float" for name, v in values.items() if type(v) is float]
    body = [_function(name, functions[name]) for name in sorted(functions)]
    nested = [f"from .writer import {name} as {name}\n" for name in _NESTED if name in values]
    head = _HEAD + "".join(sorted([*nested, *imports])) + _TYPES
    lines = ["__array_api_version__: str", *constants, "newaxis: None"]
    return head + "\n".join(lines) + "\n\n" + "\n".join(body)


def _imports(functions: Any) -> set[str]:
    """Imports of the classes that signatures name."""
    found: dict[str, set[str]] = {}
    for function in functions:
        annotation = inspect.signature(function).return_annotation
        cls = function.__globals__.get(annotation) if isinstance(annotation, str) else None
        if isinstance(cls, type) and cls.__module__.startswith("tracebox."):
            found.setdefault(cls.__module__.removeprefix("tracebox"), set()).add(cls.__name__)
    return {f"from {module} import {', '.join(sorted(names))}\n" for module, names in found.items()}


def _function(name: str, function: types.FunctionType) -> str:
    signature = inspect.signature(function)
    parts: list[str] = []
    kinds = [p.kind for p in signature.parameters.values()]
    for place, parameter in enumerate(signature.parameters.values()):
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts and not _variadic(kinds[:place]):
            parts.append("*")
        parts.append(_parameter(name, parameter))
        following = kinds[place + 1] if place + 1 < len(kinds) else None
        if parameter.kind is parameter.POSITIONAL_ONLY and following is not parameter.POSITIONAL_ONLY:
            parts.append("/")
    doc = _meaning(name, function)
    line = f"def {name}({', '.join(parts)}) -> {_result(name, signature)}:"
    if len(line) > 110:
        line = f"def {name}(\n    " + ",\n    ".join(parts) + f",\n) -> {_result(name, signature)}:"
    return f'{line}\n    """{doc}"""\n'


def _meaning(name: str, function: types.FunctionType) -> str:
    """The first sentence of the docstring; of elementwise functions, that of the operator."""
    doc = (inspect.getdoc(function) or "").split("\n")[0]
    op = find(name)
    if doc.startswith("The array API's") and op is not None:
        return re.split(r"(?<=[.])[ \n]", op.doc)[0]
    return doc


def _variadic(kinds: list[Any]) -> bool:
    return inspect.Parameter.VAR_POSITIONAL in kinds


def _parameter(function: str, parameter: inspect.Parameter) -> str:
    variadic, named = parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD
    star = "*" if parameter.kind is variadic else "**" if parameter.kind is named else ""
    annotation = parameter.annotation if isinstance(parameter.annotation, str) else "Any"
    if annotation == "Any":
        known = _EXCEPTIONS.get((function, parameter.name)) or _PARAMETERS.get(parameter.name, "Any")
        annotation = known
    annotation = re.sub(r"\bbool\b", "_bool", annotation)
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{star}{parameter.name}: {annotation}{default}"


def _result(name: str, signature: inspect.Signature) -> str:
    if name in _RESULTS:
        return _RESULTS[name]
    found = signature.return_annotation
    text = found if isinstance(found, str) else "Any"
    text = re.sub(r"\bbool\b", "_bool", text)
    return text.replace("Any", "Array") if text == "Any" or text.startswith(("tuple", "list")) else text
