"""More programs in the subset: what Python's types have as methods, and what classes do."""

# ruff: noqa: UP031, UP032, C416, C417, C400, C402, SIM210, RUF059, B007, F841, E721

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

import tracebox as tb

from .programs import program

X = np.array([1.0, -2.0, 3.0, 5.0])
M = np.arange(6, dtype=np.float32).reshape(2, 3)
G = np.arange(12.0).reshape(3, 4)
I = np.array([2, 0, 1])  # noqa: E741


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


class Pt(NamedTuple):
    a: Any
    b: Any = 2


@program(
    (X, 3),
)
def nt(x, n):
    p = Pt(x, n)
    q = p._replace(b=5)
    d = q._asdict()
    a, b = p
    return q.b, d["b"], p._fields, a, Pt(n), Pt._make([1, n]), p.b


@dataclass
class D:
    xs: list = field(default_factory=list)
    n: int = 0


@dataclass(frozen=True)
class F:
    a: float
    b: int = 1


@dataclass(order=True)
class Order:
    a: int
    b: int


@program(
    (4,),
)
def dcs(n):
    d = D()
    d.xs.append(n)
    e = D(n=3)
    f = F(1.0)
    g = dataclasses.replace(f, b=n)
    return d.xs, e.xs, e.n, f == g, f == F(1.0), g.b, dataclasses.asdict(g), d == D([n])


@program((4,), (1,))
def dc_order(n):
    return Order(1, n) < Order(1, 2), Order(n, 2) >= Order(2, 1), sorted([3, n])


class Base:
    kind = "b"

    def __init__(self, x):
        self.x = x

    def f(self):
        return self.x + 1

    @staticmethod
    def s(v):
        return v * 2

    @classmethod
    def make(cls, v):
        return cls(v)

    @property
    def y(self):
        return self.x * 3

    @y.setter
    def y(self, v):
        self.x = v


class Derived(Base):
    def __init__(self, x, z):
        super().__init__(x)
        self.z = z

    def f(self):
        return super().f() + self.z

    @classmethod
    def make(cls, v):
        return cls(v, v)


@program(
    (4,),
)
def classes(n):
    b = Base(n)
    d = Derived(n, 2)
    e = Base.make(n)
    g = Derived.make(3)
    d.y = 7
    return b.f(), d.f(), b.s(n), Base.s(2), e.y, g.f(), b.kind, d.x, isinstance(d, Base)


@program((4,), (0,))
def list_nt(n):
    xs = []
    for i in range(n):
        xs.append(Pt(i, i * 0.5))
    t = 0.0
    for p in xs:
        t += p.b
    return (
        len(xs),
        t,
    )


@program((4,), (2,))
def list_dc(n):
    xs: list[F] = []
    for i in range(n):
        xs.append(F(i * 1.0, i))
    t = 0
    for p in xs:
        t += p.b
    return len(xs), t, xs[0].a


@program((4,), (0,))
def list_tuples(n):
    xs = []
    for i in range(n):
        xs.append((i, i * 0.5))
    t = 0.0
    for a, b in xs:
        t += b
    return xs, t


TABLE = [1, 2, 3]
CFG = {"a": 2, "b": [1.0, 2.0]}
W = np.array([2.0, 3.0, 4.0, 5.0])


@program((4,), (2,))
def walrus(n):
    if (k := n * 2) > 5:
        k += 1
    xs = [y for i in range(n) if (y := i * i) > 1]
    while (n := n - 1) > 0:
        k += n
    return k, xs


class Obj:
    def __init__(self, x):
        self.x = x
        self.y = None


def opt(x: int, flag: bool) -> int | None:
    return x if flag else None


@program((3, True), (3, False))
def narrow_attr(n, flag):
    o = Obj(opt(n, flag))
    if o.x is not None:
        return o.x + 1
    return -1


@program((3, True), (3, False))
def narrow_and(n, flag):
    x = opt(n, flag)
    a = x is not None and x > 2
    b = x is None or x > 2
    if x is not None and x > 1:
        n += x
    if x is None or x < 0:
        return n
    return n + x


@program(
    (3, True),
)
def narrow_assert(n, flag):
    x = opt(n, flag)
    assert x is not None
    return x + 1


@program((3, True), (3, False))
def narrow_while(n, flag):
    x = opt(n, flag)
    t = 0
    while x is not None:
        t += x
        x = opt(x - 1, x > 1)
    return t


