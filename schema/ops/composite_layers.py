"""Composites that are layers of networks. SPEC 8.14."""

from __future__ import annotations

from ..dtypes import FLOATING, INEXACT
from ..registry import Arg, AttrDecl, Body, Dot, Rule, Signature
from .templates import composite, unary

# --- normalisation ----------------------------------------------------------------

_FIRST = AttrDecl(
    "axis", "int", "The first of the axes that are normalised together; they are the last ones."
)
_EPSILON = AttrDecl("epsilon", "float", "What is added to the variance.")
_NORM_RULES = (Rule("C1", "0 <= axis < rank(x)"), Rule("C2", "shape(scale) == shape(x)[axis:]"))
_LAYER_NORM = """
    axes = range(axis, rank(x))
    d = subtract(x, mean(x, axes=axes, keepdims=True))
    v = mean(multiply(d, d), axes=axes, keepdims=True)
    y = divide(d, sqrt(add(v, const(T, epsilon))))
"""

composite(
    "layer_norm",
    (
        Signature(
            (
                Arg("x", "T"),
                Arg("scale", "T", "The shape of the normalised axes."),
                Arg("bias", "T", "The shape of the normalised axes; 0 if left out.", optional=True),
            ),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=(*_NORM_RULES, Rule("C3", "bias is None or shape(bias) == shape(x)[axis:]")),
            template=f"""
def layer_norm(x, scale, bias, *, axis, epsilon):{_LAYER_NORM}
    y = multiply(y, scale)
    if bias is not None:
        y = add(y, bias)
    return y
""",
        ),
        Signature(
            (Arg("x", "T"),),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=_NORM_RULES[:1],
            template=f"""
def layer_norm(x, *, axis, epsilon):{_LAYER_NORM}
    return y
""",
        ),
    ),
    "The tensor `x` less its mean over the axes from `axis` on, divided by the square root of its variance "
    "there plus `epsilon`, times `scale`, plus `bias`. The bound on errors is for groups whose mean is not "
    "large against their deviation.",
    attrs=(_FIRST, _EPSILON),
    accuracy=Body(16, 32),
)
composite(
    "rms_norm",
    (
        Signature(
            (Arg("x", "T"), Arg("scale", "T", "The shape of the normalised axes.")),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=_NORM_RULES,
            template="""
def rms_norm(x, scale, *, axis, epsilon):
    v = mean(multiply(x, x), axes=range(axis, rank(x)), keepdims=True)
    return multiply(divide(x, sqrt(add(v, const(T, epsilon)))), scale)
""",
        ),
    ),
    "The tensor `x` divided by the square root of the mean of its squares over the axes from `axis` on plus "
    "`epsilon`, times `scale`.",
    attrs=(_FIRST, _EPSILON),
    accuracy=Body(16, 16),
)

_BATCH_RULES = (
    Rule("C1", "2 <= rank(x)"),
    Rule("C2", "shape(average) == [shape(x)[1]]"),
    Rule("C3", "shape(variance) == [shape(x)[1]]"),
)
_BATCH_ARGS = (
    Arg("x", "T", "Axis 1 is that of the channels."),
    Arg("average", "T", "For each channel, its mean."),
    Arg("variance", "T", "For each channel, its variance."),
)

composite(
    "batch_norm",
    (
        Signature(
            (
                *_BATCH_ARGS,
                Arg("scale", "T", "For each channel, a factor."),
                Arg("bias", "T", "For each channel, a term."),
            ),
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=(
                *_BATCH_RULES,
                Rule("C4", "shape(scale) == [shape(x)[1]]"),
                Rule("C5", "shape(bias) == [shape(x)[1]]"),
            ),
            template="""
def batch_norm(x, average, variance, scale, bias, *, epsilon):
    each = [shape(x)[1]] + [1 for i in range(rank(x) - 2)]
    factor = reshape(divide(scale, sqrt(add(variance, const(T, epsilon)))), shape=each)
    y = multiply(subtract(x, reshape(average, shape=each)), factor)
    return add(y, reshape(bias, shape=each))
""",
        ),
        Signature(
            _BATCH_ARGS,
            ("T[shape(x)]",),
            typevars={"T": FLOATING},
            rules=_BATCH_RULES,
            template="""
def batch_norm(x, average, variance, *, epsilon):
    each = [shape(x)[1]] + [1 for i in range(rank(x) - 2)]
    root = reshape(sqrt(add(variance, const(T, epsilon))), shape=each)
    return divide(subtract(x, reshape(average, shape=each)), root)
""",
        ),
    ),
    "The tensor `x` less `average`, divided by the square root of `variance` plus `epsilon`, times "
    "`scale`, plus `bias`, each for its channel. This is inference: the mean and the variance are given.",
    attrs=(_EPSILON,),
    accuracy=Body(12, 12),
)

