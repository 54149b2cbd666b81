"""Programs in the subset, each with inputs: compiled, they give what Python gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

import tracebox as tb

PROGRAMS: list[tuple[Callable[..., Any], list[tuple[Any, ...]]]] = []


def program(*inputs: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Register a function with the arguments that it is called with; the first are its example."""

    def register(function: Any) -> Any:
        PROGRAMS.append((function, list(inputs)))
        return function

    return register


X = np.array([1.0, -2.0, 3.0])
M = np.arange(6, dtype=np.float32).reshape(2, 3)


@program((3,), (0,), (-2,))
def branches(n: int) -> int:
    if n > 2:
        return 10
    elif n < 0:
        return -n
    m = n + 1
    return m * 2


@program((5,), (0,), (1,))
def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@program((10,), (3,), (0,))
def breaks(n):
    total = 0
    for i in range(n):
        if i == 2:
            continue
        if i > 6:
            break
        total += i
    return total


@program((10,), (3,), (0,))
def returns_in_loop(n):
    for i in range(n):
        if i * i > 20:
            return i
    return -1


@program((7, 3), (1, 2))
def nested_loops(n, m):
    found = 0
    for i in range(n):
        for j in range(m):
            if j > i:
                break
            if (i + j) % 3 == 0:
                continue
            found += i * j
    return found


@program((X, 2.0), (X, -1.0))
def gate(x, t):
    if x.sum() > t:
        y = x * 2
    else:
        y = -x
    return y + 1


@program((X, 3), (X, 0))
def array_loop(x, n):
    y = x
    for i in range(n):
        y = y * 0.5 + i
    return y


@program((X,), (np.zeros(0),))
def rows(x):
    total = 0.0
    for v in x:
        total += float(v) ** 2
    return total


@program((M,), (np.ones((4, 3), np.float32),))
def stack_rows(m):
    outs = []
    for row in m:
        outs.append(row * 2)
    return np.stack(outs)


@program((5,), (1,))
def lists(n):
    xs = [1, 2]
    for i in range(n):
        xs.append(i * i)
    xs[0] = 7
    return xs, len(xs), sum(xs), xs[-1], xs[1:3]


@program((4,), (0,))
def comprehension(n):
    return [i * 2 for i in range(n) if i % 2 == 0]


@program((3, 4), (4, 3))
def short_circuit(a, b):
    return (a > b and b != 0) or a == 3


@program((1,), (5,))
def chained(n):
    return 0 < n <= 3, n == 1 == 1


@program((X,), (X + 1,))
def mutate(x):
    y = x.copy()
    y[0] = 5.0
    y[1:] += 1
    z = y
    z *= 2
    return y


@program((X, 2), (X, 0))
def mutate_in_loop(x, n):
    y = np.zeros(3)
    for i in range(n):
        y[i] = x[i] * 2
    return y


@program((3,), (-3,))
def helper_calls(n):
    def twice(v):
        return v * 2

    f = lambda v, k=2: v + k  # noqa: E731
    return f(twice(n)) + clamp(n, lo=-1)


def clamp(v, lo=0, hi=10):
    if v < lo:
        return lo
    if v > hi:
        return hi
    return v


@program((3, "a"), (12, "bc"))
def strings(n, s):
    t = f"{s}-{n}"
    return t, len(t), t == "a-3", s in t, t[0], "x" + s


@program((2.5,), (9.0,))
def maths(x):
    return math.sqrt(x) + math.floor(x) + max(x, 3.0) + min(1.0, x) + abs(-x) + round(x)


class Pair(NamedTuple):
    left: Any
    right: Any


@program((X, 3))
def named_tuple(x, n):
    p = Pair(x + 1, n)
    q = p._replace(right=4) if False else p
    return q.left * q.right, p[1]


@dataclass
class Counter:
    count: int
    total: float = 0.0

    def add(self, v):
        self.count += 1
        self.total += v

    @property
    def mean(self):
        return self.total / self.count


@program((4,), (1,))
def objects(n):
    c = Counter(0)
    for i in range(n):
        c.add(i * 1.5)
    return c.mean, c.count


@program((4,), (0,))
def dicts(n):
    d = {"a": 1, "b": 2}
    d["a"] += n
    e = {}
    for i in range(n):
        e[i] = i * i
    total = 0
    for k, v in d.items():
        total += v * len(k)
    return d, len(e), total, 2 in e, d.get("b", 9)


