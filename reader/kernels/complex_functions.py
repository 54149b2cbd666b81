"""Functions of complex numbers, special cases included. SPEC 8.1, 9.2.

NumPy leaves most of them to the machine's C library. What every library gets right is taken
from there; what some miss is computed here from functions of real numbers: special cases
(an operand that is not finite), `expm1` and `log1p`, and quotients that overflow halfway.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .registry import item

Array = Any
Parts = tuple[Array, Array]


# --- parts ------------------------------------------------------------------------


def join(xp: Any, real: Array, imag: Array) -> Array:
    """The complex numbers of these parts, which are of one dtype and shape.

    No arithmetic: an infinite part times the imaginary unit would be NaN.
    """
    dtype = xp.complex64 if real.dtype == xp.float32 else xp.complex128
    found = xp.empty(real.shape, dtype=dtype)
    if hasattr(found, "real"):
        found.real[...] = real
        found.imag[...] = imag
        return found
    # The standard has no other way: element by element, for namespaces that have only that.
    flat = xp.reshape(found, (-1,))
    left, right = xp.reshape(real, (-1,)), xp.reshape(imag, (-1,))
    for i in range(flat.shape[0]):
        flat[i] = complex(item(left[i]), item(right[i]))
    return xp.reshape(flat, real.shape)


def parts(xp: Any, x: Array) -> Parts:
    """The real and the imaginary parts."""
    return xp.real(x), xp.imag(x)


def _finite(xp: Any, x: Array) -> bool:
    """Whether every part of every element is."""
    if xp.__name__ == "numpy" and (row := _numpy().real_parts(x)) is not None:
        x = row  # which NumPy is quicker with
    return bool(item(xp.all(xp.isfinite(x))))


def _positive(xp: Any, x: Array) -> Array:
    """Whether the sign is +; a NaN counts as positive."""
    return xp.isnan(x) | (xp.copysign(xp.ones_like(x), x) > 0)


def signed(xp: Any, value: Array | float, sign: Array) -> Array:
    """`value` with the sign of `sign`, which may be NaN."""
    size = value + xp.zeros_like(sign)
    return xp.where(_positive(xp, sign), size, -size)


# --- what the library lacks in special cases ----------------------------------------

#: ``special(xp, re, im)``: the parts of the function where one of the operand's is not finite.
Special = Callable[[Any, Array, Array], Parts]


def mended(name: str, function: str, special: Special) -> Callable[[Any, Array], Array]:
    """The library's `function`, with `special` for the elements that are not finite."""

    def call(xp: Any, x: Array) -> Array:
        found = getattr(xp, function)(x)
        if _finite(xp, x):
            return found
        x = xp.asarray(x)
        return xp.where(xp.isfinite(x), found, join(xp, *special(xp, *parts(xp, x))))

    call.__name__ = call.__qualname__ = name
    return call


def of_angle(name: str, special: Special) -> Callable[[Any, Array], Array]:
    """`mended`, of a function of an angle: the library may lose one that is far from 0."""
    usual = mended(name, name, special)

    def call(xp: Any, x: Array) -> Array:
        found = usual(xp, x)
        if xp.__name__ == "cupy" or x.dtype != xp.complex128:
            return found  # CUDA keeps digits enough
        from .circular_numpy import mend_far

        return mend_far(xp, name, x, found)

    call.__name__ = call.__qualname__ = name
    return call


def sqrt_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.4.2."""
    inf, nan = xp.inf + xp.zeros_like(a), xp.nan + xp.zeros_like(a)
    wide = xp.isinf(b)
    real = xp.where(wide | (a > 0) & xp.isinf(a), inf, xp.where(xp.isfinite(b), xp.zeros_like(a), nan))
    imag = xp.where(a < 0, signed(xp, inf, b), xp.where(xp.isnan(b), nan, signed(xp, 0.0, b)))
    real, imag = xp.where(xp.isinf(a) | wide, real, nan), xp.where(xp.isinf(a), imag, nan)
    return real, xp.where(wide, b, imag)


def _circular(xp: Any, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The signs of the cosine and the sine of `b`, and whether they are numbers."""
    known = xp.isfinite(b)
    turned = xp.where(known, b, xp.zeros_like(b))
    return xp.cos(turned), xp.where(b == 0, b, xp.sin(turned)), known


