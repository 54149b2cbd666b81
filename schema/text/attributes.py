"""Attributes and types in the program text. SPEC 7.7."""

from __future__ import annotations

import ast

from .. import dims
from ..dims import Expr, Known
from ..dtypes import BY_NAME
from ..errors import InvalidError
from ..ir import Attr, Const, DTypeAttr, TensorConst
from ..names import is_identifier
from ..registry import AttrDecl
from ..types import ClassType, ContainerType, ScalarType, TensorType, Type, type_text
from ..types_text import parse_type
from .constants import ConstantReader, constant_text
from .labels import ATTRIBUTE
from .lexer import Source

#: The kinds of an attribute's items, for kinds that are lists.
LISTS = {"ints": "int", "dims": "dim", "strs": "str"}

_TYPES = (TensorType, ScalarType, ContainerType, ClassType)
_DIM_OPS = {
    ast.Add: dims.add,
    ast.Sub: dims.sub,
    ast.Mult: dims.mul,
    ast.FloorDiv: dims.floordiv,
    ast.Mod: dims.mod,
}


# --- printing -------------------------------------------------------------------


def annotation_text(t: Type) -> str:
    """A type where Python expects an expression: in quotes if it is not one."""
    text = type_text(t)
    return f'"{text}"' if "?" in text or "[]" in text else text


def attribute_text(value: Attr, kind: str) -> str:
    """An attribute of a declared `kind`."""
    kind = kind.removesuffix("?")
    if isinstance(value, tuple):
        return f"[{', '.join(attribute_text(item, LISTS.get(kind, kind)) for item in value)}]"
    if kind == "symbol":
        return str(value)
    if isinstance(value, Expr):
        return dims.dim_text(value)
    if isinstance(value, DTypeAttr):
        return value.name
    if isinstance(value, _TYPES):
        return annotation_text(value)
    return constant_text(value)  # type: ignore[arg-type]


def frozen(value: Attr) -> object:
    """`value` as a key that tells 1 from True and from 1.0, and 0.0 from -0.0."""
    if isinstance(value, tuple):
        return tuple(map(frozen, value))
    if isinstance(value, (float, complex)):
        return (type(value).__name__, constant_text(value))
    return (type(value).__name__, value)


# --- reading --------------------------------------------------------------------


def dotted(node: ast.expr) -> str:
    """``a.b.c`` as text; empty if `node` is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


class AttributeReader:
    """Reads types, dimensions and attributes of one text."""

    __slots__ = ("source", "constants")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.constants = ConstantReader(source)

    def type(self, node: ast.expr) -> Type:
        """An annotation: a type, in quotes or not."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            text = self.segment(node)
        try:
            return parse_type(text)
        except InvalidError as error:
            raise self.placed(error, node) from None

    def placed(self, error: InvalidError, node: ast.expr) -> InvalidError:
        """`error` with the place of `node` in front."""
        place = self.source.place_of(node.lineno, node.col_offset)
        for problem in error.problems:
            problem.where = f"{place}: {problem.where}".removesuffix(": ")
        return InvalidError(error.problems)

    def segment(self, node: ast.expr) -> str:
        """The text of `node`, comments left out."""
        from .lexer import lex

        starts = self.source.starts
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        text = self.source.text[start:end]
        if "#" not in text:
            return text
        return " ".join(str(token.value) for token in lex(Source(self.source.path, text)))

    def symbol(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and is_identifier(node.id):
            return node.id
        raise self.source.fail_at(ATTRIBUTE, node, expected="the name of a symbol")

    def dim(self, node: ast.expr) -> Known:
        """An integer, or an expression of symbols."""
        spine = []
        while isinstance(node, ast.BinOp):  # sums lean to the left, and may be long
            spine.append(node)
            node = node.left
        found = self.dim_atom(node)
        for outer in reversed(spine):
            right = self.dim(outer.right)
            if right == 0 and isinstance(outer.op, (ast.FloorDiv, ast.Mod)):
                raise self.source.fail_at(ATTRIBUTE, outer.right, expected="a divisor other than 0")
            found = _DIM_OPS[type(outer.op)](found, right)
        return found

    def dim_atom(self, node: ast.expr) -> Known:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            if node.value < 2**63:
                return node.value
        elif isinstance(node, ast.Name):
            return dims.symbol(self.symbol(node))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            least = isinstance(node.operand, ast.Constant) and node.operand.value == 2**63
            return -(2**63) if least else dims.neg(self.dim(node.operand))
        elif isinstance(node, ast.Call) and dotted(node.func) in ("max", "min") and len(node.args) == 2:
            left, right = map(self.dim, node.args)
            return dims.maximum(left, right) if dotted(node.func) == "max" else dims.minimum(left, right)
        raise self.source.fail_at(ATTRIBUTE, node, expected="an integer or an expression of symbols")

    def attribute(self, decl: AttrDecl, node: ast.expr) -> Attr:
        """The attribute `decl`, written as its kind asks."""
        kind = decl.kind
        if kind.endswith("?"):
            if isinstance(node, ast.Constant) and node.value is None:
                return None
            kind = kind[:-1]
        try:
            if kind in LISTS:
                if isinstance(node, ast.List):
                    return tuple([self.item(LISTS[kind], item) for item in node.elts])
            else:
                return self.item(kind, node)
        except InvalidError as error:
            raise self.placed(error, node) from None
        raise self.source.fail_at(ATTRIBUTE, node, expected=f"{decl.name} of kind {decl.kind}: a list")

    def item(self, kind: str, node: ast.expr) -> Attr:
        if kind == "symbol":
            return self.symbol(node)
        if kind == "dtype":
            if isinstance(node, ast.Name) and node.id in BY_NAME:
                return DTypeAttr(node.id)
        elif kind == "type":
            return self.type(node)
        elif kind in ("int", "dim"):
            return self.dim(node)
        else:
            value = self.constants.read(node)
            if _has_kind(value, kind):
                return value
            if kind == "float" and type(value) is int:
                return float(value)
        raise self.source.fail_at(ATTRIBUTE, node, expected=f"an attribute of kind {kind}")


def _has_kind(value: Const, kind: str) -> bool:
    if kind == "const":
        return value is None or isinstance(value, (bool, int, float, complex, str, TensorConst))
    return type(value) is {"float": float, "bool": bool, "str": str}.get(kind)
