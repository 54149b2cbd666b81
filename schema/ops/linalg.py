"""Linear algebra: factorisations, systems, and what follows from them. SPEC 8.15.

The last two axes of an operand hold matrices, the axes before them make stacks: each matrix is treated
for itself, and an error in one is an error of the call. `M` and `N` are the rows and columns of a matrix,
`K` is the smaller of the two, `u` is `2**-p` (9.3), and an *adjoint* is the transpose, of complex
matrices its conjugate. Matrices without elements are allowed; their determinant is 1.

Elimination and orthogonal transformations lose in the worst case more than they usually do: where
the largest magnitude that elimination with partial pivoting meets is `g` times the largest of the matrix,
the bounds of `solve`, `inv`, `det`, `slogdet` and `matrix_power` are `g` times as large.
"""

from __future__ import annotations

from ..registry import Arg, AttrDecl, Op, Relation, Rule, Signature, Stable, define
from .linalg_composite import DTYPES

_MATRIX = Rule("C1", "2 <= rank(x)")
_SQUARE = Rule("C2", "shape(x)[-1] == shape(x)[-2]")
_REAL = "(f32 if T in [f32, c64] else f64)"
_COMPLEX = "(c64 if T in [f32, c64] else c128)"
_STACK = "shape(x)[:-2]"
_SMALLER = "min(shape(x)[-2], shape(x)[-1])"
_FINITE = "every element is finite, and the iteration converges"
_HERMITIAN = (
    " Where a matrix differs from its adjoint, what it gives is unpredictable; a runtime may look at one "
    "triangle alone."
)
_NOT_FINITE = " A matrix with an infinity or a NaN gives unpredictable results."
_PHASE = (
    " They are not unique: columns may be multiplied by -1, or by complex numbers of magnitude 1, and where "
    "values are equal, or nearly so, other bases of the same space are as good."
)


def _operator(
    name: str,
    number: int,
    doc: str,
    results: tuple[str, ...],
    *relations: Relation,
    factor: float = 16,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[Rule, ...] = (_MATRIX, _SQUARE),
    args: tuple[Arg, ...] = (Arg("x", "T"),),
    error: str = "",
) -> None:
    define(
        Op(
            name,
            section=f"8.15.{number}",
            doc=doc,
            attrs=attrs,
            signatures=(Signature(args, results, typevars={"T": DTYPES}, rules=rules),),
            accuracy=Stable(factor, *relations),
            errors=(Rule("E1", error),) if error else (),
        )
    )


_operator(
    "cholesky",
    1,
    "The lower triangular matrix `L` with a positive diagonal whose product with its adjoint is `x`; or, "
    "if `upper`, the upper triangular `U` that is multiplied by its adjoint from the left. The other "
    "triangle of the result is zeros. A matrix with an element on the diagonal that is 0 or less, with an "
    "eigenvalue less than `-16 * N * u` times the greatest magnitude of one, or with an infinity or a "
    "NaN, is an error; one whose smallest eigenvalue is otherwise at most `16 * N * u` times that may be."
    + _HERMITIAN,
    ("T[shape(x)]",),
    Relation("r0 r0^H ~ x", "not upper"),
    Relation("lower(r0)", "not upper"),
    Relation("r0^H r0 ~ x", "upper"),
    Relation("upper(r0)", "upper"),
    Relation("positive(r0)"),
    attrs=(AttrDecl("upper", "bool", "Whether to give the upper factor.", default=False),),
    error="every matrix is positive definite",
)

_operator(
    "qr",
    2,
    "Matrices `Q`, with orthonormal columns, and `R`, upper triangular, whose product is `x`: with `mode` "
    '"reduced" `Q` has `K` columns, with "complete" `M`. Elements of `R` below the diagonal are 0. The '
    "diagonal of `R` may have any signs, or phases." + _NOT_FINITE,
    (
        f'T[{_STACK} + [shape(x)[-2], shape(x)[-2] if mode == "complete" else {_SMALLER}]]',
        f'T[{_STACK} + [shape(x)[-2] if mode == "complete" else {_SMALLER}, shape(x)[-1]]]',
    ),
    Relation("r0 r1 ~ x"),
    Relation("r0^H r0 ~ I"),
    Relation("upper(r1)"),
    Relation("free(r0)"),
    Relation("free(r1)"),
    attrs=(AttrDecl("mode", "str", 'Either "reduced" or "complete".', default="reduced"),),
    rules=(_MATRIX, Rule("C2", 'mode in ["reduced", "complete"]')),
)

