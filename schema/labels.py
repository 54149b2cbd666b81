"""The labelled rules of types and programs. SPEC 4 and 5."""

from __future__ import annotations

from .errors import InvalidError, LimitError, UnsupportedError
from .rules import Rule


def _rule(code: str, section: str, text: str) -> Rule:
    return Rule(code, section, InvalidError, text)


TYPE_DTYPE = _rule("type.dtype", "4.1", "a tensor type names a known dtype or ?")
TYPE_DIM = _rule(
    "type.dim", "4.2", "a dimension is an integer of 0 to 2**63-1, an expression in normal form, or ?"
)
TYPE_DIM_SIZE = _rule(
    "type.dim-size", "4.2", "an expression is within the limits on its size, depth and numbers"
)
TYPE_KEY = _rule("type.key", "4.3", "a dict is keyed by int, float, bool or str")
TYPE_OPTIONAL = _rule("type.optional", "4.3", "an optional holds neither an optional nor none")
TYPE_CLASS = _rule("type.class", "4.3", "a class type names a declared record class")
TYPE_SIZE = _rule(
    "type.size",
    "4.3",
    "a tensor has at most 32 dimensions; a type nests at most 32 deep, of at most 4096 parts",
)
TYPE_SYNTAX = _rule("type.syntax", "4.3", "a type is written in the syntax of types")
TYPE_ITEMS = _rule("type.items", "4.3", "a container type has as many item types as its kind asks")

OPSET = Rule("ir.opset", "12.3", UnsupportedError, "the program's opset is one that this reader has")
OPERATOR = Rule("ir.operator", "5.5", UnsupportedError, "an operator is in the opset, or carries a body")
NAME = _rule("ir.name", "5.2", "names are identifiers that are no reserved words, and unique in their scope")
SSA = _rule("ir.ssa", "5.2", "a value is defined once, before its use, in the same block or one around it")
KIND = _rule("ir.kind", "5.3", "a node has the inputs, results, blocks and attributes of its kind")
RESULT = _rule("ir.result", "5.3", "the declared types of a node's results are the inferred ones")
ARITY = _rule("ir.arity", "5.4", "an operator call has as many operands as its signature")
OPERAND = _rule("ir.operand", "5.4", "an operand is of the kind that the signature asks")
KNOWN = _rule("ir.known", "5.4", "a tensor operand's dtype and rank are known")
ATTR = _rule("ir.attr", "5.4", "an operator call has exactly the declared attributes, each of its kind")
TYPEVAR = _rule("ir.typevar", "5.4", "a type variable stands for one type in a call")
BODY = _rule(
    "ir.body", "5.5", "a composite carries the expansion of its template at its types and attributes"
)
BODY_SIGNATURE = _rule(
    "ir.body-signature", "5.5", "an operator's body takes its operands and gives its results"
)
PURE = _rule("ir.pure", "5.5", "an operator's body prints nothing, and calls nothing that prints")
SYMBOL = _rule("ir.symbol", "4.2", "a symbol is bound before it is used, once, and in an enclosing block")
SYMBOL_BOUND = _rule(
    "ir.symbol-bound",
    "4.2",
    "a symbol of a parameter, a refined type or a called result stands alone as a dimension",
)
CALLEE = _rule("ir.callee", "5.6", "a call names a function, or a method of the module or of one inside it")
ARGUMENT = _rule("ir.argument", "5.6", "an argument's type is accepted by the parameter's type")
RECURSION = _rule("ir.recursion", "5.6", "no function calls itself, directly or through others")
CONDITION = _rule("ir.condition", "5.7", "the condition of an if, a loop or a guard is a bool")
YIELD = _rule("ir.yield", "5.7", "what a block yields is accepted by the declared result types")
LOOP = _rule(
    "ir.loop", "5.7", "a loop has a trip count or none, a condition, and carried values of its result types"
)
PARAM = _rule("ir.param", "5.8", "a module parameter is declared in the module's class")
PARAM_TYPE = _rule("ir.param-type", "5.8", "a module parameter has a dtype and integers as dimensions")
FIELD = _rule("ir.field", "5.8", "a field is declared in the class of the module that the path leads to")
FIELD_TYPE = _rule(
    "ir.field-type", "5.8", "a field's type has no symbols and no future, and accepts what is written to it"
)
GUARD = _rule("ir.guard", "5.9", "a guard has a message and one of the listed reasons")
RAISE = _rule("ir.raise", "5.10", "raise ends its block, names an exception class and takes one str")
PRINT = _rule("ir.print", "5.10", "print takes values of type str")
REFINE = _rule("ir.refine", "5.11", "a refined type is one that the value may have")
BIND = _rule("ir.bind", "5.11", "bind takes one int")
FORK = _rule("ir.fork", "5.12", "forked code neither writes fields nor prints")
WAIT = _rule("ir.wait", "5.12", "wait takes a future")
CONST = _rule("ir.const", "5.3", "a constant is within the limits of its type")
CLASS = _rule(
    "ir.class", "5.1", "classes are declared once, before they are used, with members of distinct names"
)
INSTANCE = _rule(
    "ir.instance", "5.1", "an instance fits its class, holds earlier instances, and is reached from the root"
)
INITIAL = _rule("ir.initial", "5.8", "a field's initial value is of the field's type")
EXPORT = _rule(
    "ir.export", "5.1", "exports are methods of the root, at least one, each once, without futures"
)
RETURN = _rule("ir.return", "5.6", "a function returns values of its declared result types")
LIMIT_NESTING = Rule("limit.nesting", "13.2", LimitError, "blocks and values are not nested too deeply")
CODE_PRINT = _rule("ir.code", "7.10", "the program text of an archive is the print of its program")
