"""Further layers of networks, as composites: activations, groups, transposed convolution. SPEC 8.16."""

from __future__ import annotations

from functools import partial

from ..dtypes import FLOATING
from ..registry import Arg, AttrDecl, Body, Dot, Rule, Signature
from . import templates

composite = partial(templates.composite, family="layers")
unary = partial(templates.unary, family="layers")

# --- activations ------------------------------------------------------------------

unary(
    "leaky_relu",
    "The tensor `x` where it is at least 0, and `slope` times `x` elsewhere.",
    """
def leaky_relu(x, *, slope):
    return where(less(x, const(T, 0)), multiply(x, const(T, slope)), x)
""",
    Body(2),
    attrs=(AttrDecl("slope", "float", "The factor of negative elements."),),
)
unary(
    "elu",
    "The tensor `x` where it is at least 0, and `alpha` * (exp(x) - 1) elsewhere.",
    """
def elu(x, *, alpha):
    zero = const(T, 0)
    below = multiply(expm1(minimum(x, zero)), const(T, alpha))
    return where(less(x, zero), below, x)
""",
    Body(10),
    attrs=(AttrDecl("alpha", "float", "The negative of the limit at minus infinity.", default=1.0),),
)
unary(
    "hard_sigmoid",
    "The value of `x` + 3, limited to the interval from 0 to 6, divided by 6.",
    """
def hard_sigmoid(x):
    return divide(clip(add(x, const(T, 3)), const(T, 0), const(T, 6)), const(T, 6))
""",
    Body(2),
)
unary(
    "hard_swish",
    "The product of `x` and `hard_sigmoid` of `x`. Minus infinity gives NaN.",
    """
def hard_swish(x):
    return multiply(x, hard_sigmoid(x))
""",
    Body(5),
)
unary(
    "mish",
    "The product of `x` and the hyperbolic tangent of `softplus` of `x`. Minus infinity gives NaN. Where "
    "exp(x) is below the smallest normal number, the result may be any number from `x` times that number "
    "to 0.",
    """
def mish(x):
    return multiply(x, tanh(softplus(x)))
""",
    Body(36),
)

# --- groups of channels -----------------------------------------------------------

_GROUPS = AttrDecl("groups", "int", "How many groups the channels form.")
_EPSILON = AttrDecl("epsilon", "float", "What is added to the variance.")
_GROUP_RULES = (
    Rule("C1", "2 <= rank(x)"),
    Rule("C2", "1 <= groups"),
    Rule("C3", "shape(x)[1] % groups == 0"),
)
_GROUP_NORM = """
    split = reshape(x, shape=[shape(x)[0], groups, shape(x)[1] // groups] + shape(x)[2:])
    axes = range(2, rank(x) + 1)
    d = subtract(split, mean(split, axes=axes, keepdims=True))
    v = mean(multiply(d, d), axes=axes, keepdims=True)
    y = reshape(divide(d, sqrt(add(v, const(T, epsilon)))), shape=shape(x))
"""

composite(
    "group_norm",
    (
        Signature(
            (
                Arg("x", "T", "Axis 1 is that of the channels."),
                Arg("scale", "T", "For each channel, a factor."),
                Arg("bias", "T", "For each channel, a term; 0 if left out.", optional=True),
            ),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=(
                *_GROUP_RULES,
                Rule("C4", "shape(scale) == [shape(x)[1]]"),
                Rule("C5", "bias is None or shape(bias) == [shape(x)[1]]"),
            ),
            template=f"""
def group_norm(x, scale, bias, *, groups, epsilon):{_GROUP_NORM}
    each = [shape(x)[1]] + [1 for i in range(rank(x) - 2)]
    y = multiply(y, reshape(scale, shape=each))
    if bias is not None:
        y = add(y, reshape(bias, shape=each))
    return y
""",
        ),
        Signature(
            (Arg("x", "T", "Axis 1 is that of the channels."),),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=_GROUP_RULES,
            template=f"""
def group_norm(x, *, groups, epsilon):{_GROUP_NORM}
    return y
""",
        ),
    ),
    "The channels of `x` are cut into `groups` groups of equal size. For each index of axis 0 and each "
    "group, `x` less its mean over the channels of the group and all axes from 2 on, divided by the square "
    "root of its variance there plus `epsilon`; then times `scale`, plus `bias`, each for its channel. The "
    "bound on errors is for groups whose mean is not large against their deviation.",
    attrs=(_GROUPS, _EPSILON),
    accuracy=Body(16, 32),
)

# --- transposed convolution -------------------------------------------------------

_FULL = "(n - 1) * s + d * (k - 1) + 1 + o"
_EACH = (
    "for n, k, s, d, l, h, o in"
    " zip(shape(x)[2:], shape(w)[2:], strides, dilations, low, high, output_padding)"
)

