"""Functions of `math`, and operators of floats, written in the subset itself."""

from __future__ import annotations

import math


def fmod(x: float, y: float) -> float:
    """``math.fmod(x, y)``: exact, with the sign of `x`."""
    if math.isnan(x) or math.isnan(y):
        return x + y
    if math.isinf(x) or y == 0.0:
        raise ValueError("math domain error")
    if math.isinf(y):
        return x
    return math.copysign(abs(x) % abs(y), x)


def floor(x: float) -> float:
    """The operator that rounds down."""
    return x // 1.0


def modf(x: float) -> tuple[float, float]:
    """``math.modf(x)``."""
    if math.isinf(x):
        return math.copysign(0.0, x), x
    if math.isnan(x):
        return x, x
    whole = math.copysign(floor(abs(x)), x)
    return math.copysign(x - whole, x), whole


def floor_divide(x: float, y: float) -> float:
    """``x // y`` of floats, as CPython computes it."""
    rest = math.fmod(x, y) if not (math.isinf(x) or math.isnan(x) or math.isnan(y)) else x - x + (y - y)
    quotient = (x - rest) / y
    if rest != 0.0 and (y < 0.0) != (rest < 0.0):
        quotient -= 1.0
    if quotient == 0.0:
        return math.copysign(0.0, x / y)
    whole = floor(quotient) if abs(quotient) < 4503599627370496.0 else quotient
    return whole + 1.0 if quotient - whole > 0.5 else whole


def gcd(a: int, b: int) -> int:
    """``math.gcd(a, b)``."""
    while b != 0:
        a, b = b, a % b
    return abs(a)


def lcm(a: int, b: int) -> int:
    """``math.lcm(a, b)``."""
    if a == 0 or b == 0:
        return 0
    return abs(a // gcd(a, b) * b)


def isqrt(n: int) -> int:
    """``math.isqrt(n)``."""
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    found = int(math.sqrt(float(n)))
    while found > 3037000499 or found * found > n:
        found -= 1
    while found < 3037000499 and (found + 1) * (found + 1) <= n:
        found += 1
    return found


def factorial(n: int) -> int:
    """``math.factorial(n)``."""
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    found = 1
    for i in range(2, n + 1):
        found *= i
    return found


def comb(n: int, k: int) -> int:
    """``math.comb(n, k)``."""
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    few = min(k, n - k)
    found = 1
    for i in range(few):
        common = gcd(found, i + 1)
        found = found // common * ((n - i) // ((i + 1) // common))
    return found


def perm(n: int, k: int) -> int:
    """``math.perm(n, k)``."""
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    found = 1
    for i in range(k):
        found *= n - i
    return found


def isclose(a: float, b: float, relative: float, absolute: float) -> bool:
    """``math.isclose``."""
    if relative < 0.0 or absolute < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    gap = abs(a - b)
    return gap <= abs(relative * b) or gap <= abs(relative * a) or gap <= absolute
