"""Linear algebra. SPEC 8.4."""

from __future__ import annotations

from ..dtypes import NUMERIC
from ..registry import Arg, Dot, Op, Rule, Signature, define

define(
    Op(
        "matmul",
        section="8.4.1",
        doc="The matrix product of `x` and `y` over their last two axes; the axes before them broadcast. "
        "Element (i, j) is the sum over k of `x[i, k] * y[k, j]`, 0 where there is no k. Integers wrap. A "
        "product of 0 and an infinity, infinities of both signs among the products, or a NaN give NaN. The "
        "order of the additions is not stated; where the magnitudes of some of the products add up to more "
        "than the largest finite value, the result is unpredictable. Products of complex numbers are formed "
        "of their parts by the formula of `multiply`. Operands of rank 1 are made "
        "matrices by the front end.",
        signatures=(
            Signature(
                (Arg("x", "T"), Arg("y", "T")),
                ("T[broadcast(shape(x)[:-2], shape(y)[:-2]) + [shape(x)[-2], shape(y)[-1]]]",),
                typevars={"T": NUMERIC},
                rules=(
                    Rule("C1", "rank(x) >= 2"),
                    Rule("C2", "rank(y) >= 2"),
                    Rule("C3", "shape(x)[-1] == shape(y)[-2]"),
                    Rule("C4", "broadcastable(shape(x)[:-2], shape(y)[:-2])"),
                ),
            ),
        ),
        accuracy=Dot(),
    )
)