@program((3, True), (3, False))
def narrow_truth(n, flag):
    x = opt(n, flag)
    y = n if x is None else x * 2
    if x is not None:
        y += 1
    return y


@program((X, 2.5))
def np_scalars(x, t):
    return (
        x * np.float32(2),
        np.float64(t) + x,
        x.astype(np.float32) * np.float32(t),
        np.int32(3) + M.astype(np.int32),
    )


@program(
    (M,),
)
def dts(x):
    if x.dtype == np.float32:
        return x * 2
    return x


@program(
    (M,),
)
def ranks(x):
    return len(x.shape), x.ndim, x.shape[-1], x.size, x.T, x.dtype == "float32", len(x)


@program(
    (3, 4),
)
def starcall(a, b):
    def f(*xs, k=1, **kw):
        return xs[0] * k + xs[1] + kw.get("z", 0)

    t = (a, b)
    d = {"k": 2, "z": 5}
    return f(*t), f(*t, **d), f(*[a, b], k=3), max(*t)


@program(
    (3,),
)
def partials(a):
    g = functools.partial(pow, 2)
    h = functools.partial(clamped, hi=2)
    return g(a), h(a)


def clamped(v, lo=0, hi=10):
    return lo if v < lo else hi if v > hi else v


@program((3,), (0,))
def gens(n):
    return (
        any(i == 2 for i in range(n)),
        all(i < 2 for i in range(n)),
        sum(i * i for i in range(n)),
        sum(1 for i in range(n) if i % 2),
        max((i * 2 for i in range(n)), default=-1),
        sorted(-i for i in range(n)),
        list(i for i in range(n)),
        dict((i, i * i) for i in (1, 2)),
        tuple(i + n for i in (1, 2)),
    )


