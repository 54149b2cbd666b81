"""The labelled rules of calling programs. SPEC 10."""

from __future__ import annotations

from ..schema.errors import (
    ArgumentError,
    GuardError,
    InvalidError,
    LimitError,
    ProgramError,
    StateError,
    UnsupportedError,
)
from ..schema.rules import Rule

BIND_MISSING = Rule(
    "bind.missing", "10.1", ArgumentError, "every parameter without a default has an argument"
)
BIND_UNEXPECTED = Rule("bind.unexpected", "10.1", ArgumentError, "an argument belongs to a parameter")
BIND_DUPLICATE = Rule("bind.duplicate", "10.1", ArgumentError, "a parameter has one argument")
BIND_TREE = Rule("bind.tree", "10.1", ArgumentError, "an argument nests as the signature says")
BIND_CONST = Rule(
    "bind.const", "10.1", ArgumentError, "an argument that was frozen has the value that it had"
)
BIND_TYPE = Rule("bind.type", "10.2", ArgumentError, "an argument is of the kind that its type asks")
BIND_DTYPE = Rule(
    "bind.dtype", "10.2", ArgumentError, "an array has the declared dtype, or one that casts to it safely"
)
BIND_VALUE = Rule("bind.value", "10.2", ArgumentError, "a scalar can be represented in the declared type")
BIND_SHAPE = Rule("bind.shape", "10.2", ArgumentError, "an array has the declared rank and sizes")
BIND_ENTRY = Rule("bind.entry", "10.1", ArgumentError, "a program is called at one of its entry points")
BIND_SIGNATURE = Rule(
    "bind.signature", "3.6", InvalidError, "the entry points and the state are those of the program"
)
BIND_TENSOR = Rule(
    "bind.tensor", "5.8", InvalidError, "a parameter and a field's initial tensor are stored with their type"
)

RUN_GUARD = Rule("run.guard", "10.4", GuardError, "what the trace observed holds for this call")
RUN_RAISE = Rule("run.raise", "10.4", ProgramError, "the program raises no exception")
RUN_REFINE = Rule("run.refine", "5.11", ProgramError, "a refined value is of the type that it is refined to")
RUN_BIND = Rule("run.bind", "5.11", ProgramError, "an int that becomes a symbol is at least 0")
RUN_ARGUMENT = Rule("run.argument", "5.6", ProgramError, "an argument is of its parameter's type at run time")
RUN_SYMBOL = Rule("run.symbol", "4.2", ProgramError, "a dimension that the program uses has a value")
RUN_NATIVE = Rule(
    "run.native",
    "5.5",
    ProgramError,
    "a native kernel of a custom operator gives values of the declared types",
)
RUN_ENGINE = Rule(
    "run.engine", "10.6", UnsupportedError, "the engine is known and its array library is installed"
)
RUN_OPERATOR = Rule(
    "run.operator", "10.6", UnsupportedError, "the engine has a kernel for every operator, or a body"
)

RUN_STEPS = Rule("run.steps", "13.3", LimitError, "a call takes no more steps than its limit")
RUN_BYTES = Rule(
    "run.bytes", "13.3", LimitError, "the values that a call keeps take no more bytes than its limit"
)
RUN_NESTING = Rule("run.nesting", "13.3", LimitError, "calls and blocks are nested no deeper than the limit")
RUN_CANCELLED = Rule("run.cancelled", "13.3", LimitError, "a call goes on until it is cancelled")

STATE_PATH = Rule(
    "state.path", "10.5", StateError, "a loaded state has the fields of the program, no more and no less"
)
STATE_TYPE = Rule("state.type", "10.5", StateError, "a field's value is of the field's type")
STATE_BUSY = Rule("state.busy", "10.5", StateError, "a session runs one call at a time")
