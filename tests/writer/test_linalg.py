"""Linear algebra in traces: what NumPy gives, up to what factorisations leave open."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox import xp
from tracebox.schema.errors import ProgramError, TraceError

Array = Any
RNG = np.random.default_rng(4)


def general(*shape: int) -> Array:
    return RNG.standard_normal(shape)


def complex_(*shape: int) -> Array:
    return general(*shape) + 1j * general(*shape)


def positive(*shape: int) -> Array:
    x = general(*shape)
    return x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1]) * shape[-1]


def adjoint(x: Array) -> Array:
    return np.conj(np.swapaxes(x, -1, -2))


#: Functions with one result that is determined, by name, with operands of two sizes.
DETERMINED: dict[str, tuple[Callable[..., Any], Callable[[int], tuple[Any, ...]]]] = {
    "inv": (np.linalg.inv, lambda n: (general(n, n),)),
    "inv of integers": (np.linalg.inv, lambda n: (np.eye(n, dtype=int) * 2,)),
    "inv in single precision": (np.linalg.inv, lambda n: (positive(n, n).astype(np.float32),)),
    "det": (np.linalg.det, lambda n: (general(2, n, n),)),
    "slogdet": (np.linalg.slogdet, lambda n: (complex_(n, n),)),
    "solve": (np.linalg.solve, lambda n: (general(n, n), general(n, 2))),
    "solve for a vector": (np.linalg.solve, lambda n: (complex_(n, n), general(n))),
    "solve stacks": (np.linalg.solve, lambda n: (general(3, n, n), general(n, 2))),
    "cholesky": (np.linalg.cholesky, lambda n: (positive(2, n, n),)),
    "cholesky, one triangle": (np.linalg.cholesky, lambda n: (np.tril(positive(n, n)),)),
    "cholesky, upper": (lambda x: np.linalg.cholesky(x, upper=True), lambda n: (positive(n, n),)),
    "eigvalsh": (np.linalg.eigvalsh, lambda n: (positive(n, n),)),
    "eigvalsh of the upper triangle": (
        lambda x: np.linalg.eigvalsh(x, UPLO="U"),
        lambda n: (general(n, n),),
    ),
    "svdvals": (np.linalg.svdvals, lambda n: (complex_(n, 3),)),
    "svd without vectors": (lambda x: np.linalg.svd(x, compute_uv=False), lambda n: (general(n, 3),)),
    "pinv": (np.linalg.pinv, lambda n: (general(n, 3),)),
    "pinv, default tolerance": (lambda x: np.linalg.pinv(x, rtol=None), lambda n: (complex_(2, n, 3),)),  # type: ignore[call-overload]
    "matrix_rank": (np.linalg.matrix_rank, lambda n: (np.outer(general(n), general(3)),)),
    "matrix_rank, absolute": (lambda x: np.linalg.matrix_rank(x, tol=1.5), lambda n: (general(n, 3),)),
    "matrix_rank of a vector": (np.linalg.matrix_rank, lambda n: (general(n),)),
    "matrix_power": (lambda x: np.linalg.matrix_power(x, 5), lambda n: (general(n, n),)),
    "matrix_power, negative": (lambda x: np.linalg.matrix_power(x, -3), lambda n: (positive(n, n),)),
    "matrix_power, zero": (lambda x: np.linalg.matrix_power(x, 0), lambda n: (general(2, n, n),)),
    "matrix_power of integers": (
        lambda x: np.linalg.matrix_power(x, 3),
        lambda n: (np.arange(n * n).reshape(n, n),),
    ),
    "cond": (np.linalg.cond, lambda n: (general(n, 3),)),
    "cond, inverse": (lambda x: np.linalg.cond(x, -2), lambda n: (general(2, n, n),)),
    "multi_dot": (
        lambda x, y, z: np.linalg.multi_dot([x, y, z]),
        lambda n: (general(n), general(n, 3), general(3, n)),
    ),
    "tensorinv": (lambda x: np.linalg.tensorinv(x, 1), lambda n: (general(6, n - n + 2, 3),)),
    "tensorsolve": (np.linalg.tensorsolve, lambda n: (general(2, 3, 6), general(2, 3))),
    "trace": (np.trace, lambda n: (general(n, n + 1),)),
    "trace, aside": (lambda x: np.trace(x, 1, 2, 0), lambda n: (general(n, 2, n),)),
    "trace of small integers": (np.trace, lambda n: (np.eye(n, dtype=np.int8) * 100,)),
    "diagonal": (lambda x: np.diagonal(x, -1), lambda n: (general(n, n),)),
    "linalg.trace": (lambda x: np.linalg.trace(x, offset=1), lambda n: (general(2, n, n),)),
    "linalg.diagonal": (lambda x: np.linalg.diagonal(x, offset=1), lambda n: (general(2, n, n),)),
    "vdot": (np.vdot, lambda n: (complex_(n, 2), complex_(n, 2))),
    "vecdot": (np.vecdot, lambda n: (complex_(2, n), complex_(1, n))),
    "vecdot, axis": (lambda x, y: np.linalg.vecdot(x, y, axis=-2), lambda n: (general(n, 2), general(n, 1))),  # type: ignore[call-overload]
    "inner": (np.inner, lambda n: (general(2, n), general(3, n))),
    "outer": (np.outer, lambda n: (general(n, 2), general(3))),
    "cross": (np.cross, lambda n: (general(n, 3), general(3))),
    "cross, axis": (lambda x, y: np.cross(x, y, axis=0), lambda n: (general(3, n), general(3, n))),
    "linalg.cross": (np.linalg.cross, lambda n: (general(n, 3), general(1, 3))),
    "linalg.outer": (np.linalg.outer, lambda n: (general(n), general(3))),
    "tensordot": (lambda x, y: np.tensordot(x, y, 1), lambda n: (general(2, n), general(n, 3))),
    "linalg.tensordot": (
        lambda x, y: np.linalg.tensordot(x, y, axes=([0], [1])),
        lambda n: (general(n, 2), general(3, n)),
    ),
    "lstsq": (
        lambda a, b: np.linalg.lstsq(a, b, rcond=None),
        lambda n: (general(n + 3, 3), general(n + 3, 2)),
    ),
    "lstsq for a vector": (lambda a, b: np.linalg.lstsq(a, b), lambda n: (general(n + 3, 3), general(n + 3))),
    "lstsq, wide": (lambda a, b: np.linalg.lstsq(a, b), lambda n: (general(2, n), general(2))),
    "qr, R alone": (lambda x: np.abs(np.linalg.qr(x, mode="r")), lambda n: (general(n, 3),)),
    **{
        f"norm {ord}": (lambda x, ord=ord: np.linalg.norm(x, ord), lambda n: (general(n, 3),))
        for ord in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    },
    **{
        f"norm of a vector {ord}": (lambda x, ord=ord: np.linalg.norm(x, ord), lambda n: (complex_(n),))
        for ord in (None, 0, 1, -1, 2, -2, 3, 0.5, np.inf, -np.inf)
    },
    "norm along an axis": (lambda x: np.linalg.norm(x, 3, axis=1), lambda n: (general(2, n, 3),)),
    "norm along axes, kept": (
        lambda x: np.linalg.norm(x, 1, axis=(2, 0), keepdims=True),
        lambda n: (general(2, n, 3),),
    ),
    "norm of a box": (np.linalg.norm, lambda n: (general(2, n, 3),)),
    "vector_norm": (lambda x: np.linalg.vector_norm(x, axis=(0, 1), ord=3), lambda n: (general(2, n, 3),)),
    "matrix_norm": (lambda x: np.linalg.matrix_norm(x, ord="nuc"), lambda n: (general(2, n, 3),)),
    "einsum, diagonal": (lambda x: np.einsum("ii->i", x), lambda n: (general(n, n),)),
    "einsum, trace": (lambda x: np.einsum("ii", x), lambda n: (general(n, n),)),
    "einsum, thrice": (lambda x: np.einsum("iji->j", x), lambda n: (general(3, n, 3),)),
    "einsum, dots": (
        lambda x, y: np.einsum("...ij,...jk->...ik", x, y),
        lambda n: (general(2, n, 3, 4), general(n, 4, 2)),
    ),
    "einsum, dots and sum": (lambda x: np.einsum("...i->...", x), lambda n: (general(2, n, 3),)),
    "einsum, three": (
        lambda x, y, z: np.einsum("bn,anm,bm->ba", x, y, z),
        lambda n: (general(2, n), general(5, n, 3), general(2, 3)),
    ),
    "einsum, lists": (
        lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]),
        lambda n: (general(n, 3), general(3, 2)),
    ),
    "einsum, size 1": (lambda x, y: np.einsum("ij,ij->ij", x, y), lambda n: (general(n, 3), general(n, 1))),
    "einsum, implicit": (lambda x, y: np.einsum("ba,bc", x, y), lambda n: (general(n, 3), complex_(n, 2))),
    "einsum of integers": (lambda x: np.einsum("ij->", x), lambda n: (np.arange(n * 2).reshape(n, 2),)),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
@pytest.mark.parametrize("name", DETERMINED)
def test_a_trace_gives_what_numpy_gives(name: str) -> None:
    function, operands = DETERMINED[name]
    program = tb.trace(function, *operands(4))
    for n in (4, 5):
        given = operands(n)
        found, expected = program(*given), function(*given)
        assert_like(found, expected)


def assert_like(found: Any, expected: Any) -> None:
    if isinstance(expected, tuple):
        assert len(found) == len(expected)
        for a, b in zip(found, expected):
            assert_like(a, b)
        return
    a, b = np.asarray(found), np.asarray(expected)
    assert a.shape == b.shape
    assert a.dtype == b.dtype or b.dtype.kind == "i"
    tolerance = 1e-3 if b.dtype in (np.float32, np.complex64) else 1e-9
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("make", [general, complex_])
def test_factors_multiply_to_the_matrix(make: Callable[..., Any]) -> None:
    def factors(x: Array) -> Any:
        return xp.linalg.qr(x), xp.linalg.qr(x, mode="complete"), np.linalg.svd(x), np.linalg.svd(x, False)

    program = tb.trace(factors, make(2, 4, 3))
    x = make(2, 5, 3)
    (q, r), (qc, rc), (u, s, vh), (v, t, wh) = program(x)
    np.testing.assert_allclose(q @ r, x)
    np.testing.assert_allclose(qc @ rc, x)
    np.testing.assert_allclose(u[..., :3] * s[..., None, :] @ vh, x)
    np.testing.assert_allclose(v * t[..., None, :] @ wh, x)
    assert qc.shape == u.shape == (2, 5, 5)


def test_eigenvectors_belong_to_the_eigenvalues() -> None:
    def values(x: Array) -> Any:
        return xp.linalg.eig(x), np.linalg.eigh(x @ x.T), np.linalg.eigh(x, "U")

    program = tb.trace(values, general(3, 3))
    x = general(4, 4)
    (w, v), (symmetric, vectors), (upper, others) = program(x)
    assert w.dtype == v.dtype == np.complex128
    np.testing.assert_allclose(x @ v, v * w)
    np.testing.assert_allclose(x @ x.T @ vectors, vectors * symmetric, atol=1e-9)
    held = np.triu(x) + np.triu(x, 1).T
    np.testing.assert_allclose(held @ others, others * upper, atol=1e-9)


def test_numpys_eig_of_real_eigenvalues_is_real_and_guarded() -> None:
    x = np.array([[2.0, 1.0], [1.0, 3.0]])
    with pytest.warns(tb.TraceWarning):
        program = tb.trace(np.linalg.eig, x)
    assert program(x)[0].dtype == np.float64
    with pytest.raises(tb.GuardError):
        program(np.array([[0.0, -1.0], [1.0, 0.0]]))


def test_results_have_the_names_of_the_standard() -> None:
    x = general(3, 3)
    assert xp.linalg.qr(x)._fields == ("Q", "R")
    assert xp.linalg.svd(x)._fields == ("U", "S", "Vh")
    assert xp.linalg.eigh(x)._fields == xp.linalg.eig(x)._fields == ("eigenvalues", "eigenvectors")
    assert xp.linalg.slogdet(x)._fields == ("sign", "logabsdet")


def test_the_namespace_has_the_whole_extension() -> None:
    assert all(callable(getattr(xp.linalg, name)) for name in xp.linalg.__all__)
    assert len(xp.linalg.__all__) == 25


def test_a_singular_matrix_is_an_error_with_the_label_of_the_operator(tmp_path: Any) -> None:
    program = tb.trace(lambda x: np.linalg.inv(x), general(2, 2))
    tb.save(program, tmp_path / "inverse.tbox")
    for native in (True, False):
        loaded = tb.load(tmp_path / "inverse.tbox", native=native)
        with pytest.raises(ProgramError) as caught:
            loaded(np.zeros((2, 2)))
        assert caught.value.code == "solve.E1"
    with pytest.raises(TraceError):
        tb.trace(np.linalg.inv, np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: np.linalg.cond(x, 1), "np.linalg.inv(x)"),
        (lambda x: np.linalg.qr(x, "raw"), "mode='reduced'"),
    ],
)
def test_what_has_no_lowering_is_refused_with_an_alternative(function: Any, words: str) -> None:
    with pytest.raises(TraceError) as caught:
        tb.trace(function, general(3, 3))
    assert words in str(caught.value)


def test_half_precision_is_refused_where_numpy_refuses_it() -> None:
    with pytest.raises(TypeError):
        tb.trace(lambda x: np.linalg.inv(x), np.eye(2, dtype=np.float16))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program = tb.trace(lambda x: np.linalg.norm(x), np.ones(3, np.float16))
    assert program(np.ones(4, np.float16)).dtype == np.float16
