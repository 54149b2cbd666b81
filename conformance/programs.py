"""The program of a case: one module with one method that calls one operator. SPEC 14.5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..archive.entries import entry_points, required_features
from ..archive.program import encode_program
from ..archive.write import write_archive
from ..schema.builder import ProgramBuilder
from ..schema.infer import with_defaults
from ..schema.ir import Attr, Block, Function, Instance, ModuleClass, Node, Program, Value
from ..schema.registry import find
from ..schema.types_text import parse_type
from .records import RECORDS

ENTRY = "forward"
CLASS = "cases.Case"


def call_program(op: str, attrs: Mapping[str, Attr], operands: Sequence[str]) -> Program:
    """The program that calls `op` on parameters of the types `operands`, and returns its results.

    Raises
    ------
    InvalidError
        The call is not well typed.
    """
    builder = ProgramBuilder()
    declared = find(op)
    if declared is not None and declared.family == "container":
        for name, fields in RECORDS.items():
            builder.record(name, fields)
    cls = builder.module_class(CLASS)
    params = [(f"x{index}", parse_type(text)) for index, text in enumerate(operands)]
    method = cls.method(ENTRY, params)
    given: dict[str, Any] = dict(attrs)
    results = method.op(op, *method.params, **given)
    method.finish(results)
    cls.finish()
    builder.instance(Instance(CLASS, (), (), ()))
    return builder.finish([ENTRY])


def broken_program(
    op: str,
    twin: tuple[Mapping[str, Attr], Sequence[str]],
    attrs: Mapping[str, Attr],
    operands: Sequence[str],
) -> Program:
    """The twin's program with other attributes or operand types, whether or not they are right."""
    valid = call_program(op, *twin)
    method = valid.export(ENTRY)
    node = method.body.nodes[-1]
    params = tuple(Value(f"x{index}", parse_type(text)) for index, text in enumerate(operands))
    declared = find(op)
    assert declared is not None
    full = with_defaults(declared, attrs)
    changed = Node(node.kind, node.name, params, full, node.results, (), node.body)
    function = Function(ENTRY, method.results, Block(params, (changed,), node.results))
    cls = ModuleClass(CLASS, (), (), (), (function,))
    return Program(
        valid.opset, valid.records, valid.bodies, valid.functions, (cls,), valid.instances, valid.exports
    )


def archive_of(program: Program) -> bytes:
    """An archive that holds the program alone."""
    return write_archive(
        None,
        program=encode_program(program),
        entry_points=entry_points(program),
        features=required_features(program),
        producer={"name": "tracebox-conformance", "version": "1"},
    )
