"""Runs the conformance cases of an operator on its kernel alone, without an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tests.strict_namespace import StrictArray
from tracebox.conformance.generate.registry import gather, generated
from tracebox.conformance.model import Accept, Case, Fails, Record, Reject, Value, full_label
from tracebox.conformance.oracle.arrays import Array
from tracebox.conformance.records import RECORDS
from tracebox.conformance.relations import compare_results
from tracebox.conformance.tolerance import compare
from tracebox.reader import checks, values
from tracebox.reader.kernels.registry import KERNELS, PREPARE, OperatorError, kernels
from tracebox.schema.dims import Expr, evaluate, symbols_of
from tracebox.schema.dtypes import STORAGE
from tracebox.schema.errors import ProgramError
from tracebox.schema.infer import infer
from tracebox.schema.ir import Attr, DTypeAttr, RecordClass
from tracebox.schema.registry import operators
from tracebox.schema.types import ClassType, ContainerType, TensorType, Type
from tracebox.schema.types_text import parse_type

kernels()

CLASSES = {name: RecordClass(name, fields) for name, fields in RECORDS.items()}


def cases_of(family: str) -> list[tuple[str, Case]]:
    """Every case of the operators of a family."""
    names = [op.name for op in operators().values() if op.family == family]
    return [(name, case) for name in names for case in generated(name)]


def case_ids(cases: Sequence[tuple[str, Case]]) -> list[str]:
    return [f"{name}-{case.name}" for name, case in cases]


def check(xp: Any, op: str, case: Case, *, prepared: bool = True) -> None:
    """Assert what the case says."""
    stored = any(text.partition("[")[0] in STORAGE for text in case.operands)
    if not prepared and stored and op in ("astype", "dtype"):
        return  # a storage type looks like an integer; only the static type tells
    if isinstance(case, Reject):
        found = labels_of(op, case.attrs, case.operands)
        assert full_label(op, case.label) in found, found
        assert labels_of(op, case.valid_attrs, case.valid_operands) == []
        return
    if isinstance(case, Fails):
        label = failure(xp, op, case, prepared)
        assert label == full_label(op, case.label)
        return
    outputs = run(xp, op, case, prepared)
    assert len(outputs) == len(case.outputs)
    text = compare_results(operators()[op], case.attrs, case.inputs, outputs, case.outputs, case.bounds)
    assert not text, text


def labels_of(op: str, attrs: Mapping[str, Attr], operands: tuple[str, ...]) -> list[str]:
    """The labels of the problems of a call."""
    types = [parse_type(text) for text in operands]
    return [problem.code for problem in infer(operators()[op], attrs, types, CLASSES).problems]


def failure(xp: Any, op: str, case: Fails, prepared: bool) -> str:
    """The label of the error that running the case ends in, or ""."""
    try:
        run(xp, op, case, prepared)
    except ProgramError as error:
        return error.code
    except OperatorError as error:
        return full_label(op, error.code)
    return ""


def run(xp: Any, op: str, case: Accept | Fails, prepared: bool = True) -> tuple[Value, ...]:
    """The results of the kernel, which are of the inferred types."""
    declared = operators()[op]
    types = [parse_type(text) for text in case.operands]
    found = infer(declared, case.attrs, types, CLASSES)
    assert not found.problems, found.problems
    operands = [to_namespace(xp, value) for value in case.inputs]
    before = [from_namespace(value, t) for value, t in zip(operands, types)]
    symbols: dict[str, int] = {}
    for value, want in zip(operands, types):
        assert values.matches(value, want, symbols)
    attrs = {d.name: case.attrs[d.name] for d in declared.attrs if d.kind != "symbol"}
    open_ = {name: value for name, value in attrs.items() if checks.attr_symbols(value)}
    names = [name for value in open_.values() for name in _symbols(value)]
    if found.unknown:
        place = {name: i for i, name in enumerate(names)}
        checks.rule_check(declared, found, types, open_, place)(operands, [symbols[n] for n in names])
    plain = {name: _plain(value, symbols) for name, value in attrs.items()}
    packed = gather(op, tuple(operands))
    made = PREPARE[op](xp, plain, tuple(types)) if prepared and op in PREPARE and not open_ else None
    result = made(*packed) if made else KERNELS[op](xp, *packed, **plain)
    outputs = result if len(found.results) != 1 else (result,)
    for output, want in zip(outputs, found.results, strict=True):
        assert values.matches(output, want, symbols), (values.describe(output), want)
    for value, t, old in zip(operands, types, before):
        assert not compare(from_namespace(value, t), old, operators()["reshape"].accuracy), (
            "an operand changed"
        )
    return tuple(from_namespace(output, t) for output, t in zip(outputs, found.results))


def _symbols(value: Attr) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _symbols(item)
    elif isinstance(value, Expr):
        yield from symbols_of(value)


def _plain(value: Any, symbols: Mapping[str, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(item, symbols) for item in value)
    if isinstance(value, Expr):
        return evaluate(value, symbols)
    if isinstance(value, ClassType):
        return CLASSES.get(value.name, value)
    return value.name if isinstance(value, DTypeAttr) else value


def to_namespace(xp: Any, value: Value) -> Any:
    """A value of a case as kernels get it."""
    if isinstance(value, Array):
        dtype = np.dtype(values.STORED_AS[value.dtype])
        array = np.frombuffer(value.to_bytes(), dtype=dtype).reshape(value.shape)
        return array.copy() if xp is np else xp.asarray(array)
    if isinstance(value, Record):
        names = [name for name, _ in RECORDS[value.name]]
        items = [to_namespace(xp, item) for item in value.items]
        return values.Record(value.name, dict(zip(names, items)))
    if isinstance(value, (list, tuple)):
        return type(value)(to_namespace(xp, item) for item in value)
    if isinstance(value, dict):
        return {key: to_namespace(xp, item) for key, item in value.items()}
    return value


def from_namespace(value: Any, t: Type) -> Value:
    """What a kernel gave, as a value of a case."""
    if isinstance(t, TensorType) or hasattr(value, "dtype"):
        array = np.asarray(value.get() if isinstance(value, StrictArray) else value)
        dtype = (
            t.dtype if isinstance(t, TensorType) and t.dtype else values.tensor_text(value).partition("[")[0]
        )
        return Array.from_bytes(dtype, array.shape, array.astype(array.dtype.newbyteorder("<")).tobytes())
    if isinstance(value, values.Record):
        fields = dict(RECORDS[value.class_name])
        return Record(value.class_name, tuple(from_namespace(v, fields[n]) for n, v in value.fields.items()))
    if isinstance(t, ContainerType) and value is not None:
        if t.kind == "dict":
            return {key: from_namespace(item, t.items[1]) for key, item in value.items()}
        if t.kind == "list":
            return [from_namespace(item, t.items[0]) for item in value]
        if t.kind == "tuple":
            return tuple(from_namespace(item, inner) for item, inner in zip(value, t.items))
        return from_namespace(value, t.items[0])
    return value  # type: ignore[no-any-return]
