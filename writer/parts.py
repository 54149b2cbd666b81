"""The parts of complex arrays, traced and plain."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import creation, rules
from .apply import apply
from .context import active
from .elementwise import elementwise
from .promote import convert, result_type
from .proxy import Proxy
from .shaping import viewed


def real(x: Any, /) -> Any:
    """The real part; of real numbers themselves. Of a complex array it is a view, as in NumPy."""
    if not isinstance(x, Proxy):
        return np.real(x)
    if x.dtype.kind != "c":
        return x
    return viewed(x, apply("real", x), real, lambda z, part: apply("make_complex", part, imag(z)))


def imag(x: Any, /) -> Any:
    """The imaginary part; of real numbers zeros. Of a complex array it is a view, as in NumPy."""
    if not isinstance(x, Proxy):
        return np.imag(x)
    if x.dtype.kind != "c":
        return creation.zeros_like(x)
    return viewed(x, apply("imag", x), imag, lambda z, part: apply("make_complex", real(z), part))


def make_complex(x: Any, y: Any, /) -> Any:
    """The complex numbers with the real parts `x` and the imaginary parts `y`, each part as it is."""
    dtype = result_type(x, y, 1.0)
    if dtype.kind == "c":
        trace = active()
        raise rules.FUNCTION.fail(trace.where if trace else "", got=f"make_complex of {dtype} parts")
    dtype = np.result_type(dtype, np.float32)
    return apply("make_complex", convert(x, dtype), convert(y, dtype))


def angle(x: Any, deg: bool = False) -> Any:
    """The angle of complex numbers, as ``np.angle``; of real ones 0, or pi below 0."""
    found = elementwise("arctan2", imag(x), real(x))
    return elementwise("rad2deg", found) if deg else found


def _set(part: Any) -> Any:
    def write(x: Proxy, value: Any) -> None:
        part(x)[...] = value

    return write


#: ``x.real`` and ``x.imag``, to read and to assign to.
REAL, IMAG = property(real, _set(real)), property(imag, _set(imag))
