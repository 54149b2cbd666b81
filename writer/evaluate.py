"""The example's values: operators run by the reader's kernels on NumPy. SPEC 10.2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..reader.calling import packer
from ..reader.kernels.registry import OperatorError, kernels
from ..schema import dims
from ..schema.dtypes import STORAGE
from ..schema.errors import Problem, TraceError
from ..schema.ir import Attr, DTypeAttr
from ..schema.registry import Signature, find
from .attributes import dtype_of
from .scope import Val
from .symbols import Symbols


def evaluate(
    name: str,
    inputs: Sequence[Val],
    attrs: dict[str, Attr],
    signature: Signature | None,
    symbols: Symbols,
    where: str,
) -> tuple[Any, ...]:
    """The results of the operator `name` on the examples of `inputs`."""
    plain = {key: plain_attr(value, symbols) for key, value in attrs.items()}
    return _run(name, [value.example for value in inputs], plain, signature, where)


def run_kernel(name: str, operands: Sequence[Any], attrs: dict[str, Any]) -> tuple[Any, ...]:
    """Run an operator on plain arrays; its results as a tuple of arrays and scalars."""
    op = find(name)
    assert op is not None
    fitting = [s for s in op.signatures if len(s.args) >= len(operands) or s.args[-1].variadic]
    full = {decl.name: decl.default for decl in op.attrs if decl.name not in attrs} | attrs
    for decl in op.attrs:
        if decl.kind == "symbol":
            full[decl.name] = decl.name
    return _run(name, operands, full, fitting[0] if fitting else None, "")


def _run(
    name: str, operands: Sequence[Any], attrs: dict[str, Any], signature: Signature | None, where: str
) -> tuple[Any, ...]:
    op = find(name)
    assert op is not None
    pack = packer(signature, len(operands))
    args = pack(operands) if pack is not None else operands
    try:
        with np.errstate(all="ignore"):
            found = kernels()[name](np, *args, **attrs)
    except OperatorError as error:
        raised, _, code = error.code.rpartition(".")
        of = find(raised or name) or op
        texts = {rule.code: rule.text for rule in of.errors}
        raise TraceError(Problem(where, f"{of.name}.{code}", texts.get(code, ""), got=error.got)) from None
    results = found if isinstance(found, (tuple, list)) else (found,)
    if attrs.get("dtype") in STORAGE:  # kernels give the bits
        results = [r.view(dtype_of(attrs["dtype"])) if r.dtype.kind == "u" else r for r in results]
    return tuple(np.asarray(r) if isinstance(r, (np.ndarray, np.generic)) else r for r in results)


def plain_attr(value: Attr, symbols: Symbols) -> Any:
    """An attribute as kernels want it: dtypes by name, dimensions as integers."""
    if isinstance(value, DTypeAttr):
        return value.name
    if isinstance(value, dims.Expr):
        return symbols.value(value)
    if isinstance(value, tuple):
        return tuple(plain_attr(item, symbols) for item in value)
    return value
