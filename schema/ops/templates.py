"""Declaring composites: operators with a definition in primitives. SPEC 8.14."""

from __future__ import annotations

from ..dtypes import FLOATING
from ..registry import Accuracy, Arg, AttrDecl, Op, Rule, Signature, define

_count = 0


def composite(
    name: str,
    signatures: tuple[Signature, ...],
    doc: str,
    *,
    attrs: tuple[AttrDecl, ...] = (),
    accuracy: Accuracy,
) -> None:
    """Declare a composite."""
    global _count
    _count += 1
    define(
        Op(
            name,
            section=f"8.14.{_count}",
            doc=doc,
            attrs=attrs,
            signatures=signatures,
            accuracy=accuracy,
        )
    )


def unary(
    name: str,
    doc: str,
    template: str,
    accuracy: Accuracy,
    *,
    dtypes: tuple[str, ...] = FLOATING,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[Rule, ...] = (),
    result: str = "T[shape(x)]",
) -> None:
    """Declare a composite of one tensor."""
    signature = Signature((Arg("x", "T"),), (result,), typevars={"T": dtypes}, rules=rules, template=template)
    composite(name, (signature,), doc, attrs=attrs, accuracy=accuracy)
