"""Linear algebra in terms of factorisations and products: composites. SPEC 8.15."""

from __future__ import annotations

from ..dtypes import NUMERIC, STORED
from ..registry import (
    Accuracy,
    Arg,
    AttrDecl,
    Dot,
    Exact,
    Op,
    Relation,
    Rule,
    Signature,
    Stable,
    define,
)

#: What factorisations work on.
DTYPES = ("f32", "f64", "c64", "c128")

_MATRIX = Rule("C1", "2 <= rank(x)")
_SQUARE = Rule("C2", "shape(x)[-1] == shape(x)[-2]")
_REAL = "(f32 if T in [f32, c64] else f64)"
_COMPLEX = "(c64 if T in [f32, c64] else c128)"
_STACK = "shape(x)[:-2]"
_SMALLER = "min(shape(x)[-2], shape(x)[-1])"
_X = (Arg("x", "T"),)


def _composite(
    name: str,
    number: int,
    doc: str,
    result: str,
    template: str,
    accuracy: Accuracy,
    *,
    dtypes: tuple[str, ...] = DTYPES,
    args: tuple[Arg, ...] = _X,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[Rule, ...] = (_MATRIX,),
    typevars: dict[str, tuple[str, ...] | str] | None = None,
) -> None:
    signature = Signature(
        args, (result,), typevars={"T": dtypes, **(typevars or {})}, rules=rules, template=template
    )
    define(
        Op(
            name,
            section=f"8.15.{number}",
            doc=doc,
            attrs=attrs,
            signatures=(signature,),
            accuracy=accuracy,
        )
    )


# --- parts of factorisations ---------------------------------------------------------

_composite(
    "inv",
    9,
    "The inverse of each matrix: what `solve` gives for the identity, singular matrices included.",
    "T[shape(x)]",
    """
def inv(x):
    return solve(x, eye(rows=shape(x)[-1], columns=shape(x)[-1], dtype=T))
""",
    Stable(16, Relation("x r0 ~ I")),
    rules=(_MATRIX, _SQUARE),
)
_composite(
    "svdvals",
    10,
    "The singular values that `svd` gives.",
    f"{_REAL}[{_STACK} + [{_SMALLER}]]",
    """
def svdvals(x):
    u, s, vh = svd(x, full_matrices=False)
    return s
""",
    Stable(16, Relation("descending(r0)")),
)
_composite(
    "eigvalsh",
    11,
    "The eigenvalues that `eigh` gives.",
    f"{_REAL}[shape(x)[:-1]]",
    """
def eigvalsh(x):
    w, v = eigh(x)
    return w
""",
    Stable(16, Relation("ascending(r0)")),
    rules=(_MATRIX, _SQUARE),
)
_composite(
    "eigvals",
    12,
    "The eigenvalues that `eig` gives.",
    f"{_COMPLEX}[shape(x)[:-1]]",
    """
def eigvals(x):
    w, v = eig(x)
    return w
""",
    Stable(16, Relation("unordered(r0)")),
    rules=(_MATRIX, _SQUARE),
)

# --- with a tolerance ----------------------------------------------------------------

_TOLERANCE = Arg(
    "rtol",
    "R",
    "Shape `[]`, or one that broadcasts to that of the stack; if left out, `max(M, N) * 2 * u`.",
    optional=True,
)
_TOLERANCE_RULES = (
    _MATRIX,
    Rule("C2", "rtol is None or R == (f32 if T in [f32, c64] else f64)"),
    Rule(
        "C3",
        "rtol is None or (broadcastable(shape(rtol), shape(x)[:-2]) and "
        "broadcast(shape(rtol), shape(x)[:-2]) == shape(x)[:-2])",
    ),
)
#: The limit below which a singular value counts as 0; `s` and `D` are known.
_LIMIT = """
    stack = shape(x)[:-2]
    if rtol is not None:
        t = reshape(rtol, shape=shape(rtol) + [1])
    else:
        n = from_scalar(size(dim=max(shape(x)[-2], shape(x)[-1])), dtype=D)
        t = multiply(n, const(D, 1.1920928955078125e-07 if D == f32 else 2.220446049250313e-16))
    s0 = concat(s, full(const(D, 0), shape=stack + [1]), axis=len(stack))
    limit = multiply(max(s0, axes=[len(stack)], keepdims=True), t)
"""
_NEAR = (
    "A singular value counts as 0 if it is at most `rtol` times the greatest one of its matrix; for one "
    "so near to this limit that the error of `svd` decides, the result is unpredictable."
)

