"""More programs in the subset: functions, arrays, and what is changed in place."""

# ruff: noqa: C400, C402, RUF059, B007

from __future__ import annotations

import functools
import math

import numpy as np

import tracebox as tb

from .programs import program

X = np.array([1.0, -2.0, 3.0, 5.0])
M = np.arange(6, dtype=np.float32).reshape(2, 3)
G = np.arange(12.0).reshape(3, 4)
I = np.array([2, 0, 1])  # noqa: E741


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


@program(
    (X,),
)
def unpack(x):
    a, b, *c = x
    (d, e), f = (1, 2), 3
    h = w = 2
    return a, b, d + e + f + h + w


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
