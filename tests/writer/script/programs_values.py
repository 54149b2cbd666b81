"""More programs in the subset: numbers, strings, lists and dicts, and what they have as methods."""

# ruff: noqa: UP031, UP032, C416, C417, SIM210, E721

from __future__ import annotations

import functools
import math

from .programs import program


@program(("abcabc", "b"), ("", "b"), ("xx", ""))
def s_find(s, t):
    return s.find(t), s.rfind(t), s.count(t), s.find(t, 2), s.find(t, 1, 4), s.rfind(t, 1)


@program(("abcabc", "b"), ("xbx", "b"))
def s_index(s, t):
    return s.index(t), s.rindex(t)


@program(("a-b-c",), ("",), ("abc",))
def s_part(s):
    return s.partition("-"), s.rpartition("-")


@program(("abc",), ("",), ("  ",), ("a1",), ("12",))
def s_is(s):
    return s.isspace(), s.isdigit(), s.isalpha(), s.isalnum(), s.isupper(), s.islower()


@program(("aBC def",), ("",))
def s_case(s):
    return s.capitalize(), s.casefold(), s.swapcase(), s.title()


@program(("ab", 7), ("abcdefghi", 3))
def s_just(s, n):
    return s.ljust(n), s.rjust(n), s.center(n), s.center(n, "*"), s.zfill(n), s.ljust(6, "."), s.center(9)


@program(("-12", 6), ("+3", 5))
def s_zfill(s, n):
    return s.zfill(n), s.zfill(4)


@program(("pre-x",), ("x",))
def s_prefix(s):
    return (
        s.removeprefix("pre-"),
        s.removesuffix("x"),
        s.startswith("pre"),
        s.endswith(("x", "y")),
        s.startswith(("a", "p")),
    )


@program(("a b  c",), ("",))
def s_split(s):
    return s.split(), s.split(" "), s.split(" ", 1), s.rsplit(" ", 1), s.splitlines()


@program(("a,b",))
def s_join(s):
    return "-".join(s.split(",")), "-".join([s, "x"]), ",".join(str(i) for i in range(3))


@program(
    (5, "a"),
)
def s_pct(n, s):
    return "%d-%s" % (n, s), "%.2f" % (n * 1.5)


@program((5.25, 2), (2.675, 2), (-0.5, 0))
def f_round(x, n):
    return round(x, 2), round(x, 1), round(x, 0), round(x)


@program((12345,), (-155,))
def i_round(n):
    return round(n, -1), round(n, 0), round(n, 2)


@program(
    (5.5, 2.0),
    (-7.25, 3.0),
    (1e17, 3.0),
    (5.0, 0.1),
    (-0.0, 3.0),
    (float("inf"), 2.0),
    (1.0, float("inf")),
    (-1.0, float("inf")),
)
def f_floordiv(a, b):
    return a // b, a % b, divmod(a, b)


@program(
    (4,),
)
def d_del(n):
    d = {"a": 1, "b": n}
    del d["a"]
    xs = [1, 2, n]
    del xs[0]
    e = {}
    for i in range(n):
        e[i] = i
    del e[2]
    ys = list(range(n))
    del ys[n - 1]
    del ys[1:2]
    return d, xs, e, ys


@program(
    (4,),
)
def l_sliceassign(n):
    xs = [1, 2, 3, 4]
    xs[1:3] = [9]
    ys = [i for i in range(n)]
    ys[1:2] = [7, 8]
    xs[:] = [n]
    return xs, ys


@program((4,), (9,), (1,))
def loop_else(n):
    for i in range(n):
        if i == 5:
            break
    else:
        return -1
    k = 0
    while k < n:
        if k == 7:
            break
        k += 1
    else:
        k = 100
    for j in (1, 2, 3):
        if j == n:
            break
    else:
        k += 1000
    return k


@program(
    (4,),
)
def prints(n):
    print(n, 2, sep=", ", end="\n")
    print()
    return n