def exp_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.3.1: an infinite real part beats an angle that is none."""
    zero, nan = xp.zeros_like(a), xp.nan + xp.zeros_like(a)
    cos, sin, known = _circular(xp, a, b)
    size = xp.exp(a)
    real = xp.where(known, size * cos, nan)
    imag = xp.where(known, size * sin, nan)
    low, high = ~known & (a == -xp.inf), ~known & (a == xp.inf)
    real = xp.where(low, zero, xp.where(high, size, real))
    return real, xp.where(b == 0, b, xp.where(low, signed(xp, 0.0, b), imag))


def sinh_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.2.5; a sign that it leaves open is that of the part itself."""
    nan = xp.nan + xp.zeros_like(a)
    cos, sin, known = _circular(xp, a, b)
    wide = xp.isinf(a)
    real = xp.where(a == 0, a, xp.where(wide, xp.where(known, a * cos, a), nan))
    imag = xp.where(b == 0, b, xp.where(wide & known, xp.abs(a) * sin, nan))
    return real, imag


def cosh_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.2.4; a zero has the sign of the product of both parts, reflected from the first quadrant."""
    nan = xp.nan + xp.zeros_like(a)
    cos, sin, known = _circular(xp, a, b)
    wide = xp.isinf(a)
    same = xp.isnan(b) | (_positive(xp, a) == _positive(xp, b))
    nought = xp.where(same, xp.zeros_like(a), -xp.zeros_like(a))
    real = xp.where(wide, xp.where(known, xp.abs(a) * cos, xp.abs(a)), nan)
    imag = xp.where((a == 0) | (b == 0), nought, xp.where(wide & known, a * sin, nan))
    return real, imag


def tanh_special(xp: Any, a: Array, b: Array) -> Parts:
    """C99 G.6.2.6; zeros at infinity have the sign of the imaginary part."""
    nan = xp.nan + xp.zeros_like(a)
    wide = xp.isinf(a)
    one = signed(xp, 1.0, a)
    real = xp.where(wide, one, xp.where(a == 0, a, nan))
    nought = signed(xp, 0.0, xp.where(xp.isnan(b), a, b))
    return real, xp.where(wide, nought, xp.where(b == 0, b, nan))


def turned(special: Special, *, back: bool) -> Special:
    """A function of a circle from the hyperbolic one: f(z) = g(iz), or -i g(iz) with `back`."""

    def call(xp: Any, a: Array, b: Array) -> Parts:
        real, imag = special(xp, -b, a)
        return (imag, -real) if back else (real, imag)

    return call


def _numpy() -> Any:
    """The functions for NumPy alone, which other namespaces must not import."""
    from . import complex_numpy

    return complex_numpy


def blocked(function: Callable[[Any, Array], Array]) -> Callable[[Any, Array], Array]:
    """`function`, on NumPy by blocks that stay in the cache with all that comes up halfway."""

    def call(xp: Any, x: Array) -> Array:
        if xp.__name__ != "numpy":
            return function(xp, x)
        found: Array = _numpy().in_blocks(partial(function, xp), x)
        return found

    return call


# --- exponentials and logarithms -----------------------------------------------------


def exp_parts(xp: Any, a: Array, b: Array) -> Parts:
    """The exponential of finite numbers: in two halves, so that it overflows only where the result does."""
    half = xp.exp(a * 0.5)
    imag = half * xp.sin(b) * half
    return half * xp.cos(b) * half, xp.where(b == 0, b, imag)


def expm1(xp: Any, x: Array) -> Array:
    quick = _numpy().expm1(x, partial(_expm1, xp)) if xp.__name__ == "numpy" else None
    return _expm1(xp, x) if quick is None else quick


def _expm1(xp: Any, x: Array) -> Array:
    a, b = parts(xp, xp.asarray(x))
    real, imag = exp_parts(xp, a, b)
    if not _finite(xp, x):
        good = xp.isfinite(a) & xp.isfinite(b)
        other = exp_special(xp, a, b)
        real, imag = xp.where(good, real, other[0]), xp.where(good, imag, other[1])
    # exp(a) cos(b) - 1 = expm1(a) cos(b) - 2 sin(b / 2)**2, where the first would cancel.
    near = xp.abs(a) <= 1
    small = xp.where(near, a, xp.zeros_like(a))
    half = xp.sin(b * 0.5)
    grown, rest = xp.expm1(small), 2 * half * half
    close = xp.where(small == 0, -rest, grown * xp.cos(b) - rest)
    close = xp.where(b == 0, grown + 0, close)  # adding 0 turns -0 into 0
    return join(xp, xp.where(near, close, real - 1), imag)


def log_size(xp: Any, a: Array, b: Array, excess: Array) -> Array:
    """log(hypot(a, b)), with `excess` the exact value of a*a + b*b - 1 where that is near 0."""
    left, right = xp.abs(a), xp.abs(b)
    high, low = xp.maximum(left, right), xp.minimum(left, right)
    near = (high >= 0.5) & (high <= 2)
    ratio = low / high
    found = 0.5 * xp.log1p(xp.where(near, excess, ratio * ratio))
    found = found + xp.where(near, xp.zeros_like(high), xp.log(high))
    found = xp.where(high == 0, -xp.inf + xp.zeros_like(high), found)
    return xp.where(xp.isinf(a) | xp.isinf(b), xp.inf + xp.zeros_like(high), found)


def log_parts(xp: Any, a: Array, b: Array) -> Parts:
    """The logarithm, infinite and NaN parts included."""
    left, right = xp.abs(a), xp.abs(b)
    high, low = xp.maximum(left, right), xp.minimum(left, right)
    return log_size(xp, a, b, (high - 1) * (high + 1) + low * low), xp.atan2(b, a)


def _log(xp: Any, x: Array) -> Array:
    return join(xp, *log_parts(xp, *parts(xp, xp.asarray(x))))


def _log1p(xp: Any, x: Array) -> Array:
    a, b = parts(xp, xp.asarray(x))
    above = a + 1
    # Where the imaginary part is the larger one, a*(a + 2) does not cancel with its square.
    return join(xp, log_size(xp, above, b, a * (a + 2) + b * b), xp.atan2(b, above))


# --- quotients ----------------------------------------------------------------------


def _reduced(xp: Any, x: Array) -> tuple[Array, Array, Array]:
    """The parts over a power of two, so that squares neither overflow nor vanish, and its reciprocal."""
    a, b = parts(xp, x)
    size = xp.maximum(xp.abs(a), xp.abs(b))
    one = xp.ones_like(size)
    scale = xp.where(size > 2.0**500, 2.0**-600 * one, xp.where(size < 2.0**-500, 2.0**600 * one, one))
    return a * scale, b * scale, scale


def quotient(xp: Any, x: Array, y: Array) -> Array:
    """x / y of any size; C99 G.5.1 where a part is infinite or the divisor 0."""
    x, y = (xp.astype(xp.asarray(z), xp.complex128) for z in (x, y))
    x, y = xp.broadcast_arrays(x, y)
    a, b, up = _reduced(xp, x)
    c, d, down = _reduced(xp, y)
    size = c * c + d * d
    real, imag = (a * c + b * d) / size, (b * c - a * d) / size
    one, same = xp.ones_like(up), up == down
    up, down = xp.where(same, one, 1 / up), xp.where(same, one, down)
    real, imag = real * up * down, imag * up * down
    lost = xp.isnan(real) & xp.isnan(imag)
    if item(xp.any(lost)):
        (a, b), (c, d) = parts(xp, x), parts(xp, y)
        inf = xp.inf + xp.zeros_like(a)
        endless = xp.isinf(a) | xp.isinf(b)
        beyond = xp.isinf(c) | xp.isinf(d)
        nought = (c == 0) & (d == 0)
        # An infinite number counts as its direction, 1 for infinite parts and 0 for others.
        e, f = (signed(xp, xp.astype(xp.isinf(part), a.dtype), part) for part in (a, b))
        g, h = (signed(xp, xp.astype(xp.isinf(part), a.dtype), part) for part in (c, d))
        outcomes = (
            (nought, signed(xp, inf, c) * a, signed(xp, inf, c) * b),
            (endless & xp.isfinite(y) & ~nought, inf * (e * c + f * d), inf * (f * c - e * d)),
            (beyond & xp.isfinite(x), 0 * (a * g + b * h), 0 * (b * g - a * h)),
        )
        for where, re, im in outcomes:
            real, imag = xp.where(lost & where, re, real), xp.where(lost & where, im, imag)
    return join(xp, real, imag)


def _ordinary(xp: Any, x: Array) -> Array:
    """Where neither squares of the parts nor their reciprocals overflow, or lose accuracy by underflow."""
    size = xp.maximum(*map(xp.abs, parts(xp, x)))
    limits = xp.finfo(size.dtype)
    return (size > float(limits.smallest_normal) ** 0.4) & (size < float(limits.max) ** 0.4)


def _divide(xp: Any, x: Array, y: Array) -> Array:
    """The library's quotient where all numbers are of ordinary size, else our own."""
    if item(xp.all(_ordinary(xp, y))) and item(xp.all(_ordinary(xp, x) | (x == 0))):
        return xp.divide(x, y)
    return xp.astype(quotient(xp, x, y), x.dtype)