# --- layers -----------------------------------------------------------------------

composite(
    "linear",
    (
        Signature(
            (
                Arg("x", "T", "Shape `[..., I]`, rank at least 2."),
                Arg("w", "T", "Shape `[O, I]`."),
                Arg("bias", "T", "Shape `[O]`; 0 if left out.", optional=True),
            ),
            ("T[shape(x)[:-1] + [shape(w)[0]]]",),
            typevars={"T": INEXACT},
            rules=(
                Rule("C1", "2 <= rank(x) and rank(w) == 2"),
                Rule("C2", "shape(x)[-1] == shape(w)[1]"),
                Rule("C3", "bias is None or shape(bias) == [shape(w)[0]]"),
            ),
            template="""
def linear(x, w, bias):
    y = matmul(x, permute_dims(w, axes=[1, 0]))
    if bias is not None:
        y = add(y, bias)
    return y
""",
        ),
    ),
    "The matrix product of `x` and the transpose of `w`, plus `bias`.",
    accuracy=Dot(),
)
composite(
    "lstm_cell",
    (
        Signature(
            (
                Arg("x", "T", "Shape `[B, I]`."),
                Arg("h", "T", "Shape `[B, H]`: the hidden state."),
                Arg("c", "T", "Shape `[B, H]`: the cell state."),
                Arg("w_ih", "T", "Shape `[4 * H, I]`: the weights of the input, for the gates in turn."),
                Arg("w_hh", "T", "Shape `[4 * H, H]`: the weights of the hidden state."),
                Arg("bias", "T", "Shape `[4 * H]`; 0 if left out.", optional=True),
            ),
            ("T[shape(h)]", "T[shape(c)]"),
            typevars={"T": FLOATING},
            rules=(
                Rule("C1", "rank(x) == 2 and rank(h) == 2 and rank(w_ih) == 2 and rank(w_hh) == 2"),
                Rule("C2", "shape(x)[0] == shape(h)[0]"),
                Rule("C3", "shape(c) == shape(h)"),
                Rule("C4", "shape(w_ih) == [4 * shape(h)[1], shape(x)[1]]"),
                Rule("C5", "shape(w_hh) == [4 * shape(h)[1], shape(h)[1]]"),
                Rule("C6", "bias is None or shape(bias) == [4 * shape(h)[1]]"),
            ),
            template="""
def lstm_cell(x, h, c, w_ih, w_hh, bias):
    gates = add(linear(x, w_ih, bias), linear(h, w_hh))
    rows = shape(h)[0]
    n = shape(h)[1]
    i = sigmoid(slice(gates, starts=[0, 0], stops=[rows, n], steps=[1, 1]))
    f = sigmoid(slice(gates, starts=[0, n], stops=[rows, 2 * n], steps=[1, 1]))
    g = tanh(slice(gates, starts=[0, 2 * n], stops=[rows, 3 * n], steps=[1, 1]))
    o = sigmoid(slice(gates, starts=[0, 3 * n], stops=[rows, 4 * n], steps=[1, 1]))
    after = add(multiply(f, c), multiply(i, g))
    hidden = multiply(o, tanh(after))
    return hidden, after
""",
        ),
    ),
    "One step of a long short-term memory. The four gates `i`, `f`, `g` and `o`, in this order, are what "
    "`linear` gives of `x` and `w_ih` plus what it gives of `h` and `w_hh`, plus `bias`. The new cell "
    "state is sigmoid(f) * c + sigmoid(i) * tanh(g), the second result; the first is the new hidden state, "
    "sigmoid(o) times its hyperbolic tangent.",
    accuracy=Body(16, 64),
)

