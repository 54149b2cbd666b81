"""Fourier transforms in traced programs: what they give is near NumPy's, for other sizes, too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox import xp

Array = Any
RNG = np.random.default_rng(0)


def real(*shape: int) -> Array:
    return RNG.standard_normal(shape)


def both(*shape: int) -> Array:
    return real(*shape) + 1j * real(*shape)


def one(x: Array, transform: Callable[..., Array], norm: str | None) -> Any:
    given = transform(x, norm=norm), transform(x, 5, norm=norm)
    return *given, transform(x, 2, 0, norm), transform(x, 9)


def several(x: Array, transform: Callable[..., Array], norm: str | None) -> Any:
    axes = (0, 1)
    return transform(x, norm=norm), transform(x, (3, 5), axes, norm), transform(x, (-1, 4), axes, norm)


def several_sizes(x: Array, transform: Callable[..., Array]) -> Any:
    other = transform(x, 5), transform(x, axis=0, norm="ortho")
    return transform(x), *other, transform(x, 7, norm="forward")


#: A function, and inputs: the first is the example, the others have other sizes.
CASES: dict[str, tuple[Callable[[Array], Any], list[Array]]] = {
    f"{transform.__name__}-{norm}": (
        partial(one, transform=transform, norm=norm),
        [make(3, 4), make(5, 7), make(2, 2)],
    )
    for transform, make in (
        (np.fft.fft, both),
        (np.fft.ifft, both),
        (np.fft.rfft, real),
        (np.fft.irfft, both),
    )
    for norm in (None, "backward", "ortho", "forward")
} | {
    f"{transform.__name__}-{norm}": (
        partial(several, transform=transform, norm=norm),
        [make(3, 4), make(5, 7), make(2, 2)],
    )
    for transform, make in (
        (np.fft.fftn, both),
        (np.fft.ifftn, both),
        (np.fft.rfftn, real),
        (np.fft.irfftn, both),
        (np.fft.fft2, both),
        (np.fft.irfft2, both),
    )
    for norm in (None, "ortho", "forward")
}
CASES["whole"] = (lambda x: np.fft.fftn(x, axes=(2, 0)), [both(2, 3, 4), both(1, 2, 5)])
CASES["of-integers"] = (lambda x: (np.fft.fft(x), np.fft.rfft(x)), [np.arange(5), np.arange(8)])
CASES["single"] = (lambda x: (np.fft.fft(x), np.fft.rfft(x)), [real(6).astype(np.float32)])
CASES["half"] = (lambda x: np.fft.rfft(x), [real(6).astype(np.float16)])
CASES["size-of-the-operand"] = (
    lambda x: np.fft.irfft(np.fft.rfft(x), n=x.shape[-1]),
    [real(2, 5), real(3, 6), real(1, 1)],
)
CASES["twice-the-size"] = (lambda x: np.fft.rfft(x, n=2 * x.shape[0]), [real(5), real(4), real(1)])
CASES["hfft"] = (lambda x: several_sizes(x, np.fft.hfft), [both(3, 4), both(5, 7), both(2, 2)])
CASES["ihfft"] = (lambda x: several_sizes(x, np.fft.ihfft), [real(3, 4), real(5, 7), real(2, 2)])
CASES["convolution"] = (
    lambda x: np.fft.irfft(np.fft.rfft(x, n=2 * x.shape[0]) * np.fft.rfft(x[::-1], n=2 * x.shape[0])),
    [real(5), real(4), real(1)],
)
CASES["frequencies"] = (
    lambda x: (np.fft.fftfreq(x.shape[0], 0.5), np.fft.rfftfreq(x.shape[0]), xp.fft.fftfreq(7)),
    [real(5), real(6), real(1)],
)
CASES["shifts"] = (
    lambda x: (np.fft.fftshift(x), np.fft.ifftshift(x), np.fft.fftshift(x, axes=1), np.fft.ifftshift(x, 0)),
    [real(5, 4), real(4, 3), real(1, 1), real(0, 2)],
)


@pytest.mark.parametrize("name", list(CASES))
def test_a_traced_transform_is_near_numpys(name: str) -> None:
    fn, inputs = CASES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error", tb.TraceWarning)
        program = tb.trace(fn, inputs[0])
    for x in inputs:
        wanted, found = fn(x), program(x)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        found = found if isinstance(found, tuple) else (found,)
        for want, have in zip(wanted, found, strict=True):
            assert (have.dtype, have.shape) == (want.dtype, want.shape)
            small = want.dtype in (np.float32, np.complex64)
            np.testing.assert_allclose(have, want, rtol=0, atol=1e-5 if small else 1e-12)


def test_the_extension_works_on_plain_arrays() -> None:
    x = both(3, 4)
    np.testing.assert_allclose(xp.fft.fftn(x, s=(2, 5)), np.fft.fftn(x, (2, 5), (0, 1)), atol=1e-12)
    np.testing.assert_allclose(xp.fft.irfftn(x), np.fft.irfftn(x), atol=1e-12)
    np.testing.assert_array_equal(xp.fft.fftfreq(6, d=0.5), np.fft.fftfreq(6, 0.5))
    assert xp.fft.rfft(real(4).astype(np.float32)).dtype == np.complex64
    assert xp.fft.rfftfreq(5, dtype=np.float32).dtype == np.float32


def test_what_numpy_refuses_is_refused() -> None:
    with pytest.raises(TypeError, match="real numbers"):
        tb.trace(lambda x: np.fft.rfft(x), both(4))
    with pytest.raises(ValueError, match="data points"):
        tb.trace(lambda x: np.fft.fft(x, 0), both(4))
    with pytest.raises(ValueError, match="different lengths"):
        tb.trace(lambda x: np.fft.fftn(x, (1, 2), (0,)), both(4, 4))
    with pytest.raises(np.exceptions.AxisError):
        tb.trace(lambda x: np.fft.fft(x, axis=2), both(4))


def test_a_line_that_is_empty_at_run_time_is_an_error() -> None:
    program = tb.trace(lambda x: np.fft.fft(x), both(4))
    with pytest.raises(tb.ProgramError, match=r"fft\.C2"):
        program(np.zeros(0, complex))