composite(
    "conv_transpose",
    (
        Signature(
            (
                Arg("x", "T", "Shape `[N, C, ...]`."),
                Arg("w", "T", "Shape `[C, F // groups, ...]`."),
                Arg("bias", "T", "Shape `[F]`; 0 if left out.", optional=True),
            ),
            (f"T[[shape(x)[0], shape(w)[1] * groups] + [{_FULL} - l - h {_EACH}]]",),
            typevars={"T": FLOATING},
            rules=(
                Rule("C1", "3 <= rank(x) <= 5 and rank(w) == rank(x)"),
                Rule(
                    "C2",
                    "len(strides) == rank(x) - 2 and len(low) == rank(x) - 2 and len(high) == rank(x) - 2"
                    " and len(output_padding) == rank(x) - 2 and len(dilations) == rank(x) - 2",
                ),
                Rule("C3", "all(1 <= s for s in strides) and all(1 <= d for d in dilations)"),
                Rule("C4", "all(0 <= l for l in low) and all(0 <= h for h in high)"),
                Rule("C5", "all(0 <= o < max(s, d) for o, s, d in zip(output_padding, strides, dilations))"),
                Rule("C6", "1 <= groups"),
                Rule("C7", "shape(x)[1] == shape(w)[0]"),
                Rule("C8", "shape(w)[0] % groups == 0"),
                Rule("C9", "bias is None or shape(bias) == [shape(w)[1] * groups]"),
                Rule("C10", f"all(1 <= n and 1 <= k and l + h < {_FULL} {_EACH})"),
            ),
            template="""
def conv_transpose(x, w, bias, *, strides, low, high, output_padding, dilations, groups):
    axes = range(2, rank(x))
    none = [0 for a in axes]
    ones = [1 for a in axes]
    twice = range(2 * len(strides))
    between = reshape(x, shape=shape(x)[:2] + [shape(x)[2 + i // 2] if i % 2 == 0 else 1 for i in twice])
    gaps = [0, 0] + [0 if i % 2 == 0 else strides[i // 2] - 1 for i in twice]
    between = pad(between, const(T, 0), low=[0 for g in gaps], high=gaps)
    apart = reshape(between, shape=shape(x)[:2] + [n * s for n, s in zip(shape(x)[2:], strides)])
    before = [d * (k - 1) for k, d in zip(shape(w)[2:], dilations)]
    after = [b + max(o - s + 1, 0) for b, o, s in zip(before, output_padding, strides)]
    wide = pad(apart, const(T, 0), low=[0, 0] + before, high=[0, 0] + after)
    channels = shape(w)[0] // groups
    split = reshape(w, shape=[groups, channels, shape(w)[1]] + shape(w)[2:])
    split = permute_dims(split, axes=[0, 2, 1] + [a + 1 for a in axes])
    filters = reshape(split, shape=[groups * shape(w)[1], channels] + shape(w)[2:])
    filters = flip(filters, axes=axes)
    if bias is None:
        y = conv(wide, filters, strides=ones, low=none, high=none, dilations=dilations, groups=groups)
    else:
        y = conv(wide, filters, bias, strides=ones, low=none, high=none, dilations=dilations, groups=groups)
    ends = [(n - 1) * s + b + 1 + o - h for n, s, b, o, h in """
            """zip(shape(x)[2:], strides, before, output_padding, high)]
    return slice(y, starts=[0, 0] + low, stops=[shape(y)[0], shape(y)[1]] + ends, steps=[1, 1] + ones)
""",
        ),
    ),
    "The transpose of `conv`, over one to three spatial axes: every element of `x` adds its product with "
    "the filters to the places that `conv` with these attributes would read it from. `x` has the axes "
    "batch, channel and the spatial ones; `w` has channel, filter within the group, and the spatial ones; "
    "the result has batch, filter and the spatial ones. At filter `f` and place `p`, the result is "
    "`bias[f]` and the sum of `x[c, i] * w[c, f, q]` over channels `c` of the group of `f`, places `i` and "
    "offsets `q` with `i * strides + q * dilations == p + low`. So `low` and `high` take places off the "
    "result, and `output_padding` adds some at its end. With `groups` above 1, channels and filters are "
    "cut into that many groups of equal size, and filters see the channels of their group. A weight that "
    "is infinite or NaN makes it unpredictable which of the places within the reach of its filter are NaN.",
    attrs=(
        AttrDecl("strides", "ints", "For each spatial axis, the distance between the places of elements."),
        AttrDecl("low", "ints", "For each spatial axis, how many places are left out before."),
        AttrDecl("high", "ints", "For each spatial axis, how many places are left out after."),
        AttrDecl("output_padding", "ints", "For each spatial axis, how many places are added after."),
        AttrDecl("dilations", "ints", "For each spatial axis, the distance between the taps of a filter."),
        AttrDecl("groups", "int", "How many groups the channels form.", default=1),
    ),
    accuracy=Dot(),
)