def divide(xp: Any, x: Array, y: Array) -> Array:
    quick = _numpy().divide(x, y, partial(_divide, xp)) if xp.__name__ == "numpy" else None
    return _divide(xp, x, y) if quick is None else quick


# --- signs and powers ------------------------------------------------------------------


def _sign(xp: Any, x: Array) -> Array:
    a, b = parts(xp, xp.asarray(x))
    if item(xp.all(_ordinary(xp, x))):
        length = xp.abs(x)
        return join(xp, a / length, b / length)
    size = xp.maximum(xp.abs(a), xp.abs(b))
    wide = xp.isinf(size)
    one = xp.ones_like(size)
    # By way of numbers of magnitude 1 to 2, whose own magnitude does not overflow.
    usual = xp.where((size == 0) | wide, one, size)
    real = xp.where(wide, signed(xp, xp.astype(xp.isinf(a), a.dtype), a), a / usual)
    imag = xp.where(wide, signed(xp, xp.astype(xp.isinf(b), b.dtype), b), b / usual)
    length = xp.hypot(real, imag)
    length = xp.where(length == 0, one, length)
    unclear = xp.isnan(a) | xp.isnan(b) | (xp.isinf(a) & xp.isinf(b))
    nan, nought = xp.nan + xp.zeros_like(a), size == 0
    real = xp.where(nought, xp.zeros_like(a), real / length)
    imag = xp.where(nought, xp.zeros_like(b), imag / length)
    return join(xp, xp.where(unclear, nan, real), xp.where(unclear, nan, imag))


