"""Declaring composites: operators with a definition in primitives. SPEC 7.9."""

from __future__ import annotations

from ..dtypes import FLOATING
from ..registry import FAMILIES, Accuracy, Arg, AttrDecl, Op, Rule, Signature, define

#: How many composites each family has so far.
_count: dict[str, int] = {}


def composite(
    name: str,
    signatures: tuple[Signature, ...],
    doc: str,
    *,
    attrs: tuple[AttrDecl, ...] = (),
    accuracy: Accuracy,
    family: str = "composite",
) -> None:
    """Declare the next composite of `family`."""
    _count[family] = _count.get(family, 0) + 1
    define(
        Op(
            name,
            section=f"8.{FAMILIES.index(family) + 1}.{_count[family]}",
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
    family: str = "composite",
) -> None:
    """Declare a composite of one tensor."""
    signature = Signature((Arg("x", "T"),), (result,), typevars={"T": dtypes}, rules=rules, template=template)
    composite(name, (signature,), doc, attrs=attrs, accuracy=accuracy, family=family)