@program((0, 3), (2, 3))
def anyshort(a, b):
    return (
        any(b // i > 1 for i in (1, a) if i),
        any(x > 2 for x in [1, b // (a + 1)]),
        all(b % i == 0 for i in [1, 3]),
    )


@program(
    (3,),
)
def anyraise(n):
    return any(10 // (3 - i) > 3 for i in range(n + 1))


class Lin(tb.Module):
    def __init__(self, k):
        self.w = np.eye(k) * 2
        self.b = np.ones(k)

    def forward(self, x):
        return x @ self.w + self.b


class Net(tb.Module):
    def __init__(self):
        self.layers = [Lin(4) for _ in range(3)]
        self.by = {"a": Lin(4)}
        self.scale = 2.0
        self.names = ("p", "q")

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        for i, layer in enumerate(self.layers):
            x = layer(x) * (i + 1)
        for a, b in zip(self.layers, self.layers[1:]):
            x = a(x)
        x = self.by["a"](x)
        for k in self.by:
            x = self.by[k](x)
        return x * self.scale + len(self.layers) + self.layers[-1].w[0]


net = Net()


@program(
    (X, 2),
)
def consts(x, n):
    return x * TABLE[1] + CFG["a"] + CFG["b"][0] + W, TABLE[n], sum(TABLE), n in TABLE, len(CFG), math.pi * n


@program(
    (X,),
)
def xpns(x):
    xp = x.__array_namespace__()
    return xp.sum(x), xp.where(x > 0, x, xp.zeros_like(x)), xp.astype(x, xp.float32)


@program(
    (X, 3),
)
def dictarr(x, n):
    d = {"a": x, "b": x * 2}
    for k in d:
        d[k] = d[k] + 1
    e = {}
    for i in range(n):
        e[i] = x * i
    return d, e, e[n - 1]


@program(
    (3,),
)
def nested(n):
    m = [[0] * 3 for _ in (1, 2, 3)]
    m[1][2] = n
    q = []
    for i in range(n):
        q.append([i, i + 1])
    g = [[i * j for j in range(n)] for i in range(n)]
    return m, q, g, g[1][1], [x for row in g for x in row]


@program((G, I, 1), (G, I, -2))
def idx(m, i, k):
    return (
        m[i],
        m[i, i],
        m[m > 3],
        m[:, i],
        m[..., None].shape,
        m[k, k - 1],
        m[k],
        m[-1, -2],
        m[::2],
        m[::-1],
        m[:, ::-1],
        m[k:],
        m[:k],
        m[k:, 1:],
        m[[0, 2]],
        m[None],
        m[..., 0],
        m[1, ...],
        m[i > 0],
        m[:, m[0] > 1],
    )


@program(
    (G, I, 1),
)
def writes(m, i, k):
    a = m.copy()
    a[k] = 5
    a[0:2] += 1
    a[a > 8] = 0
    a[i] = a[i] * 2
    a[:, k] = 7
    a[k, k] = -1
    a[..., 0] = 3
    a[k, 1:3] *= 2
    a[::2] = 9
    a[a < 0] += 1
    return a


@program(
    (G,),
)
def cond_write(m):
    a = m.copy()
    if a.sum() > 3:
        a[0] = 1
    else:
        a[1] = 2
    b = a
    b += 1
    return a


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
    (X,),
)
def unpack(x):
    a, b, *c = x
    (d, e), f = (1, 2), 3
    h = w = 2
    return a, b, d + e + f + h + w


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


@program(
    (X, 2.0),
)
def arr_methods(x, t):
    return (
        x.sum(),
        x.mean(0),
        x.max(),
        x.argmax(),
        x.reshape(2, 2),
        x.reshape((2, -1)),
        x.astype(np.int64),
        x.clip(0, 1),
        x.copy(),
        x.any(),
        x.tolist(),
        x.item(0),
        float(x[0]),
        int(x[1]),
        x.std(),
        x.cumsum(),
        x.dot(x),
        x.T,
        x.flatten(),
    )


@program(
    (G, 3),
)
def np_funcs(m, n):
    return (
        np.linalg.norm(m),
        np.einsum("ij->ji", m),
        np.concatenate([m, m]),
        np.stack([m, m]),
        np.arange(n),
        np.linspace(0, 1, n),
        np.zeros((n, 2)),
        np.full((2,), n),
        np.eye(n),
        np.where(m > 2, m, 0),
        np.sum(m, axis=1, keepdims=True),
        np.argsort(m[0]),
        np.outer(m[0], m[0]),
        np.tile(m[0], 2),
        np.repeat(m[0], n),
        np.pad(m, 1),
        np.array([n, 2]),
        np.array([[1, n], [2, 3]]),
        np.isnan(m).any(),
        np.maximum(m, n),
        np.ones_like(m),
        np.expand_dims(m, 0),
        np.split(m, 3)[0],
        np.pi * n,
    )


@program((3,), (5,))
def nested_changes(n):
    m = [[0] * 3 for _ in range(n)]
    m[1][2] = n
    m[0].append(7)
    m[-1][0] += 5
    del m[2][1]
    for i in range(n):
        m[i][0] -= i
        m[i].extend([i, n])
    return m, m[1].pop(), len(m[1])


@program((3, X), (5, X * 2))
def nested_arrays_and_dicts(n, x):
    rows, groups = [], {}
    for i in range(n):
        rows.append(x * i)
        groups[i % 2] = {"a": i}
        groups[i % 2]["b"] = i + 1
    rows[0][1] = 5.0
    rows[1] += 1
    for i in range(n):
        rows[i][0] = i
    return rows, groups


@program((3,), (4,))
def rows_that_are_put_back(n):
    rows = [[i] for i in range(n)]
    for i in range(n):
        row = rows[i].copy()
        row.append(i)
        rows[i] = row
    return rows


@program((10,), (2,))
def sieve(n):
    flags = [True] * (n + 1)
    found = []
    for i in range(2, n + 1):
        if flags[i]:
            found.append(i)
            for j in range(i * i, n + 1, i):
                flags[j] = False
    return found


@program((3,), (-2,), (0,))
def steps(n):
    found = list(range(10, -10, n - 7)) if n else []
    for i in range(n, 20, 4 - n):
        found.append(i)
    return found, len(range(0, 9, n * n + 1))


@program((4,), (1,))
def grouped(n):
    groups: dict[int, list[int]] = {}
    for i in range(n):
        if i % 2 not in groups:
            groups[i % 2] = []
        groups[i % 2].append(i)
    return groups


@program((3,))
def arrays_put_into_a_list(n):
    found, x, y = [], np.zeros(2), np.zeros(2)
    for i in range(n):
        x = x + i
        y += i
        found.append(x)
        found.append(y.copy())
    return np.stack(found), y


@program((3,))
def stars_in_calls(n):
    def total(a, *rest, k=0, **named):
        return a + sum(rest) + k + sum(named.values())

    return total(1, 2, n, k=4, z=5), total(*range(3)), total(**dict(zip(("a", "q"), (n, 1))))