def _power(xp: Any, x: Array, y: Array) -> Array:
    found = xp.pow(x, y)
    whole = ~xp.isnan(found)  # a library may lose its way where the exponent is huge
    if _finite(xp, x) and _finite(xp, y) and item(xp.all(x != 0)) and item(xp.all(whole)):
        return found
    x, y = xp.broadcast_arrays(xp.asarray(x), xp.asarray(y))
    wide = (xp.astype(z, xp.complex128) for z in (x, y))  # so that the product does not overflow
    base, exponent = (parts(xp, z) for z in wide)
    (a, b), (c, d) = log_parts(xp, *base), exponent
    real, imag = c * a - d * b, c * b + d * a
    good = xp.isfinite(real) & xp.isfinite(imag)
    usual, other = exp_parts(xp, real, imag), exp_special(xp, real, imag)
    own = join(xp, *(xp.where(good, left, right) for left, right in zip(usual, other)))
    own = xp.astype(own, x.dtype)
    one = xp.ones_like(own)
    own = xp.where(real < -1e4, 0 * one, own)  # whatever the angle, which may have overflowed
    own = xp.where(y == 0, one, own)
    return xp.where(xp.isfinite(x) & xp.isfinite(y) & (x != 0) & whole, found, own)


#: The functions of operators on complex numbers, called with the namespace and the operands.
COMPLEX: dict[str, Callable[..., Array]] = {
    "sqrt": mended("sqrt", "sqrt", sqrt_special),
    "exp": mended("exp", "exp", exp_special),
    "expm1": expm1,
    "log": blocked(_log),
    "log1p": blocked(_log1p),
    "sin": of_angle("sin", turned(sinh_special, back=True)),
    "cos": of_angle("cos", turned(cosh_special, back=False)),
    "tanh": of_angle("tanh", tanh_special),
    "sign": _sign,
    "divide": divide,
    "pow": _power,
}