_composite(
    "pinv",
    13,
    "The Moore-Penrose inverse of each matrix: with the singular values that are not 0 inverted. "
    + _NEAR
    + " The error of an element is at most `64 * M * N * u` times the ratio of the greatest to the "
    "smallest of the values that count, times the greatest singular value of the result.",
    f"T[{_STACK} + [shape(x)[-1], shape(x)[-2]]]",
    f"""
def pinv(x, rtol):
    D = {_REAL}
    u, s, vh = svd(x, full_matrices=False){_LIMIT}
    y = where(greater(s, limit), divide(const(D, 1), s), const(D, 0))
    r = rank(x)
    turned = range(r - 2) + [r - 1, r - 2]
    y = reshape(y, shape=stack + [1, min(shape(x)[-2], shape(x)[-1])])
    v = permute_dims(vh, axes=turned)
    w = permute_dims(u, axes=turned)
    if kind(T) == "complex":
        y = astype(y, dtype=T)
        v = conj(v)
        w = conj(w)
    return matmul(multiply(v, y), w)
""",
    Stable(16),
    args=(Arg("x", "T"), _TOLERANCE),
    rules=_TOLERANCE_RULES,
    typevars={"R": ("f32", "f64")},
)
_composite(
    "matrix_rank",
    14,
    "How many singular values of each matrix are not 0. " + _NEAR,
    f"i64[{_STACK}]",
    f"""
def matrix_rank(x, rtol):
    D = {_REAL}
    s = svdvals(x){_LIMIT}
    return sum(astype(greater(s, limit), dtype=i64), axes=[len(stack)])
""",
    Exact(),
    args=(Arg("x", "T"), _TOLERANCE),
    rules=_TOLERANCE_RULES,
    typevars={"R": ("f32", "f64")},
)

# --- products ------------------------------------------------------------------------

