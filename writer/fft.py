"""Fourier transforms of traced and plain arrays: the array API's ``fft`` extension, with NumPy's promotion.

Sizes other than an axis has are made by cutting and by appending zeros; transforms along several axes
are those along each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .apply import apply, shape_of
from .creation import arange, symbolic
from .elementwise import elementwise
from .indexing import extreme
from .promote import convert
from .reductions import axes_of, one_axis
from .shaping import cut_out, known, pad, same, turn

#: The scaling of a transform in the other direction.
_SWAPPED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def _complex(x: Any) -> Any:
    return convert(x, np.complex64 if x.dtype in (np.float16, np.float32, np.complex64) else np.complex128)


def _real(x: Any) -> Any:
    if x.dtype.kind == "c":
        raise TypeError("a transform of real numbers takes no complex ones")
    return convert(x, np.float32 if x.dtype in (np.float16, np.float32) else np.float64)


def _resized(x: Any, n: Any, axis: int) -> Any:
    """`x` with `n` elements along `axis`: cut, or with zeros appended."""
    size = shape_of(x)[axis]
    if n is None or same(n, size):
        return x
    if known(n) and n < 1:
        raise ValueError(f"Invalid number of FFT data points ({n}) specified.")
    kept = extreme("min", n, size)
    if not same(kept, size):
        x = cut_out(x, axis, 0, kept)
    if same(kept, n):
        return x
    return pad(x, [(0, n - kept if i == axis else 0) for i in range(x.ndim)])


def _one(op: str, x: Any, n: Any, axis: Any, norm: str | None) -> Any:
    place = one_axis(axis, x.ndim)
    return apply(op, _resized(x, n, place), axis=place, norm=norm or "backward")


def fft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The Fourier transform along `axis`, of `n` elements."""
    return _one("fft", _complex(x), n, axis, norm)


def ifft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The inverse of `fft`."""
    return _one("ifft", _complex(x), n, axis, norm)


def rfft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The first half of the Fourier transform of real numbers."""
    return _one("rfft", _real(x), n, axis, norm)


def irfft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The inverse of `rfft`: `n` real numbers, ``2 * (m - 1)`` of `m` elements if it is left out."""
    x = _complex(x)
    place = one_axis(axis, x.ndim)
    size = 2 * (shape_of(x)[place] - 1) if n is None else n
    return apply("irfft", _resized(x, size // 2 + 1, place), axis=place, n=size, norm=norm or "backward")


def hfft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The transform, `n` real numbers, of the first half of lines whose other half is its conjugate."""
    return irfft(_conjugate(_complex(x)), n=n, axis=axis, norm=_SWAPPED[norm or "backward"])


def ihfft(x: Any, /, *, n: Any = None, axis: int = -1, norm: str | None = "backward") -> Any:
    """The inverse of `hfft`."""
    return _conjugate(rfft(x, n=n, axis=axis, norm=_SWAPPED[norm or "backward"]))


def _conjugate(x: Any) -> Any:
    return elementwise("conjugate", x)


# --- several axes -----------------------------------------------------------------


def _places(x: Any, s: Any, axes: Any) -> list[tuple[int, Any]]:
    """Each axis to transform, with its size in the result or None."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(-len(s), 0)
    sizes = [None] * len(axes) if s is None else [None if known(n) and n == -1 else n for n in s]
    if len(sizes) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    return [(one_axis(axis, x.ndim), n) for axis, n in zip(axes, sizes)]


def fftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str | None = "backward") -> Any:
    """The Fourier transform along several axes."""
    x = _complex(x)
    for axis, n in reversed(_places(x, s, axes)):
        x = fft(x, n=n, axis=axis, norm=norm)
    return x


def ifftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str | None = "backward") -> Any:
    """The inverse of `fftn`."""
    x = _complex(x)
    for axis, n in reversed(_places(x, s, axes)):
        x = ifft(x, n=n, axis=axis, norm=norm)
    return x


def rfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str | None = "backward") -> Any:
    """The Fourier transform of real numbers along several axes; the last of them is halved."""
    *others, (axis, n) = _places(x, s, axes)
    found = rfft(x, n=n, axis=axis, norm=norm)
    for other, size in reversed(others):
        found = fft(found, n=size, axis=other, norm=norm)
    return found


def irfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str | None = "backward") -> Any:
    """The inverse of `rfftn`."""
    x = _complex(x)
    *others, (axis, n) = _places(x, s, axes)
    for other, size in others:
        x = ifft(x, n=size, axis=other, norm=norm)
    return irfft(x, n=n, axis=axis, norm=norm)


# --- frequencies ------------------------------------------------------------------


def fftfreq(n: Any, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies of the elements of a transform of `n` elements at the distance `d`."""
    chosen = np.dtype(dtype) if dtype is not None else np.dtype(np.float64)
    if not symbolic((n, d)):
        return np.fft.fftfreq(n, d).astype(chosen)
    return _scaled(turn(arange(-(n // 2), n - n // 2), n // 2, 0), n, d, chosen)


def rfftfreq(n: Any, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies of the elements of `rfft`."""
    chosen = np.dtype(dtype) if dtype is not None else np.dtype(np.float64)
    if not symbolic((n, d)):
        return np.fft.rfftfreq(n, d).astype(chosen)
    return _scaled(arange(n // 2 + 1), n, d, chosen)


def _scaled(places: Any, n: Any, d: Any, dtype: Any) -> Any:
    unit = elementwise("divide", 1.0, elementwise("multiply", n, d))
    return convert(elementwise("multiply", convert(places, np.float64), unit), dtype)


def fftshift(x: Any, /, *, axes: Any = None) -> Any:
    """`x` with the element of frequency 0 in the middle."""
    return _shifted(x, axes, lambda n: (n + 1) // 2)


def ifftshift(x: Any, /, *, axes: Any = None) -> Any:
    """The inverse of `fftshift`."""
    return _shifted(x, axes, lambda n: n // 2)


def _shifted(x: Any, axes: Any, cut: Callable[[Any], Any]) -> Any:
    places = axes_of(axes, x.ndim)
    for axis in places:
        x = turn(x, cut(shape_of(x)[axis]), axis)
    return x if places else x.copy()


# --- NumPy's functions ------------------------------------------------------------


def _along_one(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, n=None, axis=-1, norm=None: function(a, n=n, axis=axis, norm=norm)


def _along_several(function: Callable[..., Any], last: Any = None) -> Callable[..., Any]:
    return lambda a, s=None, axes=last, norm=None: function(a, s=s, axes=axes, norm=norm)


#: NumPy's functions by name.
NUMPY: dict[str, Any] = {
    **{f"fft.{f.__name__}": _along_one(f) for f in (fft, ifft, rfft, irfft, hfft, ihfft)},
    **{f"fft.{f.__name__}": _along_several(f) for f in (fftn, ifftn, rfftn, irfftn)},
    **{f"fft.{f.__name__[:-1]}2": _along_several(f, (-2, -1)) for f in (fftn, ifftn, rfftn, irfftn)},
    "fft.fftfreq": lambda n, d=1.0, device=None: fftfreq(n, d=d),
    "fft.rfftfreq": lambda n, d=1.0, device=None: rfftfreq(n, d=d),
    "fft.fftshift": lambda x, axes=None: fftshift(x, axes=axes),
    "fft.ifftshift": lambda x, axes=None: ifftshift(x, axes=axes),
}
