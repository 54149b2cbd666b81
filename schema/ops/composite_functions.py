"""Composites that are functions of one tensor, and arrangements. SPEC 8.14."""

from __future__ import annotations

from ..dtypes import ANY, INDEX, INEXACT, REAL, STORED
from ..registry import Arg, AttrDecl, Body, Dot, Exact, Rule, Signature, Ulp
from .templates import composite, unary

# --- activations ------------------------------------------------------------------

unary(
    "relu",
    "The greater of `x` and 0, element by element. A NaN stays NaN; -0 gives a zero of either sign.",
    """
def relu(x):
    return maximum(x, const(T, 0))
""",
    Ulp(0),
    dtypes=REAL,
)
unary(
    "sigmoid",
    "The logistic function 1 / (1 + exp(-x)), element by element. Where exp(x) is below the smallest "
    "normal number, the result may be any number from 0 to that number.",
    """
def sigmoid(x):
    one = const(T, 1)
    e = exp(negative(abs(x)))
    return divide(where(less(x, const(T, 0)), e, one), add(one, e))
""",
    Body(6),
)
unary(
    "silu",
    "The product of `x` and `sigmoid` of `x`. Minus infinity gives NaN. Where exp(x) is below the smallest "
    "normal number, the result may be any number from `x` times that number to 0.",
    """
def silu(x):
    return multiply(x, sigmoid(x))
""",
    Body(8),
)
unary(
    "softplus",
    "The value of log(1 + exp(x)), element by element, without overflow.",
    """
def softplus(x):
    return add(maximum(x, const(T, 0)), log1p(exp(negative(abs(x)))))
""",
    Body(10),
)
unary(
    "gelu",
    "The product of `x` and the normal distribution function at `x`: 0.5 * x * (1 + erf(x / sqrt(2))), or "
    'with `approximate` "tanh" 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x))). Minus '
    "infinity gives NaN. The second figure of the accuracy counts units of `x`, element by element: where "
    "the result is much smaller than `x`, most of its digits are lost.",
    """
def gelu(x, *, approximate):
    half = multiply(x, const(T, 0.5))
    if approximate == "tanh":
        cube = multiply(multiply(x, x), multiply(x, const(T, 0.044715)))
        inner = tanh(multiply(add(x, cube), const(T, 0.7978845608028654)))
    else:
        inner = erf(multiply(x, const(T, 0.7071067811865476)))
    return multiply(half, add(inner, const(T, 1)))
""",
    Body(24, 8),
    attrs=(AttrDecl("approximate", "str", 'Either "none" or "tanh".', default="none"),),
    rules=(Rule("C1", 'approximate in ["none", "tanh"]'),),
)

# --- along axes -------------------------------------------------------------------

_AXIS = AttrDecl("axis", "int", "The axis along which to go.")
_AXIS_RULES = (Rule("C1", "0 <= axis < rank(x)"), Rule("C2", "1 <= shape(x)[axis]"))

unary(
    "softmax",
    "The exponentials of the elements of `x`, divided by their sum along `axis`. The greatest element is "
    "subtracted first, so that nothing overflows. An infinity or a NaN among the elements gives NaN along "
    "the axis, but minus infinity gives 0, unless all are minus infinity.",
    """
def softmax(x, *, axis):
    e = exp(subtract(x, max(x, axes=[axis], keepdims=True)))
    return divide(e, sum(e, axes=[axis], keepdims=True))
""",
    Body(8, 16),
    attrs=(_AXIS,),
    rules=_AXIS_RULES,
)
unary(
    "log_softmax",
    "The logarithm of `softmax`, computed without taking the logarithm of a small number.",
    """
def log_softmax(x, *, axis):
    d = subtract(x, max(x, axes=[axis], keepdims=True))
    return subtract(d, log(sum(exp(d), axes=[axis], keepdims=True)))
""",
    Body(8, 16),
    attrs=(_AXIS,),
    rules=_AXIS_RULES,
)

_AXES = AttrDecl("axes", "ints", "The axes to reduce, in ascending order.")
_KEEPDIMS = AttrDecl("keepdims", "bool", "Whether a reduced axis stays, with size 1.", default=False)
_AXES_RULES = (
    Rule("C1", "all(0 <= a < rank(x) for a in axes)"),
    Rule("C2", "axes == sorted(axes) and distinct(axes)"),
)
_REDUCED = "T[[1 if i in axes else shape(x)[i] for i in range(rank(x)) if keepdims or i not in axes]]"