# --- recurrent cells --------------------------------------------------------------

_GRU_ARGS = (
    Arg("x", "T", "Shape `[B, I]`."),
    Arg("h", "T", "Shape `[B, H]`: the hidden state."),
    Arg("w_ih", "T", "Shape `[3 * H, I]`: the weights of the input, for the gates in turn."),
    Arg("w_hh", "T", "Shape `[3 * H, H]`: the weights of the hidden state."),
)
_GRU_RULES = (
    Rule("C1", "rank(x) == 2 and rank(h) == 2 and rank(w_ih) == 2 and rank(w_hh) == 2"),
    Rule("C2", "shape(x)[0] == shape(h)[0]"),
    Rule("C3", "shape(w_ih) == [3 * shape(h)[1], shape(x)[1]]"),
    Rule("C4", "shape(w_hh) == [3 * shape(h)[1], shape(h)[1]]"),
)
_GRU = """
    rows = shape(h)[0]
    n = shape(h)[1]
    if reset_after:
        past = {past}
        near = slice(past, starts=[0, 0], stops=[rows, 2 * n], steps=[1, 1])
    else:
        w_near = slice(w_hh, starts=[0, 0], stops=[2 * n, n], steps=[1, 1])
        near = {near}
    gates = sigmoid(add(slice(now, starts=[0, 0], stops=[rows, 2 * n], steps=[1, 1]), near))
    r = slice(gates, starts=[0, 0], stops=[rows, n], steps=[1, 1])
    z = slice(gates, starts=[0, n], stops=[rows, 2 * n], steps=[1, 1])
    if reset_after:
        kept = multiply(r, slice(past, starts=[0, 2 * n], stops=[rows, 3 * n], steps=[1, 1]))
    else:
        w_far = slice(w_hh, starts=[2 * n, 0], stops=[3 * n, n], steps=[1, 1])
        kept = {kept}
    new = tanh(add(slice(now, starts=[0, 2 * n], stops=[rows, 3 * n], steps=[1, 1]), kept))
    return add(multiply(subtract(const(T, 1), z), new), multiply(z, h))
"""
_BIASED = {
    "past": "linear(h, w_hh, b_hh)",
    "near": "linear(h, w_near, slice(b_hh, starts=[0], stops=[2 * n], steps=[1]))",
    "kept": "linear(multiply(r, h), w_far, slice(b_hh, starts=[2 * n], stops=[3 * n], steps=[1]))",
}
_PLAIN = {
    "past": "linear(h, w_hh)",
    "near": "linear(h, w_near)",
    "kept": "linear(multiply(r, h), w_far)",
}

composite(
    "gru_cell",
    (
        Signature(
            (
                *_GRU_ARGS,
                Arg("b_ih", "T", "Shape `[3 * H]`: what is added to the input's part of the gates."),
                Arg("b_hh", "T", "Shape `[3 * H]`: what is added to the hidden state's part."),
            ),
            ("T[shape(h)]",),
            typevars={"T": FLOATING},
            rules=(
                *_GRU_RULES,
                Rule("C5", "shape(b_ih) == [3 * shape(h)[1]]"),
                Rule("C6", "shape(b_hh) == [3 * shape(h)[1]]"),
            ),
            template=f"""
def gru_cell(x, h, w_ih, w_hh, b_ih, b_hh, *, reset_after):
    now = linear(x, w_ih, b_ih){_GRU.format(**_BIASED)}""",
        ),
        Signature(
            _GRU_ARGS,
            ("T[shape(h)]",),
            typevars={"T": FLOATING},
            rules=_GRU_RULES,
            template=f"""
def gru_cell(x, h, w_ih, w_hh, *, reset_after):
    now = linear(x, w_ih){_GRU.format(**_PLAIN)}""",
        ),
    ),
    "One step of a gated recurrent unit: the new hidden state. The rows of the weights and biases are "
    "those of the gates `r`, `z` and `n`, in this order. The gates `r` and `z` are `sigmoid` of what "
    "`linear` gives of `x`, `w_ih` and `b_ih` plus what it gives of `h`, `w_hh` and `b_hh`. The gate `n` "
    "is the hyperbolic tangent of the input's part plus `r` times the hidden state's part; if "
    "`reset_after` is false, plus the hidden state's part of `r` times `h`. The result is (1 - z) * n + z "
    "* h.",
    attrs=(
        AttrDecl(
            "reset_after",
            "bool",
            "Whether `r` applies to the hidden state's part, and not before it.",
            default=True,
        ),
    ),
    accuracy=Body(16, 64),
)