_operator(
    "svd",
    3,
    "The singular values of `x` in descending order, between the matrices of its singular vectors: `U`, "
    "of orthonormal columns; `S`, the values; and `Vh`, of orthonormal rows. `U` times the matrix with "
    "`S` on its diagonal times `Vh` is `x`. With `full_matrices` `U` and `Vh` are square; otherwise they "
    "have `K` columns and rows. Each of `S` is within `16 * max(M, N) * u` times the Frobenius norm of "
    "`x`; none is negative." + _PHASE,
    (
        f"T[{_STACK} + [shape(x)[-2], shape(x)[-2] if full_matrices else {_SMALLER}]]",
        f"{_REAL}[{_STACK} + [{_SMALLER}]]",
        f"T[{_STACK} + [shape(x)[-1] if full_matrices else {_SMALLER}, shape(x)[-1]]]",
    ),
    Relation("r0 diag(r1) r2 ~ x"),
    Relation("r0^H r0 ~ I"),
    Relation("r2 r2^H ~ I"),
    Relation("descending(r1)"),
    Relation("free(r0)"),
    Relation("free(r2)"),
    attrs=(AttrDecl("full_matrices", "bool", "Whether to give square matrices.", default=True),),
    rules=(_MATRIX,),
    error=_FINITE,
)

_operator(
    "eigh",
    4,
    "The eigenvalues of `x`, which is its own adjoint, in ascending order, and a matrix whose columns are "
    "orthonormal eigenvectors of them. Each value is within `16 * N * u` times the Frobenius norm of `x`."
    + _PHASE
    + _HERMITIAN,
    (f"{_REAL}[shape(x)[:-1]]", "T[shape(x)]"),
    Relation("x r1 ~ r1 diag(r0)"),
    Relation("r1^H r1 ~ I"),
    Relation("ascending(r0)"),
    Relation("free(r1)"),
    error=_FINITE,
)

_operator(
    "eig",
    5,
    "The eigenvalues of `x`, each as often as it is a root of the characteristic polynomial, and a matrix "
    "whose columns are eigenvectors of them of length 1, both complex. In which order is not stated. The "
    "values and vectors are those of a matrix whose difference from `x` has at most `16 * N * u` times "
    "the Frobenius norm of `x`." + _PHASE,
    (f"{_COMPLEX}[shape(x)[:-1]]", f"{_COMPLEX}[shape(x)]"),
    Relation("x r1 ~ r1 diag(r0)"),
    Relation("normal(r1)"),
    Relation("unordered(r0)"),
    Relation("free(r1)"),
    error=_FINITE,
)

_SINGULAR = (
    " A matrix with a row or a column of zeros is an error. One that is singular otherwise, or whose "
    "condition number (the greatest singular value over the smallest) is more than `1 / (16 * N * u)`, is "
    "an error or gives an unpredictable result."
)

_operator(
    "solve",
    6,
    "The matrix whose product with `x` from the left is `y`; the axes before the last two broadcast. "
    "Operands `y` of rank 1 are made matrices by the front end." + _SINGULAR + _NOT_FINITE,
    ("T[broadcast(shape(x)[:-2], shape(y)[:-2]) + [shape(x)[-1], shape(y)[-1]]]",),
    Relation("x r0 ~ y"),
    args=(Arg("x", "T"), Arg("y", "T")),
    rules=(
        _MATRIX,
        _SQUARE,
        Rule("C3", "2 <= rank(y)"),
        Rule("C4", "shape(y)[-2] == shape(x)[-1]"),
        Rule("C5", "broadcastable(shape(x)[:-2], shape(y)[:-2])"),
    ),
    error="no matrix is singular",
)

_DETERMINED = "at most `16 * N * u` times the product of the Euclidean lengths of the rows of `x`"

_operator(
    "det",
    7,
    f"The determinant of each matrix. Its error is {_DETERMINED}; a matrix with a row or a column of zeros "
    "gives 0." + _NOT_FINITE,
    (f"T[{_STACK}]",),
)

_operator(
    "slogdet",
    8,
    "The sign of the determinant of each matrix, and the natural logarithm of its magnitude. The sign is "
    "1, -1, or a complex number of magnitude 1; 0 if the determinant is 0, with minus infinity as the "
    f"logarithm. The two are those of a number whose difference from the determinant is {_DETERMINED}, the "
    "sign within `16 * u` and the logarithm within `16 * N * u` times the greatest of 1 and the "
    "magnitudes of the logarithms of those lengths." + _NOT_FINITE,
    (f"T[{_STACK}]", f"{_REAL}[{_STACK}]"),
)
