"""What generated programs find outside of their own function: records, objects, functions, a module."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

import tracebox as tb

WEIGHTS = np.array([0.5, -1.25, 2.0])
NAMES = ("a", "b", "ab")
TABLE = {"a": 3, "b": -2, "ab": 7}


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Tally:
    count: int
    total: float = 0.0

    def add(self, v):
        self.count += 1
        self.total += v

    def scaled(self, factor=2.0):
        if self.count == 0:
            return factor
        return self.total * factor

    @property
    def mean(self):
        return self.total / (self.count + 1)


class Plain:
    def __init__(self, start):
        self.value = start
        self.seen = [start]

    def push(self, v):
        self.seen.append(v)
        self.value = self.value + v
        return self.value


class Child(Plain):
    def __init__(self, start):
        super().__init__(start + 1)

    def twice(self):
        return self.value * 2


@dataclass(frozen=True)
class Frozen:
    value: int
    double: int = 0

    def __post_init__(self):
        object.__setattr__(self, "double", self.value * 2)


def clamp(v, lo=-5, hi=50):
    if v < lo:
        return lo
    if v > hi:
        return hi
    return v


def digits(v):
    n = 0
    v = abs(v)
    while v > 0:
        v = v // 10
        n += 1
        if n >= 25:
            break
    return n


def total_of(first, *rest, weight=1):
    total = first
    for v in rest:
        total = total + v * weight
    return total


def maybe(v, limit):
    if v > limit:
        return None
    return v * 2


def extend_by(items, v):
    items.append(v)
    return len(items)


def sine(v):
    return np.sin(v) + 1.0


class Net(tb.Module):
    """A module with state; its `forward` is generated."""

    def __init__(self):
        self.scale = np.array([1.5, -0.5, 2.0])
        self.steps = tb.field(np.int64(0))
        self.level = tb.field(np.float64(0.5))
        self.kept = tb.field(np.zeros(3))

    def bump(self, v):
        self.steps = self.steps + 1
        if v > 2:
            self.level = self.level * 0.5 + v
        return self.level


SPACE: dict[str, Any] = {
    "__name__": "__script__",
    "np": np,
    "math": math,
    "tb": tb,
    "dataclasses": dataclasses,
    "functools": functools,
    **{
        thing.__name__: thing
        for thing in (Pair, Tally, Plain, Child, Frozen, clamp, digits, total_of, maybe, extend_by, sine)
    },
    "WEIGHTS": WEIGHTS,
    "NAMES": NAMES,
    "TABLE": TABLE,
}

#: Constructs that stand in what programs call.
INSIDE = {"Child(": "super()", "Frozen(": "__setattr__()"}