@program(
    (4,),
)
def l_methods(n):
    xs = [3, 1, 2]
    xs.append(n)
    xs.insert(1, n)
    xs.remove(1)
    xs.reverse()
    xs.extend([5, n])
    a = xs.pop()
    b = xs.pop(0)
    xs.sort()
    xs.sort(reverse=True)
    c = xs.copy()
    xs.clear()
    return xs, a, b, c, c.index(n), c.count(n)


@program(
    (4,),
)
def d_methods(n):
    d = {"a": 1}
    d.setdefault("b", n)
    d.update({"c": 3})
    d.update(x=n)
    e = d.copy()
    a = e.popitem()
    b = e.pop("a")
    c = e.pop("zz", 5)
    f = dict.fromkeys(["p", "q"], n)
    return d, e, a, b, c, f, list(d.keys()), list(d.values()), list(d.items()), d.get("q") is None


@program(
    (4,),
)
def d_update_prog(n):
    d = {}
    e = {}
    for i in range(n):
        d[i] = i
        e[i * 2] = i
    d.update(e)
    g = d | e
    d |= e
    k, v = d.popitem()
    return d, k, v, g, list(e.items()), list(e), sorted(e)


@program((5,), (0,))
def rng(n):
    return (
        [i for i in range(n, 0, -1)],
        [i for i in range(1, n, 2)],
        list(range(n)),
        list(reversed(range(n))),
        len(range(0, n, 2)),
        3 in range(n),
        sum(range(n)),
    )


@program(
    (3, 5),
)
def bits(a, b):
    return a & b, a | b, a ^ b, a << 2, a >> 1, ~a, -(a**2)


@program((2, 0.5), (7, 2.0))
def mathall(n, x):
    return (
        math.fmod(x, 0.3),
        math.degrees(x),
        math.radians(x),
        math.modf(x),
        math.exp2(x),
        math.gcd(n, 6),
        math.lcm(n, 4),
        math.isqrt(n * n + 1),
        math.factorial(n),
        math.comb(n, 2),
        math.perm(n, 1),
        math.dist((1.0, x), (2.0, 3.0)),
        math.hypot(x, 2.0),
        math.isclose(x, 0.5),
        math.prod([n, 2]),
        math.erf(x),
        math.cbrt(8.0),
        math.tau,
        math.inf,
        math.log(x, 2),
        math.log10(x),
        math.trunc(x),
        math.floor(x),
        math.ceil(x),
        math.copysign(x, -1.0),
        math.fabs(-x),
        math.pow(x, 2),
        math.atan2(x, 1.0),
    )


@program(
    (2, 0.5),
)
def mathk(n, x):
    return math.nextafter(x, 1.0)


@program(
    (2,),
)
def strs(n):
    s = str(n)
    t = repr(n)
    u = f"{n:03d}|{n!r}|{n * 0.5:.2f}|{s:>5}"
    v = "{} {b}".format(n, b=s)
    return (
        s,
        t,
        u,
        v,
        len(u),
        u[::-1],
        u[1:],
        s + u,
        s * 3,
        [ch for ch in u],
        int("12"),
        float("1.5"),
        "b" in u,
        ord("a"),
        chr(97),
        bin(5),
        hex(255),
    )


@program(
    (2,),
)
def ints(n):
    return (
        int(2.7 * n),
        float(n),
        bool(n),
        int("7") * n,
        n.__class__ is int,
        isinstance(n, (int, float)),
        isinstance(n, bool),
        type(n) == int,
    )


@program((2, 5), (7, 1))
def minmax(a, b):
    return (
        min(a, b),
        max([a, b, 3]),
        max(a, b, key=lambda v: -v),
        sorted([b, a, 3], key=lambda v: -v),
        sorted((a, b), reverse=True),
        min((a, "x"), (b, "y")),
    )


@program(
    (2,),
)
def mapf(n):
    return (
        list(map(lambda v: v * 2, [1, n])),
        [*map(str, range(n))],
        list(filter(lambda v: v > 1, [1, 2, n])),
        list(zip([1, 2], [n, n])),
        list(enumerate(["a", "b"])),
        functools.reduce(lambda a, b: a * b, [1, 2, n]),
    )


@program((2,), (0,))
def boolops(n):
    return n and 5, n or 7, not n, (n > 1) + (n > 0), n == 0 or n == 2, None is None, True if n else False
