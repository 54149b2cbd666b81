"""Random numbers. SPEC 8.10.

A function of an explicit key, the same to the bit in every runtime.
"""

from __future__ import annotations

from ..dtypes import FLOATING
from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, define

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
