"""Random numbers. SPEC 8.10.

Functions of an explicit key: random bits, and what follows from them exactly, are the same to
the bit in every runtime.
"""

from __future__ import annotations

from ..dtypes import FLOATING, INTEGER
from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, Ulp, define

_KEY = Arg("key", "K", "Two 32-bit words.")
_KEY_RULE = Rule("C1", "shape(key) == [2]")
_SHAPE = AttrDecl("shape", "dims", "The shape of the result.")
_SHAPE_RULE = Rule("C2", "all(0 <= n for n in shape)")
_K = ("u32",)

_THREEFRY = (
    "`T(k0, k1, c0, c1)` is Threefry-2x32 with 20 rounds, all arithmetic on unsigned 32-bit words that wrap: "
    "let `k = [k0, k1, 0x1BD11BDA xor k0 xor k1]`, and begin with `a = c0 + k0`, `b = c1 + k1`. Then for "
    "`r` = 0, 1, ..., 19: `a` becomes `a + b`; `b` becomes `b` rotated left by `R[r mod 8]` bits, xor the "
    "new `a`, where `R = [13, 15, 26, 6, 17, 29, 16, 24]`; and when `r mod 4` is 3, let `s = (r + 1) / 4`: "
    "`a` becomes `a + k[s mod 3]`, and `b` becomes `b + k[(s + 1) mod 3] + s`. The result is the two words "
    "`a` and `b`."
)

define(
    Op(
        "random_bits",
        section="8.10.1",
        doc="Uniformly distributed 32-bit words. Element number `i`, in row-major order, is the first word "
        "(`i` even) or second word (`i` odd) of `T(key[0], key[1], j mod 2**32, j // 2**32)` with "
        "`j = i // 2`. " + _THREEFRY,
        attrs=(_SHAPE,),
        signatures=(Signature((_KEY,), ("u32[shape]",), typevars={"K": _K}, rules=(_KEY_RULE, _SHAPE_RULE)),),
        accuracy=Exact(),
    )
)

define(
    Op(
        "random_split",
        section="8.10.2",
        doc="`count` new keys, for streams that are independent of each other and of the key's own. Row `i` "
        "is `T(key[0], key[1], i, 2**32 - 1)`, with `T` as in `random_bits`, which never uses these "
        "counters.",
        attrs=(AttrDecl("count", "dim", "How many keys; at most `2**32`."),),
        signatures=(
            Signature(
                (_KEY,),
                ("u32[count, 2]",),
                typevars={"K": _K},
                rules=(_KEY_RULE, Rule("C2", "0 <= count and count <= 4294967296")),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "uniform",
        section="8.10.3",
        doc="Uniformly distributed numbers, at least 0 and less than 1. Let `w` be the words that "
        "`random_bits` gives for the key. Element number `i`, in row-major order, is "
        "`(w[i] >> 21) * 2**-11` for f16, `(w[i] >> 8) * 2**-24` for f32, and "
        "`((w[2*i] * 2**32 + w[2*i + 1]) >> 11) * 2**-53` for f64; all of them are exact.",
        attrs=(AttrDecl("dtype", "dtype", "The dtype of the result."), _SHAPE),
        signatures=(
            Signature(
                (_KEY,),
                ("dtype[shape]",),
                typevars={"K": _K},
                rules=(
                    _KEY_RULE,
                    _SHAPE_RULE,
                    Rule("C3", f"dtype in [{', '.join(FLOATING)}]"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

_RANGE = " and ".join(
    f"(dtype != {name} or {low} <= low and high <= {high})"
    for name, low, high in (
        *((f"i{bits}", -(2 ** (bits - 1)), 2 ** (bits - 1)) for bits in (8, 16, 32)),
        *((f"u{bits}", 0, 2**bits) for bits in (8, 16, 32)),
    )
)

define(
    Op(
        "random_integers",
        section="8.10.4",
        doc="Uniformly distributed integers, at least `low` and less than `high`. Let `w` be the words that "
        "`random_bits` gives for the key, let `r = high - low`, and let `m` be 2 if `r` is at most 2**32, "
        "else 4. Element number `i`, in row-major order, is `low + W * r // 2**(32 * m)`, where `W` is the "
        "number whose digits to the base 2**32 are `w[m*i]`, ..., `w[m*i + m - 1]`, the greatest first. "
        "All values are equally likely up to a relative difference of `r / 2**(32 * m)`, which is at most "
        "2**-32, and 2**-64 for large `r`.",
        attrs=(
            AttrDecl("low", "dim", "The least value."),
            AttrDecl("high", "dim", "What is above the greatest value."),
            AttrDecl("dtype", "dtype", "The dtype of the result."),
            _SHAPE,
        ),
        signatures=(
            Signature(
                (_KEY,),
                ("dtype[shape]",),
                typevars={"K": _K},
                rules=(
                    _KEY_RULE,
                    _SHAPE_RULE,
                    Rule("C3", f"dtype in [{', '.join(INTEGER)}]"),
                    Rule("C4", "low < high"),
                    Rule("C5", f"{_RANGE} and (dtype != u64 or 0 <= low)"),
                ),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "random_permutation",
        section="8.10.5",
        doc="The integers from 0 to `count - 1` in random order. Let `w` be the words that `random_bits` "
        "gives for the key. The result is the integers `i` in ascending order of `w[2*i] * 2**32 + "
        "w[2*i + 1]`; of equal ones the lower `i` comes first.",
        attrs=(AttrDecl("count", "dim", "How many integers."),),
        signatures=(
            Signature(
                (_KEY,),
                ("i64[count]",),
                typevars={"K": _K},
                rules=(_KEY_RULE, Rule("C2", "0 <= count")),
            ),
        ),
        accuracy=Exact(),
    )
)

define(
    Op(
        "random_normal",
        section="8.10.6",
        doc="Numbers of the standard normal distribution. Let `w` be the words that `random_bits` gives for "
        "the key. For element number `i`, in row-major order, let `p` be `((w[2*i] * 2**32 + w[2*i + 1]) "
        "// 2**12 + 1/2) * 2**-52`. The element is the number `z` for which the normal distribution "
        "function, (1 + erf(z / sqrt(2))) / 2, is `p`. Its magnitude is at most 8.21.",
        attrs=(AttrDecl("dtype", "dtype", "The dtype of the result."), _SHAPE),
        signatures=(
            Signature(
                (_KEY,),
                ("dtype[shape]",),
                typevars={"K": _K},
                rules=(_KEY_RULE, _SHAPE_RULE, Rule("C3", f"dtype in [{', '.join(FLOATING)}]")),
            ),
        ),
        accuracy=Ulp(8),
    )
)
