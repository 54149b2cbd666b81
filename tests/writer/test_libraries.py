"""What the code of libraries does with traced arrays and sizes, without knowing that they are traced."""

from __future__ import annotations

import builtins
import functools
import math
import types
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
import pytest

import tracebox as tb
from tracebox.writer import numpy_ufuncs, special

xp: Any = tb.xp


def traced(fn: Callable[..., Any], *args: Any) -> tb.TracedProgram:
    with warnings.catch_warnings():
        warnings.simplefilter("error", tb.TraceWarning)
        return tb.trace(fn, *args)


def test_numpys_holes_are_seen_where_nobody_looked() -> None:
    def double(x: Any) -> Any:
        import numpy

        return numpy.asarray(x) * 2 + numpy.zeros(x.shape[0])

    program = traced(lambda x: getattr(SimpleNamespace(f=double), "f")(x), np.ones(3))  # noqa: B009
    assert program(np.ones(5)).tolist() == [2.0] * 5
    assert np.asarray.__module__ == "numpy" and not hasattr(np.asarray, "__wrapped__")
    assert not hasattr(math.sqrt, "__wrapped__") and type(math.isnan) is types.BuiltinFunctionType


def test_numpy_is_put_back_after_an_error() -> None:
    before = np.asarray, np.fft.rfftfreq, math.prod
    with pytest.raises(ZeroDivisionError):
        tb.trace(lambda x: 1 // 0, np.ones(3))
    assert (np.asarray, np.fft.rfftfreq, math.prod) == before


def test_isinstance_of_ndarray_holds_where_nobody_looked_but_the_type_is_another() -> None:
    seen = []

    def look(x: Any) -> Any:
        from numpy import ndarray

        seen.append((isinstance(x, ndarray), issubclass(builtins.type(x), ndarray)))
        return x + 1

    traced(look, np.ones(3))
    assert seen == [(True, False)]


def test_cached_functions_do_not_remember_sizes() -> None:
    calls = []

    @functools.lru_cache(16)
    def halves(shape: tuple[int, ...]) -> tuple[int, ...]:
        calls.append(shape)
        return (shape[0] // 2, 2)

    program = traced(lambda x: x.reshape(halves(x.shape)), np.ones(6))
    assert program(np.ones(8)).shape == (4, 2)
    assert halves.cache_info().currsize == 0 and len(calls) == 1


def test_sizes_are_numbers_that_are_no_nan() -> None:
    def f(x: Any) -> Any:
        return x if math.isfinite(x.shape[0]) and not (math.isnan(x.size) or math.isinf(x.size)) else -x

    assert traced(f, np.ones(3))(np.ones(4)).shape == (4,)


@pytest.mark.parametrize(
    "length",
    [lambda n: n >> 1, lambda n: n << 2, lambda n: n & 3, lambda n: 7 & n, lambda n: ~n + 20],
)
def test_sizes_are_shifted_and_masked(length: Callable[[Any], Any]) -> None:
    program = traced(lambda x: np.zeros(length(x.shape[0])) + x[0], np.ones(13))
    for n in (13, 6, 1):
        assert program(np.ones(n)).shape == (length(n),)


@pytest.mark.parametrize(
    "compare",
    [
        lambda n, x: n < x, lambda n, x: n <= x, lambda n, x: n > x, lambda n, x: n >= x,
        lambda n, x: n == x, lambda n, x: n != x,
    ],
)  # fmt: skip
def test_sizes_are_compared_with_the_elements_of_arrays(compare: Callable[[Any, Any], Any]) -> None:
    program = traced(lambda x: compare(x.shape[0], x), np.arange(4))
    assert program(np.arange(7)).tolist() == compare(7, np.arange(7)).tolist()


def test_all_arrays_of_the_namespace_are_traced_while_a_trace_runs() -> None:
    def f(x: Any) -> Any:
        space = x.__array_namespace__()
        made = [space.asarray(0.5), space.asarray([1, 2]), space.zeros(2), space.arange(2), space.eye(2)]
        assert {builtins.type(y) for y in made} == {builtins.type(x)}
        return x[made[1]] * made[0]

    program = traced(f, np.arange(4.0))
    assert program(np.arange(5.0)).tolist() == [0.5, 1.0]
    assert isinstance(xp.asarray(0.5), np.ndarray)


def test_numpy_modes_of_copying_are_understood() -> None:
    mode = np._CopyMode
    f = lambda x: np.array(x, copy=mode.IF_NEEDED) + np.array(x, copy=mode.ALWAYS)  # noqa: E731
    assert traced(f, np.ones(3))(np.ones(4)).tolist() == [2.0] * 4


def test_a_truth_that_nobody_looks_at_is_not_frozen() -> None:
    def lazy(x: Any) -> bool:
        try:
            bool(x)
        except TypeError:
            return True
        return False

    program = traced(lambda x: -x if lazy(x.any()) else x, np.ones(3))
    assert program(np.zeros(3)).tolist() == [0.0] * 3
    with pytest.warns(tb.TraceWarning):
        tb.trace(lambda x: -x if bool(x.any()) else x, np.ones(3))


def test_what_is_frozen_by_int_is_the_int() -> None:
    with pytest.warns(tb.TraceWarning):
        program = tb.trace(lambda x: x * int(x.max()), np.array([1.0, 2.5]))
    assert program(np.array([2.0, 2.25])).tolist() == [4.0, 4.5]
    with pytest.raises(tb.GuardError):
        program(np.array([2.0, 3.25]))


@pytest.mark.parametrize("example", [[1.0, -2, -3], [-1.0, -2, -3], [1.0, 2, 3], [1.0, 2, -3]])
def test_a_number_of_places_that_is_1_by_chance_may_be_another(example: list[float]) -> None:
    def f(x: Any) -> Any:
        out = np.zeros_like(x)
        out[x >= 0] = np.sqrt(x[x >= 0])
        out[~(x >= 0)] = -x[~(x >= 0)]
        return out

    program = traced(f, np.array(example))
    for other in ([4.0, -2, -3, 9], [4.0, 9, 16], [-4.0], [-4.0, -1, 9]):
        assert program(np.array(other)).tolist() == f(np.array(other)).tolist()


def test_equal_masks_choose_equally_many() -> None:
    def f(x: Any, y: Any) -> Any:
        mask = x > 0
        return x[mask] * y[mask]

    code = traced(f, np.array([1.0, -1, 2]), np.ones(3)).code
    assert code.count("nonzero(") == 1 and "broadcast_to" not in code


# --- special functions ----------------------------------------------------------

_POINTS = [0.0, 1e-300, 1e-9, 0.3, 0.4999999, 0.5, 0.6, 0.999999, 1.0, 2.5, 40.0]
_ORACLES: dict[str, Callable[..., Any]] = {
    "erf": mpmath.erf,
    "expit": lambda x: 1 / (1 + mpmath.exp(-x)),
    "log_expit": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "logit": lambda x: mpmath.log(x / (1 - x)) if 0 < x < 1 else mpmath.nan,
    "entr": lambda x: -x * mpmath.log(x) if x else mpmath.mpf(0),
    "xlogy": lambda x, y: x * mpmath.log(y) if x else mpmath.mpf(0),
    "xlog1py": lambda x, y: x * mpmath.log1p(y) if x else mpmath.mpf(0),
    "rel_entr": lambda x, y: x * mpmath.log(x / y) if x else mpmath.mpf(0),
    "kl_div": lambda x, y: (x * mpmath.log(x / y) if x else mpmath.mpf(0)) - x + y,
}


@pytest.mark.parametrize("name", sorted(_ORACLES))
def test_special_functions_are_what_they_say(name: str) -> None:
    function, oracle = special.FUNCTIONS[name], _ORACLES[name]
    two = name in ("xlogy", "xlog1py", "rel_entr", "kl_div")
    x = np.array(_POINTS)
    y = np.array(_POINTS[::-1]) + 0.25
    given = (x, y) if two else (x,)
    program = traced(lambda *given: function(*given), *given)
    with np.errstate(all="ignore"):
        found, plain = program(*given), function(*given)
    assert np.array_equal(found, plain, equal_nan=True)
    for place, values in enumerate(zip(*given)):
        with mpmath.workdps(60):
            wanted = float(oracle(*map(mpmath.mpf, map(float, values))))
        if np.isfinite(wanted):
            scale = max(abs(wanted), float(np.max(np.abs(values))) if name == "kl_div" else 0.0)
            assert abs(found[place] - wanted) <= 4e-15 * scale, (name, values, found[place], wanted)


def test_special_functions_at_their_edges() -> None:
    inf, nan = np.inf, np.nan
    with np.errstate(all="ignore"):
        assert special.logit(np.array([0.0, 1.0, -1.0])).tolist()[:2] == [-inf, inf]
        assert np.isnan(special.logit(np.array([-1.0, 2.0, nan]))).all()
        assert special.entr(np.array([0.0, 1.0, -1.0, inf])).tolist() == [0.0, 0.0, -inf, -inf]
        assert special.rel_entr(np.array([0.0, 1.0, -1.0]), np.array([0.0, 0.0, 1.0])).tolist() == [
            0,
            inf,
            inf,
        ]
        assert np.isnan(special.rel_entr(np.array([nan, 1.0]), np.array([1.0, nan]))).all()
        assert special.xlogy(np.array([0.0, 2.0]), np.array([0.0, 0.0])).tolist() == [0.0, -inf]
        assert np.isnan(special.xlogy(np.array([0.0]), np.array([nan]))).all()
    assert special.entr(np.ones(1, np.float32)).dtype == np.float32


def test_ufuncs_of_other_libraries_are_lowered_by_name_or_refused_by_it() -> None:
    ufunc = SimpleNamespace(__name__="expit", nin=1)
    program = traced(lambda x: numpy_ufuncs.dispatch(ufunc, "__call__", (x,), {}), np.zeros(2))
    assert program(np.zeros(3)).tolist() == [0.5] * 3
    other = np.frompyfunc(abs, 1, 1)
    with pytest.raises(tb.TraceError, match="the ufunc abs"):
        tb.trace(lambda x: other(x), np.zeros(2))


def test_arrays_of_finite_numbers_are_asked_for_with_a_guard() -> None:
    with pytest.warns(tb.TraceWarning):
        program = tb.trace(lambda x: np.asarray_chkfinite(x) + 1, np.ones(2))
    with pytest.raises(tb.GuardError):
        program(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="infs or NaNs"):
        tb.trace(lambda x: np.asarray_chkfinite(x) + 1, np.array([np.inf]))


def test_windows_that_slide() -> None:
    view = np.lib.stride_tricks.sliding_window_view
    x, y = np.arange(30.0).reshape(5, 6), np.arange(56.0).reshape(7, 8)
    functions: list[Callable[[Any], Any]] = [
        lambda x: view(x, 3, axis=1),
        lambda x: view(x, (2, 3)),
        lambda x: view(x, (2, 2), axis=(0, 0)),
    ]
    for f in functions:
        program = traced(f, x)
        assert program(x).tolist() == f(x).tolist() and program(y).tolist() == f(y).tolist()
    with pytest.raises(tb.TraceError, match="read-only"):
        tb.trace(lambda x: view(x, 3, axis=1, writeable=True).fill(0), x)
    with pytest.raises(ValueError, match="larger"):
        tb.trace(lambda x: view(x, 9, axis=0), x)


def test_arrays_are_read_and_written_as_one_row() -> None:
    def f(x: Any) -> Any:
        x = x.copy()
        x.flat[1] = 7
        return x, x.T.flat

    program = traced(f, np.ones((2, 2)))
    first, second = program(np.arange(6.0).reshape(3, 2))
    assert first.tolist() == [[0, 7], [2, 3], [4, 5]] and second.tolist() == [0, 2, 4, 7, 3, 5]


def test_padding_with_equal_constants() -> None:
    program = traced(lambda x: np.pad(x, (1, 2), constant_values=(0.5, 0.5)), np.ones(3))
    assert program(np.ones(1)).tolist() == [0.5, 1.0, 0.5, 0.5]
