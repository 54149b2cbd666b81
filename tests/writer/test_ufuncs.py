"""Every ufunc of NumPy: what its operators give equals NumPy, or it is refused by name."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

import tracebox as tb

UFUNCS = sorted({found.__name__ for name in dir(np) if isinstance(found := getattr(np, name), np.ufunc)})
#: Ufuncs of matrices have tests of their own.
ELEMENTWISE = [name for name in UFUNCS if getattr(np, name).signature is None]
#: What is refused, and the words with which.
REFUSED = {
    "frexp": "use log2 and floor",
    "gcd": "use loops before",
    "lcm": "use loops before",
    "isnat": "use integers for dates",
}

FLOATS = [0.0, -0.0, 0.3, -0.3, 0.5, 1.0, -1.0, 2.5, -7.25, 30.0, 1e-40, np.inf, -np.inf, np.nan]
VALUES: dict[str, list[Any]] = {
    "float32": [*FLOATS, 3.4028235e38, 1e-45],
    "float64": [*FLOATS, 1.7976931348623157e308, 5e-324],
    "int16": [1, 2, 3, 7, -1, -2, -5, 32767, -32767],
    "uint8": [1, 2, 3, 7, 100, 255],
    "bool": [False, True],
    "complex64": [1 + 2j, -0.5 + 0.25j, 3 - 4j, -2 - 1j, 0.5j, -1.5, 0.25],
    "complex128": [1 + 2j, -0.5 + 0.25j, 3 - 4j, -2 - 1j, 0.5j, -1.5, 0.25],
}
#: Where NumPy's result is a matter of its implementation, or its function less accurate than ours.
UNLIKE = {("logaddexp2", "float32"), ("power", "int16")}


def same(got: Any, expected: Any) -> None:
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.dtype == expected.dtype
    if expected.dtype.kind in "fc":
        tolerance = {2: 2e-3, 4: 3e-6, 8: 1e-14}[expected.real.dtype.itemsize]
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance / 4)
    if expected.dtype.kind == "f":
        nothing = (expected == 0) & (got == 0)
        np.testing.assert_array_equal(np.signbit(got[nothing]), np.signbit(expected[nothing]))
    if expected.dtype.kind not in "fc":
        np.testing.assert_array_equal(got, expected)


def operands(ufunc: np.ufunc, dtype: str) -> tuple[Any, ...]:
    """Every value with every other one."""
    with np.errstate(all="ignore"):
        values = np.array(VALUES[dtype]).astype(dtype)
    columns = tuple(np.array(column, dtype) for column in zip(*itertools.product(values, repeat=ufunc.nin)))
    if ufunc.__name__ == "ldexp":
        return (columns[0], np.resize(np.array([0, 1, -3, 200, -200, 5]), columns[0].shape))
    return columns


def runs(name: str, dtype: str) -> bool:
    try:
        with np.errstate(all="ignore"):
            getattr(np, name)(*operands(getattr(np, name), dtype))
    except TypeError:
        return False
    return True


CASES = [
    (name, dtype)
    for name in ELEMENTWISE
    for dtype in VALUES
    if name not in REFUSED and (name, dtype) not in UNLIKE and runs(name, dtype)
]


@pytest.mark.parametrize(("name", "dtype"), CASES, ids=["-".join(case) for case in CASES])
def test_a_ufunc_gives_what_numpy_gives(name: str, dtype: str) -> None:
    ufunc = getattr(np, name)
    args = operands(ufunc, dtype)
    if dtype in ("int16", "uint8") and name in ("left_shift", "right_shift", "float_power", "power"):
        args = (args[0], np.abs(args[1]) % 7)
    if dtype == "bool" and name in ("divmod", "floor_divide", "fmod", "remainder"):
        args = (args[0], np.ones_like(args[1]))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected = ufunc(*args)
        found = tb.trace(lambda *xs: ufunc(*xs), *args)(*args)
    for got, want in zip(found, expected, strict=True) if ufunc.nout > 1 else [(found, expected)]:
        same(got, want)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_ufunc_without_operators_is_refused_by_name(name: str) -> None:
    ufunc = getattr(np, name)
    x = np.arange(1, 4) if name in ("gcd", "lcm") else np.arange(3.0)
    with pytest.raises(tb.TraceError, match=rf"np\.{name}; {REFUSED[name]}"):
        tb.trace(lambda *xs: ufunc(*xs), *(x,) * ufunc.nin)


def test_every_ufunc_is_tested_or_refused() -> None:
    assert {name for name, _ in CASES} | REFUSED.keys() == set(ELEMENTWISE)


@pytest.mark.parametrize("ufunc", [np.less, np.greater_equal, np.maximum, np.minimum, np.fmax, np.fmin])
def test_complex_numbers_are_in_numpys_order(ufunc: np.ufunc) -> None:
    parts = [-1.0, 0.0, 2.0, np.inf, np.nan]
    values = np.array([complex(a, b) for a in parts for b in parts])
    x, y = (column.copy() for column in np.broadcast_arrays(values[:, None], values))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(tb.trace(lambda a, b: ufunc(a, b), x, y)(x, y), ufunc(x, y))


def test_results_are_arrays_of_their_own() -> None:
    def program(x: Any, z: Any) -> Any:
        y, w, v = +x, np.floor(z), np.conj(x)
        y += 1
        w += 1
        v *= 2
        return x, z, y, w, v

    x, z = np.array([1.0, 2.0]), np.array([3, 4])
    for got, expected in zip(tb.trace(program, x, z)(x, z), (x, z, x + 1, z + 1, 2 * x)):
        np.testing.assert_array_equal(got, expected)


def test_parts_of_complex_arrays() -> None:
    def program(z: Any, x: Any) -> Any:
        xp = z.__array_namespace__()
        written = z.copy()
        written.real = 5
        written.imag[0] = x[0]
        return (
            z.real, np.imag(z), z.conj(), np.conjugate(z), xp.conj(z), xp.make_complex(x, -x),
            written, x.real, x.imag, x.conj(), np.angle(z), np.angle(z, deg=True), np.angle(x),
        )  # fmt: skip

    z = np.array([1 - 2j, complex(-0.0, 0.0), complex(np.inf, np.nan)], np.complex64)
    x = np.array([-0.0, np.nan, 3.0], np.float32)
    written = z.copy()
    written.real = 5
    written.imag[0] = x[0]
    made = np.array([complex(-0.0, 0.0), complex(np.nan, np.nan), 3 - 3j], np.complex64)
    expected = (
        z.real, z.imag, z.conj(), z.conj(), z.conj(), made,
        written, x, x.imag, x, np.angle(z), np.angle(z, deg=True), np.angle(x),
    )  # fmt: skip
    for got, want in zip(tb.trace(program, z, x)(z, x), expected, strict=True):
        assert got.dtype == want.dtype
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(np.signbit(got.real), np.signbit(want.real))


def test_sums_of_exponentials_keep_equal_infinities() -> None:
    x = np.array([np.inf, -np.inf, np.inf, -np.inf, 1000.0, -1000.0])
    y = np.array([np.inf, -np.inf, -np.inf, np.inf, 1000.0, 0.0])
    for ufunc in (np.logaddexp, np.logaddexp2):
        np.testing.assert_allclose(
            tb.trace(lambda a, b, f=ufunc: f(a, b), x, y)(x, y), ufunc(x, y), rtol=1e-15
        )