unary(
    "mean",
    "The arithmetic mean of the elements over `axes`; NaN of no elements. That of complex numbers is the "
    "quotient (`divide`) of their sum and their number.",
    """
def mean(x, *, axes, keepdims):
    n = from_scalar(size(dim=product([shape(x)[a] for a in axes])), dtype=T)
    return divide(sum(x, axes=axes, keepdims=keepdims), n)
""",
    Dot(),
    dtypes=INEXACT,
    attrs=(_AXES, _KEEPDIMS),
    rules=_AXES_RULES,
    result=_REDUCED,
)
unary(
    "var",
    "The variance of the elements over `axes`: the sum of the squares of their differences from `mean`, "
    "divided by the number of elements less `correction`, or by 0 if that is negative. The bound on errors "
    "is for elements whose mean is not large against their deviation.",
    """
def var(x, *, axes, correction, keepdims):
    d = subtract(x, mean(x, axes=axes, keepdims=True))
    count = float.subtract(int.to_float(size(dim=product([shape(x)[a] for a in axes]))), correction)
    n = maximum(from_scalar(count, dtype=T), const(T, 0))
    return divide(sum(multiply(d, d), axes=axes, keepdims=keepdims), n)
""",
    Body(16, 32),
    attrs=(
        _AXES,
        AttrDecl("correction", "float", "What is subtracted from the number of elements.", default=0.0),
        _KEEPDIMS,
    ),
    rules=_AXES_RULES,
    result=_REDUCED,
)

# --- arrangement ------------------------------------------------------------------

composite(
    "stack",
    (
        Signature(
            (Arg("xs", "T", "Tensors of one shape.", variadic=True),),
            ("T[shape(xs[0])[:axis] + [len(xs)] + shape(xs[0])[axis:]]",),
            typevars={"T": STORED},
            rules=(
                Rule("C1", "all(shape(x) == shape(xs[0]) for x in xs)"),
                Rule("C2", "0 <= axis <= rank(xs[0])"),
            ),
            template="""
def stack(xs, *, axis):
    each = shape(xs[0])[:axis] + [1] + shape(xs[0])[axis:]
    y = reshape(xs[0], shape=each)
    for i in range(1, len(xs)):
        y = concat(y, reshape(xs[i], shape=each), axis=axis)
    return y
""",
        ),
    ),
    "The tensors `xs`, one after another along a new axis.",
    attrs=(AttrDecl("axis", "int", "Where the new axis is in the result: from 0 to the rank of `xs`."),),
    accuracy=Exact(),
)
composite(
    "one_hot",
    (
        Signature(
            (Arg("indices", "I", "Any shape."),),
            ("dtype[shape(indices) + [depth]]",),
            typevars={"I": INDEX},
            rules=(Rule("C1", "0 <= depth"),),
            template="""
def one_hot(indices, *, depth, dtype):
    column = reshape(indices, shape=shape(indices) + [1])
    return astype(equal(column, arange(start=0, stop=depth, dtype=I)), dtype=dtype)
""",
        ),
    ),
    "For each index, `depth` elements: 1 where the place is the index, 0 elsewhere. An index outside of "
    "them gives zeros alone.",
    attrs=(
        AttrDecl("depth", "dim", "How many elements an index becomes."),
        AttrDecl("dtype", "dtype", "The dtype of the result."),
    ),
    accuracy=Exact(),
)

for _name, _kept, _compare in (
    ("tril", "on and below", "less_equal"),
    ("triu", "on and above", "greater_equal"),
):
    unary(
        _name,
        f"The matrices in the last two axes of `x`, with 0 for the elements that are not {_kept} the "
        "diagonal where the column's index less the row's is `offset`; of bool, false.",
        f"""
def {_name}(x, *, offset):
    rows = shape(x)[-2]
    row = reshape(arange(start=0, stop=rows, dtype=i64), shape=[rows, 1])
    column = arange(start=0, stop=shape(x)[-1], dtype=i64)
    return where({_compare}(column, add(row, const(i64, offset))), x, const(T, 0))
""",
        Exact(),
        dtypes=ANY,
        attrs=(AttrDecl("offset", "int", "Which diagonal: 0 the main one, 1 the one above it.", default=0),),
        rules=(Rule("C1", "2 <= rank(x)"),),
    )
