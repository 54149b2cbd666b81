"""The forms that declarations share: one operand, two that broadcast. SPEC 8.1, 8.2."""

from __future__ import annotations

from ..registry import Accuracy, Arg, Op, Rule, Signature, define

BROADCASTABLE = Rule("C1", "broadcastable(shape(x), shape(y))")


def unary(
    name: str,
    section: str,
    doc: str,
    dtypes: tuple[str, ...],
    accuracy: Accuracy,
    complex_accuracy: Accuracy | None = None,
    *,
    result: str = "T",
) -> Op:
    """Declare an operator on each element of `x`, of one of `dtypes`."""
    signature = Signature((Arg("x", "T"),), (f"{result}[shape(x)]",), typevars={"T": dtypes})
    return define(
        Op(
            name,
            section=section,
            doc=doc,
            signatures=(signature,),
            accuracy=accuracy,
            complex_accuracy=complex_accuracy,
        )
    )


def binary(
    name: str,
    section: str,
    doc: str,
    dtypes: tuple[str, ...],
    accuracy: Accuracy,
    complex_accuracy: Accuracy | None = None,
    *,
    result: str = "T",
    errors: tuple[Rule, ...] = (),
) -> Op:
    """Declare an operator on pairs of elements of `x` and `y`, broadcast against each other."""
    signature = Signature(
        (Arg("x", "T"), Arg("y", "T")),
        (f"{result}[broadcast(shape(x), shape(y))]",),
        typevars={"T": dtypes},
        rules=(BROADCASTABLE,),
    )
    return define(
        Op(
            name,
            section=section,
            doc=doc,
            signatures=(signature,),
            accuracy=accuracy,
            complex_accuracy=complex_accuracy,
            errors=errors,
        )
    )