@program((X, True), (X, False))
def optionals(x, flag):
    y = None
    if flag:
        y = x * 2
    if y is None:
        return x
    return y + 1


@program((3,), (1,))
def ternary(n):
    return (n if n > 2 else -n) + (1 if n == 1 else 0)


@program((20,), (1,))
def while_break(n):
    i = 0
    while True:
        i += 3
        if i >= n:
            break
    return i


@program((5,), (2,))
def enumerated(n):
    total = 0
    for i, (a, b) in enumerate(zip(range(n), range(1, n + 1))):
        total += i * a * b
    for v in reversed(range(n)):
        total = total * 2 + v
    return total


@program((M, 1), (M, -2))
def indexing(m, i):
    return m[i], m[:, i], m[0, 1:], m[..., None].shape, m[m > 2].sum()


@program((6,), (2,))
def last_value(n):
    for i in range(n):
        y = i * 2
    return y + i


@program((4,), (9,))
def early_nested(n):
    if n > 3:
        if n > 8:
            return 1
        n = n - 1
    else:
        n = n + 1
    n = n * 2
    return n


@program((X,), (-X,))
def shapes(x):
    n = x.shape[0]
    if n > 2:
        return np.zeros(n) + x
    return x


@program((5, 2), (7, -3))
def integers(a, b):
    return a // b, a % b, a * b, a - b, -a, abs(b), a / b, divmod(a, b), a**2


@program((5.5, 2.0), (-7.25, 3.0))
def floats(a, b):
    return a // b, a % b, a * b, a - b, -a, a / b, int(a), float(3), a**2, a < b


@program((3,))
def star(n):
    a, *rest, b = (1, n, 3, 4)
    return a, rest, b, [*rest, 5]


@program((3,), (4,))
def aliases(n):
    xs = [1]
    ys = xs
    ys.append(n)
    if n > 3:
        xs.append(9)
    return xs, ys


@program((np.ones((3, 2)), 2.0), (np.zeros((0, 2)), 3.0), (np.arange(10.0).reshape(5, 2), 0.5))
def mapped(x, k):
    return tb.map(lambda a, b: (a * k, (a + b).sum()), x, x + 1)


@program((np.ones(3),), (-np.ones(4),))
def structured(x):
    y = tb.cond(x.sum() > 0, lambda v: v * 2, lambda v: -v, x)
    y = tb.while_loop(lambda v: v.sum() < 100, lambda v: v * 2 + 1, y)
    return tb.for_loop(x.shape[0], lambda i, a, b: (a + i, b * 2), y, x)


@program(("a,bc,da", 13, 2.5), ("", -1, -0.0))
def texts(s, n, x):
    parts = s.split(",")
    return (
        s.upper(), parts, s.replace("a", "b"), f"{n:05d}|{x:8.3f}|{s:>10}|{n:+}", f"{n}-{x:.1e}",
        s.strip("a"), s.count(","), " ".join(parts), s.startswith("a"), n & 6, n << 2, n >> 1, ~n, n ^ 3,
        s * 2, s.rjust(12, "."),
    )  # fmt: skip


@program(([1.0, -2.0, 3.0], {"a": 1}), ([0.5], {"b": 2, "c": 3}))
def containers(xs: list[float], d: dict[str, int]):
    out = []
    for x in xs:
        if x < 0:
            continue
        out.append(x * 2)
    d["new"] = len(out)
    for k in d:
        out.append(float(d[k]))
    return out, d, sorted(xs), max(xs), sum(xs), [x for x in xs if x > 1], any(x > 2 for x in xs)


@program((np.arange(8.0) + 1, 5), (np.arange(8.0) + 1, 4))
def bounds(x, n):
    y = np.zeros(n)
    y[1 : n - 1] = x[0 : n - 2]
    k = int(x[0])
    return y, x[-n:], x[k:], np.full((n, k), 2.0)


@program((np.ones((3, 2)), True), (np.arange(6.0).reshape(3, 2) - 3, False))
def by_flag(x, flag):
    y = tb.xp.where(x > 0, x, 0.0)
    if flag:
        y = tb.xp.sum(y, axis=0, keepdims=True)
    else:
        y = tb.xp.expand_dims(y[0], axis=0)
    return y
