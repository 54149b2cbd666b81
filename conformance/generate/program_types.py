"""Types as texts, valid and not: ``cases/program/types.json``. SPEC 4."""

from __future__ import annotations

from ...schema.limits import DIM_DEPTH, TYPE_NESTING


def _nested(depth: int) -> str:
    return "list[" * depth + "int" + "]" * depth


def _divided(depth: int) -> str:
    """Divisions inside one another that no rule of the normal form joins."""
    text = "B0"
    for index in range(1, depth + 1):
        text = f"(B{index}*({text}))//3" if index % 2 else f"max(B{index},{text})"
    return text


#: Name, label (None: valid), text.
TYPES: tuple[tuple[str, str | None, str], ...] = (
    ("scalar", None, "int"),
    ("tensor", None, "f32[B,3]"),
    ("rank-0", None, "bf16[]"),
    ("unknown-dtype", None, "?[2,?]"),
    ("unknown-rank", None, "f32[...]"),
    ("expression", None, "f32[2*B+1,(H-3)//2+1,max(H,W)]"),
    ("negative-division", None, "f32[-(H//2)+H]"),
    ("containers", None, "dict[str,list[tuple[optional[f32[B]],future[int]]]]"),
    ("empty-tuple", None, "tuple[]"),
    ("rank-32", None, "f32[" + ",".join(["1"] * 32) + "]"),
    ("deepest", None, _nested(TYPE_NESTING)),
    ("deepest-dimension", None, f"f32[{_divided(DIM_DEPTH)}]"),
    ("dtype", "type.dtype", "f33[B,3]"),
    ("negative-dimension", "type.dim", "f32[-3]"),
    ("division-by-zero", "type.dim", "f32[B//0]"),
    ("dimension-of-64-bits", "type.dim", "f32[9223372036854775808]"),
    ("coefficient-of-64-bits", "type.dim-size", "f32[4611686018427387904*2*B]"),
    ("too-many-parts", "type.dim-size", "f32[" + "+".join(f"B{i}" for i in range(129)) + "]"),
    ("too-deep-dimension", "type.dim-size", f"f32[{_divided(DIM_DEPTH + 1)}]"),
    (
        "product-too-large",
        "type.dim-size",
        "f32[" + "*".join([f"({'+'.join(f'B{i}' for i in range(23))})"] * 2) + "]",
    ),
    ("key", "type.key", "dict[f32[B],int]"),
    ("optional-optional", "type.optional", "optional[optional[int]]"),
    ("optional-none", "type.optional", "optional[none]"),
    ("too-many-items", "type.items", "list[int,int]"),
    ("no-items", "type.items", "optional[]"),
    ("rank-33", "type.size", "f32[" + ",".join(["1"] * 33) + "]"),
    ("too-many-types", "type.size", "tuple[" + ",".join(["int"] * 4096) + "]"),
    ("unclosed", "type.syntax", "f32[B"),
    ("bare-dtype", "type.syntax", "f32"),
    ("keyword", "type.syntax", "f32[class]"),
)
