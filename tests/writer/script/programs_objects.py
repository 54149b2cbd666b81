"""More programs in the subset: named tuples, dataclasses, simple classes, optionals."""

# ruff: noqa: RUF059, B007, F841

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .programs import program

X = np.array([1.0, -2.0, 3.0, 5.0])
M = np.arange(6, dtype=np.float32).reshape(2, 3)
G = np.arange(12.0).reshape(3, 4)
I = np.array([2, 0, 1])  # noqa: E741


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
