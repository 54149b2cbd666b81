"""Elementwise arithmetic and mathematics. SPEC 8.1."""

from __future__ import annotations

from ..dtypes import NUMERIC, REAL
from ..registry import Arg, Exact, Op, Rounded, Rule, Signature, define

define(
    Op(
        "add",
        section="8.1.1",
        doc="The sum of `x` and `y`, element by element. Integers wrap modulo 2 to the power of their width.",
        signatures=(
            Signature(
                (Arg("x", "T"), Arg("y", "T")),
                ("T[broadcast(shape(x), shape(y))]",),
                typevars={"T": NUMERIC},
                rules=(Rule("C1", "broadcastable(shape(x), shape(y))"),),
            ),
        ),
        accuracy=Rounded(),
    )
)

define(
    Op(
        "clip",
        section="8.1.2",
        doc="Limit each element of `x` to the interval [`lo`, `hi`]. A NaN in `x` stays NaN; `hi` wins over `lo`.",
        signatures=(
            Signature(
                (Arg("x", "T"), Arg("lo", "T"), Arg("hi", "T")),
                ("T[shape(x)]",),
                typevars={"T": REAL},
                rules=(
                    Rule("C1", "rank(lo) == 0 or shape(lo) == shape(x)"),
                    Rule("C2", "rank(hi) == 0 or shape(hi) == shape(x)"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)
