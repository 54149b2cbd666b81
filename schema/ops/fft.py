"""Fourier transforms along one axis. SPEC 8.18. Front ends make those along several axes of them."""

from __future__ import annotations

from ..dtypes import COMPLEX
from ..registry import Arg, AttrDecl, Op, Rule, Signature, Stable, define

_AXIS = AttrDecl("axis", "int", "The axis along which to transform.")
_NORM = AttrDecl("norm", "str", 'Either "backward", "ortho" or "forward".', default="backward")
_AXIS_RULE = Rule("C1", "0 <= axis < rank(x)")
_NORM_RULE = Rule("C3", 'norm in ["backward", "ortho", "forward"]')

_BOUND = (
    " Where an element is not finite, the results along its line are unpredictable. The error of an element "
    "is at most `c * log2(2 * n) * 2**-p * s` or the smallest normal number, whichever is more, with `c` the "
    "figure of the class, `p` the significand bits of the dtype, and `s` the square root of the sum of the "
    "squared magnitudes of the exact results along the line."
)


def _scaled(*factors: str) -> str:
    values = zip(('"backward"', '"ortho"', '"forward"'), factors)
    return "where `f` is " + ", ".join(f"{factor} with `norm` {name}" for name, factor in values)


_FORWARD = _scaled("1", "`1 / sqrt(n)`", "`1 / n`")
_INVERSE = _scaled("`1 / n`", "`1 / sqrt(n)`", "1")


def _transform(
    name: str, number: int, doc: str, dtypes: tuple[str, ...], result: str, *rules: Rule, n: AttrDecl | None
) -> None:
    define(
        Op(
            name,
            section=f"8.18.{number}",
            doc=doc + _BOUND,
            attrs=(_AXIS, *([n] if n else []), _NORM),
            signatures=(
                Signature(
                    (Arg("x", "T", "Rank at least 1."),),
                    (result,),
                    typevars={"T": dtypes},
                    rules=(_AXIS_RULE, *rules, _NORM_RULE),
                ),
            ),
            accuracy=Stable(4),
        )
    )


_LINE = Rule("C2", "1 <= shape(x)[axis]")

_transform(
    "fft",
    1,
    "The discrete Fourier transform of each line along `axis`: with `n` the size of the axis, the element "
    "`k` of a line is `f` times the sum of `x[j] * exp(-2 * pi * i * j * k / n)` over the elements `j` of "
    f"the line, {_FORWARD}.",
    COMPLEX,
    "T[shape(x)]",
    _LINE,
    n=None,
)
_transform(
    "ifft",
    2,
    "The inverse of `fft` with the same `norm`: with `n` the size of the axis, the element `j` of a line is "
    "`f` times the sum of `x[k] * exp(2 * pi * i * j * k / n)` over the elements `k` of the line, "
    f"{_INVERSE}.",
    COMPLEX,
    "T[shape(x)]",
    _LINE,
    n=None,
)
_transform(
    "rfft",
    3,
    "The first `n // 2 + 1` elements of the lines that `fft` gives for the real `x`, with `n` the size of "
    "the axis; the others are their conjugates. The imaginary part of the first element, and for an even `n` "
    "of the last, is 0.",
    ("f32", "f64"),
    "(c64 if T == f32 else c128)[[d // 2 + 1 if i == axis else d for i, d in enumerate(shape(x))]]",
    _LINE,
    n=None,
)
_transform(
    "irfft",
    4,
    "The inverse of `rfft` with the same `norm`: lines of `n` real elements. With `X` a line of `x` followed "
    "by the conjugates of its elements `(n - 1) // 2` down to 1, the element `j` is `f` times the sum of "
    f"`X[k] * exp(2 * pi * i * j * k / n)` over `k` from 0 to `n - 1`, {_INVERSE}. The imaginary part of the "
    "first element, and for an even `n` of the last, counts as 0.",
    COMPLEX,
    "(f32 if T == c64 else f64)[[n if i == axis else d for i, d in enumerate(shape(x))]]",
    Rule("C2", "1 <= n and shape(x)[axis] == n // 2 + 1"),
    n=AttrDecl("n", "dim", "The size of the axis in the result."),
)
