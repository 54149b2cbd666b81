"""Convolution and sliding windows. SPEC 8.8."""

from __future__ import annotations

from ..dtypes import FLOATING, NUMERIC, REAL
from ..registry import Accuracy, Arg, AttrDecl, Dot, Op, Rule, Signature, Ulp, define

define(
    Op(
        "conv",
        section="8.8.1",
        doc=(
            "The cross-correlation of `x` with the filters `w`, over one to three spatial axes. `x` has "
            "the axes batch, channel and the spatial ones; `w` has filter, channel within the group, and "
            "the spatial ones; the result has batch, filter and the spatial ones. `x` is first padded with "
            "`low[i]` and `high[i]` zeros on its spatial axis `i`. At filter `f` and place `p`, the result "
            "is the sum over channels `c` of the group of `f` and over offsets `q` of `x[c, p * strides + "
            "q * dilations] * w[f, c, q]`, and `bias[f]`. With `groups` above 1, channels and filters are "
            "cut into that many groups of equal size, and filters see the channels of their group. "
            "Products with padding count as 0 even where a weight is infinite or NaN, or as the product "
            "with 0; which of the two is unpredictable."
        ),
        attrs=(
            AttrDecl("strides", "ints", "For each spatial axis, the distance between places."),
            AttrDecl("low", "ints", "For each spatial axis, how many zeros are added before."),
            AttrDecl("high", "ints", "For each spatial axis, how many zeros are added after."),
            AttrDecl(
                "dilations", "ints", "For each spatial axis, the distance between the taps of a filter."
            ),
            AttrDecl("groups", "int", "How many groups the channels form.", default=1),
        ),
        signatures=(
            Signature(
                (
                    Arg("x", "T", "Shape `[N, C, ...]`."),
                    Arg("w", "T", "Shape `[F, C // groups, ...]`."),
                    Arg("bias", "T", "Shape `[F]`; 0 if left out.", optional=True),
                ),
                (
                    "T[[shape(x)[0], shape(w)[0]] + [(n + l + h - d * (k - 1) - 1) // s + 1 for n, l, h, "
                    "d, k, s in zip(shape(x)[2:], low, high, dilations, shape(w)[2:], strides)]]",
                ),
                typevars={"T": FLOATING},
                rules=(
                    Rule("C1", "3 <= rank(x) <= 5 and rank(w) == rank(x)"),
                    Rule(
                        "C2",
                        "len(strides) == rank(x) - 2 and len(low) == rank(x) - 2 and len(high) == rank(x) - 2"
                        " and len(dilations) == rank(x) - 2",
                    ),
                    Rule("C3", "all(1 <= s for s in strides) and all(1 <= d for d in dilations)"),
                    Rule("C4", "all(0 <= l for l in low) and all(0 <= h for h in high)"),
                    Rule("C5", "1 <= groups"),
                    Rule("C6", "shape(x)[1] == shape(w)[1] * groups"),
                    Rule("C7", "shape(w)[0] % groups == 0"),
                    Rule("C8", "bias is None or shape(bias) == [shape(w)[0]]"),
                    Rule(
                        "C9",
                        "all(1 <= k and d * (k - 1) + 1 <= n + l + h"
                        " for n, l, h, d, k in zip(shape(x)[2:], low, high, dilations, shape(w)[2:]))",
                    ),
                ),
            ),
        ),
        accuracy=Dot(),
    )
)


def _reduce_window(name: str, section: str, doc: str, dtypes: tuple[str, ...], accuracy: Accuracy) -> None:
    define(
        Op(
            name,
            section=section,
            doc=doc,
            attrs=(
                AttrDecl("window", "ints", "The window's size along each of the last axes of `x`."),
                AttrDecl("strides", "ints", "For each of them, the distance between windows."),
                AttrDecl("low", "ints", "For each of them, how many elements are added before."),
                AttrDecl("high", "ints", "For each of them, how many elements are added after."),
                AttrDecl(
                    "dilations", "ints", "For each of them, the distance between the elements of a window."
                ),
            ),
            signatures=(
                Signature(
                    (Arg("x", "T", "Rank at least the number of windowed axes."),),
                    (
                        "T[shape(x)[:rank(x) - len(window)] + [(n + l + h - d * (k - 1) - 1) // s + 1"
                        " for n, l, h, d, k, s in"
                        " zip(shape(x)[rank(x) - len(window):], low, high, dilations, window, strides)]]",
                    ),
                    typevars={"T": dtypes},
                    rules=(
                        Rule("C1", "1 <= len(window) <= rank(x)"),
                        Rule(
                            "C2",
                            "len(strides) == len(window) and len(low) == len(window)"
                            " and len(high) == len(window) and len(dilations) == len(window)",
                        ),
                        Rule(
                            "C3",
                            "all(1 <= k for k in window) and all(1 <= s for s in strides)"
                            " and all(1 <= d for d in dilations)",
                        ),
                        Rule("C4", "all(0 <= l for l in low) and all(0 <= h for h in high)"),
                        Rule(
                            "C5",
                            "all(d * (k - 1) + 1 <= n + l + h for n, l, h, d, k"
                            " in zip(shape(x)[rank(x) - len(window):], low, high, dilations, window))",
                        ),
                    ),
                ),
            ),
            accuracy=accuracy,
        )
    )


_reduce_window(
    "reduce_window_max",
    "8.8.2",
    "The maximum of each window of `x`. The windows cover the last axes, one for each element of `window`. "
    "Elements that `low` and `high` add are less than or equal to all others: minus infinity, of an "
    "integer dtype its least value. A NaN in a window gives NaN; 0 counts as greater than -0, or as equal "
    "to it.",
    REAL,
    Ulp(0),
)
_reduce_window(
    "reduce_window_sum",
    "8.8.3",
    "The sum of each window of `x`. The windows cover the last axes, one for each element of `window`. "
    "Elements that `low` and `high` add are 0. Integers wrap modulo 2 to the power of their width.",
    NUMERIC,
    Dot(),
)
