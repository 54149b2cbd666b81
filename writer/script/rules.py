"""The labelled rules of the script compiler. SPEC 11."""

from __future__ import annotations

from ...schema.errors import ScriptError
from ...schema.rules import Rule


def _rule(code: str, text: str) -> Rule:
    return Rule(code, "11", ScriptError, text)


SOURCE = _rule("script.source", "a scripted function is one whose source text can be read")
CONSTRUCT = _rule(
    "script.construct", "a scripted function is written in the subset that docs/script.md lists"
)
NAME = _rule("script.name", "a name is defined before it is used")
UNDEFINED = _rule("script.undefined", "a variable that is used is defined on every path that leads there")
TYPES = _rule("script.types", "a variable has one type where paths meet, and in every turn of a loop")
OPERAND = _rule("script.operand", "operands are of types that the operation takes")
OPTIONAL = _rule("script.optional", "a value that may be None is compared with None before it is used")
STATIC = _rule("script.static", "what decides the structure of the program is known when it is compiled")
ALIAS = _rule("script.alias", "what is changed in place has names that the compiler can follow")
CALL = _rule("script.call", "a call is of a function that the compiler knows or whose source it can compile")
RECURSION = _rule("script.recursion", "no function calls itself, directly or through others")
ATTRIBUTE = _rule("script.attribute", "an attribute is one that the value has, and that a program can change")
PARAMETER = _rule("script.parameter", "the type of each parameter is given by its annotation or an example")
LIMIT = _rule("script.limit", "a function stays within what one program can hold")
