"""The labelled rules of the tracer, the checker and the saver. SPEC 11."""

from __future__ import annotations

from ..schema.errors import InvalidError, TraceError
from ..schema.rules import Rule


def _rule(code: str, text: str) -> Rule:
    return Rule(code, "11", TraceError, text)


FUNCTION = _rule("trace.function", "a traced array is used only with functions that have an operator")
METHOD = _rule("trace.method", "a traced array is asked only for methods and attributes that it has")
OPERAND = _rule("trace.operand", "an operand of a traced function is an array, a number or a symbolic size")
CONVERT = _rule("trace.convert", "a traced array is never turned into a plain NumPy array")
FLOAT = _rule("trace.float", "a float that an inexact operator gave is not frozen")
STRICT = _rule("trace.strict", "a strict trace freezes nothing")
FREEZE = _rule("trace.freeze", "only an array of one element stands for a Python number")
LEAK = _rule("trace.leak", "a traced array is used only while its trace runs, and kept nowhere after it")
THREAD = _rule("trace.thread", "a traced array is used only by the thread that traces")
INPUT = _rule(
    "trace.input", "an argument is an array, a number, a str, None, or a tuple, list or dict of these"
)
SPEC_NAME = _rule("trace.spec", "an input's type names a parameter and fits the example")
OUTPUT = _rule(
    "trace.output", "a traced function returns arrays, numbers, None, or tuples, lists and dicts of these"
)
DTYPE = _rule("trace.dtype", "an array's dtype is one of the format's")
SHAPE = _rule("trace.shape", "an operator's result has the shape and dtype that its declaration infers")
INDEX = _rule("trace.index", "an index is an int, a slice, None, Ellipsis, or an array of ints or booleans")
MUTATE = _rule(
    "trace.mutate", "a traced array is changed in place only by item assignment that has an operator"
)
FIELD = _rule("trace.field", "a field holds arrays of one dtype and rank")
ALIAS = _rule("trace.alias", "an array shows what was changed in place under its other names")
MODULE = _rule(
    "trace.module", "modules contain each other without a circle, and make what they hold in __init__"
)
CUSTOM = _rule("trace.custom", "a custom operator has a dotted name and takes and gives arrays")
BLOCK = _rule(
    "trace.block", "a branch or turn of a loop gives what it makes as its result and changes no other array"
)
BRANCHES = _rule("trace.branches", "branches give results of the same structure, dtypes and ranks")
CARRIED = _rule("trace.carried", "what a loop carries keeps its structure, dtypes and ranks")
EXPLORE = _rule("trace.explore", "a trace that explores branches can run every path on an example")
FORK = _rule(
    "trace.fork", "a forked call writes no field and no array; its results come by wait, where it was forked"
)
GHOST = _rule("trace.ghost", "what a script calls asks for no value, which is not known when it is compiled")
DIFFERS = _rule("check.differs", "a traced program gives what the function gives, on other inputs too")
METADATA = Rule(
    "save.metadata", "3.4", InvalidError, "metadata is plain data: strings, numbers, lists and objects"
)
VECTORS = Rule("save.vectors", "10.7", InvalidError, "a recorded input fits the entry point's signature")