_ATTENTION_RULES = (
    Rule("C1", "2 <= rank(q) and rank(k) == rank(q) and rank(v) == rank(q)"),
    Rule("C2", "shape(k)[:-2] == shape(q)[:-2] and shape(v)[:-2] == shape(q)[:-2]"),
    Rule("C3", "shape(k)[-1] == shape(q)[-1]"),
    Rule("C4", "shape(v)[-2] == shape(k)[-2]"),
    Rule("C5", "1 <= shape(k)[-2]"),
)
_MASK_RULE = Rule(
    "C6",
    "mask is None or broadcastable(shape(mask), shape(q)[:-1] + [shape(k)[-2]])"
    " and broadcast(shape(mask), shape(q)[:-1] + [shape(k)[-2]]) == shape(q)[:-1] + [shape(k)[-2]]",
)
_ATTENTION = """
def scaled_dot_product_attention(q, k, v, mask, *, scale, causal):
    r = rank(q)
    s = matmul(q, permute_dims(k, axes=range(r - 2) + [r - 1, r - 2]))
    if scale is None:
        s = divide(s, sqrt(from_scalar(size(dim=shape(q)[-1]), dtype=T)))
    else:
        s = multiply(s, const(T, scale))
    if causal:
        rows = reshape(arange(start=0, stop=shape(q)[-2], dtype=i64), shape=[shape(q)[-2], 1])
        seen = less_equal(arange(start=0, stop=shape(k)[-2], dtype=i64), rows)
        s = where(seen, s, const(T, -inf))
    if mask is not None:
        {mask}
    return matmul(softmax(s, axis=r - 1), v)
"""
_QKV = (
    Arg("q", "T", "Shape `[..., L, E]`: the queries."),
    Arg("k", "T", "Shape `[..., S, E]`: the keys."),
    Arg("v", "T", "Shape `[..., S, V]`: the values."),
)

composite(
    "scaled_dot_product_attention",
    (
        Signature(
            (*_QKV, Arg("mask", "T", "Broadcasts to `[..., L, S]`; added to the scores.", optional=True)),
            ("T[shape(q)[:-1] + [shape(v)[-1]]]",),
            typevars={"T": FLOATING},
            rules=(*_ATTENTION_RULES, _MASK_RULE),
            template=_ATTENTION.replace("{mask}", "s = add(s, mask)"),
        ),
        Signature(
            (*_QKV, Arg("mask", "bool[...]", "Broadcasts to `[..., L, S]`; false where a key is not seen.")),
            ("T[shape(q)[:-1] + [shape(v)[-1]]]",),
            typevars={"T": FLOATING},
            rules=(*_ATTENTION_RULES, _MASK_RULE),
            template=_ATTENTION.replace("{mask}", "s = where(mask, s, const(T, -inf))"),
        ),
    ),
    "For each query, the mean of the values, weighted by `softmax` of the scores of the keys. A score is "
    "the scalar product of query and key, times `scale`, or divided by the square root of `E`. With "
    "`causal`, query `i` sees the keys 0 to `i` alone. A query that sees no key gives NaN.",
    attrs=(
        AttrDecl("scale", "float?", "The factor of the scores; None is 1 / sqrt(E).", default=None),
        AttrDecl("causal", "bool", "Whether later keys are hidden.", default=False),
    ),
    accuracy=Body(16, 64),
)

_SPATIAL = "shape(x)[rank(x) - len(window):]"
unary(
    "avg_pool",
    "The mean of each window of `x`, over the last axes, one for each element of `window`. Zeros that "
    "`low` and `high` add count as elements with `count_include_pad`; else they do not, and a window of "
    "nothing else gives NaN.",
    """
def avg_pool(x, *, window, strides, low, high, count_include_pad):
    near = [1 for k in window]
    total = reduce_window_sum(x, window=window, strides=strides, low=low, high=high, dilations=near)
    if count_include_pad:
        n = from_scalar(size(dim=product(window)), dtype=T)
    else:
        ones = full(const(T, 1), shape=shape(x)[rank(x) - len(window):])
        n = reduce_window_sum(ones, window=window, strides=strides, low=low, high=high, dilations=near)
    return divide(total, n)
""",
    Dot(),
    attrs=(
        AttrDecl("window", "ints", "The window's size along each of the last axes of `x`."),
        AttrDecl("strides", "ints", "For each of them, the distance between windows."),
        AttrDecl("low", "ints", "For each of them, how many zeros are added before."),
        AttrDecl("high", "ints", "For each of them, how many zeros are added after."),
        AttrDecl("count_include_pad", "bool", "Whether added zeros count.", default=True),
    ),
    rules=(
        Rule("C1", "1 <= len(window) <= rank(x)"),
        Rule("C2", "len(strides) == len(window) and len(low) == len(window) and len(high) == len(window)"),
        Rule("C3", "all(1 <= k for k in window) and all(1 <= s for s in strides)"),
        Rule("C4", "all(0 <= l for l in low) and all(0 <= h for h in high)"),
        Rule("C5", f"all(k <= n + l + h for n, l, h, k in zip({_SPATIAL}, low, high, window))"),
    ),
    result=(
        "T[shape(x)[:rank(x) - len(window)] + [(n + l + h - k) // s + 1 for n, l, h, k, s"
        f" in zip({_SPATIAL}, low, high, window, strides)]]"
    ),
)