_composite(
    "matrix_power",
    15,
    "The product of `n` times each matrix: the identity for 0, of a negative `n` the product of inverses "
    "(`inv`). The error of an element is at most `16 * N * |n| * u` times the Frobenius norm of the "
    "matrix that is multiplied, `x` or its inverse, to the power of `|n|`, and for a negative `n` times "
    "the product of the norms of `x` and its inverse. Where the numbers under way are beyond the largest "
    "finite one, the result is unpredictable.",
    "T[shape(x)]",
    """
def matrix_power(x, *, n):
    if n == 0:
        return broadcast_to(eye(rows=shape(x)[-1], columns=shape(x)[-1], dtype=T), shape=shape(x))
    z = x
    left = n
    if n < 0:
        z = inv(x)
        left = -n
    started = False
    for i in range(64):
        if left > 0:
            if left % 2 == 1:
                if started:
                    y = matmul(y, z)
                else:
                    y = z
                    started = True
            left = left // 2
            if left > 0:
                z = matmul(z, z)
    return y
""",
    Stable(16),
    attrs=(AttrDecl("n", "int", "How often the matrix is a factor."),),
    rules=(_MATRIX, _SQUARE),
)
_composite(
    "vecdot",
    16,
    "The sum of the products of the elements of `x` and `y` along their last axis; the axes before it "
    "broadcast. Of complex numbers, the conjugates of `x` are multiplied. Sums are those of `matmul`.",
    "T[broadcast(shape(x)[:-1], shape(y)[:-1])]",
    """
def vecdot(x, y):
    if kind(T) == "complex":
        x = conj(x)
    row = reshape(x, shape=shape(x)[:-1] + [1, shape(x)[-1]])
    column = reshape(y, shape=shape(y) + [1])
    return reshape(matmul(row, column), shape=broadcast(shape(x)[:-1], shape(y)[:-1]))
""",
    Dot(),
    dtypes=NUMERIC,
    args=(Arg("x", "T"), Arg("y", "T")),
    rules=(
        Rule("C1", "1 <= rank(x) and 1 <= rank(y)"),
        Rule("C2", "shape(x)[-1] == shape(y)[-1]"),
        Rule("C3", "broadcastable(shape(x)[:-1], shape(y)[:-1])"),
    ),
)
_composite(
    "cross",
    17,
    "The cross product of vectors of three elements, in the last axis of `x` and `y`; the axes before it "
    "broadcast. With `[a, b, c]` and `[d, e, f]` it is `[b*f - c*e, c*d - a*f, a*e - b*d]`.",
    "T[broadcast(shape(x)[:-1], shape(y)[:-1]) + [3]]",
    """
def cross(x, y):
    stack = broadcast(shape(x)[:-1], shape(y)[:-1])
    next = const(i64, [1, 2, 0])
    last = const(i64, [2, 0, 1])
    a = multiply(take(x, next, axis=rank(x) - 1), take(y, last, axis=rank(y) - 1))
    b = multiply(take(x, last, axis=rank(x) - 1), take(y, next, axis=rank(y) - 1))
    return subtract(a, b)
""",
    Dot(),
    dtypes=NUMERIC,
    args=(Arg("x", "T"), Arg("y", "T")),
    rules=(
        Rule("C1", "1 <= rank(x) and 1 <= rank(y)"),
        Rule("C2", "shape(x)[-1] == 3 and shape(y)[-1] == 3"),
        Rule("C3", "broadcastable(shape(x)[:-1], shape(y)[:-1])"),
    ),
)

# --- diagonals -----------------------------------------------------------------------

_OFFSET = AttrDecl("offset", "int", "Which diagonal: 0 the main one, 1 the one above it.", default=0)
_LENGTH = (
    "max(0, min(shape(x)[-2], shape(x)[-1] - offset) if offset >= 0 else "
    "min(shape(x)[-2] + offset, shape(x)[-1]))"
)

_composite(
    "diagonal",
    18,
    "The elements of each matrix whose column's index less the row's is `offset`, in the last axis.",
    f"T[{_STACK} + [{_LENGTH}]]",
    f"""
def diagonal(x, *, offset):
    rows = shape(x)[-2]
    columns = shape(x)[-1]
    flat = reshape(x, shape=shape(x)[:-2] + [rows * columns])
    steps = arange(start=0, stop={_LENGTH}, dtype=i64)
    place = multiply(steps, from_scalar(size(dim=columns + 1), dtype=i64))
    if offset >= 0:
        place = add(place, const(i64, offset))
    else:
        place = add(place, from_scalar(size(dim=columns * -offset), dtype=i64))
    return take(flat, place, axis=rank(x) - 2)
""",
    Exact(),
    dtypes=STORED,
    attrs=(_OFFSET,),
)
_composite(
    "trace",
    19,
    "The sum of the elements that `diagonal` gives; 0 of none. Integers wrap. Sums are those of `sum`.",
    f"T[{_STACK}]",
    """
def trace(x, *, offset):
    return sum(diagonal(x, offset=offset), axes=[rank(x) - 2])
""",
    Dot(),
    dtypes=NUMERIC,
    attrs=(_OFFSET,),
)

# --- norms ---------------------------------------------------------------------------

_KEEPDIMS = AttrDecl("keepdims", "bool", "Whether a reduced axis stays, with size 1.", default=False)
_composite(
    "vector_norm",
    20,
    "The norm of the elements over `axes`: with `m` their magnitudes and `p` the order, "
    "`sum(m**p)**(1/p)`; of order infinity the greatest, of minus infinity the smallest magnitude, of "
    "order 0 how many are not 0, NaN counting. A NaN otherwise gives NaN; powers are those of `pow`, so "
    "that a 0 and a negative order give 0. Where a power of a magnitude, or the sum of them, is beyond "
    "the largest finite number, or not 0 and below the smallest normal one, the result is unpredictable. "
    "The error is at most `16 * (k + 4 + l) * u / min(1, |p|)` times the norm, where `k` is how many "
    "elements there are, and `l` the greatest magnitude of a natural logarithm of a finite `m` other than "
    "0; none for the order 0, and for the infinities that of `abs`. An order of NaN gives an unpredictable "
    "result.",
    f"{_REAL}[[1 if i in axes else shape(x)[i] for i in range(rank(x)) if keepdims or i not in axes]]",
    f"""
def vector_norm(x, *, axes, ord, keepdims):
    D = {_REAL}
    if ord == 0:
        return sum(astype(not_equal(x, const(T, 0)), dtype=D), axes=axes, keepdims=keepdims)
    m = abs(x)
    if ord == inf:
        return max(m, axes=axes, keepdims=keepdims)
    if ord == -inf:
        return min(m, axes=axes, keepdims=keepdims)
    if ord == 1:
        return sum(m, axes=axes, keepdims=keepdims)
    if ord == 2:
        return sqrt(sum(multiply(m, m), axes=axes, keepdims=keepdims))
    p = const(D, ord)
    return pow(sum(pow(m, p), axes=axes, keepdims=keepdims), divide(const(D, 1), p))
""",
    Stable(16),
    attrs=(
        AttrDecl("axes", "ints", "The axes to reduce, in ascending order."),
        AttrDecl("ord", "float", "The order.", default=2.0),
        _KEEPDIMS,
    ),
    rules=(
        Rule("C1", "all(0 <= a < rank(x) for a in axes)"),
        Rule("C2", "axes == sorted(axes) and distinct(axes)"),
        Rule("C3", "ord not in [inf, -inf] or 1 <= product([shape(x)[a] for a in axes])"),
    ),
)
_composite(
    "matrix_norm",
    21,
    'A norm of each matrix: "fro", the root of the sum of the squares of the magnitudes; "nuc", the sum '
    'of the singular values; "2" and "-2", the greatest and the smallest of them; "1" and "-1", the '
    'greatest and the smallest sum of magnitudes in a column; "inf" and "-inf", those in a row. Where the '
    "square of a magnitude, or the sum, is beyond the largest finite number, or not 0 and below the "
    'smallest normal one, the result of "fro" is unpredictable. The error is at most '
    "`16 * (M * N + M + N) * u` times the Frobenius norm or the norm itself, whichever is more. An infinity "
    "or a NaN is an error where singular values are asked for, as with `svd`.",
    f"{_REAL}[{_STACK} + ([1, 1] if keepdims else [])]",
    """
def matrix_norm(x, *, ord, keepdims):
    r = rank(x)
    if ord == "fro":
        m = abs(x)
        return sqrt(sum(multiply(m, m), axes=[r - 2, r - 1], keepdims=keepdims))
    if ord in ["nuc", "2", "-2"]:
        s = svdvals(x)
        if ord == "nuc":
            y = sum(s, axes=[r - 2])
        elif ord == "2":
            y = max(s, axes=[r - 2])
        else:
            y = min(s, axes=[r - 2])
        if keepdims:
            y = reshape(y, shape=shape(x)[:-2] + [1, 1])
        return y
    across = r - 2 if ord in ["1", "-1"] else r - 1
    sums = sum(abs(x), axes=[across], keepdims=True)
    if ord in ["1", "inf"]:
        return max(sums, axes=[r - 2, r - 1], keepdims=keepdims)
    return min(sums, axes=[r - 2, r - 1], keepdims=keepdims)
""",
    Stable(16),
    attrs=(AttrDecl("ord", "str", "Which norm.", default="fro"), _KEEPDIMS),
    rules=(
        _MATRIX,
        Rule("C2", 'ord in ["fro", "nuc", "1", "-1", "2", "-2", "inf", "-inf"]'),
        Rule("C3", 'ord in ["fro", "nuc"] or (1 <= shape(x)[-2] and 1 <= shape(x)[-1])'),
    ),
)
